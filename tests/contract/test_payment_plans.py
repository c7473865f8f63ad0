# SPDX-License-Identifier: EUPL-1.2
"""Payment plans: put, refused, read back, explained, and declared to the last cent."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.callers import Headers
from tests.contract.declaring import (
    GRANTED,
    MAANDELIJKS,
    MIJLPALEN,
    Region,
    allocation,
    first,
    last,
    later,
    line,
    refused,
    today,
)
from tests.contract.world import World, assert_problem, profiel_body

THREE = {
    "soort": "mijlpalen",
    "aandelen": [
        {"mijlpaal": "start", "aandeel": "0.40"},
        {"mijlpaal": "voortgang", "aandeel": "0.35"},
        {"mijlpaal": "resultaat", "aandeel": "0.25"},
    ],
}
LAST_WHOLE = {"soort": "maandelijks", "gebrokenMaand": "eerste_niet_laatste_heel"}
PLANS: dict[str, dict[str, Any]] = {
    "DELEN": MIJLPALEN,
    "DRIE": THREE,
    "EINDE": {"soort": "einde"},
    "DAGEN": MAANDELIJKS | {"gebrokenMaand": "naar_dagen"},
    "HEEL": LAST_WHOLE,
    "WEEK": {"soort": "wekelijks"},
}
PRICES = (100_001, 482_000, 900_000)


@pytest.fixture
async def region(client: httpx.AsyncClient, token: Headers) -> Region:
    """A profiel of each soort under each plan, and one aanbieder under contract."""
    region = Region(client, token)
    codes = [f"{soort[0].upper()}-{name}" for name in PLANS for soort in ("herstel", "duurzaam")]
    for code in codes:
        soort = "herstel" if code[0] == "H" else "duurzaam"
        await region.profiel(code, soort, PLANS[code[2:]], "jeugdwet")
    await region.tarieflijst(prices=dict.fromkeys(codes, PRICES))
    await region.contract("99000001", profielen=codes)
    return region


@pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)
async def test_a_plan_comes_back_as_it_was_put(world: World, plan: dict[str, Any]) -> None:
    made = await world.put_profiel(betaalplan=plan)
    assert made["betaalplan"] == plan
    assert (await world.read("profielen/OB1")).json()["betaalplan"] == plan
    assert (await world.read("profielen")).json()["results"][0]["betaalplan"] == plan


async def test_shares_come_back_in_the_order_in_which_they_are_paid(world: World) -> None:
    turned = THREE | {"aandelen": list(reversed(THREE["aandelen"]))}
    assert (await world.put_profiel(betaalplan=turned))["betaalplan"] == THREE
    two = [{"mijlpaal": m, "aandeel": "0.50"} for m in ("start", "resultaat")]
    made = await world.put_profiel(betaalplan={"soort": "mijlpalen", "aandelen": two})
    assert made["betaalplan"] == {"soort": "mijlpalen", "startaandeel": "0.50"}


def _shares(*shares: tuple[str, str]) -> dict[str, Any]:
    aandelen = [{"mijlpaal": m, "aandeel": a} for m, a in shares]
    return {"soort": "mijlpalen", "aandelen": aandelen}


@pytest.mark.parametrize(
    ("plan", "name", "code"),
    [
        (_shares(("start", "0.70"), ("resultaat", "0.29")), "aandelen", "aandelen_tellen_niet_op"),
        (_shares(("start", "0.70"), ("resultaat", "0.31")), "aandelen", "aandelen_tellen_niet_op"),
        (_shares(("start", "0.50"), ("start", "0.50")), "aandelen", "dubbele_mijlpaal"),
        (_shares(("midden", "1")), "aandelen[0].mijlpaal", "onbekende_waarde"),
        (_shares(("start", "1.5")), "aandelen[0].aandeel", "ongeldig_aandeel"),
        (_shares(), "aandelen", "te_weinig"),
        ({"soort": "mijlpalen"}, "aandelen", "een_van_beide"),
        (THREE | {"startaandeel": "0.70"}, "aandelen", "een_van_beide"),
        (MAANDELIJKS | {"gebrokenMaand": "anders"}, "gebrokenMaand", "onbekende_waarde"),
        ({"soort": "wekelijks", "gebrokenMaand": "naar_dagen"}, "gebrokenMaand", "onbekend_veld"),
        ({"soort": "einde", "startaandeel": "0"}, "startaandeel", "onbekend_veld"),
        ({"soort": "jaarlijks"}, "", "onbekende_waarde"),
    ],
)
async def test_a_plan_that_makes_no_sense_is_refused_and_changes_nothing(
    world: World, plan: dict[str, Any], name: str, code: str
) -> None:
    before = await world.put_profiel()
    answer = await world.send("PUT", "profielen/OB1", profiel_body(betaalplan=plan))
    place = f"betaalplan.{name}" if name else "betaalplan"
    faults = assert_problem(answer, 400)["invalidParams"]
    assert [(fault["name"], fault["code"]) for fault in faults] == [(place, code)]
    assert (await world.read("profielen/OB1")).json() == before


async def test_every_profiel_says_why_it_is_paid_as_it_is(world: World) -> None:
    assert "aanbieder" in (await world.put_profiel())["bekostigingReden"]
    for variant in ("inspanningsgericht", "taakgericht"):
        body = profiel_body("OB2", bekostiging=variant)
        problem = assert_problem(await world.send("PUT", "profielen/OB2", body), 400)
        assert [f["name"] for f in problem["invalidParams"]] == ["bekostigingReden"]
        made = await world.put_profiel("OB2", bekostiging=variant, bekostigingReden="Zo is het.")
        assert (made["bekostiging"], made["bekostigingReden"]) == (variant, "Zo is het.")


def _amounts(made: dict[str, Any]) -> list[int]:
    return [termijn["bedragCenten"] for termijn in made["termijnen"]]


async def test_each_plan_has_its_own_termijnen_and_price(region: Region) -> None:
    period = {"begindatum": "2026-01-16", "einddatum": "2026-03-10"}
    found = {}
    for code in (f"{soort}-{name}" for soort in "HD" for name in PLANS):
        made = await region.toewijzing(await region.inwoner(), profiel=code, **period)
        assert sum(_amounts(made)) == made["prijsCenten"]
        found[code] = _amounts(made)
    assert found == {
        "H-DELEN": [337_400, 144_600],
        "H-DRIE": [192_800, 168_700, 120_500],
        "H-EINDE": [482_000],
        "H-DAGEN": [135_298, 262_140, 84_562],  # 16/31, 1 and 10/31 of 57/31 months
        "H-HEEL": [0, 241_000, 241_000],
        # Sundays 18 and 25 January, four in February, 1 and 8 March, and 9-10 March: 2, 4 and 3
        "H-WEEK": [107_111, 214_222, 160_667],
        "D-DELEN": [51_699, 22_156],  # 482,000 × 57/31 / 12 = 73,854.8; the odd cent to the start
        "D-DRIE": [29_542, 25_849, 18_464],
        "D-EINDE": [73_855],
        "D-DAGEN": [20_731, 40_167, 12_957],
        "D-HEEL": [0, 40_167, 40_166],  # 482,000 × 2 / 12 = 80,333.3
        "D-WEEK": [16_412, 32_825, 24_618],
    }


@pytest.mark.parametrize("name", PLANS)
@pytest.mark.parametrize("soort", ["H", "D"])
async def test_every_plan_is_declared_and_settled_to_the_last_cent(
    region: Region, name: str, soort: str
) -> None:
    period = {"begindatum": first(-6) + timedelta(days=11), "einddatum": first(-2)}
    inwoner = await region.inwoner(("0153", "2010-01-01"), ("0164", first(-4)))
    made = await region.toewijzing(inwoner, profiel=f"{soort}-{name}", **period)
    lines = [line(made, f"R{at}", at) for at in range(len(made["termijnen"]))]
    assert await region.judged(*lines) == [GRANTED] * len(lines)
    query = f"vanaf={first(-7)}&totEnMet={last(0)}"
    borne = [
        (await region.get(f"/kosten?gemeente={g}&{query}", region.financien(g)))["bedragCenten"]
        for g in ("0153", "0164")
    ]
    assert sum(borne) == made["prijsCenten"]
    again = [one | {"referentie": f"{one['referentie']}b"} for one in lines]
    assert await region.judged(*again) == [refused("al_gedeclareerd")] * len(lines)


async def test_a_line_of_another_shape_gets_its_own_code(region: Region) -> None:
    period = {"begindatum": first(-6), "einddatum": last(-3)}
    made = {
        name: await region.toewijzing(await region.inwoner(), profiel=f"H-{name}", **period)
        for name in PLANS
    }
    half = made["DRIE"]["termijnen"][1]["bedragCenten"]
    assert await region.judged(
        line(made["EINDE"], "a", mijlpaal="start"),  # there is only a resultaat
        line(made["WEEK"], "b", mijlpaal="resultaat"),
        line(made["WEEK"], "c", einddatum=str(first(-6) + timedelta(days=6))),  # a week: no termijn
        line(made["HEEL"], "d", bedragCenten=1),
        line(made["DRIE"], "e", 1, bedragCenten=half + 1),
        line(made["DELEN"], "f", mijlpaal="voortgang"),
    ) == [
        refused("termijn_onbekend"),
        refused("termijn_onbekend"),
        refused("termijn_onbekend"),
        refused("bedrag_ongelijk"),
        refused("bedrag_ongelijk"),
        refused("termijn_onbekend"),
    ]


async def test_halfway_is_declarable_after_half_of_the_days(region: Region) -> None:
    begun = {"begindatum": later(today(), -40), "einddatum": later(today(), 50)}
    past_half = {"begindatum": later(today(), -50), "einddatum": later(today(), 40)}
    for period, expected in ((begun, refused("te_vroeg")), (past_half, GRANTED)):
        made = await region.toewijzing(await region.inwoner(), profiel="H-DRIE", **period)
        assert await region.judged(line(made, f"{period['begindatum']}", 1)) == [expected]


async def test_the_quote_explains_its_plan_in_words(region: Region) -> None:
    period = {"begindatum": "2026-01-16", "einddatum": "2026-03-10"}
    words = {
        "D-HEEL": "een gebroken eerste maand niet, de laatste maand heel",
        "D-WEEK": "elke week in de maand van haar zondag",
        "H-EINDE": "in één keer, bij het resultaat",
        "H-DRIE": "start 40 %, voortgang 35 %, resultaat 25 %",
    }
    for code, said in words.items():
        body = allocation(await region.inwoner(), profiel=code, **period)
        quote = await region.post("/toewijzingen/_prijs", region.toegang(), body, 200)
        assert any(said in f"{stap['stap']} {stap['bron']}" for stap in quote["uitleg"]), code
