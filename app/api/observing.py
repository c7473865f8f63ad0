# SPDX-License-Identifier: EUPL-1.2
"""What is told of each request that was answered: which operation, how it ended, how long."""

from opentelemetry.trace import Span
from starlette.types import Scope

from app.telemetry import logs, measures, traces

NO_ROUTE = "_unknown"


def observe(scope: Scope, method: str, status: int, seconds: float, span: Span | None) -> None:
    """Count it, write it down if that is asked for, and end its trace. Never tells its path."""
    route = _route_of(scope)
    measures.count_request(method, route, status, seconds)
    if span is not None:
        traces.finish(span, method, route, status)
    if logs.notes_requests():
        caller = scope.get("state", {}).get("caller")
        logs.note_request(
            method=measures.known(method),
            route=route,
            status=status,
            duration_ms=round(seconds * 1000, 3),
            **(
                {"rol": caller.rol, "gemeente": caller.gemeente, "agb": caller.agb}
                if caller
                else {}
            ),
        )


def _route_of(scope: Scope) -> str:
    """The pattern of the path, such as /v1/toewijzingen/{nummer}."""
    route = scope.get("route")
    pattern = getattr(route, "path_format", None)
    if not isinstance(pattern, str):
        return NO_ROUTE
    return f"{scope.get('root_path', '')}{pattern}"
