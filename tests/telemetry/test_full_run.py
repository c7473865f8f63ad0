# SPDX-License-Identifier: EUPL-1.2
"""A whole run of a real process, and all that came out of it: enough, and nobody's data.

Looked through for each BSN in use, in clear: log, measures, traces, the log of PostgreSQL,
addresses, headers and bodies of answers, exports, a backup, and what the commands say.
"""

import base64
import io
import json
import os
import re
import socket
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from pyarrow import parquet

from app.api.keys import KEY_FILE
from app.db import embedded
from app.db.embedded.place import find_place
from tests.callers import Headers
from tests.contract.declaring import PAST, Region, allocation, line, opened, today
from tests.contract.test_ledger import ACCOUNTS
from tests.contract.test_plans import plan_body
from tests.contract.world import bsn
from tests.controle.commands import noaber, own
from tests.telemetry.collector import Collector, collecting

NOABER = Path(sys.executable).with_name("noaber")
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
NUMBERS = [bsn(999_990_000 + 100 * step) for step in range(6)]
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
    first, second, unknown, twice, astray, asked = NUMBERS
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
    await ask(region, asked)
    await look_after(region, one["id"], toewijzing["nummer"])
    traced = toegang | {"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"}
    assert (await send("GET", f"/v1/inwoners/{one['id']}", headers=traced)).status_code == 200


async def ask(region: Region, number: str) -> None:
    """An aanbieder asks for somebody; the gemeente reads who it is, and gives it."""
    wish = allocation(0, verwijzer="huisarts", begindatum=today(), einddatum=today())
    wish = {k: v for k, v in wish.items() if k not in ("inwonerId", "aanbieder")} | {
        "inwoner": {"bsn": number, "geboortedatum": "2010-05-05"},
        "referentieAanbieder": "VERZOEK1",
        "beoogdeResultaten": [{"resultaat": NAMES[0], "onderbouwing": NAMES[1]}],
    }
    verzoek = await region.post("/verzoeken", region.aanbieder(), wish)
    path = f"/verzoeken/{verzoek['id']}"
    assert (await region.get(f"{path}/client", region.toegang()))["bsn"] == number
    woont = [{"gemeente": "0153", "vanaf": "2010-01-01", "grondslag": "brp"}]
    given = await region.post(f"{path}/toewijzing", region.toegang(), {"woonplaatsen": woont})
    client = await region.get(f"/toewijzingen/{given['nummer']}/client", region.aanbieder())
    assert client["bsn"] == number


async def look_after(region: Region, inwoner: int, nummer: int) -> None:
    """All that is read of somebody: residence, plan, story, work to be done, who saw it."""
    toegang = region.toegang()
    await region.post("/plannen", toegang, plan_body(inwoner))
    for path in (
        *(f"/inwoners/{inwoner}{rest}" for rest in ("", "/inzagen", "/woonopgaven")),
        *("/verzoeken", "/plannen", "/werkvoorraad", "/toewijzingen", "/concepttoewijzingen"),
        f"/toewijzingen/{nummer}/geschiedenis",
    ):
        await region.get(path, toegang)


async def exported(region: Region) -> dict[str, bytes]:
    """Every file that can be had."""
    financien, aanbieder, jaar = region.financien(), region.aanbieder(), today().year
    auditor = region.token("auditor", gemeente="0153")
    period = f"vanaf={jaar - 1}-01-01&totEnMet={jaar}-12-31"
    sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    kosten = f"/kostenregels?gemeente=0153&{period}"
    await region.answer("PUT", "/grootboek", financien, ACCOUNTS, 200)
    wanted = [
        *((kosten, form, financien) for form in ("text/csv", "application/x-ndjson", sheet)),
        (kosten, "application/vnd.apache.parquet", financien),
        ("/declaraties/1/antwoord", "text/csv", aanbieder),
        (f"/termijnen/_declaratie?declarabelOp={today()}", "text/csv", aanbieder),
        ("/betaalspecificaties/1/regels", "text/csv", financien),
        (f"/journaal?{period}", "text/csv", financien),
        (f"/steekproef?{period}&omvang=5&zaad=1", "text/csv", auditor),
        ("/declaraties/1/regels/1/spoor", "application/json", auditor),
        ("/declaraties/1/regels/1/uitleg", "application/json", financien),
    ]
    found = {}
    for path, form, caller in wanted:
        answer = await region.client.get(f"/v1{path}", headers=caller | {"Accept": form})
        assert answer.status_code == 200, (path, form, answer.text)
        found[f"{path} {form}"] = unpacked(answer.content)
    return found


def unpacked(content: bytes) -> bytes:
    """What is in a file, also when that is pressed together."""
    if content.startswith(b"PAR1"):
        return str(parquet.read_table(io.BytesIO(content)).to_pylist()).encode()
    if not content.startswith(b"PK"):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return b"".join(archive.read(name) for name in archive.namelist())


def kept(data: Path, database_url: str, folder: Path) -> dict[str, bytes]:
    """What the commands write and say: a backup, an export, reports; also of another key."""
    settings = own(database_url) | {"NOABER_DATA": str(data)}
    backup, export = folder / "alles.backup", folder / "kosten.csv"
    year = str(today().year)
    key = base64.b64encode((data / KEY_FILE).read_bytes()).decode()
    changed = settings | {"NOABER_SLEUTEL": "A" * 43 + "=", "NOABER_SLEUTEL_VORIGE": key}
    said = b""
    for arguments, variables in (
        (("export", "kosten", "--gemeente", "0153", "--jaar", year, "-o", export), settings),
        (("controleer", "--json"), settings),
        (("bewaartermijnen", "--json"), settings),
        (("declaraties", "hervat"), settings),
        (("sleutels", "roteer"), changed),
        (("sleutels", "toon"), changed),
        (("backup", backup), settings),
    ):
        done = noaber(*arguments, **variables)
        assert done.returncode == 0, (arguments, done.stderr)
        said += done.stdout.encode() + done.stderr.encode()
    program = embedded.find_program("pg_restore")
    assert program
    dumped = subprocess.run([program, "--file=-", backup], capture_output=True, check=True).stdout
    assert b"COPY public.inwoner" in dumped
    return {"backup": dumped, "export": export.read_bytes(), "commands": said}


async def test_a_whole_run_tells_enough_and_names_nobody(
    run: Run, data: Path, token: Headers, database_url: str, tmp_path: Path
) -> None:
    given: list[str] = []
    answered: list[bytes] = []

    async def overheard(response: httpx.Response) -> None:
        await response.aread()
        answered.append(repr(response.headers).encode())
        # Only who must know a BSN is told it, in the body of an answer and nowhere else.
        if not response.request.url.path.endswith("/client"):
            answered.append(response.content)

    def remembered(*arguments: Any, **more: Any) -> dict[str, str]:
        headers = token(*arguments, **more)
        given.append(headers["Authorization"].removeprefix("Bearer "))
        return headers

    hooks = {"response": [overheard]}
    async with httpx.AsyncClient(base_url=run.url, timeout=30, event_hooks=hooks) as client:
        region = await opened(client, remembered)
        await live(region)
        files = await exported(region)
        public = await client.get("/metrics")
    measures = httpx.get(run.measures).text
    written = run.stop()
    traced = b"".join(run.collector.received).decode("utf-8", "replace")
    for told in (written, measures, traced, find_place(data).log.read_text(errors="replace")):
        for secret in (*NUMBERS, *NAMES, *given, *(part for t in given for part in t.split("."))):
            assert secret not in told, secret[:9]

    files |= kept(data, database_url, tmp_path) | {"answers": b"".join(answered)}
    for name, content in files.items():
        for number in NUMBERS:
            assert number.encode() not in content, (name, number[-3:])
    assert NAMES[0].encode() in files["backup"]
    for name in files.keys() - {"backup", "answers"}:
        assert not [text for text in NAMES if text.encode() in files[name]], name

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
