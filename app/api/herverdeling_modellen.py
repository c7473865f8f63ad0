# SPDX-License-Identifier: EUPL-1.2
"""What is asked and told about dividing settled lines anew."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from app.api.models import (
    Datum,
    GemeenteCode,
    InputModel,
    Nummer,
    NummerInPad,
    OutputModel,
    Tekst,
    Tijdstip,
    example,
    refusal,
)
from app.api.pages import Page, PageQuery, page_example
from app.pricing.betaalplan import Mijlpaal

REGEL_EXAMPLE = {
    "toewijzingNummer": 1204,
    "termijn": 1,
    "mijlpaal": "start",
    "begindatum": "2026-02-01",
    "einddatum": "2026-07-31",
    "referentie": "2026-000123",
    "bedragCenten": 337400,
    "was": [{"gemeente": "0153", "dagen": 181, "bedragCenten": 337400}],
    "wordt": [
        {"gemeente": "0141", "dagen": 78, "bedragCenten": 145399},
        {"gemeente": "0153", "dagen": 103, "bedragCenten": 192001},
    ],
    "herverdeelbaar": True,
}
VERSCHILLEN_EXAMPLE = [
    {"gemeente": "0141", "bedragCenten": 145399},
    {"gemeente": "0153", "bedragCenten": -145399},
]
HERVERDELING_EXAMPLE = {
    "id": 12,
    "reden": "Verhuizing te laat doorgegeven",
    "geboektOp": "2026-09-01T09:30:00.000000Z",
    "geboektDoor": "financien-0153",
    "aantalRegels": 1,
}
KENMERK = "5f0c6c0f9d0f4b7e8a0d4a3c5b1e2f60"


class GeraaktQuery(PageQuery):
    """Desgewenst alleen van één inwoner."""

    inwoner_id: NummerInPad | None = None


class Keuzeinvoer(InputModel):
    """Welke geraakte regels: van een inwoner, van toewijzingen, of anders alle."""

    inwoner_id: Nummer | None = None
    toewijzingen: Annotated[list[Nummer], Field(min_length=1, max_length=1_000)] | None = None

    model_config = example({"inwonerId": 341})

    @model_validator(mode="after")
    def _one_or_the_other(self) -> Self:
        if self.inwoner_id is not None and self.toewijzingen is not None:
            raise refusal(
                "een_van_beide", "Noem een inwoner of toewijzingen, niet beide.", "toewijzingen"
            )
        return self


class HerverdelingInvoer(Keuzeinvoer):
    """Welke regels, en waarom; met een kenmerk wordt precies geboekt wat is doorgerekend."""

    reden: Annotated[str, Tekst(500)]
    kenmerk: str | None = Field(
        default=None, pattern=r"^[0-9a-f]{32}$", description="Van _bereken met dezelfde keuze."
    )

    model_config = example(
        {"inwonerId": 341, "reden": "Verhuizing te laat doorgegeven", "kenmerk": KENMERK}
    )


class Regeldeel(OutputModel):
    """Wat een gemeente van een regel draagt; null: deze dagen zijn niet vastgesteld."""

    gemeente: GemeenteCode | None
    dagen: int
    bedrag_centen: int


class Geraakt(OutputModel):
    """Een afgerekende regel, zoals die is verdeeld en zoals dat bij de woonplaats past.

    Met een dag die niet is vastgesteld is hij niet herverdeelbaar en blijft hij zoals hij was.
    """

    toewijzing_nummer: int
    termijn: int
    mijlpaal: Mijlpaal
    begindatum: Datum
    einddatum: Datum
    referentie: str
    bedrag_centen: int
    was: list[Regeldeel]
    wordt: list[Regeldeel]
    herverdeelbaar: bool

    model_config = example(REGEL_EXAMPLE)


class GeraaktPagina(Page):
    """Een pagina geraakte regels, op volgorde van toewijzing en termijn."""

    results: list[Geraakt]

    model_config = page_example(REGEL_EXAMPLE)


class Verschil(OutputModel):
    """Wat een gemeente meer of minder draagt; samen is dat niets."""

    gemeente: GemeenteCode
    bedrag_centen: int


class Proefherverdeling(OutputModel):
    """Wat een herverdeling zou boeken; van de regels alleen die herverdeelbaar zijn."""

    kenmerk: str
    aantal_regels: int
    verschillen: list[Verschil]
    regels: list[Geraakt]

    model_config = example(
        {
            "kenmerk": KENMERK,
            "aantalRegels": 1,
            "verschillen": VERSCHILLEN_EXAMPLE,
            "regels": [REGEL_EXAMPLE],
        }
    )


class Herverdeling(OutputModel):
    """Een herverdeling zoals geboekt."""

    id: int
    reden: str
    geboekt_op: Tijdstip
    geboekt_door: str
    aantal_regels: int

    model_config = example(HERVERDELING_EXAMPLE)


class HerverdelingMetRegels(Herverdeling):
    """Een herverdeling met elke regel en met wat elke gemeente meer of minder draagt."""

    verschillen: list[Verschil]
    regels: list[Geraakt]

    model_config = example(
        {**HERVERDELING_EXAMPLE, "verschillen": VERSCHILLEN_EXAMPLE, "regels": [REGEL_EXAMPLE]}
    )


class HerverdelingenPagina(Page):
    """Een pagina herverdelingen, op volgorde van id."""

    results: list[Herverdeling]

    model_config = page_example(HERVERDELING_EXAMPLE)


def differences(regels: Iterable[Mapping[str, Any]]) -> list[Verschil]:
    """What each gemeente bears more or less of these lines, where that is anything."""
    saldo: Counter[str] = Counter()
    for regel in regels:
        for deel in regel["wordt"]:
            saldo[deel["gemeente"]] += deel["bedragCenten"]
        for deel in regel["was"]:
            saldo[deel["gemeente"]] -= deel["bedragCenten"]
    return [
        Verschil(gemeente=gemeente, bedrag_centen=centen)
        for gemeente, centen in sorted(saldo.items())
        if centen
    ]
