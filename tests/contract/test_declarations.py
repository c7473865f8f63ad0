# SPDX-License-Identifier: EUPL-1.2
"""How declared lines are judged, split and kept, by the contract's letter."""

import asyncio

import httpx
import pytest

from tests.callers import Headers
from tests.contract.declaring import (
    ENSCHEDE,
    GEZIN,
    GRANTED,
    PAST,
    A,
    B,
    Region,
    credit,
    first,
    judgement,
    last,
    later,
    line,
    opened,
    past,
    refused,
    today,
)


@pytest.fixture
async def region(client: httpx.AsyncClient, token: Headers) -> Region:
    return await opened(client, token)


async def test_a_line_that_is_right_is_granted_and_says_who_bears_it(region: Region) -> None:
    made = await past(region)
    days = (last(-3) - first(-8)).days + 1
    declaratie = await region.declare(line(made, "R1"), nummer="2026A1")
    results = await region.regels(declaratie)
    assert results == [
        {
            "regelnummer": 1,
            "referentie": "R1",
            "toewijzingNummer": made["nummer"],
            "mijlpaal": "start",
            "uitkomst": "toegekend",
            "redenen": [],
            "toegekendCenten": 337_400,
            "verdeling": [{"gemeente": ENSCHEDE, "dagen": days, "bedragCenten": 337_400}],
        }
    ]


async def test_a_declaratie_answers_where_it_lives_and_counts_what_became_of_it(
    region: Region,
) -> None:
    made = await past(region)
    held = await region.toewijzing(await region.inwoner((None, "2010-01-01")), **PAST)
    await region.declare(line(made, "R1"))
    body = {
        "declaratienummer": "TELLEN1",
        "dagtekening": str(today()),
        "regels": [
            line(made, "R2", 1),
            credit(line(made, "R1"), "R3"),
            line(held, "R4"),
            line(made, "R5", bedragCenten=1),
            line(made, "R6", toewijzingNummer=999_999_999),
        ],
    }
    headers = region.aanbieder()
    answer = await region.client.post("/v1/declaraties", headers=headers, json=body)
    assert answer.status_code == 201
    declaratie = answer.json()
    assert answer.headers["Location"].endswith(f"/v1/declaraties/{declaratie['id']}")
    expected = {
        "declaratienummer": "TELLEN1",
        "status": "afgehandeld",
        "aantalRegels": 5,
        "aantalToegekend": 2,
        "aantalAfgekeurd": 2,
        "aantalAangehouden": 1,
        "ingediendCenten": 144_600 - 337_400 + 337_400 + 1 + 337_400,
        "toegekendCenten": 144_600 - 337_400,
    }
    assert {name: declaratie[name] for name in expected} == expected
    assert declaratie["ontvangenOp"].endswith("Z")
    assert declaratie["afgehandeldOp"] >= declaratie["ontvangenOp"]
    assert await region.get(f"/declaraties/{declaratie['id']}", headers) == declaratie


async def test_every_reason_carries_its_retourcode(region: Region) -> None:
    made, soon = await past(region), await region.toewijzing(
        await region.inwoner(), begindatum=later(today(), 1), einddatum=later(today(), 40)
    )  # fmt: skip
    old = await past(region, begindatum=first(-80), einddatum=last(-70))
    granted = line(made, "G1")
    await region.declare(granted)
    await region.declare(credit(granted, "C1"))
    declaratie = await region.declare(
        line(made, "N1", toewijzingNummer=999_999_998),
        line(made, "N2", einddatum=str(later(last(-3), -1))),
        line(made, "N3", bedragCenten=337_399),
        line(made, "N4"),
        line(made, "N5"),
        line(made, "N4", 1),
        credit(granted, "N6", vorigeReferentie="NIETS"),
        credit(granted, "N7"),
        line(soon, "N8"),
        line(old, "N9"),
    )
    results = await region.regels(declaratie)
    assert [[(r["code"], r["retourcode"]) for r in line["redenen"]] for line in results] == [
        [("toewijzing_onbekend", "9338")],
        [("termijn_onbekend", "9387")],
        [("bedrag_ongelijk", "9346")],
        [],
        [("al_gedeclareerd", "9389")],
        [("referentie_bekend", "8021")],
        [("credit_zonder_debet", "8017")],
        [("al_gecrediteerd", "9390")],
        [("te_vroeg", "9319")],
        [("te_laat", None)],
    ]
    for regel in results:
        assert regel["uitkomst"] == ("afgekeurd" if regel["redenen"] else "toegekend")
        assert all(reden["omschrijving"] for reden in regel["redenen"])
        if regel["redenen"]:
            assert (regel["toegekendCenten"], regel["verdeling"]) == (0, [])


async def test_another_aanbieders_toewijzing_is_unknown(region: Region) -> None:
    made = await past(region)
    wrong = line(made, "R1", einddatum="2099-01-01", bedragCenten=1)
    judged = await region.judged(line(made, "R0"), wrong, agb=B)
    assert judged == [refused("toewijzing_onbekend")] * 2
    assert await region.judged(line(made, "R0")) == [GRANTED]


async def test_a_termijn_is_named_by_mijlpaal_and_period_and_its_absence_stands_alone(
    region: Region,
) -> None:
    made = await past(region)
    assert await region.judged(
        line(made, "R1", mijlpaal="voortgang"),
        line(made, "R2", begindatum=str(later(first(-8), 1))),
        line(made, "R3", einddatum=str(later(last(-3), 1))),
        line(made, "R4", mijlpaal="voortgang", bedragCenten=1),
        line(made, "R5"),
    ) == [refused("termijn_onbekend")] * 4 + [GRANTED]


async def test_a_possible_date_that_fits_no_termijn_is_no_fault_of_shape(region: Region) -> None:
    made = await past(region)
    assert await region.judged(
        line(made, "R1", einddatum="9999-12-31"),
        line(made, "R2"),
    ) == [refused("termijn_onbekend"), GRANTED]


async def test_what_is_unknown_stands_alone_also_under_a_known_referentie(region: Region) -> None:
    made = await past(region)
    assert await region.judged(
        line(made, "R1"),
        line(made, "R1", toewijzingNummer=999_999_999, bedragCenten=1),
        line(made, "R1", mijlpaal="voortgang", bedragCenten=1),
    ) == [GRANTED, refused("toewijzing_onbekend"), refused("termijn_onbekend")]


async def test_a_line_gets_all_its_reasons(region: Region) -> None:
    made = await past(region)
    soon = await region.toewijzing(
        await region.inwoner(), begindatum=later(today(), 1), einddatum=later(today(), 40)
    )
    assert await region.judged(
        line(made, "R1"),
        line(made, "R1", bedragCenten=1),
        line(soon, "R1", 1, bedragCenten=1),
    ) == [
        GRANTED,
        refused("bedrag_ongelijk", "al_gedeclareerd", "referentie_bekend"),
        refused("bedrag_ongelijk", "te_vroeg", "referentie_bekend"),
    ]


async def test_of_equal_lines_the_first_counts(region: Region) -> None:
    made = await past(region)
    again = refused("al_gedeclareerd")
    first_day = await region.judged(line(made, "R1"), line(made, "R2"), line(made, "R3"))
    assert first_day == [GRANTED, again, again]
    assert await region.judged(line(made, "R4")) == [again]


async def test_a_refused_line_touches_no_other_line(region: Region) -> None:
    made = await past(region)
    assert await region.judged(
        line(made, "R1", bedragCenten=1), line(made, "R2"), line(made, "R3", 1)
    ) == [refused("bedrag_ongelijk"), GRANTED, GRANTED]


async def test_a_referentie_is_used_up_even_by_a_refused_line(region: Region) -> None:
    made = await past(region)
    assert await region.judged(line(made, "R1", bedragCenten=1), line(made, "R1")) == [
        refused("bedrag_ongelijk"),
        refused("referentie_bekend"),
    ]
    assert await region.judged(line(made, "R1")) == [refused("referentie_bekend")]
    theirs = await past(region, aanbieder=B)
    assert await region.judged(line(theirs, "R1"), agb=B) == [GRANTED]


async def test_earlier_in_the_declaratie_is_by_place_and_not_by_debit_or_credit(
    region: Region,
) -> None:
    made = await past(region)
    await region.declare(line(made, "R1"))
    assert await region.judged(line(made, "R2", 1), credit(line(made, "R1"), "R2")) == [
        GRANTED,
        refused("referentie_bekend"),
    ]


async def test_start_is_declarable_from_its_begindatum(region: Region) -> None:
    until = later(today(), 60)
    starts = [
        await past(region, begindatum=later(today(), days), einddatum=until) for days in (0, 1)
    ]
    assert await region.judged(*(line(made, f"R{made['nummer']}") for made in starts)) == [
        GRANTED,
        refused("te_vroeg"),
    ]


async def test_resultaat_is_declarable_after_the_end(region: Region) -> None:
    ends = [await past(region, einddatum=later(today(), days)) for days in (-1, 0)]
    assert await region.judged(*(line(made, f"R{made['nummer']}", 1) for made in ends)) == [
        GRANTED,
        refused("te_vroeg"),
    ]


async def test_voortgang_is_declarable_after_its_month(region: Region) -> None:
    made = await past(region, profiel=GEZIN, begindatum=first(-2), einddatum=last(0))
    assert await region.judged(*(line(made, f"R{at}", at) for at in range(3))) == [
        GRANTED,
        GRANTED,
        refused("te_vroeg"),
    ]


async def test_a_line_is_late_when_the_months_of_the_contract_have_passed(region: Region) -> None:
    """They count from the last day of the month in which it became declarable."""
    short = "99000003"
    await region.contract(short, declaratietermijnMaanden=12)
    for agb, months in ((A, 60), (short, 12)):
        kept = {"aanbieder": agb, "begindatum": first(-90)}
        gone = await past(region, **kept, einddatum=later(last(-months - 1), -1))
        just = await past(region, **kept, einddatum=last(-months - 1))
        begun = await past(region, aanbieder=agb, begindatum=first(-months))
        before = await past(region, aanbieder=agb, begindatum=last(-months - 1))
        judged = await region.judged(
            line(gone, "R1", 1), line(just, "R2", 1), line(begun, "R3"), line(before, "R4"), agb=agb
        )
        assert judged == [refused("te_laat"), GRANTED, GRANTED, refused("te_laat")]


async def test_a_line_with_a_day_of_unknown_residence_is_held_and_keeps_its_termijn(
    region: Region,
) -> None:
    inwoner = await region.inwoner((ENSCHEDE, "2010-01-01"), (None, last(-3)))
    made = await region.toewijzing(inwoner, **PAST)
    declaratie = await region.declare(line(made, "R1"), line(made, "R2"))
    held, again = await region.regels(declaratie)
    assert judgement(held) == ("aangehouden", {"woonplaats_onbekend"})
    assert (held["toegekendCenten"], held["verdeling"]) == (0, [])
    assert judgement(again)[0] == "afgekeurd"
    assert "al_gedeclareerd" in judgement(again)[1]
    await region.moved(inwoner, (ENSCHEDE, "2010-01-01"))
    assert await region.judged(line(made, "R3")) == [refused("al_gedeclareerd")]
    assert await region.judged(line(made, "R4", 1)) == [GRANTED]


async def test_days_before_the_first_woonplaats_hold_the_line(region: Region) -> None:
    made = await region.toewijzing(await region.inwoner((ENSCHEDE, later(first(-8), 1))), **PAST)
    assert await region.judged(line(made, "R1")) == [("aangehouden", {"woonplaats_onbekend"})]


async def test_only_the_days_of_the_termijn_itself_can_hold_it(region: Region) -> None:
    inwoner = await region.inwoner((ENSCHEDE, "2010-01-01"), (None, first(-2)))
    period = {"begindatum": first(-4), "einddatum": last(-1)}
    made = await region.toewijzing(inwoner, profiel=GEZIN, **period)
    held = ("aangehouden", {"woonplaats_onbekend"})
    judged = await region.judged(*(line(made, f"R{at}", at) for at in range(4)))
    assert judged == [GRANTED, GRANTED, held, held]


async def test_a_reason_to_refuse_outranks_a_reason_to_hold(region: Region) -> None:
    made = await region.toewijzing(await region.inwoner((None, "2010-01-01")), **PAST)
    (wrong,) = await region.judged(line(made, "R1", bedragCenten=1))
    assert wrong[0] == "afgekeurd"
    assert "bedrag_ongelijk" in wrong[1]
    assert await region.judged(line(made, "R2")) == [("aangehouden", {"woonplaats_onbekend"})]


async def test_lines_are_listed_in_submitted_order_by_page_and_by_uitkomst(region: Region) -> None:
    made = await past(region, profiel=GEZIN)
    wrong = [line(made, f"W{at}", at, bedragCenten=1) for at in range(3)]
    right = [line(made, f"R{at}", at) for at in range(3)]
    mixed = [regel for pair in zip(wrong, right, strict=True) for regel in pair]
    declaratie = await region.declare(*mixed)
    listed = await region.regels(declaratie)
    assert [regel["regelnummer"] for regel in listed] == [1, 2, 3, 4, 5, 6]
    assert [regel["referentie"] for regel in listed] == [regel["referentie"] for regel in mixed]
    assert [r["regelnummer"] for r in await region.regels(declaratie, "?uitkomst=toegekend")] == [
        2, 4, 6,
    ]  # fmt: skip
    assert await region.regels(declaratie, "?uitkomst=aangehouden") == []
    path = f"/declaraties/{declaratie['id']}/regels?uitkomst=afgekeurd&pageSize=2&page=2"
    page = await region.get(path, region.aanbieder())
    assert (page["count"], page["next"]) == (3, None)
    assert "uitkomst=afgekeurd" in page["previous"]
    assert [regel["regelnummer"] for regel in page["results"]] == [5]
    bad = f"/declaraties/{declaratie['id']}/regels?uitkomst=goed"
    await region.get(bad, region.aanbieder(), 400)


async def test_of_declaraties_at_once_one_gets_the_termijn_and_one_the_credit(
    region: Region,
) -> None:
    made = await past(region)
    debits = [line(made, f"R{at}") for at in range(4)]
    many = await asyncio.gather(*(region.declare(regel) for regel in debits))
    granted = [at for at, declaratie in enumerate(many) if declaratie["aantalToegekend"]]
    assert len(granted) == 1
    credits = [credit(debits[granted[0]], f"C{at}") for at in range(4)]
    many = await asyncio.gather(*(region.declare(regel) for regel in credits))
    assert sorted(declaratie["toegekendCenten"] for declaratie in many) == [-337_400, 0, 0, 0]


async def test_another_aanbieder_finds_no_declaratie_of_this_one(region: Region) -> None:
    declaratie = await region.declare(line(await past(region), "R1"), nummer="SAMEN1")
    for rest in ("", "/regels"):
        path = f"/declaraties/{declaratie['id']}{rest}"
        await region.get(path, region.aanbieder(B), 404)
        await region.get(path, region.toegang(), 403)
    theirs = await past(region, aanbieder=B)
    await region.declare(line(theirs, "R1"), nummer="SAMEN1", agb=B)
