# SPDX-License-Identifier: EUPL-1.2
"""An inwoner can be wiped: what says who it was goes, and what was paid stays.

What was append only stays so, but for the data of who was wiped.
"""

from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None
lint_exceptions = {
    "ban-drop-not-null": "it is null of who was wiped alone, and those are read by nobody"
}

WIPED = """
CREATE FUNCTION is_gewist(inwoner bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce((SELECT gewist_op IS NOT NULL FROM inwoner WHERE id = $1), false)
$$
"""

REFUSE = """
        RAISE EXCEPTION '% is onveranderlijk', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'onveranderlijk'
"""

GUARDS = {
    "bewaar_woonopgave": f"""
    BEGIN
        IF TG_OP = 'DELETE' AND is_gewist(OLD.inwoner_id) THEN
            RETURN OLD;
        END IF;
        {REFUSE};
    END
    """,
    # A plan is of a household, and goes with the last of it.
    "bewaar_planevaluatie": f"""
    BEGIN
        IF TG_OP = 'DELETE' AND NOT EXISTS (
            SELECT FROM planlid WHERE plan_id = OLD.plan_id AND NOT is_gewist(inwoner_id)
        ) THEN
            RETURN OLD;
        END IF;
        {REFUSE};
    END
    """,
    "bewaar_gebeurtenis": f"""
    DECLARE
        zonder_tekst toewijzing_gebeurtenis := NEW;
    BEGIN
        zonder_tekst.toelichting := OLD.toelichting;
        IF TG_OP = 'UPDATE' AND NEW.toelichting IS NULL AND zonder_tekst = OLD
           AND is_gewist((SELECT inwoner_id FROM toewijzing WHERE nummer = OLD.nummer)) THEN
            RETURN NEW;
        END IF;
        {REFUSE};
    END
    """,
    "bewaar_voortzetting": f"""
    DECLARE
        zonder_tekst voortzetting := NEW;
    BEGIN
        zonder_tekst.toelichting := OLD.toelichting;
        zonder_tekst.besluit_toelichting := OLD.besluit_toelichting;
        IF num_nonnulls(NEW.toelichting, NEW.besluit_toelichting) = 0 AND zonder_tekst = OLD
           AND is_gewist((SELECT inwoner_id FROM toewijzing
                          WHERE nummer = OLD.toewijzing_nummer)) THEN
            RETURN NEW;
        END IF;
        {REFUSE};
    END
    """,
}

APPEND_ONLY = {
    "woonopgave": "bewaar_woonopgave",
    "planevaluatie": "bewaar_planevaluatie",
    "toewijzing_gebeurtenis": "bewaar_gebeurtenis",
}


def upgrade() -> None:
    op.execute("ALTER TABLE inwoner ADD COLUMN gewist_op timestamptz")
    op.execute("COMMENT ON COLUMN inwoner.gewist_op IS 'from then on nobody knows who it was'")
    op.execute("ALTER TABLE inwoner ALTER COLUMN geboortedatum DROP NOT NULL")
    op.execute("COMMENT ON COLUMN inwoner.geboortedatum IS 'null: wiped'")
    op.execute(
        "ALTER TABLE inwoner ADD CONSTRAINT ck_inwoner_gewist CHECK ("
        " (gewist_op IS NULL) = (geboortedatum IS NOT NULL)"
        " AND num_nonnulls(gewist_op, bsn_hash) <= 1) NOT VALID"
    )
    op.execute(WIPED)
    for name, body in GUARDS.items():
        op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $${body}$$")
    for table, guard in APPEND_ONLY.items():
        op.execute(f"DROP TRIGGER tr_{table}_onveranderlijk ON {table}")
        op.execute(
            f"CREATE TRIGGER tr_{table}_onveranderlijk BEFORE UPDATE OR DELETE ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION {guard}()"
        )
        op.execute(
            f"CREATE TRIGGER tr_{table}_niet_leeg BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION weiger_wijziging()"
        )
    op.execute("DROP TRIGGER tr_voortzetting_onveranderlijk ON voortzetting")
    op.execute(
        "CREATE TRIGGER tr_voortzetting_onveranderlijk BEFORE UPDATE ON voortzetting"
        " FOR EACH ROW WHEN (OLD.besluit IS NOT NULL) EXECUTE FUNCTION bewaar_voortzetting()"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER tr_voortzetting_onveranderlijk ON voortzetting")
    op.execute(
        "CREATE TRIGGER tr_voortzetting_onveranderlijk BEFORE UPDATE ON voortzetting"
        " FOR EACH ROW WHEN (OLD.besluit IS NOT NULL) EXECUTE FUNCTION weiger_wijziging()"
    )
    for table in APPEND_ONLY:
        for trigger in ("niet_leeg", "onveranderlijk"):
            op.execute(f"DROP TRIGGER tr_{table}_{trigger} ON {table}")
        op.execute(
            f"CREATE TRIGGER tr_{table}_onveranderlijk BEFORE UPDATE OR DELETE OR TRUNCATE"
            f" ON {table} FOR EACH STATEMENT EXECUTE FUNCTION weiger_wijziging()"
        )
    for name in GUARDS:
        op.execute(f"DROP FUNCTION {name}()")
    op.execute("DROP FUNCTION is_gewist(bigint)")
    op.execute("ALTER TABLE inwoner DROP CONSTRAINT ck_inwoner_gewist")
    # Who was wiped had a date of birth that nobody knows any more.
    op.execute("UPDATE inwoner SET geboortedatum = '0001-01-01' WHERE geboortedatum IS NULL")
    op.execute("ALTER TABLE inwoner ALTER COLUMN geboortedatum SET NOT NULL")
    op.execute("ALTER TABLE inwoner DROP COLUMN gewist_op")
    op.execute("COMMENT ON COLUMN inwoner.geboortedatum IS NULL")
