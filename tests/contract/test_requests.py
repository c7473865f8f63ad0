# SPDX-License-Identifier: EUPL-1.2
"""An aanbieder asks, the gemeente answers: once, in time, by the very same decision."""

import asyncio
from datetime import timedelta
from typing import Any

import asyncpg
import httpx
import pytest

from app.api.clock import today
from app.api.feestdagen import feestdagen_from
from app.domain.termijnen import terms_of, werkdagen_left
from tests.contract.world import (
    AGB,
    BSN,
    GEMEENTE,
    OTHER,
    PROFIEL,
    Json,
    World,
    assert_problem,
    bsn,
    toewijzing_body,
)

BIRTH = "2015-05-05"
HOME = [{"gemeente": GEMEENTE, "vanaf": BIRTH, "grondslag": "brp"}]
ELSEWHERE = [{"gemeente": OTHER, "vanaf": BIRTH, "grondslag": "brp"}]


def request_body(**changes: Any) -> Json:
    body = {
        "gemeente": GEMEENTE,
        "inwoner": {"bsn": BSN, "geboortedatum": BIRTH},
        "wet": "jeugdwet",
        "profiel": PROFIEL,
        "intensiteit": "licht",
        "begindatum": "2026-01-01",
        "einddatum": "2026-06-30",
        "verwijzer": "huisarts",
        "referentieAanbieder": "V-1",
        "beoogdeResultaten": [{"resultaat": "Slaapt door", "onderbouwing": "Verwijsbrief"}],
    }
    return {**body, **changes}


async def _post(
    world: World, path: str, body: Json | None, caller: dict[str, str]
) -> httpx.Response:
    return await world.client.post(f"/v1/{path}", json=body, headers=caller)


async def _get(world: World, path: str, caller: dict[str, str], **query: Any) -> httpx.Response:
    return await world.client.get(f"/v1/{path}", params=query, headers=caller)


async def _ask(world: World, **changes: Any) -> Json:
    answer = await _post(world, "verzoeken", request_body(**changes), world.aanbieder)
    assert answer.status_code == 201, answer.text
    asked: Json = answer.json()
    assert answer.headers["Location"] == f"/v1/verzoeken/{asked['id']}"
    return asked


async def _read(world: World, verzoek: Json) -> Json:
    answer = await _get(world, f"verzoeken/{verzoek['id']}", world.toegang)
    assert answer.status_code == 200, answer.text
    read: Json = answer.json()
    return read


async def _toewijzingen(world: World) -> int:
    count: int = (await _get(world, "toewijzingen", world.toegang)).json()["count"]
    return count


async def test_a_request_shows_its_terms_and_never_the_bsn(world: World) -> None:
    await world.basics()
    asked = await _ask(world)
    feestdagen = feestdagen_from(today())
    terms = terms_of(today(), feestdagen)
    assert asked["termijnen"] == {
        "antwoordUiterlijk": str(terms.antwoord),
        "woonplaatsUiterlijk": str(terms.woonplaats),
        "onderzoekUiterlijk": str(terms.onderzoek),
        "uiterlijk": str(terms.antwoord),
        "werkdagenOver": 5,
        "isTeLaat": False,
    }
    assert asked["status"] == "ontvangen"
    assert BSN not in str(asked)
    investigated = await _post(
        world, f"verzoeken/{asked['id']}/onderzoek", {"toelichting": "Waar?"}, world.toegang
    )
    shown = investigated.json()
    assert (shown["status"], shown["onderzoek"]["toelichting"]) == ("in_onderzoek", "Waar?")
    assert shown["termijnen"]["uiterlijk"] == str(terms.onderzoek)
    left = werkdagen_left(today(), terms.onderzoek, feestdagen)
    assert shown["termijnen"]["werkdagenOver"] == left
    again = await _post(world, f"verzoeken/{asked['id']}/onderzoek", None, world.toegang)
    assert_problem(again, 409, "al_in_onderzoek")


async def test_a_late_answer_is_still_an_answer_and_says_that_it_is_late(
    world: World, database_url: str
) -> None:
    await world.basics()
    asked = await _ask(world)
    db = await asyncpg.connect(database_url)
    await db.execute("UPDATE verzoek SET ontvangen_op = ontvangen_op - interval '20 days'")
    await db.close()
    late = (await _read(world, asked))["termijnen"]
    assert (late["isTeLaat"], late["werkdagenOver"]) == (True, 0)
    granted = await _post(world, f"verzoeken/{asked['id']}/toewijzing", {}, world.toegang)
    assert granted.status_code == 201, granted.text
    answered = await _read(world, asked)
    assert (answered["termijnen"]["isTeLaat"], answered["termijnen"]["werkdagenOver"]) == (
        True,
        None,
    )


async def test_granting_gives_the_toewijzing_that_the_toegang_would_have_given(
    world: World,
) -> None:
    await world.basics()
    inwoner = (await world.register(bsn=BSN))["id"]
    asked = await _ask(world)
    assert (await _read(world, asked))["inwonerId"] == inwoner
    quote = await _post(world, "toewijzingen/_prijs", toewijzing_body(inwoner), world.toegang)
    body = {"beschikking": "Z26-7"}
    granted = await _post(world, f"verzoeken/{asked['id']}/toewijzing", body, world.toegang)
    assert granted.status_code == 201, granted.text
    toewijzing = granted.json()
    assert granted.headers["Location"] == f"/v1/toewijzingen/{toewijzing['nummer']}"
    for key in ("prijsCenten", "tarief", "termijnen"):
        assert toewijzing[key] == quote.json()[key]
    assert (toewijzing["verwijzer"], toewijzing["beschikking"]) == ("huisarts", "Z26-7")
    path = f"toewijzingen/{toewijzing['nummer']}"
    assert (await _get(world, path, world.toegang)).json() == toewijzing
    assert (await _get(world, path, world.aanbieder)).json()["beschikking"] is None
    answered = await _get(world, f"verzoeken/{asked['id']}", world.aanbieder)
    assert answered.json()["toewijzingNummer"] == toewijzing["nummer"]
    assert answered.json()["status"] == "toegewezen"
    assert answered.json()["inwonerId"] is None
    assert (await _read(world, asked))["inwonerId"] == inwoner


async def test_a_person_the_gemeente_did_not_know_is_registered_with_the_answer(
    world: World,
) -> None:
    await world.basics()
    asked = await _ask(world)
    path = f"verzoeken/{asked['id']}/toewijzing"
    refused = await _post(world, path, {"woonplaatsen": ELSEWHERE}, world.toegang)
    assert_problem(refused, 409, "andere_gemeente_verantwoordelijk")
    found = await _post(world, "inwoners/_zoek", {"bsn": BSN}, world.toegang)
    assert found.status_code == 404
    urgent = {"woonplaatsen": ELSEWHERE, "spoed": {"reden": "Crisis"}}
    granted = await _post(world, path, urgent, world.toegang)
    assert granted.status_code == 201, granted.text
    inwoner = (await _post(world, "inwoners/_zoek", {"bsn": BSN}, world.toegang)).json()
    assert inwoner == {
        "id": granted.json()["inwonerId"],
        "geboortedatum": BIRTH,
        "woonplaatsen": ELSEWHERE,
    }


async def test_what_is_told_has_to_fit_the_person_who_is_known(world: World) -> None:
    await world.basics()
    await world.register(bsn=BSN, geboortedatum="2015-05-06")
    asked = await _ask(world)
    path = f"verzoeken/{asked['id']}/toewijzing"
    assert_problem(await _post(world, path, {}, world.toegang), 409, "geboortedatum_wijkt_af")
    body = {"woonplaatsen": HOME}
    assert_problem(await _post(world, path, body, world.toegang), 409, "inwoner_bekend")
    assert (await _read(world, asked))["status"] == "ontvangen"


async def test_the_grounds_for_refusing_a_toewijzing_hold_for_a_request_too(world: World) -> None:
    await world.put_profiel()
    await world.prices("2025-01-01")
    await world.put_aanbieder()
    await world.register(bsn=BSN)
    asked = await _ask(world)
    path = f"verzoeken/{asked['id']}/toewijzing"
    assert_problem(await _post(world, path, {}, world.toegang), 409, "geen_raamovereenkomst")
    await world.contract()
    lonely = {"afwijkingsreden": "Zonder advies"}
    assert_problem(await _post(world, path, lonely, world.toegang), 400)
    assert (await _post(world, path, None, world.toegang)).status_code == 201


async def test_of_two_answers_at_once_one_counts(world: World) -> None:
    await world.basics()
    asked = await _ask(world)
    path = f"verzoeken/{asked['id']}"
    answers = await asyncio.gather(
        *(_post(world, f"{path}/toewijzing", {}, world.toegang) for _ in range(4)),
        _post(world, f"{path}/afwijzing", {"reden": "geen_contract"}, world.toegang),
    )
    assert sum(answer.is_success for answer in answers) == 1
    for answer in answers:
        if not answer.is_success:
            assert_problem(answer, 409, "verzoek_beantwoord")
    assert await _toewijzingen(world) == (answers[-1].status_code != 200)


async def test_a_refusal_gives_its_reason_and_forgets_the_bsn(
    world: World, database_url: str
) -> None:
    await world.basics()
    asked = await _ask(world)
    path = f"verzoeken/{asked['id']}/afwijzing"
    body = {"reden": "woonplaatsbeginsel", "verantwoordelijkeGemeente": OTHER}
    refused = await _post(world, path, body, world.toegang)
    assert refused.status_code == 200, refused.text
    assert refused.json()["status"] == "afgewezen"
    assert refused.json()["afwijzing"] == {**body, "redencode": "8", "toelichting": None}
    assert refused.json()["termijnen"]["werkdagenOver"] is None
    seen = (await _get(world, f"verzoeken/{asked['id']}", world.aanbieder)).json()
    assert seen["afwijzing"] == refused.json()["afwijzing"]
    db = await asyncpg.connect(database_url)
    assert await db.fetchval("SELECT num_nulls(bsn_hash, bsn_versleuteld) FROM verzoek") == 2
    await db.close()
    for action, again in (("afwijzing", body), ("toewijzing", {}), ("onderzoek", None)):
        answer = await _post(world, f"verzoeken/{asked['id']}/{action}", again, world.toegang)
        assert_problem(answer, 409, "verzoek_beantwoord")
    await _ask(world, referentieAanbieder="V-2")


@pytest.mark.parametrize(
    ("wet", "body", "status", "code"),
    [
        ("jeugdwet", {"reden": "geen zin"}, 400, "ongeldige_aanvraag"),
        ("jeugdwet", {"reden": "woonplaatsbeginsel"}, 400, "ongeldige_aanvraag"),
        (
            "jeugdwet",
            {"reden": "geen_contract", "verantwoordelijkeGemeente": OTHER},
            400,
            "ongeldige_aanvraag",
        ),
        (
            "jeugdwet",
            {"reden": "andere_gemeente", "verantwoordelijkeGemeente": "9999"},
            400,
            "ongeldige_aanvraag",
        ),
        (
            "jeugdwet",
            {"reden": "andere_gemeente", "verantwoordelijkeGemeente": GEMEENTE},
            400,
            "eigen_gemeente",
        ),
        (
            "wmo",
            {"reden": "woonplaatsbeginsel", "verantwoordelijkeGemeente": OTHER},
            409,
            "alleen_jeugdwet",
        ),
    ],
)
async def test_a_reason_that_does_not_fit_is_refused(
    world: World, wet: str, body: Json, status: int, code: str
) -> None:
    await world.basics()
    asked = await _ask(world, wet=wet)
    answer = await _post(world, f"verzoeken/{asked['id']}/afwijzing", body, world.toegang)
    assert_problem(answer, status, code)
    assert (await _read(world, asked))["status"] == "ontvangen"


@pytest.mark.parametrize(
    ("changes", "status", "where"),
    [
        ({"verwijzer": "gemeente"}, 400, "verwijzer"),
        ({"verwijzer": "zelfverwijzer"}, 400, "verwijzer"),
        ({"inwoner": {"bsn": "999990018", "geboortedatum": BIRTH}}, 400, "inwoner.bsn"),
        (
            {"inwoner": {"bsn": BSN, "geboortedatum": str(today() + timedelta(days=2))}},
            400,
            "inwoner.geboortedatum",
        ),
        ({"gemeente": "0363"}, 400, "gemeente"),
        ({"einddatum": "2025-12-31"}, 400, "einddatum"),
        ({"einddatum": "2060-01-01"}, 400, "einddatum"),
        ({"beoogdeResultaten": []}, 400, "beoogdeResultaten"),
        ({"referentieAanbieder": "x" * 21}, 400, "referentieAanbieder"),
        ({"profiel": "OB99"}, 404, "profiel_niet_gevonden"),
    ],
)
async def test_a_wrong_request_is_refused_and_kept_nowhere(
    world: World, changes: Json, status: int, where: str
) -> None:
    await world.basics()
    answer = await _post(world, "verzoeken", request_body(**changes), world.aanbieder)
    problem = assert_problem(answer, status)
    assert where in (problem["code"], *(f["name"] for f in problem["invalidParams"]))
    assert BSN not in answer.text
    assert (await _get(world, "verzoeken", world.toegang)).json()["count"] == 0


async def test_a_second_request_for_the_same_help_waits_for_the_first(world: World) -> None:
    await world.basics()
    await world.put_profiel("OB2")
    await _ask(world)
    same = request_body(referentieAanbieder="V-2")
    assert_problem(await _post(world, "verzoeken", same, world.aanbieder), 409, "verzoek_loopt")
    used = request_body(inwoner={"bsn": bsn(999_991_000), "geboortedatum": BIRTH})
    assert_problem(await _post(world, "verzoeken", used, world.aanbieder), 409, "referentie_bekend")
    await _ask(world, referentieAanbieder="V-3", profiel="OB2")


async def test_a_request_is_seen_by_who_asked_and_who_was_asked(world: World) -> None:
    await world.basics()
    await world.put_aanbieder("99000002")
    stranger = world.token("aanbieder", agb="99000002")
    asked = await _ask(world)
    path = f"verzoeken/{asked['id']}"
    for caller in (world.toegang, world.aanbieder):
        assert (await _get(world, path, caller)).status_code == 200
        assert (await _get(world, "verzoeken", caller)).json()["count"] == 1
    for caller in (world.other_toegang, stranger):
        assert_problem(await _get(world, path, caller), 404, "verzoek_niet_gevonden")
        assert (await _get(world, "verzoeken", caller)).json()["count"] == 0
    for action, body in (
        ("toewijzing", {}),
        ("onderzoek", {}),
        ("afwijzing", {"reden": "geen_contract"}),
    ):
        answer = await _post(world, f"{path}/{action}", body, world.other_toegang)
        assert_problem(answer, 404, "verzoek_niet_gevonden")
        assert_problem(await _post(world, f"{path}/{action}", body, world.aanbieder), 403)
        assert_problem(await _post(world, f"{path}/{action}", body, {}), 401)
    for caller in (world.toegang, world.regio, world.financien):
        assert_problem(await _post(world, "verzoeken", request_body(), caller), 403)
    unknown = world.token("aanbieder", agb="99000009")
    answer = await _post(world, "verzoeken", request_body(), unknown)
    assert_problem(answer, 404, "aanbieder_niet_gevonden")


async def test_requests_are_found_by_status_gemeente_and_aanbieder(world: World) -> None:
    await world.basics()
    first = await _ask(world)
    await _ask(world, gemeente=OTHER, referentieAanbieder="V-2")
    await _post(world, f"verzoeken/{first['id']}/afwijzing", {"reden": "stapeling"}, world.toegang)
    for query, count in (
        ({}, 2),
        ({"status": "afgewezen"}, 1),
        ({"status": "ontvangen"}, 1),
        ({"gemeente": GEMEENTE}, 1),
        ({"aanbieder": AGB}, 2),
        ({"aanbieder": "99000002"}, 0),
    ):
        found = await _get(world, "verzoeken", world.aanbieder, **query)
        assert found.json()["count"] == count, query
    assert_problem(await _get(world, "verzoeken", world.aanbieder, status="weg"), 400)


async def test_the_gemeente_reads_who_it_is_about_until_it_answers_and_that_is_kept(
    world: World, database_url: str
) -> None:
    await world.basics()
    asked = await _ask(world)
    path = f"verzoeken/{asked['id']}/client"
    for caller in (world.aanbieder, world.financien, world.regio):
        assert_problem(await _get(world, path, caller), 403)
    assert_problem(await _get(world, path, world.other_toegang), 404, "client_niet_gevonden")
    colleague = world.token("toegang", gemeente=GEMEENTE, sub="anna")
    read = await _get(world, path, colleague)
    assert read.json() == {"bsn": BSN, "geboortedatum": BIRTH}
    db = await asyncpg.connect(database_url)
    [inzage] = await db.fetch(
        "SELECT verzoek_id, door FROM logregel WHERE operatie = 'GET /verzoeken/{id}/client'"
    )
    assert tuple(inzage) == (asked["id"], "anna")
    await db.close()
    await _post(world, f"verzoeken/{asked['id']}/toewijzing", {}, world.toegang)
    assert_problem(await _get(world, path, colleague), 404, "client_niet_gevonden")


def change_body(**changes: Any) -> Json:
    body = {
        "soort": "wijziging",
        "intensiteit": "zwaar",
        "begindatum": str(today() + timedelta(days=30)),
        "referentieAanbieder": "W-1",
        "toelichting": "Er is meer aan de hand",
    }
    return {**body, **changes}


def longer(days: int = 400, **changes: Any) -> Json:
    body = {
        "soort": "verlenging",
        "einddatum": str(today() + timedelta(days=days)),
        "referentieAanbieder": "W-2",
        "toelichting": "Het is nog niet klaar",
    }
    return {**body, **changes}


async def _running(world: World) -> Json:
    """A toewijzing that runs today, and on for a while."""
    await world.put_profiel()
    await world.prices("2020-01-01")
    await world.put_aanbieder()
    await world.contract(begindatum="2020-01-01", einddatum=str(today() + timedelta(days=3_000)))
    days = {"begindatum": str(today()), "einddatum": str(today() + timedelta(days=180))}
    return await world.allocate((await world.register())["id"], **days)


async def test_a_change_that_is_granted_is_the_change_of_the_toegang(world: World) -> None:
    running = await _running(world)
    path = f"toewijzingen/{running['nummer']}/verzoeken"
    asked = await _post(world, path, change_body(), world.aanbieder)
    assert asked.status_code == 201, asked.text
    verzoek = asked.json()
    assert (verzoek["soort"], verzoek["betreftToewijzing"]) == ("wijziging", running["nummer"])
    assert (verzoek["intensiteit"], verzoek["einddatum"]) == ("zwaar", running["einddatum"])
    assert (await _read(world, verzoek))["inwonerId"] == running["inwonerId"]
    again = await _post(world, path, longer(), world.aanbieder)
    assert_problem(again, 409, "verzoek_loopt")
    [work] = (await _get(world, "werkvoorraad", world.toegang, soort="verzoek")).json()["results"]
    assert work["toewijzingNummer"] == running["nummer"]
    grant = f"verzoeken/{verzoek['id']}/toewijzing"
    wrong = {"spoed": {"reden": "Nu"}, "woonplaatsen": HOME}
    problem = assert_problem(
        await _post(world, grant, wrong, world.toegang), 409, "past_niet_bij_verzoek"
    )
    assert [fault["name"] for fault in problem["invalidParams"]] == ["spoed", "woonplaatsen"]
    added = {"afrekening": "volledig_crediteren", "beschikking": "Z26-9"}
    granted = await _post(world, grant, added, world.toegang)
    assert granted.status_code == 201, granted.text
    new = granted.json()
    assert (new["intensiteit"], new["begindatum"]) == ("zwaar", change_body()["begindatum"])
    assert new["beschikking"] == "Z26-9"
    assert granted.headers["Location"] == f"/v1/toewijzingen/{new['nummer']}"
    old = (await _get(world, f"toewijzingen/{running['nummer']}", world.toegang)).json()
    assert old["status"] == "beeindigd"
    assert (await _read(world, verzoek))["toewijzingNummer"] == new["nummer"]
    assert_problem(await _post(world, grant, {}, world.toegang), 409, "verzoek_beantwoord")


async def test_an_extension_that_is_granted_keeps_the_number(world: World) -> None:
    running = await _running(world)
    path = f"toewijzingen/{running['nummer']}/verzoeken"
    asked = (await _post(world, path, longer(), world.aanbieder)).json()
    grant = f"verzoeken/{asked['id']}/toewijzing"
    answers = await asyncio.gather(*(_post(world, grant, {}, world.toegang) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
    read = (await _get(world, f"toewijzingen/{running['nummer']}", world.toegang)).json()
    assert read["einddatum"] == longer()["einddatum"]
    assert await _toewijzingen(world) == 1


async def test_a_change_that_is_refused_leaves_the_toewijzing_as_it_was(world: World) -> None:
    running = await _running(world)
    path = f"toewijzingen/{running['nummer']}/verzoeken"
    asked = (await _post(world, path, change_body(), world.aanbieder)).json()
    refused = await _post(
        world, f"verzoeken/{asked['id']}/afwijzing", {"reden": "zorginhoudelijk"}, world.toegang
    )
    assert refused.json()["status"] == "afgewezen"
    read = await _get(world, f"toewijzingen/{running['nummer']}", world.toegang)
    assert read.json() == running


@pytest.mark.parametrize(
    ("body", "status", "where"),
    [
        (change_body(intensiteit=None), 400, "intensiteit"),
        (change_body(begindatum=None), 400, "begindatum"),
        (change_body(einddatum="2030-01-01"), 400, "einddatum"),
        (longer(intensiteit="zwaar"), 400, "intensiteit"),
        (longer(begindatum="2026-01-01"), 400, "begindatum"),
        (longer(einddatum=None), 400, "einddatum"),
        (change_body(intensiteit="licht"), 409, "intensiteit"),
        (change_body(begindatum=str(today())), 409, "begindatum"),
        (longer(10), 409, "einddatum"),
    ],
)
async def test_a_change_that_does_not_fit_is_refused_at_once(
    world: World, body: Json, status: int, where: str
) -> None:
    running = await _running(world)
    path = f"toewijzingen/{running['nummer']}/verzoeken"
    answer = await _post(world, path, body, world.aanbieder)
    faults = assert_problem(answer, status)["invalidParams"]
    assert where in [fault["name"] for fault in faults]
    assert (await _get(world, "verzoeken", world.aanbieder)).json()["count"] == 0


async def test_only_who_delivers_asks_for_a_change(world: World) -> None:
    running = await _running(world)
    await world.put_aanbieder("99000002")
    path = f"toewijzingen/{running['nummer']}/verzoeken"
    stranger = world.token("aanbieder", agb="99000002")
    assert_problem(await _post(world, path, change_body(), stranger), 404)
    for caller in (world.toegang, world.regio, world.financien):
        assert_problem(await _post(world, path, change_body(), caller), 403)
    assert_problem(await _post(world, path, change_body(), {}), 401)
