# SPDX-License-Identifier: EUPL-1.2
"""What is laid down about an aanbieder, and what is answered about one or a few side by side."""

import re
from collections import Counter
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, WithJsonSchema

from app.api.models import (
    AgbCode,
    Cijfers,
    Datum,
    GemeenteCode,
    InputModel,
    OutputModel,
    ProfielCode,
    Tekst,
    example,
    refusal,
)
from app.api.pages import Page, PageQuery, QueryModel, page_example
from app.api.surroundings import BekendeGemeente, Verleden, same_as_in_path

MOST_WEEKS = 260
MOST_COMPARED = 5

NUMBER = r"-?(0|[1-9][0-9]{0,8})(\.[0-9]{1,4})?"

INPUT_EXAMPLE = {
    "agb": "99000001",
    "naam": "De Es Jeugdhulp",
    "specialisaties": ["gezinsbegeleiding", "video-hometraining"],
    "gemeenten": ["0141", "0153"],
}
WACHTTIJDEN_INPUT_EXAMPLE = {
    "peildatum": "2026-11-02",
    "wachttijden": [
        {"profiel": "OB1", "gemeente": None, "weken": 6},
        {"profiel": "OB1", "gemeente": "0153", "weken": 3},
    ],
}
WACHTTIJDEN_EXAMPLE = [
    {"profiel": "OB1", "gemeente": None, "weken": 6, "peildatum": "2026-11-02"},
    {"profiel": "OB1", "gemeente": "0153", "weken": 3, "peildatum": "2026-11-02"},
]
KWALITEITSCIJFERS_EXAMPLE = [
    {
        "periode": "2025",
        "indicator": "Cliënttevredenheid (rapportcijfer van 1 tot 10)",
        "waarde": "7.9",
        "bron": "Jaarverslag 2025, bladzijde 12",
    }
]
EXAMPLE = INPUT_EXAMPLE | {
    "wachttijden": WACHTTIJDEN_EXAMPLE,
    "kwaliteitscijfers": KWALITEITSCIJFERS_EXAMPLE,
}
COMPARED_EXAMPLE = {**INPUT_EXAMPLE, "profielen": ["OB1"]} | {
    "wachttijden": WACHTTIJDEN_EXAMPLE[1:],
    "kwaliteitscijfers": KWALITEITSCIJFERS_EXAMPLE,
}


def _read_number(value: object) -> Decimal:
    if isinstance(value, str) and re.fullmatch(NUMBER, value):
        return Decimal(value)
    raise refusal("ongeldig_decimaal_getal", 'Dit moet een getal als tekst zijn, zoals "7.9".')


Getal = Annotated[
    Decimal,
    BeforeValidator(_read_number),
    PlainSerializer(lambda value: f"{value:f}", return_type=str),
    WithJsonSchema({"type": "string", "pattern": f"^{NUMBER}$"}),
]
"""An exact number as text, given back with the decimals it came with."""


class AanbiederInvoer(InputModel):
    """Een aanbieder zoals de regio hem vastlegt."""

    agb: Annotated[AgbCode | None, same_as_in_path("agb")] = Field(
        default=None, description="Mag ontbreken; anders gelijk aan die in het pad."
    )
    naam: Annotated[str, Tekst(200)]
    specialisaties: Annotated[list[Annotated[str, Tekst(100)]], Field(max_length=100)] = Field(
        default=[]
    )
    gemeenten: Annotated[list[BekendeGemeente], Field(max_length=500)]

    model_config = example(INPUT_EXAMPLE)


class WachttijdInvoer(InputModel):
    """Hoe lang iemand wacht op hulp met dit profiel."""

    profiel: ProfielCode
    gemeente: BekendeGemeente | None = Field(
        default=None, description="Leeg: overal waar voor dit profiel niets anders staat."
    )
    weken: Annotated[
        int, Field(ge=0, le=MOST_WEEKS, description="Hele weken, naar boven afgerond.")
    ]


def _state_each_once(wachttijden: list[WachttijdInvoer]) -> list[WachttijdInvoer]:
    times = Counter((w.profiel, w.gemeente or "overal") for w in wachttijden)
    if double := ", ".join(" ".join(place) for place, count in times.items() if count > 1):
        reason = f"Deze wachttijden staan er meer dan één keer: {double}."
        raise refusal("dubbele_wachttijd", reason)
    return wachttijden


class WachttijdenInvoer(InputModel):
    """Alle wachttijden van een aanbieder, zoals opgegeven op een dag."""

    peildatum: Verleden = Field(description="De dag waarop de wachttijden zijn opgegeven.")
    wachttijden: Annotated[
        list[WachttijdInvoer], Field(max_length=10_000), AfterValidator(_state_each_once)
    ]

    model_config = example(WACHTTIJDEN_INPUT_EXAMPLE)


class Kwaliteitscijfer(InputModel):
    """Een gepubliceerd cijfer over een aanbieder, met waar het is gepubliceerd."""

    periode: Annotated[str, Tekst(50)] = Field(description="Waarover het gaat, zoals 2025.")
    indicator: Annotated[str, Tekst(200)] = Field(description="Wat is gemeten, met de eenheid.")
    waarde: Getal
    bron: Annotated[str, Tekst(500)]


def _publish_each_once(cijfers: list[Kwaliteitscijfer]) -> list[Kwaliteitscijfer]:
    times = Counter((k.indicator, k.periode, k.bron) for k in cijfers)
    if double := "; ".join(", ".join(place) for place, count in times.items() if count > 1):
        reason = f"Deze kwaliteitscijfers staan er meer dan één keer: {double}."
        raise refusal("dubbel_kwaliteitscijfer", reason)
    return cijfers


class KwaliteitscijfersInvoer(InputModel):
    """Alle gepubliceerde kwaliteitscijfers over een aanbieder."""

    kwaliteitscijfers: Annotated[
        list[Kwaliteitscijfer], Field(max_length=1_000), AfterValidator(_publish_each_once)
    ]

    model_config = example({"kwaliteitscijfers": KWALITEITSCIJFERS_EXAMPLE})


class Wachttijd(OutputModel):
    """Hoe lang iemand wacht, en op welke dag dat is opgegeven."""

    profiel: ProfielCode
    gemeente: GemeenteCode | None
    weken: int
    peildatum: Datum


class Aanbieder(OutputModel):
    """Een aanbieder met de gemeenten die hij bedient en wat over hem is gepubliceerd."""

    agb: AgbCode
    naam: str
    specialisaties: list[str]
    gemeenten: list[GemeenteCode]
    wachttijden: list[Wachttijd]
    kwaliteitscijfers: list[Kwaliteitscijfer]

    model_config = example(EXAMPLE)


class AanbiedersPagina(Page):
    """Een pagina aanbieders; zonder sorteren op volgorde van AGB-code."""

    results: list[Aanbieder]

    model_config = page_example(EXAMPLE)


class VergelekenAanbieder(Aanbieder):
    """Een aanbieder in een vergelijking, met de profielen waarvoor hij een contract heeft."""

    profielen: list[ProfielCode]

    model_config = example(COMPARED_EXAMPLE)


class Vergelijking(OutputModel):
    """Aanbieders naast elkaar, in de volgorde waarin zij zijn gevraagd."""

    aanbieders: list[VergelekenAanbieder]

    model_config = example(
        {"aanbieders": [COMPARED_EXAMPLE, {**COMPARED_EXAMPLE, "agb": "99000002"}]}
    )


class AanbiedersQuery(PageQuery):
    """Waarop te zoeken; wat ontbreekt, doet niet mee."""

    gemeente: GemeenteCode | None = None
    profiel: ProfielCode | None = Field(
        default=None, description="Alleen aanbieders met een raamovereenkomst voor dit profiel."
    )
    specialisatie: Annotated[str, Tekst(100)] | None = None
    wachttijd_tot_en_met: Annotated[int, Cijfers(0, MOST_WEEKS)] | None = Field(
        default=None,
        description="De langste wachttijd in weken, voor het profiel en de gemeente die zijn "
        "gevraagd. Wie geen wachttijd heeft opgegeven, valt af.",
    )
    sorteren: Literal["wachttijd", "naam"] | None = Field(
        default=None,
        description="Zonder sorteren staan aanbieders op AGB-code. Bij wachttijd staat wie er "
        "geen heeft opgegeven achteraan.",
    )


def _name_each_once(agbs: list[str]) -> list[str]:
    if len(set(agbs)) < len(agbs):
        raise refusal("dubbel_genoemd", "Noem elke aanbieder één keer.")
    return agbs


class VergelijkingQuery(QueryModel):
    """Wie naast elkaar te zetten, en waarop te letten."""

    agb: Annotated[
        list[AgbCode],
        Field(min_length=2, max_length=MOST_COMPARED, description="Twee tot vijf aanbieders."),
        AfterValidator(_name_each_once),
    ]
    gemeente: GemeenteCode | None = Field(
        default=None, description="Alleen contracten en wachttijden die in deze gemeente gelden."
    )
    profiel: ProfielCode | None = Field(
        default=None, description="Alleen contracten en wachttijden voor dit profiel."
    )
