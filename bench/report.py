# SPDX-License-Identifier: EUPL-1.2
"""What was measured, as a table, as JSON, as a picture and as a page."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.measures import PARTS, Measure, Run
from bench.picture import draw

RESULTS = "<!-- results -->\n"
WIDTH = 112


@dataclass(frozen=True, slots=True)
class Page:
    """A page in docs/, its numbers beside it, and what writes which part of it."""

    name: str
    frame: Path
    commands: Mapping[str, str]
    picture: Callable[[Sequence[Run], Path], None] | None = None

    def files(self, folder: Path) -> list[Path]:
        """All that is written of it, the text first and then the numbers."""
        kinds = ("md", "json", "svg") if self.picture else ("md", "json")
        return [folder / f"{self.name}.{kind}" for kind in kinds]


PRESTATIES = Page(
    "prestaties",
    Path(__file__).parent / "page.md",
    {"bench": "make bench", "groei": "make bench-groei"},
    draw,
)


def show(run: Run) -> None:
    """Print the table of a run."""
    table = Table(title=f"{run.name}, commit {run.commit}, {run.took_seconds:.0f} s")
    table.add_column("")
    table.add_column("what")
    table.add_column("measured", justify="right")
    table.add_column("target", justify="right")
    table.add_column("")
    part = ""
    for measure in sorted(run.measures, key=_place):
        if part and measure.part != part:
            table.add_section()
        shown = "" if measure.part == part else measure.part
        part = measure.part
        table.add_row(shown, measure.what, measure.shown, _target(measure), _mark(measure))
    Console(width=max(WIDTH, Console().width)).print(table)


def write(run: Run, folder: Path, page: Page) -> None:
    """Keep a run beside the last one of each other kind, and write the page of them all."""
    folder.mkdir(parents=True, exist_ok=True)
    numbers = page.files(folder)[1]
    stored = json.loads(numbers.read_text()) if numbers.exists() else {}
    stored[run.name] = run.as_json()
    numbers.write_text(json.dumps(stored, indent=1, ensure_ascii=False) + "\n")
    render(folder, page)


def render(folder: Path, page: Page) -> None:
    """Write page and picture from the numbers that are kept."""
    text, numbers, *pictures = page.files(folder)
    stored = json.loads(numbers.read_text())
    runs = [Run.read(stored[name]) for name in page.commands if name in stored]
    if page.picture:
        page.picture(runs, pictures[0])
    results = "".join(f"{line}\n" for run in runs for line in _section(run, page.commands))
    text.write_text(page.frame.read_text().replace(RESULTS, results))


def _section(run: Run, commands: Mapping[str, str]) -> Iterator[str]:
    yield f"## `{commands[run.name]}`"
    yield ""
    yield f"{run.begun_at}, commit `{run.commit}`, in {run.took_seconds / 60:.1f} minutes."
    machine = run.machine
    yield (
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory']}; "
        f"{machine['system']}; PostgreSQL {machine.get('postgresql', '')}; "
        f"Python {machine['python']}."
    )
    if run.scale != 1:
        yield f"**Scaled to {run.scale:g}: this only tries the benchmark out.**"
    yield ""
    for part, title in PARTS.items():
        measures = [measure for measure in run.measures if measure.part == part]
        if measures:
            yield from _part(title, measures)
    for note in run.notes:
        yield f"- {note}"
    if run.notes:
        yield ""


def _part(title: str, measures: list[Measure]) -> Iterator[str]:
    yield f"### {title}"
    yield ""
    yield "| what | measured | target | |"
    yield "|---|---:|---:|---|"
    for measure in measures:
        yield f"| {measure.what} | {measure.shown} | {_target(measure)} | {_mark(measure)} |"
    yield ""


def _place(measure: Measure) -> int:
    return list(PARTS).index(measure.part)


def _target(measure: Measure) -> str:
    return f"{measure.target} {measure.unit}".rstrip() if measure.target else ""


def _mark(measure: Measure) -> str:
    if measure.target is None:
        return ""
    return "met" if measure.target.is_met(measure.value) else "**missed**"
