# SPDX-License-Identifier: EUPL-1.2
"""The tables of the main job."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "aanbieder",
        sa.Column("agb", sa.Text(), nullable=False),
        sa.Column("naam", sa.Text(), nullable=False),
        sa.Column("specialisaties", sa.ARRAY(sa.Text()), nullable=False),
        sa.CheckConstraint("agb ~ '^[0-9]{8}$'", name=op.f("ck_aanbieder_agb")),
        sa.PrimaryKeyConstraint("agb", name=op.f("pk_aanbieder")),
    )
    op.create_table(
        "declaratie",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("aanbieder", sa.Text(), nullable=False),
        sa.Column("declaratienummer", sa.Text(), nullable=False),
        sa.Column("dagtekening", sa.Date(), nullable=False),
        sa.Column("inhoud_hash", sa.LargeBinary(), nullable=False),
        sa.Column("ontvangen_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "afgehandeld_op",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="null: not settled yet",
        ),
        sa.Column("aantal_regels", sa.Integer(), nullable=False),
        sa.Column("aantal_toegekend", sa.Integer(), server_default="0", nullable=False),
        sa.Column("aantal_afgekeurd", sa.Integer(), server_default="0", nullable=False),
        sa.Column("aantal_aangehouden", sa.Integer(), server_default="0", nullable=False),
        sa.Column("ingediend_centen", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("toegekend_centen", sa.BigInteger(), server_default="0", nullable=False),
        sa.CheckConstraint(
            "afgehandeld_op IS NULL OR aantal_regels"
            " = aantal_toegekend + aantal_afgekeurd + aantal_aangehouden",
            name=op.f("ck_declaratie_aantallen"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declaratie")),
        sa.UniqueConstraint(
            "aanbieder", "declaratienummer", name=op.f("uq_declaratie_aanbieder_declaratienummer")
        ),
    )
    op.create_table(
        "gemeente",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("naam", sa.Text(), nullable=False),
        sa.Column("samen14", sa.Boolean(), nullable=False),
        sa.CheckConstraint("code ~ '^[0-9]{4}$'", name=op.f("ck_gemeente_code")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_gemeente")),
    )
    op.create_table(
        "idempotentie",
        sa.Column("beller", sa.Text(), nullable=False),
        sa.Column("sleutel", sa.Text(), nullable=False),
        sa.Column("aanvraag_hash", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("location", sa.Text(), nullable=True),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("antwoord", sa.LargeBinary(), nullable=False),
        sa.Column(
            "aangemaakt_op",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("beller", "sleutel", name=op.f("pk_idempotentie")),
    )
    op.create_table(
        "profiel",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("naam", sa.Text(), nullable=False),
        sa.Column("omschrijving", sa.Text(), nullable=False),
        sa.Column("wetten", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("soort", sa.Text(), nullable=False),
        sa.Column("bekostiging", sa.Text(), nullable=False),
        sa.Column(
            "startaandeel",
            sa.Numeric(),
            nullable=True,
            comment="of a plan with mijlpalen; null: maandelijks",
        ),
        sa.CheckConstraint(
            "bekostiging IN ('inspanningsgericht', 'outputgericht', 'taakgericht')",
            name=op.f("ck_profiel_bekostiging"),
        ),
        sa.CheckConstraint("soort IN ('herstel', 'duurzaam')", name=op.f("ck_profiel_soort")),
        sa.CheckConstraint(
            "wetten <> '{}' AND wetten <@ ARRAY['jeugdwet', 'wmo']::text[]",
            name=op.f("ck_profiel_wetten"),
        ),
        sa.CheckConstraint("startaandeel BETWEEN 0 AND 1", name=op.f("ck_profiel_startaandeel")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profiel")),
        sa.UniqueConstraint("code", name=op.f("uq_profiel_code")),
    )
    op.create_table(
        "tarieflijst",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("naam", sa.Text(), nullable=False),
        sa.Column("vanaf", sa.Date(), nullable=False),
        sa.Column("opgesteld_door", sa.Text(), nullable=False),
        sa.Column(
            "opgesteld_op",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("vastgesteld_door", sa.Text(), nullable=True),
        sa.Column(
            "vastgesteld_op",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="null: still a concept",
        ),
        sa.Column("besluit", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "num_nulls(vastgesteld_door, vastgesteld_op, besluit) IN (0, 3)",
            name=op.f("ck_tarieflijst_vaststelling"),
        ),
        sa.CheckConstraint(
            "vastgesteld_door <> opgesteld_door", name=op.f("ck_tarieflijst_vier_ogen")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tarieflijst")),
    )
    op.create_table(
        "aanbieder_gemeente",
        sa.Column("agb", sa.Text(), nullable=False),
        sa.Column("gemeente", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["agb"], ["aanbieder.agb"], name=op.f("fk_aanbieder_gemeente_agb")),
        sa.ForeignKeyConstraint(
            ["gemeente"], ["gemeente.code"], name=op.f("fk_aanbieder_gemeente_gemeente")
        ),
        sa.PrimaryKeyConstraint("agb", "gemeente", name=op.f("pk_aanbieder_gemeente")),
    )
    op.create_table(
        "declaratieregel",
        sa.Column("declaratie_id", sa.BigInteger(), nullable=False),
        sa.Column("regelnummer", sa.Integer(), nullable=False),
        sa.Column("aanbieder", sa.Text(), nullable=False),
        sa.Column("referentie", sa.Text(), nullable=False),
        sa.Column("toewijzing_nummer", sa.Integer(), nullable=False),
        sa.Column("mijlpaal", sa.Text(), nullable=False),
        sa.Column("begindatum", sa.Date(), nullable=False),
        sa.Column("einddatum", sa.Date(), nullable=False),
        sa.Column("bedrag_centen", sa.BigInteger(), nullable=False),
        sa.Column("credit", sa.Boolean(), nullable=False),
        sa.Column("vorige_referentie", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("declaratie_id", "regelnummer", name=op.f("pk_declaratieregel")),
    )
    op.create_index(
        "ix_declaratieregel_aanbieder_referentie",
        "declaratieregel",
        ["aanbieder", "referentie"],
        unique=False,
    )
    op.create_table(
        "inwoner",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("gemeente", sa.Text(), nullable=False),
        sa.Column("geboortedatum", sa.Date(), nullable=False),
        sa.Column("bsn_hash", sa.LargeBinary(), nullable=True, comment="keyed hash, to find by"),
        sa.Column(
            "bsn_versleuteld",
            sa.LargeBinary(),
            nullable=True,
            comment="sealed with the key of the service",
        ),
        sa.Column(
            "aangemaakt_op",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "num_nulls(bsn_hash, bsn_versleuteld) IN (0, 2)", name=op.f("ck_inwoner_bsn")
        ),
        sa.ForeignKeyConstraint(["gemeente"], ["gemeente.code"], name=op.f("fk_inwoner_gemeente")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inwoner")),
        sa.UniqueConstraint("gemeente", "bsn_hash", name=op.f("uq_inwoner_gemeente_bsn_hash")),
    )
    op.create_table(
        "raamovereenkomst",
        sa.Column("nummer", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("aanbieder", sa.Text(), nullable=False),
        sa.Column("begindatum", sa.Date(), nullable=False),
        sa.Column("einddatum", sa.Date(), nullable=False),
        sa.Column("declaratietermijn_maanden", sa.SmallInteger(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.text("int8range(aanbieder::bigint, aanbieder::bigint, '[]')"), "="),
            (sa.text("daterange(begindatum, einddatum, '[]')"), "&&"),
            using="gist",
            name="ex_raamovereenkomst_periode",
        ),
        sa.CheckConstraint("begindatum <= einddatum", name=op.f("ck_raamovereenkomst_periode")),
        sa.CheckConstraint(
            "declaratietermijn_maanden >= 0", name=op.f("ck_raamovereenkomst_declaratietermijn")
        ),
        sa.ForeignKeyConstraint(
            ["aanbieder"], ["aanbieder.agb"], name=op.f("fk_raamovereenkomst_aanbieder")
        ),
        sa.PrimaryKeyConstraint("nummer", name=op.f("pk_raamovereenkomst")),
    )
    op.create_table(
        "tarief",
        sa.Column("tarieflijst_id", sa.Integer(), nullable=False),
        sa.Column("profiel_id", sa.Integer(), nullable=False),
        sa.Column("intensiteit", sa.Text(), nullable=False),
        sa.Column("bedrag_centen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "intensiteit IN ('licht', 'middel', 'zwaar')", name=op.f("ck_tarief_intensiteit")
        ),
        sa.CheckConstraint("bedrag_centen > 0", name=op.f("ck_tarief_bedrag")),
        sa.ForeignKeyConstraint(["profiel_id"], ["profiel.id"], name=op.f("fk_tarief_profiel_id")),
        sa.ForeignKeyConstraint(
            ["tarieflijst_id"], ["tarieflijst.id"], name=op.f("fk_tarief_tarieflijst_id")
        ),
        sa.PrimaryKeyConstraint(
            "tarieflijst_id", "profiel_id", "intensiteit", name=op.f("pk_tarief")
        ),
    )
    op.create_table(
        "oordeel",
        sa.Column("declaratie_id", sa.BigInteger(), nullable=False),
        sa.Column("regelnummer", sa.Integer(), nullable=False),
        sa.Column("uitkomst", sa.Text(), nullable=False),
        sa.Column("redenen", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("toewijzing_nummer", sa.Integer(), nullable=True),
        sa.Column("termijn", sa.SmallInteger(), nullable=True),
        sa.CheckConstraint("redenen <> '{}'", name=op.f("ck_oordeel_redenen")),
        sa.CheckConstraint(
            "uitkomst IN ('afgekeurd', 'aangehouden')", name=op.f("ck_oordeel_uitkomst")
        ),
        sa.ForeignKeyConstraint(
            ["declaratie_id", "regelnummer"],
            ["declaratieregel.declaratie_id", "declaratieregel.regelnummer"],
            name=op.f("fk_oordeel_declaratie_id_regelnummer"),
        ),
        sa.PrimaryKeyConstraint("declaratie_id", "regelnummer", name=op.f("pk_oordeel")),
        comment="the lines that were not granted; a granted line has boekingen instead",
    )
    op.create_index(
        "ux_oordeel_aangehouden_termijn",
        "oordeel",
        ["toewijzing_nummer", "termijn"],
        unique=True,
        postgresql_where=sa.text("uitkomst = 'aangehouden'"),
    )
    op.create_table(
        "raamovereenkomst_gemeente",
        sa.Column("nummer", sa.Integer(), nullable=False),
        sa.Column("gemeente", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["gemeente"], ["gemeente.code"], name=op.f("fk_raamovereenkomst_gemeente_gemeente")
        ),
        sa.ForeignKeyConstraint(
            ["nummer"],
            ["raamovereenkomst.nummer"],
            name=op.f("fk_raamovereenkomst_gemeente_nummer"),
        ),
        sa.PrimaryKeyConstraint("nummer", "gemeente", name=op.f("pk_raamovereenkomst_gemeente")),
    )
    op.create_table(
        "raamovereenkomst_profiel",
        sa.Column("nummer", sa.Integer(), nullable=False),
        sa.Column("profiel_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["nummer"], ["raamovereenkomst.nummer"], name=op.f("fk_raamovereenkomst_profiel_nummer")
        ),
        sa.ForeignKeyConstraint(
            ["profiel_id"], ["profiel.id"], name=op.f("fk_raamovereenkomst_profiel_profiel_id")
        ),
        sa.PrimaryKeyConstraint("nummer", "profiel_id", name=op.f("pk_raamovereenkomst_profiel")),
    )
    op.create_table(
        "toewijzing",
        sa.Column(
            "nummer", sa.Integer(), sa.Identity(always=True, maxvalue=999999999), nullable=False
        ),
        sa.Column("gemeente", sa.Text(), nullable=False),
        sa.Column("inwoner_id", sa.BigInteger(), nullable=False),
        sa.Column("wet", sa.Text(), nullable=False),
        sa.Column("profiel_id", sa.Integer(), nullable=False),
        sa.Column("intensiteit", sa.Text(), nullable=False),
        sa.Column("aanbieder", sa.Text(), nullable=False),
        sa.Column("raamovereenkomst_nummer", sa.Integer(), nullable=False),
        sa.Column("begindatum", sa.Date(), nullable=False),
        sa.Column("einddatum", sa.Date(), nullable=False),
        sa.Column("beoogde_resultaten", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("verwijzer", sa.Text(), nullable=False),
        sa.Column("spoed_reden", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), server_default="actief", nullable=False),
        sa.Column("tarieflijst_id", sa.Integer(), nullable=False),
        sa.Column("tarief_centen", sa.BigInteger(), nullable=False),
        sa.Column("tarief_vanaf", sa.Date(), nullable=False),
        sa.Column("prijs_centen", sa.BigInteger(), nullable=False),
        sa.Column(
            "aangemaakt_op",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("aangemaakt_door", sa.Text(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.text("int8range(inwoner_id, inwoner_id, '[]')"), "="),
            (sa.text("int8range(profiel_id::bigint, profiel_id::bigint, '[]')"), "="),
            (sa.text("int8range(aanbieder::bigint, aanbieder::bigint, '[]')"), "="),
            (sa.text("daterange(begindatum, einddatum, '[]')"), "&&"),
            using="gist",
            name="ex_toewijzing_overlap",
        ),
        sa.CheckConstraint(
            "intensiteit IN ('licht', 'middel', 'zwaar')", name=op.f("ck_toewijzing_intensiteit")
        ),
        sa.CheckConstraint(
            "status IN ('actief', 'beeindigd', 'opgeschort', 'ingetrokken')",
            name=op.f("ck_toewijzing_status"),
        ),
        sa.CheckConstraint("wet IN ('jeugdwet', 'wmo')", name=op.f("ck_toewijzing_wet")),
        sa.CheckConstraint("begindatum <= einddatum", name=op.f("ck_toewijzing_periode")),
        sa.CheckConstraint("prijs_centen >= 0", name=op.f("ck_toewijzing_prijs")),
        sa.ForeignKeyConstraint(
            ["aanbieder"], ["aanbieder.agb"], name=op.f("fk_toewijzing_aanbieder")
        ),
        sa.ForeignKeyConstraint(
            ["gemeente"], ["gemeente.code"], name=op.f("fk_toewijzing_gemeente")
        ),
        sa.ForeignKeyConstraint(
            ["inwoner_id"], ["inwoner.id"], name=op.f("fk_toewijzing_inwoner_id")
        ),
        sa.ForeignKeyConstraint(
            ["profiel_id"], ["profiel.id"], name=op.f("fk_toewijzing_profiel_id")
        ),
        sa.ForeignKeyConstraint(
            ["raamovereenkomst_nummer"],
            ["raamovereenkomst.nummer"],
            name=op.f("fk_toewijzing_raamovereenkomst_nummer"),
        ),
        sa.ForeignKeyConstraint(
            ["tarieflijst_id"], ["tarieflijst.id"], name=op.f("fk_toewijzing_tarieflijst_id")
        ),
        sa.PrimaryKeyConstraint("nummer", name=op.f("pk_toewijzing")),
    )
    op.create_index(
        "ix_toewijzing_aanbieder_nummer", "toewijzing", ["aanbieder", "nummer"], unique=False
    )
    op.create_index(
        "ix_toewijzing_gemeente_nummer", "toewijzing", ["gemeente", "nummer"], unique=False
    )
    op.create_index("ix_toewijzing_inwoner_id", "toewijzing", ["inwoner_id"], unique=False)
    op.create_table(
        "woonplaats",
        sa.Column("inwoner_id", sa.BigInteger(), nullable=False),
        sa.Column("vanaf", sa.Date(), nullable=False, comment="-infinity: before the first known"),
        sa.Column("tot_en_met", sa.Date(), nullable=False),
        sa.Column("gemeente", sa.Text(), nullable=True, comment="null: not established"),
        sa.Column("grondslag", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(gemeente IS NULL) = (grondslag = 'onbekend')", name=op.f("ck_woonplaats_onbekend")
        ),
        sa.CheckConstraint(
            "grondslag IN ('brp', 'verblijf', 'moeder', 'werkelijk_verblijf', 'onbekend')",
            name=op.f("ck_woonplaats_grondslag"),
        ),
        sa.CheckConstraint("vanaf <= tot_en_met", name=op.f("ck_woonplaats_periode")),
        sa.ForeignKeyConstraint(
            ["gemeente"], ["gemeente.code"], name=op.f("fk_woonplaats_gemeente")
        ),
        sa.ForeignKeyConstraint(
            ["inwoner_id"], ["inwoner.id"], name=op.f("fk_woonplaats_inwoner_id")
        ),
        sa.PrimaryKeyConstraint("inwoner_id", "vanaf", name=op.f("pk_woonplaats")),
        comment="the rows of one inwoner lie end to end and cover every day",
    )
    op.create_table(
        "termijn",
        sa.Column("toewijzing_nummer", sa.Integer(), nullable=False),
        sa.Column("volgnummer", sa.SmallInteger(), nullable=False),
        sa.Column("mijlpaal", sa.Text(), nullable=False),
        sa.Column("begindatum", sa.Date(), nullable=False),
        sa.Column("einddatum", sa.Date(), nullable=False),
        sa.Column("bedrag_centen", sa.BigInteger(), nullable=False),
        sa.Column("declarabel_vanaf", sa.Date(), nullable=False),
        sa.Column("declarabel_tot_en_met", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "mijlpaal IN ('start', 'voortgang', 'resultaat')", name=op.f("ck_termijn_mijlpaal")
        ),
        sa.CheckConstraint("bedrag_centen >= 0", name=op.f("ck_termijn_bedrag")),
        sa.CheckConstraint("begindatum <= einddatum", name=op.f("ck_termijn_periode")),
        sa.ForeignKeyConstraint(
            ["toewijzing_nummer"], ["toewijzing.nummer"], name=op.f("fk_termijn_toewijzing_nummer")
        ),
        sa.PrimaryKeyConstraint("toewijzing_nummer", "volgnummer", name=op.f("pk_termijn")),
        sa.UniqueConstraint(
            "toewijzing_nummer",
            "mijlpaal",
            "begindatum",
            name=op.f("uq_termijn_toewijzing_nummer_mijlpaal_begindatum"),
        ),
    )
    op.create_table(
        "boeking",
        sa.Column("boekingnummer", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("toewijzing_nummer", sa.Integer(), nullable=False),
        sa.Column("termijn", sa.SmallInteger(), nullable=False),
        sa.Column(
            "beurt", sa.SmallInteger(), nullable=False, comment="0 debet, 1 its credit, 2 debet, …"
        ),
        sa.Column("deel", sa.SmallInteger(), nullable=False),
        sa.Column("gemeente", sa.Text(), nullable=False),
        sa.Column("betaler", sa.Text(), nullable=False),
        sa.Column("aanbieder", sa.Text(), nullable=False),
        sa.Column("profiel_id", sa.Integer(), nullable=False),
        sa.Column("wet", sa.Text(), nullable=False),
        sa.Column("begindatum", sa.Date(), nullable=False),
        sa.Column("einddatum", sa.Date(), nullable=False),
        sa.Column("dagen", sa.Integer(), nullable=False),
        sa.Column("bedrag_centen", sa.BigInteger(), nullable=False),
        sa.Column("declaratie_id", sa.BigInteger(), nullable=False),
        sa.Column("regelnummer", sa.Integer(), nullable=False),
        sa.Column("geboekt_op", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "CASE beurt % 2 WHEN 0 THEN bedrag_centen >= 0 ELSE bedrag_centen <= 0 END",
            name=op.f("ck_boeking_teken"),
        ),
        sa.PrimaryKeyConstraint(
            "toewijzing_nummer", "termijn", "beurt", "deel", name=op.f("pk_boeking")
        ),
        comment="append only; the key is the guard that a termijn is granted once at a time",
    )
    op.create_index(
        "ix_boeking_gemeente_begindatum", "boeking", ["gemeente", "begindatum"], unique=False
    )
    op.create_table(
        "kostensom",
        sa.Column("gemeente", sa.Text(), nullable=False),
        sa.Column("begindatum", sa.Date(), nullable=False),
        sa.Column("aanbieder", sa.Text(), nullable=False),
        sa.Column("profiel_id", sa.Integer(), nullable=False),
        sa.Column("wet", sa.Text(), nullable=False),
        sa.Column("bedrag_centen", sa.BigInteger(), nullable=False),
        sa.Column("aantal_boekingen", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "gemeente", "begindatum", "aanbieder", "profiel_id", "wet", name=op.f("pk_kostensom")
        ),
        comment="sums of boeking, kept by a trigger on it; two aanbieders never share a row",
    )


def downgrade() -> None:
    op.drop_table("kostensom")
    op.drop_index("ix_boeking_gemeente_begindatum", table_name="boeking")
    op.drop_table("boeking")
    op.drop_table("termijn")
    op.drop_table("woonplaats")
    op.drop_index("ix_toewijzing_inwoner_id", table_name="toewijzing")
    op.drop_index("ix_toewijzing_gemeente_nummer", table_name="toewijzing")
    op.drop_index("ix_toewijzing_aanbieder_nummer", table_name="toewijzing")
    op.drop_table("toewijzing")
    op.drop_table("raamovereenkomst_profiel")
    op.drop_table("raamovereenkomst_gemeente")
    op.drop_index(
        "ux_oordeel_aangehouden_termijn",
        table_name="oordeel",
        postgresql_where=sa.text("uitkomst = 'aangehouden'"),
    )
    op.drop_table("oordeel")
    op.drop_table("tarief")
    op.drop_table("raamovereenkomst")
    op.drop_table("inwoner")
    op.drop_index("ix_declaratieregel_aanbieder_referentie", table_name="declaratieregel")
    op.drop_table("declaratieregel")
    op.drop_table("aanbieder_gemeente")
    op.drop_table("tarieflijst")
    op.drop_table("profiel")
    op.drop_table("idempotentie")
    op.drop_table("gemeente")
    op.drop_table("declaratie")
    op.drop_table("aanbieder")
