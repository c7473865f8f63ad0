# SPDX-License-Identifier: EUPL-1.2
"""The price book of a day, read from the lists."""

from datetime import date, datetime

from asyncpg import Record

from app.db.connection import Connection
from app.db.tarieven import effective
from app.pricing.prijzenboek import EENHEDEN, Boeklijst, Boekprijs, Prijzenboek, change

PRIJZEN = f"""
WITH geldend AS ({effective("$1::date", "$2")}),
     vorig AS ({effective("(SELECT max(vanaf) - 1 FROM geldend)", "$2")})
SELECT geldend.profiel, p.naam, p.soort, geldend.intensiteit, geldend.bedrag_centen,
       geldend.vanaf, geldend.tarieflijst, vorig.bedrag_centen AS vorig_bedrag_centen
FROM geldend
JOIN profiel p ON p.id = geldend.profiel_id
LEFT JOIN vorig USING (profiel_id, intensiteit)
ORDER BY geldend.profiel, geldend.intensiteit
"""

LIJSTEN = """
SELECT l.id, l.naam, l.vanaf, l.vastgesteld_op,
       coalesce(l.besluit, (
           SELECT string_agg(concat_ws(' ', b.gemeente, b.datum, b.kenmerk), '; '
                             ORDER BY b.gemeente)
           FROM gemeentebesluit b
           WHERE b.tarieflijst_id = l.id
       ), '') AS besluit
FROM tarieflijst l
WHERE l.id = ANY($1::bigint[])
ORDER BY l.vanaf, l.id
"""


async def find_prijzenboek(
    db: Connection, peildatum: date, bekend_op: datetime | None
) -> Prijzenboek:
    """The book of the day, as known at the moment, or else at this one."""
    moment: datetime = await db.fetchval(
        "SELECT coalesce($1::timestamptz, clock_timestamp())", bekend_op
    )
    prijzen = [_prijs(row) for row in await db.fetch(PRIJZEN, peildatum, moment)]
    lijsten = await db.fetch(LIJSTEN, list({prijs.tarieflijst for prijs in prijzen}))
    return Prijzenboek(peildatum, moment, [Boeklijst(**row) for row in lijsten], prijzen)


def _prijs(row: Record) -> Boekprijs:
    fields = dict(row)
    eenheid = EENHEDEN[fields.pop("soort")]
    wijziging = change(row["vorig_bedrag_centen"], row["bedrag_centen"])
    return Boekprijs(**fields, eenheid=eenheid, wijziging=wijziging)
