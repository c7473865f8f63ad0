# SPDX-License-Identifier: EUPL-1.2
"""Books that add up pass every proof, and each way to tamper with them is found by name."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from app.controle.controles import CONTROLES, find_faults
from app.db.connection import Connection, open_pool
from app.settlement.verzegelen import seal_all
from tests.controle.commands import noaber, own

# As who gets hold of the database may do it: past the triggers, and past a key that is in the way.
BEHIND_THE_BACK = "SET LOCAL session_replication_role = replica"

ONE_PART = "(SELECT min(boekingnummer) FROM boeking WHERE deel = 2)"
GRANTED = "(SELECT min(declaratie_id) FROM boeking)"

TAMPERINGS = {
    "a boeking of a cent more": (
        "UPDATE boeking SET bedrag_centen = bedrag_centen + 1"
        " WHERE boekingnummer = (SELECT min(boekingnummer) FROM boeking)",
        {"zegels", "regel_geboekt", "tellers", "delen", "credits", "kosten", "specificaties"},
    ),
    "a volume that was raised beyond its toewijzing": (
        "UPDATE declaratieregel SET volume = 21 WHERE volume = 12",
        {"volumes"},
    ),
    "a whole that was made smaller": ("UPDATE omvang SET totaal = 11", {"volumes"}),
    "a hundred euro moved from one gemeente to another": (
        "UPDATE boeking SET bedrag_centen = bedrag_centen + CASE deel WHEN 1 THEN 10000"
        " ELSE -10000 END WHERE declaratie_id = (SELECT max(declaratie_id) FROM boeking"
        " WHERE deel = 2) AND beurt = 2",
        {"zegels", "naar_dagen", "kosten", "specificaties"},
    ),
    "a boeking that was deleted": (
        f"DELETE FROM boeking WHERE boekingnummer = {ONE_PART}",
        {"zegels", "regel_geboekt", "tellers", "delen", "credits", "kosten", "specificaties"},
    ),
    "a granted line without boekingen": (
        "DELETE FROM boeking WHERE aanbieder = '99000002'",
        {"zegels", "einduitkomst", "tellers", "kosten", "specificaties"},
    ),
    "an outcome that was swapped": (
        "UPDATE oordeel SET uitkomst = 'aangehouden' WHERE uitkomst = 'afgekeurd'",
        {"zegels", "tellers", "aangehouden"},
    ),
    "an outcome that was deleted": (
        "DELETE FROM oordeel WHERE uitkomst = 'afgekeurd'",
        {"zegels", "einduitkomst", "tellers"},
    ),
    "a line slipped into a settled declaratie": (
        "INSERT INTO declaratieregel SELECT declaratie_id, 99, aanbieder, 'X', toewijzing_nummer,"
        " mijlpaal, begindatum, einddatum, bedrag_centen, credit, NULL FROM declaratieregel"
        f" WHERE declaratie_id = {GRANTED} AND regelnummer = 1",
        {"zegels", "einduitkomst", "tellers"},
    ),
    "a line of a cent less": (
        "UPDATE declaratieregel SET bedrag_centen = bedrag_centen - 1 WHERE aanbieder = '99000002'",
        {"zegels", "regel_geboekt", "tellers"},
    ),
    "a termijn that is granted twice": (
        "ALTER TABLE boeking DROP CONSTRAINT pk_boeking;"
        "INSERT INTO boeking OVERRIDING SYSTEM VALUE SELECT 1000000 + boekingnummer,"
        " toewijzing_nummer, termijn, beurt, deel, gemeente, betaler, aanbieder, profiel_id, wet,"
        " begindatum, einddatum, dagen, bedrag_centen, declaratie_id, regelnummer + 1,"
        " geboekt_op FROM boeking WHERE aanbieder = '99000002'",
        {
            "zegels",
            "eenmaal_toegekend",
            "regel_geboekt",
            "tellers",
            "delen",
            "boeking_volgt_termijn",
            "kosten",
            "specificaties",
        },
    ),
    "a herverdeling that says it changed nothing": (
        "UPDATE herverdeling_regel SET wordt = was",
        {"herverdelingen"},
    ),
    "a boekingnummer that is given again": (
        "ALTER TABLE boeking ALTER boekingnummer DROP IDENTITY;"
        "UPDATE boeking SET boekingnummer = (SELECT min(boekingnummer) FROM taakboeking)"
        " WHERE aanbieder = '99000002'",
        {"zegels", "boekingnummers"},
    ),
    "a boeking put on another gemeente": (
        "UPDATE boeking SET gemeente = '0363' WHERE beurt = 0 AND deel = 2",
        {"zegels", "credits", "kosten", "specificaties"},
    ),
    "a boeking with another payer": (
        "UPDATE boeking SET betaler = '0363' WHERE aanbieder = '99000002'",
        {"zegels", "boeking_volgt_termijn", "specificaties"},
    ),
    "a month that cost more": (
        "UPDATE kostensom SET bedrag_centen = bedrag_centen + 1",
        {"kosten"},
    ),
    "a specification of a cent more": (
        "UPDATE betaalspecificatie SET bedrag_centen = bedrag_centen + 1",
        {"specificaties"},
    ),
    "what is borne of a specification put on another gemeente": (
        "UPDATE kostendeel SET gemeente = '0363' WHERE specificatie_id ="
        " (SELECT max(id) FROM betaalspecificatie WHERE aanbieder = '99000002')",
        {"specificaties"},
    ),
    "a cent that was never paid": (
        "UPDATE betaalspecificatie SET betaald_centen = betaald_centen + 1 WHERE bedrag_centen > 0",
        {"betalingen"},
    ),
    "a price that was raised": (
        "UPDATE toewijzing SET prijs_centen = prijs_centen + 1",
        {"prijs_in_termijnen"},
    ),
    "a granted termijn that was made to lapse": (
        "UPDATE termijn SET vervallen_door = 1 WHERE aanbieder = '99000002' AND volgnummer = 1",
        {"prijs_in_termijnen", "vervallen"},
    ),
    "a tarief that was raised after it was vastgesteld": (
        "UPDATE tarief SET bedrag_centen = bedrag_centen + 1",
        {"tarief_van_toewijzing", "opbouw"},
    ),
    "a toewijzing put on another aanbieder": (
        "UPDATE toewijzing SET aanbieder = '99000002' WHERE nummer = 1",
        {"termijn_volgt_toewijzing"},
    ),
    "days without a woonplaats": (
        "UPDATE woonplaats SET vanaf = vanaf + 1 WHERE vanaf = (SELECT max(vanaf) FROM woonplaats)",
        {"woonplaatsen"},
    ),
    "an instalment of a task that was raised": (
        "UPDATE taaktermijn SET bedrag_centen = bedrag_centen + 1 WHERE volgnummer = 1",
        {"specificaties", "taaktermijnen"},
    ),
    "a boeking of a task that was deleted": (
        "DELETE FROM taakboeking WHERE volgnummer = 1",
        {"specificaties", "taakboekingen"},
    ),
    "two outcomes that changed places": (
        "UPDATE boeking SET regelnummer = 3 - regelnummer WHERE declaratie_id = 1;"
        "UPDATE oordeel SET regelnummer = 3 - regelnummer WHERE declaratie_id = 1",
        {"zegels", "regel_geboekt", "tellers", "boeking_volgt_termijn"},
    ),
    "another reason to refuse": (
        "UPDATE oordeel SET redenen = ARRAY['te_laat'] WHERE uitkomst = 'afgekeurd'",
        {"zegels"},
    ),
    "another date on a declaratie": (
        "UPDATE declaratie SET dagtekening = dagtekening + 1 WHERE id = 1",
        {"zegels"},
    ),
    "a gemeente put back after a herverdeling": (
        "UPDATE boeking b SET gemeente = '0153' FROM herverdeling_regel h"
        " WHERE b.toewijzing_nummer = h.toewijzing_nummer AND b.termijn = h.termijn"
        " AND b.beurt = h.beurt + 1",
        {"zegels", "kosten", "herverdelingen", "specificaties"},
    ),
    "a cent moved between the gemeenten of a split": (
        "UPDATE boeking SET bedrag_centen = bedrag_centen + CASE deel WHEN 1 THEN 1 ELSE -1 END"
        " WHERE beurt = 2 AND toewijzing_nummer = 1",
        {"zegels", "kosten", "specificaties"},
    ),
    "a declaratie that was deleted with all that belongs to it": (
        "DELETE FROM boeking WHERE aanbieder = '99000002';"
        "DELETE FROM declaratieregel WHERE aanbieder = '99000002';"
        "DELETE FROM declaratie WHERE aanbieder = '99000002';"
        "DELETE FROM kostensom WHERE aanbieder = '99000002';"
        "DELETE FROM kostendeel USING betaalspecificatie s"
        " WHERE s.id = specificatie_id AND s.aanbieder = '99000002';"
        "DELETE FROM betaalspecificatie WHERE aanbieder = '99000002'",
        {"zegels", "verzegeld"},
    ),
    "a seal that was made anew": (
        "UPDATE zegel SET inhoud = sha256('x') WHERE volgnummer = 1 AND aanbieder = '99000001'",
        {"zegels", "zegelketen"},
    ),
    "a chain that was broken": (
        "DELETE FROM zegel WHERE volgnummer = 2",
        {"zegelketen", "verzegeld"},
    ),
    "a last seal that was taken away": (
        "DELETE FROM zegel WHERE (aanbieder, volgnummer)"
        " IN (SELECT aanbieder, max(volgnummer) FROM zegel GROUP BY aanbieder)",
        {"verzegeld"},
    ),
}


async def _found(db: Connection) -> set[str]:
    return {b.naam async for b in find_faults(db) if b.aantal_fouten}


async def _found_after(db: Connection, tampering: str) -> set[str]:
    transaction = db.transaction()
    await transaction.start()
    try:
        await db.execute(f"{BEHIND_THE_BACK}; {tampering}")
        return await _found(db)
    finally:
        await transaction.rollback()


@pytest.mark.usefixtures("books")
async def test_each_way_to_tamper_is_found_by_name_and_what_is_right_is_not(db: Connection) -> None:
    assert await _found(db) == set()
    found = {what: await _found_after(db, sql) for what, (sql, _) in TAMPERINGS.items()}
    assert found == {what: names for what, (_, names) in TAMPERINGS.items()}
    assert set().union(*found.values()) == set(CONTROLES)


def _controleer(url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return noaber("controleer", *arguments, **own(url))


@pytest.mark.usefixtures("books")
async def test_the_command_tells_by_its_exit_code_and_its_report(
    db: Connection, database_url: str
) -> None:
    right = _controleer(database_url)
    assert (right.returncode, right.stderr) == (0, "")
    assert f"Alle {len(CONTROLES)} controles kloppen." in right.stdout
    await db.execute("SET session_replication_role = replica")
    await db.execute("UPDATE kostensom SET bedrag_centen = bedrag_centen + 1")
    wrong = _controleer(database_url)
    assert wrong.returncode == 1
    assert f"1 van {len(CONTROLES)} controles vinden fouten." in wrong.stdout
    told = re.search(r"gemeente 0153 .*: bewaard ([0-9]+), geboekt ([0-9]+)", wrong.stdout)
    assert told
    assert int(told[1]) - int(told[2]) == 1
    report = json.loads(_controleer(database_url, "--json").stdout)
    assert report["klopt"] is False
    assert report["omvang"]["regels"] == await db.fetchval("SELECT count(*) FROM declaratieregel")
    assert [c["naam"] for c in report["controles"] if c["aantal_fouten"]] == ["kosten"]


@pytest.mark.usefixtures("books")
async def test_a_chain_that_was_made_anew_differs_from_the_report_that_was_kept(
    db: Connection, database_url: str, tmp_path: Path
) -> None:
    kept = tmp_path / "verslag.json"
    kept.write_text(_controleer(database_url, "--json").stdout)
    assert _controleer(database_url, "--eerder", str(kept)).returncode == 0
    await db.execute("SET session_replication_role = replica")
    await db.execute("UPDATE declaratie SET dagtekening = dagtekening + 1 WHERE id = 1")
    await db.execute("TRUNCATE zegel")
    await db.execute(
        "INSERT INTO te_verzegelen (aanbieder, declaratie_id, ronde)"
        " SELECT aanbieder, id, 0 FROM declaratie UNION ALL SELECT d.aanbieder, d.id, r.ronde"
        " FROM herverdeling_ronde r JOIN declaratie d ON d.id = r.declaratie_id ORDER BY 2, 3"
    )
    async with await open_pool(database_url) as pool:
        await seal_all(pool)
    assert _controleer(database_url).returncode == 0
    found = _controleer(database_url, "--eerder", str(kept))
    assert (found.returncode, "is een ander" in found.stdout) == (1, True)
    kept.write_text("{}")
    assert _controleer(database_url, "--eerder", str(kept)).returncode == 2


@pytest.mark.usefixtures("books")
async def test_what_cannot_be_proven_is_not_called_wrong(
    db: Connection, database_url: str, tmp_path: Path
) -> None:
    await db.execute("UPDATE alembic_version SET version_num = '0001'")
    older = _controleer(database_url)
    assert (older.returncode, "noaber migrate" in older.stderr) == (2, True)
    nowhere = _controleer("postgresql://127.0.0.1:1/noaber")
    assert (nowhere.returncode, "niet bereikbaar" in nowhere.stderr) == (2, True)
    empty = noaber("controleer", NOABER_DATA=str(tmp_path))
    assert (empty.returncode, "geen database" in empty.stderr) == (2, True)
    assert list(tmp_path.iterdir()) == []
