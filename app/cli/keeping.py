# SPDX-License-Identifier: EUPL-1.2
"""What is kept: how long, in which copy, and in which schema."""

import asyncio
import json
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from app import bewaartermijnen, bewaren
from app.api.clock import today
from app.cli.database import DATABASE, database, existing_database
from app.cli.manners import configured, refuse, stop_when_told, until_done, warn
from app.db import embedded, migrate
from app.settings import read_settings


def keep_to_terms(
    gemeente: Annotated[
        str | None, typer.Option(help="CBS-code; zonder alle gemeenten en het logboek.")
    ] = None,
    uitvoeren: Annotated[
        bool, typer.Option("--uitvoeren", help="Wis het ook; dat gaat niet terug.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Als JSON, voor een programma.")] = False,
) -> None:
    """Toon van wie de gegevens lang genoeg zijn bewaard, en wis ze als dat wordt gevraagd.

    Wat is betaald, geboekt en verzegeld blijft; wie het betrof is dan niet meer bekend.
    """
    settings = configured()
    stop_when_told()
    with existing_database(settings) as url:
        work = bewaartermijnen.keep_to_terms(url, today(), gemeente, wipe=uitvoeren)
        verslag = until_done(work)
    as_told = json.dumps(verslag.as_data(), ensure_ascii=False, indent=2)
    typer.echo(as_told if as_json else verslag.as_text())


def backup(
    waarheen: Annotated[Path, typer.Argument(help="Een nieuw bestand, of een map.")],
) -> None:
    """Bewaar de hele database in een bestand, terwijl zij in gebruik is; zonder de sleutel."""
    settings = read_settings()
    stop_when_told()
    with existing_database(settings) as url:
        file = until_done(bewaren.backup(url, waarheen), "Afgebroken. Er is geen backup.")
    typer.echo(file)
    warn("De sleutel van deze installatie zit er niet in. Bewaar haar apart.")


def restore(
    bestand: Annotated[
        Path, typer.Argument(help="Gemaakt met noaber backup.", exists=True, dir_okay=False)
    ],
    overschrijf: Annotated[
        bool, typer.Option("--overschrijf", help="Ook over een database die er al staat.")
    ] = False,
) -> None:
    """Zet een backup terug in een lege database, of in een nieuwe gegevensmap."""
    settings = read_settings()
    stop_when_told()
    own = nullcontext() if settings.database_url else embedded.running(settings.data)
    with own as server:
        work = bewaren.restore(settings, server, DATABASE, bestand, overwrite=overschrijf)
        has_its_key = until_done(work, "Afgebroken. De backup is niet teruggezet.")
    typer.echo("Teruggezet. Controleer met: noaber controleer")
    if not has_its_key:
        warn(
            "LET OP: de sleutel waarmee de BSNs in deze backup verzegeld zijn, is hier niet. Zet "
            "haar in NOABER_SLEUTEL, of als bestand sleutel in de gegevensmap, voordat de service "
            "start."
        )


def migrate_command(
    naar: Annotated[
        str, typer.Option(metavar="REVISIE", help="Revisie, head of base (alles weg).")
    ] = "head",
) -> None:
    """Breng de database naar een revisie van het schema."""
    settings = configured()
    stop_when_told()
    try:
        with database(settings) as url:
            asyncio.run(migrate.move(url.owner, naar))
    except migrate.RevisionError as error:
        refuse(f"Migreren naar {naar} gaat niet: {error}", status=2)
