# SPDX-License-Identifier: EUPL-1.2
"""Inwoners, and which gemeente is responsible for them."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import BigInteger

from app.db.tables.catalogus import gemeente
from app.db.tables.kolommen import column, metadata, now, one_of
from app.db.tables.sleutels import BSN_SHARED, bsn_key_columns

inwoner = Table(
    "inwoner",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    column("gemeente", Text, ForeignKey(gemeente.c.code)),
    Column("geboortedatum", Date, comment="null: wiped"),
    Column("bsn_hash", LargeBinary, comment="keyed hash, to find by"),
    Column("bsn_versleuteld", LargeBinary, comment="sealed with the key of the service"),
    now("aangemaakt_op"),
    *bsn_key_columns(),
    Column(
        "gewist_op",
        DateTime(timezone=True),
        comment="from then on nobody knows who it was",
    ),
    CheckConstraint(
        "(gewist_op IS NULL) = (geboortedatum IS NOT NULL)"
        " AND num_nonnulls(gewist_op, bsn_hash) <= 1",
        name="gewist",
    ),
    UniqueConstraint("gemeente", "bsn_hash"),
    Index("ux_inwoner_bsn", "gemeente", BSN_SHARED, unique=True),
    CheckConstraint("num_nulls(bsn_hash, bsn_versleuteld) IN (0, 2)", name="bsn"),
)

woonplaats = Table(
    "woonplaats",
    metadata,
    Column("inwoner_id", ForeignKey(inwoner.c.id), primary_key=True),
    Column("vanaf", Date, primary_key=True, comment="-infinity: before the first known"),
    column("tot_en_met", Date),
    Column("gemeente", ForeignKey(gemeente.c.code), comment="null: not established"),
    column("grondslag", Text),
    Column("wet", Text, primary_key=True, server_default="beide"),
    one_of("grondslag", "brp", "verblijf", "moeder", "werkelijk_verblijf", "onbekend"),
    one_of("wet", "beide", "jeugdwet", "wmo"),
    CheckConstraint("vanaf <= tot_en_met", name="periode"),
    CheckConstraint("(gemeente IS NULL) = (grondslag = 'onbekend')", name="onbekend"),
    comment="the rows of one inwoner for one wet lie end to end and cover every day",
)

woonopgave = Table(
    "woonopgave",
    metadata,
    Column("inwoner_id", ForeignKey(inwoner.c.id), primary_key=True),
    Column("volgnummer", Integer, primary_key=True),
    column("soort", Text),
    Column("invoer", JSONB, nullable=False, comment="as it was given"),
    Column("afleiding", JSONB, comment="who is responsible, per wet"),
    column("geregistreerd_op", DateTime(timezone=True)),
    Column("geregistreerd_door", Text, comment="null: at the registration"),
    one_of("soort", "woonplaatsen", "woongeschiedenis"),
    CheckConstraint("(soort = 'woongeschiedenis') = (afleiding IS NOT NULL)", name="afleiding"),
    comment="append only; what was said of residence, the last one holds",
)

woonplaatsinstelling = Table(
    "woonplaatsinstelling",
    metadata,
    Column("versie", Integer, primary_key=True, autoincrement=False),
    column("beschermd_wonen", JSONB),
    column("centrumgemeenten", JSONB),
    now("vastgelegd_op"),
    column("vastgelegd_door", Text),
    comment="append only; the last versie holds",
)
