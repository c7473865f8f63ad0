# SPDX-License-Identifier: EUPL-1.2
"""Rows that PostgreSQL writes out itself, as CSV or as JSON, and hands to whoever takes them."""

from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Literal, NamedTuple, TypeAlias

from app.db.connection import Connection

Sink: TypeAlias = Callable[[bytes], Coroutine[Any, Any, None]]
Kind: TypeAlias = Literal["getal", "dag", "moment", "code", "tekst"]


class Column(NamedTuple):
    """A column as SQL. A code needs no quotes anywhere; a tekst is what others chose freely."""

    sql: str
    kind: Kind
    nullable: bool = False


Columns: TypeAlias = Mapping[str, Column]


def safe_cell(text: str) -> str:
    """SQL: a text as a spreadsheet may see it."""
    # A spreadsheet runs a cell that begins so; a leading ' makes it text.
    return f"CASE WHEN {text} ~ E'^[=+@\\t\\r-]' THEN '''' || {text} ELSE {text} END"


def as_text(column: Column) -> str:
    """SQL: a value as it is."""
    return _moment(column.sql) if column.kind == "moment" else column.sql


def as_csv(column: Column) -> str:
    """SQL: a value as a cell of a CSV that may be opened in a spreadsheet."""
    return safe_cell(column.sql) if column.kind == "tekst" else as_text(column)


def table(columns: Columns, cell: Callable[[Column], str], lines: str) -> str:
    """A query for these columns, each written by `cell`; `lines` begins with FROM."""
    cells = ", ".join(f'{cell(column)} AS "{name}"' for name, column in columns.items())
    return f"SELECT {cells} {lines}"


def ndjson(columns: Columns, lines: str) -> str:
    """A query that writes each row as a JSON object."""
    fields = ", ',', ".join(f"'\"{name}\":', {_as_json(col)}" for name, col in columns.items())
    return f"SELECT concat('{{', {fields}, '}}') {lines}"


def _moment(sql: str) -> str:
    return f"""to_char({sql}, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""


def _as_json(column: Column) -> str:
    if column.kind == "tekst":
        return f"coalesce(to_json({column.sql})::text, 'null')"
    if column.nullable:
        quote = "" if column.kind == "getal" else '"'
        return f"coalesce('{quote}' || {column.sql} || '{quote}', 'null')"
    if column.kind == "getal":
        return column.sql
    return f"""'"', {as_text(column)}, '"'"""


async def copy_as_csv(
    db: Connection, sink: Sink, query: str, *args: object, delimiter: str = ","
) -> None:
    """COPY the rows of a query to the sink as CSV below a header."""
    await db.copy_from_query(
        query, *args, output=sink, format="csv", header=True, delimiter=delimiter
    )


async def copy_written_out(db: Connection, sink: Sink, query: str, *args: object) -> None:
    """COPY rows of one text, each a line that is already written out, to the sink."""
    # As CSV of one column, with signs for quote and delimiter that the text never holds: the text
    # format of COPY would double each backslash.
    await db.copy_from_query(
        query, *args, output=sink, format="csv", quote="\x01", delimiter="\x02"
    )
