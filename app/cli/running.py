# SPDX-License-Identifier: EUPL-1.2
"""The processes that stay: the service, and workers beside it."""

from typing import Annotated

import typer

from app import serving
from app.cli.database import current_database, warn_of_ownership, warn_of_risks
from app.cli.manners import configured, stop_when_told, warn
from app.main import create_app
from app.settings import MOST_WORKERS
from app.settlement.workers import work


def serve(
    host: Annotated[
        str | None, typer.Option(help="Adres om op te luisteren.", show_default="127.0.0.1")
    ] = None,
) -> None:
    """Start de service, met een eigen PostgreSQL en een voorbeeldregio als niets is ingesteld."""
    settings = configured()
    stop_when_told()
    listener = serving.listen(host or settings.host, settings.port)
    with listener, current_database(settings) as url:
        warn_of_risks(settings)
        warn_of_ownership(settings)
        with serving.told_of(settings):
            serving.run(create_app(settings, url.service), listener, settings)


def werk(
    aantal: Annotated[int, typer.Option(min=1, max=MOST_WORKERS, help="Hoeveel tegelijk.")] = 2,
) -> None:
    """Reken grote declaraties af zonder zelf op een poort te antwoorden, naast een service."""
    settings = configured()
    stop_when_told()
    with current_database(settings) as url:
        warn_of_ownership(settings)
        with serving.told_of(settings):
            warn(f"{aantal} werkers staan klaar. Stoppen: Ctrl-C")
            serving.until_told(work(url.service, aantal))
