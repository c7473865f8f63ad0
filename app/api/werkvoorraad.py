# SPDX-License-Identifier: EUPL-1.2
"""GET /werkvoorraad: what the access worker has to look after, the most urgent first."""

from datetime import date
from typing import Annotated, Literal

from asyncpg import Record
from fastapi import Query, Request, Response
from pydantic import Field

from app.api.clock import today
from app.api.feestdagen import feestdagen_from
from app.api.logboek import note
from app.api.models import Datum, OutputModel, example
from app.api.pages import Page, PageQuery, page_example, page_of
from app.api.route import Router, caller, connection, operation
from app.db import werkvoorraad
from app.db.pages import find_page
from app.domain.termijnen import LOOPT_AF, last_to_have_started, terms_of

router = Router(tags=["Werkvoorraad"])

Werksoort = Literal[
    "loopt_af", "niet_gestart", "evaluatie", "verzoek", "woonplaats_gewijzigd", "regisseur_levert"
]

EXAMPLE = {
    "soort": "verzoek",
    "datum": "2026-01-23",
    "dagen": 3,
    "inwonerId": None,
    "toewijzingNummer": None,
    "planId": None,
    "verzoekId": 88,
}


class Werk(OutputModel):
    """Iets om naar te kijken; wat niet van toepassing is, is leeg."""

    soort: Werksoort
    datum: Datum = Field(
        description="loopt_af: de einddatum; niet_gestart: de begindatum; evaluatie: het "
        "afgesproken moment; verzoek: tot en met wanneer een antwoord op tijd is; "
        "woonplaats_gewijzigd: vanaf wanneer; regisseur_levert: het begin van die hulp."
    )
    dagen: int = Field(description="Dagen van vandaag tot datum; negatief: die is voorbij.")
    inwoner_id: int | None
    toewijzing_nummer: int | None
    plan_id: int | None
    verzoek_id: int | None

    model_config = example(EXAMPLE)


class WerkvoorraadPagina(Page):
    """Een pagina werk, op volgorde van datum."""

    results: list[Werk]

    model_config = page_example(EXAMPLE)


class WerkvoorraadQuery(PageQuery):
    """Desgewenst alleen werk van één soort."""

    soort: Werksoort | None = None


@router.get("/werkvoorraad", summary="De werkvoorraad opvragen")
@operation(scopes=("toewijzingen:schrijven",), verwerking="toegang")
async def list_werk(
    request: Request, response: Response, query: Annotated[WerkvoorraadQuery, Query()]
) -> WerkvoorraadPagina:
    """Wat afloopt, niet begon, geëvalueerd of beantwoord moet worden, of is veranderd."""
    db, gemeente, dag = connection(request), caller(request).own_gemeente, today()
    ontvangen = await werkvoorraad.find_days_received(db, gemeente)
    terms = [terms_of(dag, feestdagen_from(dag)) for dag in ontvangen]
    count, rows = await find_page(
        db,
        werkvoorraad.WERKVOORRAAD,
        gemeente,
        dag,
        dag + LOOPT_AF,
        last_to_have_started(dag, feestdagen_from(dag - LOOPT_AF)),
        ontvangen,
        [t.antwoord for t in terms],
        [t.onderzoek for t in terms],
        query.soort,
        limit=query.page_size,
        offset=query.offset,
    )
    results = [_werk(row, dag) for row in rows]
    return page_of(request, query, count, results, WerkvoorraadPagina, response)


def _werk(row: Record, dag: date) -> Werk:
    note(
        row["inwoner_id"],
        toewijzing=row["toewijzing_nummer"],
        verzoek=row["verzoek_id"],
        plan=row["plan_id"],
    )
    return Werk(**row, dagen=(row["datum"] - dag).days)
