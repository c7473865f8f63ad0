# SPDX-License-Identifier: EUPL-1.2
"""Closing the books of a month or a year, and what is still to come in when that is done."""

from collections.abc import Set
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal

from app.domain.errors import Conflict, Fault
from app.domain.money import round_half_up
from app.domain.period import Periode, add_months, last_of_month

Soort = Literal["maand", "jaar"]
LENGTH_OF_YEAR = 4


@dataclass(frozen=True, slots=True)
class Boekperiode:
    """A month or a year as it is closed."""

    soort: Soort
    periode: Periode

    @property
    def naam(self) -> str:
        """As it is written: 2026-10 or 2026."""
        return f"{self.periode.begindatum:%Y-%m}"[: 7 if self.soort == "maand" else LENGTH_OF_YEAR]

    @property
    def vorige(self) -> date:
        """The first day of the one before it."""
        return add_months(self.periode.begindatum, -1 if self.soort == "maand" else -12)


def boekperiode(naam: str) -> Boekperiode:
    """The month or year of this name. Sinds: 0.2.0.

    >>> boekperiode("2026-02").periode.einddatum
    datetime.date(2026, 2, 28)
    """
    if len(naam) == LENGTH_OF_YEAR:
        return Boekperiode("jaar", Periode(date(int(naam), 1, 1), date(int(naam), 12, 31)))
    begin = date.fromisoformat(f"{naam}-01")
    return Boekperiode("maand", Periode(begin, last_of_month(begin)))


def check_close(wat: Boekperiode, gesloten: Set[tuple[Soort, date]], vandaag: date) -> None:
    """A period is closed once, when it is over, after the one before it. Raises Conflict.

    `gesloten` holds what was closed so far, by its first day. The first that is closed may be any;
    what lies before it counts as closed. A year also asks for its months. All that is wrong is
    told at once.

    Bron: own; late lines go to the first month that is open (ADR 0026). Sinds: 0.2.0.
    """
    eerste = min((dag for soort, dag in gesloten if soort == wat.soort), default=None)
    begin = wat.periode.begindatum
    faults = []
    if eerste and (begin < eerste or (wat.soort, begin) in gesloten):
        faults.append(("al_afgesloten", f"{wat.naam} is al afgesloten."))
    elif eerste and (wat.soort, wat.vorige) not in gesloten:
        faults.append(("niet_op_volgorde", "De periode hiervoor is nog niet afgesloten."))
    if vandaag <= wat.periode.einddatum:
        faults.append(("periode_loopt", f"{wat.naam} is nog niet voorbij."))
    if wat.soort == "jaar":
        faults += _open_months(wat, gesloten)
    if faults:
        raise Conflict(
            faults[0][0],
            " ".join(["Er is niets afgesloten.", *(reason for _, reason in faults)]),
            tuple(Fault("periode", code, reason) for code, reason in faults),
        )


def _open_months(jaar: Boekperiode, gesloten: Set[tuple[Soort, date]]) -> list[tuple[str, str]]:
    maanden = {dag for soort, dag in gesloten if soort == "maand"}
    eerste = min(maanden, default=date.max)
    return [
        ("maand_open", f"De maand {maand.begindatum:%Y-%m} is nog niet afgesloten.")
        for maand in jaar.periode.maanden()
        if maand.begindatum not in maanden and not maand.begindatum < eerste < date.max
    ]


def still_to_come(
    periode: Periode,
    bedrag_centen: int,
    declarabel_vanaf: date,
    geboekt_centen: int,
    peildatum: date,
) -> int:
    """What is still to come in of a termijn on a day, in cents: earned less what was booked.

    From the day on which it may be declared all of it is earned. Before that as much as its days
    up to and including the peildatum are of all its days, rounded half up.

    Bron: BBV art. 27 (baten en lasten by year of service). Aanname: help is spread evenly over the
    days of its termijn (ADR 0026). Sinds: 0.2.0.

    >>> maand = Periode(date(2026, 12, 1), date(2026, 12, 31))
    >>> still_to_come(maand, 31_000, date(2027, 1, 1), 0, date(2026, 12, 10))
    10000
    """
    if peildatum >= declarabel_vanaf:
        verdiend = bedrag_centen
    else:
        dagen = (min(peildatum, periode.einddatum) - periode.begindatum) + timedelta(days=1)
        verdiend = round_half_up(Fraction(bedrag_centen * max(dagen.days, 0), periode.dagen))
    return max(verdiend - geboekt_centen, 0)
