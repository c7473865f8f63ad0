# SPDX-License-Identifier: EUPL-1.2
"""What is left of an omvang when a toewijzing ends, lasts longer or moves: cases and properties."""

from collections.abc import Sequence
from datetime import timedelta
from fractions import Fraction
from math import ceil
from typing import get_args

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.domain.errors import Conflict
from app.domain.omvang import Omvang
from app.domain.period import Periode
from app.domain.toewijzingsleven import Reden, Termijnstand
from app.pricing.afrekening import VERSCHULDIGD, Verschuldigd
from app.pricing.betaalplan import Betaalplan, cut
from app.pricing.volume import plan_volumes, total_volume
from app.pricing.volumeherindeling import Herindeling, _parts, lengthen, settle_volume, shorten
from app.pricing.volumeleven import (
    Volumestand,
    Volumetermijn,
    continued,
    grown_total,
    hand_over,
    shortened_total,
    used_until,
)
from tests.cases.read import Case, cases
from tests.pricing.test_volume import OMVANGEN, PERIODES, PLANS

TARIEF = 6_622
MONTHS = 60


def _standing(
    omvang: Omvang, plan: Betaalplan, periode: Periode, gebruikt: Sequence[Fraction | int]
) -> Volumestand:
    """An omvang as it was given, of which this much is granted per termijn."""
    volumes = plan_volumes(omvang, plan, periode)
    termijnen = [
        Volumetermijn(
            Termijnstand(
                at,
                stuk.mijlpaal,
                stuk.periode,
                deel * TARIEF,
                "toegekend" if taken else "open",
            ),
            most,
            Fraction(taken),
            Fraction(taken),
        )
        for at, (stuk, deel, most, taken) in enumerate(
            zip(cut(plan, periode), volumes.delen, volumes.maxima, gebruikt, strict=True), start=1
        )
    ]
    return Volumestand(omvang, plan, TARIEF, volumes.totaal, volumes.maxima, tuple(termijnen))


def _of_case(case: Case) -> tuple[Volumestand, Periode]:
    periode = Periode(case["begindatum"], case["einddatum"])
    plan = PLANS[case["plan"]]
    return _standing(Omvang(**case["omvang"]), plan, periode, case["gebruikt"]), periode


def _left(stand: Volumestand, anew: Herindeling) -> dict[int, tuple[int, int]]:
    """The most and the part of each termijn that stands after it, by volgnummer."""
    bedragen = dict(anew.bedragen) | {t.volgnummer: t.bedrag_centen for t in anew.nieuw}
    return {n: (anew.maxima[n - 1], bedragen[n] // TARIEF) for n in sorted(bedragen)}


@pytest.mark.parametrize("case", cases("volumeleven", "einde"))
def test_an_end_leaves_what_the_case_says(case: Case) -> None:
    stand, geheel = _of_case(case)
    for reden in get_args(Reden):
        verschuldigd = VERSCHULDIGD[reden]
        if verschuldigd is None:
            assert reden not in case["verwacht"]
            continue
        totaal = shortened_total(stand, verschuldigd, geheel, case["laatste_dag"])
        assert totaal == case["verwacht"][reden], reden
    kort = Periode(geheel.begindatum, case["laatste_dag"])
    left = _left(stand, shorten(stand, case["verwacht"]["client"], kort, MONTHS)).values()
    assert list(left) == list(zip(case["maxima"], case["delen"], strict=True))


@pytest.mark.parametrize("case", cases("volumeleven", "verlenging"))
def test_an_extension_leaves_what_the_case_says(case: Case) -> None:
    stand, kort = _of_case(case)
    lang = Periode(kort.begindatum, case["nieuwe_einddatum"])
    assert grown_total(stand, kort, lang) == case["totaal"]
    left = _left(stand, lengthen(stand, case["totaal"], lang, MONTHS)).values()
    assert list(left) == list(zip(case["maxima"], case["delen"], strict=True))


@pytest.mark.parametrize("case", cases("volumeleven", "overname"))
def test_a_takeover_leaves_what_the_case_says(case: Case) -> None:
    stand, geheel = _of_case(case)
    found = hand_over(stand, geheel, case["vanaf"], case["wet"])
    assert (found.totaal, found.vervolg) == (case["oud"], case["vervolg"])
    omvang, volumes = continued(stand, found)
    assert sum(volumes.delen) == volumes.totaal == case["vervolg"] >= max(volumes.maxima)
    assert omvang.volume == (case["vervolg"] if omvang.frequentie == "6" else stand.omvang.volume)


@st.composite
def _lives(draw: st.DrawFn) -> tuple[Volumestand, Periode, Periode]:
    """An omvang of which something is granted in its first termijnen, and an earlier end."""
    omvang, periode = draw(OMVANGEN), draw(PERIODES)
    plan = draw(st.sampled_from(list(PLANS.values())))
    assume(total_volume(omvang, plan, periode) > 0)
    volumes = plan_volumes(omvang, plan, periode)
    laatste = periode.begindatum + timedelta(days=draw(st.integers(0, periode.dagen - 1)))
    room, taken = volumes.totaal, list[Fraction]()
    for stuk, most in zip(cut(plan, periode), volumes.maxima, strict=True):
        may = min(most, room) if stuk.periode.begindatum <= laatste else 0
        deel = Fraction(draw(st.integers(0, may * 60)), 60) if draw(st.booleans()) else Fraction(0)
        room -= ceil(deel)
        taken.append(deel)
    return _standing(omvang, plan, periode, taken), periode, Periode(periode.begindatum, laatste)


def _check(stand: Volumestand, anew: Herindeling) -> None:
    """The parts add up to the whole, nothing granted lapses, and the caps hold what was granted."""
    left = _left(stand, anew)
    assert sum(deel for _, deel in left.values()) == anew.totaal
    assert len(anew.maxima) == len(stand.maxima) + len(anew.nieuw)
    for t in stand.termijnen:
        if t.gebruikt:
            assert t.termijn.volgnummer not in anew.vervallen
            assert left[t.termijn.volgnummer][0] >= t.meest
    numbers = [t.volgnummer for t in anew.nieuw]
    assert numbers == list(range(len(stand.maxima) + 1, len(anew.maxima) + 1))


@given(_lives(), st.sampled_from(get_args(Verschuldigd)))
def test_an_end_never_leaves_more_than_was_given_or_less_than_was_taken(
    life: tuple[Volumestand, Periode, Periode], verschuldigd: Verschuldigd
) -> None:
    stand, geheel, kort = life
    totaal = shortened_total(stand, verschuldigd, geheel, kort.einddatum)
    anew = shorten(stand, totaal, kort, MONTHS)
    if verschuldigd == "niets":
        assert (totaal, anew.nieuw, dict(anew.bedragen)) == (0, (), {})
        granted = [t.termijn.volgnummer for t in stand.termijnen if t.gebruikt]
        assert list(anew.terug) == granted
        return
    assert used_until(stand, kort.einddatum) <= totaal <= stand.totaal
    if totaal:
        _check(stand, anew)
    assert all(t.periode.einddatum <= kort.einddatum for t in anew.nieuw)


@given(_lives(), st.integers(1, 500))
def test_an_extension_never_takes_away(
    life: tuple[Volumestand, Periode, Periode], dagen: int
) -> None:
    stand, kort, _ = life
    lang = Periode(kort.begindatum, kort.einddatum + timedelta(days=dagen))
    totaal = grown_total(stand, kort, lang)
    assert totaal >= stand.totaal
    _check(stand, lengthen(stand, totaal, lang, MONTHS))


@given(_lives())
def test_a_toewijzing_and_its_continuation_never_exceed_the_whole(
    life: tuple[Volumestand, Periode, Periode],
) -> None:
    stand, geheel, kort = life
    assume(kort.einddatum < geheel.einddatum)
    morgen = kort.einddatum + timedelta(days=1)
    if shortened_total(stand, "pro_rata", geheel, kort.einddatum) == stand.totaal:
        with pytest.raises(Conflict, match="past geen hele eenheid"):
            hand_over(stand, geheel, morgen, "wmo")
        return
    found = hand_over(stand, geheel, morgen, "wmo")
    assert used_until(stand, kort.einddatum) <= found.totaal
    assert 0 < found.vervolg <= stand.totaal - found.totaal
    _, volumes = continued(stand, found)
    assert sum(volumes.delen) == found.vervolg


def test_where_what_was_taken_rounds_to_more_than_the_whole_nothing_is_new() -> None:
    assert _parts(10, [6, 5], [3]) == [5, 5, 0]


@given(_lives(), st.sampled_from(get_args(Verschuldigd)))
def test_an_end_under_a_contract_in_default_leaves_what_was_taken_and_nothing_open(
    life: tuple[Volumestand, Periode, Periode], verschuldigd: Verschuldigd
) -> None:
    stand, geheel, kort = life
    found = settle_volume(stand, verschuldigd, geheel, kort.einddatum, MONTHS, in_default=True)
    taken = used_until(stand, kort.einddatum)
    assert found.totaal == (0 if verschuldigd == "niets" else taken)
    if taken < stand.totaal:
        assert found.nieuw == ()


@given(_lives())
def test_an_end_as_planned_with_all_of_it_due_keeps_every_termijn(
    life: tuple[Volumestand, Periode, Periode],
) -> None:
    stand, geheel, _ = life
    found = settle_volume(stand, "volledig", geheel, geheel.einddatum, MONTHS, in_default=False)
    assert found == Herindeling(stand.totaal, stand.maxima)
