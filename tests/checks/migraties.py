# SPDX-License-Identifier: EUPL-1.2
"""The migrations: one head, written down; up from nothing, equal to the tables, and back down."""

import asyncio
import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, text

from app.db import embedded
from app.db.migrate import MIGRATIONS, alembic_config, downgrade, locked, upgrade

HEAD_FILE = MIGRATIONS / ".current-alembic-head"
REMAINS = """
    SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'v', 'S', 'm')
    UNION ALL
    SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname = 'public'
"""


def main() -> None:
    check_head()
    data = Path(tempfile.mkdtemp(prefix="noaber-check-"))
    try:
        with embedded.running(data, durable=False) as server:
            asyncio.run(check_journey(server))
    finally:
        embedded.remove(data)


def check_head() -> None:
    heads = ScriptDirectory.from_config(alembic_config()).get_heads()
    if len(heads) != 1:
        sys.exit(f"migrations: expected one head, found {', '.join(heads) or 'none'}")
    if not HEAD_FILE.exists() or HEAD_FILE.read_text().strip() != heads[0]:
        sys.exit(f"migrations: write {heads[0]} to {HEAD_FILE.name}, so that two heads conflict")


async def check_journey(server: embedded.Server) -> None:
    await server.create_database("noaber")
    url = server.url("noaber")
    await upgrade(url)
    await locked(url, check_drift)
    await downgrade(url, "base")
    await locked(url, check_emptiness)
    await upgrade(url)


def check_drift(connection: Connection) -> None:
    try:
        command.check(alembic_config(connection))
    except CommandError as error:
        sys.exit(f"migrations: the tables have drifted: {error}")


def check_emptiness(connection: Connection) -> None:
    left = set(connection.execute(text(REMAINS)).scalars()) - {"alembic_version"}
    if left:
        sys.exit(f"migrations: going down to base leaves {', '.join(sorted(left))}")


if __name__ == "__main__":
    main()
