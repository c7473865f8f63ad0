# SPDX-License-Identifier: EUPL-1.2
"""Which cents an auditor looks at: a random sample by money that anyone can draw again."""

from hashlib import sha256


def draw(totaal_centen: int, omvang: int, zaad: str) -> list[int]:
    """The places of the cents that are drawn, in order, each from 1 up to the total.

    Every cent has the same chance: the total is cut into as many equal stretches as are drawn, and
    one cent is taken of each, as far in as the seed says. So whatever is larger than a stretch is
    always drawn, and the same seed draws the same. Of nothing, nothing is drawn.
    Bron: own, after monetary unit sampling with a fixed interval. Sinds: 0.2.0.

    >>> draw(1_000, 4, "2026")
    [83, 333, 583, 833]
    """
    if totaal_centen <= 0:
        return []
    begin = int.from_bytes(sha256(zaad.encode()).digest(), "big") % totaal_centen
    return [(begin + n * totaal_centen) // omvang + 1 for n in range(omvang)]
