# SPDX-License-Identifier: EUPL-1.2
"""The bank accounts of aanbieders and gemeenten. Each change is kept; the last one holds."""

from asyncpg import Record

from app.db.connection import Connection
from app.domain.betaling import Bankrekening
from app.domain.errors import NotFound

INSERT = """
INSERT INTO bankrekening (aanbieder, gemeente, iban, tenaamstelling, vastgelegd_door)
VALUES ($1, $2, $3, $4, $5)
RETURNING iban, tenaamstelling, vastgelegd_op
"""

FIND = """
SELECT iban, tenaamstelling, vastgelegd_op
FROM bankrekening
WHERE aanbieder = $1 OR gemeente = $2
ORDER BY id DESC
LIMIT 1
"""

FIND_ALL = """
SELECT DISTINCT ON (coalesce(aanbieder, gemeente))
       coalesce(aanbieder, gemeente) AS van, iban, tenaamstelling
FROM bankrekening
WHERE aanbieder = ANY ($1::text[]) OR gemeente = $2
ORDER BY coalesce(aanbieder, gemeente), id DESC
"""


async def insert_bankrekening(
    db: Connection, agb: str | None, gemeente: str | None, iban: str, naam: str, door: str
) -> Record:
    """From now on this aanbieder or gemeente (one of both) is paid, or pays, there."""
    row = await db.fetchrow(INSERT, agb, gemeente, iban, naam, door)
    assert row is not None
    return row


async def find_bankrekening(db: Connection, agb: str | None, gemeente: str | None) -> Record:
    """The account of this aanbieder or gemeente. Raises NotFound."""
    row = await db.fetchrow(FIND, agb, gemeente)
    if row is None:
        raise NotFound("bankrekening_niet_gevonden", "Er is nog geen bankrekening vastgelegd.")
    return row


async def find_rekeningen(
    db: Connection, gemeente: str, agbs: list[str]
) -> dict[str, Bankrekening]:
    """The accounts of this gemeente and these aanbieders, of those that have one; by their code."""
    rows = await db.fetch(FIND_ALL, agbs, gemeente)
    return {row["van"]: Bankrekening(row["iban"], row["tenaamstelling"]) for row in rows}
