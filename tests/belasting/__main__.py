# SPDX-License-Identifier: EUPL-1.2
"""`python -m tests.belasting`: a crowd at once, then the books; into docs/betrouwbaarheid.md."""

import asyncio
import contextlib
import tempfile
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from app.controleren import controleer
from app.db import embedded
from app.db.connection import connected_as_owner
from bench import report
from bench.measures import Run, Target
from bench.service import Service, postgresql_at, serving
from bench.wire import Timings
from tests.belasting.crowd import Crowd, Tally
from tests.belasting.memory import slope, watch
from tests.belasting.scene import AGBS, set_scene
from tests.callers import signed_by
from tests.fuzz.page import BETROUWBAARHEID, DOCS

DATABASE = "noaber"
NONE = Target("≤", 0)
FLAT = Target("≤", 5)
PEAK = Target("≤", 400)
BOOKED = """
SELECT (SELECT count(*) FROM toewijzing WHERE aanbieder = ANY($1)),
       (SELECT count(*) FROM declaratie WHERE aanbieder = ANY($1)),
       (SELECT count(*) FROM declaratieregel WHERE aanbieder = ANY($1)),
       (SELECT count(*) FROM boeking WHERE aanbieder = ANY($1)),
       (SELECT coalesce(sum(bedrag_centen), 0)::bigint FROM boeking WHERE aanbieder = ANY($1))
"""

console = Console(stderr=True, log_path=False)
cli = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

Minuten = Annotated[float, typer.Option(envvar="BELASTING_MINUTEN", min=0.1)]
Clients = Annotated[int, typer.Option(envvar="BELASTING_CLIENTS", min=5)]
Uit = Annotated[Path | None, typer.Option(help="Folder to write to; docs/ for the whole of it.")]


@cli.command()
def main(minuten: Minuten = 5, clients: Clients = 500, uit: Uit = None) -> None:
    """Let so many clients read and write at once; exit 1 when anything was lost or refused."""
    run = Run.begin("belasting", min(1, minuten / 5, clients / 500))
    begin = time.monotonic()
    data = Path(tempfile.mkdtemp(prefix="noaber-belasting-"))
    try:
        with embedded.running(data) as server:
            with serving(data) as service:
                tally = asyncio.run(_crowd(run, service, minuten, clients))
            console.log("the books")
            asyncio.run(_add_books(run, server.url(DATABASE), tally))
    finally:
        embedded.remove(data)
    run.took_seconds = time.monotonic() - begin
    folder = uit or (DOCS if run.scale == 1 else Path(tempfile.gettempdir()) / "noaber-belasting")
    report.show(run)
    report.write(run, folder, BETROUWBAARHEID)
    typer.echo(", ".join(map(str, BETROUWBAARHEID.files(folder))))
    missed = [m for m in run.measures if m.target and not m.target.is_met(m.value)]
    raise typer.Exit(1 if missed else 0)


async def _crowd(run: Run, service: Service, minutes: float, clients: int) -> Tally:
    await set_scene(f"http://127.0.0.1:{service.port}", signed_by(service.data))
    console.log(f"{clients} clients for {minutes:g} minutes")
    samples: list[tuple[float, float]] = []
    watching = asyncio.create_task(watch(service, samples))
    begin = time.monotonic()
    crowd = Crowd(service, begin + 60 * minutes)
    telling = asyncio.create_task(_tell(crowd.tally, samples))
    try:
        await crowd.gather(clients)
    finally:
        for task in (watching, telling):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
    _add_crowd(run, crowd.tally, clients, time.monotonic() - begin)
    run.add("load", "peak memory of the service", service.peak_mb(), "MB", PEAK)
    run.add("load", "growth of its memory, second half", slope(samples), "MB/min", FLAT)
    return crowd.tally


async def _tell(tally: Tally, samples: list[tuple[float, float]]) -> None:
    while True:
        await asyncio.sleep(10)
        asked = tally.statuses.total()
        console.log(f"{asked:,} answers, {tally.statuses[503]} put off, {samples[-1][1]:.0f} MB")


def _add_crowd(run: Run, tally: Tally, clients: int, seconds: float) -> None:
    every = [one for times in tally.times.values() for one in times]
    errors = sum(n for status, n in tally.statuses.items() if status >= 500 and status != 503)
    run.add("load", f"requests of {clients} clients", len(every), "")
    run.add("load", "requests per second", len(every) / seconds, "/s")
    run.add("load", "answers 5xx but a deliberate 503", errors, "", NONE)
    run.add("load", "deliberate 503", tally.statuses[503], "")
    run.add("load", "deliberate 429", tally.statuses[429], "")
    run.add("load", "429 or 503 without Retry-After", tally.without_retry_after, "", NONE)
    run.add("load", "connections broken off", tally.broken, "", NONE)
    run.add("load", "answers that should not be", len(tally.unexpected), "", NONE)
    for share, name in ((0.5, "median"), (0.9, "p90"), (0.99, "p99")):
        run.add("load", f"any request, {name}", Timings(every, seconds).milliseconds(share), "ms")
    for what, times in sorted(tally.times.items()):
        run.add("load", f"{what}, p99", Timings(times, seconds).milliseconds(0.99), "ms")
    run.notes += [f"Unexpected: {text}" for text in tally.unexpected[:10]]


async def _add_books(run: Run, url: str, tally: Tally) -> None:
    async with connected_as_owner(url) as db:
        found = await db.fetchrow(BOOKED, list(AGBS))
    assert found is not None
    told = (tally.toewijzingen, tally.declaraties, tally.lines, tally.lines, tally.cents)
    names = ("toewijzingen", "declaraties", "lines", "boekingen", "cents")
    for name, answered, booked in zip(names, told, found, strict=True):
        run.add("books", f"{name} answered", answered, "")
        run.add("books", f"{name} lost or doubled", abs(booked - answered), "", NONE)
    run.machine["postgresql"] = await postgresql_at(url)
    verslag = await controleer(url, None)
    wrong = [bevinding.naam for bevinding in verslag.bevindingen if bevinding.aantal_fouten]
    run.add("books", f"proofs of {len(verslag.bevindingen)} that failed", len(wrong), "", NONE)
    run.notes += [f"The books do not add up: {naam}." for naam in wrong]


if __name__ == "__main__":
    cli()
