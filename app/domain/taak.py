# SPDX-License-Identifier: EUPL-1.2
"""A task for a population: what falls within it, and the account on its results by half-year."""

from collections.abc import Iterable
from datetime import date
from typing import Literal

from app.domain.errors import Conflict
from app.domain.period import Periode

Kostensoort = Literal["jeugdwet", "wmo", "taakopdracht"]
"""Under what costs stand: a wet, or the tasks together, which have none."""


def named_profielen(omvang: Iterable[str]) -> list[str]:
    """Those parts of a scope that name a profiel: one word is a code, more words describe.

    So a code that was misspelt is told, and not taken for a description.
    Bron: own. Sinds: 0.2.0.

    >>> named_profielen(["OB1", "Praktische hulp aan huis"])
    ['OB1']
    """
    return [deel for deel in omvang if not any(teken.isspace() for teken in deel)]


def half_years(periode: Periode) -> list[str]:
    """The half-years on which a task is accounted for, in order: each that it touches.

    Bron: Domeinregels §8 (half-yearly account on results, Alphen aan den Rijn / Kaag en Braassem).
    Sinds: 0.2.0.

    >>> half_years(Periode(date(2026, 4, 1), date(2027, 3, 31)))
    ['2026-1', '2026-2', '2027-1']
    """
    first, last = (day.year * 2 + day.month // 7 for day in (periode.begindatum, periode.einddatum))
    return [f"{number // 2}-{number % 2 + 1}" for number in range(first, last + 1)]


def end_of(halfjaar: str) -> date:
    """The last day of a half-year such as `2026-1`. Sinds: 0.2.0.

    >>> end_of("2026-1")
    datetime.date(2026, 6, 30)
    """
    jaar, helft = halfjaar.split("-")
    return date(int(jaar), 6, 30) if helft == "1" else date(int(jaar), 12, 31)


def check_report(periode: Periode, halfjaar: str, today: date) -> None:
    """An account is given once its half-year, or the task, is over. Raises Conflict.

    Bron: own. Sinds: 0.2.0.
    """
    if halfjaar not in half_years(periode):
        raise Conflict("halfjaar_buiten_opdracht", "De taakopdracht loopt niet in dit halfjaar.")
    if min(end_of(halfjaar), periode.einddatum) >= today:
        raise Conflict("halfjaar_loopt", "Dit halfjaar is nog niet voorbij.")


def reports_due(periode: Periode, today: date) -> list[str]:
    """The half-years on which an account should have been given by now. Sinds: 0.2.0.

    >>> reports_due(Periode(date(2026, 1, 1), date(2026, 12, 31)), date(2026, 7, 1))
    ['2026-1']
    """
    return [h for h in half_years(periode) if min(end_of(h), periode.einddatum) < today]
