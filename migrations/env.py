# SPDX-License-Identifier: EUPL-1.2
"""Run by Alembic for every command, on the connection that `app.db.revisions` opened."""

from alembic import context

from app.db.tables import metadata

connection = context.config.attributes.get("connection")
if connection is None:
    raise SystemExit("Migreren gaat met `noaber migrate`; `alembic revision` maakt een nieuwe.")

context.configure(connection=connection, target_metadata=metadata, compare_server_default=True)
with context.begin_transaction():
    context.run_migrations()
