# SPDX-License-Identifier: EUPL-1.2
"""What the database itself refuses of aanmeldingen and of the life of a contract."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

WORLD = """
    INSERT INTO aanbieder (agb, naam, specialisaties) VALUES ('99000001', 'Proef', '{}');
    INSERT INTO raamovereenkomst (aanbieder, begindatum, einddatum, declaratietermijn_maanden)
    VALUES ('99000001', '2026-01-01', '2028-12-31', 60);
    INSERT INTO raamovereenkomst_gebeurtenis
        (nummer, volgnummer, soort, vanaf, einddatum, geregistreerd_door)
    SELECT nummer, 1, 'gesloten', '2026-01-01', '2028-12-31', 'proef' FROM raamovereenkomst;
    INSERT INTO raamovereenkomst_dekking (nummer, volgnummer, gemeente, vanaf, gedekt)
    SELECT nummer, 1, '0153', '2026-01-01', true FROM raamovereenkomst;
    INSERT INTO kwaliteitseis VALUES ('keurmerk', 'Keurmerk', 'Een keurmerk', '2025-01-01');
    INSERT INTO aanmelding (aanbieder, naam, profielen, gemeenten, ingediend_door)
    VALUES ('99000001', 'Proef', '{}', '{}', 'proef');
"""
HAPPENS = """
    INSERT INTO raamovereenkomst_gebeurtenis
        (nummer, volgnummer, soort, vanaf, einddatum, grond, geregistreerd_door)
    SELECT nummer, $1, $2, $3::text::date, $4::text::date, $5, 'proef' FROM raamovereenkomst
"""
TESTED = """
    INSERT INTO toetsing (aanmelding_id, eis, naam, voldoet)
    SELECT id, 'keurmerk', 'Keurmerk', $1 FROM aanmelding
"""
DECIDED = """
    UPDATE aanmelding
    SET besluit = 'toegelaten', datum = '2026-01-01', besloten_op = now(), besloten_door = 'proef'
"""


@pytest.fixture
async def db(database_url: str) -> "AsyncIterator[asyncpg.Connection[asyncpg.Record]]":
    db = await asyncpg.connect(database_url)
    await db.execute(WORLD)
    yield db
    await db.close()


async def test_a_contract_and_what_happened_to_it_never_change_by_hand(
    db: "asyncpg.Connection[asyncpg.Record]",
) -> None:
    for change in (
        "UPDATE raamovereenkomst SET einddatum = '2030-12-31'",
        "DELETE FROM raamovereenkomst",
        "UPDATE raamovereenkomst_gebeurtenis SET vanaf = '2026-02-01'",
        "DELETE FROM raamovereenkomst_dekking",
        "TRUNCATE raamovereenkomst_onderaannemer",
    ):
        with pytest.raises(asyncpg.RestrictViolationError):
            await db.execute(change)


async def test_a_gebeurtenis_writes_the_end_of_its_contract(
    db: "asyncpg.Connection[asyncpg.Record]",
) -> None:
    await db.execute(HAPPENS, 2, "verlengd", "2028-12-31", "2030-12-31", None)
    await db.execute(HAPPENS, 3, "ontbonden", "2026-03-01", None, "wanprestatie")
    row = await db.fetchrow("SELECT einddatum::text, ontbonden_per::text FROM raamovereenkomst")
    assert row is not None
    assert tuple(row) == ("2030-12-31", "2026-03-01")
    with pytest.raises(asyncpg.CheckViolationError):
        await db.execute(HAPPENS, 4, "opgeschort", "2026-04-01", None, None)


async def test_a_contract_says_of_itself_whether_it_is_on_hold(
    db: "asyncpg.Connection[asyncpg.Record]",
) -> None:
    stands = []
    for number, (soort, vanaf, einddatum, grond) in enumerate(
        (
            ("opgeschort", "2026-02-01", None, None),
            ("verlengd", "2028-12-31", "2030-12-31", None),
            ("uitgebreid", "2026-02-01", None, None),
            ("hervat", "2026-03-01", None, None),
            ("opgeschort", "2026-04-01", None, None),
            ("ontbonden", "2026-05-01", None, "opzegging"),
        ),
        2,
    ):
        await db.execute(HAPPENS, number, soort, vanaf, einddatum, grond)
        stands.append(await db.fetchval("SELECT opgeschort_vanaf::text FROM raamovereenkomst"))
    assert stands == ["2026-02-01", "2026-02-01", "2026-02-01", None, "2026-04-01", None]


@pytest.mark.parametrize(
    ("volgnummer", "soort", "vanaf", "einddatum"),
    [
        (3, "opgeschort", "2026-02-01", None),
        (2, "gesloten", "2026-01-01", "2028-12-31"),
        (2, "hervat", "2026-02-01", None),
        (2, "verlengd", "2028-12-31", "2028-12-31"),
        (2, "verlengd", "2028-12-31", None),
        (2, "ontbonden", "2026-02-01", None),
    ],
)
async def test_a_gebeurtenis_follows_the_one_before(
    db: "asyncpg.Connection[asyncpg.Record]",
    volgnummer: int,
    soort: str,
    vanaf: str,
    einddatum: str | None,
) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        await db.execute(HAPPENS, volgnummer, soort, vanaf, einddatum, None)


async def test_who_does_not_meet_a_demand_is_not_admitted(
    db: "asyncpg.Connection[asyncpg.Record]",
) -> None:
    await db.execute(TESTED, False)
    with pytest.raises(asyncpg.CheckViolationError):
        await db.execute(DECIDED)


async def test_a_decision_on_an_aanmelding_stands(
    db: "asyncpg.Connection[asyncpg.Record]",
) -> None:
    await db.execute(DECIDED)
    for change in ("UPDATE aanmelding SET naam = 'Anders'", "DELETE FROM aanmelding"):
        with pytest.raises(asyncpg.RestrictViolationError):
            await db.execute(change)
    with pytest.raises(asyncpg.RestrictViolationError):
        await db.execute(TESTED, True)
