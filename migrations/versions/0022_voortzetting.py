# SPDX-License-Identifier: EUPL-1.2
"""The takeover of a toewijzing by another gemeente: asked by the one, accepted by the other."""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

TABLE = """
CREATE TABLE voortzetting (
    id integer GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_voortzetting PRIMARY KEY,
    toewijzing_nummer integer NOT NULL
        CONSTRAINT fk_voortzetting_toewijzing_nummer REFERENCES toewijzing (nummer),
    van_gemeente text NOT NULL
        CONSTRAINT fk_voortzetting_van_gemeente REFERENCES gemeente (code),
    gemeente text NOT NULL CONSTRAINT fk_voortzetting_gemeente REFERENCES gemeente (code),
    begindatum date NOT NULL,
    toelichting text,
    gevraagd_door text NOT NULL,
    gevraagd_op timestamptz NOT NULL DEFAULT now(),
    besluit text,
    besluit_toelichting text,
    besloten_door text,
    besloten_op timestamptz,
    vervolg integer CONSTRAINT fk_voortzetting_vervolg REFERENCES toewijzing (nummer),
    CONSTRAINT ck_voortzetting_gemeente CHECK (gemeente <> van_gemeente),
    CONSTRAINT ck_voortzetting_besluit
        CHECK (besluit IN ('aangenomen', 'afgewezen', 'ingetrokken')),
    CONSTRAINT ck_voortzetting_besloten
        CHECK (num_nulls(besluit, besloten_door, besloten_op) IN (0, 3)),
    CONSTRAINT ck_voortzetting_vervolg
        CHECK (coalesce(besluit = 'aangenomen', false) = (vervolg IS NOT NULL))
)
"""
INDEXES = (
    "CREATE UNIQUE INDEX ux_voortzetting_open ON voortzetting (toewijzing_nummer)"
    " WHERE besluit IS NULL",
    "CREATE UNIQUE INDEX ux_voortzetting_vervolg ON voortzetting (vervolg)",
    "CREATE INDEX ix_voortzetting_gemeente_id ON voortzetting (gemeente, id)",
    "CREATE INDEX ix_voortzetting_van_gemeente_id ON voortzetting (van_gemeente, id)",
)

NEVER_TWICE = """
CREATE FUNCTION bewaak_voortzetting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT oud.verschuldigd_centen + nieuw.prijs_centen <= oud.prijs_centen
               AND nieuw.volgt_op = oud.nummer AND nieuw.gemeente = NEW.gemeente
        FROM toewijzing oud, toewijzing nieuw
        WHERE oud.nummer = NEW.toewijzing_nummer AND nieuw.nummer = NEW.vervolg) IS NOT TRUE THEN
        RAISE EXCEPTION 'voortzetting % betaalt meer dan de prijs', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'voortzetting_betaalt_eenmaal';
    END IF;
    RETURN NULL;
END
$$
"""


def upgrade() -> None:
    for statement in (TABLE, *INDEXES, NEVER_TWICE):
        op.execute(statement)
    op.execute(
        "CREATE TRIGGER tr_voortzetting_eenmaal AFTER UPDATE ON voortzetting"
        " FOR EACH ROW WHEN (NEW.vervolg IS NOT NULL) EXECUTE FUNCTION bewaak_voortzetting()"
    )
    op.execute(
        "CREATE TRIGGER tr_voortzetting_onveranderlijk BEFORE UPDATE ON voortzetting"
        " FOR EACH ROW WHEN (OLD.besluit IS NOT NULL) EXECUTE FUNCTION weiger_wijziging()"
    )
    op.execute(
        "CREATE TRIGGER tr_voortzetting_blijft BEFORE DELETE OR TRUNCATE ON voortzetting"
        " FOR EACH STATEMENT EXECUTE FUNCTION weiger_wijziging()"
    )


def downgrade() -> None:
    op.execute("DROP TABLE voortzetting")
    op.execute("DROP FUNCTION bewaak_voortzetting()")
