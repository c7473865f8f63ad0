# SPDX-License-Identifier: EUPL-1.2
"""What schemathesis is told beside its configuration, loaded by it in a process of its own."""

import atexit
import json
import os
import zlib
from collections import Counter
from pathlib import Path
from typing import Any

import schemathesis
from hypothesis import strategies
from schemathesis import AuthContext, Case, CheckContext, HookContext, Response
from schemathesis.checks import CHECKS

from app.api.issuer import ROLLEN
from app.api.models import FIRST_DAY, LAST_DAY
from tests.fuzz.exemptions import OF_SHAPE
from tests.fuzz.running import COUNTS, TOKENS

_tokens: dict[str, str] = json.loads(os.environ[TOKENS])
_answers: Counter[str] = Counter()
_counts: Counter[str] = Counter()

schemathesis.openapi.format("date", strategies.dates(FIRST_DAY, LAST_DAY).map(str))


@schemathesis.auth(refresh_interval=None)
class AsOneWhoMay:
    """Each request is of a role that the operation admits: of several, always the same one."""

    def get(self, case: Case[Any], context: AuthContext) -> str:
        return _tokens[_role_for(case)]

    def set(self, case: Case[Any], data: str, context: AuthContext) -> None:
        case.headers["Authorization"] = f"Bearer {data}"


def _role_for(case: Case[Any]) -> str:
    security = case.operation.definition.raw.get("security", [])
    scopes = {scope for requirement in security for scope in requirement.get("token", ())}
    roles = [rol for rol in _tokens if not scopes or scopes.intersection(ROLLEN[rol].scopes)]
    sent = repr((case.path_parameters, case.query, case.body))
    return roles[zlib.crc32(sent.encode(errors="replace")) % len(roles)]


@schemathesis.check
def only_rules_refuse(context: CheckContext, response: Response, case: Case[Any]) -> bool | None:
    """Data that the document allows is not refused for its shape."""
    _counts["responses"] += 1
    is_allowed = case.meta is not None and case.meta.generation.mode.is_positive
    if not is_allowed or response.status_code != 400:
        return None
    named = {(fault["code"], fault["name"]) for fault in response.json()["invalidParams"]}
    of_shape = sorted(fault for fault in named if fault[0] in OF_SHAPE)
    assert not of_shape, f"the document allows what is refused: {of_shape[:5]}"
    return None


@schemathesis.hook
def after_call(context: HookContext, case: Case[Any], response: Response) -> None:
    _answers[f"{case.operation.label} {response.status_code}"] += 1


@atexit.register
def _write_counts() -> None:
    checks = CHECKS.get_all_names()
    counts: dict[str, Any] = {"answers": _answers, "checks": checks, **_counts}
    Path(os.environ[COUNTS]).write_text(json.dumps(counts))
