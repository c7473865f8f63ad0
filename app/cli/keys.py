# SPDX-License-Identifier: EUPL-1.2
"""The key by which BSNs are found and sealed."""

import asyncio

import typer

from app import sleutels
from app.api import keys
from app.cli.database import existing_database
from app.cli.manners import configured, stop_when_told, until_done, warn


def toon() -> None:
    """Toon welke sleutels in gebruik zijn, aan hun kenmerk, en voor hoeveel BSNs."""
    settings = configured()
    with existing_database(settings) as url:
        typer.echo(asyncio.run(sleutels.show(settings, url)))


def nieuw() -> None:
    """Maak in de gegevensmap een nieuwe sleutel, naast de vorige; herstart daarna de service."""
    keys.make_next_key(configured())
    typer.echo("Er is een nieuwe sleutel. Herstart de service, en draai: noaber sleutels roteer")


def roteer() -> None:
    """Zet alle BSNs over op de nieuwe sleutel, terwijl de service draait; herhalen kan altijd."""
    settings = configured()
    stop_when_told()
    with existing_database(settings) as url:
        changed = until_done(sleutels.rotate(settings, url))
    typer.echo(f"Omgezet: {changed} BSNs. De vorige sleutel weg: noaber sleutels verwijder")


def verwijder() -> None:
    """Neem de vorige sleutel uit gebruik; weigert zolang iets haar nodig heeft."""
    settings = configured()
    stop_when_told()
    with existing_database(settings) as url:
        removed = until_done(sleutels.remove_previous(settings, url))
    typer.echo(f"Uit gebruik: {', '.join(removed) or 'geen'}")
    warn("Backups van vóór nu hebben de vorige sleutel nog nodig. Bewaar haar daarbij.")
