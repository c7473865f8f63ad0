# SPDX-License-Identifier: EUPL-1.2
"""Plannen of households, in versions, with their evaluations. All bound to one gemeente."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from asyncpg import Record

from app.db.connection import Connection
from app.domain.errors import NotFound
from app.domain.plan import GegevenToewijzing

_STATUS = """CASE WHEN p.afgesloten_op IS NOT NULL THEN 'afgesloten'
            WHEN p.goedgekeurde_versie = p.versie THEN 'goedgekeurd' ELSE 'concept' END"""

PLANNEN = f"""
SELECT p.*, v.inhoud, {_STATUS} AS status,
       (SELECT coalesce(jsonb_agg(jsonb_build_object(
                   'datum', m.datum, 'evaluatie', m.evaluatie) ORDER BY m.datum), '[]')
        FROM planmoment m WHERE m.plan_id = p.id) AS momenten,
       -- of each result what the last evaluation said that spoke of it
       (SELECT coalesce(jsonb_agg(r.stand ORDER BY r.nummer), '[]')
        FROM (SELECT DISTINCT ON (s.stand -> 'nummer') (s.stand -> 'nummer')::integer AS nummer,
                     s.stand || jsonb_build_object('evaluatie', e.volgnummer, 'datum', e.datum)
                         AS stand
              FROM planevaluatie e, jsonb_array_elements(e.resultaten) AS s (stand)
              WHERE e.plan_id = p.id
              ORDER BY s.stand -> 'nummer', e.datum DESC, e.volgnummer DESC) r) AS standen
FROM plan p
JOIN planversie v ON v.plan_id = p.id AND v.versie = p.versie
WHERE p.gemeente = $1
"""

PLANNEN_BY_CHOICE = f"""
{PLANNEN}
  AND ($2::bigint IS NULL
       OR EXISTS (SELECT FROM planlid l WHERE l.plan_id = p.id AND l.inwoner_id = $2))
  AND ($3::text IS NULL OR {_STATUS} = $3)
ORDER BY p.id
"""

VERSIES = """
SELECT v.* FROM planversie v JOIN plan p ON p.id = v.plan_id
WHERE p.gemeente = $1 AND p.id = $2 ORDER BY v.versie
"""

EVALUATIES = """
SELECT e.* FROM planevaluatie e JOIN plan p ON p.id = e.plan_id
WHERE p.gemeente = $1 AND p.id = $2 ORDER BY e.volgnummer
"""

# Two plannen for members of one household take turns here, and for whoever delivers to them.
LOCK_HOUSEHOLD = """
SELECT id FROM inwoner WHERE id = ANY($2::bigint[]) AND gemeente = $1 AND gewist_op IS NULL
ORDER BY id FOR NO KEY UPDATE
"""

DELIVERING = """
SELECT DISTINCT aanbieder FROM toewijzing
WHERE inwoner_id = ANY($1::bigint[]) AND einddatum >= $2 AND status <> 'ingetrokken'
"""

INSERT = """
INSERT INTO plan (gemeente, versie, regisseur_aanbieder) VALUES ($1, 0, NULL) RETURNING id
"""

ADD_VERSION = """
WITH opgehoogd AS (
    UPDATE plan SET versie = versie + 1, regisseur_aanbieder = $4 WHERE id = $1
    RETURNING versie
),
weg AS (
    DELETE FROM planlid WHERE plan_id = $1 AND inwoner_id <> ALL ($3::bigint[])
),
leden AS (
    INSERT INTO planlid (plan_id, inwoner_id)
    SELECT $1, id FROM unnest($3::bigint[]) AS id
    ON CONFLICT (plan_id, inwoner_id) DO NOTHING
)
INSERT INTO planversie (plan_id, versie, inhoud, opgesteld_door)
SELECT $1, versie, $2::jsonb, $5::text FROM opgehoogd
"""

APPROVE = """
WITH goedgekeurd AS (
    UPDATE planversie
    SET goedgekeurd_op = clock_timestamp(), goedgekeurd_door = $3, akkoord_datum = $4,
        akkoord_van = $5
    WHERE plan_id = $1 AND versie = $2
),
weg AS (
    DELETE FROM planmoment
    WHERE plan_id = $1 AND evaluatie IS NULL AND datum <> ALL ($6::date[])
),
nieuw AS (
    INSERT INTO planmoment (plan_id, datum) SELECT $1, dag FROM unnest($6::date[]) AS dag
    ON CONFLICT (plan_id, datum) DO NOTHING
)
UPDATE plan SET goedgekeurde_versie = $2 WHERE id = $1
"""

EVALUATE = """
WITH nieuw AS (
    INSERT INTO planevaluatie (
        plan_id, volgnummer, versie, datum, bevindingen, resultaten, vastgelegd_door
    )
    SELECT $1, 1 + (SELECT count(*) FROM planevaluatie WHERE plan_id = $1), $2, $3, $4, $5, $6
    RETURNING *
),
geevalueerd AS (
    UPDATE planmoment m SET evaluatie = nieuw.volgnummer FROM nieuw
    WHERE m.plan_id = $1 AND m.datum = $7
),
volgende AS (
    INSERT INTO planmoment (plan_id, datum) SELECT $1, $8::date WHERE $8::date IS NOT NULL
    ON CONFLICT (plan_id, datum) DO NOTHING
)
SELECT * FROM nieuw
"""

CLOSE = """
WITH uit AS (UPDATE planlid SET loopt = false WHERE plan_id = $1)
UPDATE plan SET afgesloten_op = $2, afsluitreden = $3, afgesloten_door = $4 WHERE id = $1
"""


@dataclass(frozen=True, slots=True)
class Versie:
    """A version to be written: what it says, and what of it the database guards."""

    inhoud: Mapping[str, object]
    huishouden: Sequence[int]
    regisseur_aanbieder: str | None
    door: str


@dataclass(frozen=True, slots=True)
class Evaluatie:
    """An evaluation to be written."""

    versie: int
    datum: date
    bevindingen: str
    resultaten: Sequence[Mapping[str, object]]
    moment: date | None
    volgende: date | None
    door: str


async def find_plan(db: Connection, gemeente: str, plan_id: int) -> Record:
    """One plan of this gemeente, with its last version. Raises NotFound, also when another's."""
    return _found(await db.fetchrow(f"{PLANNEN} AND p.id = $2", gemeente, plan_id), plan_id)


async def lock_plan(db: Connection, gemeente: str, plan_id: int) -> Record:
    """The same; nobody changes it meanwhile. Raises NotFound."""
    await db.execute(
        "SELECT FROM plan WHERE gemeente = $1 AND id = $2 FOR NO KEY UPDATE", gemeente, plan_id
    )
    return await find_plan(db, gemeente, plan_id)


async def find_content(db: Connection, plan_id: int, versie: int) -> Mapping[str, object]:
    """What a version of a plan says."""
    inhoud: Mapping[str, object] = await db.fetchval(
        "SELECT inhoud FROM planversie WHERE plan_id = $1 AND versie = $2", plan_id, versie
    )
    return inhoud


def moments_of(row: Record) -> Mapping[date, bool]:
    """The dated moments of a plan, and whether each was evaluated."""
    return {date.fromisoformat(m["datum"]): m["evaluatie"] is not None for m in row["momenten"]}


async def lock_household(db: Connection, gemeente: str, ids: Collection[int]) -> None:
    """These inwoners of this gemeente, until the transaction ends. Raises NotFound."""
    found = await db.fetch(LOCK_HOUSEHOLD, gemeente, sorted(ids))
    unknown = sorted(set(ids) - {row["id"] for row in found})
    if unknown:
        names = ", ".join(map(str, unknown))
        raise NotFound("inwoner_niet_gevonden", f"Deze gemeente kent geen inwoner {names}.")


async def find_toewijzingen(
    db: Connection, gemeente: str, nummers: Collection[int]
) -> Mapping[int, GegevenToewijzing]:
    """These toewijzingen of this gemeente. Raises NotFound, naming each that it did not give."""
    rows = await db.fetch(
        "SELECT nummer, inwoner_id, aanbieder FROM toewijzing"
        " WHERE gemeente = $1 AND nummer = ANY($2::integer[])",
        gemeente,
        list(nummers),
    )
    found = {r["nummer"]: GegevenToewijzing(r["inwoner_id"], r["aanbieder"]) for r in rows}
    if unknown := sorted(set(nummers) - found.keys()):
        names = ", ".join(map(str, unknown))
        raise NotFound("toewijzing_niet_gevonden", f"Er is geen toewijzing {names}.")
    return found


async def find_delivering(db: Connection, huishouden: Sequence[int], today: date) -> frozenset[str]:
    """The aanbieders of toewijzingen of this household that have not ended."""
    return frozenset(r["aanbieder"] for r in await db.fetch(DELIVERING, huishouden, today))


async def insert_plan(db: Connection, gemeente: str, versie: Versie) -> int:
    """Keep a plan with its first version; gives its id.

    An inwoner who has a running plan violates ux_planlid_loopt.
    """
    plan_id: int = await db.fetchval(INSERT, gemeente)
    await add_version(db, plan_id, versie)
    return plan_id


async def add_version(db: Connection, plan_id: int, versie: Versie) -> None:
    """Keep the next version of a plan. Violates ux_planlid_loopt as `insert_plan` does."""
    await db.execute(
        ADD_VERSION,
        plan_id,
        versie.inhoud,
        versie.huishouden,
        versie.regisseur_aanbieder,
        versie.door,
    )


async def approve(
    db: Connection,
    plan_id: int,
    versie: int,
    door: str,
    datum: date,
    akkoord_van: str,
    momenten: Sequence[date],
) -> None:
    """Keep who agreed; the moments of evaluation are from then on those of this version."""
    await db.execute(APPROVE, plan_id, versie, door, datum, akkoord_van, momenten)


async def evaluate(db: Connection, plan_id: int, evaluatie: Evaluatie) -> Record:
    """Keep an evaluation, with the moment it is of and the next one."""
    row = await db.fetchrow(
        EVALUATE,
        plan_id,
        evaluatie.versie,
        evaluatie.datum,
        evaluatie.bevindingen,
        evaluatie.resultaten,
        evaluatie.door,
        evaluatie.moment,
        evaluatie.volgende,
    )
    assert row is not None
    return row


async def find_evaluatie(db: Connection, gemeente: str, plan_id: int, volgnummer: int) -> Record:
    """One evaluation of a plan. Raises NotFound."""
    row = await db.fetchrow(
        f"SELECT * FROM ({EVALUATIES}) e WHERE volgnummer = $3", gemeente, plan_id, volgnummer
    )
    if row is None:
        raise NotFound("evaluatie_niet_gevonden", f"Dit plan heeft geen evaluatie {volgnummer}.")
    return row


async def close(db: Connection, plan_id: int, datum: date, reden: str, door: str) -> None:
    """Close a plan: whoever was in it may be in another from then on."""
    await db.execute(CLOSE, plan_id, datum, reden, door)


def _found(row: Record | None, plan_id: int) -> Record:
    if row is None:
        raise NotFound("plan_niet_gevonden", f"Er is geen plan {plan_id}.")
    return row
