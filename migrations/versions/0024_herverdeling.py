# SPDX-License-Identifier: EUPL-1.2
"""Herverdelingen: settled lines that were divided anew, with what each was and became."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

TABLES = ("herverdeling", "herverdeling_regel")


def upgrade() -> None:
    op.create_table(
        "herverdeling",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("gemeente", sa.Text(), nullable=False, comment="that pays the lines"),
        sa.Column("reden", sa.Text(), nullable=False),
        sa.Column("geboekt_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("geboekt_door", sa.Text(), nullable=False),
        sa.Column("aantal_regels", sa.Integer(), nullable=False),
        sa.CheckConstraint("aantal_regels > 0", name=op.f("ck_herverdeling_aantal_regels")),
        sa.ForeignKeyConstraint(
            ["gemeente"], ["gemeente.code"], name=op.f("fk_herverdeling_gemeente")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_herverdeling")),
    )
    op.create_index(op.f("ix_herverdeling_gemeente_id"), "herverdeling", ["gemeente", "id"])
    op.create_table(
        "herverdeling_regel",
        sa.Column("herverdeling_id", sa.BigInteger(), nullable=False),
        sa.Column("toewijzing_nummer", sa.Integer(), nullable=False),
        sa.Column("termijn", sa.SmallInteger(), nullable=False),
        sa.Column(
            "beurt",
            sa.SmallInteger(),
            nullable=False,
            comment="of the boekingen that take back; the next one books anew",
        ),
        sa.Column("bedrag_centen", sa.BigInteger(), nullable=False),
        sa.Column("was", postgresql.JSONB(), nullable=False, comment="parts before"),
        sa.Column("wordt", postgresql.JSONB(), nullable=False, comment="parts after"),
        sa.CheckConstraint("beurt % 2 = 1", name=op.f("ck_herverdeling_regel_beurt")),
        sa.ForeignKeyConstraint(
            ["herverdeling_id"],
            ["herverdeling.id"],
            name=op.f("fk_herverdeling_regel_herverdeling_id"),
        ),
        sa.PrimaryKeyConstraint(
            "toewijzing_nummer", "termijn", "beurt", name=op.f("pk_herverdeling_regel")
        ),
        comment="append only; points at boekingen, of which none is ever deleted",
    )
    op.create_index(
        op.f("ix_herverdeling_regel_herverdeling_id"), "herverdeling_regel", ["herverdeling_id"]
    )
    for table in TABLES:
        op.execute(
            f"CREATE TRIGGER tr_{table}_onveranderlijk BEFORE UPDATE OR DELETE OR TRUNCATE"
            f" ON {table} FOR EACH STATEMENT EXECUTE FUNCTION weiger_wijziging()"
        )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
