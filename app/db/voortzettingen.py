# SPDX-License-Identifier: EUPL-1.2
"""Takeovers of toewijzingen. Only the gemeente that asks and the one that is asked see them."""

from datetime import date

from asyncpg import Record

from app.db.bsn import COLUMNS, same_bsn, verzegeld_of
from app.db.connection import Connection
from app.db.inwoners import insert_inwoner
from app.domain.errors import NotFound

# $1 the gemeente of the caller. Whom it is about, the one that is asked learns only where it knows
# the same BSN.
VOORTZETTINGEN = f"""
SELECT v.*, coalesce(v.besluit, 'gevraagd') AS status,
       tw.wet, p.code AS profiel, tw.intensiteit, tw.aanbieder, tw.prijs_centen,
       tw.begindatum AS begon, tw.einddatum,
       (SELECT eigen.id FROM inwoner oud
        JOIN inwoner eigen ON eigen.gemeente = v.gemeente AND {same_bsn("eigen", "oud")}
        WHERE oud.id = tw.inwoner_id AND v.gemeente = $1) AS bekende_inwoner
FROM voortzetting v
JOIN toewijzing tw ON tw.nummer = v.toewijzing_nummer
JOIN profiel p ON p.id = tw.profiel_id
WHERE (v.gemeente = $1 OR v.van_gemeente = $1)
"""
LIST = (
    f"{VOORTZETTINGEN} AND ($2::text IS NULL OR coalesce(v.besluit, 'gevraagd') = $2) ORDER BY v.id"
)
LOCK = "SELECT * FROM voortzetting WHERE id = $1 AND {whose} = $2 FOR NO KEY UPDATE"

ASK = """
INSERT INTO voortzetting (
    toewijzing_nummer, van_gemeente, gemeente, begindatum, toelichting, gevraagd_door
) VALUES ($1, $2, $3, $4, $5, $6)
RETURNING id
"""
DECIDE = """
UPDATE voortzetting
SET besluit = $2, besluit_toelichting = $3, besloten_door = $4, besloten_op = now(), vervolg = $5
WHERE id = $1
"""

# Of the inwoner of the one gemeente that of the other: the same by BSN, or a copy of it.
SAME_INWONER = f"""
SELECT eigen.id FROM inwoner oud
JOIN inwoner eigen ON eigen.gemeente = $2 AND {same_bsn("eigen", "oud")}
WHERE oud.id = $1
"""
PERSON = f"SELECT geboortedatum, {COLUMNS} FROM inwoner WHERE id = $1"
COPY_WOONPLAATSEN = """
INSERT INTO woonplaats (inwoner_id, gemeente, vanaf, tot_en_met, grondslag, wet)
SELECT $2, gemeente, vanaf, tot_en_met, grondslag, wet FROM woonplaats WHERE inwoner_id = $1
"""
FITS = f"""
SELECT eigen.geboortedatum = oud.geboortedatum
       AND {same_bsn("eigen", "oud")} IS NOT FALSE
FROM inwoner oud, inwoner eigen
WHERE oud.id = $1 AND eigen.id = $3 AND eigen.gemeente = $2 AND eigen.gewist_op IS NULL
"""


def _not_found(voortzetting_id: int) -> NotFound:
    return NotFound("voortzetting_niet_gevonden", f"Er is geen voortzetting {voortzetting_id}.")


async def ask(
    db: Connection,
    nummer: int,
    van_gemeente: str,
    gemeente: str,
    begindatum: date,
    toelichting: str | None,
    door: str,
) -> int:
    """Ask a gemeente to take over. A second open one violates ux_voortzetting_open."""
    voortzetting_id: int = await db.fetchval(
        ASK, nummer, van_gemeente, gemeente, begindatum, toelichting, door
    )
    return voortzetting_id


async def find_voortzetting(db: Connection, gemeente: str, voortzetting_id: int) -> Record:
    """One that this gemeente asked for or is asked. Raises NotFound."""
    row = await db.fetchrow(f"{VOORTZETTINGEN} AND v.id = $2", gemeente, voortzetting_id)
    if row is None:
        raise _not_found(voortzetting_id)
    return row


async def lock_voortzetting(
    db: Connection, gemeente: str, voortzetting_id: int, *, asked: bool
) -> Record:
    """One that this gemeente is asked, or else asked for; nobody decides meanwhile. NotFound."""
    query = LOCK.format(whose="gemeente" if asked else "van_gemeente")
    row = await db.fetchrow(query, voortzetting_id, gemeente)
    if row is None:
        raise _not_found(voortzetting_id)
    return row


async def decide(
    db: Connection,
    voortzetting_id: int,
    besluit: str,
    toelichting: str | None,
    door: str,
    vervolg: int | None = None,
) -> None:
    """Write down what was decided; after that it never changes."""
    await db.execute(DECIDE, voortzetting_id, besluit, toelichting, door, vervolg)


async def register_inwoner(db: Connection, inwoner_id: int, gemeente: str) -> int:
    """The inwoner of this gemeente with the same BSN, or else a copy made now."""
    eigen: int | None = await db.fetchval(SAME_INWONER, inwoner_id, gemeente)
    if eigen is None:
        oud = await db.fetchrow(PERSON, inwoner_id)
        assert oud is not None
        verzegeld = verzegeld_of(oud) if oud["bsn_hash"] else None
        eigen = await insert_inwoner(db, gemeente, oud["geboortedatum"], verzegeld, ())
        await db.execute(COPY_WOONPLAATSEN, inwoner_id, eigen)
    return eigen


async def is_same_inwoner(db: Connection, inwoner_id: int, gemeente: str, eigen: int) -> bool:
    """Whether an inwoner of this gemeente may be that one. Raises NotFound when there is none."""
    fits: bool | None = await db.fetchval(FITS, inwoner_id, gemeente, eigen)
    if fits is None:
        raise NotFound("inwoner_niet_gevonden", "Deze gemeente kent geen inwoner met dit id.")
    return fits
