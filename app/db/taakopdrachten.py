# SPDX-License-Identifier: EUPL-1.2
"""Taakopdrachten: lump sums for a population, their instalments, and the accounts on results."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from asyncpg import Record

from app.db.connection import Connection, connected_as_owner
from app.domain.errors import Conflict, NotFound
from app.domain.period import Periode
from app.pricing.taak import Taaktermijn

INSERT = """
WITH nieuw AS (
    INSERT INTO taakopdracht (
        aanbieder, begindatum, einddatum, termijnen, omvat, omvat_niet, aangemaakt_door
    )
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    RETURNING nummer
),
delen AS (
    INSERT INTO taakdeel (taakopdracht_nummer, gemeente, bedrag_centen)
    SELECT nieuw.nummer, d.* FROM nieuw, unnest($8::text[], $9::bigint[]) AS d
),
omvang AS (
    INSERT INTO taakomvang (taakopdracht_nummer, gemeente, profiel_id, begindatum, einddatum)
    SELECT nieuw.nummer, g.code, p.id, $2, $3
    FROM nieuw, unnest($8::text[]) AS g(code), unnest($10::integer[]) AS p(id)
    ORDER BY g.code, p.id
),
termijnen AS (
    INSERT INTO taaktermijn (
        taakopdracht_nummer, gemeente, volgnummer, begindatum, einddatum, vervaldatum,
        bedrag_centen
    )
    SELECT nieuw.nummer, t.*
    FROM nieuw,
         unnest($11::text[], $12::smallint[], $13::date[], $14::date[], $15::date[],
                $16::bigint[]) AS t
)
SELECT nummer FROM nieuw
"""

# $1 and $2 bind the caller, who sees a part only of what is its own; both null: the region.
TAAKOPDRACHTEN = """
SELECT o.*,
       (SELECT jsonb_agg(jsonb_build_object(
                   'gemeente', d.gemeente, 'bedragCenten', d.bedrag_centen,
                   'geboektCenten', t.geboekt_centen, 'termijnen', t.termijnen
               ) ORDER BY d.gemeente)
        FROM taakdeel d
        JOIN LATERAL (
            SELECT coalesce(sum(t.bedrag_centen) FILTER (WHERE b.geboekt_op IS NOT NULL), 0)
                       AS geboekt_centen,
                   jsonb_agg(jsonb_build_object(
                       'volgnummer', t.volgnummer, 'begindatum', t.begindatum,
                       'einddatum', t.einddatum, 'vervaldatum', t.vervaldatum,
                       'bedragCenten', t.bedrag_centen, 'geboektOp', b.geboekt_op
                   ) ORDER BY t.volgnummer) AS termijnen
            FROM taaktermijn t
            LEFT JOIN taakboeking b USING (taakopdracht_nummer, gemeente, volgnummer)
            WHERE t.taakopdracht_nummer = d.taakopdracht_nummer AND t.gemeente = d.gemeente
        ) t ON true
        WHERE d.taakopdracht_nummer = o.nummer
          AND ($1::text IS NULL OR d.gemeente = $1)) AS gemeenten,
       ARRAY(SELECT v.halfjaar FROM taakverslag v
             WHERE v.taakopdracht_nummer = o.nummer ORDER BY 1) AS verslagen
FROM taakopdracht o
WHERE ($1::text IS NULL
       OR EXISTS (SELECT FROM taakdeel d
                  WHERE d.taakopdracht_nummer = o.nummer AND d.gemeente = $1))
  AND ($2::text IS NULL OR o.aanbieder = $2)
"""
TAAKOPDRACHTEN_IN_ORDER = f"{TAAKOPDRACHTEN} ORDER BY o.nummer"

BOOK = """
WITH geboekt AS (
    -- the moment is asked once the table is locked: a month that is being closed comes first
    INSERT INTO taakboeking (taakopdracht_nummer, gemeente, volgnummer, boekingnummer, geboekt_op)
    SELECT vervallen.*, nextval('boeking_boekingnummer_seq'), (SELECT clock_timestamp())
    FROM (
        SELECT t.taakopdracht_nummer, t.gemeente, t.volgnummer
        FROM taaktermijn t
        LEFT JOIN taakboeking b USING (taakopdracht_nummer, gemeente, volgnummer)
        WHERE t.vervaldatum <= $1 AND b.volgnummer IS NULL
        ORDER BY 1, 2, 3
    ) vervallen
    ON CONFLICT (taakopdracht_nummer, gemeente, volgnummer) DO NOTHING
    RETURNING taakopdracht_nummer, gemeente, volgnummer
)
SELECT count(*) AS aantal_boekingen, coalesce(sum(bedrag_centen), 0)::bigint AS bedrag_centen
FROM geboekt
JOIN taaktermijn USING (taakopdracht_nummer, gemeente, volgnummer)
"""

VERSLAGEN = """
SELECT halfjaar, aantal_inwoners, resultaten, ontvangen_op
FROM taakverslag
WHERE taakopdracht_nummer = $1
ORDER BY halfjaar
"""


@dataclass(frozen=True, slots=True)
class Taakopdracht:
    """A task to be written, with the instalments of each gemeente."""

    aanbieder: str
    periode: Periode
    termijnen: int
    omvat: Sequence[str]
    omvat_niet: Sequence[str]
    bedragen: Mapping[str, int]
    plannen: Mapping[str, Sequence[Taaktermijn]]


async def insert_taakopdracht(
    db: Connection, opdracht: Taakopdracht, profiel_ids: Sequence[int], door: str
) -> int:
    """Keep a task for good; gives its nummer. An overlap violates ex_taakomvang_overlap."""
    planned = [(gemeente, t) for gemeente, plan in opdracht.plannen.items() for t in plan]
    nummer: int = await db.fetchval(
        INSERT,
        opdracht.aanbieder,
        opdracht.periode.begindatum,
        opdracht.periode.einddatum,
        opdracht.termijnen,
        opdracht.omvat,
        opdracht.omvat_niet,
        door,
        list(opdracht.bedragen),
        list(opdracht.bedragen.values()),
        profiel_ids,
        [gemeente for gemeente, _ in planned],
        [t.volgnummer for _, t in planned],
        [t.periode.begindatum for _, t in planned],
        [t.periode.einddatum for _, t in planned],
        [t.vervaldatum for _, t in planned],
        [t.bedrag_centen for _, t in planned],
    )
    return nummer


async def find_taakopdracht(
    db: Connection, gemeente: str | None, aanbieder: str | None, nummer: int
) -> Record:
    """One task of the caller, with what is its own. Raises NotFound, also when another's."""
    row = await db.fetchrow(f"{TAAKOPDRACHTEN} AND o.nummer = $3", gemeente, aanbieder, nummer)
    if row is None:
        raise NotFound("taakopdracht_niet_gevonden", f"Er is geen taakopdracht {nummer}.")
    return row


async def book_due(db: Connection, today: date) -> Record:
    """Book each instalment that is due and was not booked yet; tells how many, and how much."""
    row = await db.fetchrow(BOOK, today)
    assert row is not None
    return row


async def book_due_at(database_url: str, today: date) -> Record:
    """`book_due` in a transaction of its own, for all gemeenten."""
    async with connected_as_owner(database_url) as db, db.transaction():
        return await book_due(db, today)


async def insert_verslag(
    db: Connection,
    nummer: int,
    halfjaar: str,
    aantal_inwoners: int,
    resultaten: Sequence[Mapping[str, str]],
) -> Record:
    """Keep the account on a half-year. Raises Conflict when there is one."""
    row = await db.fetchrow(
        "INSERT INTO taakverslag (taakopdracht_nummer, halfjaar, aantal_inwoners, resultaten)"
        " VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING"
        " RETURNING halfjaar, aantal_inwoners, resultaten, ontvangen_op",
        nummer,
        halfjaar,
        aantal_inwoners,
        resultaten,
    )
    if row is None:
        raise Conflict("verslag_bestaat", "Over dit halfjaar is al verslag gedaan.")
    return row


async def find_verslag(db: Connection, nummer: int, halfjaar: str) -> Record:
    """The account on one half-year. Raises NotFound."""
    row = await db.fetchrow(
        "SELECT * FROM taakverslag WHERE taakopdracht_nummer = $1 AND halfjaar = $2",
        nummer,
        halfjaar,
    )
    if row is None:
        raise NotFound("verslag_niet_gevonden", f"Er is geen verslag over {halfjaar}.")
    return row
