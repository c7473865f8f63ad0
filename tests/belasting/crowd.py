# SPDX-License-Identifier: EUPL-1.2
"""Clients that all ask at once, each one thing after another, and keep count of what they got."""

import asyncio
import contextlib
import itertools
import json
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from bench.service import Service
from bench.wire import Answer, Wire, request_bytes
from tests.belasting.scene import AGBS, GEMEENTEN, declaratie, inwoner, toewijzing
from tests.contract.declaring import first, last, today

IDLE_SECONDS = 4
"""Whoever was silent for longer opens a connection anew: the service closes it after five."""
PATIENCE = 30
"""As often a request is sent again that was answered 503; then the run has failed."""
KIND = ("toegang", "toegang", "aanbieder", "financien", "lezer")
"""Who the clients are, in turn."""
PERIOD = f"vanaf={first(-12)}&totEnMet={last(-1)}"


@dataclass(slots=True)
class Tally:
    """What the crowd was answered, and what by those answers must be in the books."""

    times: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    statuses: Counter[int] = field(default_factory=Counter)
    without_retry_after: int = 0
    broken: int = 0
    unexpected: list[str] = field(default_factory=list)
    toewijzingen: int = 0
    declaraties: int = 0
    lines: int = 0
    cents: int = 0


class Crowd:
    """All clients, on the service of one port, until a moment."""

    def __init__(self, service: Service, until: float) -> None:
        self.tally = Tally()
        self._service = service
        self._until = until
        self._numbers = itertools.count(1)
        self._given: dict[str, asyncio.Queue[dict[str, Any]]] = {
            agb: asyncio.Queue() for agb in AGBS
        }
        self._tokens: dict[tuple[str, str], str] = {}

    async def gather(self, clients: int) -> None:
        """Let them all loose, and wait for the last."""
        acts: dict[str, Callable[[Client, int], Awaitable[None]]] = {
            "toegang": self._allocate,
            "aanbieder": self._declare,
            "financien": self._reckon,
            "lezer": self._read,
        }
        await asyncio.gather(
            *(self._run(acts[KIND[n % len(KIND)]], n // len(KIND)) for n in range(clients))
        )

    async def _run(self, act: "Callable[[Client, int], Awaitable[None]]", number: int) -> None:
        client = await Client.open(self._service.port, self.tally)
        with contextlib.closing(client):
            while time.monotonic() < self._until:
                await act(client, number)

    async def _allocate(self, client: "Client", number: int) -> None:
        """Register someone, ask the price, and give help."""
        gemeente, agb = GEMEENTEN[number % len(GEMEENTEN)], AGBS[number % len(AGBS)]
        token = self._token("toegang", gemeente)
        key = f"K{next(self._numbers)}"
        one = await client.post("/inwoners", token, inwoner(gemeente), f"{key}-i")
        body = toewijzing(one["id"], gemeente, agb)
        await client.post("/toewijzingen/_prijs", token, body)
        given = await client.post("/toewijzingen", token, body, key)
        self.tally.toewijzingen += 1
        self._given[agb].put_nowait(given)

    async def _declare(self, client: "Client", number: int) -> None:
        """Declare ten lines; every fifth declaratie is sent twice."""
        agb = AGBS[number % len(AGBS)]
        try:
            given = await asyncio.wait_for(self._given[agb].get(), 1)
        except TimeoutError:
            return
        nummer = f"B{next(self._numbers)}"
        body, token = declaratie(nummer, given, today()), self._token("aanbieder", agb)
        done = await client.post("/declaraties", token, body)
        if self.tally.declaraties % 5 == 0:
            again = await client.post("/declaraties", token, body)
            if again["id"] != done["id"]:
                self.tally.unexpected.append(f"{nummer} was taken twice")
        self.tally.declaraties += 1
        self.tally.lines += done["aantalToegekend"]
        self.tally.cents += done["toegekendCenten"]
        if done["aantalToegekend"] != len(body["regels"]):
            self.tally.unexpected.append(f"not all of {nummer} was granted: {done}")
        await client.get(f"/declaraties/{done['id']}/regels", token, "regels")

    async def _reckon(self, client: "Client", number: int) -> None:
        gemeente = GEMEENTEN[number % len(GEMEENTEN)]
        token = self._token("financien", gemeente)
        await client.get(f"/kosten?gemeente={gemeente}&{PERIOD}", token, "kosten")
        await client.get("/betaalspecificaties?pageSize=20", token, "betaalspecificaties")

    async def _read(self, client: "Client", number: int) -> None:
        token = self._token("toegang", GEMEENTEN[number % len(GEMEENTEN)])
        await client.get("/toewijzingen?pageSize=20", token, "toewijzingen")
        await client.get(f"/tarieven?peildatum={today()}", token, "tarieven")
        await client.get("/aanbieders?pageSize=20", token, "aanbieders")

    def _token(self, rol: str, code: str) -> str:
        if (rol, code) not in self._tokens:
            binding = {"agb": code} if rol == "aanbieder" else {"gemeente": code}
            self._tokens[rol, code] = self._service.token(rol, **binding)
        return self._tokens[rol, code]


class Client:
    """One of them: a connection, on which it asks again what was put off."""

    def __init__(self, port: int, wire: Wire, tally: Tally) -> None:
        self._port = port
        self._wire = wire
        self._tally = tally
        self._used = time.monotonic()

    @classmethod
    async def open(cls, port: int, tally: Tally) -> "Client":
        return cls(port, await Wire.open(port), tally)

    def close(self) -> None:
        self._wire.close()

    async def get(self, path: str, token: str, what: str) -> Any:
        return await self._send(f"GET /{what}", request_bytes("GET", f"/v1{path}", token))

    async def post(self, path: str, token: str, body: object, key: str = "") -> Any:
        request = request_bytes("POST", f"/v1{path}", token, body, key=key)
        return await self._send(f"POST {path}", request)

    async def _send(self, what: str, request: bytes) -> Any:
        for _ in range(PATIENCE):
            if time.monotonic() - self._used > IDLE_SECONDS:
                await self._open_anew()
            try:
                with self._timed(what):
                    answer = await self._wire.exchange(request)
            except (ConnectionError, asyncio.IncompleteReadError):
                self._tally.broken += 1
                await self._open_anew()
                continue
            self._used = time.monotonic()
            self._tally.statuses[answer.status] += 1
            if answer.status < 400:
                return json.loads(answer.body)
            await self._put_off(what, answer)
        raise TimeoutError(f"{what}: put off {PATIENCE} times")

    async def _open_anew(self) -> None:
        self._wire.close()
        self._wire = await Wire.open(self._port)
        self._used = time.monotonic()

    async def _put_off(self, what: str, answer: Answer) -> None:
        """Wait as long as is asked. Raises RuntimeError on any other refusal."""
        after = answer.header("retry-after")
        if answer.status not in (429, 503):
            self._tally.unexpected.append(f"{what}: {answer.status} {answer.body.decode()[:300]}")
            raise RuntimeError(self._tally.unexpected[-1])
        if not after:
            self._tally.without_retry_after += 1
        await asyncio.sleep(float(after or 1))

    @contextlib.contextmanager
    def _timed(self, what: str) -> Iterator[None]:
        begin = time.perf_counter()
        yield
        self._tally.times[what].append(time.perf_counter() - begin)
