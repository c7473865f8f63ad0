# SPDX-License-Identifier: EUPL-1.2
"""What the database itself refuses, whoever asks: triggers beside the constraints."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

FUNCTIONS = {
    "weiger_wijziging": """
        BEGIN
            RAISE EXCEPTION '% is onveranderlijk', TG_TABLE_NAME
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'onveranderlijk';
        END
    """,
    "bewaak_tarief": """
        BEGIN
            IF EXISTS (SELECT FROM tarieflijst
                       WHERE id IN (OLD.tarieflijst_id, NEW.tarieflijst_id)
                         AND vastgesteld_op IS NOT NULL) THEN
                RAISE EXCEPTION 'een vastgestelde tarieflijst is onveranderlijk'
                    USING ERRCODE = 'restrict_violation', CONSTRAINT = 'onveranderlijk';
            END IF;
            RETURN coalesce(NEW, OLD);
        END
    """,
    "bewaak_prijs_van_toewijzing": """
        BEGIN
            IF NEW.prijs_centen IS DISTINCT FROM (SELECT sum(bedrag_centen) FROM termijn
                                                  WHERE toewijzing_nummer = NEW.nummer) THEN
                RAISE EXCEPTION 'termijnen van toewijzing % tellen niet op tot de prijs', NEW.nummer
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'termijnen_tellen_op';
            END IF;
            RETURN NULL;
        END
    """,
    "bewaak_termijnen": """
        DECLARE
            fout integer;
        BEGIN
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
            RETURN NULL;
        END
    """,
    "bewaak_boekingen": """
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
                RAISE EXCEPTION 'termijn %/% slaat een beurt over',
                    fout.toewijzing_nummer, fout.termijn
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'beurt_volgt_op_beurt';
            END IF;
            IF EXISTS (SELECT FROM nieuw n
                       LEFT JOIN declaratieregel r
                              ON r.declaratie_id = n.declaratie_id
                             AND r.regelnummer = n.regelnummer
                       WHERE r.regelnummer IS NULL)
               OR EXISTS (SELECT gemeente FROM nieuw UNION SELECT betaler FROM nieuw
                          EXCEPT SELECT code FROM gemeente) THEN
                RAISE EXCEPTION 'een boeking verwijst naar een regel of gemeente die niet bestaat'
                    USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'boeking_verwijst';
            END IF;
            RETURN NULL;
        END
    """,
    "tel_boekingen_op": """
        BEGIN
            INSERT INTO kostensom AS som
            SELECT gemeente, begindatum, aanbieder, profiel_id, wet, sum(bedrag_centen), count(*)
            FROM nieuw
            GROUP BY gemeente, begindatum, aanbieder, profiel_id, wet
            ORDER BY gemeente, begindatum, aanbieder, profiel_id, wet
            ON CONFLICT (gemeente, begindatum, aanbieder, profiel_id, wet) DO UPDATE
            SET bedrag_centen = som.bedrag_centen + excluded.bedrag_centen,
                aantal_boekingen = som.aantal_boekingen + excluded.aantal_boekingen;
            RETURN NULL;
        END
    """,
    "bewaak_declaratieregels": """
        BEGIN
            IF EXISTS (SELECT FROM nieuw n
                       LEFT JOIN declaratie d
                              ON d.id = n.declaratie_id AND d.aanbieder = n.aanbieder
                       WHERE d.id IS NULL) THEN
                RAISE EXCEPTION 'een regel verwijst naar een declaratie die niet bestaat'
                    USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'regel_verwijst';
            END IF;
            RETURN NULL;
        END
    """,
}

TRIGGERS = {
    "boeking": [
        "tr_boeking_onveranderlijk BEFORE UPDATE OR DELETE OR TRUNCATE ON boeking"
        " FOR EACH STATEMENT EXECUTE FUNCTION weiger_wijziging()",
        "tr_boeking_nieuw AFTER INSERT ON boeking REFERENCING NEW TABLE AS nieuw"
        " FOR EACH STATEMENT EXECUTE FUNCTION bewaak_boekingen()",
        "tr_boeking_som AFTER INSERT ON boeking REFERENCING NEW TABLE AS nieuw"
        " FOR EACH STATEMENT EXECUTE FUNCTION tel_boekingen_op()",
    ],
    "declaratieregel": [
        "tr_declaratieregel_onveranderlijk BEFORE UPDATE OR DELETE OR TRUNCATE ON declaratieregel"
        " FOR EACH STATEMENT EXECUTE FUNCTION weiger_wijziging()",
        "tr_declaratieregel_nieuw AFTER INSERT ON declaratieregel REFERENCING NEW TABLE AS nieuw"
        " FOR EACH STATEMENT EXECUTE FUNCTION bewaak_declaratieregels()",
    ],
    "declaratie": [
        "tr_declaratie_blijft BEFORE DELETE OR TRUNCATE ON declaratie"
        " FOR EACH STATEMENT EXECUTE FUNCTION weiger_wijziging()",
    ],
    "oordeel": [
        "tr_oordeel_onveranderlijk BEFORE UPDATE OR DELETE ON oordeel"
        " FOR EACH ROW WHEN (OLD.uitkomst = 'afgekeurd') EXECUTE FUNCTION weiger_wijziging()",
    ],
    "gemeente": [
        "tr_gemeente_blijft BEFORE DELETE OR TRUNCATE ON gemeente"
        " FOR EACH STATEMENT EXECUTE FUNCTION weiger_wijziging()",
    ],
    "tarieflijst": [
        "tr_tarieflijst_onveranderlijk BEFORE UPDATE OR DELETE ON tarieflijst"
        " FOR EACH ROW WHEN (OLD.vastgesteld_op IS NOT NULL) EXECUTE FUNCTION weiger_wijziging()",
    ],
    "tarief": [
        "tr_tarief_onveranderlijk BEFORE INSERT OR UPDATE OR DELETE ON tarief"
        " FOR EACH ROW EXECUTE FUNCTION bewaak_tarief()",
    ],
    "termijn": [
        "tr_termijn_nieuw AFTER INSERT ON termijn REFERENCING NEW TABLE AS geraakt"
        " FOR EACH STATEMENT EXECUTE FUNCTION bewaak_termijnen()",
        "tr_termijn_gewijzigd AFTER UPDATE ON termijn REFERENCING NEW TABLE AS geraakt"
        " FOR EACH STATEMENT EXECUTE FUNCTION bewaak_termijnen()",
        "tr_termijn_blijft BEFORE DELETE OR TRUNCATE ON termijn"
        " FOR EACH STATEMENT EXECUTE FUNCTION weiger_wijziging()",
    ],
}


def upgrade() -> None:
    for name, body in FUNCTIONS.items():
        op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$")
    # They look up one toewijzing at a time, also where the tables grew from nothing just now.
    for name in ("bewaak_prijs_van_toewijzing", "bewaak_termijnen"):
        op.execute(f"ALTER FUNCTION {name}() SET enable_seqscan = off")
    for triggers in TRIGGERS.values():
        for trigger in triggers:
            op.execute(f"CREATE TRIGGER {trigger}")
    # Deferred, so that a toewijzing and its termijnen may come in one after the other.
    op.execute(
        "CREATE CONSTRAINT TRIGGER tr_toewijzing_prijs AFTER INSERT OR UPDATE OF prijs_centen"
        " ON toewijzing DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION bewaak_prijs_van_toewijzing()"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER tr_toewijzing_prijs ON toewijzing")
    for table, triggers in TRIGGERS.items():
        for trigger in triggers:
            op.execute(f"DROP TRIGGER {trigger.split()[0]} ON {table}")
    for name in FUNCTIONS:
        op.execute(f"DROP FUNCTION {name}()")
