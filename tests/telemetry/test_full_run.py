# SPDX-License-Identifier: EUPL-1.2
"""A whole run of a real process, and all that it told of itself: enough, and nobody's data."""

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.db.embedded.place import find_place
from tests.callers import Headers
from tests.contract.declaring import PAST, Region, allocation, line, opened
from tests.contract.world import bsn
from tests.telemetry.collector import Collector, collecting

NOABER = Path(sys.executable).with_name("noaber")
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
NUMBERS = [bsn(999_990_000 + 100 * step) for step in range(5)]
NAMES = ["Truus Terstal", "Slaapt slecht sinds de scheiding"]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@dataclass
class Run:
    """A service that is up, where it shows its measures, and where its traces go."""

    url: str
    measures: str
    collector: Collector
    stop: Callable[[], str]


@pytest.fixture
def run(data: Path, database_url: str) -> Iterator[Run]:
    with collecting() as collector:
        port, measures = free_port(), free_port()
        process = subprocess.Popen(
            [NOABER, "serve"],
            env={
                "PATH": os.environ["PATH"],
                "PORT": str(port),
                "NOABER_DATA": str(data),
                "NOABER_DATABASE_URL": database_url,
                "NOABER_LOKALE_UITGEVER": "1",
                "NOABER_LOG": "json",
                "NOABER_METRICS_PORT": str(measures),
                "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
                "FASTAPI_OTEL_AUTO_CONFIGURE": "true",
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        said = []
        for text in process.stdout:
            said.append(text)
            if text.startswith("Stoppen"):
                break

        def stop() -> str:
            process.terminate()
            out, errors = process.communicate(timeout=30)
            return "".join([*said, out, errors])

        yield Run(
            f"http://127.0.0.1:{port}", f"http://127.0.0.1:{measures}/metrics", collector, stop
        )
        process.kill()
        process.wait()


async def live(region: Region) -> None:
    """Everything a day brings, in order and out of order."""
    toegang = region.toegang()
    geboren = {"geboortedatum": "2010-05-05"}
    woont = {"woonplaatsen": [{"gemeente": "0153", "vanaf": "2010-01-01", "grondslag": "brp"}]}
    first, second, unknown, twice, astray = NUMBERS
    one = await region.post("/inwoners", toegang, geboren | woont | {"bsn": first})
    await region.post("/inwoners", toegang, geboren | woont | {"bsn": twice})
    await region.answer("POST", "/inwoners", toegang, geboren | woont | {"bsn": twice}, 409)
    await region.answer("POST", "/inwoners/_zoek", toegang, {"bsn": first}, 200)
    await region.answer("POST", "/inwoners/_zoek", toegang, {"bsn": unknown}, 404)
    resultaat = {"resultaat": NAMES[0], "onderbouwing": NAMES[1]}
    toewijzing = await region.toewijzing(one["id"], **PAST, beoogdeResultaten=[resultaat])
    body = allocation(one["id"], beoogdeResultaten=[resultaat])
    await region.answer("POST", "/toewijzingen/_prijs", toegang, body, 409)
    wrong = line(toewijzing, "r2", 0, bedragCenten=1)
    await region.declare(line(toewijzing, "r1"), wrong)
    send = region.client.request
    spread: list[tuple[str, str, dict[str, Any]]] = [
        ("GET", f"/v1/inwoners/{second}", {}),
        ("GET", f"/v1/inwoners/{astray}/dossier?bsn={second}", {}),
        ("GET", f"/v1/gemeenten?bsn={second}", {}),
        ("POST", "/v1/inwoners", {"content": f'{{"bsn": "{second}", "naam": "{NAMES[0]}'}),
        ("POST", "/v1/inwoners", {"json": {"bsn": int(second), NAMES[0]: second}}),
        ("POST", "/v1/inwoners/_zoek", {"json": {"bsn": second + "0"}}),
        (f"X{second}", "/v1/inwoners", {}),
        ("GET", "/v1/gemeenten", {"headers": {"User-Agent": second, "Referer": second}}),
        ("GET", "/v1/gemeenten", {"headers": {"Authorization": f"Bearer {second}"}}),
        ("POST", "/v1/inwoners", {"headers": {"Idempotency-Key": second}, "json": {}}),
    ]
    for method, path, more in spread:
        headers = toegang | {"Content-Type": "application/json"} | more.pop("headers", {})
        assert (await send(method, path, headers=headers, **more)).status_code < 500
    traced = toegang | {"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"}
    assert (await send("GET", f"/v1/inwoners/{one['id']}", headers=traced)).status_code == 200


async def test_a_whole_run_tells_enough_and_names_nobody(
    run: Run, data: Path, token: Headers
) -> None:
    given: list[str] = []

    def remembered(*arguments: Any, **more: Any) -> dict[str, str]:
        headers = token(*arguments, **more)
        given.append(headers["Authorization"].removeprefix("Bearer "))
        return headers

    async with httpx.AsyncClient(base_url=run.url, timeout=30) as client:
        await live(await opened(client, remembered))
        public = await client.get("/metrics")
    measures = httpx.get(run.measures).text
    written = run.stop()
    traced = b"".join(run.collector.received).decode("utf-8", "replace")
    for told in (written, measures, traced, find_place(data).log.read_text(errors="replace")):
        for secret in (*NUMBERS, *NAMES, *given, *(part for t in given for part in t.split("."))):
            assert secret not in told, secret[:9]

    assert public.status_code == 404
    assert_log(written)
    assert_measures(measures)
    assert_traces(run.collector)


def assert_log(written: str) -> None:
    noted = [json.loads(text) for text in written.splitlines() if text.startswith("{")]
    requests = [entry for entry in noted if entry["event"] == "request"]
    assert {"/v1/inwoners/_zoek", "/v1/toewijzingen", "/v1/declaraties", "_unknown"} <= {
        entry["route"] for entry in requests
    }
    (traced,) = [entry for entry in requests if entry["trace_id"] == TRACE]
    assert traced["route"] == "/v1/inwoners/{id}", traced
    assert (traced["method"], traced["status"]) == ("GET", 200)
    assert (traced["rol"], traced["gemeente"], traced["agb"]) == ("toegang", "0153", None)
    assert 0 < traced["duration_ms"] < 60_000
    assert not [entry for entry in noted if entry["level"] == "error"]


def assert_measures(measures: str) -> None:
    def value(pattern: str) -> float:
        found = re.search(rf"^{pattern} (\S+)$", measures, re.MULTILINE)
        assert found, pattern
        return float(found[1])

    route = 'http_request_method="POST",http_response_status_code="{}",http_route="{}"'
    count = "http_server_request_duration_seconds_count"
    assert value(f"{count}{{{route.format(404, '/v1/inwoners/_zoek')}}}") == 1
    assert value('noaber_regels_beoordeeld_total{uitkomst="toegekend"}') == 1
    assert value('noaber_regels_beoordeeld_total{uitkomst="afgekeurd"}') == 1
    for step in ("beoordelen", "boeken", "sluiten"):
        assert value(f'noaber_afwikkeling_stap_seconds_count{{stap="{step}"}}') == 1
    assert value("noaber_wachtrij_declaraties") == 0
    assert value('noaber_verbindingen{toestand="ten_hoogste"}') >= 1
    assert value("process_resident_memory_bytes") > 0


def assert_traces(collector: Collector) -> None:
    spans = collector.spans
    (request,) = [span for span in spans if span.trace_id.hex() == TRACE]
    assert request.name == "GET /v1/inwoners/{id}"
    assert request.parent_span_id.hex() == "00f067aa0ba902b7"
    (declaration,) = [span for span in spans if span.name == "POST /v1/declaraties"]
    within = {span.name for span in spans if span.parent_span_id == declaration.span_id}
    assert within == {"declaratie beoordelen", "declaratie boeken", "declaratie sluiten"}
    assert not [span for span in spans if span.events]
