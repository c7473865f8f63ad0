# SPDX-License-Identifier: EUPL-1.2
"""Raamovereenkomsten: what happened to each, one row per gebeurtenis, and what follows for a day.

Nothing in here is overwritten. Of what is said of a gemeente, a profiel or a pair of both, the
latest `vanaf` up to a day holds on that day, and at equal `vanaf` what was said last; as known at
an earlier moment, what was said since is left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from asyncpg import Record

from app.db.connection import Connection
from app.domain.contractleven import Dekking, Grond, Onderaannemer, Sleutel, Soort, Stand
from app.domain.errors import NotFound
from app.domain.period import Periode


def dekking(nummer: str, dag: str, versie: str | None = None) -> str:
    """SQL: what a contract covers on a day, as known now or when it had this versie.

    Rows of (gemeente, profiel_id, vanaf, gedekt); null stands for all of them, so that a pair says
    what one gemeente does with one profiel.
    """
    known = f"AND x.volgnummer <= {versie}" if versie else ""
    return f"""
        SELECT DISTINCT ON (x.gemeente, x.profiel_id) x.gemeente, x.profiel_id, x.vanaf, x.gedekt
        FROM raamovereenkomst_dekking x
        WHERE x.nummer = {nummer} AND x.vanaf <= {dag} {known}
        ORDER BY x.gemeente, x.profiel_id, x.vanaf DESC, x.volgnummer DESC
    """


def opgeschort(nummer: str, dag: str, versie: str | None = None) -> str:
    """SQL: whether a contract is on hold on a day, as known now or when it had this versie."""
    known = f"AND x.volgnummer <= {versie}" if versie else ""
    return f"""coalesce((
        SELECT x.soort = 'opgeschort'
        FROM raamovereenkomst_gebeurtenis x
        WHERE x.nummer = {nummer} AND x.vanaf <= {dag} {known}
          AND x.soort IN ('opgeschort', 'hervat')
        ORDER BY x.volgnummer DESC LIMIT 1), false)"""


def offers(nummer: str, dag: str, profiel_id: str, gemeente: str) -> str:
    """SQL: whether a contract covers a profiel on a day, in this gemeente unless that is null."""
    return f"""(
        SELECT bool_and(d.gedekt) AND count(*) FILTER (WHERE d.gemeente IS NULL) > 0
           AND ({gemeente}::text IS NULL OR count(*) FILTER (WHERE d.profiel_id IS NULL) > 0)
        FROM ({dekking(nummer, dag)}) d
        WHERE (d.profiel_id IS NULL OR d.profiel_id = {profiel_id})
          AND (d.gemeente IS NULL OR d.gemeente = {gemeente})
    )"""


# $1 aanbieder, $2 nummer, $3 peildatum, $4 bekendOp, each of them null for any; $5 today. Without
# a peildatum it is today, or the day nearest to it on which the contract runs.
RAAMOVEREENKOMSTEN = f"""
SELECT r.nummer, r.aanbieder, r.begindatum, v.einddatum, v.ontbonden_per, v.versie,
       r.declaratietermijn_maanden, r.betaaltermijn_dagen, r.bonus_malus,
       r.verlenging_vereist_resultaten,
       dag.peildatum, d.profielen, d.gemeenten, d.uitsluitingen,
       CASE WHEN v.ontbonden_per <= dag.peildatum THEN 'ontbonden'
            WHEN dag.peildatum < r.begindatum THEN 'nog_niet_ingegaan'
            WHEN {opgeschort("r.nummer", "dag.peildatum", "v.versie")} THEN 'opgeschort'
            WHEN dag.peildatum > v.einddatum THEN 'afgelopen'
            ELSE 'actief' END AS status
FROM raamovereenkomst r
CROSS JOIN LATERAL (
    SELECT max(g.volgnummer) AS versie, max(g.einddatum) AS einddatum,
           max(g.vanaf) FILTER (WHERE g.soort = 'ontbonden') AS ontbonden_per
    FROM raamovereenkomst_gebeurtenis g
    WHERE g.nummer = r.nummer AND ($4::timestamptz IS NULL OR g.geregistreerd_op <= $4)
) v
CROSS JOIN LATERAL (
    SELECT coalesce($3::date, greatest(
        r.begindatum, least($5::date, v.einddatum, v.ontbonden_per - 1))) AS peildatum
) dag
CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(p.code ORDER BY p.code)
               FILTER (WHERE d.gedekt AND d.gemeente IS NULL), '{{}}') AS profielen,
           coalesce(array_agg(d.gemeente ORDER BY d.gemeente)
               FILTER (WHERE d.gedekt AND d.profiel_id IS NULL), '{{}}') AS gemeenten,
           coalesce(jsonb_agg(jsonb_build_object(
                   'gemeente', d.gemeente, 'profiel', p.code, 'vanaf', d.vanaf
               ) ORDER BY d.gemeente, p.code) FILTER (WHERE NOT d.gedekt), '[]') AS uitsluitingen
    FROM ({dekking("r.nummer", "dag.peildatum", "v.versie")}) d
    LEFT JOIN profiel p ON p.id = d.profiel_id
) d
WHERE v.versie IS NOT NULL
  AND ($1::text IS NULL OR r.aanbieder = $1) AND ($2::integer IS NULL OR r.nummer = $2)
ORDER BY r.nummer
"""

# Two at once for one aanbieder take turns here; inside the overlap guard they would deadlock.
LOCK_AANBIEDER = "SELECT FROM aanbieder WHERE agb = $1 FOR NO KEY UPDATE"

INSERT_RAAMOVEREENKOMST = """
INSERT INTO raamovereenkomst (
    aanbieder, begindatum, einddatum, declaratietermijn_maanden, betaaltermijn_dagen,
    verlenging_vereist_resultaten
)
VALUES ($1, $2, $3, $4, $5, $6)
RETURNING nummer
"""

LOCK_RAAMOVEREENKOMST = """
SELECT * FROM raamovereenkomst WHERE nummer = $1 FOR NO KEY UPDATE
"""

LAATSTE_WENDING = """
SELECT soort, vanaf FROM raamovereenkomst_gebeurtenis
WHERE nummer = $1 AND soort IN ('opgeschort', 'hervat')
ORDER BY volgnummer DESC LIMIT 1
"""

INSERT_GEBEURTENIS = """
INSERT INTO raamovereenkomst_gebeurtenis (
    nummer, volgnummer, soort, vanaf, einddatum, grond, reden, resultaten, geregistreerd_door
)
SELECT $1, coalesce(max(volgnummer), 0) + 1, $2, $3, $4, $5, $6, $7, $8
FROM raamovereenkomst_gebeurtenis
WHERE nummer = $1
RETURNING volgnummer
"""

INSERT_DEKKING = """
INSERT INTO raamovereenkomst_dekking (nummer, volgnummer, gemeente, profiel_id, vanaf, gedekt)
SELECT $1, $2, d.gemeente, p.id, d.vanaf, d.gedekt
FROM unnest($3::text[], $4::text[], $5::date[], $6::boolean[]) AS d (gemeente, code, vanaf, gedekt)
LEFT JOIN profiel p ON p.code = d.code
"""

ONDERAANNEMERS = """
SELECT o.naam, o.agb, o.zzp, o.toestemming_datum, g.vanaf
FROM raamovereenkomst_onderaannemer o
JOIN raamovereenkomst_gebeurtenis g USING (nummer, volgnummer)
WHERE o.nummer = $1
ORDER BY o.volgnummer
"""

VERSIES = """
SELECT g.volgnummer AS versie, g.soort, g.vanaf, g.einddatum, g.grond, g.reden, g.resultaten,
       g.geregistreerd_op, o.naam AS onderaannemer,
       coalesce((SELECT jsonb_agg(jsonb_build_object(
                            'gemeente', d.gemeente, 'profiel', p.code,
                            'vanaf', d.vanaf, 'gedekt', d.gedekt
                        ) ORDER BY d.gemeente, p.code, d.vanaf)
                 FROM raamovereenkomst_dekking d
                 LEFT JOIN profiel p ON p.id = d.profiel_id
                 WHERE d.nummer = g.nummer AND d.volgnummer = g.volgnummer), '[]') AS dekking
FROM raamovereenkomst_gebeurtenis g
LEFT JOIN raamovereenkomst_onderaannemer o USING (nummer, volgnummer)
WHERE g.nummer = $1
ORDER BY g.volgnummer
"""


@dataclass(frozen=True, slots=True)
class Voorwaarden:
    """The terms on which declared lines are taken and paid, and the contract is extended."""

    declaratietermijn_maanden: int = 60
    betaaltermijn_dagen: int = 30
    verlenging_vereist_resultaten: bool = False


@dataclass(frozen=True, slots=True)
class Gebeurtenis:
    """Something that happens to a contract; `dekking` says from when a key is covered or not."""

    soort: Soort
    vanaf: date
    door: str
    einddatum: date | None = None
    grond: Grond | None = None
    reden: str | None = None
    resultaten: Sequence[str] = ()
    dekking: Sequence[tuple[Sleutel, date, bool]] = ()


async def lock_aanbieder(db: Connection, agb: str) -> None:
    """Let what decides about an aanbieder and its contracts go one by one."""
    await db.execute(LOCK_AANBIEDER, agb)


async def insert_raamovereenkomst(
    db: Connection,
    aanbieder: str,
    periode: Periode,
    voorwaarden: Voorwaarden,
    profielen: Sequence[str],
    gemeenten: Sequence[str],
    *,
    door: str = "regio",
) -> int:
    """Keep a raamovereenkomst with what it covers; gives its nummer.

    Asked under `lock_aanbieder`.
    """
    nummer: int = await db.fetchval(
        INSERT_RAAMOVEREENKOMST,
        aanbieder,
        periode.begindatum,
        periode.einddatum,
        voorwaarden.declaratietermijn_maanden,
        voorwaarden.betaaltermijn_dagen,
        voorwaarden.verlenging_vereist_resultaten,
    )
    keys: list[Sleutel] = [(None, p) for p in profielen] + [(g, None) for g in gemeenten]
    covered = [(key, periode.begindatum, True) for key in keys]
    wat = Gebeurtenis("gesloten", periode.begindatum, door, periode.einddatum, dekking=covered)
    await insert_gebeurtenis(db, nummer, wat)
    return nummer


async def find_raamovereenkomst(
    db: Connection,
    nummer: int,
    vandaag: date,
    peildatum: date | None = None,
    bekend_op: datetime | None = None,
) -> Record:
    """One raamovereenkomst as it stood on a day. Raises NotFound, also when not yet known then."""
    row = await db.fetchrow(RAAMOVEREENKOMSTEN, None, nummer, peildatum, bekend_op, vandaag)
    if row is None:
        raise _not_found(nummer)
    return row


async def lock_raamovereenkomst(db: Connection, nummer: int) -> Stand:
    """Where a contract stands; nothing else happens to it meanwhile. Raises NotFound."""
    row = await db.fetchrow(LOCK_RAAMOVEREENKOMST, nummer)
    if row is None:
        raise _not_found(nummer)
    wending = await db.fetchrow(LAATSTE_WENDING, nummer)
    return Stand(
        aanbieder=row["aanbieder"],
        begindatum=row["begindatum"],
        einddatum=row["einddatum"],
        verlenging_vereist_resultaten=row["verlenging_vereist_resultaten"],
        ontbonden_per=row["ontbonden_per"],
        is_opgeschort=wending is not None and wending["soort"] == "opgeschort",
        laatste_wending=wending["vanaf"] if wending else None,
    )


async def find_dekking(db: Connection, nummer: int, dag: date) -> Dekking:
    """What a contract covers on a day, as known now."""
    row = await db.fetchrow(RAAMOVEREENKOMSTEN, None, nummer, dag, None, dag)
    assert row is not None
    pairs = ((u["gemeente"], u["profiel"]) for u in row["uitsluitingen"])
    return Dekking(
        frozenset(row["gemeenten"]),
        frozenset(row["profielen"]),
        frozenset((gemeente, profiel) for gemeente, profiel in pairs if profiel),
    )


async def insert_gebeurtenis(db: Connection, nummer: int, wat: Gebeurtenis) -> int:
    """Let something happen to a contract; gives its versie from then on."""
    versie: int = await db.fetchval(
        INSERT_GEBEURTENIS,
        nummer,
        wat.soort,
        wat.vanaf,
        wat.einddatum,
        wat.grond,
        wat.reden,
        list(wat.resultaten),
        wat.door,
    )
    if wat.dekking:
        await db.execute(
            INSERT_DEKKING,
            nummer,
            versie,
            [gemeente for (gemeente, _), _, _ in wat.dekking],
            [profiel for (_, profiel), _, _ in wat.dekking],
            [vanaf for _, vanaf, _ in wat.dekking],
            [gedekt for _, _, gedekt in wat.dekking],
        )
    return versie


async def find_party(db: Connection, nummer: int, agb: str | None) -> None:
    """Whether there is this contract, and when an aanbieder asks, of its own. Raises NotFound."""
    found = await db.fetchval(
        "SELECT true FROM raamovereenkomst"
        " WHERE nummer = $1 AND aanbieder = coalesce($2, aanbieder)",
        nummer,
        agb,
    )
    if not found:
        raise _not_found(nummer)


async def find_onderaannemers(db: Connection, nummer: int) -> list[Record]:
    """Who works under a contract for its aanbieder, in the order in which they were named."""
    return await db.fetch(ONDERAANNEMERS, nummer)


async def insert_onderaannemer(
    db: Connection, nummer: int, versie: int, wie: Onderaannemer, toestemming_datum: date | None
) -> None:
    """Keep who this gebeurtenis is about."""
    await db.execute(
        "INSERT INTO raamovereenkomst_onderaannemer VALUES ($1, $2, $3, $4, $5, $6)",
        nummer,
        versie,
        wie.naam,
        wie.agb,
        wie.zzp,
        toestemming_datum,
    )


def _not_found(nummer: int) -> NotFound:
    return NotFound("raamovereenkomst_niet_gevonden", f"Er is geen raamovereenkomst {nummer}.")
