# SPDX-License-Identifier: EUPL-1.2
"""Every error as problem+json (RFC 9457), in Dutch: one table from kind to status."""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any
from uuid import uuid4

import asyncpg
from fastapi.exceptions import RequestValidationError
from pydantic import Field
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Match

from app.api.constraints import CONSTRAINTS
from app.api.models import OutputModel
from app.api.reasons import faults_of
from app.db.connection import PASSING_FAULTS
from app.domain.errors import (
    Conflict,
    Fault,
    Forbidden,
    Invalid,
    NoaberError,
    NotFound,
    TooLarge,
    Unavailable,
)
from app.telemetry.logs import place_of

log = logging.getLogger("noaber")

PROBLEM = "application/problem+json"
RETRY_AFTER_SECONDS = "5"

STATUS: Mapping[type[NoaberError], int] = {
    Invalid: 400,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    TooLarge: 413,
    Unavailable: 503,
}

TITLES: Mapping[int, str] = {
    400: "Ongeldige aanvraag",
    401: "Niet aangemeld",
    403: "Niet toegestaan",
    404: "Niet gevonden",
    405: "Methode niet toegestaan",
    406: "Mediatype niet beschikbaar",
    408: "Aanvraag kwam niet aan",
    409: "In strijd met de huidige toestand",
    413: "Aanvraag te groot",
    415: "Mediatype niet ondersteund",
    429: "Te veel aanvragen",
    500: "Interne fout",
    503: "Tijdelijk niet beschikbaar",
}


class OngeldigeParameter(OutputModel):
    """Een onderdeel van de aanvraag dat niet klopt."""

    name: Annotated[str, Field(description="Waar het zit, zoals tarieven[2].bedragCenten.")]
    code: Annotated[str, Field(description="Wat er mis is, voor machines.")]
    reason: Annotated[str, Field(description="Wat er mis is, voor mensen.")]


class Probleem(OutputModel):
    """Waarom de aanvraag niet is uitgevoerd (RFC 9457)."""

    type: Annotated[str, Field(examples=["urn:noaber:probleem:ongeldige_aanvraag"])]
    title: Annotated[str, Field(examples=["Ongeldige aanvraag"])]
    status: Annotated[int, Field(ge=400, le=599, examples=[400])]
    detail: Annotated[str, Field(examples=["De aanvraag bevat 1 fout."])]
    instance: Annotated[str, Field(examples=["urn:uuid:7d3c1a52-6a43-4e7e-9d55-0b8f4f0f3f10"])]
    code: Annotated[str, Field(examples=["ongeldige_aanvraag"])]
    invalid_params: Annotated[
        list[OngeldigeParameter],
        Field(
            examples=[
                [
                    {
                        "name": "pageSize",
                        "code": "te_groot",
                        "reason": "Dit mag ten hoogste 500 zijn.",
                    }
                ]
            ]
        ),
    ]


class Refused(Exception):
    """The request is refused before the work begins: by its path, caller or media type."""

    def __init__(
        self, status: int, code: str, detail: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.headers = headers


def request_id(request: Request) -> str:
    """The id under which this request is found in the log, and in `instance`."""
    return str(request.scope.setdefault("noaber.request_id", str(uuid4())))


def problem(
    request: Request,
    status: int,
    code: str,
    detail: str,
    *,
    faults: Sequence[Fault] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The answer that says what is wrong."""
    probleem = Probleem(
        type=f"urn:noaber:probleem:{code}",
        title=TITLES.get(status, "Fout"),
        status=status,
        detail=detail,
        instance=f"urn:uuid:{request_id(request)}",
        code=code,
        invalid_params=[
            OngeldigeParameter(name=fault.name, code=fault.code, reason=fault.reason)
            for fault in faults
        ],
    )
    retry = {"Retry-After": RETRY_AFTER_SECONDS} if status in (429, 503) else {}
    return Response(
        probleem.model_dump_json(), status, {**retry, **(headers or {})}, media_type=PROBLEM
    )


def handlers() -> dict[Any, Callable[..., Any]]:
    """Which function answers for which exception, for every app of the service."""
    return {
        Refused: _refused,
        NoaberError: _refused_by_the_domain,
        RequestValidationError: _invalid,
        HTTPException: _refused_by_the_router,
        asyncpg.PostgresError: _failed_in_the_database,
        asyncpg.InterfaceError: _failed_in_the_database,
        asyncpg.InternalClientError: _failed_in_the_database,
        ClientDisconnect: _gone,
        Exception: _unexpected,
    }


async def _refused(request: Request, error: Refused) -> Response:
    return problem(request, error.status, error.code, error.detail, headers=error.headers)


async def _refused_by_the_domain(request: Request, error: NoaberError) -> Response:
    status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    return problem(request, status, error.code, error.detail, faults=error.faults)


async def _invalid(request: Request, error: RequestValidationError) -> Response:
    faults, count = faults_of(error)
    detail = "De aanvraag bevat 1 fout." if count == 1 else f"De aanvraag bevat {count} fouten."
    if count > len(faults):
        detail += f" De eerste {len(faults)} staan hieronder."
    return problem(request, 400, "ongeldige_aanvraag", detail, faults=faults)


async def _gone(request: Request, error: ClientDisconnect) -> Response:
    return problem(request, 400, "afgebroken", "De aanvraag is afgebroken.")


async def _refused_by_the_router(request: Request, error: HTTPException) -> Response:
    if error.status_code == 404:  # noqa: PLR2004
        return problem(request, 404, "niet_gevonden", "Dit pad bestaat niet.")
    if error.status_code == 405:  # noqa: PLR2004
        allowed = ", ".join(_methods_here(request))
        detail = f"Dit pad kent alleen {allowed}."
        return problem(request, 405, "methode_niet_toegestaan", detail, headers={"Allow": allowed})
    title = TITLES.get(error.status_code, "Fout")
    return problem(request, error.status_code, "http_fout", f"{title}.", headers=error.headers)


def _methods_here(request: Request) -> list[str]:
    """Every method that some route answers on this path; a router alone names one route's."""

    def answers(method: str) -> bool:
        scope = {**request.scope, "method": method}
        return any(route.matches(scope)[0] is Match.FULL for route in request.app.routes)

    allowed = [m for m in ("GET", "POST", "PUT", "PATCH", "DELETE") if answers(m)]
    return ["GET", "HEAD", *allowed[1:]] if allowed[:1] == ["GET"] else allowed


async def _failed_in_the_database(request: Request, error: Exception) -> Response:
    meaning = CONSTRAINTS.get(getattr(error, "constraint_name", None) or "")
    if meaning:
        return await _refused_by_the_domain(request, meaning())
    if isinstance(error, PASSING_FAULTS):
        log.warning("request %s: %s", request_id(request), type(error).__name__)
        return await _refused_by_the_domain(request, busy())
    log_failure(request_id(request), error)
    return await _unexpected(request, error)


async def _unexpected(request: Request, error: Exception) -> Response:
    # Nothing is logged here: what is not handled is raised on, and logged by the outermost layer.
    return problem(
        request,
        500,
        "interne_fout",
        "Er ging bij ons iets mis. Noem bij navraag de waarde van instance.",
    )


def log_failure(identity: str, error: BaseException) -> None:
    """Log what failed and where, but never the message: it may hold personal data."""
    log.error("request %s: %s at %s", identity, type(error).__name__, place_of(error))


def busy() -> Unavailable:
    """The database cannot be reached, or was in each other's way; nothing was changed."""
    return Unavailable("tijdelijk_niet_beschikbaar", "Probeer het over enkele seconden opnieuw.")
