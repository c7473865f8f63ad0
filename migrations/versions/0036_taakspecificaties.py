# SPDX-License-Identifier: EUPL-1.2
"""Tasks in the money trail: what is booked of a taakopdracht is specified as lines are.

Whoever books an instalment, a specification follows in the same statement: of all that one
statement books of one task for one gemeente. A task has no wet or profiel: its costs stand under
`taakopdracht`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None
lint_exceptions = {
    "adding-foreign-key-constraint": "the column is new and holds nothing yet",
    "ban-drop-not-null": "who reads it reads the null too, from the same release on",
    "ban-drop-constraint": "a wider one takes its place in the same transaction",
    "constraint-missing-not-valid": "it holds for every row; seconds for a million",
    "disallowed-unique-constraint": "of a column that is new and holds nothing yet",
    "adding-not-nullable-field": "on the way back only",
    "require-concurrent-index-creation": "of a column that is new and holds nothing yet",
}

FROZEN = (
    "id, declaratie_id, betaler, aanbieder, geboekt_op, aantal_regels, bedrag_centen,"
    " credit_centen, vervaldatum"
)

# Due as long after the day of booking as the contract says that had begun by then; 30 days without.
SPECIFY = """
    WITH kop AS (
        INSERT INTO betaalspecificatie (
            taakopdracht_nummer, betaler, aanbieder, geboekt_op, aantal_regels, bedrag_centen,
            credit_centen, vervaldatum
        )
        SELECT n.taakopdracht_nummer, n.gemeente, o.aanbieder, n.geboekt_op, count(*),
               sum(t.bedrag_centen), 0,
               (n.geboekt_op AT TIME ZONE 'Europe/Amsterdam')::date + coalesce(
                   (SELECT r.betaaltermijn_dagen FROM raamovereenkomst r
                    WHERE r.aanbieder = o.aanbieder
                      AND r.begindatum <= (n.geboekt_op AT TIME ZONE 'Europe/Amsterdam')::date
                    ORDER BY r.begindatum DESC LIMIT 1), 30)
        FROM {booked} n
        JOIN taakopdracht o ON o.nummer = n.taakopdracht_nummer
        JOIN taaktermijn t ON t.taakopdracht_nummer = n.taakopdracht_nummer
                          AND t.gemeente = n.gemeente AND t.volgnummer = n.volgnummer
        GROUP BY n.taakopdracht_nummer, n.gemeente, o.aanbieder, n.geboekt_op
        ORDER BY n.geboekt_op, n.taakopdracht_nummer, n.gemeente
        RETURNING id, taakopdracht_nummer, betaler, geboekt_op
    )
    INSERT INTO kostendeel (
        specificatie_id, gemeente, wet, profiel_id, maand, bedrag_centen, aantal_boekingen
    )
    SELECT kop.id, kop.betaler, 'taakopdracht', 0, date_trunc('month', t.begindatum)::date,
           sum(t.bedrag_centen), count(*)
    FROM kop
    JOIN {booked} n ON n.taakopdracht_nummer = kop.taakopdracht_nummer
                   AND n.gemeente = kop.betaler AND n.geboekt_op = kop.geboekt_op
    JOIN taaktermijn t ON t.taakopdracht_nummer = n.taakopdracht_nummer
                      AND t.gemeente = n.gemeente AND t.volgnummer = n.volgnummer
    GROUP BY 1, 2, 5
"""

OF_TASKS = "IN (SELECT id FROM betaalspecificatie WHERE taakopdracht_nummer IS NOT NULL)"


def upgrade() -> None:
    op.alter_column("betaalspecificatie", "declaratie_id", nullable=True)
    op.add_column(
        "betaalspecificatie",
        sa.Column(
            "taakopdracht_nummer",
            sa.Integer(),
            sa.ForeignKey(
                "taakopdracht.nummer", name=op.f("fk_betaalspecificatie_taakopdracht_nummer")
            ),
            comment="instead of a declaratie",
        ),
    )
    op.create_check_constraint(
        op.f("ck_betaalspecificatie_waarvan"),
        "betaalspecificatie",
        "num_nonnulls(declaratie_id, taakopdracht_nummer) = 1",
    )
    op.create_unique_constraint(
        "uq_betaalspecificatie_taakopdracht",
        "betaalspecificatie",
        ["taakopdracht_nummer", "betaler", "geboekt_op"],
    )
    _freeze(f"{FROZEN}, taakopdracht_nummer")
    _comment("all that one statement booked of a declaratie or taakopdracht for a betaler")
    _wetten(
        "'jeugdwet', 'wmo', 'taakopdracht'", " AND (wet <> 'taakopdracht' OR profiel_id IS NULL)"
    )
    op.execute(SPECIFY.format(booked="taakboeking"))
    op.execute(
        "CREATE FUNCTION specificeer_taakboekingen() RETURNS trigger LANGUAGE plpgsql AS $$"
        f"BEGIN {SPECIFY.format(booked='nieuw')}; RETURN NULL; END $$"
    )
    op.execute(
        "CREATE TRIGGER tr_taakboeking_nieuw AFTER INSERT ON taakboeking"
        " REFERENCING NEW TABLE AS nieuw"
        " FOR EACH STATEMENT EXECUTE FUNCTION specificeer_taakboekingen()"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER tr_taakboeking_nieuw ON taakboeking")
    op.execute("DROP FUNCTION specificeer_taakboekingen()")
    for table, column in (
        ("betaling", "specificatie_id"),
        ("opdrachtdeel", "specificatie_id"),
        ("kostendeel", "specificatie_id"),
        ("betaalspecificatie", "id"),
    ):
        op.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        op.execute(f"DELETE FROM {table} WHERE {column} {OF_TASKS}")
        op.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    op.execute("DELETE FROM grootboekrekening WHERE wet = 'taakopdracht'")
    _wetten("'jeugdwet', 'wmo'", "")
    _freeze(FROZEN)
    _comment("all that one statement booked of a declaratie for a betaler")
    op.drop_constraint("uq_betaalspecificatie_taakopdracht", "betaalspecificatie", type_="unique")
    op.drop_constraint(op.f("ck_betaalspecificatie_waarvan"), "betaalspecificatie", type_="check")
    op.drop_column("betaalspecificatie", "taakopdracht_nummer")
    op.alter_column("betaalspecificatie", "declaratie_id", nullable=False)


def _freeze(columns: str) -> None:
    op.execute("DROP TRIGGER tr_betaalspecificatie_bevroren ON betaalspecificatie")
    op.execute(
        f"CREATE TRIGGER tr_betaalspecificatie_bevroren BEFORE UPDATE OF {columns}"
        " ON betaalspecificatie FOR EACH STATEMENT EXECUTE FUNCTION weiger_wijziging()"
    )


def _comment(text: str) -> None:
    op.execute(f"COMMENT ON TABLE betaalspecificatie IS '{text}'")


def _wetten(wetten: str, more: str) -> None:
    name = op.f("ck_grootboekrekening_wet")
    op.drop_constraint(name, "grootboekrekening", type_="check")
    op.create_check_constraint(name, "grootboekrekening", f"wet IN ({wetten}){more}")
