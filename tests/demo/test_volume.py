# SPDX-License-Identifier: EUPL-1.2
"""`noaber demo --omvang`: the same every time, and as the API and the settlement would have it."""

import asyncio
import os
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import asyncpg
import pytest

from app.api.clock import today
from app.db import embedded, migrate, toewijzingen
from app.db.connection import Connection, connected_as_owner
from app.demo import volume
from app.demo.catalogue import AANTAL_INWONERS, SAMEN14
from app.demo.clienten import begindatums, draw_clienten
from app.demo.omvang import CLIENTEN, DORP, Omvang, regios
from app.domain.period import Periode
from app.domain.toewijzing import Aanvraag
from app.pricing.besluit import decide
from app.settings import Settings

SEED = 7
TABLES = {
    "inwoner": "aangemaakt_op, bsn_versleuteld",
    "woonplaats": "",
    "toewijzing": "aangemaakt_op, gewijzigd_in",
    "termijn": "",
    "declaratie": "ontvangen_op, afgehandeld_op",
    "declaratieregel": "",
    "oordeel": "",
    "boeking": "geboekt_op",
    "kostensom": "",
}
"""All that is filled, and the columns that hold a moment or a fresh encryption."""


def _fill(server: embedded.Server, data: Path, name: str, seed: int) -> str:
    url = server.url(name)
    asyncio.run(server.create_database(name))
    asyncio.run(migrate.upgrade(url))
    asyncio.run(volume.fill(Settings(data=data, port=0), url, "dorp", seed, today()))
    return url


@pytest.fixture(scope="module")
def dorp_url(server: embedded.Server, data: Path) -> Iterator[str]:
    """A village; tests read it and do not write."""
    yield _fill(server, data, "dorp", SEED)
    asyncio.run(server.drop_database("dorp"))


@pytest.fixture
async def db(dorp_url: str) -> AsyncIterator[Connection]:
    async with connected_as_owner(dorp_url) as db:
        yield db


async def _fingerprints(url: str) -> dict[str, str]:
    """A hash over all rows of each table, whatever their order."""
    connection = await asyncpg.connect(url)
    try:
        return {
            table: await connection.fetchval(
                f"SELECT md5(string_agg(r, ',' ORDER BY r)) FROM"
                f" (SELECT (to_jsonb(t) - '{{{but}}}'::text[])::text AS r FROM {table} t) AS rows",
            )
            for table, but in TABLES.items()
        }
    finally:
        await connection.close()


@pytest.mark.parametrize(("seed", "same"), [(SEED, True), (SEED + 1, False)])
def test_the_same_seed_gives_the_same_rows_and_another_gives_others(
    server: embedded.Server, data: Path, dorp_url: str, seed: int, same: bool
) -> None:
    again = _fill(server, data, "dorp_nogmaals", seed)
    first, second = (asyncio.run(_fingerprints(url)) for url in (dorp_url, again))
    asyncio.run(server.drop_database("dorp_nogmaals"))
    assert [first[table] == second[table] for table in TABLES] == [same] * len(TABLES)


async def test_what_is_booked_is_what_was_granted(db: Connection) -> None:
    sums = await db.fetchrow(
        "SELECT (SELECT sum(toegekend_centen) FROM declaratie) AS toegekend,"
        " (SELECT sum(bedrag_centen) FROM boeking) AS geboekt,"
        " (SELECT sum(bedrag_centen) FROM kostensom) AS kosten"
    )
    assert sums is not None
    assert sums["toegekend"] == sums["geboekt"] == sums["kosten"] > Decimal(0)


async def test_every_line_has_one_end_state(db: Connection) -> None:
    ends = await db.fetch(
        "SELECT count(DISTINCT b.boekingnummer) AS parts, count(DISTINCT o.uitkomst) AS refusals"
        " FROM declaratieregel r"
        " LEFT JOIN boeking b USING (declaratie_id, regelnummer)"
        " LEFT JOIN oordeel o USING (declaratie_id, regelnummer)"
        " GROUP BY r.declaratie_id, r.regelnummer"
    )
    assert {(end["parts"], end["refusals"]) for end in ends} == {(1, 0), (2, 0), (0, 1)}
    assert await db.fetchval(
        "SELECT bool_and(afgehandeld_op IS NOT NULL"
        " AND aantal_regels = aantal_toegekend + aantal_afgekeurd + aantal_aangehouden)"
        " FROM declaratie"
    )


async def test_wrong_lines_are_refused_and_lost_residence_is_held(db: Connection) -> None:
    rows = await db.fetch("SELECT DISTINCT uitkomst, redenen FROM oordeel")
    ends = {(row["uitkomst"], *row["redenen"]) for row in rows}
    assert {
        ("afgekeurd", "bedrag_ongelijk"),
        ("afgekeurd", "toewijzing_onbekend"),
        ("aangehouden", "woonplaats_onbekend"),
    } <= ends


async def test_each_toewijzing_is_what_the_route_would_have_decided(db: Connection) -> None:
    rows = await db.fetch(f"{toewijzingen.TOEWIJZINGEN}", DORP, None)
    assert len(rows) > CLIENTEN["dorp"]
    for row in rows:
        aanvraag = Aanvraag(
            row["gemeente"],
            row["wet"],
            row["profiel"],
            row["intensiteit"],
            row["aanbieder"],
            Periode(row["begindatum"], row["einddatum"]),
            spoed=row["spoed_reden"] is not None,
        )
        feiten, regels = await toewijzingen.find_facts(db, aanvraag, row["inwoner_id"])
        besluit = decide(aanvraag, replace(feiten, overlapt=None), regels)
        assert feiten.overlapt == row["nummer"]
        assert besluit.raamovereenkomst.nummer == row["raamovereenkomst_nummer"]
        assert besluit.prijs_centen == row["prijs_centen"]
        termijnen = await db.fetch(
            "SELECT volgnummer, mijlpaal, begindatum, einddatum, bedrag_centen, declarabel_vanaf,"
            " declarabel_tot_en_met"
            " FROM termijn WHERE toewijzing_nummer = $1 ORDER BY volgnummer",
            row["nummer"],
        )
        assert [tuple(t) for t in termijnen] == [
            (
                t.volgnummer,
                t.mijlpaal,
                t.periode.begindatum,
                t.periode.einddatum,
                t.bedrag_centen,
                t.declarabel_vanaf,
                t.declarabel_tot_en_met,
            )
            for t in besluit.termijnen
        ]


async def test_numbers_go_on_where_the_copied_rows_end(db: Connection) -> None:
    following = await db.fetchval(
        "SELECT nextval(pg_get_serial_sequence('toewijzing', 'nummer'))"
        " - (SELECT max(nummer) FROM toewijzing)"
    )
    assert following == 1


@pytest.mark.parametrize("vandaag", [date(2026, 1, 1), date(2026, 12, 31), date(2028, 2, 29)])
def test_help_begins_within_the_years_that_have_prices_and_contracts(vandaag: date) -> None:
    (regio,) = regios("dorp", [])
    for client in draw_clienten(regio, DORP, vandaag, SEED):
        for hulp in client.hulp:
            begin = hulp.periode.begindatum
            assert begin in begindatums(vandaag)
            assert date(vandaag.year - 1, 1, 1) <= begin < vandaag
            assert client.geboortedatum < begin


@pytest.mark.parametrize("omvang", ["dorp", "twente", "nederland"])
def test_every_gemeente_has_clienten_and_aanbieders_of_its_own(omvang: Omvang) -> None:
    text = (migrate.MIGRATIONS / "gemeenten_2026.csv").read_text(encoding="utf-8")
    alle = [line.split(",")[0] for line in text.splitlines()[1:]]
    delen = regios(omvang, alle)
    gemeenten = [gemeente for regio in delen for gemeente in regio.clienten]
    expected = {"dorp": [DORP], "twente": AANTAL_INWONERS, "nederland": alle}[omvang]
    assert sorted(gemeenten) == sorted(expected)
    assert sum(sum(regio.clienten.values()) for regio in delen) == CLIENTEN[omvang]
    assert all(min(regio.clienten.values()) > 0 for regio in delen)
    agbs = [aanbieder.agb for regio in delen for aanbieder in regio.aanbieders]
    assert len(set(agbs)) == len(agbs) == 12 * len(delen)
    assert set(delen[0].gemeenten) == set(SAMEN14)


def _noaber(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).with_name("noaber"), "demo", *arguments],
        env={"PATH": os.environ["PATH"], **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_the_command_fills_a_new_data_folder_and_refuses_one_with_a_database() -> None:
    data = Path(tempfile.mkdtemp(prefix="noaber-test-"))
    try:
        first, second = (_noaber("--omvang", "dorp", NOABER_DATA=str(data)) for _ in range(2))
    finally:
        embedded.remove(data)
    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout.startswith("Klaar: 300 cliënten")
    assert (second.returncode, second.stdout) == (1, "")
    assert "staat al een database" in second.stderr
    assert "Traceback" not in second.stderr


def test_a_configured_server_is_filled_only_when_there_is_nothing_in_it(
    dorp_url: str, server: embedded.Server, tmp_path: Path
) -> None:
    asyncio.run(server.create_database("leeg"))
    own = {"NOABER_LOKALE_UITGEVER": "1", "NOABER_DATA": str(tmp_path)}
    full = _noaber("--omvang", "dorp", NOABER_DATABASE_URL=dorp_url, **own)
    empty = _noaber("--omvang", "dorp", NOABER_DATABASE_URL=server.url("leeg"), **own)
    asyncio.run(server.drop_database("leeg"))
    assert full.returncode == 1
    assert "niet leeg" in full.stderr
    assert empty.returncode == 0, empty.stderr
    assert "300 cliënten" in empty.stdout
