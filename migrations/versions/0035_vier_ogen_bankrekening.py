# SPDX-License-Identifier: EUPL-1.2
"""A bank account counts once somebody else than who put it down has agreed.

Those that were there keep counting.
"""

from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None
lint_exceptions = {"constraint-missing-not-valid": "accounts are few, and written to hardly ever"}

GUARD = """
CREATE FUNCTION bewaar_bankrekening() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    zonder_akkoord bankrekening := NEW;
BEGIN
    zonder_akkoord.goedgekeurd_op := OLD.goedgekeurd_op;
    zonder_akkoord.goedgekeurd_door := OLD.goedgekeurd_door;
    IF TG_OP = 'UPDATE' AND OLD.goedgekeurd_op IS NULL AND zonder_akkoord = OLD THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'bankrekening is onveranderlijk'
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'onveranderlijk';
END
$$
"""

STATEMENTS = (
    "DROP TRIGGER tr_bankrekening_onveranderlijk ON bankrekening",
    "ALTER TABLE bankrekening ADD COLUMN goedgekeurd_op timestamptz,"
    " ADD COLUMN goedgekeurd_door text",
    "COMMENT ON COLUMN bankrekening.goedgekeurd_door IS"
    " 'never who put it down; null: not yet, or of before this was asked'",
    "COMMENT ON TABLE bankrekening IS"
    " 'of one aanbieder or gemeente the last that was agreed to counts'",
    "UPDATE bankrekening SET goedgekeurd_op = vastgelegd_op",
    "ALTER TABLE bankrekening ADD CONSTRAINT ck_bankrekening_vier_ogen"
    " CHECK (goedgekeurd_door <> vastgelegd_door),"
    " ADD CONSTRAINT ck_bankrekening_goedgekeurd"
    " CHECK (goedgekeurd_op IS NOT NULL OR goedgekeurd_door IS NULL)",
    GUARD,
    "CREATE TRIGGER tr_bankrekening_onveranderlijk BEFORE UPDATE OR DELETE ON bankrekening"
    " FOR EACH ROW EXECUTE FUNCTION bewaar_bankrekening()",
    "CREATE TRIGGER tr_bankrekening_niet_leeg BEFORE TRUNCATE ON bankrekening"
    " FOR EACH STATEMENT EXECUTE FUNCTION weiger_wijziging()",
)

BACK = (
    "DROP TRIGGER tr_bankrekening_niet_leeg ON bankrekening",
    "DROP TRIGGER tr_bankrekening_onveranderlijk ON bankrekening",
    "DROP FUNCTION bewaar_bankrekening()",
    # What nobody agreed to would count from here on.
    "DELETE FROM bankrekening WHERE goedgekeurd_op IS NULL",
    "ALTER TABLE bankrekening DROP COLUMN goedgekeurd_op, DROP COLUMN goedgekeurd_door",
    "COMMENT ON TABLE bankrekening IS 'append only: of one aanbieder or gemeente the last holds'",
    "CREATE TRIGGER tr_bankrekening_onveranderlijk BEFORE UPDATE OR DELETE OR TRUNCATE"
    " ON bankrekening FOR EACH STATEMENT EXECUTE FUNCTION weiger_wijziging()",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    for statement in BACK:
        op.execute(statement)
