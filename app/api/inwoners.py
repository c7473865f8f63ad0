# SPDX-License-Identifier: EUPL-1.2
"""Inwoners and where they live. Only the gemeente that registered an inwoner sees them."""

from datetime import date
from typing import Annotated

from asyncpg import Record
from fastapi import Path, Request, Response
from pydantic import AfterValidator, ConfigDict, Field, SecretStr, field_validator
from pydantic_core.core_schema import ValidationInfo

from app.api.bsn import seal_of
from app.api.logboek import note
from app.api.models import (
    Datum,
    GemeenteCode,
    InputModel,
    NummerInPad,
    OutputModel,
    example,
    refusal,
)
from app.api.route import Router, caller, connection, operation
from app.api.surroundings import OoitGemeente, Verleden, check_not_ended
from app.db import inwoners
from app.domain.bsn import passes_eleven_proof
from app.domain.errors import NotFound
from app.domain.toewijzing import Wet
from app.domain.woonplaats import Grondslag, Tijdvak, tile
from app.domain.woonplaats import Woonplaats as Verhuizing
from app.settlement import queue

router = Router(tags=["Inwoners"])

InwonerId = Annotated[NummerInPad, Path(alias="id")]

WOONPLAATSEN_EXAMPLE = [
    {"gemeente": "0153", "vanaf": "2019-06-01", "grondslag": "brp"},
    {"gemeente": "0141", "vanaf": "2026-05-15", "grondslag": "brp"},
]


def _is_bsn(value: SecretStr) -> SecretStr:
    if not passes_eleven_proof(value.get_secret_value()):
        raise refusal("ongeldig_bsn", "Dit is geen geldig burgerservicenummer (elfproef).")
    return value


Bsn = Annotated[SecretStr, AfterValidator(_is_bsn)]


class WoonplaatsVanaf(InputModel):
    """De gemeente van woonplaats vanaf een dag, tot de volgende begint; null: niet vastgesteld."""

    gemeente: OoitGemeente | None
    vanaf: Datum
    grondslag: Grondslag

    @field_validator("vanaf")
    @classmethod
    def _not_in_a_gemeente_that_is_gone(cls, vanaf: date, info: ValidationInfo) -> date:
        check_not_ended(info.data.get("gemeente"), vanaf)
        return vanaf

    @field_validator("grondslag")
    @classmethod
    def _unknown_means_none(cls, grondslag: Grondslag, info: ValidationInfo) -> Grondslag:
        if "gemeente" not in info.data:
            return grondslag
        if (info.data["gemeente"] is None) != (grondslag == "onbekend"):
            raise refusal(
                "grondslag_past_niet", "Zonder gemeente is de grondslag onbekend, en alleen dan."
            )
        return grondslag


class WoonplaatsenInvoer(InputModel):
    """Waar een inwoner woonde en woont; elke regel geldt tot de volgende begint."""

    woonplaatsen: Annotated[list[WoonplaatsVanaf], Field(max_length=1_000)]

    model_config = example({"woonplaatsen": WOONPLAATSEN_EXAMPLE})

    @field_validator("woonplaatsen")
    @classmethod
    def _begin_on_different_days(cls, value: list[WoonplaatsVanaf]) -> list[WoonplaatsVanaf]:
        if len({w.vanaf for w in value}) < len(value):
            raise refusal("dubbele_vanaf", "Twee woonplaatsen beginnen op dezelfde dag.")
        return value

    def tijdvakken(self) -> list[Tijdvak]:
        """The life of the inwoner in tiles."""
        return tile([Verhuizing(w.gemeente, w.vanaf, w.grondslag) for w in self.woonplaatsen])


class InwonerInvoer(WoonplaatsenInvoer):
    """Een inwoner zoals de gemeente hem registreert."""

    bsn: Bsn | None = Field(
        default=None, description="Wordt versleuteld bewaard en nooit teruggegeven."
    )
    geboortedatum: Verleden

    model_config = example(
        {
            "bsn": "999900006",
            "geboortedatum": "2014-03-09",
            "woonplaatsen": WOONPLAATSEN_EXAMPLE,
        }
    )


class ZoekInvoer(InputModel):
    """Het burgerservicenummer van wie wordt gezocht."""

    bsn: Bsn

    model_config = example({"bsn": "999900006"})


class Woonplaats(OutputModel):
    """De verantwoordelijke gemeente vanaf een dag, voor beide wetten."""

    model_config = ConfigDict(extra="forbid")

    gemeente: GemeenteCode | None
    vanaf: Datum
    grondslag: Grondslag


class WoonplaatsVoorWet(Woonplaats):
    """De verantwoordelijke gemeente vanaf een dag, voor één wet."""

    wet: Wet


class Inwoner(OutputModel):
    """Een inwoner, zonder burgerservicenummer.

    Volgt voor elke wet iets anders uit de woongeschiedenis, dan noemt elke woonplaats haar wet.
    """

    id: int
    geboortedatum: Datum
    woonplaatsen: list[WoonplaatsVoorWet | Woonplaats]

    model_config = example(
        {"id": 341, "geboortedatum": "2014-03-09", "woonplaatsen": WOONPLAATSEN_EXAMPLE}
    )


@router.post("/inwoners", status_code=201, summary="Een inwoner registreren")
@operation(scopes=("inwoners:schrijven",), creates=True, verwerking="toegang")
async def create_inwoner(request: Request, response: Response, invoer: InwonerInvoer) -> Inwoner:
    """Registreert een inwoner bij de eigen gemeente, met elk BSN daar één keer."""
    db, gemeente = connection(request), caller(request).own_gemeente
    bsn = invoer.bsn.get_secret_value() if invoer.bsn else None
    inwoner_id = await inwoners.insert_inwoner(
        db,
        gemeente,
        invoer.geboortedatum,
        seal_of(request).keep(bsn) if bsn else None,
        invoer.tijdvakken(),
    )
    response.headers["Location"] = f"/v1/inwoners/{inwoner_id}"
    return _inwoner(await inwoners.find_inwoner(db, gemeente, inwoner_id))


@router.get("/inwoners/{id:int}", summary="Een inwoner opvragen")
@operation(scopes=("inwoners:lezen",), verwerking="toegang")
async def get_inwoner(request: Request, inwoner_id: InwonerId) -> Inwoner:
    """Een inwoner van de eigen gemeente."""
    gemeente = caller(request).own_gemeente
    return _inwoner(await inwoners.find_inwoner(connection(request), gemeente, inwoner_id))


@router.put("/inwoners/{id:int}/woonplaatsen", summary="Woonplaatsen vervangen")
@operation(scopes=("inwoners:schrijven",), verwerking="woonplaats")
async def put_woonplaatsen(
    request: Request, inwoner_id: InwonerId, invoer: WoonplaatsenInvoer
) -> Inwoner:
    """Vervangt de lijst van woonplaatsen, of de woongeschiedenis; wat is geboekt, verandert niet.

    Regels die op een woonplaats wachtten, worden vanzelf opnieuw beoordeeld.
    """
    db, gemeente = connection(request), caller(request).own_gemeente
    await inwoners.lock_inwoner(db, gemeente, inwoner_id)
    woonplaatsen = invoer.model_dump(mode="json")["woonplaatsen"]
    opgave = inwoners.Opgave("woonplaatsen", woonplaatsen, caller(request).sub)
    await inwoners.replace_woonplaatsen(db, inwoner_id, opgave, invoer.tijdvakken())
    await queue.defer_release(db, inwoner_id)
    return _inwoner(await inwoners.find_inwoner(db, gemeente, inwoner_id))


@router.post("/inwoners/_zoek", summary="Een inwoner zoeken op BSN")
@operation(scopes=("inwoners:lezen",), verwerking="toegang")
async def find_inwoner(request: Request, invoer: ZoekInvoer) -> Inwoner:
    """Zoekt binnen de eigen gemeente; het BSN staat in de aanvraag en nooit in een adres."""
    hashes = seal_of(request).find_by(invoer.bsn.get_secret_value())
    row = await inwoners.find_inwoner_by_bsn(
        connection(request), caller(request).own_gemeente, hashes
    )
    if row is None:
        raise NotFound("inwoner_niet_gevonden", "Deze gemeente kent geen inwoner met dit BSN.")
    return _inwoner(row)


def _inwoner(row: Record) -> Inwoner:
    note(row["id"])
    return Inwoner(
        id=row["id"],
        geboortedatum=row["geboortedatum"],
        woonplaatsen=row["woonplaatsen"],
    )
