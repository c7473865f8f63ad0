# SPDX-License-Identifier: EUPL-1.2
"""The main job once, from a price list to what each gemeente pays."""

from app.settings import Settings


async def run(settings: Settings, database_url: str) -> None:
    """Go through it in an empty, migrated database, and tell of it."""
