# SPDX-License-Identifier: EUPL-1.2
"""Gemeenten and profielen: what there is to choose from."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from asyncpg import Record

from app.db.connection import Connection
from app.domain.errors import NotFound
from app.pricing.betaalplan import Betaalplan, Maandelijks, Mijlpalen

GEMEENTEN = "SELECT code, naam, samen14 FROM gemeente ORDER BY code"
PROFIELEN = "SELECT * FROM profiel ORDER BY code"

PUT_PROFIEL = """
INSERT INTO profiel (code, naam, omschrijving, wetten, soort, bekostiging, startaandeel)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (code) DO UPDATE
SET naam = excluded.naam, omschrijving = excluded.omschrijving, wetten = excluded.wetten,
    soort = excluded.soort, bekostiging = excluded.bekostiging,
    startaandeel = excluded.startaandeel
RETURNING *, xmax = 0 AS is_new
"""


async def find_codes(db: Connection) -> frozenset[str]:
    """The codes of all gemeenten; they change only with a migration."""
    rows = await db.fetch("SELECT code FROM gemeente")
    return frozenset(row["code"] for row in rows)


async def find_profiel(db: Connection, code: str) -> Record:
    """One profiel. Raises NotFound."""
    row = await db.fetchrow("SELECT * FROM profiel WHERE code = $1", code)
    if row is None:
        raise NotFound("profiel_niet_gevonden", f"Er is geen profiel {code}.")
    return row


async def find_profiel_ids(db: Connection, codes: Iterable[str]) -> Mapping[str, int]:
    """The keys of profielen by their code. Raises NotFound, naming every code that is unknown."""
    rows = await db.fetch("SELECT code, id FROM profiel WHERE code = ANY($1)", list(set(codes)))
    ids = {row["code"]: row["id"] for row in rows}
    if unknown := sorted(set(codes) - ids.keys()):
        raise NotFound("profiel_niet_gevonden", f"Er is geen profiel {', '.join(unknown)}.")
    return ids


async def put_profiel(
    db: Connection,
    code: str,
    naam: str,
    omschrijving: str,
    wetten: list[str],
    soort: str,
    bekostiging: str,
    startaandeel: Decimal | None,
) -> Record:
    """Write a profiel; `is_new` of the answer tells whether it was not there before."""
    row = await db.fetchrow(
        PUT_PROFIEL, code, naam, omschrijving, wetten, soort, bekostiging, startaandeel
    )
    assert row is not None
    return row


def betaalplan_of(row: Record) -> Betaalplan:
    """The plan of a profiel, from its row, as `pricing` knows it."""
    startaandeel = row["startaandeel"]
    return Maandelijks() if startaandeel is None else Mijlpalen(startaandeel)
