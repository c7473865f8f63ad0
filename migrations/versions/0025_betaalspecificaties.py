# SPDX-License-Identifier: EUPL-1.2
"""What has to be paid for the boekingen, and what was: specifications, payments, payment orders.

Whoever books, a specification follows from it in the same statement: of all boekingen that one
statement makes of one declaratie for one betaler. The sums of kosten are kept by the same trigger,
which reads the new boekingen once for both.
"""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

# The date from which the term runs: a declaratie that is not settled yet is booked for the first
# time, what comes later is paid as from the day on which it was booked.
ADD_UP = """
BEGIN
    WITH groep AS (
        SELECT gemeente, begindatum, aanbieder, profiel_id, wet, betaler, declaratie_id, geboekt_op,
               sum(bedrag_centen) AS bedrag_centen, count(*) AS aantal_boekingen,
               sum(bedrag_centen) FILTER (WHERE bedrag_centen < 0) AS credit_centen,
               count(*) FILTER (WHERE deel = 1) AS aantal_regels
        FROM nieuw
        GROUP BY gemeente, begindatum, aanbieder, profiel_id, wet, betaler, declaratie_id,
                 geboekt_op
    ),
    som AS (
        INSERT INTO kostensom AS som
        SELECT gemeente, begindatum, aanbieder, profiel_id, wet,
               sum(bedrag_centen), sum(aantal_boekingen)
        FROM groep
        GROUP BY gemeente, begindatum, aanbieder, profiel_id, wet
        ORDER BY gemeente, begindatum, aanbieder, profiel_id, wet
        ON CONFLICT (gemeente, begindatum, aanbieder, profiel_id, wet) DO UPDATE
        SET bedrag_centen = som.bedrag_centen + excluded.bedrag_centen,
            aantal_boekingen = som.aantal_boekingen + excluded.aantal_boekingen
    ),
    kop AS (
        SELECT declaratie_id, betaler, aanbieder, geboekt_op, sum(aantal_regels) AS aantal_regels,
               sum(bedrag_centen) AS bedrag_centen,
               coalesce(sum(credit_centen), 0) AS credit_centen
        FROM groep
        GROUP BY declaratie_id, betaler, aanbieder, geboekt_op
    ),
    specificatie AS (
        INSERT INTO betaalspecificatie (
            declaratie_id, betaler, aanbieder, geboekt_op, aantal_regels, bedrag_centen,
            credit_centen, vervaldatum
        )
        SELECT k.*, dag.vanaf + coalesce(
                   (SELECT r.betaaltermijn_dagen FROM raamovereenkomst r
                    WHERE r.aanbieder = k.aanbieder AND r.begindatum <= dag.vanaf
                    ORDER BY r.begindatum DESC LIMIT 1), 30)
        FROM kop k
        JOIN declaratie d ON d.id = k.declaratie_id
        CROSS JOIN LATERAL (
            SELECT (CASE WHEN d.afgehandeld_op IS NULL THEN d.ontvangen_op ELSE k.geboekt_op END
                    AT TIME ZONE 'Europe/Amsterdam')::date AS vanaf
        ) dag
        ORDER BY k.betaler
        RETURNING id, declaratie_id, betaler, geboekt_op
    )
    INSERT INTO kostendeel (
        specificatie_id, gemeente, wet, profiel_id, maand, bedrag_centen, aantal_boekingen
    )
    SELECT s.id, g.gemeente, g.wet, g.profiel_id, date_trunc('month', g.begindatum)::date,
           sum(g.bedrag_centen), sum(g.aantal_boekingen)
    FROM groep g
    JOIN specificatie s USING (declaratie_id, betaler, geboekt_op)
    GROUP BY 1, 2, 3, 4, 5;
    RETURN NULL;
END
"""

# As it was in 0002.
ADD_UP_BEFORE = """
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
"""

ADD_PAYMENTS = """
BEGIN
    UPDATE betaalspecificatie s
    SET betaald_centen = s.betaald_centen + b.bedrag_centen
    FROM (SELECT specificatie_id, sum(bedrag_centen) AS bedrag_centen
          FROM nieuw GROUP BY specificatie_id) b
    WHERE s.id = b.specificatie_id;
    RETURN NULL;
END
"""

# What was booked before there were specifications gets them too: one for each betaler and moment of
# booking. No due date was agreed on then: the usual 30 days after that day.
SPECIFY = """
WITH kop AS (
    INSERT INTO betaalspecificatie (
        declaratie_id, betaler, aanbieder, geboekt_op, aantal_regels, bedrag_centen, credit_centen,
        vervaldatum
    )
    SELECT declaratie_id, betaler, aanbieder, geboekt_op, count(*) FILTER (WHERE deel = 1),
           sum(bedrag_centen), coalesce(sum(bedrag_centen) FILTER (WHERE bedrag_centen < 0), 0),
           (geboekt_op AT TIME ZONE 'Europe/Amsterdam')::date + 30
    FROM boeking
    GROUP BY declaratie_id, betaler, aanbieder, geboekt_op
    ORDER BY geboekt_op, declaratie_id, betaler
    RETURNING id, declaratie_id, betaler, geboekt_op
)
INSERT INTO kostendeel (
    specificatie_id, gemeente, wet, profiel_id, maand, bedrag_centen, aantal_boekingen
)
SELECT kop.id, b.gemeente, b.wet, b.profiel_id, date_trunc('month', b.begindatum)::date,
       sum(b.bedrag_centen), count(*)
FROM boeking b
JOIN kop USING (declaratie_id, betaler, geboekt_op)
GROUP BY 1, 2, 3, 4, 5
"""

TRIGGERS = {
    "betaling": [
        "tr_betaling_onveranderlijk BEFORE UPDATE OR DELETE OR TRUNCATE ON betaling"
        " FOR EACH STATEMENT EXECUTE FUNCTION weiger_wijziging()",
        "tr_betaling_nieuw AFTER INSERT ON betaling REFERENCING NEW TABLE AS nieuw"
        " FOR EACH STATEMENT EXECUTE FUNCTION tel_betalingen_op()",
    ],
    "betaalspecificatie": [
        "tr_betaalspecificatie_blijft BEFORE DELETE OR TRUNCATE ON betaalspecificatie"
        " FOR EACH STATEMENT EXECUTE FUNCTION weiger_wijziging()",
        "tr_betaalspecificatie_bevroren BEFORE UPDATE OF id, declaratie_id, betaler, aanbieder,"
        " geboekt_op, aantal_regels, bedrag_centen, credit_centen, vervaldatum"
        " ON betaalspecificatie"
        " FOR EACH STATEMENT EXECUTE FUNCTION weiger_wijziging()",
    ],
    "kostendeel": [
        "tr_kostendeel_onveranderlijk BEFORE UPDATE OR DELETE OR TRUNCATE ON kostendeel"
        " FOR EACH STATEMENT EXECUTE FUNCTION weiger_wijziging()",
    ],
    "bankrekening": [
        "tr_bankrekening_onveranderlijk BEFORE UPDATE OR DELETE OR TRUNCATE ON bankrekening"
        " FOR EACH STATEMENT EXECUTE FUNCTION weiger_wijziging()",
    ],
    "overboeking": [
        "tr_overboeking_onveranderlijk BEFORE UPDATE OR DELETE OR TRUNCATE ON overboeking"
        " FOR EACH STATEMENT EXECUTE FUNCTION weiger_wijziging()",
    ],
}


def upgrade() -> None:
    op.add_column(
        "raamovereenkomst",
        sa.Column("betaaltermijn_dagen", sa.SmallInteger(), server_default="30", nullable=False),
    )
    op.create_check_constraint(
        "betaaltermijn", "raamovereenkomst", "betaaltermijn_dagen BETWEEN 1 AND 60"
    )
    _create_accounts()
    _create_orders()
    _create_specifications()
    op.execute(SPECIFY)
    _replace("tel_boekingen_op", ADD_UP)
    _replace("tel_betalingen_op", ADD_PAYMENTS)
    for triggers in TRIGGERS.values():
        for trigger in triggers:
            op.execute(f"CREATE TRIGGER {trigger}")


def downgrade() -> None:
    _replace("tel_boekingen_op", ADD_UP_BEFORE)
    for table in (
        *("betaling", "opdrachtdeel", "kostendeel", "betaalspecificatie"),
        *("overboeking", "betaalopdracht", "bankrekening"),
    ):
        op.drop_table(table)
    op.execute("DROP FUNCTION tel_betalingen_op()")
    op.drop_constraint(op.f("ck_raamovereenkomst_betaaltermijn"), "raamovereenkomst")
    op.drop_column("raamovereenkomst", "betaaltermijn_dagen")


def _create_accounts() -> None:
    op.create_table(
        "bankrekening",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("aanbieder", sa.Text(), nullable=True),
        sa.Column("gemeente", sa.Text(), nullable=True),
        sa.Column("iban", sa.Text(), nullable=False),
        sa.Column("tenaamstelling", sa.Text(), nullable=False),
        sa.Column("vastgelegd_door", sa.Text(), nullable=False),
        _now("vastgelegd_op"),
        sa.CheckConstraint(
            "num_nonnulls(aanbieder, gemeente) = 1", name=op.f("ck_bankrekening_van_wie")
        ),
        sa.CheckConstraint(
            "iban ~ '^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$'", name=op.f("ck_bankrekening_iban")
        ),
        sa.ForeignKeyConstraint(
            ["aanbieder"], ["aanbieder.agb"], name=op.f("fk_bankrekening_aanbieder")
        ),
        sa.ForeignKeyConstraint(
            ["gemeente"], ["gemeente.code"], name=op.f("fk_bankrekening_gemeente")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bankrekening")),
        comment="append only: of one aanbieder or gemeente the last holds",
    )
    op.create_index("ix_bankrekening_aanbieder", "bankrekening", ["aanbieder"])
    op.create_index("ix_bankrekening_gemeente", "bankrekening", ["gemeente"])


def _create_orders() -> None:
    op.create_table(
        "betaalopdracht",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("gemeente", sa.Text(), nullable=False),
        sa.Column("uitvoerdatum", sa.Date(), nullable=False),
        sa.Column("iban", sa.Text(), nullable=False),
        sa.Column("tenaamstelling", sa.Text(), nullable=False),
        sa.Column(
            "bestand", sa.LargeBinary(), nullable=True, comment="pain.001; null: nothing to pay"
        ),
        sa.Column("aangemaakt_door", sa.Text(), nullable=False),
        _now("aangemaakt_op"),
        sa.Column("uitgevoerd_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ingetrokken_op", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "num_nonnulls(uitgevoerd_op, ingetrokken_op) <= 1", name=op.f("ck_betaalopdracht_einde")
        ),
        sa.ForeignKeyConstraint(
            ["gemeente"], ["gemeente.code"], name=op.f("fk_betaalopdracht_gemeente")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_betaalopdracht")),
    )
    op.create_index("ix_betaalopdracht_gemeente", "betaalopdracht", ["gemeente"])
    op.create_table(
        "overboeking",
        sa.Column("opdracht_id", sa.Integer(), nullable=False),
        sa.Column("aanbieder", sa.Text(), nullable=False),
        sa.Column("iban", sa.Text(), nullable=False),
        sa.Column("tenaamstelling", sa.Text(), nullable=False),
        sa.Column("bedrag_centen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("bedrag_centen > 0", name=op.f("ck_overboeking_bedrag")),
        sa.ForeignKeyConstraint(
            ["opdracht_id"], ["betaalopdracht.id"], name=op.f("fk_overboeking_opdracht_id")
        ),
        sa.PrimaryKeyConstraint("opdracht_id", "aanbieder", name=op.f("pk_overboeking")),
    )


def _create_specifications() -> None:
    op.create_table(
        "betaalspecificatie",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("declaratie_id", sa.BigInteger(), nullable=False),
        sa.Column("betaler", sa.Text(), nullable=False),
        sa.Column("aanbieder", sa.Text(), nullable=False),
        sa.Column("geboekt_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("aantal_regels", sa.Integer(), nullable=False),
        sa.Column("bedrag_centen", sa.BigInteger(), nullable=False),
        sa.Column("credit_centen", sa.BigInteger(), nullable=False),
        sa.Column("vervaldatum", sa.Date(), nullable=False),
        sa.Column("betaald_centen", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column(
            "opdracht_id", sa.Integer(), nullable=True, comment="the order in which it stands now"
        ),
        sa.CheckConstraint("credit_centen <= 0", name=op.f("ck_betaalspecificatie_credit")),
        sa.CheckConstraint(
            "betaald_centen * sign(bedrag_centen) BETWEEN 0 AND abs(bedrag_centen)"
            " AND (bedrag_centen <> 0 OR betaald_centen = 0)",
            name=op.f("ck_betaalspecificatie_betaald"),
        ),
        sa.ForeignKeyConstraint(
            ["declaratie_id"], ["declaratie.id"], name=op.f("fk_betaalspecificatie_declaratie_id")
        ),
        sa.ForeignKeyConstraint(
            ["opdracht_id"], ["betaalopdracht.id"], name=op.f("fk_betaalspecificatie_opdracht_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_betaalspecificatie")),
        sa.UniqueConstraint(
            *("declaratie_id", "betaler", "geboekt_op"), name="uq_betaalspecificatie"
        ),
        comment="all that one statement booked of a declaratie for a betaler",
    )
    op.create_index(
        "ix_betaalspecificatie_betaler_geboekt_op", "betaalspecificatie", ["betaler", "geboekt_op"]
    )
    op.create_index("ix_betaalspecificatie_aanbieder", "betaalspecificatie", ["aanbieder"])
    op.create_index(
        "ix_betaalspecificatie_open",
        "betaalspecificatie",
        ["betaler", "aanbieder"],
        postgresql_where=sa.text("bedrag_centen <> betaald_centen"),
    )
    op.create_table(
        "kostendeel",
        sa.Column("specificatie_id", sa.Integer(), nullable=False),
        sa.Column("gemeente", sa.Text(), nullable=False),
        sa.Column("wet", sa.Text(), nullable=False),
        sa.Column("profiel_id", sa.Integer(), nullable=False),
        sa.Column(
            "maand", sa.Date(), nullable=False, comment="its first day; that of the begindatum"
        ),
        sa.Column("bedrag_centen", sa.BigInteger(), nullable=False),
        sa.Column("aantal_boekingen", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["specificatie_id"],
            ["betaalspecificatie.id"],
            name=op.f("fk_kostendeel_specificatie_id"),
        ),
        sa.PrimaryKeyConstraint(
            *("specificatie_id", "gemeente", "wet", "profiel_id", "maand"),
            name=op.f("pk_kostendeel"),
        ),
        comment="what each gemeente bears of a specification; kept by a trigger on boeking",
    )
    op.create_index("ix_kostendeel_gemeente", "kostendeel", ["gemeente"])
    op.create_table(
        "opdrachtdeel",
        sa.Column("opdracht_id", sa.Integer(), nullable=False),
        sa.Column("specificatie_id", sa.Integer(), nullable=False),
        sa.Column("bedrag_centen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("bedrag_centen <> 0", name=op.f("ck_opdrachtdeel_bedrag")),
        sa.ForeignKeyConstraint(
            ["opdracht_id"], ["betaalopdracht.id"], name=op.f("fk_opdrachtdeel_opdracht_id")
        ),
        sa.ForeignKeyConstraint(
            ["specificatie_id"],
            ["betaalspecificatie.id"],
            name=op.f("fk_opdrachtdeel_specificatie_id"),
        ),
        sa.PrimaryKeyConstraint("opdracht_id", "specificatie_id", name=op.f("pk_opdrachtdeel")),
    )
    op.create_table(
        "betaling",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("specificatie_id", sa.Integer(), nullable=False),
        sa.Column("datum", sa.Date(), nullable=False),
        sa.Column("bedrag_centen", sa.BigInteger(), nullable=False),
        sa.Column("kenmerk", sa.Text(), nullable=False),
        sa.Column("opdracht_id", sa.Integer(), nullable=True),
        sa.Column("geregistreerd_door", sa.Text(), nullable=False),
        _now("geregistreerd_op"),
        sa.CheckConstraint("bedrag_centen <> 0", name=op.f("ck_betaling_bedrag")),
        sa.ForeignKeyConstraint(
            ["specificatie_id"], ["betaalspecificatie.id"], name=op.f("fk_betaling_specificatie_id")
        ),
        sa.ForeignKeyConstraint(
            ["opdracht_id"], ["betaalopdracht.id"], name=op.f("fk_betaling_opdracht_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_betaling")),
        sa.UniqueConstraint(
            *("specificatie_id", "kenmerk"), name=op.f("uq_betaling_specificatie_id_kenmerk")
        ),
        comment="append only",
    )


def _now(name: str) -> sa.Column[datetime]:
    return sa.Column(
        name, sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
    )


def _replace(name: str, body: str) -> None:
    op.execute(
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $${body}$$"
    )
