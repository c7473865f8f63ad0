# SPDX-License-Identifier: EUPL-1.2
"""A believable region to try the service with."""

from app.settings import Settings


async def fill(settings: Settings, database_url: str) -> None:
    """Fill an empty, migrated database."""
