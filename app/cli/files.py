# SPDX-License-Identifier: EUPL-1.2
"""What comes in from a file, and what is written to one."""

from pathlib import Path
from typing import Annotated

import typer

from app import exporting, importing
from app.cli.database import current_database
from app.cli.manners import configured, refuse, stop_when_told, until_done


def import_declaraties(
    bestand: Annotated[Path, typer.Argument(help="CSV of NDJSON, te zien aan .csv of .ndjson")],
    agb: Annotated[str, typer.Option(help="AGB-code van de aanbieder")],
    declaratienummer: Annotated[str, typer.Option(help="Ten hoogste 12 letters en cijfers")],
    dagtekening: Annotated[str, typer.Option(help="JJJJ-MM-DD")],
    niet_wachten: Annotated[
        bool, typer.Option("--niet-wachten", help="Laat het afrekenen aan de service.")
    ] = False,
) -> None:
    """Dien een declaratie in vanuit een bestand, zoals POST /declaraties, en volg haar."""
    settings = configured()
    stop_when_told()
    opdracht = importing.read_opdracht(bestand, agb, declaratienummer, dagtekening)
    with current_database(settings) as url:
        row = until_done(
            importing.import_file(url.service, bestand, opdracht, wait=not niet_wachten)
        )
    typer.echo(importing.story_of(row))
    if row["mislukt_op"]:
        raise SystemExit(1)


def export_kosten(
    gemeente: Annotated[str, typer.Option(help="CBS-code van wie de kosten draagt")],
    bestand: Annotated[Path, typer.Option("-o", "--bestand", help="Waarheen")],
    jaar: Annotated[str | None, typer.Option(metavar="JJJJ", help="Een heel jaar, of:")] = None,
    vanaf: Annotated[str | None, typer.Option(metavar="JJJJ-MM-DD")] = None,
    tot_en_met: Annotated[str | None, typer.Option(metavar="JJJJ-MM-DD")] = None,
    formaat: Annotated[
        str | None, typer.Option(help="csv, ndjson, xlsx of parquet; zonder beslist de naam")
    ] = None,
    bekend_op: Annotated[
        str | None,
        typer.Option(metavar="TIJDSTIP", help="Zoals het toen was, als 2027-02-01T00:00:00Z."),
    ] = None,
) -> None:
    """Schrijf de kostenregels van een gemeente naar een bestand, zoals GET /kostenregels."""
    if bool(jaar) == bool(vanaf and tot_en_met) or (jaar and (vanaf or tot_en_met)):
        refuse("Geef een --jaar, of anders --vanaf en --tot-en-met.", status=2)
    keuze = exporting.read_keuze(
        gemeente, vanaf or f"{jaar}-01-01", tot_en_met or f"{jaar}-12-31", bekend_op
    )
    form = exporting.read_format(formaat, bestand)
    settings = configured()
    stop_when_told()
    with current_database(settings) as url:
        work = exporting.export_file(url.service, keuze, form, bestand)
        lines = until_done(work, f"Afgebroken. {bestand} is niet geschreven.")
    typer.echo(f"{bestand}: {lines} regels", err=True)
