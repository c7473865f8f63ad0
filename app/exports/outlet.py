# SPDX-License-Identifier: EUPL-1.2
"""A file for writers that want one, of which every piece goes on at once."""

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


class Outlet(io.RawIOBase):
    """Holds what was written until it is taken; there is no way back in it."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, piece: "ReadableBuffer", /) -> int:
        taken = bytes(piece)
        self._pieces.append(taken)
        return len(taken)

    def take(self) -> bytes:
        """What was written since the last time."""
        taken = b"".join(self._pieces)
        self._pieces.clear()
        return taken
