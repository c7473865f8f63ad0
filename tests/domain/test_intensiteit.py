# SPDX-License-Identifier: EUPL-1.2
"""The first rule that fits decides, says why, and never tells a score."""

import tomllib
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.db.intensiteit import regel_of
from app.demo.intensiteit import TABELLEN, ZRM
from app.domain.intensiteit import (
    Complexiteit,
    EigenInzet,
    Instrument,
    Regel,
    Scores,
    Situatie,
    Voorwaarden,
    advise,
    fault_in_deviation,
    faults_in_rules,
    faults_in_scores,
    misplaced_rules,
)
from app.domain.toewijzing import Intensiteit
from app.pricing.tarief import INTENSITEITEN
from tests.cases import read
from tests.cases.read import Case, cases

FILE = tomllib.loads(Path(read.__file__).with_name("intensiteit.toml").read_text("utf-8"))
ONDERDELEN: tuple[str, ...] = tuple(FILE["onderdelen"])
INSTRUMENT = Instrument(ONDERDELEN, 1, 5)
INZET = get_args(EigenInzet)


def _regel(case: dict[str, Any]) -> Regel:
    eisen = [
        Scores(**{**eis, "onderdelen": tuple(eis.get("onderdelen", ()))})
        for eis in case.get("scores", [])
    ]
    voorwaarden = Voorwaarden(
        tuple(case.get("complexiteit", ())),
        tuple(case.get("eigen_inzet_gemeente", ())),
        tuple(eisen),
    )
    return Regel(voorwaarden, case["uitkomst"], "Een voorbeeld")


REGELS = [_regel(case) for case in FILE["regel"]]
ILLUSTRATIEF = [regel_of(regel) for regel in TABELLEN["zrm-illustratief"]["regels"]]
ZRM_ONDERDELEN = tuple(onderdeel["code"] for onderdeel in ZRM["onderdelen"])

complexiteiten = st.sampled_from(get_args(Complexiteit))
inzetten = st.sampled_from(INZET)
scores = st.lists(st.integers(1, 5), min_size=4, max_size=4)
voorwaarden = st.builds(
    Voorwaarden,
    st.lists(complexiteiten, unique=True, max_size=2).map(tuple),
    st.lists(inzetten, unique=True, max_size=2).map(tuple),
    st.lists(
        st.builds(Scores, st.integers(1, 4), st.integers(1, 3), st.integers(3, 5)), max_size=2
    ).map(tuple),
)
regels = st.lists(
    st.builds(
        Regel,
        voorwaarden.filter(lambda v: v != Voorwaarden()),
        st.sampled_from(INTENSITEITEN),
        st.just("-"),
    ),
    max_size=5,
).map(lambda some: [*some, Regel(Voorwaarden(), "middel", "-")])


@pytest.mark.parametrize("case", cases("intensiteit", "advies"))
def test_a_table_advises(case: Case) -> None:
    given_scores = dict(zip(ONDERDELEN, case["scores"], strict=True))
    advies = advise(
        Situatie(case["complexiteit"], case["eigen_inzet_gemeente"], given_scores), REGELS
    )
    assert (advies.intensiteit, advies.waarom[-1].regel) == (case["advies"], case["regel"])
    if "niet_voldaan" in case:
        assert [list(stap.niet_voldaan) for stap in advies.waarom] == case["niet_voldaan"]


@given(regels, complexiteiten, inzetten, scores)
def test_the_last_rule_looked_at_decides_and_all_before_it_say_why_not(
    table: list[Regel], complexiteit: Complexiteit, inzet: EigenInzet, values: list[int]
) -> None:
    assert misplaced_rules(table) == []
    situatie = Situatie(complexiteit, inzet, dict(zip(ONDERDELEN, values, strict=True)))
    advies = advise(situatie, table)
    assert [stap.regel for stap in advies.waarom] == list(range(1, len(advies.waarom) + 1))
    assert advies.intensiteit == advies.waarom[-1].uitkomst
    assert [not stap.niet_voldaan for stap in advies.waarom[:-1]] == [False] * (
        len(advies.waarom) - 1
    )
    assert advies.waarom[-1].niet_voldaan == ()
    for stap in advies.waarom:
        assert set(stap.niet_voldaan) <= set(stap.voorwaarde.split("; "))


@given(complexiteiten, st.lists(st.integers(1, 5), min_size=13, max_size=13), st.data())
def test_in_the_illustrative_table_more_own_effort_or_self_reliance_never_advises_heavier(
    complexiteit: Complexiteit, values: list[int], data: st.DataObject
) -> None:
    place, better = data.draw(st.integers(0, 12)), data.draw(st.integers(0, 4))
    improved = [min(5, v + better) if i == place else v for i, v in enumerate(values)]

    def weight(inzet: EigenInzet, some: list[int]) -> int:
        situatie = Situatie(complexiteit, inzet, dict(zip(ZRM_ONDERDELEN, some, strict=True)))
        return INTENSITEITEN.index(advise(situatie, ILLUSTRATIEF).intensiteit)

    by_effort = [weight(inzet, values) for inzet in INZET]
    assert by_effort == sorted(by_effort, reverse=True)
    assert all(weight(inzet, improved) <= weight(inzet, values) for inzet in INZET)


def test_the_illustrative_table_is_total_and_fits_its_instrument() -> None:
    assert misplaced_rules(ILLUSTRATIEF) == []
    assert faults_in_rules(ILLUSTRATIEF, Instrument(ZRM_ONDERDELEN, 1, 5)) == []


def test_a_table_that_does_not_always_decide_is_no_table() -> None:
    regel = Regel(Voorwaarden(complexiteit=("complex",)), "zwaar", "-")
    assert misplaced_rules([regel]) == [1]
    assert misplaced_rules([]) == []
    with pytest.raises(ValueError, match="without conditions"):
        advise(Situatie("enkelvoudig", "geen", {}), [regel])


def test_all_that_a_rule_asks_in_vain_is_named() -> None:
    eis = Scores(3, vanaf=0, tot_en_met=6, onderdelen=("wonen", "hobby"))
    table = [Regel(Voorwaarden(scores=(Scores(4, vanaf=5), eis)), "zwaar", "-")]
    found = [(fault.name, fault.code) for fault in faults_in_rules(table, INSTRUMENT)]
    place = "regels[0].voorwaarden.scores[1]."
    assert found == [
        (f"{place}vanaf", "buiten_bereik"),
        (f"{place}totEnMet", "buiten_bereik"),
        (f"{place}onderdelen[1]", "onderdeel_onbekend"),
        (f"{place}tenMinste", "te_groot"),
    ]


@given(st.dictionaries(st.sampled_from([*ONDERDELEN, "hobby", "sport"]), st.integers(-3, 9)))
def test_scores_are_faultless_exactly_when_complete_known_and_on_the_scale(
    some: dict[str, int],
) -> None:
    faults = faults_in_scores(some, INSTRUMENT)
    in_order = some.keys() == set(ONDERDELEN) and all(1 <= s <= 5 for s in some.values())
    assert (faults == []) == in_order
    assert len({fault.name for fault in faults}) == len(faults)


@pytest.mark.parametrize("gekozen", INTENSITEITEN)
@pytest.mark.parametrize("advies", [*INTENSITEITEN, None])
@pytest.mark.parametrize("reden", [None, "Het gezin vroeg erom"])
def test_a_deviation_has_a_reason_and_a_reason_a_deviation(
    advies: Intensiteit | None, gekozen: Intensiteit, reden: str | None
) -> None:
    fault = fault_in_deviation(advies, gekozen, reden)
    deviates = advies is not None and advies != gekozen
    assert (fault is None) == (deviates == (reden is not None))
    if fault:
        assert fault.code == ("afwijking_zonder_reden" if deviates else "reden_zonder_afwijking")
