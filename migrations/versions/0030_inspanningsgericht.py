# SPDX-License-Identifier: EUPL-1.2
"""Help paid by volume: an eenheid on a profiel, an omvang on a toewijzing, a volume on a line.

Of a toewijzing without omvang nothing is stored, looked up or proven that was not before.
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None
lint_exceptions = {"constraint-missing-not-valid": "profielen are few, and written to hardly ever"}

EENHEDEN = "('01', '04', '14', '16', '84')"

FUNCTIONS = {
    # What is counted in: minutes where a toewijzing is in hours, so that both can be declared.
    "telbaar(volume bigint, eenheid text, toegewezen text) RETURNS bigint": """
        SELECT CASE
            WHEN eenheid = toegewezen THEN volume * CASE toegewezen WHEN '04' THEN 60 ELSE 1 END
            WHEN eenheid = '01' AND toegewezen = '04' THEN volume
        END
    """,
    # The tarief is per eenheid of the toewijzing; rounded half up once.
    "volumebedrag(geteld bigint, toegewezen text, tarief_centen bigint) RETURNS numeric": """
        SELECT round(tarief_centen::numeric * geteld / CASE toegewezen WHEN '04' THEN 60 ELSE 1 END)
    """,
    # Takes in what fits, in the order in which it comes; the state is what was taken in.
    "neem_op(opgenomen bigint, geteld bigint, ruimte bigint) RETURNS bigint": """
        SELECT CASE WHEN opgenomen + geteld <= ruimte THEN opgenomen + geteld ELSE opgenomen END
    """,
}

PROVE_OMVANG = """
BEGIN
    IF NOT EXISTS (
        SELECT FROM toewijzing tw
        WHERE tw.nummer = NEW.toewijzing_nummer AND tw.aanbieder = NEW.aanbieder
          AND tw.tarief_centen = NEW.tarief_centen
          AND tw.prijs_centen = NEW.totaal * NEW.tarief_centen
          AND cardinality(NEW.maxima) = (SELECT count(*) FROM termijn
                                         WHERE toewijzing_nummer = tw.nummer)
    ) THEN
        RAISE EXCEPTION 'omvang van toewijzing % past niet bij haar prijs en termijnen',
            NEW.toewijzing_nummer
            USING ERRCODE = 'check_violation', CONSTRAINT = 'omvang_volgt_toewijzing';
    END IF;
    RETURN NULL;
END
"""

# As in 0013, but for what is in the braces.
PROVE_BOEKINGEN = """
DECLARE
    grens record;
    fout record;
BEGIN
    SELECT min(toewijzing_nummer) AS van, max(toewijzing_nummer) AS tot,
           min(declaratie_id) AS eerste, max(declaratie_id) AS laatste, max(beurt) AS beurt
    INTO grens
    FROM nieuw;
    SELECT n.toewijzing_nummer, n.termijn,
           min(n.deel) <> 1 OR sum(n.bedrag_centen) IS DISTINCT FROM
           CASE n.beurt % 2 WHEN 0 THEN t.bedrag_centen ELSE -t.bedrag_centen END AS telt_niet_op
    INTO fout
    FROM nieuw n
    LEFT JOIN termijn t
           ON t.toewijzing_nummer = n.toewijzing_nummer AND t.volgnummer = n.termijn
          AND t.toewijzing_nummer BETWEEN grens.van AND grens.tot
    LEFT JOIN declaratieregel r
           ON r.declaratie_id = n.declaratie_id AND r.regelnummer = n.regelnummer
          AND r.declaratie_id BETWEEN grens.eerste AND grens.laatste
    LEFT JOIN gemeente g ON g.code = n.gemeente
    WHERE (n.deel = 1 AND n.dagen = n.einddatum - n.begindatum + 1
           AND n.bedrag_centen = CASE n.beurt % 2 WHEN 0 THEN t.bedrag_centen
                                                  ELSE -t.bedrag_centen END
           AND n.betaler = t.betaler AND r.regelnummer IS NOT NULL AND g.code IS NOT NULL)
          IS NOT TRUE
    GROUP BY n.toewijzing_nummer, n.termijn, n.beurt, t.bedrag_centen, t.betaler
    HAVING min(n.deel) <> 1
        OR sum(n.bedrag_centen) IS DISTINCT FROM
           CASE n.beurt % 2 WHEN 0 THEN t.bedrag_centen ELSE -t.bedrag_centen END
           {unless_by_volume}
        OR bool_or(n.betaler <> t.betaler OR r.regelnummer IS NULL OR g.code IS NULL)
    ORDER BY telt_niet_op DESC
    LIMIT 1;
    IF fout.telt_niet_op THEN
        RAISE EXCEPTION 'boekingen van termijn %/% tellen niet op',
            fout.toewijzing_nummer, fout.termijn
            USING ERRCODE = 'check_violation', CONSTRAINT = 'boekingen_tellen_op';
    ELSIF NOT fout.telt_niet_op THEN
        RAISE EXCEPTION
            'een boeking van termijn %/% verwijst naar een regel of gemeente die niet klopt',
            fout.toewijzing_nummer, fout.termijn
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'boeking_verwijst';
    END IF;
    {by_volume}
    IF grens.beurt = 0 THEN
        RETURN NULL;
    END IF;
    SELECT n.toewijzing_nummer, n.termijn INTO fout
    FROM nieuw n
    LEFT JOIN boeking vorige
           ON vorige.toewijzing_nummer = n.toewijzing_nummer
          AND vorige.termijn = n.termijn AND vorige.beurt = n.beurt - 1
          AND vorige.toewijzing_nummer BETWEEN grens.van AND grens.tot
    WHERE n.beurt > 0 AND vorige.beurt IS NULL
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'termijn %/% slaat een beurt over', fout.toewijzing_nummer, fout.termijn
            USING ERRCODE = 'check_violation', CONSTRAINT = 'beurt_volgt_op_beurt';
    END IF;
    RETURN NULL;
END
"""

UNLESS_BY_VOLUME = """
           AND NOT EXISTS (SELECT FROM omvang om WHERE om.toewijzing_nummer = n.toewijzing_nummer)
"""

# Each new turn comes to what its line asks and its volume costs, and takes no more than its termijn
# may; no toewijzing is granted more than its whole, or less than nothing.
BY_VOLUME = """
    IF EXISTS (SELECT FROM omvang WHERE toewijzing_nummer BETWEEN grens.van AND grens.tot) THEN
        SELECT n.toewijzing_nummer, n.termijn INTO fout
        FROM nieuw n
        JOIN omvang om ON om.toewijzing_nummer = n.toewijzing_nummer
                      AND om.toewijzing_nummer BETWEEN grens.van AND grens.tot
        LEFT JOIN declaratieregel r
               ON r.declaratie_id = n.declaratie_id AND r.regelnummer = n.regelnummer
              AND r.declaratie_id BETWEEN grens.eerste AND grens.laatste
        GROUP BY n.toewijzing_nummer, n.termijn, n.beurt, om.eenheid, om.tarief_centen, om.maxima,
                 r.bedrag_centen, r.volume, r.eenheid
        HAVING min(n.deel) <> 1
            OR (sum(n.bedrag_centen) = CASE n.beurt % 2 WHEN 0 THEN r.bedrag_centen
                                                        ELSE -r.bedrag_centen END
                AND r.bedrag_centen = volumebedrag(telbaar(r.volume, r.eenheid, om.eenheid),
                                                   om.eenheid, om.tarief_centen)
                AND telbaar(r.volume, r.eenheid, om.eenheid)
                    <= telbaar(om.maxima[n.termijn], om.eenheid, om.eenheid)) IS NOT TRUE
        LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'boekingen van termijn %/% passen niet bij het volume',
                fout.toewijzing_nummer, fout.termijn
                USING ERRCODE = 'check_violation', CONSTRAINT = 'boekingen_tellen_op';
        END IF;
        SELECT om.toewijzing_nummer INTO fout
        FROM omvang om
        JOIN boeking b ON b.toewijzing_nummer = om.toewijzing_nummer AND b.deel = 1
                      AND b.toewijzing_nummer BETWEEN grens.van AND grens.tot
        JOIN declaratieregel r
          ON r.declaratie_id = b.declaratie_id AND r.regelnummer = b.regelnummer
        WHERE om.toewijzing_nummer BETWEEN grens.van AND grens.tot
          AND om.toewijzing_nummer IN (SELECT toewijzing_nummer FROM nieuw)
        GROUP BY om.toewijzing_nummer
        HAVING sum(CASE b.beurt % 2 WHEN 0 THEN 1 ELSE -1 END
                   * telbaar(r.volume, r.eenheid, om.eenheid))
               NOT BETWEEN 0 AND telbaar(om.totaal, om.eenheid, om.eenheid)
        LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'toewijzing % krijgt meer volume dan zij omvat', fout.toewijzing_nummer
                USING ERRCODE = 'check_violation', CONSTRAINT = 'volume_past';
        END IF;
    END IF;
"""


def upgrade() -> None:
    op.add_column(
        "profiel", sa.Column("eenheid", sa.Text(), comment="of the tarief, where it is by volume")
    )
    op.create_check_constraint(
        op.f("ck_profiel_eenheid"),
        "profiel",
        f"eenheid IS NULL OR eenheid IN {EENHEDEN} AND bekostiging = 'inspanningsgericht'",
    )
    op.add_column("declaratieregel", sa.Column("volume", sa.Integer()))
    op.add_column("declaratieregel", sa.Column("eenheid", sa.Text()))
    _create_omvang()
    for name, body in FUNCTIONS.items():
        op.execute(f"CREATE FUNCTION {name} LANGUAGE sql IMMUTABLE AS $${body}$$")
    op.execute(
        "CREATE AGGREGATE opgenomen (bigint, bigint)"
        " (SFUNC = neem_op, STYPE = bigint, INITCOND = 0)"
    )
    _replace("bewaak_omvang", PROVE_OMVANG)
    op.execute(
        "CREATE TRIGGER tr_omvang_nieuw AFTER INSERT ON omvang"
        " FOR EACH ROW EXECUTE FUNCTION bewaak_omvang()"
    )
    op.execute(
        "CREATE TRIGGER tr_omvang_onveranderlijk BEFORE UPDATE OR DELETE OR TRUNCATE ON omvang"
        " FOR EACH STATEMENT EXECUTE FUNCTION weiger_wijziging()"
    )
    _prove_boekingen(UNLESS_BY_VOLUME, BY_VOLUME)


def downgrade() -> None:
    _prove_boekingen("", "")
    op.drop_table("omvang")
    op.execute("DROP FUNCTION bewaak_omvang()")
    op.execute("DROP AGGREGATE opgenomen (bigint, bigint)")
    for name in FUNCTIONS:
        op.execute(f"DROP FUNCTION {name.partition(' RETURNS')[0]}")
    op.drop_column("declaratieregel", "eenheid")
    op.drop_column("declaratieregel", "volume")
    op.drop_constraint(op.f("ck_profiel_eenheid"), "profiel", type_="check")
    op.drop_column("profiel", "eenheid")


def _create_omvang() -> None:
    op.create_table(
        "omvang",
        sa.Column("toewijzing_nummer", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("aanbieder", sa.Text(), nullable=False),
        sa.Column("volume", sa.Integer(), nullable=False),
        sa.Column("eenheid", sa.Text(), nullable=False),
        sa.Column("frequentie", sa.Text(), nullable=False),
        sa.Column("tarief_centen", sa.BigInteger(), nullable=False),
        sa.Column("totaal", sa.BigInteger(), nullable=False),
        sa.Column(
            "maxima", sa.ARRAY(sa.BigInteger()), nullable=False, comment="by volgnummer of termijn"
        ),
        sa.CheckConstraint(f"eenheid IN {EENHEDEN}", name=op.f("ck_omvang_eenheid")),
        sa.CheckConstraint("frequentie IN ('1', '2', '4', '6')", name=op.f("ck_omvang_frequentie")),
        sa.CheckConstraint(
            "volume > 0 AND totaal > 0 AND 0 <= ALL (maxima)", name=op.f("ck_omvang_volume")
        ),
        sa.ForeignKeyConstraint(
            ["toewijzing_nummer"], ["toewijzing.nummer"], name=op.f("fk_omvang_toewijzing_nummer")
        ),
        sa.PrimaryKeyConstraint("toewijzing_nummer", name=op.f("pk_omvang")),
        comment="of a toewijzing that is paid by volume; volumes in its eenheid",
    )
    op.create_index(
        op.f("ix_omvang_aanbieder_toewijzing_nummer"), "omvang", ["aanbieder", "toewijzing_nummer"]
    )


def _prove_boekingen(unless_by_volume: str, by_volume: str) -> None:
    body = PROVE_BOEKINGEN.format(unless_by_volume=unless_by_volume, by_volume=by_volume)
    _replace("bewaak_boekingen", body)


def _replace(name: str, body: str) -> None:
    op.execute(
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $${body}$$"
    )
