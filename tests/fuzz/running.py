# SPDX-License-Identifier: EUPL-1.2
"""schemathesis against a running service: configured, run in a process of its own, and read."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from app.api.app import ROUTERS, bare_api
from app.api.document import document
from app.api.issuer import make_token
from tests.callers import signed_by
from tests.contract.declaring import ENSCHEDE, GEZIN, HERSTEL
from tests.contract.realm import OWN, Realm, realm
from tests.fuzz.exemptions import ACCEPTANCES, EXEMPTIONS, REJECTIONS

ROOT = Path(__file__).parents[2]
SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")
TOKENS, COUNTS = "FUZZ_TOKENS", "FUZZ_COUNTS"
"""What the hooks find in the environment: a token per role, and the file to write counts to."""

BINDINGS: Mapping[str, Mapping[str, str]] = {
    "toegang": {"gemeente": ENSCHEDE},
    "aanbieder": {"agb": OWN},
    "financien": {"gemeente": ENSCHEDE},
    "auditor": {"gemeente": ENSCHEDE},
    "regio": {},
}
Known = Mapping[str, Sequence[str | int]]
"""What exists, by where in a request it is named, such as `path.id`."""


@dataclass(frozen=True, slots=True)
class Fuzzed:
    """What schemathesis did and found."""

    seconds: float
    cases: int
    answers: Counter[str]
    checks: int
    failures: list[dict[str, Any]]
    errors: list[Any]

    @property
    def requests(self) -> int:
        return self.answers.total()

    @property
    def reached(self) -> set[str]:
        """The operations that answered 2xx."""
        split = (answer.rpartition(" ") for answer in self.answers)
        return {operation for operation, _, status in split if status.startswith("2")}


def operations() -> set[str]:
    """All of the document, as schemathesis calls them."""
    return {f"{method.upper()} {path}" for path, method in _paths()}


def fuzz(url: str, data: Path, folder: Path, made: Realm, arguments: Sequence[str]) -> Fuzzed:
    """Run it until it is done, what it says shown as it says it; files go to the folder."""
    report, counts = folder / "report.json", folder / "counts.json"
    (folder / "openapi.json").write_text(json.dumps(document_for(made)))
    (folder / "schemathesis.toml").write_text(configuration(known_in(made)))
    command = [
        *(str(SCHEMATHESIS), "--config-file", str(folder / "schemathesis.toml"), "run"),
        *(str(folder / "openapi.json"), "--url", f"{url}/v1", "--continue-on-failure"),
        *("--report", "json", "--report-json-path", str(report)),
        *arguments,
    ]
    tokens = {rol: make_token(data, rol, **binding) for rol, binding in BINDINGS.items()}
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        TOKENS: json.dumps(tokens),
        COUNTS: str(counts),
    }
    subprocess.run(command, env=environment, cwd=folder, check=False)
    return read(json.loads(report.read_text()), json.loads(counts.read_text()))


def read(report: Mapping[str, Any], counts: Mapping[str, Any]) -> Fuzzed:
    """The report of schemathesis, and the counts of the hooks."""
    return Fuzzed(
        report["running_time"],
        report["test_cases"]["generated"],
        Counter(counts["answers"]),
        counts["responses"] * len(set(counts["checks"]) - _exempted_everywhere()),
        report["failures"],
        report["errors"],
    )


async def build(url: str, data: Path) -> Realm:
    """One of everything that can be named, made through the service."""
    async with httpx.AsyncClient(base_url=url) as client:
        return await realm(client, signed_by(data))


def document_for(made: Realm) -> dict[str, Any]:
    """The document, with examples that are about what exists."""
    openapi = document(bare_api(ROUTERS))
    for path, methods in openapi["paths"].items():
        for operation in methods.values():
            for parameter in operation.get("parameters", ()):
                if parameter["in"] == "path":
                    parameter["example"] = (made.params(path) or {})[parameter["name"]]
            content = operation.get("requestBody", {}).get("content", {})
            if "example" in content.get("application/json", {}):
                media = content["application/json"]
                media["example"] = made.body(media["example"])
    return openapi


def known_in(made: Realm) -> Known:
    """What a request can name of a realm, by where it names it."""
    found: dict[str, set[str | int]] = {}
    for params in made.things.values():
        for name, value in params.items():
            found.setdefault(f"path.{name}", set()).add(value)
    inwoners = [made.things["/inwoners/{id}"][name] for name in ("id", "tweede")]
    for place in ("body", "query"):
        found[f"{place}.inwonerId"] = set(inwoners)
        found[f"{place}.gemeente"] = {ENSCHEDE}
        found[f"{place}.aanbieder"] = {OWN}
        found[f"{place}.profiel"] = {HERSTEL, GEZIN}
    return {place: sorted(values, key=str) for place, values in found.items()}


def configuration(known: Known) -> str:
    """What is asked of every operation, and of some of them not; half of it of what exists."""
    lines = ['hooks = "tests.fuzz.hooks"', "[checks]", "enabled = true"]

    lines.append(f"negative_data_rejection.expected-statuses = {json.dumps(REJECTIONS)}")
    lines.append(f"positive_data_acceptance.expected-statuses = {json.dumps(ACCEPTANCES)}")
    lines += [f"{check}.enabled = false" for check in sorted(_exempted_everywhere())]
    names = {place: place.replace(".", "-") for place in known}
    for place, values in known.items():
        lines.append(f"[dictionaries.{names[place]}]\nvalues = {json.dumps(values)}")
    lines.append("[parameters]")
    for place, name in names.items():
        lines.append(f'"{place}" = {{dictionary = "{name}", probability = 0.5}}')
    for exemption in EXEMPTIONS:
        if exemption.operation != "*":
            lines.append(f'[[operations]]\ninclude-name = "{exemption.operation}"')
            lines.append(f"checks.{exemption.check}.enabled = false")
    return "\n".join(lines) + "\n"


def _exempted_everywhere() -> set[str]:
    return {exemption.check for exemption in EXEMPTIONS if exemption.operation == "*"}


def _paths() -> list[tuple[str, str]]:
    paths = document(bare_api(ROUTERS))["paths"]
    return [(path, method) for path, methods in paths.items() for method in methods]
