# SPDX-License-Identifier: EUPL-1.2
"""Why a declared line is refused or held: code, retourcode of the iStandaarden, Dutch text.

Bron: codelijst WJ001 of iWmo/iJw 3.2 for the retourcodes; a reason without one is our own.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reden:
    """A reason as the aanbieder reads it; `retourcode` is None where WJ001 has none that fits."""

    code: str
    retourcode: str | None
    omschrijving: str


_ALL = (
    Reden(
        "toewijzing_onbekend",
        "9338",
        "Er is geen toewijzing met dit nummer aan deze aanbieder gegeven. "
        "Controleer toewijzingNummer.",
    ),
    Reden(
        "taakgericht_zonder_regels",
        None,
        "Dit is het nummer van een taakopdracht. Die wordt in termijnen betaald, zonder regels.",
    ),
    Reden(
        "termijn_onbekend",
        "9387",
        "De toewijzing heeft geen termijn met deze mijlpaal, begindatum en einddatum, of die is "
        "vervallen. Neem ze over van de toewijzing.",
    ),
    Reden(
        "mijlpaal_past_niet",
        None,
        "De toewijzing is inspanningsgericht en heeft geen termijn met deze mijlpaal.",
    ),
    Reden(
        "volume_niet_toegestaan",
        None,
        "De toewijzing is outputgericht: declareer de termijn zonder volume en eenheid.",
    ),
    Reden(
        "volume_ontbreekt",
        None,
        "De toewijzing is inspanningsgericht: vermeld het geleverde volume en de eenheid.",
    ),
    Reden("eenheid_ongelijk", "9341", "De eenheid past niet bij die van de toewijzing."),
    Reden(
        "volume_per_periode",
        "9321",
        "Het volume is meer dan de toewijzing in deze termijn toestaat.",
    ),
    Reden(
        "bedrag_ongelijk",
        "9346",
        "Het bedrag is niet gelijk aan dat van de termijn, of aan volume maal tarief.",
    ),
    Reden(
        "al_gedeclareerd",
        "9389",
        "Deze termijn is al toegekend of aangehouden. Crediteer eerst de eerdere regel.",
    ),
    Reden(
        "referentie_bekend",
        "8021",
        "Deze referentie is al eerder gebruikt. Dien de regel in met een nieuwe referentie.",
    ),
    Reden(
        "credit_zonder_debet",
        "8017",
        "Er is geen toegekende debetregel van deze termijn met de genoemde vorigeReferentie.",
    ),
    Reden("al_gecrediteerd", "9390", "De genoemde debetregel is al gecrediteerd."),
    Reden("te_vroeg", "9319", "Deze termijn is nog niet declarabel."),
    Reden("te_laat", None, "De declaratietermijn van de raamovereenkomst is verstreken."),
    Reden(
        "termijn_vervallen",
        None,
        "De toewijzing is gewijzigd of beëindigd, en deze termijn is vervallen. Zie daar welke "
        "termijn ervoor in de plaats kwam.",
    ),
    Reden(
        "wanprestatie",
        None,
        "De raamovereenkomst is ontbonden om wanprestatie of fraude; er wordt niets meer betaald.",
    ),
    Reden(
        "contract_opgeschort",
        None,
        "De raamovereenkomst is opgeschort. De regel wacht op de hervatting; "
        "opnieuw indienen is niet nodig.",
    ),
    Reden(
        "in_beoordeling",
        None,
        "De aanbieder heeft de hulp beëindigd. De regel wacht op het oordeel van de gemeente; "
        "opnieuw indienen is niet nodig.",
    ),
    Reden(
        "toewijzing_opgeschort",
        None,
        "De toewijzing is opgeschort. De regel wacht op de hervatting; "
        "opnieuw indienen is niet nodig.",
    ),
    Reden(
        "woonplaats_onbekend",
        None,
        "Van een of meer dagen is de woonplaats niet vastgesteld. "
        "De regel wacht op de gemeente; opnieuw indienen is niet nodig.",
    ),
    Reden(
        "volume_totaal",
        "9322",
        "Met dit volume wordt meer gedeclareerd dan de toewijzing in totaal toestaat.",
    ),
)

REDENEN = {reden.code: reden for reden in _ALL}
"""Every reason by its code, in the order in which they are listed on a line."""
