# SPDX-License-Identifier: EUPL-1.2
"""The burgerservicenummer: only its shape is known here, never whose it is."""

WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)


def passes_eleven_proof(bsn: str) -> bool:
    """Whether nine digits form a possible BSN: 9·d1 + 8·d2 + … + 2·d8 - d9 divides by 11.

    Bron: Logisch Ontwerp BSN, elfproef. All zeroes pass the sum but were never given out.

    >>> passes_eleven_proof("999900006")
    True
    """
    if len(bsn) != len(WEIGHTS) or not (bsn.isascii() and bsn.isdigit()) or bsn == "000000000":
        return False
    return sum(w * int(cijfer) for w, cijfer in zip(WEIGHTS, bsn, strict=True)) % 11 == 0
