# SPDX-License-Identifier: EUPL-1.2
"""Take in a declaratie from a file, the way POST /declaraties does, and see it settled."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from asyncpg import Record
from pydantic import ValidationError
from rich.progress import Progress

from app.api.aanlevering import csv_rows, ndjson_rows
from app.api.declaratie_modellen import Declaratienummer
from app.api.declaraties import Lezing, take_in
from app.api.models import AgbCode, Datum, InputModel
from app.api.reasons import fault_of
from app.api.voortgang import FINAL, status_of, voortgang_of
from app.db import declaraties
from app.db.binding import Binding
from app.db.connection import Pool, open_pool
from app.demo.progress import progress_bar
from app.domain.errors import Invalid
from app.domain.notatie import in_euros
from app.settlement import settle
from app.settlement.workers import working

READERS = {".csv": csv_rows, ".ndjson": ndjson_rows}
BLOCK_BYTES = 256 * 1024
LOOK_EVERY_SECONDS = 0.2


class Opdracht(InputModel):
    """What the file itself does not say of the declaratie in it."""

    agb: AgbCode
    declaratienummer: Declaratienummer
    dagtekening: Datum


def read_opdracht(file: Path, agb: str, declaratienummer: str, dagtekening: str) -> Opdracht:
    """The head of a declaratie as given on the command line. Raises Invalid."""
    if file.suffix.lower() not in READERS:
        raise Invalid("onbekend_bestand", f"{file} is geen {' of '.join(READERS)}.")
    if not file.is_file():
        raise Invalid("onbekend_bestand", f"{file} is er niet, of is geen bestand.")
    try:
        return Opdracht.model_validate(
            {"agb": agb, "declaratienummer": declaratienummer, "dagtekening": dagtekening}
        )
    except ValidationError as error:
        faults = tuple(fault_of(details) for details in error.errors(include_url=False))
        raise Invalid("ongeldige_opdracht", "De opdracht klopt niet.", faults) from None


async def import_file(database_url: str, file: Path, opdracht: Opdracht, *, wait: bool) -> Record:
    """Give the declaratie as it is stored, settled if asked to wait. Raises NoaberError."""
    with progress_bar() as progress:
        async with await open_pool(database_url) as pool:
            declaratie_id = await _take_in(pool, file, opdracht, progress)
            if wait:
                # No service may be running; when one is, this worker is one more.
                async with working(database_url, 1):
                    await _follow(pool, opdracht.agb, declaratie_id, progress)
            return await _find(pool, opdracht.agb, declaratie_id)


def story_of(row: Record) -> str:
    """What came of it, for people."""
    lines = [f"Declaratie {row['id']} ({row['declaratienummer']}): {status_of(row)}"]
    if row["mislukt_reden"]:
        lines.append(row["mislukt_reden"])
    lines += [
        f"  {name:<12}{row[f'aantal_{name}']:>12}"
        for name in ("regels", "toegekend", "afgekeurd", "aangehouden")
    ]
    lines += [
        f"  {name:<12}{in_euros(row[f'{name}_centen']):>15}" for name in ("ingediend", "toegekend")
    ]
    return "\n".join(lines)


async def _take_in(pool: Pool, file: Path, opdracht: Opdracht, progress: Progress) -> int:
    blocks = _blocks(file, progress)
    rows = READERS[file.suffix.lower()](blocks)
    lezing = Lezing(rows, opdracht.dagtekening)
    kop = settle.Kop(opdracht.agb, opdracht.declaratienummer, opdracht.dagtekening)
    async with pool.lent(Binding(aanbieder=opdracht.agb)) as db, db.transaction():
        row, _ = await take_in(db, kop, lezing)
    declaratie_id: int = row["id"]
    return declaratie_id


async def _blocks(file: Path, progress: Progress) -> AsyncIterator[bytes]:
    task = progress.add_task("Inlezen", total=sum(block.count(b"\n") for block in _read(file)))
    for block in _read(file):
        yield block
        progress.advance(task, block.count(b"\n"))


def _read(file: Path) -> Iterator[bytes]:
    with file.open("rb") as source:
        while block := source.read(BLOCK_BYTES):
            yield block


async def _follow(pool: Pool, agb: str, declaratie_id: int, progress: Progress) -> None:
    """Wait until it is settled or has failed."""
    row = await _find(pool, agb, declaratie_id)
    judged, booked = (
        progress.add_task(name, total=row["aantal_regels"]) for name in ("Beoordelen", "Boeken")
    )
    while True:
        voortgang = voortgang_of(row)
        progress.update(judged, completed=voortgang.aantal_beoordeeld)
        progress.update(booked, completed=voortgang.aantal_geboekt)
        if voortgang.status in FINAL:
            return
        await asyncio.sleep(LOOK_EVERY_SECONDS)
        row = await _find(pool, agb, declaratie_id)


async def _find(pool: Pool, agb: str, declaratie_id: int) -> Record:
    async with pool.lent(Binding(aanbieder=agb)) as db:
        return await declaraties.find_declaratie(db, agb, declaratie_id)
