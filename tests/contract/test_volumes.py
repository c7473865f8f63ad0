# SPDX-License-Identifier: EUPL-1.2
"""Help that is paid by volume: priced, capped per termijn and in all, declared and booked."""

from typing import Any

import httpx
import pytest

from tests.callers import Headers
from tests.contract.declaring import (
    ENSCHEDE,
    GRANTED,
    HENGELO,
    PAST,
    B,
    Region,
    allocation,
    credit,
    first,
    last,
    line,
    parts,
    past,
    refused,
)
from tests.contract.volumes import (
    HOUR,
    OUTPUT,
    PER_MONTH,
    PER_WEEK,
    PLANS,
    STUKS,
    TOTAL_OF_40,
    WIJK,
    effort,
    refusal,
    stocked_by_volume,
)
from tests.contract.world import assert_problem

NAJAAR = {"begindatum": "2025-10-07", "einddatum": "2025-12-30"}  # the example of IV077


@pytest.fixture
async def region(client: httpx.AsyncClient, token: Headers) -> Region:
    return await stocked_by_volume(client, token)


async def test_a_toewijzing_by_volume_says_what_it_costs_at_most_and_keeps_its_limits(
    region: Region,
) -> None:
    made = await past(region, profiel="WEEK", omvang=PER_WEEK, **NAJAAR)
    assert made["prijsCenten"] == 39 * HOUR
    assert made["omvang"] == PER_WEEK
    assert made["volumegrenzen"] == {"totaal": 39, "perTermijn": [12, 15, 15]}
    assert [t["bedragCenten"] for t in made["termijnen"]] == [11 * HOUR, 14 * HOUR, 14 * HOUR]
    again = await region.get(f"/toewijzingen/{made['nummer']}", region.toegang())
    assert again == made
    listed = await region.get("/toewijzingen", region.aanbieder())
    assert listed["results"] == [made]
    plain = await past(region, profiel=OUTPUT)
    assert not {"omvang", "volumegrenzen"} & plain.keys()


async def test_the_quote_of_a_volume_explains_itself(region: Region) -> None:
    body = allocation(await region.inwoner(), profiel="WEEK", omvang=PER_WEEK, **NAJAAR)
    quote = await region.post("/toewijzingen/_prijs", region.toegang(), body, 200)
    assert quote["volumegrenzen"] == {"totaal": 39, "perTermijn": [12, 15, 15]}
    assert quote["verdeling"][0]["bedragCenten"] == quote["prijsCenten"] == 39 * HOUR
    tarief, prijs, *termijnen = (stap["stap"] for stap in quote["uitleg"])
    assert "Tarief per uur van profiel WEEK middel" in tarief
    assert "ten hoogste 39 × het tarief; 3 uur per week, ook gebroken weken geteld" in prijs
    assert "ten hoogste 12 van 39" in termijnen[0]


async def test_an_omvang_that_does_not_suit_its_profiel_is_refused(region: Region) -> None:
    assert await refusal(region, profiel="WEEK") == ("omvang_ontbreekt", ["omvang"])
    outside = await refusal(region, profiel=OUTPUT, omvang=PER_WEEK)
    assert outside == ("omvang_niet_toegestaan", ["omvang"])
    other = await refusal(region, profiel=STUKS, omvang=PER_WEEK)
    assert other == ("eenheid_ongelijk", ["omvang.eenheid"])
    one = {"volume": 1, "eenheid": "84", "frequentie": "4"}
    short = {"begindatum": "2026-03-01", "einddatum": "2026-03-02"}
    assert await refusal(region, profiel=STUKS, omvang=one, **short) == ("geen_volume", [])
    huge = TOTAL_OF_40 | {"volume": 99_999_999, "frequentie": "1"}
    assert await refusal(region, profiel="DAGEN", omvang=huge) == ("prijs_te_hoog", [])
    assert (await region.get("/toewijzingen", region.toegang()))["count"] == 0


async def test_a_profiel_that_names_no_eenheid_cannot_be_allocated(region: Region) -> None:
    effort_without = {"bekostiging": "inspanningsgericht", "bekostigingReden": "Zo is het."}
    body = {"naam": "x", "wetten": ["jeugdwet"], "soort": "herstel", "betaalplan": PLANS["EINDE"]}
    await region.answer("PUT", "/profielen/EINDE", region.regio, body | effort_without, 200)
    assert (await refusal(region, profiel="EINDE", omvang=PER_WEEK))[0] == "profiel_zonder_eenheid"
    wrong = body | {"eenheid": "04"}
    problem = await region.answer("PUT", "/profielen/EINDE", region.regio, wrong, 400)
    assert [(f["name"], f["code"]) for f in problem["invalidParams"]] == [("eenheid", "moet_leeg")]


@pytest.mark.parametrize(
    ("omvang", "name", "code"),
    [
        (PER_WEEK | {"volume": 0}, "omvang.volume", "te_klein"),
        (PER_WEEK | {"volume": 100_000_000}, "omvang.volume", "te_groot"),
        (PER_WEEK | {"volume": "3"}, "omvang.volume", "geen_geheel_getal"),
        (PER_WEEK | {"eenheid": "82"}, "omvang.eenheid", "onbekende_waarde"),
        (PER_WEEK | {"frequentie": "3"}, "omvang.frequentie", "onbekende_waarde"),
        (
            {"volume": 1, "eenheid": "16", "frequentie": "1"},
            "omvang.frequentie",
            "frequentie_past_niet",
        ),
        ({"volume": 1, "eenheid": "04"}, "omvang.frequentie", "verplicht"),
    ],
)
async def test_an_omvang_of_the_wrong_shape_is_refused(
    region: Region, omvang: dict[str, Any], name: str, code: str
) -> None:
    body = allocation(await region.inwoner(), profiel="WEEK", omvang=omvang)
    problem = await region.post("/toewijzingen", region.toegang(), body, 400)
    assert [(f["name"], f["code"]) for f in problem["invalidParams"]] == [(name, code)]


@pytest.mark.parametrize(
    ("plan", "omvang", "volumes"),
    [
        ("WEEK", PER_WEEK, None),
        ("DAGEN", PER_MONTH, None),
        ("HEEL", PER_MONTH, [0, 10, 10, 10, 10, 10]),
        ("DELEN", TOTAL_OF_40, [28, 12]),
        ("EINDE", TOTAL_OF_40, [40]),
        ("DAGEN", TOTAL_OF_40, [30, 0, 5, 0, 5, 0]),
        ("WEEK", {"volume": 2, "eenheid": "04", "frequentie": "1"}, None),
    ],
)
async def test_every_plan_is_declared_and_settled_by_volume(
    region: Region, plan: str, omvang: dict[str, Any], volumes: list[int] | None
) -> None:
    period = {"begindatum": first(-7).replace(day=12), "einddatum": last(-2)}
    inwoner = await region.inwoner((ENSCHEDE, "2010-01-01"), (HENGELO, first(-4)))
    made = await region.toewijzing(inwoner, profiel=plan, omvang=omvang, **period)
    asked = volumes or [t["bedragCenten"] // HOUR for t in made["termijnen"]]
    lines = [effort(made, f"R{at}", volume, at) for at, volume in enumerate(asked)]
    assert await region.judged(*lines) == [GRANTED] * len(lines)
    assert sum(asked) == made["volumegrenzen"]["totaal"]
    query = f"vanaf={first(-8)}&totEnMet={last(0)}"
    borne = [
        (await region.get(f"/kosten?gemeente={g}&{query}", region.financien(g)))["bedragCenten"]
        for g in (ENSCHEDE, HENGELO)
    ]
    assert (sum(borne), min(borne) > 0) == (made["prijsCenten"], True)
    again = [one | {"referentie": f"{one['referentie']}b"} for one in lines]
    taken = refused("al_gedeclareerd")
    full = refused("al_gedeclareerd", "volume_totaal")
    assert await region.judged(*again) == [full if v else taken for v in asked]


@pytest.mark.parametrize("plan", PLANS)
async def test_no_plan_makes_a_toewijzing_of_a_task(region: Region, plan: str) -> None:
    reason = {"bekostiging": "taakgericht", "bekostigingReden": "Een inloop."}
    body = {"naam": "x", "wetten": ["jeugdwet"], "soort": "herstel", "betaalplan": PLANS[plan]}
    await region.answer("PUT", f"/profielen/{WIJK}", region.regio, body | reason, 200)
    assert (await refusal(region, profiel=WIJK))[0] == "bekostiging_niet_ondersteund"


@pytest.mark.parametrize("termijnen", [1, 2, 12])
async def test_a_task_is_paid_in_instalments_and_takes_no_lines(
    region: Region, termijnen: int
) -> None:
    year = first(0).year - 1
    body = {
        "aanbieder": "99000001",
        "gemeenten": [{"gemeente": ENSCHEDE, "bedragCenten": 1_000_001}],
        "begindatum": f"{year}-01-01",
        "einddatum": f"{year}-12-31",
        "termijnen": termijnen,
        "omvat": [WIJK],
        "omvatNiet": [],
    }
    task = await region.post("/taakopdrachten", region.regio, body)
    booked = await region.post("/taakopdrachten/_boek", region.regio, None, 200)
    assert booked == {"aantalBoekingen": termijnen, "bedragCenten": 1_000_001}
    query = f"gemeente={ENSCHEDE}&vanaf={year}-01-01&totEnMet={year}-12-31"
    kosten = await region.get(f"/kosten?{query}", region.financien())
    assert (kosten["bedragCenten"], kosten["aantalBoekingen"]) == (1_000_001, termijnen)
    made = await past(region, profiel=OUTPUT, aanbieder=B)
    individual = line(made, "R1", toewijzingNummer=task["nummer"])
    assert await region.judged(individual) == [refused("taakgericht_zonder_regels")]
    of_another = line(made, "R2", toewijzingNummer=task["nummer"] + 1000)
    assert await region.judged(of_another) == [refused("toewijzing_onbekend")]


async def test_a_line_may_not_take_more_than_its_termijn_allows(region: Region) -> None:
    made = await past(region, profiel="WEEK", omvang=PER_WEEK, **NAJAAR)
    assert await region.judged(
        effort(made, "R1", 13),
        effort(made, "R2", 12),
        effort(made, "R3", 721, 1, eenheid="01", bedragCenten=79574),  # 15 hours are 900 minutes
        effort(made, "R4", 901, 2, eenheid="01", bedragCenten=99440),
    ) == [
        refused("volume_per_periode"),
        GRANTED,
        GRANTED,
        refused("volume_per_periode", "volume_totaal"),
    ]


async def test_weeks_in_two_months_do_not_add_up_to_more_than_the_whole(region: Region) -> None:
    made = await past(region, profiel="WEEK", omvang=PER_WEEK, **NAJAAR)
    assert await region.judged(
        effort(made, "R1", 12), effort(made, "R2", 15, 1), effort(made, "R3", 13, 2)
    ) == [GRANTED, GRANTED, refused("volume_totaal")]
    assert await region.judged(effort(made, "R4", 12, 2)) == [GRANTED]


async def test_within_a_declaratie_each_line_in_turn_takes_what_still_fits(region: Region) -> None:
    made = await past(region, profiel="DAGEN", omvang=TOTAL_OF_40)
    assert await region.judged(
        effort(made, "R1", 25),
        effort(made, "R2", 16, 1),
        effort(made, "R3", 10, 2),
        effort(made, "R4", 41, 3),
        effort(made, "R5", 5, 4),
    ) == [
        GRANTED,
        refused("volume_totaal"),
        GRANTED,
        refused("volume_per_periode", "volume_totaal"),
        GRANTED,
    ]
    assert await region.judged(effort(made, "R6", 1, 1)) == [refused("volume_totaal")]


async def test_what_is_credited_can_be_declared_anew_at_once(region: Region) -> None:
    made = await past(region, profiel="DAGEN", omvang=TOTAL_OF_40)
    regel = effort(made, "R1", 40)
    assert await region.judged(regel) == [GRANTED]
    assert await region.judged(
        effort(made, "R2", 20, 1),
        credit(regel, "R3"),
        effort(made, "R4", 20),
        effort(made, "R5", 1, 2),
    ) == [GRANTED, GRANTED, GRANTED, refused("volume_totaal")]


async def test_a_credit_repeats_the_volume_of_its_debit(region: Region) -> None:
    made = await past(region, profiel="DAGEN", omvang=TOTAL_OF_40)
    regel = effort(made, "R1", 2)
    await region.declare(regel)
    minutes = {"volume": 120, "eenheid": "01"}
    assert await region.judged(
        credit(regel, "R2", volume=3),
        credit(regel, "R3", **minutes),
        credit(regel, "R4", volume=None, eenheid=None),
        credit(regel, "R5"),
        credit(regel, "R6"),
    ) == [
        refused("credit_zonder_debet", "bedrag_ongelijk"),
        refused("credit_zonder_debet"),
        refused("credit_zonder_debet", "volume_ontbreekt"),
        GRANTED,
        refused("al_gecrediteerd"),
    ]


async def test_a_line_of_the_wrong_shape_gets_its_own_code(region: Region) -> None:
    by_volume = await past(region, profiel="DAGEN", omvang=PER_MONTH)
    by_piece = await past(region, profiel=STUKS, omvang=PER_MONTH | {"eenheid": "84"})
    output = await past(region, profiel=OUTPUT)
    assert await region.judged(
        line(output, "a", volume=3, eenheid="04"),
        line(by_volume, "b"),
        effort(by_volume, "c", 3, 1, eenheid="16"),
        effort(by_piece, "d", 3, eenheid="01"),
        effort(by_volume, "e", 3, 1, mijlpaal="resultaat"),
        effort(by_volume, "f", 3, 1, bedragCenten=3 * HOUR + 1),
        effort(by_volume, "g", 3, 1, begindatum=str(first(-20))),
        effort(output, "h", 3, 1),
    ) == [
        refused("volume_niet_toegestaan"),
        refused("volume_ontbreekt"),
        refused("eenheid_ongelijk"),
        refused("eenheid_ongelijk"),
        refused("mijlpaal_past_niet"),
        refused("bedrag_ongelijk"),
        refused("termijn_onbekend"),
        refused("volume_niet_toegestaan", "bedrag_ongelijk"),
    ]


async def test_minutes_of_an_hourly_tarief_are_rounded_half_up_once(region: Region) -> None:
    made = await past(region, profiel="DAGEN", omvang=TOTAL_OF_40)
    # 6622 × 95 / 60 = 10484.83; 6622 × 15 / 60 = 1655.5
    assert await region.judged(
        effort(made, "R1", 95, 0, eenheid="01", bedragCenten=10_485),
        effort(made, "R2", 15, 1, eenheid="01", bedragCenten=1_655),
        effort(made, "R3", 15, 1, eenheid="01", bedragCenten=1_656),
    ) == [GRANTED, refused("bedrag_ongelijk"), GRANTED]


async def test_a_volume_is_split_over_residence_and_waits_for_it(region: Region) -> None:
    month = {"begindatum": first(-4), "einddatum": last(-4)}
    inwoner = await region.inwoner((ENSCHEDE, "2010-01-01"), (HENGELO, first(-4).replace(day=11)))
    made = await region.toewijzing(inwoner, profiel="EINDE", omvang=TOTAL_OF_40, **month)
    declared = await region.declare(effort(made, "R1", 7))
    (regel,) = await region.regels(declared)
    assert (regel["volume"], regel["eenheid"]) == (7, "04")
    assert [(g, d) for g, d, _ in parts(regel)] == [(ENSCHEDE, 10), (HENGELO, last(-4).day - 10)]
    assert sum(cents for _, _, cents in parts(regel)) == regel["toegekendCenten"] == 7 * HOUR

    nowhere = await region.inwoner((None, "2010-01-01"))
    held = await region.toewijzing(nowhere, profiel="DAGEN", omvang=TOTAL_OF_40, **PAST)
    waits = ("aangehouden", {"woonplaats_onbekend"})
    assert await region.judged(effort(held, "R2", 30), effort(held, "R3", 11, 1)) == [
        waits,
        refused("volume_totaal", "woonplaats_onbekend"),
    ]
    assert await region.judged(effort(held, "R4", 11, 1)) == [
        refused("volume_totaal", "woonplaats_onbekend")
    ]


async def test_a_line_by_volume_explains_its_amount(region: Region) -> None:
    made = await past(region, profiel="DAGEN", omvang=TOTAL_OF_40)
    declared = await region.declare(effort(made, "R1", 95, eenheid="01", bedragCenten=10_485))
    path = f"/declaraties/{declared['id']}/regels/1/uitleg"
    steps = (await region.get(path, region.aanbieder()))["stappen"]
    assert "tarief per uur" in steps[1]["bron"]
    (volume,) = (s for s in steps if s["stap"].startswith("Gedeclareerd"))
    assert "95 (minuut)" in volume["stap"]
    assert volume["bedragCenten"] == 10_485


async def test_later_prices_do_not_touch_what_a_volume_costs(region: Region) -> None:
    made = await past(region, profiel="DAGEN", omvang=TOTAL_OF_40)
    await region.tarieflijst(str(first(-9)), {"DAGEN": (7_000, 8_000, 9_000)})
    assert await region.judged(
        effort(made, "R1", 1, bedragCenten=8_000), effort(made, "R2", 1)
    ) == [refused("bedrag_ongelijk"), GRANTED]


@pytest.mark.parametrize(
    ("told", "name", "code"),
    [
        ({"volume": 3}, "regels[0].eenheid", "verplicht"),
        ({"eenheid": "04"}, "regels[0].eenheid", "moet_leeg"),
        ({"volume": -1, "eenheid": "04"}, "regels[0].volume", "te_klein"),
        ({"volume": 3, "eenheid": "99"}, "regels[0].eenheid", "onbekende_waarde"),
    ],
)
async def test_half_an_omvang_on_a_line_is_a_fault_of_shape(
    region: Region, told: dict[str, Any], name: str, code: str
) -> None:
    made = await past(region, profiel="DAGEN", omvang=TOTAL_OF_40)
    body = {
        "declaratienummer": "D1",
        "dagtekening": "2026-01-05",
        "regels": [line(made, "a") | told],
    }
    answer = await region.client.post("/v1/declaraties", headers=region.aanbieder(), json=body)
    faults = assert_problem(answer, 400)["invalidParams"]
    assert [(fault["name"], fault["code"]) for fault in faults] == [(name, code)]
