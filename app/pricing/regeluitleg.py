# SPDX-License-Identifier: EUPL-1.2
"""Why a declared line came to its amount: price, termijn, judgement and split, from what is kept.

Nothing is decided here: every amount comes from the rows that were frozen when it was decided.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from app.domain.omvang import EENHEDEN, Eenheid
from app.domain.period import Periode
from app.domain.redenen import REDENEN
from app.domain.toewijzing import Intensiteit, Wet
from app.pricing.besluit import Prijsregels
from app.pricing.betaalplan import plan_termijnen
from app.pricing.uitleg import Deel, plan_in_words

WOONPLAATS: dict[Wet, str] = {"jeugdwet": "Jeugdwet art. 1.1", "wmo": "Wmo 2015 art. 1.2.1"}


@dataclass(frozen=True, slots=True)
class Regelstap:
    """One step: what was done, by which rule of docs/regels.md, on which ground, and the cents."""

    stap: str
    regel: str
    bron: str
    bedrag_centen: int


@dataclass(frozen=True, slots=True)
class Prijsfeiten:
    """The toewijzing of a line and the price list that its price comes from."""

    nummer: int
    wet: Wet
    profiel: str
    intensiteit: Intensiteit
    periode: Periode
    prijs_centen: int
    tarief_centen: int
    tarieflijst: int
    lijstnaam: str
    vanaf: date
    vastgesteld: date
    besluit: str | None
    regels: Prijsregels
    termijnen: Sequence[int]
    """The cents of each of its termijnen, in order."""
    verschuldigd_centen: int | None = None
    slottermijn: int | None = None
    voortzetting_van: int | None = None
    eenheid: Eenheid | None = None
    """What one of costs the tarief, where it is paid by volume."""


@dataclass(frozen=True, slots=True)
class Volumefeiten:
    """The volume of a line, and how much its termijn and its toewijzing allow."""

    volume: int
    eenheid: Eenheid
    maximum: int
    totaal: int
    bedrag_centen: int


@dataclass(frozen=True, slots=True)
class Termijnfeiten:
    """The termijn that a line names."""

    volgnummer: int
    mijlpaal: str
    periode: Periode
    bedrag_centen: int


@dataclass(frozen=True, slots=True)
class Oordeel:
    """What was judged of a line, and who bears it."""

    uitkomst: str
    redenen: Sequence[str]
    is_credit: bool
    toegekend_centen: int
    delen: Sequence[Deel]


def explain_line(
    prijs: Prijsfeiten | None,
    termijn: Termijnfeiten | None,
    oordeel: Oordeel,
    volume: Volumefeiten | None = None,
) -> list[Regelstap]:
    """The steps from tarief to what each gemeente bears, as far as a line came.

    Bron: docs/regels.md (P, OM, M, J and S). Sinds: 0.2.0.
    """
    return [
        *(_price(prijs) if prijs else ()),
        *(_termijn(prijs, termijn) if prijs and termijn else ()),
        *(_volume(prijs.eenheid, volume) if prijs and prijs.eenheid and volume else ()),
        *_judgement(oordeel),
        *(_split(prijs, termijn, oordeel) if prijs and termijn else ()),
    ]


def _price(prijs: Prijsfeiten) -> Iterator[Regelstap]:
    besluit = prijs.besluit or "de besluiten van alle gemeenten"
    yield Regelstap(
        f"Tarief van profiel {prijs.profiel} {prijs.intensiteit} op {prijs.periode.begindatum}",
        "P1, P2, P7",
        f"Tarieflijst {prijs.tarieflijst} ({prijs.lijstnaam}), geldig vanaf {prijs.vanaf}, "
        f"vastgesteld op {prijs.vastgesteld} krachtens {besluit}",
        prijs.tarief_centen,
    )
    regel, bron = _by_volume(prijs.eenheid) if prijs.eenheid else _ground(prijs)
    yield Regelstap(
        f"Prijs van toewijzing {prijs.nummer}, {prijs.periode.begindatum} tot en met "
        f"{prijs.periode.einddatum}",
        regel,
        bron,
        prijs.prijs_centen,
    )
    if prijs.verschuldigd_centen is not None:
        yield Regelstap(
            "Daarvan verschuldigd na het einde van de hulp",
            "E1, E2",
            "Naar de reden van het einde; zie de afrekening van de toewijzing",
            prijs.verschuldigd_centen,
        )


def _ground(prijs: Prijsfeiten) -> tuple[str, str]:
    if prijs.voortzetting_van is not None:
        return "E18", f"De rest van de prijs van toewijzing {prijs.voortzetting_van}"
    if prijs.regels.soort == "duurzaam":
        return "P6, P6a", "Duurzaam: tarief per jaar × maanden / 12"
    return "P5", "Herstel: het tarief zelf"


def _by_volume(eenheid: Eenheid) -> tuple[str, str]:
    return "OM3", f"Inspanningsgericht: ten hoogste zoveel × tarief per {EENHEDEN[eenheid]}"


def _volume(per: Eenheid, volume: Volumefeiten) -> Iterator[Regelstap]:
    yield Regelstap(
        f"Gedeclareerd: {volume.volume} ({EENHEDEN[volume.eenheid]}), tegen het tarief per "
        f"{EENHEDEN[per]}; ten hoogste {volume.maximum} in deze termijn en {volume.totaal} in "
        "totaal",
        "OM4-OM7",
        "iStandaarden TR346, IV081",
        volume.bedrag_centen,
    )


def _termijn(prijs: Prijsfeiten, termijn: Termijnfeiten) -> Iterator[Regelstap]:
    is_slot = termijn.volgnummer == prijs.slottermijn
    yield Regelstap(
        f"Termijn {termijn.volgnummer} van {len(prijs.termijnen)}: {termijn.mijlpaal} over "
        f"{termijn.periode.begindatum} tot en met {termijn.periode.einddatum}",
        "E4, E5" if is_slot else "M1-M3",
        "Afrekening: wat verschuldigd is, min wat ervan toegekend of aangehouden bleef"
        if is_slot
        else _plan(prijs),
        termijn.bedrag_centen,
    )


def _plan(prijs: Prijsfeiten) -> str:
    """The plan in words, if the profiel still has the one that made these termijnen."""
    plan = prijs.regels.betaalplan
    planned = plan_termijnen(plan, prijs.prijs_centen, prijs.periode, declaratietermijn_maanden=1)
    if [t.bedrag_centen for t in planned] == list(prijs.termijnen):
        return f"Betaalplan van het profiel: {plan_in_words(plan)}"
    return "Betaalplan zoals het bij de toewijzing is vastgelegd"


def _judgement(oordeel: Oordeel) -> Iterator[Regelstap]:
    if not oordeel.redenen:
        soort = "Creditregel" if oordeel.is_credit else "Regel"
        yield Regelstap(
            f"{soort} {oordeel.uitkomst}: geen reden daartegen",
            "J1-J10",
            "Toetsing van de declaratieregel",
            oordeel.toegekend_centen,
        )
    for code in oordeel.redenen:
        reden = REDENEN[code]
        bron = f"Retourcode {reden.retourcode} (WJ001)" if reden.retourcode else "Eigen regel"
        yield Regelstap(
            f"Regel {oordeel.uitkomst}: {reden.omschrijving}",
            f"J1-J10 ({code})",
            bron,
            oordeel.toegekend_centen,
        )


def _split(prijs: Prijsfeiten, termijn: Termijnfeiten, oordeel: Oordeel) -> Iterator[Regelstap]:
    bron = f"Woonplaatsbeginsel ({WOONPLAATS[prijs.wet]}), naar dagen, grootste rest"
    for deel in oordeel.delen:
        yield Regelstap(
            f"Deel van gemeente {deel.gemeente}: {deel.dagen} van {termijn.periode.dagen} dagen",
            "S6" if oordeel.is_credit else "S2-S4",
            "De delen van de debetregel, met omgekeerd teken" if oordeel.is_credit else bron,
            deel.bedrag_centen,
        )
