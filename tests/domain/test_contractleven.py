# SPDX-License-Identifier: EUPL-1.2
"""Who is admitted, and what may happen to a raamovereenkomst while it lives."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import contractleven
from app.domain.aanmelding import Toelating, check_admitted, check_demands, check_undecided
from app.domain.contractleven import Dekking, Onderaannemer, Stand
from app.domain.errors import Conflict
from tests.cases.read import Case, cases

VANDAAG = date(2026, 6, 9)
EISEN = frozenset({"keurmerk", "klacht"})
NU = Dekking(frozenset({"0141", "0153"}), frozenset({"OB1", "OB2"}), frozenset({("0141", "OB2")}))


def _stand(case: Case) -> Stand:
    return Stand(
        "99000001",
        date(2026, 1, 1),
        date(2028, 12, 31),
        case.get("vereist_resultaten", False),
        case.get("ontbonden_per"),
        case.get("opgeschort", False),
        case.get("laatste_wending"),
    )


STAND = _stand({})


def _judged(case: Case, refused: Conflict | None) -> None:
    """The case says why it is refused: by all faults, by one code, or not at all."""
    code = case.get("code") or next(iter(case.get("fouten", [])), None)
    assert (refused and refused.code) == code
    if refused and "fouten" in case:
        assert [fault.code for fault in refused.faults] == case["fouten"]


@pytest.mark.parametrize("case", cases("contractleven", "toelating"))
def test_an_aanbieder_may_have_a_contract_or_not(case: Case) -> None:
    toelating = None
    if "besluit" in case:
        toelating = Toelating(case["besluit"], date(2025, 3, 1), case.get("tot_en_met"))
    refused = None
    try:
        check_admitted(toelating, case["begindatum"])
    except Conflict as conflict:
        refused = conflict
    _judged(case, refused)


@pytest.mark.parametrize("case", cases("contractleven", "toets"))
def test_a_decision_follows_from_what_was_tested(case: Case) -> None:
    refused = None
    try:
        check_demands(case["besluit"], case["getoetst"], EISEN)
    except Conflict as conflict:
        refused = conflict
    _judged(case, refused)


def test_an_aanmelding_is_decided_on_once() -> None:
    check_undecided(None)
    with pytest.raises(Conflict, match="al toegelaten"):
        check_undecided("toegelaten")


@pytest.mark.parametrize("case", cases("contractleven", "verlenging"))
def test_a_contract_may_be_extended_or_not(case: Case) -> None:
    refused = None
    try:
        contractleven.check_extension(_stand(case), case["einddatum"], case.get("resultaten", []))
    except Conflict as conflict:
        refused = conflict
    _judged(case, refused)


@pytest.mark.parametrize("case", cases("contractleven", "opschorting"))
def test_a_contract_may_be_put_on_hold_or_not(case: Case) -> None:
    refused = None
    try:
        contractleven.check_suspension(_stand(case), case["vanaf"])
    except Conflict as conflict:
        refused = conflict
    _judged(case, refused)


@pytest.mark.parametrize("case", cases("contractleven", "hervatting"))
def test_a_contract_on_hold_goes_on_from_a_day(case: Case) -> None:
    refused, dag = None, None
    try:
        dag = contractleven.resumption(_stand(case), case.get("vanaf"), VANDAAG)
    except Conflict as conflict:
        refused = conflict
    _judged(case, refused)
    assert dag == case.get("dag")


@pytest.mark.parametrize("case", cases("contractleven", "ontbinding"))
def test_a_contract_may_be_dissolved_or_not(case: Case) -> None:
    refused = None
    try:
        contractleven.check_dissolution(_stand(case), case["datum"])
    except Conflict as conflict:
        refused = conflict
    _judged(case, refused)


@pytest.mark.parametrize("case", cases("contractleven", "onderaannemer"))
def test_someone_may_work_under_a_contract_or_not(case: Case) -> None:
    others = [Onderaannemer("De Es", "99000066", False, None)]
    naam = "De Es" if case.get("bekend") else "De Berk"
    wie = Onderaannemer(naam, case.get("agb"), True, case.get("opdrachtgever"))
    refused = None
    try:
        contractleven.check_onderaannemer(STAND, wie, others)
    except Conflict as conflict:
        refused = conflict
    _judged(case, refused)


def test_the_switch_for_bonus_and_malus_is_off() -> None:
    contractleven.check_bonus_malus(False)
    with pytest.raises(Conflict, match="geen regel"):
        contractleven.check_bonus_malus(True)


def test_a_contract_grows_by_what_it_did_not_cover() -> None:
    dag = date(2026, 7, 1)
    assert contractleven.widen(STAND, NU, dag, ["OB3"], ["0164"]) == [
        (None, "OB3"),
        ("0164", None),
    ]
    assert contractleven.widen(STAND, NU, dag, [], ["0141"]) == [("0141", "OB2")]
    with pytest.raises(Conflict) as refused:
        contractleven.widen(STAND, NU, dag, ["OB1"], ["0153"])
    assert [fault.name for fault in refused.value.faults] == ["profielen", "gemeenten"]


def test_a_gemeente_leaves_out_only_what_it_uses() -> None:
    dag = date(2026, 7, 1)
    assert contractleven.exclude(STAND, NU, dag, "0141", None) == ("0141", None)
    assert contractleven.exclude(STAND, NU, dag, "0153", "OB2") == ("0153", "OB2")
    for gemeente, profiel, code in (
        ("0164", None, "gemeente_niet_gecontracteerd"),
        ("0153", "OB9", "profiel_niet_gecontracteerd"),
        ("0141", "OB2", "profiel_niet_gecontracteerd"),
    ):
        with pytest.raises(Conflict) as refused:
            contractleven.exclude(STAND, NU, dag, gemeente, profiel)
        assert refused.value.code == code


@given(st.dates(date(2025, 1, 1), date(2030, 1, 1)))
def test_what_is_covered_changes_only_while_the_contract_runs(dag: date) -> None:
    if STAND.begindatum <= dag <= STAND.einddatum:
        assert contractleven.exclude(STAND, NU, dag, "0153", None) == ("0153", None)
        return
    with pytest.raises(Conflict) as refused:
        contractleven.exclude(STAND, NU, dag, "0153", None)
    assert refused.value.code == "buiten_looptijd"


@given(st.dates(date(2026, 1, 1), date(2027, 1, 1)), st.integers(-400, 400))
def test_a_hold_and_its_end_follow_each_other_in_time(sinds: date, shift: int) -> None:
    stil = Stand("99000001", date(2026, 1, 1), date(2028, 12, 31), False, None, True, sinds)
    asked = sinds + timedelta(days=shift)
    try:
        dag = contractleven.resumption(stil, asked, VANDAAG)
    except Conflict:
        assert not sinds <= asked <= max(sinds, VANDAAG)
    else:
        contractleven.check_suspension(
            Stand("99000001", date(2026, 1, 1), date(2028, 12, 31), False, None, False, dag), dag
        )
