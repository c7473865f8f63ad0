# SPDX-License-Identifier: EUPL-1.2
"""Whose data have been kept long enough, what holds them up, and wiping them."""

from collections.abc import Sequence
from datetime import date

from asyncpg import Record

from app.db.bsn import WIPED
from app.db.connection import Connection
from app.domain.bewaartermijn import BEWAARTERMIJNEN, Soort


def _after(day: str, soort: Soort) -> str:
    return f"({day} + interval '{BEWAARTERMIJNEN[soort].jaren} years')::date"


_BY_WET = (
    f"CASE wet WHEN 'jeugdwet' THEN {_after('vanaf', 'jeugdwet')} ELSE {_after('vanaf', 'wmo')} END"
)

# The last day on which each term still holds. $1 the day, $2 a gemeente or null for all, $3 the
# inwoners or null for all.
OVER = f"""
SELECT i.id, i.gemeente
FROM inwoner i
CROSS JOIN LATERAL (
    SELECT max(tot) AS tot FROM (
        SELECT {_after("i.aangemaakt_op", "zonder_hulp")} AS tot
        UNION ALL
        SELECT {_BY_WET} FROM (
            SELECT wet, greatest(einddatum, (
                SELECT max(geregistreerd_op)::date FROM toewijzing_gebeurtenis g
                WHERE g.nummer = tw.nummer)) AS vanaf
            FROM toewijzing tw WHERE tw.inwoner_id = i.id
            UNION ALL
            SELECT wet, coalesce(beantwoord_op, ontvangen_op)::date
            FROM verzoek WHERE inwoner_id = i.id
        ) hulp
        UNION ALL
        SELECT {_after("p.afgesloten_op", "plan")}
        FROM planlid l JOIN plan p ON p.id = l.plan_id WHERE l.inwoner_id = i.id
        UNION ALL
        SELECT {_after("date_trunc('year', b.geboekt_op) + interval '1 year -1 day'", "financieel")}
        FROM toewijzing tw JOIN boeking b ON b.toewijzing_nummer = tw.nummer
        WHERE tw.inwoner_id = i.id
    ) termijn
) bewaard
WHERE i.gewist_op IS NULL AND bewaard.tot < $1
  AND ($2::text IS NULL OR i.gemeente = $2)
  AND ($3::bigint[] IS NULL OR i.id = ANY ($3))
"""

_OF_TOEWIJZING = "FROM toewijzing tw {} WHERE tw.inwoner_id = i.id"
HOLDS = {
    "verzoek_open": "FROM verzoek v WHERE v.inwoner_id = i.id AND v.antwoord IS NULL",
    "concept_open": "FROM concepttoewijzing c WHERE c.inwoner_id = i.id AND c.besluit IS NULL",
    "voortzetting_gevraagd": _OF_TOEWIJZING.format(
        "JOIN voortzetting z ON z.toewijzing_nummer = tw.nummer AND z.besluit IS NULL"
    ),
    "plan_loopt": "FROM planlid l WHERE l.inwoner_id = i.id AND l.loopt",
    "opgeschort_of_in_beoordeling": _OF_TOEWIJZING.format("")
    + " AND (tw.opgeschort_vanaf IS NOT NULL OR tw.is_in_beoordeling)",
    "declaratie_in_behandeling": _OF_TOEWIJZING.format(
        "JOIN declaratieregel r ON r.toewijzing_nummer = tw.nummer"
        " JOIN declaratie d ON d.id = r.declaratie_id AND d.afgehandeld_op IS NULL"
    ),
    "regel_aangehouden": _OF_TOEWIJZING.format(
        "JOIN oordeel o ON o.toewijzing_nummer = tw.nummer AND o.uitkomst = 'aangehouden'"
    ),
    "niet_betaald": _OF_TOEWIJZING.format(
        "JOIN boeking b ON b.toewijzing_nummer = tw.nummer"
        " JOIN betaalspecificatie s ON s.declaratie_id = b.declaratie_id"
        " AND s.betaler = b.betaler AND s.bedrag_centen <> s.betaald_centen"
    ),
}
"""What must not be there, by the reason that it is."""

_REASONS = ", ".join(
    f"CASE WHEN EXISTS (SELECT {hold}) THEN '{reden}' END" for reden, hold in HOLDS.items()
)
FIND = f"""
SELECT i.id, i.gemeente, array_remove(ARRAY[{_REASONS}], NULL) AS redenen
FROM ({OVER}) i
ORDER BY i.gemeente, i.id
"""
LOCK = "SELECT FROM inwoner WHERE id = ANY ($1::bigint[]) ORDER BY id FOR UPDATE"

_THEIRS = "inwoner_id = ANY ($1::bigint[])"
_OF_THEIRS = f"(SELECT nummer FROM toewijzing WHERE {_THEIRS})"
# A household of which somebody is not wiped keeps its plan.
PLANS = f"""
SELECT DISTINCT l.plan_id FROM planlid l
WHERE l.{_THEIRS}
  AND NOT EXISTS (SELECT FROM planlid ander JOIN inwoner i ON i.id = ander.inwoner_id
                  WHERE ander.plan_id = l.plan_id AND i.gewist_op IS NULL)
"""
WIPE = (
    "UPDATE inwoner SET gewist_op = clock_timestamp(), geboortedatum = NULL,"
    f" {WIPED} WHERE id = ANY ($1::bigint[])",
    f"DELETE FROM woonopgave WHERE {_THEIRS}",
    f"DELETE FROM woonplaats WHERE {_THEIRS}",
    "INSERT INTO woonplaats (inwoner_id, vanaf, tot_en_met, gemeente, grondslag)"
    " SELECT id, '-infinity', 'infinity', NULL, 'onbekend' FROM unnest($1::bigint[]) AS id",
    "UPDATE toewijzing SET beoogde_resultaten = '[]', referentie_aanbieder = NULL,"
    f" spoed_reden = CASE WHEN spoed_reden IS NOT NULL THEN 'gewist' END WHERE {_THEIRS}",
    "UPDATE toewijzing_gebeurtenis SET toelichting = NULL"
    f" WHERE toelichting IS NOT NULL AND nummer IN {_OF_THEIRS}",
    "UPDATE voortzetting SET toelichting = NULL, besluit_toelichting = NULL"
    " WHERE num_nonnulls(toelichting, besluit_toelichting) > 0"
    f" AND toewijzing_nummer IN {_OF_THEIRS}",
    f"DELETE FROM intensiteitsadvies WHERE toewijzing_nummer IN {_OF_THEIRS}",
    f"DELETE FROM beschikking WHERE toewijzing_nummer IN {_OF_THEIRS}",
    f"DELETE FROM concepttoewijzing WHERE {_THEIRS}",
    f"DELETE FROM verzoek WHERE {_THEIRS}",
)
"""In this order; of boekingen, termijnen, declaraties and seals nothing changes."""
WIPE_PLANS = (
    *(
        f"DELETE FROM {table} WHERE plan_id = ANY ($1::integer[])"
        for table in ("planmoment", "planevaluatie", "planversie", "planlid")
    ),
    "DELETE FROM plan WHERE id = ANY ($1::integer[])",
)

# Of whom it was, nothing was kept but what was asked: the BSN went with the answer.
OLD_VERZOEKEN = f"""
FROM verzoek
WHERE inwoner_id IS NULL AND antwoord IS NOT NULL AND ($2::text IS NULL OR gemeente = $2)
  AND CASE wet WHEN 'jeugdwet' THEN {_after("beantwoord_op", "jeugdwet")}
      ELSE {_after("beantwoord_op", "wmo")} END < $1
"""
OLD_LINES = (
    "FROM logregel WHERE beeindigd_op <="
    f" now() - interval '{BEWAARTERMIJNEN['logboek'].jaren} years'"
)
OLD_ANSWERS = "FROM idempotentie WHERE aangemaakt_op < now() - interval '48 hours'"


async def find_over(db: Connection, today: date, gemeente: str | None) -> list[Record]:
    """Inwoners of whom every term is over, each with what holds up its wiping."""
    return await db.fetch(FIND, today, gemeente, None)


async def wipe(db: Connection, today: date, ids: Sequence[int]) -> int:
    """Wipe these inwoners, but for those who should not be after all; gives how many were."""
    async with db.transaction():
        await db.execute(LOCK, ids)
        rows = await db.fetch(FIND, today, None, ids)
        free = [row["id"] for row in rows if not row["redenen"]]
        for statement in WIPE:
            await db.execute(statement, free)
        plans = [row["plan_id"] for row in await db.fetch(PLANS, free)]
        for statement in WIPE_PLANS:
            await db.execute(statement, plans)
    return len(free)


async def count_rest(db: Connection, today: date, gemeente: str | None) -> dict[str, int]:
    """What else has been kept long enough: refused verzoeken, and lines of the log."""
    return {
        "verzoeken": await db.fetchval(f"SELECT count(*) {OLD_VERZOEKEN}", today, gemeente),
        "logregels": 0 if gemeente else await db.fetchval(f"SELECT count(*) {OLD_LINES}"),
    }


async def delete_rest(db: Connection, today: date, gemeente: str | None) -> None:
    """Delete that, and answers that no request can ask for again."""
    await db.execute(f"DELETE {OLD_VERZOEKEN}", today, gemeente)
    if gemeente is None:
        await db.execute(f"DELETE {OLD_LINES}")
        await db.execute(f"DELETE {OLD_ANSWERS}")
