# SPDX-License-Identifier: EUPL-1.2
"""The lines that are declared: each open termijn once, in order; three in a hundred are wrong.

Of 200 lines two have another amount, one an unknown toewijzing, one an unknown period, one repeats
the termijn and one the referentie of the line before it.
"""

from datetime import date
from pathlib import Path
from typing import Any

import asyncpg

from bench.fill import OPEN_FROM

CYCLE = 200
WRONG = frozenset({0, 1, 2, 3, 10, 20})
"""Which of every CYCLE lines are wrong; LINES says how."""

LINES = """
WITH open_termijn AS (
    SELECT t.toewijzing_nummer, t.mijlpaal, t.begindatum, t.einddatum, t.bedrag_centen,
           row_number() OVER (ORDER BY t.toewijzing_nummer, t.volgnummer) - 1 AS i
    FROM toewijzing tw
    JOIN termijn t ON t.toewijzing_nummer = tw.nummer
    WHERE tw.aanbieder = $1 AND t.begindatum >= $2
),
gekozen AS (
    SELECT *, i - $3::bigint AS n,
           lag(toewijzing_nummer) OVER w AS vorige_toewijzing,
           lag(begindatum) OVER w AS vorige_begindatum,
           lag(einddatum) OVER w AS vorige_einddatum
    FROM open_termijn
    WHERE i >= $3::bigint AND i < $3::bigint + $4::bigint
    WINDOW w AS (ORDER BY i)
)
SELECT 'L' || lpad((CASE n % 200 WHEN 20 THEN i - 1 ELSE i END)::text, 9, '0') AS "referentie",
       CASE n % 200 WHEN 2 THEN 999999999 WHEN 10 THEN vorige_toewijzing ELSE toewijzing_nummer
           END AS "toewijzingNummer",
       mijlpaal AS "mijlpaal",
       CASE n % 200 WHEN 3 THEN begindatum - 1 WHEN 10 THEN vorige_begindatum ELSE begindatum
           END AS "begindatum",
       CASE n % 200 WHEN 10 THEN vorige_einddatum ELSE einddatum END AS "einddatum",
       bedrag_centen + CASE WHEN n % 200 IN (0, 1) THEN 1 ELSE 0 END AS "bedragCenten",
       'debet' AS "debetCredit"
FROM gekozen
ORDER BY n
"""


def right_ones(lines: int) -> int:
    """How many of so many lines are to be granted."""
    return lines - sum(1 for n in range(lines) if n % CYCLE in WRONG)


async def write_lines(url: str, agb: str, first: int, lines: int, path: Path) -> None:
    """The lines of this aanbieder from `first` (0 is the first) as CSV with a header."""
    db = await asyncpg.connect(url)
    await db.copy_from_query(
        LINES, agb, OPEN_FROM, first, lines, output=path, format="csv", header=True
    )
    await db.close()


async def read_lines(url: str, agb: str, first: int, lines: int) -> list[dict[str, Any]]:
    """The same, as they stand in a declaratie in JSON."""
    db = await asyncpg.connect(url)
    rows = await db.fetch(LINES, agb, OPEN_FROM, first, lines)
    await db.close()
    return [{name: _plain(value) for name, value in row.items()} for row in rows]


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
