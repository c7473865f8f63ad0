# SPDX-License-Identifier: EUPL-1.2
"""The words of a price book, the same on a page and in print, and the book as CSV."""

import csv
import io
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from app.domain.notatie import in_digits, in_euros, in_percent, in_words, on_the_clock
from app.pricing.prijzenboek import Boeklijst, Boekprijs, Prijzenboek

CSV_COLUMNS = [
    "peildatum",
    "profiel",
    "naam",
    "intensiteit",
    "bedragCenten",
    "eenheid",
    "vanaf",
    "tarieflijst",
    "tarieflijstNaam",
    "besluit",
    "wijziging",
    "vorigBedragCenten",
    "verschilCenten",
    "verschilPercentage",
]

EMPTY = "Op deze dag geldt nog geen prijs."
_FORMULA = re.compile(r"[=+@\t\r-]")


class Column(NamedTuple):
    """A column of a table: its head, its share of the width, and whether it holds numbers."""

    head: str
    width: int
    numbers: bool = False


PRIJZEN = (
    Column("Profiel", 24),
    Column("Naam", 56),
    Column("Intensiteit", 21),
    Column("Prijs", 29, numbers=True),
    Column("Per", 16),
    Column("Was", 29, numbers=True),
    Column("Verschil", 28, numbers=True),
    Column("In procenten", 23, numbers=True),
    Column("Vanaf", 22),
    Column("Lijst", 19),
)
LIJSTEN = (
    Column("Lijst", 19),
    Column("Naam", 70),
    Column("Vanaf", 22),
    Column("Vastgesteld op", 56),
    Column("Besluit", 100),
)


def title(boek: Prijzenboek) -> str:
    """What the book is called."""
    return f"Prijzenboek van {in_words(boek.peildatum)}"


def introduction(boek: Prijzenboek) -> str:
    """What the reader has before him."""
    if boek.sinds is None:
        return f"{EMPTY} Zoals bekend op {on_the_clock(boek.bekend_op)}."
    return (
        f"De prijzen die op {in_words(boek.peildatum)} gelden, zoals bekend op "
        f"{on_the_clock(boek.bekend_op)}. Zij gelden zo sinds {in_words(boek.sinds)}; onder Was "
        "staat de prijs van de dag daarvoor."
    )


def price_row(prijs: Boekprijs) -> Sequence[str]:
    """A price in the columns of `PRIJZEN`."""
    vorig, wijziging = prijs.vorig_bedrag_centen, prijs.wijziging
    verschil = wijziging.verschil
    return (
        prijs.profiel,
        prijs.naam,
        prijs.intensiteit,
        in_euros(prijs.bedrag_centen),
        prijs.eenheid,
        "" if vorig is None else in_euros(vorig),
        wijziging.soort if not (verschil and verschil.centen) else in_euros(verschil.centen, "+"),
        _percent(verschil.percentage) if verschil and verschil.centen else "",
        in_digits(prijs.vanaf),
        str(prijs.tarieflijst),
    )


def _percent(percentage: Decimal | None) -> str:
    return "" if percentage is None else in_percent(percentage)


def list_row(lijst: Boeklijst) -> Sequence[str]:
    """A list in the columns of `LIJSTEN`."""
    return (
        str(lijst.id),
        lijst.naam,
        in_digits(lijst.vanaf),
        on_the_clock(lijst.vastgesteld_op),
        lijst.besluit,
    )


def as_csv(boek: Prijzenboek, delimiter: str) -> bytes:
    """The prices below a header, a line each, safe to open in a spreadsheet."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    lijsten = {lijst.id: lijst for lijst in boek.lijsten}
    for prijs in boek.prijzen:
        lijst, verschil = lijsten[prijs.tarieflijst], prijs.wijziging.verschil
        writer.writerow(
            (
                boek.peildatum,
                prijs.profiel,
                _safe(prijs.naam),
                prijs.intensiteit,
                prijs.bedrag_centen,
                prijs.eenheid,
                prijs.vanaf,
                prijs.tarieflijst,
                _safe(lijst.naam),
                _safe(lijst.besluit),
                prijs.wijziging.soort,
                prijs.vorig_bedrag_centen,
                verschil and verschil.centen,
                verschil and verschil.percentage,
            )
        )
    return text.getvalue().encode()


def _safe(text: str) -> str:
    # A spreadsheet runs a cell that begins so; a leading ' makes it text.
    return f"'{text}" if _FORMULA.match(text) else text
