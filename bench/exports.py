# SPDX-License-Identifier: EUPL-1.2
"""(d) Each format of GET /kostenregels against COPY … TO STDOUT of the same rows."""

import asyncio
import time
from datetime import date
from statistics import median

from app.db.binding import Binding
from app.db.connection import Connection, open_pool
from app.db.kostenregels import Keuze, copy_csv, count_kostenregels
from app.exports.formats import FORMATS
from bench.fill import CAPITAL
from bench.measures import Run, Target
from bench.service import Service
from bench.wire import drain, request_bytes

ALL = Keuze(CAPITAL, date(2025, 1, 1), date(2025, 12, 31))
PATH = f"/v1/kostenregels?gemeente={ALL.gemeente}&vanaf={ALL.vanaf}&totEnMet={ALL.tot_en_met}"
TIMES = 3
"""CSV and COPY take a second, which varies; the others take longer, and are done once."""

FLAT = Target("≤", 200)
NEAR_COPY = Target("≥", 0.8)


async def time_exports(run: Run, service: Service, url: str) -> None:
    """Every format of the same rows: rows a second and peak memory."""
    async with await open_pool(url) as pool, pool.lent(Binding(gemeente=CAPITAL)) as db:
        rows = await count_kostenregels(db, ALL)
        await _copy_out(db)  # whoever reads rows first marks them as seen
        copy = rows / median([await _copy_out(db) for _ in range(TIMES)])
    run.add("d", f"COPY TO STDOUT of {rows:,} rows", copy, "rows/s")
    for name, form in FORMATS.items():
        service.forget_peak()
        times, target = (TIMES, NEAR_COPY) if name == "csv" else (1, None)
        rate = rows / median([await _drain(service, form.media_type) for _ in range(times)])
        run.add("d", f"{name} over HTTP", rate, "rows/s")
        run.add("d", f"{name} / COPY", rate / copy, "×", target)
        run.add("d", f"{name}, peak memory of the service", service.peak_mb(), "MB", FLAT)


async def _drain(service: Service, media_type: str) -> float:
    token = service.token("financien", gemeente=CAPITAL)
    request = request_bytes("GET", PATH, token, accept=media_type)
    return await asyncio.to_thread(drain, service.port, request)


async def _copy_out(db: Connection) -> float:
    async def nowhere(_piece: bytes) -> None:
        pass

    begin = time.perf_counter()
    await copy_csv(db, nowhere, ALL)
    return time.perf_counter() - begin
