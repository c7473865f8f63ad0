# SPDX-License-Identifier: EUPL-1.2
"""What is asked of a toewijzing, and what is answered about one."""

from datetime import date
from typing import Annotated, Literal

from asyncpg import Record
from pydantic import Field, field_validator
from pydantic_core.core_schema import ValidationInfo

from app.api.intensiteitsadviezen import (
    SITUATIE_EXAMPLE,
    BewaardAdvies,
    SituatieInvoer,
)
from app.api.logboek import note
from app.api.models import (
    CURSOR,
    AgbCode,
    Datum,
    GemeenteCode,
    InputModel,
    Nummer,
    NummerInPad,
    OutputModel,
    ProfielCode,
    Tekst,
    example,
    refusal,
    where_it_applies,
)
from app.api.omvang_modellen import (
    BY_VOLUME,
    OMVANG,
    Omvang,
    Volumegrenzen,
    omvang_of,
    volumegrenzen_of,
)
from app.api.pages import Page, PageQuery, page_example
from app.api.periode import PeriodeInvoer
from app.domain.toewijzing import MOST_YEARS, Intensiteit, Tarief, Wet
from app.domain.toewijzingsleven import Status
from app.pricing.besluit import Besluit
from app.pricing.betaalplan import Mijlpaal, Termijn

FOR_GEMEENTE = "Alleen voor de gemeente: de aanbieder ziet hier altijd null."

Verwijzer = Literal[
    "gemeente",
    "huisarts",
    "jeugdarts",
    "gecertificeerde_instelling",
    "medisch_specialist",
    "zelfverwijzer",
    "rechter",
]
ReferentieAanbieder = Annotated[
    str, Tekst(36), Field(description="Waaraan de aanbieder de toewijzing herkent.")
]
Beschikking = Annotated[
    str, Tekst(80), Field(description="Het kenmerk van de beschikking aan de inwoner.")
]

INPUT_EXAMPLE = {
    "inwonerId": 341,
    "gemeente": "0153",
    "wet": "jeugdwet",
    "profiel": "OB2",
    "intensiteit": "middel",
    "aanbieder": "99000001",
    "begindatum": "2026-02-01",
    "einddatum": "2026-07-31",
    "beoogdeResultaten": [
        {
            "resultaat": "Gaat weer elke dag naar school",
            "onderbouwing": "Gesprek met ouders en school, plan van 20 januari",
        }
    ],
    "verwijzer": "gemeente",
    "spoed": None,
    "referentieAanbieder": "V-2026-0042",
    "intensiteitsadvies": SITUATIE_EXAMPLE,
    "afwijkingsreden": None,
    "beschikking": "Z26-001204",
}
TARIEF_EXAMPLE = {"bedragCenten": 309736, "vanaf": "2026-01-01", "tarieflijst": 2}
TERMIJNEN_EXAMPLE = [
    {
        "volgnummer": 1,
        "mijlpaal": "start",
        "begindatum": "2026-02-01",
        "einddatum": "2026-07-31",
        "bedragCenten": 216815,
    },
    {
        "volgnummer": 2,
        "mijlpaal": "resultaat",
        "begindatum": "2026-02-01",
        "einddatum": "2026-07-31",
        "bedragCenten": 92921,
    },
]
AFREKENING_EXAMPLE = {
    "verschuldigdCenten": 274287,
    "toegekendCenten": 337400,
    "correctieCenten": -63113,
    "declarabelCenten": 0,
    "termijn": 3,
}
EXAMPLE = {
    "nummer": 1204,
    "status": "actief",
    "prijsCenten": 309736,
    "verschuldigdCenten": None,
    "opgeschortVanaf": None,
    "isInBeoordeling": False,
    "redenEinde": None,
    "afrekening": None,
    "volgtOp": None,
    "tarief": TARIEF_EXAMPLE,
    "termijnen": TERMIJNEN_EXAMPLE,
    **INPUT_EXAMPLE,
    "intensiteitsadvies": {**SITUATIE_EXAMPLE, "versie": 2, "advies": "middel"},
}


class BeoogdResultaat(InputModel):
    """Een resultaat dat met de hulp wordt beoogd, en waarom juist dat."""

    resultaat: Annotated[str, Tekst(1_000, lines=True)]
    onderbouwing: Annotated[str, Tekst(4_000, lines=True)]


class Spoed(InputModel):
    """Waarom niet op het vaststellen van de woonplaats kan worden gewacht."""

    reden: Annotated[str, Tekst(1_000, lines=True)]


class Looptijd(PeriodeInvoer):
    """De dagen waarop hulp wordt gegeven."""

    @field_validator("einddatum")
    @classmethod
    def _is_within_reach(cls, einddatum: Datum, info: ValidationInfo) -> Datum:
        begindatum = info.data.get("begindatum")
        if begindatum and einddatum.year - begindatum.year > MOST_YEARS:
            raise refusal("periode_te_lang", f"Een toewijzing duurt ten hoogste {MOST_YEARS} jaar.")
        return einddatum


class ToewijzingInvoer(Looptijd):
    """Een toewijzing zoals de toegang van een gemeente haar vraagt."""

    inwoner_id: Nummer
    gemeente: GemeenteCode
    wet: Wet
    profiel: ProfielCode
    intensiteit: Intensiteit
    aanbieder: AgbCode
    beoogde_resultaten: Annotated[list[BeoogdResultaat], Field(min_length=1, max_length=100)]
    verwijzer: Verwijzer = "gemeente"
    spoed: Spoed | None = None
    referentie_aanbieder: ReferentieAanbieder | None = None
    omvang: Omvang | None = Field(default=None, description=OMVANG)
    intensiteitsadvies: SituatieInvoer | None = Field(
        default=None, description="Waaruit de service een advies over de intensiteit bepaalt."
    )
    afwijkingsreden: Annotated[str, Tekst(2_000, lines=True)] | None = Field(
        default=None,
        description="Verplicht als de intensiteit afwijkt van het advies, en alleen dan.",
    )

    beschikking: Beschikking | None = None

    model_config = example(INPUT_EXAMPLE)


class ToewijzingTarief(OutputModel):
    """De prijs waarop de toewijzing is vastgelegd."""

    bedrag_centen: int
    vanaf: date
    tarieflijst: int


class ToewijzingTermijn(OutputModel):
    """Een deel van de prijs dat één keer kan worden gedeclareerd."""

    volgnummer: int
    mijlpaal: Mijlpaal
    begindatum: date
    einddatum: date
    bedrag_centen: int


class Afrekening(OutputModel):
    """Wat een einde kost: verschuldigd, toegekend tot dan, teruggeboekt of nog te declareren."""

    verschuldigd_centen: int
    toegekend_centen: int
    correctie_centen: int
    declarabel_centen: int
    termijn: int | None = Field(
        default=None, description="Het volgnummer van de termijn die ervoor in de plaats kwam."
    )

    model_config = example(AFREKENING_EXAMPLE)


class Toewijzing(OutputModel):
    """Een toewijzing met de prijs en de termijnen die nu staan."""

    nummer: int
    status: Status
    prijs_centen: int
    verschuldigd_centen: int | None = Field(
        default=None, description="Na een einde: wat van de prijs verschuldigd is."
    )
    opgeschort_vanaf: Datum | None = None
    is_in_beoordeling: bool = Field(
        default=False,
        description="De aanbieder beëindigde de hulp; de gemeente oordeelt over de afrekening.",
    )
    reden_einde: str | None = None
    afrekening: Afrekening | None = None
    volgt_op: int | None = Field(
        default=None, description="De toewijzing waarvan deze het overnam."
    )
    tarief: ToewijzingTarief
    termijnen: list[ToewijzingTermijn]
    inwoner_id: int
    gemeente: GemeenteCode
    wet: Wet
    profiel: ProfielCode
    intensiteit: Intensiteit
    aanbieder: AgbCode
    begindatum: Datum
    einddatum: Datum
    beoogde_resultaten: list[BeoogdResultaat]
    verwijzer: Verwijzer
    spoed: Spoed | None
    referentie_aanbieder: str | None = None
    omvang: Omvang | None = where_it_applies()
    volumegrenzen: Volumegrenzen | None = where_it_applies(BY_VOLUME)
    intensiteitsadvies: BewaardAdvies | None = Field(description=FOR_GEMEENTE)
    afwijkingsreden: str | None = Field(description=FOR_GEMEENTE)
    beschikking: str | None = Field(description=FOR_GEMEENTE)

    model_config = example(EXAMPLE)


class ToewijzingenPagina(Page):
    """Een pagina toewijzingen, op volgorde van nummer, of van wijziging."""

    results: list[Toewijzing]
    cursor: str | None = Field(
        default=None,
        description="Met gewijzigdSinds: de waarde om de volgende keer mee verder te vragen.",
    )

    model_config = page_example(EXAMPLE)


class ToewijzingenQuery(PageQuery):
    """Waarop te zoeken binnen de eigen toewijzingen; wat ontbreekt, doet niet mee."""

    inwoner_id: NummerInPad | None = None
    aanbieder: AgbCode | None = None
    status: Status | None = None
    gewijzigd_sinds: Annotated[str, Field(pattern=CURSOR)] | None = Field(
        default=None,
        description="Alleen wat sindsdien is gegeven of gewijzigd, op volgorde van wijziging. "
        "Begin met 0; daarna met de cursor van het vorige antwoord, ook als dat leeg was.",
    )

    @field_validator("gewijzigd_sinds")
    @classmethod
    def _has_no_pages(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is not None and info.data.get("page", 1) != 1:
            raise refusal("geen_pagina", "Vraag verder met de cursor, niet met een pagina.")
        return value


def tarief_of(tarief: Tarief) -> ToewijzingTarief:
    """A tarief as it is shown."""
    return ToewijzingTarief(
        bedrag_centen=tarief.bedrag_centen, vanaf=tarief.vanaf, tarieflijst=tarief.tarieflijst
    )


def termijn_of(termijn: Termijn) -> ToewijzingTermijn:
    """A termijn as it is shown."""
    return ToewijzingTermijn(
        volgnummer=termijn.volgnummer,
        mijlpaal=termijn.mijlpaal,
        begindatum=termijn.periode.begindatum,
        einddatum=termijn.periode.einddatum,
        bedrag_centen=termijn.bedrag_centen,
    )


def given(invoer: ToewijzingInvoer, besluit: Besluit, nummer: int) -> Toewijzing:
    """A toewijzing that has just been given without advice, as it is read from then on."""
    return Toewijzing(
        nummer=nummer,
        status="actief",
        prijs_centen=besluit.prijs_centen,
        tarief=tarief_of(besluit.tarief),
        termijnen=[termijn_of(t) for t in besluit.termijnen],
        volumegrenzen=volumegrenzen_of(besluit.volumes),
        **dict(invoer),
    )


def toewijzing_of(row: Record) -> Toewijzing:
    """A toewijzing as its gemeente and its aanbieder read it."""
    note(row["inwoner_id"], toewijzing=row["nummer"])
    advies = row["intensiteitsadvies"]
    return Toewijzing(
        nummer=row["nummer"],
        status=row["status"],
        prijs_centen=row["prijs_centen"],
        verschuldigd_centen=row["verschuldigd_centen"],
        opgeschort_vanaf=row["opgeschort_vanaf"],
        is_in_beoordeling=row["is_in_beoordeling"],
        reden_einde=row["reden_einde"],
        afrekening=row["afrekening"],
        volgt_op=row["volgt_op"],
        tarief=ToewijzingTarief(
            bedrag_centen=row["tarief_centen"],
            vanaf=row["tarief_vanaf"],
            tarieflijst=row["tarieflijst_id"],
        ),
        termijnen=row["termijnen"] or [],
        inwoner_id=row["inwoner_id"],
        gemeente=row["gemeente"],
        wet=row["wet"],
        profiel=row["profiel"],
        intensiteit=row["intensiteit"],
        aanbieder=row["aanbieder"],
        begindatum=row["begindatum"],
        einddatum=row["einddatum"],
        beoogde_resultaten=row["beoogde_resultaten"],
        verwijzer=row["verwijzer"],
        spoed=Spoed(reden=row["spoed_reden"]) if row["spoed_reden"] else None,
        referentie_aanbieder=row["referentie_aanbieder"],
        **omvang_of(row),
        intensiteitsadvies=BewaardAdvies.model_validate(advies) if advies else None,
        afwijkingsreden=advies["afwijkingsreden"] if advies else None,
        beschikking=row["beschikking"],
    )
