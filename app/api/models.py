# SPDX-License-Identifier: EUPL-1.2
"""What goes over the wire: base models and the types of the trade, strict on the way in."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    PlainSerializer,
    ValidationError,
    WithJsonSchema,
)
from pydantic.alias_generators import to_camel
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError, core_schema

FIRST_DAY = date(1900, 1, 1)
LAST_DAY = date(2199, 12, 31)
MOST_CENTEN = 99_999_999

GEMEENTE = r"^[0-9]{4}$"
AGB = r"^[0-9]{8}$"
PROFIEL = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,19}$"
CODE = r"^[a-z0-9][a-z0-9_-]{0,39}$"
CURSOR = r"^(0|[0-9]{1,10}\.[0-9]{1,18}\.[0-9]{1,9})$"
SLEUTEL = r"^[\x20-\x7e]{1,255}$"

PATTERN_WORDS: Mapping[str, str] = {
    GEMEENTE: "een gemeentecode van vier cijfers",
    AGB: "een AGB-code van acht cijfers",
    SLEUTEL: "een zelfgekozen sleutel van 1 tot 255 leestekens, letters en cijfers (ASCII)",
    CURSOR: "0, of de cursor van een eerder antwoord",
    CODE: "een code van ten hoogste 40 kleine letters, cijfers, _ of -",
    PROFIEL: "een profielcode van ten hoogste 20 letters, cijfers, _ of -",
}
"""How to say in Dutch what a pattern asks for."""

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?)"
    r"(Z|[ +-][0-9]{2}:[0-9]{2})"
)
_DIGITS = re.compile(r"[0-9]{1,18}")
_SHARE = re.compile(r"0(\.[0-9]{1,4})?|1(\.0{1,4})?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_CONTROL_BUT_LINES = re.compile(r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


class InputModel(BaseModel):
    """A body sent to us: camelCase names only, no unknown fields, no conversion of types."""

    model_config = ConfigDict(
        alias_generator=to_camel, extra="forbid", strict=True, frozen=True, serialize_by_alias=True
    )


class OutputModel(BaseModel):
    """A body we send: made with snake_case names, written in camelCase."""

    model_config = ConfigDict(
        alias_generator=to_camel, validate_by_name=True, frozen=True, serialize_by_alias=True
    )


def where_it_applies(description: str | None = None) -> Any:
    """A field of an answer that is left out where it has nothing to say."""
    return Field(default=None, exclude_if=lambda value: value is None, description=description)


def example(value: Any) -> ConfigDict:
    """The config of a model that the document shows by this example."""
    return ConfigDict(json_schema_extra={"examples": [value]})


def refusal(code: str, reason: str, field: str | None = None) -> PydanticCustomError:
    """What a validator raises; `field` is the camelCase name within the model it concerns."""
    return PydanticCustomError(code, reason, {"field": field} if field else None)


def refuse_all(faults: Iterable[tuple[tuple[str | int, ...], str, str]]) -> None:
    """Raise what a validator finds in several places: where within its value, code, reason."""
    found = [
        InitErrorDetails(type=PydanticCustomError(code, reason), loc=place, input=None)
        for place, code, reason in faults
    ]
    if found:
        raise ValidationError.from_exception_data("faults", found)


def _read_day(value: object) -> date:
    if type(value) is date:
        return value
    try:
        day = (
            date.fromisoformat(value) if isinstance(value, str) and _DAY.fullmatch(value) else None
        )
    except ValueError:
        day = None
    if day is None:
        raise refusal("ongeldige_datum", "Dit is geen bestaande datum in de vorm JJJJ-MM-DD.")
    return day


def _within_centuries(value: date) -> date:
    if FIRST_DAY <= value <= LAST_DAY:
        return value
    raise refusal("buiten_bereik", "Dit moet liggen van 1900 tot en met 2199.")


def _read_moment(value: object) -> datetime:
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC)
    match = _MOMENT.fullmatch(value.upper()) if isinstance(value, str) else None
    try:
        # An unescaped plus sign in a query arrives as a space.
        moment = datetime.fromisoformat(match[1] + match[2].replace(" ", "+")) if match else None
    except ValueError:
        moment = None
    if moment is None:
        raise refusal(
            "ongeldig_tijdstip",
            "Dit is geen tijdstip met tijdzone, zoals 2026-02-01T12:00:00Z of "
            "2026-02-01T13:00:00+01:00.",
        )
    _within_centuries(moment.date())
    return moment.astimezone(UTC)


def _write_moment(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _read_digits(value: object) -> int:
    if type(value) is int:
        return value
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        return int(value)
    raise refusal("geen_geheel_getal", "Dit moet een geheel getal zijn, in cijfers.")


def _read_share(value: object) -> Decimal:
    if isinstance(value, Decimal):
        return value
    if isinstance(value, str) and _SHARE.fullmatch(value):
        return Decimal(value)
    raise refusal(
        "ongeldig_aandeel",
        'Dit moet een aandeel van 0 tot en met 1 zijn, als tekst met een punt, zoals "0.70".',
    )


def write_decimal(value: Decimal) -> str:
    """A decimal number as text, with at least two decimals and no more than it has."""
    whole, _, decimals = f"{value:f}".partition(".")
    return f"{whole}.{decimals.rstrip('0').ljust(2, '0')}"


@dataclass(frozen=True, slots=True)
class Tekst:
    """Text as in `Annotated[str, Tekst(80)]`: trimmed, not empty, without control characters."""

    max_length: int
    lines: bool = False

    def __get_pydantic_core_schema__(
        self, source: type[Any], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        text = core_schema.str_schema(
            strict=True, strip_whitespace=True, min_length=1, max_length=self.max_length
        )
        return core_schema.no_info_before_validator_function(self._refuse_control, text)

    def _refuse_control(self, value: object) -> object:
        control = _CONTROL_BUT_LINES if self.lines else _CONTROL
        if isinstance(value, str) and control.search(value):
            raise refusal("ongeldig_teken", "Deze tekst bevat besturingstekens.")
        return value


@dataclass(frozen=True, slots=True)
class Cijfers:
    """A whole number in a path or a query, as in `Annotated[int, Cijfers(1, 500)]`."""

    least: int
    most: int

    def __get_pydantic_core_schema__(
        self, source: type[Any], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        number = core_schema.int_schema(strict=True, ge=self.least, le=self.most)
        return core_schema.no_info_before_validator_function(_read_digits, number)


Dag = Annotated[date, BeforeValidator(_read_day)]
"""Any day of the calendar."""
Datum = Annotated[Dag, AfterValidator(_within_centuries)]
"""A day that help can be about."""
Tijdstip = Annotated[
    datetime,
    BeforeValidator(_read_moment),
    PlainSerializer(_write_moment, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
GemeenteCode = Annotated[str, Field(pattern=GEMEENTE)]
AgbCode = Annotated[str, Field(pattern=AGB)]
ProfielCode = Annotated[str, Field(pattern=PROFIEL)]
Code = Annotated[str, Field(pattern=CODE)]
"""The code of what a region names itself: an instrument, an onderdeel, a table."""
Centen = Annotated[int, Field(strict=True, ge=0, le=MOST_CENTEN)]
Nummer = Annotated[int, Field(strict=True, ge=1, le=999_999_999)]
Aandeel = Annotated[
    Decimal,
    BeforeValidator(_read_share),
    PlainSerializer(write_decimal, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^(0(\.[0-9]{1,4})?|1(\.0{1,4})?)$"}),
]
Percentage = Annotated[
    Decimal,
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^-?[0-9]+\.[0-9]{2}$"}),
]
"""A percentage that we tell, in two decimals."""

NummerInPad = Annotated[int, Cijfers(1, 999_999_999)]
"""A `Nummer` in a path or a query, where everything is text."""
