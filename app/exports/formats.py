# SPDX-License-Identifier: EUPL-1.2
"""The formats in which kostenregels go out, each a stream from PostgreSQL to a sink.

What costs Python time is done in a thread, a block at a time: the service answers others meanwhile,
and when a stream is dropped, at most one block is still worked on.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import NamedTuple, Protocol, TypeAlias

from app.db.connection import Connection
from app.db.kostenregels import (
    Keuze,
    copy_csv,
    copy_ndjson,
    copy_plain,
    copy_sheet_rows,
)
from app.db.uitvoer import Sink

BLOCK_BYTES = 64 * 1024
ENCODED_BLOCK_BYTES = 256 * 1024

Copy: TypeAlias = Callable[[Connection, Sink, Keuze], Awaitable[None]]
Seen: TypeAlias = Callable[[int], None]


class Encoder(Protocol):
    """Turns whole rows, as PostgreSQL wrote them, into the bytes of a file."""

    def feed(self, rows: bytes) -> bytes: ...

    def close(self) -> bytes: ...


def _unseen(_lines: int) -> None:
    pass


class Format(NamedTuple):
    """A file format; its name is also the extension."""

    name: str
    media_type: str
    copy: Copy
    new_encoder: Callable[[], Encoder] | None = None

    async def stream(self, db: Connection, sink: Sink, keuze: Keuze, seen: Seen = _unseen) -> None:
        """Hand the file to the sink in pieces, and tell how many lines went each time."""
        if self.new_encoder is None:
            await _copy_in_blocks(self.copy, db, sink, keuze, BLOCK_BYTES, seen)
            return
        loop = asyncio.get_running_loop()
        with _thread() as thread:
            encoder = await loop.run_in_executor(thread, self.new_encoder)

            async def encode(rows: bytes) -> None:
                if piece := await loop.run_in_executor(thread, encoder.feed, rows):
                    await sink(piece)

            await _copy_in_blocks(self.copy, db, encode, keuze, ENCODED_BLOCK_BYTES, seen)
            await sink(await loop.run_in_executor(thread, encoder.close))


@contextmanager
def _thread() -> Iterator[ThreadPoolExecutor]:
    """One thread for one stream: every thread that encodes keeps megabytes of its own."""
    thread = ThreadPoolExecutor(max_workers=1)
    try:
        yield thread
    finally:
        thread.shutdown(wait=False)


async def _copy_in_blocks(
    copy: Copy, db: Connection, sink: Sink, keuze: Keuze, block_bytes: int, seen: Seen
) -> None:
    """Copy in blocks of about this size; as PostgreSQL sends whole rows, so they hold."""
    block = bytearray()

    async def hand_on() -> None:
        await sink(bytes(block))
        seen(block.count(b"\n"))
        block.clear()

    async def gather(rows: bytes) -> None:
        block.extend(rows)
        if len(block) >= block_bytes:
            await hand_on()

    await copy(db, gather, keuze)
    if block:
        await hand_on()


def _new_xlsx() -> Encoder:
    from app.exports.xlsx import Xlsx  # noqa: PLC0415 (for those who ask for it alone)

    return Xlsx()


def _new_parquet() -> Encoder:
    # Of the allocators that Arrow brings, this one keeps 20 MB less. Arrow reads it when it loads.
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "jemalloc")
    from app.exports.parquet import Parquet  # noqa: PLC0415 (pyarrow is slow to load)

    return Parquet()


CSV = Format("csv", "text/csv", copy_csv)
NDJSON = Format("ndjson", "application/x-ndjson", copy_ndjson)
XLSX = Format(
    "xlsx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    copy_sheet_rows,
    _new_xlsx,
)
PARQUET = Format("parquet", "application/vnd.apache.parquet", copy_plain, _new_parquet)

FORMATS = {found.name: found for found in (CSV, NDJSON, XLSX, PARQUET)}


def file_name(keuze: Keuze, form: Format) -> str:
    """What to call the file."""
    return f"kostenregels-{keuze.gemeente}-{keuze.vanaf}-{keuze.tot_en_met}.{form.name}"
