# SPDX-License-Identifier: EUPL-1.2
"""Money is a whole number of eurocents; the two places where cents are made from fractions."""

from collections.abc import Sequence
from fractions import Fraction
from math import floor, lcm


def round_half_up(centen: Fraction) -> int:
    """Round an exact number of cents to whole cents, a half upwards.

    >>> round_half_up(Fraction(5, 2))
    3
    """
    return floor(centen + Fraction(1, 2))


def divide(bedrag_centen: int, gewichten: Sequence[Fraction | int]) -> list[int]:
    """Divide an amount in cents over weights by largest remainder; ties go to the earlier part.

    The parts add up to the amount, and each is within one cent of its exact share.
    Raises ValueError when the weights do not add up to more than nothing.

    >>> divide(482_000, [103, 78])
    [274287, 207713]
    """
    hele_gewichten, _ = _in_whole_numbers(gewichten)
    totaal = sum(hele_gewichten)
    if totaal <= 0 or min(hele_gewichten) < 0:
        raise ValueError("weights must not be negative and must add up to more than nothing")
    delen = [bedrag_centen * gewicht // totaal for gewicht in hele_gewichten]
    resten = [bedrag_centen * gewicht % totaal for gewicht in hele_gewichten]
    by_remainder = sorted(range(len(delen)), key=lambda i: (-resten[i], i))
    for i in by_remainder[: bedrag_centen - sum(delen)]:
        delen[i] += 1
    return delen


def total(gewichten: Sequence[Fraction | int]) -> Fraction:
    """What weights add up to, exactly; adding Fractions one by one takes ten times as long.

    >>> total([Fraction(1, 2), 1, Fraction(1, 3)])
    Fraction(11, 6)
    """
    hele_gewichten, noemer = _in_whole_numbers(gewichten)
    return Fraction(sum(hele_gewichten), noemer)


def _in_whole_numbers(gewichten: Sequence[Fraction | int]) -> tuple[list[int], int]:
    """Weights over their common denominator, and that."""
    noemer = lcm(*(g.denominator for g in gewichten))
    return [g.numerator * (noemer // g.denominator) for g in gewichten], noemer
