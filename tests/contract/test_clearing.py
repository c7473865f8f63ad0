# SPDX-License-Identifier: EUPL-1.2
"""What gemeenten paid for each other: told per quarter, noticed, disputed, settled."""

import asyncio
from collections import defaultdict
from datetime import timedelta
from typing import Any

import asyncpg
import httpx
import pytest

from tests.callers import Headers
from tests.contract.declaring import (
    ALMELO,
    AMSTERDAM,
    ENSCHEDE,
    HENGELO,
    Region,
    credit,
    first,
    last,
    line,
    opened,
    past,
    today,
)
from tests.contract.world import assert_problem

Json = dict[str, Any]
# So long ago that the quarter of booking is over.
EARLIER = """
    SET session_replication_role = replica;
    UPDATE boeking SET geboekt_op = geboekt_op - interval '100 days';
    UPDATE betaalspecificatie SET geboekt_op = geboekt_op - interval '100 days';
"""


@pytest.fixture
async def region(client: httpx.AsyncClient, token: Headers) -> Region:
    return await opened(client, token)


def quarter(days: int = 0) -> str:
    day = today() - timedelta(days=days)
    return f"{day.year}-{(day.month - 1) // 3 + 1}"


async def booked(region: Region) -> None:
    """Enschede pays for Hengelo and Amsterdam, Hengelo for Enschede; something is taken back."""
    to_hengelo = await region.inwoner((ENSCHEDE, "2010-01-01"), (HENGELO, first(-4)))
    one = await past(region, inwonerId=to_hengelo)
    start = line(one, "R1")
    three = await region.inwoner(
        (ENSCHEDE, "2010-01-01"), (AMSTERDAM, first(-6)), (HENGELO, first(-4))
    )
    two = await past(region, inwonerId=three)
    back = await region.inwoner((HENGELO, "2010-01-01"), (ENSCHEDE, first(-3)), of=HENGELO)
    other = await past(region, inwonerId=back, gemeente=HENGELO)
    await region.declare(start, line(two, "R2"), line(two, "R3", 1), line(other, "R4"))
    await region.declare(credit(start, "C1"), line(one, "R5", 1))


async def make_earlier(database_url: str) -> None:
    db = await asyncpg.connect(database_url)
    await db.execute(EARLIER)
    await db.close()


async def verrekeningen(region: Region, who: dict[str, str], query: str = "") -> list[Json]:
    found: list[Json] = (await region.get(f"/verrekeningen{query}", who))["results"]
    return found


async def act(
    region: Region,
    what: str,
    body: Any = None,
    by: str = ENSCHEDE,
    of: str = HENGELO,
    days: int = 100,
) -> httpx.Response:
    path = f"/v1/verrekeningen/{quarter(days)}/{of}/{what}"
    return await region.client.post(path, json=body, headers=region.financien(by))


async def test_all_of_it_comes_to_nothing_and_to_what_each_bears_of_another(
    region: Region,
) -> None:
    await booked(region)
    rows = await verrekeningen(region, region.regio)
    assert sum(row["saldoCenten"] for row in rows) == 0
    saldi = {(row["gemeente"], row["tegenpartij"]): row["saldoCenten"] for row in rows}
    assert all(saldi[b, a] == -saldo for (a, b), saldo in saldi.items())
    assert {a for a, _ in saldi} == {ENSCHEDE, HENGELO, AMSTERDAM}
    naive: defaultdict[tuple[str, str], int] = defaultdict(int)
    period = f"vanaf={first(-24)}&totEnMet={last(0)}"
    for gemeente in (ENSCHEDE, HENGELO, AMSTERDAM):
        headers = region.financien(gemeente) | {"Accept": "application/x-ndjson"}
        answer = await region.client.get(f"/v1/kostenregels?{period}", headers=headers)
        for text in answer.text.splitlines():
            row = httpx.Response(200, text=text).json()
            if row["betaler"] != gemeente:
                naive[row["betaler"], gemeente] += row["bedragCenten"]
                naive[gemeente, row["betaler"]] -= row["bedragCenten"]
        own = await verrekeningen(region, region.financien(gemeente))
        assert own == [row for row in rows if row["gemeente"] == gemeente]
    assert saldi == naive
    assert {row["status"] for row in rows} <= {"lopend"}
    assert {row["kwartaal"] for row in rows} == {quarter()}
    assert await verrekeningen(region, region.financien(ALMELO)) == []
    assert await verrekeningen(region, region.regio, "?bekendOp=2020-01-01T00:00:00Z") == []


async def test_a_quarter_is_noticed_paid_and_done(region: Region, database_url: str) -> None:
    await booked(region)
    early = await act(region, "aanzegging", days=0)
    assert_problem(early, 409, "kwartaal_loopt")
    await make_earlier(database_url)
    mine = region.financien()
    path = f"/verrekeningen/{quarter(100)}/{HENGELO}"
    open_ = await region.get(path, mine)
    assert open_["status"] == "open"
    due = open_["saldoCenten"]
    assert due > 0
    wrong = await act(region, "aanzegging", by=HENGELO, of=ENSCHEDE)
    assert_problem(wrong, 409, "niets_te_vorderen")
    pay = {"datum": str(today()), "bedragCenten": due, "kenmerk": "K1"}
    assert_problem(await act(region, "betalingen", pay), 409, "niet_aangezegd")
    noticed = await act(region, "aanzegging")
    assert (noticed.status_code, noticed.json()["status"]) == (200, "aangezegd")
    assert_problem(await act(region, "aanzegging"), 409, "al_aangezegd")
    theirs = await region.get(
        f"/verrekeningen/{quarter(100)}/{ENSCHEDE}", region.financien(HENGELO)
    )
    assert (theirs["saldoCenten"], theirs["status"]) == (-due, "aangezegd")
    too_much = await act(region, "betalingen", pay | {"bedragCenten": due + 1})
    problem = assert_problem(too_much, 409, "meer_dan_open")
    assert [f["name"] for f in problem["invalidParams"]] == ["bedragCenten"]
    part = await act(region, "betalingen", pay | {"bedragCenten": 1})
    assert (part.status_code, part.json()["openCenten"]) == (201, due - 1)
    assert_problem(await act(region, "betalingen", pay), 409)
    rest = pay | {"bedragCenten": due - 1, "kenmerk": "K2"}
    answers = await asyncio.gather(
        act(region, "betalingen", rest),
        act(region, "betalingen", rest | {"kenmerk": "K3"}),
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    done = await region.get(path, mine)
    assert (done["status"], done["openCenten"], done["betaaldCenten"]) == ("voldaan", 0, due)
    assert [b["bedragCenten"] for b in done["betalingen"]] == [1, due - 1]
    before = await region.get(f"{path}?bekendOp={noticed.json()['aangezegdOp']}", mine)
    assert (before["status"], before["openCenten"]) == ("aangezegd", due)
    saldi = (await region.get("/verrekeningen/_saldo", region.regio))["results"]
    assert sum(saldo["openCenten"] for saldo in saldi) == 0
    (own,) = (
        saldo for saldo in saldi if (saldo["gemeente"], saldo["tegenpartij"]) == (ENSCHEDE, HENGELO)
    )
    assert (own["saldoCenten"], own["betaaldCenten"], own["openCenten"]) == (due, due, 0)


async def test_a_bezwaar_is_heard_and_changes_no_amount(region: Region, database_url: str) -> None:
    await booked(region)
    await make_earlier(database_url)
    due = (await region.get(f"/verrekeningen/{quarter(100)}/{HENGELO}", region.financien()))[
        "saldoCenten"
    ]
    objection = {"bedragCenten": due + 1, "reden": "Het verblijf was geëindigd."}
    by_hengelo: Json = {"by": HENGELO, "of": ENSCHEDE}
    early = assert_problem(await act(region, "bezwaar", objection, **by_hengelo), 409)
    assert [f["code"] for f in early["invalidParams"]] == ["niet_aangezegd", "meer_dan_saldo"]
    await act(region, "aanzegging")
    assert_problem(await act(region, "bezwaar", objection), 409, "niets_verschuldigd")
    decision = {"besluit": "ongegrond", "toelichting": "De woonplaats klopt."}
    assert_problem(await act(region, "besluit", decision), 409, "geen_bezwaar")
    objection["bedragCenten"] = due
    made = await act(region, "bezwaar", objection, **by_hengelo)
    assert (made.status_code, made.json()["status"]) == (200, "betwist")
    assert_problem(await act(region, "bezwaar", objection, **by_hengelo), 409, "al_bezwaar")
    assert_problem(await act(region, "besluit", decision, **by_hengelo), 409, "niets_te_vorderen")
    decided = (await act(region, "besluit", decision)).json()
    assert (decided["status"], decided["saldoCenten"]) == ("aangezegd", due)
    assert decided["bezwaar"]["besluit"] == "ongegrond"
    assert_problem(await act(region, "besluit", decision), 409, "al_besloten")


async def test_a_wrong_question_is_refused(region: Region) -> None:
    await booked(region)
    mine = region.financien()
    for path in ("2026-5/0164", "2026/0164", "2026-1/164"):
        await region.get(f"/verrekeningen/{path}", mine, 400)
    await region.get(f"/verrekeningen/{quarter()}/{ALMELO}", mine, 404)
    await region.get("/verrekeningen?kwartaal=2026", mine, 400)
    await region.get(f"/verrekeningen/{quarter()}/{HENGELO}", region.regio, 403)
    assert await verrekeningen(region, mine, "?kwartaal=2020-1") == []
    assert len(await verrekeningen(region, mine, f"?tegenpartij={AMSTERDAM}")) == 1
    for what, body in (
        ("bezwaar", {"bedragCenten": 0, "reden": "x"}),
        ("besluit", {"besluit": "misschien", "toelichting": "x"}),
        ("betalingen", {"datum": "2026-02-30", "bedragCenten": 1, "kenmerk": ""}),
    ):
        assert_problem(await act(region, what, body, days=0), 400)
    nobody = await act(region, "aanzegging", of=ALMELO)
    assert_problem(nobody, 404, "verrekening_niet_gevonden")
