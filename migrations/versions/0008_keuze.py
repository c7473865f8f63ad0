# SPDX-License-Identifier: EUPL-1.2
"""What helps to choose an aanbieder: waiting times as stated, and published quality figures."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "wachttijd",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("agb", sa.Text(), nullable=False),
        sa.Column("profiel_id", sa.Integer(), nullable=False),
        sa.Column("gemeente", sa.Text(), nullable=True, comment="null: where nothing else is said"),
        sa.Column("weken", sa.SmallInteger(), nullable=False),
        sa.Column("peildatum", sa.Date(), nullable=False),
        sa.CheckConstraint("weken BETWEEN 0 AND 260", name=op.f("ck_wachttijd_weken")),
        sa.ForeignKeyConstraint(["agb"], ["aanbieder.agb"], name=op.f("fk_wachttijd_agb")),
        sa.ForeignKeyConstraint(
            ["gemeente"], ["gemeente.code"], name=op.f("fk_wachttijd_gemeente")
        ),
        sa.ForeignKeyConstraint(
            ["profiel_id"], ["profiel.id"], name=op.f("fk_wachttijd_profiel_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wachttijd")),
        sa.UniqueConstraint(
            "agb",
            "profiel_id",
            "gemeente",
            name=op.f("uq_wachttijd_agb_profiel_id_gemeente"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_table(
        "kwaliteitscijfer",
        sa.Column("agb", sa.Text(), nullable=False),
        sa.Column("indicator", sa.Text(), nullable=False),
        sa.Column("periode", sa.Text(), nullable=False),
        sa.Column("bron", sa.Text(), nullable=False),
        sa.Column("waarde", sa.Numeric(), nullable=False),
        sa.ForeignKeyConstraint(["agb"], ["aanbieder.agb"], name=op.f("fk_kwaliteitscijfer_agb")),
        sa.PrimaryKeyConstraint(
            "agb", "indicator", "periode", "bron", name=op.f("pk_kwaliteitscijfer")
        ),
    )


def downgrade() -> None:
    op.drop_table("kwaliteitscijfer")
    op.drop_table("wachttijd")
