# SPDX-License-Identifier: EUPL-1.2
"""A second model of settlement: slow, plain, line by line and day by day.

Written from the rules, not from the SQL, and it imports nothing of the application. Random cases
hold the two equal.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

ONE_DAY = timedelta(days=1)


class Regel(NamedTuple):
    """A declared line, in the order in which it is staged."""

    regelnummer: int
    referentie: str
    toewijzing_nummer: int
    mijlpaal: str
    begindatum: date
    einddatum: date
    bedrag_centen: int
    credit: bool
    vorige_referentie: str | None
    volume: int | None = None
    eenheid: str | None = None


@dataclass(frozen=True)
class Termijn:
    """An instalment of a toewijzing, as frozen."""

    mijlpaal: str
    begindatum: date
    einddatum: date
    bedrag_centen: int


@dataclass(frozen=True)
class Omvang:
    """What may be declared of a toewijzing in its eenheid: in all, and of each termijn in order."""

    eenheid: str
    tarief_centen: int
    totaal: int
    maxima: tuple[int, ...]

    def hours(self, volume: int | None, eenheid: str | None) -> Fraction | None:
        """The volume of a line in the eenheid of the toewijzing; None when it does not fit."""
        if volume is None:
            return None
        if eenheid == self.eenheid:
            return Fraction(volume)
        return Fraction(volume, 60) if (eenheid, self.eenheid) == ("01", "04") else None

    def amount(self, volume: int | None, eenheid: str | None) -> int | None:
        """What a line may ask for it: rounded half up once."""
        hours = self.hours(volume, eenheid)
        return None if hours is None else int(hours * self.tarief_centen + Fraction(1, 2))


@dataclass(frozen=True)
class Toewijzing:
    """Who declares for whom, and until how many months after."""

    nummer: int
    aanbieder: str
    gemeente: str
    inwoner: int
    declaratietermijn_maanden: int
    termijnen: tuple[Termijn, ...]
    omvang: Omvang | None = None


class Deel(NamedTuple):
    """What one gemeente bears of a line."""

    gemeente: str | None
    dagen: int
    bedrag_centen: int


@dataclass(frozen=True)
class Oordeel:
    """What came of a line."""

    uitkomst: str
    redenen: frozenset[str]
    verdeling: tuple[Deel, ...] = ()

    @property
    def toegekend_centen(self) -> int:
        return sum(deel.bedrag_centen for deel in self.verdeling)


Claim = tuple[int, Termijn]
Debet = tuple[str | None, int | None, str | None]
Verhuizing = tuple[date, str | None]


@dataclass
class Boeken:
    """Everything that the judgement of the next line depends on."""

    toewijzingen: dict[int, Toewijzing] = field(default_factory=dict)
    woonplaatsen: dict[int, list[Verhuizing]] = field(default_factory=dict)
    gebruikte_referenties: set[tuple[str, str]] = field(default_factory=set)
    toegekend: dict[Claim, tuple[Regel, tuple[Deel, ...]]] = field(default_factory=dict)
    gecrediteerd: set[tuple[Claim, Debet]] = field(default_factory=set)
    aangehouden: set[Claim] = field(default_factory=set)
    taakopdrachten: dict[str, int] = field(default_factory=dict)
    opgenomen: dict[int, Fraction] = field(default_factory=dict)
    geclaimd: set[Claim] = field(default_factory=set)

    def judge(self, aanbieder: str, regels: Iterable[Regel], dag: date) -> dict[int, Oordeel]:
        """The outcome of each line by its regelnummer; credits first, then debits."""
        self.geclaimd = set()
        in_volgorde = sorted(regels, key=lambda regel: regel.regelnummer)
        herhaald = self._use_up_references(aanbieder, in_volgorde)
        oordelen = {}
        for regel in sorted(in_volgorde, key=lambda regel: not regel.credit):
            bekend = regel.regelnummer in herhaald
            oordelen[regel.regelnummer] = self._judge_line(aanbieder, regel, dag, bekend)
        return oordelen

    def _use_up_references(self, aanbieder: str, regels: list[Regel]) -> set[int]:
        """The lines whose reference was used before, also earlier in the same declaratie."""
        herhaald = set()
        for regel in regels:
            if (aanbieder, regel.referentie) in self.gebruikte_referenties:
                herhaald.add(regel.regelnummer)
            self.gebruikte_referenties.add((aanbieder, regel.referentie))
        return herhaald

    def _judge_line(
        self, aanbieder: str, regel: Regel, dag: date, referentie_bekend: bool
    ) -> Oordeel:
        toewijzing = self.toewijzingen.get(regel.toewijzing_nummer)
        if toewijzing is None or toewijzing.aanbieder != aanbieder:
            is_taak = self.taakopdrachten.get(aanbieder) == regel.toewijzing_nummer
            code = "taakgericht_zonder_regels" if is_taak else "toewijzing_onbekend"
            return Oordeel("afgekeurd", frozenset({code}))
        termijn = _named_termijn(toewijzing, regel)
        if termijn is None:
            known = {t.mijlpaal for t in toewijzing.termijnen}
            has_other = toewijzing.omvang is not None and regel.mijlpaal not in known
            code = "mijlpaal_past_niet" if has_other else "termijn_onbekend"
            return Oordeel("afgekeurd", frozenset({code}))
        redenen = _wrongly_asked(toewijzing, termijn, regel)
        if referentie_bekend:
            redenen.add("referentie_bekend")
        if regel.credit:
            return self._judge_credit(regel, toewijzing, termijn, redenen)
        return self._judge_debit(regel, toewijzing, termijn, dag, redenen)

    def _judge_credit(
        self, regel: Regel, toewijzing: Toewijzing, termijn: Termijn, redenen: set[str]
    ) -> Oordeel:
        claim = (toewijzing.nummer, termijn)
        debet, verdeling = self.toegekend.get(claim, (None, ()))
        named = (regel.vorige_referentie, regel.volume, regel.eenheid)
        if (claim, named) in self.gecrediteerd:
            redenen.add("al_gecrediteerd")
        elif debet is None or (debet.referentie, debet.volume, debet.eenheid) != named:
            redenen.add("credit_zonder_debet")
        if redenen:
            return Oordeel("afgekeurd", frozenset(redenen))
        del self.toegekend[claim]
        self.gecrediteerd.add((claim, named))
        self._take(toewijzing, regel, -1)
        terug = tuple(Deel(d.gemeente, d.dagen, -d.bedrag_centen) for d in verdeling)
        return Oordeel("toegekend", frozenset(), terug)

    def _judge_debit(
        self, regel: Regel, toewijzing: Toewijzing, termijn: Termijn, dag: date, redenen: set[str]
    ) -> Oordeel:
        claim = (toewijzing.nummer, termijn)
        if claim in self.toegekend or claim in self.aangehouden or claim in self.geclaimd:
            redenen.add("al_gedeclareerd")
        vanaf = declarable_from(termijn)
        if dag < vanaf:
            redenen.add("te_vroeg")
        if dag > deadline(vanaf, toewijzing.declaratietermijn_maanden):
            redenen.add("te_laat")
        verhuizingen = self.woonplaatsen.get(toewijzing.inwoner, [])
        verdeling = split(termijn, verhuizingen, regel.bedrag_centen)
        if not redenen - {"al_gedeclareerd"}:
            self.geclaimd.add(claim)
        if not self._fits(toewijzing, regel):
            redenen.add("volume_totaal")
        afkeuren = bool(redenen)
        if any(deel.gemeente is None for deel in verdeling):
            redenen.add("woonplaats_onbekend")
        if afkeuren:
            return Oordeel("afgekeurd", frozenset(redenen))
        self._take(toewijzing, regel, 1)
        if redenen:
            self.aangehouden.add(claim)
            return Oordeel("aangehouden", frozenset(redenen))
        self.toegekend[claim] = (regel, verdeling)
        return Oordeel("toegekend", frozenset(), verdeling)

    def _fits(self, toewijzing: Toewijzing, regel: Regel) -> bool:
        omvang = toewijzing.omvang
        hours = omvang.hours(regel.volume, regel.eenheid) if omvang else None
        taken = self.opgenomen.get(toewijzing.nummer, Fraction(0))
        return omvang is None or hours is None or taken + hours <= omvang.totaal

    def _take(self, toewijzing: Toewijzing, regel: Regel, sign: int) -> None:
        hours = toewijzing.omvang and toewijzing.omvang.hours(regel.volume, regel.eenheid)
        taken = self.opgenomen.get(toewijzing.nummer, Fraction(0))
        self.opgenomen[toewijzing.nummer] = taken + sign * (hours or 0)


def _wrongly_asked(toewijzing: Toewijzing, termijn: Termijn, regel: Regel) -> set[str]:
    """What is wrong with the volume and the amount of a line, whatever came before."""
    omvang = toewijzing.omvang
    if omvang is None:
        redenen = {"volume_niet_toegestaan"} if regel.volume is not None else set()
        return redenen | (
            {"bedrag_ongelijk"} if regel.bedrag_centen != termijn.bedrag_centen else set()
        )
    if regel.volume is None:
        return {"volume_ontbreekt"}
    hours = omvang.hours(regel.volume, regel.eenheid)
    if hours is None:
        return {"eenheid_ongelijk"}
    redenen = set()
    if not regel.credit and hours > omvang.maxima[toewijzing.termijnen.index(termijn)]:
        redenen.add("volume_per_periode")
    if regel.bedrag_centen != omvang.amount(regel.volume, regel.eenheid):
        redenen.add("bedrag_ongelijk")
    return redenen


def _named_termijn(toewijzing: Toewijzing, regel: Regel) -> Termijn | None:
    named = (regel.mijlpaal, regel.begindatum, regel.einddatum)
    for termijn in toewijzing.termijnen:
        if named == (termijn.mijlpaal, termijn.begindatum, termijn.einddatum):
            return termijn
    return None


def declarable_from(termijn: Termijn) -> date:
    """The first day on which a termijn may be declared."""
    if termijn.mijlpaal == "start":
        return termijn.begindatum
    dag = termijn.einddatum + ONE_DAY
    while termijn.mijlpaal == "voortgang" and dag.month == termijn.einddatum.month:
        dag += ONE_DAY
    return dag


def deadline(vanaf: date, maanden: int) -> date:
    """The last day, counted from the end of the month in which the termijn became declarable."""
    einde = vanaf
    while (einde + ONE_DAY).month == vanaf.month:
        einde += ONE_DAY
    jaar, maand = einde.year, einde.month
    for _ in range(maanden):
        jaar, maand = (jaar + 1, 1) if maand == 12 else (jaar, maand + 1)
    for dag in range(einde.day, 0, -1):
        try:
            return date(jaar, maand, dag)
        except ValueError:
            continue
    raise AssertionError("every month has a first day")


def residence(verhuizingen: Iterable[Verhuizing], dag: date) -> str | None:
    """The gemeente of the last move up to this day; None when there was none."""
    eerder = [v for v in verhuizingen if v[0] <= dag]
    return max(eerder, key=lambda v: v[0])[1] if eerder else None


def split(
    termijn: Termijn, verhuizingen: list[Verhuizing], gevraagd_centen: int | None = None
) -> tuple[Deel, ...]:
    """Count the days of each gemeente, and hand out the cents that are left one by one."""
    bedrag_centen = termijn.bedrag_centen if gevraagd_centen is None else gevraagd_centen
    dagen: dict[str | None, int] = {}
    dag = termijn.begindatum
    while dag <= termijn.einddatum:
        gemeente = residence(verhuizingen, dag)
        dagen[gemeente] = dagen.get(gemeente, 0) + 1
        dag += ONE_DAY
    per_dag = Fraction(bedrag_centen, sum(dagen.values()))
    centen = {gemeente: int(per_dag * aantal) for gemeente, aantal in dagen.items()}
    by_remainder = sorted(dagen, key=lambda g: centen[g] - per_dag * dagen[g])
    for gemeente in by_remainder[: bedrag_centen - sum(centen.values())]:
        centen[gemeente] += 1
    return tuple(Deel(g, dagen[g], centen[g]) for g in dagen)
