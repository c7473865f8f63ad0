# SPDX-License-Identifier: EUPL-1.2
"""The embedded server: who starts it, who stops it, and what it survives."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from app.db.embedded import EmbeddedError, Server, remove, running
from app.db.embedded import place as places

AS_ROOT = os.geteuid() == 0
USE = """
import sys
from pathlib import Path
from app.db.embedded import running
with running(Path(sys.argv[1]), durable=False):
    print("up", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    data = Path(tempfile.mkdtemp(prefix="noaber-test-"))
    yield data
    remove(data)


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    """A data folder in which the cluster is there already."""
    data = Path(tempfile.mkdtemp(prefix="noaber-test-"))
    with running(data, durable=False):
        pass
    yield data
    remove(data)


def _use(data: Path) -> subprocess.Popen[str]:
    """Another process that uses the server until its input is closed."""
    process = subprocess.Popen(
        [sys.executable, "-c", USE, data],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    return process


def _is_up(process: subprocess.Popen[str]) -> bool:
    assert process.stdout is not None
    return process.stdout.readline() == "up\n"


def _leave(process: subprocess.Popen[str]) -> None:
    _out, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (0, "")


def _kill(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate(timeout=30)


def _postmaster(data: Path) -> int:
    return int((data / "postgres/postmaster.pid").read_text().split()[0])


def _runs(data: Path) -> bool:
    return (data / "postgres/postmaster.pid").exists()


async def _answer(server: Server, query: str = "SELECT 1") -> object:
    connection = await asyncpg.connect(server.url("postgres"))
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


def test_it_is_made_as_the_house_wants_it(folder: Path) -> None:
    with running(folder) as server:
        for name, value in {
            "server_version_num": "18",
            "server_encoding": "UTF8",
            "TimeZone": "UTC",
            "listen_addresses": "",
            "fsync": "on",
        }.items():
            shown = str(asyncio.run(_answer(server, f"SHOW {name}")))
            assert shown.startswith(value), name
    assert (folder / "postgres").stat().st_mode & 0o777 == 0o700
    assert not _runs(folder)


def test_the_last_one_out_stops_it(made: Path) -> None:
    with running(made, durable=False) as first:
        other = _use(made)
        assert _is_up(other)
        assert asyncio.run(_answer(first)) == 1
    assert _runs(made)
    _leave(other)
    assert not _runs(made)


def test_two_who_start_at_once_share_one_server(folder: Path) -> None:
    users = [_use(folder) for _ in range(2)]
    for user in users:
        assert _is_up(user)
    for user in users:
        _leave(user)
    assert not _runs(folder)


def test_who_comes_after_a_killed_user_takes_over_its_server(made: Path) -> None:
    killed = _use(made)
    assert _is_up(killed)
    _kill(killed)
    postmaster = _postmaster(made)
    with running(made, durable=False) as server:
        assert _postmaster(made) == postmaster
        assert asyncio.run(_answer(server)) == 1
    assert not _runs(made)


def test_a_killed_server_starts_again(made: Path) -> None:
    with running(made, durable=False):
        os.kill(_postmaster(made), signal.SIGKILL)
    assert _runs(made), "its pid file stays behind"
    with running(made, durable=False) as server:
        assert asyncio.run(_answer(server)) == 1


@pytest.mark.skipif(not Path("/proc/self/cwd").exists(), reason="asks /proc")
def test_a_pid_that_went_to_another_process_is_no_server(made: Path) -> None:
    stale = f"{os.getpid()}\n{made}/postgres\n0\n5432\n{made}/postgres\n"
    for name in ("postmaster.pid", ".s.PGSQL.5432.lock"):
        (made / "postgres" / name).write_text(stale)
    with running(made, durable=False) as server:
        assert asyncio.run(_answer(server)) == 1


def test_a_cluster_half_made_is_made_anew(folder: Path) -> None:
    half = folder / "postgres.nieuw-abc"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    with running(folder, durable=False) as server:
        assert asyncio.run(_answer(server)) == 1
    assert not half.exists()


def test_a_deep_folder_is_no_obstacle(folder: Path) -> None:
    deep = folder / "-".join(["diep"] * 25)
    folder.chmod(0o755)
    with running(deep, durable=False) as server:
        assert asyncio.run(_answer(server)) == 1
        assert server.socket_folder != deep / "postgres"
    assert not server.socket_folder.exists()


def test_databases_come_and_go(made: Path) -> None:
    async def live(server: Server) -> None:
        await server.create_database('een "naam"')
        await server.rename_database('een "naam"', "twee")
        assert await server.has_database("twee")
        await server.create_database("drie", template="twee")
        for name in ("twee", "drie", "nooit geweest"):
            await server.drop_database(name)
        assert not await server.has_database("twee")

    with running(made, durable=False) as server:
        asyncio.run(live(server))


def test_the_log_holds_no_values(made: Path) -> None:
    statement = "SELECT 'geheim'::int"
    with (
        running(made, durable=False) as server,
        pytest.raises(asyncpg.InvalidTextRepresentationError),
    ):
        asyncio.run(_answer(server, statement))
    assert "SELECT" not in (made / "postgres.log").read_text()


def test_another_major_version_is_refused(made: Path) -> None:
    version = made / "postgres/PG_VERSION"
    version.write_text("17\n")
    try:
        with pytest.raises(EmbeddedError, match="PostgreSQL 17"), running(made):
            pass
    finally:
        version.write_text("18\n")


def test_a_platform_without_the_wheel_is_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "WHEEL", "no_such_wheel")
    with pytest.raises(EmbeddedError, match="NOABER_DATABASE_URL"), running(folder):
        pass


def test_a_data_folder_that_is_a_file_is_refused(folder: Path) -> None:
    (folder / "file").write_text("")
    with pytest.raises(EmbeddedError, match="niet bruikbaar"), running(folder / "file"):
        pass


@pytest.mark.skipif(AS_ROOT, reason="root may write anywhere")
def test_a_closed_data_folder_is_refused(folder: Path) -> None:
    folder.chmod(0o500)
    with pytest.raises(EmbeddedError, match="niet schrijfbaar"), running(folder):
        pass


@pytest.mark.skipif(not AS_ROOT, reason="only root has to hand over to another user")
def test_below_a_closed_folder_root_keeps_it_elsewhere(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    data = closed / "data"
    with running(data, durable=False) as server:
        assert asyncio.run(_answer(server)) == 1
        elsewhere = server.socket_folder.parent
    assert closed.stat().st_mode & 0o777 == 0o700
    assert elsewhere.is_relative_to(places.STATE)
    with running(data, durable=False) as again:
        assert again.socket_folder.parent == elsewhere
    remove(data)
    assert not elsewhere.exists()


@pytest.mark.skipif(not AS_ROOT, reason="only root has to hand over to another user")
def test_binaries_in_a_closed_folder_are_copied(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "closed"
    site.mkdir(mode=0o700)
    programs = places.find_place(folder).programs
    for part in (places.INSTALL, Path(f"{places.WHEEL}.libs")):
        shutil.copytree(programs.parents[2] / part, site / part)
    state = Path(tempfile.mkdtemp(prefix="noaber-state-"))
    state.chmod(0o755)
    monkeypatch.setattr(places, "STATE", state)
    monkeypatch.setattr(places, "_wheel_programs", lambda: site / places.INSTALL / "bin")
    try:
        with running(folder, durable=False) as server:
            assert asyncio.run(_answer(server)) == 1
        assert places.find_place(folder).programs.is_relative_to(state)
    finally:
        shutil.rmtree(state)


@pytest.mark.skipif(not AS_ROOT, reason="only root has to hand over to another user")
def test_a_state_folder_that_others_may_write_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = tmp_path / "state"
    state.mkdir()
    state.chmod(0o777)
    monkeypatch.setattr(places, "STATE", state)
    with pytest.raises(EmbeddedError, match="hoort van root te zijn"), running(tmp_path / "data"):
        pass


def test_it_waits_for_a_server_that_is_still_coming_up(made: Path) -> None:
    """Its starter was killed, and the pid file does not say ready yet."""
    killed = _use(made)
    assert _is_up(killed)
    _kill(killed)
    pid_file = made / "postgres/postmaster.pid"
    ready = pid_file.read_text()
    pid_file.write_text(ready.replace("ready   ", "starting"))
    other = _use(made)
    time.sleep(0.5)
    assert other.poll() is None
    pid_file.write_text(ready)
    assert _is_up(other)
    _leave(other)
