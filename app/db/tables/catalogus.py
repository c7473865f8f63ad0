# SPDX-License-Identifier: EUPL-1.2
"""Gemeenten, profielen, and prices: lists, what is said of them, and what they are made of."""

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Integer,
    Numeric,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import BigInteger, Boolean

from app.db.tables.kolommen import column, metadata, now, one_of, period_begins_before_it_ends

gemeente = Table(
    "gemeente",
    metadata,
    Column("code", Text, primary_key=True),
    column("naam", Text),
    column("samen14", Boolean),
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
    column("code", Text),
    column("naam", Text),
    column("omschrijving", Text),
    column("wetten", ARRAY(Text)),
    column("soort", Text),
    column("bekostiging", Text),
    Column("bekostiging_reden", Text, comment="why this variant; null: the usual one"),
    column("betaalplan", Text),
    Column("aandeel_start", Numeric, comment="of the price; null: no such termijn"),
    Column("aandeel_voortgang", Numeric),
    Column("aandeel_resultaat", Numeric),
    Column("gebroken_maand", Text),
    Column("eenheid", Text, comment="of the tarief, where it is by volume"),
    UniqueConstraint("code"),
    one_of("soort", "herstel", "duurzaam"),
    one_of("bekostiging", "inspanningsgericht", "outputgericht", "taakgericht"),
    CheckConstraint("wetten <> '{}' AND wetten <@ ARRAY['jeugdwet', 'wmo']::text[]", name="wetten"),
    CheckConstraint(
        "bekostiging = 'outputgericht' OR bekostiging_reden IS NOT NULL", name="bekostiging_reden"
    ),
    one_of("betaalplan", "mijlpalen", "einde", "maandelijks", "wekelijks"),
    CheckConstraint(
        "coalesce(aandeel_start, 0) + coalesce(aandeel_voortgang, 0)"
        " + coalesce(aandeel_resultaat, 0)"
        " = CASE WHEN betaalplan = 'mijlpalen' THEN 1 ELSE 0 END"
        " AND least(aandeel_start, aandeel_voortgang, aandeel_resultaat, 0) = 0"
        " AND (betaalplan = 'mijlpalen'"
        " OR num_nonnulls(aandeel_start, aandeel_voortgang, aandeel_resultaat) = 0)",
        name="aandelen",
    ),
    one_of("gebroken_maand", "naar_dagen", "eerste_niet_laatste_heel"),
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
    column("naam", Text),
    column("vanaf", Date),
    column("opgesteld_door", Text),
    now("opgesteld_op"),
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
    column("bedrag_centen", BigInteger),
    one_of("intensiteit", "licht", "middel", "zwaar"),
    CheckConstraint("bedrag_centen > 0", name="bedrag"),
)

consultatie = Table(
    "consultatie",
    metadata,
    Column("tarieflijst_id", ForeignKey(tarieflijst.c.id), primary_key=True),
    column("begindatum", Date),
    column("einddatum", Date),
    column("toelichting", Text),
    column("geopend_door", Text),
    now("geopend_op"),
    Column("gesloten_door", Text),
    Column("gesloten_op", DateTime(timezone=True), comment="null: open until the einddatum"),
    Column("sluitreden", Text),
    period_begins_before_it_ends(),
    CheckConstraint("num_nulls(gesloten_door, gesloten_op, sluitreden) IN (0, 3)", name="sluiting"),
)

reactie = Table(
    "reactie",
    metadata,
    Column("tarieflijst_id", ForeignKey(consultatie.c.tarieflijst_id), primary_key=True),
    Column("volgnummer", Integer, primary_key=True),
    column("aanbieder", Text),
    column("tekst", Text),
    Column("profiel_id", ForeignKey(profiel.c.id)),
    Column("intensiteit", Text),
    now("ontvangen_op"),
    Column("antwoord", Text),
    Column("beantwoord_door", Text),
    Column("beantwoord_op", DateTime(timezone=True)),
    CheckConstraint("aanbieder ~ '^[0-9]{8}$'", name="aanbieder"),
    one_of("intensiteit", "licht", "middel", "zwaar"),
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
    column("datum", Date),
    column("kenmerk", Text),
    column("vastgelegd_door", Text),
    now("vastgelegd_op"),
)

budget = Table(
    "budget",
    metadata,
    Column("gemeente", ForeignKey(gemeente.c.code), primary_key=True),
    Column("jaar", SmallInteger, primary_key=True, autoincrement=False),
    Column("wet", Text, primary_key=True),
    column("bedrag_centen", BigInteger),
    column("vastgelegd_door", Text),
    now("vastgelegd_op"),
    one_of("wet", "jeugdwet", "wmo"),
    CheckConstraint("bedrag_centen >= 0", name="bedrag"),
)

kostprijsberekening = Table(
    "kostprijsberekening",
    metadata,
    Column("tarieflijst_id", ForeignKey(tarieflijst.c.id), primary_key=True),
    Column("volgnummer", SmallInteger, primary_key=True, autoincrement=False),
    column("wet", Text),
    column("invoer", JSONB),
    column("functies", JSONB),
    one_of("wet", "jeugdwet", "wmo"),
)

tarief_opbouw = Table(
    "tarief_opbouw",
    metadata,
    Column("tarieflijst_id", Integer, primary_key=True, autoincrement=False),
    Column("profiel_id", Integer, primary_key=True, autoincrement=False),
    Column("intensiteit", Text, primary_key=True),
    Column("berekening", SmallInteger, comment="null: by indexation"),
    column("stappen", JSONB),
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
    column("methode", Text),
    column("nacalculatie", Boolean),
    column("gewicht_loon", Numeric),
    column("gewicht_materieel", Numeric),
    Column("loon", JSONB, nullable=False, comment="figures in percent"),
    Column("materieel", JSONB, nullable=False, comment="figures in percent"),
    column("percentage", Numeric),
    column("stappen", JSONB),
    one_of("methode", "verhouding", "verschil"),
    CheckConstraint(
        "gewicht_loon >= 0 AND gewicht_materieel >= 0 AND gewicht_loon + gewicht_materieel = 1",
        name="gewichten",
    ),
    CheckConstraint("ouder_id <> tarieflijst_id", name="ouder"),
)
