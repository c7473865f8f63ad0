# SPDX-License-Identifier: EUPL-1.2
"""How much help a toewijzing holds, as it goes over the wire."""

from collections.abc import Iterable
from typing import Annotated, Any

from asyncpg import Record
from pydantic import Field, field_validator
from pydantic_core.core_schema import ValidationInfo

from app.api.models import InputModel, OutputModel, example, refusal
from app.domain import omvang
from app.domain.omvang import EENHEDEN, FREQUENTIES, Eenheid, Frequentie, may_be_daily
from app.pricing.volume import Volumes

MOST_VOLUME = 99_999_999
OMVANG = (
    "Verplicht als het profiel inspanningsgericht is, en alleen dan. De eenheid is die van het "
    "profiel; etmaal, dagdeel en stuks kunnen niet per dag."
)
BY_VOLUME = "Alleen bij een omvang. Het bedrag van een termijn is daar haar deel van de prijs."


def _in_words(codes: Iterable[tuple[str, str]], lijst: str) -> str:
    return f"{', '.join(f'{code} {naam}' for code, naam in codes)} ({lijst})."


class Omvang(InputModel):
    """Hoeveel hulp een inspanningsgerichte toewijzing omvat."""

    volume: Annotated[int, Field(ge=1, le=MOST_VOLUME)]
    eenheid: Eenheid = Field(description=_in_words(EENHEDEN.items(), "WJ756"))
    frequentie: Frequentie = Field(description=_in_words(FREQUENTIES.items(), "WMO757"))

    model_config = example({"volume": 3, "eenheid": "04", "frequentie": "2"})

    @field_validator("frequentie")
    @classmethod
    def _suits_the_eenheid(cls, frequentie: Frequentie, info: ValidationInfo) -> Frequentie:
        eenheid = info.data.get("eenheid")
        if frequentie == "1" and eenheid and not may_be_daily(eenheid):
            reason = f"Een volume in {EENHEDEN[eenheid]} kan niet per dag."
            raise refusal("frequentie_past_niet", reason)
        return frequentie

    @property
    def asked(self) -> omvang.Omvang:
        """The omvang as the domain knows it."""
        return omvang.Omvang(self.volume, self.eenheid, self.frequentie)


class Volumegrenzen(OutputModel):
    """Hoeveel er ten hoogste mag worden gedeclareerd, in de eenheid van de toewijzing."""

    totaal: int
    per_termijn: list[int] = Field(description="Op volgorde van volgnummer.")


def volumegrenzen_of(volumes: Volumes | None) -> Volumegrenzen | None:
    """What may be declared at most, as decided; None without an omvang."""
    if volumes is None:
        return None
    return Volumegrenzen(totaal=volumes.totaal, per_termijn=list(volumes.maxima))


def omvang_of(row: Record) -> dict[str, Any]:
    """The fields of a toewijzing about its omvang, from its row."""
    if row["volume"] is None:
        return {"omvang": None, "volumegrenzen": None}
    given = {name: row[name] for name in ("volume", "eenheid", "frequentie")}
    grenzen = Volumegrenzen(totaal=row["totaal"], per_termijn=row["maxima"])
    return {"omvang": Omvang(**given), "volumegrenzen": grenzen}
