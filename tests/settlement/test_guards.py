# SPDX-License-Identifier: EUPL-1.2
"""What the database itself refuses, whoever asks and in whatever way."""

from datetime import date

import asyncpg
import pytest

from app.db import tarieven
from app.db.connection import Connection
from app.db.raamovereenkomsten import Voorwaarden, insert_raamovereenkomst
from app.domain.period import Periode
from tests.pools import Watched
from tests.settlement import region

AGB = region.AANBIEDERS[0]
HALF_JAAR = Periode(date(2026, 2, 1), date(2026, 7, 31))

COPY_OF_BOEKING = """
    INSERT INTO boeking (toewijzing_nummer, termijn, beurt, deel, gemeente, betaler, aanbieder,
                         profiel_id, wet, begindatum, einddatum, dagen, bedrag_centen,
                         declaratie_id, regelnummer, geboekt_op)
    SELECT toewijzing_nummer, {termijn}, {beurt}, {deel}, {gemeente}, {betaler}, aanbieder,
           profiel_id, wet, begindatum, einddatum, {dagen}, {bedrag},
           declaratie_id, {regelnummer}, statement_timestamp()
    FROM boeking
    WHERE deel <= {delen}
"""
AS_IT_IS = {
    "termijn": "termijn",
    "beurt": "beurt",
    "deel": "deel",
    "gemeente": "gemeente",
    "betaler": "betaler",
    "dagen": "dagen",
    "bedrag": "bedrag_centen",
    "regelnummer": "regelnummer",
    "delen": "2",
}


def book_again(**changes: str) -> str:
    """The boekingen of the granted start once more, with these columns changed."""
    return COPY_OF_BOEKING.format(**{**AS_IT_IS, **changes})


CHANGED_PRICE = "UPDATE toewijzing SET prijs_centen = prijs_centen + 1"
TOEWIJZING_WITHOUT_TERMIJNEN = """
    INSERT INTO toewijzing (gemeente, inwoner_id, wet, profiel_id, intensiteit, aanbieder,
                            raamovereenkomst_nummer, begindatum, einddatum, beoogde_resultaten,
                            verwijzer, tarieflijst_id, tarief_centen, tarief_vanaf, prijs_centen,
                            aangemaakt_door)
    SELECT gemeente, inwoner_id, wet, profiel_id, intensiteit, aanbieder,
           raamovereenkomst_nummer, date '{begindatum}', date '{einddatum}', beoogde_resultaten,
           verwijzer, tarieflijst_id, tarief_centen, tarief_vanaf, {prijs}, 'proef'
    FROM toewijzing
"""
NEXT_YEAR = {"begindatum": "2027-02-01", "einddatum": "2027-07-31", "prijs": "100"}
SAME_LAST_DAY = {"begindatum": "2026-07-31", "einddatum": "2027-07-31", "prijs": "100"}
EXTRA_TERMIJN = """
    INSERT INTO termijn
    SELECT toewijzing_nummer, 3, 'voortgang', begindatum, einddatum, {bedrag},
           declarabel_vanaf, declarabel_tot_en_met, aanbieder, inwoner_id, betaler, profiel_id, wet
    FROM termijn WHERE volgnummer = 1
"""

Attempts = dict[str, tuple[str, str]]

# What is tried, and by what it is refused.
WHAT_IS_BOOKED_NEVER_CHANGES: Attempts = {
    "a boeking is not changed": (
        "UPDATE boeking SET bedrag_centen = bedrag_centen",
        "onveranderlijk",
    ),
    "a boeking is not deleted": ("DELETE FROM boeking", "onveranderlijk"),
    "boekingen are not emptied": ("TRUNCATE boeking", "onveranderlijk"),
    "a line is not changed": (
        "UPDATE declaratieregel SET referentie = referentie",
        "onveranderlijk",
    ),
    "a line is not deleted": ("DELETE FROM declaratieregel", "onveranderlijk"),
    "lines are not emptied": ("TRUNCATE declaratieregel CASCADE", "onveranderlijk"),
    "a declaratie is not deleted": ("DELETE FROM declaratie", "onveranderlijk"),
    "a gemeente is not deleted": ("DELETE FROM gemeente WHERE code = '0363'", "onveranderlijk"),
    "a line that was refused stays refused": (
        "UPDATE oordeel SET uitkomst = 'aangehouden'",
        "onveranderlijk",
    ),
    "why a line was refused is not deleted": ("DELETE FROM oordeel", "onveranderlijk"),
    "an outcome is of a line that there is": (
        "INSERT INTO oordeel SELECT declaratie_id, 99, uitkomst, redenen FROM oordeel",
        "oordeel_verwijst",
    ),
    "a line belongs to a declaratie": (
        "INSERT INTO declaratieregel SELECT (jsonb_populate_record(r,"
        " '{\"declaratie_id\": 999}')).* FROM declaratieregel r",
        "regel_verwijst",
    ),
}

A_TERMIJN_IS_GRANTED_ONCE_UNLESS_CREDITED: Attempts = {
    "a termijn is not granted twice in one turn": (book_again(), "pk_boeking"),
    "a part is not added to a turn that is complete": (
        book_again(deel="9", delen="1"),
        "boekingen_tellen_op",
    ),
    "a turn that is complete is not booked over again in other parts": (
        book_again(deel="deel + 2"),
        "boekingen_tellen_op",
    ),
    "a turn does not skip the one before": (book_again(beurt="2"), "beurt_volgt_op_beurt"),
    "a first turn is not a credit": (
        book_again(termijn="2", beurt="1", bedrag="-144600", delen="1"),
        "beurt_volgt_op_beurt",
    ),
    "a credit is not positive": (book_again(beurt="1"), "ck_boeking_teken"),
    "a debit is not negative": (book_again(beurt="2", bedrag="-bedrag_centen"), "ck_boeking_teken"),
    "a credit takes back all of its debit": (
        book_again(beurt="1", bedrag="1 - bedrag_centen"),
        "boekingen_tellen_op",
    ),
    "boekingen add up to their termijn": (
        book_again(termijn="2"),
        "boekingen_tellen_op",
    ),
    "a boeking is of a termijn that there is": (
        book_again(termijn="3"),
        "boekingen_tellen_op",
    ),
    "a boeking is of a line that there is": (
        book_again(beurt="1", bedrag="-bedrag_centen", regelnummer="99"),
        "boeking_verwijst",
    ),
    "a boeking is paid by the gemeente of its toewijzing": (
        book_again(beurt="1", bedrag="-bedrag_centen", betaler="'0141'"),
        "boeking_verwijst",
    ),
    "a part that bears all days is the only one": (
        book_again(termijn="2", deel="deel", bedrag="144600 * (2 - deel)", dagen="181"),
        "boekingen_tellen_op",
    ),
    "a boeking is borne by a gemeente that there is": (
        book_again(beurt="1", bedrag="-bedrag_centen", gemeente="'9999'"),
        "boeking_verwijst",
    ),
}

A_TOEWIJZING_COSTS_WHAT_ITS_TERMIJNEN_ADD_UP_TO: Attempts = {
    "a termijn more breaks the price": (EXTRA_TERMIJN.format(bedrag=1), "termijnen_tellen_op"),
    "a termijn changed breaks the price": (
        "UPDATE termijn SET bedrag_centen = bedrag_centen + 1 WHERE volgnummer = 1",
        "termijnen_tellen_op",
    ),
    "a termijn is not deleted": ("DELETE FROM termijn WHERE volgnummer = 2", "onveranderlijk"),
    "termijnen are not emptied": ("TRUNCATE termijn", "onveranderlijk"),
    "a termijn is not negative": (
        "UPDATE termijn SET bedrag_centen = -1 WHERE volgnummer = 2",
        "ck_termijn_bedrag",
    ),
    "a termijn repeats its toewijzing": (
        "UPDATE termijn SET betaler = '0141' WHERE volgnummer = 1",
        "termijn_volgt_toewijzing",
    ),
    "what termijnen repeat of a toewijzing is not changed": (
        "UPDATE toewijzing SET aanbieder = aanbieder",
        "onveranderlijk",
    ),
    "a price changed breaks its termijnen": (CHANGED_PRICE, "termijnen_tellen_op"),
    "a toewijzing has termijnen": (
        TOEWIJZING_WITHOUT_TERMIJNEN.format(**NEXT_YEAR),
        "termijnen_tellen_op",
    ),
}

ONE_AT_A_TIME: Attempts = {
    "a toewijzing does not overlap another of the same": (
        TOEWIJZING_WITHOUT_TERMIJNEN.format(**SAME_LAST_DAY),
        "ex_toewijzing_overlap",
    ),
    "a toewijzing does not end before it begins": (
        "UPDATE toewijzing SET einddatum = begindatum - 1",
        "ck_toewijzing_periode",
    ),
    "a raamovereenkomst does not overlap another of the same aanbieder": (
        "INSERT INTO raamovereenkomst (aanbieder, begindatum, einddatum, declaratietermijn_maanden)"
        " SELECT aanbieder, einddatum, einddatum + 1, 60 FROM raamovereenkomst",
        "ex_raamovereenkomst_periode",
    ),
}

WHAT_IS_SEALED_OR_DECIDED_STAYS: Attempts = {
    "a seal is not changed": ("UPDATE zegel SET hash = ''", "onveranderlijk"),
    "a seal is not deleted": ("DELETE FROM zegel", "onveranderlijk"),
    "which lines were held is not forgotten": ("DELETE FROM herziening", "onveranderlijk"),
    "the head of a settled declaratie is not changed": (
        "UPDATE declaratie SET dagtekening = dagtekening + 1",
        "onveranderlijk",
    ),
    "a settled declaratie is not opened again": (
        "UPDATE declaratie SET afgehandeld_op = NULL",
        "onveranderlijk",
    ),
    **{
        f"{table} is not emptied": (f"TRUNCATE {table} CASCADE", "onveranderlijk")
        for table in ("zegel", "herziening", "oordeel", "toewijzing", "tarief", "tarieflijst")
    },
}

A_LIST_IS_ADOPTED_BY_TWO_AND_THEN_STAYS: Attempts = {
    "a list has one tarief for a profiel and intensiteit": (
        "INSERT INTO tarief SELECT t.* FROM tarief t JOIN tarieflijst l ON l.id = t.tarieflijst_id"
        " WHERE l.vastgesteld_op IS NULL",
        "pk_tarief",
    ),
    "a vastgestelde list is not changed": (
        "UPDATE tarieflijst SET vanaf = vanaf + 1 WHERE vastgesteld_op IS NOT NULL",
        "onveranderlijk",
    ),
    "a vastgestelde list is not withdrawn": (
        "UPDATE tarieflijst SET vastgesteld_op = NULL, vastgesteld_door = NULL, besluit = NULL"
        " WHERE vastgesteld_op IS NOT NULL",
        "onveranderlijk",
    ),
    "a vastgestelde list is not deleted": (
        "DELETE FROM tarieflijst WHERE vastgesteld_op IS NOT NULL",
        "onveranderlijk",
    ),
    "a price of a vastgestelde list is not changed": (
        "UPDATE tarief SET bedrag_centen = bedrag_centen + 1",
        "onveranderlijk",
    ),
    "a price of a vastgestelde list is not deleted": ("DELETE FROM tarief", "onveranderlijk"),
    "a vastgestelde list gets no price more": (
        "INSERT INTO tarief SELECT tarieflijst_id, profiel_id, 'zwaar', 1 FROM tarief",
        "onveranderlijk",
    ),
    "a price is not moved to another list": (
        "UPDATE tarief SET tarieflijst_id = (SELECT max(id) FROM tarieflijst),"
        " intensiteit = 'zwaar'",
        "onveranderlijk",
    ),
    "who drafted a list does not adopt it": (
        "UPDATE tarieflijst SET vastgesteld_op = now(), besluit = 'b', vastgesteld_door = 'iemand'"
        " WHERE vastgesteld_op IS NULL",
        "ck_tarieflijst_vier_ogen",
    ),
    "a list is adopted with a besluit, or when every gemeente decided": (
        "UPDATE tarieflijst SET vastgesteld_op = now(), vastgesteld_door = 'ander'"
        " WHERE vastgesteld_op IS NULL",
        "besluiten_volledig",
    ),
    "a list is adopted by somebody": (
        "UPDATE tarieflijst SET besluit = 'B-1' WHERE vastgesteld_op IS NULL",
        "ck_tarieflijst_vaststelling",
    ),
}


@pytest.fixture
async def settled(pool: Watched, db: Connection) -> Connection:
    """A start granted over a move, a line refused, and a list that is still a concept."""
    regio = await region.found(db)
    inwoner = await region.register_inwoner(
        db, [(date(2020, 1, 1), "0153"), (date(2026, 5, 15), "0141")]
    )
    toewijzing = await region.allocate(db, regio, inwoner, AGB, "H70", HALF_JAAR, 482_000)
    start = toewijzing.termijnen[0]
    regels = [region.line(n, f"R{n}", toewijzing, start) for n in (1, 2)]
    await region.declare(pool, AGB, "1", regels, date(2026, 8, 3))
    profiel_id = await db.fetchval("SELECT min(id) FROM profiel")
    await tarieven.insert_tarieflijst(
        db, "Concept", date(2027, 1, 1), "iemand", [(profiel_id, "licht", 200)]
    )
    return db


async def _refused_by(db: Connection, statement: str) -> str | None:
    """The name of the guard that refused, also when it waits for the end of the transaction."""
    transaction = db.transaction()
    await transaction.start()
    try:
        await db.execute(statement)
        await db.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except asyncpg.IntegrityConstraintViolationError as refusal:
        return refusal.constraint_name
    finally:
        await transaction.rollback()
    return None


@pytest.mark.parametrize(
    "attempts",
    [
        pytest.param(WHAT_IS_BOOKED_NEVER_CHANGES, id="what is booked never changes"),
        pytest.param(
            A_TERMIJN_IS_GRANTED_ONCE_UNLESS_CREDITED,
            id="a termijn is granted once unless credited",
        ),
        pytest.param(
            A_TOEWIJZING_COSTS_WHAT_ITS_TERMIJNEN_ADD_UP_TO,
            id="a toewijzing costs what its termijnen add up to",
        ),
        pytest.param(ONE_AT_A_TIME, id="one at a time"),
        pytest.param(WHAT_IS_SEALED_OR_DECIDED_STAYS, id="what is sealed or decided stays"),
        pytest.param(
            A_LIST_IS_ADOPTED_BY_TWO_AND_THEN_STAYS, id="a list is adopted by two and then stays"
        ),
    ],
)
async def test_the_database_refuses(settled: Connection, attempts: Attempts) -> None:
    refused = {
        what: await _refused_by(settled, statement) for what, (statement, _) in attempts.items()
    }
    assert refused == {what: guard for what, (_, guard) in attempts.items()}


ALLOWED = {
    "a credit of all parts": book_again(beurt="1", bedrag="-bedrag_centen"),
    "a termijn of nothing": EXTRA_TERMIJN.format(bedrag=0),
    "cents moved from one termijn to another": (
        "UPDATE termijn"
        " SET bedrag_centen = bedrag_centen + CASE volgnummer WHEN 1 THEN 1 ELSE -1 END"
    ),
    "a toewijzing that ends": "UPDATE toewijzing SET status = 'beeindigd'",
    "another who adopts": (
        "UPDATE tarieflijst SET vastgesteld_op = now(), besluit = 'b', vastgesteld_door = 'ander'"
        " WHERE vastgesteld_op IS NULL"
    ),
    "a price out of a concept": "DELETE FROM tarief WHERE bedrag_centen = 200",
}


async def test_the_database_lets_pass_what_is_right(settled: Connection) -> None:
    refused = {what: await _refused_by(settled, statement) for what, statement in ALLOWED.items()}
    assert refused == dict.fromkeys(ALLOWED)


async def test_a_contract_may_follow_on_the_day_after(settled: Connection) -> None:
    nummer = await insert_raamovereenkomst(
        settled, AGB, Periode(date(2041, 1, 1), date(2045, 12, 31)), Voorwaarden(), [], []
    )
    assert nummer
