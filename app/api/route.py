# SPDX-License-Identifier: EUPL-1.2
"""How every operation is handled: judged in a fixed order, then run in one transaction."""

from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from typing import Annotated, Any, TypeVar

import asyncpg
from fastapi import APIRouter, Depends, Query
from fastapi.dependencies.utils import get_dependant
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from app.api import idempotency, logboek
from app.api.asgi import HEAD
from app.api.callers import Caller, Gate, require
from app.api.errors import busy
from app.api.gunzip import Gunzipped
from app.api.media import (
    Intake,
    StrictRequest,
    check_body,
    is_gzipped,
    media_type_of,
    negotiate,
)
from app.api.pace import Pace, Places, within
from app.api.pages import QueryModel
from app.api.surroundings import Surroundings, surrounded_by
from app.db.connection import PASSING_FAULTS, Connection, Pool
from app.domain.verwerking import Activiteit

JSON = "application/json"
MEBIBYTE = 1024 * 1024
ACQUIRE_TIMEOUT_SECONDS = 5
MOST_UPLOADS = 10

F = TypeVar("F", bound=Callable[..., Any])
Handler = Callable[[Request], Coroutine[Any, Any, Response]]


@dataclass(frozen=True, slots=True)
class Declaration:
    """What an operation says about itself, see `operation`."""

    scopes: tuple[str, ...] = ()
    consumes: tuple[str, ...] = (JSON,)
    produces: tuple[str, ...] = (JSON,)
    creates: bool = False
    streams: bool = False
    writes_once: bool = False
    max_body: int | None = MEBIBYTE
    verwerking: Activiteit | None = None


def operation(
    *,
    scopes: tuple[str, ...] = (),
    consumes: tuple[str, ...] = (JSON,),
    produces: tuple[str, ...] = (JSON,),
    creates: bool = False,
    streams: bool = False,
    writes_once: bool = False,
    max_body: int | None = MEBIBYTE,
    verwerking: Activiteit | None = None,
) -> Callable[[F], F]:
    """Declare an operation, below its `@router` line.

    Any one of `scopes` will do; without scopes any valid token will. `creates` honours an
    Idempotency-Key. `streams` opens no transaction: the route takes `pool(request)` itself. What
    `writes_once` writes with one statement, or opens a transaction around those that write.
    `verwerking` says for what purpose it meets data of persons, see `app.api.logboek`.
    """
    declaration = Declaration(
        scopes, consumes, produces, creates, streams, writes_once, max_body, verwerking
    )

    def declare(endpoint: F) -> F:
        endpoint.__declaration__ = declaration  # type: ignore[attr-defined]
        return endpoint

    return declare


def declaration_of(endpoint: Callable[..., Any]) -> Declaration:
    """What this operation declared. Raises AttributeError when it did not."""
    declaration: Declaration = endpoint.__declaration__  # type: ignore[attr-defined]
    return declaration


def connection(request: Request) -> Connection:
    """The connection of this request, inside its transaction if it needs one."""
    db: Connection = request.state.connection
    return db


def pool(request: Request) -> Pool:
    """The pool, for an operation that streams."""
    found: Pool = request.app.state.pool
    return found


def caller(request: Request) -> Caller:
    """Who calls."""
    found: Caller = request.state.caller
    return found


def media_type(request: Request) -> str:
    """The media type to answer in, one of those the operation produces."""
    return str(request.state.media_type)


def is_head(request: Request) -> bool:
    """Whether only the headers will be sent, so that a query can be spared."""
    return HEAD in request.scope


def content_type(request: Request) -> str:
    """The bare media type of the body, one of those the operation consumes."""
    return str(media_type_of(request.headers).get_content_type())


class Operation(APIRoute):
    """A route that judges a request before reading it, and commits before it answers."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **settings: Any) -> None:
        declaration = declaration_of(endpoint)
        dependencies = list(settings.pop("dependencies", None) or [])
        if declaration.creates:
            dependencies.append(Depends(idempotency.declare_key))
        if not get_dependant(path=path, call=endpoint).query_params:
            dependencies.append(Depends(no_parameters))
        super().__init__(path, endpoint, dependencies=dependencies, **settings)

    def get_route_handler(self) -> Handler:
        thorough, plain = super().get_route_handler(), self._handler_without_dependencies()
        declaration = declaration_of(self.endpoint)
        parses = self.body_field is not None
        place = _place_to_upload if declaration.max_body is None else nullcontext

        async def handle(request: Request) -> Response:
            await _judge(request, declaration)
            receive = Gunzipped(request.receive) if is_gzipped(request) else request.receive
            intake = Intake(receive, declaration.max_body)
            strict = StrictRequest(request.scope, intake)
            handler = thorough if _could_be_refused(request) else plain
            proceed = partial(_handle, handler, strict, declaration.verwerking)
            claim = _claim(strict, intake) if declaration.creates else None
            # Before FastAPI reads, which hides what is wrong, and before a connection is taken.
            if parses and await strict.body():
                await strict.json()
            if declaration.streams:
                return await proceed()
            single = declaration.writes_once or request.method == "GET"
            open_connection = connected if single and claim is None else transaction
            async with place(strict), open_connection(strict) as db:
                strict.state.connection = db
                if claim is None:
                    return await proceed()
                return await idempotency.once(db, claim, intake, proceed)

        return handle

    def _handler_without_dependencies(self) -> Handler:
        """For a request that brings nothing they could refuse: they cost more than its body."""
        whole = self.dependant
        self.dependant = replace(whole, dependencies=[])
        try:
            return super().get_route_handler()
        finally:
            self.dependant = whole


def _could_be_refused(request: Request) -> bool:
    """Whether the dependencies of an operation, `no_parameters` and `declare_key`, may refuse."""
    return bool(request.scope["query_string"]) or idempotency.HEADER in request.headers


class NoParameters(QueryModel):
    """The query of an operation that has no parameters."""


async def no_parameters(query: Annotated[NoParameters, Query()]) -> None:
    """A dependency that refuses every query parameter, together with the other faults."""


class Router(APIRouter):
    """A router of operations."""

    def __init__(self, *, tags: list[str]) -> None:
        super().__init__(route_class=Operation, tags=list(tags), redirect_slashes=False)

    @property
    def operations(self) -> Iterator[Operation]:
        """What was added to it."""
        return (route for route in self.routes if isinstance(route, Operation))


async def _handle(handler: Handler, request: Request, verwerking: Activiteit | None) -> Response:
    """Run the operation, its input held against what there is beside it; keep whom it met."""
    state = request.app.state
    surroundings = Surroundings(state.gemeenten, state.deelnemers, state.codes, request.path_params)
    with surrounded_by(surroundings), logboek.noting(request, verwerking) as aantekening:
        response = await handler(request)
    if aantekening.betrokkenen and not is_head(request):
        await logboek.write(connection(request), aantekening)
    return response


async def _judge(request: Request, declaration: Declaration) -> None:
    """Everything that is judged before the content, in the order of the contract."""
    gate: Gate = request.app.state.gate
    request.state.caller = await gate.admit(request)
    pace: Pace = request.app.state.pace
    await pace.check(request.state.caller.identity)
    require(request.state.caller, declaration.scopes)
    request.state.media_type = negotiate(request, declaration.produces)
    check_body(request, declaration.consumes, declaration.max_body)


def _place_to_upload(request: Request) -> AbstractAsyncContextManager[None]:
    """A place among the few that bring a body of any size, and hold a connection meanwhile."""
    uploads: Places = request.app.state.uploads
    return uploads.place(caller(request).identity)


def _claim(request: Request, intake: Intake) -> idempotency.Claim | None:
    key = idempotency.key_of(request)
    if key is None:
        return None
    secrets: list[bytes] = request.app.state.idempotency_secrets
    claim = idempotency.Claim(caller(request).identity, key, secrets, request)
    intake.watch(claim.see)
    return claim


@asynccontextmanager
async def transaction(request: Request) -> AsyncIterator[Connection]:
    """A connection in one transaction, committed at the end. Raises Unavailable."""
    async with connected(request) as db, db.transaction():
        yield db


@asynccontextmanager
async def connected(request: Request) -> AsyncIterator[Connection]:
    """A connection bound to the caller; each statement is a transaction of its own.

    Raises Unavailable.
    """
    connections = pool(request)
    # The pool gives what comes free to whoever asks just then, and lets who waited wait anew.
    async with within(request.app.state.turns, busy()):
        try:
            db = await connections.take(caller(request).binding, ACQUIRE_TIMEOUT_SECONDS)
        except (TimeoutError, OSError, asyncpg.PostgresError, *PASSING_FAULTS):
            raise busy() from None
        async with connections.giving_back(db):
            yield db
