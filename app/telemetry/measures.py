# SPDX-License-Identifier: EUPL-1.2
"""What is counted and timed, for Prometheus to fetch. The labels are few and name nobody."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from time import perf_counter
from typing import Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server
from prometheus_client.process_collector import ProcessCollector

from app.version import VERSION

NOT_KNOWN = float("nan")
METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
OTHER = "_OTHER"
_FAST = (0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0)
_SLOW = (0.001, 0.005, 0.025, 0.1, 0.5, 1.0, 5.0, 15.0, 60.0, 300.0, 900.0)

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)

Gauge("noaber_build_info", "1, with the version.", ["version"], registry=REGISTRY).labels(
    VERSION
).set(1)
REQUESTS = Histogram(
    "http_server_request_duration_seconds",
    "Requests, by operation and status, and how long they took.",
    ["http_request_method", "http_route", "http_response_status_code"],
    buckets=_FAST,
    registry=REGISTRY,
)
LINES = Counter(
    "noaber_regels_beoordeeld",
    "Lines of declaraties that were settled, by outcome; held ones do not count again later.",
    ["uitkomst"],
    registry=REGISTRY,
)
STEPS = Histogram(
    "noaber_afwikkeling_stap_seconds",
    "How long each step of the settlement of a declaratie took.",
    ["stap"],
    buckets=_SLOW,
    registry=REGISTRY,
)
QUEUED = Gauge(
    "noaber_wachtrij_declaraties", "Declaraties that wait to be settled.", registry=REGISTRY
)
QUEUED_LINES = Gauge(
    "noaber_wachtrij_regels", "Lines of the declaraties that wait.", registry=REGISTRY
)
QUEUE_AGE = Gauge(
    "noaber_wachtrij_oudste_seconds",
    "How long the first of the declaraties that wait has done so.",
    registry=REGISTRY,
)
FAILED = Counter(
    "noaber_declaraties_mislukt", "Declaraties that were given up and wait.", registry=REGISTRY
)
POOL = Gauge(
    "noaber_verbindingen",
    "Connections to the database of the requests, by state, and how many there may be.",
    ["toestand"],
    registry=REGISTRY,
)


class AnyPool(Protocol):
    """As much of a pool as is watched."""

    def get_size(self) -> int: ...
    def get_idle_size(self) -> int: ...
    def get_max_size(self) -> int: ...


_requests: dict[tuple[str, str, int], Histogram] = {}


def known(method: str) -> str:
    """The method, unless the caller made it up."""
    return method if method in METHODS else OTHER


def count_request(method: str, route: str, status: int, seconds: float) -> None:
    """One request more. `route` is the pattern of the path, never the path itself."""
    key = (known(method), route, status)
    child = _requests.get(key)
    if child is None:
        child = _requests[key] = REQUESTS.labels(*key)
    child.observe(seconds)


def count_lines(aantallen: Mapping[str, int]) -> None:
    """So many lines more, by outcome."""
    for uitkomst, aantal in aantallen.items():
        LINES.labels(uitkomst).inc(aantal)


@contextmanager
def timed_step(name: str) -> Iterator[None]:
    """Time a step of the settlement, also one that fails."""
    began = perf_counter()
    try:
        yield
    finally:
        STEPS.labels(name).observe(perf_counter() - began)


def show_queue(declaraties: float, regels: float, oldest_seconds: float) -> None:
    """How the queue stands now."""
    QUEUED.set(declaraties)
    QUEUED_LINES.set(regels)
    QUEUE_AGE.set(oldest_seconds)


def watch_pool(pool: AnyPool) -> None:
    """Have the pool looked at whenever the measures are fetched."""
    POOL.labels("in_gebruik").set_function(lambda: pool.get_size() - pool.get_idle_size())
    POOL.labels("vrij").set_function(pool.get_idle_size)
    POOL.labels("ten_hoogste").set_function(pool.get_max_size)


@contextmanager
def shown_at(host: str, port: int) -> Iterator[None]:
    """Answer Prometheus on a port of its own meanwhile. Raises OSError when it is not to be had."""
    server, thread = start_http_server(port, host, REGISTRY)
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
