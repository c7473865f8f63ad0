# SPDX-License-Identifier: EUPL-1.2
"""One of everything that an address can name, all of one gemeente and one aanbieder.

Made over HTTP, and on a database that may hold other things already.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.callers import Headers
from tests.contract.declaring import (
    DUURZAAM,
    ENSCHEDE,
    GEZIN,
    HENGELO,
    HERSTEL,
    MAANDELIJKS,
    MIJLPALEN,
    PAST,
    Region,
    allocation,
    first,
    later,
    line,
    lived,
    today,
)

OWN, STRANGER = "99000031", "99000032"
"""The aanbieder that all of it is of, and another one under contract."""
MARK = "Alleen voor wie het aangaat"
"""Stands in whatever can hold a text, so that it shows when another is told."""
BSN = "999990019"
TOEWIJZING = "/toewijzingen/{nummer}"

Params = Mapping[str, str | int]
Json = dict[str, Any]
QUARTER = f"{today().year}-{(today().month - 1) // 3 + 1}"
MONTH = str(first(-8))[:7]


@dataclass(frozen=True, slots=True)
class Realm:
    """The callers, and by the beginning of an address what stands there."""

    region: Region
    things: dict[str, Params] = field(default_factory=dict)

    def params(self, path: str) -> Params | None:
        """What fills this path: of the longest beginning that is known; None when none is."""
        known = [prefix for prefix in self.things if _begins(path, prefix)]
        return self.things[max(known, key=len)] if known else None

    def body(self, example: Any) -> Any:
        """An example of the document, about the aanbieder and the inwoners of this realm."""
        inwoner = self.things["/inwoners/{id}"]
        known = {
            341: inwoner["id"],
            342: inwoner["tweede"],
            1204: self.things[TOEWIJZING]["nummer"],
        }
        text = json.dumps(example).replace('"99000001"', f'"{OWN}"')
        for number, own in known.items():
            text = re.sub(rf"\b{number}\b", str(own), text)
        return json.loads(text)


async def realm(client: httpx.AsyncClient, token: Headers) -> Realm:
    """Build it."""
    made = Realm(Region(client, token))
    await _catalogue(made)
    await _help(made)
    await _plan(made)
    await _requests(made)
    await _money(made)
    await _task(made)
    return made


async def _catalogue(made: Realm) -> None:
    region, things = made.region, made.things
    await region.profiel(HERSTEL, "herstel", MIJLPALEN, "jeugdwet")
    await region.profiel(DUURZAAM, "duurzaam", MAANDELIJKS, "wmo")
    await region.profiel(GEZIN, "herstel", MAANDELIJKS, "jeugdwet", "wmo")
    await region.tarieflijst()
    things["/profielen/{code}"] = {"code": HERSTEL}
    things["/aanbieders/{agb}"] = {"agb": OWN}
    contract = await region.contract(OWN)
    await region.contract(STRANGER)
    things["/raamovereenkomsten/{nummer}"] = {"nummer": contract["nummer"]}
    body: Any = {"naam": "Concept", "vanaf": "2030-01-01", "tarieven": []}
    body["tarieven"] = [{"profiel": HERSTEL, "intensiteit": "licht", "bedragCenten": 1}]
    lijst = (await region.post("/tarieflijsten", region.regio, body))["id"]
    days = {"begindatum": str(today()), "einddatum": str(later(today(), 7)), "toelichting": MARK}
    await region.post(f"/tarieflijsten/{lijst}/consultatie", region.regio, days)
    path = f"/tarieflijsten/{lijst}/reacties"
    reactie = await region.post(path, region.aanbieder(OWN), {"tekst": MARK})
    things["/tarieflijsten/{id}"] = {"id": lijst, "volgnummer": reactie["volgnummer"]}
    eis = {"naam": "Keurmerk", "omschrijving": "Geldig", "vanaf": "2025-01-01", "totEnMet": None}
    await region.answer("PUT", "/kwaliteitseisen/keurmerk", region.regio, eis, 201)
    things["/kwaliteitseisen/{code}"] = {"code": "keurmerk"}
    scale = {"laagste": 1, "hoogste": 5, "onderdelen": [{"code": "huis", "naam": "Huis"}]}
    instrument = {"naam": "Schaal", "bron": "Voorbeeld", **scale}
    path = "/zelfredzaamheidsinstrumenten/schaal"
    await region.answer("PUT", path, region.regio, instrument, 201)
    things["/zelfredzaamheidsinstrumenten/{code}"] = {"code": "schaal"}
    regel = {"voorwaarden": {}, "uitkomst": "middel", "reden": "Altijd"}
    tabel: Json = {
        "naam": "Tabel",
        "bron": "Voorbeeld",
        "instrument": "schaal",
        "profielen": [HERSTEL],
    }
    tabel["regels"] = [regel]
    await region.answer("PUT", "/intensiteitstabellen/tabel", region.regio, tabel, 201)
    things["/intensiteitstabellen/{code}"] = {"code": "tabel"}


async def _help(made: Realm) -> None:
    """An inwoner with a BSN, a toewijzing that is declared, and a concept."""
    region, things = made.region, made.things
    body: Json = {"bsn": BSN, "geboortedatum": "2010-05-05"}
    body["woonplaatsen"] = lived((ENSCHEDE, "2010-05-05"), (HENGELO, first(-4)))
    inwoner = (await region.post("/inwoners", region.toegang(), body))["id"]
    tweede = await region.inwoner((ENSCHEDE, "2010-05-05"), (HENGELO, first(-4)))
    things["/inwoners/{id}"] = {"id": inwoner, "tweede": tweede}
    given = await region.toewijzing(inwoner, **_allocation())
    things[TOEWIJZING] = {"nummer": given["nummer"]}
    declared = await region.declare(line(given, "R1"), nummer="REALM1", agb=OWN)
    things["/declaraties/{id}"] = {"id": declared["id"], "regelnummer": 1}
    body = allocation(inwoner, **{**_allocation(), "profiel": GEZIN})
    concept = await region.post("/concepttoewijzingen", region.toegang(), body)
    things["/concepttoewijzingen/{id}"] = {"id": concept["id"]}


def _allocation() -> Json:
    wanted = [{"resultaat": MARK, "onderbouwing": MARK}]
    return {**PAST, "aanbieder": OWN, "beoogdeResultaten": wanted}


async def _plan(made: Realm) -> None:
    region = made.region
    wanted = {"inwonerId": None, "leefgebied": "werk", "onderbouwing": MARK}
    step = {"soort": "eigen_kracht", "omschrijving": MARK, "inwonerId": None}
    step |= {"leveringsvorm": None, "toewijzingNummer": None}
    body = {
        "huishouden": [made.things["/inwoners/{id}"]["id"]],
        "regisseur": {"naam": MARK, "organisatie": "Wijkteam", "aanbieder": None},
        "resultaten": [{"nummer": 1, "resultaat": MARK, **wanted}],
        "elementen": [{**step, "resultaten": [1]}],
        "evaluatiemomenten": [str(today())],
    }
    plan = (await region.post("/plannen", region.toegang(), body))["id"]
    agreed = {"versie": 1, "datum": str(today()), "akkoordVan": MARK}
    await region.post(f"/plannen/{plan}/goedkeuring", region.toegang(), agreed, 200)
    stand = {"nummer": 1, "stand": "bereikt", "toelichting": MARK}
    day = str(today())
    evaluatie = {"moment": day, "datum": day, "bevindingen": MARK, "resultaten": [stand]}
    await region.post(f"/plannen/{plan}/evaluaties", region.toegang(), evaluatie)
    made.things["/plannen/{id}"] = {"id": plan, "volgnummer": 1}


async def _requests(made: Realm) -> None:
    """What the aanbieder asks of the gemeente and the region, and one gemeente of another."""
    region, things = made.region, made.things
    asked = {name: value for name, value in allocation(0).items() if name != "inwonerId"}
    asked |= _allocation() | {
        "profiel": GEZIN,
        "verwijzer": "huisarts",
        "referentieAanbieder": "V-1",
    }
    asked |= {"begindatum": str(today()), "einddatum": str(later(today(), 99)), "toelichting": MARK}
    del asked["aanbieder"]
    asked["inwoner"] = {"bsn": BSN, "geboortedatum": "2010-05-05"}
    verzoek = await region.post("/verzoeken", region.aanbieder(OWN), asked)
    things["/verzoeken/{id}"] = {"id": verzoek["id"]}
    body = {"aanbieder": OWN, "naam": MARK, "profielen": [HERSTEL], "gemeenten": [ENSCHEDE]}
    aanmelding = await region.post("/aanmeldingen", region.aanbieder(OWN), body)
    things["/aanmeldingen/{id}"] = {"id": aanmelding["id"]}
    moved = await region.toewijzing(int(things["/inwoners/{id}"]["tweede"]), **_allocation())
    body = {"gemeente": HENGELO, "begindatum": str(first(-4)), "toelichting": MARK}
    path = f"/toewijzingen/{moved['nummer']}/voortzetting"
    over = await region.post(path, region.toegang(), body)
    things["/voortzettingen/{id}"] = {"id": over["id"]}


async def _money(made: Realm) -> None:
    region, things = made.region, made.things
    for aanbieder in (await region.get("/aanbieders", region.regio))["results"]:
        account = {"iban": "NL44RABO0123456789", "tenaamstelling": "De Proef"}
        owner = f"/aanbieders/{aanbieder['agb']}"
        await _agree(region, owner, account, region.regio, region.token("regio", sub="collega"))
    account = {"iban": "NL61BNGH0285000000", "tenaamstelling": MARK}
    colleague = region.token("financien", gemeente=ENSCHEDE, sub="collega")
    await _agree(region, f"/gemeenten/{ENSCHEDE}", account, region.financien(), colleague)
    things["/gemeenten/{code}"] = {"code": ENSCHEDE}
    page = await region.get(f"/betaalspecificaties?aanbieder={OWN}", region.financien())
    things["/betaalspecificaties/{id}"] = {"id": page["results"][0]["id"]}
    body: Json = {"uitvoerdatum": str(today())}
    order = await region.post("/betaalopdrachten", region.financien(), body)
    things["/betaalopdrachten/{id}"] = {"id": order["id"]}
    third = await region.inwoner((ENSCHEDE, "2010-05-05"))
    given = await region.toewijzing(third, **_allocation())
    await region.declare(line(given, "R2"), nummer="REALM2", agb=OWN)
    await region.moved(third, (ENSCHEDE, "2010-05-05"), (HENGELO, first(-4)))
    body = {"inwonerId": third, "reden": MARK}
    divided = await region.post("/herverdelingen", region.financien(), body)
    things["/herverdelingen/{id}"] = {"id": divided["id"]}
    await region.post("/afsluitingen", region.financien(), {"periode": MONTH})
    things["/afsluitingen/{periode}"] = {"periode": MONTH}
    things["/verrekeningen/{kwartaal}"] = {"kwartaal": QUARTER, "tegenpartij": HENGELO}
    body = {"onderdelen": [{"wet": "jeugdwet", "bedragCenten": 1}]}
    await region.answer("PUT", "/budgetten/2027", region.financien(), body, 201)
    things["/budgetten/{jaar}"] = {"jaar": 2027}


async def _agree(
    region: Region, owner: str, account: Json, who: dict[str, str], colleague: dict[str, str]
) -> None:
    """A bank account, laid down by one and agreed to by another."""
    path = f"{owner}/bankrekening"
    await region.answer("PUT", path, who, account, 200)
    await region.post(f"{path}/goedkeuring", colleague, {"iban": account["iban"]}, 200)


async def _task(made: Realm) -> None:
    region = made.region
    body = {
        "aanbieder": OWN,
        "gemeenten": [{"gemeente": ENSCHEDE, "bedragCenten": 1_000}],
        "begindatum": f"{today().year - 1}-01-01",
        "einddatum": f"{today().year}-12-31",
        "termijnen": 2,
        "omvat": [MARK],
        "omvatNiet": [],
    }
    task = (await region.post("/taakopdrachten", region.regio, body))["nummer"]
    half = f"{today().year - 1}-1"
    result = {"resultaat": MARK, "toelichting": MARK}
    body = {"halfjaar": half, "aantalInwoners": 1, "resultaten": [result]}
    await region.post(f"/taakopdrachten/{task}/verslagen", region.aanbieder(OWN), body)
    made.things["/taakopdrachten/{nummer}"] = {"nummer": task, "halfjaar": half}


def _begins(path: str, prefix: str) -> bool:
    return path == prefix or path.startswith(f"{prefix}/")
