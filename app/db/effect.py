# SPDX-License-Identifier: EUPL-1.2
"""What a tarieflijst would change in the costs of gemeenten: sums alone, never a person."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from asyncpg import Record

from app.db.catalogus import betaalplan_of
from app.db.connection import Connection
from app.domain.period import Periode
from app.pricing.betaalplan import Betaalplan

GIVEN = "tw.begindatum BETWEEN $2 AND $3 AND tw.status <> 'ingetrokken'"
PER_YEAR = "p.soort = 'duurzaam' AND p.bekostiging = 'outputgericht'"
AS_PLANNED = "tw.verschuldigd_centen IS NULL AND tw.volgt_op IS NULL"
COST = "coalesce(tw.verschuldigd_centen, tw.prijs_centen)"

# Each stretch once, whoever it is of: pricing says how much of a year's tarief it costs.
STRETCHES = f"""
SELECT DISTINCT tw.begindatum, tw.einddatum, tw.profiel_id, p.betaalplan, p.aandeel_start,
       p.aandeel_voortgang, p.aandeel_resultaat, p.gebroken_maand
FROM zicht.kosten_van_toewijzing tw
JOIN profiel p ON p.id = tw.profiel_id
JOIN tarief t ON t.tarieflijst_id = $1 AND t.profiel_id = tw.profiel_id
             AND t.intensiteit = tw.intensiteit
WHERE {GIVEN} AND {PER_YEAR} AND {AS_PLANNED}
"""


def _rounded(teller: str, noemer: str) -> str:
    """Half up, of what is not negative."""
    return f"div(2 * {teller} + {noemer}, 2 * {noemer})"


# A price that is not per year follows its tarief in proportion; so does what came of one that ended
# before its time, or was given for the rest of another.
EFFECT = f"""
WITH stuk AS (
    SELECT * FROM unnest($4::integer[], $5::date[], $6::date[], $7::numeric[], $8::numeric[])
                  AS s(profiel_id, begindatum, einddatum, teller, noemer)
), som AS (
    SELECT tw.gemeente, tw.wet, sum({COST})::bigint AS huidig_centen,
           sum(CASE
               WHEN t.bedrag_centen IS NULL THEN {COST}
               WHEN stuk.teller IS NULL
               THEN {_rounded(f"{COST}::numeric * t.bedrag_centen", "tw.tarief_centen")}
               ELSE {_rounded("t.bedrag_centen * stuk.teller", "stuk.noemer")}
               END)::bigint AS nieuw_centen
    FROM zicht.kosten_van_toewijzing tw
    LEFT JOIN tarief t ON t.tarieflijst_id = $1 AND t.profiel_id = tw.profiel_id
                      AND t.intensiteit = tw.intensiteit
    LEFT JOIN stuk ON stuk.profiel_id = tw.profiel_id AND stuk.begindatum = tw.begindatum
                  AND stuk.einddatum = tw.einddatum AND {AS_PLANNED}
    WHERE {GIVEN}
    GROUP BY tw.gemeente, tw.wet
)
SELECT gemeente, wet, coalesce(huidig_centen, 0) AS huidig_centen,
       coalesce(nieuw_centen, 0) AS nieuw_centen, b.bedrag_centen AS budget_centen
FROM som
FULL JOIN (SELECT gemeente, wet, bedrag_centen FROM budget WHERE jaar = $9) AS b
     USING (gemeente, wet)
ORDER BY gemeente, wet
"""


async def find_stretches(
    db: Connection, tarieflijst_id: int, vanaf: date, tot_en_met: date
) -> list[tuple[int, Periode, Betaalplan]]:
    """The stretches that toewijzingen priced per year run, with the id and plan of the profiel."""
    rows = await db.fetch(STRETCHES, tarieflijst_id, vanaf, tot_en_met)
    return [
        (row["profiel_id"], Periode(row["begindatum"], row["einddatum"]), betaalplan_of(row))
        for row in rows
    ]


async def find_effect(
    db: Connection,
    tarieflijst_id: int,
    vanaf: date,
    tot_en_met: date,
    jaar: int,
    stretches: Sequence[tuple[int, Periode, Fraction]],
) -> list[Record]:
    """Per gemeente and wet what toewijzingen of these days cost, and would cost at the list.

    `stretches` says for each what share of a year's tarief it costs. Budgets are those of `jaar`.
    """
    return await db.fetch(
        EFFECT,
        tarieflijst_id,
        vanaf,
        tot_en_met,
        [profiel_id for profiel_id, _, _ in stretches],
        [periode.begindatum for _, periode, _ in stretches],
        [periode.einddatum for _, periode, _ in stretches],
        [deel.numerator for _, _, deel in stretches],
        [deel.denominator for _, _, deel in stretches],
        jaar,
    )
