# SPDX-License-Identifier: EUPL-1.2
"""Kill the service, a worker or PostgreSQL while 100,000 lines are settled: nothing is lost.

Three times at random moments, or as often as CRASH_MOMENTS says. CRASH_SEED repeats a run.
"""

import asyncio
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest

from app.db import embedded, migrate
from app.db.connection import Connection, connected_as_owner
from app.settlement import queue, settle
from tests.settlement import volume
from tests.settlement.region import AANBIEDERS

NOABER = Path(sys.executable).with_name("noaber")
MOMENTS = int(os.environ.get("CRASH_MOMENTS", "3"))
SEED = int(os.environ.get("CRASH_SEED", "0")) or random.randrange(1_000_000)
LINES = 100_000
LONGEST_WAIT_SECONDS = 1.5
PATIENCE_SECONDS = 120
AGB = AANBIEDERS[0]

FAULTS = {
    "lines without exactly one end state": """
        SELECT count(*) FROM declaratieregel
        LEFT JOIN oordeel o USING (declaratie_id, regelnummer)
        LEFT JOIN (SELECT DISTINCT declaratie_id, regelnummer FROM boeking) b
            USING (declaratie_id, regelnummer)
        WHERE num_nonnulls(o.uitkomst, b.declaratie_id) <> 1
    """,
    "declaraties whose boekingen do not add up": """
        SELECT count(*) FROM declaratie d WHERE toegekend_centen <>
            (SELECT coalesce(sum(bedrag_centen), 0) FROM boeking WHERE declaratie_id = d.id)
    """,
    "declaraties whose counts do not add up": """
        SELECT count(*) FROM declaratie
        WHERE aantal_regels <> aantal_toegekend + aantal_afgekeurd + aantal_aangehouden
    """,
    "declaraties that were given up": "SELECT count(mislukt_op) FROM declaratie",
    "sums of kosten that differ from the boekingen": """
        SELECT abs((SELECT sum(bedrag_centen) FROM boeking)
                 - (SELECT sum(bedrag_centen) FROM kostensom))
    """,
}

# The lines of the declaratie before, taken back or declared again.
TURN = """
INSERT INTO declaratieregel
SELECT $1, r.regelnummer, r.aanbieder, $1::bigint || '-' || r.regelnummer,
       r.toewijzing_nummer, r.mijlpaal, r.begindatum, r.einddatum, r.bedrag_centen, NOT r.credit,
       CASE WHEN r.credit THEN NULL ELSE r.referentie END
FROM declaratieregel r
WHERE r.declaratie_id = $2
"""


class Running:
    """PostgreSQL, a service and a worker in processes of their own, on one data folder."""

    def __init__(self, data: Path, url: str, cluster: Path) -> None:
        self.data = data
        self.url = url
        self._cluster = cluster
        self._databases = ExitStack()
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self.start("serve")
        self.start("werk")

    def start(self, command: str) -> None:
        environment = {"PATH": os.environ["PATH"], "PORT": "0", "NOABER_DATA": str(self.data)}
        self._processes[command] = subprocess.Popen(
            [NOABER, command],
            env=environment | {"NOABER_WORKERS": "1"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def crash(self, command: str) -> None:
        """Kill one of our processes and start it anew."""
        process = self._processes[command]
        process.kill()
        process.wait()
        self.start(command)

    def crash_postgresql(self) -> None:
        """Kill the server itself; the one that is started anew recovers from its log."""
        pid = (self._cluster / "postmaster.pid").read_text().splitlines()[0]
        os.kill(int(pid), signal.SIGKILL)
        time.sleep(0.5)
        self._databases.enter_context(embedded.running(self.data))

    def stop(self) -> None:
        for process in self._processes.values():
            process.terminate()
        for process in self._processes.values():
            process.wait(timeout=30)
        self._databases.close()


@pytest.fixture
def running() -> Iterator[Running]:
    data = Path(tempfile.mkdtemp(prefix="noaber-test-"))
    try:
        with embedded.running(data) as server:
            cluster = asyncio.run(_fill(server))
            running = Running(data, server.url("noaber"), cluster)
            yield running
            running.stop()
    finally:
        embedded.remove(data)


async def _fill(server: embedded.Server) -> Path:
    """Something to settle; gives the folder of the cluster."""
    await server.create_database("noaber")
    await migrate.upgrade(server.url("noaber"))
    async with connected_as_owner(server.url("noaber")) as db:
        await volume.fill(db, LINES, [AGB])
        return Path(await db.fetchval("SHOW data_directory"))


def test_whatever_is_killed_each_line_has_one_end_state(running: Running) -> None:
    chance = random.Random(SEED)
    crashes: list[Callable[[], None]] = [
        lambda: running.crash("serve"),
        lambda: running.crash("werk"),
        running.crash_postgresql,
    ]
    since = datetime.min.replace(tzinfo=UTC)
    for moment in range(MOMENTS):
        asyncio.run(_see_to_it_that_work_has_begun(running.url, since))
        time.sleep(chance.uniform(0, LONGEST_WAIT_SECONDS))
        (crashes[moment] if moment < len(crashes) else chance.choice(crashes))()
        since = datetime.now(UTC)
    faults = asyncio.run(_faults_when_settled(running.url))
    assert faults == dict.fromkeys(FAULTS, 0), f"CRASH_SEED={SEED}"


async def _see_to_it_that_work_has_begun(url: str, since: datetime) -> None:
    """Wait for a worker to take up a declaratie after this moment; there is always one to do."""
    async with (
        connected_as_owner(url) as db,
        asyncio.timeout(PATIENCE_SECONDS),
    ):
        while not await db.fetchval("SELECT count(*) FROM voortgang WHERE begonnen_op > $1", since):
            if not await queue.is_behind(db, AGB):
                async with db.transaction():
                    await settle.lock_aanbieder(db, AGB)
                    await queue.defer(db, await _next_turn(db), AGB)
            await asyncio.sleep(0.05)


async def _next_turn(db: Connection) -> int:
    """The lines of the declaratie before, the other way; at first, debits."""
    last: int | None = await db.fetchval("SELECT max(id) FROM declaratie")
    if last is None:
        return await volume.register(db, "1", LINES)
    declaratie_id = await volume.insert_declaratie(db, AGB, str(last + 1), LINES)
    await db.execute(TURN, declaratie_id, last)
    return declaratie_id


async def _faults_when_settled(url: str) -> dict[str, int]:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            try:
                db = await asyncpg.connect(url)
            except (OSError, asyncpg.PostgresError):
                await asyncio.sleep(0.2)
                continue
            try:
                if not await db.fetchval(queue.IS_BEHIND, AGB, 0):
                    return {name: int(await db.fetchval(sql)) for name, sql in FAULTS.items()}
            finally:
                await db.close()
            await asyncio.sleep(0.2)
