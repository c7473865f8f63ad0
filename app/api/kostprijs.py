# SPDX-License-Identifier: EUPL-1.2
"""The real price: worked out for whoever asks, and shown with the list that carries it."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Body, Request
from pydantic import Field

from app.api.indexering_modellen import Indexering
from app.api.kostprijs_modellen import BerekeningInvoer, kostprijs_of
from app.api.kostprijs_voorbeelden import FUNCTIE, INVOER, PER_PRODUCT
from app.api.models import OutputModel, ProfielCode, example
from app.api.opbouw_modellen import FunctieUitkomst, Kostprijs, OpbouwStap
from app.api.route import Router, connection, operation
from app.api.tarieflijsten import TarieflijstId, sees_concepts
from app.db import catalogus, opbouw, tarieven
from app.domain.toewijzing import Intensiteit, Wet

router = Router(tags=["Tarieven"])


class TariefOpbouw(OutputModel):
    """Een prijs op de lijst, met de delen waaruit zij bestaat."""

    profiel: ProfielCode
    intensiteit: Intensiteit
    bedrag_centen: int
    berekening: Annotated[
        int | None, Field(description="Het volgnummer van de berekening waar zij uit komt.")
    ]
    opbouw: Annotated[list[OpbouwStap], Field(description="Leeg als de opbouw niet is vastgelegd.")]


class LijstBerekening(OutputModel):
    """Een kostprijsberekening zoals die met de lijst is vastgelegd."""

    volgnummer: int
    wet: Wet
    functies: list[FunctieUitkomst]
    invoer: Annotated[
        dict[str, Any],
        Field(description="Zoals ingestuurd; POST /tarieven/_bereken rekent haar na."),
    ]


class Lijstopbouw(OutputModel):
    """Waaruit de prijzen van een tarieflijst bestaan."""

    tarieflijst: int
    toelichting: str
    tarieven: list[TariefOpbouw]
    berekeningen: list[LijstBerekening]
    indexering: Indexering | None

    model_config = example(
        {
            "tarieflijst": 3,
            "toelichting": "Van 1 van de 1 prijzen is de opbouw vastgelegd.",
            "tarieven": [
                {
                    "profiel": "OB6",
                    "intensiteit": "licht",
                    "bedragCenten": 158928,
                    "berekening": 1,
                    "opbouw": PER_PRODUCT,
                }
            ],
            "berekeningen": [
                {"volgnummer": 1, "wet": "wmo", "functies": [FUNCTIE], "invoer": INVOER}
            ],
            "indexering": None,
        }
    )


@router.post("/tarieven/_bereken", summary="Een reële prijs berekenen")
@operation()
async def calculate_kostprijs(
    request: Request, invoer: Annotated[BerekeningInvoer, Body(examples=[INVOER])]
) -> Kostprijs:
    """Rekent uurtarieven en prijzen uit met elke stap; er wordt niets vastgelegd."""
    await catalogus.find_profiel_ids(connection(request), [p.profiel for p in invoer.producten])
    return kostprijs_of(invoer)


@router.get("/tarieflijsten/{id:int}/opbouw", summary="De opbouw van een tarieflijst opvragen")
@operation()
async def get_opbouw(request: Request, tarieflijst_id: TarieflijstId) -> Lijstopbouw:
    """Per prijs de delen waaruit zij bestaat, met de berekeningen of de indexering erachter."""
    db = connection(request)
    lijst = await tarieven.find_tarieflijst(db, tarieflijst_id, sees_concepts(request))
    prijzen = [TariefOpbouw(**row) for row in await opbouw.find_opbouw(db, tarieflijst_id)]
    berekeningen = await opbouw.find_berekeningen(db, tarieflijst_id)
    return Lijstopbouw(
        tarieflijst=tarieflijst_id,
        toelichting=_in_words(prijzen),
        tarieven=prijzen,
        berekeningen=[LijstBerekening(**row) for row in berekeningen],
        indexering=lijst["indexering"],
    )


def _in_words(prijzen: Sequence[TariefOpbouw]) -> str:
    recorded = sum(bool(prijs.opbouw) for prijs in prijzen)
    if not recorded:
        return "Bij deze lijst is geen opbouw van de prijzen vastgelegd."
    return f"Van {recorded} van de {len(prijzen)} prijzen is de opbouw vastgelegd."
