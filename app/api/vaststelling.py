# SPDX-License-Identifier: EUPL-1.2
"""How a tarieflijst is adopted: under a mandate, or by the decisions of the gemeenten."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Annotated, Self

from asyncpg import Record
from fastapi import Request, Response
from pydantic import Field, field_validator, model_validator

from app.api.clock import today
from app.api.models import InputModel, Tekst, example, refusal
from app.api.route import Router, caller, connection, operation
from app.api.surroundings import DeelnemendeGemeente, Verleden
from app.api.tarieflijsten import Tarieflijst, TarieflijstId, tarieflijst_of
from app.db import besluiten, consultaties, tarieven
from app.db.connection import Connection
from app.domain.errors import Conflict, NotFound
from app.domain.toewijzing import Intensiteit
from app.domain.vaststelling import (
    Gemeentebesluit,
    Lijst,
    check_adoption,
    check_complete,
    check_concept,
    new_decisions,
)
from app.pricing.tarief import rises_with_intensity

router = Router(tags=["Tarieven"])

BESLUIT_EXAMPLE = {"gemeente": "0153", "datum": "2026-11-03", "kenmerk": "B&W 2026-1181"}


class GemeentebesluitInvoer(InputModel):
    """Wat een gemeente besloot, wanneer, en onder welk kenmerk het daar te vinden is."""

    gemeente: DeelnemendeGemeente
    datum: Verleden
    kenmerk: Annotated[str, Tekst(200)]

    def as_decided(self) -> Gemeentebesluit:
        """The decision as `domain` knows it."""
        return Gemeentebesluit(self.gemeente, self.datum, self.kenmerk)


def _each_gemeente_once(besluiten: list[GemeentebesluitInvoer]) -> list[GemeentebesluitInvoer]:
    times = Counter(besluit.gemeente for besluit in besluiten)
    double = ", ".join(gemeente for gemeente, count in times.items() if count > 1)
    if double:
        raise refusal("dubbele_gemeente", f"Deze gemeenten staan er meer dan één keer: {double}.")
    return besluiten


class BesluitenInvoer(InputModel):
    """De besluiten van een of meer gemeenten die meedoen."""

    besluiten: Annotated[list[GemeentebesluitInvoer], Field(min_length=1, max_length=500)]

    _check_gemeenten = field_validator("besluiten")(_each_gemeente_once)

    model_config = example({"besluiten": [BESLUIT_EXAMPLE]})


class VaststellingInvoer(InputModel):
    """Het mandaat waaronder de regio vaststelt, of de besluiten van de gemeenten zelf."""

    besluit: Annotated[str, Tekst(500)] | None = Field(
        default=None, description="Het besluit of mandaat waaronder de regio vaststelt."
    )
    besluiten: Annotated[list[GemeentebesluitInvoer], Field(max_length=500)] | None = Field(
        default=None, description="De besluiten die nog niet zijn vastgelegd; mag leeg zijn."
    )

    @field_validator("besluiten")
    @classmethod
    def _check_gemeenten(
        cls, besluiten: list[GemeentebesluitInvoer] | None
    ) -> list[GemeentebesluitInvoer] | None:
        return besluiten and _each_gemeente_once(besluiten)

    @model_validator(mode="after")
    def _by_one_way(self) -> Self:
        if (self.besluit is None) is (self.besluiten is None):
            raise refusal("een_van_beide", "Geef òf besluit òf besluiten, niet beide of geen.")
        return self

    model_config = example({"besluit": "Bestuurlijk overleg Samen14 van 12 november 2026, punt 4"})


@router.post(
    "/tarieflijsten/{id:int}/besluiten",
    status_code=201,
    summary="Besluiten van gemeenten vastleggen",
)
@operation(scopes=("catalogus:schrijven",), creates=True)
async def add_besluiten(
    request: Request, response: Response, tarieflijst_id: TarieflijstId, invoer: BesluitenInvoer
) -> Tarieflijst:
    """Legt besluiten over een concept vast zoals zij binnenkomen; vaststellen vraagt dan de rest.

    Een vastgelegd besluit verandert niet; hetzelfde besluit nog eens sturen mag.
    """
    db = connection(request)
    check_concept(await _lock_lijst(db, tarieflijst_id))
    await _keep(db, tarieflijst_id, caller(request).sub, invoer.besluiten)
    response.headers["Location"] = f"/v1/tarieflijsten/{tarieflijst_id}"
    return tarieflijst_of(await tarieven.find_tarieflijst(db, tarieflijst_id, concepts=True))


@router.post("/tarieflijsten/{id:int}/vaststelling", summary="Een tarieflijst vaststellen")
@operation(scopes=("catalogus:schrijven",))
async def adopt_tarieflijst(
    request: Request, tarieflijst_id: TarieflijstId, invoer: VaststellingInvoer
) -> Tarieflijst:
    """Stelt een concept vast; wie opstelt, stelt niet vast. Daarna is de lijst onveranderlijk.

    Dat gaat onder een mandaat (`besluit`), of als elke gemeente die meedoet heeft besloten
    (`besluiten`); eerder vastgelegde besluiten tellen mee. Een consultatie moet voorbij zijn en
    elke reactie beantwoord.
    """
    db = connection(request)
    door = caller(request).sub
    check_adoption(await _lock_lijst(db, tarieflijst_id), door, today())
    if invoer.besluiten is not None:
        besloten = await _keep(db, tarieflijst_id, door, invoer.besluiten)
        check_complete(await besluiten.find_deelnemers(db), besloten)
    _check_order(await tarieven.adopt(db, tarieflijst_id, door, invoer.besluit))
    return tarieflijst_of(await tarieven.find_tarieflijst(db, tarieflijst_id, concepts=True))


async def _lock_lijst(db: Connection, tarieflijst_id: int) -> Lijst:
    """What decides about a list, held until the transaction ends. Raises NotFound."""
    row = await tarieven.lock_tarieflijst(db, tarieflijst_id)
    try:
        consultatie = consultaties.consultatie_of(
            await consultaties.find_consultatie(db, tarieflijst_id, lock=True)
        )
    except NotFound:
        consultatie = None
    return Lijst(
        opgesteld_door=row["opgesteld_door"],
        is_vastgesteld=row["vastgesteld_op"] is not None,
        consultatie=consultatie,
        onbeantwoord=await consultaties.count_unanswered(db, tarieflijst_id),
    )


async def _keep(
    db: Connection, tarieflijst_id: int, door: str, given: list[GemeentebesluitInvoer]
) -> list[str]:
    """Keep what is new; gives every gemeente that has decided by now. Raises Conflict."""
    known = await besluiten.find_besluiten(db, tarieflijst_id)
    new = new_decisions(known, [besluit.as_decided() for besluit in given])
    await besluiten.insert_besluiten(db, tarieflijst_id, door, new)
    return [*known, *(besluit.gemeente for besluit in new)]


def _check_order(prices: Iterable[Record]) -> None:
    by_day: dict[tuple[date, str], dict[Intensiteit, int]] = defaultdict(dict)
    for row in prices:
        by_day[row["peildatum"], row["profiel"]][row["intensiteit"]] = row["bedrag_centen"]
    wrong = [
        f"{profiel} vanaf {dag}"
        for (dag, profiel), t in by_day.items()
        if not rises_with_intensity(t)
    ]
    if wrong:
        raise Conflict(
            "volgorde_intensiteiten",
            f"Licht moet goedkoper zijn dan middel, en middel dan zwaar: {', '.join(wrong)}.",
        )
