# SPDX-License-Identifier: EUPL-1.2
"""Aanbieders, how they come in, and the life of their raamovereenkomsten."""

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
    Numeric,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    false,
    func,
    text,
)
from sqlalchemy.types import BigInteger, Boolean

from app.db.tables.catalogus import gemeente, profiel
from app.db.tables.kolommen import (
    column,
    metadata,
    now,
    one_of,
    only_one_at_a_time,
    period_begins_before_it_ends,
)

aanbieder = Table(
    "aanbieder",
    metadata,
    Column("agb", Text, primary_key=True),
    column("naam", Text),
    column("specialisaties", ARRAY(Text)),
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
    column("agb", Text, ForeignKey(aanbieder.c.agb)),
    column("profiel_id", Integer, ForeignKey(profiel.c.id)),
    Column("gemeente", ForeignKey(gemeente.c.code), comment="null: where nothing else is said"),
    column("weken", SmallInteger),
    column("peildatum", Date),
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
    column("waarde", Numeric),
)

raamovereenkomst = Table(
    "raamovereenkomst",
    metadata,
    Column("nummer", Integer, Identity(always=True), primary_key=True),
    column("aanbieder", Text, ForeignKey(aanbieder.c.agb)),
    column("begindatum", Date),
    column("einddatum", Date),
    column("declaratietermijn_maanden", SmallInteger),
    Column("betaaltermijn_dagen", SmallInteger, nullable=False, server_default="30"),
    Column("bonus_malus", Boolean, nullable=False, server_default=false()),
    Column("verlenging_vereist_resultaten", Boolean, nullable=False, server_default=false()),
    Column("ontbonden_per", Date, comment="the first day without"),
    Column("ontbonden_grond", Text),
    Column("opgeschort_vanaf", Date, comment="null: not on hold now"),
    period_begins_before_it_ends(),
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
    only_one_at_a_time(
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
    column("soort", Text),
    column("vanaf", Date),
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
    column("geregistreerd_door", Text),
    one_of(
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
    column("nummer", Integer),
    column("volgnummer", SmallInteger),
    Column("gemeente", ForeignKey(gemeente.c.code)),
    Column("profiel_id", ForeignKey(profiel.c.id)),
    column("vanaf", Date),
    column("gedekt", Boolean),
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
    column("naam", Text),
    Column("agb", Text),
    column("zzp", Boolean),
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
    column("naam", Text),
    column("omschrijving", Text),
    column("vanaf", Date),
    Column("tot_en_met", Date, comment="null: still holds"),
    CheckConstraint("vanaf <= tot_en_met", name="periode"),
)

aanmelding = Table(
    "aanmelding",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    column("aanbieder", Text),
    column("naam", Text),
    column("profielen", ARRAY(Text)),
    column("gemeenten", ARRAY(Text)),
    Column("toelichting", Text),
    now("ontvangen_op"),
    column("ingediend_door", Text),
    Column("besluit", Text, comment="null: not decided yet"),
    Column("reden", Text),
    Column("datum", Date),
    Column("tot_en_met", Date, comment="until when uitgesloten"),
    Column("besloten_op", DateTime(timezone=True)),
    Column("besloten_door", Text),
    CheckConstraint("aanbieder ~ '^[0-9]{8}$'", name="agb"),
    one_of("besluit", "toegelaten", "afgewezen", "uitgesloten"),
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
    column("voldoet", Boolean),
    Column("toelichting", Text),
)
