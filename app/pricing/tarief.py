# SPDX-License-Identifier: EUPL-1.2
"""Rules on the prices of one profiel together."""

from collections.abc import Mapping
from itertools import pairwise

from app.domain.toewijzing import Intensiteit

INTENSITEITEN: tuple[Intensiteit, ...] = ("licht", "middel", "zwaar")


def rises_with_intensity(tarieven: Mapping[Intensiteit, int]) -> bool:
    """Whether licht < middel < zwaar, among the intensities that have a price (in cents).

    Bron: Koersdocument integrale inkoop (the intensity decides the fee). Sinds: 0.1.0.

    >>> rises_with_intensity({"licht": 100, "zwaar": 300})
    True
    """
    op_volgorde = [tarieven[i] for i in INTENSITEITEN if i in tarieven]
    return all(lager < hoger for lager, hoger in pairwise(op_volgorde))
