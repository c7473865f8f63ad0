# SPDX-License-Identifier: EUPL-1.2
"""The command line; `noaber --help` tells what there is."""

import typer

from app import serving
from app.api import issuer
from app.cli import books, demonstrating, files, keeping, keys, printing, running
from app.cli.manners import refuse
from app.db import embedded, migrate
from app.domain.errors import NoaberError
from app.settings import SettingsError

cli = typer.Typer(
    help="Noaber: tarieven, toewijzingen en afrekening voor de regio.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
cli.command()(running.serve)
cli.command()(running.werk)
cli.command()(books.controleer)
cli.command("bewaartermijnen")(keeping.keep_to_terms)
cli.command()(keeping.backup)
cli.command()(keeping.restore)
cli.command()(demonstrating.demo)
cli.command()(printing.token)
cli.command("migrate")(keeping.migrate_command)
cli.command()(printing.openapi)


def _group(name: str, about: str) -> typer.Typer:
    group = typer.Typer(help=about, no_args_is_help=True)
    cli.add_typer(group, name=name)
    return group


_group("import", "Neem iets in vanuit een bestand.").command("declaraties")(
    files.import_declaraties
)
_group("export", "Schrijf iets uit naar een bestand.").command("kosten")(files.export_kosten)
_group("declaraties", "Beheer van declaraties.").command()(books.hervat)
_group("taakopdrachten", "Beheer van taakopdrachten.").command()(books.boek)
_sleutels = _group("sleutels", "Beheer van de sleutel voor BSNs.")
for command in (keys.toon, keys.nieuw, keys.roteer, keys.verwijder):
    _sleutels.command()(command)


def main() -> None:
    """The entry point; what a user can mend is told in a sentence, not a traceback."""
    try:
        cli()
    except (SettingsError, issuer.TokenError) as error:
        refuse(str(error), status=2)
    except (embedded.EmbeddedError, migrate.UnreachableError, serving.PortError) as error:
        refuse(str(error), status=1)
    except NoaberError as error:
        refuse("\n".join([error.detail, *(f.reason for f in error.faults)]), status=1)
