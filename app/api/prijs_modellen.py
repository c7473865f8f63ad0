# SPDX-License-Identifier: EUPL-1.2
"""What a toewijzing would cost, as it is told before it is given."""

from app.api.intensiteitsadviezen import ADVIES_EXAMPLE, Intensiteitsadvies
from app.api.models import GemeenteCode, OutputModel, example, where_it_applies
from app.api.omvang_modellen import BY_VOLUME, Volumegrenzen, volumegrenzen_of
from app.api.toewijzing_modellen import (
    TARIEF_EXAMPLE,
    TERMIJNEN_EXAMPLE,
    ToewijzingTarief,
    ToewijzingTermijn,
    tarief_of,
    termijn_of,
)
from app.pricing.besluit import Besluit
from app.pricing.uitleg import Deel, explain


class PrijsDeel(OutputModel):
    """Wat een gemeente draagt; null: de woonplaats is op die dagen niet vastgesteld."""

    gemeente: GemeenteCode | None
    dagen: int
    bedrag_centen: int


class UitlegStap(OutputModel):
    """Een stap van tarief naar prijs, termijnen en verdeling."""

    stap: str
    bron: str
    bedrag_centen: int


class Prijs(OutputModel):
    """Wat een toewijzing zou kosten, wie dat draagt, en hoe dat volgt."""

    prijs_centen: int
    tarief: ToewijzingTarief
    termijnen: list[ToewijzingTermijn]
    volumegrenzen: Volumegrenzen | None = where_it_applies(BY_VOLUME)
    verdeling: list[PrijsDeel]
    uitleg: list[UitlegStap]
    intensiteitsadvies: Intensiteitsadvies | None

    model_config = example(
        {
            "prijsCenten": 309736,
            "tarief": TARIEF_EXAMPLE,
            "termijnen": TERMIJNEN_EXAMPLE,
            "verdeling": [
                {"gemeente": "0153", "dagen": 103, "bedragCenten": 176259},
                {"gemeente": "0141", "dagen": 78, "bedragCenten": 133477},
            ],
            "uitleg": [
                {
                    "stap": "Tarief van profiel OB2 middel op 2026-02-01",
                    "bron": "Tarieflijst 2, geldig vanaf 2026-01-01",
                    "bedragCenten": 309736,
                }
            ],
            "intensiteitsadvies": ADVIES_EXAMPLE,
        }
    )


def prijs_of(besluit: Besluit, verdeling: list[Deel], advies: Intensiteitsadvies | None) -> Prijs:
    """The quote of a decision, with its split, its explanation and the advice before it."""
    return Prijs(
        prijs_centen=besluit.prijs_centen,
        tarief=tarief_of(besluit.tarief),
        termijnen=[termijn_of(t) for t in besluit.termijnen],
        volumegrenzen=volumegrenzen_of(besluit.volumes),
        verdeling=[
            PrijsDeel(gemeente=d.gemeente, dagen=d.dagen, bedrag_centen=d.bedrag_centen)
            for d in verdeling
        ],
        uitleg=[
            UitlegStap(stap=s.stap, bron=s.bron, bedrag_centen=s.bedrag_centen)
            for s in explain(besluit, verdeling)
        ],
        intensiteitsadvies=advies,
    )
