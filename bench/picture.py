# SPDX-License-Identifier: EUPL-1.2
"""The picture: throughput against rows, and memory against rows."""

from collections.abc import Sequence
from operator import attrgetter
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bench.measures import Run, Settled

MEMORY_LIMIT_MB = 250
SETTLED, LIMIT, ORM = "#14532d", "#9ca3af", "#b45309"


def draw(runs: Sequence[Run], path: Path) -> None:
    """One row of two panels for each run: over the lines declared, or the boekingen present."""
    with mpl.rc_context({"svg.hashsalt": "noaber", "svg.fonttype": "none", "font.size": 9}):
        figure = Figure(figsize=(9, 3.4 * len(runs)), layout="constrained")
        panels = figure.subplots(len(runs), 2, squeeze=False)
        for run, (left, right) in zip(runs, panels, strict=True):
            _draw_run(run, left, right)
        figure.savefig(path, metadata={"Date": None})


def _draw_run(run: Run, left: Axes, right: Axes) -> None:
    if run.name == "groei":
        label, count = "boekingen present", attrgetter("present")
        points = run.settled
    else:
        label, count = "lines in the declaratie, nearly empty", attrgetter("lines")
        points = sorted((one for one in run.settled if not one.present), key=count)
    rows = [count(one) for one in points]
    _throughput(left, run, points, rows)
    _memory(right, points, rows)
    for axes in (left, right):
        axes.set_xscale("log")
        axes.set_xlabel(label)
        axes.grid(alpha=0.25)
        axes.legend(frameon=False)


def _throughput(axes: Axes, run: Run, points: Sequence[Settled], rows: list[int]) -> None:
    axes.plot(rows, [one.per_second for one in points], "o-", color=SETTLED, label="over HTTP")
    copied = [(x, one.copied_per_second) for x, one in zip(rows, points, strict=True)]
    beside = [(x, y) for x, y in copied if y]
    axes.plot(*zip(*beside, strict=True), "s--", color=LIMIT, label="bare COPY of the same rows")
    for measure in run.measures:
        if measure.part == "orm" and measure.unit == "lines/s":
            axes.axhline(measure.value, color=ORM, linestyle=":", label="row by row, ORM")
    axes.set_yscale("log" if run.name == "bench" else "linear")
    if run.name == "groei":
        axes.set_ylim(bottom=0)
    axes.set_title("throughput, lines per second")


def _memory(axes: Axes, points: Sequence[Settled], rows: list[int]) -> None:
    axes.plot(rows, [one.peak_mb for one in points], "o-", color=SETTLED, label="service, peak")
    axes.axhline(MEMORY_LIMIT_MB, color=LIMIT, linestyle="--", label="target")
    axes.set_ylim(bottom=0)
    axes.set_title("memory, MB")
