# SPDX-License-Identifier: EUPL-1.2
"""Budgets of gemeenten: what each set aside for a year, per wet."""

from collections.abc import Mapping

from app.db.connection import Connection
from app.domain.errors import NotFound

PUT = """
WITH weg AS (
    DELETE FROM budget WHERE gemeente = $1 AND jaar = $2 AND wet <> ALL($4::text[])
)
INSERT INTO budget (gemeente, jaar, wet, bedrag_centen, vastgelegd_door)
SELECT $1, $2, onderdeel.wet, onderdeel.bedrag_centen, $3
FROM unnest($4::text[], $5::bigint[]) AS onderdeel(wet, bedrag_centen)
ON CONFLICT (gemeente, jaar, wet) DO UPDATE
SET bedrag_centen = excluded.bedrag_centen, vastgelegd_door = excluded.vastgelegd_door,
    vastgelegd_op = excluded.vastgelegd_op
"""


async def find_budget(db: Connection, gemeente: str, jaar: int) -> Mapping[str, int]:
    """The cents a gemeente set aside, by wet. Raises NotFound."""
    rows = await db.fetch(
        "SELECT wet, bedrag_centen FROM budget WHERE gemeente = $1 AND jaar = $2 ORDER BY wet",
        gemeente,
        jaar,
    )
    if not rows:
        raise NotFound("budget_niet_gevonden", f"Deze gemeente heeft geen budget voor {jaar}.")
    return {row["wet"]: row["bedrag_centen"] for row in rows}


async def put_budget(
    db: Connection, gemeente: str, jaar: int, door: str, onderdelen: Mapping[str, int]
) -> bool:
    """Replace the budget of a gemeente for a year; tells whether there was none."""
    await db.execute("SELECT pg_advisory_xact_lock(hashtext('budget ' || $1), $2)", gemeente, jaar)
    is_new: bool = await db.fetchval(
        "SELECT NOT EXISTS (SELECT FROM budget WHERE gemeente = $1 AND jaar = $2)", gemeente, jaar
    )
    await db.execute(PUT, gemeente, jaar, door, list(onderdelen), list(onderdelen.values()))
    return is_new
