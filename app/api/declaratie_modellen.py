# SPDX-License-Identifier: EUPL-1.2
"""What is sent as a declaratie, and what is answered about one."""

import csv
import io
from typing import Annotated, Literal

from asyncpg import Record
from pydantic import Field, field_validator
from pydantic_core.core_schema import ValidationInfo

from app.api.models import (
    Dag,
    Datum,
    InputModel,
    Nummer,
    OutputModel,
    Tekst,
    Tijdstip,
    example,
    refusal,
)
from app.api.omvang_modellen import MOST_VOLUME
from app.api.pages import QueryModel
from app.api.periode import PeriodeInvoer
from app.api.voortgang import Status, Voortgang, status_of, voortgang_of
from app.domain.omvang import Eenheid
from app.pricing.betaalplan import Mijlpaal

MOST_JSON_LINES = 10_000
MOST_CENTEN = 999_999_999_999

Declaratienummer = Annotated[str, Field(pattern=r"^[A-Za-z0-9]{1,12}$")]
Referentie = Annotated[str, Tekst(20)]

REGEL_EXAMPLE = {
    "referentie": "2026-000123",
    "toewijzingNummer": 1204,
    "mijlpaal": "start",
    "begindatum": "2026-02-01",
    "einddatum": "2026-07-31",
    "bedragCenten": 216815,
    "debetCredit": "debet",
}

DECLARATIE_INVOER_EXAMPLE = {
    "declaratienummer": "2026081",
    "dagtekening": "2026-08-03",
    "regels": [REGEL_EXAMPLE],
}

DECLARATIE_EXAMPLE = {
    "id": 57,
    "declaratienummer": "2026081",
    "status": "afgehandeld",
    "aantalRegels": 1,
    "aantalToegekend": 1,
    "aantalAfgekeurd": 0,
    "aantalAangehouden": 0,
    "ingediendCenten": 216815,
    "toegekendCenten": 216815,
    "ontvangenOp": "2026-08-03T07:15:00.000000Z",
    "afgehandeldOp": "2026-08-03T07:15:00.120000Z",
    "voortgang": None,
    "misluktReden": None,
}


class Regel(PeriodeInvoer):
    """Een declaratieregel: welke termijn, welk bedrag, debet of credit."""

    begindatum: Dag
    einddatum: Dag
    referentie: Referentie
    toewijzing_nummer: Nummer
    mijlpaal: Mijlpaal
    bedrag_centen: Annotated[int, Field(ge=0, le=MOST_CENTEN)]
    debet_credit: Literal["debet", "credit"]
    vorige_referentie: Referentie | None = None
    volume: Annotated[int, Field(ge=0, le=MOST_VOLUME)] | None = Field(
        default=None, description="Het geleverde volume, als de toewijzing een omvang heeft."
    )
    eenheid: Eenheid | None = Field(
        default=None,
        validate_default=True,
        description="Hoort bij volume: die van de toewijzing, of minuten waar zij in uren is.",
    )

    model_config = example(REGEL_EXAMPLE)

    @field_validator("eenheid")
    @classmethod
    def _comes_with_a_volume(cls, eenheid: Eenheid | None, info: ValidationInfo) -> Eenheid | None:
        if "volume" not in info.data:
            return eenheid
        if info.data["volume"] is None and eenheid is not None:
            raise refusal("moet_leeg", "Zonder volume is er geen eenheid.")
        if info.data["volume"] is not None and eenheid is None:
            raise refusal("verplicht", "Een volume heeft een eenheid.", "eenheid")
        return eenheid

    def as_csv(self) -> bytes:
        """The line in the order of aanlevering.COLUMNS, as it is staged and hashed.

        A line without a volume ends before it: so it did, and is hashed, from the first.
        """
        omvang = () if self.volume is None else (self.volume, self.eenheid)
        buffer = io.StringIO(newline="")
        csv.writer(buffer, lineterminator="\n").writerow(
            (
                self.referentie,
                self.toewijzing_nummer,
                self.mijlpaal,
                self.begindatum,
                self.einddatum,
                self.bedrag_centen,
                self.debet_credit,
                self.vorige_referentie,
                *omvang,
            )
        )
        return buffer.getvalue().encode()


class DeclaratieInvoer(InputModel):
    """Een declaratie in JSON, met ten hoogste 10.000 regels."""

    declaratienummer: Declaratienummer
    dagtekening: Datum
    regels: Annotated[list[Regel], Field(min_length=1, max_length=MOST_JSON_LINES)]

    model_config = example(DECLARATIE_INVOER_EXAMPLE)


class DeclaratieQuery(QueryModel):
    """De kop van een declaratie in CSV of NDJSON; in JSON staat die in de inhoud."""

    declaratienummer: Declaratienummer | None = None
    dagtekening: Datum | None = None


class Declaratie(OutputModel):
    """Hoe het met een declaratie staat; credits tellen negatief."""

    id: int
    declaratienummer: str
    status: Status
    aantal_regels: int
    aantal_toegekend: int
    aantal_afgekeurd: int
    aantal_aangehouden: int
    ingediend_centen: int
    toegekend_centen: int
    ontvangen_op: Tijdstip
    afgehandeld_op: Tijdstip | None
    voortgang: Voortgang | None
    mislukt_reden: str | None

    model_config = example(DECLARATIE_EXAMPLE)


def declaratie_of(row: Record) -> Declaratie:
    """A declaratie as its aanbieder reads it."""
    status = status_of(row)
    return Declaratie(
        status=status,
        voortgang=voortgang_of(row) if status == "bezig" else None,
        **{name: row[name] for name in Declaratie.model_fields if name in row},
    )
