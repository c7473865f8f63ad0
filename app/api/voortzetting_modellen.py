# SPDX-License-Identifier: EUPL-1.2
"""What goes over the wire about the takeover of a toewijzing."""

from typing import Annotated, Any, Literal

from asyncpg import Record
from pydantic import Field

from app.api.logboek import note
from app.api.models import (
    AgbCode,
    Datum,
    GemeenteCode,
    InputModel,
    Nummer,
    OutputModel,
    ProfielCode,
    Tekst,
    Tijdstip,
    example,
)
from app.api.pages import Page, PageQuery, page_example
from app.api.surroundings import BekendeGemeente
from app.domain.errors import Conflict
from app.domain.period import Periode
from app.domain.toewijzing import Intensiteit, Wet
from app.pricing.volumeleven import Volumestand, hand_over
from app.pricing.voortzetting import take_over

Toelichting = Annotated[str, Tekst(2_000, lines=True)]
VoortzettingStatus = Literal["gevraagd", "aangenomen", "afgewezen", "ingetrokken"]

EXAMPLE: dict[str, Any] = {
    "id": 8,
    "toewijzingNummer": 1204,
    "status": "gevraagd",
    "vanGemeente": "0153",
    "gemeente": "0164",
    "begindatum": "2026-05-15",
    "toelichting": "Het gezin is verhuisd.",
    "wet": "jeugdwet",
    "profiel": "OB2",
    "intensiteit": "middel",
    "aanbieder": "99000001",
    "overname": {
        "verschuldigdCenten": 274287,
        "prijsCenten": 207713,
        "begindatum": "2026-05-15",
        "einddatum": "2026-07-31",
    },
    "bekendeInwonerId": None,
    "gevraagdOp": "2026-05-04T09:12:00.000000Z",
    "beslotenOp": None,
    "besluitToelichting": None,
    "vervolg": None,
}


class VoortzettingInvoer(InputModel):
    """Welke gemeente vanaf welke dag wordt gevraagd om over te nemen."""

    gemeente: BekendeGemeente
    begindatum: Annotated[Datum, Field(description="De eerste dag bij de nieuwe gemeente.")]
    toelichting: Toelichting | None = None

    model_config = example(
        {
            "gemeente": "0164",
            "begindatum": "2026-05-15",
            "toelichting": "Het gezin is verhuisd.",
        }
    )


class AanvaardingInvoer(InputModel):
    """Voor welke eigen inwoner de nieuwe gemeente de hulp voortzet."""

    inwoner_id: Nummer | None = Field(
        default=None,
        description="Zonder: de inwoner met hetzelfde BSN, en anders een nieuwe registratie.",
    )

    model_config = example({"inwonerId": None})


class VoortzettingBesluitInvoer(InputModel):
    """Waarom de voortzetting niet doorgaat."""

    toelichting: Toelichting

    model_config = example({"toelichting": "Het gezin staat hier niet ingeschreven."})


class VoortzettingenQuery(PageQuery):
    """Desgewenst alleen die met een status."""

    status: VoortzettingStatus | None = None


class OvernameUitkomst(OutputModel):
    """Wat de oude toewijzing nog kost, en periode en prijs van het vervolg."""

    verschuldigd_centen: int
    prijs_centen: int
    begindatum: Datum
    einddatum: Datum


class Voortzetting(OutputModel):
    """Een vraag om een toewijzing over te nemen, en wat daarop is besloten."""

    id: int
    toewijzing_nummer: int
    status: VoortzettingStatus
    van_gemeente: GemeenteCode
    gemeente: GemeenteCode
    begindatum: Datum
    toelichting: str | None
    wet: Wet
    profiel: ProfielCode
    intensiteit: Intensiteit
    aanbieder: AgbCode
    overname: OvernameUitkomst | None = Field(
        description="Zolang er niet is besloten: wat aanvaarden zou geven."
    )
    bekende_inwoner_id: int | None = Field(
        description="Alleen voor de gevraagde gemeente: haar inwoner met hetzelfde BSN."
    )
    gevraagd_op: Tijdstip
    besloten_op: Tijdstip | None
    besluit_toelichting: str | None
    vervolg: int | None = Field(description="Het nummer van de nieuwe toewijzing.")

    model_config = example(EXAMPLE)


class VoortzettingenPagina(Page):
    """Een pagina voortzettingen, op volgorde van vragen."""

    results: list[Voortzetting]

    model_config = page_example(EXAMPLE)


def voortzetting_of(row: Record, volumes: Volumestand | None = None) -> Voortzetting:
    """A takeover as both gemeenten read it."""
    note(toewijzing=row["toewijzing_nummer"])
    same = Voortzetting.model_fields.keys() & dict(row).keys()
    return Voortzetting(
        **{name: row[name] for name in same},
        bekende_inwoner_id=row["bekende_inwoner"],
        overname=_overname(row, volumes),
    )


def _overname(row: Record, volumes: Volumestand | None) -> OvernameUitkomst | None:
    runs = row["begon"] < row["begindatum"] <= row["einddatum"]
    if row["status"] != "gevraagd" or not runs:
        return None
    periode = Periode(row["begon"], row["einddatum"])
    if volumes is not None:
        return _overname_by_volume(volumes, periode, row)
    found = take_over(row["prijs_centen"], periode, row["begindatum"], row["wet"])
    return OvernameUitkomst(
        verschuldigd_centen=found.verschuldigd_centen,
        prijs_centen=found.prijs_centen,
        begindatum=found.periode.begindatum,
        einddatum=found.periode.einddatum,
    )


def _overname_by_volume(
    volumes: Volumestand, periode: Periode, row: Record
) -> OvernameUitkomst | None:
    """The most that may come of both; None when nothing would be left to take over."""
    try:
        found = hand_over(volumes, periode, row["begindatum"], row["wet"])
    except Conflict:
        return None
    return OvernameUitkomst(
        verschuldigd_centen=found.totaal * volumes.tarief_centen,
        prijs_centen=found.vervolg * volumes.tarief_centen,
        begindatum=found.periode.begindatum,
        einddatum=found.periode.einddatum,
    )
