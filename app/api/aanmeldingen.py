# SPDX-License-Identifier: EUPL-1.2
"""Aanmeldingen: an aanbieder asks to be admitted, is tested, and is decided on."""

from collections import Counter
from typing import Annotated, Literal

from asyncpg import Record
from fastapi import Path, Query, Request, Response
from pydantic import Field, field_validator
from pydantic_core.core_schema import ValidationInfo

from app.api.models import (
    AgbCode,
    Code,
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
from app.api.pages import Page, PageQuery, page_example, page_of
from app.api.route import Router, caller, connection, operation
from app.api.surroundings import BekendeGemeente, Verleden
from app.db import aanmeldingen, catalogus
from app.db.pages import find_page
from app.db.raamovereenkomsten import lock_aanbieder
from app.domain.aanmelding import Uitslag, check_demands, check_undecided
from app.domain.errors import Forbidden

router = Router(tags=["Aanbieders en contracten"])

AanmeldingId = Annotated[NummerInPad, Path(alias="id")]

OWN_OR_REGIO = ("contracten:schrijven", "declaraties:schrijven")
"""An aanbieder applies for itself with the right it has to declare; the regio for anyone."""

AANVRAAG = {
    "aanbieder": "99000001",
    "naam": "De Linde Jeugdhulp",
    "profielen": ["OB1", "OB2"],
    "gemeenten": ["0141", "0153"],
    "toelichting": "Wij werken sinds 2019 in Twente.",
}
BESLUIT = {
    "besluit": "toegelaten",
    "reden": None,
    "datum": "2026-02-10",
    "totEnMet": None,
    "getoetst": [{"eis": "keurmerk", "voldoet": True, "toelichting": "HKZ, tot 2028"}],
}
EXAMPLE = {
    "id": 7,
    **AANVRAAG,
    "status": "toegelaten",
    "ontvangenOp": "2026-02-01T09:30:00.000000Z",
    "besluit": {
        **BESLUIT,
        "getoetst": [
            {
                "eis": "keurmerk",
                "naam": "Kwaliteitskeurmerk",
                "voldoet": True,
                "toelichting": "HKZ, tot 2028",
            }
        ],
        "beslotenOp": "2026-02-10T14:00:00.000000Z",
    },
}

Aanmeldingstatus = Literal["ingediend", "toegelaten", "afgewezen", "uitgesloten"]


class AanmeldingInvoer(InputModel):
    """Een aanbieder die een raamovereenkomst wil; hij hoeft nog niet in de catalogus te staan."""

    aanbieder: AgbCode
    naam: Annotated[str, Tekst(200)]
    profielen: Annotated[list[ProfielCode], Field(min_length=1, max_length=1_000)]
    gemeenten: Annotated[list[BekendeGemeente], Field(min_length=1, max_length=500)]
    toelichting: Annotated[str, Tekst(2_000, lines=True)] | None = None

    model_config = example(AANVRAAG)


class ToetsInvoer(InputModel):
    """Of aan een kwaliteitseis is voldaan."""

    eis: Code
    voldoet: bool
    toelichting: Annotated[str, Tekst(1_000, lines=True)] | None = None


class BesluitInvoer(InputModel):
    """Het besluit op een aanmelding, met wat er is getoetst."""

    besluit: Uitslag
    datum: Verleden
    reden: Annotated[str, Tekst(2_000, lines=True)] | None = Field(
        default=None,
        validate_default=True,
        description="Verplicht bij afgewezen en uitgesloten.",
    )
    tot_en_met: Datum | None = Field(
        default=None,
        validate_default=True,
        description="Tot en met wanneer uitgesloten; alleen dan, en dan verplicht.",
    )
    getoetst: Annotated[list[ToetsInvoer], Field(max_length=100)]

    model_config = example(BESLUIT)

    @field_validator("getoetst")
    @classmethod
    def _test_each_once(cls, getoetst: list[ToetsInvoer]) -> list[ToetsInvoer]:
        times = Counter(t.eis for t in getoetst)
        double = ", ".join(eis for eis, count in times.items() if count > 1)
        if double:
            raise refusal("dubbele_eis", f"Deze eisen staan er meer dan één keer: {double}.")
        return getoetst

    @field_validator("reden")
    @classmethod
    def _say_why(cls, reden: str | None, info: ValidationInfo) -> str | None:
        if reden is None and info.data.get("besluit") in ("afgewezen", "uitgesloten"):
            raise refusal("verplicht", "Niemand wordt geweigerd zonder reden.")
        return reden

    @field_validator("tot_en_met")
    @classmethod
    def _say_until_when(cls, tot_en_met: Datum | None, info: ValidationInfo) -> Datum | None:
        excluded = info.data.get("besluit") == "uitgesloten"
        if "besluit" in info.data and excluded != (tot_en_met is not None):
            raise refusal(
                "tot_en_met_past_niet", "Tot en met wanneer hoort bij uitgesloten, en alleen daar."
            )
        datum = info.data.get("datum")
        if tot_en_met and datum and tot_en_met < datum:
            raise refusal("eind_voor_begin", "De datum totEnMet ligt voor datum.")
        return tot_en_met


class Toets(OutputModel):
    """Of aan een kwaliteitseis is voldaan, met haar naam zoals die toen was."""

    eis: Code
    naam: str
    voldoet: bool
    toelichting: str | None


class AanmeldingBesluit(OutputModel):
    """Wat op een aanmelding is besloten."""

    besluit: Uitslag
    reden: str | None
    datum: Datum
    tot_en_met: Datum | None
    getoetst: list[Toets]
    besloten_op: Tijdstip


class Aanmelding(OutputModel):
    """Een aanmelding, met het besluit als dat er is."""

    id: int
    aanbieder: AgbCode
    naam: str
    profielen: list[ProfielCode]
    gemeenten: list[GemeenteCode]
    toelichting: str | None
    status: Aanmeldingstatus
    ontvangen_op: Tijdstip
    besluit: AanmeldingBesluit | None

    model_config = example(EXAMPLE)


class AanmeldingenPagina(Page):
    """Een pagina aanmeldingen, op volgorde van ontvangst."""

    results: list[Aanmelding]

    model_config = page_example(EXAMPLE)


class AanmeldingenQuery(PageQuery):
    """Waarop te zoeken; wat ontbreekt, doet niet mee."""

    aanbieder: AgbCode | None = None
    status: Aanmeldingstatus | None = None


@router.post("/aanmeldingen", status_code=201, summary="Een aanbieder aanmelden")
@operation(scopes=OWN_OR_REGIO, creates=True)
async def create_aanmelding(
    request: Request, response: Response, invoer: AanmeldingInvoer
) -> Aanmelding:
    """Meldt een aanbieder aan; een aanbieder alleen zichzelf, en niet twee keer tegelijk."""
    db, agb = connection(request), caller(request).agb
    if agb not in (None, invoer.aanbieder):
        raise Forbidden("andere_aanbieder", "Een aanbieder meldt alleen zichzelf aan.")
    await catalogus.find_profiel_ids(db, invoer.profielen)
    aanmelding_id = await aanmeldingen.insert_aanmelding(
        db,
        invoer.aanbieder,
        invoer.naam,
        sorted(set(invoer.profielen)),
        sorted(set(invoer.gemeenten)),
        invoer.toelichting,
        caller(request).sub,
    )
    response.headers["Location"] = f"/v1/aanmeldingen/{aanmelding_id}"
    return _aanmelding(await aanmeldingen.find_aanmelding(db, agb, aanmelding_id))


@router.get("/aanmeldingen", summary="Aanmeldingen opvragen")
@operation(scopes=OWN_OR_REGIO)
async def list_aanmeldingen(
    request: Request, response: Response, query: Annotated[AanmeldingenQuery, Query()]
) -> AanmeldingenPagina:
    """Alle aanmeldingen; een aanbieder ziet alleen de eigen."""
    count, rows = await find_page(
        connection(request),
        aanmeldingen.AANMELDINGEN_BY_CHOICE,
        caller(request).agb,
        query.aanbieder,
        query.status,
        limit=query.page_size,
        offset=query.offset,
    )
    results = [_aanmelding(row) for row in rows]
    return page_of(request, query, count, results, AanmeldingenPagina, response)


@router.get("/aanmeldingen/{id:int}", summary="Een aanmelding opvragen")
@operation(scopes=OWN_OR_REGIO)
async def get_aanmelding(request: Request, aanmelding_id: AanmeldingId) -> Aanmelding:
    """Een aanmelding met haar besluit; een aanbieder ziet alleen de eigen."""
    agb = caller(request).agb
    return _aanmelding(await aanmeldingen.find_aanmelding(connection(request), agb, aanmelding_id))


@router.post("/aanmeldingen/{id:int}/besluit", summary="Op een aanmelding besluiten")
@operation(scopes=("contracten:schrijven",))
async def decide_aanmelding(
    request: Request, aanmelding_id: AanmeldingId, invoer: BesluitInvoer
) -> Aanmelding:
    """Besluit één keer. Toegelaten kan alleen als aan elke eis van die dag is voldaan."""
    db = connection(request)
    aanmelding = await aanmeldingen.lock_aanmelding(db, aanmelding_id)
    await lock_aanbieder(db, aanmelding["aanbieder"])
    getoetst = {toets.eis: toets.voldoet for toets in invoer.getoetst}
    eisen = await aanmeldingen.find_eisen(db, invoer.datum, list(getoetst))
    check_undecided(aanmelding["besluit"])
    check_demands(invoer.besluit, getoetst, eisen)
    await aanmeldingen.decide(
        db,
        aanmelding_id,
        invoer.besluit,
        invoer.reden,
        invoer.datum,
        invoer.tot_en_met,
        [aanmeldingen.Toets(t.eis, t.voldoet, t.toelichting) for t in invoer.getoetst],
        caller(request).sub,
    )
    return _aanmelding(await aanmeldingen.find_aanmelding(db, None, aanmelding_id))


def _aanmelding(row: Record) -> Aanmelding:
    besluit = None
    if row["besluit"] is not None:
        besluit = AanmeldingBesluit(**{key: row[key] for key in AanmeldingBesluit.model_fields})
    known = {key: row[key] for key in Aanmelding.model_fields if key not in ("status", "besluit")}
    return Aanmelding(**known, status=row["besluit"] or "ingediend", besluit=besluit)
