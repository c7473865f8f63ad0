# SPDX-License-Identifier: EUPL-1.2
"""Tarieflijsten: drafted, then adopted by someone else, and from then on immutable."""

from collections import Counter
from typing import Annotated, Literal

from asyncpg import Record
from fastapi import Path, Query, Request, Response
from pydantic import Field, field_validator
from pydantic_core.core_schema import ValidationInfo

from app.api.indexering_modellen import Indexering
from app.api.kostprijs_modellen import BerekeningInvoer, kostprijs_faults
from app.api.lijstopbouw import keep_berekeningen
from app.api.models import (
    Centen,
    Datum,
    GemeenteCode,
    InputModel,
    NummerInPad,
    OutputModel,
    ProfielCode,
    Tekst,
    Tijdstip,
    example,
    refusal,
    refuse_all,
)
from app.api.pages import Page, PageQuery, page_example, page_of
from app.api.route import Router, caller, connection, operation
from app.db import catalogus, tarieven
from app.db.pages import find_page
from app.domain.toewijzing import Intensiteit

router = Router(tags=["Tarieven"])

TarieflijstId = Annotated[NummerInPad, Path(alias="id")]

CONCEPT_EXAMPLE = {
    "id": 3,
    "naam": "Tarieven 2027",
    "vanaf": "2027-01-01",
    "status": "concept",
    "tarieven": [{"profiel": "OB2", "intensiteit": "licht", "bedragCenten": 110544}],
    "opgesteldOp": "2026-10-01T09:30:00.000000Z",
    "vastgesteldOp": None,
    "besluit": None,
    "besluiten": [],
    "indexering": None,
}


class TariefInvoer(InputModel):
    """De prijs van een profiel in een intensiteit."""

    profiel: ProfielCode
    intensiteit: Intensiteit
    bedrag_centen: Annotated[Centen, Field(ge=1)]


class TarieflijstInvoer(InputModel):
    """Een lijst met een deel van de prijzen of met alle."""

    naam: Annotated[str, Tekst(200)]
    vanaf: Datum
    tarieven: Annotated[list[TariefInvoer], Field(min_length=1, max_length=10_000)]
    kostprijsberekeningen: Annotated[
        list[BerekeningInvoer],
        Field(
            default_factory=list,
            max_length=100,
            description="Waaruit prijzen op de lijst zijn opgebouwd; elk product is een prijs.",
        ),
    ]

    @field_validator("tarieven")
    @classmethod
    def _name_each_price_once(cls, tarieven: list[TariefInvoer]) -> list[TariefInvoer]:
        times = Counter((t.profiel, t.intensiteit) for t in tarieven)
        double = ", ".join(" ".join(price) for price, count in times.items() if count > 1)
        if double:
            raise refusal("dubbel_tarief", f"Deze tarieven staan er meer dan één keer: {double}.")
        return tarieven

    @field_validator("kostprijsberekeningen")
    @classmethod
    def _come_out_at_the_prices(
        cls, berekeningen: list[BerekeningInvoer], info: ValidationInfo
    ) -> list[BerekeningInvoer]:
        if "tarieven" in info.data:
            prijzen = {(t.profiel, t.intensiteit): t.bedrag_centen for t in info.data["tarieven"]}
            refuse_all(kostprijs_faults(berekeningen, prijzen))
        return berekeningen

    model_config = example({key: CONCEPT_EXAMPLE[key] for key in ("naam", "vanaf", "tarieven")})


class GemeenteBesluit(OutputModel):
    """Wat een gemeente over de lijst besloot."""

    gemeente: GemeenteCode
    datum: Datum
    kenmerk: str


class TarieflijstTarief(OutputModel):
    """De prijs van een profiel in een intensiteit, op een lijst."""

    profiel: ProfielCode
    intensiteit: Intensiteit
    bedrag_centen: int


class Tarieflijst(OutputModel):
    """Een lijst met prijzen die vanaf een dag gelden zodra zij is vastgesteld."""

    id: int
    naam: str
    vanaf: Datum
    status: Literal["concept", "vastgesteld"]
    tarieven: list[TarieflijstTarief]
    opgesteld_op: Tijdstip
    vastgesteld_op: Tijdstip | None
    besluit: str | None = Field(description="Het mandaat; leeg als de gemeenten zelf besloten.")
    besluiten: list[GemeenteBesluit]
    indexering: Indexering | None

    model_config = example(CONCEPT_EXAMPLE)


class TarieflijstenPagina(Page):
    """Een pagina tarieflijsten, op volgorde van vanaf."""

    results: list[Tarieflijst]

    model_config = page_example(CONCEPT_EXAMPLE)


@router.post("/tarieflijsten", status_code=201, summary="Een tarieflijst opstellen")
@operation(scopes=("catalogus:schrijven",), creates=True)
async def create_tarieflijst(
    request: Request, response: Response, invoer: TarieflijstInvoer
) -> Tarieflijst:
    """Stelt een lijst in concept op; alleen de regio ziet haar tot zij is vastgesteld."""
    db = connection(request)
    ids = await catalogus.find_profiel_ids(db, [t.profiel for t in invoer.tarieven])
    rows = [(ids[t.profiel], t.intensiteit, t.bedrag_centen) for t in invoer.tarieven]
    tarieflijst_id = await tarieven.insert_tarieflijst(
        db, invoer.naam, invoer.vanaf, caller(request).sub, rows
    )
    await keep_berekeningen(db, tarieflijst_id, invoer.kostprijsberekeningen)
    response.headers["Location"] = f"/v1/tarieflijsten/{tarieflijst_id}"
    return tarieflijst_of(await tarieven.find_tarieflijst(db, tarieflijst_id, concepts=True))


@router.get("/tarieflijsten", summary="Tarieflijsten opvragen")
@operation()
async def list_tarieflijsten(
    request: Request, response: Response, query: Annotated[PageQuery, Query()]
) -> TarieflijstenPagina:
    """De vastgestelde lijsten; de regio ziet ook de concepten."""
    count, rows = await find_page(
        connection(request),
        f"{tarieven.TARIEFLIJSTEN} ORDER BY l.vanaf, l.id",
        sees_concepts(request),
        limit=query.page_size,
        offset=query.offset,
    )
    results = [tarieflijst_of(row) for row in rows]
    return page_of(request, query, count, results, TarieflijstenPagina, response)


@router.get("/tarieflijsten/{id:int}", summary="Een tarieflijst opvragen")
@operation()
async def get_tarieflijst(request: Request, tarieflijst_id: TarieflijstId) -> Tarieflijst:
    """Een lijst met haar prijzen."""
    row = await tarieven.find_tarieflijst(
        connection(request), tarieflijst_id, concepts=sees_concepts(request)
    )
    return tarieflijst_of(row)


def sees_concepts(request: Request) -> bool:
    """Whether this caller may read a list before it is vastgesteld."""
    return caller(request).rol == "regio"


def tarieflijst_of(row: Record) -> Tarieflijst:
    """A list as its caller reads it."""
    return Tarieflijst(
        **{
            key: row[key]
            for key in ("id", "naam", "vanaf", "opgesteld_op", "vastgesteld_op", "besluit")
        },
        status="concept" if row["vastgesteld_op"] is None else "vastgesteld",
        tarieven=row["tarieven"],
        besluiten=row["besluiten"],
        indexering=row["indexering"],
    )
