# SPDX-License-Identifier: EUPL-1.2
"""JSON schemas as a reader wants them: without generated titles, and null as one of the types."""

from typing import Any


def tidy(schema: Any, *, nullable: bool = True) -> Any:
    """The same schema, simpler; with `nullable` off, null is left out altogether.

    >>> tidy({"title": "D", "anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]})
    {'type': ['string', 'null'], 'format': 'date'}
    """
    if isinstance(schema, list):
        return [tidy(part, nullable=nullable) for part in schema]
    if not isinstance(schema, dict):
        return schema
    tidied = {
        key: value if key in ("example", "examples") else tidy(value, nullable=nullable)
        for key, value in schema.items()
        if not (key == "title" and isinstance(value, str))
    }
    return _with_null(tidied, nullable)


def _with_null(schema: dict[str, Any], nullable: bool) -> dict[str, Any]:
    options = schema.get("anyOf")
    if not isinstance(options, list) or {"type": "null"} not in options:
        return schema
    others = [option for option in options if option != {"type": "null"}]
    if len(others) != 1 or (nullable and not isinstance(others[0].get("type"), str)):
        return schema
    rest = {key: value for key, value in schema.items() if key != "anyOf"}
    if not nullable:
        return {**others[0], **rest}
    merged = {**others[0], "type": [others[0]["type"], "null"]}
    if "enum" in merged:
        merged["enum"] = [*merged["enum"], None]
    return {**merged, **rest}
