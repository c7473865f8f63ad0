# SPDX-License-Identifier: EUPL-1.2
"""Random lives of toewijzingen through the API: after every step the books add up."""

from datetime import date, timedelta
from random import Random
from typing import Any

import httpx
import pytest

from app.controle.controles import find_faults, see_one_moment
from app.db.connection import Connection
from tests.callers import Headers
from tests.contract.declaring import (
    DUURZAAM,
    ENSCHEDE,
    GEZIN,
    HENGELO,
    HERSTEL,
    Region,
    credit,
    first,
    last,
    line,
    lived,
    opened,
    today,
)

STEPS = 14
REDENEN = (
    *("volgens_plan", "client", "in_overeenstemming", "verhuizing", "overlijden", "gemeente"),
    *("aanbieder", "wanprestatie"),
)
GRANTED = """
SELECT coalesce(sum(b.bedrag_centen), 0)::bigint AS toegekend, tw.prijs_centen,
       coalesce(tw.verschuldigd_centen, tw.prijs_centen) AS verschuldigd
FROM toewijzing tw LEFT JOIN boeking b ON b.toewijzing_nummer = tw.nummer
GROUP BY tw.nummer
"""
TOGETHER = """
SELECT oud.verschuldigd_centen + vervolg.prijs_centen <= oud.prijs_centen
FROM voortzetting v
JOIN toewijzing oud ON oud.nummer = v.toewijzing_nummer
JOIN toewijzing vervolg ON vervolg.nummer = v.vervolg
"""


class Lives:
    """What callers do at random; a refusal is an answer like another, a fault of ours is not."""

    def __init__(self, region: Region, chance: Random) -> None:
        self.region = region
        self.chance = chance
        self.granted: list[dict[str, Any]] = []
        self.count = 0

    async def send(self, path: str, headers: dict[str, str], body: Any) -> Any:
        """The answer, or None when it was refused."""
        answer = await self.region.client.post(f"/v1{path}", headers=headers, json=body)
        assert answer.status_code in (200, 201, 400, 404, 409), (path, body, answer.text)
        return answer.json() if answer.is_success else None

    def day(self) -> date:
        return first(-5) + timedelta(days=self.chance.randrange(330))

    async def begin(self) -> None:
        profiel, wet = self.chance.choice(
            ((HERSTEL, "jeugdwet"), (DUURZAAM, "wmo"), (GEZIN, "jeugdwet"))
        )
        body = {
            "geboortedatum": "2010-05-05",
            "woonplaatsen": lived((ENSCHEDE, "2010-05-05"), (HENGELO, first(3))),
        }
        inwoner = await self.region.post("/inwoners", self.region.toegang(), body)
        period = {"begindatum": first(-5), "einddatum": last(2)}
        await self.region.toewijzing(inwoner["id"], profiel=profiel, wet=wet, **period)

    async def of_one(self, gemeente: str) -> Any:
        toegang = self.region.toegang(gemeente)
        found = (await self.region.get("/toewijzingen", toegang))["results"]
        return self.chance.choice(found) if found else None

    async def declare(self, made: Any) -> None:
        lines = []
        for at in range(len(made["termijnen"])):
            self.count += 1
            if self.chance.random() < 0.5:
                lines.append(line(made, f"R{self.count}", at))
        if self.granted and self.chance.random() < 0.4:
            self.count += 1
            lines.append(credit(self.chance.choice(self.granted), f"R{self.count}"))
        if lines:
            declared = await self.region.declare(*lines)
            for sent, judged in zip(lines, await self.region.regels(declared), strict=True):
                if judged["uitkomst"] == "toegekend" and sent["debetCredit"] == "debet":
                    self.granted.append(sent)

    async def step(self) -> None:
        gemeente = self.chance.choice((ENSCHEDE, ENSCHEDE, HENGELO))
        made = await self.of_one(gemeente)
        if made is None or self.chance.random() < 0.15:
            await self.begin()
            return
        if self.chance.random() < 0.3:
            await self.declare(made)
            return
        what, body = self.chance.choice(list(self.asks().items()))
        own = what in ("start", "stop")
        headers = self.region.aanbieder() if own else self.region.toegang(gemeente)
        asked = await self.send(f"/toewijzingen/{made['nummer']}/{what}", headers, body)
        if asked and what == "voortzetting":
            path = f"/voortzettingen/{asked['id']}/aanvaarding"
            await self.send(path, self.region.toegang(HENGELO), {})

    def asks(self) -> dict[str, dict[str, str]]:
        """What may be asked of a toewijzing, each with one body."""
        choose = self.chance.choice
        note, day = {"toelichting": "Zo is besloten."}, str(self.day())
        wijze = choose(("pro_rata", "volledig_crediteren"))
        return {
            "beeindiging": {"einddatum": day, "reden": choose(REDENEN)},
            "beoordeling": {"verschuldigd": choose(("volledig", "pro_rata", "niets")), **note},
            "wijziging": {"intensiteit": "zwaar", "afrekening": wijze, "begindatum": day},
            "verlenging": {"einddatum": day},
            "opschorting": {"vanaf": str(today()), "reden": "Onderzoek."},
            "hervatting": {},
            "intrekking": note,
            "start": {"begindatum": day},
            "stop": {"einddatum": day, "reden": "volgens_plan"},
            "voortzetting": {"gemeente": HENGELO, "begindatum": day},
        }


@pytest.mark.parametrize("seed", range(6))
async def test_the_books_add_up_after_every_step(
    client: httpx.AsyncClient, token: Headers, db: Connection, seed: int
) -> None:
    lives = Lives(await opened(client, token), Random(seed))
    for _ in range(3):
        await lives.begin()
    for _ in range(STEPS * 3):
        await lives.step()
        for row in await db.fetch(GRANTED):
            assert 0 <= row["toegekend"] <= row["verschuldigd"] <= row["prijs_centen"]
        assert all(row[0] for row in await db.fetch(TOGETHER))
    async with db.transaction():
        await see_one_moment(db)
        found = [b async for b in find_faults(db) if b.aantal_fouten]
    assert found == []
