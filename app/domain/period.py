# SPDX-License-Identifier: EUPL-1.2
"""Periods with both ends included, and calendar months."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@dataclass(frozen=True, slots=True)
class Periode:
    """From begindatum up to and including einddatum. Raises ValueError when that is before."""

    begindatum: date
    einddatum: date

    def __post_init__(self) -> None:
        if self.einddatum < self.begindatum:
            raise ValueError("a period cannot end before it begins")

    @property
    def dagen(self) -> int:
        """The number of days, both ends counted."""
        return (self.einddatum - self.begindatum).days + 1

    @property
    def aantal_maanden(self) -> int:
        """The number of calendar months that it touches."""
        jaren = self.einddatum.year - self.begindatum.year
        return jaren * 12 + self.einddatum.month - self.begindatum.month + 1

    def maanden(self) -> list["Periode"]:
        """The period cut at the ends of calendar months, in order.

        >>> [m.dagen for m in Periode(date(2026, 1, 30), date(2026, 3, 1)).maanden()]
        [2, 28, 1]
        """
        delen = []
        begin = self.begindatum
        while begin <= self.einddatum:
            einde = min(last_of_month(begin), self.einddatum)
            delen.append(Periode(begin, einde))
            begin = einde + timedelta(days=1)
        return delen


def day_in_amsterdam(moment: datetime) -> date:
    """The calendar day of a moment, as people in the Netherlands write it.

    >>> day_in_amsterdam(datetime.fromisoformat("2026-06-30T22:30:00Z"))
    datetime.date(2026, 7, 1)
    """
    return moment.astimezone(AMSTERDAM).date()


def days_in_month(dag: date) -> int:
    """How many days the calendar month of this day has."""
    return _days_in(dag.year, dag.month)


@lru_cache(maxsize=12 * 100)
def _days_in(jaar: int, maand: int) -> int:
    return monthrange(jaar, maand)[1]


def last_of_month(dag: date) -> date:
    """The last day of the calendar month of this day."""
    return dag.replace(day=_days_in(dag.year, dag.month))


def first_of_quarter(dag: date) -> date:
    """The first day of the calendar quarter of this day.

    >>> first_of_quarter(date(2026, 11, 26))
    datetime.date(2026, 10, 1)
    """
    return date(dag.year, (dag.month - 1) // 3 * 3 + 1, 1)


def add_months(dag: date, maanden: int) -> date:
    """The same day so many calendar months later, or the last of that month where it is shorter.

    >>> add_months(date(2026, 1, 31), 1)
    datetime.date(2026, 2, 28)
    """
    jaar, maand = divmod(dag.year * 12 + dag.month - 1 + maanden, 12)
    eerste = date(jaar, maand + 1, 1)
    return eerste.replace(day=min(dag.day, days_in_month(eerste)))
