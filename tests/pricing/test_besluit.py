# SPDX-License-Identifier: EUPL-1.2
"""A decision names its contract and its tarief, and explains itself with numbers that add up."""

from datetime import date
from decimal import Decimal

import pytest

from app.domain.errors import Conflict
from app.domain.period import Periode
from app.domain.toewijzing import Aanvraag, Feiten, Raamovereenkomst, Tarief
from app.pricing.besluit import Besluit, Prijsregels, decide
from app.pricing.betaalplan import (
    Aandeel,
    Einde,
    Maandelijks,
    Mijlpalen,
    Wekelijks,
    start_en_resultaat,
)
from app.pricing.uitleg import Deel, explain

HALF_JAAR = Periode(date(2026, 2, 1), date(2026, 7, 31))
CONTRACT = Raamovereenkomst(7, frozenset({"0153"}), frozenset({"OB1"}), 12)
TARIEF = Tarief(482_000, date(2026, 1, 1), 2)
FEITEN = Feiten(frozenset({"jeugdwet"}), "outputgericht", CONTRACT, "0153", TARIEF, None)
HERSTEL = Prijsregels("herstel", start_en_resultaat(Decimal("0.70")))
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


def test_the_explanation_names_the_share_of_each_mijlpaal() -> None:
    plan = Mijlpalen(
        (
            Aandeel("start", Decimal("0.5")),
            Aandeel("voortgang", Decimal("0.125")),
            Aandeel("resultaat", Decimal("0.375")),
        )
    )
    _, _, *termijnen = explain(_decide(Prijsregels("herstel", plan)), [])
    assert [stap.stap.rsplit(", ", 1)[1] for stap in termijnen] == [
        "50 % van de prijs",
        "12.5 % van de prijs",
        "37.5 % van de prijs",
    ]
    assert "start 50 %, voortgang 12.5 %, resultaat 37.5 %" in termijnen[0].bron


def test_the_explanation_of_weeks_counts_them() -> None:
    periode = Periode(date(2026, 1, 26), date(2026, 3, 3))
    _, prijs, *termijnen = explain(_decide(Prijsregels("duurzaam", Wekelijks()), periode), [])
    assert "een gebroken maand naar haar dagen" in prijs.stap
    assert [stap.stap.rsplit(", ", 1)[1] for stap in termijnen] == [
        "0 van 6 weken",
        "4 van 6 weken",
        "2 van 6 weken",
    ]
    assert "zondag" in termijnen[0].bron


def test_the_explanation_says_which_broken_month_is_not_paid() -> None:
    periode = Periode(date(2026, 1, 16), date(2026, 3, 10))
    regels = Prijsregels("duurzaam", Maandelijks("eerste_niet_laatste_heel"))
    _, prijs, *termijnen = explain(_decide(regels, periode), [])
    assert "2.0000 maanden / 12; een gebroken eerste maand niet" in prijs.stap
    assert [stap.bedrag_centen for stap in termijnen] == [0, 40_167, 40_166]
    assert "0.0000 van 2.0000 maanden" in termijnen[0].stap


def test_the_explanation_of_one_piece_names_the_end() -> None:
    _, _, einde = explain(_decide(Prijsregels("herstel", Einde())), [])
    assert (einde.bedrag_centen, "in één keer" in einde.bron) == (482_000, True)
    assert "100 % van de prijs" in einde.stap
