# SPDX-License-Identifier: EUPL-1.2
"""Rates, hours and percentages over the wire: decimal numbers as text, never a float."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, PlainSerializer, WithJsonSchema

from app.api.models import refusal, write_decimal


def _reader(pattern: str, words: str) -> Callable[[object], Decimal]:
    shape = re.compile(pattern)

    def read(value: object) -> Decimal:
        if isinstance(value, Decimal):
            return value
        if isinstance(value, str) and shape.fullmatch(value):
            return Decimal(value)
        raise refusal("ongeldig_decimaal_getal", f"Dit moet {words} zijn, als tekst met een punt.")

    return read


def _decimal(pattern: str, words: str) -> tuple[Any, ...]:
    return (
        BeforeValidator(_reader(pattern, words)),
        PlainSerializer(write_decimal, return_type=str),
        WithJsonSchema({"type": "string", "pattern": f"^{pattern}$"}),
    )


def _above_zero(value: Decimal) -> Decimal:
    if value > 0:
        return value
    raise refusal("te_klein", "Dit moet meer dan 0 zijn.")


_OPSLAG = _decimal(
    r"[0-9](\.[0-9]{1,6})?", 'een getal van 0 tot 10 met ten hoogste zes decimalen, zoals "0.0833"'
)
_UREN = _decimal(
    r"(0|[1-9][0-9]{0,3})(\.[0-9]{1,4})?",
    'een aantal uren van 0 tot 10000 met ten hoogste vier decimalen, zoals "14.5"',
)
_PROCENT = _decimal(
    r"-?(0|[1-9][0-9]?)(\.[0-9]{1,4})?",
    'een percentage tussen -100 en 100 met ten hoogste vier decimalen, zoals "4.94"',
)

Opslag = Annotated[Decimal, *_OPSLAG]
"""A surcharge as a fraction: "0.0833" is 8.33 %."""
Indexcijfer = Annotated[Decimal, *_OPSLAG, AfterValidator(_above_zero)]
"""A factor: "1.0496" raises by 4.96 %."""
Uren = Annotated[Decimal, *_UREN]
Procent = Annotated[Decimal, *_PROCENT]
Decimaal = Annotated[
    Decimal,
    PlainSerializer(write_decimal, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^-?[0-9]+\.[0-9]{2,6}$"}),
]
"""A number that we send."""
