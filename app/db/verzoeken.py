# SPDX-License-Identifier: EUPL-1.2
"""Verzoeken of aanbieders. Every read and write is bound to the gemeente or the aanbieder."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from asyncpg import Record

from app.db import bsn
from app.db.connection import Connection
from app.domain.errors import NotFound
from app.domain.period import Periode
from app.domain.verzoek import Verzoeksoort

# $1 and $2 bind the caller: exactly one of them is null. Whether a gemeente knows a person, and as
# whom, is told to that gemeente alone.
VERZOEKEN = f"""
SELECT v.*, p.code AS profiel, i.geboortedatum AS bekende_geboortedatum,
       CASE WHEN v.antwoord IS NOT NULL THEN v.antwoord
            WHEN v.onderzoek_op IS NOT NULL THEN 'in_onderzoek' ELSE 'ontvangen' END AS status,
       CASE WHEN v.gemeente = $1 THEN coalesce(v.inwoner_id, i.id) END AS bekende_inwoner
FROM verzoek v
JOIN profiel p ON p.id = v.profiel_id
LEFT JOIN inwoner i ON i.gemeente = v.gemeente AND {bsn.same_bsn("i", "v")}
WHERE (v.gemeente = $1 OR v.aanbieder = $2)
"""

VERZOEKEN_BY_CHOICE = f"""
SELECT * FROM ({VERZOEKEN}) v
WHERE ($3::text IS NULL OR status = $3)
  AND ($4::text IS NULL OR gemeente = $4)
  AND ($5::text IS NULL OR aanbieder = $5)
ORDER BY id
"""

INSERT = f"""
WITH andere AS ({bsn.ANDERE_SLEUTEL.format(16)})
INSERT INTO verzoek (
    soort, gemeente, aanbieder, wet, profiel_id, intensiteit, begindatum, einddatum, verwijzer,
    referentie_aanbieder, beoogde_resultaten, toelichting, geboortedatum, ontvangen_van,
    {bsn.COLUMNS}
)
SELECT 'toewijzing', $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, {bsn.values(14)}
RETURNING id
"""

INSERT_CHANGE = """
INSERT INTO verzoek (
    soort, gemeente, aanbieder, betreft_toewijzing, wet, profiel_id, intensiteit, begindatum,
    einddatum, verwijzer, referentie_aanbieder, beoogde_resultaten, toelichting, inwoner_id,
    ontvangen_van
)
SELECT $2, gemeente, aanbieder, nummer, wet, profiel_id, coalesce($3, intensiteit),
       coalesce($4, begindatum), coalesce($5, einddatum), verwijzer, $6, beoogde_resultaten, $7,
       inwoner_id, $8
FROM toewijzing
WHERE nummer = $1
RETURNING id
"""

PERSON = """
SELECT bsn_versleuteld, geboortedatum FROM verzoek
WHERE gemeente = $1 AND id = $2 AND bsn_versleuteld IS NOT NULL
"""

# The row alone is locked: what it is joined with others may use.
LOCK = f"{VERZOEKEN} AND v.id = $3 FOR NO KEY UPDATE OF v"

INVESTIGATE = """
UPDATE verzoek
SET onderzoek_op = clock_timestamp(), onderzoek_door = $2, onderzoek_toelichting = $3
WHERE id = $1
"""

# What the answer no longer needs is not kept: the BSN of whoever was refused is wiped.
GRANT = f"""
UPDATE verzoek
SET antwoord = 'toegewezen', beantwoord_op = clock_timestamp(), beantwoord_door = $2,
    inwoner_id = $3, toewijzing_nummer = $4, {bsn.WIPED}
WHERE id = $1
"""

REFUSE = f"""
UPDATE verzoek
SET antwoord = 'afgewezen', beantwoord_op = clock_timestamp(), beantwoord_door = $2, reden = $3,
    verantwoordelijke_gemeente = $4, antwoord_toelichting = $5, {bsn.WIPED}
WHERE id = $1
"""


@dataclass(frozen=True, slots=True)
class Persoon:
    """Who is asked for, as we may keep it."""

    geboortedatum: date
    verzegeld: bsn.VerzegeldBsn


@dataclass(frozen=True, slots=True)
class Verzoek:
    """A verzoek to be written."""

    gemeente: str
    aanbieder: str
    wet: str
    profiel_id: int
    intensiteit: str
    periode: Periode
    verwijzer: str
    referentie_aanbieder: str
    beoogde_resultaten: Sequence[Mapping[str, str]]
    toelichting: str | None
    persoon: Persoon
    door: str


@dataclass(frozen=True, slots=True)
class Wijzigingsverzoek:
    """A verzoek to change a toewijzing, to be written; what is None stays as it is."""

    soort: Verzoeksoort
    intensiteit: str | None
    begindatum: date | None
    einddatum: date | None
    referentie_aanbieder: str
    toelichting: str
    door: str


async def insert_verzoek(db: Connection, verzoek: Verzoek) -> int:
    """Keep a verzoek; gives its id.

    A second open one for the same violates ux_verzoek_open, a referentie used before
    uq_verzoek_aanbieder_referentie_aanbieder.
    """
    verzoek_id: int = await db.fetchval(
        INSERT,
        verzoek.gemeente,
        verzoek.aanbieder,
        verzoek.wet,
        verzoek.profiel_id,
        verzoek.intensiteit,
        verzoek.periode.begindatum,
        verzoek.periode.einddatum,
        verzoek.verwijzer,
        verzoek.referentie_aanbieder,
        verzoek.beoogde_resultaten,
        verzoek.toelichting,
        verzoek.persoon.geboortedatum,
        verzoek.door,
        *bsn.arguments(verzoek.persoon.verzegeld),
    )
    return verzoek_id


async def insert_change(db: Connection, nummer: int, verzoek: Wijzigingsverzoek) -> int:
    """Keep a verzoek to change a toewijzing; gives its id.

    A second open one for the same toewijzing violates ux_verzoek_open_wijziging.
    """
    verzoek_id: int = await db.fetchval(
        INSERT_CHANGE,
        nummer,
        verzoek.soort,
        verzoek.intensiteit,
        verzoek.begindatum,
        verzoek.einddatum,
        verzoek.referentie_aanbieder,
        verzoek.toelichting,
        verzoek.door,
    )
    return verzoek_id


async def find_verzoek(
    db: Connection, gemeente: str | None, aanbieder: str | None, verzoek_id: int
) -> Record:
    """One verzoek of the caller. Raises NotFound, also when another's."""
    row = await db.fetchrow(f"{VERZOEKEN} AND v.id = $3", gemeente, aanbieder, verzoek_id)
    return _found(row, verzoek_id)


async def find_person(db: Connection, gemeente: str, verzoek_id: int) -> Record:
    """Who a verzoek to this gemeente is about. Raises NotFound once answered."""
    row = await db.fetchrow(PERSON, gemeente, verzoek_id)
    if row is None:
        raise NotFound(
            "client_niet_gevonden", f"Er is geen verzoek {verzoek_id} dat op antwoord wacht."
        )
    return row


async def lock_verzoek(db: Connection, gemeente: str, verzoek_id: int) -> Record:
    """One verzoek to this gemeente; nobody answers it meanwhile. Raises NotFound."""
    return _found(await db.fetchrow(LOCK, gemeente, None, verzoek_id), verzoek_id)


async def investigate(db: Connection, verzoek_id: int, door: str, toelichting: str | None) -> None:
    """Keep that a verzoek is being looked into."""
    await db.execute(INVESTIGATE, verzoek_id, door, toelichting)


async def grant(db: Connection, verzoek_id: int, door: str, inwoner_id: int, nummer: int) -> None:
    """Keep that a verzoek was answered by a toewijzing."""
    await db.execute(GRANT, verzoek_id, door, inwoner_id, nummer)


async def refuse(
    db: Connection,
    verzoek_id: int,
    door: str,
    reden: str,
    verantwoordelijke_gemeente: str | None,
    toelichting: str | None,
) -> None:
    """Keep that a verzoek was refused, and why."""
    await db.execute(REFUSE, verzoek_id, door, reden, verantwoordelijke_gemeente, toelichting)


def _found(row: Record | None, verzoek_id: int) -> Record:
    if row is None:
        raise NotFound("verzoek_niet_gevonden", f"Er is geen verzoek {verzoek_id}.")
    return row
