# SPDX-License-Identifier: EUPL-1.2
"""What an aanbieder asks of a gemeente, what the gemeente answers, and within which terms."""

from datetime import date
from typing import Annotated, Literal

from asyncpg import Record
from pydantic import Field, field_validator
from pydantic_core.core_schema import ValidationInfo

from app.api.feestdagen import feestdagen_from
from app.api.intensiteitsadviezen import SituatieInvoer
from app.api.inwoners import WOONPLAATSEN_EXAMPLE, Bsn, WoonplaatsenInvoer, WoonplaatsVanaf
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
from app.api.surroundings import BekendeGemeente, DeelnemendeGemeente, Verleden
from app.api.toewijzing_modellen import (
    BeoogdResultaat,
    Beschikking,
    Looptijd,
    Spoed,
    ToewijzingInvoer,
    Verwijzer,
)
from app.domain.period import day_in_amsterdam
from app.domain.termijnen import is_late, terms_of, werkdagen_left
from app.domain.toewijzing import Intensiteit, Wet
from app.domain.verzoek import ELSEWHERE, REDENCODES, Afwijzingsreden, Verzoekstatus

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


class ToekenningInvoer(WoonplaatsenInvoer):
    """Wat de gemeente toevoegt aan wat is gevraagd."""

    woonplaatsen: Annotated[list[WoonplaatsVanaf], Field(max_length=1_000)] = Field(
        default=[],
        description="Van een inwoner die de gemeente nog niet kent; wie zij kent, heeft ze al.",
    )
    spoed: Spoed | None = None
    beschikking: Beschikking | None = None
    intensiteitsadvies: SituatieInvoer | None = None
    afwijkingsreden: Annotated[str, Tekst(2_000, lines=True)] | None = None

    model_config = example({"woonplaatsen": WOONPLAATSEN_EXAMPLE, "beschikking": "Z26-001204"})


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
    soort: Literal["toewijzing"]
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
    geboortedatum: Datum
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
            "beschikking": toekenning.beschikking,
            "intensiteitsadvies": toekenning.intensiteitsadvies,
            "afwijkingsreden": toekenning.afwijkingsreden,
        }
    )


def verzoek_of(row: Record, today: date) -> Verzoek:
    """A verzoek as its gemeente and its aanbieder read it."""
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
