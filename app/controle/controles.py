# SPDX-License-Identifier: EUPL-1.2
"""Prove that the books add up: each proof one query over whole tables, that finds what is wrong.

All of them see the database at one moment, and change nothing. A query keeps what it cannot hold in
memory on disk, so that ten million boekingen take no more memory than ten.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from importlib.resources import files

from app.db.connection import Connection, freeze
from app.db.zegels import INHOUD_VAN_ALLE, SCHAKEL

CONTROLES = {
    "einduitkomst": "Elke regel heeft één einduitkomst.",
    "regel_geboekt": "De boekingen van een regel tellen op tot haar bedrag.",
    "tellers": "De tellers van een declaratie zijn die van haar regels en boekingen.",
    "eenmaal_toegekend": "Geen termijn is twee keer toegekend.",
    "delen": "De delen van een verdeling tellen op, in centen en in dagen.",
    "volumes": "Geen toewijzing of termijn kreeg meer volume dan zij omvat, tegen haar tarief.",
    "naar_dagen": "Elk deel is naar rato van zijn dagen.",
    "credits": "Elke creditboeking neemt haar debetboeking terug.",
    "boeking_volgt_termijn": "Elke boeking zegt wat haar termijn en haar regel zeggen.",
    "herverdelingen": "Elke herverdeling zegt wat zij terugboekte en opnieuw boekte.",
    "boekingnummers": "Elk boekingnummer is eenmaal gegeven.",
    "kosten": "De bewaarde maandsommen zijn die van de boekingen.",
    "verzegeld": "Alles wat is afgehandeld is verzegeld, of wacht daarop.",
    "zegels": "Wat verzegeld is, is niet veranderd.",
    "zegelketen": "De zegels van een aanbieder zijn een ongebroken keten.",
    "specificaties": "Wat is gespecificeerd en wordt gedragen, is wat is geboekt.",
    "betalingen": "Wat als betaald geldt, is wat aan betalingen is vastgelegd.",
    "aangehouden": "Elke aangehouden regel houdt een eigen, vrije termijn bezet.",
    "prijs_in_termijnen": "De termijnen van een toewijzing tellen op tot haar prijs.",
    "vervallen": "Geen vervallen termijn is nog toegekend.",
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

SHARED = {"{inhoud}": INHOUD_VAN_ALLE, "{schakel}": SCHAKEL.format(vorige="vorige")}
"""What a proof and the sealer have in common, by the place where it goes in a query."""

OMVANG = """
SELECT (SELECT count(*) FROM toewijzing) AS toewijzingen,
       (SELECT count(*) FROM declaratie) AS declaraties,
       (SELECT count(*) FROM declaratieregel) AS regels,
       (SELECT count(*) FROM boeking) AS boekingen,
       (SELECT count(*) FROM taakboeking) AS taakboekingen,
       (SELECT count(*) FROM zegel) AS zegels,
       (SELECT count(*) FROM te_verzegelen) AS wachtend_op_zegel
"""


KETENS = """
SELECT DISTINCT ON (aanbieder) aanbieder, volgnummer, encode(hash, 'hex') AS hash
FROM zegel
ORDER BY aanbieder, volgnummer DESC
"""

VERANDERDE_KETENS = """
SELECT 'aanbieder ' || e.aanbieder || ' zegel ' || e.volgnummer
       || CASE WHEN z.hash IS NULL THEN ': is er niet meer' ELSE ': is een ander' END AS waar
FROM unnest($1::text[], $2::bigint[], $3::text[]) AS e (aanbieder, volgnummer, hash)
LEFT JOIN zegel z USING (aanbieder, volgnummer)
WHERE encode(z.hash, 'hex') IS DISTINCT FROM e.hash
"""


@dataclass(frozen=True, slots=True)
class Keten:
    """The last seal of an aanbieder: whoever keeps it sees when the chain was made anew."""

    aanbieder: str
    volgnummer: int
    hash: str


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


async def find_ketens(db: Connection) -> list[Keten]:
    """The last seal of each aanbieder."""
    return [Keten(*row) for row in await db.fetch(KETENS)]


async def compare_ketens(db: Connection, eerder: Sequence[Keten]) -> Bevinding:
    """Whether the last seals of an earlier report are still there."""
    rows = await db.fetch(
        VERANDERDE_KETENS,
        [keten.aanbieder for keten in eerder],
        [keten.volgnummer for keten in eerder],
        [keten.hash for keten in eerder],
    )
    voorbeelden = tuple(row["waar"] for row in rows[:MOST_EXAMPLES])
    bewering = "De laatste zegels van het eerdere verslag staan er nog."
    return Bevinding("eerder_verslag", bewering, len(rows), voorbeelden)


async def find_faults(db: Connection) -> AsyncIterator[Bevinding]:
    """Run each proof in turn. Asked after `see_one_moment`."""
    for naam, bewering in CONTROLES.items():
        row = await db.fetchrow(FIND.replace("{vraag}", _vraag(naam)), MOST_EXAMPLES)
        assert row is not None
        yield Bevinding(naam, bewering, row["aantal"], tuple(row["voorbeelden"]))


def _vraag(naam: str) -> str:
    vraag = (files("app.controle.vragen") / f"{naam}.sql").read_text(encoding="utf-8")
    for place, shared in SHARED.items():
        vraag = vraag.replace(place, shared)
    return vraag
