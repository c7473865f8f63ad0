# SPDX-License-Identifier: EUPL-1.2
"""The OpenAPI document: what FastAPI knows of the operations, completed with what they declare."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute, iter_route_contexts
from pydantic import BaseModel

from app.api.errors import PROBLEM, TITLES, Probleem
from app.api.media import METHODS_WITH_BODY
from app.api.models import InputModel, OutputModel
from app.api.route import JSON, Declaration, declaration_of
from app.api.schemas import tidy
from app.version import VERSION

DESCRIPTION = """
Noaber regelt de keten van jeugdhulp en Wmo-ondersteuning tussen gemeenten, aanbieders en de regio:
tarieven, toewijzingen, declaraties en de verdeling van de kosten over gemeenten.

Bedragen zijn hele eurocenten, data hebben de vorm JJJJ-MM-DD en perioden lopen van en met de eerste
tot en met de laatste dag. Fouten zijn `application/problem+json` en noemen alle gebreken tegelijk.
Elk antwoord noemt in `API-Version` de volledige versie. `HEAD` werkt overal waar `GET` werkt.
""".strip()

INFO = {
    "description": DESCRIPTION,
    "contact": {
        "name": "Noaber",
        "url": "https://noaber.example",
        "email": "beheer@noaber.example",
    },
    "license": {"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
}

TAGS = {
    "Catalogus": "Gemeenten en profielen: waarvoor hulp kan worden toegewezen.",
    "Tarieven": "Tarieflijsten van concept tot vaststelling, en de tarieven die daaruit volgen.",
    "Aanbieders en contracten": "Aanbieders en hun raamovereenkomsten met de regio.",
    "Intensiteit": "Advies over licht, middel of zwaar: instrumenten, beslistabellen en uitleg.",
    "Inwoners": "Inwoners van een gemeente en waar zij wonen.",
    "Plannen": "Eén gezin, één plan, één regisseur: resultaten, elementen en evaluaties.",
    "Werkvoorraad": "Waar de toegang van een gemeente naar moet kijken.",
    "Verzoeken": "Wat een aanbieder met een wettelijke verwijzing vraagt, en het antwoord.",
    "Taakopdrachten": "Een taak voor een bevolking, voor een vast bedrag per gemeente.",
    "Toewijzingen": "Hulp die een gemeente aan een inwoner toekent, met prijs en termijnen.",
    "Declaraties": "Wat aanbieders in rekening brengen, en het oordeel per regel.",
    "Betalingen": "Wat aan aanbieders te betalen is, wat betaald is, en de opdracht aan de bank.",
    "Verrekening": "Wat gemeenten voor elkaar betaalden, per kwartaal, en hoe dat wordt vereffend.",
    "Controle": "Wat een auditor vraagt: een herhaalbare steekproef, en het spoor van een regel.",
    "Kosten": "Wat elke gemeente draagt, als totaal en per boeking.",
}

SUCCESS = {
    "200": "Gelukt.",
    "201": "Gemaakt.",
    "202": "Aangenomen; de verwerking loopt nog.",
}

HEADERS: Mapping[str, Mapping[str, Any]] = {
    "API-Version": {
        "description": "De volledige versie van de API.",
        "schema": {"type": "string", "examples": [VERSION]},
    },
    "Link": {
        "description": "De eerste, vorige, volgende en laatste pagina (RFC 8288).",
        "schema": {"type": "string"},
    },
    "Location": {
        "description": "Waar het gemaakte te vinden is.",
        "schema": {"type": "string", "format": "uri-reference"},
    },
    "Retry-After": {
        "description": "Na hoeveel seconden opnieuw te proberen.",
        "schema": {"type": "integer"},
    },
    "WWW-Authenticate": {
        "description": "Wat er aan het token ontbreekt (RFC 6750).",
        "schema": {"type": "string"},
    },
}
HEADERS_OF_PROBLEM = {
    401: ("WWW-Authenticate",),
    403: ("WWW-Authenticate",),
    429: ("Retry-After",),
    503: ("Retry-After",),
}

ALWAYS = (400, 401, 403, 406, 429, 500, 503)
WITH_BODY = (404, 409, 413, 415)


def document(app: FastAPI) -> dict[str, Any]:
    """The document of the operations in this app."""
    openapi = get_openapi(
        title="Noaber", version=VERSION, routes=app.routes, separate_input_output_schemas=False
    )
    openapi["info"] |= INFO
    openapi["servers"] = [{"url": "https://noaber.example/v1", "description": "Voorbeeld"}]
    generated = openapi.get("components", {}).get("schemas", {})
    openapi["components"] = _components(generated | dict(_bodies_read_by_hand(openapi["paths"])))
    schemas = openapi["components"]["schemas"]
    for path, method, declaration in _operations(app):
        operation = openapi["paths"][path][method]
        _complete(operation, path, method, declaration, schemas)
    used = [tag for path in openapi["paths"].values() for op in path.values() for tag in op["tags"]]
    openapi["tags"] = [
        {"name": name, "description": TAGS.get(name, name)} for name in dict.fromkeys(used)
    ]
    return openapi


def _operations(app: FastAPI) -> Iterator[tuple[str, str, Declaration]]:
    for context in iter_route_contexts(app.routes):
        if isinstance(context.original_route, APIRoute) and context.include_in_schema:
            declaration = declaration_of(context.original_route.endpoint)
            for method in context.methods or ():
                yield context.path_format or "", method.lower(), declaration


def _bodies_read_by_hand(paths: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Schemas that a route wrote out in its request body; a reference takes their place."""
    operations = [operation for path in paths.values() for operation in path.values()]
    for content in (op["requestBody"]["content"] for op in operations if "requestBody" in op):
        for media in content.values():
            if "properties" in media.get("schema", {}):
                text = json.dumps(media["schema"]).replace("#/$defs/", "#/components/schemas/")
                schema = json.loads(text)
                yield from schema.pop("$defs", {}).items()
                yield schema["title"], schema
                media["schema"] = {"$ref": f"#/components/schemas/{schema['title']}"}


def _components(schemas: dict[str, Any]) -> dict[str, Any]:
    schemas = {name: s for name, s in schemas.items() if "ValidationError" not in name}
    probleem = Probleem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= {**probleem.pop("$defs"), "Probleem": probleem}
    for model in _models(InputModel, OutputModel):
        # FastAPI leaves out what is null, also where an example says so.
        if model.__name__ in schemas and (examples := _examples(model)):
            schemas[model.__name__]["examples"] = examples
    return {
        "schemas": {name: tidy(schemas[name]) for name in sorted(schemas)},
        "responses": {str(status): _problem(status) for status in sorted({*ALWAYS, *WITH_BODY})},
        "headers": dict(HEADERS),
        "securitySchemes": {
            "token": {
                "type": "http",
                "scheme": "bearer",
                "bearerFormat": "JWT",
                "description": "Een access token (RFC 9068) van de uitgever, met de genoemde scope "
                "en met de claim gemeente of agb. Die mag een lijst zijn; elke aanvraag noemt dan "
                "in de header `Namens` voor welke van die zij is (anders 403).",
            }
        },
    }


def _models(*roots: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for root in roots:
        yield root
        yield from _models(*root.__subclasses__())


def _examples(model: type[BaseModel]) -> Any:
    extra = model.model_config.get("json_schema_extra")
    return extra.get("examples") if isinstance(extra, dict) else None


def _problem(status: int) -> dict[str, Any]:
    names = ("API-Version", *HEADERS_OF_PROBLEM.get(status, ()))
    return {
        "description": f"{TITLES[status]}.",
        "headers": _headers(*names),
        "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Probleem"}}},
    }


def _headers(*names: str) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _complete(
    operation: dict[str, Any],
    path: str,
    method: str,
    declaration: Declaration,
    schemas: Mapping[str, Any],
) -> None:
    operation["operationId"] = _operation_id(path, method)
    operation["security"] = [{"token": [scope]} for scope in declaration.scopes] or [{"token": []}]
    for parameter in operation.get("parameters", ()):
        parameter["schema"] = tidy(parameter["schema"], nullable=False)
    if "requestBody" in operation:
        body = operation["requestBody"]
        body["content"] = _content(body["content"], declaration.consumes, schemas)
    responses = operation["responses"]
    responses.pop("422", None)
    statuses = {*ALWAYS, *(WITH_BODY if method.upper() in METHODS_WITH_BODY else ())}
    statuses |= {int(status) for status in responses if status >= "4"}
    if "{" in path:
        statuses.add(404)
    responses |= {str(s): {"$ref": f"#/components/responses/{s}"} for s in sorted(statuses)}
    for status, response in responses.items():
        if status < "4":
            _complete_success(status, response, declaration, schemas)


def _operation_id(path: str, method: str) -> str:
    words = path.replace("_", "/").replace("-", "/").replace("{", "").replace("}", "").split("/")
    return method + "".join(word[:1].upper() + word[1:] for word in words)


def _complete_success(
    status: str,
    response: dict[str, Any],
    declaration: Declaration,
    schemas: Mapping[str, Any],
) -> None:
    names = ["API-Version"]
    if response["description"] == "Successful Response":
        response["description"] = SUCCESS.get(status, "Gelukt.")
    if "content" in response:
        response["content"] = _content(response["content"], declaration.produces, schemas)
        answer = response["content"].get(JSON, {}).get("schema", {})
        if "previous" in _resolved(answer, schemas).get("properties", {}):
            names.append("Link")
    if declaration.creates or status == "202":
        names.append("Location")
    response["headers"] = {**_headers(*names), **response.get("headers", {})}


def _content(
    known: Mapping[str, Any], media_types: tuple[str, ...], schemas: Mapping[str, Any]
) -> dict[str, Any]:
    """One entry per media type; JSON gets the first example of its schema."""
    content = {
        name: dict(known.get(name) or {"schema": {"type": "string"}}) for name in media_types
    }
    if JSON in content:
        schema = _resolved(content[JSON].get("schema", {}), schemas)
        if schema.get("examples"):
            content[JSON].setdefault("example", schema["examples"][0])
    return content


def _resolved(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = schema.get("$ref")
    resolved: Mapping[str, Any] = schemas[reference.rpartition("/")[2]] if reference else schema
    return resolved
