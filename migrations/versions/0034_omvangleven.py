# SPDX-License-Identifier: EUPL-1.2
"""An omvang that lives: its caps follow its toewijzing, and what they were is kept."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None
lint_exceptions = {
    "constraint-missing-not-valid": "omvangen are few, and given one at a time",
    "ban-drop-constraint": "a wider one takes its place in the same transaction",
}

CHANGED = "tr_omvang_gewijzigd"
FROZEN = "toewijzing_nummer, aanbieder, volume, eenheid, frequentie, tarief_centen"

# At the end of the transaction, when what is due, the termijnen and the books have followed.
PROVE_CHANGE = """
BEGIN
    IF NOT EXISTS (
        SELECT FROM toewijzing tw
        JOIN omvang om ON om.toewijzing_nummer = tw.nummer
        WHERE tw.nummer = NEW.toewijzing_nummer
          AND coalesce(tw.verschuldigd_centen, tw.prijs_centen) = om.totaal * om.tarief_centen
          AND cardinality(om.maxima) = (SELECT count(*) FROM termijn
                                        WHERE toewijzing_nummer = tw.nummer)
    ) THEN
        RAISE EXCEPTION 'omvang van toewijzing % past niet bij wat verschuldigd is',
            NEW.toewijzing_nummer
            USING ERRCODE = 'check_violation', CONSTRAINT = 'omvang_volgt_toewijzing';
    END IF;
    IF (SELECT sum(CASE b.beurt % 2 WHEN 0 THEN 1 ELSE -1 END
                   * telbaar(r.volume, r.eenheid, om.eenheid))
               > max(telbaar(om.totaal, om.eenheid, om.eenheid))
        FROM omvang om
        JOIN boeking b ON b.toewijzing_nummer = om.toewijzing_nummer AND b.deel = 1
        JOIN declaratieregel r
          ON r.declaratie_id = b.declaratie_id AND r.regelnummer = b.regelnummer
        WHERE om.toewijzing_nummer = NEW.toewijzing_nummer) THEN
        RAISE EXCEPTION 'toewijzing % kreeg meer volume dan zij overhoudt', NEW.toewijzing_nummer
            USING ERRCODE = 'check_violation', CONSTRAINT = 'volume_past';
    END IF;
    RETURN NULL;
END
"""


def upgrade() -> None:
    _check_volume("totaal >= 0")
    op.create_table(
        "omvang_eerder",
        sa.Column("toewijzing_nummer", sa.Integer(), nullable=False),
        sa.Column("gebeurtenis", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("totaal", sa.BigInteger(), nullable=False),
        sa.Column("maxima", sa.ARRAY(sa.BigInteger()), nullable=False),
        sa.ForeignKeyConstraint(
            ["toewijzing_nummer"],
            ["omvang.toewijzing_nummer"],
            name=op.f("fk_omvang_eerder_toewijzing_nummer"),
        ),
        sa.PrimaryKeyConstraint("toewijzing_nummer", "gebeurtenis", name=op.f("pk_omvang_eerder")),
        comment="what an omvang was until a gebeurtenis of its toewijzing",
    )
    op.execute(
        "CREATE TRIGGER tr_omvang_eerder_onveranderlijk"
        " BEFORE UPDATE OR DELETE OR TRUNCATE ON omvang_eerder"
        " FOR EACH STATEMENT EXECUTE FUNCTION weiger_wijziging()"
    )
    _freeze(f"UPDATE OF {FROZEN} OR DELETE OR TRUNCATE")
    op.execute(
        "CREATE FUNCTION bewaak_omvangwijziging() RETURNS trigger LANGUAGE plpgsql"
        f" AS $${PROVE_CHANGE}$$"
    )
    op.execute(
        f"CREATE CONSTRAINT TRIGGER {CHANGED} AFTER UPDATE ON omvang"
        " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION bewaak_omvangwijziging()"
    )


def downgrade() -> None:
    op.execute(f"DROP TRIGGER {CHANGED} ON omvang")
    op.execute("DROP FUNCTION bewaak_omvangwijziging()")
    _freeze("UPDATE OR DELETE OR TRUNCATE")
    op.drop_table("omvang_eerder")
    _check_volume("totaal > 0")


def _freeze(what: str) -> None:
    op.execute("DROP TRIGGER tr_omvang_onveranderlijk ON omvang")
    op.execute(
        f"CREATE TRIGGER tr_omvang_onveranderlijk BEFORE {what} ON omvang"
        " FOR EACH STATEMENT EXECUTE FUNCTION weiger_wijziging()"
    )


def _check_volume(totaal: str) -> None:
    name = op.f("ck_omvang_volume")
    op.drop_constraint(name, "omvang", type_="check")
    op.create_check_constraint(name, "omvang", f"volume > 0 AND {totaal} AND 0 <= ALL (maxima)")
