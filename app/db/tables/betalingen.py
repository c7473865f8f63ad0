# SPDX-License-Identifier: EUPL-1.2
"""What is paid: specificaties, betalingen, journal, closings, and between gemeenten."""

from sqlalchemy import (
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
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import BigInteger

from app.db.tables.catalogus import gemeente, profiel
from app.db.tables.contracten import aanbieder
from app.db.tables.declaraties import declaratie
from app.db.tables.kolommen import column, metadata, now, one_of
from app.db.tables.taken import taakopdracht

bankrekening = Table(
    "bankrekening",
    metadata,
    Column("id", Integer, Identity(always=True), primary_key=True),
    Column("aanbieder", ForeignKey(aanbieder.c.agb)),
    Column("gemeente", ForeignKey(gemeente.c.code)),
    column("iban", Text),
    column("tenaamstelling", Text),
    column("vastgelegd_door", Text),
    now("vastgelegd_op"),
    Column("goedgekeurd_op", DateTime(timezone=True)),
    Column(
        "goedgekeurd_door",
        Text,
        comment="never who put it down; null: not yet, or of before this was asked",
    ),
    CheckConstraint("goedgekeurd_door <> vastgelegd_door", name="vier_ogen"),
    CheckConstraint("goedgekeurd_op IS NOT NULL OR goedgekeurd_door IS NULL", name="goedgekeurd"),
    CheckConstraint("num_nonnulls(aanbieder, gemeente) = 1", name="van_wie"),
    CheckConstraint("iban ~ '^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$'", name="iban"),
    Index(None, "aanbieder"),
    Index(None, "gemeente"),
    comment="of one aanbieder or gemeente the last that was agreed to counts",
)

betaalopdracht = Table(
    "betaalopdracht",
    metadata,
    Column("id", Integer, Identity(always=True), primary_key=True),
    column("gemeente", Text, ForeignKey(gemeente.c.code)),
    column("uitvoerdatum", Date),
    column("iban", Text),
    column("tenaamstelling", Text),
    Column("bestand", LargeBinary, comment="pain.001; null: nothing to pay"),
    column("aangemaakt_door", Text),
    now("aangemaakt_op"),
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
    column("iban", Text),
    column("tenaamstelling", Text),
    column("bedrag_centen", BigInteger),
    CheckConstraint("bedrag_centen > 0", name="bedrag"),
)

betaalspecificatie = Table(
    "betaalspecificatie",
    metadata,
    Column("id", Integer, Identity(always=True), primary_key=True),
    Column("declaratie_id", ForeignKey(declaratie.c.id)),
    Column(
        "taakopdracht_nummer", ForeignKey(taakopdracht.c.nummer), comment="instead of a declaratie"
    ),
    column("betaler", Text),
    column("aanbieder", Text),
    column("geboekt_op", DateTime(timezone=True)),
    column("aantal_regels", Integer),
    column("bedrag_centen", BigInteger),
    column("credit_centen", BigInteger),
    column("vervaldatum", Date),
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
    CheckConstraint("num_nonnulls(declaratie_id, taakopdracht_nummer) = 1", name="waarvan"),
    UniqueConstraint("declaratie_id", "betaler", "geboekt_op", name="uq_betaalspecificatie"),
    UniqueConstraint(
        *("taakopdracht_nummer", "betaler", "geboekt_op"),
        name="uq_betaalspecificatie_taakopdracht",
    ),
    Index(None, "betaler", "geboekt_op"),
    Index(None, "aanbieder"),
    Index(
        "ix_betaalspecificatie_open",
        "betaler",
        "aanbieder",
        postgresql_where=text("bedrag_centen <> betaald_centen"),
    ),
    comment="all that one statement booked of a declaratie or taakopdracht for a betaler",
)

kostendeel = Table(
    "kostendeel",
    metadata,
    Column("specificatie_id", ForeignKey(betaalspecificatie.c.id), primary_key=True),
    Column("gemeente", Text, primary_key=True),
    Column("wet", Text, primary_key=True),
    Column("profiel_id", Integer, primary_key=True),
    Column("maand", Date, primary_key=True, comment="its first day; that of the begindatum"),
    column("bedrag_centen", BigInteger),
    column("aantal_boekingen", BigInteger),
    Index(None, "gemeente"),
    comment="what each gemeente bears of a specification; kept by a trigger on boeking",
)

opdrachtdeel = Table(
    "opdrachtdeel",
    metadata,
    Column("opdracht_id", ForeignKey(betaalopdracht.c.id), primary_key=True),
    Column("specificatie_id", ForeignKey(betaalspecificatie.c.id), primary_key=True),
    column("bedrag_centen", BigInteger),
    CheckConstraint("bedrag_centen <> 0", name="bedrag"),
)

betaling = Table(
    "betaling",
    metadata,
    Column("id", Integer, Identity(always=True), primary_key=True),
    column("specificatie_id", Integer, ForeignKey(betaalspecificatie.c.id)),
    column("datum", Date),
    column("bedrag_centen", BigInteger),
    column("kenmerk", Text),
    Column("opdracht_id", ForeignKey(betaalopdracht.c.id)),
    column("geregistreerd_door", Text),
    now("geregistreerd_op"),
    CheckConstraint("bedrag_centen <> 0", name="bedrag"),
    UniqueConstraint("specificatie_id", "kenmerk"),
    comment="append only",
)

grootboek = Table(
    "grootboek",
    metadata,
    Column("gemeente", ForeignKey(gemeente.c.code), primary_key=True),
    column("crediteurenrekening", Text),
    column("verrekenrekening", Text),
    column("vastgelegd_door", Text),
    now("vastgelegd_op"),
)

grootboekrekening = Table(
    "grootboekrekening",
    metadata,
    column("gemeente", Text, ForeignKey(grootboek.c.gemeente)),
    column("wet", Text),
    Column("profiel_id", ForeignKey(profiel.c.id), comment="null: the others"),
    column("rekening", Text),
    column("taakveld", Text),
    CheckConstraint(
        "wet IN ('jeugdwet', 'wmo', 'taakopdracht')"
        " AND (wet <> 'taakopdracht' OR profiel_id IS NULL)",
        name="wet",
    ),
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
    column("tot_en_met", Date),
    Column("vorige", Date, comment="null: the first that was closed"),
    column("kosten_centen", BigInteger),
    column("nog_te_ontvangen_centen", BigInteger),
    column("gesloten_door", Text),
    column("gesloten_op", DateTime(timezone=True)),
    one_of("soort", "maand", "jaar"),
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
    column("saldo_centen", BigInteger),
    Column("betaald_centen", BigInteger, nullable=False, server_default="0"),
    column("aangezegd_door", Text),
    now("aangezegd_op"),
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
    one_of("besluit", "gegrond", "ongegrond"),
    comment="what was told to pay; the saldo itself follows from kostendeel",
)

verrekenbetaling = Table(
    "verrekenbetaling",
    metadata,
    Column("id", Integer, Identity(always=True), primary_key=True),
    column("schuldeiser", Text),
    column("schuldenaar", Text),
    column("kwartaal", Date),
    column("datum", Date),
    column("bedrag_centen", BigInteger),
    column("kenmerk", Text),
    column("geregistreerd_door", Text),
    now("geregistreerd_op"),
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
