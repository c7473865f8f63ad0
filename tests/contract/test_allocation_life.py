# SPDX-License-Identifier: EUPL-1.2
"""A toewijzing that ends, changes, lasts longer, is withdrawn or put on hold; the books follow."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from app.controle.controles import find_faults, see_one_moment
from app.db.connection import connected_as_owner
from app.settlement.workers import working
from tests.callers import Headers
from tests.contract.declaring import (
    DUURZAAM,
    ENSCHEDE,
    GRANTED,
    HENGELO,
    B,
    Region,
    credit,
    first,
    judgement,
    last,
    line,
    opened,
    past,
    refused,
    today,
)
from tests.contract.world import assert_problem

PATIENCE_SECONDS = 30
YEAR = today().year - 1
HALF_YEAR = {"begindatum": f"{YEAR}-03-01", "einddatum": f"{YEAR}-08-28"}
DAY_103 = f"{YEAR}-06-11"
PRO_RATA = ("client", "in_overeenstemming", "verhuizing", "overlijden", "gemeente")
HELD = ("aangehouden", {"in_beoordeling"})


class Life:
    """A region whose workers work, and what is done to a toewijzing of it."""

    def __init__(self, region: Region) -> None:
        self.region = region

    async def half_year(self, **changed: Any) -> Any:
        """The worked example a year back: 4,820.00 for 181 days, 70 % at the start."""
        return await self.region.toewijzing(await self.region.inwoner(), **(HALF_YEAR | changed))

    async def do(self, made: Any, what: str, status: int = 200, **body: Any) -> Any:
        path = f"/toewijzingen/{made['nummer']}/{what}"
        return await self.region.post(path, self.region.toegang(), body, status)

    async def end(self, made: Any, reden: str = "client", einddatum: str = DAY_103) -> Any:
        return await self.do(made, "beeindiging", einddatum=einddatum, reden=reden)

    async def refused(self, made: Any, what: str, status: int, **body: Any) -> set[str]:
        """The codes of all faults; nothing of the toewijzing has changed."""
        before = await self.read(made)
        path = f"/v1/toewijzingen/{made['nummer']}/{what}"
        answer = await self.region.client.post(path, headers=self.region.toegang(), json=body)
        problem = assert_problem(answer, status)
        assert await self.read(made) == before
        return {fault["code"] for fault in problem.get("invalidParams") or [problem]}

    async def read(self, made: Any) -> Any:
        return await self.region.get(f"/toewijzingen/{made['nummer']}", self.region.toegang())

    async def story(self, made: Any) -> list[Any]:
        path = f"/toewijzingen/{made['nummer']}/geschiedenis"
        found: list[Any] = (await self.region.get(path, self.region.toegang()))["results"]
        return found

    async def judged(self, declaratie: Any) -> list[Any]:
        return [judgement(regel) for regel in await self.region.regels(declaratie)]

    async def becomes(self, declaratie: Any, *expected: Any) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while await self.judged(declaratie) != list(expected):
                await asyncio.sleep(0.02)

    async def borne(self) -> dict[str, int]:
        """Σ boekingen of each gemeente."""
        found = {}
        for code in (ENSCHEDE, HENGELO):
            path = f"/kosten?gemeente={code}&vanaf={first(-36)}&totEnMet={last(36)}"
            found[code] = (await self.region.get(path, self.region.financien(code)))["bedragCenten"]
        return found


@pytest.fixture
async def life(client: httpx.AsyncClient, token: Headers, database_url: str) -> AsyncIterator[Life]:
    region = await opened(client, token)
    async with working(database_url, 1):
        yield Life(region)


async def test_too_much_granted_is_booked_back_at_once(life: Life) -> None:
    made = await life.half_year()
    await life.region.declare(line(made, "R1"))
    ended = await life.end(made, "verhuizing")
    assert (ended["status"], ended["einddatum"]) == ("beeindigd", DAY_103)
    assert (ended["prijsCenten"], ended["verschuldigdCenten"]) == (482_000, 274_287)
    assert ended["afrekening"] == {
        "verschuldigdCenten": 274_287,
        "toegekendCenten": 337_400,
        "correctieCenten": -63_113,
        "declarabelCenten": 0,
        "termijn": 3,
    }
    assert await life.borne() == {ENSCHEDE: 274_287, HENGELO: 0}
    found = await life.region.get("/declaraties", life.region.aanbieder())
    correctie = found["results"][-1]
    assert correctie["declaratienummer"] == f"afrekening toewijzing {made['nummer']}"
    assert correctie["toegekendCenten"] == -63_113
    assert await life.judged(correctie) == [GRANTED, GRANTED]


async def test_after_a_correctie_the_books_pass_every_proof(life: Life, database_url: str) -> None:
    ended = await life.half_year()
    await life.region.declare(line(ended, "R1"))
    await life.end(ended)
    withdrawn = await life.half_year()
    await life.do(withdrawn, "intrekking", toelichting="Verkeerde inwoner.")
    await life.end(await life.half_year(), "aanbieder")
    async with connected_as_owner(database_url) as db, db.transaction():
        await see_one_moment(db)
        found = [bevinding async for bevinding in find_faults(db)]
    assert [b for b in found if b.aantal_fouten] == []


async def test_a_correctie_gives_back_what_was_borne_after_the_move(life: Life) -> None:
    moved = date(YEAR, 6, 12)
    inwoner = await life.region.inwoner((ENSCHEDE, "2010-01-01"), (HENGELO, moved))
    made = await life.region.toewijzing(inwoner, **HALF_YEAR)
    await life.region.declare(line(made, "R1"))
    assert await life.borne() == {ENSCHEDE: 192_001, HENGELO: 145_399}
    await life.end(made, "verhuizing")
    assert await life.borne() == {ENSCHEDE: 274_287, HENGELO: 0}


@pytest.mark.parametrize("reden", PRO_RATA)
async def test_what_is_still_due_pro_rata_is_one_termijn(life: Life, reden: str) -> None:
    made = await life.half_year()
    ended = await life.end(made, reden)
    (slot,) = ended["termijnen"]
    assert (slot["begindatum"], slot["einddatum"]) == (made["begindatum"], DAY_103)
    assert slot["bedragCenten"] == ended["afrekening"]["declarabelCenten"] == 274_287
    assert ended["redenEinde"] == reden
    judged = await life.region.judged(line(made, "R1"), line(made, "R2", 1), line(ended, "R3"))
    assert judged == [refused("termijn_onbekend"), refused("termijn_onbekend"), GRANTED]
    assert await life.borne() == {ENSCHEDE: 274_287, HENGELO: 0}


async def test_according_to_plan_the_whole_price_is_due(life: Life) -> None:
    made = await life.half_year()
    await life.region.declare(line(made, "R1"))
    ended = await life.end(made, "volgens_plan")
    assert [t["bedragCenten"] for t in ended["termijnen"]] == [337_400, 144_600]
    assert ended["termijnen"][1]["einddatum"] == DAY_103
    assert await life.region.judged(line(ended, "R2", 1)) == [GRANTED]
    assert sum((await life.borne()).values()) == 482_000


async def test_ended_as_planned_the_plan_stands(life: Life) -> None:
    made = await life.half_year()
    ended = await life.end(made, "volgens_plan", made["einddatum"])
    assert ended["termijnen"] == made["termijnen"]
    assert await life.region.judged(line(made, "R1"), line(made, "R2", 1)) == [GRANTED, GRANTED]


async def test_in_default_nothing_is_due_and_all_goes_back(life: Life) -> None:
    made = await life.half_year()
    await life.region.declare(line(made, "R1"), line(made, "R2", 1))
    ended = await life.end(made, "wanprestatie")
    assert (ended["termijnen"], ended["verschuldigdCenten"]) == ([], 0)
    assert ended["afrekening"]["correctieCenten"] == -482_000
    assert sum((await life.borne()).values()) == 0


async def test_an_end_by_the_aanbieder_waits_for_a_review(life: Life) -> None:
    made = await life.half_year()
    ended = await life.end(made, "aanbieder")
    assert (ended["status"], ended["isInBeoordeling"]) == ("beeindigd", True)
    held = await life.region.declare(line(made, "R1"))
    assert await life.judged(held) == [HELD]
    reviewed = await life.do(
        made, "beoordeling", verschuldigd="pro_rata", toelichting="Goed overgedragen."
    )
    assert (reviewed["isInBeoordeling"], reviewed["verschuldigdCenten"]) == (False, 274_287)
    await life.becomes(held, refused("termijn_vervallen"))
    assert await life.region.judged(line(reviewed, "R2")) == [GRANTED]
    assert await life.refused(
        made, "beoordeling", 409, verschuldigd="niets", toelichting="Nog eens."
    ) == {"niet_in_beoordeling"}


async def test_a_review_for_the_whole_price_pays_what_was_held(life: Life) -> None:
    made = await life.half_year()
    await life.end(made, "aanbieder")
    held = await life.region.declare(line(made, "R1"))
    await life.do(made, "beoordeling", verschuldigd="volledig", toelichting="Het was klaar.")
    await life.becomes(held, GRANTED)


async def test_monthly_what_was_granted_stays_and_the_last_days_are_settled(life: Life) -> None:
    made = await past(life.region, profiel=DUURZAAM, wet="wmo")
    await life.region.declare(*(line(made, f"R{n}", n) for n in range(3)))
    einde = str(date.fromisoformat(made["termijnen"][3]["begindatum"]) + timedelta(days=9))
    ended = await life.end(made, "client", einde)
    slot = ended["termijnen"][-1]
    assert ended["termijnen"][:3] == made["termijnen"][:3]
    assert slot["begindatum"] == made["termijnen"][3]["begindatum"]
    paid = sum(t["bedragCenten"] for t in ended["termijnen"])
    assert paid == ended["verschuldigdCenten"] < made["prijsCenten"]
    assert await life.region.judged(line(ended, "R9", 3)) == [GRANTED]


async def test_an_end_names_all_that_is_wrong_and_changes_nothing(life: Life) -> None:
    made = await past(life.region, profiel=DUURZAAM, wet="wmo")
    await life.region.declare(line(made, "R1", 2))
    outside = await life.refused(made, "beeindiging", 409, einddatum=str(last(-1)), reden="client")
    assert outside == {"buiten_toewijzing"}
    before = made["termijnen"][1]["einddatum"]
    early = await life.refused(made, "beeindiging", 409, einddatum=before, reden="client")
    assert early == {"voortgang_toegekend"}
    shape = await life.refused(made, "beeindiging", 400, einddatum="2026-02-30", reden="zomaar")
    assert len(shape) == 2
    await life.end(made, "client", made["einddatum"])
    again = await life.refused(made, "beeindiging", 409, einddatum=str(last(12)), reden="client")
    assert again == {"toewijzing_beeindigd", "buiten_toewijzing"}


async def test_another_gemeente_or_an_aanbieder_does_not_end_it(life: Life) -> None:
    made = await life.half_year()
    path = f"/toewijzingen/{made['nummer']}/beeindiging"
    body = {"einddatum": DAY_103, "reden": "client"}
    await life.region.post(path, life.region.toegang(HENGELO), body, 404)
    await life.region.post(path, life.region.aanbieder(), body, 403)


async def test_a_credit_after_the_afrekening_leaves_the_books_at_nothing(life: Life) -> None:
    made = await life.half_year()
    regel = line(made, "R1")
    await life.region.declare(regel)
    ended = await life.end(made)
    assert await life.region.judged(credit(regel, "R2")) == [refused("termijn_onbekend")]
    own = line(ended, f"afrekening toewijzing {made['nummer']}/2")
    back = {k: v for k, v in credit(own, "R3").items() if k != "vorigeReferentie"}
    assert await life.region.judged(back) == [refused("credit_zonder_debet")]
    assert sum((await life.borne()).values()) == 274_287


async def test_another_intensiteit_takes_over_the_day_after(life: Life) -> None:
    made = await life.half_year()
    await life.region.declare(line(made, "R1"))
    begin = f"{YEAR}-06-12"
    new = await life.do(made, "wijziging", 201, intensiteit="zwaar", begindatum=begin)
    assert (new["intensiteit"], new["volgtOp"]) == ("zwaar", made["nummer"])
    assert (new["begindatum"], new["einddatum"]) == (begin, made["einddatum"])
    assert new["prijsCenten"] == 900_000
    old = await life.read(made)
    assert (old["status"], old["einddatum"]) == ("beeindigd", DAY_103)
    assert old["verschuldigdCenten"] == 274_287
    (changed,) = [g for g in await life.story(made) if g["soort"] == "gewijzigd"]
    assert changed["andereToewijzing"] == new["nummer"]


async def test_the_old_one_may_be_credited_in_full(life: Life) -> None:
    made = await life.half_year()
    await life.region.declare(line(made, "R1"))
    await life.do(
        made,
        "wijziging",
        201,
        intensiteit="licht",
        begindatum=f"{YEAR}-06-12",
        afrekening="volledig_crediteren",
    )
    assert (await life.read(made))["verschuldigdCenten"] == 0
    assert sum((await life.borne()).values()) == 0


async def test_a_wijziging_names_all_that_is_wrong_and_changes_nothing(life: Life) -> None:
    made = await life.half_year()
    codes = await life.refused(
        made, "wijziging", 409, intensiteit="middel", begindatum=made["begindatum"]
    )
    assert codes == {"intensiteit_gelijk", "buiten_toewijzing"}
    contract = (await life.region.get("/raamovereenkomsten", life.region.regio))["results"][0]
    path = f"/raamovereenkomsten/{contract['nummer']}/opschorting"
    body = {"vanaf": HALF_YEAR["begindatum"], "reden": "Onderzoek."}
    await life.region.post(path, life.region.regio, body, 200)
    asked = {"intensiteit": "zwaar", "begindatum": f"{YEAR}-06-12"}
    assert await life.refused(made, "wijziging", 409, **asked) == {"raamovereenkomst_opgeschort"}


async def test_an_extension_keeps_the_number_and_moves_what_is_open(life: Life) -> None:
    made = await past(life.region, begindatum=first(-2), einddatum=last(0))
    await life.region.declare(line(made, "R1"))
    longer = await life.do(made, "verlenging", einddatum=str(last(2)))
    assert (longer["nummer"], longer["einddatum"]) == (made["nummer"], str(last(2)))
    assert longer["prijsCenten"] == made["prijsCenten"]
    start, resultaat = longer["termijnen"]
    assert start == made["termijnen"][0]
    assert (resultaat["mijlpaal"], resultaat["einddatum"]) == ("resultaat", str(last(2)))


async def test_an_extension_of_lasting_help_costs_the_days_that_come_with_it(life: Life) -> None:
    dates = {"begindatum": first(-2), "einddatum": last(0)}
    made = await past(life.region, profiel=DUURZAAM, wet="wmo", **dates)
    await life.region.declare(line(made, "R1"))
    longer = await life.do(made, "verlenging", einddatum=str(last(3)))
    assert longer["prijsCenten"] == made["prijsCenten"] * 2
    assert sum(t["bedragCenten"] for t in longer["termijnen"]) == longer["prijsCenten"]
    assert [t["begindatum"] for t in longer["termijnen"]] == [str(first(n)) for n in range(-2, 4)]


async def test_an_extension_names_all_that_is_wrong(life: Life) -> None:
    made = await life.half_year()
    codes = await life.refused(made, "verlenging", 409, einddatum=made["begindatum"])
    assert codes == {"niet_later", "toewijzing_afgelopen"}
    running = await past(life.region, begindatum=first(-2), einddatum=last(0))
    await life.region.moved(running["inwonerId"], (ENSCHEDE, "2010-01-01"), (HENGELO, first(1)))
    codes = await life.refused(running, "verlenging", 409, einddatum=str(last(2)))
    assert codes == {"andere_gemeente_verantwoordelijk"}
    assert await life.refused(running, "verlenging", 400, einddatum="2199-12-31") == {
        "periode_te_lang"
    }


async def test_a_withdrawn_toewijzing_pays_nothing_and_makes_room(life: Life) -> None:
    made = await life.half_year()
    gone = await life.do(made, "intrekking", toelichting="Verkeerde inwoner.")
    assert (gone["status"], gone["termijnen"]) == ("ingetrokken", [])
    assert await life.region.judged(line(made, "R1")) == [refused("termijn_onbekend")]
    again = await life.region.toewijzing(made["inwonerId"], **HALF_YEAR)
    assert again["nummer"] != made["nummer"]


async def test_what_was_granted_is_credited_before_a_withdrawal(life: Life) -> None:
    made = await life.half_year()
    regel = line(made, "R1")
    await life.region.declare(regel)
    assert await life.refused(made, "intrekking", 409, toelichting="Fout.") == {"al_toegekend"}
    await life.region.declare(credit(regel, "R2"))
    assert (await life.do(made, "intrekking", toelichting="Fout."))["status"] == "ingetrokken"


async def test_a_hold_holds_lines_until_it_is_lifted(life: Life) -> None:
    made, other = await past(life.region), await past(life.region)
    held = await life.do(made, "opschorting", vanaf=str(today()), reden="Onderzoek.")
    assert (held["status"], held["opgeschortVanaf"]) == ("opgeschort", str(today()))
    declared = await life.region.declare(line(made, "R1"), line(other, "R2"))
    waiting = ("aangehouden", {"toewijzing_opgeschort"})
    assert await life.judged(declared) == [waiting, GRANTED]
    assert (await life.do(made, "hervatting"))["status"] == "actief"
    await life.becomes(declared, GRANTED, GRANTED)
    paid = 2 * made["termijnen"][0]["bedragCenten"]
    assert sum((await life.borne()).values()) == paid


async def test_a_hold_and_its_lifting_name_all_that_is_wrong(life: Life) -> None:
    made = await past(life.region)
    assert await life.refused(made, "hervatting", 409) == {"niet_opgeschort"}
    tomorrow = str(today() + timedelta(days=1))
    assert await life.refused(made, "opschorting", 409, vanaf=tomorrow, reden="x") == {"te_laat"}
    await life.do(made, "opschorting", vanaf=str(today()), reden="Onderzoek.")
    codes = await life.refused(made, "opschorting", 409, vanaf="2010-01-01", reden="x")
    assert codes == {"al_opgeschort", "te_vroeg"}


async def test_an_end_lifts_a_hold(life: Life) -> None:
    made = await life.half_year()
    await life.do(made, "opschorting", vanaf=str(today()), reden="Onderzoek.")
    held = await life.region.declare(line(made, "R1"))
    await life.end(made, "volgens_plan")
    await life.becomes(held, GRANTED)


async def test_the_story_is_told_in_order(life: Life) -> None:
    made = await life.half_year()
    await life.region.declare(line(made, "R1"))
    await life.do(made, "opschorting", vanaf=str(today()), reden="Onderzoek.")
    await life.do(made, "hervatting")
    await life.end(made)
    story = await life.story(made)
    assert [g["soort"] for g in story] == [
        *("gegeven", "toegekend", "opgeschort", "hervat"),
        *("beeindigd", "gecrediteerd", "toegekend"),
    ]
    assert sum(g["bedragCenten"] for g in story[1:] if g["bedragCenten"]) == 274_287
    assert story[4]["door"]
    path = f"/toewijzingen/{made['nummer']}/geschiedenis"
    own = (await life.region.get(path, life.region.aanbieder()))["results"]
    assert [g["soort"] for g in own] == [g["soort"] for g in story]
    assert {g["door"] for g in own} == {None}
    await life.region.get(path, life.region.aanbieder(B), 404)


async def test_ending_while_declaring_never_pays_more_than_is_due(life: Life) -> None:
    made = [await life.half_year() for _ in range(6)]
    await asyncio.gather(
        *(life.region.declare(line(one, f"R{at}")) for at, one in enumerate(made)),
        *(life.end(one) for one in made),
    )
    for one in made:
        ended = await life.read(one)
        granted = sum(g["bedragCenten"] or 0 for g in (await life.story(one))[1:])
        assert granted in (0, 274_287)
        assert sum(t["bedragCenten"] for t in ended["termijnen"]) == 274_287


async def test_a_toewijzing_ended_twice_at_once_ends_once(life: Life) -> None:
    made = await life.half_year()
    await life.region.declare(line(made, "R1"))
    path = f"/v1/toewijzingen/{made['nummer']}/beeindiging"
    body = {"einddatum": DAY_103, "reden": "client"}
    answers = await asyncio.gather(
        *(life.region.client.post(path, headers=life.region.toegang(), json=body) for _ in "12")
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert sum((await life.borne()).values()) == 274_287


def test_the_example_is_of_181_days() -> None:
    begin, einde = (date.fromisoformat(day) for day in HALF_YEAR.values())
    assert ((einde - begin).days + 1, (date.fromisoformat(DAY_103) - begin).days + 1) == (181, 103)


async def test_the_lines_of_an_afrekening_are_explained(life: Life) -> None:
    made = await life.half_year()
    await life.region.declare(line(made, "R1"))
    await life.end(made)
    found = await life.region.get("/declaraties", life.region.aanbieder())
    path = f"/declaraties/{found['results'][-1]['id']}/regels"
    back, again = [
        (await life.region.get(f"{path}/{n}/uitleg", life.region.aanbieder()))["stappen"]
        for n in (1, 2)
    ]
    assert [(s["regel"], s["bedragCenten"]) for s in back] == [
        *(("P1, P2, P7", 482_000), ("P5", 482_000), ("E1, E2", 274_287)),
        *(("M1-M3", 337_400), ("J1-J10", -337_400), ("S6", -337_400)),
    ]
    assert [(s["regel"], s["bedragCenten"]) for s in again][3:] == [
        *(("E4, E5", 274_287), ("J1-J10", 274_287), ("S2-S4", 274_287)),
    ]
    assert made["einddatum"] in back[1]["stap"]
