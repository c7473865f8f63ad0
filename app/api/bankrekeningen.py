# SPDX-License-Identifier: EUPL-1.2
"""Bank accounts: where aanbieders are paid, said by the region, and from where a gemeente pays."""

from typing import Annotated

from fastapi import Request
from pydantic import AfterValidator
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
from app.domain.errors import Forbidden, NotFound

router = Router(tags=["Betalingen"])

EXAMPLE = {"iban": "NL44RABO0123456789", "tenaamstelling": "Stichting De Proef"}


def _valid_iban(value: str) -> str:
    try:
        return str(IBAN(value))
    except SchwiftyException:
        raise refusal("ongeldig_iban", "Dit is geen geldig IBAN.") from None


class BankrekeningInvoer(InputModel):
    """Een rekening; spaties in het IBAN mogen."""

    iban: Annotated[str, Tekst(42), AfterValidator(_valid_iban)]
    tenaamstelling: Annotated[str, Tekst(70)]

    model_config = example(EXAMPLE)


class Bankrekening(OutputModel):
    """De rekening die nu geldt."""

    iban: str
    tenaamstelling: str
    vastgelegd_op: Tijdstip

    model_config = example({**EXAMPLE, "vastgelegdOp": "2026-01-05T08:00:00.000000Z"})


@router.get(f"{AANBIEDER}/bankrekening", summary="De bankrekening van een aanbieder opvragen")
@operation(scopes=("kosten:lezen", "declaraties:lezen", "contracten:schrijven"))
async def get_bankrekening_of_aanbieder(request: Request, agb: AgbCode) -> Bankrekening:
    """Waarop een aanbieder wordt betaald; een aanbieder ziet alleen de eigen rekening."""
    if caller(request).agb not in (None, agb):
        raise NotFound("bankrekening_niet_gevonden", "Er is nog geen bankrekening vastgelegd.")
    return Bankrekening(**await bankrekeningen.find_bankrekening(connection(request), agb, None))


@router.put(f"{AANBIEDER}/bankrekening", summary="De bankrekening van een aanbieder vastleggen")
@operation(scopes=("contracten:schrijven",))
async def put_bankrekening_of_aanbieder(
    request: Request, agb: AgbCode, invoer: BankrekeningInvoer
) -> Bankrekening:
    """Alleen de regio legt dit vast, nadat zij het bij de aanbieder heeft nagevraagd."""
    db = connection(request)
    await aanbieders.find_aanbieder(db, agb)
    row = await bankrekeningen.insert_bankrekening(
        db, agb, None, invoer.iban, invoer.tenaamstelling, caller(request).sub
    )
    return Bankrekening(**row)


@router.get("/gemeenten/{code}/bankrekening", summary="De bankrekening van een gemeente opvragen")
@operation(scopes=("kosten:lezen",))
async def get_bankrekening_of_gemeente(request: Request, code: GemeenteCode) -> Bankrekening:
    """Waarvan de eigen gemeente betaalt."""
    _check_own(request, code)
    return Bankrekening(**await bankrekeningen.find_bankrekening(connection(request), None, code))


@router.put("/gemeenten/{code}/bankrekening", summary="De bankrekening van een gemeente vastleggen")
@operation(scopes=("betalingen:schrijven",))
async def put_bankrekening_of_gemeente(
    request: Request, code: GemeenteCode, invoer: BankrekeningInvoer
) -> Bankrekening:
    """Waarvan de eigen gemeente van nu af betaalt."""
    _check_own(request, code)
    row = await bankrekeningen.insert_bankrekening(
        connection(request), None, code, invoer.iban, invoer.tenaamstelling, caller(request).sub
    )
    return Bankrekening(**row)


def _check_own(request: Request, code: str) -> None:
    if code != caller(request).own_gemeente:
        raise Forbidden("andere_gemeente", "Een bankrekening is alleen van de eigen gemeente.")
