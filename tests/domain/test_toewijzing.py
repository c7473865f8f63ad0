# SPDX-License-Identifier: EUPL-1.2
"""A toewijzing is refused for the first ground that applies, and for nothing else."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import Conflict
from app.domain.omvang import Omvang
from app.domain.period import Periode
from app.domain.toewijzing import Aanvraag, Feiten, Raamovereenkomst, Tarief, admit, overlapping
from tests.cases.read import Case, cases

PERIODE = Periode(date(2026, 2, 1), date(2026, 7, 31))
TARIEF = Tarief(482_000, date(2026, 1, 1), 2)
IN_ORDER = [
    "profiel_niet_voor_wet",
    "bekostiging_niet_ondersteund",
    "omvang_niet_toegestaan",
    "binnen_taakopdracht",
    "geen_raamovereenkomst",
    "raamovereenkomst_opgeschort",
    "gemeente_niet_gecontracteerd",
    "profiel_niet_gecontracteerd",
    "andere_gemeente_verantwoordelijk",
    "geen_tarief",
    "overlappende_toewijzing",
]
WRONG: dict[str, Case] = {
    "profiel_niet_voor_wet": {"wetten": ["wmo"]},
    "bekostiging_niet_ondersteund": {"bekostiging": "taakgericht"},
    "omvang_niet_toegestaan": {"omvang": {"volume": 1, "eenheid": "04", "frequentie": "6"}},
    "binnen_taakopdracht": {"taakopdracht": 7},
    "geen_raamovereenkomst": {"zonder_raamovereenkomst": True},
    "raamovereenkomst_opgeschort": {"opgeschort": True},
    "gemeente_niet_gecontracteerd": {"gecontracteerde_gemeenten": []},
    "profiel_niet_gecontracteerd": {"gecontracteerde_profielen": []},
    "andere_gemeente_verantwoordelijk": {"woonplaats": "0141"},
    "geen_tarief": {"zonder_tarief": True},
    "overlappende_toewijzing": {"overlapt": 12},
}


def _aanvraag(case: Case) -> Aanvraag:
    spoed = case.get("spoed", False)
    omvang = Omvang(**case["omvang"]) if "omvang" in case else None
    return Aanvraag("0153", "jeugdwet", "OB1", "middel", "99000001", PERIODE, spoed, omvang)


def _feiten(case: Case) -> Feiten:
    contract = Raamovereenkomst(
        nummer=7,
        gemeenten=frozenset(case.get("gecontracteerde_gemeenten", ["0153", "0141"])),
        profielen=frozenset(case.get("gecontracteerde_profielen", ["OB1", "OB2"])),
        declaratietermijn_maanden=60,
        is_opgeschort=case.get("opgeschort", False),
    )
    return Feiten(
        wetten=frozenset(case.get("wetten", ["jeugdwet"])),
        bekostiging=case.get("bekostiging", "outputgericht"),
        raamovereenkomst=None if case.get("zonder_raamovereenkomst") else contract,
        woonplaats=None if case.get("zonder_woonplaats") else case.get("woonplaats", "0153"),
        tarief=None if case.get("zonder_tarief") else TARIEF,
        overlapt=case.get("overlapt"),
        taakopdracht=case.get("taakopdracht"),
        eenheid=case.get("eenheid"),
    )


@pytest.mark.parametrize("case", cases("weigering", "weigering"))
def test_a_toewijzing_is_given_or_refused_for_its_first_ground(case: Case) -> None:
    if "weigering" not in case:
        contract, tarief = admit(_aanvraag(case), _feiten(case))
        assert (contract.nummer, tarief) == (7, TARIEF)
        return
    with pytest.raises(Conflict) as refusal:
        admit(_aanvraag(case), _feiten(case))
    assert refusal.value.code == case["weigering"]
    assert case.get("noemt", "") in refusal.value.detail
    assert [fault.name for fault in refusal.value.faults] == (
        [case["veld"]] if "veld" in case else []
    )


@given(st.sets(st.sampled_from(IN_ORDER), min_size=1))
def test_of_any_grounds_together_the_first_in_order_wins(grounds: set[str]) -> None:
    case = {key: value for ground in grounds for key, value in WRONG[ground].items()}
    with pytest.raises(Conflict) as refusal:
        admit(_aanvraag(case), _feiten(case))
    assert refusal.value.code == min(grounds, key=IN_ORDER.index)


def test_the_guard_in_the_database_refuses_an_overlap_in_the_same_words() -> None:
    with pytest.raises(Conflict) as refusal:
        admit(_aanvraag({}), _feiten({"overlapt": 12}))
    assert (overlapping().code, overlapping().detail) == (
        refusal.value.code,
        refusal.value.detail,
    )
