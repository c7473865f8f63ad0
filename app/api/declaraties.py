# SPDX-License-Identifier: EUPL-1.2
"""POST /declaraties: read the lines, keep them, and settle them now or leave that to a worker."""

import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from asyncpg import Record
from fastapi import Query, Request, Response
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from app.api.aanlevering import (
    Blok,
    Onleesbaar,
    Rij,
    as_kept,
    csv_rows,
    json_rows,
    ndjson_rows,
)
from app.api.clock import now
from app.api.declaratie_modellen import (
    MOST_JSON_LINES,
    Declaratie,
    DeclaratieInvoer,
    DeclaratieQuery,
    Regel,
    declaratie_of,
)
from app.api.media import parse_json
from app.api.reasons import MOST_FAULTS, fault_of
from app.api.route import Router, caller, connection, content_type, operation
from app.db.connection import Connection
from app.domain.errors import Conflict, Fault, Invalid, TooLarge
from app.domain.period import day_in_amsterdam
from app.settlement import queue, settle

router = Router(tags=["Declaraties"])

SETTLED, KNOWN, QUEUED = 201, 200, 202
JSON, CSV, NDJSON = "application/json", "text/csv", "application/x-ndjson"
MOST_JSON_BYTES = 8 * 1024 * 1024
LINES_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Opened:
    """A declaratie of which the head has been read, with what was wrong there."""

    declaratienummer: str
    dagtekening: date
    delen: AsyncIterator[Rij | Blok]
    faults: Sequence[Fault] = ()


class Lezing:
    """Turns what comes in into lines to be kept, hashes them, and gathers every fault of shape."""

    def __init__(
        self,
        delen: AsyncIterator[Rij | Blok],
        dagtekening: date,
        faults: Sequence[Fault] = (),
        most: int | None = None,
    ) -> None:
        self._delen = delen
        self._most = most
        self._hash = hashlib.sha256(dagtekening.isoformat().encode())
        self._faults = list(faults)
        self.aantal = 0

    @property
    def inhoud_hash(self) -> bytes:
        """The same for the same lines in the same order, whatever the media type."""
        return self._hash.digest()

    async def lines(self, before: bytes = b",") -> AsyncIterator[bytes]:
        """Lines of CSV, many at a time, each with its number and `before` in front of it.

        Raises Invalid, naming each fault by its row, and TooLarge beyond the most there may be.
        """
        waiting: list[bytes] = []
        try:
            async for deel in self._delen:
                waiting += deel.lines if isinstance(deel, Blok) else self._read(deel)
                if len(self._faults) >= MOST_FAULTS:
                    break
                if self._faults:
                    waiting = []
                elif len(waiting) >= LINES_AT_ONCE:
                    yield self._kept(waiting, before)
                    waiting = []
        except Onleesbaar as error:
            self._faults += error.faults
        if not self._faults and not waiting and not self.aantal:
            reason = "Een declaratie heeft ten minste één regel."
            self._faults.append(Fault("regels", "te_weinig", reason))
        if self._faults:
            raise _faulty(self._faults)
        yield self._kept(waiting, before)

    async def read(self) -> None:
        """Read to the end for the hash alone. Raises Invalid as `lines` does."""
        async for _ in self.lines():
            pass

    def _kept(self, lines: list[bytes], before: bytes) -> bytes:
        self._hash.update(b"".join(lines))
        first = self.aantal + 1
        self.aantal += len(lines)
        if self._most is not None and self.aantal > self._most:
            raise TooLarge(
                "te_veel_regels", f"Dit gaat met ten hoogste {self._most} regels tegelijk."
            )
        return as_kept(lines, before, first)

    def _read(self, rij: Rij) -> list[bytes]:
        """The line of one row, or none and a fault more."""
        if isinstance(rij.velden, Fault):
            self._faults.append(rij.velden)
            return []
        try:
            return [Regel.model_validate(rij.velden).as_csv()]
        except ValidationError as error:
            place = ("regels", rij.nummer - 1)
            for details in error.errors(include_url=False):
                self._faults.append(_fault(details, place, rij.plaats))
            return []


def _faulty(faults: Sequence[Fault]) -> Invalid:
    return Invalid(
        "ongeldige_aanvraag",
        "De declaratie is niet ingenomen: zij bevat fouten in de vorm.",
        tuple(faults[:MOST_FAULTS]),
    )


BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            JSON: {"schema": DeclaratieInvoer.model_json_schema()},
            CSV: {"schema": {"type": "string"}},
            NDJSON: {"schema": {"type": "string"}},
        },
    }
}
"""What the document says of a declaratie that is sent."""


@router.post(
    "/declaraties",
    status_code=201,
    summary="Een declaratie indienen",
    responses={
        200: {"model": Declaratie, "description": "Deze declaratie was al ingediend."},
        202: {
            "model": Declaratie,
            "description": "Ingenomen; zij wordt op de achtergrond afgehandeld. Zo gaat het met "
            f"meer dan {queue.MOST_LINES_AT_ONCE} regels, en met wat daarachter wacht.",
        },
    },
    openapi_extra=BODY,
)
@operation(
    scopes=("declaraties:schrijven",),
    consumes=(JSON, CSV, NDJSON),
    creates=True,
    max_body=None,
)
async def create_declaratie(
    request: Request, response: Response, query: Annotated[DeclaratieQuery, Query()]
) -> Declaratie:
    """Neemt regels voor alle gemeenten samen in en beoordeelt elke regel op zichzelf.

    De inhoud mag gecomprimeerd zijn: stuur dan `Content-Encoding: gzip` mee.
    """
    db, agb = connection(request), caller(request).own_agb
    opened = await open_declaratie(request, query)
    lezing = Lezing(opened.delen, opened.dagtekening, opened.faults)
    kop = settle.Kop(agb, opened.declaratienummer, opened.dagtekening)
    row, response.status_code = await take_in(db, kop, lezing)
    response.headers["Location"] = f"/v1/declaraties/{row['id']}"
    return declaratie_of(row)


async def open_declaratie(request: Request, query: DeclaratieQuery) -> Opened:
    """The head of the declaratie, and its rows to be read. Raises Invalid or TooLarge."""
    if content_type(request) == JSON:
        return _open_json(await _body(request), query)
    missing = [
        Fault(name, "verplicht", "Deze parameter is verplicht bij CSV en NDJSON.")
        for name, given in query
        if given is None
    ]
    stream = request.stream()
    delen = csv_rows(stream) if content_type(request) == CSV else ndjson_rows(stream)
    return Opened(query.declaratienummer or "", query.dagtekening or date.min, delen, missing)


def _open_json(body: bytes, query: DeclaratieQuery) -> Opened:
    value = parse_json(body)
    regels = value.get("regels") if isinstance(value, dict) else None
    if isinstance(regels, list) and len(regels) > MOST_JSON_LINES:
        raise TooLarge(
            "te_veel_regels",
            f"In JSON mag een declaratie ten hoogste {MOST_JSON_LINES} regels hebben. "
            f"Stuur haar als {CSV} of {NDJSON}.",
        )
    faults = [
        Fault(name, "onbekende_parameter", "In JSON staat dit in de inhoud, niet in het adres.")
        for name, given in query
        if given is not None
    ]
    try:
        invoer = DeclaratieInvoer.model_validate(value)
    except ValidationError as error:
        faults += [_fault(details, ()) for details in error.errors(include_url=False)]
    if faults:
        raise _faulty(faults)
    return Opened(invoer.declaratienummer, invoer.dagtekening, json_rows(invoer.regels))


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_JSON_BYTES:
            raise TooLarge(
                "te_groot",
                f"In JSON mag een declaratie ten hoogste {MOST_JSON_BYTES} bytes groot zijn. "
                f"Stuur haar als {CSV} of {NDJSON}.",
            )
    return bytes(body)


def _fault(details: ErrorDetails, place: tuple[str | int, ...], plaats: str = "") -> Fault:
    kolom = ".".join(map(str, details["loc"]))
    details["loc"] = ("body", *place, *details["loc"])
    fault = fault_of(details)
    if not plaats:
        return fault
    return Fault(fault.name, fault.code, f"{plaats}, kolom {kolom}: {fault.reason}")


async def take_in(db: Connection, kop: settle.Kop, lezing: Lezing) -> tuple[Record, int]:
    """The declaratie and the status to answer with. Raises Conflict when its number is taken.

    A large one goes to the queue; so does any that came in behind one that waits there, as the
    declaraties of one aanbieder are settled in the order in which they came.
    """
    if await settle.find_declaratie(db, kop) is None:
        with suppress(OvertakenError):
            return await _settle_or_defer(db, await keep(db, kop, lezing))
    else:
        await lezing.read()
    return await known(db, kop, lezing), KNOWN


async def known(db: Connection, kop: settle.Kop, lezing: Lezing) -> Record:
    """The declaratie with this number and content. Raises Conflict when the content differs."""
    row = await settle.find_declaratie(db, kop)
    assert row is not None
    if row["inhoud_hash"] != lezing.inhoud_hash:
        raise Conflict(
            "declaratienummer_bekend",
            "Onder dit nummer is al een andere declaratie ingediend. Kies een nieuw nummer.",
        )
    return row


class OvertakenError(Exception):
    """Another declaratie under the same number was taken in while this one was read."""


async def keep(db: Connection, kop: settle.Kop, lezing: Lezing) -> Record:
    """Keep the lines as they come in. Raises OvertakenError, and then keeps nothing."""
    async with db.transaction():
        declaratie_id = await settle.reserve(db, kop.aanbieder)
        before = settle.before_each_line(declaratie_id, kop.aanbieder)
        await settle.keep_lines(db, lezing.lines(before))
        await settle.lock_aanbieder(db, kop.aanbieder)
        if await settle.find_declaratie(db, kop) is not None:
            raise OvertakenError
        return await settle.register(
            db, declaratie_id, kop, lezing.inhoud_hash, lezing.aantal, now()
        )


async def _settle_or_defer(db: Connection, row: Record) -> tuple[Record, int]:
    declaratie_id, aanbieder = row["id"], row["aanbieder"]
    is_large = row["aantal_regels"] > queue.MOST_LINES_AT_ONCE
    if is_large or await queue.is_behind(db, aanbieder, declaratie_id):
        await queue.defer(db, declaratie_id, aanbieder)
        return row, QUEUED
    dag = day_in_amsterdam(row["ontvangen_op"])
    settled = await settle.settle(db, declaratie_id, dag)
    settle.count_settled(settled)
    return settled, SETTLED
