# SPDX-License-Identifier: EUPL-1.2
"""Advice on the intensiteit: from complexity, own effort and scores, by the rules of a table.

Scores say something about a person's health. They are in no text for people and in no log: a fault
names the onderdeel, an explanation the condition of the table.
"""

from typing import Annotated

from fastapi import Request
from pydantic import Field, field_validator
from pydantic_core.core_schema import ValidationInfo

from app.api.models import Code, InputModel, OutputModel, ProfielCode, example, refusal
from app.api.reasons import MOST_FAULTS, name_of
from app.api.route import Router, connection, operation
from app.db import intensiteit
from app.db.connection import Connection
from app.db.intensiteit import Gevonden, Tabel
from app.domain.errors import Conflict, Fault, Invalid, NotFound
from app.domain.intensiteit import (
    Advies,
    Complexiteit,
    EigenInzet,
    Situatie,
    advise,
    faults_in_scores,
)
from app.domain.toewijzing import Intensiteit

router = Router(tags=["Intensiteit"])

SITUATIE_EXAMPLE = {
    "tabel": "zrm-jeugd",
    "complexiteit": "meervoudig",
    "eigenInzetGemeente": "deels",
    "instrument": "zrm",
    "scores": {"huisvesting": 4, "huiselijke_relaties": 2, "geestelijke_gezondheid": 3},
}
ADVIES_EXAMPLE = {
    "advies": "middel",
    "tabel": "zrm-jeugd",
    "versie": 2,
    "waarom": [
        {
            "regel": 1,
            "voorwaarde": "ten minste 1 onderdeel scoort 1 of lager",
            "uitkomst": "zwaar",
            "reden": "Op een onderdeel is de nood acuut.",
            "beslist": False,
            "nietVoldaan": ["ten minste 1 onderdeel scoort 1 of lager"],
        },
        {
            "regel": 2,
            "voorwaarde": "complexiteit is enkelvoudig; eigen inzet van de gemeente is deels of "
            "veel",
            "uitkomst": "licht",
            "reden": "Eén vraag, en de gemeente doet zelf een deel.",
            "beslist": False,
            "nietVoldaan": ["complexiteit is enkelvoudig"],
        },
        {
            "regel": 3,
            "voorwaarde": "altijd",
            "uitkomst": "middel",
            "reden": "Geen van de andere regels past.",
            "beslist": True,
            "nietVoldaan": [],
        },
    ],
}


class SituatieInvoer(InputModel):
    """Waarover advies wordt gevraagd."""

    tabel: Code | None = Field(default=None, description="Zonder: de tabel van het profiel.")
    complexiteit: Complexiteit
    eigen_inzet_gemeente: EigenInzet = Field(
        description="Hoeveel de gemeente zelf in het gezin doet: dat vraagt een lagere "
        "intensiteit, nooit een andere prijs."
    )
    instrument: Code
    scores: Annotated[dict[str, int], Field(max_length=200)] = Field(
        description="De score van elk onderdeel van het instrument, op zijn schaal."
    )

    model_config = example(SITUATIE_EXAMPLE)

    def in_domain(self) -> Situatie:
        """This situation as the decision knows it."""
        return Situatie(self.complexiteit, self.eigen_inzet_gemeente, self.scores)


class AdviesInvoer(SituatieInvoer):
    """Waarover advies wordt gevraagd, met de tabel of het profiel dat de tabel bepaalt."""

    profiel: Annotated[ProfielCode | None, Field(validate_default=True)] = None

    model_config = example(SITUATIE_EXAMPLE)

    @field_validator("profiel")
    @classmethod
    def _names_a_table(cls, profiel: str | None, info: ValidationInfo) -> str | None:
        if profiel is None and info.data.get("tabel", "") is None:
            reason = "Noem een tabel, of een profiel dat er een heeft."
            raise refusal("verplicht", reason, "profiel")
        return profiel


class Overweging(OutputModel):
    """Een regel van de tabel, en waarom die wel of niet besliste."""

    regel: int
    voorwaarde: str
    uitkomst: Intensiteit
    reden: str
    beslist: bool
    niet_voldaan: list[str]


class Intensiteitsadvies(OutputModel):
    """De geadviseerde intensiteit, en elke regel tot en met de regel die besliste."""

    advies: Intensiteit
    tabel: Code
    versie: int
    waarom: list[Overweging]

    model_config = example(ADVIES_EXAMPLE)


class BewaardAdvies(OutputModel):
    """Een advies zoals het bij een toewijzing is bewaard."""

    tabel: Code
    versie: int
    complexiteit: Complexiteit
    eigen_inzet_gemeente: EigenInzet
    instrument: Code
    scores: dict[str, int]
    advies: Intensiteit

    model_config = example({**SITUATIE_EXAMPLE, "versie": 2, "advies": "middel"})


@router.post("/intensiteitsadviezen/_bereken", summary="Een intensiteit laten adviseren")
@operation(scopes=("toewijzingen:schrijven", "catalogus:schrijven"))
async def compute_advies(request: Request, invoer: AdviesInvoer) -> Intensiteitsadvies:
    """Adviseert licht, middel of zwaar en zegt waarom; er wordt niets vastgelegd."""
    tabel, advies = await find_advice(connection(request), invoer, invoer.profiel)
    return intensiteitsadvies_of(tabel, advies)


async def find_advice(
    db: Connection, invoer: SituatieInvoer, profiel: str | None, *place: str
) -> tuple[Tabel, Advies]:
    """The advice of the table that is named, or else that of the profiel.

    Raises Invalid, NotFound or Conflict; `place` is where the situation stands in the body.
    """
    gevonden = await intensiteit.find_rules(db, invoer.tabel, profiel, invoer.instrument)
    faults = _faults(invoer, gevonden, place)
    if faults:
        detail = "De scores passen niet op het instrument of de tabel."
        raise Invalid("scores_passen_niet", detail, tuple(faults[:MOST_FAULTS]))
    _check_all_known(invoer, profiel, gevonden, place)
    if gevonden.tabel is None:
        raise Conflict(
            "geen_intensiteitstabel",
            f"Profiel {profiel} heeft geen intensiteitstabel. Noem er een.",
        )
    return gevonden.tabel, advise(invoer.in_domain(), gevonden.tabel.regels)


def intensiteitsadvies_of(tabel: Tabel, advies: Advies) -> Intensiteitsadvies:
    """An advice as its caller reads it."""
    return Intensiteitsadvies(
        advies=advies.intensiteit,
        tabel=tabel.code,
        versie=tabel.versie,
        waarom=[
            Overweging(
                regel=stap.regel,
                voorwaarde=stap.voorwaarde,
                uitkomst=stap.uitkomst,
                reden=stap.reden,
                beslist=not stap.niet_voldaan,
                niet_voldaan=list(stap.niet_voldaan),
            )
            for stap in advies.waarom
        ],
    )


def _faults(invoer: SituatieInvoer, gevonden: Gevonden, place: tuple[str, ...]) -> list[Fault]:
    faults = []
    if gevonden.tabel and gevonden.tabel.instrument != invoer.instrument:
        reason = f"Deze tabel beslist over scores van {gevonden.tabel.instrument}."
        faults.append(Fault(name_of([*place, "instrument"]), "instrument_past_niet", reason))
    if gevonden.instrument:
        faults += [
            Fault(name_of([*place, "scores", fault.name]), fault.code, fault.reason)
            for fault in faults_in_scores(invoer.scores, gevonden.instrument)
        ]
    return faults


def _check_all_known(
    invoer: SituatieInvoer, profiel: str | None, gevonden: Gevonden, place: tuple[str, ...]
) -> None:
    named = (
        ((*place, "tabel"), "intensiteitstabel", not invoer.tabel or gevonden.tabel),
        (("profiel",), "profiel", profiel is None or gevonden.profiel_bekend),
        ((*place, "instrument"), "instrument", gevonden.instrument),
    )
    unknown = tuple(
        Fault(name_of(name), f"{noun}_niet_gevonden", f"Er is geen {noun} met deze code.")
        for name, noun, known in named
        if not known
    )
    if unknown:
        raise NotFound(unknown[0].code, " ".join(fault.reason for fault in unknown), unknown)
