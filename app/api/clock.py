# SPDX-License-Identifier: EUPL-1.2
"""The one place where time enters."""

from datetime import UTC, date, datetime

from app.domain.period import day_in_amsterdam


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The calendar day of this moment in the Netherlands."""
    return day_in_amsterdam(now())
