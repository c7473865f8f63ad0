# SPDX-License-Identifier: EUPL-1.2
"""What was measured, beside what was hoped for."""

import os
import platform
import subprocess
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, Self

PARTS = {
    "a": "One large declaratie",
    "b": "Many small declaraties",
    "c": "Toewijzingen and prices",
    "d": "Exports",
    "e": "Growth",
    "orm": "The same work row by row",
    "document": "The whole document, by schemathesis",
    "suites": "Tests that run longer than in `make test`",
    "load": "All clients at once",
    "books": "The books afterwards",
}


@dataclass(frozen=True, slots=True)
class Target:
    """What a number should be. A miss is shown, and fails nothing."""

    sense: Literal["≥", "≤"]
    bound: float

    def is_met(self, value: float) -> bool:
        return value >= self.bound if self.sense == "≥" else value <= self.bound

    def __str__(self) -> str:
        return f"{self.sense} {self.bound:g}"


@dataclass(frozen=True, slots=True)
class Measure:
    """One number with its unit; a ratio has the unit ×."""

    part: str
    what: str
    value: float
    unit: str
    target: Target | None = None

    @property
    def shown(self) -> str:
        is_count = not self.unit
        is_large = abs(self.value) >= 100  # noqa: PLR2004
        number = f"{self.value:,.0f}" if is_count or is_large else f"{self.value:,.2f}"
        return f"{number} {self.unit}".rstrip()


@dataclass(frozen=True, slots=True)
class Settled:
    """One declaratie, from its first byte to afgehandeld."""

    lines: int
    present: int
    seconds: float
    accepted_seconds: float
    peak_mb: float
    copy_seconds: float | None = None

    @property
    def per_second(self) -> float:
        return self.lines / self.seconds

    @property
    def copied_per_second(self) -> float | None:
        return self.lines / self.copy_seconds if self.copy_seconds else None


@dataclass(slots=True)
class Run:
    """All that one command measured, and where."""

    name: str
    scale: float
    commit: str
    begun_at: str
    machine: dict[str, str]
    took_seconds: float = 0
    measures: list[Measure] = field(default_factory=list)
    settled: list[Settled] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @classmethod
    def begin(cls, name: str, scale: float) -> Self:
        moment = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
        return cls(name, scale, _commit(), moment, _machine())

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Self:
        """As `as_json` wrote it."""
        measures = [
            Measure(**{**m, "target": Target(**m["target"]) if m["target"] else None})
            for m in stored["measures"]
        ]
        settled = [Settled(**one) for one in stored["settled"]]
        return cls(**{**stored, "measures": measures, "settled": settled})

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def add(
        self, part: str, what: str, value: float, unit: str, target: Target | None = None
    ) -> None:
        self.measures.append(Measure(part, what, value, unit, target))


def _commit() -> str:
    try:
        head = _git("rev-parse", "--short=12", "HEAD")
        changed = _git("status", "--porcelain", "--untracked-files=no", "--", "app", "migrations")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return f"{head} with changes" if changed else head


def _git(*arguments: str) -> str:
    done = subprocess.run(("git", *arguments), capture_output=True, text=True, check=True)
    return done.stdout.strip()


def _machine() -> dict[str, str]:
    return {
        "processor": _first("/proc/cpuinfo", "model name") or platform.machine(),
        "cores": str(len(os.sched_getaffinity(0))),
        "memory": f"{int(_first('/proc/meminfo', 'MemTotal').split()[0]) / 1024**2:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
    }


def _first(path: str, name: str) -> str:
    for line in Path(path).read_text().splitlines():
        key, _, value = line.partition(":")
        if key.strip() == name:
            return value.strip()
    return ""
