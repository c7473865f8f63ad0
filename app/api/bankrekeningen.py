# SPDX-License-Identifier: EUPL-1.2
"""Bank accounts: where aanbieders are paid, and from where a gemeente pays; by four eyes."""

from typing import Annotated, Any, Literal

from asyncpg import Record
from fastapi import Request
from pydantic import AfterValidator, Field
from schwifty import IBAN
from schwifty.exceptions import SchwiftyException

from app.api.aanbieders import AANBIEDER
from app.api.models import (
    AgbCode,
    GemeenteCode,
    InputModel,
    OutputModel,
    Tekst,
    Tijdstip,
    example,
    refusal,
)
from app.api.route import Router, caller, connection, operation
from app.db import aanbieders, bankrekeningen
from app.domain.betaling import check_approval
from app.domain.errors import Forbidden, NotFound

router = Router(tags=["Betalingen"])

GEMEENTE = "/gemeenten/{code}"
EXAMPLE = {"iban": "NL44RABO0123456789", "tenaamstelling": "Stichting De Proef"}


def _valid_iban(value: str) -> str:
    try:
        return str(IBAN(value))
    except SchwiftyException:
        raise refusal("ongeldig_iban", "Dit is geen geldig IBAN.") from None


Iban = Annotated[str, Tekst(42), AfterValidator(_valid_iban)]


class BankrekeningInvoer(InputModel):
    """Een rekening; spaties in het IBAN mogen."""

    iban: Iban
    tenaamstelling: Annotated[str, Tekst(70)]

    model_config = example(EXAMPLE)


class BankrekeningGoedkeuring(InputModel):
    """Het IBAN waarmee wordt ingestemd, zoals het is nagevraagd."""

    iban: Iban

    model_config = example({"iban": EXAMPLE["iban"]})


class BankrekeningVoorstel(OutputModel):
    """Een rekening die nog niet telt: een ander dan wie haar vastlegde, moet haar goedkeuren."""

    iban: str
    tenaamstelling: str
    vastgelegd_op: Tijdstip


class Bankrekening(OutputModel):
    """De rekening die nu geldt; zonder zo een de rekening die op goedkeuring wacht."""

    iban: str
    tenaamstelling: str
    vastgelegd_op: Tijdstip
    status: Literal["geldig", "wacht_op_goedkeuring"] = Field(
        description="Betaald wordt alleen op en van een rekening die geldig is."
    )
    goedgekeurd_op: Tijdstip | None
    voorstel: BankrekeningVoorstel | None = Field(
        description="Komt na goedkeuring door een ander in plaats van de rekening die geldt."
    )

    model_config = example(
        {
            **EXAMPLE,
            "vastgelegdOp": "2026-01-05T08:00:00.000000Z",
            "status": "geldig",
            "goedgekeurdOp": "2026-01-05T10:30:00.000000Z",
            "voorstel": None,
        }
    )


@router.get(f"{AANBIEDER}/bankrekening", summary="De bankrekening van een aanbieder opvragen")
@operation(scopes=("kosten:lezen", "declaraties:lezen", "contracten:schrijven"))
async def get_bankrekening_of_aanbieder(request: Request, agb: AgbCode) -> Bankrekening:
    """Waarop een aanbieder wordt betaald; een aanbieder ziet alleen de eigen rekening."""
    _check_own_aanbieder(request, agb)
    return await _read(request, agb, None)


@router.put(f"{AANBIEDER}/bankrekening", summary="De bankrekening van een aanbieder vastleggen")
@operation(scopes=("contracten:schrijven",))
async def put_bankrekening_of_aanbieder(
    request: Request, agb: AgbCode, invoer: BankrekeningInvoer
) -> Bankrekening:
    """De regio legt dit vast, nadat zij het bij de aanbieder heeft nagevraagd.

    Zij telt als een ander haar goedkeurt; tot dan blijft de rekening gelden die er was.
    """
    await aanbieders.find_aanbieder(connection(request), agb)
    return await _propose(request, agb, None, invoer)


@router.post(
    f"{AANBIEDER}/bankrekening/goedkeuring",
    summary="De bankrekening van een aanbieder goedkeuren",
)
@operation(scopes=("contracten:schrijven", "declaraties:schrijven"))
async def approve_bankrekening_of_aanbieder(
    request: Request, agb: AgbCode, invoer: BankrekeningGoedkeuring
) -> Bankrekening:
    """Door de regio, een ander dan wie haar vastlegde, of door de aanbieder zelf."""
    _check_own_aanbieder(request, agb)
    return await _approve(request, agb, None, invoer)


@router.get(f"{GEMEENTE}/bankrekening", summary="De bankrekening van een gemeente opvragen")
@operation(scopes=("kosten:lezen",))
async def get_bankrekening_of_gemeente(request: Request, code: GemeenteCode) -> Bankrekening:
    """Waarvan de eigen gemeente betaalt."""
    _check_own(request, code)
    return await _read(request, None, code)


@router.put(f"{GEMEENTE}/bankrekening", summary="De bankrekening van een gemeente vastleggen")
@operation(scopes=("betalingen:schrijven",))
async def put_bankrekening_of_gemeente(
    request: Request, code: GemeenteCode, invoer: BankrekeningInvoer
) -> Bankrekening:
    """Waarvan de eigen gemeente betaalt, zodra een ander haar goedkeurt."""
    _check_own(request, code)
    return await _propose(request, None, code, invoer)


@router.post(
    f"{GEMEENTE}/bankrekening/goedkeuring", summary="De bankrekening van een gemeente goedkeuren"
)
@operation(scopes=("betalingen:schrijven",))
async def approve_bankrekening_of_gemeente(
    request: Request, code: GemeenteCode, invoer: BankrekeningGoedkeuring
) -> Bankrekening:
    """Door een ander van de eigen gemeente dan wie haar vastlegde."""
    _check_own(request, code)
    return await _approve(request, None, code, invoer)


async def _read(request: Request, agb: str | None, gemeente: str | None) -> Bankrekening:
    stand = await bankrekeningen.find_stand(connection(request), agb, gemeente)
    row = stand.geldig or stand.voorstel
    assert row is not None
    waits = BankrekeningVoorstel(**_shown(stand.voorstel)) if stand.voorstel else None
    return Bankrekening(
        **_shown(row),
        status="geldig" if stand.geldig else "wacht_op_goedkeuring",
        goedgekeurd_op=row["goedgekeurd_op"],
        voorstel=waits if stand.geldig else None,
    )


async def _propose(
    request: Request, agb: str | None, gemeente: str | None, invoer: BankrekeningInvoer
) -> Bankrekening:
    db = connection(request)
    await bankrekeningen.lock(db, agb, gemeente)
    await bankrekeningen.propose(
        db, agb, gemeente, invoer.iban, invoer.tenaamstelling, caller(request).sub
    )
    return await _read(request, agb, gemeente)


async def _approve(
    request: Request, agb: str | None, gemeente: str | None, invoer: BankrekeningGoedkeuring
) -> Bankrekening:
    db, sub = connection(request), caller(request).sub
    await bankrekeningen.lock(db, agb, gemeente)
    voorstel = (await bankrekeningen.find_stand(db, agb, gemeente)).voorstel
    check_approval(
        voorstel["iban"] if voorstel else None,
        voorstel["vastgelegd_door"] if voorstel else None,
        invoer.iban,
        sub,
    )
    assert voorstel is not None
    await bankrekeningen.approve(db, voorstel["id"], sub)
    return await _read(request, agb, gemeente)


def _shown(row: Record) -> dict[str, Any]:
    return {name: row[name] for name in ("iban", "tenaamstelling", "vastgelegd_op")}


def _check_own_aanbieder(request: Request, agb: str) -> None:
    if caller(request).agb not in (None, agb):
        raise NotFound("bankrekening_niet_gevonden", "Er is nog geen bankrekening vastgelegd.")


def _check_own(request: Request, code: str) -> None:
    if code != caller(request).own_gemeente:
        raise Forbidden("andere_gemeente", "Een bankrekening is alleen van de eigen gemeente.")
