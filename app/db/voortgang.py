# SPDX-License-Identifier: EUPL-1.2
"""How far the settlement of a declaratie is: written beside its transaction, which hides it."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

Execute: TypeAlias = Callable[..., Awaitable[None]]
"""Runs a statement apart from the settlement, in a transaction of its own."""

BEGIN = """
INSERT INTO voortgang (declaratie_id, begonnen_op, bijgewerkt_op, aantal_beoordeeld, aantal_geboekt)
VALUES ($1, clock_timestamp(), clock_timestamp(), 0, 0)
ON CONFLICT (declaratie_id) DO UPDATE
SET begonnen_op = excluded.begonnen_op, bijgewerkt_op = excluded.bijgewerkt_op,
    aantal_beoordeeld = 0, aantal_geboekt = 0
"""

REPORT = """
UPDATE voortgang
SET bijgewerkt_op = clock_timestamp(), aantal_beoordeeld = $2, aantal_geboekt = $3
WHERE declaratie_id = $1
"""


async def begin(apart: Execute, declaratie_id: int) -> None:
    """A worker has taken it up, whatever came of an attempt before."""
    await apart(BEGIN, declaratie_id)


async def report(apart: Execute, declaratie_id: int, beoordeeld: int, geboekt: int) -> None:
    """So many lines have been judged and booked by now."""
    await apart(REPORT, declaratie_id, beoordeeld, geboekt)


async def remove(apart: Execute, declaratie_id: int) -> None:
    """The worker has let go of it."""
    await apart("DELETE FROM voortgang WHERE declaratie_id = $1", declaratie_id)
