# SPDX-License-Identifier: EUPL-1.2
"""Self-reliance instruments, decision tables in versions, and the advice kept with a toewijzing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from asyncpg import Record

from app.db.connection import Connection
from app.domain.errors import NotFound
from app.domain.intensiteit import Instrument, Regel, Scores, Situatie, Voorwaarden
from app.domain.toewijzing import Intensiteit

INSTRUMENTEN = "SELECT * FROM zelfredzaamheidsinstrument ORDER BY code"

PUT_INSTRUMENT = """
INSERT INTO zelfredzaamheidsinstrument (code, naam, bron, onderdelen, laagste, hoogste)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (code) DO UPDATE
SET naam = excluded.naam, bron = excluded.bron, onderdelen = excluded.onderdelen,
    laagste = excluded.laagste, hoogste = excluded.hoogste
RETURNING *, xmax = 0 AS is_new
"""

VERSIES = """
SELECT v.*,
       ARRAY(SELECT p.code FROM intensiteitstabel_profiel ip
             JOIN profiel p ON p.id = ip.profiel_id
             WHERE ip.tabel = v.code ORDER BY p.code) AS profielen
FROM intensiteitstabel_versie v
"""

# Of each table the newest version.
TABELLEN = f"""
{VERSIES}
WHERE v.versie = (SELECT max(versie) FROM intensiteitstabel_versie WHERE code = v.code)
ORDER BY v.code
"""

# Two at once for one table take turns here.
LOCK_TABEL = """
INSERT INTO intensiteitstabel (code) VALUES ($1)
ON CONFLICT (code) DO UPDATE SET code = excluded.code
"""

# The same again makes no new version.
INSERT_VERSIE = """
WITH laatste AS (
    SELECT * FROM intensiteitstabel_versie WHERE code = $1 ORDER BY versie DESC LIMIT 1
)
INSERT INTO intensiteitstabel_versie (
    code, versie, naam, bron, instrument, regels, vastgelegd_door
)
SELECT $1, 1 + coalesce((SELECT versie FROM laatste), 0), $2, $3, $4, $5, $6
WHERE NOT EXISTS (
    SELECT FROM laatste WHERE (naam, bron, instrument, regels) = ($2::text, $3::text, $4::text, $5)
)
RETURNING versie
"""

# $1 the table named, $2 the profiel otherwise, $3 the instrument
RULES = """
SELECT gevraagd.tabel, v.versie, v.instrument, v.regels,
       z.onderdelen, z.laagste, z.hoogste,
       EXISTS (SELECT FROM profiel WHERE code = $2) AS profiel_bekend
FROM (VALUES (coalesce($1::text, (SELECT ip.tabel FROM intensiteitstabel_profiel ip
                                  JOIN profiel p ON p.id = ip.profiel_id
                                  WHERE p.code = $2::text)))) AS gevraagd (tabel)
LEFT JOIN LATERAL (
    SELECT * FROM intensiteitstabel_versie
    WHERE code = gevraagd.tabel ORDER BY versie DESC LIMIT 1
) v ON true
LEFT JOIN zelfredzaamheidsinstrument z ON z.code = $3
"""

INSERT_ADVIES = """
INSERT INTO intensiteitsadvies (
    toewijzing_nummer, tabel, versie, complexiteit, eigen_inzet_gemeente, scores, advies,
    gekozen, afwijkingsreden
)
SELECT nummer, $2, $3, $4, $5, $6, $7, intensiteit, $8 FROM toewijzing WHERE nummer = $1
"""


@dataclass(frozen=True, slots=True)
class Tabel:
    """The rules of one version of a decision table, and the instrument they are about."""

    code: str
    versie: int
    instrument: str
    regels: Sequence[Regel]


@dataclass(frozen=True, slots=True)
class Gevonden:
    """What there is of what an advice names; None: there is none."""

    tabel: Tabel | None
    instrument: Instrument | None
    profiel_bekend: bool


@dataclass(frozen=True, slots=True)
class Dossier:
    """An advice as it is kept: what it was about, under which rules, and why one deviated."""

    tabel: Tabel
    situatie: Situatie
    advies: Intensiteit
    afwijkingsreden: str | None


async def find_instrument(db: Connection, code: str) -> Record:
    """One instrument. Raises NotFound."""
    return await _instrument(db, "SELECT * FROM zelfredzaamheidsinstrument WHERE code = $1", code)


async def lock_instrument(db: Connection, code: str) -> Record:
    """One instrument, whose scale stays as it is until the transaction ends. Raises NotFound."""
    query = "SELECT * FROM zelfredzaamheidsinstrument WHERE code = $1 FOR SHARE"
    return await _instrument(db, query, code)


async def _instrument(db: Connection, query: str, code: str) -> Record:
    row = await db.fetchrow(query, code)
    if row is None:
        raise NotFound("instrument_niet_gevonden", f"Er is geen instrument {code}.")
    return row


async def put_instrument(
    db: Connection,
    code: str,
    naam: str,
    bron: str,
    onderdelen: Sequence[Mapping[str, str]],
    laagste: int,
    hoogste: int,
) -> Record:
    """Write an instrument; `is_new` of the answer tells whether it was not there before.

    Another scale under rules that use it violates instrument_in_gebruik.
    """
    row = await db.fetchrow(PUT_INSTRUMENT, code, naam, bron, onderdelen, laagste, hoogste)
    assert row is not None
    return row


async def find_tabel(db: Connection, code: str, versie: int | None = None) -> Record:
    """One version of a decision table, the newest unless named. Raises NotFound."""
    row = await db.fetchrow(
        f"{VERSIES} WHERE v.code = $1 AND ($2::integer IS NULL OR v.versie = $2)"
        " ORDER BY v.versie DESC LIMIT 1",
        code,
        versie,
    )
    if row is None:
        which = f" versie {versie}" if versie else ""
        raise NotFound(
            "intensiteitstabel_niet_gevonden", f"Er is geen intensiteitstabel {code}{which}."
        )
    return row


async def put_tabel(
    db: Connection,
    code: str,
    naam: str,
    bron: str,
    instrument: str,
    regels: Sequence[Mapping[str, Any]],
    door: str,
) -> int | None:
    """Write a version of a decision table; gives its number, or None when nothing changed."""
    await db.execute(LOCK_TABEL, code)
    versie: int | None = await db.fetchval(
        INSERT_VERSIE, code, naam, bron, instrument, regels, door
    )
    return versie


async def assign_profielen(db: Connection, code: str, profiel_ids: Sequence[int]) -> None:
    """Let this table advise on these profielen and no others.

    A profiel that has another table violates pk_intensiteitstabel_profiel.
    """
    await db.execute("DELETE FROM intensiteitstabel_profiel WHERE tabel = $1", code)
    await db.execute(
        "INSERT INTO intensiteitstabel_profiel SELECT unnest($2::integer[]), $1", code, profiel_ids
    )


async def find_rules(
    db: Connection, tabel: str | None, profiel: str | None, instrument: str
) -> Gevonden:
    """The table that is named, or else that of the profiel, and the instrument."""
    row = await db.fetchrow(RULES, tabel, profiel, instrument)
    assert row is not None
    return Gevonden(
        tabel=Tabel(
            row["tabel"], row["versie"], row["instrument"], [regel_of(r) for r in row["regels"]]
        )
        if row["versie"]
        else None,
        instrument=instrument_of(row) if row["onderdelen"] else None,
        profiel_bekend=row["profiel_bekend"],
    )


async def insert_advies(db: Connection, nummer: int, dossier: Dossier) -> None:
    """Keep an advice with its toewijzing."""
    await db.execute(
        INSERT_ADVIES,
        nummer,
        dossier.tabel.code,
        dossier.tabel.versie,
        dossier.situatie.complexiteit,
        dossier.situatie.eigen_inzet_gemeente,
        dossier.situatie.scores,
        dossier.advies,
        dossier.afwijkingsreden,
    )


def instrument_of(row: Record) -> Instrument:
    """An instrument from its row, as `domain` knows it."""
    onderdelen = tuple(onderdeel["code"] for onderdeel in row["onderdelen"])
    return Instrument(onderdelen, row["laagste"], row["hoogste"])


def regel_of(regel: Mapping[str, Any]) -> Regel:
    """A rule as it is kept: named as the API does, without what does not count."""
    voorwaarden = regel["voorwaarden"]
    return Regel(
        voorwaarden=Voorwaarden(
            complexiteit=tuple(voorwaarden.get("complexiteit", ())),
            eigen_inzet_gemeente=tuple(voorwaarden.get("eigenInzetGemeente", ())),
            scores=tuple(
                Scores(
                    eis["tenMinste"],
                    eis.get("vanaf"),
                    eis.get("totEnMet"),
                    tuple(eis.get("onderdelen", ())),
                )
                for eis in voorwaarden.get("scores", ())
            ),
        ),
        uitkomst=regel["uitkomst"],
        reden=regel["reden"],
    )
