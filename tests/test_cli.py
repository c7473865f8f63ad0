# SPDX-License-Identifier: EUPL-1.2
"""The command line as a user meets it: real processes, real signals."""

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import asyncpg
import httpx
import pytest

from app.api.issuer import make_token
from app.db import embedded

NOABER = Path(sys.executable).with_name("noaber")
URL = re.compile(r"http://127\.0\.0\.1:[0-9]+")
Running = subprocess.Popen[str]


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A data folder in which an earlier first start was cut short."""
    data = Path(tempfile.mkdtemp(prefix="noaber-test-"))
    with embedded.running(data, durable=False) as server:
        asyncio.run(server.create_database("noaber_nieuw"))
    yield data
    embedded.remove(data)


def _environment(variables: dict[str, str]) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "PORT": "0", **variables}


def _noaber(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [NOABER, *arguments],
        env=_environment(variables),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def _start(data: Path, **variables: str) -> tuple[Running, str]:
    """A service that is up, and what it said then."""
    process = subprocess.Popen(
        [NOABER, "serve"],
        env=_environment({"NOABER_DATA": str(data), **variables}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if line.startswith("Stoppen"):
            return process, said
    raise AssertionError(process.communicate()[1])


def _serve(data: Path, **variables: str) -> tuple[Running, str]:
    """A service that is up, and where it answers."""
    process, said = _start(data, **variables)
    url = URL.search(said)
    assert url
    return process, url.group()


def _stop(process: Running, number: signal.Signals = signal.SIGINT) -> str:
    """Its complaints, after an orderly end."""
    process.send_signal(number)
    _out, errors = process.communicate(timeout=30)
    assert process.returncode == 0, errors
    assert "Traceback" not in errors
    return errors


def _answers(url: str) -> bool:
    return httpx.get(url).status_code == httpx.codes.OK


def _database_runs(data: Path) -> bool:
    return (data / "postgres/postmaster.pid").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_serve_answers_until_told_to_stop(folder: Path, number: signal.Signals) -> None:
    process, url = _serve(folder)
    assert _answers(url)
    assert _database_runs(folder)
    _stop(process, number)
    assert not _database_runs(folder)


def test_a_request_under_way_is_answered_before_the_service_stops(folder: Path) -> None:
    process, url = _serve(folder)
    token = make_token(folder, "aanbieder", None, "99000001", None)

    def body() -> Iterator[bytes]:
        yield b"referentie,toewijzingNummer,mijlpaal,begindatum,einddatum,"
        yield b"bedragCenten,debetCredit\n"
        process.send_signal(signal.SIGTERM)
        time.sleep(1)
        yield b"R1,999999999,start,2026-02-01,2026-07-31,100,debet\n"

    answer = httpx.post(
        f"{url}/v1/declaraties",
        params={"declaratienummer": "D1", "dagtekening": "2026-08-01"},
        content=body(),
        headers={"Authorization": f"Bearer {token}", "Content-Type": "text/csv"},
        timeout=30,
    )
    assert answer.status_code == 201, answer.text
    process.communicate(timeout=30)
    assert process.returncode == 0
    assert not _database_runs(folder)


def test_a_killed_service_is_no_trouble_for_the_next(folder: Path) -> None:
    killed, _ = _serve(folder)
    killed.kill()
    killed.communicate()
    assert _database_runs(folder)
    process, url = _serve(folder)
    assert _answers(url)
    _stop(process)
    assert not _database_runs(folder)


def test_a_second_service_shares_the_database_until_the_last_one_stops(folder: Path) -> None:
    first, _ = _serve(folder)
    second, url = _serve(folder)
    _stop(first)
    assert _answers(url)
    _stop(second)
    assert not _database_runs(folder)


def test_serve_says_where_the_docs_are_and_how_to_get_a_token(folder: Path) -> None:
    process, said = _start(folder)
    _stop(process)
    assert re.search(rf"{URL.pattern}/docs\n", said)
    assert "noaber token --rol toegang --gemeente 0153\n" in said


def test_a_taken_port_is_told_before_anything_happens(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = _noaber("serve", PORT=port, NOABER_DATA=str(tmp_path / "data"))
    assert done.returncode == 1
    assert f"Poort {port} op 127.0.0.1 is al in gebruik" in done.stderr
    assert not (tmp_path / "data").exists()


def test_a_configured_server_is_migrated_and_gets_no_demo_region(
    server: embedded.Server, tmp_path: Path
) -> None:
    name = f"eigen_{uuid4().hex}"
    asyncio.run(server.create_database(name))
    own = {"NOABER_DATABASE_URL": server.url(name), "NOABER_LOKALE_UITGEVER": "1"}
    process, url = _serve(tmp_path, **own)
    assert _answers(url)
    assert "LET OP" in _stop(process)
    assert asyncio.run(_count(server.url(name), "alembic_version")) == 1
    assert asyncio.run(_count(server.url(name), "toewijzing")) == 0
    asyncio.run(server.drop_database(name))


async def _count(url: str, table: str) -> int:
    connection = await asyncpg.connect(url)
    try:
        return int(await connection.fetchval(f"SELECT count(*) FROM {table}"))
    finally:
        await connection.close()


def test_token_prints_nothing_but_the_token(tmp_path: Path) -> None:
    done = _noaber("token", "--rol", "regio", "--sub", "vaststeller", NOABER_DATA=str(tmp_path))
    assert re.fullmatch(r"[\w-]+\.[\w-]+\.[\w-]+\n", done.stdout)
    assert (done.returncode, done.stderr) == (0, "")


OUTSIDE = {
    "NOABER_ISSUER": "https://login.voorbeeld.nl",
    "NOABER_AUDIENCE": "noaber",
    "NOABER_JWKS_URL": "https://login.voorbeeld.nl/jwks",
}
OWN = {"NOABER_DATABASE_URL": "postgresql://127.0.0.1:1/noaber"}


@pytest.mark.parametrize(
    ("command", "variables", "status", "named"),
    [
        ("token --rol toegang", {}, 2, "--gemeente"),
        ("token --rol aanbieder --gemeente 0153", {}, 2, "--gemeente"),
        ("token --rol regio", OUTSIDE, 2, "login.voorbeeld.nl"),
        ("serve", OWN, 2, "NOABER_LOKALE_UITGEVER=1"),
        ("serve", {**OWN, "NOABER_LOKALE_UITGEVER": "1"}, 1, "niet bereikbaar"),
        ("serve", {"NOABER_ISSUER": "https://login.voorbeeld.nl"}, 2, "NOABER_JWKS_URL"),
        ("serve", {**OUTSIDE, "NOABER_LOKALE_UITGEVER": "1"}, 2, "sluiten elkaar uit"),
        ("token --rol regio", {**OUTSIDE, "NOABER_LOKALE_UITGEVER": "1"}, 2, "sluiten elkaar uit"),
        ("serve", {"NOABER_CERTIFICATE_HEADER": "Client-Cert"}, 2, "NOABER_TRUSTED_PROXIES"),
        ("serve --host 192.0.2.1", {}, 1, "192.0.2.1"),
        ("serve", {"NOABER_DATA": "/dev/null/data"}, 1, "/dev/null"),
        ("demo", {**OWN, **OUTSIDE}, 2, "NOABER_DATABASE_URL"),
    ],
)
def test_what_a_user_can_mend_is_told_in_a_sentence(
    tmp_path: Path, command: str, variables: dict[str, str], status: int, named: str
) -> None:
    done = _noaber(*command.split(), **{"NOABER_DATA": str(tmp_path), **variables})
    assert done.returncode == status, done.stderr
    assert named in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("command", "status"),
    [
        ("controleer", 2),
        ("bewaartermijnen", 1),
        ("sleutels toon", 1),
        ("sleutels roteer", 1),
        ("sleutels verwijder", 1),
        ("declaraties hervat", 1),
    ],
)
def test_a_server_that_does_not_answer_is_told_in_a_sentence(
    tmp_path: Path, command: str, status: int
) -> None:
    own = {**OWN, "NOABER_LOKALE_UITGEVER": "1", "NOABER_DATA": str(tmp_path)}
    done = _noaber(*command.split(), **own)
    assert (done.returncode, "niet bereikbaar" in done.stderr) == (status, True)
    assert "Traceback" not in done.stderr


def test_what_proves_wipes_or_shows_keys_asks_for_the_schema_of_this_version(
    server: embedded.Server, tmp_path: Path
) -> None:
    name = f"eigen_{uuid4().hex}"
    asyncio.run(server.create_database(name))
    own = {
        "NOABER_DATABASE_URL": server.url(name),
        "NOABER_LOKALE_UITGEVER": "1",
        "NOABER_DATA": str(tmp_path),
    }
    for command in ("controleer", "bewaartermijnen", "sleutels toon", "sleutels verwijder"):
        done = _noaber(*command.split(), **own)
        assert "Draai eerst noaber migrate" in done.stderr, command
        assert "Traceback" not in done.stderr
    done = _noaber("declaraties", "hervat", **own)
    assert (done.returncode, done.stdout) == (0, "Terug in de wachtrij: geen\n")
    assert _noaber("sleutels", "toon", **own).returncode == 0
    asyncio.run(server.drop_database(name))


def test_termijnen_of_tasks_are_booked_by_a_command(folder: Path) -> None:
    assert _noaber("migrate", NOABER_DATA=str(folder)).returncode == 0
    for _ in range(2):
        done = _noaber("taakopdrachten", "boek", NOABER_DATA=str(folder))
        assert (done.returncode, done.stdout) == (0, "Geboekt: 0 termijnen, € 0,00\n")


def test_migrate_knows_its_revisions(folder: Path) -> None:
    unknown = _noaber("migrate", "--naar", "nergens", NOABER_DATA=str(folder))
    assert (unknown.returncode, "nergens" in unknown.stderr) == (2, True)
    assert _noaber("migrate", NOABER_DATA=str(folder)).returncode == 0
    assert not _database_runs(folder)


def test_the_demo_leaves_nothing_behind(tmp_path: Path) -> None:
    done = _noaber("demo", NOABER_DATA=str(tmp_path / "data"), TMPDIR=str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.iterdir()) == []
