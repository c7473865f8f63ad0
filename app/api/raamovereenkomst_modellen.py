# SPDX-License-Identifier: EUPL-1.2
"""What goes over the wire about raamovereenkomsten: the contract, and what happens to it."""

from typing import Annotated, Any

from pydantic import Field, field_validator
from pydantic_core.core_schema import ValidationInfo

from app.api.models import (
    AgbCode,
    Datum,
    GemeenteCode,
    InputModel,
    OutputModel,
    ProfielCode,
    Tekst,
    Tijdstip,
    example,
    refusal,
)
from app.api.pages import Page, page_example
from app.api.periode import PeriodeInvoer
from app.api.surroundings import BekendeGemeente, Verleden
from app.domain.contractleven import Grond, Soort, Status

GESLOTEN: dict[str, Any] = {
    "aanbieder": "99000001",
    "profielen": ["OB1", "OB2"],
    "gemeenten": ["0141", "0153"],
    "begindatum": "2026-01-01",
    "einddatum": "2028-12-31",
    "declaratietermijnMaanden": 60,
    "betaaltermijnDagen": 30,
    "bonusMalus": False,
    "verlengingVereistResultaten": True,
}
EXAMPLE: dict[str, Any] = {
    "nummer": 12,
    **GESLOTEN,
    "peildatum": "2026-11-24",
    "versie": 2,
    "status": "actief",
    "ontbondenPer": None,
    "uitsluitingen": [{"gemeente": "0141", "profiel": "OB2", "vanaf": "2026-07-01"}],
}
VERSIE = {
    "versie": 2,
    "soort": "uitgesloten",
    "vanaf": "2026-07-01",
    "einddatum": None,
    "grond": None,
    "reden": "De gemeente doet dit met een eigen team.",
    "resultaten": [],
    "dekking": [{"gemeente": "0141", "profiel": "OB2", "vanaf": "2026-07-01", "gedekt": False}],
    "onderaannemer": None,
    "geregistreerdOp": "2026-06-10T08:15:00.000000Z",
}
ONDERAANNEMER = {
    "naam": "Praktijk De Es",
    "agb": "99000077",
    "zzp": False,
    "toestemmingDatum": "2026-03-02",
}

Reden = Annotated[str, Tekst(2_000, lines=True)]


class RaamovereenkomstInvoer(PeriodeInvoer):
    """Een nieuw contract met een aanbieder."""

    aanbieder: AgbCode
    profielen: Annotated[list[ProfielCode], Field(min_length=1, max_length=1_000)]
    gemeenten: Annotated[list[BekendeGemeente], Field(min_length=1, max_length=500)]
    declaratietermijn_maanden: Annotated[int, Field(ge=0, le=120)] = 60
    betaaltermijn_dagen: Annotated[int, Field(ge=1, le=60)] = 30
    bonus_malus: Annotated[
        bool,
        Field(description="Staat uit; aanzetten kan pas als de regio er een regel voor heeft."),
    ] = False
    verlenging_vereist_resultaten: Annotated[
        bool, Field(description="Of verlengen alleen kan op gepubliceerde resultaten.")
    ] = False

    model_config = example(GESLOTEN)


class VerlengingInvoer(InputModel):
    """Een latere einddatum."""

    einddatum: Datum
    reden: Reden
    resultaten: Annotated[
        list[Annotated[str, Tekst(1_000)]],
        Field(max_length=100, description="De gepubliceerde resultaten waarop wordt verlengd."),
    ] = Field(default=[])

    model_config = example(
        {
            "einddatum": "2030-12-31",
            "reden": "De resultaten geven vertrouwen.",
            "resultaten": ["Jaarbericht 2028: 92 % van de doelen is gehaald"],
        }
    )


class UitbreidingInvoer(InputModel):
    """Profielen en gemeenten die er vanaf een dag bij komen."""

    vanaf: Datum
    profielen: Annotated[list[ProfielCode], Field(max_length=1_000)] = Field(default=[])
    gemeenten: Annotated[list[BekendeGemeente], Field(max_length=500)] = Field(
        default=[], validate_default=True
    )
    reden: Reden | None = None

    model_config = example(
        {"vanaf": "2026-07-01", "profielen": ["OB5"], "gemeenten": ["0164"], "reden": None}
    )

    @field_validator("gemeenten")
    @classmethod
    def _name_something(cls, gemeenten: list[str], info: ValidationInfo) -> list[str]:
        if not gemeenten and info.data.get("profielen") == []:
            raise refusal("te_weinig", "Noem ten minste één profiel of gemeente.")
        return gemeenten


class UitsluitingInvoer(InputModel):
    """Een gemeente die het contract, of een profiel daarvan, vanaf een dag niet gebruikt."""

    gemeente: BekendeGemeente
    profiel: ProfielCode | None = Field(
        default=None, description="Zonder profiel: de gemeente gebruikt het contract niet."
    )
    vanaf: Datum
    reden: Reden

    model_config = example(
        {
            "gemeente": "0141",
            "profiel": "OB2",
            "vanaf": "2026-07-01",
            "reden": "De gemeente doet dit met een eigen team.",
        }
    )


class OnderaannemerInvoer(InputModel):
    """Wie onder dit contract werkt voor de aanbieder."""

    naam: Annotated[str, Tekst(200)]
    agb: AgbCode | None = None
    zzp: bool
    toestemming_datum: Verleden | None = Field(
        default=None,
        validate_default=True,
        description="De dag van de schriftelijke toestemming; alleen bij een zzp'er niet nodig.",
    )
    vanaf: Datum | None = Field(
        default=None, description="Vanaf wanneer; zonder: de dag van de toestemming, of vandaag."
    )
    opdrachtgever: AgbCode | None = Field(
        default=None, description="Wie inschakelt; dat kan alleen de aanbieder zelf zijn."
    )

    model_config = example({**ONDERAANNEMER, "vanaf": None, "opdrachtgever": None})

    @field_validator("toestemming_datum")
    @classmethod
    def _has_consent(cls, dag: Datum | None, info: ValidationInfo) -> Datum | None:
        if dag is None and info.data.get("zzp") is False:
            raise refusal("verplicht", "Een onderaannemer heeft schriftelijke toestemming nodig.")
        return dag

    @field_validator("vanaf")
    @classmethod
    def _works_with_consent(cls, vanaf: Datum | None, info: ValidationInfo) -> Datum | None:
        toestemming = info.data.get("toestemming_datum")
        if vanaf and toestemming and vanaf < toestemming:
            raise refusal("voor_toestemming", "Dit ligt voor de dag van de toestemming.")
        return vanaf


class OpschortingInvoer(InputModel):
    """Vanaf wanneer en waarom een contract of toewijzing stil ligt."""

    vanaf: Datum
    reden: Reden

    model_config = example({"vanaf": "2026-05-01", "reden": "Onderzoek door de inspectie."})


class HervattingInvoer(InputModel):
    """Vanaf wanneer een contract of toewijzing weer doorgaat."""

    vanaf: Datum | None = Field(default=None, description="Zonder: vandaag.")
    reden: Reden | None = None

    model_config = example({"vanaf": "2026-06-09", "reden": "Het onderzoek is afgerond."})


class OntbindingInvoer(InputModel):
    """Vanaf wanneer en waarom een contract er niet meer is."""

    datum: Annotated[Verleden, Field(description="De eerste dag zonder contract.")]
    grond: Grond
    reden: Reden

    model_config = example(
        {"datum": "2026-06-01", "grond": "wanprestatie", "reden": "De hulp bleef uit."}
    )


class Uitsluiting(OutputModel):
    """Wat een gemeente niet gebruikt: het contract, of een profiel daarvan."""

    gemeente: GemeenteCode
    profiel: ProfielCode | None
    vanaf: Datum


class Raamovereenkomst(OutputModel):
    """Een contract zoals het op de peildatum staat."""

    nummer: int
    aanbieder: AgbCode
    profielen: list[ProfielCode]
    gemeenten: list[GemeenteCode]
    begindatum: Datum
    einddatum: Datum
    declaratietermijn_maanden: int
    betaaltermijn_dagen: int
    peildatum: Datum
    versie: int
    status: Status
    ontbonden_per: Datum | None
    uitsluitingen: list[Uitsluiting]
    bonus_malus: bool
    verlenging_vereist_resultaten: bool

    model_config = example(EXAMPLE)


class RaamovereenkomstenPagina(Page):
    """Een pagina raamovereenkomsten, op volgorde van nummer."""

    results: list[Raamovereenkomst]

    model_config = page_example(EXAMPLE)


class Onderaannemer(OutputModel):
    """Wie onder dit contract werkt voor de aanbieder."""

    naam: str
    agb: AgbCode | None
    zzp: bool
    toestemming_datum: Datum | None
    vanaf: Datum

    model_config = example({**ONDERAANNEMER, "vanaf": "2026-03-02"})


class OnderaannemersPagina(Page):
    """Een pagina onderaannemers, op volgorde van vastleggen."""

    results: list[Onderaannemer]

    model_config = page_example({**ONDERAANNEMER, "vanaf": "2026-03-02"})


class Dekking(OutputModel):
    """Of een gemeente, een profiel of een combinatie vanaf een dag onder het contract valt."""

    gemeente: GemeenteCode | None
    profiel: ProfielCode | None
    vanaf: Datum
    gedekt: bool


class Versie(OutputModel):
    """Wat er met een contract gebeurde; het nieuwe komt erbij, het oude blijft."""

    versie: int
    soort: Soort
    vanaf: Datum
    einddatum: Datum | None
    grond: Grond | None
    reden: str | None
    resultaten: list[str]
    dekking: list[Dekking]
    onderaannemer: str | None
    geregistreerd_op: Tijdstip

    model_config = example(VERSIE)


class VersiesPagina(Page):
    """Een pagina versies, op volgorde van vastleggen."""

    results: list[Versie]

    model_config = page_example(VERSIE)
