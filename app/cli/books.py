# SPDX-License-Identifier: EUPL-1.2
"""The books: what waits in them, what is due, and whether they add up."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from app import controleren
from app.api.clock import today
from app.cli.database import current_database, existing_database
from app.cli.manners import configured, refuse, stop_when_told, until_done
from app.db import taakopdrachten
from app.settings import read_settings
from app.settlement import queue


def hervat(
    declaratie_id: Annotated[
        int | None, typer.Argument(metavar="[ID]", help="Zonder ID alle.")
    ] = None,
) -> None:
    """Zet declaraties die mislukten of regels aanhouden terug in de wachtrij; herhalen kan altijd.

    Een aangehouden regel wordt opnieuw beoordeeld, en blijft aangehouden als hij nog wacht.
    """
    settings = configured()
    stop_when_told()
    with current_database(settings) as url:
        resumed = asyncio.run(queue.resume_at(url.owner, declaratie_id))
    if declaratie_id is not None and not resumed:
        refuse(f"Er is geen declaratie {declaratie_id} die mislukte of regels aanhoudt.", status=1)
    typer.echo(f"Terug in de wachtrij: {', '.join(map(str, resumed)) or 'geen'}")


def boek() -> None:
    """Boek de termijnen van taakopdrachten die vervallen zijn; elke dag, herhalen kan altijd."""
    settings = configured()
    stop_when_told()
    with current_database(settings) as url:
        row = asyncio.run(taakopdrachten.book_due_at(url.owner, today()))
    euros, cents = divmod(row["bedrag_centen"], 100)
    typer.echo(f"Geboekt: {row['aantal_boekingen']} termijnen, € {euros},{cents:02}")


def controleer(
    as_json: Annotated[bool, typer.Option("--json", help="Als JSON, voor een programma.")] = False,
    eerder: Annotated[
        Path | None,
        typer.Option(help="Een eerder verslag in JSON: staan de zegels daarin er nog?"),
    ] = None,
) -> None:
    """Bewijs op de database, terwijl zij in gebruik is, dat alles optelt; verandert niets.

    Eindigt met 0 als alles klopt, 1 als iets niet klopt, 2 als het niet te bewijzen viel.
    """
    settings = read_settings()
    stop_when_told()
    try:
        ketens = controleren.read_ketens(eerder) if eerder else None
        with existing_database(settings) as url:
            work = controleren.controleer(url, ketens)
            verslag = until_done(work, "Afgebroken. Er is niets bewezen.", status=2)
    except Exception as error:  # with 1 it would say that something is wrong in the books
        refuse(f"Niet gecontroleerd: {str(error) or type(error).__name__}", status=2)
    typer.echo((controleren.as_json if as_json else controleren.as_text)(verslag))
    if not verslag.klopt:
        raise SystemExit(1)
