# SPDX-License-Identifier: EUPL-1.2
"""The path of a settled line as an auditor reads it: all that it hangs on, up to what was paid."""

from typing import Literal

from pydantic import Field

from app.api.models import (
    AgbCode,
    Datum,
    GemeenteCode,
    OutputModel,
    ProfielCode,
    Tijdstip,
    example,
)
from app.api.uitkomsten import RegelReden, Uitkomst
from app.domain.toewijzing import Intensiteit, Wet


class SpoorBoeking(OutputModel):
    """Een boeking van een regel."""

    boekingnummer: int
    gemeente: GemeenteCode
    dagen: int
    bedrag_centen: int
    geboekt_op: Tijdstip


class SpoorOpdracht(OutputModel):
    """Een betaalopdracht waarin een specificatie stond of staat."""

    id: int
    uitvoerdatum: Datum
    bedrag_centen: int = Field(description="Wat daarin van de specificatie wordt betaald.")
    status: Literal["open", "uitgevoerd", "ingetrokken"]


class SpoorBetaling(OutputModel):
    """Wat op een dag van een specificatie is betaald of verrekend."""

    datum: Datum
    bedrag_centen: int
    kenmerk: str
    betaalopdracht: int | None


class SpoorSpecificatie(OutputModel):
    """De betaalspecificatie van de declaratie waarin de regel staat, en wat ervan is betaald."""

    id: int
    bedrag_centen: int
    open_centen: int
    vervaldatum: Datum
    betaalopdrachten: list[SpoorOpdracht]
    betalingen: list[SpoorBetaling]


class Spoor(OutputModel):
    """Van beschikking tot betaling: alles waaraan een regel hangt."""

    beschikking: str | None
    mandaat: str | None
    verzoek_id: int | None
    toewijzing_nummer: int
    betaler: GemeenteCode
    aanbieder: AgbCode
    raamovereenkomst_nummer: int
    wet: Wet
    profiel: ProfielCode
    intensiteit: Intensiteit
    begindatum: Datum
    einddatum: Datum
    aangemaakt_op: Tijdstip
    tarieflijst_id: int
    lijstnaam: str
    vastgesteld_op: Tijdstip
    besluit: str | None
    tarief_centen: int
    prijs_centen: int
    mijlpaal: str
    termijn_begindatum: Datum
    termijn_einddatum: Datum
    declaratie_id: int
    declaratienummer: str
    dagtekening: Datum
    ontvangen_op: Tijdstip
    regelnummer: int
    referentie: str
    debet_credit: Literal["debet", "credit"]
    ingediend_centen: int
    uitkomst: Uitkomst
    redenen: list[RegelReden]
    afgehandeld_op: Tijdstip
    boekingen: list[SpoorBoeking]
    betaalspecificaties: list[SpoorSpecificatie] = Field(
        description="Alleen voor de gemeente die betaalt."
    )

    model_config = example(
        {
            "beschikking": "Z26-001204",
            "mandaat": None,
            "verzoekId": None,
            "toewijzingNummer": 1204,
            "betaler": "0153",
            "aanbieder": "99000001",
            "raamovereenkomstNummer": 3,
            "wet": "jeugdwet",
            "profiel": "OB2",
            "intensiteit": "middel",
            "begindatum": "2026-02-01",
            "einddatum": "2026-07-31",
            "aangemaaktOp": "2026-01-20T09:30:00.000000Z",
            "tarieflijstId": 2,
            "lijstnaam": "Tarieven 2026",
            "vastgesteldOp": "2025-11-20T12:00:00.000000Z",
            "besluit": "Mandaat 2025-3",
            "tariefCenten": 309736,
            "prijsCenten": 309736,
            "mijlpaal": "start",
            "termijnBegindatum": "2026-02-01",
            "termijnEinddatum": "2026-07-31",
            "declaratieId": 57,
            "declaratienummer": "2026081",
            "dagtekening": "2026-08-03",
            "ontvangenOp": "2026-08-03T07:15:00.000000Z",
            "regelnummer": 1,
            "referentie": "2026-000123",
            "debetCredit": "debet",
            "ingediendCenten": 216815,
            "uitkomst": "toegekend",
            "redenen": [],
            "afgehandeldOp": "2026-08-03T07:15:00.120000Z",
            "boekingen": [
                {
                    "boekingnummer": 881,
                    "gemeente": "0153",
                    "dagen": 181,
                    "bedragCenten": 216815,
                    "geboektOp": "2026-08-03T07:15:00.100000Z",
                }
            ],
            "betaalspecificaties": [
                {
                    "id": 31,
                    "bedragCenten": 216815,
                    "openCenten": 0,
                    "vervaldatum": "2026-09-02",
                    "betaalopdrachten": [
                        {
                            "id": 8,
                            "uitvoerdatum": "2026-08-28",
                            "bedragCenten": 216815,
                            "status": "uitgevoerd",
                        }
                    ],
                    "betalingen": [
                        {
                            "datum": "2026-08-28",
                            "bedragCenten": 216815,
                            "kenmerk": "betaalopdracht 8",
                            "betaalopdracht": 8,
                        }
                    ],
                }
            ],
        }
    )
