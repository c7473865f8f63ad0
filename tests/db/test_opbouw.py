# SPDX-License-Identifier: EUPL-1.2
"""What the database refuses of the build-up of a list, whoever asks."""

import asyncpg
import httpx
import pytest

from tests.callers import Headers
from tests.contract.test_indexering import index_body
from tests.contract.test_kostprijs import LICHT, berekening
from tests.contract.world import World, price_lines

OTHER_PART = """'[{"waarde": "1589.29"}]'"""
EQUAL_PART = """'[{"waarde": "1000.00"}, {"waarde": "589.28"}]'"""
EXTRA_PART = f"""
    INSERT INTO tarief_opbouw
    SELECT tarieflijst_id, profiel_id, 'middel', null, {OTHER_PART} FROM tarief_opbouw
    WHERE tarieflijst_id = 1
"""
OF_NO_PRICE = EXTRA_PART.replace("middel", "zwaar")
COPY_OF_INDEX = """
    INSERT INTO indexering
    SELECT {lijst}, ouder_id, {methode}, nacalculatie, {gewicht}, gewicht_materieel, loon,
           materieel, percentage, stappen
    FROM indexering
"""
AS_IT_IS = {"lijst": "1", "methode": "methode", "gewicht": "gewicht_loon"}


def index_again(**changes: str) -> str:
    return COPY_OF_INDEX.format(**{**AS_IT_IS, **changes})


@pytest.fixture
async def db(
    client: httpx.AsyncClient, token: Headers, database_url: str
) -> "asyncpg.Connection[asyncpg.Record]":
    """List 1 a concept with a calculation, list 2 adopted with one, list 3 list 2 indexed."""
    world = World(client, token)
    await world.put_profiel()
    for _ in range(2):
        lines = price_lines(licht=158_928, middel=158_930)
        await world.draft("2026-01-01", *lines, kostprijsberekeningen=[berekening(LICHT)])
    await world.adopt(2)
    made = await world.send("POST", "tarieflijsten/_indexeer", index_body(2))
    await world.adopt(made.json()["id"])
    return await asyncpg.connect(database_url)


ATTEMPTS = {
    "parts add up to the price": (EXTRA_PART, "opbouw_telt_op"),
    "parts are of a price on the list": (
        OF_NO_PRICE,
        "fk_tarief_opbouw_tarieflijst_id_profiel_id_intensiteit",
    ),
    "a calculation that is carried stays": (
        "DELETE FROM kostprijsberekening WHERE tarieflijst_id = 1",
        "fk_tarief_opbouw_tarieflijst_id_berekening",
    ),
    "parts of an adopted list stay": (
        "DELETE FROM tarief_opbouw WHERE tarieflijst_id = 2",
        "onveranderlijk",
    ),
    "parts of an adopted list do not change": (
        f"UPDATE tarief_opbouw SET stappen = {EQUAL_PART} WHERE tarieflijst_id = 2",
        "onveranderlijk",
    ),
    "a calculation of an adopted list does not change": (
        "UPDATE kostprijsberekening SET invoer = '{}' WHERE tarieflijst_id = 2",
        "onveranderlijk",
    ),
    "the indexation of an adopted list does not change": (
        "UPDATE indexering SET percentage = 5",
        "onveranderlijk",
    ),
    "an adopted list is not indexed after the fact": (index_again(lijst="2"), "onveranderlijk"),
    "there are two methods": (index_again(methode="'gemengd'"), "ck_indexering_methode"),
    "weights are the whole price": (index_again(gewicht="0.91"), "ck_indexering_gewichten"),
}


async def test_the_build_up_of_a_list_is_guarded(db: "asyncpg.Connection[asyncpg.Record]") -> None:
    for what, (attempt, constraint) in ATTEMPTS.items():
        with pytest.raises(asyncpg.IntegrityConstraintViolationError) as refused:
            await db.execute(attempt)
        assert refused.value.constraint_name == constraint, what
    await db.execute(index_again())
    await db.close()
