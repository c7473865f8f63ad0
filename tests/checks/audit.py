# SPDX-License-Identifier: EUPL-1.2
"""No package in the lock file has a weakness that is known; said aloud when nobody can tell.

A registry that does not know the first package is not asked for the others.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import typer

LOCK = Path("requirements.lock")
PIP_AUDIT = Path(sys.executable).with_name("pip-audit")
OPTIONS = ("--disable-pip", "--require-hashes", "--progress-spinner=off", "--format=json")
PATIENCE_SECONDS = 300


def main() -> None:
    """Ends with 1 when there is a weakness."""
    requirements = LOCK.read_text()
    told = _ask(_first_of(requirements)) and _ask(requirements)
    if not told:
        typer.echo("AUDIT SKIPPED: no registry here tells of weaknesses in packages.", err=True)
        return
    unknown = [package["name"] for package in told if "skip_reason" in package]
    if unknown:
        typer.echo(f"AUDIT INCOMPLETE: nothing known of {', '.join(unknown)}.", err=True)
    weak = [package for package in told if package.get("vulns")]
    for package in weak:
        names = ", ".join(found["id"] for found in package["vulns"])
        typer.echo(f"{package['name']} {package['version']}: {names}", err=True)
    if weak:
        sys.exit(1)
    typer.echo(f"{len(told)} packages, and no weakness known in any.")


def _first_of(requirements: str) -> str:
    """The first package, with its hashes."""
    lines = requirements.splitlines(keepends=True)
    end = next(number for number, line in enumerate(lines) if not line.endswith("\\\n"))
    return "".join(lines[: end + 1])


def _ask(requirements: str) -> list[dict[str, Any]]:
    """What is known of these packages; nothing when none of them is known."""
    with tempfile.NamedTemporaryFile("w", suffix=".lock") as file:
        file.write(requirements)
        file.flush()
        command = [str(PIP_AUDIT), *OPTIONS, "--requirement", file.name]
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS
            )
            told: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
        except (subprocess.TimeoutExpired, ValueError, KeyError):
            return []
    return told if any("skip_reason" not in package for package in told) else []


if __name__ == "__main__":
    main()
