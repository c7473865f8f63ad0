# SPDX-License-Identifier: EUPL-1.2
"""Cliënten as the rows of four tables, written out for COPY, in blocks that fit in memory."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from itertools import count, islice

from app.api.bsn import BsnSeal
from app.db.bsn import COLUMNS as BSN_COLUMNS
from app.demo.catalogue import PROFIELEN
from app.demo.clienten import Client, Hulp
from app.demo.population import SPOED_REDEN, TEST_BSNS
from app.domain.bsn import passes_eleven_proof
from app.domain.period import Periode
from app.domain.toewijzing import Intensiteit, Tarief
from app.domain.woonplaats import BEGINNING, FOREVER
from app.pricing.besluit import Prijsregels
from app.pricing.betaalplan import Termijn, plan_termijnen
from app.pricing.prijs import price

COLUMNS = {
    "inwoner": ("id", "gemeente", "geboortedatum", *BSN_COLUMNS.split(", ")),
    "woonplaats": ("inwoner_id", "vanaf", "tot_en_met", "gemeente", "grondslag"),
    "toewijzing": (
        "nummer",
        "gemeente",
        "inwoner_id",
        "aanbieder",
        "raamovereenkomst_nummer",
        "wet",
        "verwijzer",
        "spoed_reden",
        "aangemaakt_door",
        "beoogde_resultaten",
        "profiel_id",
        "intensiteit",
        "begindatum",
        "einddatum",
        "tarieflijst_id",
        "tarief_centen",
        "tarief_vanaf",
        "prijs_centen",
    ),
    "termijn": (
        "toewijzing_nummer",
        "aanbieder",
        "inwoner_id",
        "betaler",
        "wet",
        "profiel_id",
        "volgnummer",
        "mijlpaal",
        "begindatum",
        "einddatum",
        "bedrag_centen",
        "declarabel_vanaf",
        "declarabel_tot_en_met",
    ),
}
"""What is written of each table, in the order in which one may refer to another."""

CLIENTEN_PER_BLOK = 5_000
NULL = r"\N"
RESULTATEN = {
    p.code: json.dumps(
        [{"resultaat": p.resultaat, "onderbouwing": "Illustratief ondersteuningsplan"}],
        ensure_ascii=False,  # a backslash means something to COPY
    )
    for p in PROFIELEN
}


@dataclass(frozen=True, slots=True)
class Contract:
    """The raamovereenkomst of an aanbieder."""

    nummer: int
    declaratietermijn_maanden: int


@dataclass(frozen=True, slots=True)
class Catalogus:
    """What toewijzingen are given under. `tarieven` by begindatum, profiel and intensiteit."""

    profiel_ids: Mapping[str, int]
    prijsregels: Mapping[str, Prijsregels]
    contracten: Mapping[str, Contract]
    tarieven: Mapping[tuple[date, str, Intensiteit], Tarief]


@dataclass(slots=True)
class Lading:
    """The rows of some cliënten by table."""

    aantal: int = 0
    rows: dict[str, list[str]] = field(default_factory=lambda: {table: [] for table in COLUMNS})

    def bytes_of(self, table: str) -> bytes:
        """The rows as COPY reads them in its text format."""
        return "".join(self.rows[table]).encode()


class Schrijver:
    """Writes cliënten out, numbering them and their toewijzingen from 1."""

    def __init__(self, catalogus: Catalogus, seal: BsnSeal) -> None:
        self._catalogus = catalogus
        self._seal = seal
        self._ids, self._nummers = count(1), count(1)
        self._vorm = cache(self._decide)
        self._sealed = cache(self._seal_one)
        self._bsns = tuple(filter(passes_eleven_proof, map(str, TEST_BSNS)))

    def ladingen(self, gemeente: str, clienten: Iterable[Client]) -> Iterator[Lading]:
        """The cliënten of one gemeente; those for whom there is no test BSN left go without."""
        clienten, bsns = iter(clienten), iter(self._bsns)
        while deel := list(islice(clienten, CLIENTEN_PER_BLOK)):
            lading = Lading(len(deel))
            for client in deel:
                self._write(lading.rows, gemeente, client, next(bsns, None))
            yield lading

    def _write(
        self, rows: dict[str, list[str]], gemeente: str, client: Client, bsn: str | None
    ) -> None:
        inwoner = next(self._ids)
        sealed = self._sealed(bsn) if bsn else _joined(NULL, NULL, NULL, NULL)
        rows["inwoner"].append(f"{inwoner}\t{gemeente}\t{client.geboortedatum}\t{sealed}\n")
        for vak in client.tijdvakken:
            rows["woonplaats"].append(
                f"{inwoner}\t{_dag(vak.vanaf)}\t{_dag(vak.tot_en_met)}\t{vak.gemeente or NULL}"
                f"\t{vak.grondslag}\n"
            )
        for hulp in client.hulp:
            nummer = next(self._nummers)
            contract = self._catalogus.contracten[hulp.aanbieder]
            kenmerken, termijnen = self._vorm(
                hulp.profiel, hulp.intensiteit, hulp.periode, contract.declaratietermijn_maanden
            )
            rows["toewijzing"].append(
                f"{nummer}\t{gemeente}\t{inwoner}\t{hulp.aanbieder}\t{contract.nummer}"
                f"\t{_besluit(hulp, gemeente)}\t{kenmerken}\n"
            )
            van_de_toewijzing = f"{nummer}\t{hulp.aanbieder}\t{inwoner}\t{gemeente}\t{hulp.wet}"
            rows["termijn"] += [f"{van_de_toewijzing}\t{termijn}\n" for termijn in termijnen]

    def _decide(
        self, profiel: str, intensiteit: Intensiteit, periode: Periode, maanden: int
    ) -> tuple[str, list[str]]:
        """What toewijzingen of this shape have in common, and so have their termijnen."""
        regels = self._catalogus.prijsregels[profiel]
        tarief = self._catalogus.tarieven[periode.begindatum, profiel, intensiteit]
        prijs_centen = price(regels.soort, tarief.bedrag_centen, periode, regels.betaalplan)
        profiel_id = self._catalogus.profiel_ids[profiel]
        kenmerken = (
            RESULTATEN[profiel],
            profiel_id,
            intensiteit,
            periode.begindatum,
            periode.einddatum,
            tarief.tarieflijst,
            tarief.bedrag_centen,
            tarief.vanaf,
            prijs_centen,
        )
        termijnen = plan_termijnen(regels.betaalplan, prijs_centen, periode, maanden)
        return _joined(*kenmerken), [_termijn(profiel_id, t) for t in termijnen]

    def _seal_one(self, bsn: str) -> str:
        kept = self._seal.keep(bsn)
        return _joined(_hex(kept.hash), _hex(kept.versleuteld), kept.sleutel, NULL)


def _hex(value: bytes) -> str:
    return rf"\\x{value.hex()}"


def _besluit(hulp: Hulp, gemeente: str) -> str:
    reden = SPOED_REDEN if hulp.is_spoed else NULL
    return f"{hulp.wet}\t{hulp.verwijzer}\t{reden}\ttoegang-{gemeente}"


def _termijn(profiel_id: int, t: Termijn) -> str:
    return _joined(
        profiel_id,
        t.volgnummer,
        t.mijlpaal,
        t.periode.begindatum,
        t.periode.einddatum,
        t.bedrag_centen,
        t.declarabel_vanaf,
        t.declarabel_tot_en_met,
    )


def _dag(dag: date) -> str:
    return {BEGINNING: "-infinity", FOREVER: "infinity"}.get(dag) or dag.isoformat()


def _joined(*fields: object) -> str:
    return "\t".join(map(str, fields))
