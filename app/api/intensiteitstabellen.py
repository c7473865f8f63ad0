# SPDX-License-Identifier: EUPL-1.2
"""Decision tables for the intensiteit: ordered rules as data, every version kept."""

from typing import Annotated

from fastapi import Query, Request, Response
from pydantic import Field, field_validator
from pydantic_core.core_schema import ValidationInfo

from app.api.models import (
    Code,
    InputModel,
    NummerInPad,
    OutputModel,
    ProfielCode,
    Tekst,
    Tijdstip,
    example,
    refusal,
)
from app.api.pages import Page, PageQuery, QueryModel, page_example, page_of
from app.api.reasons import MOST_FAULTS
from app.api.route import Router, caller, connection, operation
from app.api.surroundings import same_as_in_path
from app.db import catalogus, intensiteit
from app.db.pages import find_page
from app.domain import intensiteit as beslissing
from app.domain.errors import Invalid
from app.domain.intensiteit import Complexiteit, EigenInzet
from app.domain.toewijzing import Intensiteit

router = Router(tags=["Intensiteit"])

REGELS_EXAMPLE = [
    {
        "voorwaarden": {"scores": [{"tenMinste": 1, "totEnMet": 1}]},
        "uitkomst": "zwaar",
        "reden": "Op een onderdeel is de nood acuut.",
    },
    {
        "voorwaarden": {"complexiteit": ["enkelvoudig"], "eigenInzetGemeente": ["deels", "veel"]},
        "uitkomst": "licht",
        "reden": "Eén vraag, en de gemeente doet zelf een deel.",
    },
    {"voorwaarden": {}, "uitkomst": "middel", "reden": "Geen van de andere regels past."},
]
INPUT_EXAMPLE = {
    "code": "zrm-jeugd",
    "naam": "Intensiteit naar zelfredzaamheid (illustratief)",
    "bron": "Voorbeeld, door geen gemeente vastgesteld",
    "instrument": "zrm",
    "profielen": ["OB2"],
    "regels": REGELS_EXAMPLE,
}
EXAMPLE = INPUT_EXAMPLE | {"versie": 2, "vastgelegdOp": "2026-11-02T09:30:00.000000Z"}


class ScoreEis(InputModel):
    """Hoeveel onderdelen ten minste een score van `vanaf` tot en met `totEnMet` hebben."""

    ten_minste: Annotated[int, Field(ge=1, le=100)]
    onderdelen: Annotated[list[Code], Field(max_length=100)] = Field(
        default=[], description="Welke onderdelen meetellen; zonder: alle."
    )
    vanaf: int | None = None
    tot_en_met: Annotated[int | None, Field(validate_default=True)] = None

    @field_validator("onderdelen")
    @classmethod
    def _count_each_once(cls, onderdelen: list[str]) -> list[str]:
        if len(set(onderdelen)) < len(onderdelen):
            raise refusal("dubbel_onderdeel", "Noem elk onderdeel één keer.")
        return onderdelen

    @field_validator("tot_en_met")
    @classmethod
    def _bounds_something(cls, tot_en_met: int | None, info: ValidationInfo) -> int | None:
        if "vanaf" not in info.data:
            return tot_en_met
        vanaf = info.data["vanaf"]
        if vanaf is None and tot_en_met is None:
            raise refusal("grens_ontbreekt", "Geef vanaf, totEnMet of beide.", "totEnMet")
        if vanaf is not None and tot_en_met is not None and tot_en_met < vanaf:
            raise refusal("schaal_omgekeerd", "Dit ligt onder vanaf.")
        return tot_en_met


class RegelVoorwaarden(InputModel):
    """Wanneer een regel geldt: als alles wat hier staat waar is; wat leeg is, telt niet mee."""

    complexiteit: Annotated[list[Complexiteit], Field(max_length=3)] = Field(
        default=[],
        description="enkelvoudig: één vraag; meervoudig: verscheidene vragen naast elkaar; "
        "complex: vragen die elkaar verergeren.",
    )
    eigen_inzet_gemeente: Annotated[list[EigenInzet], Field(max_length=3)] = Field(
        default=[], description="Hoeveel de gemeente zelf in het gezin doet."
    )
    scores: Annotated[list[ScoreEis], Field(max_length=20)] = Field(default=[])

    def in_domain(self) -> beslissing.Voorwaarden:
        """These conditions as the decision knows them."""
        return beslissing.Voorwaarden(
            tuple(self.complexiteit),
            tuple(self.eigen_inzet_gemeente),
            tuple(
                beslissing.Scores(eis.ten_minste, eis.vanaf, eis.tot_en_met, tuple(eis.onderdelen))
                for eis in self.scores
            ),
        )


class TabelRegel(InputModel):
    """Een regel: voorwaarden, uitkomst, en de reden in woorden."""

    voorwaarden: RegelVoorwaarden
    uitkomst: Intensiteit
    reden: Annotated[str, Tekst(500)]

    def in_domain(self) -> beslissing.Regel:
        """This rule as the decision knows it."""
        return beslissing.Regel(self.voorwaarden.in_domain(), self.uitkomst, self.reden)


class TabelInvoer(InputModel):
    """Een beslistabel: de eerste regel waarvan alle voorwaarden gelden, geeft de uitkomst."""

    code: Annotated[Code | None, same_as_in_path("code")] = Field(
        default=None, description="Mag ontbreken; anders gelijk aan die in het pad."
    )
    naam: Annotated[str, Tekst(200)]
    bron: Annotated[str, Tekst(500)]
    instrument: Code = Field(description="Het instrument waarop de scores van de regels slaan.")
    profielen: Annotated[list[ProfielCode], Field(max_length=1_000)] = Field(
        default=[], description="Voor welke profielen deze tabel geldt als er geen wordt genoemd."
    )
    regels: Annotated[list[TabelRegel], Field(min_length=1, max_length=200)]

    model_config = example(INPUT_EXAMPLE)

    @field_validator("regels")
    @classmethod
    def _always_decide(cls, regels: list[TabelRegel]) -> list[TabelRegel]:
        misplaced = beslissing.misplaced_rules([regel.in_domain() for regel in regels])
        if misplaced:
            raise refusal(
                "tabel_onvolledig",
                "De laatste regel heeft geen voorwaarden, en alleen die; dat klopt niet bij regel "
                f"{', '.join(map(str, misplaced))}.",
            )
        return regels


class Intensiteitstabel(OutputModel):
    """Een versie van een beslistabel."""

    code: Code
    versie: int
    naam: str
    bron: str
    instrument: Code
    profielen: list[ProfielCode]
    regels: list[TabelRegel]
    vastgelegd_op: Tijdstip

    model_config = example(EXAMPLE)


class IntensiteitstabellenPagina(Page):
    """Een pagina beslistabellen, op volgorde van code, elk in de laatste versie."""

    results: list[Intensiteitstabel]

    model_config = page_example(EXAMPLE)


class VersieQuery(QueryModel):
    """Welke versie."""

    versie: NummerInPad | None = Field(default=None, description="Zonder: de laatste.")


@router.get("/intensiteitstabellen", summary="Intensiteitstabellen opvragen")
@operation()
async def list_tabellen(
    request: Request, response: Response, query: Annotated[PageQuery, Query()]
) -> IntensiteitstabellenPagina:
    """Alle beslistabellen in hun laatste versie."""
    count, rows = await find_page(
        connection(request), intensiteit.TABELLEN, limit=query.page_size, offset=query.offset
    )
    results = [Intensiteitstabel(**row) for row in rows]
    return page_of(request, query, count, results, IntensiteitstabellenPagina, response)


@router.get("/intensiteitstabellen/{code}", summary="Een intensiteitstabel opvragen")
@operation()
async def get_tabel(
    request: Request, code: Code, query: Annotated[VersieQuery, Query()]
) -> Intensiteitstabel:
    """Een beslistabel in de laatste versie, of in een eerdere waarop een advies berust."""
    return Intensiteitstabel(
        **await intensiteit.find_tabel(connection(request), code, query.versie)
    )


@router.put(
    "/intensiteitstabellen/{code}",
    summary="Een intensiteitstabel vastleggen",
    responses={201: {"model": Intensiteitstabel, "description": "De tabel is nieuw."}},
)
@operation(scopes=("catalogus:schrijven",))
async def put_tabel(
    request: Request, response: Response, code: Code, invoer: TabelInvoer
) -> Intensiteitstabel:
    """Legt een nieuwe versie vast; hetzelfde nog eens geeft geen nieuwe versie."""
    db = connection(request)
    await _check_against_instrument(request, invoer)
    ids = await catalogus.find_profiel_ids(db, invoer.profielen)
    regels = [regel.model_dump(exclude_defaults=True) for regel in invoer.regels]
    versie = await intensiteit.put_tabel(
        db, code, invoer.naam, invoer.bron, invoer.instrument, regels, caller(request).sub
    )
    await intensiteit.assign_profielen(db, code, sorted(ids.values()))
    response.status_code = 201 if versie == 1 else 200
    return Intensiteitstabel(**await intensiteit.find_tabel(db, code))


async def _check_against_instrument(request: Request, invoer: TabelInvoer) -> None:
    row = await intensiteit.lock_instrument(connection(request), invoer.instrument)
    faults = beslissing.faults_in_rules(
        [regel.in_domain() for regel in invoer.regels], intensiteit.instrument_of(row)
    )
    if faults:
        detail = "De regels vragen iets dat dit instrument niet heeft."
        raise Invalid("regels_passen_niet", detail, tuple(faults[:MOST_FAULTS]))
