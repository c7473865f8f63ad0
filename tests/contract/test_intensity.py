# SPDX-License-Identifier: EUPL-1.2
"""Instruments, decision tables in versions, and a toewijzing that follows advice or says why."""

import asyncio
import logging
from typing import Any

import httpx
import pytest

from tests.contract.world import Json, World, assert_problem, toewijzing_body

INSTRUMENT: Json = {
    "naam": "Proefinstrument",
    "bron": "Een proef",
    "onderdelen": [{"code": "wonen", "naam": "Wonen"}, {"code": "geld", "naam": "Geld"}],
    "laagste": 1,
    "hoogste": 5,
}
ACUUT = {"scores": [{"tenMinste": 1, "totEnMet": 1}], "eigenInzetGemeente": ["geen", "deels"]}
EENVOUDIG = {"complexiteit": ["enkelvoudig"]}
REGELS: list[Json] = [
    {"voorwaarden": ACUUT, "uitkomst": "zwaar", "reden": "Acuut"},
    {"voorwaarden": EENVOUDIG, "uitkomst": "licht", "reden": "Eén vraag"},
    {"voorwaarden": {}, "uitkomst": "middel", "reden": "Verder"},
]
TABEL: Json = {
    "naam": "Proeftabel",
    "bron": "Een proef",
    "instrument": "proef",
    "profielen": ["OB1"],
    "regels": REGELS,
}
SITUATIE: Json = {
    "complexiteit": "enkelvoudig",
    "eigenInzetGemeente": "geen",
    "instrument": "proef",
    "scores": {"wonen": 1, "geld": 4},
}
INSTRUMENTPAD = "zelfredzaamheidsinstrumenten/proef"
TABELPAD = "intensiteitstabellen/proeftabel"
BEREKEN = "/v1/intensiteitsadviezen/_bereken"


@pytest.fixture
async def advising(world: World) -> World:
    await world.basics()
    assert (await world.send("PUT", INSTRUMENTPAD, INSTRUMENT)).status_code == 201
    assert (await world.send("PUT", TABELPAD, TABEL)).status_code == 201
    return world


async def _advise(world: World, **changes: Any) -> httpx.Response:
    body = {"tabel": "proeftabel", **SITUATIE, **changes}
    return await world.client.post(BEREKEN, json=body, headers=world.toegang)


def _faults(answer: httpx.Response) -> dict[str, str]:
    return {f["name"]: f["code"] for f in assert_problem(answer, 400)["invalidParams"]}


async def test_an_instrument_is_laid_down_read_and_listed(advising: World) -> None:
    expected = {"code": "proef", **INSTRUMENT}
    assert (await advising.read(INSTRUMENTPAD)).json() == expected
    listed = await advising.client.get(
        "/v1/zelfredzaamheidsinstrumenten", headers=advising.aanbieder
    )
    assert listed.json()["results"] == [expected]
    assert_problem(await advising.read("zelfredzaamheidsinstrumenten/niet"), 404)
    renamed = {**INSTRUMENT, "naam": "Anders", "code": "proef"}
    assert (await advising.send("PUT", INSTRUMENTPAD, renamed)).status_code == 200
    assert (await advising.read(INSTRUMENTPAD)).json()["naam"] == "Anders"


async def test_the_scale_of_an_instrument_in_use_stays(advising: World) -> None:
    more = [*INSTRUMENT["onderdelen"], {"code": "werk", "naam": "Werk"}]
    for change in ({"hoogste": 6}, {"laagste": 0}, {"onderdelen": more}):
        answer = await advising.send("PUT", INSTRUMENTPAD, {**INSTRUMENT, **change})
        assert_problem(answer, 409, "instrument_in_gebruik")
    assert (await advising.read(INSTRUMENTPAD)).json() == {"code": "proef", **INSTRUMENT}
    free = "zelfredzaamheidsinstrumenten/vrij"
    assert (await advising.send("PUT", free, INSTRUMENT)).status_code == 201
    assert (await advising.send("PUT", free, {**INSTRUMENT, "hoogste": 6})).status_code == 200


async def test_all_that_is_wrong_with_an_instrument_is_named(world: World) -> None:
    twice = [{"code": "wonen", "naam": "Wonen"}] * 2
    wrong = {**INSTRUMENT, "code": "ander", "onderdelen": twice, "laagste": 5, "extra": 1}
    answer = await world.send("PUT", INSTRUMENTPAD, wrong)
    assert set(_faults(answer)) == {"code", "onderdelen", "hoogste", "extra"}
    wrong = {**INSTRUMENT, "onderdelen": [{"code": "W W", "naam": ""}], "laagste": 1.5}
    answer = await world.send("PUT", INSTRUMENTPAD, wrong)
    assert {"onderdelen[0].code", "onderdelen[0].naam", "laagste"} <= set(_faults(answer))
    assert_problem(await world.read(INSTRUMENTPAD), 404)


async def test_every_version_of_a_table_stays_readable(advising: World) -> None:
    first = (await advising.read(TABELPAD)).json()
    assert first["versie"] == 1
    assert first["profielen"] == ["OB1"]
    again = await advising.send("PUT", TABELPAD, {**TABEL, "code": "proeftabel"})
    assert (again.status_code, again.json()) == (200, first)
    changed = {**TABEL, "regels": REGELS[1:]}
    second = await advising.send("PUT", TABELPAD, changed)
    assert (second.status_code, second.json()["versie"]) == (200, 2)
    assert (await advising.read(TABELPAD, versie=1)).json() == first
    assert (await advising.read(TABELPAD)).json() == second.json()
    listed = (await advising.read("intensiteitstabellen")).json()
    assert listed["results"] == [second.json()]
    back = await advising.send("PUT", TABELPAD, TABEL)
    assert (back.json()["versie"], back.json()["regels"]) == (3, first["regels"])
    assert_problem(await advising.read(TABELPAD, versie=4), 404)
    assert_problem(await advising.read("intensiteitstabellen/niet"), 404)


async def test_what_is_read_of_a_table_can_be_laid_down_again(advising: World) -> None:
    read = (await advising.read(TABELPAD)).json()
    body = {key: value for key, value in read.items() if key not in ("versie", "vastgelegdOp")}
    answer = await advising.send("PUT", TABELPAD, body)
    assert (answer.status_code, answer.json()) == (200, read)


async def test_of_versions_laid_down_at_once_none_is_lost(advising: World) -> None:
    bodies = [{**TABEL, "naam": f"Proef {n}"} for n in range(6)]
    answers = await asyncio.gather(*(advising.send("PUT", TABELPAD, body) for body in bodies))
    assert sorted(answer.json()["versie"] for answer in answers) == list(range(2, 8))


async def test_a_profiel_has_one_table(advising: World) -> None:
    other = "intensiteitstabellen/ander"
    answer = await advising.send("PUT", other, TABEL)
    assert_problem(answer, 409, "profiel_heeft_al_tabel")
    assert_problem(await advising.read(other), 404)
    assert (await advising.send("PUT", TABELPAD, {**TABEL, "profielen": []})).status_code == 200
    assert (await advising.send("PUT", other, TABEL)).status_code == 201
    for unknown in ({"profielen": ["NIET"]}, {"instrument": "niet"}):
        assert_problem(await advising.send("PUT", other, {**TABEL, **unknown}), 404)


async def test_a_table_always_decides_and_fits_its_instrument(advising: World) -> None:
    never: list[list[Json]] = [REGELS[:2], [REGELS[2], REGELS[0]], []]
    for regels in never:
        answer = await advising.send("PUT", TABELPAD, {**TABEL, "regels": regels, "naam": ""})
        assert set(_faults(answer)) == {"regels", "naam"}
    eisen = [
        {"tenMinste": 3, "totEnMet": 9},
        {"tenMinste": 1, "vanaf": -4, "onderdelen": ["hobby", "geld"]},
    ]
    regels = [{**REGELS[0], "voorwaarden": {"scores": eisen}}, REGELS[2]]
    answer = await advising.send("PUT", TABELPAD, {**TABEL, "regels": regels})
    place = "regels[0].voorwaarden.scores"
    assert _faults(answer) == {
        f"{place}[0].totEnMet": "buiten_bereik",
        f"{place}[0].tenMinste": "te_groot",
        f"{place}[1].vanaf": "buiten_bereik",
        f"{place}[1].onderdelen[0]": "onderdeel_onbekend",
    }
    shapes = [
        {"tenMinste": 1},
        {"tenMinste": 1, "vanaf": 3, "totEnMet": 2},
        {"tenMinste": 0.5, "vanaf": 1},
    ]
    for shape in [*shapes, {"tenMinste": 1, "vanaf": 1, "onderdelen": ["geld", "geld"]}]:
        regels = [{**REGELS[0], "voorwaarden": {"scores": [shape]}}, REGELS[2]]
        answer = await advising.send("PUT", TABELPAD, {**TABEL, "regels": regels})
        (name,) = _faults(answer)
        assert name.startswith(f"{place}[0]."), shape
    assert (await advising.read(TABELPAD)).json()["versie"] == 1


async def test_advice_says_which_rule_decided_and_why_others_did_not(advising: World) -> None:
    answer = await _advise(advising, eigenInzetGemeente="veel")
    assert answer.status_code == 200, answer.text
    acuut = "ten minste 1 onderdeel scoort 1 of lager"
    inzet = "eigen inzet van de gemeente is geen of deels"
    assert answer.json() == {
        "advies": "licht",
        "tabel": "proeftabel",
        "versie": 1,
        "waarom": [
            {
                "regel": 1,
                "voorwaarde": f"{inzet}; {acuut}",
                "uitkomst": "zwaar",
                "reden": "Acuut",
                "beslist": False,
                "nietVoldaan": [inzet],
            },
            {
                "regel": 2,
                "voorwaarde": "complexiteit is enkelvoudig",
                "uitkomst": "licht",
                "reden": "Eén vraag",
                "beslist": True,
                "nietVoldaan": [],
            },
        ],
    }
    assert (await _advise(advising)).json()["advies"] == "zwaar"
    by_profiel = await _advise(advising, tabel=None, profiel="OB1")
    assert by_profiel.json() == (await _advise(advising)).json()
    as_regio = await advising.client.post(
        BEREKEN, json={"profiel": "OB1", **SITUATIE}, headers=advising.regio
    )
    assert as_regio.json() == by_profiel.json()


async def test_scores_that_do_not_fit_are_named_by_onderdeel_never_by_score(
    advising: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    answer = await _advise(advising, scores={"wonen": 87_654, "hobby": 2})
    assert _faults(answer) == {
        "scores.geld": "verplicht",
        "scores.wonen": "buiten_bereik",
        "scores.hobby": "onderdeel_onbekend",
    }
    assert "87654" not in answer.text + caplog.text
    assert "87_654" not in caplog.text
    answer = await _advise(advising, scores={"wonen": 1, "geld": 4, "999990019": 2})
    assert_problem(answer, 400)
    assert "999990019" not in answer.text
    for score in (1.5, "1", True, None, 10**30):
        answer = await _advise(advising, scores={"wonen": score, "geld": 4})
        assert set(_faults(answer)) == {"scores.wonen"}, score
    assert set(_faults(await _advise(advising, scores={}))) == {"scores.wonen", "scores.geld"}


async def test_an_advice_names_things_that_exist_and_go_together(advising: World) -> None:
    await advising.send("PUT", "zelfredzaamheidsinstrumenten/ander", INSTRUMENT)
    answer = await _advise(advising, instrument="ander", scores={"wonen": 9})
    assert _faults(answer) == {
        "instrument": "instrument_past_niet",
        "scores.wonen": "buiten_bereik",
        "scores.geld": "verplicht",
    }
    answer = await _advise(advising, tabel="niet", profiel="NIET", instrument="nergens")
    problem = assert_problem(answer, 404)
    names = [fault["name"] for fault in problem["invalidParams"]]
    assert names == ["tabel", "profiel", "instrument"]
    answer = await _advise(advising, tabel=None)
    assert _faults(answer) == {"profiel": "verplicht"}
    assert _faults(await _advise(advising, tabel=None, profiel=None)) == {"profiel": "verplicht"}
    await advising.put_profiel("OB2")
    answer = await _advise(advising, tabel=None, profiel="OB2")
    assert_problem(answer, 409, "geen_intensiteitstabel")
    answer = await _advise(advising, complexiteit="x", eigenInzetGemeente=1, tabel="A B", extra=1)
    assert set(_faults(answer)) == {"complexiteit", "eigenInzetGemeente", "tabel", "extra"}


async def _allocate(world: World, path: str = "toewijzingen", **changes: Any) -> httpx.Response:
    inwoner = (await world.register())["id"]
    body = toewijzing_body(inwoner, **changes)
    return await world.client.post(f"/v1/{path}", json=body, headers=world.toegang)


async def _read(world: World, nummer: int) -> Json:
    answer = await world.client.get(f"/v1/toewijzingen/{nummer}", headers=world.toegang)
    toewijzing: Json = answer.json()
    return toewijzing


async def test_a_toewijzing_keeps_the_advice_it_was_given_with(advising: World) -> None:
    answer = await _allocate(advising, intensiteit="zwaar", intensiteitsadvies=SITUATIE)
    assert answer.status_code == 201, answer.text
    kept = answer.json()["intensiteitsadvies"]
    assert kept == {**SITUATIE, "tabel": "proeftabel", "versie": 1, "advies": "zwaar"}
    assert answer.json()["afwijkingsreden"] is None
    await advising.send("PUT", TABELPAD, {**TABEL, "regels": REGELS[1:]})
    read = await _read(advising, answer.json()["nummer"])
    assert read == answer.json()


async def test_a_deviation_keeps_its_reason(advising: World) -> None:
    deviating: Json = {"intensiteit": "middel", "intensiteitsadvies": SITUATIE}
    for path in ("toewijzingen", "toewijzingen/_prijs"):
        answer = await _allocate(advising, path, **deviating)
        assert_problem(answer, 400, "afwijking_zonder_reden")
        assert _faults(answer) == {"afwijkingsreden": "afwijking_zonder_reden"}
        reasons: list[Json] = [
            {"intensiteit": "zwaar", "intensiteitsadvies": SITUATIE},
            {"intensiteit": "licht"},
        ]
        for body in reasons:
            answer = await _allocate(advising, path, afwijkingsreden="Zomaar", **body)
            assert_problem(answer, 400, "reden_zonder_afwijking")
    answer = await _allocate(advising, **deviating, afwijkingsreden="Het netwerk helpt mee")
    assert answer.status_code == 201, answer.text
    read = await _read(advising, answer.json()["nummer"])
    assert read["afwijkingsreden"] == "Het netwerk helpt mee"
    assert read["intensiteitsadvies"]["advies"] == "zwaar"
    assert read["prijsCenten"] == 200_000
    listed = await advising.client.get("/v1/toewijzingen", headers=advising.toegang)
    assert listed.json()["results"] == [read]


async def test_the_aanbieder_sees_neither_scores_nor_the_reason(advising: World) -> None:
    body: Json = {
        "intensiteit": "middel",
        "intensiteitsadvies": SITUATIE,
        "afwijkingsreden": "Geheim",
    }
    nummer = (await _allocate(advising, **body)).json()["nummer"]
    for path in (f"toewijzingen/{nummer}", "toewijzingen"):
        answer = await advising.client.get(f"/v1/{path}", headers=advising.aanbieder)
        assert answer.status_code == 200
        assert "Geheim" not in answer.text
        assert "wonen" not in answer.text
        toewijzing = answer.json().get("results", [answer.json()])[0]
        assert toewijzing["intensiteitsadvies"] is None
        assert toewijzing["afwijkingsreden"] is None
        assert toewijzing["intensiteit"] == "middel"


async def test_a_toewijzing_without_advice_has_none(advising: World) -> None:
    answer = await _allocate(advising)
    assert answer.status_code == 201, answer.text
    assert answer.json()["intensiteitsadvies"] is None
    assert answer.json()["afwijkingsreden"] is None


async def test_a_quote_explains_the_advice_and_keeps_nothing(advising: World) -> None:
    body: Json = {"intensiteit": "zwaar", "intensiteitsadvies": SITUATIE}
    answer = await _allocate(advising, "toewijzingen/_prijs", **body)
    assert answer.status_code == 200, answer.text
    assert answer.json()["intensiteitsadvies"] == (await _advise(advising)).json()
    without = await _allocate(advising, "toewijzingen/_prijs")
    assert without.json()["intensiteitsadvies"] is None


async def test_advice_that_does_not_fit_refuses_the_toewijzing_before_any_conflict(
    advising: World,
) -> None:
    wrong = {**SITUATIE, "tabel": "proeftabel", "scores": {"wonen": 8}}
    outside: Json = {"begindatum": "2035-01-01", "einddatum": "2035-02-01"}
    answer = await _allocate(advising, intensiteitsadvies=wrong, **outside)
    assert set(_faults(answer)) == {
        "intensiteitsadvies.scores.wonen",
        "intensiteitsadvies.scores.geld",
    }
    unknown = {**SITUATIE, "tabel": "niet"}
    answer = await _allocate(advising, intensiteitsadvies=unknown, **outside)
    problem = assert_problem(answer, 404, "intensiteitstabel_niet_gevonden")
    assert problem["invalidParams"][0]["name"] == "intensiteitsadvies.tabel"
    await advising.put_profiel("OB2")
    answer = await _allocate(advising, profiel="OB2", intensiteitsadvies=SITUATIE)
    assert_problem(answer, 409, "geen_intensiteitstabel")
    answer = await _allocate(advising, intensiteitsadvies={**SITUATIE, "profiel": "OB1"})
    assert set(_faults(answer)) == {"intensiteitsadvies.profiel"}
    listed = await advising.client.get("/v1/toewijzingen", headers=advising.toegang)
    assert listed.json()["count"] == 0


async def test_a_refused_toewijzing_keeps_no_advice(advising: World) -> None:
    inwoner = (await advising.register())["id"]
    body = toewijzing_body(inwoner, intensiteit="zwaar", intensiteitsadvies=SITUATIE)
    answers = await asyncio.gather(
        *(
            advising.client.post("/v1/toewijzingen", json=body, headers=advising.toegang)
            for _ in range(4)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
