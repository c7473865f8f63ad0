# SPDX-License-Identifier: EUPL-1.2
"""A real PostgreSQL without an install: started with the first user, stopped with the last.

`running(data)` is the whole of it. `place` decides where the server lives and as whom it runs,
`cluster` drives initdb and pg_ctl, `server` is what a caller gets.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from app.db.embedded import cluster
from app.db.embedded.errors import EmbeddedError
from app.db.embedded.place import exists, find_place, find_program, remove
from app.db.embedded.server import Server

__all__ = ["EmbeddedError", "Server", "exists", "find_program", "remove", "running"]


@contextmanager
def running(data: Path, *, durable: bool = True) -> Iterator[Server]:
    """The server of this data folder, started here or found running.

    Not `durable` trades safety against a power cut for speed, for data that nobody will miss.
    Raises EmbeddedError, in Dutch, when there can be no server here.
    """
    data = data.absolute()
    with _plain_errors(data):
        data.mkdir(parents=True, exist_ok=True)
        users = _open_lock(data / "postgres.users")
    try:
        with _start_or_stop(data), _plain_errors(data):
            place = find_place(data)
            fcntl.flock(users, fcntl.LOCK_SH)
        try:
            with _start_or_stop(data), _plain_errors(data):
                cluster.start_unless_up(place, durable=durable)
                server = Server(cluster.socket_folder(place.cluster))
            yield server
        finally:
            with _start_or_stop(data), suppress(BlockingIOError):
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)  # the last one out
                cluster.stop(place)
    finally:
        os.close(users)


@contextmanager
def _start_or_stop(data: Path) -> Iterator[None]:
    """One process at a time starts or stops the server of a data folder."""
    with _plain_errors(data):
        lock = _open_lock(data / "postgres.lock")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _open_lock(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o644)


@contextmanager
def _plain_errors(data: Path) -> Iterator[None]:
    """Tell of a folder that cannot be used as a person would, not as a traceback."""
    try:
        yield
    except PermissionError as error:
        raise EmbeddedError(
            f"Geen toegang tot {error.filename or data}: de gegevensmap {data} is niet schrijfbaar "
            f"of in gebruik door een andere gebruiker. Start als die gebruiker, of wijs met "
            f"NOABER_DATA een andere map aan."
        ) from error
    except OSError as error:
        raise EmbeddedError(
            f"De gegevensmap {data} is niet bruikbaar ({error.strerror or error}). "
            f"Wijs met NOABER_DATA een andere map aan."
        ) from error
