# SPDX-License-Identifier: EUPL-1.2
"""noaber import declaraties, noaber werk and noaber declaraties hervat, as a user meets them."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest

from app.db.connection import connected_as_owner
from app.db.rechten import ROLE
from tests.settlement import volume
from tests.settlement.region import AANBIEDERS

NOABER = Path(sys.executable).with_name("noaber")
A = AANBIEDERS[0]
LINES = 1_500
HEAD = ("--agb", A, "--declaratienummer", "A1", "--dagtekening", "2026-08-01")


@pytest.fixture
def environment(database_url: str, tmp_path: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "NOABER_DATA": str(tmp_path),
        "NOABER_DATABASE_URL": database_url.replace("postgres@", f"{ROLE}@"),
        "NOABER_MIGRATIE_URL": database_url,
        "NOABER_LOKALE_UITGEVER": "1",
    }


@pytest.fixture
def file(database_url: str, tmp_path: Path) -> Path:
    """Lines to declare, and what they are about in the database."""

    async def lines() -> bytes:
        async with connected_as_owner(database_url) as db:
            await volume.fill(db, LINES)
            return await volume.csv_lines(db, "A1", LINES)

    path = tmp_path / "regels.csv"
    path.write_bytes(asyncio.run(lines()))
    return path


def _noaber(
    environment: dict[str, str], *arguments: str | Path
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [NOABER, *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(statement)
    await connection.close()


def test_a_file_is_taken_in_and_settled_without_a_service(
    environment: dict[str, str], file: Path
) -> None:
    done = _noaber(environment, "import", "declaraties", file, *HEAD)
    assert (done.returncode, done.stderr) == (0, "")
    words = done.stdout.split()
    assert words[:4] == ["Declaratie", "1", "(A1):", "afgehandeld"]
    counts = dict(zip(words[4:12:2], map(int, words[5:12:2]), strict=True))
    assert counts["regels"] == LINES == counts["toegekend"] + counts["afgekeurd"]
    assert _noaber(environment, "import", "declaraties", file, *HEAD).stdout == done.stdout


def test_what_is_left_to_others_is_settled_by_a_worker(
    environment: dict[str, str], file: Path
) -> None:
    left = _noaber(environment, "import", "declaraties", file, *HEAD, "--niet-wachten")
    assert left.stdout.startswith("Declaratie 1 (A1): ontvangen\n")
    with subprocess.Popen([NOABER, "werk"], env=environment, stderr=subprocess.PIPE) as worker:
        assert worker.stderr
        assert b"staan klaar" in worker.stderr.readline()
        waited = _noaber(environment, "import", "declaraties", file, *HEAD)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=30) == 0
    assert waited.stdout.startswith("Declaratie 1 (A1): afgehandeld\n")


def test_what_failed_is_resumed(environment: dict[str, str], file: Path, database_url: str) -> None:
    _noaber(environment, "import", "declaraties", file, *HEAD, "--niet-wachten")
    fail = "UPDATE declaratie SET mislukt_op = now(), mislukt_reden = 'Daarom.'"
    asyncio.run(_execute(database_url, f"{fail}; DELETE FROM wachtrij.procrastinate_jobs"))
    failed = _noaber(environment, "import", "declaraties", file, *HEAD)
    assert (failed.returncode, "mislukt\nDaarom." in failed.stdout) == (1, True)
    assert _noaber(environment, "declaraties", "hervat", "2").returncode == 1
    assert _noaber(environment, "declaraties", "hervat").stdout == "Terug in de wachtrij: 1\n"
    assert "afgehandeld" in _noaber(environment, "import", "declaraties", file, *HEAD).stdout


@pytest.mark.parametrize(
    ("name", "content", "head", "named"),
    [
        ("regels.csv", "referentie\nA", HEAD, "De kolom mijlpaal ontbreekt"),
        ("regels.xlsx", "", HEAD, ".csv of .ndjson"),
        ("regels.ndjson", '{"referentie": ""}', HEAD, "Rij 1"),
        ("regels.csv", "", (*HEAD[:1], "1", *HEAD[2:]), "AGB-code"),
    ],
)
def test_what_a_user_can_mend_is_told_in_a_sentence(
    environment: dict[str, str],
    tmp_path: Path,
    name: str,
    content: str,
    head: tuple[str, ...],
    named: str,
) -> None:
    file = tmp_path / name
    file.write_text(content)
    done = _noaber(environment, "import", "declaraties", file, *head)
    assert done.returncode == 1
    assert named in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
