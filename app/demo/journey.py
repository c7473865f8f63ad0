# SPDX-License-Identifier: EUPL-1.2
"""The main job once, from a price list to what each gemeente pays."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.api.clock import today
from app.demo.catalogue import AANBIEDERS, ALMELO, ENSCHEDE, PROFIELEN
from app.demo.client import Json, Service, open_service
from app.demo.declaring import debit
from app.demo.telling import Telling, dag
from app.domain.notatie import in_euros
from app.domain.period import Periode
from app.settings import Settings

PROFIEL = PROFIELEN[1]
TARIEVEN_CENTEN = {"licht": 110_544, "middel": 482_000, "zwaar": 655_144}
INTENSITEIT = "middel"
AANBIEDER = AANBIEDERS[0]
VAN, NAAR = ENSCHEDE, ALMELO
BSN = "999900006"
TOO_MUCH_CENTEN = 2_500


@dataclass(frozen=True, slots=True)
class Geval:
    """Help from February to July, and a move from Enschede to Almelo halfway through May."""

    periode: Periode
    verhuisdag: date

    @property
    def jaar(self) -> int:
        """The year in which it all happens."""
        return self.verhuisdag.year


@dataclass(frozen=True, slots=True)
class Reis:
    """What every step of the journey needs."""

    service: Service
    tell: Telling
    geval: Geval
    namen: dict[str, str]

    def gemeente(self, code: str) -> str:
        """A gemeente by its name and code."""
        return f"{self.namen[code]} ({code})"

    def verdeling(self, delen: Sequence[Json]) -> str:
        """A split in words, a line for each gemeente."""
        return "\n".join(
            f"{self.namen[d['gemeente']]} {d['dagen']} dagen {in_euros(d['bedragCenten'])}"
            for d in delen
        )


def latest_case(vandaag: date) -> Geval:
    """The latest that has wholly ended before this day."""
    jaar = vandaag.year if vandaag > date(vandaag.year, 7, 31) else vandaag.year - 1
    return Geval(Periode(date(jaar, 2, 1), date(jaar, 7, 31)), date(jaar, 5, 15))


async def run(settings: Settings, database_url: str) -> None:
    """Go through it in an empty, migrated database, and tell of it."""
    tell = Telling()
    tell.title("Noaber: het hoofdwerk, van tarieflijst tot kosten per gemeente")
    tell.say("Illustratieve gegevens, op een tijdelijke database, alles via de API.")
    async with open_service(settings, database_url) as service:
        gemeenten = await service.regio().get_all("/gemeenten")
        namen = {gemeente["code"]: gemeente["naam"] for gemeente in gemeenten}
        reis = Reis(service, tell, latest_case(today()), namen)
        await _adopt_prices(reis)
        await _conclude_contract(reis)
        inwoner_id = await _register_move(reis)
        aanvraag = _aanvraag(reis.geval, inwoner_id)
        await _quote(reis, aanvraag)
        toewijzing = await _allocate(reis, aanvraag)
        await _declare(reis, toewijzing)
        await _show_costs(reis)


async def _adopt_prices(reis: Reis) -> None:
    tell, jaar = reis.tell, reis.geval.jaar
    opsteller, vaststeller = reis.service.regio("opsteller"), reis.service.regio("vaststeller")
    tell.step("De regio stelt een tarieflijst op en stelt haar vast")
    profiel = await opsteller.put(f"/profielen/{PROFIEL.code}", PROFIEL.invoer)
    start = Decimal(profiel["betaalplan"]["startaandeel"])
    tell.say(f"Profiel {profiel['code']}, {profiel['naam']}. {profiel['omschrijving']}")
    tell.say(f"Betaald bij de start ({start:.0%}) en bij het resultaat ({1 - start:.0%}).")
    lijst = await opsteller.post("/tarieflijsten", _tarieflijst(jaar))
    tell.table(
        ("Intensiteit", "Tarief>"),
        [(t["intensiteit"], in_euros(t["bedragCenten"])) for t in lijst["tarieven"]],
    )
    path = f"/tarieflijsten/{lijst['id']}/vaststelling"
    besluit = {"besluit": "Illustratief besluit bij voorbeeldgegevens"}
    weigering = await opsteller.post(path, besluit, status=409)
    tell.say(f"De opsteller wil haar vaststellen: geweigerd ({weigering['code']}).")
    lijst = await vaststeller.post(path, besluit, status=200)
    tell.say(f"Een ander stelt haar vast: zij geldt vanaf {dag(lijst['vanaf'])}.")


def _tarieflijst(jaar: int) -> Json:
    return {
        "naam": f"Illustratieve tarieven {jaar}",
        "vanaf": f"{jaar}-01-01",
        "tarieven": [
            {"profiel": PROFIEL.code, "intensiteit": intensiteit, "bedragCenten": centen}
            for intensiteit, centen in TARIEVEN_CENTEN.items()
        ],
    }


async def _conclude_contract(reis: Reis) -> None:
    reis.tell.step("De regio sluit een raamovereenkomst")
    regio = reis.service.regio()
    aanbieder = await regio.put(f"/aanbieders/{AANBIEDER.agb}", AANBIEDER.invoer)
    body = {
        "aanbieder": aanbieder["agb"],
        "profielen": [PROFIEL.code],
        "gemeenten": [VAN, NAAR],
        "begindatum": f"{reis.geval.jaar}-01-01",
        "einddatum": f"{reis.geval.jaar + 1}-12-31",
    }
    contract = await regio.post("/raamovereenkomsten", body)
    gemeenten = " en ".join(map(reis.gemeente, contract["gemeenten"]))
    reis.tell.say(
        f"Raamovereenkomst {contract['nummer']} met {aanbieder['naam']} ({aanbieder['agb']}), "
        f"{dag(contract['begindatum'])} tot en met {dag(contract['einddatum'])}: "
        f"{', '.join(contract['profielen'])} in {gemeenten}."
    )


async def _register_move(reis: Reis) -> int:
    reis.tell.step(f"De toegang van {reis.namen[VAN]} registreert een inwoner, die verhuist")
    toegang = reis.service.toegang(VAN)
    geboren = f"{reis.geval.jaar - 12}-03-09"
    thuis = {"gemeente": VAN, "vanaf": geboren, "grondslag": "brp"}
    body = {"bsn": BSN, "geboortedatum": geboren, "woonplaatsen": [thuis]}
    inwoner_id: int = (await toegang.post("/inwoners", body))["id"]
    verhuizing = {"gemeente": NAAR, "vanaf": reis.geval.verhuisdag.isoformat(), "grondslag": "brp"}
    body = {"woonplaatsen": [thuis, verhuizing]}
    inwoner = await toegang.put(f"/inwoners/{inwoner_id}/woonplaatsen", body, status=200)
    reis.tell.table(
        (f"Inwoner {inwoner_id} woont in", "vanaf"),
        [(reis.gemeente(w["gemeente"]), dag(w["vanaf"])) for w in inwoner["woonplaatsen"]],
    )
    return inwoner_id


def _aanvraag(geval: Geval, inwoner_id: int) -> Json:
    return {
        "inwonerId": inwoner_id,
        "gemeente": VAN,
        "wet": PROFIEL.wetten[0],
        "profiel": PROFIEL.code,
        "intensiteit": INTENSITEIT,
        "aanbieder": AANBIEDER.agb,
        "begindatum": geval.periode.begindatum.isoformat(),
        "einddatum": geval.periode.einddatum.isoformat(),
        "beoogdeResultaten": [
            {"resultaat": PROFIEL.resultaat, "onderbouwing": "Gesprek met ouders en school"}
        ],
    }


async def _quote(reis: Reis, aanvraag: Json) -> None:
    reis.tell.step("Vooraf doorrekenen: wat kost het, en wie draagt het?")
    prijs = await reis.service.toegang(VAN).post("/toewijzingen/_prijs", aanvraag, status=200)
    begin, einde = dag(aanvraag["begindatum"]), dag(aanvraag["einddatum"])
    dagen = sum(deel["dagen"] for deel in prijs["verdeling"])
    reis.tell.say(
        f"{in_euros(prijs['prijsCenten'])} voor profiel {PROFIEL.code} {INTENSITEIT}, "
        f"{begin} tot en met {einde}, {dagen} dagen."
    )
    reis.tell.table(
        ("Gemeente", "Dagen>", "Draagt>"),
        [
            (reis.gemeente(deel["gemeente"]), deel["dagen"], in_euros(deel["bedragCenten"]))
            for deel in prijs["verdeling"]
        ],
    )


async def _allocate(reis: Reis, aanvraag: Json) -> Json:
    reis.tell.step(f"De toegang van {reis.namen[VAN]} wijst toe")
    toewijzing = await reis.service.toegang(VAN).post("/toewijzingen", aanvraag)
    reis.tell.say(f"Toewijzing {toewijzing['nummer']}. Prijs en termijnen liggen nu vast:")
    reis.tell.table(
        ("Termijn", "Mijlpaal", "Bedrag>"),
        [
            (termijn["volgnummer"], termijn["mijlpaal"], in_euros(termijn["bedragCenten"]))
            for termijn in toewijzing["termijnen"]
        ],
    )
    return toewijzing


async def _declare(reis: Reis, toewijzing: Json) -> None:
    reis.tell.step("De aanbieder declareert: twee juiste regels en een verkeerde")
    aanbieder = reis.service.aanbieder(AANBIEDER.agb)
    regels = [
        debit(toewijzing["nummer"], termijn, f"R{i}")
        for i, termijn in enumerate(toewijzing["termijnen"], start=1)
    ]
    fout = {**regels[-1], "referentie": "FOUT"}
    fout["bedragCenten"] += TOO_MUCH_CENTEN
    regels.append(fout)
    body = {
        "declaratienummer": f"{reis.geval.jaar}D1",
        "dagtekening": today().isoformat(),
        "regels": regels,
    }
    declaratie = await aanbieder.post("/declaraties", body)
    uitkomsten = await aanbieder.get_all(f"/declaraties/{declaratie['id']}/regels")
    _tell_outcomes(reis, regels, uitkomsten)
    reis.tell.say(
        f"Ingediend {in_euros(declaratie['ingediendCenten'])}, "
        f"toegekend {in_euros(declaratie['toegekendCenten'])}."
    )


def _tell_outcomes(reis: Reis, regels: Sequence[Json], uitkomsten: Sequence[Json]) -> None:
    reis.tell.table(
        ("Regel", "Mijlpaal", "Gevraagd>", "Uitkomst", "Verdeling"),
        [
            (
                uitkomst["referentie"],
                uitkomst["mijlpaal"],
                in_euros(regel["bedragCenten"]),
                uitkomst["uitkomst"],
                reis.verdeling(uitkomst["verdeling"]),
            )
            for regel, uitkomst in zip(regels, uitkomsten, strict=True)
        ],
    )
    for uitkomst in uitkomsten:
        for reden in uitkomst["redenen"]:
            retour = f", retourcode {reden['retourcode']}" if reden["retourcode"] else ""
            reis.tell.say(
                f"{uitkomst['referentie']}: {reden['code']}{retour}. {reden['omschrijving']}"
            )


async def _show_costs(reis: Reis) -> None:
    reis.tell.step("Wat elke gemeente draagt, zoals haar afdeling financiën het ziet")
    periode = {
        "vanaf": reis.geval.periode.begindatum.isoformat(),
        "totEnMet": reis.geval.periode.einddatum.isoformat(),
    }
    for gemeente in (VAN, NAAR):
        financien = reis.service.financien(gemeente)
        kosten = await financien.get("/kosten", gemeente=gemeente, **periode)
        reis.tell.say(f"{reis.gemeente(gemeente)} draagt {in_euros(kosten['bedragCenten'])}:")
        kostenregels = await financien.get_lines("/kostenregels", gemeente=gemeente, **periode)
        reis.tell.table(
            ("Boeking>", "Mijlpaal", "Dagen>", "Bedrag>", "Betaler"),
            [
                (
                    regel["boekingnummer"],
                    regel["mijlpaal"],
                    regel["dagen"],
                    in_euros(regel["bedragCenten"]),
                    reis.gemeente(regel["betaler"]),
                )
                for regel in kostenregels
            ],
        )
    await _add_up(reis, periode)


async def _add_up(reis: Reis, periode: dict[str, str]) -> None:
    kosten = await reis.service.regio().get("/kosten", groepering="gemeente", **periode)
    delen = " + ".join(in_euros(groep["bedragCenten"]) for groep in kosten["groepen"])
    reis.tell.say(f"De regio ziet alleen sommen: {delen} = {in_euros(kosten['bedragCenten'])}.")
