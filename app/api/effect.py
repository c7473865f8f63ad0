# SPDX-License-Identifier: EUPL-1.2
"""The effect of a tarieflijst on the costs of gemeenten, held against their budgets."""

import asyncio
from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Annotated, Self

from asyncpg import Record
from fastapi import Query, Request
from pydantic import Field, model_validator

from app.api.models import Datum, GemeenteCode, OutputModel, Percentage, example, refusal
from app.api.pages import QueryModel
from app.api.route import Router, connection, operation
from app.api.tarieflijsten import TarieflijstId
from app.db import effect, tarieven
from app.domain.period import Periode, add_months
from app.domain.toewijzing import Wet
from app.pricing.betaalplan import Betaalplan
from app.pricing.prijs import months_charged
from app.pricing.vergelijking import compare

router = Router(tags=["Tarieven"])

MONTHS_OF_REFERENCE = 12

EXAMPLE = {
    "tarieflijst": 3,
    "vanaf": "2026-01-01",
    "totEnMet": "2026-12-31",
    "budgetjaar": 2027,
    "huidigCenten": 110_544_000,
    "nieuwCenten": 116_027_000,
    "verschilCenten": 5_483_000,
    "verschilPercentage": "4.96",
    "regels": [
        {
            "gemeente": "0153",
            "wet": "jeugdwet",
            "huidigCenten": 110_544_000,
            "nieuwCenten": 116_027_000,
            "verschilCenten": 5_483_000,
            "verschilPercentage": "4.96",
            "budgetCenten": 120_000_000,
        }
    ],
}


class EffectQuery(QueryModel):
    """Over welke toewijzingen; zonder periode de twaalf maanden voor de vanaf van de lijst."""

    vanaf: Datum | None = Field(default=None, description="Samen met totEnMet.")
    tot_en_met: Datum | None = Field(default=None, description="Samen met vanaf.")

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if (self.vanaf is None) is not (self.tot_en_met is None):
            missing = "vanaf" if self.vanaf is None else "totEnMet"
            raise refusal("verplicht", "Geef vanaf en totEnMet samen, of geen van beide.", missing)
        if self.vanaf and self.tot_en_met and self.tot_en_met < self.vanaf:
            raise refusal("eind_voor_begin", "De datum totEnMet ligt voor vanaf.", "totEnMet")
        return self


class Vergelijking(OutputModel):
    """Wat toewijzingen kosten, en wat zij tegen de prijzen van de lijst zouden kosten."""

    huidig_centen: int = Field(description="Tegen de prijzen die bij toewijzing golden.")
    nieuw_centen: int = Field(description="Tegen de prijzen van de lijst, voor zover zij die kent.")
    verschil_centen: int
    verschil_percentage: Percentage | None


class EffectRegel(Vergelijking):
    """Het effect op een gemeente en een wet."""

    gemeente: GemeenteCode
    wet: Wet
    budget_centen: int | None = Field(description="Wat de gemeente voor het budgetjaar uittrok.")


class Effect(Vergelijking):
    """Het effect van een lijst, in totaal en per gemeente en wet; alleen sommen."""

    tarieflijst: int
    vanaf: Datum
    tot_en_met: Datum
    budgetjaar: int
    regels: list[EffectRegel]

    model_config = example(EXAMPLE)


@router.get("/tarieflijsten/{id:int}/effect", summary="Het effect van een tarieflijst")
@operation(scopes=("kosten:geaggregeerd",))
async def get_effect(
    request: Request, tarieflijst_id: TarieflijstId, query: Annotated[EffectQuery, Query()]
) -> Effect:
    """Wat de toewijzingen met een begindatum in de periode kosten, en met deze lijst zouden kosten.

    Een prijs die niet op de lijst staat, blijft zoals hij was; ingetrokken toewijzingen tellen
    niet mee. Het budget is dat van het jaar waarin de lijst ingaat. De regio ziet sommen per
    gemeente en wet, en nooit een persoon.
    """
    db = connection(request)
    lijst = await tarieven.find_tarieflijst(db, tarieflijst_id, concepts=True)
    periode = _reference(query, lijst["vanaf"])
    vanaf, tot_en_met = periode.begindatum, periode.einddatum
    stretches = await effect.find_stretches(db, tarieflijst_id, vanaf, tot_en_met)
    shares = await asyncio.to_thread(_shares_of_a_year, stretches)
    jaar = lijst["vanaf"].year
    rows = await effect.find_effect(db, tarieflijst_id, vanaf, tot_en_met, jaar, shares)
    huidig = sum(row["huidig_centen"] for row in rows)
    nieuw = sum(row["nieuw_centen"] for row in rows)
    return Effect(
        tarieflijst=tarieflijst_id,
        vanaf=vanaf,
        tot_en_met=tot_en_met,
        budgetjaar=jaar,
        regels=[_regel(row) for row in rows],
        **_compared(huidig, nieuw),
    )


def _reference(query: EffectQuery, vanaf_of_list: date) -> Periode:
    if query.vanaf and query.tot_en_met:
        return Periode(query.vanaf, query.tot_en_met)
    begin = add_months(vanaf_of_list, -MONTHS_OF_REFERENCE)
    return Periode(begin, vanaf_of_list - timedelta(days=1))


def _shares_of_a_year(
    stretches: Sequence[tuple[int, Periode, Betaalplan]],
) -> list[tuple[int, Periode, Fraction]]:
    return [
        (profiel, periode, months_charged(plan, periode) / 12)
        for profiel, periode, plan in stretches
    ]


def _compared(huidig: int, nieuw: int) -> dict[str, object]:
    verschil = compare(huidig, nieuw)
    return {
        "huidig_centen": huidig,
        "nieuw_centen": nieuw,
        "verschil_centen": verschil.centen,
        "verschil_percentage": verschil.percentage,
    }


def _regel(row: Record) -> EffectRegel:
    return EffectRegel.model_validate(
        {**row, **_compared(row["huidig_centen"], row["nieuw_centen"])}
    )
