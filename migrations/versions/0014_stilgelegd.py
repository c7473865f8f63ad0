# SPDX-License-Identifier: EUPL-1.2
"""Let declaraties feel a contract that is on hold or was dissolved: it says so of itself."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

FOLLOW = """
    BEGIN
        UPDATE raamovereenkomst
        SET einddatum = coalesce(NEW.einddatum, einddatum),
            ontbonden_per = CASE NEW.soort WHEN 'ontbonden' THEN NEW.vanaf END,
            ontbonden_grond = NEW.grond,
            opgeschort_vanaf = CASE NEW.soort
                WHEN 'opgeschort' THEN NEW.vanaf
                WHEN 'verlengd' THEN opgeschort_vanaf
            END
        WHERE nummer = NEW.nummer;
        RETURN NULL;
    END
"""

# As it was in 0012.
FOLLOW_BEFORE = """
    BEGIN
        UPDATE raamovereenkomst
        SET einddatum = coalesce(NEW.einddatum, einddatum),
            ontbonden_per = CASE NEW.soort WHEN 'ontbonden' THEN NEW.vanaf END
        WHERE nummer = NEW.nummer;
        RETURN NULL;
    END
"""

# A contract that was dissolved is on hold no longer.
CATCH_UP = """
    UPDATE raamovereenkomst r
    SET ontbonden_grond = (SELECT grond FROM raamovereenkomst_gebeurtenis
                           WHERE nummer = r.nummer AND soort = 'ontbonden'),
        opgeschort_vanaf = (SELECT CASE soort WHEN 'opgeschort' THEN vanaf END
                            FROM raamovereenkomst_gebeurtenis
                            WHERE nummer = r.nummer
                              AND soort IN ('opgeschort', 'hervat', 'ontbonden')
                            ORDER BY volgnummer DESC LIMIT 1)
"""


def upgrade() -> None:
    op.add_column("raamovereenkomst", sa.Column("ontbonden_grond", sa.Text(), nullable=True))
    op.add_column(
        "raamovereenkomst",
        sa.Column("opgeschort_vanaf", sa.Date(), nullable=True, comment="null: not on hold now"),
    )
    op.execute("ALTER TABLE raamovereenkomst DISABLE TRIGGER tr_raamovereenkomst_onveranderlijk")
    op.execute(CATCH_UP)
    op.execute("ALTER TABLE raamovereenkomst ENABLE TRIGGER tr_raamovereenkomst_onveranderlijk")
    op.create_check_constraint(
        op.f("ck_raamovereenkomst_ontbonden_grond"),
        "raamovereenkomst",
        "num_nulls(ontbonden_per, ontbonden_grond) IN (0, 2)",
    )
    op.create_index(
        "ix_raamovereenkomst_stil",
        "raamovereenkomst",
        ["aanbieder"],
        postgresql_where=sa.text("opgeschort_vanaf IS NOT NULL OR ontbonden_grond IS NOT NULL"),
    )
    _follow(FOLLOW, "'verlengd', 'opgeschort', 'hervat', 'ontbonden'")


def downgrade() -> None:
    _follow(FOLLOW_BEFORE, "'verlengd', 'ontbonden'")
    op.drop_index("ix_raamovereenkomst_stil", "raamovereenkomst")
    op.drop_constraint(
        op.f("ck_raamovereenkomst_ontbonden_grond"), "raamovereenkomst", type_="check"
    )
    for column in ("opgeschort_vanaf", "ontbonden_grond"):
        op.drop_column("raamovereenkomst", column)


def _follow(body: str, kinds: str) -> None:
    op.execute(
        "CREATE OR REPLACE FUNCTION volg_gebeurtenis() RETURNS trigger LANGUAGE plpgsql"
        f" AS $${body}$$"
    )
    op.execute(
        "CREATE OR REPLACE TRIGGER tr_raamovereenkomst_gebeurtenis_werkt"
        " AFTER INSERT ON raamovereenkomst_gebeurtenis"
        f" FOR EACH ROW WHEN (NEW.soort IN ({kinds})) EXECUTE FUNCTION volg_gebeurtenis()"
    )
