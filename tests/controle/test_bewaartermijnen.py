# SPDX-License-Identifier: EUPL-1.2
"""Who has been kept long enough is wiped, and the books still add up to the cent."""

import json
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import asyncpg
import pytest

from app.bewaartermijnen import keep_to_terms
from app.controle.controles import find_faults
from app.db.connection import Connection
from app.domain.bewaartermijn import BEWAARTERMIJNEN, REDENEN
from tests.contract.declaring import ENSCHEDE, HENGELO, Region, allocation, line, past, today
from tests.contract.test_plans import plan_body
from tests.contract.world import bsn
from tests.controle.commands import noaber, own

LONG_AFTER = date(2090, 1, 1)
SECRET = "Dit gaat alleen haar aan"
RESULT = {"resultaat": SECRET, "onderbouwing": SECRET}
MONEY = ("boeking", "termijn", "declaratie", "declaratieregel", "oordeel", "zegel", "kostensom")
PERSON = (
    *("inwoner", "toewijzing", "toewijzing_gebeurtenis", "woonplaats", "woonopgave", "plan"),
    *("planversie", "planevaluatie", "verzoek", "concepttoewijzing", "beschikking"),
    "voortzetting",
)


async def _rows(db: Connection, tables: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for table in tables:
        rows = await db.fetch(f"SELECT to_jsonb(t)::text FROM {table} t ORDER BY 1")
        found[table] = [row[0] for row in rows]
    return found


async def _faults(db: Connection) -> dict[str, Sequence[str]]:
    return {b.naam: b.voorbeelden async for b in find_faults(db) if b.aantal_fouten}


async def _pay_all(region: Region) -> None:
    for gemeente in (ENSCHEDE, HENGELO):
        financien = region.financien(gemeente)
        page = await region.get("/betaalspecificaties?pageSize=500", financien)
        for found in page["results"]:
            if found["openCenten"]:
                body = {
                    "datum": str(today()),
                    "bedragCenten": found["openCenten"],
                    "kenmerk": f"K{found['id']}",
                }
                await region.post(f"/betaalspecificaties/{found['id']}/betalingen", financien, body)


async def _person(region: Region) -> dict[str, Any]:
    """Someone of whom everything is kept that can be: paid help, a plan, residence, an end."""
    body = {
        "bsn": bsn(),
        "geboortedatum": "2010-05-05",
        "woonplaatsen": [{"gemeente": ENSCHEDE, "vanaf": "2010-05-05", "grondslag": "brp"}],
    }
    inwoner = (await region.post("/inwoners", region.toegang(), body))["id"]
    await region.moved(inwoner, (ENSCHEDE, "2010-05-05"), (HENGELO, "2011-01-01"))
    await region.moved(inwoner, (ENSCHEDE, "2010-05-05"))
    more = {"beoogdeResultaten": [RESULT], "beschikking": "B-1", "spoed": {"reden": SECRET}}
    made = await region.toewijzing(
        inwoner, begindatum=str(today() - timedelta(days=60)), einddatum=str(today()), **more
    )
    await region.declare(line(made, "PER1"))
    longer = {"einddatum": str(today() + timedelta(days=9)), "toelichting": SECRET}
    path = f"/toewijzingen/{made['nummer']}/verlenging"
    await region.answer("POST", path, region.toegang(), longer, 200)
    asked = {"gemeente": HENGELO, "begindatum": str(today()), "toelichting": SECRET}
    path = f"/toewijzingen/{made['nummer']}/voortzetting"
    voortzetting = await region.post(path, region.toegang(), asked)
    path = f"/voortzettingen/{voortzetting['id']}/intrekking"
    await region.answer("POST", path, region.toegang(), {"toelichting": SECRET}, 200)
    plan = await region.post("/plannen", region.toegang(), plan_body(inwoner))
    agreed = {"versie": 1, "datum": str(today()), "akkoordVan": SECRET}
    await region.answer("POST", f"/plannen/{plan['id']}/goedkeuring", region.toegang(), agreed, 200)
    looked = {
        "datum": str(today()),
        "bevindingen": SECRET,
        "resultaten": [{"nummer": 1, "stand": "deels_bereikt", "toelichting": SECRET}],
    }
    await region.post(f"/plannen/{plan['id']}/evaluaties", region.toegang(), looked)
    return {"inwoner": inwoner, "nummer": made["nummer"], "plan": plan["id"]}


async def _close(region: Region, person: dict[str, Any]) -> None:
    body = {"datum": str(today()), "reden": SECRET}
    path = f"/v1/plannen/{person['plan']}/afsluiting"
    done = await region.client.post(path, json=body, headers=region.toegang())
    assert done.status_code == 200, done.text


async def test_all_that_says_who_it_was_goes_and_the_money_stays(
    books: Region, database_url: str, db: Connection
) -> None:
    person = await _person(books)
    await _close(books, person)
    await _pay_all(books)
    before, money = await _rows(db, PERSON), await _rows(db, MONEY)
    shown = await keep_to_terms(database_url, LONG_AFTER, wipe=False)
    assert await _rows(db, PERSON) == before
    done = await keep_to_terms(database_url, LONG_AFTER, wipe=True)
    assert [(t.gemeente, t.aantal) for t in done.gemeenten] == [
        (t.gemeente, t.aantal) for t in shown.gemeenten
    ]
    after = await _rows(db, PERSON)
    assert await _rows(db, MONEY) == money
    assert await _faults(db) == {}
    wiped = await db.fetchrow("SELECT * FROM inwoner WHERE id = $1", person["inwoner"])
    assert wiped is not None
    assert wiped["gewist_op"]
    assert not any(
        wiped[name] for name in ("geboortedatum", "bsn_hash", "bsn_versleuteld", "bsn_sleutel")
    )
    assert SECRET in json.dumps(before)
    assert SECRET not in json.dumps(after)
    for gone in ("plan", "planversie", "planevaluatie", "beschikking"):
        assert not after[gone]
    again = await keep_to_terms(database_url, LONG_AFTER, wipe=True)
    assert [t.aantal for t in again.gemeenten if t.aantal] == []
    assert await _rows(db, PERSON) == after


async def test_who_was_wiped_is_not_found_and_gets_nothing_new(
    books: Region, database_url: str
) -> None:
    person = await _person(books)
    await _close(books, person)
    await _pay_all(books)
    await keep_to_terms(database_url, LONG_AFTER, wipe=True)
    toegang, inwoner = books.toegang(), person["inwoner"]
    for path in ("", "/inzagen", "/woongeschiedenis", "/woonopgaven", "/woonplaats?wet=wmo"):
        await books.get(f"/inwoners/{inwoner}{path}", toegang, 404)
    body: dict[str, Any] = {"woonplaatsen": []}
    await books.answer("PUT", f"/inwoners/{inwoner}/woonplaatsen", toegang, body, 404)
    await books.post("/toewijzingen", toegang, allocation(inwoner), 404)
    await books.post("/plannen", toegang, plan_body(inwoner), 404)
    found = await books.get(f"/toewijzingen/{person['nummer']}", toegang)
    assert (found["beoogdeResultaten"], found["spoed"]) == ([], {"reden": "gewist"})
    again = {"bsn": bsn(), "geboortedatum": "2010-05-05", "woonplaatsen": []}
    assert (await books.post("/inwoners", toegang, again))["id"] != inwoner


async def test_what_is_open_holds_the_wiping_up_and_is_named(
    books: Region, database_url: str, db: Connection
) -> None:
    person = await _person(books)
    held = await keep_to_terms(database_url, LONG_AFTER, wipe=True)
    [told] = [t for t in held.gemeenten if t.gemeente == ENSCHEDE]
    assert told.tegengehouden.keys() >= {"plan_loopt", "niet_betaald", "regel_aangehouden"}
    assert set(told.tegengehouden) <= set(REDENEN)
    query = "SELECT gewist_op FROM inwoner WHERE id = $1"
    assert await db.fetchval(query, person["inwoner"]) is None
    await _pay_all(books)
    await keep_to_terms(database_url, LONG_AFTER, wipe=True)
    assert await db.fetchval(query, person["inwoner"]) is None
    await _close(books, person)
    await keep_to_terms(database_url, LONG_AFTER, wipe=True)
    assert await db.fetchval(query, person["inwoner"]) is not None
    waits = "SELECT count(*) FROM inwoner i JOIN toewijzing tw ON tw.inwoner_id = i.id"
    waits += " JOIN oordeel o ON o.toewijzing_nummer = tw.nummer AND o.uitkomst = 'aangehouden'"
    assert await db.fetchval(f"{waits} WHERE i.gewist_op IS NULL") > 0
    assert await db.fetchval(f"{waits} WHERE i.gewist_op IS NOT NULL") == 0


@pytest.mark.parametrize("wet", ["jeugdwet", "wmo"])
async def test_the_day_after_the_term_of_its_wet_a_dossier_can_go(
    books: Region, database_url: str, db: Connection, wet: str
) -> None:
    made = await past(books, wet=wet, profiel="DUURZAAM" if wet == "wmo" else "HERSTEL")
    # As if it all happened long ago: nothing can be registered on another day than today.
    await db.execute("UPDATE inwoner SET aangemaakt_op = '2000-01-01'")
    end = date.fromisoformat(made["einddatum"])
    years = BEWAARTERMIJNEN[wet].jaren  # type: ignore[index]
    tot = await db.fetchval("SELECT ($1::date + make_interval(years => $2))::date", end, years)
    count = "SELECT count(*) FROM inwoner WHERE id = $1 AND gewist_op IS NOT NULL"
    for dag, gone in ((tot, 0), (tot + timedelta(days=1), 1)):
        await keep_to_terms(database_url, dag, wipe=True)
        assert await db.fetchval(count, made["inwonerId"]) == gone


async def test_one_gemeente_wipes_its_own_alone(
    books: Region, database_url: str, db: Connection
) -> None:
    other = await books.inwoner(of=HENGELO)
    await _pay_all(books)
    await keep_to_terms(database_url, LONG_AFTER, ENSCHEDE, wipe=True)
    wiped = await db.fetch("SELECT DISTINCT gemeente FROM inwoner WHERE gewist_op IS NOT NULL")
    assert [row["gemeente"] for row in wiped] == [ENSCHEDE]
    assert await db.fetchval("SELECT gewist_op FROM inwoner WHERE id = $1", other) is None


async def test_the_database_lets_nothing_go_of_who_was_not_wiped(
    books: Region, db: Connection
) -> None:
    await _person(books)
    for refused in (
        "DELETE FROM woonopgave",
        "UPDATE woonopgave SET invoer = '[]'",
        "TRUNCATE woonopgave",
        "DELETE FROM planevaluatie",
        "UPDATE toewijzing_gebeurtenis SET toelichting = NULL",
        "DELETE FROM toewijzing_gebeurtenis",
    ):
        with pytest.raises(asyncpg.RestrictViolationError):
            await db.execute(refused)
    with pytest.raises(asyncpg.CheckViolationError):
        await db.execute("UPDATE inwoner SET geboortedatum = NULL")
    with pytest.raises(asyncpg.CheckViolationError):
        await db.execute("UPDATE inwoner SET gewist_op = now()")


@pytest.mark.usefixtures("books")
async def test_the_command_shows_first_and_says_how_to_do_it(database_url: str) -> None:
    shown = noaber("bewaartermijnen", **own(database_url))
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "jeugdwet: 20 jaar" in shown.stdout
    assert "--uitvoeren" in shown.stdout
    told = json.loads(noaber("bewaartermijnen", "--json", **own(database_url)).stdout)
    assert (told["uitgevoerd"], told["gemeenten"]) == (False, [])
    done = noaber("bewaartermijnen", "--uitvoeren", **own(database_url))
    assert done.returncode == 0, done.stderr
