# SPDX-License-Identifier: EUPL-1.2
"""The keys by which BSNs are found and sealed: which are in use, and going over to another.

Only a key in use can be written by: the foreign keys of inwoner and verzoek see to that.
"""

from collections.abc import Callable, Sequence

import asyncpg
from asyncpg import Record

from app.db.connection import Connection
from app.domain.errors import Conflict

TABLES = ("verzoek", "inwoner")
"""Where BSNs are kept. Of a verzoek one may go over to an inwoner, so that comes last."""

ALONE = "LOCK TABLE sleutel IN SHARE ROW EXCLUSIVE MODE"
KEYS = "SELECT kenmerk FROM sleutel ORDER BY sinds, kenmerk"
ADD = "INSERT INTO sleutel (kenmerk) VALUES ($1)"
REMOVE_OTHERS = "DELETE FROM sleutel WHERE kenmerk <> $1 RETURNING kenmerk"

A_SEALED_BSN = "SELECT bsn_versleuteld FROM zicht.verzegeld_bsn"

COUNT = " UNION ALL ".join(
    f"SELECT bsn_sleutel FROM {table} WHERE bsn_hash IS NOT NULL" for table in TABLES
)
COUNT_BY_KEY = f"SELECT bsn_sleutel, count(*) FROM ({COUNT}) AS bsn GROUP BY bsn_sleutel ORDER BY 1"
COUNT_LEFT = f"SELECT count(*) FROM ({COUNT}) AS bsn WHERE bsn_sleutel IS DISTINCT FROM $1"

NEXT_LEFT = """
SELECT id, bsn_hash, bsn_versleuteld FROM {table}
WHERE id > $2 AND bsn_hash IS NOT NULL AND bsn_sleutel IS DISTINCT FROM $1
ORDER BY id LIMIT $3
FOR UPDATE
"""
GO_OVER = """
UPDATE {table} t
SET bsn_hash = nieuw.hash, bsn_hash_oud = t.bsn_hash, bsn_versleuteld = nieuw.versleuteld,
    bsn_sleutel = $1
FROM unnest($2::bigint[], $3::bytea[], $4::bytea[]) AS nieuw (id, hash, versleuteld)
WHERE t.id = nieuw.id
"""
FORGET_OLD = """
UPDATE {table} SET bsn_hash_oud = NULL
WHERE id IN (
    SELECT id FROM {table} WHERE id > $1 AND bsn_hash_oud IS NOT NULL ORDER BY id LIMIT $2
)
RETURNING id
"""


async def find_keys(db: Connection) -> list[str]:
    """The kenmerken of the keys in use, the one that came last at the end."""
    return [row["kenmerk"] for row in await db.fetch(KEYS)]


async def admit(db: Connection, held: Sequence[str], opens: Callable[[bytes], bool]) -> None:
    """Take these keys, the one to write by first, into use; all that is kept must fit them.

    Raises Conflict when a key that is in use is not among them.
    """
    async with db.transaction():
        await db.execute(ALONE)
        known = await find_keys(db)
        missing = [kenmerk for kenmerk in known if kenmerk not in held]
        sealed = None if known else await db.fetchval(A_SEALED_BSN)
        if missing or (sealed and not opens(sealed)):
            raise Conflict(
                "sleutel_ontbreekt",
                f"De sleutel waarmee BSNs in deze database verzegeld zijn, is hier niet "
                f"({', '.join(missing) or 'zonder kenmerk'}). Zet haar in NOABER_SLEUTEL, of bij "
                "een wisseling in NOABER_SLEUTEL_VORIGE; zie docs/beheer.md.",
            )
        # The key before is taken in only when none is known: later on it may have been withdrawn.
        new = [held[0]] if known else list(reversed(held))
        await db.executemany(ADD, [(kenmerk,) for kenmerk in new if kenmerk not in known])


async def fits(db: Connection, held: Sequence[str], opens: Callable[[bytes], bool]) -> bool:
    """Whether these keys are all that is needed for what is kept."""
    known = await find_keys(db)
    sealed = await db.fetchval(A_SEALED_BSN)
    return set(known) <= set(held) and (sealed is None or opens(sealed))


async def count_by_key(db: Connection) -> list[Record]:
    """How many BSNs there are of each key; None is of a time before keys had a kenmerk."""
    return await db.fetch(COUNT_BY_KEY)


async def count_left(db: Connection, current: str) -> int:
    """How many BSNs are not yet kept by this key."""
    left: int = await db.fetchval(COUNT_LEFT, current)
    return left


async def lock_next(
    db: Connection, table: str, current: str, after: int, most: int
) -> list[Record]:
    """The next BSNs that are not yet kept by this key; nobody changes them meanwhile."""
    return await db.fetch(NEXT_LEFT.format(table=table), current, after, most)


async def go_over(
    db: Connection,
    table: str,
    current: str,
    ids: Sequence[int],
    hashes: Sequence[bytes],
    sealed: Sequence[bytes],
) -> None:
    """Keep BSNs by this key; each is still found by the key before."""
    await db.execute(GO_OVER.format(table=table), current, ids, hashes, sealed)


async def remove_others(db: Connection, current: str) -> list[str]:
    """Let no key be in use but this one; gives which were. Raises Conflict while one is needed."""
    try:
        async with db.transaction():
            await db.execute(ALONE)
            left = await count_left(db, current)
            if left:
                raise _still_needed(left)
            return [row["kenmerk"] for row in await db.fetch(REMOVE_OTHERS, current)]
    except asyncpg.ForeignKeyViolationError:
        raise _still_needed(await count_left(db, current)) from None


async def forget_old(db: Connection, table: str, after: int, most: int) -> list[int]:
    """Wipe the next hashes by a key before; gives of which rows."""
    rows = await db.fetch(FORGET_OLD.format(table=table), after, most)
    return [row["id"] for row in rows]


def _still_needed(left: int) -> Conflict:
    return Conflict(
        "sleutel_in_gebruik",
        f"De vorige sleutel is nog nodig voor {left} BSNs. Draai eerst: noaber sleutels roteer",
    )
