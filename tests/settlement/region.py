# SPDX-License-Identifier: EUPL-1.2
"""A small region to settle in: profielen, two aanbieders with a contract, inwoners, toewijzingen.

Everything is written with the functions of app.db, as the routes do; only the facts that a route
would look up are given.
"""

import csv
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO
from typing import Any

from asyncpg import Record

from app.db import aanbieders, catalogus, declaraties, inwoners, tarieven, toewijzingen
from app.db.binding import Binding
from app.db.connection import Connection
from app.db.raamovereenkomsten import Voorwaarden, insert_raamovereenkomst
from app.domain.omvang import Omvang
from app.domain.period import Periode
from app.domain.toewijzing import Aanvraag, Feiten, Raamovereenkomst, Tarief
from app.domain.woonplaats import Woonplaats, tile
from app.pricing.besluit import Besluit, Prijsregels, decide
from app.pricing.betaalplan import Einde, Maandelijks, Wekelijks, start_en_resultaat
from app.settlement import settle
from tests import naive
from tests.naive import Regel, Termijn, Toewijzing, Verhuizing
from tests.pools import Watched

GEMEENTE = "0153"
AANBIEDERS = ("99000001", "99000002")
PROFIELEN = {
    "H70": Prijsregels("herstel", start_en_resultaat(Decimal("0.70"))),
    "H100": Prijsregels("herstel", start_en_resultaat(Decimal(1))),
    "D": Prijsregels("duurzaam", Maandelijks()),
    "M": Prijsregels("duurzaam", Maandelijks("eerste_niet_laatste_heel")),
    "W": Prijsregels("herstel", Wekelijks()),
    "E": Prijsregels("herstel", Einde()),
    "IW": Prijsregels("duurzaam", Wekelijks()),
    "IM": Prijsregels("duurzaam", Maandelijks("eerste_niet_laatste_heel")),
    "IT": Prijsregels("herstel", Maandelijks()),
    "I70": Prijsregels("herstel", start_en_resultaat(Decimal("0.70"))),
    "IE": Prijsregels("herstel", Einde()),
}
OMVANGEN = {
    "IW": Omvang(3, "04", "2"),
    "IM": Omvang(5, "16", "4"),
    "IT": Omvang(20, "04", "6"),
    "I70": Omvang(2, "01", "1"),
    "IE": Omvang(7, "84", "6"),
}
"""What is paid by volume, and how much of it each toewijzing holds."""
TAKEN = (900_000_001, 900_000_002)
"""The number of a taakopdracht for each aanbieder."""


@dataclass(frozen=True)
class Region:
    """What toewijzingen are given under."""

    contracten: dict[str, Raamovereenkomst]
    tarieflijst: int


async def found(db: Connection, declaratietermijn_maanden: Sequence[int] = (60, 12)) -> Region:
    """Set up the catalogue and the contracts of an empty database."""
    ids = []
    for code, regels in PROFIELEN.items():
        omvang = OMVANGEN.get(code)
        profiel = catalogus.Profiel(
            code,
            code,
            "",
            ["jeugdwet"],
            regels.soort,
            "inspanningsgericht" if omvang else "outputgericht",
            "Een proef" if omvang else None,
            regels.betaalplan,
            omvang.eenheid if omvang else None,
        )
        row = await catalogus.put_profiel(db, profiel)
        ids.append(row["id"])
    tarieflijst = await tarieven.insert_tarieflijst(
        db, "Proef", date(2020, 1, 1), "opsteller", [(i, "licht", 100) for i in ids]
    )
    await tarieven.adopt(db, tarieflijst, "vaststeller", "besluit")
    contracts = {}
    for agb, maanden in zip(AANBIEDERS, declaratietermijn_maanden, strict=True):
        await aanbieders.put_aanbieder(db, agb, f"Aanbieder {agb}", [], [GEMEENTE])
        nummer = await insert_raamovereenkomst(
            db,
            agb,
            Periode(date(2000, 1, 1), date(2040, 12, 31)),
            Voorwaarden(maanden),
            list(PROFIELEN),
            [GEMEENTE],
        )
        contracts[agb] = Raamovereenkomst(
            nummer, frozenset({GEMEENTE}), frozenset(PROFIELEN), maanden
        )
    return Region(contracts, tarieflijst)


def _tiles(verhuizingen: Sequence[Verhuizing]) -> list[Woonplaats]:
    return [Woonplaats(g, vanaf, "brp" if g else "onbekend") for vanaf, g in verhuizingen]


async def register_inwoner(db: Connection, verhuizingen: Sequence[Verhuizing]) -> int:
    """An inwoner who lived here and there; gives its id."""
    return await inwoners.insert_inwoner(
        db, GEMEENTE, date(2010, 5, 1), None, tile(_tiles(verhuizingen))
    )


async def move(db: Connection, inwoner: int, verhuizingen: Sequence[Verhuizing]) -> None:
    """Replace what is known of where an inwoner lived."""
    opgave = inwoners.Opgave("woonplaatsen", [], "proef")
    await inwoners.replace_woonplaatsen(db, inwoner, opgave, tile(_tiles(verhuizingen)))


async def allocate(
    db: Connection,
    region: Region,
    inwoner: int,
    aanbieder: str,
    profiel: str,
    periode: Periode,
    tarief_centen: int,
) -> Toewijzing:
    """Give a toewijzing, priced and frozen as a route would."""
    contract = region.contracten[aanbieder]
    tarief = Tarief(tarief_centen, date(2020, 1, 1), region.tarieflijst)
    omvang = OMVANGEN.get(profiel)
    aanvraag = Aanvraag(
        GEMEENTE, "jeugdwet", profiel, "licht", aanbieder, periode, spoed=True, omvang=omvang
    )
    feiten = Feiten(
        frozenset({"jeugdwet"}),
        "inspanningsgericht" if omvang else "outputgericht",
        contract,
        None,
        tarief,
        None,
        eenheid=omvang.eenheid if omvang else None,
    )
    besluit = decide(aanvraag, feiten, PROFIELEN[profiel])
    dossier = toewijzingen.Dossier(inwoner, [], "gemeente", None, "proef")
    return Toewijzing(
        nummer=await toewijzingen.insert_toewijzing(db, besluit, dossier),
        aanbieder=aanbieder,
        gemeente=GEMEENTE,
        inwoner=inwoner,
        declaratietermijn_maanden=contract.declaratietermijn_maanden,
        termijnen=tuple(
            Termijn(t.mijlpaal, t.periode.begindatum, t.periode.einddatum, t.bedrag_centen)
            for t in besluit.termijnen
        ),
        omvang=_limits(besluit),
    )


def _limits(besluit: Besluit) -> naive.Omvang | None:
    omvang, volumes = besluit.aanvraag.omvang, besluit.volumes
    if omvang is None or volumes is None:
        return None
    return naive.Omvang(
        omvang.eenheid, besluit.tarief.bedrag_centen, volumes.totaal, volumes.maxima
    )


async def give_tasks(db: Connection) -> None:
    """A taakopdracht for each aanbieder."""
    await db.executemany(
        "INSERT INTO taakopdracht (nummer, aanbieder, begindatum, einddatum, termijnen, omvat,"
        " omvat_niet, aangemaakt_door) OVERRIDING SYSTEM VALUE"
        " VALUES ($1, $2, '2026-01-01', '2026-12-31', 12, '{hulp}', '{}', 'proef')",
        list(zip(TAKEN, AANBIEDERS, strict=True)),
    )


def line(
    nummer: int,
    referentie: str,
    toewijzing: Toewijzing,
    termijn: Termijn,
    credits: str | None = None,
) -> Regel:
    """The right line for a termijn; `credits` names the reference of the debit it takes back."""
    return Regel(
        nummer,
        referentie,
        toewijzing.nummer,
        termijn.mijlpaal,
        termijn.begindatum,
        termijn.einddatum,
        termijn.bedrag_centen,
        credits is not None,
        credits,
    )


def as_json(declaratienummer: str, *regels: Regel) -> dict[str, Any]:
    """The lines as an aanbieder sends them to POST /declaraties."""
    return {
        "declaratienummer": declaratienummer,
        "dagtekening": "2026-01-05",
        "regels": [
            {
                "referentie": regel.referentie,
                "toewijzingNummer": regel.toewijzing_nummer,
                "mijlpaal": regel.mijlpaal,
                "begindatum": regel.begindatum.isoformat(),
                "einddatum": regel.einddatum.isoformat(),
                "bedragCenten": regel.bedrag_centen,
                "debetCredit": "credit" if regel.credit else "debet",
                "vorigeReferentie": regel.vorige_referentie,
                "volume": regel.volume,
                "eenheid": regel.eenheid,
            }
            for regel in regels
        ],
    }


async def declare(
    pool: Watched, aanbieder: str, declaratienummer: str, regels: Sequence[Regel], dag: date
) -> tuple[Record, list[Record]]:
    """Settle a declaratie received on this day; gives it with the outcomes of its lines."""
    kop = settle.Kop(aanbieder, declaratienummer, dag)
    async with pool.lent(Binding(aanbieder=aanbieder)) as db:
        async with db.transaction():
            declaratie_id = await settle.reserve(db, aanbieder)
            before = settle.before_each_line(declaratie_id, aanbieder)
            await settle.keep_lines(db, _as_csv(regels, before))
            await settle.lock_aanbieder(db, aanbieder)
            ontvangen_op = datetime.now(UTC)
            await settle.register(db, declaratie_id, kop, b"hash", len(regels), ontvangen_op)
            declaratie = await settle.settle(db, declaratie_id, dag)
        uitkomsten = await db.fetch(declaraties.REGELS, declaratie["id"], aanbieder, None)
    return declaratie, uitkomsten


async def _as_csv(regels: Iterable[Regel], before: bytes) -> AsyncIterator[bytes]:
    for regel in regels:
        buffer = StringIO(newline="")
        *sent, volume, eenheid = regel[1:]
        csv.writer(buffer, lineterminator="\n").writerow((volume, eenheid, *sent))
        yield b"%d%b%b" % (regel.regelnummer, before, buffer.getvalue().encode())
