# SPDX-License-Identifier: EUPL-1.2
"""What a region sets for beschermd wonen; each change is a versie, and the last one holds."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from asyncpg import Record

from app.db.connection import Connection
from app.domain.woonplaatsbeginsel import Centrum, Instelling, Instellingen

INSERT = """
INSERT INTO woonplaatsinstelling (versie, beschermd_wonen, centrumgemeenten, vastgelegd_door)
SELECT coalesce(max(versie), 0) + 1, $1, $2, $3 FROM woonplaatsinstelling
RETURNING *
"""

FIND = "SELECT * FROM woonplaatsinstelling ORDER BY versie DESC LIMIT 1"


async def find_row(db: Connection) -> Record | None:
    """What was set last, if anything was."""
    return await db.fetchrow(FIND)


async def insert_instellingen(
    db: Connection,
    beschermd_wonen: Sequence[dict[str, Any]],
    centrumgemeenten: Sequence[dict[str, Any]],
    door: str,
) -> Record:
    """Keep a new versie; it holds for what is derived from now on."""
    await db.execute("SELECT zicht.houd_instellingen_tegen()")
    row = await db.fetchrow(INSERT, beschermd_wonen, centrumgemeenten, door)
    assert row is not None
    return row


async def find_instellingen(db: Connection) -> Instellingen:
    """What holds now, as the rules know it."""
    row = await find_row(db)
    if row is None:
        return Instellingen()
    return Instellingen(
        [Instelling(date.fromisoformat(i["vanaf"]), i["regel"]) for i in row["beschermd_wonen"]],
        [
            Centrum(c["gemeente"], date.fromisoformat(c["vanaf"]), c["centrumgemeente"])
            for c in row["centrumgemeenten"]
        ],
    )
