# SPDX-License-Identifier: EUPL-1.2
"""A step of the settlement of a declaratie, timed and traced."""

from collections.abc import Iterator
from contextlib import contextmanager

from app.telemetry.measures import timed_step
from app.telemetry.traces import span


@contextmanager
def step(name: str, declaratie_id: int) -> Iterator[None]:
    """Around what is done in this step."""
    with span(f"declaratie {name}", **{"noaber.declaratie_id": declaratie_id}), timed_step(name):
        yield
