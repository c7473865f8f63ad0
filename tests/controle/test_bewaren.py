# SPDX-License-Identifier: EUPL-1.2
"""A backup brings everything back but the key, and a restore never costs what was there."""

import asyncio
import base64
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from app.api.keys import KEY_FILE
from app.db import embedded
from app.db.connection import Connection, connected_as_owner
from tests.contract.declaring import Region
from tests.controle.commands import noaber, own

BSN = "999999990"
TABLES = ("inwoner", "toewijzing", "termijn", "declaratieregel", "oordeel", "boeking", "kostensom")


@pytest.fixture
async def backup(books: Region, database_url: str, tmp_path: Path) -> Path:
    """Of books that were kept by the API, with a BSN among them."""
    inwoner = {
        "bsn": BSN,
        "geboortedatum": "2014-03-09",
        "woonplaatsen": [{"gemeente": "0153", "vanaf": "2014-03-09", "grondslag": "brp"}],
    }
    await books.post("/inwoners", books.toegang(), inwoner)
    file = tmp_path / "proef.backup"
    done = noaber("backup", file, **own(database_url))
    assert (done.returncode, done.stdout) == (0, f"{file}\n"), done.stderr
    return file


@pytest.fixture
def folder() -> Iterator[Path]:
    """Where a new data folder can be made, which the server's user may enter."""
    parent = Path(tempfile.mkdtemp(prefix="noaber-test-"))
    parent.chmod(0o755)
    yield parent / "data"
    embedded.remove(parent / "data")
    parent.rmdir()


@pytest.fixture
def empty_url(server: embedded.Server) -> Iterator[str]:
    name = f"leeg_{uuid4().hex}"
    asyncio.run(server.create_database(name))
    yield server.url(name)
    asyncio.run(server.drop_database(name))


async def _rows(db: Connection) -> dict[str, list[str]]:
    """All rows but for the transaction that changed a toewijzing: a restore is one itself."""
    row = "(to_jsonb(t) - 'gewijzigd_in')::text"
    return {
        table: [r[0] for r in await db.fetch(f"SELECT {row} FROM {table} t ORDER BY 1")]
        for table in TABLES
    }


async def _rows_at(url: str) -> dict[str, list[str]]:
    async with connected_as_owner(url) as db:
        return await _rows(db)


def _script(file: Path) -> bytes:
    """All that is in a backup, in clear."""
    program = embedded.find_program("pg_restore")
    assert program
    return subprocess.run([program, "--file=-", file], capture_output=True, check=True).stdout


async def test_a_backup_is_restored_into_a_new_data_folder_and_proven(
    backup: Path, folder: Path, data: Path, db: Connection
) -> None:
    key = base64.b64encode((data / KEY_FILE).read_bytes()).decode()
    settings = {"NOABER_DATA": str(folder), "NOABER_SLEUTEL": key}
    done = noaber("restore", backup, **settings)
    assert (done.returncode, done.stderr) == (0, "")
    proven = noaber("controleer", **settings)
    assert (proven.returncode, "kloppen" in proven.stdout) == (0, True), proven.stdout
    with embedded.running(folder) as server:
        assert await _rows_at(server.url("noaber")) == await _rows(db)


async def test_neither_the_key_nor_a_bsn_is_in_a_backup(
    backup: Path, empty_url: str, data: Path
) -> None:
    script = _script(backup)
    key = (data / KEY_FILE).read_bytes()
    assert b"COPY public.inwoner" in script
    for secret in (key, key.hex().encode(), base64.b64encode(key), BSN.encode()):
        assert secret not in script
    assert backup.stat().st_mode & 0o077 == 0
    done = noaber("restore", backup, **own(empty_url), NOABER_DATA=str(data.parent / "nergens"))
    assert (done.returncode, "de sleutel" in done.stderr) == (0, True)


async def test_a_restore_refuses_what_is_there_unless_told_and_unless_in_use(
    backup: Path, empty_url: str, database_url: str, db: Connection
) -> None:
    before = await _rows(db)
    assert noaber("restore", backup, **own(empty_url)).returncode == 0
    async with connected_as_owner(empty_url) as other:
        await other.execute("CREATE TABLE later (id integer)")
        used = noaber("restore", "--overschrijf", backup, **own(empty_url))
        assert (used.returncode, "in gebruik" in used.stderr) == (1, True)
    refused = noaber("restore", backup, **own(empty_url))
    assert (refused.returncode, "--overschrijf" in refused.stderr) == (1, True)
    assert noaber("restore", "--overschrijf", backup, **own(empty_url)).returncode == 0
    assert await _rows_at(empty_url) == before
    async with connected_as_owner(empty_url) as other:
        assert await other.fetchval("SELECT to_regclass('later')") is None


async def test_a_backup_that_is_cut_short_or_newer_costs_nothing(
    backup: Path, empty_url: str, database_url: str, db: Connection, tmp_path: Path
) -> None:
    assert noaber("restore", backup, **own(empty_url)).returncode == 0
    cut = tmp_path / "half"
    cut.write_bytes(backup.read_bytes()[:-1000])
    await db.execute("UPDATE alembic_version SET version_num = '9999'")
    newer = tmp_path / "nieuw"
    assert noaber("backup", newer, **own(database_url)).returncode == 0
    other = tmp_path / "ander"
    other.write_text("geen backup")
    for file, said in ((cut, "mislukt"), (newer, "nieuwere versie"), (other, "mislukt")):
        done = noaber("restore", "--overschrijf", file, **own(empty_url))
        assert (done.returncode, said in done.stderr) == (1, True), done.stderr
        assert "Traceback" not in done.stderr
    assert (await _rows_at(empty_url))["boeking"]


async def test_in_a_folder_a_backup_is_named_after_the_moment_and_nothing_is_overwritten(
    backup: Path, database_url: str, tmp_path: Path
) -> None:
    folder = tmp_path / "map"
    folder.mkdir()
    assert noaber("backup", folder, **own(database_url)).returncode == 0
    [file] = folder.iterdir()
    assert file.name.startswith("noaber-2")
    before = backup.read_bytes()
    again = noaber("backup", backup, **own(database_url))
    assert (again.returncode, "bestaat al" in again.stderr) == (1, True)
    nowhere = noaber("backup", tmp_path / "weg" / "x", **own(database_url))
    assert (nowhere.returncode, "is er niet" in nowhere.stderr) == (1, True)
    unreachable = noaber("backup", tmp_path / "y", **own("postgresql://127.0.0.1:1/noaber"))
    assert (unreachable.returncode, "niet bereikbaar" in unreachable.stderr) == (1, True)
    assert backup.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["map", "proef.backup"]
