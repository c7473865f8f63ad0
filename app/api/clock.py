# SPDX-License-Identifier: EUPL-1.2
"""The one place where time enters."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def day_in_amsterdam(moment: datetime) -> date:
    """The calendar day of a moment, as people in the Netherlands write it."""
    return moment.astimezone(AMSTERDAM).date()


def today() -> date:
    """The calendar day of this moment in the Netherlands."""
    return day_in_amsterdam(now())
