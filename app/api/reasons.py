# SPDX-License-Identifier: EUPL-1.2
"""What is wrong with the input, in Dutch: from the validator's error types to faults."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, get_args

from fastapi.exceptions import RequestValidationError
from pydantic_core import ErrorDetails
from pydantic_core.core_schema import ErrorType

from app.api.models import PATTERN_WORDS
from app.domain.errors import Fault

MOST_FAULTS = 100
LONGEST_NAME = 200

_STANDARD = frozenset(get_args(ErrorType))
_MAY_BE_A_LIST = frozenset({"extra_forbidden", "too_short", "too_long", "dubbel_genoemd"})
_ABSENT = ("missing", "verplicht")
_FALLBACK = ("ongeldige_waarde", "Deze waarde is niet geldig.")
_NO_INTEGER = ("geen_geheel_getal", "Dit moet een geheel getal zijn.")
_NO_OBJECT = ("geen_object", "Dit moet een JSON-object zijn.")
_NO_DATE = ("ongeldige_datum", "Dit is geen bestaande datum in de vorm JJJJ-MM-DD.")
_NO_MOMENT = ("ongeldig_tijdstip", "Dit is geen tijdstip met tijdzone, zoals 2026-02-01T12:00:00Z.")
_NO_DECIMAL = ("ongeldig_decimaal_getal", "Dit moet een decimaal getal als tekst zijn.")
_TOO_BIG = ("te_groot", "Dit mag ten hoogste {le} zijn.")
_TOO_SMALL = ("te_klein", "Dit moet ten minste {ge} zijn.")

REASONS: Mapping[str, tuple[str, str]] = {
    "missing": ("verplicht", "Dit veld is verplicht."),
    "extra_forbidden": ("onbekend_veld", "Dit veld of deze parameter bestaat niet."),
    "invalid_key": ("onbekend_veld", "De naam van een veld moet tekst zijn."),
    "none_required": ("moet_leeg", "Dit moet leeg zijn."),
    "model_type": _NO_OBJECT,
    "model_attributes_type": _NO_OBJECT,
    "dict_type": _NO_OBJECT,
    "mapping_type": _NO_OBJECT,
    "dataclass_type": _NO_OBJECT,
    "list_type": ("geen_lijst", "Dit moet een lijst zijn."),
    "tuple_type": ("geen_lijst", "Dit moet een lijst zijn."),
    "set_type": ("geen_lijst", "Dit moet een lijst zijn."),
    "too_short": ("te_weinig", "Dit moeten er ten minste {min_length} zijn."),
    "too_long": ("te_veel", "Dit mogen er ten hoogste {max_length} zijn."),
    "string_type": ("geen_tekst", "Dit moet tekst zijn."),
    "string_unicode": ("ongeldig_teken", "Deze tekst bevat een ongeldig teken."),
    "string_not_ascii": ("ongeldig_teken", "Deze tekst bevat een ongeldig teken."),
    "string_too_short": ("te_kort", "Dit moet ten minste {min_length} teken(s) lang zijn."),
    "string_too_long": ("te_lang", "Dit mag ten hoogste {max_length} teken(s) lang zijn."),
    "string_pattern_mismatch": ("ongeldige_vorm", "Dit heeft niet de juiste vorm."),
    "literal_error": ("onbekende_waarde", "Dit moet een van deze waarden zijn: {expected}."),
    "enum": ("onbekende_waarde", "Dit moet een van deze waarden zijn: {expected}."),
    "union_tag_invalid": ("onbekende_waarde", "Dit moet een van deze zijn: {expected_tags}."),
    "union_tag_not_found": ("verplicht", "Het veld {discriminator} is verplicht."),
    "bool_type": ("geen_ja_of_nee", "Dit moet true of false zijn."),
    "bool_parsing": ("geen_ja_of_nee", "Dit moet true of false zijn."),
    "int_type": _NO_INTEGER,
    "int_parsing": _NO_INTEGER,
    "int_parsing_size": _NO_INTEGER,
    "int_from_float": _NO_INTEGER,
    "finite_number": _NO_INTEGER,
    "float_type": ("geen_getal", "Dit moet een getal zijn."),
    "float_parsing": ("geen_getal", "Dit moet een getal zijn."),
    "greater_than": ("te_klein", "Dit moet meer dan {gt} zijn."),
    "greater_than_equal": _TOO_SMALL,
    "less_than": ("te_groot", "Dit moet minder dan {lt} zijn."),
    "less_than_equal": _TOO_BIG,
    "multiple_of": ("geen_veelvoud", "Dit moet een veelvoud van {multiple_of} zijn."),
    "date_type": _NO_DATE,
    "date_parsing": _NO_DATE,
    "date_from_datetime_parsing": _NO_DATE,
    "date_from_datetime_inexact": _NO_DATE,
    "datetime_type": _NO_MOMENT,
    "datetime_parsing": _NO_MOMENT,
    "datetime_object_invalid": _NO_MOMENT,
    "datetime_from_date_parsing": _NO_MOMENT,
    "timezone_aware": _NO_MOMENT,
    "decimal_type": _NO_DECIMAL,
    "decimal_parsing": _NO_DECIMAL,
    "decimal_max_digits": ("te_veel_cijfers", "Dit mag ten hoogste {max_digits} cijfers hebben."),
    "decimal_max_places": (
        "te_veel_decimalen",
        "Dit mag ten hoogste {decimal_places} decimalen hebben.",
    ),
    "decimal_whole_digits": (
        "te_veel_cijfers",
        "Dit mag ten hoogste {whole_digits} cijfers voor de punt hebben.",
    ),
    "uuid_type": ("ongeldige_uuid", "Dit is geen UUID."),
    "uuid_parsing": ("ongeldige_uuid", "Dit is geen UUID."),
    "recursion_loop": ("te_diep", "Dit is te diep genest."),
    "recursion_depth_exceeded": ("te_diep", "Dit is te diep genest."),
}


def faults_of(error: RequestValidationError) -> tuple[list[Fault], int]:
    """The first faults of a refused request, and how many there are in all."""
    found = error.errors()
    return [fault_of(details, error.body) for details in found[:MOST_FAULTS]], len(found)


def fault_of(details: ErrorDetails, body: Any = None) -> Fault:
    """One fault by its name as the caller wrote it; the value itself is never repeated."""
    place, *steps = details["loc"]
    context = details.get("ctx") or {}
    if place == "body":
        absent = details["type"] in _ABSENT and "field" not in context
        steps = list(_steps_taken(steps, body, absent))
    code, reason = _reason(details, context, place)
    field = context.get("field")
    if not steps and "discriminator" in context:  # a body that is a union has no name itself
        field = context["discriminator"].strip("'")
    # A field that was left out is no step that was taken; its refusal names it.
    name = name_of([*steps, field] if field and steps[-1:] != [field] else steps)
    return Fault(name or str(place), code, reason)


def _reason(details: ErrorDetails, context: Mapping[str, Any], place: int | str) -> tuple[str, str]:
    kind = details["type"]
    if place == "query" and isinstance(details["input"], list) and kind not in _MAY_BE_A_LIST:
        return "dubbel", "Deze parameter mag maar één keer voorkomen."
    if kind == "string_pattern_mismatch" and context["pattern"] in PATTERN_WORDS:
        return "ongeldige_vorm", f"Dit moet {PATTERN_WORDS[context['pattern']]} zijn."
    if kind in REASONS:
        code, reason = REASONS[kind]
        return code, reason.format_map(_in_dutch(context))
    return _FALLBACK if kind in _STANDARD else (kind, details["msg"])


def _in_dutch(context: Mapping[str, Any]) -> dict[str, str]:
    return {key: str(value).replace(" or ", " of ") for key, value in context.items()}


def _steps_taken(steps: Iterable[int | str], body: Any, absent: bool) -> Iterable[int | str]:
    """Leave out the steps that the caller never wrote: members of a union.

    Where the fault is that a field is `absent`, the last step names it and stays.
    """
    steps = list(steps)
    for number, step in enumerate(steps, 1):
        last = number == len(steps)
        if isinstance(body, dict) and step not in body and not (last and absent):
            continue
        yield step
        body = _child(body, step)


def _child(body: Any, step: int | str) -> Any:
    try:
        return body[step]
    except (KeyError, IndexError, TypeError):
        return None


def name_of(steps: Iterable[int | str]) -> str:
    """Write a path as `tarieven[2].bedragCenten`; digits for a name might be a BSN."""
    name = ""
    for step in steps:
        if isinstance(step, int):
            name += f"[{step}]"
        else:
            shown = re.sub(r"[0-9]{8,}", "…", step)
            name += f".{shown}" if name else shown
    return name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}…"
