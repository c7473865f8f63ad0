# SPDX-License-Identifier: EUPL-1.2
"""How a BSN is kept and found, also while the key is being changed.

Each row is found by the hash of its own key. While two keys are in use it also keeps the hash of
the key before, so that all rows, changed or not, share one hash with every other of the same BSN.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from asyncpg import Record


@dataclass(frozen=True, slots=True)
class VerzegeldBsn:
    """A BSN as the database may hold it; `hash_oud` where the key before is known."""

    hash: bytes
    versleuteld: bytes
    sleutel: str
    hash_oud: bytes | None = None


COLUMNS = "bsn_hash, bsn_versleuteld, bsn_sleutel, bsn_hash_oud"
WIPED = "bsn_hash = NULL, bsn_versleuteld = NULL, bsn_sleutel = NULL, bsn_hash_oud = NULL"

# Is there one, the hash by it is kept too. The lock makes whoever withdraws it wait for this.
ANDERE_SLEUTEL = "SELECT kenmerk FROM sleutel WHERE kenmerk <> ${} FOR KEY SHARE"


def found_by(alias: str, parameter: str) -> str:
    """Whether a row is of the BSN that has one of these hashes."""
    return (
        f"({alias}.bsn_hash = ANY({parameter}::bytea[])"
        f" OR coalesce({alias}.bsn_hash_oud, {alias}.bsn_hash) = ANY({parameter}::bytea[]))"
    )


def same_bsn(one: str, other: str) -> str:
    """Whether two rows are of the same BSN, whichever of the keys in use each was written by.

    By the second while rows go over to another key, by the first while the key before is wiped.
    """
    return (
        f"({one}.bsn_hash = {other}.bsn_hash"
        f" OR coalesce({one}.bsn_hash_oud, {one}.bsn_hash)"
        f" = coalesce({other}.bsn_hash_oud, {other}.bsn_hash))"
    )


def arguments(bsn: VerzegeldBsn | None) -> Sequence[object]:
    """What `values` takes."""
    if bsn is None:
        return (None, None, None, None)
    return (bsn.hash, bsn.versleuteld, bsn.sleutel, bsn.hash_oud)


def values(first: int) -> str:
    """The values of `COLUMNS` from four parameters; goes with `ANDERE_SLEUTEL` as `andere`."""
    return (
        f"${first}::bytea, ${first + 1}::bytea, ${first + 2}::text,"
        f" CASE WHEN EXISTS (SELECT FROM andere) THEN ${first + 3}::bytea END"
    )


def verzegeld_of(row: Record) -> VerzegeldBsn:
    """The BSN of a row that has one, to be kept in another."""
    return VerzegeldBsn(*(row[name] for name in COLUMNS.split(", ")))
