# SPDX-License-Identifier: EUPL-1.2
"""Concepts of toewijzingen, each of one gemeente, and what was decided on them."""

from collections.abc import Mapping

from asyncpg import Record

from app.db.connection import Connection
from app.domain.errors import NotFound

CONCEPTEN = """
SELECT *, coalesce(besluit, 'concept') AS status FROM concepttoewijzing WHERE gemeente = $1
"""

CONCEPTEN_BY_CHOICE = f"""
{CONCEPTEN} AND ($2::text IS NULL OR coalesce(besluit, 'concept') = $2) ORDER BY id
"""

INSERT = """
INSERT INTO concepttoewijzing (gemeente, inwoner_id, invoer, prijs_centen, opgesteld_door)
VALUES ($1, $2, $3, $4, $5)
RETURNING id
"""

APPROVE = """
UPDATE concepttoewijzing
SET besluit = 'goedgekeurd', besloten_op = clock_timestamp(), besloten_door = $2, mandaat = $3,
    toewijzing_nummer = $4
WHERE id = $1
"""

REJECT = """
UPDATE concepttoewijzing
SET besluit = 'afgekeurd', besloten_op = clock_timestamp(), besloten_door = $2, reden = $3
WHERE id = $1
"""


async def insert_concept(
    db: Connection,
    gemeente: str,
    inwoner_id: int,
    invoer: Mapping[str, object],
    prijs_centen: int,
    door: str,
) -> int:
    """Keep a concept; gives its id."""
    concept_id: int = await db.fetchval(INSERT, gemeente, inwoner_id, invoer, prijs_centen, door)
    return concept_id


async def find_concept(db: Connection, gemeente: str, concept_id: int) -> Record:
    """One concept of this gemeente. Raises NotFound, also when another's."""
    return _found(await db.fetchrow(f"{CONCEPTEN} AND id = $2", gemeente, concept_id), concept_id)


async def lock_concept(db: Connection, gemeente: str, concept_id: int) -> Record:
    """One concept of this gemeente; nobody decides on it meanwhile. Raises NotFound."""
    query = f"{CONCEPTEN} AND id = $2 FOR NO KEY UPDATE"
    return _found(await db.fetchrow(query, gemeente, concept_id), concept_id)


async def approve(db: Connection, concept_id: int, door: str, mandaat: str, nummer: int) -> None:
    """Keep under which mandate a concept became which toewijzing."""
    await db.execute(APPROVE, concept_id, door, mandaat, nummer)


async def reject(db: Connection, concept_id: int, door: str, reden: str) -> None:
    """Keep why a concept did not become a toewijzing."""
    await db.execute(REJECT, concept_id, door, reden)


def _found(row: Record | None, concept_id: int) -> Record:
    if row is None:
        raise NotFound("concept_niet_gevonden", f"Er is geen concepttoewijzing {concept_id}.")
    return row
