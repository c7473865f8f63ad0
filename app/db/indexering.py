# SPDX-License-Identifier: EUPL-1.2
"""By what a tarieflijst was indexed, kept with the list."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.db.connection import Connection
from app.pricing.indexering import Methode

INDEXERING = """
SELECT jsonb_build_object(
           'tarieflijst', x.ouder_id, 'percentage', x.percentage::text, 'methode', x.methode,
           'gewichten', jsonb_build_object('loon', x.gewicht_loon::text,
                                           'materieel', x.gewicht_materieel::text),
           'loon', x.loon, 'materieel', x.materieel, 'nacalculatie', x.nacalculatie,
           'stappen', x.stappen
       ) AS indexering
FROM indexering x
"""

INSERT = """
INSERT INTO indexering (tarieflijst_id, ouder_id, methode, nacalculatie, gewicht_loon,
                        gewicht_materieel, loon, materieel, percentage, stappen)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""


@dataclass(frozen=True, slots=True)
class Herkomst:
    """Which list was indexed, how, and by which weights and published figures (as JSON)."""

    ouder_id: int
    methode: Methode
    nacalculatie: bool
    gewicht_loon: Decimal
    gewicht_materieel: Decimal
    loon: dict[str, Any]
    materieel: dict[str, Any]
    percentage: Decimal
    stappen: list[dict[str, Any]]


async def insert_indexering(db: Connection, tarieflijst_id: int, herkomst: Herkomst) -> None:
    """Keep with a list where its prices come from."""
    await db.execute(
        INSERT,
        tarieflijst_id,
        herkomst.ouder_id,
        herkomst.methode,
        herkomst.nacalculatie,
        herkomst.gewicht_loon,
        herkomst.gewicht_materieel,
        herkomst.loon,
        herkomst.materieel,
        herkomst.percentage,
        herkomst.stappen,
    )
