# SPDX-License-Identifier: EUPL-1.2
"""What it means when the database itself refuses: by constraint, the error that a caller gets."""

from collections.abc import Callable, Mapping

from app.domain.errors import Conflict, Forbidden, NoaberError, Unavailable
from app.domain.toewijzing import overlapping


def _unknown_gemeente() -> Forbidden:
    return Forbidden("gemeente_onbekend", "De gemeente van dit token bestaat niet (meer).")


def _unchangeable() -> Conflict:
    return Conflict("onveranderlijk", "Wat is vastgesteld of geboekt, verandert niet meer.")


def _known_bsn() -> Conflict:
    return Conflict(
        "bsn_bekend",
        "Deze gemeente heeft al een inwoner met dit BSN. Zoek met POST /inwoners/_zoek.",
    )


def _withdrawn_key() -> Unavailable:
    return Unavailable(
        "sleutel_verwijderd",
        "De sleutel voor BSNs is hier niet meer de goede. Probeer het straks opnieuw.",
    )


def _running_aanmelding() -> Conflict:
    return Conflict(
        "aanmelding_loopt", "Op een aanmelding van deze aanbieder is nog niet besloten."
    )


def _overlapping_contract() -> Conflict:
    return Conflict(
        "overlappende_raamovereenkomst",
        "Deze aanbieder heeft in deze periode al een raamovereenkomst.",
    )


def _scale_in_use() -> Conflict:
    return Conflict(
        "instrument_in_gebruik",
        "Een tabel gebruikt dit instrument: onderdelen en schaal blijven. Leg een ander instrument "
        "vast onder een nieuwe code.",
    )


def _other_table() -> Conflict:
    return Conflict(
        "profiel_heeft_al_tabel", "Een van deze profielen heeft al een andere intensiteitstabel."
    )


def _paid_twice() -> Conflict:
    return Conflict(
        "overlappende_taakopdracht",
        "Voor een van deze gemeenten loopt in deze periode al een taakopdracht die een van deze "
        "profielen omvat.",
    )


def _running_verzoek() -> Conflict:
    return Conflict(
        "verzoek_loopt", "Op een eerder verzoek van deze aanbieder hierover is nog niet geantwoord."
    )


def _known_reference() -> Conflict:
    return Conflict("referentie_bekend", "Deze aanbieder gebruikte deze referentie al eerder.")


def _running_plan() -> Conflict:
    return Conflict("plan_loopt", "Voor iemand van dit huishouden loopt al een ander plan.")


def _asked_already() -> Conflict:
    return Conflict("voortzetting_gevraagd", "Er is al een gemeente gevraagd om over te nemen.")


CONSTRAINTS: Mapping[str, Callable[[], NoaberError]] = {
    "ex_raamovereenkomst_periode": _overlapping_contract,
    "ex_taakomvang_overlap": _paid_twice,
    "ex_toewijzing_overlap": overlapping,
    "fk_budget_gemeente": _unknown_gemeente,
    "fk_inwoner_gemeente": _unknown_gemeente,
    "instrument_in_gebruik": _scale_in_use,
    "onveranderlijk": _unchangeable,
    "pk_intensiteitstabel_profiel": _other_table,
    "fk_inwoner_bsn_sleutel": _withdrawn_key,
    "fk_verzoek_bsn_sleutel": _withdrawn_key,
    "uq_inwoner_gemeente_bsn_hash": _known_bsn,
    "ux_inwoner_bsn": _known_bsn,
    "uq_verzoek_aanbieder_referentie_aanbieder": _known_reference,
    "ux_voortzetting_open": _asked_already,
    "ux_aanmelding_open": _running_aanmelding,
    "ux_planlid_loopt": _running_plan,
    "ux_verzoek_open": _running_verzoek,
    "ux_verzoek_open_bsn": _running_verzoek,
    "ux_verzoek_open_wijziging": _running_verzoek,
}
