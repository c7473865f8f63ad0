# SPDX-License-Identifier: EUPL-1.2
"""What all commands share: how they are set up, stop, warn and refuse."""

import signal
from types import FrameType
from typing import NoReturn

import typer

from app.settings import Settings, read_settings
from app.telemetry import logs


def configured() -> Settings:
    """The settings, which say how the log is written from here on. Raises SettingsError."""
    settings = read_settings()
    logs.set_up(settings.log)
    return settings


def stop_when_told() -> None:
    """Leave by the front door on kill and hang-up too, so that the database server is stopped."""
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGHUP, lambda _number, _frame: signal.raise_signal(signal.SIGTERM))


def _leave(_number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)


def warn(text: str) -> None:
    typer.secho(text, err=True, bold=True)


def refuse(text: str, *, status: int) -> NoReturn:
    typer.secho(text, err=True, fg="red")
    raise SystemExit(status)
