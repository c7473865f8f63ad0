# SPDX-License-Identifier: EUPL-1.2
"""What may happen to a raamovereenkomst while it lives: what holds, and what cannot follow."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from app.domain.errors import Conflict, Fault, refuse

Soort = Literal[
    "gesloten",
    "verlengd",
    "uitgebreid",
    "uitgesloten",
    "onderaannemer",
    "opgeschort",
    "hervat",
    "ontbonden",
]
Grond = Literal["wanprestatie", "fraude", "wederzijds", "opzegging", "overig"]
IN_DEFAULT: tuple[Grond, ...] = ("wanprestatie", "fraude")
"""The grounds after which nothing is due any more.

Bron: Koersdocument integrale inkoop (no payment on wanprestatie or fraud). Sinds: 0.2.0.
"""
Status = Literal["nog_niet_ingegaan", "actief", "opgeschort", "afgelopen", "ontbonden"]
Sleutel = tuple[str | None, str | None]
"""What a contract covers or not: a gemeente, a profiel, or a pair of both."""


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a contract stands, as known now. `laatste_wending`: since when it is (not) on hold."""

    aanbieder: str
    begindatum: date
    einddatum: date
    verlenging_vereist_resultaten: bool
    ontbonden_per: date | None = None
    is_opgeschort: bool = False
    laatste_wending: date | None = None


@dataclass(frozen=True, slots=True)
class Dekking:
    """What a contract covers on a day. `uitgezonderd`: a profiel that a gemeente does not use."""

    gemeenten: frozenset[str]
    profielen: frozenset[str]
    uitgezonderd: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Onderaannemer:
    """Who works under a contract for its aanbieder; `opdrachtgever` is who engaged them."""

    naam: str
    agb: str | None
    zzp: bool
    opdrachtgever: str | None


def check_bonus_malus(bonus_malus: bool) -> None:
    """The switch exists and is off: there is no rule that reckons with it. Raises Conflict.

    Bron: Koersdocument integrale inkoop (no bonus or malus; the option stays open). Sinds: 0.2.0.
    """
    if bonus_malus:
        raise Conflict(
            "bonus_malus_zonder_regel",
            "Bonus/malus kan niet aan: er is geen regel voor. Een prijs verandert niet door een "
            "resultaat.",
        )


def check_alive(stand: Stand) -> None:
    """Nothing happens any more to a contract that was dissolved. Raises Conflict."""
    if stand.ontbonden_per is not None:
        raise Conflict(
            "al_ontbonden",
            f"Deze raamovereenkomst is per {stand.ontbonden_per} ontbonden en wijzigt niet meer.",
        )


def check_extension(stand: Stand, einddatum: date, resultaten: Sequence[str]) -> None:
    """Whether a contract may be extended up to and including this day. Raises Conflict.

    Bron: Koersdocument integrale inkoop (an extension may be tied to published results).
    Sinds: 0.2.0.
    """
    check_alive(stand)
    faults = []
    if einddatum <= stand.einddatum:
        reason = f"De raamovereenkomst loopt al tot en met {stand.einddatum}."
        faults.append(Fault("einddatum", "geen_verlenging", reason))
    if stand.verlenging_vereist_resultaten and not resultaten:
        reason = "Deze raamovereenkomst wordt alleen verlengd op gepubliceerde resultaten."
        faults.append(Fault("resultaten", "resultaten_vereist", reason))
    refuse(faults)


def check_suspension(stand: Stand, vanaf: date) -> None:
    """Whether a contract may be put on hold from this day. Raises Conflict. Sinds: 0.2.0."""
    check_alive(stand)
    if stand.is_opgeschort:
        raise Conflict(
            "al_opgeschort",
            f"Deze raamovereenkomst is al opgeschort, vanaf {stand.laatste_wending}.",
        )
    earliest = max(stand.begindatum, stand.laatste_wending or stand.begindatum)
    if vanaf < earliest:
        raise _too_early(earliest)


def resumption(stand: Stand, vanaf: date | None, vandaag: date) -> date:
    """From which day a contract that is on hold goes on; without one, today. Raises Conflict.

    Sinds: 0.2.0.

    >>> stil = Stand("99000001", date(2026, 1, 1), date(2028, 12, 31), False, None, True,
    ...              date(2026, 5, 1))
    >>> resumption(stil, None, date(2026, 6, 9))
    datetime.date(2026, 6, 9)
    """
    check_alive(stand)
    if not stand.is_opgeschort or stand.laatste_wending is None:
        raise Conflict("niet_opgeschort", "Deze raamovereenkomst is niet opgeschort.")
    latest = max(vandaag, stand.laatste_wending)
    dag = latest if vanaf is None else vanaf
    if dag < stand.laatste_wending:
        raise _too_early(stand.laatste_wending)
    if dag > latest:
        reason = f"Dit kan niet later dan {latest}: wie hervat, doet dat op de dag zelf."
        raise Conflict("te_laat", reason, (Fault("vanaf", "te_laat", reason),))
    return dag


def check_dissolution(stand: Stand, datum: date) -> None:
    """Whether a contract may be dissolved; `datum` is the first day without it. Raises Conflict.

    Bron: Koersdocument integrale inkoop (no payment on wanprestatie or fraud). Sinds: 0.2.0.
    """
    check_alive(stand)
    if datum < stand.begindatum:
        raise _too_early(stand.begindatum, "datum")


def widen(
    stand: Stand, dekking: Dekking, vanaf: date, profielen: Iterable[str], gemeenten: Iterable[str]
) -> list[Sleutel]:
    """What is covered from this day on that was not before. Raises Conflict.

    A gemeente that comes back uses all of the contract again. Bron: Koersdocument integrale
    inkoop (profiles offered, gemeenten served). Sinds: 0.2.0.

    >>> stand = Stand("99000001", date(2026, 1, 1), date(2028, 12, 31), False)
    >>> nu = Dekking(frozenset({"0153"}), frozenset({"OB1"}), frozenset({("0153", "OB1")}))
    >>> widen(stand, nu, date(2026, 7, 1), ["OB2"], ["0153"])
    [(None, 'OB2'), ('0153', 'OB1')]
    """
    _check_within(stand, vanaf)
    new: list[Sleutel] = []
    faults = []
    for profiel in sorted(set(profielen)):
        if profiel in dekking.profielen:
            reason = f"Profiel {profiel} hoort al bij de raamovereenkomst."
            faults.append(Fault("profielen", "al_gecontracteerd", reason))
        new.append((None, profiel))
    for gemeente in sorted(set(gemeenten)):
        back = sorted(pair for pair in dekking.uitgezonderd if pair[0] == gemeente)
        if gemeente not in dekking.gemeenten:
            new.append((gemeente, None))
        elif not back:
            reason = f"Gemeente {gemeente} gebruikt de raamovereenkomst al."
            faults.append(Fault("gemeenten", "al_gecontracteerd", reason))
        new.extend(back)
    refuse(faults)
    return new


def exclude(
    stand: Stand, dekking: Dekking, vanaf: date, gemeente: str, profiel: str | None
) -> Sleutel:
    """What a gemeente no longer uses from this day on: the contract, or a profiel of it.

    Raises Conflict when it does not use that. Bron: Koersdocument integrale inkoop (a gemeente may
    choose not to use a raamovereenkomst); a profiel is our own choice. Sinds: 0.2.0.
    """
    _check_within(stand, vanaf)
    if gemeente not in dekking.gemeenten:
        raise Conflict(
            "gemeente_niet_gecontracteerd",
            f"Gemeente {gemeente} gebruikt deze raamovereenkomst op {vanaf} niet.",
        )
    unused = profiel not in dekking.profielen or (gemeente, profiel) in dekking.uitgezonderd
    if profiel is not None and unused:
        raise Conflict(
            "profiel_niet_gecontracteerd",
            f"Gemeente {gemeente} gebruikt profiel {profiel} op {vanaf} niet.",
        )
    return gemeente, profiel


def check_onderaannemer(stand: Stand, wie: Onderaannemer, others: Iterable[Onderaannemer]) -> None:
    """Whether someone may work under this contract for its aanbieder. Raises Conflict.

    There is one layer: who is engaged by another than the aanbieder itself is refused.
    Bron: Contractstandaarden (no onderaannemer of an onderaannemer). Sinds: 0.2.0.
    """
    check_alive(stand)
    faults = []
    if wie.agb == stand.aanbieder:
        reason = "De aanbieder is niet zijn eigen onderaannemer."
        faults.append(Fault("agb", "eigen_onderaannemer", reason))
    if wie.opdrachtgever not in (None, stand.aanbieder):
        reason = f"Alleen aanbieder {stand.aanbieder} schakelt onderaannemers in, zij zelf niet."
        faults.append(Fault("opdrachtgever", "onderaannemer_van_onderaannemer", reason))
    if any(wie.naam == o.naam or (wie.agb is not None and wie.agb == o.agb) for o in others):
        reason = "Deze onderaannemer is al vastgelegd."
        faults.append(Fault("naam", "onderaannemer_bekend", reason))
    refuse(faults)


def _check_within(stand: Stand, vanaf: date) -> None:
    check_alive(stand)
    if not stand.begindatum <= vanaf <= stand.einddatum:
        raise Conflict(
            "buiten_looptijd",
            f"De raamovereenkomst loopt van {stand.begindatum} tot en met {stand.einddatum}.",
        )


def _too_early(earliest: date, field: str = "vanaf") -> Conflict:
    reason = f"Dit kan niet eerder dan {earliest}."
    return Conflict("te_vroeg", reason, (Fault(field, "te_vroeg", reason),))
