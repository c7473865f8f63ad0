# SPDX-License-Identifier: EUPL-1.2
"""The real price (reële prijs): from the costs of a beroepskracht to an hour, to a price."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from app.domain.toewijzing import Wet
from app.pricing.opbouw import Bijdrage, Prijs, build_up, in_dutch, in_euros

MAANDEN = 12

ELEMENTEN: Mapping[Wet, Mapping[str, tuple[str, ...]]] = {
    "wmo": {
        "kosten van de beroepskracht": ("maandloon_centen", "vakantietoeslag", "werkgeverslasten"),
        "redelijke overheadkosten": ("overhead",),
        "niet-productieve uren": ("verlofuren", "ziekteuren", "scholingsuren", "overleguren"),
        "reis- en opleidingskosten": ("reis_en_opleiding_centen",),
        "indexatie": ("index",),
        "overige kosten door verplichtingen": ("verplichtingen_per_uur_centen",),
    },
    "jeugdwet": {
        "kosten van beroepskrachten": ("maandloon_centen", "vakantietoeslag", "werkgeverslasten"),
        "cliëntgebonden kosten anders dan van beroepskrachten": ("reis_en_opleiding_centen",),
        "overheadkosten": ("overhead",),
        "kosten voor indexering": ("index",),
    },
}
"""The elements that each law asks for, with the fields of a Functie that must not be zero untold.

Bron: Uitvoeringsbesluit Wmo 2015 art. 5.4; Besluit Jeugdwet art. 2.3 (Stb. 2024, 69).
Aanname: which field carries which element. Sinds: 0.2.0.
"""


@dataclass(frozen=True, slots=True)
class Functie:
    """What a beroepskracht costs in a year, and in how many hours; rates are fractions.

    `toelichtingen` gives the reasons for elements, by the name of the field.
    """

    naam: str
    maandloon_centen: int
    vakantietoeslag: Decimal
    eindejaarsuitkering: Decimal
    ort: Decimal
    werkgeverslasten: Decimal
    reis_en_opleiding_centen: int
    contracturen: Decimal
    verlofuren: Decimal
    ziekteuren: Decimal
    scholingsuren: Decimal
    overleguren: Decimal
    reisuren: Decimal
    overhead: Decimal
    verplichtingen_per_uur_centen: int
    clientgebonden_per_uur_centen: int
    risico: Decimal
    index: Decimal
    toelichtingen: Mapping[str, str]

    @property
    def niet_productief(self) -> Mapping[str, Decimal]:
        """The hours that are paid but not worked with inwoners, by the name of their field."""
        return {
            "verlofuren": self.verlofuren,
            "ziekteuren": self.ziekteuren,
            "scholingsuren": self.scholingsuren,
            "overleguren": self.overleguren,
            "reisuren": self.reisuren,
        }


def needs_reason(wet: Wet, veld: str) -> bool:
    """Whether a zero in this field is told nowhere unless a reason says why.

    Bron: see ELEMENTEN. Sinds: 0.2.0.

    >>> needs_reason("wmo", "overleguren"), needs_reason("jeugdwet", "overleguren")
    (True, False)
    """
    return any(veld in velden for velden in ELEMENTEN[wet].values())


def net_hours(contracturen: Decimal, *niet_productief: Decimal) -> Decimal:
    """The hours in a year that are left for inwoners.

    Bron: Uitvoeringsbesluit Wmo 2015 art. 5.4 (niet-productieve uren). Sinds: 0.2.0.

    >>> net_hours(Decimal(1878), Decimal(234), Decimal(104), Decimal(40), Decimal(80), Decimal(50))
    Decimal('1370')
    """
    return contracturen - sum(niet_productief, Decimal(0))


def price_hour(functie: Functie) -> Prijs:
    """The price of an hour of this functie in cents, and the euros per hour that add up to it.

    wage = month × 12 × (1 + vakantietoeslag + eindejaarsuitkering + ort); direct = wage ×
    (1 + werkgeverslasten) + reis en opleiding; hour = direct / net hours; price = (hour ×
    (1 + overhead) + verplichtingen + cliëntgebonden) × (1 + risico) × index, rounded half up once.
    Bron: Uitvoeringsbesluit Wmo 2015 art. 5.4; Besluit Jeugdwet art. 2.3. Aanname: the order of
    the steps, as the public cost price handbooks have it. Sinds: 0.2.0.
    """
    centen, opbouw = build_up(list(_parts_of_an_hour(functie)), "euro_per_uur")
    return Prijs(centen, opbouw)


def price_product(uren: Mapping[str, Decimal], uurtarieven: Mapping[str, int]) -> Prijs:
    """The price of a profiel in an intensiteit in cents: Σ hours × price of the hour, in cents.

    The hours are by functie, as are the prices. Rounded half up once.
    Bron: our choice; the law asks what a price is based on, not its form. Sinds: 0.2.0.

    >>> price_product({"hbo": Decimal("14.5")}, {"hbo": 6622}).bedrag_centen
    96019
    """
    bijdragen = [
        Bijdrage(
            naam,
            Fraction(aantal) * uurtarieven[naam] / 100,
            f"{in_dutch(aantal)} uur × {in_euros(uurtarieven[naam])} per uur",
        )
        for naam, aantal in uren.items()
    ]
    centen, opbouw = build_up(bijdragen, "euro")
    return Prijs(centen, opbouw)


def _parts_of_an_hour(functie: Functie) -> Iterator[Bijdrage]:
    """In euros per net hour, in the order of the formula."""
    subtotaal = Fraction(0)
    for part in _direct(functie):
        subtotaal += part.bedrag
        yield part
    surcharge = _in_percent(functie.overhead)
    yield _part(
        functie,
        "overhead",
        subtotaal * Fraction(functie.overhead),
        f"{surcharge} van het subtotaal",
    )
    subtotaal *= 1 + Fraction(functie.overhead)
    for veld in ("verplichtingen_per_uur_centen", "clientgebonden_per_uur_centen"):
        centen: int = getattr(functie, veld)
        yield _part(functie, veld, Fraction(centen, 100), f"{in_euros(centen)} per uur")
        subtotaal += Fraction(centen, 100)
    risico = Fraction(functie.risico)
    surcharge = _in_percent(functie.risico)
    yield _part(functie, "risico", subtotaal * risico, f"{surcharge} van het subtotaal")
    subtotaal *= 1 + risico
    yield _part(
        functie,
        "index",
        subtotaal * (Fraction(functie.index) - 1),
        f"subtotaal × ({in_dutch(functie.index)} - 1)",
    )


def _direct(functie: Functie) -> Iterator[Bijdrage]:
    """What the beroepskracht costs per hour of the contract, and on top for hours not worked."""
    contract = Fraction(functie.contracturen)
    loon = Fraction(functie.maandloon_centen * MAANDEN, 100) / contract
    uren = f"{in_dutch(functie.contracturen)} contracturen"
    maandloon = in_euros(functie.maandloon_centen)
    yield _part(functie, "maandloon_centen", loon, f"{maandloon} × {MAANDEN} maanden / {uren}")
    bruto = loon
    for veld in ("vakantietoeslag", "eindejaarsuitkering", "ort"):
        opslag: Decimal = getattr(functie, veld)
        yield _part(functie, veld, loon * Fraction(opslag), f"{_in_percent(opslag)} van het loon")
        bruto += loon * Fraction(opslag)
    lasten = bruto * Fraction(functie.werkgeverslasten)
    surcharge = _in_percent(functie.werkgeverslasten)
    yield _part(functie, "werkgeverslasten", lasten, f"{surcharge} van het loon met toeslagen")
    reis = Fraction(functie.reis_en_opleiding_centen, 100) / contract
    reiskosten = in_euros(functie.reis_en_opleiding_centen)
    yield _part(functie, "reis_en_opleiding_centen", reis, f"{reiskosten} per jaar / {uren}")
    yield from _hours_not_worked(functie, bruto + lasten + reis)


def _hours_not_worked(functie: Functie, per_contractuur: Fraction) -> Iterator[Bijdrage]:
    """Direct / net - direct / contract, told apart by what the hours went to."""
    netto = net_hours(functie.contracturen, *functie.niet_productief.values())
    for veld, aantal in functie.niet_productief.items():
        yield _part(
            functie,
            veld,
            per_contractuur * Fraction(aantal) / Fraction(netto),
            f"kosten per contractuur × {in_dutch(aantal)} / {in_dutch(netto)} netto-uren",
        )


def _part(functie: Functie, veld: str, bedrag: Fraction, grondslag: str) -> Bijdrage:
    return Bijdrage(veld, bedrag, grondslag, functie.toelichtingen.get(veld))


def _in_percent(fractie: Decimal) -> str:
    return f"{in_dutch(fractie * 100)} %"
