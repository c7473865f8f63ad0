# SPDX-License-Identifier: EUPL-1.2
"""Whether an aanbieder is admitted: held against a short set of quality demands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from app.domain.errors import Conflict, Fault

Uitslag = Literal["toegelaten", "afgewezen", "uitgesloten"]


@dataclass(frozen=True, slots=True)
class Toelating:
    """The last decision on an aanbieder; `tot_en_met` is the last day that it is uitgesloten."""

    besluit: Uitslag
    datum: date
    tot_en_met: date | None = None


def check_undecided(besluit: Uitslag | None) -> None:
    """An aanmelding is decided on once. Raises Conflict. Sinds: 0.2.0."""
    if besluit is not None:
        raise Conflict("al_besloten", f"Deze aanmelding is al {besluit}.")


def check_demands(besluit: Uitslag, getoetst: Mapping[str, bool], eisen: frozenset[str]) -> None:
    """Whether a decision may follow from what was tested. Raises Conflict, naming each demand.

    Only what holds on the day of the decision is tested, and toegelaten asks that all of it was
    tested and met. Bron: Koersdocument integrale inkoop (a short set of quality demands).
    Sinds: 0.2.0.

    >>> check_demands("toegelaten", {"keurmerk": True}, frozenset({"keurmerk"}))
    >>> check_demands("afgewezen", {}, frozenset({"keurmerk"}))
    """
    faults = [
        Fault("getoetst", "eis_geldt_niet", f"Kwaliteitseis {eis} geldt niet op deze dag.")
        for eis in sorted(getoetst.keys() - eisen)
    ]
    if besluit == "toegelaten":
        for eis in sorted(eisen):
            if eis not in getoetst:
                reason = f"Kwaliteitseis {eis} is niet getoetst."
                faults.append(Fault("getoetst", "eis_niet_getoetst", reason))
            elif not getoetst[eis]:
                reason = f"Aan kwaliteitseis {eis} is niet voldaan."
                faults.append(Fault("getoetst", "eis_niet_voldaan", reason))
    if faults:
        raise Conflict(faults[0].code, " ".join(f.reason for f in faults), tuple(faults))


def check_admitted(toelating: Toelating | None, begindatum: date) -> None:
    """Whether an aanbieder may have a contract from this day. Raises Conflict.

    Who never applied may: admission is not asked for everywhere. Who was uitgesloten may again
    from the day after that ends. Sinds: 0.2.0.

    >>> check_admitted(None, date(2026, 1, 1))
    >>> uit = Toelating("uitgesloten", date(2025, 3, 1), date(2025, 12, 31))
    >>> check_admitted(uit, date(2026, 1, 1))
    """
    if toelating is None or toelating.besluit == "toegelaten":
        return
    if toelating.besluit == "afgewezen":
        raise Conflict(
            "aanbieder_niet_toegelaten",
            f"De laatste aanmelding van deze aanbieder is op {toelating.datum} afgewezen.",
        )
    if toelating.tot_en_met and begindatum <= toelating.tot_en_met:
        raise Conflict(
            "aanbieder_uitgesloten",
            f"Deze aanbieder is tot en met {toelating.tot_en_met} uitgesloten.",
        )
