# SPDX-License-Identifier: EUPL-1.2
"""The lines behind the kosten, each row written out by PostgreSQL itself.

The same columns come as CSV, as JSON and as the rows of a sheet. PostgreSQL writes a row many times
faster than Python would, on a core of its own, so that the service only hands it on.
"""

from datetime import date, datetime
from typing import NamedTuple

from app.db.connection import Connection
from app.db.uitvoer import (
    Column,
    Kind,
    Sink,
    as_csv,
    as_text,
    copy_as_csv,
    copy_written_out,
    ndjson,
    safe_cell,
    table,
)


class Keuze(NamedTuple):
    """Which kostenregels: what a gemeente bears of the periods that begin in these days.

    With `bekend_op` only what had been booked at that moment.
    """

    gemeente: str
    vanaf: date
    tot_en_met: date
    bekend_op: datetime | None = None


COLUMNS = {
    "boekingnummer": Column("regel.boekingnummer", "getal"),
    "gemeente": Column("regel.gemeente", "code"),
    "betaler": Column("regel.betaler", "code"),
    "aanbieder": Column("regel.aanbieder", "code"),
    "toewijzingNummer": Column("regel.toewijzing_nummer", "getal", nullable=True),
    "wet": Column("regel.wet", "code", nullable=True),
    "profiel": Column("regel.profiel", "code", nullable=True),
    "intensiteit": Column("regel.intensiteit", "code", nullable=True),
    "mijlpaal": Column("regel.mijlpaal", "code"),
    "begindatum": Column("regel.begindatum", "dag"),
    "einddatum": Column("regel.einddatum", "dag"),
    "dagen": Column("regel.dagen", "getal"),
    "bedragCenten": Column("regel.bedrag_centen", "getal"),
    "geboektOp": Column("regel.geboekt_op", "moment"),
    "declaratienummer": Column("regel.declaratienummer", "code", nullable=True),
    "referentie": Column("regel.referentie", "tekst"),
}
"""The columns of an export, in order. Of a task no toewijzing, wet or declaratie is known."""

STYLES: dict[Kind, int] = {"dag": 1, "moment": 2}
"""The cell style in a sheet of a kind that has one."""

LINES = """
FROM (
    SELECT b.boekingnummer, b.gemeente, b.betaler, b.aanbieder, b.toewijzing_nummer, b.wet,
           p.code AS profiel, tw.intensiteit, t.mijlpaal, b.begindatum, b.einddatum, b.dagen,
           b.bedrag_centen, b.geboekt_op, d.declaratienummer, r.referentie
    FROM boeking b
    JOIN profiel p ON p.id = b.profiel_id
    JOIN zicht.prijs_van_toewijzing tw ON tw.nummer = b.toewijzing_nummer
    JOIN termijn t ON t.toewijzing_nummer = b.toewijzing_nummer AND t.volgnummer = b.termijn
    JOIN declaratie d ON d.id = b.declaratie_id
    JOIN declaratieregel r ON r.declaratie_id = b.declaratie_id AND r.regelnummer = b.regelnummer
    UNION ALL
    SELECT b.boekingnummer, t.gemeente, t.gemeente, o.aanbieder, NULL, NULL, NULL, NULL, 'taak',
           t.begindatum, t.einddatum, t.einddatum - t.begindatum + 1, t.bedrag_centen,
           b.geboekt_op, NULL, format('taakopdracht %s termijn %s', o.nummer, t.volgnummer)
    FROM taakboeking b
    JOIN taaktermijn t USING (taakopdracht_nummer, gemeente, volgnummer)
    JOIN taakopdracht o ON o.nummer = t.taakopdracht_nummer
) regel
WHERE regel.gemeente = $1 AND regel.begindatum BETWEEN $2 AND $3
  AND ($4::timestamptz IS NULL OR regel.geboekt_op <= $4)
ORDER BY regel.boekingnummer
"""

_CONTROLS = "".join(f"\\x{code:02x}" for code in range(1, 32)) + r"\uFFFE\uFFFF"
_TO_XML = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def _as_xml(text: str) -> str:
    # XML has no word for a control character; none comes in, and a space breaks no workbook.
    text = f"translate({text}, E'{_CONTROLS}', repeat(' ', 33))"
    for sign, escaped in _TO_XML.items():
        text = f"replace({text}, '{sign}', '{escaped}')"
    return text


def _as_cell(column: Column) -> str:
    if column.nullable:
        written = _as_cell(column._replace(nullable=False))
        return f"CASE WHEN {column.sql} IS NULL THEN '<c/>' ELSE concat({written}) END"
    style = f' s="{STYLES[column.kind]}"' if column.kind in STYLES else ""
    number = f"""'<c{style}><v>', %s, '</v></c>'"""
    text = """'<c t="inlineStr"><is><t xml:space="preserve">', %s, '</t></is></c>'"""
    match column.kind:
        case "getal":
            return number % column.sql
        case "dag":  # A sheet counts days; so it does from March 1900 on.
            return number % f"{column.sql} - date '1899-12-30'"
        case "moment":
            return number % f"extract(epoch FROM {column.sql})::float8 / 86400 + 25569"
        case "code":
            return text.replace(' xml:space="preserve"', "") % column.sql
        case "tekst":
            return text % _as_xml(safe_cell(column.sql))


CSV = table(COLUMNS, as_csv, LINES)
PLAIN = table(COLUMNS, as_text, LINES)
NDJSON = ndjson(COLUMNS, LINES)
SHEET_ROWS = "SELECT concat('<row>', {}, '</row>') {}".format(
    ", ".join(_as_cell(column) for column in COLUMNS.values()), LINES
)
COUNT = """
SELECT (SELECT count(*) FROM boeking WHERE gemeente = $1 AND begindatum BETWEEN $2 AND $3
          AND ($4::timestamptz IS NULL OR geboekt_op <= $4))
     + (SELECT count(*) FROM taakboeking
        JOIN taaktermijn USING (taakopdracht_nummer, gemeente, volgnummer)
        WHERE gemeente = $1 AND begindatum BETWEEN $2 AND $3
          AND ($4::timestamptz IS NULL OR geboekt_op <= $4))
"""


async def count_kostenregels(db: Connection, keuze: Keuze) -> int:
    """How many lines there are to stream."""
    return int(await db.fetchval(COUNT, *keuze))


async def copy_csv(db: Connection, sink: Sink, keuze: Keuze, delimiter: str = ",") -> None:
    """COPY the lines to the sink as CSV below a header, safe to open in a spreadsheet."""
    await copy_as_csv(db, sink, CSV, *keuze, delimiter=delimiter)


async def copy_plain(db: Connection, sink: Sink, keuze: Keuze) -> None:
    """COPY the lines to the sink as CSV for a machine: no header, texts as they are."""
    await db.copy_from_query(PLAIN, *keuze, output=sink, format="csv")


async def copy_ndjson(db: Connection, sink: Sink, keuze: Keuze) -> None:
    """COPY the lines to the sink as a JSON object each."""
    await copy_written_out(db, sink, NDJSON, *keuze)


async def copy_sheet_rows(db: Connection, sink: Sink, keuze: Keuze) -> None:
    """COPY the lines to the sink as the rows of an Office Open XML sheet, one a line.

    Cells do not name their place: spreadsheets count along, and it halves the work and the file.
    """
    await copy_written_out(db, sink, SHEET_ROWS, *keuze)
