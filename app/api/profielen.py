# SPDX-License-Identifier: EUPL-1.2
"""Profielen: the needs that can be allocated, with the plan by which they are paid."""

from typing import Annotated, Literal

from asyncpg import Record
from fastapi import Query, Request, Response
from pydantic import Field, field_validator
from pydantic_core.core_schema import ValidationInfo

from app.api.betaalplan_modellen import AnyBetaalplan, as_sent, plan_of
from app.api.models import (
    InputModel,
    OutputModel,
    ProfielCode,
    Tekst,
    example,
    refusal,
    where_it_applies,
)
from app.api.pages import Page, PageQuery, page_example, page_of
from app.api.route import Router, connection, operation
from app.api.surroundings import same_as_in_path
from app.db import catalogus
from app.db.pages import find_page
from app.domain.omvang import Eenheid
from app.domain.toewijzing import Wet
from app.pricing.betaalplan import Soort

router = Router(tags=["Catalogus"])

Bekostiging = Literal["inspanningsgericht", "outputgericht", "taakgericht"]

USUAL: Bekostiging = "outputgericht"
BY_VOLUME: Bekostiging = "inspanningsgericht"
EENHEID = (
    "Waarvan het tarief er één betaalt, als het profiel inspanningsgericht is: 01 minuut, 04 uur, "
    "14 etmaal, 16 dagdeel, 84 stuks (WJ756). Zonder eenheid kan het niet worden toegewezen."
)
USUAL_REASON = "Eén prijs per behoefte; hoe de hulp wordt gegeven, is aan de aanbieder."

EXAMPLE = {
    "code": "OB2",
    "naam": "Gedrag en ontwikkeling",
    "omschrijving": "Hulp bij gedrag en ontwikkeling van een kind (illustratief)",
    "wetten": ["jeugdwet"],
    "soort": "herstel",
    "bekostiging": USUAL,
    "bekostigingReden": USUAL_REASON,
    "betaalplan": {"soort": "mijlpalen", "startaandeel": "0.70"},
}


class ProfielInvoer(InputModel):
    """Een profiel zoals de regio het vastlegt."""

    code: Annotated[ProfielCode | None, same_as_in_path("code")] = Field(
        default=None, description="Mag ontbreken; anders gelijk aan die in het pad."
    )
    naam: Annotated[str, Tekst(200)]
    omschrijving: Annotated[str, Tekst(2_000, lines=True)] = "-"
    wetten: Annotated[list[Wet], Field(min_length=1, max_length=2)]
    soort: Soort
    bekostiging: Bekostiging = "outputgericht"
    bekostiging_reden: Annotated[str, Tekst(1_000, lines=True)] | None = Field(
        default=None,
        validate_default=True,
        description="Waarom deze variant; verplicht als die niet outputgericht is.",
    )
    betaalplan: AnyBetaalplan
    eenheid: Eenheid | None = Field(default=None, description=EENHEID)

    model_config = example(EXAMPLE)

    @field_validator("eenheid")
    @classmethod
    def _is_given_where_volume_counts(
        cls, eenheid: Eenheid | None, info: ValidationInfo
    ) -> Eenheid | None:
        if eenheid is not None and info.data.get("bekostiging") != BY_VOLUME:
            raise refusal("moet_leeg", f"Alleen een {BY_VOLUME} profiel heeft een eenheid.")
        return eenheid

    @field_validator("bekostiging_reden")
    @classmethod
    def _is_given_for_another_variant(cls, reden: str | None, info: ValidationInfo) -> str | None:
        if reden is None and info.data.get("bekostiging", USUAL) != USUAL:
            reason = f"Zeg waarom dit profiel niet {USUAL} is."
            raise refusal("verplicht", reason, "bekostigingReden")
        return reden


class Profiel(OutputModel):
    """Een ondersteuningsbehoefte die kan worden toegewezen."""

    code: ProfielCode
    naam: str
    omschrijving: str
    wetten: list[Wet]
    soort: Soort
    bekostiging: Bekostiging
    bekostiging_reden: str
    betaalplan: AnyBetaalplan
    eenheid: Eenheid | None = where_it_applies(EENHEID)

    model_config = example(EXAMPLE)


class ProfielenPagina(Page):
    """Een pagina profielen, op volgorde van code."""

    results: list[Profiel]

    model_config = page_example(EXAMPLE)


@router.get("/profielen", summary="Profielen opvragen")
@operation()
async def list_profielen(
    request: Request, response: Response, query: Annotated[PageQuery, Query()]
) -> ProfielenPagina:
    """Alle ondersteuningsbehoeften waarvoor een toewijzing kan worden gegeven."""
    count, rows = await find_page(
        connection(request), catalogus.PROFIELEN, limit=query.page_size, offset=query.offset
    )
    results = [_profiel(row) for row in rows]
    return page_of(request, query, count, results, ProfielenPagina, response)


@router.get("/profielen/{code}", summary="Een profiel opvragen")
@operation()
async def get_profiel(request: Request, code: ProfielCode) -> Profiel:
    """Een profiel met zijn betaalplan."""
    return _profiel(await catalogus.find_profiel(connection(request), code))


@router.put(
    "/profielen/{code}",
    summary="Een profiel vastleggen",
    responses={201: {"model": Profiel, "description": "Het profiel is nieuw."}},
)
@operation(scopes=("catalogus:schrijven",))
async def put_profiel(
    request: Request, response: Response, code: ProfielCode, invoer: ProfielInvoer
) -> Profiel:
    """Legt een profiel vast: 201 als het nieuw is, 200 als het er al was."""
    profiel = catalogus.Profiel(
        code,
        invoer.naam,
        invoer.omschrijving,
        sorted(set(invoer.wetten)),
        invoer.soort,
        invoer.bekostiging,
        invoer.bekostiging_reden,
        plan_of(invoer.betaalplan),
        invoer.eenheid,
    )
    row = await catalogus.put_profiel(connection(request), profiel)
    response.status_code = 201 if row["is_new"] else 200
    return _profiel(row)


def _profiel(row: Record) -> Profiel:
    return Profiel(
        code=row["code"],
        naam=row["naam"],
        omschrijving=row["omschrijving"],
        wetten=row["wetten"],
        soort=row["soort"],
        bekostiging=row["bekostiging"],
        bekostiging_reden=row["bekostiging_reden"] or USUAL_REASON,
        betaalplan=as_sent(catalogus.betaalplan_of(row)),
        eenheid=row["eenheid"],
    )
