# SPDX-License-Identifier: EUPL-1.2
"""`python -m bench` and `python -m bench groei`; with `--schaal 0.01` a quick try."""

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from bench import report, runs
from bench.measures import Run
from bench.report import PRESTATIES
from bench.sizes import BENCH, GROEI, scaled

DOCS = Path(__file__).parents[1] / "docs"

cli = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

Schaal = Annotated[
    float, typer.Option(envvar="BENCH_SCHAAL", min=0.001, max=1, help="Part of the full size.")
]
Uit = Annotated[Path | None, typer.Option(help="Folder to write to; docs/ for the full size.")]


@cli.callback(invoke_without_command=True)
def bench(context: typer.Context, schaal: Schaal = 1, uit: Uit = None) -> None:
    """Measure (a) to (d) and the baseline."""
    if context.invoked_subcommand is None:
        run = Run.begin("bench", schaal)
        runs.bench(run, scaled(BENCH, schaal))
        _report(run, uit)


@cli.command()
def groei(schaal: Schaal = 1, uit: Uit = None) -> None:
    """Measure (e): how cost grows with what is present."""
    run = Run.begin("groei", schaal)
    runs.groei(run, scaled(GROEI, schaal))
    _report(run, uit)


@cli.command()
def render(uit: Uit = None) -> None:
    """Write page and picture anew from the numbers that are kept."""
    report.render(uit or DOCS, PRESTATIES)


def _report(run: Run, uit: Path | None) -> None:
    folder = uit or (DOCS if run.scale == 1 else Path(tempfile.gettempdir()) / "noaber-bench")
    report.show(run)
    report.write(run, folder, PRESTATIES)
    typer.echo(", ".join(map(str, PRESTATIES.files(folder))))


if __name__ == "__main__":
    cli()
