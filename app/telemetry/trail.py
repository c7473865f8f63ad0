# SPDX-License-Identifier: EUPL-1.2
"""Under which ids a request is found again, here and at whoever sent it on (W3C traceparent)."""

import re
from collections.abc import Iterable
from contextvars import ContextVar
from typing import NamedTuple
from uuid import uuid4

TRACEPARENT = re.compile(rb"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-.{2,}")


class Trail(NamedTuple):
    """Of one request."""

    request_id: str
    trace_id: str


current: ContextVar[Trail | None] = ContextVar("trail", default=None)


def trail_of(headers: Iterable[tuple[bytes, bytes]]) -> Trail:
    """A trail of its own, in the trace of whoever sent it on; without one, in a new trace."""
    identity = uuid4()
    given = [value for name, value in headers if name == b"traceparent"]
    found = TRACEPARENT.fullmatch(given[0]) if len(given) == 1 else None
    return Trail(str(identity), found[1].decode() if found else identity.hex)
