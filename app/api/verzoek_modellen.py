# SPDX-License-Identifier: EUPL-1.2
"""What an aanbieder asks of a gemeente, and what is told of it: the answer, and the terms."""

from datetime import date
from typing import Annotated, Any, Literal

from asyncpg import Record
from pydantic import Field, field_validator
from pydantic_core.core_schema import ValidationInfo

from app.api.feestdagen import feestdagen_from
from app.api.inwoners import Bsn
from app.api.logboek import note
from app.api.models import (
    AgbCode,
    Datum,
    GemeenteCode,
    InputModel,
    OutputModel,
    ProfielCode,
    Tekst,
    Tijdstip,
    example,
    refusal,
)
from app.api.pages import Page, PageQuery, page_example
from app.api.surroundings import DeelnemendeGemeente, Verleden
from app.api.toewijzing_modellen import (
    BeoogdResultaat,
    Looptijd,
    Verwijzer,
)
from app.domain.period import day_in_amsterdam
from app.domain.termijnen import is_late, terms_of, werkdagen_left
from app.domain.toewijzing import Intensiteit, Wet
from app.domain.verzoek import REDENCODES, Afwijzingsreden, Verzoeksoort, Verzoekstatus

WettelijkeVerwijzer = Literal[
    "huisarts", "jeugdarts", "gecertificeerde_instelling", "medisch_specialist", "rechter"
]
"""Who may refer past the gemeente. Bron: Jeugdwet art. 2.6 lid 1 onder e, art. 2.4."""

GEVRAAGD = {
    "gemeente": "0153",
    "wet": "jeugdwet",
    "profiel": "OB2",
    "intensiteit": "middel",
    "begindatum": "2026-02-01",
    "einddatum": "2026-07-31",
    "verwijzer": "huisarts",
    "referentieAanbieder": "V-2026-0042",
    "beoogdeResultaten": [
        {
            "resultaat": "Gaat weer elke dag naar school",
            "onderbouwing": "Verwijsbrief van de huisarts van 12 januari",
        }
    ],
    "toelichting": None,
}
EXAMPLE = {
    "id": 88,
    "soort": "toewijzing",
    "status": "in_onderzoek",
    "aanbieder": "99000001",
    **GEVRAAGD,
    "betreftToewijzing": None,
    "geboortedatum": "2014-03-09",
    "inwonerId": None,
    "ontvangenOp": "2026-01-16T10:12:00.000000Z",
    "termijnen": {
        "antwoordUiterlijk": "2026-01-23",
        "woonplaatsUiterlijk": "2026-01-30",
        "onderzoekUiterlijk": "2026-03-13",
        "uiterlijk": "2026-03-13",
        "werkdagenOver": 35,
        "isTeLaat": False,
    },
    "onderzoek": {
        "gemeldOp": "2026-01-21T08:00:00.000000Z",
        "toelichting": "De woonplaats wordt nagegaan",
    },
    "beantwoordOp": None,
    "toewijzingNummer": None,
    "afwijzing": None,
}


class Persoon(InputModel):
    """Voor wie hulp wordt gevraagd."""

    bsn: Bsn = Field(
        description="Wordt versleuteld bewaard tot er is geantwoord; alleen de gemeente leest het."
    )
    geboortedatum: Verleden


class VerzoekInvoer(Looptijd):
    """Een verzoek om een toewijzing, op grond van een wettelijke verwijzing."""

    gemeente: DeelnemendeGemeente
    inwoner: Persoon
    wet: Wet
    profiel: ProfielCode
    intensiteit: Intensiteit
    verwijzer: WettelijkeVerwijzer
    referentie_aanbieder: Annotated[str, Tekst(20)]
    beoogde_resultaten: Annotated[list[BeoogdResultaat], Field(min_length=1, max_length=100)]
    toelichting: Annotated[str, Tekst(2_000, lines=True)] | None = None

    model_config = example(
        {**GEVRAAGD, "inwoner": {"bsn": "999900006", "geboortedatum": "2014-03-09"}}
    )


class WijzigingsverzoekInvoer(InputModel):
    """Een verzoek om andere of langere hulp dan de toewijzing geeft."""

    soort: Literal["wijziging", "verlenging"]
    intensiteit: Intensiteit | None = Field(
        default=None, validate_default=True, description="Bij een wijziging, en alleen dan."
    )
    begindatum: Datum | None = Field(
        default=None, validate_default=True, description="Vanaf wanneer, bij een wijziging."
    )
    einddatum: Datum | None = Field(
        default=None, validate_default=True, description="Tot en met wanneer, bij een verlenging."
    )
    referentie_aanbieder: Annotated[str, Tekst(20)]
    toelichting: Annotated[str, Tekst(2_000, lines=True)]

    model_config = example(
        {
            "soort": "wijziging",
            "intensiteit": "zwaar",
            "begindatum": "2026-05-01",
            "einddatum": None,
            "referentieAanbieder": "V-2026-0077",
            "toelichting": "Er is meer aan de hand dan bij de start bekend was",
        }
    )

    @field_validator("intensiteit", "begindatum", "einddatum")
    @classmethod
    def _belongs_to_what_is_asked(cls, value: Any, info: ValidationInfo) -> Any:
        soort = info.data.get("soort")
        belongs = (soort == "verlenging") == (info.field_name == "einddatum")
        if soort and belongs and value is None:
            raise refusal("verplicht", f"Dit is verplicht bij een {soort}.")
        if soort and not belongs and value is not None:
            raise refusal("past_niet_bij_soort", f"Dit hoort niet bij een {soort}.")
        return value


class Antwoordtermijnen(OutputModel):
    """Tot en met wanneer een antwoord op tijd is."""

    antwoord_uiterlijk: Datum = Field(
        description="Een antwoord, of de melding dat het in onderzoek is: 5 werkdagen."
    )
    woonplaats_uiterlijk: Datum = Field(
        description="Een afwijzing op grond van de woonplaats: 2 weken."
    )
    onderzoek_uiterlijk: Datum = Field(description="Het antwoord na onderzoek: 8 weken.")
    uiterlijk: Datum = Field(description="De termijn die nu geldt.")
    werkdagen_over: int | None = Field(
        description="Werkdagen na vandaag tot en met uiterlijk; null: er is geantwoord."
    )
    is_te_laat: bool = Field(description="Of een termijn voorbijging zonder antwoord.")


class VerzoekOnderzoek(OutputModel):
    """De melding dat een verzoek in onderzoek is."""

    gemeld_op: Tijdstip
    toelichting: str | None


class VerzoekAfwijzing(OutputModel):
    """Waarom een verzoek is afgewezen."""

    reden: Afwijzingsreden
    redencode: str = Field(description="De code uit de standaard (WJ759).")
    verantwoordelijke_gemeente: GemeenteCode | None
    toelichting: str | None


class Verzoek(OutputModel):
    """Een verzoek met zijn termijnen en, als dat er is, het antwoord."""

    id: int
    soort: Verzoeksoort
    status: Verzoekstatus
    gemeente: GemeenteCode
    aanbieder: AgbCode
    wet: Wet
    profiel: ProfielCode
    intensiteit: Intensiteit
    begindatum: Datum
    einddatum: Datum
    verwijzer: Verwijzer
    referentie_aanbieder: str
    beoogde_resultaten: list[BeoogdResultaat]
    toelichting: str | None
    betreft_toewijzing: int | None = Field(
        description="De toewijzing die gewijzigd of verlengd moet worden."
    )
    geboortedatum: Datum | None = Field(
        description="Bij een wijziging of verlenging null: de toewijzing zegt van wie."
    )
    inwoner_id: int | None = Field(
        description="De inwoner, als de gemeente die kent; de aanbieder ziet hier altijd null."
    )
    ontvangen_op: Tijdstip
    termijnen: Antwoordtermijnen
    onderzoek: VerzoekOnderzoek | None
    beantwoord_op: Tijdstip | None
    toewijzing_nummer: int | None
    afwijzing: VerzoekAfwijzing | None

    model_config = example(EXAMPLE)


class VerzoekClient(OutputModel):
    """Over wie een verzoek gaat."""

    bsn: str
    geboortedatum: Datum

    model_config = example({"bsn": "999900006", "geboortedatum": "2014-03-09"})


class VerzoekenPagina(Page):
    """Een pagina verzoeken, op volgorde van ontvangst."""

    results: list[Verzoek]

    model_config = page_example(EXAMPLE)


class VerzoekenQuery(PageQuery):
    """Waarop te zoeken binnen de eigen verzoeken; wat ontbreekt, doet niet mee."""

    status: Verzoekstatus | None = None
    gemeente: GemeenteCode | None = None
    aanbieder: AgbCode | None = None


def verzoek_of(row: Record, today: date) -> Verzoek:
    """A verzoek as its gemeente and its aanbieder read it."""
    note(row["bekende_inwoner"], verzoek=row["id"])
    same = Verzoek.model_fields.keys() & dict(row).keys() - {"inwoner_id"}
    return Verzoek(
        **{key: row[key] for key in same},
        inwoner_id=row["bekende_inwoner"],
        termijnen=_termijnen(row, today),
        onderzoek=_onderzoek(row),
        afwijzing=_afwijzing(row),
    )


def _termijnen(row: Record, today: date) -> Antwoordtermijnen:
    ontvangen, onderzoek, antwoord = (
        day_in_amsterdam(row[key]) if row[key] else None
        for key in ("ontvangen_op", "onderzoek_op", "beantwoord_op")
    )
    assert ontvangen is not None
    feestdagen = feestdagen_from(ontvangen)
    terms = terms_of(ontvangen, feestdagen)
    uiterlijk = terms.onderzoek if onderzoek else terms.antwoord
    return Antwoordtermijnen(
        antwoord_uiterlijk=terms.antwoord,
        woonplaats_uiterlijk=terms.woonplaats,
        onderzoek_uiterlijk=terms.onderzoek,
        uiterlijk=uiterlijk,
        werkdagen_over=None if antwoord else werkdagen_left(today, uiterlijk, feestdagen),
        is_te_laat=is_late(terms, onderzoek, antwoord, today),
    )


def _onderzoek(row: Record) -> VerzoekOnderzoek | None:
    if row["onderzoek_op"] is None:
        return None
    return VerzoekOnderzoek(gemeld_op=row["onderzoek_op"], toelichting=row["onderzoek_toelichting"])


def _afwijzing(row: Record) -> VerzoekAfwijzing | None:
    if row["reden"] is None:
        return None
    return VerzoekAfwijzing(
        reden=row["reden"],
        redencode=REDENCODES[row["reden"]],
        verantwoordelijke_gemeente=row["verantwoordelijke_gemeente"],
        toelichting=row["antwoord_toelichting"],
    )
