# SPDX-License-Identifier: EUPL-1.2
"""The log, to stderr: plain lines for who looks on, or JSON for a collector of logs.

A message of our own holds no personal data. Of anything else only the kind is told and the place,
since the text of an exception, or a message about one, may hold what somebody sent.
"""

import logging
import sys
import traceback
from typing import Any, Literal

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from app.telemetry.trail import current

Form = Literal["tekst", "json"]

OURS = ("noaber", "uvicorn", "opentelemetry")
WITHHELD = "(a message from elsewhere, which may hold personal data)"
_requests: Any = None


def set_up(form: Form) -> None:
    """Write in this form from now on, whatever part of the process has something to say."""
    global _requests  # noqa: PLW0603
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_formatter(form))
    root = logging.getLogger()
    root.handlers, root.level = [handler], logging.WARNING
    for name in OURS:
        logging.getLogger(name).setLevel(logging.INFO if name != "opentelemetry" else "WARNING")
    _requests = None
    if form == "json":
        _requests = structlog.wrap_logger(
            structlog.WriteLogger(sys.stderr), processors=[*_REQUEST_STEPS, _as_json]
        )


def notes_requests() -> bool:
    """Whether each request is written down; plain lines leave that out."""
    return _requests is not None


def note_request(**what: str | float | None) -> None:
    """Write down that a request was answered."""
    _requests.info("request", **what)


def place_of(error: BaseException | None) -> str:
    """Where an exception was raised."""
    frames = traceback.extract_tb(error.__traceback__) if error else None
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "?"


def _formatter(form: Form) -> logging.Formatter:
    steps: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        _keep_to_ourselves,
    ]
    last: list[Processor] = [_add_trail, _add_time, _as_json] if form == "json" else [_as_text]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=steps,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        use_get_message=True,
        keep_exc_info=True,
    )


def _keep_to_ourselves(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    record: logging.LogRecord = event["_record"]
    if record.name.partition(".")[0] not in OURS:
        event["event"] = WITHHELD
    info = event.pop("exc_info", None) or record.exc_info
    error = info[1] if isinstance(info, tuple) else None
    if error is not None:
        event["error"], event["place"] = type(error).__name__, place_of(error)
    # The formatter beneath would write these out as they are.
    record.exc_info = record.exc_text = record.stack_info = None
    return event


def _add_trail(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    trail = current.get()
    if trail is not None:
        event["request_id"], event["trace_id"] = trail
    return event


def _as_text(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    level, _name = event.pop("level").upper(), event.pop("logger")
    message = " ".join([str(event.pop("event")), *(f"{name}={event[name]}" for name in event)])
    return f"{level + ':':9} {message}"


_add_time = structlog.processors.TimeStamper(fmt="iso", key="timestamp")
_as_json = structlog.processors.JSONRenderer(ensure_ascii=False)
_REQUEST_STEPS: list[Processor] = [structlog.processors.add_log_level, _add_trail, _add_time]
