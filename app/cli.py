# SPDX-License-Identifier: EUPL-1.2
"""The command line; `noaber --help` tells what there is."""

import asyncio
import json
import signal
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from types import FrameType
from typing import Annotated, NamedTuple, NoReturn, TypeVar

import typer
import yaml
from asyncpg import Record

from app import bewaartermijnen, bewaren, controleren, exporting, importing, serving, sleutels
from app.api import issuer, keys
from app.api.app import bare_api
from app.api.clock import today
from app.api.document import document
from app.db import embedded, migrate, taakopdrachten
from app.db.connection import is_lent_by_owner
from app.db.rechten import ROLE
from app.demo import journey, region, volume
from app.demo.omvang import Omvang
from app.demo.population import SEED
from app.domain.errors import NoaberError, NotFound
from app.main import create_app
from app.settings import MOST_WORKERS, Settings, SettingsError, read_settings
from app.settlement import queue
from app.settlement.workers import work
from app.telemetry import logs

T = TypeVar("T")

DATABASE = "noaber"
DRAFT = "noaber_nieuw"


class Addresses(NamedTuple):
    """One database, as its owner and as the service reach it."""

    owner: str
    service: str


cli = typer.Typer(
    help="Noaber: tarieven, toewijzingen en afrekening voor de regio.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
imports = typer.Typer(help="Neem iets in vanuit een bestand.", no_args_is_help=True)
cli.add_typer(imports, name="import")
exports = typer.Typer(help="Schrijf iets uit naar een bestand.", no_args_is_help=True)
cli.add_typer(exports, name="export")
declaraties_cli = typer.Typer(help="Beheer van declaraties.", no_args_is_help=True)
cli.add_typer(declaraties_cli, name="declaraties")
taakopdrachten_cli = typer.Typer(help="Beheer van taakopdrachten.", no_args_is_help=True)
cli.add_typer(taakopdrachten_cli, name="taakopdrachten")
sleutels_cli = typer.Typer(help="Beheer van de sleutel voor BSNs.", no_args_is_help=True)
cli.add_typer(sleutels_cli, name="sleutels")


def main() -> None:
    """The entry point; what a user can mend is told in a sentence, not a traceback."""
    try:
        cli()
    except (SettingsError, issuer.TokenError) as error:
        _refuse(str(error), status=2)
    except (embedded.EmbeddedError, migrate.UnreachableError, serving.PortError) as error:
        _refuse(str(error), status=1)
    except NoaberError as error:
        _refuse("\n".join([error.detail, *(f.reason for f in error.faults)]), status=1)


@cli.command()
def serve(
    host: Annotated[
        str | None, typer.Option(help="Adres om op te luisteren.", show_default="127.0.0.1")
    ] = None,
) -> None:
    """Start de service, met een eigen PostgreSQL en een voorbeeldregio als niets is ingesteld."""
    settings = _settings()
    _stop_when_told()
    listener = serving.listen(host or settings.host, settings.port)
    with listener, _database(settings) as url:
        asyncio.run(migrate.upgrade(url.owner))
        _warn_of_risks(settings)
        _warn_of_ownership(settings)
        with serving.told_of(settings):
            serving.run(create_app(settings, url.service), listener, settings)


@cli.command()
def werk(
    aantal: Annotated[int, typer.Option(min=1, max=MOST_WORKERS, help="Hoeveel tegelijk.")] = 2,
) -> None:
    """Reken grote declaraties af zonder zelf op een poort te antwoorden, naast een service."""
    settings = _settings()
    _stop_when_told()
    with _database(settings) as url:
        asyncio.run(migrate.upgrade(url.owner))
        _warn_of_ownership(settings)
        with serving.told_of(settings):
            _warn(f"{aantal} werkers staan klaar. Stoppen: Ctrl-C")
            serving.until_told(work(url.service, aantal))


@imports.command("declaraties")
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
    settings = _settings()
    _stop_when_told()
    opdracht = importing.read_opdracht(bestand, agb, declaratienummer, dagtekening)
    with _database(settings) as url:
        asyncio.run(migrate.upgrade(url.owner))
        row = serving.until_told(
            importing.import_file(url.service, bestand, opdracht, wait=not niet_wachten)
        )
    if row is None:
        _refuse("Afgebroken. Geef dezelfde opdracht nog eens om verder te gaan.", status=1)
    typer.echo(importing.story_of(row))
    if row["mislukt_op"]:
        raise SystemExit(1)


@exports.command("kosten")
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
        _refuse("Geef een --jaar, of anders --vanaf en --tot-en-met.", status=2)
    keuze = exporting.read_keuze(
        gemeente, vanaf or f"{jaar}-01-01", tot_en_met or f"{jaar}-12-31", bekend_op
    )
    form = exporting.read_format(formaat, bestand)
    settings = _settings()
    _stop_when_told()
    with _database(settings) as url:
        asyncio.run(migrate.upgrade(url.owner))
        lines = serving.until_told(exporting.export_file(url.service, keuze, form, bestand))
    if lines is None:
        _refuse(f"Afgebroken. {bestand} is niet geschreven.", status=1)
    typer.echo(f"{bestand}: {lines} regels", err=True)


@declaraties_cli.command()
def hervat(
    declaratie_id: Annotated[
        int | None, typer.Argument(metavar="[ID]", help="Zonder ID alle.")
    ] = None,
) -> None:
    """Zet declaraties die mislukten of regels aanhouden terug in de wachtrij; herhalen kan altijd.

    Een aangehouden regel wordt opnieuw beoordeeld, en blijft aangehouden als hij nog wacht.
    """
    settings = _settings()
    _stop_when_told()
    with _database(settings) as url:
        resumed = asyncio.run(queue.resume_at(url.owner, declaratie_id))
    if declaratie_id is not None and not resumed:
        _refuse(f"Er is geen declaratie {declaratie_id} die mislukte of regels aanhoudt.", status=1)
    typer.echo(f"Terug in de wachtrij: {', '.join(map(str, resumed)) or 'geen'}")


@taakopdrachten_cli.command()
def boek() -> None:
    """Boek de termijnen van taakopdrachten die vervallen zijn; elke dag, herhalen kan altijd."""
    settings = _settings()
    _stop_when_told()
    with _database(settings) as url:
        asyncio.run(migrate.upgrade(url.owner))
        row = asyncio.run(taakopdrachten.book_due_at(url.owner, today()))
    euros, cents = divmod(row["bedrag_centen"], 100)
    typer.echo(f"Geboekt: {row['aantal_boekingen']} termijnen, € {euros},{cents:02}")


@sleutels_cli.command()
def toon() -> None:
    """Toon welke sleutels in gebruik zijn, aan hun kenmerk, en voor hoeveel BSNs."""
    settings = _settings()
    with _existing_database(settings) as url:
        typer.echo(asyncio.run(sleutels.show(settings, url)))


@sleutels_cli.command()
def nieuw() -> None:
    """Maak in de gegevensmap een nieuwe sleutel, naast de vorige; herstart daarna de service."""
    keys.make_next_key(_settings())
    typer.echo("Er is een nieuwe sleutel. Herstart de service, en draai: noaber sleutels roteer")


@sleutels_cli.command()
def roteer() -> None:
    """Zet alle BSNs over op de nieuwe sleutel, terwijl de service draait; herhalen kan altijd."""
    settings = _settings()
    _stop_when_told()
    with _existing_database(settings) as url:
        changed = serving.until_told(sleutels.rotate(settings, url))
    if changed is None:
        _refuse("Afgebroken. Geef dezelfde opdracht nog eens om verder te gaan.", status=1)
    typer.echo(f"Omgezet: {changed} BSNs. De vorige sleutel weg: noaber sleutels verwijder")


@sleutels_cli.command()
def verwijder() -> None:
    """Neem de vorige sleutel uit gebruik; weigert zolang iets haar nodig heeft."""
    settings = _settings()
    _stop_when_told()
    with _existing_database(settings) as url:
        removed = serving.until_told(sleutels.remove_previous(settings, url))
    if removed is None:
        _refuse("Afgebroken. Geef dezelfde opdracht nog eens om verder te gaan.", status=1)
    typer.echo(f"Uit gebruik: {', '.join(removed) or 'geen'}")
    _warn("Backups van vóór nu hebben de vorige sleutel nog nodig. Bewaar haar daarbij.")


@cli.command()
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
    _stop_when_told()
    try:
        ketens = controleren.read_ketens(eerder) if eerder else None
        with _existing_database(settings) as url:
            verslag = serving.until_told(controleren.controleer(url, ketens))
    except Exception as error:  # with 1 it would say that something is wrong in the books
        _refuse(f"Niet gecontroleerd: {str(error) or type(error).__name__}", status=2)
    if verslag is None:
        _refuse("Afgebroken. Er is niets bewezen.", status=2)
    typer.echo((controleren.as_json if as_json else controleren.as_text)(verslag))
    if not verslag.klopt:
        raise SystemExit(1)


@cli.command("bewaartermijnen")
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
    settings = _settings()
    _stop_when_told()
    with _existing_database(settings) as url:
        work = bewaartermijnen.keep_to_terms(url, today(), gemeente, wipe=uitvoeren)
        verslag = serving.until_told(work)
    if verslag is None:
        _refuse("Afgebroken. Geef dezelfde opdracht nog eens om verder te gaan.", status=1)
    as_told = json.dumps(verslag.as_data(), ensure_ascii=False, indent=2)
    typer.echo(as_told if as_json else verslag.as_text())


@cli.command()
def backup(
    waarheen: Annotated[Path, typer.Argument(help="Een nieuw bestand, of een map.")],
) -> None:
    """Bewaar de hele database in een bestand, terwijl zij in gebruik is; zonder de sleutel."""
    settings = read_settings()
    _stop_when_told()
    with _existing_database(settings) as url:
        file = serving.until_told(bewaren.backup(url, waarheen))
    if file is None:
        _refuse("Afgebroken. Er is geen backup.", status=1)
    typer.echo(file)
    _warn("De sleutel van deze installatie zit er niet in. Bewaar haar apart.")


@cli.command()
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
    _stop_when_told()
    own = nullcontext() if settings.database_url else embedded.running(settings.data)
    with own as server:
        has_its_key = serving.until_told(
            bewaren.restore(settings, server, DATABASE, bestand, overwrite=overschrijf)
        )
    if has_its_key is None:
        _refuse("Afgebroken. De backup is niet teruggezet.", status=1)
    typer.echo("Teruggezet. Controleer met: noaber controleer")
    if not has_its_key:
        _warn(
            "LET OP: de sleutel waarmee de BSNs in deze backup verzegeld zijn, is hier niet. Zet "
            "haar in NOABER_SLEUTEL, of als bestand sleutel in de gegevensmap, voordat de service "
            "start."
        )


@cli.command()
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
    settings = _settings()
    if naam is not None:
        _stop_when_told()
        typer.echo(volume.story_of(_filled(settings, naam, seed)))
        return
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
    rol: Annotated[str, typer.Option(help="toegang, aanbieder, financien, auditor of regio")],
    gemeente: Annotated[
        str | None,
        typer.Option(help="CBS-code van vier cijfers, voor toegang en financien; meer met komma's"),
    ] = None,
    agb: Annotated[
        str | None, typer.Option(help="AGB-code van acht cijfers, aanbieder; meer met komma's")
    ] = None,
    sub: Annotated[
        str | None, typer.Option(help="Wie het is; vier ogen zijn twee verschillende")
    ] = None,
) -> None:
    """Geef een token van de lokale uitgever, acht uur geldig."""
    settings = _settings()
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
    settings = _settings()
    _stop_when_told()
    try:
        with _database(settings) as url:
            asyncio.run(migrate.move(url.owner, naar))
    except migrate.RevisionError as error:
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


def _settings() -> Settings:
    """The settings, which say how the log is written from here on. Raises SettingsError."""
    settings = read_settings()
    logs.set_up(settings.log)
    return settings


@contextmanager
def _database(settings: Settings) -> Iterator[Addresses]:
    """The configured database, else the embedded one, filled when it is new."""
    if settings.database_url and settings.owner_url:
        yield Addresses(settings.owner_url, settings.database_url)
        return

    async def fill(url: str) -> None:
        _warn("Nieuwe gegevensmap: de voorbeeldregio wordt gemaakt ...")
        await region.fill(settings, url)

    with embedded.running(settings.data) as server:
        asyncio.run(_prepare(server, fill))
        yield Addresses(server.url(DATABASE), server.url(DATABASE, ROLE))


@contextmanager
def _existing_database(settings: Settings) -> Iterator[str]:
    """The database as it is, for its owner. Raises NotFound when there is none yet."""
    if settings.owner_url:
        yield settings.owner_url
        return
    absent = NotFound("geen_database", f"In {settings.data} staat geen database.")
    if not embedded.exists(settings.data):
        raise absent
    with embedded.running(settings.data) as server:
        if not asyncio.run(server.has_database(DATABASE)):
            raise absent
        yield server.url(DATABASE)


async def _prepare(server: embedded.Server, fill: Callable[[str], Awaitable[T]]) -> T | None:
    """Make the database unless it is there; tells what filling it gave, None when it was there.

    After a crash the database is there with everything in it, or not at all.
    """
    async with server.preparing():
        if await server.has_database(DATABASE):
            return None
        await server.drop_database(DRAFT)
        await server.create_database(DRAFT)
        await migrate.upgrade(server.url(DRAFT))
        result = await fill(server.url(DRAFT))
        await server.rename_database(DRAFT, DATABASE)
        return result


def _filled(settings: Settings, omvang: Omvang, seed: int) -> Record:
    """Fill a database in which there was nothing, and say what is in it now."""

    async def fill(url: str) -> Record:
        return await volume.fill(settings, url, omvang, seed, today())

    if settings.owner_url:
        _warn_of_risks(settings)
        if not asyncio.run(bewaren.is_empty(settings.owner_url)):
            _refuse("Deze database is niet leeg. Maak een nieuwe (createdb).", status=1)
        asyncio.run(migrate.upgrade(settings.owner_url))
        return asyncio.run(fill(settings.owner_url))
    with embedded.running(settings.data) as server:
        result = asyncio.run(_prepare(server, fill))
    if result is None:
        _refuse(
            f"In {settings.data} staat al een database, en daar komt niets bij. "
            "Wijs met NOABER_DATA een andere gegevensmap aan, of haal deze weg.",
            status=1,
        )
    return result


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


def _warn_of_ownership(settings: Settings) -> None:
    """Raises UnreachableError when the service cannot be held to its own role."""
    if settings.database_url and asyncio.run(is_lent_by_owner(settings.database_url)):
        _warn(
            f"LET OP: NOABER_DATABASE_URL logt in als eigenaar van de database. De service werkt "
            f"als {ROLE}, maar kan daar weer uit. Geef haar een eigen login, en zet de eigenaar in "
            "NOABER_MIGRATIE_URL."
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
