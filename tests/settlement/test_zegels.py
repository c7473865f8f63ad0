# SPDX-License-Identifier: EUPL-1.2
"""What was settled is sealed once, in a chain that later judgements only make longer."""

import asyncio
from datetime import date

import pytest

from app.controle.controles import find_faults
from app.db.connection import Connection
from app.domain.period import Periode
from app.settlement import herverdeling, queue, verzegelen
from app.settlement.herverdeling import Keuze
from app.settlement.workers import working
from tests.naive import Toewijzing
from tests.pools import Watched
from tests.settlement import region, volume
from tests.settlement.region import AANBIEDERS, Region

A, B = AANBIEDERS
JAAR = Periode(date(2026, 1, 1), date(2026, 12, 31))
LATER = date(2028, 1, 1)
PROOFS = {"zegels", "zegelketen", "verzegeld"}


async def _seals(db: Connection) -> list[tuple[str, int, int, int]]:
    rows = await db.fetch(
        "SELECT aanbieder, volgnummer, declaratie_id, ronde FROM zegel ORDER BY 1, 2"
    )
    return [tuple(row) for row in rows]


async def _faults(db: Connection) -> set[str]:
    return {b.naam async for b in find_faults(db) if b.aantal_fouten} & PROOFS


async def _toewijzing(db: Connection, regio: Region, inwoner: int, agb: str = A) -> Toewijzing:
    return await region.allocate(db, regio, inwoner, agb, "D", JAAR, 482_000)


async def test_each_aanbieder_has_a_chain_of_its_own(pool: Watched, db: Connection) -> None:
    regio = await region.found(db)
    inwoner = await region.register_inwoner(db, [(date(2020, 1, 1), "0153")])
    ids = []
    for agb in AANBIEDERS:
        made = await _toewijzing(db, regio, inwoner, agb)
        for nummer in range(2):
            regels = [region.line(1, f"R{nummer}", made, made.termijnen[nummer])]
            declaratie, _ = await region.declare(pool, agb, f"{nummer}", regels, LATER)
            ids.append(declaratie["id"])
    assert await _faults(db) == set()
    await verzegelen.seal_all(pool)
    assert await _seals(db) == [
        (A, 1, ids[0], 0),
        (A, 2, ids[1], 0),
        (B, 1, ids[2], 0),
        (B, 2, ids[3], 0),
    ]
    assert await db.fetchval("SELECT count(*) FROM te_verzegelen") == 0
    assert await _faults(db) == set()


@pytest.mark.parametrize("sealed_before", [True, False])
async def test_a_held_line_that_is_released_and_a_credit_leave_earlier_seals_whole(
    pool: Watched, db: Connection, sealed_before: bool
) -> None:
    regio = await region.found(db)
    known = [(date(2020, 1, 1), "0153")]
    inwoner = await region.register_inwoner(db, [*known, (date(2026, 1, 10), None)])
    made = await _toewijzing(db, regio, inwoner)
    other = await _toewijzing(db, regio, await region.register_inwoner(db, known))
    start = made.termijnen[0]
    regels = [
        region.line(1, "R1", made, start),
        region.line(2, "R2", other, other.termijnen[0]),
        region.line(3, "R3", other, other.termijnen[0]),
    ]
    declaratie, uitkomsten = await region.declare(pool, A, "1", regels, LATER)
    assert [u["uitkomst"] for u in uitkomsten] == ["aangehouden", "toegekend", "afgekeurd"]
    if sealed_before:
        await verzegelen.seal_all(pool)
        assert await _faults(db) == set()
    await region.move(db, inwoner, known)
    for _ in range(2):
        await queue.settle_in_background(pool, declaratie["id"], A)
    credits = [region.line(1, "C1", made, start, "R1"), region.line(2, "R4", made, start)]
    again, _ = await region.declare(pool, A, "2", credits, LATER)
    await verzegelen.seal_all(pool)
    first = declaratie["id"]
    assert await _seals(db) == [(A, 1, first, 0), (A, 2, first, 1), (A, 3, again["id"], 0)]
    assert await _faults(db) == set()


async def test_each_herverdeling_is_a_round_of_the_declaratie_that_it_divides_anew(
    pool: Watched, db: Connection
) -> None:
    regio = await region.found(db)
    homes = [[(date(2020, 1, 1), gemeente)] for gemeente in ("0153", "0141", "0180")]
    inwoner = await region.register_inwoner(db, homes[0])
    made = await _toewijzing(db, regio, inwoner)
    regels = [region.line(1, "R1", made, made.termijnen[0])]
    declaratie, _ = await region.declare(pool, A, "1", regels, LATER)
    for home in homes[1:]:
        await region.move(db, inwoner, home)
        async with db.transaction():
            keuze, _ = await herverdeling.lock_affected(db, Keuze(region.GEMEENTE))
            await herverdeling.book(db, keuze, "Proef", "proef")
    credit = [region.line(1, "C1", made, made.termijnen[0], "R1")]
    again, _ = await region.declare(pool, A, "2", credit, LATER)
    assert await _faults(db) == set()
    await verzegelen.seal_all(pool)
    first = declaratie["id"]
    assert await _seals(db) == [
        (A, 1, first, 0),
        (A, 2, first, 1),
        (A, 3, first, 2),
        (A, 4, again["id"], 0),
    ]
    assert await _faults(db) == set()
    await db.execute("SET session_replication_role = replica")
    await db.execute("UPDATE boeking SET gemeente = '0363' WHERE beurt = 2")
    assert await _faults(db) == {"zegels"}


async def test_workers_seal_large_declaraties_by_themselves(
    pool: Watched, db: Connection, database_url: str
) -> None:
    await volume.fill(db, 5_000)
    ids = [await volume.register(db, "A1", 5_000), await volume.register(db, "B1", 2_500, agb=B)]
    for declaratie_id, agb in zip(ids, AANBIEDERS, strict=True):
        await queue.defer(db, declaratie_id, agb)
    async with working(database_url, 2):
        async with asyncio.timeout(30):
            while await _seals(db) != [(A, 1, ids[0], 0), (B, 1, ids[1], 0)]:
                await asyncio.sleep(0.05)
    assert await _faults(db) == set()
    await db.execute("SET session_replication_role = replica")
    await db.execute(
        "UPDATE boeking SET bedrag_centen = bedrag_centen + 1 WHERE boekingnummer ="
        " (SELECT max(boekingnummer) FROM boeking)"
    )
    assert await _faults(db) == {"zegels"}


async def test_one_process_seals_at_a_time(pool: Watched, db: Connection) -> None:
    await volume.fill(db, 10)
    await queue.settle_in_background(pool, await volume.register(db, "A1", 10), A)
    async with db.transaction():
        await db.execute(verzegelen.TRY_LOCK)
        await verzegelen.seal_all(pool)
        assert await _seals(db) == []
    await verzegelen.seal_all(pool)
    assert len(await _seals(db)) == 1
