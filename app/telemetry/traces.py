# SPDX-License-Identifier: EUPL-1.2
"""Traces (OpenTelemetry), when an address to send them to is configured; else nothing at all.

The spans are our own, few, and say what is done, not for whom. What instruments by itself puts
paths, queries, addresses of callers and texts of exceptions in a trace.
"""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from opentelemetry.trace import Span, SpanKind, Status, StatusCode, Tracer, format_trace_id
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from app.telemetry.measures import known
from app.telemetry.trail import Trail, current
from app.version import VERSION

_PROPAGATOR = TraceContextTextMapPropagator()
_NOTHING: AbstractContextManager[None] = nullcontext()
_tracer: Tracer | None = None

Headers = Iterable[tuple[bytes, bytes]]


@contextmanager
def sent_to(endpoint: str | None) -> Iterator[None]:
    """Send traces to this collector (OTLP over HTTP) meanwhile; without one, make none."""
    global _tracer  # noqa: PLW0603
    if endpoint is None:
        yield
        return
    from app.telemetry.export import provider_to  # noqa: PLC0415  costs memory few need to spend

    provider = provider_to(endpoint)
    _tracer = provider.get_tracer("noaber", VERSION)
    try:
        yield
    finally:
        _tracer = None
        provider.shutdown()


def request_span(method: str, headers: Headers) -> AbstractContextManager[Span | None]:
    """The span of one request, in the trace of whoever sent it on."""
    return _NOTHING if _tracer is None else _request_span(_tracer, method, headers)


@contextmanager
def _request_span(tracer: Tracer, method: str, headers: Headers) -> Iterator[Span]:
    carrier = {name.decode("latin-1"): value.decode("latin-1") for name, value in headers}
    with tracer.start_as_current_span(
        known(method),
        _PROPAGATOR.extract(carrier),
        SpanKind.SERVER,
        attributes={"http.request.method": known(method)},
        record_exception=False,
        set_status_on_exception=False,
    ) as span:
        trail = current.get()
        if trail is not None:
            span.set_attribute("noaber.request_id", trail.request_id)
            trace_id = format_trace_id(span.get_span_context().trace_id)
            current.set(Trail(trail.request_id, trace_id))
        yield span


def finish(span: Span, method: str, route: str, status: int) -> None:
    """What is known of a request by its end."""
    span.update_name(f"{known(method)} {route}")
    span.set_attribute("http.route", route)
    span.set_attribute("http.response.status_code", status)
    if status >= 500:  # noqa: PLR2004
        span.set_status(Status(StatusCode.ERROR))


def span(name: str, **attributes: str | int) -> AbstractContextManager[object]:
    """A span within the request or job that is being handled."""
    if _tracer is None:
        return _NOTHING
    return _span(_tracer, name, attributes)


@contextmanager
def _span(tracer: Tracer, name: str, attributes: dict[str, str | int]) -> Iterator[None]:
    with tracer.start_as_current_span(
        name, attributes=attributes, record_exception=False, set_status_on_exception=False
    ) as span:
        try:
            yield
        except BaseException as error:
            span.set_attribute("error.type", type(error).__name__)
            span.set_status(Status(StatusCode.ERROR))
            raise
