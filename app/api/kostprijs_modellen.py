# SPDX-License-Identifier: EUPL-1.2
"""What is asked of a real price, checked against the elements of its law, and worked out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any, ClassVar, Generic, Literal, TypeVar

from pydantic import Field, field_validator
from pydantic.alias_generators import to_camel
from pydantic_core.core_schema import ValidationInfo

from app.api.decimalen import Indexcijfer, Opslag, Uren
from app.api.kostprijs_voorbeelden import INVOER
from app.api.models import (
    MOST_CENTEN,
    Centen,
    InputModel,
    ProfielCode,
    Tekst,
    example,
    refusal,
    refuse_all,
)
from app.api.opbouw_modellen import (
    FunctieUitkomst,
    Kostprijs,
    OpbouwStap,
    ProductUitkomst,
    stap_of,
)
from app.domain.toewijzing import Intensiteit, Wet
from app.pricing.kostprijs import (
    Functie,
    needs_reason,
    net_hours,
    price_hour,
    price_product,
)
from app.pricing.opbouw import Prijs, Stap, in_euros

Reden = Annotated[str, Tekst(1_000, lines=True)]
Fault = tuple[tuple[str | int, ...], str, str]

GEEN = Decimal(0)
HOURS_LOST = ("verlofuren", "ziekteuren", "scholingsuren", "overleguren", "reisuren")
ZERO_UNTOLD = refusal(
    "toelichting_ontbreekt", "Een kostprijselement van nul vraagt een reden in toelichtingen."
)


class Toelichtingen(InputModel):
    """Per element een reden; verplicht bij een element van nul waar de wet naar vraagt."""

    maandloon_centen: Reden | None = None
    vakantietoeslag: Reden | None = None
    eindejaarsuitkering: Reden | None = None
    ort: Reden | None = None
    werkgeverslasten: Reden | None = None
    reis_en_opleiding_centen: Reden | None = None
    verlofuren: Reden | None = None
    ziekteuren: Reden | None = None
    scholingsuren: Reden | None = None
    overleguren: Reden | None = None
    reisuren: Reden | None = None
    overhead: Reden | None = None
    verplichtingen_per_uur_centen: Reden | None = None
    clientgebonden_per_uur_centen: Reden | None = None
    risico: Reden | None = None
    index: Reden | None = None


class FunctieInvoer(InputModel):
    """Wat een beroepskracht in een jaar kost, en hoeveel uur daar tegenover staat."""

    wet: ClassVar[Wet]

    naam: Annotated[str, Tekst(100)]
    toelichtingen: Toelichtingen = Toelichtingen()
    maandloon_centen: Centen
    vakantietoeslag: Opslag
    eindejaarsuitkering: Opslag
    ort: Opslag = GEEN
    werkgeverslasten: Opslag
    reis_en_opleiding_centen: Annotated[Centen, Field(description="Per jaar.")]
    verlofuren: Uren
    ziekteuren: Uren
    scholingsuren: Uren
    overleguren: Uren
    reisuren: Uren = GEEN
    contracturen: Annotated[Uren, Field(description="Betaalde uren per jaar.")]
    overhead: Opslag
    verplichtingen_per_uur_centen: Centen
    clientgebonden_per_uur_centen: Annotated[
        Centen,
        Field(description="Cliëntgebonden kosten anders dan van beroepskrachten, per uur."),
    ] = 0
    risico: Opslag = GEEN
    index: Indexcijfer

    @field_validator("*")
    @classmethod
    def _tells_why_it_is_zero(cls, value: Any, info: ValidationInfo) -> Any:
        veld, redenen = str(info.field_name), info.data.get("toelichtingen")
        untold = value == 0 and needs_reason(cls.wet, veld)
        if untold and redenen is not None and getattr(redenen, veld) is None:
            raise ZERO_UNTOLD
        return value

    @field_validator("contracturen")
    @classmethod
    def _leave_hours_for_inwoners(cls, contracturen: Uren, info: ValidationInfo) -> Uren:
        lost = [info.data[veld] for veld in HOURS_LOST if veld in info.data]
        if net_hours(contracturen, *lost) <= 0:
            raise refusal(
                "geen_netto_uren", "Er blijven geen uren over na verlof, ziekte en het overige."
            )
        return contracturen

    @cached_property
    def functie(self) -> Functie:
        """As `pricing` knows it."""
        redenen = self.toelichtingen.model_dump(by_alias=False, exclude_none=True)
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return Functie(**{**fields, "toelichtingen": redenen})

    @cached_property
    def uurtarief(self) -> Prijs:
        """What an hour costs."""
        return price_hour(self.functie)


class FunctieWmo(FunctieInvoer):
    """Een functie met de zes elementen van art. 5.4 Uitvoeringsbesluit Wmo 2015."""

    wet = "wmo"


class FunctieJeugdwet(FunctieInvoer):
    """Een functie met de vier elementen van art. 2.3 Besluit Jeugdwet."""

    wet = "jeugdwet"

    verplichtingen_per_uur_centen: Centen = 0


class ProductInvoer(InputModel):
    """Hoeveel uur van elke functie een profiel in een intensiteit vraagt."""

    profiel: ProfielCode
    intensiteit: Intensiteit
    uren: Annotated[dict[str, Uren], Field(min_length=1, max_length=100)]


F = TypeVar("F", bound=FunctieInvoer)


class Berekening(InputModel, Generic[F]):
    """De functies, en de producten die er met hun uren van worden gemaakt."""

    functies: Annotated[list[F], Field(min_length=1, max_length=100)]
    producten: Annotated[list[ProductInvoer], Field(default_factory=list, max_length=10_000)]

    @field_validator("functies")
    @classmethod
    def _name_each_once(cls, functies: list[F]) -> list[F]:
        refuse_all(_faults_of_functies(functies))
        return functies

    @field_validator("producten")
    @classmethod
    def _fit_the_functies(
        cls, producten: list[ProductInvoer], info: ValidationInfo
    ) -> list[ProductInvoer]:
        if "functies" in info.data:
            refuse_all(_faults_of_producten(producten, info.data["functies"]))
        return producten

    @cached_property
    def prijzen(self) -> Sequence[Prijs]:
        """The prices of the producten, in their order."""
        uurtarieven = _prices_of_hours(self.functies)
        return [price_product(product.uren, uurtarieven) for product in self.producten]


class BerekeningWmo(Berekening[FunctieWmo]):
    """Een berekening voor de Wmo: zes kostprijselementen."""

    wet: Literal["wmo"]

    model_config = example(INVOER)


class BerekeningJeugdwet(Berekening[FunctieJeugdwet]):
    """Een berekening voor de Jeugdwet: vier kostprijselementen."""

    wet: Literal["jeugdwet"]

    model_config = example({**INVOER, "wet": "jeugdwet"})


BerekeningInvoer = Annotated[BerekeningWmo | BerekeningJeugdwet, Field(discriminator="wet")]


def kostprijs_of(berekening: BerekeningWmo | BerekeningJeugdwet) -> Kostprijs:
    """The outcome with every step."""
    return Kostprijs(
        wet=berekening.wet,
        functies=[
            FunctieUitkomst(
                naam=functie.naam,
                uurtarief_centen=functie.uurtarief.bedrag_centen,
                opbouw=[_named_as_its_field(stap) for stap in functie.uurtarief.opbouw],
            )
            for functie in berekening.functies
        ],
        producten=[
            ProductUitkomst(
                profiel=product.profiel,
                intensiteit=product.intensiteit,
                bedrag_centen=prijs.bedrag_centen,
                opbouw=[stap_of(stap) for stap in prijs.opbouw],
            )
            for product, prijs in zip(berekening.producten, berekening.prijzen, strict=True)
        ],
    )


def kostprijs_faults(
    berekeningen: Sequence[BerekeningWmo | BerekeningJeugdwet],
    prijzen: Mapping[tuple[str, str], int],
) -> Iterator[Fault]:
    """Where calculations do not come out at the prices of the list that would carry them."""
    earlier: set[tuple[str, str]] = set()
    for number, berekening in enumerate(berekeningen):
        if not berekening.producten:
            yield (number, "producten"), "te_weinig", "Dit moeten er ten minste 1 zijn."
        for row, product in enumerate(berekening.producten):
            key, place = (product.profiel, product.intensiteit), (number, "producten", row)
            centen = berekening.prijzen[row].bedrag_centen
            if key in earlier:
                yield place, "dubbel_tarief", "Een andere berekening levert deze prijs al."
            elif key not in prijzen:
                yield place, "niet_op_lijst", "De lijst heeft geen prijs hiervoor."
            elif centen != prijzen[key]:
                yield (
                    place,
                    "bedrag_ongelijk",
                    f"De berekening komt uit op {in_euros(centen)}, de lijst op "
                    f"{in_euros(prijzen[key])}.",
                )
            earlier.add(key)


def _named_as_its_field(stap: Stap) -> OpbouwStap:
    return stap_of(replace(stap, element=to_camel(stap.element)))


def _prices_of_hours(functies: Sequence[FunctieInvoer]) -> Mapping[str, int]:
    return {functie.naam: functie.uurtarief.bedrag_centen for functie in functies}


def _faults_of_functies(functies: Sequence[FunctieInvoer]) -> Iterator[Fault]:
    earlier: set[str] = set()
    for number, functie in enumerate(functies):
        if functie.naam in earlier:
            yield (number, "naam"), "dubbele_naam", "Er is al een functie met deze naam."
        earlier.add(functie.naam)
        if functie.uurtarief.bedrag_centen > MOST_CENTEN:
            yield (number,), "te_groot", f"Een uur kost ten hoogste {in_euros(MOST_CENTEN)}."


def _faults_of_producten(
    producten: Sequence[ProductInvoer], functies: Sequence[FunctieInvoer]
) -> Iterator[Fault]:
    uurtarieven = _prices_of_hours(functies)
    earlier: set[tuple[str, str]] = set()
    for number, product in enumerate(producten):
        if (product.profiel, product.intensiteit) in earlier:
            yield (number,), "dubbel_tarief", "Dit profiel met deze intensiteit staat er al."
        earlier.add((product.profiel, product.intensiteit))
        unknown = sorted(product.uren.keys() - uurtarieven.keys())
        for naam in unknown:
            yield (number, "uren", naam), "functie_onbekend", "Er is geen functie met deze naam."
        if unknown:
            continue
        centen = price_product(product.uren, uurtarieven).bedrag_centen
        if centen < 1:
            yield (number, "uren"), "te_klein", "De prijs komt uit op nul."
        if centen > MOST_CENTEN:
            yield (number, "uren"), "te_groot", f"Een prijs is ten hoogste {in_euros(MOST_CENTEN)}."
