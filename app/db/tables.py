# SPDX-License-Identifier: EUPL-1.2
"""The tables. Names are those of the trade; amounts are eurocents, periods include both ends.

Triggers, which Alembic does not compare, stand in the migrations beside these tables: a
vastgestelde tarieflijst, a version of an intensiteitstabel, an omvang, a declaratieregel and a
boeking never change, termijnen add up to the price and repeat their toewijzing, an omvang fits
them, and a turn on a termijn follows the one before it. On the tables that take in a million rows
at once, declaratieregel, oordeel and boeking, triggers also do the work of foreign keys: each
statement proves all its rows together, and what they point at cannot be deleted.
"""

from typing import Any

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
    LargeBinary,
    MetaData,
    Numeric,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    false,
    func,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB, ExcludeConstraint
from sqlalchemy.sql.type_api import TypeEngine
from sqlalchemy.types import BigInteger, Boolean

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _column(name: str, kind: TypeEngine[Any] | type[TypeEngine[Any]], *args: Any) -> Column[Any]:
    return Column(name, kind, *args, nullable=False)


def _now(name: str) -> Column[Any]:
    return Column(name, DateTime(timezone=True), nullable=False, server_default=func.now())


def _one_of(column: str, *values: str) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def _period_begins_before_it_ends() -> CheckConstraint:
    return CheckConstraint("begindatum <= einddatum", name="periode")


def _only_one_at_a_time(
    name: str,
    *keys: str,
    period: str = "daterange(begindatum, einddatum, '[]')",
    where: str | None = None,
) -> ExcludeConstraint:
    # A range of one number stands for the number: plain equality in GiST needs an extension.
    return ExcludeConstraint(
        *((text(f"int8range({key}, {key}, '[]')"), "=") for key in keys),
        (text(period), "&&"),
        using="gist",
        where=text(where) if where else None,
        name=name,
    )


gemeente = Table(
    "gemeente",
    metadata,
    Column("code", Text, primary_key=True),
    _column("naam", Text),
    _column("samen14", Boolean),
    Column("geldig_vanaf", Date, comment="null: long since"),
    Column("geldig_tot_en_met", Date, comment="null: still"),
    Column("opvolger", ForeignKey("gemeente.code"), comment="null: none, or several"),
    CheckConstraint("code ~ '^[0-9]{4}$'", name="code"),
    CheckConstraint(
        "geldig_vanaf <= geldig_tot_en_met"
        " AND (opvolger IS NULL OR geldig_tot_en_met IS NOT NULL AND opvolger <> code)",
        name="geldigheid",
    ),
)

profiel = Table(
    "profiel",
    metadata,
    Column("id", Integer, Identity(always=True), primary_key=True),
    _column("code", Text),
    _column("naam", Text),
    _column("omschrijving", Text),
    _column("wetten", ARRAY(Text)),
    _column("soort", Text),
    _column("bekostiging", Text),
    Column("bekostiging_reden", Text, comment="why this variant; null: the usual one"),
    _column("betaalplan", Text),
    Column("aandeel_start", Numeric, comment="of the price; null: no such termijn"),
    Column("aandeel_voortgang", Numeric),
    Column("aandeel_resultaat", Numeric),
    Column("gebroken_maand", Text),
    Column("eenheid", Text, comment="of the tarief, where it is by volume"),
    UniqueConstraint("code"),
    _one_of("soort", "herstel", "duurzaam"),
    _one_of("bekostiging", "inspanningsgericht", "outputgericht", "taakgericht"),
    CheckConstraint("wetten <> '{}' AND wetten <@ ARRAY['jeugdwet', 'wmo']::text[]", name="wetten"),
    CheckConstraint(
        "bekostiging = 'outputgericht' OR bekostiging_reden IS NOT NULL", name="bekostiging_reden"
    ),
    _one_of("betaalplan", "mijlpalen", "einde", "maandelijks", "wekelijks"),
    CheckConstraint(
        "coalesce(aandeel_start, 0) + coalesce(aandeel_voortgang, 0)"
        " + coalesce(aandeel_resultaat, 0)"
        " = CASE WHEN betaalplan = 'mijlpalen' THEN 1 ELSE 0 END"
        " AND least(aandeel_start, aandeel_voortgang, aandeel_resultaat, 0) = 0"
        " AND (betaalplan = 'mijlpalen'"
        " OR num_nonnulls(aandeel_start, aandeel_voortgang, aandeel_resultaat) = 0)",
        name="aandelen",
    ),
    _one_of("gebroken_maand", "naar_dagen", "eerste_niet_laatste_heel"),
    CheckConstraint(
        "(gebroken_maand IS NOT NULL) = (betaalplan = 'maandelijks')", name="maandelijks"
    ),
    CheckConstraint(
        "eenheid IS NULL OR eenheid IN ('01', '04', '14', '16', '84')"
        " AND bekostiging = 'inspanningsgericht'",
        name="eenheid",
    ),
)

tarieflijst = Table(
    "tarieflijst",
    metadata,
    Column("id", Integer, Identity(always=True), primary_key=True),
    _column("naam", Text),
    _column("vanaf", Date),
    _column("opgesteld_door", Text),
    _now("opgesteld_op"),
    Column("vastgesteld_door", Text),
    Column("vastgesteld_op", DateTime(timezone=True), comment="null: still a concept"),
    Column("besluit", Text),
    CheckConstraint(
        "num_nulls(vastgesteld_door, vastgesteld_op) IN (0, 2)"
        " AND (besluit IS NULL OR vastgesteld_op IS NOT NULL)",
        name="vaststelling",
    ),
    CheckConstraint("vastgesteld_door <> opgesteld_door", name="vier_ogen"),
)

tarief = Table(
    "tarief",
    metadata,
    Column("tarieflijst_id", ForeignKey(tarieflijst.c.id), primary_key=True),
    Column("profiel_id", ForeignKey(profiel.c.id), primary_key=True),
    Column("intensiteit", Text, primary_key=True),
    _column("bedrag_centen", BigInteger),
    _one_of("intensiteit", "licht", "middel", "zwaar"),
    CheckConstraint("bedrag_centen > 0", name="bedrag"),
)

consultatie = Table(
    "consultatie",
    metadata,
    Column("tarieflijst_id", ForeignKey(tarieflijst.c.id), primary_key=True),
    _column("begindatum", Date),
    _column("einddatum", Date),
    _column("toelichting", Text),
    _column("geopend_door", Text),
    _now("geopend_op"),
    Column("gesloten_door", Text),
    Column("gesloten_op", DateTime(timezone=True), comment="null: open until the einddatum"),
    Column("sluitreden", Text),
    _period_begins_before_it_ends(),
    CheckConstraint("num_nulls(gesloten_door, gesloten_op, sluitreden) IN (0, 3)", name="sluiting"),
)

reactie = Table(
    "reactie",
    metadata,
    Column("tarieflijst_id", ForeignKey(consultatie.c.tarieflijst_id), primary_key=True),
    Column("volgnummer", Integer, primary_key=True),
    _column("aanbieder", Text),
    _column("tekst", Text),
    Column("profiel_id", ForeignKey(profiel.c.id)),
    Column("intensiteit", Text),
    _now("ontvangen_op"),
    Column("antwoord", Text),
    Column("beantwoord_door", Text),
    Column("beantwoord_op", DateTime(timezone=True)),
    CheckConstraint("aanbieder ~ '^[0-9]{8}$'", name="aanbieder"),
    _one_of("intensiteit", "licht", "middel", "zwaar"),
    CheckConstraint("intensiteit IS NULL OR profiel_id IS NOT NULL", name="onderwerp"),
    CheckConstraint(
        "num_nulls(antwoord, beantwoord_door, beantwoord_op) IN (0, 3)", name="antwoord"
    ),
)

gemeentebesluit = Table(
    "gemeentebesluit",
    metadata,
    Column("tarieflijst_id", ForeignKey(tarieflijst.c.id), primary_key=True),
    Column("gemeente", ForeignKey(gemeente.c.code), primary_key=True),
    _column("datum", Date),
    _column("kenmerk", Text),
    _column("vastgelegd_door", Text),
    _now("vastgelegd_op"),
)

budget = Table(
    "budget",
    metadata,
    Column("gemeente", ForeignKey(gemeente.c.code), primary_key=True),
    Column("jaar", SmallInteger, primary_key=True, autoincrement=False),
    Column("wet", Text, primary_key=True),
    _column("bedrag_centen", BigInteger),
    _column("vastgelegd_door", Text),
    _now("vastgelegd_op"),
    _one_of("wet", "jeugdwet", "wmo"),
    CheckConstraint("bedrag_centen >= 0", name="bedrag"),
)

kostprijsberekening = Table(
    "kostprijsberekening",
    metadata,
    Column("tarieflijst_id", ForeignKey(tarieflijst.c.id), primary_key=True),
    Column("volgnummer", SmallInteger, primary_key=True, autoincrement=False),
    _column("wet", Text),
    _column("invoer", JSONB),
    _column("functies", JSONB),
    _one_of("wet", "jeugdwet", "wmo"),
)

tarief_opbouw = Table(
    "tarief_opbouw",
    metadata,
    Column("tarieflijst_id", Integer, primary_key=True, autoincrement=False),
    Column("profiel_id", Integer, primary_key=True, autoincrement=False),
    Column("intensiteit", Text, primary_key=True),
    Column("berekening", SmallInteger, comment="null: by indexation"),
    _column("stappen", JSONB),
    ForeignKeyConstraint(
        ["tarieflijst_id", "profiel_id", "intensiteit"],
        ["tarief.tarieflijst_id", "tarief.profiel_id", "tarief.intensiteit"],
    ),
    ForeignKeyConstraint(
        ["tarieflijst_id", "berekening"],
        ["kostprijsberekening.tarieflijst_id", "kostprijsberekening.volgnummer"],
    ),
    comment="parts whose waarde adds up to the tarief",
)

indexering = Table(
    "indexering",
    metadata,
    Column("tarieflijst_id", ForeignKey(tarieflijst.c.id), primary_key=True),
    Column(
        "ouder_id",
        ForeignKey(tarieflijst.c.id),
        nullable=False,
        comment="the list that was indexed",
    ),
    _column("methode", Text),
    _column("nacalculatie", Boolean),
    _column("gewicht_loon", Numeric),
    _column("gewicht_materieel", Numeric),
    Column("loon", JSONB, nullable=False, comment="figures in percent"),
    Column("materieel", JSONB, nullable=False, comment="figures in percent"),
    _column("percentage", Numeric),
    _column("stappen", JSONB),
    _one_of("methode", "verhouding", "verschil"),
    CheckConstraint(
        "gewicht_loon >= 0 AND gewicht_materieel >= 0 AND gewicht_loon + gewicht_materieel = 1",
        name="gewichten",
    ),
    CheckConstraint("ouder_id <> tarieflijst_id", name="ouder"),
)

aanbieder = Table(
    "aanbieder",
    metadata,
    Column("agb", Text, primary_key=True),
    _column("naam", Text),
    _column("specialisaties", ARRAY(Text)),
    CheckConstraint("agb ~ '^[0-9]{8}$'", name="agb"),
)

aanbieder_gemeente = Table(
    "aanbieder_gemeente",
    metadata,
    Column("agb", ForeignKey(aanbieder.c.agb), primary_key=True),
    Column("gemeente", ForeignKey(gemeente.c.code), primary_key=True),
)

wachttijd = Table(
    "wachttijd",
    metadata,
    Column("id", Integer, Identity(always=True), primary_key=True),
    _column("agb", Text, ForeignKey(aanbieder.c.agb)),
    _column("profiel_id", Integer, ForeignKey(profiel.c.id)),
    Column("gemeente", ForeignKey(gemeente.c.code), comment="null: where nothing else is said"),
    _column("weken", SmallInteger),
    _column("peildatum", Date),
    UniqueConstraint("agb", "profiel_id", "gemeente", postgresql_nulls_not_distinct=True),
    CheckConstraint("weken BETWEEN 0 AND 260", name="weken"),
)

kwaliteitscijfer = Table(
    "kwaliteitscijfer",
    metadata,
    Column("agb", ForeignKey(aanbieder.c.agb), primary_key=True),
    Column("indicator", Text, primary_key=True),
    Column("periode", Text, primary_key=True),
    Column("bron", Text, primary_key=True),
    _column("waarde", Numeric),
)

raamovereenkomst = Table(
    "raamovereenkomst",
    metadata,
    Column("nummer", Integer, Identity(always=True), primary_key=True),
    _column("aanbieder", Text, ForeignKey(aanbieder.c.agb)),
    _column("begindatum", Date),
    _column("einddatum", Date),
    _column("declaratietermijn_maanden", SmallInteger),
    Column("betaaltermijn_dagen", SmallInteger, nullable=False, server_default="30"),
    Column("bonus_malus", Boolean, nullable=False, server_default=false()),
    Column("verlenging_vereist_resultaten", Boolean, nullable=False, server_default=false()),
    Column("ontbonden_per", Date, comment="the first day without"),
    Column("ontbonden_grond", Text),
    Column("opgeschort_vanaf", Date, comment="null: not on hold now"),
    _period_begins_before_it_ends(),
    CheckConstraint("declaratietermijn_maanden >= 0", name="declaratietermijn"),
    CheckConstraint("betaaltermijn_dagen BETWEEN 1 AND 60", name="betaaltermijn"),
    CheckConstraint("NOT bonus_malus", name="bonus_malus"),
    CheckConstraint("ontbonden_per >= begindatum", name="ontbonden"),
    CheckConstraint("num_nulls(ontbonden_per, ontbonden_grond) IN (0, 2)", name="ontbonden_grond"),
    Index(
        "ix_raamovereenkomst_stil",
        "aanbieder",
        postgresql_where=text("opgeschort_vanaf IS NOT NULL OR ontbonden_grond IS NOT NULL"),
    ),
    _only_one_at_a_time(
        "ex_raamovereenkomst_periode",
        "aanbieder::bigint",
        period="daterange(begindatum, least(einddatum + 1, ontbonden_per), '[)')",
    ),
)

raamovereenkomst_gebeurtenis = Table(
    "raamovereenkomst_gebeurtenis",
    metadata,
    Column("nummer", ForeignKey(raamovereenkomst.c.nummer), primary_key=True),
    Column("volgnummer", SmallInteger, primary_key=True),
    _column("soort", Text),
    _column("vanaf", Date),
    Column("einddatum", Date),
    Column("grond", Text),
    Column("reden", Text),
    Column("resultaten", ARRAY(Text), nullable=False, server_default="{}"),
    Column(
        "geregistreerd_op",
        DateTime(timezone=True),
        nullable=False,
        server_default=func.clock_timestamp(),
    ),
    _column("geregistreerd_door", Text),
    _one_of(
        "soort",
        *("gesloten", "verlengd", "uitgebreid", "uitgesloten", "onderaannemer"),
        *("opgeschort", "hervat", "ontbonden"),
    ),
    CheckConstraint(
        "(soort IN ('gesloten', 'verlengd')) = (einddatum IS NOT NULL)", name="einddatum"
    ),
    CheckConstraint("(soort = 'ontbonden') = (grond IS NOT NULL)", name="grond"),
)


def _of_gebeurtenis() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["nummer", "volgnummer"],
        [raamovereenkomst_gebeurtenis.c.nummer, raamovereenkomst_gebeurtenis.c.volgnummer],
    )


raamovereenkomst_dekking = Table(
    "raamovereenkomst_dekking",
    metadata,
    _column("nummer", Integer),
    _column("volgnummer", SmallInteger),
    Column("gemeente", ForeignKey(gemeente.c.code)),
    Column("profiel_id", ForeignKey(profiel.c.id)),
    _column("vanaf", Date),
    _column("gedekt", Boolean),
    CheckConstraint("num_nonnulls(gemeente, profiel_id) >= 1", name="waarvoor"),
    _of_gebeurtenis(),
    UniqueConstraint(
        *("nummer", "gemeente", "profiel_id", "vanaf", "volgnummer"),
        name="uq_raamovereenkomst_dekking",
        postgresql_nulls_not_distinct=True,
    ),
    comment="of what is said of a gemeente, a profiel or a pair, the latest vanaf holds",
)

raamovereenkomst_onderaannemer = Table(
    "raamovereenkomst_onderaannemer",
    metadata,
    Column("nummer", Integer, primary_key=True, autoincrement=False),
    Column("volgnummer", SmallInteger, primary_key=True),
    _column("naam", Text),
    Column("agb", Text),
    _column("zzp", Boolean),
    Column("toestemming_datum", Date),
    CheckConstraint("agb ~ '^[0-9]{8}$'", name="agb"),
    CheckConstraint("zzp OR toestemming_datum IS NOT NULL", name="toestemming"),
    _of_gebeurtenis(),
    UniqueConstraint("nummer", "naam", name="uq_raamovereenkomst_onderaannemer_naam"),
    UniqueConstraint("nummer", "agb", name="uq_raamovereenkomst_onderaannemer_agb"),
)

kwaliteitseis = Table(
    "kwaliteitseis",
    metadata,
    Column("code", Text, primary_key=True),
    _column("naam", Text),
    _column("omschrijving", Text),
    _column("vanaf", Date),
    Column("tot_en_met", Date, comment="null: still holds"),
    CheckConstraint("vanaf <= tot_en_met", name="periode"),
)

aanmelding = Table(
    "aanmelding",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    _column("aanbieder", Text),
    _column("naam", Text),
    _column("profielen", ARRAY(Text)),
    _column("gemeenten", ARRAY(Text)),
    Column("toelichting", Text),
    _now("ontvangen_op"),
    _column("ingediend_door", Text),
    Column("besluit", Text, comment="null: not decided yet"),
    Column("reden", Text),
    Column("datum", Date),
    Column("tot_en_met", Date, comment="until when uitgesloten"),
    Column("besloten_op", DateTime(timezone=True)),
    Column("besloten_door", Text),
    CheckConstraint("aanbieder ~ '^[0-9]{8}$'", name="agb"),
    _one_of("besluit", "toegelaten", "afgewezen", "uitgesloten"),
    CheckConstraint(
        "num_nulls(besluit, datum, besloten_op, besloten_door) IN (0, 4)", name="besloten"
    ),
    CheckConstraint(
        "besluit NOT IN ('afgewezen', 'uitgesloten') OR reden IS NOT NULL", name="reden"
    ),
    CheckConstraint(
        "(coalesce(besluit, '') = 'uitgesloten') = (tot_en_met IS NOT NULL)"
        " AND (tot_en_met < datum) IS NOT TRUE",
        name="tot_en_met",
    ),
    Index(
        "ux_aanmelding_open",
        "aanbieder",
        unique=True,
        postgresql_where=text("besluit IS NULL"),
    ),
    Index(None, "aanbieder", "besloten_op"),
)

toetsing = Table(
    "toetsing",
    metadata,
    Column("aanmelding_id", ForeignKey(aanmelding.c.id), primary_key=True),
    Column("eis", ForeignKey(kwaliteitseis.c.code), primary_key=True),
    Column("naam", Text, nullable=False, comment="of the eis, when it was tested"),
    _column("voldoet", Boolean),
    Column("toelichting", Text),
)

inwoner = Table(
    "inwoner",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    _column("gemeente", Text, ForeignKey(gemeente.c.code)),
    _column("geboortedatum", Date),
    Column("bsn_hash", LargeBinary, comment="keyed hash, to find by"),
    Column("bsn_versleuteld", LargeBinary, comment="sealed with the key of the service"),
    _now("aangemaakt_op"),
    UniqueConstraint("gemeente", "bsn_hash"),
    CheckConstraint("num_nulls(bsn_hash, bsn_versleuteld) IN (0, 2)", name="bsn"),
)

woonplaats = Table(
    "woonplaats",
    metadata,
    Column("inwoner_id", ForeignKey(inwoner.c.id), primary_key=True),
    Column("vanaf", Date, primary_key=True, comment="-infinity: before the first known"),
    _column("tot_en_met", Date),
    Column("gemeente", ForeignKey(gemeente.c.code), comment="null: not established"),
    _column("grondslag", Text),
    Column("wet", Text, primary_key=True, server_default="beide"),
    _one_of("grondslag", "brp", "verblijf", "moeder", "werkelijk_verblijf", "onbekend"),
    _one_of("wet", "beide", "jeugdwet", "wmo"),
    CheckConstraint("vanaf <= tot_en_met", name="periode"),
    CheckConstraint("(gemeente IS NULL) = (grondslag = 'onbekend')", name="onbekend"),
    comment="the rows of one inwoner for one wet lie end to end and cover every day",
)

woonopgave = Table(
    "woonopgave",
    metadata,
    Column("inwoner_id", ForeignKey(inwoner.c.id), primary_key=True),
    Column("volgnummer", Integer, primary_key=True),
    _column("soort", Text),
    Column("invoer", JSONB, nullable=False, comment="as it was given"),
    Column("afleiding", JSONB, comment="who is responsible, per wet"),
    _column("geregistreerd_op", DateTime(timezone=True)),
    Column("geregistreerd_door", Text, comment="null: at the registration"),
    _one_of("soort", "woonplaatsen", "woongeschiedenis"),
    CheckConstraint("(soort = 'woongeschiedenis') = (afleiding IS NOT NULL)", name="afleiding"),
    comment="append only; what was said of residence, the last one holds",
)

woonplaatsinstelling = Table(
    "woonplaatsinstelling",
    metadata,
    Column("versie", Integer, primary_key=True, autoincrement=False),
    _column("beschermd_wonen", JSONB),
    _column("centrumgemeenten", JSONB),
    _now("vastgelegd_op"),
    _column("vastgelegd_door", Text),
    comment="append only; the last versie holds",
)

toewijzing = Table(
    "toewijzing",
    metadata,
    Column("nummer", Integer, Identity(always=True, maxvalue=999_999_999), primary_key=True),
    _column("gemeente", Text, ForeignKey(gemeente.c.code)),
    _column("inwoner_id", BigInteger, ForeignKey(inwoner.c.id)),
    _column("wet", Text),
    _column("profiel_id", Integer, ForeignKey(profiel.c.id)),
    _column("intensiteit", Text),
    _column("aanbieder", Text, ForeignKey(aanbieder.c.agb)),
    _column("raamovereenkomst_nummer", Integer, ForeignKey(raamovereenkomst.c.nummer)),
    _column("begindatum", Date),
    _column("einddatum", Date),
    _column("beoogde_resultaten", JSONB),
    _column("verwijzer", Text),
    Column("spoed_reden", Text),
    Column("status", Text, nullable=False, server_default="actief"),
    _column("tarieflijst_id", Integer, ForeignKey(tarieflijst.c.id)),
    _column("tarief_centen", BigInteger),
    _column("tarief_vanaf", Date),
    _column("prijs_centen", BigInteger),
    _now("aangemaakt_op"),
    _column("aangemaakt_door", Text),
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
    _period_begins_before_it_ends(),
    CheckConstraint("verschuldigd_centen BETWEEN 0 AND prijs_centen", name="verschuldigd"),
    _one_of("wet", "jeugdwet", "wmo"),
    _one_of("intensiteit", "licht", "middel", "zwaar"),
    _one_of("status", "actief", "beeindigd", "opgeschort", "ingetrokken"),
    CheckConstraint("prijs_centen >= 0", name="prijs"),
    _only_one_at_a_time(
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
    _column("mijlpaal", Text),
    _column("begindatum", Date),
    _column("einddatum", Date),
    _column("bedrag_centen", BigInteger),
    _column("declarabel_vanaf", Date),
    _column("declarabel_tot_en_met", Date),
    _column("aanbieder", Text),
    _column("inwoner_id", BigInteger),
    _column("betaler", Text),
    _column("profiel_id", Integer),
    _column("wet", Text),
    _period_begins_before_it_ends(),
    _one_of("mijlpaal", "start", "voortgang", "resultaat"),
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
    _column("soort", Text),
    _column("datum", Date),
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
    _column("geregistreerd_door", Text),
    CheckConstraint("volgnummer >= 1", name="volgnummer"),
    comment="what happened to a toewijzing after it was given, in order",
)

voortzetting = Table(
    "voortzetting",
    metadata,
    Column("id", Integer, Identity(always=True), primary_key=True),
    _column("toewijzing_nummer", Integer, ForeignKey(toewijzing.c.nummer)),
    _column("van_gemeente", Text, ForeignKey(gemeente.c.code)),
    _column("gemeente", Text, ForeignKey(gemeente.c.code)),
    _column("begindatum", Date),
    Column("toelichting", Text),
    _column("gevraagd_door", Text),
    _now("gevraagd_op"),
    Column("besluit", Text),
    Column("besluit_toelichting", Text),
    Column("besloten_door", Text),
    Column("besloten_op", DateTime(timezone=True)),
    Column("vervolg", ForeignKey(toewijzing.c.nummer)),
    CheckConstraint("gemeente <> van_gemeente", name="gemeente"),
    _one_of("besluit", "aangenomen", "afgewezen", "ingetrokken"),
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

clientinzage = Table(
    "clientinzage",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    _column("toewijzing_nummer", Integer, ForeignKey(toewijzing.c.nummer)),
    _column("aanbieder", Text),
    _column("door", Text),
    Column(
        "gelezen_op",
        DateTime(timezone=True),
        nullable=False,
        server_default=func.clock_timestamp(),
    ),
    Index(None, "toewijzing_nummer"),
    comment="each time that an aanbieder was told who the inwoner is",
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
    _column("aanbieder", Text),
    _column("volume", Integer),
    _column("eenheid", Text),
    _column("frequentie", Text),
    _column("tarief_centen", BigInteger),
    _column("totaal", BigInteger),
    Column("maxima", ARRAY(BigInteger), nullable=False, comment="by volgnummer of termijn"),
    _one_of("eenheid", "01", "04", "14", "16", "84"),
    _one_of("frequentie", "1", "2", "4", "6"),
    CheckConstraint("volume > 0 AND totaal > 0 AND 0 <= ALL (maxima)", name="volume"),
    Index(None, "aanbieder", "toewijzing_nummer"),
    comment="of a toewijzing that is paid by volume; volumes in its eenheid",
)

zelfredzaamheidsinstrument = Table(
    "zelfredzaamheidsinstrument",
    metadata,
    Column("code", Text, primary_key=True),
    _column("naam", Text),
    _column("bron", Text),
    Column("onderdelen", JSONB, nullable=False, comment="what is scored, in order: code and naam"),
    _column("laagste", SmallInteger),
    _column("hoogste", SmallInteger),
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
    _column("naam", Text),
    _column("bron", Text),
    _column("instrument", Text, ForeignKey(zelfredzaamheidsinstrument.c.code)),
    Column("regels", JSONB, nullable=False, comment="in order: voorwaarden, uitkomst, reden"),
    _column("vastgelegd_door", Text),
    _now("vastgelegd_op"),
    CheckConstraint("versie >= 1", name="versie"),
    CheckConstraint("coalesce(regels -> -1 -> 'voorwaarden' = '{}', false)", name="volledig"),
)

intensiteitstabel_profiel = Table(
    "intensiteitstabel_profiel",
    metadata,
    Column("profiel_id", ForeignKey(profiel.c.id), primary_key=True),
    _column("tabel", Text, ForeignKey(intensiteitstabel.c.code)),
    comment="the table that advises on a profiel when none is named",
)

intensiteitsadvies = Table(
    "intensiteitsadvies",
    metadata,
    Column("toewijzing_nummer", ForeignKey(toewijzing.c.nummer), primary_key=True),
    _column("tabel", Text),
    _column("versie", Integer),
    _column("complexiteit", Text),
    _column("eigen_inzet_gemeente", Text),
    _column("scores", JSONB),
    _column("advies", Text),
    Column("gekozen", Text, nullable=False, comment="the intensiteit of the toewijzing"),
    Column("afwijkingsreden", Text),
    ForeignKeyConstraint(
        ["tabel", "versie"], [intensiteitstabel_versie.c.code, intensiteitstabel_versie.c.versie]
    ),
    _one_of("complexiteit", "enkelvoudig", "meervoudig", "complex"),
    _one_of("eigen_inzet_gemeente", "geen", "deels", "veel"),
    _one_of("advies", "licht", "middel", "zwaar"),
    CheckConstraint("(advies = gekozen) = (afwijkingsreden IS NULL)", name="afwijking"),
    comment="for the gemeente alone: scores are data about a person's health",
)

verzoek = Table(
    "verzoek",
    metadata,
    Column("id", Integer, Identity(always=True), primary_key=True),
    _column("soort", Text),
    _column("gemeente", Text, ForeignKey(gemeente.c.code)),
    _column("aanbieder", Text, ForeignKey(aanbieder.c.agb)),
    Column("betreft_toewijzing", ForeignKey(toewijzing.c.nummer)),
    _column("wet", Text),
    _column("profiel_id", Integer, ForeignKey(profiel.c.id)),
    _column("intensiteit", Text),
    _column("begindatum", Date),
    _column("einddatum", Date),
    _column("verwijzer", Text),
    _column("referentie_aanbieder", Text),
    _column("beoogde_resultaten", JSONB),
    Column("toelichting", Text),
    Column("geboortedatum", Date),
    Column("bsn_hash", LargeBinary, comment="keyed hash, to find by; wiped once answered"),
    Column(
        "bsn_versleuteld",
        LargeBinary,
        comment="sealed with the key of the service; wiped once answered",
    ),
    Column("inwoner_id", ForeignKey(inwoner.c.id)),
    _now("ontvangen_op"),
    _column("ontvangen_van", Text),
    Column("onderzoek_op", DateTime(timezone=True)),
    Column("onderzoek_door", Text),
    Column("onderzoek_toelichting", Text),
    Column("antwoord", Text),
    Column("beantwoord_op", DateTime(timezone=True)),
    Column("beantwoord_door", Text),
    Column(
        "toewijzing_nummer", ForeignKey(toewijzing.c.nummer), comment="what was given in answer"
    ),
    Column("reden", Text),
    Column("verantwoordelijke_gemeente", ForeignKey(gemeente.c.code)),
    Column("antwoord_toelichting", Text),
    UniqueConstraint("aanbieder", "referentie_aanbieder"),
    _one_of("soort", "toewijzing", "wijziging", "verlenging"),
    _one_of("wet", "jeugdwet", "wmo"),
    _one_of("intensiteit", "licht", "middel", "zwaar"),
    _period_begins_before_it_ends(),
    CheckConstraint(
        "(soort = 'toewijzing') = (betreft_toewijzing IS NULL)"
        " AND (soort = 'toewijzing') = (geboortedatum IS NOT NULL)",
        name="betreft",
    ),
    CheckConstraint(
        "num_nulls(bsn_hash, bsn_versleuteld)"
        " = CASE WHEN soort = 'toewijzing' AND antwoord IS NULL THEN 0 ELSE 2 END",
        name="bsn",
    ),
    CheckConstraint("num_nulls(onderzoek_op, onderzoek_door) IN (0, 2)", name="onderzoek"),
    CheckConstraint(
        "num_nulls(antwoord, beantwoord_op, beantwoord_door) IN (0, 3)", name="beantwoord"
    ),
    CheckConstraint(
        "CASE antwoord WHEN 'toegewezen' THEN num_nulls(toewijzing_nummer, inwoner_id) = 0"
        " AND num_nonnulls(reden, verantwoordelijke_gemeente) = 0"
        " WHEN 'afgewezen' THEN reden IS NOT NULL AND toewijzing_nummer IS NULL"
        " ELSE antwoord IS NULL AND num_nonnulls(toewijzing_nummer, reden,"
        " verantwoordelijke_gemeente, antwoord_toelichting) = 0 END",
        name="antwoord",
    ),
    Index(None, "gemeente"),
    Index(
        "ux_verzoek_open",
        "gemeente",
        "aanbieder",
        "profiel_id",
        "bsn_hash",
        unique=True,
        postgresql_where=text("antwoord IS NULL"),
    ),
    Index(
        "ux_verzoek_open_wijziging",
        "betreft_toewijzing",
        unique=True,
        postgresql_where=text("antwoord IS NULL"),
    ),
)

verzoekinzage = Table(
    "verzoekinzage",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    _column("verzoek_id", Integer, ForeignKey(verzoek.c.id)),
    _now("gelezen_op"),
    _column("gelezen_door", Text),
    Index(None, "verzoek_id"),
    comment="append only; who read of whom a verzoek is",
)

concepttoewijzing = Table(
    "concepttoewijzing",
    metadata,
    Column("id", Integer, Identity(always=True), primary_key=True),
    _column("gemeente", Text, ForeignKey(gemeente.c.code)),
    _column("inwoner_id", BigInteger, ForeignKey(inwoner.c.id)),
    Column("invoer", JSONB, nullable=False, comment="as POST /toewijzingen takes it"),
    _column("prijs_centen", BigInteger),
    _now("opgesteld_op"),
    _column("opgesteld_door", Text),
    Column("besluit", Text),
    Column("besloten_op", DateTime(timezone=True)),
    Column("besloten_door", Text),
    Column("mandaat", Text),
    Column("reden", Text),
    Column("toewijzing_nummer", ForeignKey(toewijzing.c.nummer)),
    _one_of("besluit", "goedgekeurd", "afgekeurd"),
    CheckConstraint("num_nulls(besluit, besloten_op, besloten_door) IN (0, 3)", name="besloten"),
    CheckConstraint(
        "besluit <> 'goedgekeurd' OR besloten_door <> opgesteld_door", name="vier_ogen"
    ),
    CheckConstraint(
        "(besluit IS NOT DISTINCT FROM 'goedgekeurd') = (mandaat IS NOT NULL)"
        " AND (mandaat IS NULL) = (toewijzing_nummer IS NULL)"
        " AND (besluit IS NOT DISTINCT FROM 'afgekeurd') = (reden IS NOT NULL)",
        name="grond",
    ),
    Index(None, "gemeente"),
)

beschikking = Table(
    "beschikking",
    metadata,
    Column("toewijzing_nummer", ForeignKey(toewijzing.c.nummer), primary_key=True),
    _column("kenmerk", Text),
    comment="for the gemeente alone",
)

plan = Table(
    "plan",
    metadata,
    Column("id", Integer, Identity(always=True), primary_key=True),
    _column("gemeente", Text, ForeignKey(gemeente.c.code)),
    _column("versie", Integer),
    Column("goedgekeurde_versie", Integer),
    Column("regisseur_aanbieder", Text, comment="null: of no aanbieder"),
    _now("aangemaakt_op"),
    Column("afgesloten_op", Date),
    Column("afsluitreden", Text),
    Column("afgesloten_door", Text),
    CheckConstraint("goedgekeurde_versie <= versie", name="goedgekeurd"),
    CheckConstraint(
        "num_nulls(afgesloten_op, afsluitreden, afgesloten_door) IN (0, 3)", name="afgesloten"
    ),
    Index(None, "gemeente"),
)

planversie = Table(
    "planversie",
    metadata,
    Column("plan_id", ForeignKey(plan.c.id), primary_key=True),
    Column("versie", Integer, primary_key=True),
    Column("inhoud", JSONB, nullable=False, comment="as PUT /plannen/{id} takes it; never changes"),
    _now("opgesteld_op"),
    _column("opgesteld_door", Text),
    Column("goedgekeurd_op", DateTime(timezone=True)),
    Column("goedgekeurd_door", Text),
    Column("akkoord_datum", Date),
    Column("akkoord_van", Text),
    CheckConstraint(
        "num_nulls(goedgekeurd_op, goedgekeurd_door, akkoord_datum, akkoord_van) IN (0, 4)",
        name="goedgekeurd",
    ),
)

planlid = Table(
    "planlid",
    metadata,
    Column("plan_id", ForeignKey(plan.c.id), primary_key=True),
    Column("inwoner_id", ForeignKey(inwoner.c.id), primary_key=True),
    Column("loopt", Boolean, nullable=False, server_default=true()),
    Index("ux_planlid_loopt", "inwoner_id", unique=True, postgresql_where=text("loopt")),
    comment="the household of the last version; one running plan a person",
)

planevaluatie = Table(
    "planevaluatie",
    metadata,
    Column("plan_id", ForeignKey(plan.c.id), primary_key=True),
    Column("volgnummer", Integer, primary_key=True),
    Column("versie", Integer, nullable=False, comment="the approved version that was evaluated"),
    _column("datum", Date),
    _column("bevindingen", Text),
    _column("resultaten", JSONB),
    _now("vastgelegd_op"),
    _column("vastgelegd_door", Text),
    ForeignKeyConstraint(["plan_id", "versie"], [planversie.c.plan_id, planversie.c.versie]),
)

planmoment = Table(
    "planmoment",
    metadata,
    Column("plan_id", ForeignKey(plan.c.id), primary_key=True),
    Column("datum", Date, primary_key=True),
    Column("evaluatie", Integer),
    ForeignKeyConstraint(
        ["plan_id", "evaluatie"],
        [planevaluatie.c.plan_id, planevaluatie.c.volgnummer],
    ),
)

declaratie = Table(
    "declaratie",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    _column("aanbieder", Text),
    _column("declaratienummer", Text),
    _column("dagtekening", Date),
    _column("inhoud_hash", LargeBinary),
    _column("ontvangen_op", DateTime(timezone=True)),
    Column("afgehandeld_op", DateTime(timezone=True), comment="null: not settled yet"),
    Column("mislukt_op", DateTime(timezone=True), comment="given up; nothing was booked"),
    Column("mislukt_reden", Text),
    _column("aantal_regels", Integer),
    Column("aantal_toegekend", Integer, nullable=False, server_default="0"),
    Column("aantal_afgekeurd", Integer, nullable=False, server_default="0"),
    Column("aantal_aangehouden", Integer, nullable=False, server_default="0"),
    Column("ingediend_centen", BigInteger, nullable=False, server_default="0"),
    Column("toegekend_centen", BigInteger, nullable=False, server_default="0"),
    Column(
        "gebeurtenis",
        SmallInteger,
        nullable=False,
        server_default="0",
        comment="of the toewijzing, that the service itself declares for; 0: of an aanbieder",
    ),
    UniqueConstraint("aanbieder", "declaratienummer"),
    CheckConstraint(
        "afgehandeld_op IS NULL"
        " OR aantal_regels = aantal_toegekend + aantal_afgekeurd + aantal_aangehouden",
        name="aantallen",
    ),
    CheckConstraint(
        "num_nulls(mislukt_op, mislukt_reden) IN (0, 2)"
        " AND num_nonnulls(afgehandeld_op, mislukt_op) <= 1",
        name="einde",
    ),
    Index(
        "ix_declaratie_open",
        "aanbieder",
        postgresql_where=text("afgehandeld_op IS NULL AND mislukt_op IS NULL"),
    ),
)

voortgang = Table(
    "voortgang",
    metadata,
    Column("declaratie_id", BigInteger, primary_key=True, autoincrement=False),
    _now("begonnen_op"),
    _now("bijgewerkt_op"),
    _column("aantal_beoordeeld", Integer),
    _column("aantal_geboekt", Integer),
    prefixes=["UNLOGGED"],
    comment="of a declaratie that is being settled now; a crash may empty it",
)

declaratieregel = Table(
    "declaratieregel",
    metadata,
    Column("declaratie_id", BigInteger, primary_key=True),
    Column("regelnummer", Integer, primary_key=True),
    _column("aanbieder", Text),
    _column("referentie", Text),
    _column("toewijzing_nummer", Integer),
    _column("mijlpaal", Text),
    _column("begindatum", Date),
    _column("einddatum", Date),
    _column("bedrag_centen", BigInteger),
    _column("credit", Boolean),
    Column("vorige_referentie", Text),
    Column("volume", Integer),
    Column("eenheid", Text),
    Index(None, "aanbieder", "referentie"),
)

oordeel = Table(
    "oordeel",
    metadata,
    Column("declaratie_id", BigInteger, primary_key=True),
    Column("regelnummer", Integer, primary_key=True),
    _column("uitkomst", Text),
    _column("redenen", ARRAY(Text)),
    Column("toewijzing_nummer", Integer),
    Column("termijn", SmallInteger),
    _one_of("uitkomst", "afgekeurd", "aangehouden"),
    CheckConstraint("redenen <> '{}'", name="redenen"),
    Index(
        "ux_oordeel_aangehouden_termijn",
        "toewijzing_nummer",
        "termijn",
        unique=True,
        postgresql_where=text("uitkomst = 'aangehouden'"),
    ),
    comment="the lines that were not granted; a granted line has boekingen instead",
)

boeking = Table(
    "boeking",
    metadata,
    Column("boekingnummer", BigInteger, Identity(always=True), nullable=False),
    Column("toewijzing_nummer", Integer, primary_key=True),
    Column("termijn", SmallInteger, primary_key=True),
    Column("beurt", SmallInteger, primary_key=True, comment="0 debet, 1 its credit, 2 debet, …"),
    Column("deel", SmallInteger, primary_key=True),
    _column("gemeente", Text),
    _column("betaler", Text),
    _column("aanbieder", Text),
    _column("profiel_id", Integer),
    _column("wet", Text),
    _column("begindatum", Date),
    _column("einddatum", Date),
    _column("dagen", Integer),
    _column("bedrag_centen", BigInteger),
    _column("declaratie_id", BigInteger),
    _column("regelnummer", Integer),
    _column("geboekt_op", DateTime(timezone=True)),
    CheckConstraint(
        "CASE beurt % 2 WHEN 0 THEN bedrag_centen >= 0 ELSE bedrag_centen <= 0 END",
        name="teken",
    ),
    Index(None, "gemeente", "begindatum"),
    comment="append only; the key is the guard that a termijn is granted once at a time",
)

herverdeling = Table(
    "herverdeling",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("gemeente", ForeignKey(gemeente.c.code), nullable=False, comment="that pays the lines"),
    _column("reden", Text),
    _column("geboekt_op", DateTime(timezone=True)),
    _column("geboekt_door", Text),
    _column("aantal_regels", Integer),
    CheckConstraint("aantal_regels > 0", name="aantal_regels"),
    Index(None, "gemeente", "id"),
)

herverdeling_regel = Table(
    "herverdeling_regel",
    metadata,
    _column("herverdeling_id", BigInteger, ForeignKey(herverdeling.c.id)),
    Column("toewijzing_nummer", Integer, primary_key=True, autoincrement=False),
    Column("termijn", SmallInteger, primary_key=True),
    Column(
        "beurt",
        SmallInteger,
        primary_key=True,
        comment="of the boekingen that take back; the next one books anew",
    ),
    _column("bedrag_centen", BigInteger),
    Column("was", JSONB, nullable=False, comment="parts before"),
    Column("wordt", JSONB, nullable=False, comment="parts after"),
    CheckConstraint("beurt % 2 = 1", name="beurt"),
    Index(None, "herverdeling_id"),
    comment="append only; points at boekingen, of which none is ever deleted",
)

kostensom = Table(
    "kostensom",
    metadata,
    Column("gemeente", Text, primary_key=True),
    Column("begindatum", Date, primary_key=True),
    Column("aanbieder", Text, primary_key=True),
    Column("profiel_id", Integer, primary_key=True),
    Column("wet", Text, primary_key=True),
    _column("bedrag_centen", BigInteger),
    _column("aantal_boekingen", BigInteger),
    comment="sums of boeking, kept by a trigger on it; two aanbieders never share a row",
)

te_verzegelen = Table(
    "te_verzegelen",
    metadata,
    Column("nummer", BigInteger, Identity(always=True), primary_key=True),
    _column("aanbieder", Text),
    _column("declaratie_id", BigInteger),
    _column("ronde", SmallInteger),
    comment="what was settled and has no seal yet; the sealer takes it out",
)

herziening = Table(
    "herziening",
    metadata,
    Column("declaratie_id", BigInteger, primary_key=True, autoincrement=False),
    Column("regelnummer", Integer, primary_key=True, autoincrement=False),
    _column("ronde", SmallInteger),
    comment="the lines that were held at first, and in which round they came to their end",
)

herverdeling_ronde = Table(
    "herverdeling_ronde",
    metadata,
    Column("herverdeling_id", BigInteger, primary_key=True, autoincrement=False),
    Column("declaratie_id", BigInteger, primary_key=True, autoincrement=False),
    _column("ronde", SmallInteger),
    comment="which round of a declaratie a herverdeling is",
)

zegel = Table(
    "zegel",
    metadata,
    Column("aanbieder", Text, primary_key=True),
    Column("volgnummer", BigInteger, primary_key=True, autoincrement=False),
    _column("declaratie_id", BigInteger),
    Column(
        "ronde",
        SmallInteger,
        nullable=False,
        comment="0: all but what was held, 1, 2, …: what was held and came to its end later",
    ),
    Column("inhoud", LargeBinary, nullable=False, comment="over the rows"),
    Column("hash", LargeBinary, nullable=False, comment="over that and the one before"),
    Column("verzegeld_op", DateTime(timezone=True), nullable=False),
    UniqueConstraint("declaratie_id", "ronde"),
    comment="append only; the volgnummers of an aanbieder are a chain",
)

bankrekening = Table(
    "bankrekening",
    metadata,
    Column("id", Integer, Identity(always=True), primary_key=True),
    Column("aanbieder", ForeignKey(aanbieder.c.agb)),
    Column("gemeente", ForeignKey(gemeente.c.code)),
    _column("iban", Text),
    _column("tenaamstelling", Text),
    _column("vastgelegd_door", Text),
    _now("vastgelegd_op"),
    CheckConstraint("num_nonnulls(aanbieder, gemeente) = 1", name="van_wie"),
    CheckConstraint("iban ~ '^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$'", name="iban"),
    Index(None, "aanbieder"),
    Index(None, "gemeente"),
    comment="append only: of one aanbieder or gemeente the last holds",
)

betaalopdracht = Table(
    "betaalopdracht",
    metadata,
    Column("id", Integer, Identity(always=True), primary_key=True),
    _column("gemeente", Text, ForeignKey(gemeente.c.code)),
    _column("uitvoerdatum", Date),
    _column("iban", Text),
    _column("tenaamstelling", Text),
    Column("bestand", LargeBinary, comment="pain.001; null: nothing to pay"),
    _column("aangemaakt_door", Text),
    _now("aangemaakt_op"),
    Column("uitgevoerd_op", DateTime(timezone=True)),
    Column("ingetrokken_op", DateTime(timezone=True)),
    CheckConstraint("num_nonnulls(uitgevoerd_op, ingetrokken_op) <= 1", name="einde"),
    Index(None, "gemeente"),
)

overboeking = Table(
    "overboeking",
    metadata,
    Column("opdracht_id", ForeignKey(betaalopdracht.c.id), primary_key=True),
    Column("aanbieder", Text, primary_key=True),
    _column("iban", Text),
    _column("tenaamstelling", Text),
    _column("bedrag_centen", BigInteger),
    CheckConstraint("bedrag_centen > 0", name="bedrag"),
)

betaalspecificatie = Table(
    "betaalspecificatie",
    metadata,
    Column("id", Integer, Identity(always=True), primary_key=True),
    _column("declaratie_id", BigInteger, ForeignKey(declaratie.c.id)),
    _column("betaler", Text),
    _column("aanbieder", Text),
    _column("geboekt_op", DateTime(timezone=True)),
    _column("aantal_regels", Integer),
    _column("bedrag_centen", BigInteger),
    _column("credit_centen", BigInteger),
    _column("vervaldatum", Date),
    Column("betaald_centen", BigInteger, nullable=False, server_default="0"),
    Column(
        "opdracht_id", ForeignKey(betaalopdracht.c.id), comment="the order in which it stands now"
    ),
    CheckConstraint("credit_centen <= 0", name="credit"),
    CheckConstraint(
        "betaald_centen * sign(bedrag_centen) BETWEEN 0 AND abs(bedrag_centen)"
        " AND (bedrag_centen <> 0 OR betaald_centen = 0)",
        name="betaald",
    ),
    UniqueConstraint("declaratie_id", "betaler", "geboekt_op", name="uq_betaalspecificatie"),
    Index(None, "betaler", "geboekt_op"),
    Index(None, "aanbieder"),
    Index(
        "ix_betaalspecificatie_open",
        "betaler",
        "aanbieder",
        postgresql_where=text("bedrag_centen <> betaald_centen"),
    ),
    comment="all that one statement booked of a declaratie for a betaler",
)

kostendeel = Table(
    "kostendeel",
    metadata,
    Column("specificatie_id", ForeignKey(betaalspecificatie.c.id), primary_key=True),
    Column("gemeente", Text, primary_key=True),
    Column("wet", Text, primary_key=True),
    Column("profiel_id", Integer, primary_key=True),
    Column("maand", Date, primary_key=True, comment="its first day; that of the begindatum"),
    _column("bedrag_centen", BigInteger),
    _column("aantal_boekingen", BigInteger),
    Index(None, "gemeente"),
    comment="what each gemeente bears of a specification; kept by a trigger on boeking",
)

opdrachtdeel = Table(
    "opdrachtdeel",
    metadata,
    Column("opdracht_id", ForeignKey(betaalopdracht.c.id), primary_key=True),
    Column("specificatie_id", ForeignKey(betaalspecificatie.c.id), primary_key=True),
    _column("bedrag_centen", BigInteger),
    CheckConstraint("bedrag_centen <> 0", name="bedrag"),
)

betaling = Table(
    "betaling",
    metadata,
    Column("id", Integer, Identity(always=True), primary_key=True),
    _column("specificatie_id", Integer, ForeignKey(betaalspecificatie.c.id)),
    _column("datum", Date),
    _column("bedrag_centen", BigInteger),
    _column("kenmerk", Text),
    Column("opdracht_id", ForeignKey(betaalopdracht.c.id)),
    _column("geregistreerd_door", Text),
    _now("geregistreerd_op"),
    CheckConstraint("bedrag_centen <> 0", name="bedrag"),
    UniqueConstraint("specificatie_id", "kenmerk"),
    comment="append only",
)

grootboek = Table(
    "grootboek",
    metadata,
    Column("gemeente", ForeignKey(gemeente.c.code), primary_key=True),
    _column("crediteurenrekening", Text),
    _column("verrekenrekening", Text),
    _column("vastgelegd_door", Text),
    _now("vastgelegd_op"),
)

grootboekrekening = Table(
    "grootboekrekening",
    metadata,
    _column("gemeente", Text, ForeignKey(grootboek.c.gemeente)),
    _column("wet", Text),
    Column("profiel_id", ForeignKey(profiel.c.id), comment="null: the others"),
    _column("rekening", Text),
    _column("taakveld", Text),
    _one_of("wet", "jeugdwet", "wmo"),
    UniqueConstraint(
        *("gemeente", "wet", "profiel_id"),
        name="uq_grootboekrekening",
        postgresql_nulls_not_distinct=True,
    ),
)

afsluiting = Table(
    "afsluiting",
    metadata,
    Column("gemeente", ForeignKey(gemeente.c.code), primary_key=True),
    Column("soort", Text, primary_key=True),
    Column("vanaf", Date, primary_key=True),
    _column("tot_en_met", Date),
    Column("vorige", Date, comment="null: the first that was closed"),
    _column("kosten_centen", BigInteger),
    _column("nog_te_ontvangen_centen", BigInteger),
    _column("gesloten_door", Text),
    _column("gesloten_op", DateTime(timezone=True)),
    _one_of("soort", "maand", "jaar"),
    CheckConstraint(
        "vanaf = date_trunc(CASE soort WHEN 'maand' THEN 'month' ELSE 'year' END,"
        " vanaf::timestamp)"
        " AND tot_en_met + 1 = vanaf + CASE soort WHEN 'maand' THEN interval '1 month'"
        " ELSE interval '1 year' END",
        name="periode",
    ),
    CheckConstraint(
        "vorige + CASE soort WHEN 'maand' THEN interval '1 month' ELSE interval '1 year' END"
        " = vanaf",
        name="volgorde",
    ),
    ForeignKeyConstraint(
        ["gemeente", "soort", "vorige"],
        ["afsluiting.gemeente", "afsluiting.soort", "afsluiting.vanaf"],
        name="fk_afsluiting_vorige",
    ),
    UniqueConstraint(
        *("gemeente", "soort", "vorige"),
        name="uq_afsluiting_vorige",
        postgresql_nulls_not_distinct=True,
    ),
    comment="append only; each follows the one before it",
)

verrekening = Table(
    "verrekening",
    metadata,
    Column("schuldeiser", ForeignKey(gemeente.c.code), primary_key=True),
    Column("schuldenaar", ForeignKey(gemeente.c.code), primary_key=True),
    Column("kwartaal", Date, primary_key=True, comment="its first day"),
    _column("saldo_centen", BigInteger),
    Column("betaald_centen", BigInteger, nullable=False, server_default="0"),
    _column("aangezegd_door", Text),
    _now("aangezegd_op"),
    Column("bezwaar_op", DateTime(timezone=True)),
    Column("bezwaar_door", Text),
    Column("bezwaar_reden", Text),
    Column("bezwaar_centen", BigInteger),
    Column("besloten_op", DateTime(timezone=True)),
    Column("besloten_door", Text),
    Column("besluit", Text),
    Column("besluit_toelichting", Text),
    CheckConstraint("schuldeiser <> schuldenaar", name="paar"),
    CheckConstraint("saldo_centen > 0", name="saldo"),
    CheckConstraint("betaald_centen BETWEEN 0 AND saldo_centen", name="betaald"),
    CheckConstraint("kwartaal = date_trunc('quarter', kwartaal::timestamp)", name="kwartaal"),
    CheckConstraint(
        "num_nulls(bezwaar_op, bezwaar_door, bezwaar_reden, bezwaar_centen) IN (0, 4)"
        " AND bezwaar_centen BETWEEN 1 AND saldo_centen",
        name="bezwaar",
    ),
    CheckConstraint(
        "num_nulls(besloten_op, besloten_door, besluit, besluit_toelichting) IN (0, 4)"
        " AND (besluit IS NULL OR bezwaar_op IS NOT NULL)",
        name="besluit_op_bezwaar",
    ),
    _one_of("besluit", "gegrond", "ongegrond"),
    comment="what was told to pay; the saldo itself follows from kostendeel",
)

verrekenbetaling = Table(
    "verrekenbetaling",
    metadata,
    Column("id", Integer, Identity(always=True), primary_key=True),
    _column("schuldeiser", Text),
    _column("schuldenaar", Text),
    _column("kwartaal", Date),
    _column("datum", Date),
    _column("bedrag_centen", BigInteger),
    _column("kenmerk", Text),
    _column("geregistreerd_door", Text),
    _now("geregistreerd_op"),
    CheckConstraint("bedrag_centen > 0", name="bedrag"),
    ForeignKeyConstraint(
        ["schuldeiser", "schuldenaar", "kwartaal"],
        [verrekening.c.schuldeiser, verrekening.c.schuldenaar, verrekening.c.kwartaal],
        name="fk_verrekenbetaling_verrekening",
    ),
    UniqueConstraint(
        *("schuldeiser", "schuldenaar", "kwartaal", "kenmerk"), name="uq_verrekenbetaling_kenmerk"
    ),
    comment="append only",
)

taakopdracht = Table(
    "taakopdracht",
    metadata,
    Column("nummer", Integer, Identity(always=True), primary_key=True),
    _column("aanbieder", Text, ForeignKey(aanbieder.c.agb)),
    _column("begindatum", Date),
    _column("einddatum", Date),
    _column("termijnen", SmallInteger),
    _column("omvat", ARRAY(Text)),
    _column("omvat_niet", ARRAY(Text)),
    _column("aangemaakt_door", Text),
    _now("aangemaakt_op"),
    _period_begins_before_it_ends(),
    CheckConstraint("termijnen >= 1", name="termijnen"),
    CheckConstraint("omvat <> '{}'", name="omvat"),
    Index(None, "aanbieder"),
)

taakdeel = Table(
    "taakdeel",
    metadata,
    Column("taakopdracht_nummer", ForeignKey(taakopdracht.c.nummer), primary_key=True),
    Column("gemeente", ForeignKey(gemeente.c.code), primary_key=True),
    _column("bedrag_centen", BigInteger),
    CheckConstraint("bedrag_centen > 0", name="bedrag"),
    Index(None, "gemeente"),
)

taakomvang = Table(
    "taakomvang",
    metadata,
    Column("taakopdracht_nummer", Integer, primary_key=True),
    Column("gemeente", Text, primary_key=True),
    Column("profiel_id", ForeignKey(profiel.c.id), primary_key=True),
    _column("begindatum", Date),
    _column("einddatum", Date),
    ForeignKeyConstraint(
        ["taakopdracht_nummer", "gemeente"], [taakdeel.c.taakopdracht_nummer, taakdeel.c.gemeente]
    ),
    _period_begins_before_it_ends(),
    _only_one_at_a_time("ex_taakomvang_overlap", "gemeente::bigint", "profiel_id::bigint"),
    comment="for what no toewijzing is given: it would pay twice",
)

taaktermijn = Table(
    "taaktermijn",
    metadata,
    Column("taakopdracht_nummer", Integer, primary_key=True),
    Column("gemeente", Text, primary_key=True),
    Column("volgnummer", SmallInteger, primary_key=True),
    _column("begindatum", Date),
    _column("einddatum", Date),
    _column("vervaldatum", Date),
    _column("bedrag_centen", BigInteger),
    ForeignKeyConstraint(
        ["taakopdracht_nummer", "gemeente"], [taakdeel.c.taakopdracht_nummer, taakdeel.c.gemeente]
    ),
    _period_begins_before_it_ends(),
    CheckConstraint("bedrag_centen >= 0", name="bedrag"),
    Index(None, "gemeente", "begindatum"),
    Index(None, "vervaldatum"),
)

taakboeking = Table(
    "taakboeking",
    metadata,
    Column("taakopdracht_nummer", Integer, primary_key=True),
    Column("gemeente", Text, primary_key=True),
    Column("volgnummer", SmallInteger, primary_key=True),
    _column("boekingnummer", BigInteger),
    _now("geboekt_op"),
    UniqueConstraint("boekingnummer"),
    ForeignKeyConstraint(
        ["taakopdracht_nummer", "gemeente", "volgnummer"],
        [taaktermijn.c.taakopdracht_nummer, taaktermijn.c.gemeente, taaktermijn.c.volgnummer],
    ),
    comment="append only; the key is the guard that an instalment is booked once",
)

taakverslag = Table(
    "taakverslag",
    metadata,
    Column("taakopdracht_nummer", ForeignKey(taakopdracht.c.nummer), primary_key=True),
    Column("halfjaar", Text, primary_key=True),
    _column("aantal_inwoners", Integer),
    Column("resultaten", JSONB, nullable=False, comment="in order: resultaat and toelichting"),
    _now("ontvangen_op"),
    CheckConstraint("aantal_inwoners >= 0", name="aantal_inwoners"),
    CheckConstraint("halfjaar ~ '^[0-9]{4}-[12]$'", name="halfjaar"),
)

idempotentie = Table(
    "idempotentie",
    metadata,
    Column("beller", Text, primary_key=True),
    Column("sleutel", Text, primary_key=True),
    _column("aanvraag_hash", LargeBinary),
    _column("status", SmallInteger),
    Column("location", Text),
    _column("media_type", Text),
    _column("antwoord", LargeBinary),
    _now("aangemaakt_op"),
)
