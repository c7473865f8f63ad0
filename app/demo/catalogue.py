# SPDX-License-Identifier: EUPL-1.2
"""The catalogue of the demo region: made up, and labelled so wherever the API shows it.

The profielen, their prices and the aanbieders do not exist; the gemeenten do.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from app.demo.client import Json
from app.domain.money import round_half_up
from app.domain.omvang import EENHEDEN, Eenheid
from app.domain.toewijzing import Wet
from app.pricing.betaalplan import Soort
from app.pricing.tarief import INTENSITEITEN

STARTAANDEEL = "0.70"

PRIJSVERSCHIL = {-1: Decimal("-0.04"), 0: Decimal("0.00"), 1: Decimal("0.035")}
"""How far the prices of last, this and next year are from those below, which are this year's."""


@dataclass(frozen=True, slots=True)
class Profiel:
    """A profiel with this year's prices (licht, middel, zwaar, in cents) and what it aims at.

    With an eenheid it is inspanningsgericht, and its prices are for one of that.
    """

    code: str
    naam: str
    wetten: tuple[Wet, ...]
    soort: Soort
    prijzen_centen: tuple[int, int, int]
    resultaat: str
    eenheid: Eenheid | None = None

    @property
    def invoer(self) -> Json:
        """As PUT /profielen takes it."""
        if self.eenheid:
            return self._by_volume(self.eenheid)
        per_jaar = "; tarief per jaar" if self.soort == "duurzaam" else ""
        return {
            "naam": self.naam,
            "omschrijving": f"Illustratief voorbeeld, geen echt profiel ({self.soort}{per_jaar}).",
            "wetten": self.wetten,
            "soort": self.soort,
            "bekostiging": "outputgericht",
            "betaalplan": {"soort": "mijlpalen", "startaandeel": STARTAANDEEL}
            if self.soort == "herstel"
            else {"soort": "maandelijks"},
        }

    def _by_volume(self, eenheid: Eenheid) -> Json:
        per = EENHEDEN[eenheid]
        return {
            "naam": self.naam,
            "omschrijving": f"Illustratief voorbeeld, geen echt profiel (tarief per {per}).",
            "wetten": self.wetten,
            "soort": self.soort,
            "bekostiging": "inspanningsgericht",
            "bekostigingReden": "De inzet verschilt per week en laat zich vooraf niet vastleggen.",
            "betaalplan": {"soort": "wekelijks"},
            "eenheid": eenheid,
        }


PROFIELEN = (
    Profiel(
        "OB1",
        "Opvoeden en gezin",
        ("jeugdwet",),
        "herstel",
        (94_070, 242_478, 514_168),
        "De ouders voeden met vertrouwen op en vragen op tijd steun in de eigen kring",
    ),
    Profiel(
        "OB2",
        "Gedrag en ontwikkeling",
        ("jeugdwet",),
        "herstel",
        (110_544, 309_736, 655_144),
        "Gaat weer elke dag naar school",
    ),
    Profiel(
        "OB3",
        "Psychische klachten jeugd",
        ("jeugdwet",),
        "herstel",
        (94_096, 270_912, 624_544),
        "De klachten staan school, vrienden en slaap niet meer in de weg",
    ),
    Profiel(
        "OB4",
        "Leven met een beperking (jeugd)",
        ("jeugdwet",),
        "duurzaam",
        (146_672, 440_016, 959_990),
        "Doet thuis en op school mee zoals leeftijdgenoten, en het gezin houdt het vol",
    ),
    Profiel(
        "OB5",
        "Veilig en samen opgroeien (gezin)",
        ("jeugdwet", "wmo"),
        "herstel",
        (120_078, 316_416, 715_552),
        "Het is thuis veilig, en het gezin kan dat zelf zo houden",
    ),
    Profiel(
        "OB6",
        "Zelfstandig leven",
        ("wmo",),
        "duurzaam",
        (158_928, 507_358, 1_073_140),
        "Woont zelfstandig, met overzicht over post, geld en afspraken",
    ),
    Profiel(
        "OB7",
        "Meedoen van 16 tot 27 en daarna",
        ("jeugdwet", "wmo"),
        "duurzaam",
        (240_368, 654_390, 1_281_798),
        "Heeft een dagritme met opleiding, werk of dagbesteding die past",
    ),
    Profiel(
        "OB8",
        "Huishouden op orde",
        ("wmo",),
        "duurzaam",
        (284_666, 569_332, 860_620),
        "Het huis is schoon en leefbaar",
    ),
)

PER_UUR = Profiel(
    "IB1",
    "Begeleiding per uur",
    ("wmo",),
    "duurzaam",
    (5_680, 6_622, 7_480),
    "Houdt het huishouden met wekelijkse steun zelf gaande",
    eenheid="04",
)
"""The one profiel of the demo that is paid by volume."""

ALLE_PROFIELEN = (*PROFIELEN, PER_UUR)


def tarieflijst(dit_jaar: int, verschil: int) -> Json:
    """All prices from 1 January; `verschil` says how many years from this one (-1, 0 or 1)."""
    jaar, anders = dit_jaar + verschil, PRIJSVERSCHIL[verschil]
    label = f" ({anders:+.1%} ten opzichte van {dit_jaar})".replace(".", ",") if anders else ""
    return {
        "naam": f"Illustratieve tarieven {jaar}{label}",
        "vanaf": f"{jaar}-01-01",
        "tarieven": [
            {"profiel": profiel.code, "intensiteit": intensiteit, "bedragCenten": centen}
            for profiel in ALLE_PROFIELEN
            for intensiteit, centen in zip(INTENSITEITEN, _prices(profiel, anders), strict=True)
        ],
    }


def _prices(profiel: Profiel, anders: Decimal) -> Iterator[int]:
    for centen in profiel.prijzen_centen:
        yield round_half_up(centen * (1 + Fraction(anders)))


WACHTWEKEN = {
    "OB1": 4,
    "OB2": 7,
    "OB3": 11,
    "OB4": 9,
    "OB5": 2,
    "OB6": 6,
    "OB7": 5,
    "OB8": 3,
    "IB1": 1,
}
"""How long one waits for each profiel in the demo, give or take a few weeks per aanbieder."""

BORNE, ENSCHEDE, HAAKSBERGEN, HENGELO = "0147", "0153", "0158", "0164"
LOSSER, OLDENZAAL, DINKELLAND = "0168", "0173", "1774"
ALMELO, HELLENDOORN, TUBBERGEN, WIERDEN = "0141", "0163", "0183", "0189"
TWENTERAND, HOF_VAN_TWENTE, RIJSSEN_HOLTEN = "1700", "1735", "1742"

OOST = (BORNE, ENSCHEDE, HAAKSBERGEN, HENGELO, LOSSER, OLDENZAAL, DINKELLAND)
WEST = (ALMELO, HELLENDOORN, TUBBERGEN, WIERDEN, TWENTERAND, HOF_VAN_TWENTE, RIJSSEN_HOLTEN)
SAMEN14 = OOST + WEST

AANTAL_INWONERS = {
    ALMELO: 37,
    BORNE: 12,
    ENSCHEDE: 81,
    HAAKSBERGEN: 12,
    HELLENDOORN: 18,
    HENGELO: 41,
    LOSSER: 12,
    OLDENZAAL: 16,
    TUBBERGEN: 11,
    WIERDEN: 12,
    TWENTERAND: 17,
    HOF_VAN_TWENTE: 18,
    RIJSSEN_HOLTEN: 19,
    DINKELLAND: 14,
}
"""How many inwoners the demo registers in each, roughly in proportion to all who live there."""

BUITEN_TWENTE = ("0150", "0160", "0175", "0177", "0193", "0200", "0262", "0344", "1859")
"""Where some come from or go to: from Deventer and Hardenberg to Utrecht and Berkelland."""


@dataclass(frozen=True, slots=True)
class Aanbieder:
    """An aanbieder with the one contract it has; `looptijd_jaren` count from last year."""

    agb: str
    naam: str
    specialisaties: tuple[str, ...]
    profielen: tuple[str, ...]
    gemeenten: tuple[str, ...]
    looptijd_jaren: int

    @property
    def invoer(self) -> Json:
        """As PUT /aanbieders takes it."""
        return {
            "naam": self.naam,
            "specialisaties": self.specialisaties,
            "gemeenten": self.gemeenten,
        }

    def wachttijden(self, vandaag: date) -> Json:
        """As PUT /aanbieders/{agb}/wachttijden takes it."""
        langer = int(self.agb) % 4
        return {
            "peildatum": vandaag.isoformat(),
            "wachttijden": [
                {"profiel": profiel, "weken": WACHTWEKEN[profiel] + langer}
                for profiel in self.profielen
            ],
        }

    def kwaliteitscijfers(self, jaar: int) -> Json:
        """As PUT /aanbieders/{agb}/kwaliteitscijfers takes it; `jaar` is the current one."""
        return {
            "kwaliteitscijfers": [
                {
                    "periode": str(jaar - 1),
                    "indicator": "Cliënttevredenheid (rapportcijfer van 1 tot 10)",
                    "waarde": f"7.{int(self.agb) % 10}",
                    "bron": "Illustratief cijfer bij voorbeeldgegevens, nergens gepubliceerd",
                }
            ]
        }

    def raamovereenkomst(self, jaar: int) -> Json:
        """As POST /raamovereenkomsten takes it; `jaar` is the current one."""
        return {
            "aanbieder": self.agb,
            "profielen": self.profielen,
            "gemeenten": self.gemeenten,
            "begindatum": f"{jaar - 1}-01-01",
            "einddatum": f"{jaar + self.looptijd_jaren - 2}-12-31",
        }


AANBIEDERS = (
    Aanbieder(
        "99000001",
        "De Es Jeugdhulp",
        ("gezinsbegeleiding", "video-hometraining"),
        ("OB1", "OB2", "OB5"),
        SAMEN14,
        4,
    ),
    Aanbieder(
        "99000002",
        "Houtwal Gezinsbegeleiding",
        ("opvoedondersteuning", "gescheiden ouders"),
        ("OB1", "OB5"),
        OOST,
        4,
    ),
    Aanbieder(
        "99000003",
        "Zandkamp Jeugd-ggz",
        ("angst en dwang", "autisme", "EMDR"),
        ("OB2", "OB3"),
        SAMEN14,
        4,
    ),
    Aanbieder(
        "99000004", "Lindenhof Psychologen", ("somberheid", "rouw en verlies"), ("OB3",), WEST, 3
    ),
    Aanbieder(
        "99000005",
        "De Marke Begeleiding",
        ("licht verstandelijke beperking", "autisme", "dagbesteding"),
        ("OB4", "OB6", "OB7"),
        SAMEN14,
        5,
    ),
    Aanbieder(
        "99000006",
        "Holtkamp Thuis",
        ("huishoudelijke hulp", "regie op het huishouden"),
        ("OB8",),
        WEST,
        3,
    ),
    Aanbieder("99000007", "Vlasblom Huishouding", ("huishoudelijke hulp",), ("OB8",), OOST, 3),
    Aanbieder(
        "99000008",
        "Wiekslag Wonen en Werken",
        ("begeleid wonen", "arbeidsmatige dagbesteding"),
        ("OB6", "OB7"),
        OOST,
        4,
    ),
    Aanbieder(
        "99000009",
        "Stroomdal Jongeren",
        ("schoolverlaters", "ervaringsdeskundigen", "autisme"),
        ("OB2", "OB7"),
        WEST,
        3,
    ),
    Aanbieder(
        "99000010",
        "Noabers in Huis",
        ("ambulante begeleiding", "dementie", "huishoudelijke hulp"),
        ("IB1", "OB6", "OB8"),
        SAMEN14,
        5,
    ),
    Aanbieder(
        "99000011",
        "Kamp en Broek",
        ("meervoudige beperking", "logeren"),
        ("OB4",),
        (*OOST, ALMELO, HOF_VAN_TWENTE),
        4,
    ),
    Aanbieder(
        "99000012",
        "Boerkuil Gezinnen",
        ("gezinshuis", "multiprobleemgezinnen"),
        ("OB1", "OB2", "OB5"),
        WEST,
        3,
    ),
)


def aanbieders_for(
    profiel: str, gemeente: str, aanbieders: Iterable[Aanbieder] = AANBIEDERS
) -> list[Aanbieder]:
    """Who may help with this profiel here."""
    return [a for a in aanbieders if profiel in a.profielen and gemeente in a.gemeenten]
