# SPDX-License-Identifier: EUPL-1.2
"""The lint of migrations finds what locks a table, unless the migration says why it may."""

from types import ModuleType

import pytest
import sqlalchemy as sa
from alembic import op

from tests.checks.migraties import lint


def _migration(**exceptions: str) -> ModuleType:
    migration = ModuleType("0099_proef")

    def upgrade() -> None:
        op.create_table("klein", sa.Column("id", sa.BigInteger(), primary_key=True))
        op.create_index("ix_klein_id", "klein", ["id"])
        op.create_index("ix_boeking_declaratie_id", "boeking", ["declaratie_id"])

    vars(migration).update(upgrade=upgrade, lint_exceptions=exceptions)
    return migration


def test_an_index_on_a_table_in_use_is_refused_and_on_a_new_one_it_is_not() -> None:
    complaint = lint(_migration())
    assert complaint.count("require-concurrent-index-creation") == 1


@pytest.mark.parametrize("reason", ["boeking holds nothing yet"])
def test_a_migration_may_say_why_it_does_no_harm(reason: str) -> None:
    assert lint(_migration(**{"require-concurrent-index-creation": reason})) == ""
