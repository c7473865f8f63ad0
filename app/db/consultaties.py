# SPDX-License-Identifier: EUPL-1.2
"""Consultations on concept lists, and the comments that aanbieders make."""

from asyncpg import Record

from app.db.connection import Connection
from app.db.tarieven import effective
from app.domain.errors import Conflict, NotFound
from app.domain.period import Periode
from app.domain.vaststelling import Consultatie

CONSULTATIES = """
SELECT c.tarieflijst_id AS tarieflijst, l.naam, l.vanaf, l.opgesteld_door, l.vastgesteld_op,
       c.begindatum, c.einddatum, c.toelichting, c.gesloten_op, c.sluitreden
FROM consultatie c
JOIN tarieflijst l ON l.id = c.tarieflijst_id
"""

# What the prices would be without this list: on its vanaf, before it was vastgesteld.
COMPARED = f"""
SELECT p.code AS profiel, t.intensiteit, t.bedrag_centen, geldend.bedrag_centen AS huidig_centen
FROM tarief t
JOIN profiel p ON p.id = t.profiel_id
LEFT JOIN ({
    effective(
        "(SELECT vanaf FROM tarieflijst WHERE id = $1)",
        "coalesce((SELECT vastgesteld_op - interval '1 microsecond' FROM tarieflijst"
        " WHERE id = $1), clock_timestamp())",
    )
}) AS geldend ON geldend.profiel_id = t.profiel_id AND geldend.intensiteit = t.intensiteit
WHERE t.tarieflijst_id = $1
ORDER BY p.code, t.intensiteit
"""

REACTIES = """
SELECT r.volgnummer, r.aanbieder, a.naam, r.tekst, p.code AS profiel, r.intensiteit,
       r.ontvangen_op, r.antwoord, r.beantwoord_op
FROM reactie r
LEFT JOIN aanbieder a ON a.agb = r.aanbieder
LEFT JOIN profiel p ON p.id = r.profiel_id
WHERE r.tarieflijst_id = $1 AND ($2::text IS NULL OR r.aanbieder = $2)
  AND ($3::integer IS NULL OR r.volgnummer = $3)
ORDER BY r.volgnummer
"""

INSERT_REACTIE = """
INSERT INTO reactie (tarieflijst_id, volgnummer, aanbieder, tekst, profiel_id, intensiteit)
VALUES ($1, zicht.volgende_reactie($1), $2, $3, $4, $5)
RETURNING volgnummer
"""


async def insert_consultatie(
    db: Connection, tarieflijst_id: int, periode: Periode, toelichting: str, door: str
) -> None:
    """Open a consultation; the caller holds the list. Raises Conflict when there is one."""
    made = await db.fetchval(
        "INSERT INTO consultatie (tarieflijst_id, begindatum, einddatum, toelichting, geopend_door)"
        " VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING RETURNING 1",
        tarieflijst_id,
        periode.begindatum,
        periode.einddatum,
        toelichting,
        door,
    )
    if made is None:
        raise Conflict(
            "consultatie_bestaat", "Over deze tarieflijst is al een consultatie gepland."
        )


async def find_consultaties(db: Connection) -> list[Record]:
    """Every consultation there is or was: one a list, so a few a year."""
    return await db.fetch(f"{CONSULTATIES} ORDER BY c.begindatum, c.tarieflijst_id")


async def find_consultatie(db: Connection, tarieflijst_id: int, lock: bool = False) -> Record:
    """The consultation on a list, held until the transaction ends with `lock`. Raises NotFound."""
    held = " FOR UPDATE OF c" if lock else ""
    row = await db.fetchrow(f"{CONSULTATIES} WHERE c.tarieflijst_id = $1{held}", tarieflijst_id)
    if row is None:
        raise no_consultation(tarieflijst_id)
    return row


def no_consultation(tarieflijst_id: int) -> NotFound:
    """There is none on this list, or none that the caller may see."""
    return NotFound(
        "consultatie_niet_gevonden", f"Er is geen consultatie over tarieflijst {tarieflijst_id}."
    )


def consultatie_of(row: Record) -> Consultatie:
    """A consultation from its row, as `domain` knows it."""
    periode = Periode(row["begindatum"], row["einddatum"])
    return Consultatie(periode, is_gesloten=row["gesloten_op"] is not None)


async def close_consultatie(db: Connection, tarieflijst_id: int, door: str, reden: str) -> None:
    """End a consultation before its einddatum."""
    await db.execute(
        "UPDATE consultatie SET gesloten_door = $2, gesloten_op = clock_timestamp(),"
        " sluitreden = $3 WHERE tarieflijst_id = $1",
        tarieflijst_id,
        door,
        reden,
    )


async def find_compared(db: Connection, tarieflijst_id: int) -> list[Record]:
    """The prices of a list beside those that hold on its vanaf without it."""
    return await db.fetch(COMPARED, tarieflijst_id)


async def insert_reactie(
    db: Connection,
    tarieflijst_id: int,
    aanbieder: str,
    tekst: str,
    profiel_id: int | None,
    intensiteit: str | None,
) -> int:
    """Keep a comment; the caller holds the consultation. Gives its volgnummer."""
    volgnummer: int = await db.fetchval(
        INSERT_REACTIE, tarieflijst_id, aanbieder, tekst, profiel_id, intensiteit
    )
    return volgnummer


async def find_reactie(
    db: Connection, tarieflijst_id: int, volgnummer: int, aanbieder: str | None = None
) -> Record:
    """One comment, of this aanbieder where one is named. Raises NotFound."""
    row = await db.fetchrow(REACTIES, tarieflijst_id, aanbieder, volgnummer)
    if row is None:
        raise NotFound(
            "reactie_niet_gevonden",
            f"Er is geen reactie {volgnummer} op tarieflijst {tarieflijst_id}.",
        )
    return row


async def count_unanswered(db: Connection, tarieflijst_id: int) -> int:
    """How many comments on a list wait for an answer."""
    count: int = await db.fetchval(
        "SELECT count(*) FROM reactie WHERE tarieflijst_id = $1 AND antwoord IS NULL",
        tarieflijst_id,
    )
    return count


async def answer_reactie(
    db: Connection, tarieflijst_id: int, volgnummer: int, door: str, antwoord: str
) -> bool:
    """Answer a comment; False when it was answered before."""
    answered = await db.fetchval(
        "UPDATE reactie SET antwoord = $4, beantwoord_door = $3, beantwoord_op = clock_timestamp()"
        " WHERE tarieflijst_id = $1 AND volgnummer = $2 AND antwoord IS NULL RETURNING 1",
        tarieflijst_id,
        volgnummer,
        door,
        antwoord,
    )
    return answered is not None
