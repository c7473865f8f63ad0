# SPDX-License-Identifier: EUPL-1.2
"""A small region built through HTTP: a catalogue, two aanbieders, inwoners and what they get."""

import calendar
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from tests.callers import Headers

A, B = "99000001", "99000002"
ENSCHEDE, HENGELO, ALMELO, AMSTERDAM = "0153", "0164", "0141", "0363"
HERSTEL, DUURZAAM, GEZIN = "HERSTEL", "DUURZAAM", "GEZIN"
PRICES = {
    HERSTEL: (100_001, 482_000, 900_000),
    DUURZAAM: (120_000, 1_000_000, 2_000_000),
    GEZIN: (100_000, 200_000, 300_000),
}
MIJLPALEN = {"soort": "mijlpalen", "startaandeel": "0.70"}
MAANDELIJKS = {"soort": "maandelijks"}
START, END = "2026-02-01", "2026-07-31"  # the worked example: 181 days
MOVED = "2026-05-15"


def today() -> date:
    return datetime.now(ZoneInfo("Europe/Amsterdam")).date()


def first(months: int) -> date:
    """The first day of the month that lies so many months from this one."""
    count = today().year * 12 + today().month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def last(months: int) -> date:
    """The last day of that month."""
    day = first(months)
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def later(day: date, days: int) -> date:
    return day + timedelta(days=days)


def lived(*since: tuple[str | None, date | str]) -> list[dict[str, Any]]:
    return [
        {"gemeente": code, "vanaf": str(day), "grondslag": "brp" if code else "onbekend"}
        for code, day in since
    ]


class Region:
    """One caller of each kind, and the requests they make."""

    def __init__(self, client: httpx.AsyncClient, token: Headers) -> None:
        self.client = client
        self.token = token
        self.regio = token("regio")
        self.count = 0

    def toegang(self, gemeente: str = ENSCHEDE) -> dict[str, str]:
        return self.token("toegang", gemeente=gemeente)

    def aanbieder(self, agb: str = A) -> dict[str, str]:
        return self.token("aanbieder", agb=agb)

    def financien(self, gemeente: str = ENSCHEDE) -> dict[str, str]:
        return self.token("financien", gemeente=gemeente)

    async def answer(
        self, method: str, path: str, headers: dict[str, str], body: Any, status: int
    ) -> Any:
        answer = await self.client.request(method, f"/v1{path}", headers=headers, json=body)
        assert answer.status_code == status, (method, path, body, answer.text)
        return answer.json()

    async def post(self, path: str, headers: dict[str, str], body: Any, status: int = 201) -> Any:
        return await self.answer("POST", path, headers, body, status)

    async def get(self, path: str, headers: dict[str, str], status: int = 200) -> Any:
        return await self.answer("GET", path, headers, None, status)

    async def profiel(
        self, code: str, soort: str, betaalplan: object, *wetten: str, **changed: Any
    ) -> None:
        body = {
            "naam": code,
            "omschrijving": "Voorbeeld",
            "wetten": list(wetten),
            "soort": soort,
            "bekostiging": "outputgericht",
            "betaalplan": betaalplan,
        } | changed
        await self.answer("PUT", f"/profielen/{code}", self.regio, body, 201)

    async def tarieflijst(
        self, vanaf: str = "2010-01-01", prices: dict[str, tuple[int, int, int]] | None = None
    ) -> dict[str, Any]:
        tarieven = [
            {"profiel": code, "intensiteit": intensiteit, "bedragCenten": cents}
            for code, three in (PRICES if prices is None else prices).items()
            for intensiteit, cents in zip(("licht", "middel", "zwaar"), three, strict=True)
        ]
        body = {"naam": f"Vanaf {vanaf}", "vanaf": vanaf, "tarieven": tarieven}
        concept = await self.post("/tarieflijsten", self.regio, body)
        adopter = self.token("regio", sub="vaststeller")
        path = f"/tarieflijsten/{concept['id']}/vaststelling"
        adopted: dict[str, Any] = await self.post(path, adopter, {"besluit": "Besluit 1"}, 200)
        return adopted

    async def contract(self, agb: str, **changed: Any) -> dict[str, Any]:
        aanbieder = {"naam": agb, "specialisaties": [], "gemeenten": [ENSCHEDE, HENGELO, ALMELO]}
        await self.client.put(f"/v1/aanbieders/{agb}", headers=self.regio, json=aanbieder)
        body = {
            "aanbieder": agb,
            "profielen": [HERSTEL, DUURZAAM, GEZIN],
            "gemeenten": [ENSCHEDE, HENGELO],
            "begindatum": "2010-01-01",
            "einddatum": "2060-12-31",
        }
        made: dict[str, Any] = await self.post("/raamovereenkomsten", self.regio, body | changed)
        return made

    async def inwoner(self, *since: tuple[str | None, date | str], of: str = ENSCHEDE) -> int:
        woonplaatsen = lived(*(since or ((of, "2010-01-01"),)))
        body = {"geboortedatum": "2010-05-05", "woonplaatsen": woonplaatsen}
        identity: int = (await self.post("/inwoners", self.toegang(of), body))["id"]
        return identity

    async def moved(
        self, inwoner: int, *since: tuple[str | None, date | str], of: str = ENSCHEDE
    ) -> None:
        body = {"woonplaatsen": lived(*since)}
        path = f"/inwoners/{inwoner}/woonplaatsen"
        await self.answer("PUT", path, self.toegang(of), body, 200)

    async def toewijzing(self, inwoner: int, **changed: Any) -> dict[str, Any]:
        body = allocation(inwoner, **changed)
        toegang = self.toegang(body["gemeente"])
        made: dict[str, Any] = await self.post("/toewijzingen", toegang, body)
        return made

    async def declare(
        self, *regels: dict[str, Any], nummer: str = "", agb: str = A
    ) -> dict[str, Any]:
        """Declare these lines in JSON and wait for nothing: it is all done at once."""
        self.count += 1
        body = declaration(nummer or f"D{self.count}", *regels)
        made: dict[str, Any] = await self.post("/declaraties", self.aanbieder(agb), body)
        return made

    async def regels(self, declaratie: dict[str, Any], query: str = "", agb: str = A) -> Any:
        path = f"/declaraties/{declaratie['id']}/regels{query}"
        return (await self.get(path, self.aanbieder(agb)))["results"]

    async def judged(self, *regels: dict[str, Any], agb: str = A) -> list[Any]:
        """For each line its uitkomst and the codes of its reasons."""
        results = await self.regels(await self.declare(*regels, agb=agb), agb=agb)
        return [judgement(regel) for regel in results]


async def stocked(client: httpx.AsyncClient, token: Headers) -> Region:
    """Three profielen and one tarieflijst; nobody is under contract."""
    region = Region(client, token)
    await region.profiel(HERSTEL, "herstel", MIJLPALEN, "jeugdwet")
    await region.profiel(DUURZAAM, "duurzaam", MAANDELIJKS, "wmo")
    await region.profiel(GEZIN, "herstel", MAANDELIJKS, "jeugdwet", "wmo")
    await region.tarieflijst()
    return region


async def opened(client: httpx.AsyncClient, token: Headers) -> Region:
    """The same, and two aanbieders under contract."""
    region = await stocked(client, token)
    await region.contract(A)
    await region.contract(B)
    return region


def allocation(inwoner: int, **changed: Any) -> dict[str, Any]:
    body: dict[str, Any] = {
        "inwonerId": inwoner,
        "gemeente": ENSCHEDE,
        "wet": "jeugdwet",
        "profiel": HERSTEL,
        "intensiteit": "middel",
        "aanbieder": A,
        "begindatum": START,
        "einddatum": END,
        "beoogdeResultaten": [{"resultaat": "Rust thuis", "onderbouwing": "Gesprek"}],
    }
    body |= changed
    for name in ("begindatum", "einddatum"):
        body[name] = str(body[name])
    return body


def declaration(nummer: str, *regels: dict[str, Any]) -> dict[str, Any]:
    return {"declaratienummer": nummer, "dagtekening": str(today()), "regels": list(regels)}


def line(
    toewijzing: dict[str, Any], referentie: str, at: int = 0, **changed: Any
) -> dict[str, Any]:
    """The line that claims the termijn at this place, as it should be claimed."""
    termijn = toewijzing["termijnen"][at]
    return {
        "referentie": referentie,
        "toewijzingNummer": toewijzing["nummer"],
        "mijlpaal": termijn["mijlpaal"],
        "begindatum": termijn["begindatum"],
        "einddatum": termijn["einddatum"],
        "bedragCenten": termijn["bedragCenten"],
        "debetCredit": "debet",
    } | changed


def credit(regel: dict[str, Any], referentie: str, **changed: Any) -> dict[str, Any]:
    """The line that takes that one back."""
    back = {"referentie": referentie, "debetCredit": "credit"}
    return regel | back | {"vorigeReferentie": regel["referentie"]} | changed


def judgement(regel: dict[str, Any]) -> tuple[str, set[str]]:
    return regel["uitkomst"], {reden["code"] for reden in regel["redenen"]}


def parts(of: dict[str, Any]) -> list[tuple[str | None, int, int]]:
    return [(p["gemeente"], p["dagen"], p["bedragCenten"]) for p in of["verdeling"]]


GRANTED: tuple[str, set[str]] = ("toegekend", set())
PAST = {"begindatum": first(-8), "einddatum": last(-3)}


async def past(region: Region, **changed: Any) -> dict[str, Any]:
    """A toewijzing whose termijnen are all declarable."""
    return await region.toewijzing(await region.inwoner(), **(PAST | changed))


def refused(*codes: str) -> tuple[str, set[str]]:
    return "afgekeurd", set(codes)
