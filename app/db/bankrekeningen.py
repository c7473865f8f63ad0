# SPDX-License-Identifier: EUPL-1.2
"""The bank accounts of aanbieders and gemeenten. Each change is kept; the last agreed to counts."""

from typing import NamedTuple

from asyncpg import Record

from app.db.connection import Connection
from app.domain.betaling import Bankrekening, Rekeningen
from app.domain.errors import NotFound

INSERT = """
INSERT INTO bankrekening (aanbieder, gemeente, iban, tenaamstelling, vastgelegd_door)
VALUES ($1, $2, $3, $4, $5)
"""

_SHOWN = "id, iban, tenaamstelling, vastgelegd_op, vastgelegd_door, goedgekeurd_op"

# The one that counts, and after it the one that waits for somebody else to agree. What was put down
# before the one that counts never will.
FIND = f"""
WITH geldig AS (
    SELECT {_SHOWN} FROM bankrekening
    WHERE (aanbieder = $1 OR gemeente = $2) AND goedgekeurd_op IS NOT NULL
    ORDER BY id DESC LIMIT 1
),
voorstel AS (
    SELECT {_SHOWN} FROM bankrekening
    WHERE (aanbieder = $1 OR gemeente = $2) AND goedgekeurd_op IS NULL
      AND id > coalesce((SELECT id FROM geldig), 0)
    ORDER BY id DESC LIMIT 1
)
SELECT * FROM geldig UNION ALL SELECT * FROM voorstel
"""

APPROVE = """
UPDATE bankrekening SET goedgekeurd_op = clock_timestamp(), goedgekeurd_door = $2
WHERE id = $1 AND goedgekeurd_op IS NULL
"""

LOCK = "SELECT pg_advisory_xact_lock(hashtext('bankrekening ' || coalesce($1, $2)), 0)"

FIND_ALL = """
SELECT DISTINCT ON (coalesce(aanbieder, gemeente), goedgekeurd_op IS NULL)
       coalesce(aanbieder, gemeente) AS van, iban, tenaamstelling,
       goedgekeurd_op IS NOT NULL AS is_geldig
FROM bankrekening
WHERE aanbieder = ANY ($1::text[]) OR gemeente = $2
ORDER BY coalesce(aanbieder, gemeente), goedgekeurd_op IS NULL, id DESC
"""


class Stand(NamedTuple):
    """The account that counts, and the one that waits for somebody else to agree."""

    geldig: Record | None
    voorstel: Record | None


async def propose(
    db: Connection, agb: str | None, gemeente: str | None, iban: str, naam: str, door: str
) -> None:
    """Where this aanbieder or gemeente (one of both) is paid, or pays, once somebody agrees."""
    await db.execute(INSERT, agb, gemeente, iban, naam, door)


async def lock(db: Connection, agb: str | None, gemeente: str | None) -> None:
    """Nobody proposes or approves an account of theirs meanwhile."""
    await db.execute(LOCK, agb, gemeente)


async def find_stand(db: Connection, agb: str | None, gemeente: str | None) -> Stand:
    """What is known of the account of this aanbieder or gemeente. Raises NotFound."""
    rows = await db.fetch(FIND, agb, gemeente)
    if not rows:
        raise NotFound("bankrekening_niet_gevonden", "Er is nog geen bankrekening vastgelegd.")
    return Stand(
        next((row for row in rows if row["goedgekeurd_op"]), None),
        next((row for row in rows if not row["goedgekeurd_op"]), None),
    )


async def approve(db: Connection, rekening_id: int, door: str) -> None:
    """From now on this account counts. Asked under `lock`."""
    await db.execute(APPROVE, rekening_id, door)


async def find_rekeningen(db: Connection, gemeente: str, agbs: list[str]) -> Rekeningen:
    """The accounts of this gemeente and these aanbieders that count, and whose wait."""
    rows = await db.fetch(FIND_ALL, agbs, gemeente)
    return Rekeningen(
        {r["van"]: Bankrekening(r["iban"], r["tenaamstelling"]) for r in rows if r["is_geldig"]},
        frozenset(r["van"] for r in rows if not r["is_geldig"]),
    )
