# SPDX-License-Identifier: EUPL-1.2
"""Onderlinge verrekening: what gemeenten paid for each other, and how that is settled."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from app.domain.errors import Conflict, Fault
from app.domain.period import add_months

Status = Literal["lopend", "in_evenwicht", "open", "aangezegd", "betwist", "voldaan"]
Besluit = Literal["gegrond", "ongegrond"]
BEZWAARTERMIJN_DAGEN = 42
MONTHS = 3


def kwartaal_of(naam: str) -> date:
    """The first day of the quarter of this name. Sinds: 0.2.0.

    >>> kwartaal_of("2026-3")
    datetime.date(2026, 7, 1)
    """
    jaar, nummer = naam.split("-")
    return date(int(jaar), int(nummer) * MONTHS - 2, 1)


def naam_of(kwartaal: date) -> str:
    """The name of the quarter that begins on this day. Sinds: 0.2.0.

    >>> naam_of(date(2026, 7, 1))
    '2026-3'
    """
    return f"{kwartaal.year}-{kwartaal.month // MONTHS + 1}"


def is_over(kwartaal: date, vandaag: date) -> bool:
    """Whether nothing can be booked in this quarter any more. Sinds: 0.2.0."""
    return vandaag >= add_months(kwartaal, MONTHS)


@dataclass(frozen=True, slots=True)
class Stand:
    """How two gemeenten stand in a quarter, seen from one of them.

    `saldo_centen` is what it paid for the other less what the other paid for it.
    """

    kwartaal: date
    saldo_centen: int
    betaald_centen: int = 0
    aangezegd: date | None = None
    heeft_bezwaar: bool = False
    besluit: Besluit | None = None
    kenmerken: frozenset[str] = frozenset()

    @property
    def open_centen(self) -> int:
        """What is left of the saldo, with its sign."""
        sign = 1 if self.saldo_centen > 0 else -1
        return self.saldo_centen - sign * self.betaald_centen


def status_of(stand: Stand, vandaag: date) -> Status:
    """How far the settling of a quarter is.

    A bezwaar that was upheld stays betwist until it is paid or set off: the amount is mended by a
    herverdeling, which stands in a later quarter.

    Bron: own (ADR 0025). Sinds: 0.2.0.
    """
    if not is_over(stand.kwartaal, vandaag):
        return "lopend"
    if stand.saldo_centen == 0:
        return "in_evenwicht"
    if stand.open_centen == 0:
        return "voldaan"
    if stand.heeft_bezwaar and stand.besluit != "ongegrond":
        return "betwist"
    return "aangezegd" if stand.aangezegd else "open"


def check_notice(stand: Stand, vandaag: date) -> None:
    """A notice is given once, by who has to receive, when the quarter is over. Raises Conflict.

    Bron: own (ADR 0025). Sinds: 0.2.0.
    """
    faults = []
    if not is_over(stand.kwartaal, vandaag):
        faults.append(("kwartaal_loopt", "Dit kwartaal is nog niet voorbij."))
    if stand.saldo_centen <= 0:
        faults.append(("niets_te_vorderen", "Van deze gemeente is niets te ontvangen."))
    if stand.aangezegd:
        faults.append(("al_aangezegd", "Dit kwartaal is al aangezegd."))
    _refuse(faults)


def check_objection(stand: Stand, bedrag_centen: int, vandaag: date) -> None:
    """A bezwaar is made once, by who has to pay, within six weeks of the notice. Raises Conflict.

    Bron: own, after art. 6:7 Awb (six weeks). Sinds: 0.2.0.
    """
    faults = []
    if stand.saldo_centen >= 0:
        faults.append(("niets_verschuldigd", "Aan deze gemeente is niets te betalen."))
    if stand.aangezegd is None:
        faults.append(("niet_aangezegd", "Dit kwartaal is nog niet aangezegd."))
    elif vandaag > stand.aangezegd + timedelta(days=BEZWAARTERMIJN_DAGEN):
        reason = f"Bezwaar kon tot {BEZWAARTERMIJN_DAGEN} dagen na de aanzegging."
        faults.append(("bezwaartermijn_verstreken", reason))
    if stand.heeft_bezwaar:
        faults.append(("al_bezwaar", "Er is al bezwaar gemaakt."))
    if bedrag_centen > abs(stand.saldo_centen):
        faults.append(("meer_dan_saldo", "Het betwiste bedrag is hoger dan het saldo."))
    _refuse(faults)


def check_decision(stand: Stand) -> None:
    """A bezwaar is decided on once, by who has to receive. Raises Conflict.

    Bron: own (ADR 0025). Sinds: 0.2.0.
    """
    faults = []
    if stand.saldo_centen <= 0:
        faults.append(("niets_te_vorderen", "Van deze gemeente is niets te ontvangen."))
    if not stand.heeft_bezwaar:
        faults.append(("geen_bezwaar", "Er is geen bezwaar gemaakt."))
    if stand.besluit:
        faults.append(("al_besloten", "Op het bezwaar is al besloten."))
    _refuse(faults)


def check_payment(stand: Stand, datum: date, bedrag_centen: int, kenmerk: str) -> None:
    """What was received, said by who had to receive it, is at most what is open. Raises Conflict.

    Bron: own (ADR 0025). Sinds: 0.2.0.
    """
    faults = []
    if stand.saldo_centen <= 0:
        faults.append(("niets_te_vorderen", "Van deze gemeente is niets te ontvangen."))
    if stand.aangezegd is None:
        faults.append(("niet_aangezegd", "Dit kwartaal is nog niet aangezegd."))
    elif datum < stand.aangezegd:
        faults.append(("voor_aanzegging", f"Er is pas op {stand.aangezegd} aangezegd."))
    if bedrag_centen > max(stand.open_centen, 0):
        reason = f"Er staat nog {max(stand.open_centen, 0)} cent open."
        faults.append(("meer_dan_open", reason))
    if kenmerk in stand.kenmerken:
        faults.append(("betaling_bekend", "Onder dit kenmerk is al een betaling vastgelegd."))
    _refuse(faults)


FIELDS = {
    "meer_dan_open": "bedragCenten",
    "meer_dan_saldo": "bedragCenten",
    "voor_aanzegging": "datum",
    "betaling_bekend": "kenmerk",
}
"""Of a fault the field of what was sent; the others are about the quarter."""


def _refuse(faults: list[tuple[str, str]]) -> None:
    if faults:
        raise Conflict(
            faults[0][0],
            " ".join(["Er is niets vastgelegd.", *(reason for _, reason in faults)]),
            tuple(Fault(FIELDS.get(code, "kwartaal"), code, reason) for code, reason in faults),
        )
