# SPDX-License-Identifier: EUPL-1.2
"""The command line: noaber serve | demo | token | migrate | openapi."""

import asyncio
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Annotated, NoReturn

import typer
import yaml
from alembic.util import CommandError

from app import serving
from app.api import issuer
from app.api.app import bare_api
from app.api.document import document
from app.db import embedded, migrate
from app.demo import journey, region
from app.main import create_app
from app.settings import Settings, SettingsError, read_settings

DATABASE = "noaber"
DRAFT = "noaber_nieuw"

cli = typer.Typer(
    help="Noaber: tarieven, toewijzingen en afrekening voor de regio.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def main() -> None:
    """The entry point; what a user can mend is told in a sentence, not a traceback."""
    try:
        cli()
    except (SettingsError, issuer.TokenError) as error:
        _refuse(str(error), status=2)
    except (embedded.EmbeddedError, migrate.UnreachableError, serving.PortError) as error:
        _refuse(str(error), status=1)


@cli.command()
def serve(
    host: Annotated[
        str | None, typer.Option(help="Adres om op te luisteren.", show_default="127.0.0.1")
    ] = None,
) -> None:
    """Start de service, met een eigen PostgreSQL en een voorbeeldregio als niets is ingesteld."""
    settings = read_settings()
    _stop_when_told()
    listener = serving.listen(host or settings.host, settings.port)
    with listener, _database(settings) as url:
        asyncio.run(migrate.upgrade(url))
        _warn_of_risks(settings)
        serving.run(create_app(settings, url), listener, settings)


@cli.command()
def demo() -> None:
    """Doorloop het hoofdwerk één keer op een tijdelijke database en vertel wat er gebeurt."""
    settings = read_settings()
    if settings.database_url:
        _refuse("De demo draait niet op een eigen server: haal NOABER_DATABASE_URL weg.", status=2)
    _stop_when_told()
    data = Path(tempfile.mkdtemp(prefix="noaber-demo-"))
    scratch = settings.model_copy(update={"data": data})
    try:
        with embedded.running(data, durable=False) as server:
            asyncio.run(_run_journey(server, scratch))
    finally:
        embedded.remove(data)


@cli.command()
def token(
    rol: Annotated[str, typer.Option(help="toegang, aanbieder, financien of regio")],
    gemeente: Annotated[
        str | None, typer.Option(help="CBS-code van vier cijfers, voor toegang en financien")
    ] = None,
    agb: Annotated[str | None, typer.Option(help="AGB-code van acht cijfers, aanbieder")] = None,
    sub: Annotated[
        str | None, typer.Option(help="Wie het is; vier ogen zijn twee verschillende")
    ] = None,
) -> None:
    """Geef een token van de lokale uitgever, acht uur geldig."""
    settings = read_settings()
    if not settings.uses_local_issuer:
        _refuse(f"Tokens komen hier van {settings.issuer} (NOABER_ISSUER).", status=2)
    typer.echo(issuer.make_token(settings.data, rol, gemeente=gemeente, agb=agb, sub=sub))


@cli.command("migrate")
def migrate_command(
    naar: Annotated[
        str, typer.Option(metavar="REVISIE", help="Revisie, head of base (alles weg).")
    ] = "head",
) -> None:
    """Breng de database naar een revisie van het schema."""
    settings = read_settings()
    _stop_when_told()
    try:
        with _database(settings) as url:
            asyncio.run(migrate.move(url, naar))
    except CommandError as error:
        _refuse(f"Migreren naar {naar} gaat niet: {error}", status=2)


@cli.command()
def openapi() -> None:
    """Schrijf het OpenAPI-document (YAML) naar de uitvoer."""
    yaml.dump(
        document(bare_api()),
        sys.stdout.buffer,
        Dumper=_PlainDumper,
        encoding="utf-8",
        allow_unicode=True,
        sort_keys=False,
        width=100,
    )


class _PlainDumper(yaml.SafeDumper):
    """Writes a thing out wherever it stands, instead of pointing to where it stood first."""

    def ignore_aliases(self, data: object) -> bool:
        return True


@contextmanager
def _database(settings: Settings) -> Iterator[str]:
    """The configured database, else the embedded one, filled when it is new."""
    if settings.database_url:
        yield settings.database_url
        return
    with embedded.running(settings.data) as server:
        asyncio.run(_prepare(server, settings))
        yield server.url(DATABASE)


async def _prepare(server: embedded.Server, settings: Settings) -> None:
    """After a crash the database is there with everything in it, or not at all."""
    async with server.preparing():
        if not await server.has_database(DATABASE):
            _warn("Nieuwe gegevensmap: de voorbeeldregio wordt gemaakt ...")
            await server.drop_database(DRAFT)
            await server.create_database(DRAFT)
            await migrate.upgrade(server.url(DRAFT))
            await region.fill(settings, server.url(DRAFT))
            await server.rename_database(DRAFT, DATABASE)


async def _run_journey(server: embedded.Server, settings: Settings) -> None:
    await server.create_database(DATABASE)
    await migrate.upgrade(server.url(DATABASE))
    await journey.run(settings, server.url(DATABASE))


def _warn_of_risks(settings: Settings) -> None:
    if settings.database_url and settings.uses_local_issuer:
        _warn(
            "LET OP: NOABER_LOKALE_UITGEVER=1. Wie bij de gegevensmap kan, maakt zelf tokens "
            "voor elke gemeente en aanbieder in deze database. Niet voor productie."
        )
    if settings.database_url and settings.sleutel is None:
        _warn(
            f"LET OP: de sleutel van deze database ligt in {settings.data.absolute()}. Raakt zij "
            "weg, dan zijn inwoners niet meer te vinden; zet haar liever in NOABER_SLEUTEL."
        )


def _stop_when_told() -> None:
    """Leave by the front door on kill and hang-up too, so that the database server is stopped."""
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGHUP, lambda _number, _frame: signal.raise_signal(signal.SIGTERM))


def _leave(_number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)


def _warn(text: str) -> None:
    typer.secho(text, err=True, bold=True)


def _refuse(text: str, *, status: int) -> NoReturn:
    typer.secho(text, err=True, fg="red")
    raise SystemExit(status)
