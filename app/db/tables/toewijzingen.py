# SPDX-License-Identifier: EUPL-1.2
"""Toewijzingen with their termijnen, their life, and advice on their intensiteit."""

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    false,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import BigInteger, Boolean

from app.db.tables.catalogus import gemeente, profiel, tarieflijst
from app.db.tables.contracten import aanbieder, raamovereenkomst
from app.db.tables.inwoners import inwoner
from app.db.tables.kolommen import (
    column,
    metadata,
    now,
    one_of,
    only_one_at_a_time,
    period_begins_before_it_ends,
)

toewijzing = Table(
    "toewijzing",
    metadata,
    Column("nummer", Integer, Identity(always=True, maxvalue=999_999_999), primary_key=True),
    column("gemeente", Text, ForeignKey(gemeente.c.code)),
    column("inwoner_id", BigInteger, ForeignKey(inwoner.c.id)),
    column("wet", Text),
    column("profiel_id", Integer, ForeignKey(profiel.c.id)),
    column("intensiteit", Text),
    column("aanbieder", Text, ForeignKey(aanbieder.c.agb)),
    column("raamovereenkomst_nummer", Integer, ForeignKey(raamovereenkomst.c.nummer)),
    column("begindatum", Date),
    column("einddatum", Date),
    column("beoogde_resultaten", JSONB),
    column("verwijzer", Text),
    Column("spoed_reden", Text),
    Column("status", Text, nullable=False, server_default="actief"),
    column("tarieflijst_id", Integer, ForeignKey(tarieflijst.c.id)),
    column("tarief_centen", BigInteger),
    column("tarief_vanaf", Date),
    column("prijs_centen", BigInteger),
    now("aangemaakt_op"),
    column("aangemaakt_door", Text),
    Column("verschuldigd_centen", BigInteger, comment="null: the price, as ever"),
    Column("is_in_beoordeling", Boolean, nullable=False, server_default=false()),
    Column("opgeschort_vanaf", Date, comment="null: not on hold now"),
    Column(
        "volgt_op",
        ForeignKey("toewijzing.nummer"),
        comment="the toewijzing that this one took over from",
    ),
    Column("referentie_aanbieder", Text),
    Column(
        "gewijzigd_in",
        BigInteger,
        nullable=False,
        server_default=text("pg_current_xact_id()::text::bigint"),
        comment="the transaction that changed it last; 0: before this was kept",
    ),
    period_begins_before_it_ends(),
    CheckConstraint("verschuldigd_centen BETWEEN 0 AND prijs_centen", name="verschuldigd"),
    one_of("wet", "jeugdwet", "wmo"),
    one_of("intensiteit", "licht", "middel", "zwaar"),
    one_of("status", "actief", "beeindigd", "opgeschort", "ingetrokken"),
    CheckConstraint("prijs_centen >= 0", name="prijs"),
    only_one_at_a_time(
        "ex_toewijzing_overlap",
        *("inwoner_id", "profiel_id::bigint", "aanbieder::bigint"),
        where="status <> 'ingetrokken'",
    ),
    Index(
        "ux_toewijzing_volgt_op",
        "volgt_op",
        unique=True,
        postgresql_where=text("volgt_op IS NOT NULL"),
    ),
    Index(
        "ix_toewijzing_stil",
        "aanbieder",
        "nummer",
        postgresql_where=text("opgeschort_vanaf IS NOT NULL OR is_in_beoordeling"),
    ),
    Index(None, "inwoner_id"),
    Index(None, "gemeente", "nummer"),
    Index(None, "aanbieder", "nummer"),
    Index(None, "gemeente", "gewijzigd_in", "nummer"),
    Index(None, "aanbieder", "gewijzigd_in", "nummer"),
    CheckConstraint(
        "char_length(referentie_aanbieder) BETWEEN 1 AND 36", name="referentie_aanbieder"
    ),
    Index(None, "begindatum"),
)

termijn = Table(
    "termijn",
    metadata,
    Column("toewijzing_nummer", ForeignKey(toewijzing.c.nummer), primary_key=True),
    Column("volgnummer", SmallInteger, primary_key=True),
    column("mijlpaal", Text),
    column("begindatum", Date),
    column("einddatum", Date),
    column("bedrag_centen", BigInteger),
    column("declarabel_vanaf", Date),
    column("declarabel_tot_en_met", Date),
    column("aanbieder", Text),
    column("inwoner_id", BigInteger),
    column("betaler", Text),
    column("profiel_id", Integer),
    column("wet", Text),
    period_begins_before_it_ends(),
    one_of("mijlpaal", "start", "voortgang", "resultaat"),
    CheckConstraint("bedrag_centen >= 0", name="bedrag"),
    Column(
        "vervallen_door",
        SmallInteger,
        nullable=False,
        server_default="0",
        comment="the gebeurtenis by which it lapsed; 0: it stands",
    ),
    UniqueConstraint("toewijzing_nummer", "mijlpaal", "begindatum", "vervallen_door"),
    comment="carries all that a declared line is judged and booked by",
)

toewijzing_gebeurtenis = Table(
    "toewijzing_gebeurtenis",
    metadata,
    Column("nummer", ForeignKey(toewijzing.c.nummer), primary_key=True),
    Column("volgnummer", SmallInteger, primary_key=True),
    column("soort", Text),
    column("datum", Date),
    Column("reden", Text),
    Column("toelichting", Text),
    Column(
        "geplande_einddatum",
        Date,
        comment="of an end: the last day for which the price holds",
    ),
    Column(
        "afrekening", JSONB, comment="cents: due, granted before it, booked back, left to declare"
    ),
    Column(
        "geregistreerd_op",
        DateTime(timezone=True),
        nullable=False,
        server_default=func.clock_timestamp(),
    ),
    column("geregistreerd_door", Text),
    CheckConstraint("volgnummer >= 1", name="volgnummer"),
    comment="what happened to a toewijzing after it was given, in order",
)

voortzetting = Table(
    "voortzetting",
    metadata,
    Column("id", Integer, Identity(always=True), primary_key=True),
    column("toewijzing_nummer", Integer, ForeignKey(toewijzing.c.nummer)),
    column("van_gemeente", Text, ForeignKey(gemeente.c.code)),
    column("gemeente", Text, ForeignKey(gemeente.c.code)),
    column("begindatum", Date),
    Column("toelichting", Text),
    column("gevraagd_door", Text),
    now("gevraagd_op"),
    Column("besluit", Text),
    Column("besluit_toelichting", Text),
    Column("besloten_door", Text),
    Column("besloten_op", DateTime(timezone=True)),
    Column("vervolg", ForeignKey(toewijzing.c.nummer)),
    CheckConstraint("gemeente <> van_gemeente", name="gemeente"),
    one_of("besluit", "aangenomen", "afgewezen", "ingetrokken"),
    CheckConstraint("num_nulls(besluit, besloten_door, besloten_op) IN (0, 3)", name="besloten"),
    CheckConstraint(
        "coalesce(besluit = 'aangenomen', false) = (vervolg IS NOT NULL)", name="vervolg"
    ),
    Index(
        "ux_voortzetting_open",
        "toewijzing_nummer",
        unique=True,
        postgresql_where=text("besluit IS NULL"),
    ),
    Index("ux_voortzetting_vervolg", "vervolg", unique=True),
    Index(None, "gemeente", "id"),
    Index(None, "van_gemeente", "id"),
)

omvang = Table(
    "omvang",
    metadata,
    Column(
        "toewijzing_nummer",
        ForeignKey(toewijzing.c.nummer),
        primary_key=True,
        autoincrement=False,
    ),
    column("aanbieder", Text),
    column("volume", Integer),
    column("eenheid", Text),
    column("frequentie", Text),
    column("tarief_centen", BigInteger),
    column("totaal", BigInteger),
    Column("maxima", ARRAY(BigInteger), nullable=False, comment="by volgnummer of termijn"),
    one_of("eenheid", "01", "04", "14", "16", "84"),
    one_of("frequentie", "1", "2", "4", "6"),
    CheckConstraint("volume > 0 AND totaal >= 0 AND 0 <= ALL (maxima)", name="volume"),
    Index(None, "aanbieder", "toewijzing_nummer"),
    comment="of a toewijzing that is paid by volume; volumes in its eenheid",
)

omvang_eerder = Table(
    "omvang_eerder",
    metadata,
    Column("toewijzing_nummer", ForeignKey(omvang.c.toewijzing_nummer), primary_key=True),
    Column("gebeurtenis", SmallInteger, primary_key=True, autoincrement=False),
    column("totaal", BigInteger),
    column("maxima", ARRAY(BigInteger)),
    comment="what an omvang was until a gebeurtenis of its toewijzing",
)

zelfredzaamheidsinstrument = Table(
    "zelfredzaamheidsinstrument",
    metadata,
    Column("code", Text, primary_key=True),
    column("naam", Text),
    column("bron", Text),
    Column("onderdelen", JSONB, nullable=False, comment="what is scored, in order: code and naam"),
    column("laagste", SmallInteger),
    column("hoogste", SmallInteger),
    CheckConstraint("laagste < hoogste", name="schaal"),
)

intensiteitstabel = Table(
    "intensiteitstabel",
    metadata,
    Column("code", Text, primary_key=True),
)

intensiteitstabel_versie = Table(
    "intensiteitstabel_versie",
    metadata,
    Column("code", ForeignKey(intensiteitstabel.c.code), primary_key=True),
    Column("versie", Integer, primary_key=True, autoincrement=False),
    column("naam", Text),
    column("bron", Text),
    column("instrument", Text, ForeignKey(zelfredzaamheidsinstrument.c.code)),
    Column("regels", JSONB, nullable=False, comment="in order: voorwaarden, uitkomst, reden"),
    column("vastgelegd_door", Text),
    now("vastgelegd_op"),
    CheckConstraint("versie >= 1", name="versie"),
    CheckConstraint("coalesce(regels -> -1 -> 'voorwaarden' = '{}', false)", name="volledig"),
)

intensiteitstabel_profiel = Table(
    "intensiteitstabel_profiel",
    metadata,
    Column("profiel_id", ForeignKey(profiel.c.id), primary_key=True),
    column("tabel", Text, ForeignKey(intensiteitstabel.c.code)),
    comment="the table that advises on a profiel when none is named",
)

intensiteitsadvies = Table(
    "intensiteitsadvies",
    metadata,
    Column("toewijzing_nummer", ForeignKey(toewijzing.c.nummer), primary_key=True),
    column("tabel", Text),
    column("versie", Integer),
    column("complexiteit", Text),
    column("eigen_inzet_gemeente", Text),
    column("scores", JSONB),
    column("advies", Text),
    Column("gekozen", Text, nullable=False, comment="the intensiteit of the toewijzing"),
    Column("afwijkingsreden", Text),
    ForeignKeyConstraint(
        ["tabel", "versie"], [intensiteitstabel_versie.c.code, intensiteitstabel_versie.c.versie]
    ),
    one_of("complexiteit", "enkelvoudig", "meervoudig", "complex"),
    one_of("eigen_inzet_gemeente", "geen", "deels", "veel"),
    one_of("advies", "licht", "middel", "zwaar"),
    CheckConstraint("(advies = gekozen) = (afwijkingsreden IS NULL)", name="afwijking"),
    comment="for the gemeente alone: scores are data about a person's health",
)
