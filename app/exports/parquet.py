# SPDX-License-Identifier: EUPL-1.2
"""Kostenregels as Parquet, a row group at a time."""

import io

import pyarrow as pa
from pyarrow import csv, parquet

from app.db.kostenregels import COLUMNS
from app.db.uitvoer import Kind
from app.exports.outlet import Outlet

ROWS_PER_GROUP = 20_000

_TYPES: dict[Kind, pa.DataType] = {
    "getal": pa.int64(),
    "dag": pa.date32(),
    "moment": pa.timestamp("us", tz="UTC"),
    "code": pa.string(),
    "tekst": pa.string(),
}
_SCHEMA = pa.schema(
    [
        pa.field(name, _TYPES[column.kind], nullable=column.nullable)
        for name, column in COLUMNS.items()
    ]
)
_REPEATING = [name for name, column in COLUMNS.items() if column.kind in ("code", "dag")]
"""Columns of few values, which are kept once each."""


class Parquet:
    """Takes CSV without a header, and gives the bytes of the file so far."""

    def __init__(self, rows_per_group: int = ROWS_PER_GROUP) -> None:
        self._rows_per_group = rows_per_group
        self._outlet = Outlet()
        self._writer = parquet.ParquetWriter(
            self._outlet, _SCHEMA, compression="zstd", use_dictionary=_REPEATING
        )
        self._waiting: list[pa.Table] = []

    def feed(self, rows: bytes) -> bytes:
        """Take whole rows in."""
        self._waiting.append(_read(rows))
        if sum(table.num_rows for table in self._waiting) >= self._rows_per_group:
            self._write_group()
        return self._outlet.take()

    def close(self) -> bytes:
        """The last row group and the footer, without which nobody takes the file for whole."""
        if self._waiting:
            self._write_group()
        self._writer.close()
        return self._outlet.take()

    def _write_group(self) -> None:
        group = pa.concat_tables(self._waiting)
        self._waiting.clear()
        self._writer.write_table(group, row_group_size=group.num_rows)


def _read(rows: bytes) -> pa.Table:
    table = csv.read_csv(
        io.BytesIO(rows),
        csv.ReadOptions(column_names=_SCHEMA.names, use_threads=False, block_size=len(rows)),
        csv.ParseOptions(newlines_in_values=True),
        csv.ConvertOptions(
            column_types=_SCHEMA,
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    )
    return table.cast(_SCHEMA)
