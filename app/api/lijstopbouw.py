# SPDX-License-Identifier: EUPL-1.2
"""What the prices of a tarieflijst are made of: kept when it is drafted, never changed after."""

from collections.abc import Sequence

from app.api.kostprijs_modellen import BerekeningJeugdwet, BerekeningWmo, kostprijs_of
from app.db import opbouw
from app.db.connection import Connection
from app.domain.errors import Conflict


async def keep_berekeningen(
    db: Connection, tarieflijst_id: int, berekeningen: Sequence[BerekeningWmo | BerekeningJeugdwet]
) -> None:
    """Keep the calculations with their outcome. Raises Conflict where a profiel has another wet."""
    if not berekeningen:
        return
    await _check_wet(db, berekeningen)
    kept, prices = [], []
    for volgnummer, berekening in enumerate(berekeningen, 1):
        uitkomst = kostprijs_of(berekening).model_dump(mode="json")
        kept.append(
            {
                "volgnummer": volgnummer,
                "wet": berekening.wet,
                "invoer": berekening.model_dump(mode="json"),
                "functies": uitkomst["functies"],
            }
        )
        prices += [product | {"berekening": volgnummer} for product in uitkomst["producten"]]
    await opbouw.insert_berekeningen(db, tarieflijst_id, kept)
    await opbouw.insert_opbouw(db, tarieflijst_id, prices)


async def _check_wet(
    db: Connection, berekeningen: Sequence[BerekeningWmo | BerekeningJeugdwet]
) -> None:
    pairs = [(p.profiel, b.wet) for b in berekeningen for p in b.producten]
    wrong = await opbouw.find_outside_their_wet(db, [p for p, _ in pairs], [w for _, w in pairs])
    if wrong:
        named = ", ".join(f"{row['profiel']} ({row['wet']})" for row in wrong)
        raise Conflict("profiel_niet_voor_wet", f"De wet geldt niet voor dit profiel: {named}.")
