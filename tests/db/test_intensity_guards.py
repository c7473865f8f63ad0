# SPDX-License-Identifier: EUPL-1.2
"""What the database itself refuses of instruments, decision tables and kept advice."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

INSTRUMENT = """
    INSERT INTO zelfredzaamheidsinstrument
    VALUES ('proef', 'Proef', 'Een proef', '[{"code": "wonen", "naam": "Wonen"}]', 1, 5);
    INSERT INTO intensiteitstabel VALUES ('proef');
"""
VERSIE = """
    INSERT INTO intensiteitstabel_versie
        (code, versie, naam, bron, instrument, regels, vastgelegd_door)
    VALUES ('proef', $1, 'Proef', 'Een proef', 'proef', $2, 'proef')
"""
TOTAL = '[{"voorwaarden": {}, "uitkomst": "licht", "reden": "-"}]'


@pytest.fixture
async def db(database_url: str) -> "AsyncIterator[asyncpg.Connection[asyncpg.Record]]":
    db = await asyncpg.connect(database_url)
    await db.execute(INSTRUMENT)
    await db.execute(VERSIE, 1, TOTAL)
    yield db
    await db.close()


async def test_a_version_of_a_table_never_changes(
    db: "asyncpg.Connection[asyncpg.Record]",
) -> None:
    for change in (
        "UPDATE intensiteitstabel_versie SET naam = 'Anders'",
        "DELETE FROM intensiteitstabel_versie",
        "TRUNCATE intensiteitstabel_versie CASCADE",
    ):
        with pytest.raises(asyncpg.RestrictViolationError):
            await db.execute(change)


@pytest.mark.parametrize(
    "regels",
    ["[]", "{}", '[{"uitkomst": "licht"}]', '[{"voorwaarden": {"complexiteit": ["complex"]}}]'],
)
async def test_a_table_that_does_not_always_decide_is_not_kept(
    db: "asyncpg.Connection[asyncpg.Record]", regels: str
) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        await db.execute(VERSIE, 2, regels)


async def test_the_scale_of_an_instrument_in_use_stays_and_its_names_may_change(
    db: "asyncpg.Connection[asyncpg.Record]",
) -> None:
    change = "UPDATE zelfredzaamheidsinstrument SET "
    await db.execute(change + "naam = 'Anders', bron = 'Elders'")
    await db.execute(change + """onderdelen = '[{"code": "wonen", "naam": "Huis"}]'""")
    for scale in ("laagste = 0", "hoogste = 6", "onderdelen = '[]'"):
        with pytest.raises(asyncpg.RestrictViolationError) as refusal:
            await db.execute(change + scale)
        assert refusal.value.constraint_name == "instrument_in_gebruik"
