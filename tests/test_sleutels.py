# SPDX-License-Identifier: EUPL-1.2
"""The key of the BSNs is changed while the service runs: nobody is lost, nobody comes twice."""

import base64
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.api.bsn import BsnSeal
from app.api.keys import KEY_FILE, PREVIOUS_KEY_FILE, installation_keys, make_next_key
from app.db.connection import Connection, connected_as_owner
from app.domain.errors import Conflict
from app.settings import Settings
from app.sleutels import remove_previous, rotate, show
from tests.callers import Headers, OpenClient
from tests.contract.world import BSN, assert_problem, bsn, inwoner_body
from tests.controle.commands import noaber, own

FIRST, SECOND, THIRD = (base64.b64encode(bytes([n]) * 32).decode() for n in (1, 2, 3))
NUMBERS = [bsn(999_990_000 + 100 * step) for step in range(60)]


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Connection]:
    async with connected_as_owner(database_url) as db:
        yield db


class Town:
    """Processes of one service, each with keys of its own, and the toegang that calls them."""

    def __init__(self, settings: Settings, open_client: OpenClient, token: Headers) -> None:
        self._settings, self._open = settings, open_client
        self.headers = {code: token("toegang", gemeente=code) for code in ("0153", "0141")}
        self.stack = AsyncExitStack()

    def keys(self, key: str, previous: str | None = None) -> Settings:
        changed = {"sleutel": key, "sleutel_vorige": previous}
        return Settings(**{**self._settings.model_dump(exclude={"port"}), "port": 0, **changed})

    async def process(self, key: str, previous: str | None = None) -> httpx.AsyncClient:
        return await self.stack.enter_async_context(self._open(self.keys(key, previous)))

    async def register(
        self, client: httpx.AsyncClient, number: str, gemeente: str = "0153", **more: Any
    ) -> httpx.Response:
        body = inwoner_body(bsn=number)
        headers = self.headers[gemeente] | more
        return await client.post("/v1/inwoners", json=body, headers=headers)

    async def find(self, client: httpx.AsyncClient, number: str) -> httpx.Response:
        body = {"bsn": number}
        return await client.post("/v1/inwoners/_zoek", json=body, headers=self.headers["0153"])


@pytest.fixture
async def town(settings: Settings, open_client: OpenClient, token: Headers) -> AsyncIterator[Town]:
    town = Town(settings, open_client, token)
    async with town.stack:
        yield town


async def test_all_are_found_before_during_and_after_and_by_the_new_key_alone(
    town: Town, database_url: str, db: Connection
) -> None:
    old = await town.process(FIRST)
    ids = {number: (await town.register(old, number)).json()["id"] for number in NUMBERS}
    both = await town.process(SECOND, FIRST)
    for client in (old, both):
        assert {n: (await town.find(client, n)).json()["id"] for n in NUMBERS} == ids
    assert await rotate(town.keys(SECOND, FIRST), database_url) == len(NUMBERS)
    for client in (old, both):  # one that was not restarted yet still finds everyone
        assert {n: (await town.find(client, n)).json()["id"] for n in NUMBERS} == ids
    assert await rotate(town.keys(SECOND, FIRST), database_url) == 0
    [kenmerk] = await remove_previous(town.keys(SECOND, FIRST), database_url)
    assert kenmerk == BsnSeal.of(town.keys(FIRST)).kenmerken[0]
    new = await town.process(SECOND)
    for client in (both, new):
        assert {n: (await town.find(client, n)).json()["id"] for n in NUMBERS} == ids
    assert await db.fetchval("SELECT count(bsn_hash_oud) FROM inwoner") == 0
    seal = BsnSeal.of(town.keys(SECOND))
    rows = await db.fetch("SELECT id, bsn_versleuteld FROM inwoner")
    assert {seal.open(row["bsn_versleuteld"]): row["id"] for row in rows} == ids


async def test_nobody_comes_twice_whichever_process_registers(
    town: Town, database_url: str, db: Connection
) -> None:
    old = await town.process(FIRST)
    assert (await town.register(old, NUMBERS[0])).status_code == 201
    both = await town.process(SECOND, FIRST)
    assert (await town.register(both, NUMBERS[1])).status_code == 201

    async def refused_by(*clients: httpx.AsyncClient) -> None:
        for client in clients:
            for number in NUMBERS[:2]:
                assert_problem(await town.register(client, number), 409, "bsn_bekend")

    await refused_by(old, both)
    await rotate(town.keys(SECOND, FIRST), database_url)
    await refused_by(old, both)
    assert (await town.register(old, NUMBERS[2])).status_code == 201
    with pytest.raises(Conflict, match="nog nodig voor 1 BSNs"):
        await remove_previous(town.keys(SECOND, FIRST), database_url)
    assert await rotate(town.keys(SECOND, FIRST), database_url) == 1
    await remove_previous(town.keys(SECOND, FIRST), database_url)
    assert_problem(await town.register(old, NUMBERS[0]), 503, "sleutel_verwijderd")
    await refused_by(both, await town.process(SECOND))
    assert (await town.register(both, NUMBERS[3])).status_code == 201
    assert await db.fetchval("SELECT count(*) FROM inwoner") == 4
    assert await db.fetchval("SELECT count(bsn_hash_oud) FROM inwoner") == 0


async def test_a_process_without_a_key_that_is_in_use_does_not_start(
    town: Town, database_url: str
) -> None:
    await town.register(await town.process(FIRST), NUMBERS[0])
    with pytest.raises(Conflict, match="sleutel waarmee BSNs"):
        await town.process(SECOND)
    await town.process(SECOND, FIRST)
    for key in (FIRST, SECOND, THIRD):
        with pytest.raises(Conflict, match="is hier niet"):
            await town.process(key)
    await rotate(town.keys(SECOND, FIRST), database_url)
    with pytest.raises(Conflict):
        await town.process(SECOND)
    await remove_previous(town.keys(SECOND, FIRST), database_url)
    await town.process(SECOND)
    await town.process(SECOND, FIRST)
    with pytest.raises(Conflict):
        await town.process(FIRST)


async def test_bsns_of_a_time_without_kenmerken_go_over_too(
    town: Town, database_url: str, db: Connection
) -> None:
    await town.register(await town.process(FIRST), BSN)
    await db.execute("SET session_replication_role = replica")
    await db.execute("ALTER TABLE inwoner DROP CONSTRAINT ck_inwoner_bsn_sleutel")
    await db.execute("UPDATE inwoner SET bsn_sleutel = NULL")
    await db.execute("DELETE FROM sleutel")
    with pytest.raises(Conflict, match="zonder kenmerk"):
        await town.process(THIRD)
    assert "zonder kenmerk: 1 BSNs" in await show(town.keys(FIRST), database_url)
    assert await rotate(town.keys(SECOND, FIRST), database_url) == 1
    assert await remove_previous(town.keys(SECOND, FIRST), database_url)
    assert (await town.find(await town.process(SECOND), BSN)).status_code == 200


async def test_a_bsn_that_no_key_opens_is_named_and_the_others_go_over(
    town: Town, database_url: str, db: Connection
) -> None:
    first = await town.process(FIRST)
    ids = [(await town.register(first, number)).json()["id"] for number in NUMBERS[:3]]
    await db.execute("UPDATE inwoner SET bsn_versleuteld = 'x' WHERE id = $1", ids[0])
    await db.execute("UPDATE inwoner SET bsn_hash = sha256('x') WHERE id = $1", ids[1])
    with pytest.raises(Conflict) as refused:
        await rotate(town.keys(SECOND, FIRST), database_url)
    assert f"inwoner {ids[0]}, inwoner {ids[1]}." in refused.value.detail
    assert "omgezet (1)" in refused.value.detail
    assert not any(number in refused.value.detail for number in NUMBERS)
    with pytest.raises(Conflict, match="nog nodig voor 2"):
        await remove_previous(town.keys(SECOND, FIRST), database_url)


async def test_a_request_that_was_answered_before_is_answered_the_same_after(
    town: Town, database_url: str
) -> None:
    key = {"Idempotency-Key": "wisseling"}
    made = await town.register(await town.process(FIRST), BSN, **key)
    again = await town.register(await town.process(SECOND, FIRST), BSN, **key)
    assert (again.status_code, again.json()) == (201, made.json())


async def test_rotation_killed_midway_goes_on_where_it_was(
    town: Town, database_url: str, db: Connection
) -> None:
    old = await town.process(FIRST)
    ids = {number: (await town.register(old, number)).json()["id"] for number in NUMBERS}
    script = (
        "import app.sleutels as s, app.db.sleutels as d, os, signal, asyncio\n"
        "from app.settings import read_settings\n"
        "s.BATCH, went_over, seen = 10, d.go_over, []\n"
        "async def go_over(*all):\n"
        "    await went_over(*all)\n"
        "    seen.append(1)\n"
        "    if len(seen) == 4: os.kill(os.getpid(), signal.SIGKILL)\n"
        "d.go_over = go_over\n"
        f"asyncio.run(s.rotate(read_settings(), {database_url!r}))\n"
    )
    variables = own(database_url) | {"NOABER_SLEUTEL": SECOND, "NOABER_SLEUTEL_VORIGE": FIRST}
    done = subprocess.run([sys.executable, "-c", script], env=variables, check=False, timeout=60)
    assert done.returncode == -9
    second = BsnSeal.of(town.keys(SECOND)).kenmerken[0]
    count = "SELECT count(*) FROM inwoner WHERE bsn_sleutel = $1"
    assert 0 < await db.fetchval(count, second) < len(NUMBERS)
    both = await town.process(SECOND, FIRST)
    assert {n: (await town.find(both, n)).json()["id"] for n in NUMBERS} == ids
    for number in NUMBERS:
        assert_problem(await town.register(both, number), 409, "bsn_bekend")
    refused = noaber("sleutels", "verwijder", **variables)
    assert (refused.returncode, "nog nodig" in refused.stderr) == (1, True)
    done_now = noaber("sleutels", "roteer", **variables)
    assert done_now.returncode == 0, done_now.stderr
    assert noaber("sleutels", "verwijder", **variables).returncode == 0
    shown = noaber("sleutels", "toon", **variables).stdout
    assert f"{second}: {len(NUMBERS)} BSNs, de sleutel" in shown
    assert {n: (await town.find(both, n)).json()["id"] for n in NUMBERS} == ids


def test_a_new_key_in_the_data_folder_stands_beside_the_one_before(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    [first] = installation_keys(settings)
    make_next_key(settings)
    new, previous = installation_keys(settings)
    assert previous == first != new
    assert (tmp_path / KEY_FILE).stat().st_mode & 0o777 == 0o600
    with pytest.raises(Conflict, match="al een vorige"):
        make_next_key(settings)
    (tmp_path / KEY_FILE).write_bytes(first)  # as after a crash between the two steps
    assert installation_keys(settings) == [first]
    make_next_key(settings)
    assert installation_keys(settings)[1] == first
    (tmp_path / PREVIOUS_KEY_FILE).unlink()
    with pytest.raises(Conflict, match="NOABER_SLEUTEL"):
        make_next_key(Settings(data=tmp_path, sleutel=FIRST))
