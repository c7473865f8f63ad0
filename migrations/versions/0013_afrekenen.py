# SPDX-License-Identifier: EUPL-1.2
"""Settle a million lines near the limit: what a line needs stands on its termijn, proofs pass once.

A termijn carries what its toewijzing says of it, and what was frozen so cannot come to differ. The
proof of boekingen reads them once and looks only there where they may point to; a refused or held
line is proven to exist with all others of its statement, where a foreign key looked each up.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

FROZEN = ("aanbieder", "inwoner_id", "betaler", "profiel_id", "wet")

FREEZE = """
UPDATE termijn t
SET aanbieder = tw.aanbieder, inwoner_id = tw.inwoner_id, betaler = tw.gemeente,
    profiel_id = tw.profiel_id, wet = tw.wet
FROM toewijzing tw
WHERE tw.nummer = t.toewijzing_nummer
"""

TERMIJNEN_ADD_UP = """
    SELECT tw.nummer INTO fout
    FROM (SELECT DISTINCT toewijzing_nummer FROM geraakt) g
    JOIN toewijzing tw ON tw.nummer = g.toewijzing_nummer
    WHERE tw.prijs_centen <> (SELECT sum(bedrag_centen) FROM termijn t
                              WHERE t.toewijzing_nummer = tw.nummer)
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'termijnen van toewijzing % tellen niet op tot de prijs', fout
            USING ERRCODE = 'check_violation', CONSTRAINT = 'termijnen_tellen_op';
    END IF;
"""

TERMIJNEN_ARE_FROZEN = """
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

# The bounds let the planner see how little of the large tables the new rows can point to. A boeking
# that is right by itself, as most are, is the only part of its turn: a part that counts all days
# leaves none for another. The others are added up.
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

PROVE_OORDELEN = """
DECLARE
    grens record;
BEGIN
    SELECT min(declaratie_id) AS eerste, max(declaratie_id) AS laatste INTO grens FROM nieuw;
    IF EXISTS (SELECT FROM nieuw n
               LEFT JOIN declaratieregel r
                      ON r.declaratie_id = n.declaratie_id AND r.regelnummer = n.regelnummer
                     AND r.declaratie_id BETWEEN grens.eerste AND grens.laatste
               WHERE r.regelnummer IS NULL) THEN
        RAISE EXCEPTION 'een oordeel verwijst naar een regel die niet bestaat'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'oordeel_verwijst';
    END IF;
    RETURN NULL;
END
"""

# As they were in 0002.
PROVE_BOEKINGEN_BEFORE = """
DECLARE
    fout record;
BEGIN
    SELECT n.toewijzing_nummer, n.termijn INTO fout
    FROM nieuw n
    LEFT JOIN termijn t
           ON t.toewijzing_nummer = n.toewijzing_nummer AND t.volgnummer = n.termijn
    GROUP BY n.toewijzing_nummer, n.termijn, n.beurt, t.bedrag_centen
    HAVING min(n.deel) <> 1
        OR sum(n.bedrag_centen) IS DISTINCT FROM
           CASE n.beurt % 2 WHEN 0 THEN t.bedrag_centen ELSE -t.bedrag_centen END
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'boekingen van termijn %/% tellen niet op',
            fout.toewijzing_nummer, fout.termijn
            USING ERRCODE = 'check_violation', CONSTRAINT = 'boekingen_tellen_op';
    END IF;
    SELECT n.toewijzing_nummer, n.termijn INTO fout
    FROM nieuw n
    LEFT JOIN boeking vorige
           ON vorige.toewijzing_nummer = n.toewijzing_nummer
          AND vorige.termijn = n.termijn AND vorige.beurt = n.beurt - 1
    WHERE n.beurt > 0 AND vorige.beurt IS NULL
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'termijn %/% slaat een beurt over', fout.toewijzing_nummer, fout.termijn
            USING ERRCODE = 'check_violation', CONSTRAINT = 'beurt_volgt_op_beurt';
    END IF;
    IF EXISTS (SELECT FROM nieuw n
               LEFT JOIN declaratieregel r
                      ON r.declaratie_id = n.declaratie_id AND r.regelnummer = n.regelnummer
               WHERE r.regelnummer IS NULL)
       OR EXISTS (SELECT gemeente FROM nieuw UNION SELECT betaler FROM nieuw
                  EXCEPT SELECT code FROM gemeente) THEN
        RAISE EXCEPTION 'een boeking verwijst naar een regel of gemeente die niet bestaat'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'boeking_verwijst';
    END IF;
    RETURN NULL;
END
"""


def upgrade() -> None:
    _freeze()
    op.create_table_comment("termijn", "carries all that a declared line is judged and booked by")
    _replace("bewaak_boekingen", PROVE_BOEKINGEN)
    _replace("bewaak_termijnen", _checking(TERMIJNEN_ADD_UP + TERMIJNEN_ARE_FROZEN))
    op.execute("ALTER FUNCTION bewaak_termijnen() SET enable_seqscan = off")
    op.execute(
        "CREATE TRIGGER tr_toewijzing_bevroren"
        " BEFORE UPDATE OF nummer, aanbieder, inwoner_id, gemeente, profiel_id, wet ON toewijzing"
        " FOR EACH STATEMENT EXECUTE FUNCTION weiger_wijziging()"
    )
    op.drop_constraint(op.f("fk_oordeel_declaratie_id_regelnummer"), "oordeel", type_="foreignkey")
    _replace("bewaak_oordelen", PROVE_OORDELEN)
    op.execute(
        "CREATE TRIGGER tr_oordeel_nieuw AFTER INSERT ON oordeel REFERENCING NEW TABLE AS nieuw"
        " FOR EACH STATEMENT EXECUTE FUNCTION bewaak_oordelen()"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER tr_oordeel_nieuw ON oordeel")
    op.execute("DROP FUNCTION bewaak_oordelen()")
    op.create_foreign_key(
        op.f("fk_oordeel_declaratie_id_regelnummer"),
        "oordeel",
        "declaratieregel",
        ["declaratie_id", "regelnummer"],
        ["declaratie_id", "regelnummer"],
    )
    op.execute("DROP TRIGGER tr_toewijzing_bevroren ON toewijzing")
    _replace("bewaak_termijnen", _checking(TERMIJNEN_ADD_UP))
    op.execute("ALTER FUNCTION bewaak_termijnen() SET enable_seqscan = off")
    _replace("bewaak_boekingen", PROVE_BOEKINGEN_BEFORE)
    op.drop_table_comment("termijn")
    for name in FROZEN:
        op.drop_column("termijn", name)


def _freeze() -> None:
    for name, kind in zip(
        FROZEN, (sa.Text, sa.BigInteger, sa.Text, sa.Integer, sa.Text), strict=True
    ):
        op.add_column("termijn", sa.Column(name, kind(), nullable=True))
    op.execute("ALTER TABLE termijn DISABLE TRIGGER tr_termijn_gewijzigd")
    op.execute(FREEZE)
    op.execute("ALTER TABLE termijn ENABLE TRIGGER tr_termijn_gewijzigd")
    for name in FROZEN:
        op.alter_column("termijn", name, nullable=False)


def _checking(checks: str) -> str:
    return f"DECLARE fout integer; BEGIN {checks} RETURN NULL; END"


def _replace(name: str, body: str) -> None:
    op.execute(
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $${body}$$"
    )
