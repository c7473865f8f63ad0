# SPDX-License-Identifier: EUPL-1.2
"""A small world, built as an outside client builds it: over HTTP, from the contract alone."""

from typing import Any

import httpx

from tests.callers import Headers

Json = dict[str, Any]

GEMEENTE = "0153"
OTHER = "0141"
AGB = "99000001"
PROFIEL = "OB1"
BSN = "999990019"
PRICES = {"licht": 100_000, "middel": 200_000, "zwaar": 300_000}
MILESTONES: Json = {"soort": "mijlpalen", "startaandeel": "0.70"}
MONTHLY: Json = {"soort": "maandelijks"}


def profiel_body(code: str = PROFIEL, **changes: Any) -> Json:
    body = {
        "code": code,
        "naam": f"Profiel {code}",
        "omschrijving": "Een proef",
        "wetten": ["jeugdwet", "wmo"],
        "soort": "herstel",
        "bekostiging": "outputgericht",
        "betaalplan": MILESTONES,
    }
    return {**body, **changes}


def lijst_body(vanaf: str = "2026-01-01", *tarieven: Json, **changes: Any) -> Json:
    lines = list(tarieven) or price_lines(PROFIEL)
    return {"naam": f"Lijst {vanaf}", "vanaf": vanaf, "tarieven": lines, **changes}


def price_lines(profiel: str = PROFIEL, /, **prices: int) -> list[Json]:
    """`price_lines("OB1", licht=1)` gives the prices named, without names all three."""
    return [
        {"profiel": profiel, "intensiteit": name, "bedragCenten": amount}
        for name, amount in (prices or PRICES).items()
    ]


def aanbieder_body(agb: str = AGB, **changes: Any) -> Json:
    body = {"agb": agb, "naam": "De Proef", "specialisaties": ["autisme"], "gemeenten": [GEMEENTE]}
    return {**body, **changes}


def overeenkomst_body(**changes: Any) -> Json:
    body = {
        "aanbieder": AGB,
        "profielen": [PROFIEL],
        "gemeenten": [GEMEENTE, OTHER],
        "begindatum": "2025-01-01",
        "einddatum": "2027-12-31",
    }
    return {**body, **changes}


def inwoner_body(**changes: Any) -> Json:
    body = {
        "geboortedatum": "2015-05-05",
        "woonplaatsen": [{"gemeente": GEMEENTE, "vanaf": "2015-05-05", "grondslag": "brp"}],
    }
    return {**body, **changes}


def toewijzing_body(inwoner: int, **changes: Any) -> Json:
    body = {
        "inwonerId": inwoner,
        "gemeente": GEMEENTE,
        "wet": "jeugdwet",
        "profiel": PROFIEL,
        "intensiteit": "licht",
        "aanbieder": AGB,
        "begindatum": "2026-01-01",
        "einddatum": "2026-06-30",
        "beoogdeResultaten": [{"resultaat": "Slaapt door", "onderbouwing": "Uit het gesprek"}],
    }
    return {**body, **changes}


class World:
    """The service as seen by the callers who fill it."""

    def __init__(self, client: httpx.AsyncClient, token: Headers) -> None:
        self.client = client
        self.token = token
        self.regio = token("regio", sub="opsteller")
        self.vaststeller = token("regio", sub="vaststeller")
        self.toegang = token("toegang", gemeente=GEMEENTE)
        self.other_toegang = token("toegang", gemeente=OTHER)
        self.aanbieder = token("aanbieder", agb=AGB)
        self.financien = token("financien", gemeente=GEMEENTE)

    async def put_profiel(self, code: str = PROFIEL, **changes: Any) -> Json:
        body = profiel_body(code, **changes)
        return await self._done("PUT", f"/v1/profielen/{code}", body, self.regio)

    async def draft(self, vanaf: str = "2026-01-01", *tarieven: Json, **changes: Any) -> Json:
        body = lijst_body(vanaf, *tarieven, **changes)
        return await self._done("POST", "/v1/tarieflijsten", body, self.regio)

    async def adopt(self, lijst: int) -> Json:
        path = f"/v1/tarieflijsten/{lijst}/vaststelling"
        return await self._done("POST", path, {"besluit": "Mandaat 2026-1"}, self.vaststeller)

    async def prices(self, vanaf: str = "2026-01-01", *tarieven: Json) -> Json:
        """A list, drafted by one and adopted by another."""
        return await self.adopt((await self.draft(vanaf, *tarieven))["id"])

    async def put_aanbieder(self, agb: str = AGB, **changes: Any) -> Json:
        body = aanbieder_body(agb, **changes)
        return await self._done("PUT", f"/v1/aanbieders/{agb}", body, self.regio)

    async def contract(self, **changes: Any) -> Json:
        body = overeenkomst_body(**changes)
        return await self._done("POST", "/v1/raamovereenkomsten", body, self.regio)

    async def register(self, **changes: Any) -> Json:
        return await self._done("POST", "/v1/inwoners", inwoner_body(**changes), self.toegang)

    async def allocate(self, inwoner: int, **changes: Any) -> Json:
        body = toewijzing_body(inwoner, **changes)
        return await self._done("POST", "/v1/toewijzingen", body, self.toegang)

    async def basics(self) -> None:
        """All that a toewijzing needs, but for the inwoner."""
        await self.put_profiel()
        await self.prices("2025-01-01")
        await self.put_aanbieder()
        await self.contract()

    async def read(self, path: str, **query: Any) -> httpx.Response:
        """Whatever comes back, as regio."""
        return await self.client.get(f"/v1/{path}", params=query, headers=self.regio)

    async def send(self, method: str, path: str, body: Json) -> httpx.Response:
        """Whatever comes back, as regio."""
        return await self.client.request(method, f"/v1/{path}", json=body, headers=self.regio)

    async def _done(self, method: str, path: str, body: Json, caller: dict[str, str]) -> Json:
        answer = await self.client.request(method, path, json=body, headers=caller)
        assert answer.is_success, f"{method} {path} {body} → {answer.status_code} {answer.text}"
        done: Json = answer.json()
        return done


def assert_problem(answer: httpx.Response, status: int, code: str | None = None) -> Json:
    """The answer is a problem of this status (and code), in the shape of the contract."""
    assert answer.status_code == status, f"{answer.status_code} {answer.text[:600]}"
    assert answer.headers["content-type"].split(";")[0] == "application/problem+json"
    problem: Json = answer.json()
    expected = {"type", "title", "status", "detail", "instance", "code"}
    assert expected <= problem.keys(), problem
    assert problem["status"] == status
    assert code is None or problem["code"] == code, problem
    for fault in problem.get("invalidParams") or []:
        assert {"name", "code", "reason"} <= fault.keys(), fault
    return problem


def bsn(start: int = 999_990_000) -> str:
    """The first number from `start` that passes the eleven-proof."""
    while not _is_bsn(f"{start:09}"):
        start += 1
    return f"{start:09}"


def _is_bsn(digits: str) -> bool:
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return sum(w * int(d) for w, d in zip(weights, digits, strict=True)) % 11 == 0
