# SPDX-License-Identifier: EUPL-1.2
"""The inwoners of the demo region: who they are, where they lived, what help they were given.

All of it is drawn from a fixed seed, so that the same day gives the same region.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from random import Random
from typing import TypeVar

from app.demo.catalogue import (
    AANTAL_INWONERS,
    BUITEN_TWENTE,
    PROFIELEN,
    SAMEN14,
    Profiel,
    aanbieders_for,
)
from app.demo.client import Json
from app.domain.bsn import passes_eleven_proof
from app.domain.period import Periode
from app.domain.toewijzing import Intensiteit, Wet
from app.domain.woonplaats import Woonplaats

T = TypeVar("T")

SEED = 14

TEST_BSNS = range(999_910_000, 999_990_000)
"""Within the official test range, and clear of those that the documentation uses."""

BEHOEFTEN: tuple[tuple[int, Wet, tuple[str, ...]], ...] = (
    (16, "jeugdwet", ("OB1", "OB2", "OB3", "OB4", "OB5")),
    (18, "jeugdwet", ("OB2", "OB3", "OB5", "OB7")),
    (27, "wmo", ("OB6", "OB7")),
    (67, "wmo", ("OB5", "OB6", "OB8")),
    (200, "wmo", ("OB6", "OB8")),
)
"""Below which age (on the begindatum) which wet and profielen."""

LEEFTIJDEN = {(5, 15): 45, (16, 25): 15, (26, 66): 20, (67, 90): 20}
"""In which ages people are, of a hundred."""

LEVENSLOPEN = {
    "blijft": 66,
    "verhuist": 14,
    "vertrekt": 4,
    "komt": 5,
    "komt_met_spoed": 3,
    "raakt_uit_beeld": 4,
    "verblijft": 4,
}
"""What happens to people around their toewijzing, of a hundred."""

SPOED_REDEN = "Acute onveiligheid"

INTENSITEITEN: dict[Intensiteit, int] = {"licht": 45, "middel": 40, "zwaar": 15}
"""How heavy the needs are, of a hundred."""

FIRST_OF_MONTH = 0.5
"""The share of toewijzingen that begin on the first of a month."""

TWO_NEEDS = 0.4
"""The share of settled inwoners that get a second toewijzing, if of another profiel."""

VERWIJZERS = {
    "gemeente": 30,
    "huisarts": 40,
    "jeugdarts": 8,
    "gecertificeerde_instelling": 10,
    "medisch_specialist": 7,
    "zelfverwijzer": 3,
    "rechter": 2,
}
"""Who refers the young, of a hundred: more than half comes by another way than the gemeente."""


@dataclass(frozen=True, slots=True)
class Dossier:
    """An inwoner with the toewijzingen it gets, as this gemeente sends them to the API.

    The toewijzingen lack the inwonerId, which the API gives out.
    """

    gemeente: str
    inwoner: Json
    toewijzingen: tuple[Json, ...]


@dataclass(frozen=True, slots=True)
class Hulp:
    """A need that is met: what, under which wet, when."""

    wet: Wet
    profiel: Profiel
    periode: Periode


@dataclass(frozen=True, slots=True)
class Plaatsen:
    """Where the life of someone takes place: here, nearby and further away."""

    gemeente: str
    buur: str
    elders: str


def population(vandaag: date) -> list[Dossier]:
    """The dossiers of the region as it stands on this day."""
    rng = Random(SEED)
    gemeenten = [code for code, aantal in AANTAL_INWONERS.items() for _ in range(aantal)]
    bsns = islice(filter(passes_eleven_proof, map(str, TEST_BSNS)), len(gemeenten))
    return [
        _dossier(rng, vandaag, gemeente, bsn) for gemeente, bsn in zip(gemeenten, bsns, strict=True)
    ]


def _dossier(rng: Random, vandaag: date, gemeente: str, bsn: str) -> Dossier:
    geboren = draw_geboortedatum(rng, vandaag)
    levensloop = drawn(rng, LEVENSLOPEN)
    alle_hulp = _alle_hulp(rng, vandaag, geboren, settled=levensloop == "blijft")
    elders, buur = rng.choice(BUITEN_TWENTE), rng.choice([g for g in SAMEN14 if g != gemeente])
    plaatsen = Plaatsen(gemeente, buur, elders)
    woonplaatsen = draw_woonplaatsen(
        rng, vandaag, plaatsen, geboren, levensloop, alle_hulp[0].periode
    )
    inwoner = {
        "bsn": bsn,
        "geboortedatum": geboren.isoformat(),
        "woonplaatsen": [
            {"gemeente": w.gemeente, "vanaf": w.vanaf.isoformat(), "grondslag": w.grondslag}
            for w in woonplaatsen
        ],
    }
    spoed = {"reden": SPOED_REDEN} if levensloop == "komt_met_spoed" else None
    toewijzingen = (_toewijzing(rng, gemeente, hulp, spoed) for hulp in alle_hulp)
    return Dossier(gemeente, inwoner, tuple(toewijzingen))


def _alle_hulp(rng: Random, vandaag: date, geboren: date, *, settled: bool) -> list[Hulp]:
    """One need, or for some of those who stay where they are two."""
    alle_hulp = [_hulp(rng, vandaag, geboren, settled=settled)]
    if settled and rng.random() < TWO_NEEDS:
        andere = _hulp(rng, vandaag, geboren, settled=settled)
        if andere.profiel != alle_hulp[0].profiel:
            alle_hulp.append(andere)
    return alle_hulp


def _hulp(rng: Random, vandaag: date, geboren: date, *, settled: bool) -> Hulp:
    """Help that began or will begin; for those who do not stay settled, some time ago."""
    eerste = date(vandaag.year - 1, 1, 1)
    laatste = vandaag + timedelta(days=90 if settled else -60)
    begin = eerste + timedelta(days=rng.randint(0, (laatste - eerste).days))
    begin = begin.replace(day=1) if rng.random() < FIRST_OF_MONTH else begin
    wet, profielen = behoefte(geboren, begin)
    profiel = rng.choice(profielen)
    dagen = rng.randint(120, 270) if profiel.soort == "herstel" else rng.randint(180, 540)
    return Hulp(wet, profiel, Periode(begin, begin + timedelta(days=dagen)))


def draw_geboortedatum(rng: Random, vandaag: date) -> date:
    """When someone was born who asks for help."""
    jongst, oudst = drawn(rng, LEEFTIJDEN)
    return vandaag - timedelta(days=rng.randint(jongst * 366, oudst * 365))


def behoefte(geboren: date, begin: date) -> tuple[Wet, list[Profiel]]:
    """Under which wet someone of this age is helped, and with which profielen."""
    leeftijd = begin.year - geboren.year - ((begin.month, begin.day) < (geboren.month, geboren.day))
    wet, codes = next((wet, codes) for onder, wet, codes in BEHOEFTEN if leeftijd < onder)
    return wet, [profiel for profiel in PROFIELEN if profiel.code in codes]


def draw_woonplaatsen(
    rng: Random,
    vandaag: date,
    plaatsen: Plaatsen,
    geboren: date,
    levensloop: str,
    periode: Periode,
) -> list[Woonplaats]:
    """Where an inwoner lived: on the begindatum in this gemeente, unless there was spoed."""
    gemeente, buur, elders = plaatsen.gemeente, plaatsen.buur, plaatsen.elders
    begin, heden = periode.begindatum, min(periode.einddatum, vandaag)
    sinds = max(geboren, begin - timedelta(days=rng.randint(400, 4_000)))
    aankomst = begin - timedelta(days=rng.randint(10, 300))
    omslag = begin + timedelta(days=rng.randint(1, max(1, (heden - begin).days)))
    thuis, daarginds = Woonplaats(gemeente, sinds, "brp"), Woonplaats(elders, sinds, "brp")
    return {
        "blijft": [thuis],
        "verhuist": [thuis, Woonplaats(buur, omslag, "brp")],
        "vertrekt": [thuis, Woonplaats(elders, omslag, "brp")],
        "komt": [daarginds, Woonplaats(gemeente, aankomst, "brp")],
        "komt_met_spoed": [daarginds, Woonplaats(gemeente, omslag, "brp")],
        "raakt_uit_beeld": [thuis, Woonplaats(None, omslag, "onbekend")],
        "verblijft": [thuis, Woonplaats(gemeente, omslag, "verblijf")],
    }[levensloop]


def _toewijzing(rng: Random, gemeente: str, hulp: Hulp, spoed: Json | None) -> Json:
    plan = hulp.periode.begindatum - timedelta(days=rng.randint(3, 30))
    return {
        "gemeente": gemeente,
        "wet": hulp.wet,
        "profiel": hulp.profiel.code,
        "intensiteit": drawn(rng, INTENSITEITEN),
        "aanbieder": rng.choice(aanbieders_for(hulp.profiel.code, gemeente)).agb,
        "begindatum": hulp.periode.begindatum.isoformat(),
        "einddatum": hulp.periode.einddatum.isoformat(),
        "beoogdeResultaten": [
            {
                "resultaat": hulp.profiel.resultaat,
                "onderbouwing": f"Ondersteuningsplan van {plan}, met de inwoner besproken",
            }
        ],
        "verwijzer": drawn(rng, VERWIJZERS) if hulp.wet == "jeugdwet" else "gemeente",
        "spoed": spoed,
    }


def drawn(rng: Random, weights: Mapping[T, int]) -> T:
    """One of these, each as often as its weight says."""
    return rng.choices(list(weights), list(weights.values()))[0]
