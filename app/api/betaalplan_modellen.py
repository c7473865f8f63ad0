# SPDX-License-Identifier: EUPL-1.2
"""Payment plans as they go over the wire."""

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field, SerializerFunctionWrapHandler, field_validator, model_serializer
from pydantic_core.core_schema import ValidationInfo

from app.api.models import Aandeel, InputModel, refusal
from app.pricing import betaalplan
from app.pricing.betaalplan import MIJLPALEN, Mijlpaal
from app.pricing.gewichten import GebrokenMaand


class MijlpaalAandeel(InputModel):
    """Het deel van de prijs dat een mijlpaal betaalt."""

    mijlpaal: Mijlpaal
    aandeel: Aandeel


class BetaalplanMijlpalen(InputModel):
    """Een deel per mijlpaal: met startaandeel (de rest bij het resultaat), of met aandelen."""

    soort: Literal["mijlpalen"]
    startaandeel: Aandeel | None = None
    aandelen: Annotated[list[MijlpaalAandeel], Field(min_length=1, max_length=3)] | None = Field(
        default=None,
        validate_default=True,
        description="Samen 1. Een voortgang is het midden: declarabel na de helft van de dagen.",
    )

    @field_validator("aandelen")
    @classmethod
    def _add_up(
        cls, aandelen: list[MijlpaalAandeel] | None, info: ValidationInfo
    ) -> list[MijlpaalAandeel] | None:
        if "startaandeel" in info.data and (aandelen is None) == (
            info.data["startaandeel"] is None
        ):
            reason = "Geef startaandeel of aandelen, en niet allebei."
            raise refusal("een_van_beide", reason, "aandelen")
        if aandelen is None:
            return None
        if len({a.mijlpaal for a in aandelen}) < len(aandelen):
            raise refusal("dubbele_mijlpaal", "Elke mijlpaal mag maar één keer voorkomen.")
        if sum((a.aandeel for a in aandelen), Decimal(0)) != 1:
            raise refusal("aandelen_tellen_niet_op", "De aandelen moeten samen 1 zijn.")
        return aandelen

    @model_serializer(mode="wrap")
    def _as_given(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {name: value for name, value in handler(self).items() if value is not None}


class BetaalplanEinde(InputModel):
    """In één keer, bij het resultaat."""

    soort: Literal["einde"]


class BetaalplanMaandelijks(InputModel):
    """Per kalendermaand; gebrokenMaand zegt wat een gebroken maand telt."""

    soort: Literal["maandelijks"]
    gebroken_maand: GebrokenMaand = Field(
        default="naar_dagen",
        description="eerste_niet_laatste_heel: een gebroken eerste maand telt niet, de laatste "
        "maand telt heel.",
    )


class BetaalplanWekelijks(InputModel):
    """Per kalendermaand, naar het aantal weken: elke week hoort bij de maand van haar zondag."""

    soort: Literal["wekelijks"]


AnyBetaalplan = Annotated[
    BetaalplanMijlpalen | BetaalplanEinde | BetaalplanMaandelijks | BetaalplanWekelijks,
    Field(discriminator="soort"),
]


def plan_of(invoer: AnyBetaalplan) -> betaalplan.Betaalplan:
    """The plan as `pricing` knows it."""
    match invoer:
        case BetaalplanMijlpalen(startaandeel=Decimal() as startaandeel):
            return betaalplan.start_en_resultaat(startaandeel)
        case BetaalplanMijlpalen():
            in_order = sorted(invoer.aandelen or (), key=lambda a: MIJLPALEN.index(a.mijlpaal))
            aandelen = tuple(betaalplan.Aandeel(a.mijlpaal, a.aandeel) for a in in_order)
            return betaalplan.Mijlpalen(aandelen)
        case BetaalplanEinde():
            return betaalplan.Einde()
        case BetaalplanMaandelijks():
            return betaalplan.Maandelijks(invoer.gebroken_maand)
        case BetaalplanWekelijks():
            return betaalplan.Wekelijks()


def as_sent(plan: betaalplan.Betaalplan) -> AnyBetaalplan:
    """The plan as it is answered; a start with a resultaat shows its startaandeel."""
    match plan:
        case betaalplan.Mijlpalen((start, resultaat)) if (
            start.mijlpaal,
            resultaat.mijlpaal,
        ) == ("start", "resultaat"):
            return BetaalplanMijlpalen(soort="mijlpalen", startaandeel=start.aandeel)
        case betaalplan.Mijlpalen(aandelen):
            shown = [MijlpaalAandeel(mijlpaal=a.mijlpaal, aandeel=a.aandeel) for a in aandelen]
            return BetaalplanMijlpalen(soort="mijlpalen", aandelen=shown)
        case betaalplan.Einde():
            return BetaalplanEinde(soort="einde")
        case betaalplan.Maandelijks(gebroken_maand):
            return BetaalplanMaandelijks.model_validate(
                {"soort": "maandelijks", "gebrokenMaand": gebroken_maand}
            )
        case betaalplan.Wekelijks():
            return BetaalplanWekelijks(soort="wekelijks")
