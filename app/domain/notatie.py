# SPDX-License-Identifier: EUPL-1.2
"""How a day, a moment, an amount and a percentage are written for a Dutch reader."""

from datetime import date, datetime
from decimal import Decimal

from app.domain.period import AMSTERDAM

MAANDEN = [
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
]


def in_euros(centen: int, sign: str = "-") -> str:
    """Cents as euros; `sign` says when to show one, as in a format: "-" below nothing, "+" always.

    >>> in_euros(123_456), in_euros(-5), in_euros(9920, "+")
    ('€ 1.234,56', '€ -0,05', '€ +99,20')
    """
    euros = f"{Decimal(centen).scaleb(-2):{sign},.2f}"
    return "€ " + euros.translate(str.maketrans(",.", ".,"))


def in_percent(percentage: Decimal) -> str:
    """A percentage with its sign.

    >>> in_percent(Decimal("4.96")), in_percent(Decimal("-0.50"))
    ('+4,96 %', '-0,50 %')
    """
    return f"{percentage:+} %".replace(".", ",")


def in_words(dag: date) -> str:
    """A day with its month in words.

    >>> in_words(date(2026, 3, 1))
    '1 maart 2026'
    """
    return f"{dag.day} {MAANDEN[dag.month - 1]} {dag.year}"


def in_digits(dag: date) -> str:
    """A day, day first.

    >>> in_digits(date(2026, 3, 1))
    '01-03-2026'
    """
    return f"{dag:%d-%m-%Y}"


def on_the_clock(moment: datetime) -> str:
    """A moment by the clock of the Netherlands.

    >>> on_the_clock(datetime.fromisoformat("2026-07-01T10:00:00Z"))
    '1 juli 2026 om 12:00 uur'
    """
    local = moment.astimezone(AMSTERDAM)
    return f"{in_words(local)} om {local:%H:%M} uur"
