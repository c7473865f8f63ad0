# SPDX-License-Identifier: EUPL-1.2
"""The migrations: one head, written down; up from nothing, equal to the tables, and back down.

Those from FIRST_LINTED on are linted by squawk as well: they must lock nothing for long. One that
knows better says so itself: `lint_exceptions = {"name-of-the-rule": "why it does no harm here"}`.
"""

import asyncio
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from types import ModuleType

from alembic import command
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, text

from app.db import embedded
from app.db.migrate import HEAD_FILE, upgrade
from app.db.revisions import alembic_config, downgrade, locked

FIRST_LINTED = "0029"
"""Those before it are in no database in use."""

SQUAWK = Path(sys.executable).with_name("squawk")
OLDEST_POSTGRESQL = "16.0"
NOT_ASKED = (
    "require-lock-timeout",  # app.db.migrate sets it for all
    "require-statement-timeout",  # a migration may fill a column as long as it holds no lock
    "prefer-bigint-over-int",
    "prefer-bigint-over-smallint",
    "prefer-identity",
    "prefer-robust-stmts",
    "prefer-text-field",
)

REMAINS = """
    SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'v', 'S', 'm')
    UNION ALL
    SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname = 'public'
"""


def main() -> None:
    check_head()
    check_locks()
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


def check_locks() -> None:
    scripts = ScriptDirectory.from_config(alembic_config()).walk_revisions()
    new = [script for script in scripts if script.revision >= FIRST_LINTED]
    complaints = [complaint for script in new if (complaint := lint(script.module))]
    if complaints:
        sys.exit("\n".join([*complaints, f"migrations: {__doc__}"]))
    sys.stdout.write(f"migrations: {len(new)} linted by squawk, from {FIRST_LINTED} on\n")


def lint(migration: ModuleType) -> str:
    """What squawk has against a migration, as it would run."""
    exceptions: Mapping[str, str] = getattr(migration, "lint_exceptions", {})
    done = subprocess.run(
        [
            SQUAWK,
            "--assume-in-transaction",
            "--reporter=gcc",
            f"--pg-version={OLDEST_POSTGRESQL}",
            f"--exclude={','.join([*NOT_ASKED, *exceptions])}",
            f"--stdin-filepath={migration.__name__}",
        ],
        input=written_out(migration),
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr if done.returncode else ""


def written_out(migration: ModuleType) -> str:
    """The SQL of a migration up."""
    script = StringIO()
    options = {"as_sql": True, "literal_binds": True, "output_buffer": script}
    context = MigrationContext.configure(dialect_name="postgresql", opts=options)
    with Operations.context(context):
        migration.upgrade()
    return script.getvalue()


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
