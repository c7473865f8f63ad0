# SPDX-License-Identifier: EUPL-1.2
"""Toewijzingen that live: what happens to one, what it comes to, and termijnen that lapse.

A termijn that lapses keeps its row and the number of the gebeurtenis by which it did; those that
stand add up to what is due, or to the price while nothing ended it.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_STANDING = """
    coalesce((SELECT sum(bedrag_centen) FROM termijn t
              WHERE t.toewijzing_nummer = tw.nummer AND t.vervallen_door = 0), 0)
"""
_STANDING_BEFORE = """
    (SELECT sum(bedrag_centen) FROM termijn t WHERE t.toewijzing_nummer = tw.nummer)
"""
_DUE = "coalesce(tw.verschuldigd_centen, tw.prijs_centen)"

_FROZEN = """
    SELECT tw.nummer INTO fout
    FROM geraakt g
    JOIN toewijzing tw ON tw.nummer = g.toewijzing_nummer
    WHERE (g.aanbieder, g.inwoner_id, g.betaler, g.profiel_id, g.wet)
          <> (tw.aanbieder, tw.inwoner_id, tw.gemeente, tw.profiel_id, tw.wet)
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'een termijn zegt iets anders dan toewijzing %', fout
            USING ERRCODE = 'check_violation', CONSTRAINT = 'termijn_volgt_toewijzing';
    END IF;
"""

LAPSED_IS_NOT_PAID = """
    BEGIN
        IF (SELECT max(beurt) % 2 = 0 FROM boeking
            WHERE toewijzing_nummer = NEW.toewijzing_nummer AND termijn = NEW.volgnummer) THEN
            RAISE EXCEPTION 'termijn %/% vervalt terwijl zij is toegekend',
                NEW.toewijzing_nummer, NEW.volgnummer
                USING ERRCODE = 'check_violation', CONSTRAINT = 'vervallen_niet_toegekend';
        END IF;
        RETURN NULL;
    END
"""


def _adding_up(standing: str, due: str) -> str:
    return f"""
    DECLARE fout integer;
    BEGIN
        SELECT tw.nummer INTO fout
        FROM (SELECT DISTINCT toewijzing_nummer FROM geraakt) g
        JOIN toewijzing tw ON tw.nummer = g.toewijzing_nummer
        WHERE {due} <> {standing}
        LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'termijnen van toewijzing % tellen niet op tot de prijs', fout
                USING ERRCODE = 'check_violation', CONSTRAINT = 'termijnen_tellen_op';
        END IF;
        {_FROZEN}
        RETURN NULL;
    END
    """


def _price(standing: str, due: str) -> str:
    return f"""
    BEGIN
        IF EXISTS (SELECT FROM toewijzing tw
                   WHERE tw.nummer = NEW.nummer AND {due} IS DISTINCT FROM {standing}) THEN
            RAISE EXCEPTION 'termijnen van toewijzing % tellen niet op tot de prijs', NEW.nummer
                USING ERRCODE = 'check_violation', CONSTRAINT = 'termijnen_tellen_op';
        END IF;
        RETURN NULL;
    END
    """


def upgrade() -> None:
    _let_toewijzingen_live()
    op.add_column(
        "termijn",
        sa.Column(
            "vervallen_door",
            sa.SmallInteger(),
            server_default="0",
            nullable=False,
            comment="the gebeurtenis by which it lapsed; 0: it stands",
        ),
    )
    _unique_termijnen("mijlpaal", "begindatum", "vervallen_door")
    op.add_column(
        "declaratie",
        sa.Column(
            "gebeurtenis",
            sa.SmallInteger(),
            server_default="0",
            nullable=False,
            comment="of the toewijzing, that the service itself declares for; 0: of an aanbieder",
        ),
    )
    _replace("bewaak_termijnen", _adding_up(_STANDING, _DUE))
    _replace("bewaak_prijs_van_toewijzing", _price(_STANDING, _DUE))
    for name in ("bewaak_prijs_van_toewijzing", "bewaak_termijnen"):
        op.execute(f"ALTER FUNCTION {name}() SET enable_seqscan = off")
    _guard_price("prijs_centen, verschuldigd_centen")
    _replace("bewaak_vervallen", LAPSED_IS_NOT_PAID)
    op.execute(
        "CREATE CONSTRAINT TRIGGER tr_termijn_vervallen AFTER UPDATE OF vervallen_door ON termijn"
        " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.vervallen_door <> 0)"
        " EXECUTE FUNCTION bewaak_vervallen()"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER tr_termijn_vervallen ON termijn")
    op.execute("DROP FUNCTION bewaak_vervallen()")
    _guard_price("prijs_centen")
    _replace("bewaak_termijnen", _adding_up(_STANDING_BEFORE, "tw.prijs_centen"))
    _replace("bewaak_prijs_van_toewijzing", _price(_STANDING_BEFORE, "tw.prijs_centen"))
    for name in ("bewaak_prijs_van_toewijzing", "bewaak_termijnen"):
        op.execute(f"ALTER FUNCTION {name}() SET enable_seqscan = off")
    op.drop_column("declaratie", "gebeurtenis")
    _unique_termijnen("mijlpaal", "begindatum")
    op.drop_column("termijn", "vervallen_door")
    op.drop_table("toewijzing_gebeurtenis")
    op.execute("ALTER TABLE toewijzing DROP CONSTRAINT ex_toewijzing_overlap")
    _guard_overlap("")
    for index in ("ix_toewijzing_stil", "ux_toewijzing_volgt_op"):
        op.drop_index(index, "toewijzing")
    for column in ("volgt_op", "opgeschort_vanaf", "is_in_beoordeling", "verschuldigd_centen"):
        op.drop_column("toewijzing", column)


def _let_toewijzingen_live() -> None:
    op.add_column(
        "toewijzing",
        sa.Column("verschuldigd_centen", sa.BigInteger(), comment="null: the price, as ever"),
    )
    op.add_column(
        "toewijzing",
        sa.Column("is_in_beoordeling", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.add_column(
        "toewijzing",
        sa.Column("opgeschort_vanaf", sa.Date(), comment="null: not on hold now"),
    )
    op.add_column(
        "toewijzing",
        sa.Column(
            "volgt_op",
            sa.Integer(),
            sa.ForeignKey("toewijzing.nummer", name=op.f("fk_toewijzing_volgt_op")),
            comment="the toewijzing that this one took over from",
        ),
    )
    op.create_check_constraint(
        op.f("ck_toewijzing_verschuldigd"),
        "toewijzing",
        "verschuldigd_centen BETWEEN 0 AND prijs_centen",
    )
    op.create_index(
        "ux_toewijzing_volgt_op",
        "toewijzing",
        ["volgt_op"],
        unique=True,
        postgresql_where=sa.text("volgt_op IS NOT NULL"),
    )
    op.create_index(
        "ix_toewijzing_stil",
        "toewijzing",
        ["aanbieder", "nummer"],
        postgresql_where=sa.text("opgeschort_vanaf IS NOT NULL OR is_in_beoordeling"),
    )
    op.execute("ALTER TABLE toewijzing DROP CONSTRAINT ex_toewijzing_overlap")
    _guard_overlap("WHERE (status <> 'ingetrokken')")
    op.create_table(
        "toewijzing_gebeurtenis",
        sa.Column("nummer", sa.Integer(), nullable=False),
        sa.Column("volgnummer", sa.SmallInteger(), nullable=False),
        sa.Column("soort", sa.Text(), nullable=False),
        sa.Column("datum", sa.Date(), nullable=False),
        sa.Column("reden", sa.Text(), nullable=True),
        sa.Column("toelichting", sa.Text(), nullable=True),
        sa.Column(
            "geplande_einddatum",
            sa.Date(),
            nullable=True,
            comment="of an end: the last day for which the price holds",
        ),
        sa.Column(
            "afrekening",
            postgresql.JSONB(),
            nullable=True,
            comment="cents: due, granted before it, booked back, left to declare",
        ),
        sa.Column(
            "geregistreerd_op",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("geregistreerd_door", sa.Text(), nullable=False),
        sa.CheckConstraint("volgnummer >= 1", name=op.f("ck_toewijzing_gebeurtenis_volgnummer")),
        sa.ForeignKeyConstraint(
            ["nummer"], ["toewijzing.nummer"], name=op.f("fk_toewijzing_gebeurtenis_nummer")
        ),
        sa.PrimaryKeyConstraint("nummer", "volgnummer", name=op.f("pk_toewijzing_gebeurtenis")),
        comment="what happened to a toewijzing after it was given, in order",
    )
    op.execute(
        "CREATE TRIGGER tr_toewijzing_gebeurtenis_onveranderlijk"
        " BEFORE UPDATE OR DELETE OR TRUNCATE ON toewijzing_gebeurtenis"
        " FOR EACH STATEMENT EXECUTE FUNCTION weiger_wijziging()"
    )


def _guard_overlap(where: str) -> None:
    op.execute(
        f"""
        ALTER TABLE toewijzing ADD CONSTRAINT ex_toewijzing_overlap EXCLUDE USING gist (
            int8range(inwoner_id, inwoner_id, '[]') WITH =,
            int8range(profiel_id::bigint, profiel_id::bigint, '[]') WITH =,
            int8range(aanbieder::bigint, aanbieder::bigint, '[]') WITH =,
            daterange(begindatum, einddatum, '[]') WITH &&
        ) {where}
        """
    )


def _guard_price(columns: str) -> None:
    op.execute("DROP TRIGGER tr_toewijzing_prijs ON toewijzing")
    op.execute(
        f"CREATE CONSTRAINT TRIGGER tr_toewijzing_prijs AFTER INSERT OR UPDATE OF {columns}"
        " ON toewijzing DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION bewaak_prijs_van_toewijzing()"
    )


def _unique_termijnen(*columns: str) -> None:
    name = "uq_termijn_toewijzing_nummer_mijlpaal_begindatum"
    for found in (name, f"{name}_vervallen_door"):
        op.execute(f"ALTER TABLE termijn DROP CONSTRAINT IF EXISTS {found}")
    op.create_unique_constraint(
        "_".join(("uq_termijn_toewijzing_nummer", *columns)),
        "termijn",
        ["toewijzing_nummer", *columns],
    )


def _replace(name: str, body: str) -> None:
    op.execute(
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $${body}$$"
    )
