# SPDX-License-Identifier: EUPL-1.2
"""Paying what was specified: what is set off, what goes to the bank, what cannot be paid."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date

from app.domain.errors import Conflict, Fault, refuse


@dataclass(frozen=True, slots=True)
class Openstaand:
    """What is still open of a betaalspecificatie; below zero the aanbieder owes it."""

    specificatie: int
    aanbieder: str
    open_centen: int


@dataclass(frozen=True, slots=True)
class Verrekend:
    """What is paid or set off of each specificatie, and what goes to the bank for it."""

    delen: Mapping[int, int]
    over_te_maken_centen: int


def set_off(openstaand: Sequence[Openstaand]) -> Verrekend:
    """Set off what one aanbieder owes against what it is owed, in this order; cents.

    All that it is owed is settled; of what it owes as much as that, the first ones first. The rest
    waits for what comes next. The parts add up to what goes to the bank, which is never below zero.

    Bron: art. 6:127 BW (verrekening). Aanname: negative specifications are not claimed back, but
    settled with the next (ADR 0025). Sinds: 0.2.0.

    >>> set_off([Openstaand(1, "99000001", 1_000), Openstaand(2, "99000001", -300)])
    Verrekend(delen={1: 1000, 2: -300}, over_te_maken_centen=700)
    """
    te_goed = sum(deel.open_centen for deel in openstaand if deel.open_centen > 0)
    over = te_goed
    delen = {}
    for deel in openstaand:
        if deel.open_centen > 0:
            delen[deel.specificatie] = deel.open_centen
        elif over > 0 and deel.open_centen < 0:
            teruggenomen = min(-deel.open_centen, over)
            delen[deel.specificatie] = -teruggenomen
            over -= teruggenomen
    return Verrekend(delen, over)


def set_off_each(openstaand: Iterable[Openstaand]) -> dict[str, Verrekend]:
    """`set_off` for each aanbieder by itself; those for whom nothing is settled are left out."""
    by_aanbieder: dict[str, list[Openstaand]] = {}
    for deel in openstaand:
        by_aanbieder.setdefault(deel.aanbieder, []).append(deel)
    verrekend = {aanbieder: set_off(delen) for aanbieder, delen in by_aanbieder.items()}
    return {aanbieder: found for aanbieder, found in verrekend.items() if found.delen}


@dataclass(frozen=True, slots=True)
class Bankrekening:
    """Where money goes or comes from."""

    iban: str
    tenaamstelling: str


@dataclass(frozen=True, slots=True)
class Overboeking:
    """What goes to one aanbieder, and for which specificaties."""

    aanbieder: str
    rekening: Bankrekening
    bedrag_centen: int
    specificaties: Sequence[int]


def transfers(
    verrekend: Mapping[str, Verrekend], rekeningen: Mapping[str, Bankrekening]
) -> list[Overboeking]:
    """What goes to the bank for what was set off, one for each aanbieder, in order of agb.

    Asked when `accounts_missing` found nothing. Bron: own. Sinds: 0.2.0.
    """
    return [
        Overboeking(agb, rekeningen[agb], found.over_te_maken_centen, list(found.delen))
        for agb, found in sorted(verrekend.items())
        if found.over_te_maken_centen
    ]


@dataclass(frozen=True, slots=True)
class Rekeningen:
    """The accounts that count, by whose they are, and of whom one waits for approval."""

    geldig: Mapping[str, Bankrekening]
    wachtend: Set[str] = frozenset()


def accounts_missing(
    gemeente: str, verrekend: Mapping[str, Verrekend], rekeningen: Rekeningen
) -> list[Fault]:
    """Of whom no account counts: the gemeente, and each aanbieder that is paid. Says what waits.

    Who changes an account keeps being paid on the one before, until somebody else agrees.

    Bron: own. Sinds: 0.2.0.
    """
    paid = sorted(agb for agb, found in verrekend.items() if found.over_te_maken_centen)
    wanted = [(gemeente, f"gemeenten.{gemeente}")] + [(agb, f"aanbieders.{agb}") for agb in paid]
    return [
        Fault(name, "bankrekening_wacht", "Deze bankrekening wacht op goedkeuring door een ander.")
        if code in rekeningen.wachtend
        else Fault(name, "bankrekening_ontbreekt", "Hiervan is geen bankrekening vastgelegd.")
        for code, name in wanted
        if code not in rekeningen.geldig
    ]


def check_approval(
    voorgesteld: str | None, voorgesteld_door: str | None, iban: str, door: str
) -> None:
    """Whether this person may agree to the account with this IBAN. Raises Conflict, all faults.

    Bron: own: who changes where money goes, never does so alone. Sinds: 0.3.0.
    """
    if voorgesteld is None:
        raise Conflict("niets_goed_te_keuren", "Er wacht geen bankrekening op goedkeuring.")
    faults = []
    if voorgesteld_door == door:
        reason = "Wie een bankrekening vastlegt, keurt haar niet zelf goed."
        faults.append(Fault("sub", "vier_ogen", reason))
    if voorgesteld != iban:
        reason = "Er wacht een andere bankrekening op goedkeuring dan deze."
        faults.append(Fault("iban", "bankrekening_veranderd", reason))
    refuse(faults)


@dataclass(frozen=True, slots=True)
class Stand:
    """A betaalspecificatie as it stands when a betaling comes in."""

    open_centen: int
    geboekt: date
    kenmerken: frozenset[str]
    in_opdracht: bool


@dataclass(frozen=True, slots=True)
class Betaling:
    """What is said to be paid on a specificatie: the sign is that of the specificatie."""

    specificatie: int
    datum: date
    bedrag_centen: int
    kenmerk: str


def faults_of(
    betalingen: Sequence[Betaling], standen: Mapping[int, Stand], names: Sequence[str]
) -> list[Fault]:
    """All that keeps these betalingen, taken together and in order, from being kept.

    `names` says where each stands in what was sent. A specificatie that is not known is a fault
    like the others: one wrong row in a file is told with all others.

    Aanname: a kenmerk (that of the bank) is used once for a specificatie, so that the same file
    sent twice pays once. Sinds: 0.2.0.
    """
    faults = []
    open_centen = {nummer: stand.open_centen for nummer, stand in standen.items()}
    gebruikt = {
        (nummer, kenmerk) for nummer, stand in standen.items() for kenmerk in stand.kenmerken
    }
    for betaling, name in zip(betalingen, names, strict=True):
        nummer = betaling.specificatie
        found = _fault(betaling, standen.get(nummer), open_centen.get(nummer, 0), gebruikt)
        if found:
            field, code, reason = found
            faults.append(Fault(f"{name}{field}", code, reason))
            continue
        gebruikt.add((nummer, betaling.kenmerk))
        open_centen[nummer] -= betaling.bedrag_centen
    return faults


def _fault(
    betaling: Betaling,
    stand: Stand | None,
    open_centen: int,
    gebruikt: set[tuple[int, str]],
) -> tuple[str, str, str] | None:
    """What is wrong with one betaling: the field, the code and the reason."""
    if stand is None:
        reason = f"Er is geen betaalspecificatie {betaling.specificatie}."
        return "specificatie", "betaalspecificatie_niet_gevonden", reason
    if stand.in_opdracht:
        reason = "De specificatie staat in een betaalopdracht; voer die uit of trek haar in."
        return "specificatie", "in_betaalopdracht", reason
    if (betaling.specificatie, betaling.kenmerk) in gebruikt:
        reason = "Onder dit kenmerk is op deze specificatie al een betaling vastgelegd."
        return "kenmerk", "betaling_bekend", reason
    if betaling.datum < stand.geboekt:
        reason = f"De specificatie is pas op {stand.geboekt} ontstaan."
        return "datum", "voor_specificatie", reason
    if not 0 < betaling.bedrag_centen * _sign(open_centen) <= abs(open_centen):
        reason = f"Op deze specificatie staat nog {open_centen} cent open."
        return "bedragCenten", "meer_dan_open", reason
    return None


def _sign(centen: int) -> int:
    return (centen > 0) - (centen < 0)
