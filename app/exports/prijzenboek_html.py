# SPDX-License-Identifier: EUPL-1.2
"""A price book as one page that brings its own style, and prints well."""

import base64
import hashlib
from collections.abc import Iterable, Sequence
from html import escape

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

STYLE = """
:root { color-scheme: light dark; --line: light-dark(#c9d1d9, #3a424b);
  --shade: light-dark(#eef2f5, #23282e); }
body { margin: 0 auto; max-width: 80rem; padding: 2rem 1.25rem;
  background: light-dark(#fdfdfb, #16191d); color: light-dark(#1b1f24, #e8eaed);
  font: 1rem/1.5 system-ui, sans-serif; }
h1 { margin-bottom: 0.25rem; line-height: 1.2; }
.table { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: 0.9375rem; }
th, td { padding: 0.375rem 0.625rem; border-bottom: 1px solid var(--line); text-align: left;
  vertical-align: top; }
thead th { background: var(--shade); vertical-align: bottom; }
.n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
@page { size: A4 landscape; margin: 15mm; }
@media print {
  :root { color-scheme: light; }
  body { max-width: none; padding: 0; background: none; font-size: 9pt; }
  th, td { padding: 0.2rem 0.4rem; }
  .table { overflow: visible; }
  table { font-size: 8pt; }
  thead { display: table-header-group; }
  tr { break-inside: avoid; }
  h2 { break-after: avoid; }
}
"""
POLICY = (
    "default-src 'none'; style-src 'sha256-"
    + base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""What the page may load: its own style, known by its hash, and nothing else."""


def as_html(boek: Prijzenboek) -> bytes:
    """The page."""
    heading = escape(title(boek))
    parts = [
        '<!doctype html>\n<html lang="nl">\n<head>\n<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{heading}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>",
        f"<h1>{heading}</h1>\n<p>{escape(introduction(boek))}</p>",
    ]
    if boek.prijzen:
        parts += _table("Prijzen", PRIJZEN, map(price_row, boek.prijzen))
        parts += _table("Lijsten en besluiten", LIJSTEN, map(list_row, boek.lijsten))
    parts.append("</main>\n</body>\n</html>\n")
    return "\n".join(parts).encode()


def _table(heading: str, columns: Sequence[Column], rows: Iterable[Sequence[str]]) -> Iterable[str]:
    heads = "".join(f'<th scope="col"{_class(c)}>{escape(c.head)}</th>' for c in columns)
    yield f'<h2>{heading}</h2>\n<div class="table">\n<table>\n<thead><tr>{heads}</tr></thead>'
    yield "<tbody>"
    for row in rows:
        cells = zip(columns, row, strict=True)
        yield f"<tr>{''.join(f'<td{_class(c)}>{escape(text)}</td>' for c, text in cells)}</tr>"
    yield "</tbody>\n</table>\n</div>"


def _class(column: Column) -> str:
    return ' class="n"' if column.numbers else ""
