# SPDX-License-Identifier: EUPL-1.2
"""What a gemeente answers to a verzoek."""

from typing import Annotated

from asyncpg import Record
from pydantic import Field, field_validator
from pydantic.alias_generators import to_camel
from pydantic_core.core_schema import ValidationInfo

from app.api.intensiteitsadviezen import SituatieInvoer
from app.api.inwoners import WOONPLAATSEN_EXAMPLE, WoonplaatsenInvoer, WoonplaatsVanaf
from app.api.models import InputModel, Tekst, example, refusal
from app.api.omvang_modellen import OMVANG, Omvang
from app.api.surroundings import BekendeGemeente
from app.api.toewijzing_modellen import Beschikking, Spoed, ToewijzingInvoer
from app.domain.toewijzingsleven import Afrekenwijze
from app.domain.verzoek import ELSEWHERE, Afwijzingsreden


class ToekenningInvoer(WoonplaatsenInvoer):
    """Wat de gemeente toevoegt aan wat is gevraagd."""

    woonplaatsen: Annotated[list[WoonplaatsVanaf], Field(max_length=1_000)] = Field(
        default=[],
        description="Van een inwoner die de gemeente nog niet kent; wie zij kent, heeft ze al.",
    )
    spoed: Spoed | None = None
    omvang: Omvang | None = Field(default=None, description=OMVANG)
    beschikking: Beschikking | None = None
    intensiteitsadvies: SituatieInvoer | None = None
    afwijkingsreden: Annotated[str, Tekst(2_000, lines=True)] | None = None
    afrekening: Afrekenwijze | None = Field(
        default=None, description="Alleen bij een verzoek om een wijziging; anders pro_rata."
    )

    model_config = example({"woonplaatsen": WOONPLAATSEN_EXAMPLE, "beschikking": "Z26-001204"})

    @property
    def added(self) -> set[str]:
        """The names of what is given here, as they were sent."""
        return {to_camel(name) for name in self.model_fields_set if getattr(self, name)}


class OnderzoekInvoer(InputModel):
    """Dat het antwoord nog wordt onderzocht."""

    toelichting: Annotated[str, Tekst(2_000, lines=True)] | None = None

    model_config = example({"toelichting": "De woonplaats wordt nagegaan"})


class AfwijzingInvoer(InputModel):
    """Waarom een verzoek wordt afgewezen."""

    reden: Afwijzingsreden
    verantwoordelijke_gemeente: BekendeGemeente | None = Field(
        default=None,
        validate_default=True,
        description="Verplicht bij woonplaatsbeginsel; mag ook bij andere_gemeente.",
    )
    toelichting: Annotated[str, Tekst(2_000, lines=True)] | None = None

    model_config = example(
        {"reden": "woonplaatsbeginsel", "verantwoordelijkeGemeente": "0141", "toelichting": None}
    )

    @field_validator("verantwoordelijke_gemeente")
    @classmethod
    def _belongs_to_the_reason(cls, gemeente: str | None, info: ValidationInfo) -> str | None:
        reden = info.data.get("reden")
        if reden == "woonplaatsbeginsel" and gemeente is None:
            raise refusal("verplicht", "Noem de gemeente die verantwoordelijk is.")
        if reden and gemeente and reden not in ELSEWHERE:
            raise refusal(
                "gemeente_past_niet",
                "Deze reden noemt geen andere gemeente die verantwoordelijk is.",
            )
        return gemeente


def asked(verzoek: Record, inwoner_id: int, toekenning: ToekenningInvoer) -> ToewijzingInvoer:
    """The toewijzing that a verzoek asks for, as the toegang itself would ask for it."""
    return ToewijzingInvoer.model_validate(
        {
            "inwonerId": inwoner_id,
            **{
                key: verzoek[key]
                for key in (
                    *("gemeente", "wet", "profiel", "intensiteit", "aanbieder"),
                    *("begindatum", "einddatum", "verwijzer"),
                )
            },
            "beoogdeResultaten": verzoek["beoogde_resultaten"],
            "referentieAanbieder": verzoek["referentie_aanbieder"],
            "spoed": toekenning.spoed,
            "omvang": toekenning.omvang,
            "beschikking": toekenning.beschikking,
            "intensiteitsadvies": toekenning.intensiteitsadvies,
            "afwijkingsreden": toekenning.afwijkingsreden,
        }
    )
