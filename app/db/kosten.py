# SPDX-License-Identifier: EUPL-1.2
"""What gemeenten bear: sums, and the lines behind them as a stream."""

from collections.abc import Callable, Coroutine
from datetime import date
from typing import Any

from asyncpg import Record

from app.db.connection import Connection

GROUPS = {
    "maand": "to_char(s.begindatum, 'YYYY-MM')",
    "profiel": "p.code",
    "aanbieder": "s.aanbieder",
    "wet": "s.wet",
    "gemeente": "s.gemeente",
}
"""What costs can be grouped by, as the SQL of the sleutel."""

SUMS = """
SELECT {sleutel} AS sleutel, sum(s.bedrag_centen)::bigint AS bedrag_centen,
       sum(s.aantal_boekingen)::bigint AS aantal_boekingen
FROM kostensom s
JOIN profiel p ON p.id = s.profiel_id
WHERE ($1::text IS NULL OR s.gemeente = $1) AND s.begindatum BETWEEN $2 AND $3
GROUP BY 1
ORDER BY 1
"""


def _safe_cell(text: str) -> str:
    # A spreadsheet runs a cell that begins so; a leading ' makes it text.
    return f"CASE WHEN {text} ~ E'^[=+@\\t\\r-]' THEN '''' || {text} ELSE {text} END"


COLUMNS = {
    "boekingnummer": "b.boekingnummer",
    "gemeente": "b.gemeente",
    "betaler": "b.betaler",
    "aanbieder": "b.aanbieder",
    "toewijzingNummer": "b.toewijzing_nummer",
    "wet": "b.wet",
    "profiel": "p.code",
    "intensiteit": "tw.intensiteit",
    "mijlpaal": "t.mijlpaal",
    "begindatum": "b.begindatum",
    "einddatum": "b.einddatum",
    "dagen": "b.dagen",
    "bedragCenten": "b.bedrag_centen",
    "geboektOp": """to_char(b.geboekt_op, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')""",
    "declaratienummer": "d.declaratienummer",
    "referentie": "r.referentie",
}
"""The columns of an export, in order, as SQL."""

FREE_TEXT = {"referentie"}
"""The columns whose text others chose freely."""

LINES = """
FROM boeking b
JOIN profiel p ON p.id = b.profiel_id
JOIN toewijzing tw ON tw.nummer = b.toewijzing_nummer
JOIN termijn t ON t.toewijzing_nummer = b.toewijzing_nummer AND t.volgnummer = b.termijn
JOIN declaratie d ON d.id = b.declaratie_id
JOIN declaratieregel r ON r.declaratie_id = b.declaratie_id AND r.regelnummer = b.regelnummer
WHERE b.gemeente = $1 AND b.begindatum BETWEEN $2 AND $3
ORDER BY b.boekingnummer
"""

CSV = "SELECT {} {}".format(
    ", ".join(
        f'{_safe_cell(sql) if name in FREE_TEXT else sql} AS "{name}"'
        for name, sql in COLUMNS.items()
    ),
    LINES,
)

NDJSON = "SELECT json_build_object({}) {}".format(
    ", ".join(f"'{name}', {sql}" for name, sql in COLUMNS.items()), LINES
)

Sink = Callable[[bytes], Coroutine[Any, Any, None]]


async def find_kosten(
    db: Connection, gemeente: str | None, vanaf: date, tot_en_met: date, groepering: str | None
) -> list[Record]:
    """One row per group in order of sleutel; without a groepering all is one group."""
    sleutel = GROUPS[groepering] if groepering else "'alles'"
    return await db.fetch(SUMS.format(sleutel=sleutel), gemeente, vanaf, tot_en_met)


async def stream_csv(
    db: Connection, sink: Sink, gemeente: str, vanaf: date, tot_en_met: date, delimiter: str
) -> None:
    """COPY the kostenregels of one gemeente to the sink as CSV, straight from PostgreSQL."""
    await db.copy_from_query(
        CSV,
        gemeente,
        vanaf,
        tot_en_met,
        output=sink,
        format="csv",
        header=True,
        delimiter=delimiter,
    )


async def stream_ndjson(
    db: Connection, sink: Sink, gemeente: str, vanaf: date, tot_en_met: date
) -> None:
    """COPY the kostenregels of one gemeente to the sink as a JSON object a line.

    As CSV of one column, with signs for quote and delimiter that JSON never holds unescaped: the
    text format of COPY would double each backslash.
    """
    await db.copy_from_query(
        NDJSON,
        gemeente,
        vanaf,
        tot_en_met,
        output=sink,
        format="csv",
        quote="\x01",
        delimiter="\x02",
    )
