# SPDX-License-Identifier: EUPL-1.2
"""Taakopdrachten, and what must not be done twice."""

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import BigInteger

from app.db.tables.catalogus import gemeente, profiel
from app.db.tables.contracten import aanbieder
from app.db.tables.kolommen import (
    column,
    metadata,
    now,
    only_one_at_a_time,
    period_begins_before_it_ends,
)

taakopdracht = Table(
    "taakopdracht",
    metadata,
    Column("nummer", Integer, Identity(always=True), primary_key=True),
    column("aanbieder", Text, ForeignKey(aanbieder.c.agb)),
    column("begindatum", Date),
    column("einddatum", Date),
    column("termijnen", SmallInteger),
    column("omvat", ARRAY(Text)),
    column("omvat_niet", ARRAY(Text)),
    column("aangemaakt_door", Text),
    now("aangemaakt_op"),
    period_begins_before_it_ends(),
    CheckConstraint("termijnen >= 1", name="termijnen"),
    CheckConstraint("omvat <> '{}'", name="omvat"),
    Index(None, "aanbieder"),
)

taakdeel = Table(
    "taakdeel",
    metadata,
    Column("taakopdracht_nummer", ForeignKey(taakopdracht.c.nummer), primary_key=True),
    Column("gemeente", ForeignKey(gemeente.c.code), primary_key=True),
    column("bedrag_centen", BigInteger),
    CheckConstraint("bedrag_centen > 0", name="bedrag"),
    Index(None, "gemeente"),
)

taakomvang = Table(
    "taakomvang",
    metadata,
    Column("taakopdracht_nummer", Integer, primary_key=True),
    Column("gemeente", Text, primary_key=True),
    Column("profiel_id", ForeignKey(profiel.c.id), primary_key=True),
    column("begindatum", Date),
    column("einddatum", Date),
    ForeignKeyConstraint(
        ["taakopdracht_nummer", "gemeente"], [taakdeel.c.taakopdracht_nummer, taakdeel.c.gemeente]
    ),
    period_begins_before_it_ends(),
    only_one_at_a_time("ex_taakomvang_overlap", "gemeente::bigint", "profiel_id::bigint"),
    comment="for what no toewijzing is given: it would pay twice",
)

taaktermijn = Table(
    "taaktermijn",
    metadata,
    Column("taakopdracht_nummer", Integer, primary_key=True),
    Column("gemeente", Text, primary_key=True),
    Column("volgnummer", SmallInteger, primary_key=True),
    column("begindatum", Date),
    column("einddatum", Date),
    column("vervaldatum", Date),
    column("bedrag_centen", BigInteger),
    ForeignKeyConstraint(
        ["taakopdracht_nummer", "gemeente"], [taakdeel.c.taakopdracht_nummer, taakdeel.c.gemeente]
    ),
    period_begins_before_it_ends(),
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
    column("boekingnummer", BigInteger),
    now("geboekt_op"),
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
    column("aantal_inwoners", Integer),
    Column("resultaten", JSONB, nullable=False, comment="in order: resultaat and toelichting"),
    now("ontvangen_op"),
    CheckConstraint("aantal_inwoners >= 0", name="aantal_inwoners"),
    CheckConstraint("halfjaar ~ '^[0-9]{4}-[12]$'", name="halfjaar"),
)

idempotentie = Table(
    "idempotentie",
    metadata,
    Column("beller", Text, primary_key=True),
    Column("sleutel", Text, primary_key=True),
    column("aanvraag_hash", LargeBinary),
    column("status", SmallInteger),
    Column("location", Text),
    column("media_type", Text),
    column("antwoord", LargeBinary),
    now("aangemaakt_op"),
)
