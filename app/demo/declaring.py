# SPDX-License-Identifier: EUPL-1.2
"""What the aanbieders of the demo region declare, mistakes included."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from random import Random

from app.demo.client import Caller, Json
from app.demo.population import SEED
from app.domain.period import Periode, add_months, first_of_quarter
from app.pricing.betaalplan import declarable_from

WRONG_AMOUNTS = 0.02
"""The share of lines that ask too much: refused, and still to be declared rightly."""

TOO_MUCH_CENTEN = 1_000

UNKNOWN_TOEWIJZINGEN = 0.01
"""How many lines there are that name no toewijzing, to one that does."""

UNKNOWN_NUMMER = 999_999_999


async def declare_all(aanbieder: Caller, agb: str, vandaag: date) -> None:
    """Declare all that is declarable, a quarter at a time; then correct one granted line."""
    rng = Random(f"{SEED}-{agb}")
    kwartalen = _by_quarter(await aanbieder.get_all("/toewijzingen"), vandaag)
    declaraties = [
        await _declare(aanbieder, kwartaal, list(_with_mistakes(rng, regels)), vandaag)
        for kwartaal, regels in sorted(kwartalen.items())
    ]
    if declaraties:
        await _correct_one(aanbieder, declaraties[-1], kwartalen[max(kwartalen)], vandaag)


async def _declare(
    aanbieder: Caller, kwartaal: date, regels: Sequence[Json], vandaag: date
) -> Json:
    body = {
        "declaratienummer": f"{kwartaal.year}K{(kwartaal.month + 2) // 3}",
        "dagtekening": min(add_months(kwartaal, 3), vandaag).isoformat(),
        "regels": regels,
    }
    return await aanbieder.post("/declaraties", body)


def _by_quarter(toewijzingen: Iterable[Json], vandaag: date) -> dict[date, list[Json]]:
    """The lines that may be declared, by the first day of the quarter from which they may."""
    kwartalen: dict[date, list[Json]] = defaultdict(list)
    for toewijzing in toewijzingen:
        nummer = toewijzing["nummer"]
        for termijn in toewijzing["termijnen"]:
            vanaf = _declarable_from(termijn)
            if vanaf <= vandaag:
                regel = debit(nummer, termijn, f"{nummer}-{termijn['volgnummer']}")
                kwartalen[first_of_quarter(vanaf)].append(regel | _volume(toewijzing, termijn))
    return kwartalen


def _volume(toewijzing: Json, termijn: Json) -> Json:
    """Of a toewijzing with an omvang, the part that its termijn has in it."""
    if "omvang" not in toewijzing:
        return {}
    volume = termijn["bedragCenten"] // toewijzing["tarief"]["bedragCenten"]
    return {"volume": volume, "eenheid": toewijzing["omvang"]["eenheid"]}


def _declarable_from(termijn: Json) -> date:
    begin, einde = (date.fromisoformat(termijn[name]) for name in ("begindatum", "einddatum"))
    return declarable_from(termijn["mijlpaal"], Periode(begin, einde))


def debit(nummer: int, termijn: Json, referentie: str) -> Json:
    """The line that declares a termijn as it stands on toewijzing `nummer`."""
    same = ("mijlpaal", "begindatum", "einddatum", "bedragCenten")
    return {
        "referentie": referentie,
        "toewijzingNummer": nummer,
        **{name: termijn[name] for name in same},
        "debetCredit": "debet",
    }


def _with_mistakes(rng: Random, regels: Iterable[Json]) -> Iterator[Json]:
    """The lines, a few with an amount too high, and a few more that name no toewijzing at all."""
    for regel in regels:
        te_veel = TOO_MUCH_CENTEN if rng.random() < WRONG_AMOUNTS else 0
        yield {**regel, "bedragCenten": regel["bedragCenten"] + te_veel}
        if rng.random() < UNKNOWN_TOEWIJZINGEN:
            referentie = f"{regel['referentie']}-x"
            yield {**regel, "referentie": referentie, "toewijzingNummer": UNKNOWN_NUMMER}


async def _correct_one(
    aanbieder: Caller, declaratie: Json, regels: Iterable[Json], vandaag: date
) -> None:
    """Credit the first granted line of a declaratie, and declare it again beside the credit."""
    toegekend = await aanbieder.get_all(
        f"/declaraties/{declaratie['id']}/regels", uitkomst="toegekend"
    )
    referenties = {regel["referentie"] for regel in toegekend}
    oud = next((regel for regel in regels if regel["referentie"] in referenties), None)
    if oud is None:
        return
    referentie = oud["referentie"]
    credit = {
        **oud,
        "referentie": f"{referentie}-c",
        "debetCredit": "credit",
        "vorigeReferentie": referentie,
    }
    body = {
        "declaratienummer": f"{vandaag.year}C1",
        "dagtekening": vandaag.isoformat(),
        "regels": [credit, {**oud, "referentie": f"{referentie}-d"}],
    }
    await aanbieder.post("/declaraties", body)
