# SPDX-License-Identifier: EUPL-1.2
"""A price book in print: A4 on its side, with heads on every page and pages that are numbered."""

import io
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, LongTable, Paragraph, SimpleDocTemplate, TableStyle

from app.exports.prijzenboek import (
    LIJSTEN,
    PRIJZEN,
    Column,
    introduction,
    list_row,
    price_row,
    title,
)
from app.pricing.prijzenboek import Prijzenboek

PLAIN, BOLD = "Vera", "VeraBd"
MARGIN = 15 * mm
PADDING = 6
"""What a frame keeps free on each side, in points."""
SHADE, LINE = colors.HexColor("#eef2f5"), colors.HexColor("#c9d1d9")

_FONTS = [TTFont(name, f"{name}.ttf") for name in (PLAIN, BOLD)]
for _font in _FONTS:
    pdfmetrics.registerFont(_font)
_GLYPHS = frozenset.intersection(*(frozenset(font.face.charToGlyph) for font in _FONTS))

TITLE = ParagraphStyle("titel", fontName=BOLD, fontSize=17, leading=22, spaceAfter=2 * mm)
HEADING = ParagraphStyle("kop", TITLE, fontSize=11, leading=14, spaceBefore=6 * mm, keepWithNext=1)
TEXT = ParagraphStyle("tekst", fontName=PLAIN, fontSize=8.5, leading=12, spaceAfter=5 * mm)
CELL = ParagraphStyle("cel", fontName=PLAIN, fontSize=7.5, leading=9.5, splitLongWords=1)
NUMBER = ParagraphStyle("getal", CELL, alignment=TA_RIGHT)
HEAD = ParagraphStyle("kolom", CELL, fontName=BOLD)
NUMBER_HEAD = ParagraphStyle("getalkolom", HEAD, alignment=TA_RIGHT)
RULES = TableStyle(
    [
        ("BACKGROUND", (0, 0), (-1, 0), SHADE),
        ("LINEBELOW", (0, 0), (-1, -1), 0.5, LINE),
        ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
        ("VALIGN", (0, 1), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 2 * mm),
        ("RIGHTPADDING", (0, 0), (-1, -1), 2 * mm),
    ]
)


def as_pdf(boek: Prijzenboek) -> bytes:
    """The book, ready to print; the same book gives the same bytes."""
    heading = printable(title(boek))
    file = io.BytesIO()
    document = SimpleDocTemplate(
        file,
        pagesize=landscape(A4),
        title=heading,
        author="Noaber",
        lang="nl",
        invariant=1,
        leftMargin=MARGIN - PADDING,
        rightMargin=MARGIN - PADDING,
        topMargin=MARGIN,
        bottomMargin=MARGIN + 4 * mm,
    )
    story: list[Flowable] = [_paragraph(heading, TITLE), _paragraph(introduction(boek), TEXT)]
    if boek.prijzen:
        story.append(_table(PRIJZEN, map(price_row, boek.prijzen)))
        story.append(_paragraph("Lijsten en besluiten", HEADING))
        story.append(_table(LIJSTEN, map(list_row, boek.lijsten)))

    def new_canvas(*args: Any, **settings: Any) -> Canvas:
        return _Numbered(heading, *args, **settings)

    document.build(story, canvasmaker=new_canvas)
    return file.getvalue()


def printable(text: str) -> str:
    """The text in letters that the font has: without a mark it lacks, and else as ?.

    >>> printable("Zoë, Łódź, ő, 中")
    'Zoë, Łódź, o, ?'
    """
    return "".join(_letter(sign) for sign in unicodedata.normalize("NFC", text))


def _letter(sign: str) -> str:
    if ord(sign) in _GLYPHS or sign.isspace():
        return sign
    bare = unicodedata.normalize("NFKD", sign)
    return "".join(part for part in bare if ord(part) in _GLYPHS) or "?"


def _paragraph(text: str, style: ParagraphStyle) -> Paragraph:
    return Paragraph(escape(printable(text)), style)


def _table(columns: Sequence[Column], rows: Iterable[Sequence[str]]) -> LongTable:
    available = landscape(A4)[0] - 2 * MARGIN
    share = available / sum(column.width for column in columns)
    heads = [_paragraph(c.head, NUMBER_HEAD if c.numbers else HEAD) for c in columns]
    cells = [
        [
            _paragraph(text, NUMBER if column.numbers else CELL)
            for column, text in zip(columns, row, strict=True)
        ]
        for row in rows
    ]
    widths = [column.width * share for column in columns]
    return LongTable([heads, *cells], colWidths=widths, repeatRows=1, style=RULES, splitInRow=1)


class _Numbered(Canvas):
    """Holds its pages back until it knows how many there are, for the foot of each."""

    def __init__(self, foot: str, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self._foot = foot
        self._pages: list[dict[str, Any]] = []

    def showPage(self) -> None:
        self._pages.append(dict(self.__dict__))
        self._startPage()  # type: ignore[attr-defined]

    def save(self) -> None:
        for number, page in enumerate(self._pages, 1):
            self.__dict__.update(page)
            self.setFont(PLAIN, 7.5)
            self.drawString(MARGIN, 10 * mm, self._foot)
            right = landscape(A4)[0] - MARGIN
            self.drawRightString(right, 10 * mm, f"blad {number} van {len(self._pages)}")
            super().showPage()
        super().save()
