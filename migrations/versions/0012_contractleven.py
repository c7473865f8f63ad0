# SPDX-License-Identifier: EUPL-1.2
"""Contracts that live: admission, what happens to a raamovereenkomst, and what it covers when."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

FUNCTIONS = {
    "bewaak_raamovereenkomst": """
        BEGIN
            -- what happens to a contract is a gebeurtenis, and that alone writes here
            IF pg_trigger_depth() < 2 THEN
                RAISE EXCEPTION 'een raamovereenkomst wijzigt alleen door een gebeurtenis'
                    USING ERRCODE = 'restrict_violation', CONSTRAINT = 'onveranderlijk';
            END IF;
            RETURN NEW;
        END
    """,
    "bewaak_gebeurtenis": """
        DECLARE
            contract record;
            vorige record;
            wending record;
        BEGIN
            SELECT * INTO contract FROM raamovereenkomst
            WHERE nummer = NEW.nummer FOR NO KEY UPDATE;
            SELECT * INTO vorige FROM raamovereenkomst_gebeurtenis
            WHERE nummer = NEW.nummer ORDER BY volgnummer DESC LIMIT 1;
            SELECT * INTO wending FROM raamovereenkomst_gebeurtenis
            WHERE nummer = NEW.nummer AND soort IN ('opgeschort', 'hervat')
            ORDER BY volgnummer DESC LIMIT 1;
            IF NEW.volgnummer <> coalesce(vorige.volgnummer, 0) + 1
               OR (NEW.soort = 'gesloten') <> (NEW.volgnummer = 1)
               OR contract.ontbonden_per IS NOT NULL
               OR NEW.soort = 'verlengd' AND NEW.einddatum <= contract.einddatum
               OR NEW.soort = 'opgeschort' AND wending.soort = 'opgeschort'
               OR NEW.soort = 'hervat' AND wending.soort IS DISTINCT FROM 'opgeschort'
               OR NEW.soort IN ('opgeschort', 'hervat') AND NEW.vanaf < wending.vanaf
            THEN
                RAISE EXCEPTION 'dit kan raamovereenkomst % niet overkomen', NEW.nummer
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'gebeurtenis_volgt';
            END IF;
            RETURN NEW;
        END
    """,
    "volg_gebeurtenis": """
        BEGIN
            UPDATE raamovereenkomst
            SET einddatum = coalesce(NEW.einddatum, einddatum),
                ontbonden_per = CASE NEW.soort WHEN 'ontbonden' THEN NEW.vanaf END
            WHERE nummer = NEW.nummer;
            RETURN NULL;
        END
    """,
    "bewaak_toetsing": """
        BEGIN
            IF (SELECT besluit FROM aanmelding WHERE id = NEW.aanmelding_id) IS NOT NULL THEN
                RAISE EXCEPTION 'over aanmelding % is al besloten', NEW.aanmelding_id
                    USING ERRCODE = 'restrict_violation', CONSTRAINT = 'onveranderlijk';
            END IF;
            RETURN NEW;
        END
    """,
    "bewaak_toelating": """
        BEGIN
            IF NEW.besluit = 'toegelaten'
               AND EXISTS (SELECT FROM toetsing WHERE aanmelding_id = NEW.id AND NOT voldoet) THEN
                RAISE EXCEPTION 'aanmelding % voldoet niet aan elke eis', NEW.id
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'toegelaten_voldoet';
            END IF;
            RETURN NEW;
        END
    """,
}

APPEND_ONLY = (
    "raamovereenkomst_gebeurtenis",
    "raamovereenkomst_dekking",
    "raamovereenkomst_onderaannemer",
    "toetsing",
)

TRIGGERS = {
    "raamovereenkomst": [
        "tr_raamovereenkomst_onveranderlijk BEFORE UPDATE ON raamovereenkomst"
        " FOR EACH ROW EXECUTE FUNCTION bewaak_raamovereenkomst()",
        "tr_raamovereenkomst_blijft BEFORE DELETE OR TRUNCATE ON raamovereenkomst"
        " FOR EACH STATEMENT EXECUTE FUNCTION weiger_wijziging()",
    ],
    "raamovereenkomst_gebeurtenis": [
        "tr_raamovereenkomst_gebeurtenis_nieuw BEFORE INSERT ON raamovereenkomst_gebeurtenis"
        " FOR EACH ROW EXECUTE FUNCTION bewaak_gebeurtenis()",
        "tr_raamovereenkomst_gebeurtenis_werkt AFTER INSERT ON raamovereenkomst_gebeurtenis"
        " FOR EACH ROW WHEN (NEW.soort IN ('verlengd', 'ontbonden'))"
        " EXECUTE FUNCTION volg_gebeurtenis()",
    ],
    "aanmelding": [
        "tr_aanmelding_onveranderlijk BEFORE UPDATE ON aanmelding"
        " FOR EACH ROW WHEN (OLD.besluit IS NOT NULL) EXECUTE FUNCTION weiger_wijziging()",
        "tr_aanmelding_blijft BEFORE DELETE OR TRUNCATE ON aanmelding"
        " FOR EACH STATEMENT EXECUTE FUNCTION weiger_wijziging()",
        "tr_aanmelding_toelating BEFORE UPDATE ON aanmelding"
        " FOR EACH ROW EXECUTE FUNCTION bewaak_toelating()",
    ],
    "toetsing": [
        "tr_toetsing_nieuw BEFORE INSERT ON toetsing"
        " FOR EACH ROW EXECUTE FUNCTION bewaak_toetsing()",
    ],
}


def upgrade() -> None:
    _make_admission()
    _let_contracts_live()
    _keep_what_there_was()
    for table in ("raamovereenkomst_profiel", "raamovereenkomst_gemeente"):
        op.drop_table(table)
    for name, body in FUNCTIONS.items():
        op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$")
    for triggers in TRIGGERS.values():
        for trigger in triggers:
            op.execute(f"CREATE TRIGGER {trigger}")
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER tr_{table}_onveranderlijk BEFORE UPDATE OR DELETE OR TRUNCATE"
            f" ON {table} FOR EACH STATEMENT EXECUTE FUNCTION weiger_wijziging()"
        )


def downgrade() -> None:
    for table, triggers in TRIGGERS.items():
        for trigger in triggers:
            op.execute(f"DROP TRIGGER {trigger.split()[0]} ON {table}")
    for table in APPEND_ONLY:
        op.execute(f"DROP TRIGGER tr_{table}_onveranderlijk ON {table}")
    for name in FUNCTIONS:
        op.execute(f"DROP FUNCTION {name}()")
    _make_coverage_of_before()
    for table in ("onderaannemer", "dekking", "gebeurtenis"):
        op.drop_table(f"raamovereenkomst_{table}")
    op.execute("ALTER TABLE raamovereenkomst DROP CONSTRAINT ex_raamovereenkomst_periode")
    for column in ("ontbonden_per", "verlenging_vereist_resultaten", "bonus_malus"):
        op.drop_column("raamovereenkomst", column)
    _guard_periods("daterange(begindatum, einddatum, '[]')")
    for table in ("toetsing", "aanmelding", "kwaliteitseis"):
        op.drop_table(table)


def _make_admission() -> None:
    op.create_table(
        "kwaliteitseis",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("naam", sa.Text(), nullable=False),
        sa.Column("omschrijving", sa.Text(), nullable=False),
        sa.Column("vanaf", sa.Date(), nullable=False),
        sa.Column("tot_en_met", sa.Date(), nullable=True, comment="null: still holds"),
        sa.CheckConstraint("vanaf <= tot_en_met", name=op.f("ck_kwaliteitseis_periode")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_kwaliteitseis")),
    )
    op.create_table(
        "aanmelding",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("aanbieder", sa.Text(), nullable=False),
        sa.Column("naam", sa.Text(), nullable=False),
        sa.Column("profielen", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("gemeenten", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("toelichting", sa.Text(), nullable=True),
        _now("ontvangen_op"),
        sa.Column("ingediend_door", sa.Text(), nullable=False),
        sa.Column("besluit", sa.Text(), nullable=True, comment="null: not decided yet"),
        sa.Column("reden", sa.Text(), nullable=True),
        sa.Column("datum", sa.Date(), nullable=True),
        sa.Column("tot_en_met", sa.Date(), nullable=True, comment="until when uitgesloten"),
        sa.Column("besloten_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("besloten_door", sa.Text(), nullable=True),
        sa.CheckConstraint("aanbieder ~ '^[0-9]{8}$'", name=op.f("ck_aanmelding_agb")),
        sa.CheckConstraint(
            "besluit IN ('toegelaten', 'afgewezen', 'uitgesloten')",
            name=op.f("ck_aanmelding_besluit"),
        ),
        sa.CheckConstraint(
            "num_nulls(besluit, datum, besloten_op, besloten_door) IN (0, 4)",
            name=op.f("ck_aanmelding_besloten"),
        ),
        sa.CheckConstraint(
            "besluit NOT IN ('afgewezen', 'uitgesloten') OR reden IS NOT NULL",
            name=op.f("ck_aanmelding_reden"),
        ),
        sa.CheckConstraint(
            "(coalesce(besluit, '') = 'uitgesloten') = (tot_en_met IS NOT NULL)"
            " AND (tot_en_met < datum) IS NOT TRUE",
            name=op.f("ck_aanmelding_tot_en_met"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_aanmelding")),
    )
    op.create_index(
        "ux_aanmelding_open",
        "aanmelding",
        ["aanbieder"],
        unique=True,
        postgresql_where=sa.text("besluit IS NULL"),
    )
    op.create_index(
        "ix_aanmelding_aanbieder_besloten_op", "aanmelding", ["aanbieder", "besloten_op"]
    )
    op.create_table(
        "toetsing",
        sa.Column("aanmelding_id", sa.BigInteger(), nullable=False),
        sa.Column("eis", sa.Text(), nullable=False),
        sa.Column("naam", sa.Text(), nullable=False, comment="of the eis, when it was tested"),
        sa.Column("voldoet", sa.Boolean(), nullable=False),
        sa.Column("toelichting", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["aanmelding_id"], ["aanmelding.id"], name=op.f("fk_toetsing_aanmelding_id")
        ),
        sa.ForeignKeyConstraint(["eis"], ["kwaliteitseis.code"], name=op.f("fk_toetsing_eis")),
        sa.PrimaryKeyConstraint("aanmelding_id", "eis", name=op.f("pk_toetsing")),
    )


def _let_contracts_live() -> None:
    op.add_column(
        "raamovereenkomst",
        sa.Column("bonus_malus", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.add_column(
        "raamovereenkomst",
        sa.Column(
            "verlenging_vereist_resultaten",
            sa.Boolean(),
            server_default=sa.false(),
            nullable=False,
        ),
    )
    op.add_column(
        "raamovereenkomst",
        sa.Column("ontbonden_per", sa.Date(), nullable=True, comment="the first day without"),
    )
    op.create_check_constraint(
        op.f("ck_raamovereenkomst_bonus_malus"), "raamovereenkomst", "NOT bonus_malus"
    )
    op.create_check_constraint(
        op.f("ck_raamovereenkomst_ontbonden"), "raamovereenkomst", "ontbonden_per >= begindatum"
    )
    op.execute("ALTER TABLE raamovereenkomst DROP CONSTRAINT ex_raamovereenkomst_periode")
    _guard_periods("daterange(begindatum, least(einddatum + 1, ontbonden_per), '[)')")
    op.create_table(
        "raamovereenkomst_gebeurtenis",
        sa.Column("nummer", sa.Integer(), nullable=False),
        sa.Column("volgnummer", sa.SmallInteger(), nullable=False),
        sa.Column("soort", sa.Text(), nullable=False),
        sa.Column("vanaf", sa.Date(), nullable=False),
        sa.Column("einddatum", sa.Date(), nullable=True),
        sa.Column("grond", sa.Text(), nullable=True),
        sa.Column("reden", sa.Text(), nullable=True),
        sa.Column("resultaten", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column(
            "geregistreerd_op",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("geregistreerd_door", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "soort IN ('gesloten', 'verlengd', 'uitgebreid', 'uitgesloten', 'onderaannemer',"
            " 'opgeschort', 'hervat', 'ontbonden')",
            name=op.f("ck_raamovereenkomst_gebeurtenis_soort"),
        ),
        sa.CheckConstraint(
            "(soort IN ('gesloten', 'verlengd')) = (einddatum IS NOT NULL)",
            name=op.f("ck_raamovereenkomst_gebeurtenis_einddatum"),
        ),
        sa.CheckConstraint(
            "(soort = 'ontbonden') = (grond IS NOT NULL)",
            name=op.f("ck_raamovereenkomst_gebeurtenis_grond"),
        ),
        sa.ForeignKeyConstraint(
            ["nummer"],
            ["raamovereenkomst.nummer"],
            name=op.f("fk_raamovereenkomst_gebeurtenis_nummer"),
        ),
        sa.PrimaryKeyConstraint(
            "nummer", "volgnummer", name=op.f("pk_raamovereenkomst_gebeurtenis")
        ),
    )
    op.create_table(
        "raamovereenkomst_dekking",
        sa.Column("nummer", sa.Integer(), nullable=False),
        sa.Column("volgnummer", sa.SmallInteger(), nullable=False),
        sa.Column("gemeente", sa.Text(), nullable=True),
        sa.Column("profiel_id", sa.Integer(), nullable=True),
        sa.Column("vanaf", sa.Date(), nullable=False),
        sa.Column("gedekt", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "num_nonnulls(gemeente, profiel_id) >= 1",
            name=op.f("ck_raamovereenkomst_dekking_waarvoor"),
        ),
        sa.ForeignKeyConstraint(
            ["gemeente"], ["gemeente.code"], name=op.f("fk_raamovereenkomst_dekking_gemeente")
        ),
        sa.ForeignKeyConstraint(
            ["profiel_id"], ["profiel.id"], name=op.f("fk_raamovereenkomst_dekking_profiel_id")
        ),
        _of_gebeurtenis("raamovereenkomst_dekking"),
        sa.UniqueConstraint(
            *("nummer", "gemeente", "profiel_id", "vanaf", "volgnummer"),
            name="uq_raamovereenkomst_dekking",
            postgresql_nulls_not_distinct=True,
        ),
        comment="of what is said of a gemeente, a profiel or a pair, the latest vanaf holds",
    )
    op.create_table(
        "raamovereenkomst_onderaannemer",
        sa.Column("nummer", sa.Integer(), nullable=False),
        sa.Column("volgnummer", sa.SmallInteger(), nullable=False),
        sa.Column("naam", sa.Text(), nullable=False),
        sa.Column("agb", sa.Text(), nullable=True),
        sa.Column("zzp", sa.Boolean(), nullable=False),
        sa.Column("toestemming_datum", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "agb ~ '^[0-9]{8}$'", name=op.f("ck_raamovereenkomst_onderaannemer_agb")
        ),
        sa.CheckConstraint(
            "zzp OR toestemming_datum IS NOT NULL",
            name=op.f("ck_raamovereenkomst_onderaannemer_toestemming"),
        ),
        _of_gebeurtenis("raamovereenkomst_onderaannemer"),
        sa.PrimaryKeyConstraint(
            "nummer", "volgnummer", name=op.f("pk_raamovereenkomst_onderaannemer")
        ),
        sa.UniqueConstraint("nummer", "naam", name=op.f("uq_raamovereenkomst_onderaannemer_naam")),
        sa.UniqueConstraint("nummer", "agb", name=op.f("uq_raamovereenkomst_onderaannemer_agb")),
    )


def _now(name: str) -> sa.Column[datetime]:
    return sa.Column(
        name, sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
    )


def _of_gebeurtenis(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["nummer", "volgnummer"],
        ["raamovereenkomst_gebeurtenis.nummer", "raamovereenkomst_gebeurtenis.volgnummer"],
        name=f"fk_{table}_nummer_volgnummer",
    )


def _guard_periods(period: str) -> None:
    op.execute(
        "ALTER TABLE raamovereenkomst ADD CONSTRAINT ex_raamovereenkomst_periode EXCLUDE USING gist"
        f" (int8range(aanbieder::bigint, aanbieder::bigint, '[]') WITH =, ({period}) WITH &&)"
    )


def _keep_what_there_was() -> None:
    # When it was made was not kept; it was known at the latest when it was first used.
    op.execute(
        """
        INSERT INTO raamovereenkomst_gebeurtenis
            (nummer, volgnummer, soort, vanaf, einddatum, geregistreerd_op, geregistreerd_door)
        SELECT r.nummer, 1, 'gesloten', r.begindatum, r.einddatum,
               coalesce((SELECT min(aangemaakt_op) FROM toewijzing
                         WHERE raamovereenkomst_nummer = r.nummer), now()), 'regio'
        FROM raamovereenkomst r
        """
    )
    op.execute(
        """
        INSERT INTO raamovereenkomst_dekking
            (nummer, volgnummer, gemeente, profiel_id, vanaf, gedekt)
        SELECT d.nummer, 1, d.gemeente, d.profiel_id, r.begindatum, true
        FROM (SELECT nummer, gemeente, NULL::integer AS profiel_id FROM raamovereenkomst_gemeente
              UNION ALL
              SELECT nummer, NULL, profiel_id FROM raamovereenkomst_profiel) d
        JOIN raamovereenkomst r USING (nummer)
        """
    )


def _make_coverage_of_before() -> None:
    for noun, column, kind, other in (
        ("profiel", "profiel_id", sa.Integer(), "profiel.id"),
        ("gemeente", "gemeente", sa.Text(), "gemeente.code"),
    ):
        table = f"raamovereenkomst_{noun}"
        op.create_table(
            table,
            sa.Column("nummer", sa.Integer(), nullable=False),
            sa.Column(column, kind, nullable=False),
            sa.ForeignKeyConstraint(
                ["nummer"], ["raamovereenkomst.nummer"], name=op.f(f"fk_{table}_nummer")
            ),
            sa.ForeignKeyConstraint([column], [other], name=op.f(f"fk_{table}_{column}")),
            sa.PrimaryKeyConstraint("nummer", column, name=op.f(f"pk_{table}")),
        )
        op.execute(
            f"""
            INSERT INTO {table}
            SELECT nummer, {column}
            FROM (SELECT DISTINCT ON (nummer, gemeente, profiel_id) * FROM raamovereenkomst_dekking
                  ORDER BY nummer, gemeente, profiel_id, vanaf DESC, volgnummer DESC) d
            WHERE gedekt AND num_nonnulls(gemeente, profiel_id) = 1 AND {column} IS NOT NULL
            """
        )
