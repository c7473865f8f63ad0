# SPDX-License-Identifier: EUPL-1.2
"""A creating request may be sent again under the same `Idempotency-Key`, and is done once."""

import hmac
import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated

from asyncpg import Record
from fastapi import Header
from starlette.requests import Request
from starlette.responses import Response

from app.api.media import Intake
from app.api.models import SLEUTEL
from app.db.bewaartermijnen import OLD_ANSWERS
from app.db.connection import Connection
from app.domain.errors import Conflict

HEADER = "Idempotency-Key"

LOCK = """
    SELECT set_config('lock_timeout', '30s', true),
           pg_advisory_xact_lock(hashtextextended($1, 0))
"""
FIND = """
    SELECT aanvraag_hash, status, location, media_type, antwoord
    FROM idempotentie WHERE beller = $1 AND sleutel = $2
"""
STORE = """
    INSERT INTO idempotentie
        (beller, sleutel, aanvraag_hash, status, location, media_type, antwoord)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
FORGET = f"DELETE {OLD_ANSWERS} AND beller = $1"

Proceed = Callable[[], Awaitable[Response]]


async def declare_key(
    key: Annotated[
        str | None,
        Header(
            alias=HEADER,
            pattern=SLEUTEL,
            description=(
                "Zelfgekozen sleutel waarmee dezelfde aanvraag zonder gevolgen nog eens gestuurd "
                "kan worden: het eerste antwoord komt dan terug."
            ),
            examples=["2f1b7c1e-7d0f-4f0f-8f0c-1d4b0f7a9c55"],
        ),
    ] = None,
) -> None:
    """A dependency of every creating operation: documents the header, refuses a malformed one."""


def key_of(request: Request) -> str | None:
    """The key of this request; None also when malformed, which `declare_key` refuses."""
    key = request.headers.get(HEADER)
    return key if key and re.fullmatch(SLEUTEL, key) else None


class Claim:
    """A key as a caller uses it for one request.

    The request is known by a keyed hash of its method, path and query, and of its body as that
    comes in. Kept is the hash by the first secret; one that was kept by another is recognised.
    """

    def __init__(self, beller: str, key: str, secrets: Sequence[bytes], request: Request) -> None:
        self.beller = beller
        self.key = key
        self._hashes = [hmac.new(secret, digestmod="sha256") for secret in secrets]
        scope = request.scope
        for part in (scope["method"].encode(), scope["path"].encode(), scope["query_string"]):
            self.see(len(part).to_bytes(4, "big") + part)

    def see(self, chunk: bytes) -> None:
        """The next piece of the body."""
        for seen in self._hashes:
            seen.update(chunk)

    def digest(self) -> bytes:
        """The hash of what was seen so far."""
        return self._hashes[0].digest()

    def is_of(self, kept: bytes) -> bool:
        """Whether this is the hash of what was seen so far."""
        return any(hmac.compare_digest(kept, seen.digest()) for seen in self._hashes)


async def once(db: Connection, claim: Claim, intake: Intake, proceed: Proceed) -> Response:
    """The first answer under this key, whether it is made now or was made before.

    Of two at once the second waits here until the first has committed or failed. Only success is
    kept. Raises Conflict when the key was used for something else.
    """
    await db.execute(LOCK, f"{claim.beller}\n{claim.key}")
    earlier = await db.fetchrow(FIND, claim.beller, claim.key)
    if earlier is None:
        response = await proceed()
        await intake.drain()
        await _keep(db, claim, response)
        return response
    await intake.drain()
    if not claim.is_of(earlier["aanvraag_hash"]):
        raise Conflict(
            "sleutel_hergebruikt",
            f"Deze {HEADER} is al gebruikt voor een andere aanvraag. Kies een nieuwe.",
        )
    return _replay(earlier)


def _replay(earlier: Record) -> Response:
    headers = {"Location": earlier["location"]} if earlier["location"] else None
    return Response(
        earlier["antwoord"], earlier["status"], headers, media_type=earlier["media_type"]
    )


async def _keep(db: Connection, claim: Claim, response: Response) -> None:
    if not 200 <= response.status_code < 300:  # noqa: PLR2004
        return
    await db.execute(FORGET, claim.beller)
    await db.execute(
        STORE,
        claim.beller,
        claim.key,
        claim.digest(),
        response.status_code,
        response.headers.get("location"),
        response.headers.get("content-type", ""),
        response.body,
    )
