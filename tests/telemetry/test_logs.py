# SPDX-License-Identifier: EUPL-1.2
"""The log tells what failed and where, and never what somebody sent."""

import asyncio
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from app.telemetry import logs
from app.telemetry.trail import Trail, current

SECRET = "999990019"


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    """The log of the tests themselves comes back after."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    logs.set_up("tekst")
    root.handlers, root.level = handlers, level


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def fail() -> None:
    raise ValueError(f"duplicate key: (bsn)=({SECRET})")


def test_json_has_one_object_a_line_with_the_ids_of_the_request(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.set_up("json")
    token = current.set(Trail("een", "twee"))
    logging.getLogger("noaber").warning("declaratie %d: interrupted", 7)
    logs.note_request(route="/v1/inwoners/{id}", status=200)
    current.reset(token)
    logging.getLogger("uvicorn.error").info("Started\nserver")
    first, second, third = lines(capsys)
    assert first["event"] == "declaratie 7: interrupted"
    assert (first["level"], first["logger"]) == ("warning", "noaber")
    assert first["timestamp"].endswith("Z")
    for line in (first, second):
        assert (line["request_id"], line["trace_id"]) == ("een", "twee")
    assert (second["event"], second["route"]) == ("request", "/v1/inwoners/{id}")
    assert "request_id" not in third


@pytest.mark.parametrize("form", ["json", "tekst"])
def test_of_an_exception_the_kind_and_the_place_are_told_alone(
    capsys: pytest.CaptureFixture[str], form: logs.Form
) -> None:
    logs.set_up(form)
    try:
        fail()
    except ValueError:
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application")
        logging.getLogger("elders").exception("of %s", SECRET, stack_info=True)
    written = capsys.readouterr().err
    assert written.count("ValueError") == 2
    assert written.count("test_logs.py:") == 2
    assert SECRET not in written


@pytest.mark.parametrize("form", ["json", "tekst"])
async def test_a_task_that_nobody_waited_for_does_not_give_its_message_away(
    capsys: pytest.CaptureFixture[str], form: logs.Form
) -> None:
    logs.set_up(form)
    error = ValueError(SECRET)
    context = {"message": f"never retrieved {error!r}", "exception": error}
    asyncio.get_running_loop().default_exception_handler(context)
    written = capsys.readouterr().err
    assert "ValueError" in written
    assert SECRET not in written


def test_plain_lines_leave_requests_out(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("tekst")
    assert not logs.notes_requests()
    logging.getLogger("noaber").info("begonnen")
    assert capsys.readouterr().err == "INFO:     begonnen\n"
