# SPDX-License-Identifier: EUPL-1.2
"""A village, a region or a nation: the catalogue by the API, the cliënten by COPY, a year settled.

The same seed and day give the same rows, but for moments in time and the sealing of each BSN.
"""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import date
from io import BytesIO

from asyncpg import Record
from rich.progress import Progress

from app.api.bsn import BsnSeal
from app.db import catalogus
from app.db.connection import Connection, connected_as_owner
from app.demo.catalogue import PROFIELEN
from app.demo.client import Service, open_service
from app.demo.clienten import begindatums, draw_clienten
from app.demo.declaratiejaar import COUNT, declare_year
from app.demo.lading import COLUMNS, Catalogus, Contract, Lading, Schrijver
from app.demo.omvang import Omvang, Regio, regios
from app.demo.progress import progress_bar
from app.demo.region import adopt_prices, conclude_contract
from app.domain.notatie import in_euros
from app.domain.toewijzing import Intensiteit, Tarief
from app.pricing.besluit import Prijsregels
from app.settings import Settings

# Their own numbers were given to the rows, and the next must go on from there.
SEQUENCES = """
SELECT setval(pg_get_serial_sequence('inwoner', 'id'), (SELECT max(id) FROM inwoner)),
       setval(pg_get_serial_sequence('toewijzing', 'nummer'), (SELECT max(nummer) FROM toewijzing))
"""

RESULT = """
SELECT (SELECT count(*) FROM inwoner) AS clienten,
       (SELECT count(*) FROM toewijzing) AS toewijzingen,
       (SELECT count(*) FROM termijn) AS termijnen,
       count(*) AS declaraties,
       sum(aantal_regels)::bigint AS regels,
       sum(aantal_toegekend)::bigint AS toegekend,
       sum(aantal_afgekeurd)::bigint AS afgekeurd,
       sum(aantal_aangehouden)::bigint AS aangehouden,
       sum(toegekend_centen)::bigint AS toegekend_centen
FROM declaratie
"""

Tarieven = dict[tuple[date, str, Intensiteit], Tarief]


def story_of(result: Record) -> str:
    """What `fill` gave, in Dutch."""
    aantal = {name: f"{value:,}".replace(",", ".") for name, value in result.items()}
    return (
        f"Klaar: {aantal['clienten']} cliënten met {aantal['toewijzingen']} toewijzingen in "
        f"{aantal['termijnen']} termijnen.\n"
        f"{aantal['declaraties']} declaraties met {aantal['regels']} regels: "
        f"{aantal['toegekend']} toegekend, {aantal['afgekeurd']} afgekeurd, "
        f"{aantal['aangehouden']} aangehouden; {in_euros(result['toegekend_centen'])} toegekend."
    )


async def fill(
    settings: Settings, database_url: str, omvang: Omvang, seed: int, vandaag: date
) -> Record:
    """Fill an empty, migrated database; gives what is in it afterwards, in numbers."""
    with progress_bar() as progress:
        async with open_service(settings, database_url) as service:
            codes = [gemeente["code"] for gemeente in await service.regio().get_all("/gemeenten")]
            delen = regios(omvang, codes)
            contracten = await _conclude_contracts(service, progress, delen, vandaag)
            tarieven = await _find_tarieven(service, vandaag)
        async with connected_as_owner(database_url) as db:
            schrijver = Schrijver(await _catalogus(db, contracten, tarieven), BsnSeal.of(settings))
            await _load(db, progress, delen, _ladingen(schrijver, delen, vandaag, seed))
            await _declare(db, progress, delen, vandaag, seed)
            await db.execute("ANALYZE")
            result = await db.fetchrow(RESULT)
    assert result is not None
    return result


async def _conclude_contracts(
    service: Service, progress: Progress, delen: Sequence[Regio], vandaag: date
) -> dict[str, Contract]:
    await adopt_prices(service, vandaag.year)
    aanbieders = [aanbieder for regio in delen for aanbieder in regio.aanbieders]
    contracten = {}
    for aanbieder in progress.track(aanbieders, description="Aanbieders"):
        contract = await conclude_contract(service, aanbieder, vandaag.year)
        contracten[aanbieder.agb] = Contract(
            contract["nummer"], contract["declaratietermijnMaanden"]
        )
    return contracten


async def _find_tarieven(service: Service, vandaag: date) -> Tarieven:
    return {
        (dag, t["profiel"], t["intensiteit"]): Tarief(
            t["bedragCenten"], date.fromisoformat(t["vanaf"]), t["tarieflijst"]
        )
        for dag in begindatums(vandaag)
        for t in await service.regio().get_all("/tarieven", peildatum=dag.isoformat())
    }


async def _catalogus(
    db: Connection, contracten: dict[str, Contract], tarieven: Tarieven
) -> Catalogus:
    codes = [profiel.code for profiel in PROFIELEN]
    rows = [await catalogus.find_profiel(db, code) for code in codes]
    return Catalogus(
        {row["code"]: row["id"] for row in rows},
        {row["code"]: Prijsregels(row["soort"], catalogus.betaalplan_of(row)) for row in rows},
        contracten,
        tarieven,
    )


def _ladingen(
    schrijver: Schrijver, delen: Sequence[Regio], vandaag: date, seed: int
) -> Iterator[Lading]:
    for regio in delen:
        for gemeente in regio.clienten:
            clienten = draw_clienten(regio, gemeente, vandaag, seed)
            yield from schrijver.ladingen(gemeente, clienten)


async def _load(
    db: Connection, progress: Progress, delen: Sequence[Regio], ladingen: Iterator[Lading]
) -> None:
    """COPY what is drawn, each lot in a transaction, while the next is being drawn."""
    totaal = sum(sum(regio.clienten.values()) for regio in delen)
    task = progress.add_task("Cliënten", total=totaal)
    drawing = asyncio.create_task(asyncio.to_thread(next, ladingen, None))
    while lading := await drawing:
        drawing = asyncio.create_task(asyncio.to_thread(next, ladingen, None))
        async with db.transaction():
            for table, columns in COLUMNS.items():
                rows = BytesIO(lading.bytes_of(table))
                await db.copy_to_table(table, source=rows, columns=columns)
        progress.advance(task, lading.aantal)
    await db.execute(SEQUENCES)
    await db.execute("ANALYZE")


async def _declare(
    db: Connection, progress: Progress, delen: Sequence[Regio], vandaag: date, seed: int
) -> None:
    task = progress.add_task("Termijnen", total=await db.fetchval(COUNT, vandaag))
    for regio in delen:
        for aanbieder in regio.aanbieders:
            async for termijnen, _regels in declare_year(db, aanbieder.agb, vandaag, seed):
                progress.advance(task, termijnen)
