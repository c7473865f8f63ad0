# SPDX-License-Identifier: EUPL-1.2
"""What is sent and told about the plan of a household and its versions."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from asyncpg import Record
from pydantic import Field, field_validator
from pydantic_core.core_schema import ValidationInfo

from app.api.logboek import note
from app.api.models import (
    AgbCode,
    Datum,
    InputModel,
    Nummer,
    NummerInPad,
    OutputModel,
    Tekst,
    Tijdstip,
    example,
    refusal,
    refuse_all,
)
from app.api.pages import Page, PageQuery, page_example
from app.api.surroundings import Verleden
from app.domain.plan import (
    Element,
    Elementsoort,
    Leveringsvorm,
    Resultaatstand,
    faults_in_element,
)

Planstatus = Literal["concept", "goedgekeurd", "afgesloten"]
Leefgebied = Literal[
    "thuis", "veiligheid", "gezondheid", "school", "werk", "financien", "vrije_tijd", "netwerk"
]
Resultaatnummer = Annotated[int, Field(strict=True, ge=1, le=999)]

INHOUD = {
    "huishouden": [341, 342],
    "regisseur": {"naam": "M. Jansen", "organisatie": "Wijkteam Noord", "aanbieder": None},
    "resultaten": [
        {
            "nummer": 1,
            "inwonerId": 341,
            "leefgebied": "school",
            "resultaat": "Gaat weer elke dag naar school",
            "onderbouwing": "Gesprek met ouders en school op 20 januari",
        }
    ],
    "elementen": [
        {
            "soort": "toewijzing",
            "omschrijving": "Begeleiding bij het opbouwen van schooldagen",
            "inwonerId": 341,
            "leveringsvorm": "zin",
            "toewijzingNummer": 1204,
            "resultaten": [1],
        },
        {
            "soort": "eigen_kracht",
            "omschrijving": "Vader brengt in de eerste weken",
            "inwonerId": None,
            "leveringsvorm": None,
            "toewijzingNummer": None,
            "resultaten": [1],
        },
    ],
    "evaluatiemomenten": ["2026-05-01", "2026-08-01"],
}
EXAMPLE = {
    "id": 21,
    "status": "goedgekeurd",
    "versie": 1,
    "goedgekeurdeVersie": 1,
    "inhoud": INHOUD,
    "momenten": [
        {"datum": "2026-05-01", "evaluatie": 1},
        {"datum": "2026-08-01", "evaluatie": None},
    ],
    "standen": [
        {
            "nummer": 1,
            "stand": "deels_bereikt",
            "toelichting": "Drie van de vijf dagen",
            "evaluatie": 1,
            "datum": "2026-05-04",
        }
    ],
    "aangemaaktOp": "2026-01-20T09:30:00.000000Z",
    "afgeslotenOp": None,
    "afsluitreden": None,
}


class Regisseur(InputModel):
    """Wie het plan regisseert; aanbieder is leeg wie niet van een aanbieder is."""

    naam: Annotated[str, Tekst(200)]
    organisatie: Annotated[str, Tekst(200)]
    aanbieder: AgbCode | None = None


class PlanResultaat(InputModel):
    """Een resultaat; zonder inwoner is het van het hele huishouden."""

    nummer: Resultaatnummer
    inwoner_id: Nummer | None = None
    leefgebied: Leefgebied
    resultaat: Annotated[str, Tekst(1_000, lines=True)]
    onderbouwing: Annotated[str, Tekst(4_000, lines=True)]


class PlanElement(InputModel):
    """Waarmee aan resultaten wordt gewerkt, door wie dan ook."""

    soort: Elementsoort
    omschrijving: Annotated[str, Tekst(2_000, lines=True)]
    inwoner_id: Nummer | None = None
    leveringsvorm: Leveringsvorm | None = None
    toewijzing_nummer: Nummer | None = None
    resultaten: Annotated[list[Resultaatnummer], Field(min_length=1, max_length=100)]

    def in_domain(self) -> Element:
        """The element as far as it must fit the rest of the plan."""
        return Element(
            self.soort,
            self.inwoner_id,
            self.leveringsvorm,
            self.toewijzing_nummer,
            self.resultaten,
        )


class PlanInvoer(InputModel):
    """Het plan van een huishouden: resultaten, elementen en wanneer wordt geëvalueerd."""

    huishouden: Annotated[list[Nummer], Field(min_length=1, max_length=50)]
    regisseur: Regisseur
    resultaten: Annotated[list[PlanResultaat], Field(min_length=1, max_length=100)]
    elementen: Annotated[list[PlanElement], Field(min_length=1, max_length=200)]
    evaluatiemomenten: Annotated[list[Datum], Field(min_length=1, max_length=100)]

    model_config = example(INHOUD)

    @field_validator("huishouden", "evaluatiemomenten")
    @classmethod
    def _names_each_once(cls, named: list[Any]) -> list[Any]:
        if len(set(named)) < len(named):
            raise refusal("dubbel_genoemd", "Noem elk één keer.")
        return named

    @field_validator("resultaten")
    @classmethod
    def _results_fit(
        cls, resultaten: list[PlanResultaat], info: ValidationInfo
    ) -> list[PlanResultaat]:
        refuse_all(_faults_of_results(resultaten, info.data.get("huishouden")))
        return resultaten

    @field_validator("elementen")
    @classmethod
    def _elements_fit(cls, elementen: list[PlanElement], info: ValidationInfo) -> list[PlanElement]:
        if "huishouden" in info.data and "resultaten" in info.data:
            nummers = [resultaat.nummer for resultaat in info.data["resultaten"]]
            refuse_all(
                ((place, fault.name), fault.code, fault.reason)
                for place, element in enumerate(elementen)
                for fault in faults_in_element(
                    element.in_domain(), info.data["huishouden"], nummers
                )
            )
        return elementen

    @property
    def toewijzingen(self) -> list[int]:
        """The numbers of the toewijzingen that its elements name."""
        return [e.toewijzing_nummer for e in self.elementen if e.toewijzing_nummer is not None]


def _faults_of_results(
    resultaten: list[PlanResultaat], huishouden: list[int] | None
) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    seen: set[int] = set()
    for place, resultaat in enumerate(resultaten):
        if resultaat.nummer in seen:
            yield (place, "nummer"), "dubbel_genoemd", "Twee resultaten hebben dit nummer."
        seen.add(resultaat.nummer)
        if huishouden and resultaat.inwoner_id not in (None, *huishouden):
            reason = "Deze inwoner hoort niet tot het huishouden van dit plan."
            yield (place, "inwonerId"), "buiten_huishouden", reason


class PlanWijziging(PlanInvoer):
    """Het hele plan zoals het wordt, en welke versie daarvoor is gezien."""

    versie: Nummer

    model_config = example({**INHOUD, "versie": 1})


class PlanGoedkeuringInvoer(InputModel):
    """Wie van het huishouden wanneer met welke versie instemde."""

    versie: Nummer
    datum: Verleden
    akkoord_van: Annotated[str, Tekst(500)]

    model_config = example({"versie": 1, "datum": "2026-01-22", "akkoordVan": "Beide ouders"})


class AfsluitingInvoer(InputModel):
    """Vanaf wanneer en waarom een plan niet meer loopt."""

    datum: Verleden
    reden: Annotated[str, Tekst(2_000, lines=True)]

    model_config = example({"datum": "2026-09-01", "reden": "Alle resultaten zijn bereikt"})


class Evaluatiemoment(OutputModel):
    """Een afgesproken moment, met het volgnummer van de evaluatie als die er is."""

    datum: Datum
    evaluatie: int | None


class Resultaatstanden(OutputModel):
    """Wat de laatste evaluatie van een resultaat zei."""

    nummer: int
    stand: Resultaatstand
    toelichting: str | None
    evaluatie: int
    datum: Datum


class Plan(OutputModel):
    """Het plan van een huishouden in zijn laatste versie, en wat ervan terechtkwam."""

    id: int
    status: Planstatus
    versie: int
    goedgekeurde_versie: int | None
    inhoud: PlanInvoer
    momenten: list[Evaluatiemoment]
    standen: list[Resultaatstanden]
    aangemaakt_op: Tijdstip
    afgesloten_op: Datum | None
    afsluitreden: str | None

    model_config = example(EXAMPLE)


class PlannenPagina(Page):
    """Een pagina plannen, op volgorde van maken."""

    results: list[Plan]

    model_config = page_example(EXAMPLE)


class PlannenQuery(PageQuery):
    """Waarop te zoeken; wat ontbreekt, doet niet mee."""

    inwoner_id: NummerInPad | None = None
    status: Planstatus | None = None


class Planversie(OutputModel):
    """Een versie van een plan, en wie ermee instemde."""

    versie: int
    inhoud: PlanInvoer
    opgesteld_op: Tijdstip
    goedgekeurd_op: Tijdstip | None
    akkoord_datum: Datum | None
    akkoord_van: str | None


class PlanversiesPagina(Page):
    """Een pagina versies, op volgorde."""

    results: list[Planversie]

    model_config = page_example(
        {
            "versie": 1,
            "inhoud": INHOUD,
            "opgesteldOp": "2026-01-20T09:30:00.000000Z",
            "goedgekeurdOp": "2026-01-22T10:00:00.000000Z",
            "akkoordDatum": "2026-01-22",
            "akkoordVan": "Beide ouders",
        }
    )


def plan_of(row: Record) -> Plan:
    """A plan as its gemeente reads it."""
    note(plan=row["id"])
    same = {key: row[key] for key in Plan.model_fields if key != "inhoud"}
    return Plan(**same, inhoud=PlanInvoer.model_validate(row["inhoud"]))


def planversie_of(row: Record) -> Planversie:
    """A version of a plan as its gemeente reads it."""
    note(plan=row["plan_id"])
    same = {key: row[key] for key in Planversie.model_fields if key != "inhoud"}
    return Planversie(**same, inhoud=PlanInvoer.model_validate(row["inhoud"]))
