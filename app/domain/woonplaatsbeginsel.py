# SPDX-License-Identifier: EUPL-1.2
"""Which gemeente is responsible for a person by law, day by day, and why.

Every day is judged by itself, on the days on which anything changes; what stays the same is put
together after. So each day that ever was or will be has exactly one outcome, be it "not known".
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal, NamedTuple

from app.domain.gemeentecode import Gemeentecodes, changes_of, code_on
from app.domain.toewijzing import Wet
from app.domain.woongeschiedenis import ONE_DAY, WITH_GEMEENTE, Verblijf, Woongeschiedenis
from app.domain.woonplaats import BEGINNING, FOREVER, Grondslag, Tijdvak

BeschermdWonen = Literal["gemeente_van_aanmelding", "woonadres_voor_verblijf"]
WETTEN: tuple[Wet, ...] = ("jeugdwet", "wmo")

JEUGDWET = "Jeugdwet art. 1.1"
INGEZETENE = "Wmo 2015 art. 1.2.1 onder a"
BESCHERMD_WONEN = "Wmo 2015 art. 1.2.1 onder b"


class Instelling(NamedTuple):
    """Which rule holds for beschermd wonen that begins on this day or later."""

    vanaf: date
    regel: BeschermdWonen


class Centrum(NamedTuple):
    """Which gemeente carries beschermd wonen for another from a day on; None: itself again."""

    gemeente: str
    vanaf: date
    centrumgemeente: str | None


@dataclass(frozen=True, slots=True)
class Instellingen:
    """What a region sets for beschermd wonen, dated: a bill to change the law is pending."""

    beschermd_wonen: Sequence[Instelling] = ()
    centrumgemeenten: Sequence[Centrum] = ()

    def regel_on(self, dag: date) -> BeschermdWonen:
        """The rule for a stay that begins on this day; without any, that of the present law."""
        held = [instelling for instelling in self.beschermd_wonen if instelling.vanaf <= dag]
        return max(held).regel if held else "gemeente_van_aanmelding"

    def centrum_of(self, gemeente: str, dag: date) -> str:
        """Who carries beschermd wonen for this gemeente on a day."""
        held = [c for c in self.centrumgemeenten if c.gemeente == gemeente and c.vanaf <= dag]
        return max(held, key=lambda c: c.vanaf).centrumgemeente or gemeente if held else gemeente


@dataclass(frozen=True, slots=True)
class Kader:
    """What decides beside the life itself: when codes held, and what the region has set."""

    codes: Gemeentecodes = field(default_factory=dict)
    instellingen: Instellingen = Instellingen()


@dataclass(frozen=True, slots=True)
class Grond:
    """Who is responsible and why; `stap` is that of Jeugdwet art. 1.1, None where none applies."""

    gemeente: str | None
    grondslag: Grondslag
    artikel: str | None
    stap: int | None
    uitleg: str


@dataclass(frozen=True, slots=True)
class Toerekening:
    """Who is responsible in a period, both ends included."""

    vanaf: date
    tot_en_met: date
    grond: Grond


NOT_BORN = Grond(None, "onbekend", None, None, "Voor de geboorte is er geen woonplaats.")


def derive(leven: Woongeschiedenis, wet: Wet, kader: Kader) -> list[Toerekening]:
    """Who is responsible under a law, from the beginning to forever, in periods end to end.

    Bron: Jeugdwet art. 1.1 (woonplaats); Wmo 2015 art. 1.2.1. Sinds: 0.2.0.
    The order of input does not matter. Asks for a life without `faults_in` it.
    """
    days = [BEGINNING, *sorted(_days_of_change(leven, kader) - {BEGINNING})]
    ends = [*(day - ONE_DAY for day in days[1:]), FOREVER]
    judge = RULES[wet]
    periods: list[Toerekening] = []
    for begin, end in zip(days, ends, strict=True):
        grond = NOT_BORN
        if begin >= leven.geboortedatum:
            grond = _as_coded(judge(leven, begin, kader), begin, kader.codes)
        if periods and periods[-1].grond == grond:
            periods[-1] = replace(periods[-1], tot_en_met=end)
        else:
            periods.append(Toerekening(begin, end, grond))
    return periods


def tiles_of(per_wet: Mapping[Wet, Sequence[Toerekening]]) -> list[Tijdvak]:
    """The tiles that settlement splits by: one row of them where both laws say the same."""
    tiles = {wet: _tiles(periods) for wet, periods in per_wet.items()}
    first, *others = tiles.values()
    if all(other == first for other in others):
        return first
    return [replace(tile, wet=wet) for wet, row in tiles.items() for tile in row]


def _tiles(periods: Sequence[Toerekening]) -> list[Tijdvak]:
    """Periods without their reasons; what then looks the same is put together."""
    tiles: list[Tijdvak] = []
    for p in periods:
        tile = Tijdvak(p.grond.gemeente, p.vanaf, p.tot_en_met, p.grond.grondslag)
        if tiles and (tiles[-1].gemeente, tiles[-1].grondslag) == (tile.gemeente, tile.grondslag):
            tiles[-1] = replace(tiles[-1], tot_en_met=tile.tot_en_met)
        else:
            tiles.append(tile)
    return tiles


def _days_of_change(leven: Woongeschiedenis, kader: Kader) -> set[date]:
    instellingen = kader.instellingen
    days = {leven.geboortedatum}
    days |= {adres.vanaf for adres in leven.adressen}
    days |= {verblijf.begindatum for verblijf in leven.verblijven}
    days |= {v.einddatum + ONE_DAY for v in leven.verblijven if v.einddatum}
    days |= {centrum.vanaf for centrum in instellingen.centrumgemeenten}
    codes = {leven.registratie, leven.gemeente_moeder, leven.gemeente_werkelijk_verblijf}
    codes |= {adres.gemeente for adres in leven.adressen}
    codes |= {verblijf.gemeente_aanmelding for verblijf in leven.verblijven}
    codes |= {centrum.centrumgemeente for centrum in instellingen.centrumgemeenten}
    return days.union(*(changes_of(code, kader.codes) for code in codes if code))


def _as_coded(grond: Grond, dag: date, codes: Gemeentecodes) -> Grond:
    """The same under the code that the gemeente has on this day."""
    if grond.gemeente is None:
        return grond
    code = code_on(grond.gemeente, dag, codes)
    if code == grond.gemeente:
        return grond
    if code is None:
        uitleg = f"{grond.uitleg} Gemeente {grond.gemeente} is opgeheven, zonder één opvolger."
        return replace(grond, gemeente=None, grondslag="onbekend", uitleg=uitleg)
    uitleg = f"{grond.uitleg} Gemeente {grond.gemeente} is opgegaan in {code}."
    return replace(grond, gemeente=code, uitleg=uitleg)


def _by_jeugdwet(leven: Woongeschiedenis, dag: date, kader: Kader) -> Grond:
    """Jeugdwet art. 1.1: in a stay the address before it (2), else the address of the day (1)."""
    verblijf = leven.verblijf_on(dag)
    if verblijf is None:
        return _by_address(leven, dag)
    begin = leven.begin_of_chain(verblijf)
    if begin <= leven.geboortedatum:
        return _not_to_be_established(leven, "Verblijf sinds de geboorte: er ging niets vooraf.")
    before = begin - ONE_DAY
    adres = leven.adres_on(before)
    if adres is None or adres.soort != "woonadres":
        grond = _by_address(leven, before)
        return replace(grond, uitleg=f"Verblijf sinds {begin}. {grond.uitleg}")
    uitleg = (
        f"Stap 2: verblijf sinds {begin}, aaneengesloten. Het woonadres onmiddellijk daarvoor "
        f"was in gemeente {adres.gemeente}."
    )
    return Grond(adres.gemeente, "verblijf", JEUGDWET, 2, uitleg)


def _by_address(leven: Woongeschiedenis, dag: date) -> Grond:
    adres = leven.adres_on(dag)
    if adres is None:
        return _unknown(None, "Van voor het eerste opgegeven adres is niets bekend.")
    if adres.soort == "woonadres":
        uitleg = f"Stap 1: woonadres in de BRP in gemeente {adres.gemeente} sinds {adres.vanaf}."
        return Grond(adres.gemeente, "brp", JEUGDWET, 1, uitleg)
    if adres.soort == "buitenland":
        return _actual_stay(leven, 4, f"Woonplaats buiten Nederland sinds {adres.vanaf}.")
    what = "een briefadres" if adres.soort == "briefadres" else "geen bekend adres"
    return _not_to_be_established(leven, f"De BRP heeft {what} sinds {adres.vanaf}.")


def _not_to_be_established(leven: Woongeschiedenis, why: str) -> Grond:
    """Step 3: the gemeente of the mother at birth, else that of actual stay."""
    if leven.gemeente_moeder is None:
        return _actual_stay(leven, 3, why)
    uitleg = (
        f"Stap 3: {why} De moeder was bij de geboorte ingeschreven in gemeente "
        f"{leven.gemeente_moeder}."
    )
    return Grond(leven.gemeente_moeder, "moeder", JEUGDWET, 3, uitleg)


def _actual_stay(leven: Woongeschiedenis, stap: int, why: str) -> Grond:
    gemeente = leven.gemeente_werkelijk_verblijf
    if gemeente is None:
        return _unknown(stap, f"Stap {stap}: {why} Het werkelijk verblijf is niet opgegeven.")
    uitleg = f"Stap {stap}: {why} Werkelijk verblijf bij de hulpvraag in gemeente {gemeente}."
    return Grond(gemeente, "werkelijk_verblijf", JEUGDWET, stap, uitleg)


def _unknown(stap: int | None, uitleg: str) -> Grond:
    return Grond(None, "onbekend", JEUGDWET, stap, uitleg)


def _by_wmo(leven: Woongeschiedenis, dag: date, kader: Kader) -> Grond:
    """Wmo 2015 art. 1.2.1: where one is ingezetene; for beschermd wonen as the region has set."""
    verblijf = leven.verblijf_on(dag)
    if verblijf and verblijf.soort == "beschermd_wonen":
        return _by_beschermd_wonen(leven, verblijf, dag, kader.instellingen)
    adres = leven.adres_on(dag)
    if adres is None or adres.soort not in WITH_GEMEENTE:
        uitleg = "Deze dag is geen inschrijving als ingezetene van een gemeente bekend."
        return Grond(None, "onbekend", INGEZETENE, None, uitleg)
    uitleg = f"Ingezetene van gemeente {adres.gemeente} volgens de BRP sinds {adres.vanaf}."
    return Grond(adres.gemeente, "brp", INGEZETENE, None, uitleg)


def _by_beschermd_wonen(
    leven: Woongeschiedenis, verblijf: Verblijf, dag: date, instellingen: Instellingen
) -> Grond:
    begin = verblijf.begindatum
    if instellingen.regel_on(begin) == "gemeente_van_aanmelding":
        gemeente: str | None = verblijf.gemeente_aanmelding or leven.registratie
        uitleg = f"Beschermd wonen sinds {begin}, aangevraagd bij gemeente {gemeente}."
    else:
        before = leven.begin_of_chain(verblijf) - ONE_DAY
        adres = leven.adres_on(before)
        gemeente = adres.gemeente if adres and adres.soort == "woonadres" else None
        where = f"was in gemeente {gemeente}" if gemeente else "is niet bekend"
        uitleg = f"Beschermd wonen sinds {begin}; het woonadres daarvoor {where}."
    if gemeente is None:
        return Grond(None, "onbekend", BESCHERMD_WONEN, None, uitleg)
    centrum = instellingen.centrum_of(gemeente, dag)
    if centrum != gemeente:
        uitleg += f" Centrumgemeente {centrum} voert het uit."
    return Grond(centrum, "verblijf", BESCHERMD_WONEN, None, uitleg)


RULES: Mapping[Wet, Callable[[Woongeschiedenis, date, Kader], Grond]] = {
    "jeugdwet": _by_jeugdwet,
    "wmo": _by_wmo,
}
