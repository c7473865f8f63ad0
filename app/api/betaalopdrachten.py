# SPDX-License-Identifier: EUPL-1.2
"""Betaalopdrachten: what stands open, netted per aanbieder and made ready for the bank."""

import asyncio
from datetime import date
from typing import Annotated, Literal

from fastapi import Path, Query, Request, Response
from pydantic import Field, field_validator

from app.api.betaal_modellen import SpecificatieNummer
from app.api.clock import today
from app.api.models import (
    AgbCode,
    Datum,
    GemeenteCode,
    InputModel,
    OutputModel,
    Tijdstip,
    example,
    refusal,
)
from app.api.pages import Page, page_example, page_of
from app.api.periode import ZoalsBekendQuery
from app.api.route import Router, caller, connection, media_type, operation
from app.api.surroundings import Verleden
from app.db import bankrekeningen, betaalopdrachten
from app.db.pages import find_page
from app.domain.betaling import (
    Bankrekening,
    Overboeking,
    accounts_missing,
    set_off_each,
    transfers,
)
from app.domain.errors import Conflict, NotFound

router = Router(tags=["Betalingen"])

JSON, XML = "application/json", "application/xml"
OPDRACHT = "/betaalopdrachten/{id:int}"
SCHRIJVEN = ("betalingen:schrijven",)

EXAMPLE = {
    "id": 12,
    "gemeente": "0153",
    "status": "ingetrokken",
    "uitvoerdatum": "2026-08-28",
    "iban": "NL61BNGH0285000000",
    "tenaamstelling": "Gemeente Enschede",
    "bedragCenten": 274287,
    "overboekingen": [
        {
            "aanbieder": "99000001",
            "iban": "NL44RABO0123456789",
            "tenaamstelling": "Stichting De Proef",
            "bedragCenten": 274287,
        }
    ],
    "delen": [
        {"specificatie": 31, "aanbieder": "99000001", "bedragCenten": 337400},
        {"specificatie": 32, "aanbieder": "99000001", "bedragCenten": -63113},
    ],
    "aangemaaktOp": "2026-08-26T09:00:00.000000Z",
    "uitgevoerdOp": None,
    "ingetrokkenOp": "2026-08-26T10:00:00.000000Z",
}

OpdrachtId = Annotated[SpecificatieNummer, Path(alias="id")]


class OpdrachtInvoer(InputModel):
    """Wanneer de bank moet betalen, en wat: alles dat uiterlijk op een dag vervalt."""

    uitvoerdatum: Datum
    vervalt_tot_en_met: Datum | None = Field(
        default=None, description="Ontbreekt dit, dan alles wat open staat."
    )

    model_config = example({"uitvoerdatum": "2026-08-28", "vervaltTotEnMet": "2026-09-05"})

    @field_validator("uitvoerdatum")
    @classmethod
    def _is_to_come(cls, uitvoerdatum: Datum) -> Datum:
        if uitvoerdatum < today():
            raise refusal("in_het_verleden", "De bank kan niet op een dag die voorbij is betalen.")
        return uitvoerdatum


class UitvoeringInvoer(InputModel):
    """Op welke dag de bank heeft betaald."""

    datum: Verleden

    model_config = example({"datum": "2026-08-28"})


class OpdrachtOverboeking(OutputModel):
    """Wat naar een aanbieder gaat."""

    aanbieder: AgbCode
    iban: str
    tenaamstelling: str
    bedrag_centen: int


class Opdrachtdeel(OutputModel):
    """Wat van een specificatie wordt betaald of verrekend."""

    specificatie: int
    aanbieder: AgbCode
    bedrag_centen: int


class Betaalopdracht(OutputModel):
    """Een betaalopdracht: wat de bank betaalt, en welke specificaties daarmee voldaan zijn."""

    id: int
    gemeente: GemeenteCode
    status: Literal["open", "uitgevoerd", "ingetrokken"]
    uitvoerdatum: Datum
    iban: str
    tenaamstelling: str
    bedrag_centen: int
    overboekingen: list[OpdrachtOverboeking]
    delen: list[Opdrachtdeel]
    aangemaakt_op: Tijdstip
    uitgevoerd_op: Tijdstip | None
    ingetrokken_op: Tijdstip | None

    model_config = example(EXAMPLE)


class BetaalopdrachtenPagina(Page):
    """Een pagina betaalopdrachten, op volgorde van ontstaan."""

    results: list[Betaalopdracht]

    model_config = page_example(EXAMPLE)


@router.post("/betaalopdrachten", status_code=201, summary="Een betaalopdracht klaarzetten")
@operation(scopes=SCHRIJVEN, creates=True)
async def create_betaalopdracht(
    request: Request, response: Response, invoer: OpdrachtInvoer
) -> Betaalopdracht:
    """Verrekent per aanbieder wat open staat en zet het klaar voor de bank.

    Wat een aanbieder moet teruggeven, gaat van zijn overboeking af; wat dan overblijft, wacht op de
    volgende. Een specificatie staat in één opdracht tegelijk.
    """
    db, gemeente = connection(request), caller(request).own_gemeente
    tot_en_met = invoer.vervalt_tot_en_met or date.max
    verrekend = set_off_each(await betaalopdrachten.lock_open(db, gemeente, tot_en_met))
    if not verrekend:
        raise Conflict("niets_te_betalen", "Er staat niets open dat nu te betalen is.")
    rekeningen = await bankrekeningen.find_rekeningen(db, gemeente, sorted(verrekend))
    if missing := accounts_missing(gemeente, verrekend, rekeningen):
        raise Conflict(
            missing[0].code,
            "Niet elke bankrekening is vastgelegd en goedgekeurd. Er is niets klaargezet.",
            tuple(missing),
        )
    rekening = rekeningen.geldig[gemeente]
    overboekingen = transfers(verrekend, rekeningen.geldig)
    opdracht = betaalopdrachten.Opdracht(
        gemeente, invoer.uitvoerdatum, rekening, overboekingen, verrekend
    )
    nummer = await betaalopdrachten.insert_opdracht(db, opdracht, caller(request).sub)
    if overboekingen:
        bestand = await asyncio.to_thread(
            _as_pain001, nummer, invoer.uitvoerdatum, rekening, overboekingen
        )
        await betaalopdrachten.keep_bestand(db, nummer, bestand)
    response.headers["Location"] = f"/v1/betaalopdrachten/{nummer}"
    return Betaalopdracht(**await betaalopdrachten.find_opdracht(db, gemeente, nummer))


@router.get("/betaalopdrachten", summary="Betaalopdrachten opvragen")
@operation(scopes=("kosten:lezen",))
async def list_betaalopdrachten(
    request: Request, response: Response, query: Annotated[ZoalsBekendQuery, Query()]
) -> BetaalopdrachtenPagina:
    """De opdrachten van de eigen gemeente, nu of zoals zij op een eerder tijdstip stonden."""
    count, rows = await find_page(
        connection(request),
        betaalopdrachten.OPDRACHTEN_IN_ORDER,
        caller(request).own_gemeente,
        query.bekend_op,
        limit=query.page_size,
        offset=query.offset,
    )
    results = [Betaalopdracht(**row) for row in rows]
    return page_of(request, query, count, results, BetaalopdrachtenPagina, response)


@router.get(
    OPDRACHT,
    summary="Een betaalopdracht opvragen",
    response_model=Betaalopdracht,
    responses={200: {"content": {XML: {"schema": {"type": "string"}}}}},
)
@operation(scopes=("kosten:lezen",), produces=(JSON, XML))
async def get_betaalopdracht(request: Request, nummer: OpdrachtId) -> Betaalopdracht | Response:
    """Een opdracht; als XML het bestand voor de bank (SEPA pain.001.001.09), elke keer hetzelfde.

    Een ingetrokken opdracht, of een waarin alles tegen elkaar wegvalt, heeft geen bestand.
    """
    db, gemeente = connection(request), caller(request).own_gemeente
    row = await betaalopdrachten.find_opdracht(db, gemeente, nummer)
    if media_type(request) == JSON:
        return Betaalopdracht(**row)
    bestand = await betaalopdrachten.find_bestand(db, gemeente, nummer)
    if bestand is None or row["ingetrokken_op"]:
        raise NotFound("geen_bestand", "Bij deze opdracht hoort geen bestand voor de bank.")
    name = f'attachment; filename="betaalopdracht-{nummer}.xml"'
    return Response(bestand, headers={"Content-Disposition": name}, media_type=XML)


@router.post(f"{OPDRACHT}/uitvoering", summary="Een betaalopdracht als uitgevoerd vastleggen")
@operation(scopes=SCHRIJVEN)
async def execute_betaalopdracht(
    request: Request, nummer: OpdrachtId, invoer: UitvoeringInvoer
) -> Betaalopdracht:
    """Legt de betaling vast van elke specificatie in de opdracht."""
    return await _end(request, nummer, invoer.datum)


@router.post(f"{OPDRACHT}/intrekking", summary="Een betaalopdracht intrekken")
@operation(scopes=SCHRIJVEN)
async def withdraw_betaalopdracht(request: Request, nummer: OpdrachtId) -> Betaalopdracht:
    """Maakt de specificaties weer vrij; doe dit alleen als de bank de opdracht niet heeft."""
    return await _end(request, nummer, None)


async def _end(request: Request, nummer: int, betaald_op: date | None) -> Betaalopdracht:
    db, gemeente = connection(request), caller(request).own_gemeente
    opdracht = await betaalopdrachten.lock_opdracht(db, gemeente, nummer)
    if opdracht["uitgevoerd_op"] or opdracht["ingetrokken_op"]:
        raise Conflict("opdracht_afgelopen", "Deze opdracht is al uitgevoerd of ingetrokken.")
    await betaalopdrachten.end_opdracht(db, nummer, betaald_op, caller(request).sub)
    return Betaalopdracht(**await betaalopdrachten.find_opdracht(db, gemeente, nummer))


def _as_pain001(
    nummer: int, uitvoerdatum: date, rekening: Bankrekening, overboekingen: list[Overboeking]
) -> bytes:
    from app.exports.sepa import as_pain001  # noqa: PLC0415 (for those who pay alone)

    return as_pain001(nummer, uitvoerdatum, rekening, overboekingen)
