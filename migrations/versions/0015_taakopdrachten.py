# SPDX-License-Identifier: EUPL-1.2
"""Tasks for a population: scope, lump sums, instalments, boekingen and accounts on results."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

TABLES = (
    """
    CREATE TABLE taakopdracht (
        nummer integer GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_taakopdracht PRIMARY KEY,
        aanbieder text NOT NULL
            CONSTRAINT fk_taakopdracht_aanbieder REFERENCES aanbieder (agb),
        begindatum date NOT NULL,
        einddatum date NOT NULL,
        termijnen smallint NOT NULL,
        omvat text[] NOT NULL,
        omvat_niet text[] NOT NULL,
        aangemaakt_door text NOT NULL,
        aangemaakt_op timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT ck_taakopdracht_periode CHECK (begindatum <= einddatum),
        CONSTRAINT ck_taakopdracht_termijnen CHECK (termijnen >= 1),
        CONSTRAINT ck_taakopdracht_omvat CHECK (omvat <> '{}')
    )
    """,
    "CREATE INDEX ix_taakopdracht_aanbieder ON taakopdracht (aanbieder)",
    """
    CREATE TABLE taakdeel (
        taakopdracht_nummer integer NOT NULL
            CONSTRAINT fk_taakdeel_taakopdracht_nummer REFERENCES taakopdracht (nummer),
        gemeente text NOT NULL CONSTRAINT fk_taakdeel_gemeente REFERENCES gemeente (code),
        bedrag_centen bigint NOT NULL,
        CONSTRAINT pk_taakdeel PRIMARY KEY (taakopdracht_nummer, gemeente),
        CONSTRAINT ck_taakdeel_bedrag CHECK (bedrag_centen > 0)
    )
    """,
    "CREATE INDEX ix_taakdeel_gemeente ON taakdeel (gemeente)",
    """
    CREATE TABLE taakomvang (
        taakopdracht_nummer integer NOT NULL,
        gemeente text NOT NULL,
        profiel_id integer NOT NULL
            CONSTRAINT fk_taakomvang_profiel_id REFERENCES profiel (id),
        begindatum date NOT NULL,
        einddatum date NOT NULL,
        CONSTRAINT pk_taakomvang PRIMARY KEY (taakopdracht_nummer, gemeente, profiel_id),
        CONSTRAINT fk_taakomvang_taakopdracht_nummer_gemeente
            FOREIGN KEY (taakopdracht_nummer, gemeente)
            REFERENCES taakdeel (taakopdracht_nummer, gemeente),
        CONSTRAINT ck_taakomvang_periode CHECK (begindatum <= einddatum),
        CONSTRAINT ex_taakomvang_overlap EXCLUDE USING gist (
            int8range(gemeente::bigint, gemeente::bigint, '[]') WITH =,
            int8range(profiel_id::bigint, profiel_id::bigint, '[]') WITH =,
            daterange(begindatum, einddatum, '[]') WITH &&
        )
    )
    """,
    "COMMENT ON TABLE taakomvang IS 'for what no toewijzing is given: it would pay twice'",
    """
    CREATE TABLE taaktermijn (
        taakopdracht_nummer integer NOT NULL,
        gemeente text NOT NULL,
        volgnummer smallint NOT NULL,
        begindatum date NOT NULL,
        einddatum date NOT NULL,
        vervaldatum date NOT NULL,
        bedrag_centen bigint NOT NULL,
        CONSTRAINT pk_taaktermijn PRIMARY KEY (taakopdracht_nummer, gemeente, volgnummer),
        CONSTRAINT fk_taaktermijn_taakopdracht_nummer_gemeente
            FOREIGN KEY (taakopdracht_nummer, gemeente)
            REFERENCES taakdeel (taakopdracht_nummer, gemeente),
        CONSTRAINT ck_taaktermijn_periode CHECK (begindatum <= einddatum),
        CONSTRAINT ck_taaktermijn_bedrag CHECK (bedrag_centen >= 0)
    )
    """,
    "CREATE INDEX ix_taaktermijn_gemeente_begindatum ON taaktermijn (gemeente, begindatum)",
    "CREATE INDEX ix_taaktermijn_vervaldatum ON taaktermijn (vervaldatum)",
    """
    CREATE TABLE taakboeking (
        taakopdracht_nummer integer NOT NULL,
        gemeente text NOT NULL,
        volgnummer smallint NOT NULL,
        boekingnummer bigint NOT NULL,
        geboekt_op timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT pk_taakboeking PRIMARY KEY (taakopdracht_nummer, gemeente, volgnummer),
        CONSTRAINT uq_taakboeking_boekingnummer UNIQUE (boekingnummer),
        CONSTRAINT fk_taakboeking_taakopdracht_nummer_gemeente_volgnummer
            FOREIGN KEY (taakopdracht_nummer, gemeente, volgnummer)
            REFERENCES taaktermijn (taakopdracht_nummer, gemeente, volgnummer)
    )
    """,
    "COMMENT ON TABLE taakboeking IS"
    " 'append only; the key is the guard that an instalment is booked once'",
    """
    CREATE TABLE taakverslag (
        taakopdracht_nummer integer NOT NULL
            CONSTRAINT fk_taakverslag_taakopdracht_nummer REFERENCES taakopdracht (nummer),
        halfjaar text NOT NULL,
        aantal_inwoners integer NOT NULL,
        resultaten jsonb NOT NULL,
        ontvangen_op timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT pk_taakverslag PRIMARY KEY (taakopdracht_nummer, halfjaar),
        CONSTRAINT ck_taakverslag_aantal_inwoners CHECK (aantal_inwoners >= 0),
        CONSTRAINT ck_taakverslag_halfjaar CHECK (halfjaar ~ '^[0-9]{4}-[12]$')
    )
    """,
    "COMMENT ON COLUMN taakverslag.resultaten IS 'in order: resultaat and toelichting'",
)
ADD_UP = """
CREATE FUNCTION bewaak_taaktermijnen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM taakdeel d
        WHERE (d.taakopdracht_nummer, d.gemeente)
              IN (SELECT taakopdracht_nummer, gemeente FROM nieuw)
          AND d.bedrag_centen <> (SELECT sum(t.bedrag_centen) FROM taaktermijn t
                                  WHERE t.taakopdracht_nummer = d.taakopdracht_nummer
                                    AND t.gemeente = d.gemeente)
    ) THEN
        RAISE EXCEPTION 'taaktermijnen tellen niet op tot het bedrag'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'taaktermijnen_som';
    END IF;
    RETURN NULL;
END
$$
"""
SUM_TRIGGER = (
    "CREATE TRIGGER tr_taaktermijn_som AFTER INSERT ON taaktermijn REFERENCING NEW TABLE AS nieuw"
    " FOR EACH STATEMENT EXECUTE FUNCTION bewaak_taaktermijnen()"
)
FIXED = ("taakopdracht", "taakdeel", "taakomvang", "taaktermijn", "taakboeking", "taakverslag")


def upgrade() -> None:
    for statement in (*TABLES, ADD_UP, SUM_TRIGGER):
        op.execute(statement)
    for table in FIXED:
        op.execute(
            f"CREATE TRIGGER tr_{table}_onveranderlijk BEFORE UPDATE OR DELETE OR TRUNCATE"
            f" ON {table} FOR EACH STATEMENT EXECUTE FUNCTION weiger_wijziging()"
        )


def downgrade() -> None:
    for table in reversed(FIXED):
        op.execute(f"DROP TABLE {table}")
    op.execute("DROP FUNCTION bewaak_taaktermijnen()")
