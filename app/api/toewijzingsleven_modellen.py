# SPDX-License-Identifier: EUPL-1.2
"""What is asked when something happens to a toewijzing, and the story of one."""

from typing import Annotated, Any

from pydantic import Field, field_validator
from pydantic_core.core_schema import ValidationInfo

from app.api.models import Datum, InputModel, OutputModel, Tekst, Tijdstip, example, refusal
from app.api.omvang_modellen import Omvang
from app.api.pages import Page, page_example
from app.api.toewijzing_modellen import AFREKENING_EXAMPLE, Afrekening
from app.domain.toewijzing import Intensiteit
from app.domain.toewijzingsleven import Afrekenwijze, Reden, Verhaalsoort
from app.pricing.afrekening import Verschuldigd

Toelichting = Annotated[str, Tekst(2_000, lines=True)]

GEBEURTENIS_EXAMPLE: dict[str, Any] = {
    "op": "2026-05-20T09:30:00.000000Z",
    "soort": "beeindigd",
    "datum": "2026-05-14",
    "reden": "verhuizing",
    "toelichting": None,
    "andereToewijzing": None,
    "afrekening": AFREKENING_EXAMPLE,
    "termijn": None,
    "bedragCenten": None,
    "referentie": None,
    "door": "toegang-0153",
}


class BeeindigingInvoer(InputModel):
    """De laatste dag van de hulp, en waarom zij eindigt."""

    einddatum: Annotated[Datum, Field(description="De laatste dag, binnen de toewijzing.")]
    reden: Reden
    toelichting: Toelichting | None = None

    model_config = example({"einddatum": "2026-05-14", "reden": "verhuizing", "toelichting": None})


class BeoordelingInvoer(InputModel):
    """Wat na een einde door de aanbieder nog verschuldigd is, en waarom."""

    verschuldigd: Verschuldigd
    toelichting: Toelichting

    model_config = example(
        {"verschuldigd": "pro_rata", "toelichting": "De hulp is goed overgedragen."}
    )


class WijzigingInvoer(InputModel):
    """Een andere intensiteit of omvang vanaf een dag, en hoe de oude toewijzing wordt afgerekend.

    Ten minste een van beide.
    """

    intensiteit: Intensiteit | None = Field(default=None, description="Zonder: zoals zij is.")
    omvang: Omvang | None = Field(
        default=None,
        validate_default=True,
        description="Alleen waar al een omvang is. Zonder: zoals zij is; in totaal: wat over is.",
    )
    begindatum: Annotated[Datum, Field(description="De eerste dag van de nieuwe toewijzing.")]
    afrekening: Afrekenwijze = "pro_rata"
    toelichting: Toelichting | None = None

    model_config = example(
        {
            "intensiteit": "zwaar",
            "omvang": None,
            "begindatum": "2026-05-01",
            "afrekening": "pro_rata",
            "toelichting": None,
        }
    )

    @field_validator("omvang")
    @classmethod
    def _something_changes(cls, omvang: Omvang | None, info: ValidationInfo) -> Omvang | None:
        if omvang is None and info.data.get("intensiteit", "") is None:
            raise refusal("verplicht", "Geef een andere intensiteit of een andere omvang.")
        return omvang


class ToewijzingVerlengingInvoer(InputModel):
    """Een latere einddatum van dezelfde hulp."""

    einddatum: Datum
    toelichting: Toelichting | None = None

    model_config = example({"einddatum": "2026-10-31", "toelichting": "Nog drie maanden nodig."})


class IntrekkingInvoer(InputModel):
    """Waarom de toewijzing niet had moeten worden gegeven."""

    toelichting: Toelichting

    model_config = example({"toelichting": "Gegeven voor de verkeerde inwoner."})


class Gebeurtenis(OutputModel):
    """Wat er met een toewijzing of een termijn daarvan gebeurde."""

    op: Tijdstip
    soort: Verhaalsoort
    datum: Datum
    reden: str | None
    toelichting: str | None
    andere_toewijzing: int | None = Field(
        description="De toewijzing die hierop volgt, of waar deze op volgt."
    )
    afrekening: Afrekening | None
    termijn: int | None
    bedrag_centen: int | None
    referentie: str | None = Field(description="Die van de declaratieregel.")
    door: str | None = Field(description="Alleen voor de gemeente.")

    model_config = example(GEBEURTENIS_EXAMPLE)


class GeschiedenisPagina(Page):
    """Een pagina van het verhaal van een toewijzing, in volgorde van tijd."""

    results: list[Gebeurtenis]

    model_config = page_example(GEBEURTENIS_EXAMPLE)
