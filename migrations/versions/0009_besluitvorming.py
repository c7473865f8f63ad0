# SPDX-License-Identifier: EUPL-1.2
"""How a tarieflijst comes about: consultation, decisions of the gemeenten, and their budgets."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# What is asked before a list may count; that decisions and comments stand still once it does is
# the work of bewaak_tarief.
BEWAAK_VASTSTELLING = """
CREATE FUNCTION bewaak_vaststelling() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.besluit IS NULL AND EXISTS (
        SELECT code FROM gemeente WHERE samen14
        EXCEPT SELECT gemeente FROM gemeentebesluit WHERE tarieflijst_id = NEW.id
    ) THEN
        RAISE EXCEPTION 'niet elke gemeente besloot over tarieflijst %', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'besluiten_volledig';
    END IF;
    IF EXISTS (SELECT FROM consultatie c
               WHERE c.tarieflijst_id = NEW.id AND c.gesloten_op IS NULL
                 AND c.einddatum >= (clock_timestamp() AT TIME ZONE 'Europe/Amsterdam')::date)
       OR EXISTS (SELECT FROM reactie r
                  WHERE r.tarieflijst_id = NEW.id AND r.antwoord IS NULL) THEN
        RAISE EXCEPTION 'de consultatie over tarieflijst % is niet klaar', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'consultatie_klaar';
    END IF;
    RETURN NEW;
END
$$
"""

TRIGGERS = (
    "tr_tarieflijst_vaststelling BEFORE UPDATE ON tarieflijst"
    " FOR EACH ROW WHEN (OLD.vastgesteld_op IS NULL AND NEW.vastgesteld_op IS NOT NULL)"
    " EXECUTE FUNCTION bewaak_vaststelling()",
    *(
        f"tr_{table}_onveranderlijk BEFORE INSERT OR UPDATE OR DELETE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION bewaak_tarief()"
        for table in ("consultatie", "reactie", "gemeentebesluit")
    ),
    "tr_gemeentebesluit_blijft BEFORE UPDATE OR DELETE ON gemeentebesluit"
    " FOR EACH ROW EXECUTE FUNCTION weiger_wijziging()",
    "tr_reactie_blijft BEFORE UPDATE OR DELETE ON reactie"
    " FOR EACH ROW WHEN (OLD.antwoord IS NOT NULL) EXECUTE FUNCTION weiger_wijziging()",
)

VASTSTELLING = (
    "num_nulls(vastgesteld_door, vastgesteld_op) IN (0, 2)"
    " AND (besluit IS NULL OR vastgesteld_op IS NOT NULL)"
)
VASTSTELLING_BY_MANDATE = "num_nulls(vastgesteld_door, vastgesteld_op, besluit) IN (0, 3)"


def _moment(name: str) -> sa.Column[object]:
    return sa.Column(
        name, sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
    )


def upgrade() -> None:
    op.create_table(
        "consultatie",
        sa.Column("tarieflijst_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("begindatum", sa.Date(), nullable=False),
        sa.Column("einddatum", sa.Date(), nullable=False),
        sa.Column("toelichting", sa.Text(), nullable=False),
        sa.Column("geopend_door", sa.Text(), nullable=False),
        _moment("geopend_op"),
        sa.Column("gesloten_door", sa.Text(), nullable=True),
        sa.Column(
            "gesloten_op",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="null: open until the einddatum",
        ),
        sa.Column("sluitreden", sa.Text(), nullable=True),
        sa.CheckConstraint("begindatum <= einddatum", name=op.f("ck_consultatie_periode")),
        sa.CheckConstraint(
            "num_nulls(gesloten_door, gesloten_op, sluitreden) IN (0, 3)",
            name=op.f("ck_consultatie_sluiting"),
        ),
        sa.ForeignKeyConstraint(
            ["tarieflijst_id"], ["tarieflijst.id"], name=op.f("fk_consultatie_tarieflijst_id")
        ),
        sa.PrimaryKeyConstraint("tarieflijst_id", name=op.f("pk_consultatie")),
    )
    op.create_table(
        "reactie",
        sa.Column("tarieflijst_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("volgnummer", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("aanbieder", sa.Text(), nullable=False),
        sa.Column("tekst", sa.Text(), nullable=False),
        sa.Column("profiel_id", sa.Integer(), nullable=True),
        sa.Column("intensiteit", sa.Text(), nullable=True),
        _moment("ontvangen_op"),
        sa.Column("antwoord", sa.Text(), nullable=True),
        sa.Column("beantwoord_door", sa.Text(), nullable=True),
        sa.Column("beantwoord_op", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("aanbieder ~ '^[0-9]{8}$'", name=op.f("ck_reactie_aanbieder")),
        sa.CheckConstraint(
            "intensiteit IN ('licht', 'middel', 'zwaar')", name=op.f("ck_reactie_intensiteit")
        ),
        sa.CheckConstraint(
            "intensiteit IS NULL OR profiel_id IS NOT NULL", name=op.f("ck_reactie_onderwerp")
        ),
        sa.CheckConstraint(
            "num_nulls(antwoord, beantwoord_door, beantwoord_op) IN (0, 3)",
            name=op.f("ck_reactie_antwoord"),
        ),
        sa.ForeignKeyConstraint(
            ["tarieflijst_id"],
            ["consultatie.tarieflijst_id"],
            name=op.f("fk_reactie_tarieflijst_id"),
        ),
        sa.ForeignKeyConstraint(["profiel_id"], ["profiel.id"], name=op.f("fk_reactie_profiel_id")),
        sa.PrimaryKeyConstraint("tarieflijst_id", "volgnummer", name=op.f("pk_reactie")),
    )
    op.create_table(
        "gemeentebesluit",
        sa.Column("tarieflijst_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("gemeente", sa.Text(), nullable=False),
        sa.Column("datum", sa.Date(), nullable=False),
        sa.Column("kenmerk", sa.Text(), nullable=False),
        sa.Column("vastgelegd_door", sa.Text(), nullable=False),
        _moment("vastgelegd_op"),
        sa.ForeignKeyConstraint(
            ["tarieflijst_id"], ["tarieflijst.id"], name=op.f("fk_gemeentebesluit_tarieflijst_id")
        ),
        sa.ForeignKeyConstraint(
            ["gemeente"], ["gemeente.code"], name=op.f("fk_gemeentebesluit_gemeente")
        ),
        sa.PrimaryKeyConstraint("tarieflijst_id", "gemeente", name=op.f("pk_gemeentebesluit")),
    )
    op.create_table(
        "budget",
        sa.Column("gemeente", sa.Text(), nullable=False),
        sa.Column("jaar", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("wet", sa.Text(), nullable=False),
        sa.Column("bedrag_centen", sa.BigInteger(), nullable=False),
        sa.Column("vastgelegd_door", sa.Text(), nullable=False),
        _moment("vastgelegd_op"),
        sa.CheckConstraint("wet IN ('jeugdwet', 'wmo')", name=op.f("ck_budget_wet")),
        sa.CheckConstraint("bedrag_centen >= 0", name=op.f("ck_budget_bedrag")),
        sa.ForeignKeyConstraint(["gemeente"], ["gemeente.code"], name=op.f("fk_budget_gemeente")),
        sa.PrimaryKeyConstraint("gemeente", "jaar", "wet", name=op.f("pk_budget")),
    )
    op.create_index(op.f("ix_toewijzing_begindatum"), "toewijzing", ["begindatum"])
    op.drop_constraint(op.f("ck_tarieflijst_vaststelling"), "tarieflijst")
    op.create_check_constraint(op.f("ck_tarieflijst_vaststelling"), "tarieflijst", VASTSTELLING)
    op.execute(BEWAAK_VASTSTELLING)
    for trigger in TRIGGERS:
        op.execute(f"CREATE TRIGGER {trigger}")


def downgrade() -> None:
    op.execute("DROP TRIGGER tr_tarieflijst_vaststelling ON tarieflijst")
    op.execute("DROP FUNCTION bewaak_vaststelling()")
    # A list that the gemeenten adopted is immutable, but here it gets the besluit it must have.
    op.execute("ALTER TABLE tarieflijst DISABLE TRIGGER tr_tarieflijst_onveranderlijk")
    op.execute(
        "UPDATE tarieflijst SET besluit = 'Besluiten van de gemeenten'"
        " WHERE vastgesteld_op IS NOT NULL AND besluit IS NULL"
    )
    op.execute("ALTER TABLE tarieflijst ENABLE TRIGGER tr_tarieflijst_onveranderlijk")
    op.drop_constraint(op.f("ck_tarieflijst_vaststelling"), "tarieflijst")
    op.create_check_constraint(
        op.f("ck_tarieflijst_vaststelling"), "tarieflijst", VASTSTELLING_BY_MANDATE
    )
    op.drop_index(op.f("ix_toewijzing_begindatum"), table_name="toewijzing")
    for table in ("budget", "gemeentebesluit", "reactie", "consultatie"):
        op.drop_table(table)
