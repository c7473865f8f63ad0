# SPDX-License-Identifier: EUPL-1.2
"""The tests that do more the more time they are given, run for as long as is left."""

import os
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from bench.measures import Run, Target

ROOT = Path(__file__).parents[2]
SECONDS = "NOABER_FUZZ_SECONDS"
"""What a suite finds in the environment: that it may take longer, and how long."""


@dataclass(frozen=True, slots=True)
class Suite:
    """Tests that look at `NOABER_FUZZ_SECONDS`, and their share of the time."""

    title: str
    path: str
    share: float


SUITES = (
    Suite("naughty strings in every field", "tests/fuzz/test_strings.py", 0.1),
    Suite("lives at random", "tests/stateful/test_lives.py", 0.4),
)


def run_all(run: Run, minutes: float, console: Console) -> int:
    """Run each for its share; the number of tests that failed."""
    shares = sum(suite.share for suite in SUITES)
    failed = 0
    for suite in SUITES:
        console.log(suite.title)
        failed += _run(run, suite, max(1, minutes * suite.share / shares))
    return failed


def _run(run: Run, suite: Suite, minutes: float) -> int:
    begin = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder) / "results.xml"
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-v",
            "-o",
            "junit_family=xunit1",
            f"--junit-xml={results}",
            suite.path,
        ]
        environment = {**os.environ, SECONDS: str(int(60 * minutes))}
        done = subprocess.run(command, cwd=ROOT, env=environment, check=False)
        found = ET.parse(results).getroot()
    cases = [(case, case.find("failure"), case.find("error")) for case in found.iter("testcase")]
    failed = [case.get("name") for case, *faults in cases if any(f is not None for f in faults)]
    run.add("suites", f"{suite.title}: tests", len(cases), "")
    run.add("suites", f"{suite.title}: time", (time.monotonic() - begin) / 60, "min")
    run.add("suites", f"{suite.title}: failed", len(failed), "", Target("≤", 0))
    for prop in found.iter("property"):
        run.add("suites", f"{suite.title}: {prop.get('name')}", float(prop.get("value") or 0), "")
    run.notes += [f"Failed: {suite.path}, {name}." for name in failed]
    return len(failed) or int(done.returncode != 0)
