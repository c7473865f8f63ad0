# SPDX-License-Identifier: EUPL-1.2
"""An auditor reads everything of the named gemeenten, draws a sample, and changes nothing."""

import csv
import io
from typing import Any

import httpx
import pytest

from tests.callers import Headers
from tests.contract.declaring import (
    ALMELO,
    END,
    ENSCHEDE,
    HENGELO,
    MOVED,
    START,
    Region,
    credit,
    later,
    line,
    opened,
    today,
)
from tests.contract.test_payments import accounts, order
from tests.contract.world import assert_problem

YEAR = {"vanaf": "2026-01-01", "totEnMet": "2026-12-31"}


@pytest.fixture
async def region(client: httpx.AsyncClient, token: Headers) -> Region:
    return await opened(client, token)


def auditor(region: Region, gemeente: str = ENSCHEDE) -> dict[str, str]:
    return region.token("auditor", gemeente=gemeente)


async def _get(
    region: Region, path: str, caller: dict[str, str], accept: str = "*/*", **query: Any
) -> httpx.Response:
    headers = caller | {"Accept": accept}
    return await region.client.get(f"/v1{path}", params=query, headers=headers)


async def _sample(region: Region, caller: dict[str, str] | None = None, **query: Any) -> Any:
    query = {"omvang": 5, "zaad": "2026", **YEAR, **query}
    answer = await _get(region, "/steekproef", caller or auditor(region), **query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def _granted(region: Region, **changed: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    inwoner = await region.inwoner((ENSCHEDE, "2010-01-01"), (HENGELO, MOVED))
    made = await region.toewijzing(inwoner, begindatum=START, einddatum=END, **changed)
    return made, await region.declare(line(made, f"R{made['nummer']}"))


async def test_a_sample_is_drawn_by_money_and_can_be_drawn_again(region: Region) -> None:
    for intensiteit in ("licht", "middel", "zwaar"):
        await _granted(region, intensiteit=intensiteit)
    sample = await _sample(region)
    parts = {"licht": 39_835, "middel": 192_001, "zwaar": 358_508}
    assert (sample["aantalBoekingen"], sample["bedragCenten"]) == (3, sum(parts.values()))
    assert [t["trekking"] for t in sample["trekkingen"]] == [1, 2, 3, 4, 5]
    before = 0
    bounds = {}
    for amount in parts.values():
        bounds[amount] = range(before + 1, before + amount + 1)
        before += amount
    assert all(t["cent"] in bounds[t["bedragCenten"]] for t in sample["trekkingen"])
    await _granted(region)
    again = await _sample(region, bekendOp=sample["bekendOp"])
    assert again == sample
    assert (await _sample(region, zaad="anders"))["trekkingen"] != sample["trekkingen"]
    assert (await _sample(region, auditor(region, HENGELO)))["gemeente"] == HENGELO


async def test_what_was_taken_back_is_not_in_the_sample(region: Region) -> None:
    made, _ = await _granted(region)
    before = await _sample(region)
    await region.declare(credit(line(made, f"R{made['nummer']}"), "C1"))
    after = await _sample(region)
    assert (after["aantalBoekingen"], after["trekkingen"]) == (0, [])
    assert await _sample(region, bekendOp=before["bekendOp"]) == before


async def test_the_sample_comes_as_a_file(region: Region) -> None:
    await _granted(region)
    sample = await _sample(region)
    query: dict[str, Any] = {"omvang": 5, "zaad": "2026", "bekendOp": sample["bekendOp"], **YEAR}
    answer = await _get(region, "/steekproef", auditor(region), "text/csv", **query)
    assert answer.headers["content-type"].startswith("text/csv")
    assert "steekproef-0153" in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert rows == [
        {key: str(value) for key, value in trekking.items()} for trekking in sample["trekkingen"]
    ]


async def test_a_line_is_followed_from_beschikking_to_boeking(region: Region) -> None:
    made, declaratie = await _granted(region, beschikking="Z26-7")
    path = f"/declaraties/{declaratie['id']}/regels/1/spoor"
    spoor = (await _get(region, path, auditor(region))).json()
    assert (spoor["beschikking"], spoor["besluit"]) == ("Z26-7", "Besluit 1")
    assert spoor["toewijzingNummer"] == made["nummer"]
    assert spoor["declaratienummer"] == declaratie["declaratienummer"]
    assert (spoor["prijsCenten"], spoor["ingediendCenten"]) == (482_000, 337_400)
    assert (spoor["uitkomst"], spoor["debetCredit"]) == ("toegekend", "debet")
    amounts = [(b["gemeente"], b["bedragCenten"]) for b in spoor["boekingen"]]
    assert amounts == [(ENSCHEDE, 192_001), (HENGELO, 145_399)]
    bearer = (await _get(region, path, auditor(region, HENGELO))).json()
    assert bearer["beschikking"] is None
    assert [b["gemeente"] for b in bearer["boekingen"]] == [HENGELO]
    wrong = await region.declare(line(made, "X1"))
    refused = f"/declaraties/{wrong['id']}/regels/1/spoor"
    spoor = (await _get(region, refused, auditor(region))).json()
    assert [reden["code"] for reden in spoor["redenen"]] == ["al_gedeclareerd"]
    assert spoor["boekingen"] == []
    assert_problem(await _get(region, path, auditor(region, ALMELO)), 404, "regel_niet_gevonden")


async def test_a_line_is_followed_on_to_what_was_paid(region: Region) -> None:
    _, declaratie = await _granted(region)
    await accounts(region)
    withdrawn = await order(region)
    path = f"/betaalopdrachten/{withdrawn['id']}"
    await region.answer("POST", f"{path}/intrekking", region.financien(), None, 200)
    paid = await order(region)
    done = {"datum": str(today())}
    path = f"/betaalopdrachten/{paid['id']}/uitvoering"
    await region.answer("POST", path, region.financien(), done, 200)
    path = f"/declaraties/{declaratie['id']}/regels/1/spoor"
    [spec] = (await _get(region, path, auditor(region))).json()["betaalspecificaties"]
    assert (spec["bedragCenten"], spec["openCenten"]) == (337_400, 0)
    assert spec["vervaldatum"] == str(later(today(), 30))
    assert [(o["id"], o["status"], o["bedragCenten"]) for o in spec["betaalopdrachten"]] == [
        (withdrawn["id"], "ingetrokken", 337_400),
        (paid["id"], "uitgevoerd", 337_400),
    ]
    [betaling] = spec["betalingen"]
    assert (betaling["datum"], betaling["bedragCenten"]) == (str(today()), 337_400)
    assert betaling["betaalopdracht"] == paid["id"]
    bearer = (await _get(region, path, auditor(region, HENGELO))).json()
    assert bearer["betaalspecificaties"] == []


async def test_an_auditor_reads_and_changes_nothing(region: Region) -> None:
    made, declaratie = await _granted(region)
    own = auditor(region)
    line_path = f"/declaraties/{declaratie['id']}/regels/1"
    for path, query in (
        (f"/toewijzingen/{made['nummer']}", {}),
        (f"/inwoners/{made['inwonerId']}", {}),
        ("/plannen", {}),
        ("/verzoeken", {}),
        ("/kosten", YEAR),
        ("/kostenregels", YEAR),
        (f"{line_path}/uitleg", {}),
    ):
        answer = await _get(region, path, own, **query)
        assert answer.status_code == 200, (path, answer.text)
    budget = await _get(region, "/budgetten/2026", own)
    assert_problem(budget, 404, "budget_niet_gevonden")
    for path in ("/toewijzingen", "/concepttoewijzingen", "/inwoners", "/plannen", "/declaraties"):
        answer = await region.client.post(f"/v1{path}", json={}, headers=own)
        assert_problem(answer, 403, "scope_ontbreekt")


async def test_an_auditor_of_several_gemeenten_says_of_which_it_reads(region: Region) -> None:
    await _granted(region)
    several = region.token("auditor", gemeente=f"{ENSCHEDE},{HENGELO}")
    for gemeente, amount in ((ENSCHEDE, 192_001), (HENGELO, 145_399)):
        sample = await _sample(region, several | {"Namens": gemeente})
        assert (sample["gemeente"], sample["bedragCenten"]) == (gemeente, amount)
    query = {"omvang": "5", "zaad": "2026", **YEAR}
    for namens in ({}, {"Namens": ALMELO}):
        assert_problem(await _get(region, "/steekproef", several | namens, **query), 403)


async def test_only_an_auditor_draws_a_sample(region: Region) -> None:
    _, declaratie = await _granted(region)
    spoor = f"/declaraties/{declaratie['id']}/regels/1/spoor"
    query: dict[str, Any] = {"omvang": 5, "zaad": "2026", **YEAR}
    for caller in (region.financien(), region.toegang(), region.aanbieder(), region.regio):
        assert_problem(await _get(region, "/steekproef", caller, **query), 403)
        assert_problem(await _get(region, spoor, caller), 403)
    assert_problem(await _get(region, "/steekproef", {}, **query), 401)
    for wrong in ({"omvang": 0}, {"omvang": 1_001}, {"zaad": ""}, {"totEnMet": "2025-01-01"}):
        answer = await _get(region, "/steekproef", auditor(region), **{**query, **wrong})
        assert_problem(answer, 400)
