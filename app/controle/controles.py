# SPDX-License-Identifier: EUPL-1.2
"""Prove that the books add up: each proof one query over whole tables, that finds what is wrong.

All of them see the database at one moment, and change nothing. A query keeps what it cannot hold in
memory on disk, so that ten million boekingen take no more memory than ten.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from importlib.resources import files

from app.db.connection import Connection, freeze

CONTROLES = {
    "einduitkomst": "Elke regel heeft één einduitkomst.",
    "regel_geboekt": "De boekingen van een regel tellen op tot haar bedrag.",
    "tellers": "De tellers van een declaratie zijn die van haar regels en boekingen.",
    "eenmaal_toegekend": "Geen termijn is twee keer toegekend.",
    "delen": "De delen van een verdeling tellen op, in centen en in dagen.",
    "naar_dagen": "Elk deel is naar rato van zijn dagen.",
    "credits": "Elke creditboeking neemt haar debetboeking terug.",
    "boeking_volgt_termijn": "Elke boeking zegt wat haar termijn en haar regel zeggen.",
    "boekingnummers": "Elk boekingnummer is eenmaal gegeven.",
    "kosten": "De bewaarde maandsommen zijn die van de boekingen.",
    "aangehouden": "Elke aangehouden regel houdt een eigen, vrije termijn bezet.",
    "prijs_in_termijnen": "De termijnen van een toewijzing tellen op tot haar prijs.",
    "termijn_volgt_toewijzing": "Elke termijn zegt wat haar toewijzing zegt.",
    "tarief_van_toewijzing": "Elke toewijzing heeft het tarief van een vastgestelde lijst.",
    "opbouw": "De opbouw van een tarief telt op tot het tarief.",
    "woonplaatsen": "De woonplaatsen van een inwoner dekken elke dag één keer.",
    "taaktermijnen": "De termijnen van een taakopdracht tellen op tot het bedrag.",
    "taakboekingen": "Elke boeking van een taakopdracht is van een vervallen termijn.",
}
"""Each proof by name, with what it proves; the query is the file of that name in `vragen`."""

MOST_EXAMPLES = 5

# A plan that looks rows up one by one is ruin over whole tables, and just after a restore the
# planner does not know how large they are.
TUNE = """
SELECT set_config('work_mem', '64MB', true), set_config('enable_nestloop', 'off', true),
       set_config('jit', 'off', true)
"""

FIND = """
WITH fouten AS MATERIALIZED ({vraag})
SELECT (SELECT count(*) FROM fouten) AS aantal,
       ARRAY(SELECT waar || ': ' || bevinding FROM fouten LIMIT $1) AS voorbeelden
"""

OMVANG = """
SELECT (SELECT count(*) FROM toewijzing) AS toewijzingen,
       (SELECT count(*) FROM declaratie) AS declaraties,
       (SELECT count(*) FROM declaratieregel) AS regels,
       (SELECT count(*) FROM boeking) AS boekingen,
       (SELECT count(*) FROM taakboeking) AS taakboekingen
"""


@dataclass(frozen=True, slots=True)
class Bevinding:
    """What one proof found; without faults it holds."""

    naam: str
    bewering: str
    aantal_fouten: int
    voorbeelden: tuple[str, ...]


async def see_one_moment(db: Connection) -> None:
    """From here to the end of this transaction, which has just begun, change nothing."""
    await freeze(db)
    await db.execute(TUNE)


async def measure(db: Connection) -> dict[str, int]:
    """How much there is of what is proven."""
    row = await db.fetchrow(OMVANG)
    assert row is not None
    return dict(row)


async def find_faults(db: Connection) -> AsyncIterator[Bevinding]:
    """Run each proof in turn. Asked after `see_one_moment`."""
    for naam, bewering in CONTROLES.items():
        vraag = (files("app.controle.vragen") / f"{naam}.sql").read_text(encoding="utf-8")
        row = await db.fetchrow(FIND.replace("{vraag}", vraag), MOST_EXAMPLES)
        assert row is not None
        yield Bevinding(naam, bewering, row["aantal"], tuple(row["voorbeelden"]))
