# SPDX-License-Identifier: EUPL-1.2
"""A year of the price-setters, through the API alone: from build-up to the prices of next year."""

from datetime import UTC, datetime
from decimal import Decimal

from app.api.clock import today
from tests.contract.test_adoption import decision
from tests.contract.test_consultation import window
from tests.contract.test_indexering import FIGURES
from tests.contract.test_kostprijs import added_up, berekening
from tests.contract.world import GEMEENTE, PROFIEL, Json, World, price_lines

YEAR = today().year
HOURS = {"licht": "24", "middel": "60", "zwaar": "130"}
BEFORE = {"licht": 150_000, "middel": 375_000, "zwaar": 810_000}
BUILT_UP = {"licht": 158_928, "middel": 397_320, "zwaar": 860_860}
INDEXED = {"licht": 166_811, "middel": 417_027, "zwaar": 903_559}
BUDGET = 4_812_500_000


class Year:
    """The steps of the year, each by the caller whose work it is."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.gemeenten: list[str] = []

    async def post(self, path: str, body: Json, caller: dict[str, str], status: int = 201) -> Json:
        answer = await self.world.client.post(f"/v1/{path}", json=body, headers=caller)
        assert answer.status_code == status, f"{path} → {answer.status_code} {answer.text}"
        done: Json = answer.json()
        return done

    async def get(self, path: str, caller: dict[str, str], **query: str) -> Json:
        answer = await self.world.client.get(f"/v1/{path}", params=query, headers=caller)
        assert answer.status_code == 200, f"{path} → {answer.status_code} {answer.text}"
        found: Json = answer.json()
        return found

    async def refused(self, lijst: str, body: Json, caller: dict[str, str], code: str) -> None:
        """The list is not adopted so, for this reason."""
        problem = await self.post(f"{lijst}/vaststelling", body, caller, 409)
        assert problem["code"] == code

    async def begins(self) -> None:
        """The region as it stands: a profiel, prices of last year, a contract, 14 gemeenten."""
        await self.world.put_profiel()
        await self.world.prices(f"{YEAR - 1}-01-01", *price_lines(**BEFORE))
        await self.world.put_aanbieder()
        await self.world.contract(begindatum=f"{YEAR - 1}-01-01", einddatum=f"{YEAR + 2}-12-31")
        found = await self.get("gemeenten", self.world.regio, pageSize="500")
        self.gemeenten = [g["code"] for g in found["results"] if g["samen14"]]
        assert len(self.gemeenten) == 14

    async def set_aside(self, jaar: int) -> None:
        """Every gemeente sets aside its budget."""
        for gemeente in self.gemeenten:
            caller = self.world.token("financien", gemeente=gemeente)
            body = {"onderdelen": [{"wet": "jeugdwet", "bedragCenten": BUDGET}]}
            answer = await self.world.client.put(f"/v1/budgetten/{jaar}", json=body, headers=caller)
            assert answer.status_code == 201, answer.text

    async def build_up(self) -> Json:
        """An aanbieder works out the prices from wages and hours; the region takes the input."""
        producten = [
            {"profiel": PROFIEL, "intensiteit": name, "uren": {"hbo": hours}}
            for name, hours in HOURS.items()
        ]
        worked = berekening(*producten, wet="jeugdwet")
        assert await self.worked_out(worked) == BUILT_UP
        return worked

    async def worked_out(self, worked: Json) -> dict[str, int]:
        """What anyone finds who works the prices out from this input."""
        answer = await self.post("tarieven/_bereken", worked, self.world.aanbieder, 200)
        return prices_of(answer["producten"])

    async def draft(self, worked: Json) -> int:
        """The region drafts the list of this year, with what each price is made of."""
        lijst: int = (
            await self.world.draft(
                f"{YEAR}-01-01", *price_lines(**BUILT_UP), kostprijsberekeningen=[worked]
            )
        )["id"]
        return lijst

    async def index(self, lijst: int) -> Json:
        """The region draws up the list of next year from published figures."""
        name = f"Tarieven {YEAR + 1}"
        body = {"tarieflijst": lijst, "naam": name, "vanaf": f"{YEAR + 1}-01-01", **FIGURES}
        return await self.post("tarieflijsten/_indexeer", body, self.world.regio)

    async def consult(self, lijst: int, current: dict[str, int], proposed: dict[str, int]) -> None:
        """An aanbieder sees old beside new and says what it thinks; the region answers, closes."""
        path = f"tarieflijsten/{lijst}"
        await self.post(f"{path}/consultatie", window(0, 14), self.world.regio)
        seen = await self.get(f"{path}/consultatie", self.world.aanbieder)
        assert seen["status"] == "loopt"
        assert prices_of(seen["tarieven"]) == proposed
        assert prices_of(seen["tarieven"], "huidigCenten") == current
        remark = {"tekst": "De reistijd is te krap", "profiel": PROFIEL, "intensiteit": "licht"}
        said = await self.post(f"{path}/reacties", remark, self.world.aanbieder)
        early = {"besluiten": self.decisions()}
        await self.refused(path, early, self.world.vaststeller, "consultatie_loopt")
        number = said["volgnummer"]
        reply = {"tekst": "Wij meten de reistijd dit jaar na"}
        await self.post(f"{path}/reacties/{number}/antwoord", reply, self.world.regio, 200)
        closed = {"reden": "Alle aanbieders hebben gereageerd"}
        await self.post(f"{path}/consultatie/_sluit", closed, self.world.regio, 200)
        read = await self.get(f"{path}/reacties/{number}", self.world.aanbieder)
        assert (read["tekst"], read["antwoord"]["tekst"]) == (remark["tekst"], reply["tekst"])

    def decisions(self) -> list[Json]:
        return [decision(gemeente) for gemeente in self.gemeenten]

    async def adopt(self, lijst: int) -> None:
        """Thirteen decisions are not enough; with the fourteenth the list is adopted."""
        path = f"tarieflijsten/{lijst}"
        *first, last = self.decisions()
        await self.post(f"{path}/besluiten", {"besluiten": first}, self.world.regio)
        none: Json = {"besluiten": []}
        await self.refused(path, none, self.world.vaststeller, "besluiten_onvolledig")
        body = {"besluiten": [last]}
        await self.refused(path, body, self.world.regio, "vier_ogen")
        adopted = await self.post(f"{path}/vaststelling", body, self.world.vaststeller, 200)
        assert (adopted["status"], adopted["besluit"]) == ("vastgesteld", None)
        assert [b["gemeente"] for b in adopted["besluiten"]] == self.gemeenten

    async def allocate(self, begindatum: str, einddatum: str) -> Json:
        """The access of a gemeente gives help to an inwoner."""
        inwoner = (await self.world.register())["id"]
        return await self.world.allocate(inwoner, begindatum=begindatum, einddatum=einddatum)

    async def reread(self, toewijzing: Json) -> Json:
        return await self.get(f"toewijzingen/{toewijzing['nummer']}", self.world.toegang)

    async def effect(self, lijst: int, jaar: int) -> Json:
        """What the list does to the budget of the one gemeente that gave help."""
        found = await self.get(f"tarieflijsten/{lijst}/effect", self.world.regio)
        assert found["budgetjaar"] == jaar
        assert {regel["gemeente"] for regel in found["regels"]} == set(self.gemeenten)
        (own,) = [regel for regel in found["regels"] if regel["gemeente"] == GEMEENTE]
        assert own["budgetCenten"] == BUDGET
        for name in ("huidigCenten", "nieuwCenten", "verschilCenten"):
            assert sum(regel[name] for regel in found["regels"]) == found[name] == own[name]
        return found

    async def prices_on(self, peildatum: str, **query: str) -> dict[str, int]:
        found = await self.get("tarieven", self.world.aanbieder, peildatum=peildatum, **query)
        return prices_of(found["results"])

    async def parts(self, lijst: int, caller: dict[str, str]) -> Json:
        """What the prices are made of; the parts add up to each price."""
        shown = await self.get(f"tarieflijsten/{lijst}/opbouw", caller)
        assert len(shown["tarieven"]) == 3
        for tarief in shown["tarieven"]:
            assert added_up(tarief["opbouw"]) == tarief["bedragCenten"]
        return shown


def prices_of(lines: list[Json], name: str = "bedragCenten") -> dict[str, int]:
    return {line["intensiteit"]: line[name] for line in lines}


async def _list_of_this_year(year: Year) -> int:
    """Build-up, list, consultation, effect and fourteen decisions."""
    worked = await year.build_up()
    lijst = await year.draft(worked)
    await year.parts(lijst, year.world.regio)
    await year.consult(lijst, BEFORE, BUILT_UP)
    await year.set_aside(YEAR)
    effect = await year.effect(lijst, YEAR)
    assert (effect["huidigCenten"], effect["nieuwCenten"]) == (150_000, 158_928)
    assert effect["verschilPercentage"] == "5.95"
    await year.adopt(lijst)
    shown = await year.parts(lijst, year.world.aanbieder)
    assert await year.worked_out(shown["berekeningen"][0]["invoer"]) == BUILT_UP
    assert await year.prices_on(f"{YEAR}-06-30") == BUILT_UP
    return lijst


async def _list_of_next_year(year: Year, lijst: int) -> str:
    """Indexation, consultation, effect and fourteen decisions; gives a moment before the last."""
    concept = await year.index(lijst)
    volgende = concept["id"]
    assert (concept["status"], concept["indexering"]["percentage"]) == ("concept", "4.96")
    steps = concept["indexering"]["stappen"]
    assert sum(Decimal(step["waarde"]) for step in steps) == Decimal("4.96")
    assert prices_of(concept["tarieven"]) == INDEXED
    await year.consult(volgende, BUILT_UP, INDEXED)
    await year.set_aside(YEAR + 1)
    effect = await year.effect(volgende, YEAR + 1)
    assert (effect["huidigCenten"], effect["nieuwCenten"]) == (158_928, 166_811)
    assert effect["verschilPercentage"] == "4.96"
    moment = datetime.now(UTC).isoformat()
    assert await year.prices_on(f"{YEAR + 1}-01-01") == BUILT_UP
    await year.adopt(volgende)
    shown = await year.parts(volgende, year.world.aanbieder)
    assert shown["indexering"] == concept["indexering"]
    return moment


async def test_a_year_from_build_up_to_the_prices_of_next_year(world: World) -> None:
    """The view of last month is that of a moment before the adoption: all this happens today."""
    year = Year(world)
    await year.begins()
    earlier = await year.allocate(f"{YEAR - 1}-07-01", f"{YEAR - 1}-12-31")
    assert earlier["prijsCenten"] == BEFORE["licht"]
    lijst = await _list_of_this_year(year)
    running = await year.allocate(f"{YEAR}-10-01", f"{YEAR + 1}-03-31")
    assert running["prijsCenten"] == BUILT_UP["licht"]
    last_month = await _list_of_next_year(year, lijst)

    new_year = f"{YEAR + 1}-01-01"
    assert await year.prices_on(f"{YEAR}-12-31") == BUILT_UP
    assert await year.prices_on(new_year) == INDEXED
    assert await year.prices_on(new_year, bekendOp=last_month) == BUILT_UP
    new = await year.allocate(new_year, f"{YEAR + 1}-06-30")
    assert new["prijsCenten"] == INDEXED["licht"]
    on_the_eve = await year.allocate(f"{YEAR}-12-31", f"{YEAR + 1}-06-29")
    assert on_the_eve["prijsCenten"] == BUILT_UP["licht"]
    for toewijzing in (running, earlier):
        assert await year.reread(toewijzing) == toewijzing
