# SPDX-License-Identifier: EUPL-1.2
"""Verzoeken of aanbieders, concepts that a colleague approves, and the kenmerk of a beschikking."""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

VERZOEK = """
CREATE TABLE verzoek (
    id integer GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_verzoek PRIMARY KEY,
    soort text NOT NULL,
    gemeente text NOT NULL CONSTRAINT fk_verzoek_gemeente REFERENCES gemeente (code),
    aanbieder text NOT NULL CONSTRAINT fk_verzoek_aanbieder REFERENCES aanbieder (agb),
    betreft_toewijzing integer
        CONSTRAINT fk_verzoek_betreft_toewijzing REFERENCES toewijzing (nummer),
    wet text NOT NULL,
    profiel_id integer NOT NULL CONSTRAINT fk_verzoek_profiel_id REFERENCES profiel (id),
    intensiteit text NOT NULL,
    begindatum date NOT NULL,
    einddatum date NOT NULL,
    verwijzer text NOT NULL,
    referentie_aanbieder text NOT NULL,
    beoogde_resultaten jsonb NOT NULL,
    toelichting text,
    geboortedatum date,
    bsn_hash bytea,
    bsn_versleuteld bytea,
    inwoner_id bigint CONSTRAINT fk_verzoek_inwoner_id REFERENCES inwoner (id),
    ontvangen_op timestamptz NOT NULL DEFAULT now(),
    ontvangen_van text NOT NULL,
    onderzoek_op timestamptz,
    onderzoek_door text,
    onderzoek_toelichting text,
    antwoord text,
    beantwoord_op timestamptz,
    beantwoord_door text,
    toewijzing_nummer integer
        CONSTRAINT fk_verzoek_toewijzing_nummer REFERENCES toewijzing (nummer),
    reden text,
    verantwoordelijke_gemeente text
        CONSTRAINT fk_verzoek_verantwoordelijke_gemeente REFERENCES gemeente (code),
    antwoord_toelichting text,
    CONSTRAINT uq_verzoek_aanbieder_referentie_aanbieder UNIQUE (aanbieder, referentie_aanbieder),
    CONSTRAINT ck_verzoek_soort CHECK (soort IN ('toewijzing', 'wijziging', 'verlenging')),
    CONSTRAINT ck_verzoek_wet CHECK (wet IN ('jeugdwet', 'wmo')),
    CONSTRAINT ck_verzoek_intensiteit CHECK (intensiteit IN ('licht', 'middel', 'zwaar')),
    CONSTRAINT ck_verzoek_periode CHECK (begindatum <= einddatum),
    CONSTRAINT ck_verzoek_betreft
        CHECK ((soort = 'toewijzing') = (betreft_toewijzing IS NULL)
               AND (soort = 'toewijzing') = (geboortedatum IS NOT NULL)),
    CONSTRAINT ck_verzoek_bsn
        CHECK (num_nulls(bsn_hash, bsn_versleuteld)
               = CASE WHEN soort = 'toewijzing' AND antwoord IS NULL THEN 0 ELSE 2 END),
    CONSTRAINT ck_verzoek_onderzoek CHECK (num_nulls(onderzoek_op, onderzoek_door) IN (0, 2)),
    CONSTRAINT ck_verzoek_beantwoord
        CHECK (num_nulls(antwoord, beantwoord_op, beantwoord_door) IN (0, 3)),
    CONSTRAINT ck_verzoek_antwoord
        CHECK (CASE antwoord
               WHEN 'toegewezen' THEN num_nulls(toewijzing_nummer, inwoner_id) = 0
                   AND num_nonnulls(reden, verantwoordelijke_gemeente) = 0
               WHEN 'afgewezen' THEN reden IS NOT NULL AND toewijzing_nummer IS NULL
               ELSE antwoord IS NULL AND num_nonnulls(toewijzing_nummer, reden,
                   verantwoordelijke_gemeente, antwoord_toelichting) = 0
               END)
)
"""

CONCEPT = """
CREATE TABLE concepttoewijzing (
    id integer GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_concepttoewijzing PRIMARY KEY,
    gemeente text NOT NULL CONSTRAINT fk_concepttoewijzing_gemeente REFERENCES gemeente (code),
    inwoner_id bigint NOT NULL
        CONSTRAINT fk_concepttoewijzing_inwoner_id REFERENCES inwoner (id),
    invoer jsonb NOT NULL,
    prijs_centen bigint NOT NULL,
    opgesteld_op timestamptz NOT NULL DEFAULT now(),
    opgesteld_door text NOT NULL,
    besluit text,
    besloten_op timestamptz,
    besloten_door text,
    mandaat text,
    reden text,
    toewijzing_nummer integer
        CONSTRAINT fk_concepttoewijzing_toewijzing_nummer REFERENCES toewijzing (nummer),
    CONSTRAINT ck_concepttoewijzing_besluit CHECK (besluit IN ('goedgekeurd', 'afgekeurd')),
    CONSTRAINT ck_concepttoewijzing_besloten
        CHECK (num_nulls(besluit, besloten_op, besloten_door) IN (0, 3)),
    CONSTRAINT ck_concepttoewijzing_vier_ogen
        CHECK (besluit <> 'goedgekeurd' OR besloten_door <> opgesteld_door),
    CONSTRAINT ck_concepttoewijzing_grond
        CHECK ((besluit IS NOT DISTINCT FROM 'goedgekeurd') = (mandaat IS NOT NULL)
               AND (mandaat IS NULL) = (toewijzing_nummer IS NULL)
               AND (besluit IS NOT DISTINCT FROM 'afgekeurd') = (reden IS NOT NULL))
)
"""

STATEMENTS = (
    VERZOEK,
    "CREATE INDEX ix_verzoek_gemeente ON verzoek (gemeente)",
    """
    CREATE UNIQUE INDEX ux_verzoek_open
        ON verzoek (gemeente, aanbieder, profiel_id, bsn_hash) WHERE antwoord IS NULL
    """,
    """
    CREATE UNIQUE INDEX ux_verzoek_open_wijziging
        ON verzoek (betreft_toewijzing) WHERE antwoord IS NULL
    """,
    "COMMENT ON COLUMN verzoek.bsn_hash IS 'keyed hash, to find by; wiped once answered'",
    "COMMENT ON COLUMN verzoek.bsn_versleuteld IS"
    " 'sealed with the key of the service; wiped once answered'",
    "COMMENT ON COLUMN verzoek.toewijzing_nummer IS 'what was given in answer'",
    CONCEPT,
    "CREATE INDEX ix_concepttoewijzing_gemeente ON concepttoewijzing (gemeente)",
    "COMMENT ON COLUMN concepttoewijzing.invoer IS 'as POST /toewijzingen takes it'",
    """
    CREATE TABLE beschikking (
        toewijzing_nummer integer CONSTRAINT pk_beschikking PRIMARY KEY
            CONSTRAINT fk_beschikking_toewijzing_nummer REFERENCES toewijzing (nummer),
        kenmerk text NOT NULL
    )
    """,
    "COMMENT ON TABLE beschikking IS 'for the gemeente alone'",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    for table in ("beschikking", "concepttoewijzing", "verzoek"):
        op.execute(f"DROP TABLE {table}")
