# SPDX-License-Identifier: EUPL-1.2
"""Tell of something on the terminal: numbered steps, sentences, tables; plain text in a pipe."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import count

from rich import box
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table

from app.domain.notatie import in_words

WIDTH_IN_A_PIPE = 100
INDENT = 3


class Telling:
    """A story in steps."""

    def __init__(self) -> None:
        self._console = Console(highlight=False, markup=False, emoji=False)
        if not self._console.is_terminal:
            self._console.width = WIDTH_IN_A_PIPE
        self._steps = count(1)

    def title(self, text: str) -> None:
        """What the story is about."""
        self._console.print(text, style="bold")

    def step(self, text: str) -> None:
        """Begin the next step."""
        self._console.print(f"\n{next(self._steps)}. {text}", style="bold")

    def say(self, text: str) -> None:
        """A sentence."""
        self._print(text)

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[str | int]]) -> None:
        """Rows below these columns; one whose name ends in > has its figures to the right."""
        table = Table(box=box.SIMPLE, pad_edge=False, show_edge=False)
        for column in columns:
            to_the_right = column.endswith(">")
            table.add_column(column.rstrip(">"), justify="right" if to_the_right else "left")
        for row in rows:
            table.add_row(*map(str, row))
        self._print(table)

    def _print(self, what: RenderableType) -> None:
        self._console.print(Padding(what, (0, 0, 0, INDENT), expand=False))


def dag(day: date | str) -> str:
    """A day, or its ISO notation, as people in the Netherlands write it.

    >>> dag("2026-05-15")
    '15 mei 2026'
    """
    day = date.fromisoformat(day) if isinstance(day, str) else day
    return in_words(day)
