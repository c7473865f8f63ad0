# SPDX-License-Identifier: EUPL-1.2
"""Which intensiteit a need asks for: a decision table and a self-reliance instrument, both data.

An advice, never a decision: the toegang may deviate, with a reason that is kept.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from app.domain.errors import Fault
from app.domain.toewijzing import Intensiteit

Complexiteit = Literal["enkelvoudig", "meervoudig", "complex"]
"""One question, several beside each other, or several that make each other worse."""
EigenInzet = Literal["geen", "deels", "veel"]
"""How much the gemeente itself does in the family."""


@dataclass(frozen=True, slots=True)
class Instrument:
    """A way to score self-reliance: what is scored, by code, on a scale of whole numbers."""

    onderdelen: tuple[str, ...]
    laagste: int
    hoogste: int


@dataclass(frozen=True, slots=True)
class Scores:
    """That at least so many onderdelen score within these bounds; None is no bound.

    `onderdelen` says which count; none named: all of the instrument. "The lowest score is at most
    2" is: at least 1 onderdeel scores 2 or lower.
    """

    ten_minste: int
    vanaf: int | None = None
    tot_en_met: int | None = None
    onderdelen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Voorwaarden:
    """When a rule applies: all of these hold. What is empty does not count."""

    complexiteit: tuple[Complexiteit, ...] = ()
    eigen_inzet_gemeente: tuple[EigenInzet, ...] = ()
    scores: tuple[Scores, ...] = ()


@dataclass(frozen=True, slots=True)
class Regel:
    """A rule of a decision table: its outcome, with the reason in words."""

    voorwaarden: Voorwaarden
    uitkomst: Intensiteit
    reden: str


@dataclass(frozen=True, slots=True)
class Situatie:
    """What the advice is about; `scores` are by onderdeel."""

    complexiteit: Complexiteit
    eigen_inzet_gemeente: EigenInzet
    scores: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Stap:
    """A rule that was looked at, from 1; it decides when nothing in it was not met."""

    regel: int
    voorwaarde: str
    uitkomst: Intensiteit
    reden: str
    niet_voldaan: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Advies:
    """The intensiteit that is advised, and why: every rule up to and including the deciding one."""

    intensiteit: Intensiteit
    waarom: tuple[Stap, ...]


def advise(situatie: Situatie, regels: Sequence[Regel]) -> Advies:
    """The outcome of the first rule whose conditions all hold; no unit, nothing is weighed.

    The rules are total (see `misplaced_rules`) and the scores complete (see `faults_in_scores`).
    The explanation names conditions of the table, never a score of the person.
    Bron: Koersdocument integrale inkoop (complexity and what the gemeente itself does decide the
    intensiteit; more own effort asks a lower one, never another price); the table is own.
    Sinds: 0.2.0.

    >>> zwaar = Regel(Voorwaarden(scores=(Scores(1, tot_en_met=2),)), "zwaar", "Acuut")
    >>> licht = Regel(Voorwaarden(), "licht", "Verder")
    >>> advies = advise(Situatie("complex", "geen", {"wonen": 3}), [zwaar, licht])
    >>> advies.intensiteit, advies.waarom[0].niet_voldaan
    ('licht', ('ten minste 1 onderdeel scoort 2 of lager',))
    """
    waarom = []
    for nummer, regel in enumerate(regels, 1):
        stap = _look_at(nummer, regel, situatie)
        waarom.append(stap)
        if not stap.niet_voldaan:
            return Advies(regel.uitkomst, tuple(waarom))
    raise ValueError("a table ends with a rule without conditions")


def _look_at(nummer: int, regel: Regel, situatie: Situatie) -> Stap:
    judged = list(_judge(regel.voorwaarden, situatie))
    return Stap(
        regel=nummer,
        voorwaarde="; ".join(text for text, _ in judged) or "altijd",
        uitkomst=regel.uitkomst,
        reden=regel.reden,
        niet_voldaan=tuple(text for text, holds in judged if not holds),
    )


def _judge(voorwaarden: Voorwaarden, situatie: Situatie) -> Iterator[tuple[str, bool]]:
    """Each condition in words, with whether it holds."""
    if gevraagd := voorwaarden.complexiteit:
        yield f"complexiteit is {_either(gevraagd)}", situatie.complexiteit in gevraagd
    if inzet := voorwaarden.eigen_inzet_gemeente:
        text = f"eigen inzet van de gemeente is {_either(inzet)}"
        yield text, situatie.eigen_inzet_gemeente in inzet
    for eis in voorwaarden.scores:
        yield _in_words(eis), _count(eis, situatie.scores) >= eis.ten_minste


def _count(eis: Scores, scores: Mapping[str, int]) -> int:
    counted = [scores[onderdeel] for onderdeel in eis.onderdelen or scores]
    return sum(
        (eis.vanaf is None or score >= eis.vanaf)
        and (eis.tot_en_met is None or score <= eis.tot_en_met)
        for score in counted
    )


def _in_words(eis: Scores) -> str:
    if eis.tot_en_met is None:
        bounds = f"{eis.vanaf} of hoger"
    elif eis.vanaf is None:
        bounds = f"{eis.tot_en_met} of lager"
    else:
        bounds = f"van {eis.vanaf} tot en met {eis.tot_en_met}"
    noun, verb = ("onderdeel", "scoort") if eis.ten_minste == 1 else ("onderdelen", "scoren")
    which = f" uit {', '.join(eis.onderdelen)}" if eis.onderdelen else ""
    return f"ten minste {eis.ten_minste} {noun}{which} {verb} {bounds}"


def _either(values: Sequence[str]) -> str:
    return " of ".join(values)


def misplaced_rules(regels: Sequence[Regel]) -> list[int]:
    """The numbers, from 1, of rules that keep a table from being total and reachable.

    The last rule has no conditions, so that there is always an outcome; every other has some, or
    those after it would never be reached. Bron: own. Sinds: 0.2.0.

    >>> altijd, soms = Voorwaarden(), Voorwaarden(complexiteit=("complex",))
    >>> misplaced_rules([Regel(altijd, "licht", "-"), Regel(soms, "zwaar", "-")])
    [1, 2]
    """
    last = len(regels)
    return [
        nummer
        for nummer, regel in enumerate(regels, 1)
        if (regel.voorwaarden == Voorwaarden()) != (nummer == last)
    ]


def faults_in_rules(regels: Sequence[Regel], instrument: Instrument) -> list[Fault]:
    """What the rules ask of an instrument that it does not have, each by its place. Sinds: 0.2.0.

    >>> regel = Regel(Voorwaarden(scores=(Scores(2, tot_en_met=7),)), "zwaar", "-")
    >>> [fault.name for fault in faults_in_rules([regel], Instrument(("wonen",), 1, 5))]
    ['regels[0].voorwaarden.scores[0].totEnMet', 'regels[0].voorwaarden.scores[0].tenMinste']
    """
    return [
        Fault(f"regels[{r}].voorwaarden.scores[{s}].{fault.name}", fault.code, fault.reason)
        for r, regel in enumerate(regels)
        for s, eis in enumerate(regel.voorwaarden.scores)
        for fault in _faults_in(eis, instrument)
    ]


def _faults_in(eis: Scores, instrument: Instrument) -> Iterator[Fault]:
    for name, bound in (("vanaf", eis.vanaf), ("totEnMet", eis.tot_en_met)):
        if bound is not None and not instrument.laagste <= bound <= instrument.hoogste:
            yield _out_of_scale(name, instrument)
    for place, onderdeel in enumerate(eis.onderdelen):
        if onderdeel not in instrument.onderdelen:
            yield _unknown_onderdeel(f"onderdelen[{place}]")
    if eis.ten_minste > (most := len(eis.onderdelen or instrument.onderdelen)):
        yield Fault("tenMinste", "te_groot", f"Er tellen hier maar {most} onderdelen mee.")


def faults_in_scores(scores: Mapping[str, int], instrument: Instrument) -> list[Fault]:
    """What keeps scores from being complete and on the scale; named by onderdeel, never by score.

    Sinds: 0.2.0.

    >>> faults = faults_in_scores({"wonen": 9, "werk": 1}, Instrument(("wonen", "geld"), 1, 5))
    >>> [(fault.name, fault.code) for fault in faults]
    [('geld', 'verplicht'), ('wonen', 'buiten_bereik'), ('werk', 'onderdeel_onbekend')]
    """
    missing = [
        Fault(onderdeel, "verplicht", "Dit onderdeel heeft geen score.")
        for onderdeel in instrument.onderdelen
        if onderdeel not in scores
    ]
    wrong = [
        _out_of_scale(onderdeel, instrument)
        for onderdeel, score in scores.items()
        if onderdeel in instrument.onderdelen
        and not instrument.laagste <= score <= instrument.hoogste
    ]
    unknown = [
        _unknown_onderdeel(onderdeel)
        for onderdeel in scores
        if onderdeel not in instrument.onderdelen
    ]
    return missing + wrong + unknown


def _out_of_scale(name: str, instrument: Instrument) -> Fault:
    scale = f"van {instrument.laagste} tot en met {instrument.hoogste}"
    return Fault(name, "buiten_bereik", f"De schaal van dit instrument loopt {scale}.")


def _unknown_onderdeel(name: str) -> Fault:
    return Fault(name, "onderdeel_onbekend", "Dit instrument heeft dit onderdeel niet.")


def fault_in_deviation(
    advies: Intensiteit | None, gekozen: Intensiteit, afwijkingsreden: str | None
) -> Fault | None:
    """A deviation from an advice has a reason, and a reason a deviation; None: nothing is wrong.

    Bron: own, on the duty to give reasons of Algemene wet bestuursrecht art. 3:46. Sinds: 0.2.0.

    >>> fault_in_deviation("licht", "zwaar", None).code
    'afwijking_zonder_reden'
    """
    deviates = advies not in (None, gekozen)
    if deviates and afwijkingsreden is None:
        reason = f"Het advies is {advies}. Geef op waarom daarvan wordt afgeweken."
        return Fault("afwijkingsreden", "afwijking_zonder_reden", reason)
    if afwijkingsreden is not None and not deviates:
        reason = "Er is geen advies waarvan wordt afgeweken, dus ook geen reden daarvoor."
        return Fault("afwijkingsreden", "reden_zonder_afwijking", reason)
    return None
