# SPDX-License-Identifier: EUPL-1.2
"""A caller that costs next to nothing, so that what is measured is the service.

HTTP/1.1 over a kept-open connection, requests made ready beforehand, answers read and no more. A
full client library would take as much of the machine as the service does.
"""

import asyncio
import json
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

END_OF_CHUNKS = b"0\r\n\r\n"
ERRORS_FROM = 400
PIECE = 1024 * 1024


class UnexpectedAnswerError(Exception):
    """The service refused what it should take: what was timed means nothing."""


@dataclass(frozen=True, slots=True)
class Timings:
    """How long each of a number of requests took, and all of them together, in seconds."""

    each: list[float]
    elapsed: float

    @property
    def per_second(self) -> float:
        return len(self.each) / self.elapsed

    def milliseconds(self, share: float) -> float:
        """The time within which this share of the requests was answered."""
        ordered = sorted(self.each)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, with its head as it came."""

    status: int
    head: bytes
    body: bytes

    def header(self, name: str) -> str:
        """The value of a header, or nothing. Takes a name in lowercase."""
        _, _, after = self.head.decode("latin-1").lower().partition(f"\r\n{name}:")
        return after.partition("\r\n")[0].strip()


def request_bytes(
    method: str,
    path: str,
    token: str,
    body: object = None,
    accept: str = "*/*",
    key: str = "",
) -> bytes:
    """A request as it goes over the wire, with a body in JSON if any, and an Idempotency-Key."""
    content = b"" if body is None else json.dumps(body).encode()
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n"
        f"Accept: {accept}\r\nContent-Length: {len(content)}\r\n"
    )
    if content:
        head += "Content-Type: application/json\r\n"
    if key:
        head += f"Idempotency-Key: {key}\r\n"
    return head.encode() + b"\r\n" + content


class Wire:
    """One open connection to a port of this machine."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, port: int) -> Self:
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    def close(self) -> None:
        self._writer.close()

    async def exchange(self, request: bytes) -> Answer:
        """The answer, whatever it is."""
        self._writer.write(request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
        return Answer(int(head[9:12]), head, await self._reader.readexactly(length))

    async def send(self, request: bytes) -> bytes:
        """The body of the answer. Raises UnexpectedAnswerError when it is an error."""
        answer = await self.exchange(request)
        if answer.status >= ERRORS_FROM:
            raise UnexpectedAnswerError(answer.body.decode())
        return answer.body

    async def ask(self, request: bytes) -> Any:
        """The answer, read as JSON."""
        return json.loads(await self.send(request))


async def storm(port: int, requests: Sequence[bytes], clients: int = 1) -> Timings:
    """Have so many clients send the requests, each its share, one after another."""
    wires = [await Wire.open(port) for _ in range(clients)]
    begin = time.perf_counter()
    shares = await asyncio.gather(
        *(_send_all(wire, requests[i::clients]) for i, wire in enumerate(wires))
    )
    elapsed = time.perf_counter() - begin
    for wire in wires:
        wire.close()
    return Timings([seconds for share in shares for seconds in share], elapsed)


async def _send_all(wire: Wire, requests: Sequence[bytes]) -> list[float]:
    each = []
    for request in requests:
        begin = time.perf_counter()
        await wire.send(request)
        each.append(time.perf_counter() - begin)
    return each


def drain(port: int, request: bytes) -> float:
    """Read a stream to its end and throw it away; the seconds that took. Blocks.

    Raises UnexpectedAnswerError when it is no stream or not whole.
    """
    piece = bytearray(PIECE)
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.settimeout(600)
        begin = time.perf_counter()
        connection.sendall(request.replace(b"\r\n", b"\r\nConnection: close\r\n", 1))
        start = tail = b""
        while size := connection.recv_into(piece):
            start = start or bytes(piece[:size])
            tail = (tail + piece[max(0, size - len(END_OF_CHUNKS)) : size])[-len(END_OF_CHUNKS) :]
        elapsed = time.perf_counter() - begin
    if int(start[9:12]) >= ERRORS_FROM or tail != END_OF_CHUNKS:
        raise UnexpectedAnswerError(start.decode(errors="replace"))
    return elapsed
