# SPDX-License-Identifier: EUPL-1.2
"""Divide settled lines anew over the gemeenten: take each back as it was, book it as it is now.

To the books a herverdeling is one more turn back and one more turn forth of the same line: the
aanbieder is paid nothing and asked nothing, only who bears it changes.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from typing import Any

from asyncpg import Record

from app.db.connection import Connection
from app.settlement import afwikkeling
from app.settlement.settle import SPLIT

AFFECTED = (
    (files("app.settlement") / "herverdeling.sql")
    .read_text(encoding="utf-8")
    .replace("{split}", SPLIT)
)

FIND = f"""
{AFFECTED}
SELECT g.toewijzing_nummer, g.termijn, g.beurt, g.inwoner_id, g.aanbieder, t.mijlpaal,
       g.begindatum, g.einddatum, r.referentie, g.bedrag_centen, g.was, g.wordt, g.herverdeelbaar
FROM geraakt g
JOIN termijn t ON t.toewijzing_nummer = g.toewijzing_nummer AND t.volgnummer = g.termijn
JOIN declaratieregel r
  ON r.declaratie_id = g.declaratie_id AND r.regelnummer = g.regelnummer
ORDER BY g.toewijzing_nummer, g.termijn
"""

# Both turns come in with one statement, so that the books never show the one without the other.
BOOK = f"""
{AFFECTED},
kop AS (
    INSERT INTO herverdeling (gemeente, reden, geboekt_op, geboekt_door, aantal_regels)
    SELECT $1, $4, statement_timestamp(), $5, count(*)
    FROM geraakt
    WHERE herverdeelbaar
    RETURNING id
),
regels AS (
    INSERT INTO herverdeling_regel (
        herverdeling_id, toewijzing_nummer, termijn, beurt, bedrag_centen, was, wordt
    )
    SELECT kop.id, toewijzing_nummer, termijn, beurt + 1, bedrag_centen, was, wordt
    FROM geraakt, kop
    WHERE herverdeelbaar
),
herboekt AS (
    INSERT INTO boeking (
        toewijzing_nummer, termijn, beurt, deel, gemeente, betaler, aanbieder, profiel_id, wet,
        begindatum, einddatum, dagen, bedrag_centen, declaratie_id, regelnummer, geboekt_op
    )
    SELECT g.toewijzing_nummer, g.termijn, g.beurt + 1, b.deel, b.gemeente, g.betaler,
           g.aanbieder, g.profiel_id, g.wet, g.begindatum, g.einddatum, b.dagen, -b.bedrag_centen,
           g.declaratie_id, g.regelnummer, statement_timestamp()
    FROM geraakt g
    JOIN boeking b USING (toewijzing_nummer, termijn, beurt)
    WHERE g.herverdeelbaar
    UNION ALL
    SELECT g.toewijzing_nummer, g.termijn, g.beurt + 2, v.deel, v.gemeente, g.betaler,
           g.aanbieder, g.profiel_id, g.wet, g.begindatum, g.einddatum, v.dagen, v.bedrag_centen,
           g.declaratie_id, g.regelnummer, statement_timestamp()
    FROM geraakt g
    JOIN verdeeld v USING (toewijzing_nummer, termijn)
    WHERE g.herverdeelbaar
    RETURNING bedrag_centen
)
SELECT kop.id, (SELECT sum(bedrag_centen) FROM herboekt)::bigint AS saldo_centen FROM kop
"""

# Nobody moves meanwhile; those who say where an inwoner lives lock it as well.
LOCK_INWONERS = """
SELECT FROM inwoner WHERE id = ANY ($1::bigint[]) ORDER BY id FOR NO KEY UPDATE
"""


@dataclass(frozen=True, slots=True)
class Keuze:
    """Whose lines are meant: those that this gemeente pays, of an inwoner or of toewijzingen."""

    gemeente: str
    inwoner_id: int | None = None
    toewijzingen: Sequence[int] | None = None


async def find_affected(db: Connection, keuze: Keuze) -> list[Record]:
    """The settled lines whose split no longer fits, in order."""
    return await db.fetch(FIND, keuze.gemeente, keuze.inwoner_id, keuze.toewijzingen)


async def lock_affected(db: Connection, keuze: Keuze) -> tuple[Keuze, list[Record]]:
    """What is affected, held as it is until the transaction ends, and how to name it.

    Waits for what is being settled for the aanbieders, and for who changes a residence.
    """
    seen = await find_affected(db, keuze)
    for aanbieder in sorted({row["aanbieder"] for row in seen}):
        await afwikkeling.settle_first(db, aanbieder)
    await db.execute(LOCK_INWONERS, sorted({row["inwoner_id"] for row in seen}))
    locked = Keuze(
        keuze.gemeente, keuze.inwoner_id, sorted({row["toewijzing_nummer"] for row in seen})
    )
    return locked, await find_affected(db, locked)


async def book(db: Connection, keuze: Keuze, reden: str, door: str) -> int:
    """Take back and book anew what can be divided, in one statement; gives the id.

    Asked after `lock_affected`. Raises RuntimeError when it does not come to nothing in all.
    """
    row = await db.fetchrow(BOOK, keuze.gemeente, keuze.inwoner_id, keuze.toewijzingen, reden, door)
    assert row is not None
    if row["saldo_centen"] != 0:
        raise RuntimeError(f"boekingen of herverdeling {row['id']} do not add up")
    herverdeling_id: int = row["id"]
    return herverdeling_id


def kenmerk_of(rows: Sequence[Record]) -> str:
    """A short name for exactly what would be booked: other lines, turns or parts give another."""
    names = ("toewijzing_nummer", "termijn", "beurt", "wordt")
    content: list[Any] = [[row[name] for name in names] for row in rows if row["herverdeelbaar"]]
    return sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:32]
