# SPDX-License-Identifier: EUPL-1.2
"""The service as a user runs it: `noaber serve` in a process of its own, on its own data folder."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from app.api.issuer import make_token

NOABER = Path(sys.executable).parent / "noaber"
PATIENCE_SECONDS = 120
FORGET_PEAK = "5"
KIB_PER_MB = 1000 / 1.024


class StartError(Exception):
    """What should have answered on a port did not."""


@dataclass(frozen=True, slots=True)
class Service:
    """A running service."""

    data: Path
    port: int
    pid: int

    def token(self, rol: str, gemeente: str | None = None, agb: str | None = None) -> str:
        """A token of its local issuer."""
        return make_token(self.data, rol, gemeente, agb)

    def forget_peak(self) -> None:
        """Measure the memory from here on."""
        for pid in _family(self.pid):
            Path(f"/proc/{pid}/clear_refs").write_text(FORGET_PEAK)

    def peak_mb(self) -> float:
        """The most memory (resident) that each of its processes has had, added up.

        PostgreSQL is not among them: it is started apart.
        """
        return sum(_kib(pid, "VmHWM") for pid in _family(self.pid)) / KIB_PER_MB

    def memory_mb(self) -> float:
        """The memory (resident) that its processes have now."""
        return sum(_kib(pid, "VmRSS") for pid in _family(self.pid)) / KIB_PER_MB


@contextmanager
def serving(data: Path) -> Iterator[Service]:
    """Run `noaber serve` meanwhile. Raises StartError."""
    port = free_port()
    environment = {k: v for k, v in os.environ.items() if not k.startswith("NOABER_")}
    environment |= {"NOABER_DATA": str(data), "PORT": str(port)}
    with started([str(NOABER), "serve"], port, data / "serve.log", environment) as pid:
        yield Service(data, port, pid)


@contextmanager
def started(
    command: Sequence[str], port: int, log: Path, environment: dict[str, str] | None = None
) -> Iterator[int]:
    """Run a command that answers on a port; gives its process. Raises StartError."""
    with (
        log.open("ab") as output,
        subprocess.Popen(command, stdout=output, stderr=output, env=environment) as process,
    ):
        try:
            _await_answer(process, port, log)
            yield process.pid
        finally:
            process.terminate()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def postgresql_at(url: str) -> str:
    """The version of this server."""
    db = await asyncpg.connect(url)
    version: str = await db.fetchval("SHOW server_version")
    await db.close()
    return version


def _await_answer(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise StartError(f"{process.args!r} does not answer on port {port}: {log.read_text()[-2000:]}")


def _family(pid: int) -> list[int]:
    """A process and all that it started."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += _family(int(child))
    return found


def _kib(pid: int, name: str) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1])
    return 0
