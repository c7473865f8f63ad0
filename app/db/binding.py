# SPDX-License-Identifier: EUPL-1.2
"""For whom a connection is used: what the database holds its policies against."""

from dataclasses import astuple, dataclass
from typing import Literal

NAMES = ("gemeente", "aanbieder", "rol", "beller", "afwikkeling")

BIND = "SELECT " + ", ".join(
    f"set_config('noaber.{name}', ${place}, false)" for place, name in enumerate(NAMES, start=1)
)
"""Until the connection is bound to another; outside a transaction, whose end could undo it."""

OPEN_BOOKS = (
    "set_config('noaber.aanbieder', {}, true), set_config('noaber.afwikkeling', 'ja', true)"
)
"""SQL of two columns: until this transaction ends, it works in the books of an aanbieder."""


@dataclass(frozen=True, slots=True)
class Binding:
    """Whose rows are seen and may be written; what is empty binds to nothing."""

    gemeente: str = ""
    aanbieder: str = ""
    rol: str = ""
    beller: str = ""
    """Whose answers to an Idempotency-Key are kept: `Caller.identity`."""
    afwikkeling: Literal["", "ja"] = ""

    def settings(self) -> tuple[str, ...]:
        """The arguments of BIND."""
        return astuple(self)


NOBODY = Binding()
"""Sees the catalogue, which everybody may read, and nothing that is somebody's."""

VERZEGELAAR = Binding(rol="verzegelaar")
"""Sees what waits for a seal; opens the books of each aanbieder in turn."""


def books_of(aanbieder: str) -> Binding:
    """A worker that settles for this aanbieder."""
    return Binding(aanbieder=aanbieder, afwikkeling="ja")
