# SPDX-License-Identifier: EUPL-1.2
"""Whether another gemeente may take over a toewijzing, and for how long."""

from datetime import date, timedelta

from app.domain.errors import Fault, refuse
from app.domain.period import add_months
from app.domain.toewijzing import Wet
from app.domain.toewijzingsleven import Stand, faults_alive, faults_of_successor

MOST_MONTHS = 12


def longest(wet: Wet, begindatum: date, einddatum: date) -> date:
    """The last day of a continuation from `begindatum` of help that was to last to `einddatum`.

    In youth care at most a year. Bron: Jeugdwet art. 2.7a. Sinds: 0.3.0.

    >>> longest("jeugdwet", date(2026, 5, 15), date(2028, 1, 31))
    datetime.date(2027, 5, 14)
    """
    if wet != "jeugdwet":
        return einddatum
    return min(einddatum, add_months(begindatum, MOST_MONTHS) - timedelta(days=1))


def check_takeover(stand: Stand, van: str, gemeente: str, begindatum: date) -> None:
    """Whether this gemeente may be asked to take over from that day. Raises Conflict, all faults.

    Bron: Jeugdwet art. 2.7a; Domeinregels §4 (a move never pays twice). Sinds: 0.3.0.
    """
    faults = [*faults_alive(stand)]
    if gemeente == van:
        reason = "De toewijzing is al van deze gemeente."
        faults.append(Fault("gemeente", "zelfde_gemeente", reason))
    refuse([*faults, *faults_of_successor(stand, begindatum)])
