# SPDX-License-Identifier: EUPL-1.2
"""Who read of whom a verzoek is."""

from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
    CREATE TABLE verzoekinzage (
        id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_verzoekinzage PRIMARY KEY,
        verzoek_id integer NOT NULL
            CONSTRAINT fk_verzoekinzage_verzoek_id REFERENCES verzoek (id),
        gelezen_op timestamptz NOT NULL DEFAULT now(),
        gelezen_door text NOT NULL
    )
    """,
    "CREATE INDEX ix_verzoekinzage_verzoek_id ON verzoekinzage (verzoek_id)",
    "COMMENT ON TABLE verzoekinzage IS 'append only; who read of whom a verzoek is'",
    """
    CREATE TRIGGER tr_verzoekinzage_onveranderlijk BEFORE UPDATE OR DELETE OR TRUNCATE
    ON verzoekinzage FOR EACH STATEMENT EXECUTE FUNCTION weiger_wijziging()
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE verzoekinzage")
