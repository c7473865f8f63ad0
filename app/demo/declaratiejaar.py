# SPDX-License-Identifier: EUPL-1.2
"""A year of declaraties through the settlement itself: one per aanbieder and month."""

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby
from random import Random

from app.api.aanlevering import Blok
from app.api.declaraties import Lezing, keep
from app.db.connection import Connection
from app.demo.declaring import (
    TOO_MUCH_CENTEN,
    UNKNOWN_NUMMER,
    UNKNOWN_TOEWIJZINGEN,
    WRONG_AMOUNTS,
)
from app.domain.period import last_of_month
from app.settlement import settle

COUNT = "SELECT count(*) FROM termijn WHERE declarabel_vanaf <= $1"

# The month, and then the line as it is staged but for its number.
DECLARABEL = """
SELECT to_char(t.declarabel_vanaf, 'YYYY-MM-01'), t.toewijzing_nummer || '-' || t.volgnummer,
       t.toewijzing_nummer, t.mijlpaal, t.begindatum, t.einddatum, t.bedrag_centen, 'debet', NULL
FROM toewijzing tw
JOIN termijn t ON t.toewijzing_nummer = tw.nummer
WHERE tw.aanbieder = $1 AND t.declarabel_vanaf <= $2
ORDER BY 1, t.toewijzing_nummer, t.volgnummer
"""


async def declare_year(
    db: Connection, agb: str, vandaag: date, seed: int
) -> AsyncIterator[tuple[int, int]]:
    """Declare all that is declarable, mistakes included.

    Gives, per declaratie, how many termijnen it was about and how many lines it had.
    """
    rng = Random(f"{seed}-{agb}")
    for maand, regels in groupby(await _declarable(db, agb, vandaag), lambda r: r[:10]):
        goed = [regel[11:] for regel in regels]
        lines = list(_with_mistakes(rng, goed))
        await _declare(db, agb, date.fromisoformat(maand.decode()), lines, vandaag)
        yield len(goed), len(lines)


async def _declarable(db: Connection, agb: str, vandaag: date) -> list[bytes]:
    parts: list[bytes] = []

    async def keep(part: bytes) -> None:
        parts.append(part)

    await db.copy_from_query(DECLARABEL, agb, vandaag, output=keep, format="csv")
    return b"".join(parts).splitlines(keepends=True)


def _with_mistakes(rng: Random, regels: Iterable[bytes]) -> Iterator[bytes]:
    """A few with an amount too high, and a few more that name no toewijzing at all."""
    for regel in regels:
        yield _too_much(regel) if rng.random() < WRONG_AMOUNTS else regel
        if rng.random() < UNKNOWN_TOEWIJZINGEN:
            referentie, _nummer, rest = regel.split(b",", 2)
            yield b"%b-x,%d,%b" % (referentie, UNKNOWN_NUMMER, rest)


def _too_much(regel: bytes) -> bytes:
    before, centen, *after = regel.rsplit(b",", 3)
    return b",".join((before, b"%d" % (int(centen) + TOO_MUCH_CENTEN), *after))


async def _declare(
    db: Connection, agb: str, maand: date, lines: Sequence[bytes], vandaag: date
) -> None:
    dagtekening = min(last_of_month(maand), vandaag)
    lezing = Lezing(_at_once(list(lines)), dagtekening)
    async with db.transaction():
        declaratie = await keep(db, settle.Kop(agb, f"{maand:%Y%m}", dagtekening), lezing)
        await settle.settle(db, declaratie["id"], vandaag)


async def _at_once(lines: list[bytes]) -> AsyncIterator[Blok]:
    yield Blok(lines)
