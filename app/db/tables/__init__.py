# SPDX-License-Identifier: EUPL-1.2
"""The tables. Names are those of the trade; amounts are eurocents, periods include both ends.

Triggers, which Alembic does not compare, stand in the migrations beside these tables: a
vastgestelde tarieflijst, a version of an intensiteitstabel, an omvang, a declaratieregel and a
boeking never change, termijnen add up to the price and repeat their toewijzing, an omvang fits
them, and a turn on a termijn follows the one before it. On the tables that take in a million rows
at once, declaratieregel, oordeel and boeking, triggers also do the work of foreign keys: each
statement proves all its rows together, and what they point at cannot be deleted.
"""

from app.db.tables import (
    betalingen,
    catalogus,
    contracten,
    declaraties,
    inwoners,
    logboek,
    sleutels,
    taken,
    toewijzingen,
    verzoeken,
)
from app.db.tables.kolommen import metadata

__all__ = [
    "betalingen",
    "catalogus",
    "contracten",
    "declaraties",
    "inwoners",
    "logboek",
    "metadata",
    "sleutels",
    "taken",
    "toewijzingen",
    "verzoeken",
]
