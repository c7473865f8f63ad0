# SPDX-License-Identifier: EUPL-1.2
"""Whether a toewijzing may be given: the grounds for refusing one, in their fixed order."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from app.domain.errors import Conflict, Fault
from app.domain.omvang import EENHEDEN, Eenheid, Omvang
from app.domain.period import Periode

Wet = Literal["jeugdwet", "wmo"]
Intensiteit = Literal["licht", "middel", "zwaar"]
MOST_YEARS = 25
"""A toewijzing runs at most into so many calendar years after that of its begindatum."""


@dataclass(frozen=True, slots=True)
class Aanvraag:
    """What is asked for, as far as it decides between yes and no."""

    gemeente: str
    wet: Wet
    profiel: str
    intensiteit: Intensiteit
    aanbieder: str
    periode: Periode
    spoed: bool
    omvang: Omvang | None = None


@dataclass(frozen=True, slots=True)
class Raamovereenkomst:
    """The contract of the aanbieder that is in force on the begindatum.

    Of the gemeenten and profielen it covers then, those that are asked about will do.
    """

    nummer: int
    gemeenten: frozenset[str]
    profielen: frozenset[str]
    declaratietermijn_maanden: int
    is_opgeschort: bool = False


@dataclass(frozen=True, slots=True)
class Tarief:
    """The one price of a profiel and intensiteit on the begindatum, in cents."""

    bedrag_centen: int
    vanaf: date
    tarieflijst: int


@dataclass(frozen=True, slots=True)
class Feiten:
    """What is known on the begindatum. None: there is none, or it is not established.

    Who `blijft_wonen` has the same woonplaats, be it one not established, all through the period.
    """

    wetten: frozenset[str]
    bekostiging: str
    raamovereenkomst: Raamovereenkomst | None
    woonplaats: str | None
    tarief: Tarief | None
    overlapt: int | None
    blijft_wonen: bool = False
    taakopdracht: int | None = None
    eenheid: Eenheid | None = None


def admit(aanvraag: Aanvraag, feiten: Feiten) -> tuple[Raamovereenkomst, Tarief]:
    """The contract and the tarief under which the toewijzing is given.

    Raises Conflict with the first ground that applies. Residence that is not established is no
    ground: help does not wait for the registers, the declaratie does.
    Bron: Koersdocument integrale inkoop (contract, one price, woonplaats); Jeugdwet art. 1.1.
    """
    for ground in _grounds(aanvraag, feiten):
        raise ground
    assert feiten.raamovereenkomst is not None
    assert feiten.tarief is not None
    return feiten.raamovereenkomst, feiten.tarief


def overlapping() -> Conflict:
    """The refusal of a second toewijzing of the same profiel by the same aanbieder."""
    return Conflict(
        "overlappende_toewijzing",
        "Deze inwoner heeft in deze periode al een toewijzing van dit profiel bij deze aanbieder.",
    )


def _grounds(a: Aanvraag, f: Feiten) -> Iterator[Conflict]:
    yield from _grounds_of_profiel(a, f)
    contract = f.raamovereenkomst
    if contract is None:
        yield Conflict(
            "geen_raamovereenkomst",
            f"Aanbieder {a.aanbieder} heeft op {a.periode.begindatum} geen raamovereenkomst.",
        )
    elif contract.is_opgeschort:
        yield Conflict(
            "raamovereenkomst_opgeschort",
            f"Raamovereenkomst {contract.nummer} is op {a.periode.begindatum} opgeschort.",
        )
    elif a.gemeente not in contract.gemeenten:
        yield Conflict(
            "gemeente_niet_gecontracteerd",
            f"Raamovereenkomst {contract.nummer} geldt niet voor gemeente {a.gemeente}.",
        )
    elif a.profiel not in contract.profielen:
        yield Conflict(
            "profiel_niet_gecontracteerd",
            f"Raamovereenkomst {contract.nummer} geldt niet voor profiel {a.profiel}.",
        )
    if f.woonplaats not in (None, a.gemeente) and not a.spoed:
        yield Conflict(
            "andere_gemeente_verantwoordelijk",
            f"Op {a.periode.begindatum} is gemeente {f.woonplaats} verantwoordelijk. "
            "Verwijs daarheen, of geef bij spoed de reden op.",
        )
    if f.tarief is None:
        yield Conflict(
            "geen_tarief",
            f"Profiel {a.profiel} {a.intensiteit} heeft op {a.periode.begindatum} geen tarief.",
        )
    if f.overlapt is not None:
        yield overlapping()


def _grounds_of_profiel(a: Aanvraag, f: Feiten) -> Iterator[Conflict]:
    if a.wet not in f.wetten:
        yield Conflict("profiel_niet_voor_wet", f"Profiel {a.profiel} geldt niet voor de {a.wet}.")
    if f.bekostiging == "taakgericht":
        yield Conflict(
            "bekostiging_niet_ondersteund",
            f"Profiel {a.profiel} is taakgericht: het wordt betaald uit een taakopdracht, zonder "
            "toewijzing per inwoner.",
        )
    elif f.bekostiging == "inspanningsgericht":
        yield from _grounds_of_omvang(a, f)
    elif a.omvang is not None:
        reason = f"Profiel {a.profiel} is outputgericht: de prijs hangt niet van een omvang af."
        yield _of_field("omvang", "omvang_niet_toegestaan", reason)
    if f.taakopdracht is not None:
        yield Conflict(
            "binnen_taakopdracht",
            f"Deze hulp valt in deze periode onder taakopdracht {f.taakopdracht} van de gemeente "
            "en wordt daaruit betaald.",
        )


def _grounds_of_omvang(a: Aanvraag, f: Feiten) -> Iterator[Conflict]:
    if f.eenheid is None:
        yield Conflict(
            "profiel_zonder_eenheid",
            f"Profiel {a.profiel} zegt niet in welke eenheid het wordt geleverd.",
        )
    elif a.omvang is None:
        reason = f"Profiel {a.profiel} is inspanningsgericht: geef volume, eenheid en frequentie."
        yield _of_field("omvang", "omvang_ontbreekt", reason)
    elif a.omvang.eenheid != f.eenheid:
        reason = f"Profiel {a.profiel} wordt geleverd per {EENHEDEN[f.eenheid]} ({f.eenheid})."
        yield _of_field("omvang.eenheid", "eenheid_ongelijk", reason)


def _of_field(name: str, code: str, reason: str) -> Conflict:
    return Conflict(code, reason, (Fault(name, code, reason),))
