# SPDX-License-Identifier: EUPL-1.2
"""A large declaratie costs the server as many statements as a small one.

What the server got is read from its own log. Where a large declaratie is left to a worker, small
ones and large ones are compared among themselves, and settling them by itself.
"""

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import asyncpg
import httpx
import pytest

from app.db.connection import Connection
from app.db.embedded.place import find_place
from app.domain.period import Periode
from tests.callers import Headers, OpenClient
from tests.contract.world import World, toewijzing_body
from tests.naive import Regel
from tests.pools import watched_pool
from tests.settlement import region

AGB = region.AANBIEDERS[0]
FEW, AT_ONCE, MORE, MANY = 10, 1_000, 1_001, 10_000
YEARS = Periode(date(2001, 1, 1), date(2025, 12, 31))
MOVES = [(date(2000, 1, 1), "0153"), (date(2010, 5, 15), "0141")]
KOLOMMEN = (
    "referentie,toewijzingNummer,mijlpaal,begindatum,einddatum,bedragCenten,debetCredit,"
    "vorigeReferentie"
)


class ServerLog:
    """What the server itself wrote down of the statements that a database got."""

    SAVEPOINT = re.compile(r"__asyncpg_savepoint_\w+")
    STATEMENT = re.compile(r"\[(\d+)\] LOG:  (?:statement: |execute [^:]*: )(.*)")

    def __init__(self, data: Path) -> None:
        self._log = find_place(data).log
        self._seen = 0

    def skip(self) -> None:
        """Forget what was written up to now."""
        self._seen = self._log.stat().st_size

    def statements(self, process_ids: Sequence[int]) -> list[str]:
        """The first line of each statement that these processes of the server were sent."""
        with self._log.open("rb") as log:
            log.seek(self._seen)
            text = log.read().decode()
        return [
            self.SAVEPOINT.sub("savepoint", sql)
            for pid, sql in self.STATEMENT.findall(text)
            if int(pid) in process_ids
        ]


async def _log_everything(database_url: str) -> None:
    db = await asyncpg.connect(database_url)
    await db.execute(
        "DO $$ BEGIN EXECUTE format("
        "'ALTER DATABASE %I SET log_statement = ''all''', current_database()); END $$"
    )
    await db.close()


async def _processes(db: Connection) -> list[int]:
    """The processes of the server that work for others than this connection."""
    rows = await db.fetch(
        "SELECT pid FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    return [row["pid"] for row in rows]


async def _lines(db: Connection) -> list[Regel]:
    """More than enough right lines, of inwoners of whom each has moved once."""
    regio = await region.found(db, (600, 600))
    regels: list[Regel] = []
    while len(regels) < MANY + 2 * MORE:
        inwoner = await region.register_inwoner(db, MOVES)
        toewijzing = await region.allocate(db, regio, inwoner, AGB, "D", YEARS, 507_358)
        regels += [
            region.line(n, f"R{n}", toewijzing, termijn)
            for n, termijn in enumerate(toewijzing.termijnen, start=len(regels) + 1)
        ]
    return regels


def _as_csv(regels: Sequence[Regel]) -> str:
    rijen = [
        ",".join(map(str, (*regel[1:7], "credit" if regel.credit else "debet", "")))
        for regel in regels
    ]
    return "\r\n".join((KOLOMMEN, *rijen))


async def _send(
    client: httpx.AsyncClient,
    headers: dict[str, str],
    media_type: str,
    nummer: str,
    regels: Sequence[Regel],
) -> httpx.Response:
    if media_type == "application/json":
        body = region.as_json(nummer, *regels)
        return await client.post("/v1/declaraties", json=body, headers=headers)
    return await client.post(
        "/v1/declaraties",
        params={"declaratienummer": nummer, "dagtekening": "2026-01-05"},
        content=_as_csv(regels),
        headers={**headers, "Content-Type": media_type},
    )


@pytest.fixture
async def regels(db: Connection, database_url: str) -> list[Regel]:
    """Lines to declare, in a database of which the server logs every statement."""
    regels = await _lines(db)
    await _log_everything(database_url)
    return regels


@pytest.mark.parametrize("media_type", ["application/json", "text/csv"])
@pytest.mark.parametrize("sizes", [(FEW, AT_ONCE), (MORE, MANY)])
async def test_sending_many_lines_takes_as_many_statements_as_sending_few(
    data: Path,
    db: Connection,
    regels: list[Regel],
    open_client: OpenClient,
    token: Headers,
    media_type: str,
    sizes: tuple[int, int],
) -> None:
    log, sent, start = ServerLog(data), [], 0
    async with open_client() as client:
        # The first one warms up: the driver asks once about the types it meets.
        for aantal in (sizes[0], *sizes):
            log.skip()
            answer = await _send(
                client,
                token("aanbieder", agb=AGB),
                media_type,
                nummer=str(start),
                regels=regels[start : start + aantal],
            )
            assert answer.json()["aantalRegels"] == aantal, answer.text
            sent.append(log.statements(await _processes(db)))
            start += aantal
    _, few, many = sent
    assert any("COPY" in statement for statement in few)
    assert any("COMMIT" in statement for statement in few)
    assert many == few


async def test_settling_many_lines_takes_as_many_statements_as_settling_few(
    data: Path, database_url: str, db: Connection, regels: list[Regel]
) -> None:
    log, settled, start = ServerLog(data), [], 0
    async with watched_pool(database_url) as pool:
        for aantal in (FEW, FEW, MANY):
            log.skip()
            batch = regels[start : start + aantal]
            declaratie, _ = await region.declare(pool, AGB, str(start), batch, date(2026, 1, 5))
            assert declaratie["aantal_toegekend"] == aantal
            settled.append(log.statements(await _processes(db)))
            start += aantal
    _, few, many = settled
    assert any("COPY" in statement for statement in few)
    assert many == few


async def test_giving_a_toewijzing_takes_one_statement_that_also_logs_it(
    data: Path, database_url: str, db: Connection, open_client: OpenClient, token: Headers
) -> None:
    async with open_client() as client:
        world = World(client, token)
        await world.basics()
        inwoners = [(await world.register())["id"] for _ in range(2)]
    await _log_everything(database_url)
    log, sent = ServerLog(data), {}
    async with open_client() as client:
        # The first round warms up.
        for inwoner in inwoners:
            for path in ("_prijs", ""):
                log.skip()
                body = toewijzing_body(inwoner)
                target = f"/v1/toewijzingen/{path}".rstrip("/")
                answer = await client.post(target, json=body, headers=world.toegang)
                assert answer.is_success, answer.text
                sent[path] = log.statements(await _processes(db))
    assert (len(sent["_prijs"]), len(sent[""])) == (1, 2), "the facts, and what is given"
    logged = "SELECT inwoner_id FROM logregel WHERE operatie = 'POST /toewijzingen' ORDER BY id"
    assert [row["inwoner_id"] for row in await db.fetch(logged)] == inwoners
