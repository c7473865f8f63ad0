# SPDX-License-Identifier: EUPL-1.2
"""What is sent and told about residence by law."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Literal

from asyncpg import Record
from pydantic import Field, field_validator
from pydantic_core.core_schema import ValidationInfo

from app.api.models import Datum, GemeenteCode, InputModel, OutputModel, Tijdstip, example, refusal
from app.api.pages import Page, QueryModel, page_example
from app.api.surroundings import OoitGemeente, check_held
from app.domain.toewijzing import Wet
from app.domain.woongeschiedenis import (
    WITH_GEMEENTE,
    Adres,
    Adressoort,
    Verblijf,
    Verblijfsoort,
    Woongeschiedenis,
)
from app.domain.woonplaats import BEGINNING, FOREVER, Grondslag, Woonplaats, tile
from app.domain.woonplaatsbeginsel import WETTEN, Grond, Toerekening

INVOER_EXAMPLE: dict[str, Any] = {
    "adressen": [
        {"gemeente": "0153", "vanaf": "2014-03-09", "soort": "woonadres"},
        {"gemeente": "0141", "vanaf": "2026-05-15", "soort": "woonadres"},
    ],
    "verblijven": [
        {
            "soort": "pleegouder",
            "begindatum": "2026-05-15",
            "einddatum": None,
            "gemeenteAanmelding": None,
        }
    ],
    "gemeenteMoederBijGeboorte": None,
    "gemeenteWerkelijkVerblijf": None,
}
TOEREKENING_EXAMPLE = {
    "vanaf": "2026-05-15",
    "totEnMet": None,
    "gemeente": "0153",
    "grondslag": "verblijf",
    "artikel": "Jeugdwet art. 1.1",
    "stap": 2,
    "uitleg": "Stap 2: verblijf sinds 2026-05-15, aaneengesloten. Het woonadres onmiddellijk "
    "daarvoor was in gemeente 0153.",
}
OPGAVE_EXAMPLE = {
    "geregistreerdOp": "2026-06-01T09:30:00.000000Z",
    "geregistreerdDoor": "toegang-0153",
}


WOONOPGAVE_EXAMPLE = {
    "volgnummer": 2,
    "soort": "woongeschiedenis",
    "woonplaatsen": None,
    "woongeschiedenis": INVOER_EXAMPLE,
    "verantwoordelijk": {"jeugdwet": [TOEREKENING_EXAMPLE], "wmo": [TOEREKENING_EXAMPLE]},
    **OPGAVE_EXAMPLE,
}

Bron = Literal["woonplaatsen", "woongeschiedenis"]


class AdresInvoer(InputModel):
    """Een adres volgens de BRP, tot het volgende begint.

    Een woonadres waarvan is aangetekend dat hij er niet woont (Wet BRP art. 2.26) is onbekend.
    """

    gemeente: OoitGemeente | None = None
    vanaf: Datum
    soort: Adressoort

    @field_validator("vanaf")
    @classmethod
    def _gemeente_was_there(cls, vanaf: date, info: ValidationInfo) -> date:
        check_held(info.data.get("gemeente"), vanaf)
        return vanaf

    @field_validator("soort")
    @classmethod
    def _gemeente_fits(cls, soort: Adressoort, info: ValidationInfo) -> Adressoort:
        if "gemeente" in info.data and (info.data["gemeente"] is None) == (soort in WITH_GEMEENTE):
            raise refusal(
                "gemeente_past_niet",
                "Een woonadres of briefadres heeft een gemeente; onbekend en buitenland niet.",
            )
        return soort


class VerblijfInvoer(InputModel):
    """Een verblijf buitenshuis, beide dagen meegeteld; zonder einddatum loopt het door."""

    soort: Verblijfsoort
    begindatum: Datum
    einddatum: Datum | None = None
    gemeente_aanmelding: OoitGemeente | None = Field(
        default=None,
        description="Bij beschermd wonen: tot welke gemeente de inwoner zich wendde; zonder is dat "
        "de gemeente die dit vastlegt.",
    )

    @field_validator("gemeente_aanmelding")
    @classmethod
    def _only_for_beschermd_wonen(cls, code: str | None, info: ValidationInfo) -> str | None:
        if code and "soort" in info.data and info.data["soort"] != "beschermd_wonen":
            raise refusal(
                "alleen_beschermd_wonen", "Dit wordt alleen bij beschermd wonen gebruikt."
            )
        if "begindatum" in info.data:
            check_held(code, info.data["begindatum"])
        return code


class WoongeschiedenisInvoer(InputModel):
    """Waar een inwoner woonde en verbleef. Zonder adressen kent de BRP hem niet."""

    adressen: Annotated[list[AdresInvoer], Field(max_length=1_000)]
    verblijven: Annotated[list[VerblijfInvoer], Field(max_length=1_000, default_factory=list)]
    gemeente_moeder_bij_geboorte: OoitGemeente | None = Field(
        default=None, description="Waar de moeder bij de geboorte was ingeschreven."
    )
    gemeente_werkelijk_verblijf: OoitGemeente | None = Field(
        default=None, description="Waar de jeugdige werkelijk verbleef bij de hulpvraag."
    )

    model_config = example(INVOER_EXAMPLE)

    def leven(self, geboortedatum: date, registratie: str) -> Woongeschiedenis:
        """What decides about residence, for someone born on this day."""
        return Woongeschiedenis(
            geboortedatum,
            registratie,
            [Adres(a.gemeente, a.vanaf, a.soort) for a in self.adressen],
            [
                Verblijf(v.soort, v.begindatum, v.einddatum, v.gemeente_aanmelding)
                for v in self.verblijven
            ],
            self.gemeente_moeder_bij_geboorte,
            self.gemeente_werkelijk_verblijf,
        )


class Tijdruimte(OutputModel):
    """Wie verantwoordelijk is in een periode, en waarom; null: open, of niet vastgesteld."""

    vanaf: Datum | None
    tot_en_met: Datum | None
    gemeente: GemeenteCode | None
    grondslag: Grondslag
    artikel: str | None
    stap: int | None = Field(description="Van Jeugdwet art. 1.1, waar een stap beslist.")
    uitleg: str

    model_config = example(TOEREKENING_EXAMPLE)


class Verantwoordelijk(OutputModel):
    """Wie verantwoordelijk is, per wet: elke dag valt in precies één periode."""

    jeugdwet: list[Tijdruimte]
    wmo: list[Tijdruimte]


class Vastgelegd(OutputModel):
    """Wanneer en door wie iets over een woonplaats is vastgelegd; null: bij de registratie."""

    geregistreerd_op: Tijdstip
    geregistreerd_door: str | None


class WoongeschiedenisUitvoer(Vastgelegd):
    """De woongeschiedenis van een inwoner, met wie daaruit volgens de wet verantwoordelijk is."""

    adressen: list[AdresInvoer]
    verblijven: list[VerblijfInvoer]
    gemeente_moeder_bij_geboorte: GemeenteCode | None
    gemeente_werkelijk_verblijf: GemeenteCode | None
    verantwoordelijk: Verantwoordelijk

    model_config = example(
        {
            **INVOER_EXAMPLE,
            "verantwoordelijk": {"jeugdwet": [TOEREKENING_EXAMPLE], "wmo": [TOEREKENING_EXAMPLE]},
            **OPGAVE_EXAMPLE,
        }
    )


class WoonplaatsOpDag(Tijdruimte, Vastgelegd):
    """De verantwoordelijke gemeente op een dag, met de periode waarin dat zo blijft."""

    wet: Wet
    peildatum: Datum
    bron: Bron

    model_config = example(
        {
            "wet": "jeugdwet",
            "peildatum": "2026-07-01",
            **TOEREKENING_EXAMPLE,
            "bron": "woongeschiedenis",
            **OPGAVE_EXAMPLE,
        }
    )


class Woonopgave(Vastgelegd):
    """Wat over een woonplaats is vastgelegd: met de hand, of een woongeschiedenis."""

    volgnummer: int
    soort: Bron
    woonplaatsen: list[dict[str, Any]] | None
    woongeschiedenis: WoongeschiedenisInvoer | None
    verantwoordelijk: Verantwoordelijk

    model_config = example(WOONOPGAVE_EXAMPLE)


class WoonopgavenPagina(Page):
    """Een pagina opgaven, de oudste eerst; de laatste geldt."""

    results: list[Woonopgave]

    model_config = page_example(WOONOPGAVE_EXAMPLE)


class BekendQuery(QueryModel):
    """Desgewenst zoals bekend op een eerder tijdstip."""

    bekend_op: Tijdstip | None = None


class WoonplaatsQuery(BekendQuery):
    """Voor welke wet, en op welke dag; zonder vandaag."""

    wet: Wet
    peildatum: Datum | None = None


def derived(periods: Sequence[Toerekening]) -> list[Tijdruimte]:
    """Periods as they are told and kept."""
    return [
        Tijdruimte(
            vanaf=None if p.vanaf == BEGINNING else p.vanaf,
            tot_en_met=None if p.tot_en_met == FOREVER else p.tot_en_met,
            gemeente=p.grond.gemeente,
            grondslag=p.grond.grondslag,
            artikel=p.grond.artikel,
            stap=p.grond.stap,
            uitleg=p.grond.uitleg,
        )
        for p in periods
    ]


def verantwoordelijk_of(row: Record) -> Verantwoordelijk:
    """Who is responsible by what was said: as it was derived then, or as it was set by hand."""
    if row["afleiding"] is not None:
        return Verantwoordelijk.model_validate(row["afleiding"])
    per_wet = {
        wet: derived(
            [
                Toerekening(t.vanaf, t.tot_en_met, _by_hand(t.gemeente, t.grondslag))
                for t in tile(
                    [
                        Woonplaats(w["gemeente"], date.fromisoformat(w["vanaf"]), w["grondslag"])
                        for w in row["invoer"]
                        if w.get("wet", wet) == wet
                    ]
                )
            ]
        )
        for wet in WETTEN
    }
    return Verantwoordelijk.model_validate(per_wet)


def opgave_of(row: Record) -> Woonopgave:
    """What was said of residence."""
    by_hand = row["soort"] == "woonplaatsen"
    return Woonopgave(
        volgnummer=row["volgnummer"],
        soort=row["soort"],
        woonplaatsen=row["invoer"] if by_hand else None,
        woongeschiedenis=None if by_hand else row["invoer"],
        verantwoordelijk=verantwoordelijk_of(row),
        geregistreerd_op=row["geregistreerd_op"],
        geregistreerd_door=row["geregistreerd_door"],
    )


def _by_hand(gemeente: str | None, grondslag: Grondslag) -> Grond:
    uitleg = (
        f"Vastgelegd door de gemeente, met grondslag {grondslag}."
        if gemeente
        else "De gemeente heeft voor deze dagen geen woonplaats vastgesteld."
    )
    return Grond(gemeente, grondslag, None, None, uitleg)
