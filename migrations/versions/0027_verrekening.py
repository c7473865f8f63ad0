# SPDX-License-Identifier: EUPL-1.2
"""Onderlinge verrekening: notices, bezwaren and receipts. The amounts follow from kosten."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

ADD_PAYMENTS = """
BEGIN
    UPDATE verrekening v
    SET betaald_centen = v.betaald_centen + b.bedrag_centen
    FROM (SELECT schuldeiser, schuldenaar, kwartaal, sum(bedrag_centen) AS bedrag_centen
          FROM nieuw GROUP BY schuldeiser, schuldenaar, kwartaal) b
    WHERE (v.schuldeiser, v.schuldenaar, v.kwartaal)
          = (b.schuldeiser, b.schuldenaar, b.kwartaal);
    RETURN NULL;
END
"""

TRIGGERS = (
    "tr_verrekenbetaling_onveranderlijk BEFORE UPDATE OR DELETE OR TRUNCATE ON verrekenbetaling"
    " FOR EACH STATEMENT EXECUTE FUNCTION weiger_wijziging()",
    "tr_verrekenbetaling_nieuw AFTER INSERT ON verrekenbetaling REFERENCING NEW TABLE AS nieuw"
    " FOR EACH STATEMENT EXECUTE FUNCTION tel_verrekenbetalingen_op()",
    "tr_verrekening_blijft BEFORE DELETE OR TRUNCATE ON verrekening"
    " FOR EACH STATEMENT EXECUTE FUNCTION weiger_wijziging()",
    "tr_verrekening_bevroren BEFORE UPDATE OF schuldeiser, schuldenaar, kwartaal, saldo_centen,"
    " aangezegd_op ON verrekening"
    " FOR EACH STATEMENT EXECUTE FUNCTION weiger_wijziging()",
    "tr_verrekening_bezwaar BEFORE UPDATE OF bezwaar_op, bezwaar_door, bezwaar_reden,"
    " bezwaar_centen ON verrekening"
    " FOR EACH ROW WHEN (OLD.bezwaar_op IS NOT NULL) EXECUTE FUNCTION weiger_wijziging()",
    "tr_verrekening_besluit BEFORE UPDATE OF besloten_op, besloten_door, besluit,"
    " besluit_toelichting ON verrekening"
    " FOR EACH ROW WHEN (OLD.besloten_op IS NOT NULL) EXECUTE FUNCTION weiger_wijziging()",
)


def upgrade() -> None:
    op.create_table(
        "verrekening",
        sa.Column("schuldeiser", sa.Text(), nullable=False),
        sa.Column("schuldenaar", sa.Text(), nullable=False),
        sa.Column("kwartaal", sa.Date(), nullable=False, comment="its first day"),
        sa.Column("saldo_centen", sa.BigInteger(), nullable=False),
        sa.Column("betaald_centen", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("aangezegd_door", sa.Text(), nullable=False),
        _now("aangezegd_op"),
        sa.Column("bezwaar_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("bezwaar_door", sa.Text(), nullable=True),
        sa.Column("bezwaar_reden", sa.Text(), nullable=True),
        sa.Column("bezwaar_centen", sa.BigInteger(), nullable=True),
        sa.Column("besloten_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("besloten_door", sa.Text(), nullable=True),
        sa.Column("besluit", sa.Text(), nullable=True),
        sa.Column("besluit_toelichting", sa.Text(), nullable=True),
        sa.CheckConstraint("schuldeiser <> schuldenaar", name=op.f("ck_verrekening_paar")),
        sa.CheckConstraint("saldo_centen > 0", name=op.f("ck_verrekening_saldo")),
        sa.CheckConstraint(
            "betaald_centen BETWEEN 0 AND saldo_centen", name=op.f("ck_verrekening_betaald")
        ),
        sa.CheckConstraint(
            "kwartaal = date_trunc('quarter', kwartaal::timestamp)",
            name=op.f("ck_verrekening_kwartaal"),
        ),
        sa.CheckConstraint(
            "num_nulls(bezwaar_op, bezwaar_door, bezwaar_reden, bezwaar_centen) IN (0, 4)"
            " AND bezwaar_centen BETWEEN 1 AND saldo_centen",
            name=op.f("ck_verrekening_bezwaar"),
        ),
        sa.CheckConstraint(
            "num_nulls(besloten_op, besloten_door, besluit, besluit_toelichting) IN (0, 4)"
            " AND (besluit IS NULL OR bezwaar_op IS NOT NULL)",
            name=op.f("ck_verrekening_besluit_op_bezwaar"),
        ),
        sa.CheckConstraint(
            "besluit IN ('gegrond', 'ongegrond')", name=op.f("ck_verrekening_besluit")
        ),
        sa.ForeignKeyConstraint(
            ["schuldeiser"], ["gemeente.code"], name=op.f("fk_verrekening_schuldeiser")
        ),
        sa.ForeignKeyConstraint(
            ["schuldenaar"], ["gemeente.code"], name=op.f("fk_verrekening_schuldenaar")
        ),
        sa.PrimaryKeyConstraint(
            *("schuldeiser", "schuldenaar", "kwartaal"), name=op.f("pk_verrekening")
        ),
        comment="what was told to pay; the saldo itself follows from kostendeel",
    )
    op.create_table(
        "verrekenbetaling",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("schuldeiser", sa.Text(), nullable=False),
        sa.Column("schuldenaar", sa.Text(), nullable=False),
        sa.Column("kwartaal", sa.Date(), nullable=False),
        sa.Column("datum", sa.Date(), nullable=False),
        sa.Column("bedrag_centen", sa.BigInteger(), nullable=False),
        sa.Column("kenmerk", sa.Text(), nullable=False),
        sa.Column("geregistreerd_door", sa.Text(), nullable=False),
        _now("geregistreerd_op"),
        sa.CheckConstraint("bedrag_centen > 0", name=op.f("ck_verrekenbetaling_bedrag")),
        sa.ForeignKeyConstraint(
            ["schuldeiser", "schuldenaar", "kwartaal"],
            ["verrekening.schuldeiser", "verrekening.schuldenaar", "verrekening.kwartaal"],
            name="fk_verrekenbetaling_verrekening",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verrekenbetaling")),
        sa.UniqueConstraint(
            *("schuldeiser", "schuldenaar", "kwartaal", "kenmerk"),
            name="uq_verrekenbetaling_kenmerk",
        ),
        comment="append only",
    )
    op.execute(
        "CREATE FUNCTION tel_verrekenbetalingen_op() RETURNS trigger LANGUAGE plpgsql"
        f" AS $${ADD_PAYMENTS}$$"
    )
    for trigger in TRIGGERS:
        op.execute(f"CREATE TRIGGER {trigger}")


def downgrade() -> None:
    op.drop_table("verrekenbetaling")
    op.drop_table("verrekening")
    op.execute("DROP FUNCTION tel_verrekenbetalingen_op()")


def _now(name: str) -> sa.Column[datetime]:
    return sa.Column(
        name, sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
    )
