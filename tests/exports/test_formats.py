# SPDX-License-Identifier: EUPL-1.2
"""The four formats say the same, each in its own way."""

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zipfile import BadZipFile

import pyarrow as pa
import pytest
from openpyxl import load_workbook
from pyarrow import parquet

from app.db.connection import Connection
from app.db.kostenregels import COLUMNS, copy_plain, copy_sheet_rows
from app.exports.formats import CSV, FORMATS, NDJSON, PARQUET, XLSX, Format
from app.exports.parquet import Parquet
from app.exports.xlsx import Xlsx
from tests.exports.lines import KEUZE, fill

Row = dict[str, Any]

MANY = 5_000  # more than one block of any format
DANGEROUS = ("=1+1", "+31", "-5", "@A1", "\tx", "\rx")
AWKWARD = ('a,b;"c"', "a\\b", "<&>'", "Ö € 字 😀", "twee\nregels")


async def _written(db: Connection, form: Format) -> bytes:
    pieces: list[bytes] = []

    async def sink(piece: bytes) -> None:
        pieces.append(piece)

    await form.stream(db, sink, KEUZE)
    return b"".join(pieces)


def _of_csv(content: bytes) -> list[Row]:
    return [
        {name: _typed(name, text) for name, text in row.items()}
        for row in csv.DictReader(io.StringIO(content.decode(), newline=""))
    ]


def _typed(name: str, text: str) -> Any:
    match COLUMNS[name].kind:
        case "getal":
            return int(text)
        case "dag":
            return date.fromisoformat(text)
        case "moment":
            return datetime.fromisoformat(text)
    return text


def _of_ndjson(content: bytes) -> list[Row]:
    rows = [json.loads(line) for line in content.splitlines()]
    for row in rows:
        assert all(isinstance(row[n], int) == (c.kind == "getal") for n, c in COLUMNS.items())
    return [{name: _typed(name, str(value)) for name, value in row.items()} for row in rows]


def _of_parquet(content: bytes) -> list[Row]:
    rows: list[Row] = parquet.read_table(io.BytesIO(content)).to_pylist()
    return rows


def _of_xlsx(content: bytes) -> list[Row]:
    rows = []
    for sheet in load_workbook(io.BytesIO(content), read_only=True).worksheets:
        header, *lines = sheet.iter_rows(values_only=True)
        rows += [dict(zip(map(str, header), line, strict=True)) for line in lines]
    return [{name: _day_or_moment(name, value) for name, value in row.items()} for row in rows]


def _day_or_moment(name: str, value: Any) -> Any:
    if isinstance(value, datetime):
        return value.date() if COLUMNS[name].kind == "dag" else value.replace(tzinfo=UTC)
    return value


READERS: dict[str, Callable[[bytes], list[Row]]] = {
    "csv": _of_csv,
    "ndjson": _of_ndjson,
    "xlsx": _of_xlsx,
    "parquet": _of_parquet,
}


def _moments_apart(row: Row) -> tuple[Row, datetime]:
    """A sheet keeps moments as a fraction of a day, the last microsecond is lost in it."""
    return {name: value for name, value in row.items() if name != "geboektOp"}, row["geboektOp"]


async def test_all_formats_hold_the_same_rows_in_order_of_boekingnummer(db: Connection) -> None:
    await fill(db, MANY)
    expected = _of_csv(await _written(db, CSV))
    assert [row["referentie"] for row in expected] == [f"REF-{i}" for i in range(1, MANY + 1)]
    assert expected[0]["geboektOp"] == datetime(2026, 8, 3, 7, 15, 1, 1, tzinfo=UTC)
    assert list(expected[0]) == list(COLUMNS)
    for form in (NDJSON, PARQUET):
        assert READERS[form.name](await _written(db, form)) == expected
    in_sheets = _of_xlsx(await _written(db, XLSX))
    for found, row in zip(in_sheets, expected, strict=True):
        (cells, moment), (others, exact) = _moments_apart(found), _moments_apart(row)
        assert cells == others
        assert abs(moment - exact) < timedelta(milliseconds=1)


async def test_a_text_that_a_spreadsheet_would_run_is_disarmed_where_one_would(
    db: Connection,
) -> None:
    await fill(db, 12, *DANGEROUS)
    texts = {
        form.name: [row["referentie"] for row in READERS[form.name](await _written(db, form))]
        for form in FORMATS.values()
    }
    disarmed = [f"'{text}" for text in DANGEROUS]
    assert texts["csv"][: len(DANGEROUS)] == disarmed
    assert texts["xlsx"][: len(DANGEROUS)] == [
        text.replace("\t", " ").replace("\r", " ") for text in disarmed
    ]
    assert texts["ndjson"][: len(DANGEROUS)] == list(DANGEROUS)
    assert texts["parquet"][: len(DANGEROUS)] == list(DANGEROUS)


async def test_awkward_texts_come_through(db: Connection) -> None:
    await fill(db, 12, *AWKWARD)
    for form in FORMATS.values():
        rows = READERS[form.name](await _written(db, form))
        found = [row["referentie"] for row in rows[: len(AWKWARD)]]
        if form is XLSX:  # no control characters in XML
            assert found == [text.replace("\n", " ") for text in AWKWARD]
        else:
            assert found == list(AWKWARD)


@pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS)
async def test_nothing_to_tell_is_a_whole_file_too(db: Connection, form: Format) -> None:
    content = await _written(db, form)
    assert READERS[form.name](content) == []


@pytest.mark.parametrize("form", [XLSX, PARQUET], ids=["xlsx", "parquet"])
async def test_what_lacks_its_end_cannot_be_opened(db: Connection, form: Format) -> None:
    await fill(db, 12)
    content = await _written(db, form)
    with pytest.raises((BadZipFile, pa.ArrowInvalid)):
        READERS[form.name](content[: len(content) // 2])


async def test_parquet_columns_have_their_types(db: Connection) -> None:
    await fill(db, 12)
    schema = parquet.read_schema(io.BytesIO(await _written(db, PARQUET)))
    assert schema.names == list(COLUMNS)
    assert schema.field("bedragCenten").type == pa.int64()
    assert schema.field("begindatum").type == pa.date32()
    assert schema.field("geboektOp").type == pa.timestamp("us", tz="UTC")
    assert schema.field("gemeente").type == pa.string()


async def test_parquet_goes_out_a_row_group_at_a_time(db: Connection) -> None:
    await fill(db, 25)
    encoder, pieces = Parquet(rows_per_group=10), list[bytes]()

    async def sink(rows: bytes) -> None:
        pieces.extend(encoder.feed(row) for row in rows.splitlines(keepends=True))

    await copy_plain(db, sink, KEUZE)
    assert sum(map(bool, pieces)) == 3, "the magic bytes, then two groups"
    content = b"".join([*pieces, encoder.close()])
    groups = parquet.ParquetFile(io.BytesIO(content)).metadata
    assert [groups.row_group(i).num_rows for i in range(groups.num_row_groups)] == [10, 10, 5]


@pytest.mark.parametrize(("most", "sheets"), [(25, [25]), (24, [24, 1]), (10, [10, 10, 5])])
async def test_a_workbook_goes_on_in_a_next_sheet(
    db: Connection, most: int, sheets: list[int]
) -> None:
    await fill(db, 25)
    encoder, pieces = Xlsx(most), list[bytes]()

    async def sink(rows: bytes) -> None:
        pieces.append(encoder.feed(rows))

    await copy_sheet_rows(db, sink, KEUZE)
    content = b"".join([*pieces, encoder.close()])
    workbook = load_workbook(io.BytesIO(content))
    assert [sheet.max_row - 1 for sheet in workbook.worksheets] == sheets
    assert [row["referentie"] for row in _of_xlsx(content)] == [f"REF-{i}" for i in range(1, 26)]


async def test_a_sheet_is_ready_to_work_in(db: Connection) -> None:
    await fill(db, 12)
    sheet = load_workbook(io.BytesIO(await _written(db, XLSX))).worksheets[0]
    assert sheet.title == "kostenregels"
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:P13"
    assert all(cell.font.b for cell in sheet[1])
    kinds = {name: sheet.cell(2, place) for place, name in enumerate(COLUMNS, start=1)}
    assert kinds["bedragCenten"].value == 101
    assert kinds["gemeente"].value == "0153"
    assert kinds["begindatum"].number_format == "yyyy-mm-dd"
    assert kinds["geboektOp"].number_format == "yyyy-mm-dd hh:mm:ss"
    assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)
