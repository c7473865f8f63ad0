# SPDX-License-Identifier: EUPL-1.2
"""Toewijzingen: the facts that decide about one, and the rows that freeze the decision."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from asyncpg import Record

from app.db import logboek
from app.db.catalogus import betaalplan_of
from app.db.connection import Connection
from app.db.raamovereenkomsten import dekking, opgeschort
from app.db.tarieven import effective
from app.domain.errors import Fault, NotFound
from app.domain.toewijzing import Aanvraag, Feiten, Raamovereenkomst, Tarief
from app.pricing.besluit import Besluit, Prijsregels
from app.pricing.volume import Volumes

FACTS = f"""
SELECT i.id IS NOT NULL AS inwoner_bekend, p.id IS NOT NULL AS profiel_bekend,
       a.agb IS NOT NULL AS aanbieder_bekend,
       p.wetten, p.soort, p.bekostiging, p.betaalplan, p.aandeel_start, p.aandeel_voortgang,
       p.aandeel_resultaat, p.gebroken_maand, p.eenheid,
       r.nummer AS raamovereenkomst, r.declaratietermijn_maanden,
       d.gemeenten, d.profielen, {opgeschort("r.nummer", "$6::date")} AS is_opgeschort,
       w.gemeente AS woonplaats, coalesce(w.tot_en_met >= $7, false) AS blijft_wonen,
       t.bedrag_centen, t.vanaf, t.tarieflijst,
       (SELECT o.nummer FROM toewijzing o
        WHERE o.inwoner_id = i.id AND o.profiel_id = p.id AND o.aanbieder = a.agb
          AND o.begindatum <= $7 AND o.einddatum >= $6 AND o.status <> 'ingetrokken'
        LIMIT 1) AS overlapt,
       (SELECT o.taakopdracht_nummer FROM taakomvang o
        WHERE o.gemeente = beller.gemeente AND o.profiel_id = p.id
          AND o.begindatum <= $7 AND o.einddatum >= $6
        LIMIT 1) AS taakopdracht
FROM (VALUES ($1::text)) AS beller (gemeente)
LEFT JOIN inwoner i
       ON i.id = $2 AND i.gemeente = beller.gemeente AND i.gewist_op IS NULL
LEFT JOIN profiel p ON p.code = $3
LEFT JOIN aanbieder a ON a.agb = $4
LEFT JOIN raamovereenkomst r
       ON r.aanbieder = a.agb AND $6 BETWEEN r.begindatum AND r.einddatum
      AND (r.ontbonden_per > $6) IS NOT FALSE
LEFT JOIN LATERAL (
    -- as far as this gemeente and this profiel go; a pair of both says what the gemeente leaves out
    SELECT array_agg(gemeente) FILTER (WHERE gedekt AND profiel_id IS NULL) AS gemeenten,
           CASE WHEN bool_and(gedekt OR num_nulls(gemeente, profiel_id) > 0)
                THEN array_agg(p.code) FILTER (WHERE gedekt AND gemeente IS NULL) END AS profielen
    FROM ({dekking("r.nummer", "$6::date")}) AS dekking
    WHERE (gemeente IS NULL OR gemeente = $1) AND (profiel_id IS NULL OR profiel_id = p.id)
) d ON true
LEFT JOIN woonplaats w
       ON w.inwoner_id = i.id AND w.wet IN ('beide', $8) AND $6 BETWEEN w.vanaf AND w.tot_en_met
LEFT JOIN LATERAL (
    {effective("$6::date", "clock_timestamp()", "p.code = $3 AND t.intensiteit = $5")}
) t ON true
"""

INSERT = f"""
WITH wie AS (
    -- two at once for one inwoner take turns here; inside the overlap guard they would deadlock
    SELECT id FROM inwoner WHERE id = $2 AND gewist_op IS NULL FOR NO KEY UPDATE
),
nieuw AS (
    INSERT INTO toewijzing (
        gemeente, inwoner_id, wet, profiel_id, intensiteit, aanbieder, raamovereenkomst_nummer,
        begindatum, einddatum, beoogde_resultaten, verwijzer, spoed_reden, tarieflijst_id,
        tarief_centen, tarief_vanaf, prijs_centen, aangemaakt_door, referentie_aanbieder
    )
    SELECT $1, wie.id, $3, p.id, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $25
    FROM profiel p, wie
    WHERE p.code = $4
    RETURNING *
),
termijnen AS (
    INSERT INTO termijn (
        toewijzing_nummer, volgnummer, mijlpaal, begindatum, einddatum, bedrag_centen,
        declarabel_vanaf, declarabel_tot_en_met, aanbieder, inwoner_id, betaler, profiel_id, wet
    )
    SELECT nieuw.nummer, t.*, nieuw.aanbieder, nieuw.inwoner_id, nieuw.gemeente,
           nieuw.profiel_id, nieuw.wet
    FROM nieuw,
         unnest($18::smallint[], $19::text[], $20::date[], $21::date[], $22::bigint[],
                $23::date[], $24::date[]) AS t
),
logregels AS (
    INSERT INTO logregel ({logboek.COLUMNS})
    SELECT {logboek.values(26)}, nieuw.inwoner_id, nieuw.nummer, NULL
    FROM nieuw
    WHERE $26::text IS NOT NULL
)
SELECT nummer FROM nieuw
"""

INSERT_OMVANG = """
INSERT INTO omvang (
    toewijzing_nummer, aanbieder, volume, eenheid, frequentie, tarief_centen, totaal, maxima
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""

# $1 and $2 bind the caller: exactly one of them is null. Scores of a person go to no aanbieder,
# and neither does the beschikking.
TOEWIJZINGEN = """
SELECT tw.*, p.code AS profiel,
       om.volume, om.eenheid, om.frequentie, om.totaal,
       CASE WHEN om.volume IS NOT NULL THEN
           ARRAY(SELECT om.maxima[t.volgnummer] FROM termijn t
                 WHERE t.toewijzing_nummer = tw.nummer AND t.vervallen_door = 0
                 ORDER BY t.volgnummer) END AS maxima,
       (SELECT jsonb_agg(jsonb_build_object(
                   'volgnummer', t.volgnummer, 'mijlpaal', t.mijlpaal,
                   'begindatum', t.begindatum, 'einddatum', t.einddatum,
                   'bedragCenten', t.bedrag_centen
               ) ORDER BY t.volgnummer)
        FROM termijn t
        WHERE t.toewijzing_nummer = tw.nummer AND t.vervallen_door = 0) AS termijnen,
       CASE WHEN tw.status = 'beeindigd' THEN
           (SELECT g.afrekening FROM toewijzing_gebeurtenis g
            WHERE g.nummer = tw.nummer AND g.afrekening IS NOT NULL
            ORDER BY g.volgnummer DESC LIMIT 1) END AS afrekening,
       CASE WHEN tw.status = 'beeindigd' THEN
           (SELECT g.reden FROM toewijzing_gebeurtenis g
            WHERE g.nummer = tw.nummer AND g.soort IN ('beeindigd', 'gewijzigd')
            ORDER BY g.volgnummer DESC LIMIT 1) END AS reden_einde,
       (SELECT jsonb_build_object(
                   'tabel', ia.tabel, 'versie', ia.versie, 'complexiteit', ia.complexiteit,
                   'eigenInzetGemeente', ia.eigen_inzet_gemeente, 'instrument', v.instrument,
                   'scores', ia.scores, 'advies', ia.advies,
                   'afwijkingsreden', ia.afwijkingsreden)
        FROM intensiteitsadvies ia
        JOIN intensiteitstabel_versie v ON v.code = ia.tabel AND v.versie = ia.versie
        WHERE ia.toewijzing_nummer = tw.nummer AND tw.gemeente = $1) AS intensiteitsadvies,
       (SELECT b.kenmerk FROM beschikking b
        WHERE b.toewijzing_nummer = tw.nummer AND tw.gemeente = $1) AS beschikking
FROM toewijzing tw
JOIN profiel p ON p.id = tw.profiel_id
LEFT JOIN omvang om ON om.toewijzing_nummer = tw.nummer
WHERE (tw.gemeente = $1 OR tw.aanbieder = $2)
"""

TOEWIJZINGEN_BY_CHOICE = f"""
{TOEWIJZINGEN}
  AND ($3::bigint IS NULL OR tw.inwoner_id = $3)
  AND ($4::text IS NULL OR tw.aanbieder = $4)
  AND ($5::text IS NULL OR tw.status = $5)
ORDER BY tw.nummer
"""

# Of the transactions that are over, in their order. One that still runs can only commit with a
# later number than all of these, so nothing comes in before what was handed out.
TOEWIJZINGEN_CHANGED = f"""
{TOEWIJZINGEN}
  AND ($3::bigint IS NULL OR tw.inwoner_id = $3)
  AND ($4::text IS NULL OR tw.aanbieder = $4)
  AND ($5::text IS NULL OR tw.status = $5)
  AND (tw.gewijzigd_in, tw.nummer) > ($6::bigint, $7::integer)
  AND tw.gewijzigd_in < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
ORDER BY tw.gewijzigd_in, tw.nummer
"""

# Transactions are counted by a server of its own: of another one, a position says nothing.
STELSEL = "SELECT (system_identifier & 2147483647)::integer FROM pg_control_system()"


@dataclass(frozen=True, slots=True)
class Dossier:
    """What is kept of a toewijzing beside the decision itself."""

    inwoner_id: int
    beoogde_resultaten: Sequence[Mapping[str, str]]
    verwijzer: str
    spoed_reden: str | None
    door: str
    referentie_aanbieder: str | None = None
    handeling: logboek.Handeling | None = None
    """Logged in the same statement; None: by who asked for it."""


async def find_facts(
    db: Connection, aanvraag: Aanvraag, inwoner_id: int
) -> tuple[Feiten, Prijsregels]:
    """What decides about a toewijzing, as known now.

    Raises NotFound, naming each of inwoner, profiel and aanbieder that does not exist.
    """
    row = await db.fetchrow(
        FACTS,
        aanvraag.gemeente,
        inwoner_id,
        aanvraag.profiel,
        aanvraag.aanbieder,
        aanvraag.intensiteit,
        aanvraag.periode.begindatum,
        aanvraag.periode.einddatum,
        aanvraag.wet,
    )
    assert row is not None
    _check_all_known(row)
    feiten = Feiten(
        wetten=frozenset(row["wetten"]),
        bekostiging=row["bekostiging"],
        raamovereenkomst=_raamovereenkomst(row),
        woonplaats=row["woonplaats"],
        tarief=_tarief(row),
        overlapt=row["overlapt"],
        blijft_wonen=row["blijft_wonen"],
        taakopdracht=row["taakopdracht"],
        eenheid=row["eenheid"],
    )
    return feiten, Prijsregels(row["soort"], betaalplan_of(row))


def _check_all_known(row: Record) -> None:
    unknown = tuple(
        Fault(name, f"{noun}_niet_gevonden", f"{which} bestaat niet.")
        for name, noun, which in (
            ("inwonerId", "inwoner", "Deze inwoner"),
            ("profiel", "profiel", "Dit profiel"),
            ("aanbieder", "aanbieder", "Deze aanbieder"),
        )
        if not row[f"{noun}_bekend"]
    )
    if unknown:
        raise NotFound(unknown[0].code, " ".join(fault.reason for fault in unknown), unknown)


def _raamovereenkomst(row: Record) -> Raamovereenkomst | None:
    if row["raamovereenkomst"] is None:
        return None
    return Raamovereenkomst(
        nummer=row["raamovereenkomst"],
        gemeenten=frozenset(row["gemeenten"] or ()),
        profielen=frozenset(row["profielen"] or ()),
        declaratietermijn_maanden=row["declaratietermijn_maanden"],
        is_opgeschort=row["is_opgeschort"],
    )


def _tarief(row: Record) -> Tarief | None:
    if row["tarieflijst"] is None:
        return None
    return Tarief(row["bedrag_centen"], row["vanaf"], row["tarieflijst"])


async def insert_toewijzing(db: Connection, besluit: Besluit, dossier: Dossier) -> int:
    """Freeze a decision as rows; gives the nummer. An overlap violates ex_toewijzing_overlap.

    Raises NotFound when the inwoner was wiped meanwhile.
    """
    if besluit.volumes is None:
        return await _insert(db, besluit, dossier)
    async with db.transaction():
        nummer = await _insert(db, besluit, dossier)
        await _insert_omvang(db, nummer, besluit, besluit.volumes)
    return nummer


async def _insert_omvang(db: Connection, nummer: int, besluit: Besluit, volumes: Volumes) -> None:
    omvang = besluit.aanvraag.omvang
    assert omvang is not None
    await db.execute(
        INSERT_OMVANG,
        nummer,
        besluit.aanvraag.aanbieder,
        omvang.volume,
        omvang.eenheid,
        omvang.frequentie,
        besluit.tarief.bedrag_centen,
        volumes.totaal,
        volumes.maxima,
    )


async def _insert(db: Connection, besluit: Besluit, dossier: Dossier) -> int:
    """A decision with its termijnen, in one statement. Raises NotFound."""
    aanvraag, tarief, termijnen = besluit.aanvraag, besluit.tarief, besluit.termijnen
    nummer: int | None = await db.fetchval(
        INSERT,
        aanvraag.gemeente,
        dossier.inwoner_id,
        aanvraag.wet,
        aanvraag.profiel,
        aanvraag.intensiteit,
        aanvraag.aanbieder,
        besluit.raamovereenkomst.nummer,
        aanvraag.periode.begindatum,
        aanvraag.periode.einddatum,
        dossier.beoogde_resultaten,
        dossier.verwijzer,
        dossier.spoed_reden,
        tarief.tarieflijst,
        tarief.bedrag_centen,
        tarief.vanaf,
        besluit.prijs_centen,
        dossier.door,
        [t.volgnummer for t in termijnen],
        [t.mijlpaal for t in termijnen],
        [t.periode.begindatum for t in termijnen],
        [t.periode.einddatum for t in termijnen],
        [t.bedrag_centen for t in termijnen],
        [t.declarabel_vanaf for t in termijnen],
        [t.declarabel_tot_en_met for t in termijnen],
        dossier.referentie_aanbieder,
        *logboek.arguments(dossier.handeling),
    )
    if nummer is None:  # wiped since it was judged
        raise NotFound("inwoner_niet_gevonden", "Deze inwoner bestaat niet.")
    return nummer


async def insert_beschikking(db: Connection, nummer: int, kenmerk: str) -> None:
    """Keep by which beschikking the inwoner was told of a toewijzing."""
    await db.execute(
        "INSERT INTO beschikking (toewijzing_nummer, kenmerk) VALUES ($1, $2)", nummer, kenmerk
    )


async def find_toewijzing(
    db: Connection, gemeente: str | None, aanbieder: str | None, nummer: int
) -> Record:
    """One toewijzing of the caller, with its termijnen. Raises NotFound, also when another's."""
    row = await db.fetchrow(f"{TOEWIJZINGEN} AND tw.nummer = $3", gemeente, aanbieder, nummer)
    if row is None:
        raise not_found(nummer)
    return row


def not_found(nummer: int) -> NotFound:
    """There is no such toewijzing, or it is another's."""
    return NotFound("toewijzing_niet_gevonden", f"Er is geen toewijzing {nummer}.")
