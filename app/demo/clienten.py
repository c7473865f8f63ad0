# SPDX-License-Identifier: EUPL-1.2
"""Cliënten by the thousand: drawn from a seed, with help in a modest number of periods.

Whatever is drawn, a price and a plan are decided once per period, profiel and intensiteit.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from random import Random

from app.demo.catalogue import PROFIELEN, aanbieders_for
from app.demo.omvang import Regio
from app.demo.population import (
    INTENSITEITEN,
    TWO_NEEDS,
    VERWIJZERS,
    Plaatsen,
    behoefte,
    draw_geboortedatum,
    draw_woonplaatsen,
    drawn,
)
from app.domain.period import Periode, add_months
from app.domain.toewijzing import Intensiteit, Wet
from app.domain.woonplaats import Tijdvak, tile
from app.pricing.betaalplan import Soort

LEVENSLOPEN = {
    "blijft": 92,
    "verhuist": 3,
    "vertrekt": 1,
    "komt": 1,
    "komt_met_spoed": 1,
    "raakt_uit_beeld": 1,
    "verblijft": 1,
}
"""What happens to people, of a hundred: five move while they are helped, one is lost sight of."""

LOOPT_AL = 0.4
"""The share of help that begins on the first day of the year; the rest begins during it."""

MAANDEN_HULP: dict[Soort, tuple[int, ...]] = {"herstel": (3, 4, 6, 9), "duurzaam": (6, 9, 12, 18)}
MAANDEN_TERUG = 12


Helpers = dict[str, list[str]]
"""The AGB codes of those who may help, by profiel."""


@dataclass(frozen=True, slots=True)
class Hulp:
    """A toewijzing but for its number and its price."""

    wet: Wet
    profiel: str
    intensiteit: Intensiteit
    aanbieder: str
    periode: Periode
    verwijzer: str
    is_spoed: bool


@dataclass(frozen=True, slots=True)
class Client:
    """An inwoner who is helped, with the whole of life in tiles."""

    geboortedatum: date
    tijdvakken: list[Tijdvak]
    hulp: list[Hulp]


def begindatums(vandaag: date) -> list[date]:
    """When help may begin: on the first and the fifteenth of each of the last twelve months."""
    maanden = [add_months(vandaag.replace(day=1), -terug) for terug in range(MAANDEN_TERUG, 0, -1)]
    return [maand.replace(day=dag) for maand in maanden for dag in (1, 15)]


def draw_clienten(regio: Regio, gemeente: str, vandaag: date, seed: int) -> Iterator[Client]:
    """All cliënten of a gemeente; another gemeente or seed gives others."""
    rng = Random(f"{seed}-{vandaag}-{gemeente}")
    buren = [g for g in regio.gemeenten if g != gemeente]
    helpers = _helpers(regio, gemeente)
    starts = begindatums(vandaag)
    for _ in range(regio.clienten[gemeente]):
        plaatsen = Plaatsen(gemeente, rng.choice(buren), rng.choice(regio.elders))
        geboren, levensloop = draw_geboortedatum(rng, vandaag), drawn(rng, LEVENSLOPEN)
        eerste = _hulp(rng, helpers, geboren, starts, levensloop == "komt_met_spoed")
        woonplaatsen = draw_woonplaatsen(
            rng, vandaag, plaatsen, geboren, levensloop, eerste.periode
        )
        hulp = [eerste]
        if levensloop == "blijft" and rng.random() < TWO_NEEDS:
            andere = _hulp(rng, helpers, geboren, starts, False)
            hulp += [andere] if andere.profiel != eerste.profiel else []
        yield Client(geboren, tile(woonplaatsen), hulp)


def _hulp(rng: Random, helpers: Helpers, geboren: date, starts: list[date], is_spoed: bool) -> Hulp:
    begin = starts[0] if rng.random() < LOOPT_AL else rng.choice(starts)
    wet, profielen = behoefte(geboren, begin)
    profiel = rng.choice(profielen)
    return Hulp(
        wet,
        profiel.code,
        drawn(rng, INTENSITEITEN),
        rng.choice(helpers[profiel.code]),
        _periode(begin, rng.choice(MAANDEN_HULP[profiel.soort])),
        drawn(rng, VERWIJZERS) if wet == "jeugdwet" else "gemeente",
        is_spoed,
    )


def _helpers(regio: Regio, gemeente: str) -> Helpers:
    return {
        p.code: [a.agb for a in aanbieders_for(p.code, gemeente, regio.aanbieders)]
        for p in PROFIELEN
    }


@cache
def _periode(begin: date, maanden: int) -> Periode:
    return Periode(begin, add_months(begin, maanden) - timedelta(days=1))
