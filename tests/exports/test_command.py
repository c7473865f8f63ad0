# SPDX-License-Identifier: EUPL-1.2
"""`noaber export kosten` as a user meets it."""

import asyncio
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app.db.connection import Connection, connected_as_owner
from app.exports.formats import FORMATS
from tests.exports.lines import fill

NOABER = Path(sys.executable).with_name("noaber")
WHOLE_YEAR = ("--gemeente", "0153", "--jaar", "2026")
LINES = 2_000
PATIENCE_SECONDS = 30
MAGIC = {"csv": b"boekingnummer,", "ndjson": b'{"boek', "xlsx": b"PK", "parquet": b"PAR1"}


@pytest.fixture
def environment(database_url: str) -> dict[str, str]:
    own = {"NOABER_DATABASE_URL": database_url, "NOABER_LOKALE_UITGEVER": "1"}
    return {"PATH": os.environ["PATH"], **own}


@pytest.fixture
def filled(database_url: str) -> None:
    asyncio.run(_fill(database_url))


async def _fill(database_url: str) -> None:
    async with connected_as_owner(database_url) as db:
        await fill(db, LINES)


def _export(
    environment: dict[str, str], *arguments: str, largest: int = resource.RLIM_INFINITY
) -> subprocess.CompletedProcess[str]:
    # Bytecode would be written as well, cut off at the limit, and break whatever imports it later.
    return subprocess.run(
        [NOABER, "export", "kosten", *arguments],
        env=environment | {"PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest)),
    )


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("name", FORMATS)
def test_the_name_of_the_file_decides_on_the_format(
    environment: dict[str, str], tmp_path: Path, name: str
) -> None:
    file = tmp_path / f"kosten.{name.upper()}"
    file.write_text("wat er eerst stond")
    done = _export(environment, *WHOLE_YEAR, "-o", str(file))
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert done.stderr == f"{file}: {LINES} regels\n", "no progress bar in a pipe"
    assert file.read_bytes().startswith(MAGIC[name])
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.usefixtures("filled")
def test_a_period_and_a_format_can_be_named(environment: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "kosten"
    periode = ("--vanaf", "2026-01-01", "--tot-en-met", "2026-01-31", "--formaat", "ndjson")
    done = _export(environment, "--gemeente", "0153", *periode, "-o", str(file))
    assert done.returncode == 0, done.stderr
    begins = [line.split('"begindatum":"')[1][:7] for line in file.read_text().splitlines()]
    assert set(begins) == {"2026-01"}


@pytest.mark.usefixtures("filled")
def test_an_export_is_as_it_stood_at_a_moment(environment: dict[str, str], tmp_path: Path) -> None:
    for moment, lines in (("2000-01-01T00:00:00Z", 0), ("2199-01-01T00:00:00Z", LINES)):
        file = tmp_path / f"{moment[:4]}.csv"
        done = _export(environment, *WHOLE_YEAR, "--bekend-op", moment, "-o", str(file))
        assert (done.returncode, done.stderr) == (0, f"{file}: {lines} regels\n")
        assert len(file.read_text().splitlines()) == 1 + lines


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ("--gemeente 9999 --jaar 2026 -o {folder}/k.csv", "geen gemeente met code 9999"),
        ("--gemeente 53 --jaar 2026 -o {folder}/k.csv", "53: "),
        ("--gemeente 0153 --jaar 26 -o {folder}/k.csv", "26-01-01: "),
        ("--gemeente 0153 -o {folder}/k.csv", "--jaar"),
        ("--gemeente 0153 --jaar 2026 --bekend-op toen -o {folder}/k.csv", "toen: "),
        ("--gemeente 0153 --jaar 2026 --vanaf 2026-01-01 -o {folder}/k.csv", "--jaar"),
        (
            "--gemeente 0153 --vanaf 2026-02-01 --tot-en-met 2026-01-01 -o {folder}/k.csv",
            "voor vanaf",
        ),
        ("--gemeente 0153 --jaar 2026 -o {folder}/k.pdf", "csv, ndjson, xlsx, parquet"),
        ("--gemeente 0153 --jaar 2026 -o {folder}/er/niet/k.csv", "de map is er niet"),
        ("--gemeente 0153 --jaar 2026 --formaat csv -o {folder}", "geen gewoon bestand"),
        ("--gemeente 0153 --jaar 2026 --formaat csv -o /dev/null", "geen gewoon bestand"),
    ],
)
def test_what_a_user_can_mend_is_told_in_a_sentence(
    environment: dict[str, str], tmp_path: Path, arguments: str, named: str
) -> None:
    done = _export(environment, *arguments.format(folder=tmp_path).split())
    assert done.returncode in {1, 2}
    assert named in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("name", FORMATS)
def test_a_file_that_does_not_fit_leaves_what_was_there(
    environment: dict[str, str], tmp_path: Path, name: str
) -> None:
    file = tmp_path / f"kosten.{name}"
    file.write_text("wat er eerst stond")
    done = _export(environment, *WHOLE_YEAR, "-o", str(file), largest=4096)
    assert done.returncode == 1
    assert done.stderr == f"{file} is niet te schrijven: het bestand wordt te groot.\n"
    assert file.read_text() == "wat er eerst stond"
    assert list(tmp_path.iterdir()) == [file]


async def test_an_export_that_is_stopped_leaves_nothing(
    environment: dict[str, str], tmp_path: Path, db: Connection
) -> None:
    command = (NOABER, "export", "kosten", *WHOLE_YEAR, "-o", tmp_path / "k.csv")
    async with db.transaction():
        await db.execute("LOCK TABLE boeking IN ACCESS EXCLUSIVE MODE")
        process = await asyncio.create_subprocess_exec(
            *command, env=environment, stderr=asyncio.subprocess.PIPE
        )
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not list(tmp_path.iterdir()):
                await asyncio.sleep(0.05)
            process.send_signal(signal.SIGTERM)
            _, said = await process.communicate()
    assert process.returncode == 1
    assert said.decode() == f"Afgebroken. {tmp_path / 'k.csv'} is niet geschreven.\n"
    assert list(tmp_path.iterdir()) == []
