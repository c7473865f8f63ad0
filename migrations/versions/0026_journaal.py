# SPDX-License-Identifier: EUPL-1.2
"""The accounts of a gemeente, and the months and years whose books it has closed."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_ledger()
    op.create_table(
        "afsluiting",
        sa.Column("gemeente", sa.Text(), nullable=False),
        sa.Column("soort", sa.Text(), nullable=False),
        sa.Column("vanaf", sa.Date(), nullable=False),
        sa.Column("tot_en_met", sa.Date(), nullable=False),
        sa.Column("vorige", sa.Date(), nullable=True, comment="null: the first that was closed"),
        sa.Column("kosten_centen", sa.BigInteger(), nullable=False),
        sa.Column("nog_te_ontvangen_centen", sa.BigInteger(), nullable=False),
        sa.Column("gesloten_door", sa.Text(), nullable=False),
        sa.Column("gesloten_op", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("soort IN ('maand', 'jaar')", name=op.f("ck_afsluiting_soort")),
        sa.CheckConstraint(
            "vanaf = date_trunc(CASE soort WHEN 'maand' THEN 'month' ELSE 'year' END,"
            " vanaf::timestamp)"
            " AND tot_en_met + 1 = vanaf + CASE soort WHEN 'maand' THEN interval '1 month'"
            " ELSE interval '1 year' END",
            name=op.f("ck_afsluiting_periode"),
        ),
        sa.CheckConstraint(
            "vorige + CASE soort WHEN 'maand' THEN interval '1 month' ELSE interval '1 year' END"
            " = vanaf",
            name=op.f("ck_afsluiting_volgorde"),
        ),
        sa.ForeignKeyConstraint(
            ["gemeente"], ["gemeente.code"], name=op.f("fk_afsluiting_gemeente")
        ),
        sa.ForeignKeyConstraint(
            ["gemeente", "soort", "vorige"],
            ["afsluiting.gemeente", "afsluiting.soort", "afsluiting.vanaf"],
            name="fk_afsluiting_vorige",
        ),
        sa.PrimaryKeyConstraint("gemeente", "soort", "vanaf", name=op.f("pk_afsluiting")),
        sa.UniqueConstraint(
            *("gemeente", "soort", "vorige"),
            name="uq_afsluiting_vorige",
            postgresql_nulls_not_distinct=True,
        ),
        comment="append only; each follows the one before it",
    )
    op.execute(
        "CREATE TRIGGER tr_afsluiting_onveranderlijk BEFORE UPDATE OR DELETE OR TRUNCATE"
        " ON afsluiting FOR EACH STATEMENT EXECUTE FUNCTION weiger_wijziging()"
    )


def downgrade() -> None:
    for table in ("afsluiting", "grootboekrekening", "grootboek"):
        op.drop_table(table)


def _create_ledger() -> None:
    op.create_table(
        "grootboek",
        sa.Column("gemeente", sa.Text(), nullable=False),
        sa.Column("crediteurenrekening", sa.Text(), nullable=False),
        sa.Column("verrekenrekening", sa.Text(), nullable=False),
        sa.Column("vastgelegd_door", sa.Text(), nullable=False),
        _now("vastgelegd_op"),
        sa.ForeignKeyConstraint(
            ["gemeente"], ["gemeente.code"], name=op.f("fk_grootboek_gemeente")
        ),
        sa.PrimaryKeyConstraint("gemeente", name=op.f("pk_grootboek")),
    )
    op.create_table(
        "grootboekrekening",
        sa.Column("gemeente", sa.Text(), nullable=False),
        sa.Column("wet", sa.Text(), nullable=False),
        sa.Column("profiel_id", sa.Integer(), nullable=True, comment="null: the others"),
        sa.Column("rekening", sa.Text(), nullable=False),
        sa.Column("taakveld", sa.Text(), nullable=False),
        sa.CheckConstraint("wet IN ('jeugdwet', 'wmo')", name=op.f("ck_grootboekrekening_wet")),
        sa.ForeignKeyConstraint(
            ["gemeente"], ["grootboek.gemeente"], name=op.f("fk_grootboekrekening_gemeente")
        ),
        sa.ForeignKeyConstraint(
            ["profiel_id"], ["profiel.id"], name=op.f("fk_grootboekrekening_profiel_id")
        ),
        sa.UniqueConstraint(
            *("gemeente", "wet", "profiel_id"),
            name="uq_grootboekrekening",
            postgresql_nulls_not_distinct=True,
        ),
    )


def _now(name: str) -> sa.Column[datetime]:
    return sa.Column(
        name, sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
    )
