# SPDX-License-Identifier: EUPL-1.2
"""What holds after every step: the books by themselves, and beside the naive model."""

import json
from collections.abc import Iterator
from typing import Any

from app.db.connection import Connection
from tests.contract.declaring import ALMELO, ENSCHEDE, HENGELO, Region
from tests.stateful.account import Regel, Toewijzing
from tests.stateful.model import Model

# Each finds nothing.
ALWAYS = {
    "what is granted of a toewijzing lies between nothing and what is due of its price": """
        SELECT tw.nummer, tw.prijs_centen, tw.verschuldigd_centen, sum(b.bedrag_centen)
        FROM toewijzing tw JOIN boeking b ON b.toewijzing_nummer = tw.nummer
        GROUP BY tw.nummer
        HAVING sum(b.bedrag_centen)
               NOT BETWEEN 0 AND coalesce(tw.verschuldigd_centen, tw.prijs_centen)
            OR tw.verschuldigd_centen > tw.prijs_centen
    """,
    "a continuation and its origin together never exceed the price": """
        SELECT v.id, oud.prijs_centen, oud.verschuldigd_centen, vervolg.prijs_centen
        FROM voortzetting v
        JOIN toewijzing oud ON oud.nummer = v.toewijzing_nummer
        JOIN toewijzing vervolg ON vervolg.nummer = v.vervolg
        WHERE oud.verschuldigd_centen + LEAST(
            vervolg.prijs_centen,
            (SELECT coalesce(sum(bedrag_centen), 0) FROM boeking
             WHERE toewijzing_nummer = vervolg.nummer)
        ) > oud.prijs_centen
    """,
    "the boekingen of a line add up to what is granted of it": """
        SELECT r.declaratie_id, r.regelnummer
        FROM declaratieregel r
        LEFT JOIN boeking b USING (declaratie_id, regelnummer)
        LEFT JOIN oordeel o USING (declaratie_id, regelnummer)
        GROUP BY r.declaratie_id, r.regelnummer, o.uitkomst
        HAVING coalesce(sum(b.bedrag_centen), 0) <> CASE
               WHEN o.uitkomst IS NOT NULL THEN 0
               WHEN r.credit THEN -r.bedrag_centen ELSE r.bedrag_centen END
    """,
    "what the dragers bear is what the betalers pay": """
        SELECT betaald.som, gedragen.som
        FROM (SELECT coalesce(sum(bedrag_centen), 0) AS som FROM betaalspecificatie) betaald,
             (SELECT coalesce(sum(bedrag_centen), 0) AS som FROM kostensom) gedragen
        WHERE betaald.som <> gedragen.som
    """,
    "the counts of a declaratie are those of its lines, each of which has one end or is held": """
        SELECT d.id
        FROM declaratie d
        JOIN declaratieregel r ON r.declaratie_id = d.id
        LEFT JOIN oordeel o ON o.declaratie_id = d.id AND o.regelnummer = r.regelnummer
        GROUP BY d.id
        HAVING d.afgehandeld_op IS NULL OR d.mislukt_op IS NOT NULL
            OR (d.aantal_regels, d.aantal_toegekend, d.aantal_afgekeurd, d.aantal_aangehouden)
               IS DISTINCT FROM
               (count(*), count(*) FILTER (WHERE o.uitkomst IS NULL),
                count(*) FILTER (WHERE o.uitkomst = 'afgekeurd'),
                count(*) FILTER (WHERE o.uitkomst = 'aangehouden'))
    """,
    "what is paid lies between nothing and what is specified": """
        SELECT s.id FROM betaalspecificatie s LEFT JOIN betaling b ON b.specificatie_id = s.id
        GROUP BY s.id
        HAVING coalesce(sum(b.bedrag_centen), 0) <> s.betaald_centen
            OR abs(s.betaald_centen) > abs(s.bedrag_centen)
    """,
}

HELP = """
SELECT nummer, gemeente, aanbieder, inwoner_id, status, begindatum, einddatum, prijs_centen,
       verschuldigd_centen, is_in_beoordeling, opgeschort_vanaf
FROM toewijzing ORDER BY nummer
"""

TERMIJNEN = """
SELECT t.toewijzing_nummer, t.mijlpaal, t.begindatum, t.einddatum, t.bedrag_centen,
       t.declarabel_vanaf, o.uitkomst IS NOT NULL AS aangehouden,
       coalesce(jsonb_agg(jsonb_build_array(b.gemeente, b.dagen, b.bedrag_centen)
                          ORDER BY b.gemeente) FILTER (WHERE b.beurt % 2 = 0), '[]') AS verdeling
FROM termijn t
LEFT JOIN boeking b ON b.toewijzing_nummer = t.toewijzing_nummer AND b.termijn = t.volgnummer
      AND b.beurt = (SELECT max(beurt) FROM boeking
                     WHERE toewijzing_nummer = t.toewijzing_nummer AND termijn = t.volgnummer)
LEFT JOIN oordeel o ON o.toewijzing_nummer = t.toewijzing_nummer AND o.termijn = t.volgnummer
      AND o.uitkomst = 'aangehouden'
WHERE t.vervallen_door = 0
GROUP BY t.toewijzing_nummer, t.volgnummer, o.uitkomst
ORDER BY t.toewijzing_nummer, t.volgnummer
"""

REGELS = """
SELECT d.aanbieder, d.declaratienummer, r.regelnummer,
       coalesce(o.uitkomst, 'toegekend') AS uitkomst, coalesce(o.redenen, '{}') AS redenen
FROM declaratie d
JOIN declaratieregel r ON r.declaratie_id = d.id
LEFT JOIN oordeel o ON o.declaratie_id = d.id AND o.regelnummer = r.regelnummer
WHERE d.gebeurtenis = 0
ORDER BY d.aanbieder, d.declaratienummer, r.regelnummer
"""

PAID = "SELECT id, betaald_centen FROM betaalspecificatie WHERE betaald_centen <> 0 ORDER BY id"
SALDI = """
SELECT betaler, gemeente, sum(bedrag_centen)::bigint FROM boeking GROUP BY 1, 2
HAVING sum(bedrag_centen) <> 0 ORDER BY 1, 2
"""

Facts = dict[str, list[Any]]


async def check_always(db: Connection) -> None:
    """The books by themselves."""
    for claim, exceptions in ALWAYS.items():
        found = await db.fetch(exceptions)
        assert not found, (claim, found)


async def observe(db: Connection) -> Facts:
    """How everything stands in the database, in the words of `told`."""
    rows = {"help": HELP, "termijnen": TERMIJNEN, "regels": REGELS, "paid": PAID, "borne": SALDI}
    found = {name: [list(row) for row in await db.fetch(query)] for name, query in rows.items()}
    for row in found["termijnen"]:
        row[-1] = json.loads(row[-1]) if isinstance(row[-1], str) else row[-1]
    for row in found["regels"]:
        # A line that waits says what for as it was last judged; that it has a cause is what counts.
        row[-1] = [] if row[-2] == "aangehouden" else sorted(row[-1])
    return found


def told(model: Model) -> Facts:
    """How everything must stand by the naive model."""
    help_ = sorted(model.toewijzingen.values(), key=lambda tw: tw.nummer)
    return {
        "help": [_help(tw) for tw in help_],
        "termijnen": [row for tw in help_ for row in _termijnen(tw)],
        "regels": [
            [*key, at, regel.uitkomst, _redenen(regel)]
            for key, regels in sorted(model.declaraties.items())
            for at, regel in enumerate(regels, start=1)
        ],
        "paid": [[*pair] for pair in sorted(model.paid.items()) if pair[1]],
        "borne": [[*pair, cents] for pair, cents in sorted(model.borne().items()) if cents],
    }


def differences(model: Model, seen: Facts) -> str:
    """What the service says that the model does not (+), and the other way round (-)."""
    must = told(model)
    return "\n".join(line for name in must for line in _compared(name, must[name], seen[name]))


def _compared(name: str, must: list[Any], seen: list[Any]) -> Iterator[str]:
    yield from (f"  - {name} {row}" for row in must if row not in seen)
    yield from (f"  + {name} {row}" for row in seen if row not in must)
    if len(must) != len(seen):
        yield f"  {name}: {len(must)} must be there, {len(seen)} are"


def _help(tw: Toewijzing) -> list[Any]:
    return [
        *(tw.nummer, tw.gemeente, tw.aanbieder, tw.inwoner, tw.status, tw.begin, tw.eind),
        *(tw.prijs, tw.verschuldigd, tw.in_beoordeling, tw.opgeschort),
    ]


def _termijnen(tw: Toewijzing) -> Iterator[list[Any]]:
    for t in tw.staand:
        verdeling = sorted([d.gemeente, d.dagen, d.bedrag_centen] for d in t.verdeling)
        yield [tw.nummer, t.mijlpaal, t.begin, t.eind, t.bedrag, t.vanaf, t.held, verdeling]


def _redenen(regel: Regel) -> list[str]:
    return [] if regel.uitkomst == "aangehouden" else sorted(regel.redenen)


async def check_answers(model: Model, region: Region) -> None:
    """What each caller is told: all of its own, nothing of another's, and it adds up."""
    for gemeente in (ENSCHEDE, HENGELO):
        listed = await _all(region, "/toewijzingen", region.toegang(gemeente))
        own = {tw.nummer for tw in model.toewijzingen.values() if tw.gemeente == gemeente}
        assert {tw["nummer"] for tw in listed} == own, (listed, own)
        specs = await _all(region, "/betaalspecificaties", region.financien(gemeente))
        paid = sum(cents for (betaler, _), cents in model.borne().items() if betaler == gemeente)
        assert {spec["betaler"] for spec in specs} <= {gemeente}, specs
        assert sum(spec["bedragCenten"] for spec in specs) == paid, (specs, paid)
        asked = await _all(region, "/verzoeken", region.toegang(gemeente))
        assert {verzoek["gemeente"] for verzoek in asked} <= {gemeente}, asked
    for agb in sorted({tw.aanbieder for tw in model.toewijzingen.values()}):
        listed = await _all(region, "/toewijzingen", region.aanbieder(agb))
        own = {tw.nummer for tw in model.toewijzingen.values() if tw.aanbieder == agb}
        assert {tw["nummer"] for tw in listed} == own, (listed, own)
        sent = await _all(region, "/declaraties", region.aanbieder(agb))
        mine = {nummer for whose, nummer in model.sent if whose == agb}
        theirs = {d["declaratienummer"] for d in sent if " " not in d["declaratienummer"]}
        assert theirs == mine, (theirs, mine)
    await _check_borne(model, region)


async def _check_borne(model: Model, region: Region) -> None:
    borne = model.borne()
    for gemeente in (ENSCHEDE, HENGELO, ALMELO):
        path = f"/kosten?gemeente={gemeente}&vanaf=2020-01-01&totEnMet=2035-12-31"
        costs = await region.get(f"{path}&groepering=maand", region.financien(gemeente))
        due = sum(cents for (_, drager), cents in borne.items() if drager == gemeente)
        assert costs["bedragCenten"] == due, (gemeente, costs, due)
        assert sum(groep["bedragCenten"] for groep in costs["groepen"]) == due, costs
    saldi = await _all(region, "/verrekeningen", region.regio)
    assert sum(row["saldoCenten"] for row in saldi) == 0, saldi
    for row in saldi:
        a, b = row["gemeente"], row["tegenpartij"]
        assert row["saldoCenten"] == borne.get((a, b), 0) - borne.get((b, a), 0), (row, borne)


async def _all(region: Region, path: str, caller: dict[str, str]) -> list[dict[str, Any]]:
    page = await region.get(f"{path}?pageSize=500", caller)
    assert page["next"] is None
    results: list[dict[str, Any]] = page["results"]
    return results
