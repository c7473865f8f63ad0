# SPDX-License-Identifier: EUPL-1.2
"""What a price, or a sum, is more or less than another."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from app.domain.money import round_half_up


@dataclass(frozen=True, slots=True)
class Verschil:
    """How much more it is, in cents and per cent; no percentage where there was nothing before."""

    centen: int
    percentage: Decimal | None


def compare(oud_centen: int, nieuw_centen: int) -> Verschil:
    """The difference from old to new; the percentage in two decimals, rounded half up once.

    Bron: none, own choice. Sinds: 0.2.0.

    >>> compare(200_000, 209_920)
    Verschil(centen=9920, percentage=Decimal('4.96'))
    """
    centen = nieuw_centen - oud_centen
    if not oud_centen:
        return Verschil(centen, None)
    honderdsten = round_half_up(Fraction(centen * 10_000, oud_centen))
    return Verschil(centen, Decimal(honderdsten).scaleb(-2))
