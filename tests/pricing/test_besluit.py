# SPDX-License-Identifier: EUPL-1.2
"""A decision names its contract and its tarief, and explains itself with numbers that add up."""

from datetime import date
from decimal import Decimal

import pytest

from app.domain.errors import Conflict
from app.domain.period import Periode
from app.domain.toewijzing import Aanvraag, Feiten, Raamovereenkomst, Tarief
from app.pricing.besluit import Besluit, Prijsregels, decide
from app.pricing.betaalplan import Maandelijks, Mijlpalen
from app.pricing.uitleg import Deel, explain

HALF_JAAR = Periode(date(2026, 2, 1), date(2026, 7, 31))
CONTRACT = Raamovereenkomst(7, frozenset({"0153"}), frozenset({"OB1"}), 12)
TARIEF = Tarief(482_000, date(2026, 1, 1), 2)
FEITEN = Feiten(frozenset({"jeugdwet"}), "outputgericht", CONTRACT, "0153", TARIEF, None)
HERSTEL = Prijsregels("herstel", Mijlpalen(Decimal("0.70")))
DUURZAAM = Prijsregels("duurzaam", Maandelijks())


def _decide(regels: Prijsregels, periode: Periode = HALF_JAAR, feiten: Feiten = FEITEN) -> Besluit:
    aanvraag = Aanvraag("0153", "jeugdwet", "OB1", "middel", "99000001", periode, spoed=False)
    return decide(aanvraag, feiten, regels)


def test_a_decision_freezes_contract_tarief_price_and_termijnen() -> None:
    besluit = _decide(HERSTEL)
    assert besluit.raamovereenkomst == CONTRACT
    assert besluit.tarief == TARIEF
    assert besluit.prijs_centen == 482_000
    assert [t.bedrag_centen for t in besluit.termijnen] == [337_400, 144_600]


def test_the_contract_says_how_long_a_termijn_may_be_declared() -> None:
    start, resultaat = _decide(HERSTEL).termijnen
    assert start.declarabel_tot_en_met == date(2027, 2, 28)
    assert resultaat.declarabel_tot_en_met == date(2027, 8, 31)


def test_a_refusal_prices_nothing() -> None:
    zonder = Feiten(frozenset({"wmo"}), "outputgericht", CONTRACT, "0153", TARIEF, None)
    with pytest.raises(Conflict, match="wet"):
        _decide(HERSTEL, feiten=zonder)


def test_the_explanation_of_herstel_goes_from_tarief_to_gemeenten() -> None:
    delen = [Deel("0153", 103, 274_287), Deel("0141", 78, 207_713)]
    stappen = explain(_decide(HERSTEL), delen)
    assert [stap.bedrag_centen for stap in stappen] == [
        482_000,
        482_000,
        337_400,
        144_600,
        274_287,
        207_713,
    ]
    assert "OB1 middel op 2026-02-01" in stappen[0].stap
    assert "Tarieflijst 2" in stappen[0].bron
    assert "wat de duur ook is" in stappen[1].stap
    assert "gemeente 0153: 103 van 181 dagen" in stappen[4].stap


def test_the_explanation_of_duurzaam_names_the_months() -> None:
    periode = Periode(date(2026, 1, 1), date(2026, 2, 14))
    stappen = explain(_decide(DUURZAAM, periode), [])
    assert "1.5000 maanden" in stappen[1].stap
    assert [stap.bedrag_centen for stap in stappen] == [482_000, 60_250, 40_167, 20_083]


def test_the_explanation_says_which_days_are_not_established() -> None:
    stappen = explain(_decide(HERSTEL), [Deel(None, 181, 482_000)])
    assert "nog niet vastgestelde woonplaats: 181 van 181 dagen" in stappen[-1].stap
