# SPDX-License-Identifier: EUPL-1.2
"""The 342 gemeenten of 1-1-2026 (CBS, gemeentelijke indeling 2026); the 14 of Samen14 marked."""

import csv
from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

GEMEENTEN = Path(__file__).parents[1] / "gemeenten_2026.csv"
SAMEN14 = {
    "0141",
    "0147",
    "0153",
    "0158",
    "0163",
    "0164",
    "0168",
    "0173",
    "0183",
    "0189",
    "1700",
    "1735",
    "1742",
    "1774",
}


def upgrade() -> None:
    gemeente = sa.table(
        "gemeente",
        sa.column("code", sa.Text),
        sa.column("naam", sa.Text),
        sa.column("samen14", sa.Boolean),
    )
    with GEMEENTEN.open(encoding="utf-8", newline="") as file:
        rows = [
            {"code": row["code"], "naam": row["naam"], "samen14": row["code"] in SAMEN14}
            for row in csv.DictReader(file)
        ]
    op.execute(postgresql.insert(gemeente).values(rows).on_conflict_do_nothing())


def downgrade() -> None:
    """Leave the gemeenten: other rows point at them, and they go with their table."""
