# SPDX-License-Identifier: EUPL-1.2
"""Run until told to stop. Answer on a port: bind it first, say where to look when it is up."""

import asyncio
import errno
import gc
import signal
import socket
from collections.abc import Coroutine, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import TypeVar

import typer
import uvicorn
from starlette.types import ASGIApp

from app.heads import MOST_HEAD_BYTES, InTime
from app.settings import Settings
from app.telemetry import traces
from app.telemetry.measures import shown_at

GRACE_SECONDS = 5


Result = TypeVar("Result")


class PortError(Exception):
    """The port cannot be had; the text says in Dutch why, and what to do."""


def listen(host: str, port: int) -> socket.socket:
    """A bound socket; nobody is answered before uvicorn starts to listen."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except OSError as error:
        raise _port_error(host, port, error) from error
    return listener


def configured(app: ASGIApp) -> uvicorn.Config:
    """How requests are taken in: bounded in size and time, and not written down by address."""
    return uvicorn.Config(
        app,
        http=InTime,
        ws="none",
        h11_max_incomplete_event_size=MOST_HEAD_BYTES,
        server_header=False,
        # Somebody may put a BSN in an address, though no operation asks for it there.
        access_log=False,
        proxy_headers=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        log_config=None,
    )


def run(app: ASGIApp, listener: socket.socket, settings: Settings) -> None:
    """Serve until told to stop; then the open requests get a few seconds."""
    host, port = listener.getsockname()[:2]
    server = _Announcing(configured(app), _welcome(host, port, settings))
    try:
        with suppress(KeyboardInterrupt):
            server.run(sockets=[listener])
    except OSError as error:
        raise _port_error(host, port, error) from error
    if not server.started:
        raise SystemExit(3)


@contextmanager
def told_of(settings: Settings) -> Iterator[None]:
    """Show measures and send traces meanwhile, as far as the settings ask. Raises PortError."""
    host, port = settings.metrics_host, settings.metrics_port
    with traces.sent_to(settings.otlp_endpoint), ExitStack() as stack:
        if port is not None:
            try:
                stack.enter_context(shown_at(host, port))
            except OSError as error:
                raise PortError(
                    f"De metingen op {host} poort {port} (NOABER_METRICS_PORT) gaan niet: "
                    f"{error.strerror or error}."
                ) from error
        yield


def until_told(work: Coroutine[None, None, Result]) -> Result | None:
    """Do the work, or drop it on a signal: it is cancelled, and puts back what it had in hand."""

    async def run() -> Result:
        task, loop = asyncio.current_task(), asyncio.get_running_loop()
        assert task is not None
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, task.cancel)
        return await work

    with suppress(asyncio.CancelledError):
        return asyncio.run(run())
    return None


class _Announcing(uvicorn.Server):
    """Says where to look once it answers, and not before."""

    def __init__(self, config: uvicorn.Config, welcome: str) -> None:
        super().__init__(config)
        self._welcome = welcome

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            # What is there by now stays: looking through it for garbage would hold up requests.
            gc.collect()
            gc.freeze()
            typer.echo(self._welcome)


def _welcome(host: str, port: int, settings: Settings) -> str:
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    lines = [
        "",
        f"Noaber draait op    http://{shown}:{port}/",
        f"Documentatie        http://{shown}:{port}/docs",
    ]
    if settings.uses_local_issuer:
        lines += [
            "Tokens (8 uur geldig), bijvoorbeeld:",
            "  .venv/bin/noaber token --rol toegang --gemeente 0153",
            "  .venv/bin/noaber token --rol aanbieder --agb 99000001",
            "  .venv/bin/noaber token --rol financien --gemeente 0153",
            "  .venv/bin/noaber token --rol regio",
        ]
    return "\n".join([*lines, "Stoppen: Ctrl-C", ""])


def _port_error(host: str, port: int, error: OSError) -> PortError:
    if error.errno == errno.EADDRINUSE:
        return PortError(
            f"Poort {port} op {host} is al in gebruik. Stop wat daar draait, of kies een andere: "
            f"PORT={port + 1} make run"
        )
    return PortError(f"Luisteren op {host} poort {port} gaat niet: {error.strerror or error}.")
