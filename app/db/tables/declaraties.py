# SPDX-License-Identifier: EUPL-1.2
"""Lines that come in, what is judged and booked of them, and the seals over it."""

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import BigInteger, Boolean

from app.db.tables.catalogus import gemeente
from app.db.tables.kolommen import column, metadata, now, one_of

declaratie = Table(
    "declaratie",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    column("aanbieder", Text),
    column("declaratienummer", Text),
    column("dagtekening", Date),
    column("inhoud_hash", LargeBinary),
    column("ontvangen_op", DateTime(timezone=True)),
    Column("afgehandeld_op", DateTime(timezone=True), comment="null: not settled yet"),
    Column("mislukt_op", DateTime(timezone=True), comment="given up; nothing was booked"),
    Column("mislukt_reden", Text),
    column("aantal_regels", Integer),
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
    now("begonnen_op"),
    now("bijgewerkt_op"),
    column("aantal_beoordeeld", Integer),
    column("aantal_geboekt", Integer),
    prefixes=["UNLOGGED"],
    comment="of a declaratie that is being settled now; a crash may empty it",
)

declaratieregel = Table(
    "declaratieregel",
    metadata,
    Column("declaratie_id", BigInteger, primary_key=True),
    Column("regelnummer", Integer, primary_key=True),
    column("aanbieder", Text),
    column("referentie", Text),
    column("toewijzing_nummer", Integer),
    column("mijlpaal", Text),
    column("begindatum", Date),
    column("einddatum", Date),
    column("bedrag_centen", BigInteger),
    column("credit", Boolean),
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
    column("uitkomst", Text),
    column("redenen", ARRAY(Text)),
    Column("toewijzing_nummer", Integer),
    Column("termijn", SmallInteger),
    one_of("uitkomst", "afgekeurd", "aangehouden"),
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
    column("gemeente", Text),
    column("betaler", Text),
    column("aanbieder", Text),
    column("profiel_id", Integer),
    column("wet", Text),
    column("begindatum", Date),
    column("einddatum", Date),
    column("dagen", Integer),
    column("bedrag_centen", BigInteger),
    column("declaratie_id", BigInteger),
    column("regelnummer", Integer),
    column("geboekt_op", DateTime(timezone=True)),
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
    column("reden", Text),
    column("geboekt_op", DateTime(timezone=True)),
    column("geboekt_door", Text),
    column("aantal_regels", Integer),
    CheckConstraint("aantal_regels > 0", name="aantal_regels"),
    Index(None, "gemeente", "id"),
)

herverdeling_regel = Table(
    "herverdeling_regel",
    metadata,
    column("herverdeling_id", BigInteger, ForeignKey(herverdeling.c.id)),
    Column("toewijzing_nummer", Integer, primary_key=True, autoincrement=False),
    Column("termijn", SmallInteger, primary_key=True),
    Column(
        "beurt",
        SmallInteger,
        primary_key=True,
        comment="of the boekingen that take back; the next one books anew",
    ),
    column("bedrag_centen", BigInteger),
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
    column("bedrag_centen", BigInteger),
    column("aantal_boekingen", BigInteger),
    comment="sums of boeking, kept by a trigger on it; two aanbieders never share a row",
)

te_verzegelen = Table(
    "te_verzegelen",
    metadata,
    Column("nummer", BigInteger, Identity(always=True), primary_key=True),
    column("aanbieder", Text),
    column("declaratie_id", BigInteger),
    column("ronde", SmallInteger),
    comment="what was settled and has no seal yet; the sealer takes it out",
)

herziening = Table(
    "herziening",
    metadata,
    Column("declaratie_id", BigInteger, primary_key=True, autoincrement=False),
    Column("regelnummer", Integer, primary_key=True, autoincrement=False),
    column("ronde", SmallInteger),
    comment="the lines that were held at first, and in which round they came to their end",
)

herverdeling_ronde = Table(
    "herverdeling_ronde",
    metadata,
    Column("herverdeling_id", BigInteger, primary_key=True, autoincrement=False),
    Column("declaratie_id", BigInteger, primary_key=True, autoincrement=False),
    column("ronde", SmallInteger),
    comment="which round of a declaratie a herverdeling is",
)

zegel = Table(
    "zegel",
    metadata,
    Column("aanbieder", Text, primary_key=True),
    Column("volgnummer", BigInteger, primary_key=True, autoincrement=False),
    column("declaratie_id", BigInteger),
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
