# SPDX-License-Identifier: EUPL-1.2
"""A believable region to try the service with, made through the API as its users would."""

from datetime import date

from app.api.clock import today
from app.demo.catalogue import AANBIEDERS, ALLE_PROFIELEN, PRIJSVERSCHIL, Aanbieder, tarieflijst
from app.demo.client import Json, Service, open_service
from app.demo.declaring import declare_all
from app.demo.intensiteit import INSTRUMENTEN, TABELLEN
from app.demo.population import Dossier, population
from app.demo.progress import progress_bar
from app.demo.uren import helped_by_the_hour
from app.settings import Settings


async def fill(settings: Settings, database_url: str) -> None:
    """Fill an empty, migrated database. The same day gives the same region.

    One request after another, so that each thing gets the same number every time.
    """
    vandaag = today()
    with progress_bar() as progress:
        async with open_service(settings, database_url) as service:
            await adopt_prices(service, vandaag.year)
            await _lay_down_advice(service)
            for aanbieder in AANBIEDERS:
                await conclude_contract(service, aanbieder, vandaag.year)
                await _publish(service, aanbieder, vandaag)
            dossiers = [*population(vandaag), *helped_by_the_hour(vandaag)]
            for dossier in progress.track(dossiers, description="Inwoners"):
                await _register(service, dossier)
            for aanbieder in progress.track(AANBIEDERS, description="Declaraties"):
                await declare_all(service.aanbieder(aanbieder.agb), aanbieder.agb, vandaag)


async def adopt_prices(service: Service, jaar: int) -> None:
    """The profielen, and their prices of last, this and next year."""
    opsteller, vaststeller = service.regio("opsteller"), service.regio("vaststeller")
    for profiel in ALLE_PROFIELEN:
        await opsteller.put(f"/profielen/{profiel.code}", profiel.invoer)
    for verschil in PRIJSVERSCHIL:
        lijst = await opsteller.post("/tarieflijsten", tarieflijst(jaar, verschil))
        besluit = {"besluit": "Illustratief besluit bij voorbeeldgegevens"}
        await vaststeller.post(f"/tarieflijsten/{lijst['id']}/vaststelling", besluit, status=200)


async def conclude_contract(service: Service, aanbieder: Aanbieder, jaar: int) -> Json:
    """An aanbieder and its raamovereenkomst, which is given back."""
    regio = service.regio("opsteller")
    await regio.put(f"/aanbieders/{aanbieder.agb}", aanbieder.invoer)
    return await regio.post("/raamovereenkomsten", aanbieder.raamovereenkomst(jaar))


async def _lay_down_advice(service: Service) -> None:
    """The instruments to score with, and the table that advises on an intensiteit."""
    regio = service.regio("opsteller")
    for code, instrument in INSTRUMENTEN.items():
        await regio.put(f"/zelfredzaamheidsinstrumenten/{code}", instrument)
    for code, tabel in TABELLEN.items():
        await regio.put(f"/intensiteitstabellen/{code}", tabel)


async def _publish(service: Service, aanbieder: Aanbieder, vandaag: date) -> None:
    """What helps to choose: the aanbieder states how long one waits, the regio how it does."""
    path = f"/aanbieders/{aanbieder.agb}"
    zelf, regio = service.aanbieder(aanbieder.agb), service.regio("opsteller")
    await zelf.put(f"{path}/wachttijden", aanbieder.wachttijden(vandaag), status=200)
    cijfers = aanbieder.kwaliteitscijfers(vandaag.year)
    await regio.put(f"{path}/kwaliteitscijfers", cijfers, status=200)


async def _register(service: Service, dossier: Dossier) -> None:
    toegang = service.toegang(dossier.gemeente)
    inwoner = await toegang.post("/inwoners", dossier.inwoner)
    for toewijzing in dossier.toewijzingen:
        await toegang.post("/toewijzingen", {**toewijzing, "inwonerId": inwoner["id"]})
