# SPDX-License-Identifier: EUPL-1.2
"""What a body is held against beside its own shape, so that all its faults are told at once."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator

from app.api.clock import today
from app.api.models import Datum, GemeenteCode, refusal
from app.domain.gemeentecode import Gemeentecode, Gemeentecodes

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The gemeenten that exist, those that take part, all codes ever, and the path."""

    gemeenten: frozenset[str]
    deelnemers: frozenset[str]
    codes: Gemeentecodes
    path: Mapping[str, Any]


_current: ContextVar[Surroundings | None] = ContextVar("surroundings", default=None)


@contextmanager
def surrounded_by(surroundings: Surroundings) -> Iterator[None]:
    """Hold bodies that are read in here against these surroundings."""
    token = _current.set(surroundings)
    try:
        yield
    finally:
        _current.reset(token)


def _exists(code: str) -> str:
    current = _current.get()
    if current and code not in current.gemeenten:
        raise refusal("gemeente_onbekend", "Er is geen gemeente met deze CBS-code.")
    return code


def _existed(code: str) -> str:
    current = _current.get()
    if current and code not in current.codes:
        raise refusal("gemeente_onbekend", "Er is nooit een gemeente met deze CBS-code geweest.")
    return code


def check_not_ended(code: str | None, dag: date) -> None:
    """Refuse a code that no longer held on a day, and name the one that took its place."""
    held = _held(code)
    if held and held.tot_en_met and held.tot_en_met < dag:
        successor = f" Gebruik {held.opvolger}." if held.opvolger else ""
        raise refusal(
            "gemeente_gold_niet",
            f"Deze gemeente is opgeheven na {held.tot_en_met}.{successor}",
        )


def check_held(code: str | None, dag: date) -> None:
    """Refuse a code that did not hold on a day."""
    check_not_ended(code, dag)
    held = _held(code)
    if held and not held.holds_on(dag):
        raise refusal("gemeente_gold_niet", f"Deze gemeente bestaat pas vanaf {held.vanaf}.")


def _held(code: str | None) -> Gemeentecode | None:
    current = _current.get()
    return current.codes.get(code) if current and code else None


def _takes_part(code: str) -> str:
    current = _current.get()
    if current and code not in current.deelnemers:
        raise refusal("neemt_niet_deel", "Deze gemeente doet niet mee in de regio.")
    return code


def same_as_in_path(name: str) -> AfterValidator:
    """A field that repeats a parameter of the path, and must be equal to it."""

    def check(value: T) -> T:
        current = _current.get()
        if current and value is not None and str(value) != str(current.path.get(name)):
            raise refusal("ongelijk_aan_pad", "Dit is niet gelijk aan wat in het pad staat.")
        return value

    return AfterValidator(check)


def _has_come(dag: date) -> date:
    if dag > today():
        raise refusal("in_de_toekomst", "Deze dag ligt in de toekomst.")
    return dag


BekendeGemeente = Annotated[GemeenteCode, AfterValidator(_exists)]
"""A code that a gemeente of the Netherlands has."""
OoitGemeente = Annotated[GemeenteCode, AfterValidator(_existed)]
"""A code that a gemeente of the Netherlands has or had."""
DeelnemendeGemeente = Annotated[BekendeGemeente, AfterValidator(_takes_part)]
"""The code of a gemeente that takes part in the region."""
Verleden = Annotated[Datum, AfterValidator(_has_come)]
"""A day up to today."""
