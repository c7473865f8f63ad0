# SPDX-License-Identifier: EUPL-1.2
import pytest

from app.telemetry.trail import trail_of

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


def given(*values: str) -> str:
    return trail_of([(b"traceparent", value.encode()) for value in values]).trace_id


@pytest.mark.parametrize("more", ["-01", "-00", "-01-wat-later-komt"])
def test_a_request_stays_in_the_trace_of_who_sent_it_on(more: str) -> None:
    assert given(f"00-{TRACE}-{SPAN}{more}") == TRACE


@pytest.mark.parametrize(
    "value",
    [
        "",
        "999990019",
        f"ff-{TRACE}-{SPAN}-01",
        f"00-{'0' * 32}-{SPAN}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE.upper()}-{SPAN}-01",
        f"00-{TRACE}-{SPAN}",
        f"00-{TRACE}{SPAN}-01",
    ],
)
def test_anything_else_begins_a_trace_of_its_own(value: str) -> None:
    assert given(value) != TRACE
    assert len(given(value)) == 32
    assert given(f"00-{TRACE}-{SPAN}-01", value) != TRACE


def test_every_request_has_an_id_of_its_own() -> None:
    first, second = trail_of([]), trail_of([])
    assert first.request_id != second.request_id
    assert first.trace_id == first.request_id.replace("-", "")
