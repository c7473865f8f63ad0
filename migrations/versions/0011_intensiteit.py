# SPDX-License-Identifier: EUPL-1.2
"""Advice on the intensiteit: instruments, decision tables in versions, and advice that is kept."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# Scores that were given, and rules that were written, mean something on one scale only.
KEEP_SCALE = """
CREATE FUNCTION bewaak_instrument() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (jsonb_path_query_array(OLD.onderdelen, '$[*].code'), OLD.laagste, OLD.hoogste)
       IS DISTINCT FROM
       (jsonb_path_query_array(NEW.onderdelen, '$[*].code'), NEW.laagste, NEW.hoogste)
       AND EXISTS (SELECT FROM intensiteitstabel_versie WHERE instrument = OLD.code) THEN
        RAISE EXCEPTION 'instrument % is in gebruik', OLD.code
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'instrument_in_gebruik';
    END IF;
    RETURN NEW;
END
$$
"""
TRIGGERS = (
    "tr_zelfredzaamheidsinstrument_schaal BEFORE UPDATE ON zelfredzaamheidsinstrument"
    " FOR EACH ROW EXECUTE FUNCTION bewaak_instrument()",
    "tr_intensiteitstabel_versie_onveranderlijk BEFORE UPDATE OR DELETE OR TRUNCATE"
    " ON intensiteitstabel_versie FOR EACH STATEMENT EXECUTE FUNCTION weiger_wijziging()",
    "tr_intensiteitsadvies_onveranderlijk BEFORE UPDATE ON intensiteitsadvies"
    " FOR EACH STATEMENT EXECUTE FUNCTION weiger_wijziging()",
)


def upgrade() -> None:
    op.create_table(
        "zelfredzaamheidsinstrument",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("naam", sa.Text(), nullable=False),
        sa.Column("bron", sa.Text(), nullable=False),
        sa.Column(
            "onderdelen",
            postgresql.JSONB(),
            nullable=False,
            comment="what is scored, in order: code and naam",
        ),
        sa.Column("laagste", sa.SmallInteger(), nullable=False),
        sa.Column("hoogste", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint("laagste < hoogste", name=op.f("ck_zelfredzaamheidsinstrument_schaal")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_zelfredzaamheidsinstrument")),
    )
    op.create_table(
        "intensiteitstabel",
        sa.Column("code", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_intensiteitstabel")),
    )
    op.create_table(
        "intensiteitstabel_versie",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("versie", sa.Integer(), nullable=False),
        sa.Column("naam", sa.Text(), nullable=False),
        sa.Column("bron", sa.Text(), nullable=False),
        sa.Column("instrument", sa.Text(), nullable=False),
        sa.Column(
            "regels",
            postgresql.JSONB(),
            nullable=False,
            comment="in order: voorwaarden, uitkomst, reden",
        ),
        sa.Column("vastgelegd_door", sa.Text(), nullable=False),
        sa.Column(
            "vastgelegd_op",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint("versie >= 1", name=op.f("ck_intensiteitstabel_versie_versie")),
        sa.CheckConstraint(
            "coalesce(regels -> -1 -> 'voorwaarden' = '{}', false)",
            name=op.f("ck_intensiteitstabel_versie_volledig"),
        ),
        sa.ForeignKeyConstraint(
            ["code"], ["intensiteitstabel.code"], name=op.f("fk_intensiteitstabel_versie_code")
        ),
        sa.ForeignKeyConstraint(
            ["instrument"],
            ["zelfredzaamheidsinstrument.code"],
            name=op.f("fk_intensiteitstabel_versie_instrument"),
        ),
        sa.PrimaryKeyConstraint("code", "versie", name=op.f("pk_intensiteitstabel_versie")),
    )
    op.create_table(
        "intensiteitstabel_profiel",
        sa.Column("profiel_id", sa.Integer(), nullable=False),
        sa.Column("tabel", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["profiel_id"], ["profiel.id"], name=op.f("fk_intensiteitstabel_profiel_profiel_id")
        ),
        sa.ForeignKeyConstraint(
            ["tabel"], ["intensiteitstabel.code"], name=op.f("fk_intensiteitstabel_profiel_tabel")
        ),
        sa.PrimaryKeyConstraint("profiel_id", name=op.f("pk_intensiteitstabel_profiel")),
        comment="the table that advises on a profiel when none is named",
    )
    op.create_table(
        "intensiteitsadvies",
        sa.Column("toewijzing_nummer", sa.Integer(), nullable=False),
        sa.Column("tabel", sa.Text(), nullable=False),
        sa.Column("versie", sa.Integer(), nullable=False),
        sa.Column("complexiteit", sa.Text(), nullable=False),
        sa.Column("eigen_inzet_gemeente", sa.Text(), nullable=False),
        sa.Column("scores", postgresql.JSONB(), nullable=False),
        sa.Column("advies", sa.Text(), nullable=False),
        sa.Column(
            "gekozen", sa.Text(), nullable=False, comment="the intensiteit of the toewijzing"
        ),
        sa.Column("afwijkingsreden", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(advies = gekozen) = (afwijkingsreden IS NULL)",
            name=op.f("ck_intensiteitsadvies_afwijking"),
        ),
        sa.CheckConstraint(
            "advies IN ('licht', 'middel', 'zwaar')", name=op.f("ck_intensiteitsadvies_advies")
        ),
        sa.CheckConstraint(
            "complexiteit IN ('enkelvoudig', 'meervoudig', 'complex')",
            name=op.f("ck_intensiteitsadvies_complexiteit"),
        ),
        sa.CheckConstraint(
            "eigen_inzet_gemeente IN ('geen', 'deels', 'veel')",
            name=op.f("ck_intensiteitsadvies_eigen_inzet_gemeente"),
        ),
        sa.ForeignKeyConstraint(
            ["tabel", "versie"],
            ["intensiteitstabel_versie.code", "intensiteitstabel_versie.versie"],
            name=op.f("fk_intensiteitsadvies_tabel_versie"),
        ),
        sa.ForeignKeyConstraint(
            ["toewijzing_nummer"],
            ["toewijzing.nummer"],
            name=op.f("fk_intensiteitsadvies_toewijzing_nummer"),
        ),
        sa.PrimaryKeyConstraint("toewijzing_nummer", name=op.f("pk_intensiteitsadvies")),
        comment="for the gemeente alone: scores are data about a person's health",
    )
    op.execute(KEEP_SCALE)
    for trigger in TRIGGERS:
        op.execute(f"CREATE TRIGGER {trigger}")


def downgrade() -> None:
    for table in (
        "intensiteitsadvies",
        "intensiteitstabel_profiel",
        "intensiteitstabel_versie",
        "intensiteitstabel",
        "zelfredzaamheidsinstrument",
    ):
        op.drop_table(table)
    op.execute("DROP FUNCTION bewaak_instrument()")
