# SPDX-License-Identifier: EUPL-1.2
"""What the prices of a tarieflijst are made of."""

from collections.abc import Sequence
from typing import Any

from asyncpg import Record

from app.db.connection import Connection

Rows = Sequence[dict[str, Any]]

INSERT_BEREKENINGEN = """
INSERT INTO kostprijsberekening (tarieflijst_id, volgnummer, wet, invoer, functies)
SELECT $1, b.volgnummer, b.wet, b.invoer, b.functies
FROM jsonb_to_recordset($2) AS b (volgnummer smallint, wet text, invoer jsonb, functies jsonb)
"""

INSERT_OPBOUW = """
INSERT INTO tarief_opbouw (tarieflijst_id, profiel_id, intensiteit, berekening, stappen)
SELECT $1, p.id, o.intensiteit, o.berekening, o.opbouw
FROM jsonb_to_recordset($2)
     AS o (profiel text, intensiteit text, berekening smallint, opbouw jsonb)
JOIN profiel p ON p.code = o.profiel
"""

OPBOUW = """
SELECT p.code AS profiel, t.intensiteit, t.bedrag_centen, o.berekening,
       coalesce(o.stappen, '[]') AS opbouw
FROM tarief t
JOIN profiel p ON p.id = t.profiel_id
LEFT JOIN tarief_opbouw o USING (tarieflijst_id, profiel_id, intensiteit)
WHERE t.tarieflijst_id = $1
ORDER BY p.code, t.intensiteit
"""

BEREKENINGEN = """
SELECT volgnummer, wet, functies, invoer
FROM kostprijsberekening
WHERE tarieflijst_id = $1
ORDER BY volgnummer
"""

OUTSIDE_THEIR_WET = """
SELECT DISTINCT g.profiel, g.wet
FROM unnest($1::text[], $2::text[]) AS g (profiel, wet)
JOIN profiel p ON p.code = g.profiel
WHERE g.wet <> ALL (p.wetten)
ORDER BY 1, 2
"""


async def insert_berekeningen(db: Connection, tarieflijst_id: int, berekeningen: Rows) -> None:
    """Keep calculations: `volgnummer`, `wet`, `invoer` as it was sent, and `functies`."""
    await db.execute(INSERT_BEREKENINGEN, tarieflijst_id, list(berekeningen))


async def insert_opbouw(db: Connection, tarieflijst_id: int, opbouw: Rows) -> None:
    """Keep what prices are made of: `profiel`, `intensiteit`, `opbouw`, `berekening` if any."""
    await db.execute(INSERT_OPBOUW, tarieflijst_id, list(opbouw))


async def find_opbouw(db: Connection, tarieflijst_id: int) -> list[Record]:
    """Every price of a list, with the parts it is made of, none where they were not recorded."""
    return await db.fetch(OPBOUW, tarieflijst_id)


async def find_berekeningen(db: Connection, tarieflijst_id: int) -> list[Record]:
    """The calculations that a list carries, in their order."""
    return await db.fetch(BEREKENINGEN, tarieflijst_id)


async def find_outside_their_wet(
    db: Connection, profielen: Sequence[str], wetten: Sequence[str]
) -> list[Record]:
    """Of these profielen, each beside a wet: those that do not serve it."""
    return await db.fetch(OUTSIDE_THEIR_WET, profielen, wetten)
