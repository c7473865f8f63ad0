# SPDX-License-Identifier: EUPL-1.2
"""The two benchmarks from beginning to end, each on a data folder of its own."""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from app.db import embedded, migrate
from app.db.embedded import Server
from bench.declared import read_lines, right_ones
from bench.exports import time_exports
from bench.fill import SMALL, fill, people
from bench.measures import Run, Settled, Target
from bench.orm import time_orm
from bench.service import Service, postgresql_at, serving
from bench.sizes import LINES_IN_SMALL, Sizes
from bench.small import time_alone, time_crowd, time_reads, time_toewijzingen
from bench.volume import Large, bare_copy, beside_copy, copy_rows, settle

DATABASE, TEMPLATE, COPY, LOOSE_COPY = "noaber", "bench_leeg", "bench_kopie", "bench_kopie_los"
OF_ORM = SMALL[7]

TEN_LINES = Target("≤", 20)
APP_MEMORY = Target("≤", 250)
GROWTH = Target("≤", 1.25)
NEARLY_EMPTY, FULL = Target("≥", 0.5), Target("≥", 0.4)

console = Console(stderr=True, log_path=False)


@contextmanager
def _server() -> Iterator[tuple[Path, Server]]:
    data = Path(tempfile.mkdtemp(prefix="noaber-bench-"))
    try:
        with embedded.running(data) as server:
            yield data, server
    finally:
        embedded.remove(data)


def bench(run: Run, sizes: Sizes) -> None:
    """(a) to (d), and the row-by-row baseline."""
    begin = time.monotonic()
    with _server() as (data, server):
        for present in sizes.present:
            asyncio.run(_volume(run, server, data, sizes, present))
    run.took_seconds = time.monotonic() - begin


def groei(run: Run, sizes: Sizes) -> None:
    """(e): the large declaratie and the reads, with ever more boekingen present."""
    begin = time.monotonic()
    reads: dict[str, list[float]] = {}
    with _server() as (data, server):
        for present in sizes.present:
            asyncio.run(_grown(run, reads, server, data, sizes, present))
    _add_growth(run, sizes, reads)
    run.took_seconds = time.monotonic() - begin


async def _volume(run: Run, server: Server, data: Path, sizes: Sizes, present: int) -> None:
    url = server.url(DATABASE)
    await _lay_out(run, server, sizes, present)
    if not present:
        await server.create_database(LOOSE_COPY, template=DATABASE)
        await _row_by_row(run, url, sizes)
    with serving(data) as service:
        await _alone(run, "a", service, url, sizes, present)
        if not present:
            await _ask_much(run, server, service, url, sizes)
        _, settled = await _settle_large(service, server, sizes, present)
        if not present:
            _tell("exports")
            await time_exports(run, service, url)
    await _beside_copy(run, "a", server, data, settled)
    if not present:
        loose = await bare_copy(server.url(LOOSE_COPY), _rows(data, present), triggers=False)
        run.add("a", "bare COPY with all triggers off", loose, "s")
        run.add("a", "of the speed of that COPY", loose / settled.seconds, "×")
    await _clear(server)


async def _ask_much(run: Run, server: Server, service: Service, url: str, sizes: Sizes) -> None:
    _tell("small declaraties, toewijzingen, prices")
    await time_crowd(run, service, url, sizes)
    await time_toewijzingen(run, server, service, url, sizes)
    first = sizes.lines
    for step in sizes.ladder:
        _tell(f"a declaratie of {step:,} lines")
        large = Large(f"T{step}", first, step)
        _, settled = await settle(service, url, large, 0)
        run.settled.append(settled)
        first += step


async def _grown(
    run: Run, reads: dict[str, list[float]], server: Server, data: Path, sizes: Sizes, present: int
) -> None:
    url = server.url(DATABASE)
    await _lay_out(run, server, sizes, present)
    with serving(data) as service:
        _tell("reads")
        for what, timings in (await time_reads(service, url, sizes)).items():
            reads.setdefault(what, []).append(timings.milliseconds(0.5))
            run.add("e", f"{what}, {present:,} present, median", timings.milliseconds(0.5), "ms")
            run.add("e", f"{what}, {present:,} present, p99", timings.milliseconds(0.99), "ms")
        await _alone(run, "e", service, url, sizes, present)
        _, settled = await _settle_large(service, server, sizes, present)
    await _beside_copy(run, "e", server, data, settled)
    await _clear(server)


def _add_growth(run: Run, sizes: Sizes, reads: dict[str, list[float]]) -> None:
    costs = {"a line": [done.seconds / done.lines for done in run.settled], **reads}
    for what, cost in costs.items():
        for present, one in zip(sizes.present[1:], cost[1:], strict=True):
            target = GROWTH if what == "a line" and present == sizes.present[-1] else None
            than = f"{present:,} present against {sizes.present[0]:,}"
            run.add("e", f"cost of {what}, {than}", one / cost[0], "×", target)


async def _lay_out(run: Run, server: Server, sizes: Sizes, present: int) -> None:
    """A database with so many boekingen, and a copy of it for the bare COPY."""
    _tell(f"a database with {present:,} boekingen")
    if not await server.has_database(TEMPLATE):
        await server.create_database(TEMPLATE)
        await migrate.upgrade(server.url(TEMPLATE))
    await server.create_database(DATABASE, template=TEMPLATE)
    await fill(server.url(DATABASE), people(sizes, present))
    run.machine["postgresql"] = await postgresql_at(server.url(DATABASE))
    await server.create_database(COPY, template=DATABASE)


async def _clear(server: Server) -> None:
    for name in (DATABASE, COPY, LOOSE_COPY):
        await server.drop_database(name)


async def _row_by_row(run: Run, url: str, sizes: Sizes) -> None:
    _tell("row by row through the ORM")
    lines = await read_lines(url, OF_ORM, 0, sizes.orm_lines)
    seconds, granted = await time_orm(url, OF_ORM, lines)
    if granted != right_ones(len(lines)):
        raise RuntimeError(f"the ORM granted {granted} of {len(lines)} lines")
    run.add("orm", f"{len(lines)} lines, SQLAlchemy session", len(lines) / seconds, "lines/s")


async def _alone(
    run: Run, part: str, service: Service, url: str, sizes: Sizes, present: int
) -> None:
    _tell("declaraties of ten lines")
    timings = await time_alone(service, url, sizes)
    what = f"declaratie of {LINES_IN_SMALL} lines, {present:,} present"
    run.add(part, f"{what}, median", timings.milliseconds(0.5), "ms", TEN_LINES)
    run.add(part, f"{what}, p99", timings.milliseconds(0.99), "ms")


async def _settle_large(
    service: Service, server: Server, sizes: Sizes, present: int
) -> tuple[int, Settled]:
    _tell(f"a declaratie of {sizes.lines:,} lines")
    url = server.url(DATABASE)
    declaratie_id, settled = await settle(service, url, Large("GROOT", 0, sizes.lines), present)
    await copy_rows(url, declaratie_id, _rows(service.data, present))
    return declaratie_id, settled


async def _beside_copy(run: Run, part: str, server: Server, data: Path, settled: Settled) -> None:
    _tell("a bare COPY of the same rows")
    copied = await bare_copy(server.url(COPY), _rows(data, settled.present))
    run.settled.append(beside_copy(settled, copied))
    what = f"{settled.lines:,} lines, {settled.present:,} present"
    target = FULL if settled.present else NEARLY_EMPTY
    run.add(part, f"{what}: until taken in", settled.accepted_seconds, "s")
    run.add(part, f"{what}: until afgehandeld", settled.seconds, "s")
    run.add(part, f"{what}", settled.per_second, "lines/s")
    run.add(part, f"{what}: bare COPY of the same rows", copied, "s")
    run.add(part, f"{what}: bare COPY / afgehandeld", copied / settled.seconds, "×", target)
    run.add(part, f"{what}: peak memory of the service", settled.peak_mb, "MB", APP_MEMORY)


def _rows(data: Path, present: int) -> Path:
    return data / f"rijen-{present}"


def _tell(what: str) -> None:
    console.log(what)
