# SPDX-License-Identifier: EUPL-1.2
"""`python -m tests.fuzz`: an hour of bad input, and what came of it in docs/betrouwbaarheid.md."""

import asyncio
import tempfile
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from app.controleren import Verslag, controleer
from app.db import embedded
from bench import report
from bench.measures import Run, Target
from bench.service import Service, postgresql_at, serving
from tests.fuzz import suites
from tests.fuzz.exemptions import EXEMPTIONS
from tests.fuzz.page import BETROUWBAARHEID, DOCS
from tests.fuzz.running import Fuzzed, build, fuzz, operations

DATABASE = "noaber"
HOUR = 60
NONE = Target("≤", 0)
SHARE_OF_DOCUMENT = 0.5
"""Of the time, for schemathesis; the suites share what is left."""

console = Console(stderr=True, log_path=False)
cli = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

Minuten = Annotated[float, typer.Option(envvar="FUZZ_MINUTES", min=1, help="How long in all.")]
Zaad = Annotated[int | None, typer.Option(help="Seed; the one of an earlier run does it again.")]
Uit = Annotated[Path | None, typer.Option(help="Folder to write to; docs/ for a whole hour.")]


@cli.command()
def main(minuten: Minuten = HOUR, zaad: Zaad = None, uit: Uit = None) -> None:
    """Try the whole service with bad input; exit 1 when something was found."""
    run = Run.begin("fuzz", 1 if minuten >= HOUR else minuten / HOUR)
    begin = time.monotonic()
    seed = zaad if zaad is not None else int(time.time())
    found = _document(run, minuten * SHARE_OF_DOCUMENT, seed)
    left = minuten - (time.monotonic() - begin) / 60
    found += suites.run_all(run, left, console)
    run.notes.append(
        f"Seed {seed}: `make fuzz FUZZ='--zaad {seed}'` makes the same requests again."
    )
    run.took_seconds = time.monotonic() - begin
    folder = uit or (DOCS if run.scale == 1 else Path(tempfile.gettempdir()) / "noaber-fuzz")
    report.show(run)
    report.write(run, folder, BETROUWBAARHEID)
    typer.echo(", ".join(map(str, BETROUWBAARHEID.files(folder))))
    raise typer.Exit(1 if found else 0)


def _document(run: Run, minutes: float, seed: int) -> int:
    """schemathesis, and the books after it; the number of things found."""
    data = Path(tempfile.mkdtemp(prefix="noaber-fuzz-"))
    reports = Path(tempfile.mkdtemp(prefix="noaber-fuzz-verslag-"))
    arguments = ("--seed", str(seed), "--max-time", str(int(60 * minutes)))
    try:
        with embedded.running(data) as server:
            console.log("the demo region, and schemathesis on it")
            with serving(data) as service:
                url = f"http://127.0.0.1:{service.port}"
                made = asyncio.run(build(url, data))
                done = fuzz(url, data, reports, made, arguments)
                _add_document(run, done, service)
            console.log("the books")
            run.machine["postgresql"] = asyncio.run(postgresql_at(server.url(DATABASE)))
            verslag = asyncio.run(controleer(server.url(DATABASE), None))
            faults = _add_books(run, verslag)
    finally:
        embedded.remove(data)
    return len(done.failures) + len(done.errors) + faults


def _add_document(run: Run, done: Fuzzed, service: Service) -> None:
    every, errors = operations(), sum(_is_server_error(a) * n for a, n in done.answers.items())
    run.add("document", "test cases", done.cases, "")
    run.add("document", "requests", done.requests, "")
    run.add("document", "requests per second", done.requests / done.seconds, "/s")
    run.add("document", "checks of an answer", done.checks, "")
    run.add("document", f"operations of {len(every)} that answered 2xx", len(done.reached), "")
    run.add("document", "answers 5xx but a deliberate 503", errors, "", NONE)
    run.add("document", "faults", len(done.failures), "", NONE)
    run.add("document", "peak memory of the service", service.peak_mb(), "MB")
    for failure in done.failures:
        run.notes.append(f"Found: {failure['title']}: {', '.join(failure['operations'])}.")
    run.notes += [f"Not asked: {e.check} of {e.operation}: {e.reason}." for e in EXEMPTIONS]
    if missed := sorted(every - done.reached):
        run.notes.append(f"Never reached with 2xx: {', '.join(f'`{name}`' for name in missed)}.")


def _add_books(run: Run, verslag: Verslag) -> int:
    wrong = [bevinding.naam for bevinding in verslag.bevindingen if bevinding.aantal_fouten]
    for naam, aantal in verslag.omvang.items():
        run.add("books", naam, aantal, "")
    run.add("books", f"proofs of {len(verslag.bevindingen)} that failed", len(wrong), "", NONE)
    run.notes += [f"The books do not add up: {naam}." for naam in wrong]
    return len(wrong)


def _is_server_error(answer: str) -> bool:
    status = answer.rpartition(" ")[2]
    return status >= "500" and status != "503"


if __name__ == "__main__":
    cli()
