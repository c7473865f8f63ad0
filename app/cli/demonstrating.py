# SPDX-License-Identifier: EUPL-1.2
"""The journey of the demo, and data to try out with."""

import asyncio
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from asyncpg import Record

from app import bewaren
from app.api.clock import today
from app.cli.database import DATABASE, prepare, warn_of_risks
from app.cli.manners import configured, refuse, stop_when_told
from app.db import embedded, migrate
from app.demo import journey, volume
from app.demo.omvang import Omvang
from app.demo.population import SEED
from app.settings import Settings


def demo(
    naam: Annotated[
        Omvang | None,
        typer.Option(
            "--omvang",
            help="Vul in plaats daarvan de nieuwe gegevensmap (NOABER_DATA): een dorp (seconden), "
            "Twente (35.000 cliënten, een halve minuut) of Nederland (1,3 miljoen, een half uur).",
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="Een ander getal geeft andere gegevens.")] = SEED,
) -> None:
    """Doorloop het hoofdwerk één keer op een tijdelijke database en vertel wat er gebeurt.

    Met --omvang: synthetische gegevens met een jaar aan declaraties. Alleen wie om hulp vraagt
    wordt geregistreerd: van de 630.000 inwoners van Twente zijn dat er 35.000.
    """
    settings = configured()
    if naam is not None:
        stop_when_told()
        typer.echo(volume.story_of(_filled(settings, naam, seed)))
        return
    if settings.database_url:
        refuse("De demo draait niet op een eigen server: haal NOABER_DATABASE_URL weg.", status=2)
    stop_when_told()
    data = Path(tempfile.mkdtemp(prefix="noaber-demo-"))
    scratch = settings.model_copy(update={"data": data})
    try:
        with embedded.running(data, durable=False) as server:
            asyncio.run(_run_journey(server, scratch))
    finally:
        embedded.remove(data)


def _filled(settings: Settings, omvang: Omvang, seed: int) -> Record:
    """Fill a database in which there was nothing, and say what is in it now."""

    async def fill(url: str) -> Record:
        return await volume.fill(settings, url, omvang, seed, today())

    if settings.owner_url:
        warn_of_risks(settings)
        if not asyncio.run(bewaren.is_empty(settings.owner_url)):
            refuse("Deze database is niet leeg. Maak een nieuwe (createdb).", status=1)
        asyncio.run(migrate.upgrade(settings.owner_url))
        return asyncio.run(fill(settings.owner_url))
    with embedded.running(settings.data) as server:
        result = asyncio.run(prepare(server, fill))
    if result is None:
        refuse(
            f"In {settings.data} staat al een database, en daar komt niets bij. "
            "Wijs met NOABER_DATA een andere gegevensmap aan, of haal deze weg.",
            status=1,
        )
    return result


async def _run_journey(server: embedded.Server, settings: Settings) -> None:
    await server.create_database(DATABASE)
    await migrate.upgrade(server.url(DATABASE))
    await journey.run(settings, server.url(DATABASE))
