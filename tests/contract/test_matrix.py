# SPDX-License-Identifier: EUPL-1.2
"""Every operation × every kind of caller × one's own and another's, from the document.

An operation that is added is tried at once; when its address names a thing that is not in
`realm.py`, or whose it is is not said here, a test says what to add.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from app.api import route
from app.api.app import ROUTERS, bare_api
from app.api.document import document
from app.api.issuer import KEY_FILE, ROLLEN, public_jwks
from tests.api.forging import DROP, forge
from tests.callers import Headers
from tests.contract.declaring import AMSTERDAM, ENSCHEDE
from tests.contract.realm import MARK, OWN, STRANGER, Realm, realm

OWNED: Mapping[str, int] = dict.fromkeys(
    (
        *("/inwoners/{id}", "/plannen/{id}", "/toewijzingen/{nummer}", "/verzoeken/{id}"),
        *("/concepttoewijzingen/{id}", "/voortzettingen/{id}", "/taakopdrachten/{nummer}"),
        *("/declaraties/{id}", "/betaalspecificaties/{id}", "/betaalopdrachten/{id}"),
        *("/herverdelingen/{id}", "/aanmeldingen/{id}", "/afsluitingen/{periode}"),
        "/verrekeningen/{kwartaal}",
    ),
    404,
) | {"/gemeenten/{code}": 403}
"""What is of some, and what others get: it does not exist, or they name another gemeente."""
OPEN = frozenset(
    {
        *("/profielen/{code}", "/tarieflijsten/{id}", "/kwaliteitseisen/{code}"),
        *("/zelfredzaamheidsinstrumenten/{code}", "/intensiteitstabellen/{code}"),
        *("/raamovereenkomsten/{nummer}", "/aanbieders/{agb}", "/budgetten/{jaar}"),
    }
)
"""What all may ask for: the catalogue, and what is of whoever asks."""
FOR_THE_OTHER_SIDE = frozenset(
    {"POST /voortzettingen/{id}/aanvaarding", "POST /voortzettingen/{id}/afwijzing"}
)
"""Of the one that is asked, and not of the one that it belongs to here."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An operation, as the document has it."""

    method: str
    path: str
    scopes: frozenset[str]
    body: Any
    query: Mapping[str, Any]
    parameters: tuple[str, ...]
    consumes: frozenset[str]

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True)
class Who:
    """A caller: its headers, what it may do, and whether the things of the realm are its own."""

    name: str
    headers: dict[str, str]
    scopes: frozenset[str] = frozenset()
    is_known: bool = True
    is_stranger: bool = False


def _operations() -> Iterator[Asked]:
    for path, methods in document(bare_api(ROUTERS))["paths"].items():
        for method, operation in methods.items():
            content = operation.get("requestBody", {}).get("content", {})
            body = content.get("application/json", {}).get("example")
            scopes = {scope for one in operation["security"] for scope in one["token"]}
            asked = [p for p in operation.get("parameters", ()) if p["in"] == "query"]
            query = {p["name"]: QUERY[p["name"]] for p in asked if p.get("required")}
            yield Asked(
                method.upper(),
                path,
                frozenset(scopes),
                body,
                query,
                tuple(p["name"] for p in asked),
                frozenset(content),
            )


QUERY: Mapping[str, Any] = {
    "vanaf": "2026-01-01",
    "totEnMet": "2026-12-31",
    "peildatum": "2026-06-01",
    "wet": "jeugdwet",
    "agb": [OWN, STRANGER],
    "omvang": 5,
    "zaad": "1",
}
"""What a query must hold, by name."""
OPERATIONS = {asked.name: asked for asked in _operations()}


@pytest.fixture
async def made(client: httpx.AsyncClient, token: Headers) -> Realm:
    return await realm(client, token)


def _callers(data: Path, token: Headers) -> Iterator[Who]:
    own = serialization.load_pem_private_key((data / KEY_FILE).read_bytes(), None)
    kid = {"kid": public_jwks(data)["keys"][0]["kid"]}
    wrong = forge(ec.generate_private_key(ec.SECP256R1()), "ES256", kid, {})
    yield Who("nobody", {}, is_known=False)
    yield Who("a wrong signature", {"Authorization": f"Bearer {wrong}"}, is_known=False)
    bare: Mapping[str, dict[str, Any]] = {
        "a gemeente without scopes": {},
        "an aanbieder without scopes": {"gemeente": DROP, "agb": OWN},
        "the region without scopes": {"gemeente": DROP},
    }
    for name, claims in bare.items():
        signed = forge(own, "ES256", kid, {"scope": "", **claims})
        yield Who(name, {"Authorization": f"Bearer {signed}"})
    for rol, what in ROLLEN.items():
        codes = {"gemeente": (ENSCHEDE, AMSTERDAM), "agb": (OWN, STRANGER), None: (None,)}
        for at, code in enumerate(codes[what.bound_to]):
            headers = token(rol, **({what.bound_to: code} if what.bound_to and code else {}))
            name = f"another {rol}" if at else rol
            yield Who(name, headers, frozenset(what.scopes), is_stranger=bool(at))


@pytest.fixture
def callers(data: Path, token: Headers) -> list[Who]:
    token("regio")  # the key is there from the first token on
    return list(_callers(data, token))


async def _ask(made: Realm, asked: Asked, who: Who) -> httpx.Response:
    path = asked.path.format(**made.params(asked.path) or {})
    body = None if asked.body is None else made.body(asked.body)
    return await made.region.client.request(
        asked.method, f"/v1{path}", params=asked.query, json=body, headers=who.headers
    )


def _hidden(path: str) -> int | None:
    """The status that others get, when it is of some."""
    found = (OWNED[p] for p in OWNED if path == p or path.startswith(f"{p}/"))
    return next(found, None)


async def _let_in(made: Realm, callers: list[Who]) -> list[Any]:
    """Who is not refused as a stranger, or for want of a scope."""
    wrong = []
    for asked in OPERATIONS.values():
        for who in callers:
            if who.is_known and (not asked.scopes or asked.scopes & who.scopes):
                continue
            answer = await _ask(made, asked, who)
            if answer.status_code != (403 if who.is_known else 401) or MARK in answer.text:
                wrong.append((asked.name, who.name, answer.status_code, answer.text[:300]))
    return wrong


async def test_no_operation_is_forgotten(made: Realm) -> None:
    named = [asked for asked in OPERATIONS.values() if "{" in asked.path]
    lost = [asked.path for asked in named if made.params(asked.path) is None]
    assert not lost, "add one of these to tests/contract/realm.py"
    unsaid = set(made.things) - OWNED.keys() - OPEN
    assert not unsaid, "say in OWNED or OPEN (tests/contract/test_matrix.py) whose these are"


async def test_who_may_not_is_refused_before_anything_is_looked_at(
    made: Realm, callers: list[Who]
) -> None:
    wrong = await _let_in(made, callers)
    assert not wrong, "\n".join(map(str, wrong))


async def test_what_is_anothers_does_not_exist_and_ones_own_does(
    made: Realm, callers: list[Who]
) -> None:
    wrong = []
    may = [(a, w) for a in OPERATIONS.values() for w in callers if a.scopes & w.scopes]
    for asked, who in sorted(may, key=_turn):
        answer = await _ask(made, asked, who)
        fits = _shows_nothing if who.is_stranger else _is_there
        if not fits(asked, answer):
            wrong.append((asked.name, who.name, answer.status_code, answer.text[:300]))
    assert not wrong, "\n".join(map(str, wrong))


def _turn(one: tuple[Asked, Who]) -> tuple[bool, bool]:
    """Strangers first, and looking before they make things of their own; then whose it is."""
    asked, who = one
    return (not who.is_stranger, asked.method != ("GET" if who.is_stranger else "PUT"))


def _shows_nothing(asked: Asked, answer: httpx.Response) -> bool:
    status = answer.status_code
    if status >= 500 or MARK in answer.text or status != (_hidden(asked.path) or status):
        return False
    if status == 200 and "{" not in asked.path and asked.method == "GET" and _is_json(answer):
        told = answer.json()
        return not told.get("count") and not told.get("aantalBoekingen")
    return True


def _is_there(asked: Asked, answer: httpx.Response) -> bool:
    status = answer.status_code
    if asked.name in FOR_THE_OTHER_SIDE:
        return status == 404
    return status < 500 and not (_hidden(asked.path) and status in {401, 403, 404})


def _is_json(answer: httpx.Response) -> bool:
    return answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize("guard", ["the scope", "the signature"])
async def test_a_guard_that_is_taken_out_is_missed(
    made: Realm, callers: list[Who], monkeypatch: pytest.MonkeyPatch, guard: str
) -> None:
    if guard == "the scope":
        monkeypatch.setattr(route, "require", lambda caller, scopes: None)
    else:
        monkeypatch.setattr(jwt, "decode_complete", _unverified)
    names = {who for _, who, *_ in await _let_in(made, callers)}
    assert ("a wrong signature" in names) == (guard == "the signature")
    assert ("a gemeente without scopes" in names) == (guard == "the scope")


def _unverified(token: str, *_: Any, **__: Any) -> Any:
    return jwt.api_jwt.PyJWT().decode_complete(token, options={"verify_signature": False})
