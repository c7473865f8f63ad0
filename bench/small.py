# SPDX-License-Identifier: EUPL-1.2
"""(b) Many small declaraties, (c) toewijzingen and prices against a bare service, (e) reads."""

import sys
from collections.abc import Sequence
from typing import Any

import asyncpg

from app.db.embedded import Server
from bench.bare import TABLE
from bench.declared import read_lines
from bench.fill import CAPITAL, LARGE, SMALL
from bench.measures import Run, Target
from bench.service import Service, free_port, started
from bench.sizes import CLIENTS, LINES_IN_SMALL, Sizes
from bench.wire import Timings, request_bytes, storm

HALF = Target("≥", 0.5)
ALONE = SMALL[0]
CROWD = SMALL[1:7]
BARE_DATABASE = "kaal"
KOSTEN = "vanaf=2024-01-01&totEnMet=2025-12-31&groepering=maand"


async def time_alone(service: Service, url: str, sizes: Sizes) -> Timings:
    """Declaraties of ten lines, one after another."""
    return await storm(service.port, await _declaraties(service, url, ALONE, sizes.alone))


async def time_crowd(run: Run, service: Service, url: str, sizes: Sizes) -> None:
    """Declaraties of ten lines from many clients, of several aanbieders."""
    each = sizes.crowd // len(CROWD)
    of_each = [await _declaraties(service, url, agb, each) for agb in CROWD]
    in_turn = [request for together in zip(*of_each, strict=True) for request in together]
    timings = await storm(service.port, in_turn, CLIENTS)
    of = f"of {LINES_IN_SMALL} lines, {CLIENTS} clients, {len(CROWD)} aanbieders"
    run.add("b", f"declaraties {of}", timings.per_second, "/s")
    run.add("b", "the same in lines", timings.per_second * LINES_IN_SMALL, "lines/s")
    _add_spread(run, "b", "one declaratie", timings)


async def time_toewijzingen(
    run: Run, server: Server, service: Service, url: str, sizes: Sizes
) -> None:
    """Price quotes and toewijzingen, beside a bare read and a bare insert."""
    insert, read = await _time_bare(server, service, sizes)
    token = service.token("toegang", gemeente=CAPITAL)
    bodies = [_toewijzing(inwoner) for inwoner in await _inwoners_without(url, sizes.requests)]
    for what, path, beside, limit in (
        ("price quotes", "/v1/toewijzingen/_prijs", "read by key", read),
        ("toewijzingen", "/v1/toewijzingen", "insert", insert),
    ):
        requests = [request_bytes("POST", path, token, body) for body in bodies]
        timings = await storm(service.port, requests, CLIENTS)
        run.add("c", f"{what}, {CLIENTS} clients", timings.per_second, "/s")
        run.add("c", f"bare {beside}, {CLIENTS} clients", limit.per_second, "/s")
        run.add("c", f"{what} / bare {beside}", timings.per_second / limit.per_second, "×", HALF)
        _add_spread(run, "c", what, timings)
        _add_spread(run, "c", f"bare {beside}", limit)


async def time_reads(service: Service, url: str, sizes: Sizes) -> dict[str, Timings]:
    """Each read by itself, one after another."""
    token = service.token("financien", gemeente=CAPITAL)
    kosten = request_bytes("GET", f"/v1/kosten?{KOSTEN}", token)
    tarieven = request_bytes("GET", "/v1/tarieven?peildatum=2026-02-01", token)
    toegang = service.token("toegang", gemeente=CAPITAL)
    prijzen = [
        request_bytes("POST", "/v1/toewijzingen/_prijs", toegang, _toewijzing(inwoner))
        for inwoner in await _inwoners_without(url, sizes.reads)
    ]
    return {
        "GET /kosten": await storm(service.port, [kosten] * sizes.reads),
        "GET /tarieven": await storm(service.port, [tarieven] * sizes.reads),
        "POST /toewijzingen/_prijs": await storm(service.port, prijzen),
    }


async def _time_bare(server: Server, service: Service, sizes: Sizes) -> tuple[Timings, Timings]:
    await server.drop_database(BARE_DATABASE)
    await server.create_database(BARE_DATABASE)
    url = server.url(BARE_DATABASE)
    db = await asyncpg.connect(url)
    await db.execute(TABLE)
    await db.close()
    port, row = free_port(), _bare_row()
    inserts = [request_bytes("POST", "/kaal", "-", row)] * sizes.requests
    reads = [request_bytes("GET", f"/kaal/{i + 1}", "-") for i in range(sizes.requests)]
    command = [sys.executable, "-m", "bench.bare", url, str(port)]
    with started(command, port, service.data / "bare.log"):
        return await storm(port, inserts, CLIENTS), await storm(port, reads, CLIENTS)


def _bare_row() -> dict[str, Any]:
    return {
        "inwoner": 1,
        "gemeente": CAPITAL,
        "begindatum": "2026-01-01",
        "einddatum": "2026-06-30",
        "bedrag_centen": 600_000,
    }


def _toewijzing(inwoner_id: int) -> dict[str, Any]:
    return {
        "inwonerId": inwoner_id,
        "gemeente": CAPITAL,
        "wet": "jeugdwet",
        "profiel": "P1",
        "intensiteit": "licht",
        "aanbieder": LARGE,
        "begindatum": "2026-01-01",
        "einddatum": "2026-06-30",
        "beoogdeResultaten": [
            {"resultaat": "Gaat weer naar school", "onderbouwing": "Gesprek met de ouders"}
        ],
    }


async def _inwoners_without(url: str, count: int) -> Sequence[int]:
    db = await asyncpg.connect(url)
    rows = await db.fetch(
        "SELECT id FROM inwoner WHERE gemeente = $1 AND id > (SELECT max(inwoner_id)"
        " FROM toewijzing WHERE aangemaakt_door = 'bench') ORDER BY id LIMIT $2",
        CAPITAL,
        count,
    )
    await db.close()
    return [row["id"] for row in rows]


async def _declaraties(service: Service, url: str, agb: str, count: int) -> list[bytes]:
    token = service.token("aanbieder", agb=agb)
    lines = await read_lines(url, agb, 0, count * LINES_IN_SMALL)
    return [
        request_bytes(
            "POST",
            "/v1/declaraties",
            token,
            {
                "declaratienummer": f"K{i}",
                "dagtekening": "2026-01-02",
                "regels": lines[i * LINES_IN_SMALL : (i + 1) * LINES_IN_SMALL],
            },
        )
        for i in range(count)
    ]


def _add_spread(run: Run, part: str, what: str, timings: Timings) -> None:
    run.add(part, f"{what}, median", timings.milliseconds(0.5), "ms")
    run.add(part, f"{what}, p99", timings.milliseconds(0.99), "ms")
