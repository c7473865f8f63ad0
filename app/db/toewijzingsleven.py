# SPDX-License-Identifier: EUPL-1.2
"""What happens to a toewijzing: where it stands, what is written down of it, what lapses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from asyncpg import Record

from app.db import omvangen
from app.db.catalogus import betaalplan_of
from app.db.connection import Connection
from app.db.omvangen import omvang_of
from app.db.toewijzingen import Dossier, not_found
from app.domain.contractleven import IN_DEFAULT
from app.domain.omvang import Omvang
from app.domain.period import Periode
from app.domain.toewijzing import Aanvraag, Intensiteit
from app.domain.toewijzingsleven import Soort, Stand, Status, Termijnstand
from app.domain.voortzetting import longest
from app.pricing.besluit import Prijsregels
from app.pricing.betaalplan import Termijn

# $2 and $3 bind the caller: exactly one of them is null.
LOCK = """
SELECT tw.*, p.code AS profiel, p.soort, p.betaalplan, p.aandeel_start, p.aandeel_voortgang,
       p.aandeel_resultaat, p.gebroken_maand, r.declaratietermijn_maanden,
       om.volume, om.eenheid, om.frequentie
FROM toewijzing tw
JOIN profiel p ON p.id = tw.profiel_id
JOIN raamovereenkomst r ON r.nummer = tw.raamovereenkomst_nummer
LEFT JOIN omvang om ON om.toewijzing_nummer = tw.nummer
WHERE tw.nummer = $1 AND (tw.gemeente = $2 OR tw.aanbieder = $3)
FOR NO KEY UPDATE OF tw
"""

# Who gives a toewijzing holds the inwoner too, and then waits for what overlaps: this comes first.
LOCK_INWONER = "SELECT id FROM inwoner WHERE id = $1 FOR NO KEY UPDATE"

TERMIJNEN = """
SELECT t.volgnummer, t.mijlpaal, t.begindatum, t.einddatum, t.bedrag_centen,
       CASE WHEN EXISTS (SELECT FROM oordeel o
                         WHERE o.toewijzing_nummer = t.toewijzing_nummer
                           AND o.termijn = t.volgnummer AND o.uitkomst = 'aangehouden')
            THEN 'aangehouden'
            WHEN (SELECT max(beurt) % 2 = 0 FROM boeking b
                  WHERE b.toewijzing_nummer = t.toewijzing_nummer AND b.termijn = t.volgnummer)
            THEN 'toegekend'
            ELSE 'open' END AS stand
FROM termijn t
WHERE t.toewijzing_nummer = $1 AND t.vervallen_door = 0
ORDER BY t.volgnummer
"""

INSERT_GEBEURTENIS = """
INSERT INTO toewijzing_gebeurtenis (
    nummer, volgnummer, soort, datum, reden, toelichting, geplande_einddatum, afrekening,
    geregistreerd_door
)
SELECT $1, coalesce(max(volgnummer), 0) + 1, $2, $3, $4, $5, $6, $7, $8
FROM toewijzing_gebeurtenis WHERE nummer = $1
RETURNING volgnummer
"""

# The termijnen that lapse make room for the new ones: whoever reads `vervallen` comes after it.
CHANGE = """
WITH gewijzigd AS (
    UPDATE toewijzing
    SET status = $3, einddatum = $4, prijs_centen = $5, verschuldigd_centen = $6,
        is_in_beoordeling = $7, opgeschort_vanaf = $8
    WHERE nummer = $1
    RETURNING *
),
vervallen AS (
    UPDATE termijn SET vervallen_door = $2
    WHERE toewijzing_nummer = $1 AND volgnummer = ANY($9::smallint[])
    RETURNING volgnummer
),
herzien AS (
    -- by volume the amount of a termijn is its part of the whole, and that may change
    UPDATE termijn t SET bedrag_centen = b.bedrag_centen
    FROM unnest($17::smallint[], $18::bigint[]) AS b (volgnummer, bedrag_centen)
    WHERE t.toewijzing_nummer = $1 AND t.volgnummer = b.volgnummer
)
INSERT INTO termijn (
    toewijzing_nummer, volgnummer, mijlpaal, begindatum, einddatum, bedrag_centen,
    declarabel_vanaf, declarabel_tot_en_met, aanbieder, inwoner_id, betaler, profiel_id, wet
)
SELECT tw.nummer, t.*, tw.aanbieder, tw.inwoner_id, tw.gemeente, tw.profiel_id, tw.wet
FROM gewijzigd tw,
     unnest($10::smallint[], $11::text[], $12::date[], $13::date[], $14::bigint[],
            $15::date[], $16::date[]) AS t
WHERE (SELECT count(*) FROM vervallen) >= 0
"""

# Asked after the locks: what was committed while waiting for them counts.
REST = """
SELECT r.ontbonden_grond,
       (SELECT max(volgnummer) FROM termijn WHERE toewijzing_nummer = tw.nummer)
           AS laatste_termijn,
       (SELECT datum FROM toewijzing_gebeurtenis g
        WHERE g.nummer = tw.nummer AND g.soort = 'hervat'
        ORDER BY g.volgnummer DESC LIMIT 1) AS laatste_hervatting,
       (SELECT min(datum) FROM toewijzing_gebeurtenis g
        WHERE g.nummer = tw.nummer AND g.soort = 'gestart') AS gestart,
       (SELECT min(datum) FROM toewijzing_gebeurtenis g
        WHERE g.nummer = tw.nummer AND g.soort = 'gestopt') AS gestopt,
       (SELECT v.begindatum FROM voortzetting v WHERE v.vervolg = tw.nummer) AS voortgezet_vanaf,
       (SELECT g.geplande_einddatum FROM toewijzing_gebeurtenis g
        WHERE g.nummer = tw.nummer AND g.soort = 'beeindigd'
        ORDER BY g.volgnummer DESC LIMIT 1) AS geplande_einddatum
FROM toewijzing tw
JOIN raamovereenkomst r ON r.nummer = tw.raamovereenkomst_nummer
WHERE tw.nummer = $1
"""


@dataclass(frozen=True, slots=True)
class Lopend:
    """A toewijzing that is locked, with all that decides about it."""

    row: Record
    stand: Stand
    rest: Record

    @property
    def nummer(self) -> int:
        return int(self.row["nummer"])

    @property
    def aanbieder(self) -> str:
        return str(self.row["aanbieder"])

    @property
    def maanden(self) -> int:
        """The declaratietermijn of its contract."""
        return int(self.row["declaratietermijn_maanden"])

    @property
    def laatste_termijn(self) -> int:
        """The highest volgnummer of a termijn, also of those that lapsed."""
        return int(self.rest["laatste_termijn"])

    @property
    def geplande_einddatum(self) -> date:
        """The last day for which the price holds, also when the help ended before."""
        planned: date = self.rest["geplande_einddatum"] or self.row["einddatum"]
        return planned

    @property
    def contract_is_in_default(self) -> bool:
        return self.rest["ontbonden_grond"] in IN_DEFAULT

    @property
    def prijsregels(self) -> Prijsregels:
        """What its profiel says about price and plan now."""
        return Prijsregels(self.row["soort"], betaalplan_of(self.row))

    def dossier(self, door: str, inwoner_id: int | None = None) -> Dossier:
        """What a toewijzing that takes over, also for another gemeente, keeps of this one."""
        row = self.row
        return Dossier(
            inwoner_id or row["inwoner_id"],
            row["beoogde_resultaten"],
            row["verwijzer"],
            row["spoed_reden"],
            door,
            row["referentie_aanbieder"],
        )

    def asked_again(
        self,
        periode: Periode,
        intensiteit: Intensiteit | None = None,
        gemeente: str | None = None,
        omvang: Omvang | None = None,
    ) -> Aanvraag:
        """The same help for another period, as it would be asked for."""
        row = self.row
        return Aanvraag(
            gemeente=gemeente or row["gemeente"],
            wet=row["wet"],
            profiel=row["profiel"],
            intensiteit=intensiteit or row["intensiteit"],
            aanbieder=row["aanbieder"],
            periode=periode,
            spoed=row["spoed_reden"] is not None,
            omvang=omvang or self.stand.omvang,
        )


@dataclass(frozen=True, slots=True)
class Gebeurtenis:
    """Something that happens to a toewijzing, from a day on."""

    soort: Soort
    datum: date
    door: str
    reden: str | None = None
    toelichting: str | None = None
    geplande_einddatum: date | None = None
    afrekening: Mapping[str, int | None] | None = None


@dataclass(frozen=True, slots=True)
class Gevolg:
    """How a toewijzing stands after it, and which termijnen lapse and come in their place."""

    status: Status
    einddatum: date
    prijs_centen: int
    verschuldigd_centen: int | None = None
    is_in_beoordeling: bool = False
    opgeschort_vanaf: date | None = None
    vervallen: Sequence[int] = ()
    nieuw: Sequence[Termijn] = ()
    bedragen: Mapping[int, int] = field(default_factory=dict)
    volume: tuple[int, Sequence[int]] | None = None
    """Of an omvang that changes: the whole, and the most of each termijn by volgnummer."""


async def lock_toewijzing(
    db: Connection, gemeente: str | None, aanbieder: str | None, nummer: int
) -> Record:
    """A toewijzing of the caller; nothing else happens to it meanwhile. Raises NotFound."""
    row = await db.fetchrow(LOCK, nummer, gemeente, aanbieder)
    if row is None:
        raise not_found(nummer)
    await db.execute(LOCK_INWONER, row["inwoner_id"])
    return row


async def find_stand(db: Connection, row: Record) -> Lopend:
    """Where a locked toewijzing stands. Asked once nothing is being settled for its aanbieder."""
    termijnen = await db.fetch(TERMIJNEN, row["nummer"])
    rest = await db.fetchrow(REST, row["nummer"])
    assert rest is not None
    stand = Stand(
        status=row["status"],
        periode=Periode(row["begindatum"], row["einddatum"]),
        intensiteit=row["intensiteit"],
        termijnen=tuple(
            Termijnstand(
                t["volgnummer"],
                t["mijlpaal"],
                Periode(t["begindatum"], t["einddatum"]),
                t["bedrag_centen"],
                t["stand"],
            )
            for t in termijnen
        ),
        is_in_beoordeling=row["is_in_beoordeling"],
        opgeschort_vanaf=row["opgeschort_vanaf"],
        laatste_hervatting=rest["laatste_hervatting"],
        gestart=rest["gestart"],
        gestopt=rest["gestopt"],
        uiterste_einddatum=_latest_end(row, rest["voortgezet_vanaf"]),
        omvang=omvang_of(row),
    )
    return Lopend(row, stand, rest)


def _latest_end(row: Record, voortgezet_vanaf: date | None) -> date | None:
    return longest(row["wet"], voortgezet_vanaf, date.max) if voortgezet_vanaf else None


async def insert_gebeurtenis(db: Connection, nummer: int, wat: Gebeurtenis) -> int:
    """Write down what happens to a toewijzing; gives its number in the story."""
    volgnummer: int = await db.fetchval(
        INSERT_GEBEURTENIS,
        nummer,
        wat.soort,
        wat.datum,
        wat.reden,
        wat.toelichting,
        wat.geplande_einddatum,
        wat.afrekening,
        wat.door,
    )
    return volgnummer


async def change(db: Connection, nummer: int, gebeurtenis: int, gevolg: Gevolg) -> None:
    """Let a toewijzing and its termijnen become what follows from a gebeurtenis."""
    await db.execute(
        CHANGE,
        nummer,
        gebeurtenis,
        gevolg.status,
        gevolg.einddatum,
        gevolg.prijs_centen,
        gevolg.verschuldigd_centen,
        gevolg.is_in_beoordeling,
        gevolg.opgeschort_vanaf,
        list(gevolg.vervallen),
        [t.volgnummer for t in gevolg.nieuw],
        [t.mijlpaal for t in gevolg.nieuw],
        [t.periode.begindatum for t in gevolg.nieuw],
        [t.periode.einddatum for t in gevolg.nieuw],
        [t.bedrag_centen for t in gevolg.nieuw],
        [t.declarabel_vanaf for t in gevolg.nieuw],
        [t.declarabel_tot_en_met for t in gevolg.nieuw],
        list(gevolg.bedragen),
        list(gevolg.bedragen.values()),
    )
    if gevolg.volume is not None:
        await omvangen.change(db, nummer, gebeurtenis, *gevolg.volume)


async def follow(db: Connection, nummer: int, volgt_op: int) -> None:
    """Say of a new toewijzing which one it took over from."""
    await db.execute("UPDATE toewijzing SET volgt_op = $2 WHERE nummer = $1", nummer, volgt_op)
