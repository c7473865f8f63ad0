# SPDX-License-Identifier: EUPL-1.2
"""The way of a declared line: keep → register → judge → post (with its split) → close.

Each step is one SQL statement over all lines at once, so that a declaratie of one line and of a
million take the same way in the same number of statements. judge, post and close have a file of
their own; where a line may be about a volume, judge has a second one. All of it runs in the
caller's transaction: a declaratie is settled as a whole or not at all.
"""

from collections.abc import AsyncIterable, Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime

from asyncpg import NotNullViolationError, Record

from app.db.binding import OPEN_BOOKS
from app.db.connection import Connection
from app.domain.errors import Unavailable
from app.settlement.judging import JUDGE, JUDGE_AGAIN, JUDGE_BY_VOLUME, JUDGE_VOLUME, sql_of
from app.telemetry.measures import count_lines
from app.telemetry.steps import step

Report = Callable[[int, int], Awaitable[None]]

MANY_LINES = 2_000
"""From here on a plan that looks up each line by itself loses from one that joins whole tables."""

# The planner knows nothing of a declaratie that came in just now. One of a few lines is looked up
# line by line, one of many is joined to whole tables; a plan for the one is ruin for the other.
TUNE = f"""
SELECT omvang.*,
       set_config('plan_cache_mode', 'force_custom_plan', true),
       set_config('enable_nestloop', few, true), set_config('enable_seqscan', many, true),
       set_config('enable_hashjoin', many, true), set_config('enable_mergejoin', many, true),
       set_config('work_mem', CASE many WHEN 'on' THEN '128MB' ELSE '4MB' END, true)
FROM (SELECT d.aanbieder, d.aantal_regels, d.gebeurtenis, grenzen.*,
             CASE WHEN d.aantal_regels < {MANY_LINES} THEN 'on' ELSE 'off' END AS few,
             CASE WHEN d.aantal_regels < {MANY_LINES} THEN 'off' ELSE 'on' END AS many,
             grenzen.volumes > 0
             OR EXISTS (SELECT FROM omvang om
                        WHERE om.aanbieder = d.aanbieder AND om.toewijzing_nummer
                              BETWEEN grenzen.eerste_toewijzing AND grenzen.laatste_toewijzing)
             OR EXISTS (SELECT FROM taakopdracht o
                        WHERE o.aanbieder = d.aanbieder AND o.nummer
                              BETWEEN grenzen.eerste_toewijzing AND grenzen.laatste_toewijzing)
                 AS by_volume
      FROM declaratie d,
           (SELECT min(toewijzing_nummer) AS eerste_toewijzing,
                   max(toewijzing_nummer) AS laatste_toewijzing,
                   min(begindatum) AS eerste_dag, max(einddatum) AS laatste_dag,
                   min(referentie) AS eerste_referentie, max(referentie) AS laatste_referentie,
                   count(volume) AS volumes
            FROM declaratieregel WHERE declaratie_id = $1) AS grenzen
      WHERE d.id = $1) AS omvang
"""
OMVANG = (
    "aanbieder",
    "aantal_regels",
    "eerste_toewijzing",
    "laatste_toewijzing",
    "eerste_dag",
    "laatste_dag",
    "eerste_referentie",
    "laatste_referentie",
    "gebeurtenis",
    "by_volume",
)


@dataclass(frozen=True, slots=True)
class Kop:
    """The head of a declaratie, as the aanbieder sent it."""

    aanbieder: str
    declaratienummer: str
    dagtekening: date


PREPARE, SPLIT, CLOSE, CLOSE_AGAIN = map(sql_of, ("prepare", "split", "close", "close_again"))
POST = sql_of("post").replace("{split}", SPLIT)

# Its number comes with `register`: until then nobody else waits for it. No declaratienummer that an
# aanbieder may choose looks like this one. The lines may take their time to come in.
RESERVE = """
INSERT INTO declaratie (
    id, aanbieder, declaratienummer, dagtekening, inhoud_hash, aantal_regels, ontvangen_op
)
OVERRIDING SYSTEM VALUE
SELECT id, $1, '#' || id, current_date, '', 0, now()
FROM nextval(pg_get_serial_sequence('declaratie', 'id')) AS id,
     set_config('statement_timeout', '0', true)
RETURNING id
"""

UITKOMSTEN = ("toegekend", "afgekeurd", "aangehouden")

LINE_COLUMNS = (
    "regelnummer",
    "declaratie_id",
    "aanbieder",
    "volume",
    "eenheid",
    "referentie",
    "toewijzing_nummer",
    "mijlpaal",
    "begindatum",
    "einddatum",
    "bedrag_centen",
    "credit",
    "vorige_referentie",
)

REGISTER = """
UPDATE declaratie
SET declaratienummer = $2, dagtekening = $3, inhoud_hash = $4, aantal_regels = $5,
    ontvangen_op = $6,
    ingediend_centen = (SELECT sum(CASE WHEN credit THEN -bedrag_centen ELSE bedrag_centen END)
                        FROM declaratieregel WHERE declaratie_id = $1)
WHERE id = $1
RETURNING *
"""

# Whoever holds the lock works in the books of the aanbieder.
LOCK_AANBIEDER = f"""
SELECT set_config('lock_timeout', '30s', true),
       pg_advisory_xact_lock(hashtext('declaratie'), $1::integer),
       {OPEN_BOOKS.format("$2")}
"""


async def reserve(db: Connection, aanbieder: str) -> int:
    """An id to keep lines under; `register` makes a declaratie of it in the same transaction."""
    declaratie_id: int = await db.fetchval(RESERVE, aanbieder)
    return declaratie_id


def before_each_line(declaratie_id: int, aanbieder: str) -> bytes:
    """What stands between the regelnummer of a line and what was sent, as CSV."""
    return f",{declaratie_id},{aanbieder},".encode()


async def keep_lines(db: Connection, lines: AsyncIterable[bytes]) -> None:
    """COPY lines of CSV into declaratieregel, as they come in. They hold LINE_COLUMNS."""
    await db.copy_to_table(
        "declaratieregel", schema_name="public", columns=LINE_COLUMNS, source=lines, format="csv"
    )


async def lock_aanbieder(db: Connection, agb: str) -> None:
    """Let the declaraties of one aanbieder through one by one, until the transaction ends."""
    await db.execute(LOCK_AANBIEDER, int(agb), agb)


async def find_declaratie(db: Connection, kop: Kop) -> Record | None:
    """The declaratie that this aanbieder sent under this number, if any."""
    return await db.fetchrow(
        "SELECT * FROM declaratie WHERE aanbieder = $1 AND declaratienummer = $2",
        kop.aanbieder,
        kop.declaratienummer,
    )


async def register(
    db: Connection,
    declaratie_id: int,
    kop: Kop,
    inhoud_hash: bytes,
    aantal_regels: int,
    ontvangen_op: datetime,
) -> Record:
    """Give the lines that were kept their declaratie. Asked under `lock_aanbieder`."""
    row = await db.fetchrow(
        REGISTER,
        declaratie_id,
        kop.declaratienummer,
        kop.dagtekening,
        inhoud_hash,
        aantal_regels,
        ontvangen_op,
    )
    assert row is not None
    return row


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
    await db.execute(PREPARE)
    omvang = await db.fetchrow(TUNE, declaratie_id)
    assert omvang is not None
    aanbieder, aantal_regels, *grenzen, by_volume = (omvang[name] for name in OMVANG)
    with step("beoordelen", declaratie_id):
        judge = JUDGE_BY_VOLUME if by_volume else JUDGE
        await db.execute(judge, declaratie_id, ontvangen_dag, aanbieder, *grenzen)
        if by_volume:
            await db.execute(JUDGE_VOLUME, declaratie_id, aanbieder, *grenzen[:2])
    if report:
        await report(aantal_regels, 0)
    geboekt_centen = await _post(db, declaratie_id, aanbieder)
    if report:
        await report(aantal_regels, aantal_regels)
    with step("sluiten", declaratie_id):
        declaratie = await db.fetchrow(CLOSE, declaratie_id)
    if declaratie is None or declaratie["toegekend_centen"] != geboekt_centen:
        raise RuntimeError(f"boekingen of declaratie {declaratie_id} do not add up")
    return declaratie


def count_settled(declaratie: Record) -> None:
    """Let the lines of a declaratie that was settled for good show in the measures."""
    count_lines({uitkomst: declaratie[f"aantal_{uitkomst}"] for uitkomst in UITKOMSTEN})


async def settle_again(db: Connection, declaratie_id: int, aanbieder: str, dag: date) -> None:
    """Judge what a settled declaratie holds once more, and book what is granted now.

    `dag` is the day in Amsterdam on which it came in. Raises as `settle` does.
    """
    await db.execute(PREPARE)
    with step("herbeoordelen", declaratie_id):
        await db.execute(JUDGE_AGAIN, declaratie_id, dag)
    geboekt_centen = await _post(db, declaratie_id, aanbieder)
    if await db.fetchval(CLOSE_AGAIN, declaratie_id) != geboekt_centen:
        raise RuntimeError(f"boekingen of declaratie {declaratie_id} do not add up")


async def _post(db: Connection, declaratie_id: int, aanbieder: str) -> int:
    try:
        with step("boeken", declaratie_id):
            geboekt_centen: int = await db.fetchval(POST, declaratie_id, aanbieder)
    except NotNullViolationError:
        # Judged with a woonplaats on every day, which one has lost before the split.
        raise Unavailable(
            "woonplaats_gewijzigd",
            "Tijdens het verwerken wijzigde een woonplaats. Dien dezelfde declaratie nog eens in.",
        ) from None
    return geboekt_centen
