# SPDX-License-Identifier: EUPL-1.2
"""Kostenregels as an XLSX workbook, made as it is sent: no file on disk, a few kilobytes in hand.

A workbook is a zip of XML. XlsxWriter makes all of it but the rows, which PostgreSQL has written
out; they are let in between the head and the foot of a sheet that XlsxWriter made.
"""

import io
import re
from collections.abc import Sequence
from zipfile import ZIP_DEFLATED, ZipFile

from xlsxwriter import Workbook

from app.db.kostenregels import COLUMNS, STYLES
from app.db.uitvoer import Kind
from app.exports.outlet import Outlet

MOST_ROWS = 1_048_575
"""What a sheet holds below its header."""

_NUMBER_FORMATS: dict[Kind, str] = {"dag": "yyyy-mm-dd", "moment": "yyyy-mm-dd hh:mm:ss"}
_WIDTHS: dict[Kind, int] = {"getal": 16, "dag": 12, "moment": 20, "code": 16, "tekst": 24}
_ROWS_END = b"</sheetData>"
_DIMENSION = re.compile(rb"<dimension [^>]*/>")  # not known yet when the head is sent


class _Archive(ZipFile):
    def __del__(self) -> None:
        """An export that was dropped half-way is not to be finished."""


class Xlsx:
    """Takes rows, one a line, and gives the bytes of the workbook so far."""

    def __init__(self, most_rows: int = MOST_ROWS) -> None:
        self._most_rows = most_rows
        self._outlet = Outlet()
        self._zip = _Archive(self._outlet, "w", ZIP_DEFLATED, compresslevel=1)
        self._rows: list[int] = []
        self._open_sheet()

    def feed(self, rows: bytes) -> bytes:
        """Take whole rows in."""
        while rows:
            room = self._most_rows - self._rows[-1]
            if not room:
                self._close_sheet()
                self._open_sheet()
                continue
            now, rows = _split(rows, room)
            self._rows[-1] += now.count(b"\n")
            self._sheet.write(now)
        return self._outlet.take()

    def close(self) -> bytes:
        """The end of the last sheet, and all that can only be told now."""
        self._close_sheet()
        for name, part in _workbook(self._rows).items():
            if name not in self._zip.NameToInfo:
                self._zip.writestr(name, part)
        self._zip.close()
        return self._outlet.take()

    def _open_sheet(self) -> None:
        self._rows.append(0)
        name = _sheet_name(len(self._rows))
        head = _workbook(self._rows)[name].partition(_ROWS_END)[0]
        self._sheet = self._zip.open(name, "w")
        self._sheet.write(_DIMENSION.sub(b"", head))

    def _close_sheet(self) -> None:
        made = _workbook(self._rows)[_sheet_name(len(self._rows))]
        self._sheet.write(b"".join(made.partition(_ROWS_END)[1:]))
        self._sheet.close()


def _split(rows: bytes, most: int) -> tuple[bytes, bytes]:
    """The first rows, at most so many, and the rest."""
    if rows.count(b"\n") <= most:
        return rows, b""
    end = 0
    for _ in range(most):
        end = rows.index(b"\n", end) + 1
    return rows[:end], rows[end:]


def _sheet_name(number: int) -> str:
    return f"xl/worksheets/sheet{number}.xml"


def _workbook(rows: Sequence[int]) -> dict[str, bytes]:
    """The parts of a workbook with only headers, laid out for so many rows on each sheet."""
    made = io.BytesIO()
    with Workbook(made, {"in_memory": True}) as workbook:
        bold = workbook.add_format({"bold": True})
        formats = {
            kind: workbook.add_format({"num_format": _NUMBER_FORMATS[kind]})
            for kind in sorted(STYLES, key=STYLES.__getitem__)
        }
        for number, count in enumerate(rows, start=1):
            sheet = workbook.add_worksheet("kostenregels" if number == 1 else f"vervolg {number}")
            for place, (name, column) in enumerate(COLUMNS.items()):
                sheet.set_column(place, place, _WIDTHS[column.kind], formats.get(column.kind))
                sheet.write_string(0, place, name, bold)
            sheet.freeze_panes(1, 0)
            sheet.autofilter(0, 0, count, len(COLUMNS) - 1)
    with ZipFile(made) as parts:
        return {name: parts.read(name) for name in parts.namelist()}
