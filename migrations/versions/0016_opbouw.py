# SPDX-License-Identifier: EUPL-1.2
"""What the prices of a list are made of: cost price calculations, or the indexation of another."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

TABLES = ("kostprijsberekening", "tarief_opbouw", "indexering")

PARTS_ADD_UP = """
CREATE FUNCTION bewaak_opbouw() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM nieuw n
               JOIN tarief t USING (tarieflijst_id, profiel_id, intensiteit)
               WHERE t.bedrag_centen <> 100 * (SELECT sum((stap ->> 'waarde')::numeric)
                                               FROM jsonb_array_elements(n.stappen) AS stap)) THEN
        RAISE EXCEPTION 'een opbouw telt niet op tot het tarief'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'opbouw_telt_op';
    END IF;
    RETURN NULL;
END
$$
"""
WATCH = """
CREATE TRIGGER tr_tarief_opbouw_nieuw AFTER INSERT ON tarief_opbouw REFERENCING NEW TABLE AS nieuw
FOR EACH STATEMENT EXECUTE FUNCTION bewaak_opbouw()
"""


def upgrade() -> None:
    op.create_table(
        "kostprijsberekening",
        sa.Column("tarieflijst_id", sa.Integer(), nullable=False),
        sa.Column("volgnummer", sa.SmallInteger(), nullable=False),
        sa.Column("wet", sa.Text(), nullable=False),
        sa.Column("invoer", postgresql.JSONB(), nullable=False),
        sa.Column("functies", postgresql.JSONB(), nullable=False),
        sa.CheckConstraint("wet IN ('jeugdwet', 'wmo')", name=op.f("ck_kostprijsberekening_wet")),
        sa.ForeignKeyConstraint(
            ["tarieflijst_id"],
            ["tarieflijst.id"],
            name=op.f("fk_kostprijsberekening_tarieflijst_id"),
        ),
        sa.PrimaryKeyConstraint(
            "tarieflijst_id", "volgnummer", name=op.f("pk_kostprijsberekening")
        ),
    )
    op.create_table(
        "tarief_opbouw",
        sa.Column("tarieflijst_id", sa.Integer(), nullable=False),
        sa.Column("profiel_id", sa.Integer(), nullable=False),
        sa.Column("intensiteit", sa.Text(), nullable=False),
        sa.Column("berekening", sa.SmallInteger(), nullable=True, comment="null: by indexation"),
        sa.Column("stappen", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tarieflijst_id", "profiel_id", "intensiteit"],
            ["tarief.tarieflijst_id", "tarief.profiel_id", "tarief.intensiteit"],
            name=op.f("fk_tarief_opbouw_tarieflijst_id_profiel_id_intensiteit"),
        ),
        sa.ForeignKeyConstraint(
            ["tarieflijst_id", "berekening"],
            ["kostprijsberekening.tarieflijst_id", "kostprijsberekening.volgnummer"],
            name=op.f("fk_tarief_opbouw_tarieflijst_id_berekening"),
        ),
        sa.PrimaryKeyConstraint(
            "tarieflijst_id", "profiel_id", "intensiteit", name=op.f("pk_tarief_opbouw")
        ),
        comment="parts whose waarde adds up to the tarief",
    )
    op.create_table(
        "indexering",
        sa.Column("tarieflijst_id", sa.Integer(), nullable=False),
        sa.Column("ouder_id", sa.Integer(), nullable=False, comment="the list that was indexed"),
        sa.Column("methode", sa.Text(), nullable=False),
        sa.Column("nacalculatie", sa.Boolean(), nullable=False),
        sa.Column("gewicht_loon", sa.Numeric(), nullable=False),
        sa.Column("gewicht_materieel", sa.Numeric(), nullable=False),
        sa.Column("loon", postgresql.JSONB(), nullable=False, comment="figures in percent"),
        sa.Column("materieel", postgresql.JSONB(), nullable=False, comment="figures in percent"),
        sa.Column("percentage", sa.Numeric(), nullable=False),
        sa.Column("stappen", postgresql.JSONB(), nullable=False),
        sa.CheckConstraint(
            "methode IN ('verhouding', 'verschil')", name=op.f("ck_indexering_methode")
        ),
        sa.CheckConstraint(
            "gewicht_loon >= 0 AND gewicht_materieel >= 0 AND gewicht_loon + gewicht_materieel = 1",
            name=op.f("ck_indexering_gewichten"),
        ),
        sa.CheckConstraint("ouder_id <> tarieflijst_id", name=op.f("ck_indexering_ouder")),
        sa.ForeignKeyConstraint(
            ["ouder_id"], ["tarieflijst.id"], name=op.f("fk_indexering_ouder_id")
        ),
        sa.ForeignKeyConstraint(
            ["tarieflijst_id"], ["tarieflijst.id"], name=op.f("fk_indexering_tarieflijst_id")
        ),
        sa.PrimaryKeyConstraint("tarieflijst_id", name=op.f("pk_indexering")),
    )
    op.execute(PARTS_ADD_UP)
    op.execute(WATCH)
    for table in TABLES:
        op.execute(
            f"CREATE TRIGGER tr_{table}_onveranderlijk BEFORE INSERT OR UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION bewaak_tarief()"
        )


def downgrade() -> None:
    for table in ("indexering", "tarief_opbouw", "kostprijsberekening"):
        op.drop_table(table)
    op.execute("DROP FUNCTION bewaak_opbouw()")
