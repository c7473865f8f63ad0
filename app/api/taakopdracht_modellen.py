# SPDX-License-Identifier: EUPL-1.2
"""What is sent and told about taakopdrachten and the accounts on them."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from app.api.models import (
    AgbCode,
    Datum,
    GemeenteCode,
    InputModel,
    OutputModel,
    Tekst,
    Tijdstip,
    example,
    refusal,
)
from app.api.pages import Page, page_example
from app.api.periode import PeriodeInvoer
from app.api.surroundings import BekendeGemeente
from app.domain.period import Periode
from app.domain.taak import named_profielen

Totaalbedrag = Annotated[int, Field(strict=True, ge=1, le=999_999_999_999)]
Halfjaar = Annotated[str, Field(pattern=r"^(19|20|21)[0-9]{2}-[12]$")]
Omvang = Annotated[str, Tekst(500)]

EXAMPLE = {
    "nummer": 7,
    "aanbieder": "99000001",
    "begindatum": "2026-01-01",
    "einddatum": "2027-12-31",
    "termijnen": 2,
    "omvat": ["OB1", "Inloop en groepen voor ouders in elke wijk"],
    "omvatNiet": ["OB3"],
    "gemeenten": [
        {
            "gemeente": "0153",
            "bedragCenten": 100000001,
            "geboektCenten": 50000001,
            "termijnen": [
                {
                    "volgnummer": 1,
                    "begindatum": "2026-01-01",
                    "einddatum": "2026-12-31",
                    "vervaldatum": "2026-01-01",
                    "bedragCenten": 50000001,
                    "geboektOp": "2026-01-01T05:00:00.000000Z",
                },
                {
                    "volgnummer": 2,
                    "begindatum": "2027-01-01",
                    "einddatum": "2027-12-31",
                    "vervaldatum": "2027-01-01",
                    "bedragCenten": 50000000,
                    "geboektOp": None,
                },
            ],
        }
    ],
    "ontbrekendeVerslagen": ["2026-1"],
}
VERSLAG_EXAMPLE = {
    "halfjaar": "2026-1",
    "aantalInwoners": 412,
    "resultaten": [
        {"resultaat": "Minder verwijzingen", "toelichting": "Een op de vijf minder dan in 2025"}
    ],
    "ontvangenOp": "2026-07-14T09:30:00.000000Z",
}


class TaakbedragInvoer(InputModel):
    """Wat een gemeente voor de hele opdracht betaalt."""

    gemeente: BekendeGemeente
    bedrag_centen: Totaalbedrag


class TaakopdrachtInvoer(PeriodeInvoer):
    """Een taak voor een bevolking, voor een vast bedrag per gemeente.

    Wat de opdracht wel en niet omvat, is per deel een profielcode (één woord) of een omschrijving.
    """

    aanbieder: AgbCode
    gemeenten: Annotated[list[TaakbedragInvoer], Field(min_length=1, max_length=500)]
    termijnen: Annotated[int, Field(ge=1, le=240, description="Niet meer dan er maanden zijn.")]
    omvat: Annotated[list[Omvang], Field(min_length=1, max_length=100)]
    omvat_niet: Annotated[list[Omvang], Field(max_length=100, default_factory=list)]

    model_config = example(
        {
            **{name: EXAMPLE[name] for name in ("aanbieder", "begindatum", "einddatum")},
            "gemeenten": [{"gemeente": "0153", "bedragCenten": 100000001}],
            **{name: EXAMPLE[name] for name in ("termijnen", "omvat", "omvatNiet")},
        }
    )

    @model_validator(mode="after")
    def _names_each_gemeente_once(self) -> Self:
        if len({deel.gemeente for deel in self.gemeenten}) < len(self.gemeenten):
            raise refusal("dubbel_genoemd", "Noem elke gemeente één keer.", "gemeenten")
        return self

    @model_validator(mode="after")
    def _has_a_month_for_each_termijn(self) -> Self:
        if self.termijnen > self.periode.aantal_maanden:
            raise refusal(
                "te_veel_termijnen", "Er zijn meer termijnen dan kalendermaanden.", "termijnen"
            )
        return self

    @model_validator(mode="after")
    def _says_in_or_out(self) -> Self:
        if set(self.omvat) & set(self.omvat_niet):
            raise refusal(
                "wel_en_niet", "Dit kan niet tegelijk wel en niet in de opdracht.", "omvatNiet"
            )
        return self

    @property
    def periode(self) -> Periode:
        """From begindatum up to and including einddatum."""
        return Periode(self.begindatum, self.einddatum)

    @property
    def profielen(self) -> list[str]:
        """The profielen named anywhere."""
        return named_profielen([*self.omvat, *self.omvat_niet])


class Taaktermijn(OutputModel):
    """Een deel van het bedrag: over welke maanden, wanneer het vervalt, wanneer het geboekt is."""

    volgnummer: int
    begindatum: Datum
    einddatum: Datum
    vervaldatum: Datum
    bedrag_centen: int
    geboekt_op: Tijdstip | None


class Taakdeel(OutputModel):
    """Wat een gemeente betaalt, in termijnen."""

    gemeente: GemeenteCode
    bedrag_centen: int
    geboekt_centen: int
    termijnen: list[Taaktermijn]


class Taakopdracht(OutputModel):
    """Een taakopdracht; een gemeente ziet daarvan alleen haar eigen bedrag."""

    nummer: int
    aanbieder: AgbCode
    begindatum: Datum
    einddatum: Datum
    termijnen: int
    omvat: list[str]
    omvat_niet: list[str]
    gemeenten: list[Taakdeel]
    ontbrekende_verslagen: list[str]

    model_config = example(EXAMPLE)


class TaakopdrachtenPagina(Page):
    """Een pagina taakopdrachten, op volgorde van nummer."""

    results: list[Taakopdracht]

    model_config = page_example(EXAMPLE)


class Geboekt(OutputModel):
    """Wat er nu geboekt is; nog eens boeken boekt niets meer."""

    aantal_boekingen: int
    bedrag_centen: int

    model_config = example({"aantalBoekingen": 1, "bedragCenten": 50000001})


class Taakresultaat(InputModel):
    """Een resultaat, en waaruit het blijkt."""

    resultaat: Annotated[str, Tekst(500)]
    toelichting: Annotated[str, Tekst(4_000, lines=True)]


class VerslagInvoer(InputModel):
    """Wat er in een halfjaar is bereikt; noem geen personen."""

    halfjaar: Halfjaar
    aantal_inwoners: Annotated[int, Field(ge=0, le=99_999_999)]
    resultaten: Annotated[list[Taakresultaat], Field(min_length=1, max_length=100)]

    model_config = example(
        {name: VERSLAG_EXAMPLE[name] for name in ("halfjaar", "aantalInwoners", "resultaten")}
    )


class Verslag(OutputModel):
    """Een verslag over een halfjaar."""

    halfjaar: str
    aantal_inwoners: int
    resultaten: list[Taakresultaat]
    ontvangen_op: Tijdstip

    model_config = example(VERSLAG_EXAMPLE)


class VerslagenPagina(Page):
    """Een pagina verslagen, op volgorde van halfjaar."""

    results: list[Verslag]

    model_config = page_example(VERSLAG_EXAMPLE)
