# SPDX-License-Identifier: EUPL-1.2
"""The work of the aanbieder: its own referentie, who read a client, and when a toewijzing changed.

A toewijzing carries the transaction in which it last changed: what was changed by one that is over
can be handed out in order, and nothing that commits later can come in before it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

TOUCH = """
CREATE FUNCTION noteer_wijziging() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.gewijzigd_in := pg_current_xact_id()::text::bigint;
    RETURN NEW;
END
$$
"""
NOW = sa.text("pg_current_xact_id()::text::bigint")


def upgrade() -> None:
    op.add_column("toewijzing", sa.Column("referentie_aanbieder", sa.Text()))
    op.create_check_constraint(
        op.f("ck_toewijzing_referentie_aanbieder"),
        "toewijzing",
        "char_length(referentie_aanbieder) BETWEEN 1 AND 36",
    )
    op.add_column(
        "toewijzing",
        sa.Column(
            "gewijzigd_in",
            sa.BigInteger(),
            server_default="0",
            nullable=False,
            comment="the transaction that changed it last; 0: before this was kept",
        ),
    )
    op.alter_column("toewijzing", "gewijzigd_in", server_default=NOW)
    for party in ("gemeente", "aanbieder"):
        op.create_index(
            f"ix_toewijzing_{party}_gewijzigd_in_nummer",
            "toewijzing",
            [party, "gewijzigd_in", "nummer"],
        )
    op.execute(TOUCH)
    op.execute(
        "CREATE TRIGGER tr_toewijzing_gewijzigd BEFORE UPDATE ON toewijzing"
        " FOR EACH ROW EXECUTE FUNCTION noteer_wijziging()"
    )
    op.create_table(
        "clientinzage",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("toewijzing_nummer", sa.Integer(), nullable=False),
        sa.Column("aanbieder", sa.Text(), nullable=False),
        sa.Column("door", sa.Text(), nullable=False),
        sa.Column(
            "gelezen_op",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["toewijzing_nummer"],
            ["toewijzing.nummer"],
            name=op.f("fk_clientinzage_toewijzing_nummer"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clientinzage")),
        comment="each time that an aanbieder was told who the inwoner is",
    )
    op.create_index("ix_clientinzage_toewijzing_nummer", "clientinzage", ["toewijzing_nummer"])
    op.execute(
        "CREATE TRIGGER tr_clientinzage_onveranderlijk BEFORE UPDATE OR DELETE OR TRUNCATE"
        " ON clientinzage FOR EACH STATEMENT EXECUTE FUNCTION weiger_wijziging()"
    )


def downgrade() -> None:
    op.drop_table("clientinzage")
    op.execute("DROP TRIGGER tr_toewijzing_gewijzigd ON toewijzing")
    op.execute("DROP FUNCTION noteer_wijziging()")
    for party in ("gemeente", "aanbieder"):
        op.drop_index(f"ix_toewijzing_{party}_gewijzigd_in_nummer", "toewijzing")
    for column in ("gewijzigd_in", "referentie_aanbieder"):
        op.drop_column("toewijzing", column)
