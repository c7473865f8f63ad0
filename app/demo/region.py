# SPDX-License-Identifier: EUPL-1.2
"""A believable region to try the service with, made through the API as its users would."""

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from app.api.clock import today
from app.demo.catalogue import AANBIEDERS, PRIJSVERSCHIL, PROFIELEN, tarieflijst
from app.demo.client import Service, open_service
from app.demo.declaring import declare_all
from app.demo.population import Dossier, population
from app.settings import Settings


async def fill(settings: Settings, database_url: str) -> None:
    """Fill an empty, migrated database. The same day gives the same region.

    One request after another, so that each thing gets the same number every time.
    """
    vandaag = today()
    with _progress() as progress:
        async with open_service(settings, database_url) as service:
            await _lay_down_catalogue(service, vandaag.year)
            for dossier in progress.track(population(vandaag), description="Inwoners"):
                await _register(service, dossier)
            for aanbieder in progress.track(AANBIEDERS, description="Declaraties"):
                await declare_all(service.aanbieder(aanbieder.agb), aanbieder.agb, vandaag)


async def _lay_down_catalogue(service: Service, jaar: int) -> None:
    opsteller, vaststeller = service.regio("opsteller"), service.regio("vaststeller")
    for profiel in PROFIELEN:
        await opsteller.put(f"/profielen/{profiel.code}", profiel.invoer)
    for verschil in PRIJSVERSCHIL:
        lijst = await opsteller.post("/tarieflijsten", tarieflijst(jaar, verschil))
        besluit = {"besluit": "Illustratief besluit bij voorbeeldgegevens"}
        await vaststeller.post(f"/tarieflijsten/{lijst['id']}/vaststelling", besluit, status=200)
    for aanbieder in AANBIEDERS:
        await opsteller.put(f"/aanbieders/{aanbieder.agb}", aanbieder.invoer)
        await opsteller.post("/raamovereenkomsten", aanbieder.raamovereenkomst(jaar))


async def _register(service: Service, dossier: Dossier) -> None:
    toegang = service.toegang(dossier.gemeente)
    inwoner = await toegang.post("/inwoners", dossier.inwoner)
    for toewijzing in dossier.toewijzingen:
        await toegang.post("/toewijzingen", {**toewijzing, "inwonerId": inwoner["id"]})


class _RateColumn(ProgressColumn):
    """How many a second."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed or 0:.0f}/s")


def _progress() -> Progress:
    """A bar on a terminal, and nothing in a pipe."""
    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        _RateColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
