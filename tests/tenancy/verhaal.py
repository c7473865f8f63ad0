# SPDX-License-Identifier: EUPL-1.2
"""One story over HTTP that leaves a row in every table of tenants, for whoever it is told of.

Told twice, of others, it gives rows that nobody shares.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import asyncpg
import httpx

from app.db import connection
from app.db.binding import books_of
from app.settlement.queue import settle_in_background
from app.settlement.verzegelen import seal_all
from tests.callers import Headers
from tests.contract.declaring import (
    HERSTEL,
    MIJLPALEN,
    PAST,
    Region,
    allocation,
    first,
    last,
    later,
    line,
    lived,
    today,
)
from tests.contract.test_clearing import make_earlier, quarter
from tests.contract.test_intensity import INSTRUMENT, INSTRUMENTPAD, SITUATIE, TABEL, TABELPAD
from tests.contract.test_ledger import ACCOUNTS, month
from tests.contract.test_plans import PAST as YESTERDAY
from tests.contract.test_plans import evaluation, plan_body
from tests.contract.test_requests import request_body
from tests.contract.volumes import EFFORT, TASK, TOTAL_OF_40, effort
from tests.contract.world import bsn

VOLUME, WIJK = "VOLUME", "WIJK"
YEAR = today().year - 1
HALF_YEAR = {"begindatum": f"{YEAR}-03-01", "einddatum": f"{YEAR}-08-28"}
MOVED = f"{YEAR}-06-12"
RUNNING = {"begindatum": str(first(-2)), "einddatum": str(last(2))}


@dataclass(frozen=True)
class Hoofdrollen:
    """Of whom it is told: who pays, its neighbour, who helps, and where its people begin."""

    gemeente: str
    buur: str
    agb: str
    bsn: int

    @property
    def eigen(self) -> dict[str, str]:
        return {"gemeente": self.gemeente, "aanbieder": self.agb}


class Verhaal:
    """What those of one story do."""

    def __init__(self, region: Region, wie: Hoofdrollen, url: str, consultatie: int) -> None:
        self.region = region
        self.wie = wie
        self.url = url
        self.consultatie = consultatie
        self.toegang = region.token("toegang", gemeente=wie.gemeente, sub="anna")
        self.collega = region.token("toegang", gemeente=wie.gemeente, sub="bert")
        self.financien = region.financien(wie.gemeente)
        self.aanbieder = region.aanbieder(wie.agb)

    async def happens(self) -> None:
        await self._books()
        made = await self._care()
        await self._ends_by_volume()
        await self._is_asked_for()
        await self._has_a_plan(made)
        await self._is_held_and_released()
        await self._is_divided_anew()
        await self._is_taken_over()
        await self._does_a_task()
        await self._speaks_up()
        await self._is_paid()
        await self._is_cleared()

    async def _inwoner(self, nummer: int, *since: Any) -> int:
        body = {
            "bsn": bsn(self.wie.bsn + nummer * 100),
            "geboortedatum": "2010-05-05",
            "woonplaatsen": lived(*(since or ((self.wie.gemeente, "2010-05-05"),))),
        }
        identity: int = (await self.region.post("/inwoners", self.toegang, body))["id"]
        return identity

    async def _given(self, inwoner: int, **changed: Any) -> Any:
        body = allocation(inwoner, **(self.wie.eigen | changed))
        keyed = self.toegang | {"Idempotency-Key": f"sleutel-{inwoner}-{changed['begindatum']}"}
        return await self.region.post("/toewijzingen", keyed, body)

    async def _declares(self, *regels: Any) -> Any:
        return await self.region.declare(*regels, agb=self.wie.agb)

    async def _books(self) -> None:
        await self.region.answer("PUT", "/grootboek", self.financien, ACCOUNTS, 200)
        onderdelen = [{"wet": "jeugdwet", "bedragCenten": 1_000}]
        path, body = f"/budgetten/{today().year}", {"onderdelen": onderdelen}
        await self.region.answer("PUT", path, self.financien, body, 201)

    async def _care(self) -> Any:
        inwoner = await self._inwoner(1)
        advies = {"tabel": "proeftabel", **SITUATIE}
        made = await self._given(
            inwoner,
            **RUNNING,
            intensiteit="zwaar",
            beschikking="Z26-7",
            intensiteitsadvies=advies,
        )
        path = f"/toewijzingen/{made['nummer']}"
        await self.region.get(f"{path}/client", self.aanbieder)
        begin = {"begindatum": str(first(-2))}
        await self.region.post(f"{path}/start", self.aanbieder, begin, 200)
        counted = await self._given(
            await self._inwoner(2), profiel=VOLUME, omvang=TOTAL_OF_40, **PAST
        )
        await self._declares(effort(counted, "V1", 1), line(counted, "V2", 1, bedragCenten=1))
        return made

    async def _ends_by_volume(self) -> None:
        made = await self._given(
            await self._inwoner(7), profiel=VOLUME, omvang=TOTAL_OF_40, **RUNNING
        )
        ends = {"einddatum": str(today()), "reden": "in_overeenstemming"}
        await self.region.post(
            f"/toewijzingen/{made['nummer']}/beeindiging", self.toegang, ends, 200
        )

    async def _is_asked_for(self) -> None:
        body = request_body(
            gemeente=self.wie.gemeente,
            profiel=HERSTEL,
            inwoner={"bsn": bsn(self.wie.bsn), "geboortedatum": "2015-05-05"},
            **RUNNING,
        )
        asked = await self.region.post("/verzoeken", self.aanbieder, body)
        await self.region.get(f"/verzoeken/{asked['id']}/client", self.toegang)
        concept = allocation(await self._inwoner(3), **(self.wie.eigen | RUNNING))
        made = await self.region.post("/concepttoewijzingen", self.toegang, concept)
        path = f"/concepttoewijzingen/{made['id']}/goedkeuring"
        await self.region.post(path, self.collega, {"mandaat": "M", "beschikking": "Z1"})

    async def _has_a_plan(self, made: Any) -> None:
        plan = await self.region.post("/plannen", self.toegang, plan_body(made["inwonerId"]))
        path = f"/plannen/{plan['id']}"
        akkoord = {"versie": 1, "datum": YESTERDAY, "akkoordVan": "Beide ouders"}
        await self.region.post(f"{path}/goedkeuring", self.toegang, akkoord, 200)
        await self.region.post(f"{path}/evaluaties", self.toegang, evaluation())

    async def _is_held_and_released(self) -> None:
        made = await self._given(await self._inwoner(4), **RUNNING)
        path = f"/toewijzingen/{made['nummer']}"
        hold = {"vanaf": str(today()), "reden": "Vakantie"}
        await self.region.post(f"{path}/opschorting", self.toegang, hold, 200)
        held = await self._declares(line(made, "H1"))
        assert held["aantalAangehouden"] == 1
        await self.region.post(f"{path}/hervatting", self.toegang, {}, 200)
        async with await connection.open_pool(self.url) as pool:
            await settle_in_background(pool, held["id"], self.wie.agb)

    async def _is_divided_anew(self) -> None:
        inwoner = await self._inwoner(5)
        await self._declares(line(await self._given(inwoner, **PAST), "D1"))
        moved = lived((self.wie.gemeente, "2010-05-05"), (self.wie.buur, later(first(-8), 60)))
        path, body = f"/inwoners/{inwoner}/woonplaatsen", {"woonplaatsen": moved}
        await self.region.answer("PUT", path, self.toegang, body, 200)
        await self.region.post("/herverdelingen", self.financien, {"reden": "Te laat gemeld"})

    async def _is_taken_over(self) -> None:
        here = (self.wie.gemeente, "2010-05-05")
        made = await self._given(await self._inwoner(6, here, (self.wie.buur, MOVED)), **HALF_YEAR)
        await self._declares(line(made, "O1"))
        asks = {"gemeente": self.wie.buur, "begindatum": MOVED}
        path = f"/toewijzingen/{made['nummer']}/voortzetting"
        asked = await self.region.post(path, self.toegang, asks)
        path = f"/voortzettingen/{asked['id']}/aanvaarding"
        await self.region.post(path, self.region.toegang(self.wie.buur), {})

    async def _does_a_task(self) -> None:
        body = {
            "aanbieder": self.wie.agb,
            "gemeenten": [{"gemeente": self.wie.gemeente, "bedragCenten": 1_000}],
            "begindatum": f"{YEAR}-01-01",
            "einddatum": f"{YEAR}-12-31",
            "termijnen": 2,
            "omvat": [WIJK],
            "omvatNiet": [],
        }
        made = await self.region.post("/taakopdrachten", self.region.regio, body)
        await self.region.post("/taakopdrachten/_boek", self.region.regio, None, 200)
        account = {
            "halfjaar": f"{YEAR}-1",
            "aantalInwoners": 12,
            "resultaten": [{"resultaat": "Minder", "toelichting": "Een op vijf"}],
        }
        await self.region.post(
            f"/taakopdrachten/{made['nummer']}/verslagen", self.aanbieder, account
        )

    async def _speaks_up(self) -> None:
        path = f"/tarieflijsten/{self.consultatie}/reacties"
        await self.region.post(path, self.aanbieder, {"tekst": "Te laag"})
        applies = {
            "aanbieder": self.wie.agb,
            "naam": "De Proef",
            "profielen": [HERSTEL],
            "gemeenten": [self.wie.gemeente],
        }
        applied = await self.region.post("/aanmeldingen", self.aanbieder, applies)
        tested = [{"eis": "keurmerk", "voldoet": True}]
        besluit = {"besluit": "toegelaten", "datum": str(today()), "getoetst": tested}
        path = f"/aanmeldingen/{applied['id']}/besluit"
        await self.region.post(path, self.region.regio, besluit, 200)

    async def _is_paid(self) -> None:
        account = {"iban": "NL44RABO0123456789", "tenaamstelling": "Zorg"}
        path = f"/aanbieders/{self.wie.agb}/bankrekening"
        await self.region.answer("PUT", path, self.region.regio, account, 200)
        agrees = self.region.token("regio", sub="vaststeller")
        await self.region.post(f"{path}/goedkeuring", agrees, {"iban": account["iban"]}, 200)
        path = f"/gemeenten/{self.wie.gemeente}/bankrekening"
        await self.region.answer("PUT", path, self.financien, account, 200)
        agrees = self.region.token("financien", gemeente=self.wie.gemeente, sub="bert")
        await self.region.post(f"{path}/goedkeuring", agrees, {"iban": account["iban"]}, 200)
        days = {"uitvoerdatum": str(today()), "vervaltTotEnMet": str(today() + timedelta(days=90))}
        order = await self.region.post("/betaalopdrachten", self.financien, days)
        path = f"/betaalopdrachten/{order['id']}/uitvoering"
        await self.region.post(path, self.financien, {"datum": str(today())}, 200)
        await self.region.post("/afsluitingen", self.financien, {"periode": month(-1)})

    async def _is_cleared(self) -> None:
        await make_earlier(self.url)
        path = f"/verrekeningen/{quarter(100)}/{self.wie.buur}"
        await self.region.post(f"{path}/aanzegging", self.financien, None, 200)
        pays = {"datum": str(today()), "bedragCenten": 1, "kenmerk": "K1"}
        await self.region.post(f"{path}/betalingen", self.financien, pays)


async def prepare(
    client: httpx.AsyncClient, token: Headers, *who: Hoofdrollen
) -> tuple[Region, int]:
    """The region in which they live, and the concept list that it asks about."""
    region = Region(client, token)
    await region.profiel(HERSTEL, "herstel", MIJLPALEN, "jeugdwet")
    await region.profiel(VOLUME, "herstel", MIJLPALEN, "jeugdwet", eenheid="04", **EFFORT)
    await region.profiel(WIJK, "herstel", MIJLPALEN, "jeugdwet", **TASK)
    prices = dict.fromkeys((HERSTEL, VOLUME, WIJK), (6_621, 6_622, 6_623))
    await region.tarieflijst(prices=prices)
    for path, body in ((INSTRUMENTPAD, INSTRUMENT), (TABELPAD, {**TABEL, "profielen": [HERSTEL]})):
        await region.answer("PUT", f"/{path}", region.regio, body, 201)
    eis = {"naam": "Keurmerk", "omschrijving": "Geldig.", "vanaf": "2010-01-01"}
    await region.answer("PUT", "/kwaliteitseisen/keurmerk", region.regio, eis, 201)
    gemeenten = [code for wie in who for code in (wie.gemeente, wie.buur)]
    for wie in who:
        profielen = [HERSTEL, VOLUME, WIJK]
        await region.contract(wie.agb, profielen=profielen, gemeenten=gemeenten)
    return region, await _consult(region)


async def _consult(region: Region) -> int:
    tarieven = [{"profiel": HERSTEL, "intensiteit": "licht", "bedragCenten": 7_000}]
    body = {"naam": "Concept", "vanaf": "2030-01-01", "tarieven": tarieven}
    lijst: int = (await region.post("/tarieflijsten", region.regio, body))["id"]
    days = {"begindatum": str(today()), "einddatum": str(today() + timedelta(days=7))}
    path = f"/tarieflijsten/{lijst}/consultatie"
    await region.post(path, region.regio, days | {"toelichting": "Uw mening?"})
    return lijst


async def settle_the_rest(url: str, agb: str) -> None:
    """What workers do meanwhile: seal what was settled, and show how far one is."""
    async with await connection.open_pool(url) as pool:
        await seal_all(pool)
        await pool.execute_for(
            books_of(agb),
            "INSERT INTO voortgang SELECT min(id), now(), now(), 0, 0 FROM declaratie",
        )
    db = await asyncpg.connect(url)
    await db.execute(
        "INSERT INTO te_verzegelen (aanbieder, declaratie_id, ronde)"
        " SELECT aanbieder, id, 99 FROM declaratie WHERE aanbieder = $1 LIMIT 1",
        agb,
    )
    await db.close()
