# SPDX-License-Identifier: EUPL-1.2
"""How much help an inspanningsgerichte toewijzing holds: a volume of an eenheid, so often.

Bron: iStandaarden iWmo/iJw 3.2, codelijsten WJ756 (eenheid) and WMO757 (frequentie).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Eenheid = Literal["01", "04", "14", "16", "84"]
Frequentie = Literal["1", "2", "4", "6"]

EENHEDEN: Mapping[Eenheid, str] = {
    "01": "minuut",
    "04": "uur",
    "14": "etmaal",
    "16": "dagdeel",
    "84": "stuks",
}
"""Units of effort. 82 and 83 (stuks and euro's of output) belong to another variant."""

FREQUENTIES: Mapping[Frequentie, str] = {
    "1": "per dag",
    "2": "per week",
    "4": "per maand",
    "6": "in totaal",
}

PER_DAG_TELBAAR = frozenset[Eenheid]({"01", "04"})


@dataclass(frozen=True, slots=True)
class Omvang:
    """So much of an eenheid, so often; the volume is a whole number of the eenheid."""

    volume: int
    eenheid: Eenheid
    frequentie: Frequentie


def may_be_daily(eenheid: Eenheid) -> bool:
    """Whether a volume of this eenheid may be given per day.

    Bron: iStandaarden CS338 (etmaal, dagdeel and stuks: per week, per month or in total).
    Sinds: 0.2.0.

    >>> may_be_daily("04"), may_be_daily("16")
    (True, False)
    """
    return eenheid in PER_DAG_TELBAAR
