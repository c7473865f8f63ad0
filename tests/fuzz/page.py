# SPDX-License-Identifier: EUPL-1.2
"""The page that tells how the service stood up to bad input and to crowds."""

from pathlib import Path

from bench.report import Page

DOCS = Path(__file__).parents[2] / "docs"
BETROUWBAARHEID = Page(
    "betrouwbaarheid",
    Path(__file__).parent / "page.md",
    {"fuzz": "make fuzz", "belasting": "make belasting"},
)
