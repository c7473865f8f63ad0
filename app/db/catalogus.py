# SPDX-License-Identifier: EUPL-1.2
"""Gemeenten and profielen: what there is to choose from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from asyncpg import Record

from app.db.connection import Connection
from app.domain.errors import NotFound
from app.domain.gemeentecode import Gemeentecode
from app.domain.omvang import Eenheid
from app.pricing.betaalplan import (
    MIJLPALEN,
    Aandeel,
    Betaalplan,
    Einde,
    Maandelijks,
    Mijlpalen,
    Soort,
    Wekelijks,
)

# $1: the day on which the codes hold.
GEMEENTEN = """
SELECT code, naam, samen14, geldig_vanaf, geldig_tot_en_met, opvolger
FROM gemeente
WHERE $1::date BETWEEN coalesce(geldig_vanaf, '-infinity')
                   AND coalesce(geldig_tot_en_met, 'infinity')
ORDER BY code
"""
PROFIELEN = "SELECT * FROM profiel ORDER BY code"

PUT_PROFIEL = """
INSERT INTO profiel (
    code, naam, omschrijving, wetten, soort, bekostiging, bekostiging_reden, betaalplan,
    aandeel_start, aandeel_voortgang, aandeel_resultaat, gebroken_maand, eenheid
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
ON CONFLICT (code) DO UPDATE
SET naam = excluded.naam, omschrijving = excluded.omschrijving, wetten = excluded.wetten,
    soort = excluded.soort, bekostiging = excluded.bekostiging,
    bekostiging_reden = excluded.bekostiging_reden, betaalplan = excluded.betaalplan,
    aandeel_start = excluded.aandeel_start, aandeel_voortgang = excluded.aandeel_voortgang,
    aandeel_resultaat = excluded.aandeel_resultaat, gebroken_maand = excluded.gebroken_maand,
    eenheid = excluded.eenheid
RETURNING *, xmax = 0 AS is_new
"""

PLAN_NAMES: Mapping[type[Betaalplan], str] = {
    Mijlpalen: "mijlpalen",
    Einde: "einde",
    Maandelijks: "maandelijks",
    Wekelijks: "wekelijks",
}


@dataclass(frozen=True, slots=True)
class Profiel:
    """A profiel to be written. `bekostiging_reden` None: the usual reason.

    `eenheid` is that of the tarief, where the profiel is inspanningsgericht.
    """

    code: str
    naam: str
    omschrijving: str
    wetten: Sequence[str]
    soort: Soort
    bekostiging: str
    bekostiging_reden: str | None
    betaalplan: Betaalplan
    eenheid: Eenheid | None = None


async def find_gemeentecodes(db: Connection) -> dict[str, Gemeentecode]:
    """All codes that ever held, with when; they change only with a migration."""
    rows = await db.fetch(
        "SELECT code, geldig_vanaf, geldig_tot_en_met, opvolger FROM gemeente ORDER BY code"
    )
    return {
        row["code"]: Gemeentecode(row["geldig_vanaf"], row["geldig_tot_en_met"], row["opvolger"])
        for row in rows
    }


async def find_profiel(db: Connection, code: str) -> Record:
    """One profiel. Raises NotFound."""
    row = await db.fetchrow("SELECT * FROM profiel WHERE code = $1", code)
    if row is None:
        raise NotFound("profiel_niet_gevonden", f"Er is geen profiel {code}.")
    return row


async def find_profiel_ids(db: Connection, codes: Iterable[str]) -> Mapping[str, int]:
    """The keys of profielen by their code. Raises NotFound, naming every code that is unknown."""
    rows = await db.fetch("SELECT code, id FROM profiel WHERE code = ANY($1)", list(set(codes)))
    ids = {row["code"]: row["id"] for row in rows}
    if unknown := sorted(set(codes) - ids.keys()):
        raise NotFound("profiel_niet_gevonden", f"Er is geen profiel {', '.join(unknown)}.")
    return ids


async def put_profiel(db: Connection, profiel: Profiel) -> Record:
    """Write a profiel; `is_new` of the answer tells whether it was not there before."""
    plan = profiel.betaalplan
    shares = {a.mijlpaal: a.aandeel for a in plan.aandelen} if isinstance(plan, Mijlpalen) else {}
    row = await db.fetchrow(
        PUT_PROFIEL,
        profiel.code,
        profiel.naam,
        profiel.omschrijving,
        profiel.wetten,
        profiel.soort,
        profiel.bekostiging,
        profiel.bekostiging_reden,
        PLAN_NAMES[type(plan)],
        *(shares.get(mijlpaal) for mijlpaal in MIJLPALEN),
        plan.gebroken_maand if isinstance(plan, Maandelijks) else None,
        profiel.eenheid,
    )
    assert row is not None
    return row


def betaalplan_of(row: Record) -> Betaalplan:
    """The plan of a profiel, from its row, as `pricing` knows it."""
    match row["betaalplan"]:
        case "mijlpalen":
            shares = ((m, row[f"aandeel_{m}"]) for m in MIJLPALEN)
            return Mijlpalen(tuple(Aandeel(m, share) for m, share in shares if share is not None))
        case "maandelijks":
            return Maandelijks(row["gebroken_maand"])
        case "wekelijks":
            return Wekelijks()
        case _:
            return Einde()
