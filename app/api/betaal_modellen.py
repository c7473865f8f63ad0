# SPDX-License-Identifier: EUPL-1.2
"""What is sent and told about betaalspecificaties and the betalingen on them."""

from typing import Annotated, Literal

from pydantic import Field, field_validator

from app.api.models import (
    AgbCode,
    Cijfers,
    Datum,
    GemeenteCode,
    InputModel,
    NummerInPad,
    OutputModel,
    ProfielCode,
    Tekst,
    Tijdstip,
    example,
    refusal,
)
from app.api.pages import Page, PageQuery, page_example
from app.api.periode import BekendOp, PeriodeQuery
from app.api.surroundings import Verleden
from app.domain.toewijzing import Wet
from app.pricing.betaalplan import Mijlpaal

MOST_BETALINGEN = 10_000

Status = Literal["open", "deels_voldaan", "voldaan"]
Bedrag = Annotated[int, Field(strict=True, ge=-999_999_999_999, le=999_999_999_999)]
Kenmerk = Annotated[str, Tekst(70)]
SpecificatieNummer = Annotated[int, Cijfers(1, 2_147_483_647)]

SPECIFICATIE_EXAMPLE = {
    "id": 31,
    "declaratie": 17,
    "taakopdracht": None,
    "declaratienummer": "2026081",
    "dagtekening": "2026-08-03",
    "aanbieder": "99000001",
    "betaler": "0153",
    "geboektOp": "2026-08-03T07:15:00.000000Z",
    "aantalRegels": 2,
    "debetCenten": 337400,
    "creditCenten": -63113,
    "bedragCenten": 274287,
    "vervaldatum": "2026-09-02",
    "betaaldCenten": 0,
    "openCenten": 274287,
    "status": "open",
    "voldaanOp": None,
    "betaalopdracht": None,
}
REGEL_EXAMPLE = {
    "regelnummer": 1,
    "referentie": "2026-000123",
    "vorigeReferentie": None,
    "toewijzingNummer": 1204,
    "wet": "jeugdwet",
    "profiel": "OB2",
    "mijlpaal": "start",
    "begindatum": "2026-02-01",
    "einddatum": "2026-07-31",
    "debetCredit": "debet",
    "bedragCenten": 337400,
}
BETALING_INVOER = {"datum": "2026-08-28", "bedragCenten": 274287, "kenmerk": "NL2608280001"}
BETALING_EXAMPLE = {
    "id": 5,
    "specificatie": 31,
    **BETALING_INVOER,
    "betaalopdracht": None,
    "geregistreerdOp": "2026-08-28T12:00:00.000000Z",
}
BETALINGEN_CSV = "specificatie,datum,bedragCenten,kenmerk\n31,2026-08-28,274287,NL2608280001\n"


class SpecificatiesQuery(PageQuery):
    """Welke betaalspecificaties."""

    status: Status | None = None
    aanbieder: AgbCode | None = None
    betaler: GemeenteCode | None = None
    declaratie: NummerInPad | None = None
    vervalt_vanaf: Datum | None = None
    vervalt_tot_en_met: Datum | None = None
    bekend_op: BekendOp = None


class BetaaltijdQuery(PeriodeQuery):
    """Over specificaties met een vervaldatum in deze dagen."""

    bekend_op: BekendOp = None


class Betaalspecificatie(OutputModel):
    """Wat een betaler voor een declaratie moet betalen; onder nul is het te verrekenen.

    Of voor termijnen van een taakopdracht: die heeft geen declaratie.
    """

    id: int
    declaratie: int | None
    taakopdracht: int | None = Field(description="In plaats van een declaratie.")
    declaratienummer: str | None
    dagtekening: Datum | None
    aanbieder: AgbCode
    betaler: GemeenteCode
    geboekt_op: Tijdstip
    aantal_regels: int
    debet_centen: int
    credit_centen: int = Field(description="Wat wordt teruggenomen; nul of lager.")
    bedrag_centen: int
    vervaldatum: Datum
    betaald_centen: int
    open_centen: int
    status: Status
    voldaan_op: Datum | None
    betaalopdracht: int | None = Field(description="De opdracht waarin zij nu klaarstaat.")

    model_config = example(SPECIFICATIE_EXAMPLE)


class BetaalspecificatiesPagina(Page):
    """Een pagina betaalspecificaties, op volgorde van ontstaan."""

    results: list[Betaalspecificatie]

    model_config = page_example(SPECIFICATIE_EXAMPLE)


class Specificatieregel(OutputModel):
    """Een regel waarvoor betaald wordt, of die terugneemt wat betaald is; of een taaktermijn."""

    regelnummer: int
    referentie: str
    vorige_referentie: str | None
    toewijzing_nummer: int | None = Field(description="Null bij een taakopdracht.")
    wet: Wet | None
    profiel: ProfielCode | None
    mijlpaal: Mijlpaal | Literal["taak"]
    begindatum: Datum
    einddatum: Datum
    debet_credit: Literal["debet", "credit"]
    bedrag_centen: int

    model_config = example(REGEL_EXAMPLE)


class SpecificatieregelsPagina(Page):
    """Een pagina regels, in de volgorde van de declaratie."""

    results: list[Specificatieregel]

    model_config = page_example(REGEL_EXAMPLE)


class BetalingInvoer(InputModel):
    """Wat op een dag is betaald; op een negatieve specificatie een negatief bedrag."""

    datum: Verleden
    bedrag_centen: Bedrag
    kenmerk: Kenmerk = Field(description="Dat van de bank; per specificatie één keer te gebruiken.")

    model_config = example(BETALING_INVOER)

    @field_validator("bedrag_centen")
    @classmethod
    def _pays_something(cls, bedrag_centen: int) -> int:
        if bedrag_centen == 0:
            raise refusal("is_nul", "Een betaling van niets wordt niet vastgelegd.")
        return bedrag_centen


class BetalingRij(BetalingInvoer):
    """Een betaling met de specificatie waarop zij betaalt."""

    specificatie: Annotated[int, Field(ge=1, le=2_147_483_647)]


class BetalingenInvoer(InputModel):
    """Betalingen op verschillende specificaties, alle of geen."""

    betalingen: Annotated[list[BetalingRij], Field(min_length=1, max_length=MOST_BETALINGEN)]

    model_config = example({"betalingen": [{"specificatie": 31, **BETALING_INVOER}]})


class Betaling(OutputModel):
    """Een vastgelegde betaling."""

    id: int
    specificatie: int
    datum: Datum
    bedrag_centen: int
    kenmerk: str
    betaalopdracht: int | None
    geregistreerd_op: Tijdstip

    model_config = example(BETALING_EXAMPLE)


class BetalingenPagina(Page):
    """Een pagina betalingen, op volgorde van vastleggen."""

    results: list[Betaling]

    model_config = page_example(BETALING_EXAMPLE)


class Vastgelegd(OutputModel):
    """Wat er is vastgelegd."""

    aantal_betalingen: int
    bedrag_centen: int

    model_config = example({"aantalBetalingen": 1, "bedragCenten": 274287})


class Betaaltijd(OutputModel):
    """Hoeveel op tijd is betaald: in aantal en in geld; zonder specificaties geen aandeel."""

    vanaf: Datum
    tot_en_met: Datum
    aantal: int
    aantal_op_tijd: int
    aandeel_op_tijd: str | None
    bedrag_centen: int
    bedrag_op_tijd_centen: int

    model_config = example(
        {
            "vanaf": "2026-07-01",
            "totEnMet": "2026-09-30",
            "aantal": 40,
            "aantalOpTijd": 39,
            "aandeelOpTijd": "0.9750",
            "bedragCenten": 9_120_000,
            "bedragOpTijdCenten": 8_990_000,
        }
    )
