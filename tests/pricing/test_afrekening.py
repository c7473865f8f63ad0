# SPDX-License-Identifier: EUPL-1.2
"""What an early end, or a longer life, does to the price and the termijnen of a toewijzing."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import Conflict
from app.domain.period import Periode
from app.domain.toewijzingsleven import Reden, Termijnstand, granted
from app.pricing.afrekening import (
    VERSCHULDIGD,
    Verschuldigd,
    amount_due,
    last_termijn,
    settle_end,
    settle_up,
)
from app.pricing.betaalplan import (
    Aandeel,
    Betaalplan,
    Einde,
    Maandelijks,
    Mijlpalen,
    Wekelijks,
    plan_termijnen,
    start_en_resultaat,
)
from app.pricing.prijs import price
from app.pricing.verlenging import extend
from tests.cases.read import Case, cases

PLANS: dict[str, Betaalplan] = {
    "mijlpalen": start_en_resultaat(Decimal("0.70")),
    "einde": Einde(),
    "maandelijks": Maandelijks(),
    "eerste_niet_laatste_heel": Maandelijks("eerste_niet_laatste_heel"),
    "wekelijks": Wekelijks(),
    "drie_mijlpalen": Mijlpalen(
        (
            Aandeel("start", Decimal("0.5")),
            Aandeel("voortgang", Decimal("0.3")),
            Aandeel("resultaat", Decimal("0.2")),
        )
    ),
}
YEAR = Periode(date(2026, 1, 1), date(2026, 12, 31))
MONTHS = 60
STANDEN: dict[str, Literal["open", "aangehouden", "toegekend"]] = {
    "o": "open",
    "h": "aangehouden",
    "t": "toegekend",
}
plans = st.sampled_from(
    [
        *PLANS.values(),
        start_en_resultaat(Decimal(1)),
    ]
)


def _standing(plan: Betaalplan, prijs: int, periode: Periode, standen: str) -> list[Termijnstand]:
    """The termijnen of a plan, the first so many as these letters say; the others are open."""
    planned = plan_termijnen(plan, prijs, periode, MONTHS)
    letters = standen.ljust(len(planned), "o")
    return [
        Termijnstand(t.volgnummer, t.mijlpaal, t.periode, t.bedrag_centen, STANDEN[letter])
        for t, letter in zip(planned, letters, strict=False)
    ]


@pytest.mark.parametrize("case", cases("afrekening", "einde"))
@pytest.mark.parametrize("reden", get_args(Reden))
def test_an_end_comes_to_what_was_worked_out(case: Case, reden: Reden) -> None:
    verschuldigd = VERSCHULDIGD[reden]
    assert (verschuldigd is None) == (case["verwacht"][reden] == [])
    if verschuldigd is None:
        return
    periode = Periode(case["begindatum"], case["einddatum"])
    letters = "t" * len(case["toegekend"])
    termijnen = _standing(PLANS[case["plan"]], case["prijs_centen"], periode, letters)
    uit = settle_end(termijnen, verschuldigd, case["prijs_centen"], periode, case["laatste_dag"])
    slot = uit.slottermijn.bedrag_centen if uit.slottermijn and not uit.terug else 0
    assert [uit.verschuldigd_centen, uit.correctie_centen, slot] == case["verwacht"][reden]


@pytest.mark.parametrize("case", cases("afrekening", "slot"))
def test_what_lapses_and_what_takes_its_place(case: Case) -> None:
    termijnen = _standing(PLANS[case["plan"]], 1_200_000, YEAR, case["stand"])
    geleverd = Periode(YEAR.begindatum, case["laatste_dag"])
    uit = settle_up(termijnen, case["verschuldigd_centen"], geleverd)
    assert list(uit.terug) == case["terug"]
    assert uit.slottermijn is not None
    slot = uit.slottermijn
    found = [slot.mijlpaal, slot.periode.begindatum, slot.periode.einddatum, slot.bedrag_centen]
    assert found == case["slot"]


@given(plans, st.integers(0, 10**7), st.integers(0, 800), st.data())
def test_what_stands_after_an_end_adds_up_to_what_is_due(
    plan: Betaalplan, prijs: int, dagen: int, data: st.DataObject
) -> None:
    periode = Periode(YEAR.begindatum, YEAR.begindatum + timedelta(days=dagen))
    einde = periode.begindatum + timedelta(days=data.draw(st.integers(0, dagen)))
    termijnen = _standing(plan, prijs, periode, data.draw(st.text("oht", max_size=30)))
    verschuldigd: Verschuldigd = data.draw(st.sampled_from(("volledig", "pro_rata", "niets")))
    uit = settle_end(termijnen, verschuldigd, prijs, periode, einde)
    kept = [t for t in termijnen if t.volgnummer not in uit.vervallen]
    slot = uit.slottermijn
    standing = sum(t.bedrag_centen for t in kept) + (slot.bedrag_centen if slot else 0)
    assert standing == uit.verschuldigd_centen <= prijs
    assert 0 <= granted(kept) <= uit.verschuldigd_centen
    booked = granted(kept) + (slot.bedrag_centen if slot and uit.terug else 0)
    assert booked - granted(termijnen) == uit.correctie_centen
    assert set(uit.terug) <= set(uit.vervallen)
    if slot:
        keys = {(t.mijlpaal, t.periode.begindatum) for t in kept}
        assert (slot.mijlpaal, slot.periode.begindatum) not in keys
        assert einde == slot.periode.einddatum


@given(st.integers(0, 10**7), st.integers(1, 2_000), st.data())
def test_pro_rata_and_the_rest_are_the_price(prijs: int, dagen: int, data: st.DataObject) -> None:
    periode = Periode(YEAR.begindatum, YEAR.begindatum + timedelta(days=dagen))
    einde = periode.begindatum + timedelta(days=data.draw(st.integers(0, dagen)))
    due = amount_due("pro_rata", prijs, periode, einde)
    assert 0 <= due <= prijs
    assert amount_due("pro_rata", prijs, periode, periode.einddatum) == prijs


@given(plans, st.sampled_from(("herstel", "duurzaam")), st.integers(1, 500), st.data())
def test_what_stands_after_an_extension_adds_up_to_the_price(
    plan: Betaalplan, soort: Literal["herstel", "duurzaam"], dagen: int, data: st.DataObject
) -> None:
    begin = data.draw(st.dates(date(2026, 1, 1), date(2026, 12, 31)))
    kort = Periode(begin, begin + timedelta(days=dagen))
    lang = Periode(begin, kort.einddatum + timedelta(days=data.draw(st.integers(1, 400))))
    before = _standing(plan, price(soort, 999_999, kort, plan), kort, "")
    letters = data.draw(st.text("oht", max_size=20))
    termijnen = [
        t if t.mijlpaal == "resultaat" else replace(t, stand=STANDEN[letter])
        for t, letter in zip(before, letters.ljust(len(before), "o"), strict=False)
    ]
    prijs = price(soort, 999_999, lang, plan)
    uit = extend(termijnen, plan, prijs, lang, MONTHS, 100)
    kept = [t for t in termijnen if t.volgnummer not in uit.vervallen]
    standing = sum(t.bedrag_centen for t in kept) + sum(t.bedrag_centen for t in uit.nieuw)
    assert standing == prijs
    keys = [(t.mijlpaal, t.periode.begindatum) for t in kept]
    keys += [(t.mijlpaal, t.periode.begindatum) for t in uit.nieuw]
    assert len(keys) == len(set(keys))
    assert all(t.stand != "open" for t in kept)


def test_an_extension_never_costs_less_than_was_granted() -> None:
    termijnen = _standing(Maandelijks(), 1_200_000, YEAR, "tt")
    with pytest.raises(Conflict, match="meer toegekend"):
        extend(termijnen, Maandelijks(), 100, YEAR, MONTHS, 13)


@pytest.mark.parametrize(
    ("today", "standen", "vanaf"),
    [
        (date(2026, 3, 1), "o", date(2026, 5, 15)),
        (date(2026, 9, 1), "o", date(2026, 9, 1)),
        (date(2026, 3, 1), "t", date(2026, 3, 1)),
    ],
)
def test_the_last_termijn_is_declarable_after_the_end_and_never_in_the_past(
    today: date, standen: str, vanaf: date
) -> None:
    half = Periode(date(2026, 2, 1), date(2026, 7, 31))
    termijnen = _standing(PLANS["mijlpalen"], 482_000, half, standen)
    uit = settle_end(termijnen, "pro_rata", 482_000, half, date(2026, 5, 14))
    slot = last_termijn(uit, 3, today, MONTHS)
    assert slot is not None
    assert slot.declarabel_vanaf == vanaf
    assert slot.declarabel_tot_en_met.year == vanaf.year + 5
    assert last_termijn(replace(uit, slottermijn=None), 3, today, MONTHS) is None
