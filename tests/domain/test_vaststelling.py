# SPDX-License-Identifier: EUPL-1.2
"""Who may adopt a tarieflijst, and when."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import Conflict
from app.domain.period import Periode
from app.domain.vaststelling import (
    Consultatie,
    Gemeentebesluit,
    Lijst,
    check_adoption,
    check_complete,
    new_decisions,
)
from tests.cases.read import Case, cases

VANDAAG = date(2026, 11, 1)
OKTOBER = Periode(date(2026, 10, 1), date(2026, 10, 31))
NAMEN = {"0141": "Almelo", "0153": "Enschede", "0164": "Hengelo"}

dagen = st.dates(date(2000, 1, 1), date(2100, 1, 1))


@pytest.mark.parametrize("case", cases("vaststelling", "consultatie"))
def test_a_consultation_stands_so_on_a_day(case: Case) -> None:
    consultatie = Consultatie(OKTOBER, case.get("gesloten", False))
    assert consultatie.stand(case["dag"]) == case["stand"]


@given(dagen, st.integers(0, 400), dagen)
def test_a_consultation_runs_exactly_on_the_days_of_its_period(
    begin: date, length: int, dag: date
) -> None:
    periode = Periode(begin, begin + timedelta(days=length))
    runs = Consultatie(periode).stand(dag) == "loopt"
    assert runs is (periode.begindatum <= dag <= periode.einddatum)
    assert Consultatie(periode, is_gesloten=True).stand(dag) == "gesloten"


@pytest.mark.parametrize("case", cases("vaststelling", "vaststelling"))
def test_a_list_may_be_adopted_or_not(case: Case) -> None:
    einde = case.get("einde_consultatie")
    lijst = Lijst(
        "opsteller",
        case.get("vastgesteld", False),
        einde and Consultatie(Periode(date(2026, 10, 1), einde)),
        case.get("onbeantwoord", 0),
    )
    if "code" not in case:
        check_adoption(lijst, case["door"], VANDAAG)
        return
    with pytest.raises(Conflict) as refused:
        check_adoption(lijst, case["door"], VANDAAG)
    assert refused.value.code == case["code"]
    if case.get("onbeantwoord"):
        assert str(case["onbeantwoord"]) in refused.value.detail


@given(st.sets(st.sampled_from(sorted(NAMEN))))
def test_a_list_is_complete_when_nobody_is_left_and_names_who_is(besloten: set[str]) -> None:
    rest = NAMEN.keys() - besloten
    if not rest:
        check_complete(NAMEN, sorted(besloten))
        return
    with pytest.raises(Conflict) as refused:
        check_complete(NAMEN, sorted(besloten))
    for code, naam in NAMEN.items():
        assert (f"{code} {naam}" in refused.value.detail) is (code in rest)


def test_a_decision_is_kept_once_and_never_replaced() -> None:
    almelo = Gemeentebesluit("0141", date(2026, 10, 6), "A-1")
    hengelo = Gemeentebesluit("0164", date(2026, 10, 7), "H-1")
    assert new_decisions({"0141": almelo}, [almelo, hengelo]) == [hengelo]
    with pytest.raises(Conflict, match="0141") as refused:
        new_decisions({"0141": almelo}, [Gemeentebesluit("0141", date(2026, 10, 6), "A-2")])
    assert refused.value.code == "besluit_bekend"
