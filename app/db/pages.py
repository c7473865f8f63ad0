# SPDX-License-Identifier: EUPL-1.2
"""One page out of a query, with the count of all."""

from asyncpg import Record

from app.db.connection import Connection


async def find_page(
    db: Connection, query: str, *args: object, limit: int, offset: int
) -> tuple[int, list[Record]]:
    """How many rows an ordered query has in all, and those of one page."""
    count: int = await db.fetchval(f"SELECT count(*) FROM ({query}) AS alles", *args)
    place = len(args)
    rows = await db.fetch(f"{query} LIMIT ${place + 1} OFFSET ${place + 2}", *args, limit, offset)
    return count, rows
