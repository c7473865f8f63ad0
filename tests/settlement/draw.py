# SPDX-License-Identifier: EUPL-1.2
"""Declaraties drawn at random, with everything in them that can be right or wrong."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from app.db.connection import Connection
from app.domain.period import Periode
from tests.naive import Boeken, Regel, Termijn, Toewijzing, Verhuizing
from tests.settlement import region

GEMEENTEN = ("0153", "0141", "0180", "0363")
FIRST_DAY = date(2026, 1, 1)
DAYS = 700


@dataclass
class Draw:
    """Chance, and what it has to remember to draw lines that have to do with each other."""

    chance: Random
    boeken: Boeken
    ingediend: dict[str, list[Regel]] = field(default_factory=dict)
    volgnummer: int = 0

    def declaratie(self, aanbieder: str, aantal: int) -> tuple[list[Regel], date]:
        """So many lines of this aanbieder, shuffled and numbered, and the day they come in."""
        eerder = self.ingediend.setdefault(aanbieder, [])
        regels: list[Regel] = []
        while len(regels) < aantal:
            regels += self._lines(aanbieder, eerder + regels)
        self.chance.shuffle(regels)
        regels = [regel._replace(regelnummer=n) for n, regel in enumerate(regels, start=1)]
        eerder += regels
        return regels, self._day()

    def _day(self) -> date:
        """Mostly when nearly everything has ended; sometimes too early, sometimes too late."""
        soon, late = self.chance.randrange(DAYS), DAYS + self.chance.randrange(300)
        return FIRST_DAY + timedelta(days=self.chance.choice((soon, DAYS, DAYS, late)))

    def _lines(self, aanbieder: str, eerder: Sequence[Regel]) -> list[Regel]:
        """One line, or a few that belong together."""
        kans = self.chance.random()
        if not eerder or kans < 0.55:
            return [self._spoilt(self._debit(aanbieder))]
        named = self.chance.choice(eerder)
        if kans < 0.63:
            return [self._spoilt(self._again(named))]
        if kans < 0.66:
            return [named]
        credit = self._credit(aanbieder, named)
        if kans < 0.82:
            return [self._spoilt(credit)]
        if kans < 0.86:
            return [credit, self._again(credit)]
        return [credit, self._again(credit)._replace(credit=False)]

    def _debit(self, aanbieder: str) -> Regel:
        """Of a termijn that is free, where there is one; now and then of any, or of another's."""
        zuiver = self.chance.random() < 0.9
        claims = [
            (toewijzing, termijn)
            for toewijzing in self.boeken.toewijzingen.values()
            for termijn in toewijzing.termijnen
            if not zuiver or toewijzing.aanbieder == aanbieder
            if not zuiver or (toewijzing.nummer, termijn) not in self.boeken.toegekend
        ]
        toewijzing, termijn = self.chance.choice(claims)
        regel = region.line(0, self._referentie(), toewijzing, termijn)
        return _by_volume(self.chance, regel, toewijzing, termijn)

    def _credit(self, aanbieder: str, named: Regel) -> Regel:
        """Of a running grant, where there is one; now and then of any line sent before."""
        claims = [
            debet
            for (nummer, _), (debet, _) in self.boeken.toegekend.items()
            if self.boeken.toewijzingen[nummer].aanbieder == aanbieder
        ]
        if claims and self.chance.random() < 0.8:
            named = self.chance.choice(claims)
        return self._again(named)._replace(credit=True, vorige_referentie=named.referentie)

    def _again(self, regel: Regel) -> Regel:
        return regel._replace(referentie=self._referentie())

    def _referentie(self) -> str:
        self.volgnummer += 1
        return f"R{self.volgnummer}"

    def _spoilt(self, regel: Regel) -> Regel:
        """The line as it is, mostly; else with something wrong with it, or two things."""
        for spoil in SPOILS:
            if self.chance.random() < 0.03:
                regel = spoil(self.chance, regel)
        if self.chance.random() < 0.01:
            return regel._replace(toewijzing_nummer=self.chance.choice(region.TAKEN))
        return regel


def _by_volume(chance: Random, regel: Regel, toewijzing: Toewijzing, termijn: Termijn) -> Regel:
    """With a volume where one counts: mostly what may be asked, now and then a bit too much."""
    omvang = toewijzing.omvang
    if omvang is None:
        return regel
    most = omvang.maxima[toewijzing.termijnen.index(termijn)]
    volume, eenheid = chance.choice((most, chance.randrange(most + 1), most + 1)), omvang.eenheid
    if eenheid == "04" and chance.random() < 0.5:
        volume, eenheid = max(0, 60 * volume - chance.randrange(60)), "01"
    amount = omvang.amount(volume, eenheid)
    assert amount is not None
    return regel._replace(volume=volume, eenheid=eenheid, bedrag_centen=amount)


def _known_reference(chance: Random, regel: Regel) -> Regel:
    return regel._replace(referentie=f"R{chance.randrange(1, 50)}")


SPOILS: tuple[Callable[[Random, Regel], Regel], ...] = (
    _known_reference,
    lambda chance, regel: regel._replace(bedrag_centen=regel.bedrag_centen + chance.choice((1, 2))),
    lambda _, regel: regel._replace(einddatum=regel.einddatum + timedelta(days=1)),
    lambda chance, regel: regel._replace(mijlpaal=chance.choice(("start", "resultaat"))),
    lambda chance, regel: regel._replace(toewijzing_nummer=chance.randrange(1, 10**9)),
    lambda chance, regel: regel._replace(vorige_referentie=chance.choice((None, "R1", "niets"))),
    lambda chance, regel: regel._replace(volume=chance.choice((0, 1, 2, 1000)), eenheid="04"),
    lambda chance, regel: regel._replace(eenheid="16" if regel.eenheid else None),
    lambda chance, regel: regel._replace(volume=None, eenheid=None),
)


def draw_life(chance: Random) -> list[Verhuizing]:
    """Where an inwoner lived: some never move, some go back and forth, some days are unknown."""
    eerste = date(2000, 1, 1) if chance.random() < 0.9 else FIRST_DAY + timedelta(days=20)
    aantal = chance.choice((0, 0, 1, 1, 2, 3))
    verhuizingen = {FIRST_DAY + timedelta(days=chance.randrange(DAYS)) for _ in range(aantal)}
    return [
        (vanaf, chance.choice(GEMEENTEN) if chance.random() < 0.9 else None)
        for vanaf in sorted({eerste, *verhuizingen})
    ]


async def draw_region(db: Connection, chance: Random, aantal_inwoners: int) -> Boeken:
    """Inwoners with toewijzingen of every profiel, written down on both sides."""
    regio = await region.found(db)
    boeken = Boeken()
    for _ in range(aantal_inwoners):
        leven = draw_life(chance)
        inwoner = await region.register_inwoner(db, leven)
        boeken.woonplaatsen[inwoner] = leven
        for aanbieder in region.AANBIEDERS:
            for profiel in region.PROFIELEN:
                toewijzing = await region.allocate(
                    db, regio, inwoner, aanbieder, profiel, _period(chance), _tarief(chance)
                )
                boeken.toewijzingen[toewijzing.nummer] = toewijzing
    await region.give_tasks(db)
    boeken.taakopdrachten = dict(zip(region.AANBIEDERS, region.TAKEN, strict=True))
    return boeken


def _period(chance: Random) -> Periode:
    begin = FIRST_DAY + timedelta(days=chance.randrange(DAYS - 250))
    return Periode(begin, begin + timedelta(days=chance.choice((0, 27, 30, 90, 180, 250))))


def _tarief(chance: Random) -> int:
    return chance.choice((1, 2, 7, 100, 101, 482_000, 1_281_798, chance.randrange(1, 10**7)))


async def move_some(db: Connection, chance: Random, boeken: Boeken) -> None:
    """Write another life in the place of the one that was known, for some."""
    for inwoner in boeken.woonplaatsen:
        if chance.random() < 0.3:
            boeken.woonplaatsen[inwoner] = draw_life(chance)
            await region.move(db, inwoner, boeken.woonplaatsen[inwoner])
