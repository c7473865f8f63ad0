# SPDX-License-Identifier: EUPL-1.2
"""What is settled while the caller waits is settled in a moment, whatever came before."""

from datetime import date

from app.db.connection import Connection
from app.settlement import settle
from tests.settlement import volume
from tests.settlement.region import AANBIEDERS

A, B = AANBIEDERS
DAG = date(2026, 8, 1)
AT_ONCE = 999


async def _settle(db: Connection, agb: str) -> int:
    async with db.transaction():
        await db.execute("SET LOCAL statement_timeout = '20s'")
        declaratie_id = await volume.register(db, "1", AT_ONCE, agb=agb)
        declaratie = await settle.settle(db, declaratie_id, DAG)
    toegekend: int = declaratie["aantal_toegekend"]
    return toegekend


async def test_lines_of_which_the_planner_knows_nothing_are_not_judged_over_and_over(
    db: Connection,
) -> None:
    await volume.fill(db, AT_ONCE)
    await _settle(db, B)
    await db.execute("ANALYZE")
    assert await _settle(db, A) > AT_ONCE * 0.9
