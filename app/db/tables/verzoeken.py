# SPDX-License-Identifier: EUPL-1.2
"""What comes before a toewijzing: verzoeken, concepten, beschikkingen and plannen."""

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
    true,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import BigInteger, Boolean

from app.db.tables.catalogus import gemeente, profiel
from app.db.tables.contracten import aanbieder
from app.db.tables.inwoners import inwoner
from app.db.tables.kolommen import column, metadata, now, one_of, period_begins_before_it_ends
from app.db.tables.sleutels import BSN_SHARED, bsn_key_columns
from app.db.tables.toewijzingen import toewijzing

verzoek = Table(
    "verzoek",
    metadata,
    Column("id", Integer, Identity(always=True), primary_key=True),
    column("soort", Text),
    column("gemeente", Text, ForeignKey(gemeente.c.code)),
    column("aanbieder", Text, ForeignKey(aanbieder.c.agb)),
    Column("betreft_toewijzing", ForeignKey(toewijzing.c.nummer)),
    column("wet", Text),
    column("profiel_id", Integer, ForeignKey(profiel.c.id)),
    column("intensiteit", Text),
    column("begindatum", Date),
    column("einddatum", Date),
    column("verwijzer", Text),
    column("referentie_aanbieder", Text),
    column("beoogde_resultaten", JSONB),
    Column("toelichting", Text),
    Column("geboortedatum", Date),
    Column("bsn_hash", LargeBinary, comment="keyed hash, to find by; wiped once answered"),
    Column(
        "bsn_versleuteld",
        LargeBinary,
        comment="sealed with the key of the service; wiped once answered",
    ),
    Column("inwoner_id", ForeignKey(inwoner.c.id)),
    now("ontvangen_op"),
    column("ontvangen_van", Text),
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
    *bsn_key_columns(),
    UniqueConstraint("aanbieder", "referentie_aanbieder"),
    one_of("soort", "toewijzing", "wijziging", "verlenging"),
    one_of("wet", "jeugdwet", "wmo"),
    one_of("intensiteit", "licht", "middel", "zwaar"),
    period_begins_before_it_ends(),
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
        "ux_verzoek_open_bsn",
        "gemeente",
        "aanbieder",
        "profiel_id",
        BSN_SHARED,
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

concepttoewijzing = Table(
    "concepttoewijzing",
    metadata,
    Column("id", Integer, Identity(always=True), primary_key=True),
    column("gemeente", Text, ForeignKey(gemeente.c.code)),
    column("inwoner_id", BigInteger, ForeignKey(inwoner.c.id)),
    Column("invoer", JSONB, nullable=False, comment="as POST /toewijzingen takes it"),
    column("prijs_centen", BigInteger),
    now("opgesteld_op"),
    column("opgesteld_door", Text),
    Column("besluit", Text),
    Column("besloten_op", DateTime(timezone=True)),
    Column("besloten_door", Text),
    Column("mandaat", Text),
    Column("reden", Text),
    Column("toewijzing_nummer", ForeignKey(toewijzing.c.nummer)),
    one_of("besluit", "goedgekeurd", "afgekeurd"),
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
    column("kenmerk", Text),
    comment="for the gemeente alone",
)

plan = Table(
    "plan",
    metadata,
    Column("id", Integer, Identity(always=True), primary_key=True),
    column("gemeente", Text, ForeignKey(gemeente.c.code)),
    column("versie", Integer),
    Column("goedgekeurde_versie", Integer),
    Column("regisseur_aanbieder", Text, comment="null: of no aanbieder"),
    now("aangemaakt_op"),
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
    now("opgesteld_op"),
    column("opgesteld_door", Text),
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
    column("datum", Date),
    column("bevindingen", Text),
    column("resultaten", JSONB),
    now("vastgelegd_op"),
    column("vastgelegd_door", Text),
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
