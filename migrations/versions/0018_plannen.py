# SPDX-License-Identifier: EUPL-1.2
"""Plannen of households: versions, members, dated moments of evaluation, evaluations."""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
    CREATE TABLE plan (
        id integer GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_plan PRIMARY KEY,
        gemeente text NOT NULL CONSTRAINT fk_plan_gemeente REFERENCES gemeente (code),
        versie integer NOT NULL,
        goedgekeurde_versie integer,
        regisseur_aanbieder text,
        aangemaakt_op timestamptz NOT NULL DEFAULT now(),
        afgesloten_op date,
        afsluitreden text,
        afgesloten_door text,
        CONSTRAINT ck_plan_goedgekeurd CHECK (goedgekeurde_versie <= versie),
        CONSTRAINT ck_plan_afgesloten
            CHECK (num_nulls(afgesloten_op, afsluitreden, afgesloten_door) IN (0, 3))
    )
    """,
    "CREATE INDEX ix_plan_gemeente ON plan (gemeente)",
    "COMMENT ON COLUMN plan.regisseur_aanbieder IS 'null: of no aanbieder'",
    """
    CREATE TABLE planversie (
        plan_id integer NOT NULL CONSTRAINT fk_planversie_plan_id REFERENCES plan (id),
        versie integer NOT NULL,
        inhoud jsonb NOT NULL,
        opgesteld_op timestamptz NOT NULL DEFAULT now(),
        opgesteld_door text NOT NULL,
        goedgekeurd_op timestamptz,
        goedgekeurd_door text,
        akkoord_datum date,
        akkoord_van text,
        CONSTRAINT pk_planversie PRIMARY KEY (plan_id, versie),
        CONSTRAINT ck_planversie_goedgekeurd
            CHECK (num_nulls(goedgekeurd_op, goedgekeurd_door, akkoord_datum, akkoord_van)
                   IN (0, 4))
    )
    """,
    "COMMENT ON COLUMN planversie.inhoud IS 'as PUT /plannen/{id} takes it; never changes'",
    """
    CREATE TABLE planlid (
        plan_id integer NOT NULL CONSTRAINT fk_planlid_plan_id REFERENCES plan (id),
        inwoner_id bigint NOT NULL CONSTRAINT fk_planlid_inwoner_id REFERENCES inwoner (id),
        loopt boolean NOT NULL DEFAULT true,
        CONSTRAINT pk_planlid PRIMARY KEY (plan_id, inwoner_id)
    )
    """,
    "CREATE UNIQUE INDEX ux_planlid_loopt ON planlid (inwoner_id) WHERE loopt",
    "COMMENT ON TABLE planlid IS 'the household of the last version; one running plan a person'",
    """
    CREATE TABLE planevaluatie (
        plan_id integer NOT NULL CONSTRAINT fk_planevaluatie_plan_id REFERENCES plan (id),
        volgnummer integer NOT NULL,
        versie integer NOT NULL,
        datum date NOT NULL,
        bevindingen text NOT NULL,
        resultaten jsonb NOT NULL,
        vastgelegd_op timestamptz NOT NULL DEFAULT now(),
        vastgelegd_door text NOT NULL,
        CONSTRAINT pk_planevaluatie PRIMARY KEY (plan_id, volgnummer),
        CONSTRAINT fk_planevaluatie_plan_id_versie
            FOREIGN KEY (plan_id, versie) REFERENCES planversie (plan_id, versie)
    )
    """,
    "COMMENT ON COLUMN planevaluatie.versie IS 'the approved version that was evaluated'",
    """
    CREATE TABLE planmoment (
        plan_id integer NOT NULL CONSTRAINT fk_planmoment_plan_id REFERENCES plan (id),
        datum date NOT NULL,
        evaluatie integer,
        CONSTRAINT pk_planmoment PRIMARY KEY (plan_id, datum),
        CONSTRAINT fk_planmoment_plan_id_evaluatie
            FOREIGN KEY (plan_id, evaluatie) REFERENCES planevaluatie (plan_id, volgnummer)
    )
    """,
    """
    CREATE TRIGGER tr_planevaluatie_onveranderlijk BEFORE UPDATE OR DELETE OR TRUNCATE
    ON planevaluatie FOR EACH STATEMENT EXECUTE FUNCTION weiger_wijziging()
    """,
    """
    CREATE TRIGGER tr_planversie_onveranderlijk BEFORE UPDATE ON planversie FOR EACH ROW
    WHEN (OLD.goedgekeurd_op IS NOT NULL OR OLD.inhoud IS DISTINCT FROM NEW.inhoud)
    EXECUTE FUNCTION weiger_wijziging()
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    for table in ("planmoment", "planevaluatie", "planlid", "planversie", "plan"):
        op.execute(f"DROP TABLE {table}")
