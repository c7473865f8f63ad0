# SPDX-License-Identifier: EUPL-1.2
"""Media types and sizes: what the caller accepts, what it sends, and how much of it."""

import asyncio
import json
import re
import time
from collections.abc import Callable, Mapping, Sequence
from email.message import Message as Headers
from typing import Any

import mimeparse
from starlette.datastructures import QueryParams
from starlette.requests import ClientDisconnect, Request
from starlette.types import Message, Receive

from app.api.errors import Refused
from app.domain.errors import Fault, Invalid, TooLarge

PATIENCE_SECONDS = 30
"""So long may a body stand still while it comes in."""
SLOWEST_BYTES_PER_SECOND = 4096
"""Whoever sends slower than this, after the time that is given first, is sent away."""
METHODS_WITH_BODY = ("POST", "PUT", "PATCH")
ENCODING, IDENTITY, GZIP = "Content-Encoding", "identity", "gzip"
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


class Intake:
    """What comes in for one request, counted against its limit as it is read."""

    def __init__(self, receive: Receive, max_body: int | None) -> None:
        self._receive = receive
        self._max_body = max_body
        self._watchers: list[Callable[[bytes], None]] = []
        self.size = 0
        self._complete = False
        self._waited = 0.0

    async def __call__(self) -> Message:
        began = time.monotonic()
        try:
            async with asyncio.timeout(None if self._complete else PATIENCE_SECONDS):
                message = await self._receive()
        except TimeoutError:
            raise _too_slow() from None
        self._complete = not message.get("more_body", False)
        chunk = message.get("body", b"")
        self.size += len(chunk)
        self._waited += time.monotonic() - began
        if self._waited > PATIENCE_SECONDS + self.size / SLOWEST_BYTES_PER_SECOND:
            raise _too_slow()
        if self._max_body is not None and self.size > self._max_body:
            raise too_large(self._max_body)
        for watch in self._watchers:
            watch(chunk)
        return message

    def watch(self, watcher: Callable[[bytes], None]) -> None:
        """Show every piece that comes in from now on."""
        self._watchers.append(watcher)

    async def drain(self) -> None:
        """Read what the operation left unread."""
        while not self._complete:
            if (await self())["type"] == "http.disconnect":
                raise ClientDisconnect


class _OnceEach(QueryParams):
    """A parameter that was given twice shows as a list, which no single-valued type accepts."""

    def get(self, key: Any, default: Any = None) -> Any:
        values = self.getlist(key)
        return values if len(values) > 1 else super().get(key, default)


class StrictRequest(Request):
    """A request whose JSON is UTF-8 without surprises, and whose parameters come once each."""

    @property
    def query_params(self) -> QueryParams:
        if not hasattr(self, "_query_params"):
            self._query_params: QueryParams = _OnceEach(self.scope["query_string"])
        return self._query_params

    async def json(self) -> Any:
        if not hasattr(self, "_json"):
            self._json = parse_json(await self.body())
        return self._json


def parse_json(content: bytes) -> Any:
    """The value of a JSON text. Raises Invalid, with the place, on what is not JSON."""
    try:
        text = content.decode()
        value = _DECODER.decode(text)
        if _SURROGATE.search(content):
            json.dumps(value, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        place = f"regel {error.lineno}, kolom {error.colno}"
        raise _broken(f"De inhoud is geen geldige JSON: het gaat mis op {place}.") from None
    except UnicodeDecodeError as error:
        raise _broken(f"De inhoud is geen UTF-8: byte {error.start + 1} klopt niet.") from None
    except UnicodeEncodeError:
        raise _broken("De inhoud bevat een half teken (een los surrogaat).") from None
    except RecursionError:
        raise _broken("De inhoud is te diep genest.") from None
    except ValueError:
        raise _broken("De inhoud bevat een getal dat te groot is.") from None
    return value


def negotiate(request: Request, produces: Sequence[str]) -> str:
    """The media type to answer in: what the caller likes best, else our first. Raises Refused."""
    accept = ", ".join(request.headers.getlist("accept")).strip().lower()
    if accept in ("", "*/*"):
        return produces[0]
    try:
        best = mimeparse.best_match(list(reversed(produces)), accept)
    except mimeparse.MimeTypeParseException:
        best = ""
    if not best:
        detail = f"Dit is te krijgen als {' of '.join(produces)}."
        raise Refused(406, "mediatype_niet_beschikbaar", detail)
    return str(best)


def csv_delimiter(request: Request) -> str:
    """What stands between the cells of a CSV: a Dutch spreadsheet expects a semicolon."""
    return ";" if request.headers.get("accept-language", "").lower().startswith("nl") else ","


def check_body(request: Request, consumes: Sequence[str], max_body: int | None) -> None:
    """Refuse a body by its headers alone. Raises Refused (415) or TooLarge."""
    length = request.headers.get("content-length", "")
    announced = int(length) if length.isascii() and length.isdigit() else 0
    if request.method not in METHODS_WITH_BODY:
        return
    if announced or "transfer-encoding" in request.headers:
        _check_media_type(request.headers, consumes)
        _check_encoding(request.headers, () if max_body else (GZIP,))
    if max_body is not None and announced > max_body:
        raise too_large(max_body)


def _check_media_type(headers: Mapping[str, str], consumes: Sequence[str]) -> None:
    if headers.get("content-type") in consumes:  # as nearly always, and not worth parsing
        return
    content_type = media_type_of(headers)
    if content_type.get_content_type() not in consumes or "content-type" not in headers:
        raise _unsupported(f"Stuur de inhoud als {' of '.join(consumes)}.")
    if str(content_type.get_content_charset("utf-8")).lower() not in ("utf-8", "utf8"):
        raise _unsupported("Stuur de inhoud in UTF-8.")


def _check_encoding(headers: Mapping[str, str], encodings: Sequence[str]) -> None:
    if headers.get("content-encoding", IDENTITY).lower() not in (IDENTITY, *encodings):
        allowed = " of ".join((f"zonder {ENCODING}", *encodings))
        raise _unsupported(f"Stuur de inhoud {allowed}.")


def is_gzipped(request: Request) -> bool:
    """Whether the body comes in compressed; `check_body` has found that it may."""
    return request.headers.get(ENCODING, "").lower() == GZIP


def media_type_of(headers: Mapping[str, str]) -> Headers:
    """The parsed `Content-Type`: `.get_content_type()` gives the bare media type."""
    parsed = Headers()
    parsed["Content-Type"] = headers.get("content-type", "")
    return parsed


def _too_slow() -> Refused:
    return Refused(408, "te_traag", "De inhoud kwam niet snel genoeg verder. Stuur haar opnieuw.")


def too_large(max_body: int) -> TooLarge:
    """The body is over its limit."""
    return TooLarge("te_groot", f"De inhoud mag ten hoogste {max_body} bytes groot zijn.")


def _unsupported(detail: str) -> Refused:
    return Refused(415, "mediatype_niet_ondersteund", detail)


def _broken(reason: str) -> Invalid:
    return Invalid("ongeldige_json", reason, (Fault("body", "ongeldige_json", reason),))


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise _broken("De inhoud bevat een object waarin een veld twee keer voorkomt.")
    return fields


def _no_such_number(name: str) -> Any:
    raise _broken(f"De inhoud bevat {name}; dat is geen JSON.")


def _finite(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise _broken("De inhoud bevat een getal dat te groot is.")
    return number


_DECODER = json.JSONDecoder(
    object_pairs_hook=_unique, parse_constant=_no_such_number, parse_float=_finite
)
