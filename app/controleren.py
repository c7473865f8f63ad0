# SPDX-License-Identifier: EUPL-1.2
"""Prove on a database, while it is in use, that the books add up; and tell what was found."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from app.controle.controles import (
    CONTROLES,
    Bevinding,
    Keten,
    compare_ketens,
    find_faults,
    find_ketens,
    measure,
    see_one_moment,
)
from app.db import migrate
from app.db.connection import connected_as_owner
from app.demo.progress import progress_bar
from app.domain.errors import Invalid


@dataclass(frozen=True, slots=True)
class Verslag:
    """What was looked at, when, and what each proof found."""

    moment: datetime
    omvang: dict[str, int]
    bevindingen: list[Bevinding]
    ketens: list[Keten]

    @property
    def klopt(self) -> bool:
        return not any(bevinding.aantal_fouten for bevinding in self.bevindingen)


def read_ketens(file: Path) -> list[Keten]:
    """The last seals in an earlier report. Raises Invalid when it is none."""
    try:
        return [Keten(**keten) for keten in json.loads(file.read_bytes())["ketens"]]
    except (OSError, ValueError, KeyError, TypeError):
        raise Invalid("geen_verslag", f"{file} is geen verslag van controleer --json.") from None


async def controleer(database_url: str, eerder: Sequence[Keten] | None) -> Verslag:
    """Run every proof on one moment of the database, and hold it against an earlier report.

    Raises Conflict when its schema differs.
    """
    await migrate.require_current(database_url)
    async with connected_as_owner(database_url) as db, db.transaction():
        await see_one_moment(db)
        verslag = Verslag(datetime.now(UTC), await measure(db), [], await find_ketens(db))
        with progress_bar() as progress:
            task = progress.add_task("Controles", total=len(CONTROLES))
            async for bevinding in find_faults(db):
                verslag.bevindingen.append(bevinding)
                progress.advance(task)
        if eerder is not None:
            verslag.bevindingen.append(await compare_ketens(db, eerder))
    return verslag


def as_json(verslag: Verslag) -> str:
    """The whole of it, for a program to read."""
    return json.dumps(
        {
            "klopt": verslag.klopt,
            "moment": verslag.moment.isoformat(timespec="seconds"),
            "omvang": verslag.omvang,
            "controles": [asdict(bevinding) for bevinding in verslag.bevindingen],
            "ketens": [asdict(keten) for keten in verslag.ketens],
        },
        ensure_ascii=False,
        indent=2,
    )


def as_text(verslag: Verslag) -> str:
    """The whole of it, for a person to read."""
    omvang = ", ".join(f"{aantal} {naam}" for naam, aantal in verslag.omvang.items())
    fout = [b for b in verslag.bevindingen if b.aantal_fouten]
    slot = (
        f"{len(fout)} van {len(verslag.bevindingen)} controles vinden fouten."
        if fout
        else f"Alle {len(verslag.bevindingen)} controles kloppen."
    )
    return "\n".join([f"Bekeken: {omvang}.", *map(_lines_of, verslag.bevindingen), slot])


def _lines_of(bevinding: Bevinding) -> str:
    if not bevinding.aantal_fouten:
        return f"  goed  {bevinding.naam}: {bevinding.bewering}"
    meer = bevinding.aantal_fouten - len(bevinding.voorbeelden)
    return "\n        ".join(
        [
            f"  FOUT  {bevinding.naam}: {bevinding.bewering} ({bevinding.aantal_fouten})",
            *bevinding.voorbeelden,
            *([f"en nog {meer}"] if meer else []),
        ]
    )
