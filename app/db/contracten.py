# SPDX-License-Identifier: EUPL-1.2
"""Raamovereenkomsten: what each covers."""

from collections.abc import Sequence
from datetime import date

from asyncpg import Record

from app.db.connection import Connection
from app.domain.errors import NotFound

RAAMOVEREENKOMSTEN = """
SELECT r.*,
       ARRAY(SELECT p.code FROM raamovereenkomst_profiel rp
             JOIN profiel p ON p.id = rp.profiel_id
             WHERE rp.nummer = r.nummer ORDER BY p.code) AS profielen,
       ARRAY(SELECT rg.gemeente FROM raamovereenkomst_gemeente rg
             WHERE rg.nummer = r.nummer ORDER BY rg.gemeente) AS gemeenten
FROM raamovereenkomst r
WHERE ($1::text IS NULL OR r.aanbieder = $1) AND ($2::integer IS NULL OR r.nummer = $2)
ORDER BY r.nummer
"""

# Two at once for one aanbieder take turns here; inside the overlap guard they would deadlock.
INSERT_RAAMOVEREENKOMST = """
WITH wie AS (SELECT agb FROM aanbieder WHERE agb = $1 FOR NO KEY UPDATE)
INSERT INTO raamovereenkomst (aanbieder, begindatum, einddatum, declaratietermijn_maanden)
SELECT agb, $2, $3, $4 FROM wie
RETURNING nummer
"""


async def insert_raamovereenkomst(
    db: Connection,
    aanbieder: str,
    begindatum: date,
    einddatum: date,
    declaratietermijn_maanden: int,
    profiel_ids: Sequence[int],
    gemeenten: Sequence[str],
) -> int:
    """Keep a raamovereenkomst with what it covers; gives its nummer."""
    nummer: int = await db.fetchval(
        INSERT_RAAMOVEREENKOMST, aanbieder, begindatum, einddatum, declaratietermijn_maanden
    )
    await db.execute(
        "INSERT INTO raamovereenkomst_profiel SELECT $1, unnest($2::integer[])",
        nummer,
        profiel_ids,
    )
    await db.execute(
        "INSERT INTO raamovereenkomst_gemeente SELECT $1, unnest($2::text[])", nummer, gemeenten
    )
    return nummer


async def find_raamovereenkomst(db: Connection, nummer: int) -> Record:
    """One raamovereenkomst with what it covers. Raises NotFound."""
    row = await db.fetchrow(RAAMOVEREENKOMSTEN, None, nummer)
    if row is None:
        raise NotFound("raamovereenkomst_niet_gevonden", f"Er is geen raamovereenkomst {nummer}.")
    return row
