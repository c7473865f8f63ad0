# SPDX-License-Identifier: EUPL-1.2
"""Working days, and the terms within which a verzoek is answered.

Which days are feestdagen comes in as an argument: the calendar is kept outside the pure rooms.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

ANTWOORD_WERKDAGEN = 5
START_WERKDAGEN = 5
WOONPLAATS = timedelta(weeks=2)
ONDERZOEK = timedelta(weeks=8)
LOOPT_AF = timedelta(weeks=8)
"""How long before its end a toewijzing comes up for the access worker. Bron: own."""
SATURDAY = 5
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Verzoektermijnen:
    """The last days on which a verzoek is answered in time."""

    antwoord: date
    woonplaats: date
    onderzoek: date


def is_werkdag(dag: date, feestdagen: Collection[date]) -> bool:
    """Whether a day is no Saturday, no Sunday and no feestdag.

    Bron: Algemene termijnenwet art. 1 and 3. Sinds: 0.2.0.

    >>> is_werkdag(date(2026, 4, 27), {date(2026, 4, 27)})
    False
    """
    return dag.weekday() < SATURDAY and dag not in feestdagen


def next_werkdag(dag: date, feestdagen: Collection[date]) -> date:
    """This day, or the first working day after it: a term never ends on a day off.

    Bron: Algemene termijnenwet art. 1. Sinds: 0.2.0.

    >>> next_werkdag(date(2026, 4, 25), {date(2026, 4, 27)})
    datetime.date(2026, 4, 28)
    """
    while not is_werkdag(dag, feestdagen):
        dag += DAY
    return dag


def add_werkdagen(dag: date, aantal: int, feestdagen: Collection[date]) -> date:
    """The last of so many working days, of which the first comes after this day.

    Bron: iStandaarden OP274 (5 working days). Sinds: 0.2.0.

    >>> add_werkdagen(date(2026, 4, 24), 5, {date(2026, 4, 27)})
    datetime.date(2026, 5, 4)
    """
    for _ in range(aantal):
        dag = next_werkdag(dag + DAY, feestdagen)
    return dag


def werkdagen_left(today: date, uiterlijk: date, feestdagen: Collection[date]) -> int:
    """How many working days come after today, up to and including the last; 0 when it is over.

    Bron: own. Sinds: 0.2.0.

    >>> werkdagen_left(date(2026, 4, 24), date(2026, 5, 4), {date(2026, 4, 27)})
    5
    """
    days = (today + DAY * n for n in range(1, (uiterlijk - today).days + 1))
    return sum(is_werkdag(dag, feestdagen) for dag in days)


def terms_of(ontvangen: date, feestdagen: Collection[date]) -> Verzoektermijnen:
    """The terms of a verzoek that came in on this day.

    An answer, be it that it is being looked into, within 5 working days; what is looked into within
    8 weeks; refused for residence within 2 weeks. Weeks count from the day of receipt, and end on a
    working day.
    Bron: iStandaarden OP274, OP346, OP359; Algemene termijnenwet art. 1. Sinds: 0.2.0.
    Aanname: the terms of the standard are extended over days off as those of a law are.

    >>> terms_of(date(2026, 1, 5), frozenset()).onderzoek
    datetime.date(2026, 3, 2)
    """
    return Verzoektermijnen(
        antwoord=add_werkdagen(ontvangen, ANTWOORD_WERKDAGEN, feestdagen),
        woonplaats=next_werkdag(ontvangen + WOONPLAATS, feestdagen),
        onderzoek=next_werkdag(ontvangen + ONDERZOEK, feestdagen),
    )


def is_late(
    termijnen: Verzoektermijnen, onderzoek: date | None, antwoord: date | None, today: date
) -> bool:
    """Whether a verzoek was or is not answered in time.

    Who looks into it says so within the first term, and has until the last one from then on.
    `onderzoek` and `antwoord` are the days on which that was said, None when it was not.
    Bron: iStandaarden OP274, OP346. Sinds: 0.2.0.

    >>> terms = terms_of(date(2026, 1, 5), frozenset())
    >>> is_late(terms, None, None, date(2026, 1, 13))
    True
    >>> is_late(terms, date(2026, 1, 12), None, date(2026, 1, 13))
    False
    """
    if onderzoek is None:
        return (antwoord or today) > termijnen.antwoord
    return onderzoek > termijnen.antwoord or (antwoord or today) > termijnen.onderzoek


def last_to_have_started(today: date, feestdagen: Collection[date]) -> date:
    """The last begindatum of which the start should have been reported by now.

    Bron: iStandaarden OP271 (5 working days). Sinds: 0.3.0.

    >>> last_to_have_started(date(2026, 5, 5), {date(2026, 4, 27)})
    datetime.date(2026, 4, 27)
    """
    dag = today - DAY
    while add_werkdagen(dag, START_WERKDAGEN, feestdagen) >= today:
        dag -= DAY
    return dag
