# SPDX-License-Identifier: EUPL-1.2
"""A body that comes in compressed, expanded piece by piece, so that memory stays flat."""

import zlib

from starlette.types import Message, Receive

from app.domain.errors import Fault, Invalid, TooLarge

PIECE_BYTES = 256 * 1024
MOST_TIMES_LARGER = 100
"""Lines of a declaratie shrink some ten times; what expands far beyond that is meant to hurt."""
ALWAYS_ALLOWED_BYTES = 4 * 1024 * 1024
_GZIP = 16 + zlib.MAX_WBITS


class Gunzipped:
    """Stands in for the `receive` of a request whose body is gzip. Several members are one body.

    Raises Invalid when it is not gzip or stops half-way, TooLarge when it expands beyond measure.
    """

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._member = zlib.decompressobj(_GZIP)
        self._waiting = b""
        self._more_to_come = True
        self._more_to_give = False
        self._taken = self._given = 0

    async def __call__(self) -> Message:
        while True:
            if self._more_to_come and not self._more_to_give:
                message = await self._receive()
                if message["type"] != "http.request":
                    return message
                self._waiting = message.get("body", b"")
                self._more_to_come = message.get("more_body", False)
                self._taken += len(self._waiting)
            piece = self._expand()
            more = self._more_to_give or self._more_to_come
            if piece or not more:
                return {"type": "http.request", "body": piece, "more_body": more}

    def _expand(self) -> bytes:
        if self._member.eof and self._waiting:
            self._member = zlib.decompressobj(_GZIP)
        try:
            piece = self._member.decompress(self._waiting, PIECE_BYTES)
        except zlib.error:
            raise _broken("geen_gzip", "De inhoud is geen gzip, of is beschadigd.") from None
        self._waiting = self._member.unused_data or self._member.unconsumed_tail
        self._more_to_give = bool(self._waiting) or len(piece) == PIECE_BYTES
        self._given += len(piece)
        self._check()
        return piece

    def _check(self) -> None:
        if self._given > max(ALWAYS_ALLOWED_BYTES, MOST_TIMES_LARGER * self._taken):
            raise TooLarge(
                "te_sterk_gecomprimeerd",
                f"De inhoud wordt bij het uitpakken meer dan {MOST_TIMES_LARGER} keer zo groot. "
                "Stuur haar zonder Content-Encoding.",
            )
        if self._taken and not (self._more_to_give or self._more_to_come or self._member.eof):
            raise _broken("gzip_afgebroken", "De inhoud houdt halverwege op. Stuur haar opnieuw.")


def _broken(code: str, reason: str) -> Invalid:
    return Invalid(code, reason, (Fault("body", code, reason),))
