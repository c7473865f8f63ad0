# SPDX-License-Identifier: EUPL-1.2
"""The way of a declared line: stage → register → judge → post (with its split) → close.

Each step is one SQL statement over all lines at once, in a file named for it, so that a
declaratie of one line and of a million take the same way in the same number of statements. All of
it runs in the caller's transaction: a declaratie is settled as a whole or not at all.
"""

from collections.abc import AsyncIterable, Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime
from importlib.resources import files

from asyncpg import NotNullViolationError, Record

from app.db.connection import Connection
from app.domain.errors import Unavailable

Report = Callable[[int, int], Awaitable[None]]

MANY_LINES = 2_000
"""From here on a plan that looks up each line by itself loses from one that joins whole tables."""

# The planner knows nothing of a declaratie that came in just now. One of a few lines is looked up
# line by line, one of many is joined to whole tables; a plan for the one is ruin for the other.
TUNE = f"""
SELECT aanbieder, aantal_regels,
       set_config('plan_cache_mode', 'force_custom_plan', true),
       set_config('enable_nestloop', few, true), set_config('enable_seqscan', many, true),
       set_config('enable_hashjoin', many, true), set_config('enable_mergejoin', many, true),
       set_config('work_mem', CASE many WHEN 'on' THEN '128MB' ELSE '4MB' END, true)
FROM (SELECT aanbieder, aantal_regels,
             CASE WHEN aantal_regels < {MANY_LINES} THEN 'on' ELSE 'off' END AS few,
             CASE WHEN aantal_regels < {MANY_LINES} THEN 'off' ELSE 'on' END AS many
      FROM declaratie WHERE id = $1) AS omvang
"""


@dataclass(frozen=True, slots=True)
class Kop:
    """The head of a declaratie, as the aanbieder sent it, with the hash over all its lines."""

    aanbieder: str
    declaratienummer: str
    dagtekening: date
    inhoud_hash: bytes
    aantal_regels: int


def _step(name: str) -> str:
    return (files("app.settlement") / f"{name}.sql").read_text(encoding="utf-8")


PREPARE, REGISTER, JUDGE, CLOSE, SPLIT = map(
    _step, ("prepare", "register", "judge", "close", "split")
)
POST = _step("post").replace("{split}", SPLIT)

INSERT_DECLARATIE = """
INSERT INTO declaratie (
    aanbieder, declaratienummer, dagtekening, inhoud_hash, aantal_regels, ontvangen_op,
    ingediend_centen
)
SELECT $1, $2, $3, $4, $5, $6,
       sum(CASE debet_credit WHEN 'credit' THEN -bedrag_centen ELSE bedrag_centen END)
FROM aanlevering
RETURNING id
"""


LOCK_AANBIEDER = """
SELECT set_config('lock_timeout', '30s', true),
       pg_advisory_xact_lock(hashtext('declaratie'), $1::integer)
"""


async def stage(db: Connection, lines: AsyncIterable[bytes]) -> None:
    """COPY lines of CSV into the staging table of this connection, as they come in.

    Each line holds the columns of `aanlevering` in prepare.sql, in their order.
    """
    await db.execute(PREPARE)
    await db.copy_to_table("aanlevering", schema_name="pg_temp", source=lines, format="csv")


async def lock_aanbieder(db: Connection, agb: str) -> None:
    """Let the declaraties of one aanbieder through one by one, until the transaction ends."""
    await db.execute(LOCK_AANBIEDER, int(agb))


async def find_declaratie(db: Connection, agb: str, declaratienummer: str) -> Record | None:
    """The declaratie that this aanbieder sent under this number, if any."""
    return await db.fetchrow(
        "SELECT * FROM declaratie WHERE aanbieder = $1 AND declaratienummer = $2",
        agb,
        declaratienummer,
    )


async def register(db: Connection, kop: Kop, ontvangen_op: datetime) -> int:
    """Keep the staged lines for good, as they were sent. Gives the id of the declaratie."""
    declaratie_id: int = await db.fetchval(
        INSERT_DECLARATIE,
        kop.aanbieder,
        kop.declaratienummer,
        kop.dagtekening,
        kop.inhoud_hash,
        kop.aantal_regels,
        ontvangen_op,
    )
    await db.execute(REGISTER, declaratie_id, kop.aanbieder)
    return declaratie_id


async def settle(
    db: Connection,
    declaratie_id: int,
    ontvangen_dag: date,
    report: Report | None = None,
) -> Record:
    """Judge, split and book the registered lines; gives the closed declaratie.

    Tells `report` how many lines have been judged and how many booked, at the end of each step.
    `ontvangen_dag` is the day in Amsterdam on which the declaratie came in. Raises Unavailable
    when a woonplaats was unsettled meanwhile, and RuntimeError when the boekingen do not add up to
    what was granted; either undoes everything.
    """
    omvang = await db.fetchrow(TUNE, declaratie_id)
    assert omvang is not None
    aanbieder, aantal_regels = omvang["aanbieder"], omvang["aantal_regels"]
    await db.execute(JUDGE, declaratie_id, ontvangen_dag, aanbieder)
    if report:
        await report(aantal_regels, 0)
    geboekt_centen = await _post(db, declaratie_id, aanbieder)
    if report:
        await report(aantal_regels, aantal_regels)
    declaratie = await db.fetchrow(CLOSE, declaratie_id)
    if declaratie is None or declaratie["toegekend_centen"] != geboekt_centen:
        raise RuntimeError(f"boekingen of declaratie {declaratie_id} do not add up")
    return declaratie


async def _post(db: Connection, declaratie_id: int, aanbieder: str) -> int:
    try:
        geboekt_centen: int = await db.fetchval(POST, declaratie_id, aanbieder)
    except NotNullViolationError:
        # Judged with a woonplaats on every day, which one has lost before the split.
        raise Unavailable(
            "woonplaats_gewijzigd",
            "Tijdens het verwerken wijzigde een woonplaats. Dien dezelfde declaratie nog eens in.",
        ) from None
    return geboekt_centen
