# SPDX-License-Identifier: EUPL-1.2
"""One log of who saw or changed whose data, when and for what purpose, in place of two small ones.

Nothing in it changes, and a line goes only when it is older than five years.
"""

from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None
lint_exceptions = {"ban-drop-table": "what was in them has gone over to logregel"}

CLIENT = "GET /toewijzingen/{nummer}/client"
VERZOEK = "GET /verzoeken/{id}/client"

GUARD = """
CREATE FUNCTION bewaar_logregel() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.beeindigd_op > now() - interval '5 years' THEN
        RAISE EXCEPTION 'logregel % is nog geen vijf jaar oud', OLD.id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'onveranderlijk';
    END IF;
    RETURN OLD;
END
$$
"""

STATEMENTS = (
    """
    CREATE TABLE logregel (
        id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_logregel PRIMARY KEY,
        trace_id text,
        activiteit text NOT NULL,
        operatie text NOT NULL,
        handeling text NOT NULL,
        rol text NOT NULL,
        gemeente text,
        aanbieder text,
        door text NOT NULL,
        begonnen_op timestamptz NOT NULL,
        beeindigd_op timestamptz NOT NULL DEFAULT clock_timestamp(),
        inwoner_id bigint,
        toewijzing_nummer integer,
        verzoek_id integer,
        CONSTRAINT ck_logregel_handeling CHECK (handeling IN ('lezen', 'schrijven')),
        CONSTRAINT ck_logregel_betrokkene CHECK (num_nonnulls(inwoner_id, verzoek_id) > 0)
    )
    """,
    "COMMENT ON TABLE logregel IS 'append only; who saw or changed whose data, and for what'",
    "COMMENT ON COLUMN logregel.trace_id IS 'of the request (W3C); null: before this was kept'",
    "CREATE INDEX ix_logregel_inwoner_id ON logregel (inwoner_id)",
    "CREATE INDEX ix_logregel_verzoek_id ON logregel (verzoek_id) WHERE verzoek_id IS NOT NULL",
    f"CREATE INDEX ix_logregel_client ON logregel (toewijzing_nummer) WHERE operatie = '{CLIENT}'",
    f"""
    INSERT INTO logregel (
        activiteit, operatie, handeling, rol, aanbieder, door, begonnen_op, beeindigd_op,
        inwoner_id, toewijzing_nummer
    )
    SELECT 'levering', '{CLIENT}', 'lezen', 'aanbieder', c.aanbieder, c.door, c.gelezen_op,
           c.gelezen_op, tw.inwoner_id, tw.nummer
    FROM clientinzage c JOIN toewijzing tw ON tw.nummer = c.toewijzing_nummer
    ORDER BY c.id
    """,
    f"""
    INSERT INTO logregel (
        activiteit, operatie, handeling, rol, gemeente, door, begonnen_op, beeindigd_op,
        inwoner_id, verzoek_id
    )
    SELECT 'toegang', '{VERZOEK}', 'lezen', 'toegang', v.gemeente, i.gelezen_door, i.gelezen_op,
           i.gelezen_op, v.inwoner_id, v.id
    FROM verzoekinzage i JOIN verzoek v ON v.id = i.verzoek_id
    ORDER BY i.id
    """,
    "DROP TABLE clientinzage",
    "DROP TABLE verzoekinzage",
    GUARD,
    "CREATE TRIGGER tr_logregel_bewaard BEFORE DELETE ON logregel"
    " FOR EACH ROW EXECUTE FUNCTION bewaar_logregel()",
    "CREATE TRIGGER tr_logregel_onveranderlijk BEFORE UPDATE OR TRUNCATE ON logregel"
    " FOR EACH STATEMENT EXECUTE FUNCTION weiger_wijziging()",
)

BACK = (
    """
    CREATE TABLE clientinzage (
        id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_clientinzage PRIMARY KEY,
        toewijzing_nummer integer NOT NULL
            CONSTRAINT fk_clientinzage_toewijzing_nummer REFERENCES toewijzing (nummer),
        aanbieder text NOT NULL,
        door text NOT NULL,
        gelezen_op timestamptz NOT NULL DEFAULT clock_timestamp()
    )
    """,
    "COMMENT ON TABLE clientinzage IS 'each time that an aanbieder was told who the inwoner is'",
    "CREATE INDEX ix_clientinzage_toewijzing_nummer ON clientinzage (toewijzing_nummer)",
    """
    CREATE TABLE verzoekinzage (
        id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_verzoekinzage PRIMARY KEY,
        verzoek_id integer NOT NULL
            CONSTRAINT fk_verzoekinzage_verzoek_id REFERENCES verzoek (id),
        gelezen_op timestamptz NOT NULL DEFAULT now(),
        gelezen_door text NOT NULL
    )
    """,
    "COMMENT ON TABLE verzoekinzage IS 'append only; who read of whom a verzoek is'",
    "CREATE INDEX ix_verzoekinzage_verzoek_id ON verzoekinzage (verzoek_id)",
    f"""
    INSERT INTO clientinzage (toewijzing_nummer, aanbieder, door, gelezen_op)
    SELECT toewijzing_nummer, aanbieder, door, beeindigd_op FROM logregel
    WHERE operatie = '{CLIENT}' ORDER BY id
    """,
    f"""
    INSERT INTO verzoekinzage (verzoek_id, gelezen_op, gelezen_door)
    SELECT verzoek_id, beeindigd_op, door FROM logregel WHERE operatie = '{VERZOEK}' ORDER BY id
    """,
    *(
        f"CREATE TRIGGER tr_{table}_onveranderlijk BEFORE UPDATE OR DELETE OR TRUNCATE"
        f" ON {table} FOR EACH STATEMENT EXECUTE FUNCTION weiger_wijziging()"
        for table in ("clientinzage", "verzoekinzage")
    ),
    "DROP TABLE logregel",
    "DROP FUNCTION bewaar_logregel",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    for statement in BACK:
        op.execute(statement)
