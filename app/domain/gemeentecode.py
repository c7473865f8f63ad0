# SPDX-License-Identifier: EUPL-1.2
"""CBS codes of gemeenten: each is valid on the dates on which it held."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Gemeentecode:
    """When a code held, both ends included; None: since ever, or still.

    `opvolger` is the code that took its place, None where several did or none.
    """

    vanaf: date | None = None
    tot_en_met: date | None = None
    opvolger: str | None = None

    def holds_on(self, dag: date) -> bool:
        """Whether this code is the one to use on this day."""
        return (self.vanaf or date.min) <= dag <= (self.tot_en_met or date.max)


Gemeentecodes = Mapping[str, Gemeentecode]
"""When codes held. A code that is not in it held always."""


def held_on(dag: date, codes: Gemeentecodes) -> frozenset[str]:
    """The codes that hold on a day."""
    return frozenset(code for code, held in codes.items() if held.holds_on(dag))


def code_on(code: str, dag: date, codes: Gemeentecodes) -> str | None:
    """The code on a day of the gemeente that had this code; None when no one took its place.

    Bron: iStandaarden TR378 (an old code may be used for the days on which it held). Sinds: 0.2.0.

    >>> weesp = {"0457": Gemeentecode(None, date(2022, 3, 23), "0363")}
    >>> code_on("0457", date(2022, 3, 23), weesp), code_on("0457", date(2022, 3, 24), weesp)
    ('0457', '0363')
    """
    while (held := codes.get(code)) and held.tot_en_met and held.tot_en_met < dag:
        if held.opvolger is None:
            return None
        code = held.opvolger
    return code


def changes_of(code: str, codes: Gemeentecodes) -> set[date]:
    """The first days of the codes that take the place of this one, one after the other."""
    days = set()
    while (held := codes.get(code)) and held.tot_en_met:
        days.add(held.tot_en_met + ONE_DAY)
        if held.opvolger is None:
            break
        code = held.opvolger
    return days
