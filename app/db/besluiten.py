# SPDX-License-Identifier: EUPL-1.2
"""What the gemeenten decided about a tarieflijst."""

from collections.abc import Mapping, Sequence

from app.db.connection import Connection
from app.domain.vaststelling import Gemeentebesluit

INSERT = """
INSERT INTO gemeentebesluit (tarieflijst_id, gemeente, datum, kenmerk, vastgelegd_door)
SELECT $1, b.gemeente, b.datum, b.kenmerk, $2
FROM unnest($3::text[], $4::date[], $5::text[]) AS b(gemeente, datum, kenmerk)
"""


async def find_besluiten(db: Connection, tarieflijst_id: int) -> Mapping[str, Gemeentebesluit]:
    """The decisions kept about a list, by gemeente."""
    rows = await db.fetch(
        "SELECT gemeente, datum, kenmerk FROM gemeentebesluit WHERE tarieflijst_id = $1",
        tarieflijst_id,
    )
    return {row["gemeente"]: Gemeentebesluit(**row) for row in rows}


async def insert_besluiten(
    db: Connection, tarieflijst_id: int, door: str, besluiten: Sequence[Gemeentebesluit]
) -> None:
    """Keep decisions about a list that are not kept yet; the caller holds the list."""
    await db.execute(
        INSERT,
        tarieflijst_id,
        door,
        [besluit.gemeente for besluit in besluiten],
        [besluit.datum for besluit in besluiten],
        [besluit.kenmerk for besluit in besluiten],
    )


async def find_deelnemers(db: Connection) -> Mapping[str, str]:
    """The gemeenten that take part, code and name; they change only with a migration."""
    rows = await db.fetch("SELECT code, naam FROM gemeente WHERE samen14")
    return {row["code"]: row["naam"] for row in rows}
