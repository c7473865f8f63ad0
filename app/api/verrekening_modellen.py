# SPDX-License-Identifier: EUPL-1.2
"""A verrekening between two gemeenten as it is asked for and shown."""

from typing import Annotated, Any

from asyncpg import Record
from pydantic import Field

from app.api.clock import today
from app.api.models import (
    Datum,
    GemeenteCode,
    InputModel,
    OutputModel,
    Tekst,
    Tijdstip,
    example,
)
from app.api.pages import Page, PageQuery, page_example
from app.api.periode import BekendOp
from app.api.surroundings import Verleden
from app.domain.verrekening import Besluit, Stand, Status, naam_of, status_of

KwartaalNaam = Annotated[str, Field(pattern=r"^(19|20|21)[0-9]{2}-[1-4]$")]
Bedrag = Annotated[int, Field(strict=True, ge=1, le=999_999_999_999)]

EXAMPLE: dict[str, Any] = {
    "kwartaal": "2026-3",
    "gemeente": "0153",
    "tegenpartij": "0164",
    "status": "aangezegd",
    "voorgeschotenCenten": 207713,
    "verschuldigdCenten": 7713,
    "saldoCenten": 200000,
    "betaaldCenten": 0,
    "openCenten": 200000,
    "aangezegdOp": "2026-10-05T08:00:00.000000Z",
    "bezwaar": None,
    "betalingen": [],
}
SALDO_EXAMPLE = {
    "gemeente": "0153",
    "tegenpartij": "0164",
    "saldoCenten": 412000,
    "betaaldCenten": 212000,
    "openCenten": 200000,
}


class VerrekeningenQuery(PageQuery):
    """Welk kwartaal, en met wie."""

    kwartaal: KwartaalNaam | None = None
    tegenpartij: GemeenteCode | None = None
    bekend_op: BekendOp = None


class BezwaarInvoer(InputModel):
    """Wat wordt betwist, en waarom; noem geen personen."""

    bedrag_centen: Bedrag
    reden: Annotated[str, Tekst(2_000, lines=True)]

    model_config = example(
        {"bedragCenten": 50000, "reden": "Van toewijzing 1204 was het verblijf hier al geëindigd."}
    )


class BezwaarbesluitInvoer(InputModel):
    """Wat op een bezwaar is besloten. Wat gegrond is, wordt hersteld met een herverdeling."""

    besluit: Besluit
    toelichting: Annotated[str, Tekst(2_000, lines=True)]

    model_config = example(
        {"besluit": "gegrond", "toelichting": "De woonplaats is hersteld; zie kwartaal 2026-4."}
    )


class VerrekenbetalingInvoer(InputModel):
    """Wat is ontvangen."""

    datum: Verleden
    bedrag_centen: Bedrag
    kenmerk: Annotated[str, Tekst(70)]

    model_config = example(
        {"datum": "2026-10-20", "bedragCenten": 200000, "kenmerk": "NL2610200007"}
    )


class Bezwaar(OutputModel):
    """Een bezwaar, en wat daarop is besloten."""

    bedrag_centen: int
    reden: str
    gemaakt_op: Tijdstip
    besluit: Besluit | None
    toelichting: str | None
    besloten_op: Tijdstip | None


class Verrekenbetaling(OutputModel):
    """Wat is ontvangen."""

    datum: Datum
    bedrag_centen: int
    kenmerk: str


class Verrekening(OutputModel):
    """Hoe twee gemeenten in een kwartaal staan, gezien vanuit de eerste."""

    kwartaal: str
    gemeente: GemeenteCode
    tegenpartij: GemeenteCode
    status: Status
    voorgeschoten_centen: int = Field(description="Wat de gemeente voor de tegenpartij betaalde.")
    verschuldigd_centen: int = Field(description="Wat de tegenpartij voor de gemeente betaalde.")
    saldo_centen: int = Field(description="Te ontvangen; onder nul te betalen.")
    betaald_centen: int
    open_centen: int
    aangezegd_op: Tijdstip | None
    bezwaar: Bezwaar | None
    betalingen: list[Verrekenbetaling]

    model_config = example(EXAMPLE)


class VerrekeningenPagina(Page):
    """Een pagina verrekeningen, op volgorde van kwartaal en gemeenten."""

    results: list[Verrekening]

    model_config = page_example(EXAMPLE)


class Saldo(OutputModel):
    """Hoe twee gemeenten staan over alle kwartalen die voorbij zijn."""

    gemeente: GemeenteCode
    tegenpartij: GemeenteCode
    saldo_centen: int
    betaald_centen: int
    open_centen: int

    model_config = example(SALDO_EXAMPLE)


class SaldiPagina(Page):
    """Een pagina saldi, op volgorde van gemeenten."""

    results: list[Saldo]

    model_config = page_example(SALDO_EXAMPLE)


def stand_of(row: Record) -> Stand:
    """What decides about a verrekening."""
    return Stand(
        kwartaal=row["kwartaal"],
        saldo_centen=row["saldo_centen"],
        betaald_centen=row["betaald_centen"],
        aangezegd=row["aangezegd"],
        heeft_bezwaar=row["bezwaar_op"] is not None,
        besluit=row["besluit"],
        kenmerken=frozenset(betaling["kenmerk"] for betaling in row["betalingen"]),
    )


def verrekening_of(row: Record) -> Verrekening:
    """A verrekening as it is shown."""
    stand = stand_of(row)
    bezwaar = (
        Bezwaar(
            bedrag_centen=row["bezwaar_centen"],
            reden=row["bezwaar_reden"],
            gemaakt_op=row["bezwaar_op"],
            besluit=row["besluit"],
            toelichting=row["besluit_toelichting"] if row["besluit"] else None,
            besloten_op=row["besloten_op"],
        )
        if row["bezwaar_op"]
        else None
    )
    return Verrekening(
        kwartaal=naam_of(row["kwartaal"]),
        gemeente=row["gemeente"],
        tegenpartij=row["tegenpartij"],
        status=status_of(stand, today()),
        voorgeschoten_centen=row["voorgeschoten_centen"],
        verschuldigd_centen=row["verschuldigd_centen"],
        saldo_centen=stand.saldo_centen,
        betaald_centen=stand.betaald_centen,
        open_centen=stand.open_centen,
        aangezegd_op=row["aangezegd_op"],
        bezwaar=bezwaar,
        betalingen=row["betalingen"],
    )
