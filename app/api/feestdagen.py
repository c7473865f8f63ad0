# SPDX-License-Identifier: EUPL-1.2
"""The calendar of days off in the Netherlands, for rules that count working days."""

from datetime import date
from functools import lru_cache

import holidays


def feestdagen_from(dag: date) -> frozenset[date]:
    """The feestdagen of the year of this day and of the one after: no term lasts longer."""
    return _feestdagen(dag.year) | _feestdagen(dag.year + 1)


@lru_cache
def _feestdagen(jaar: int) -> frozenset[date]:
    """Those of the Algemene termijnenwet art. 3: also Goede Vrijdag, and 5 May in every year."""
    return frozenset(holidays.country_holidays("NL", years=jaar, categories=("public", "optional")))
