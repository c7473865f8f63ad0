# SPDX-License-Identifier: EUPL-1.2
"""(a) Large declaraties over HTTP against a bare COPY of the rows that come of them."""

import asyncio
import http.client
import json
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import asyncpg

from bench.declared import right_ones, write_lines
from bench.fill import LARGE, checkpoint
from bench.measures import Settled
from bench.service import Service
from bench.wire import ERRORS_FROM, UnexpectedAnswerError

BLOCK = 256 * 1024
LOOK_EVERY_SECONDS = 0.05
TIMEOUT_SECONDS = 1200

ROWS = {
    "declaratie": "SELECT * FROM declaratie WHERE id = $1",
    "declaratieregel": "SELECT * FROM declaratieregel WHERE declaratie_id = $1 ORDER BY 2",
    "boeking": "SELECT * FROM boeking WHERE declaratie_id = $1 ORDER BY boekingnummer",
    "oordeel": "SELECT * FROM oordeel WHERE declaratie_id = $1 ORDER BY 2",
}
"""What comes of a declaratie, in the order in which it was written."""


@dataclass(frozen=True, slots=True)
class Large:
    """A large declaratie: its number, and which lines of the large aanbieder it holds."""

    nummer: str
    first: int
    lines: int


async def settle(service: Service, url: str, large: Large, present: int) -> tuple[int, Settled]:
    """Send a declaratie and wait until it is afgehandeld; gives its id and how it went."""
    path = service.data / f"{large.nummer}.csv"
    await write_lines(url, LARGE, large.first, large.lines, path)
    await checkpoint(url)
    service.forget_peak()
    declaratie, accepted, seconds = await asyncio.to_thread(_send, service, large.nummer, path)
    path.unlink()
    if declaratie["aantalToegekend"] != right_ones(large.lines):
        raise UnexpectedAnswerError(json.dumps(declaratie))
    done = Settled(large.lines, present, seconds, accepted, service.peak_mb())
    return declaratie["id"], done


async def copy_rows(url: str, declaratie_id: int, folder: Path) -> None:
    """Write the rows that came of a declaratie to files, as COPY takes them."""
    folder.mkdir()
    db = await asyncpg.connect(url)
    for table, query in ROWS.items():
        await db.copy_from_query(query, declaratie_id, output=folder / f"{table}.csv", format="csv")
    await db.close()


async def bare_copy(url: str, folder: Path, *, triggers: bool = True) -> float:
    """COPY those files into an equally full database, in one transaction; the seconds it took."""
    await checkpoint(url)
    db = await asyncpg.connect(url)
    if not triggers:
        await db.execute("SET session_replication_role = replica")
    begin = time.perf_counter()
    async with db.transaction():
        for table in ROWS:
            await db.copy_to_table(table, source=folder / f"{table}.csv", format="csv")
    seconds = time.perf_counter() - begin
    await db.close()
    return seconds


def beside_copy(settled: Settled, copy_seconds: float) -> Settled:
    """The same, with what a bare COPY of its rows took."""
    return replace(settled, copy_seconds=copy_seconds)


def _send(service: Service, nummer: str, path: Path) -> tuple[dict[str, Any], float, float]:
    """Blocks until the declaratie is afgehandeld; the seconds until taken in and until then."""
    token = service.token("aanbieder", agb=LARGE)
    caller = http.client.HTTPConnection(
        "127.0.0.1", service.port, timeout=TIMEOUT_SECONDS, blocksize=BLOCK
    )
    caller.connect()
    headers = {
        "Authorization": f"Bearer {token}",
        "Content-Type": "text/csv",
        "Content-Length": str(path.stat().st_size),
    }
    begin = time.perf_counter()
    with path.open("rb") as lines:
        query = f"declaratienummer={nummer}&dagtekening=2026-01-02"
        caller.request("POST", f"/v1/declaraties?{query}", lines, headers)
        declaratie = _answer(caller)
    accepted = time.perf_counter() - begin
    while declaratie["status"] in ("ontvangen", "bezig"):
        time.sleep(LOOK_EVERY_SECONDS)
        caller.request("GET", f"/v1/declaraties/{declaratie['id']}", headers=_bearer(token))
        declaratie = _answer(caller)
    return declaratie, accepted, time.perf_counter() - begin


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _answer(caller: http.client.HTTPConnection) -> dict[str, Any]:
    answer = caller.getresponse()
    body = answer.read()
    if answer.status >= ERRORS_FROM:
        raise UnexpectedAnswerError(body.decode())
    found: dict[str, Any] = json.loads(body)
    return found
