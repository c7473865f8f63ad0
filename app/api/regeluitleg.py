# SPDX-License-Identifier: EUPL-1.2
"""Why a declared line came to its amount, step by step, from price list to what each bears."""

from typing import Annotated

from asyncpg import Record
from fastapi import Path, Request

from app.api.logboek import note
from app.api.models import NummerInPad, OutputModel, example
from app.api.route import Router, caller, connection, operation
from app.api.uitkomsten import DeclaratieId, Uitkomst
from app.db import regeluitleg
from app.db.catalogus import betaalplan_of
from app.domain.period import Periode, day_in_amsterdam
from app.pricing.besluit import Prijsregels
from app.pricing.regeluitleg import Oordeel, Prijsfeiten, Termijnfeiten, Volumefeiten, explain_line
from app.pricing.uitleg import Deel

router = Router(tags=["Declaraties"])


class UitlegRegelStap(OutputModel):
    """Een stap van tarief naar wat elke gemeente draagt."""

    stap: str
    regel: str
    bron: str
    bedrag_centen: int


class RegelUitleg(OutputModel):
    """Waarom een regel dit bedrag kreeg; `regel` verwijst naar de regels in de documentatie."""

    regelnummer: int
    referentie: str
    toewijzing_nummer: int
    uitkomst: Uitkomst
    ingediend_centen: int
    toegekend_centen: int
    stappen: list[UitlegRegelStap]

    model_config = example(
        {
            "regelnummer": 1,
            "referentie": "2026-000123",
            "toewijzingNummer": 1204,
            "uitkomst": "toegekend",
            "ingediendCenten": 216815,
            "toegekendCenten": 216815,
            "stappen": [
                {
                    "stap": "Tarief van profiel OB2 middel op 2026-02-01",
                    "regel": "P1, P2, P7",
                    "bron": "Tarieflijst 2 (Tarieven 2026), geldig vanaf 2026-01-01, vastgesteld "
                    "op 2025-11-20 krachtens Mandaat 2025-3",
                    "bedragCenten": 309736,
                }
            ],
        }
    )


@router.get(
    "/declaraties/{id:int}/regels/{regelnummer:int}/uitleg",
    summary="Uitleg bij een regel opvragen",
)
@operation(scopes=("declaraties:lezen", "kosten:lezen"), verwerking="controle")
async def explain_regel(
    request: Request,
    declaratie_id: DeclaratieId,
    regelnummer: Annotated[NummerInPad, Path()],
) -> RegelUitleg:
    """Waarom dit bedrag, voor de aanbieder en voor de gemeenten die betalen of dragen."""
    beller = caller(request)
    row = await regeluitleg.find_uitleg(
        connection(request), declaratie_id, regelnummer, beller.agb, beller.gemeente
    )
    note(toewijzing=row["nummer"])
    oordeel = _oordeel(row)
    stappen = explain_line(_prijs(row), _termijn(row), oordeel, _volume(row))
    return RegelUitleg(
        regelnummer=row["regelnummer"],
        referentie=row["referentie"],
        toewijzing_nummer=row["toewijzing_nummer"],
        uitkomst=row["uitkomst"],
        ingediend_centen=-row["bedrag_centen"] if row["credit"] else row["bedrag_centen"],
        toegekend_centen=oordeel.toegekend_centen,
        stappen=[
            UitlegRegelStap(stap=s.stap, regel=s.regel, bron=s.bron, bedrag_centen=s.bedrag_centen)
            for s in stappen
        ],
    )


def _prijs(row: Record) -> Prijsfeiten | None:
    if row["nummer"] is None:
        return None
    return Prijsfeiten(
        nummer=row["nummer"],
        wet=row["wet"],
        profiel=row["profiel"],
        intensiteit=row["intensiteit"],
        periode=Periode(row["begindatum"], row["einddatum"]),
        prijs_centen=row["prijs_centen"],
        tarief_centen=row["tarief_centen"],
        tarieflijst=row["tarieflijst_id"],
        lijstnaam=row["lijstnaam"],
        vanaf=row["tarief_vanaf"],
        vastgesteld=day_in_amsterdam(row["vastgesteld_op"]),
        besluit=row["besluit"],
        regels=Prijsregels(row["soort"], betaalplan_of(row)),
        termijnen=row["termijnen"],
        verschuldigd_centen=row["verschuldigd_centen"],
        slottermijn=row["slottermijn"],
        voortzetting_van=row["voortzetting_van"],
        eenheid=row["eenheid_van_tarief"],
    )


def _volume(row: Record) -> Volumefeiten | None:
    if row["volume"] is None or row["maximum"] is None:
        return None
    return Volumefeiten(
        row["volume"], row["eenheid"], row["maximum"], row["totaal"], row["bedrag_centen"]
    )


def _termijn(row: Record) -> Termijnfeiten | None:
    if row["volgnummer"] is None:
        return None
    return Termijnfeiten(
        row["volgnummer"],
        row["mijlpaal"],
        Periode(row["termijn_begindatum"], row["termijn_einddatum"]),
        row["termijn_centen"],
    )


def _oordeel(row: Record) -> Oordeel:
    return Oordeel(
        uitkomst=row["uitkomst"],
        redenen=row["redenen"],
        is_credit=row["credit"],
        toegekend_centen=row["toegekend_centen"],
        delen=[Deel(d["gemeente"], d["dagen"], d["bedragCenten"]) for d in row["delen"]],
    )
