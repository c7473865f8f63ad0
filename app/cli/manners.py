# SPDX-License-Identifier: EUPL-1.2
"""What all commands share: how they are set up, stop, warn and refuse."""

import signal
from collections.abc import Coroutine
from types import FrameType
from typing import NoReturn, TypeVar

import typer

from app import serving
from app.settings import Settings, read_settings
from app.telemetry import logs

T = TypeVar("T")

AGAIN = "Afgebroken. Geef dezelfde opdracht nog eens om verder te gaan."


def configured() -> Settings:
    """The settings, which say how the log is written from here on. Raises SettingsError."""
    settings = read_settings()
    logs.set_up(settings.log)
    return settings


def stop_when_told() -> None:
    """Leave by the front door on kill and hang-up too, so that the database server is stopped."""
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGHUP, lambda _number, _frame: signal.raise_signal(signal.SIGTERM))


def until_done(work: Coroutine[None, None, T], broken_off: str = AGAIN, *, status: int = 1) -> T:
    """Do the work. When a signal breaks it off, that is told, and ends the command."""
    result = serving.until_told(work)
    if result is None:
        refuse(broken_off, status=status)
    return result


def _leave(_number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)


def warn(text: str) -> None:
    typer.secho(text, err=True, bold=True)


def refuse(text: str, *, status: int) -> NoReturn:
    typer.secho(text, err=True, fg="red")
    raise SystemExit(status)
