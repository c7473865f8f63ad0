# SPDX-License-Identifier: EUPL-1.2
"""Secrets that are made once and then kept in a file only their owner can read."""

import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path


def load_or_create(path: Path, make: Callable[[], bytes]) -> bytes:
    """The bytes in `path`; when there is no such file, those of `make`, from now on.

    The file appears whole or not at all, and of several processes at once the first one wins:
    all of them return what that one wrote.
    """
    with suppress(FileNotFoundError):
        return path.read_bytes()
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = _write_draft(path, make())
    try:
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        os.unlink(draft)
    return path.read_bytes()


def replace(path: Path, content: bytes) -> None:
    """Put other bytes in a file that is there; whoever reads it finds the old ones or the new."""
    draft = _write_draft(path, content)
    os.replace(draft, path)


def _write_draft(path: Path, content: bytes) -> str:
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return draft
