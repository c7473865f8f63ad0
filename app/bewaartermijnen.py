# SPDX-License-Identifier: EUPL-1.2
"""Show whose data have been kept long enough, and wipe them: who it was goes, the money stays."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.db import bewaartermijnen, migrate
from app.db.connection import connected_as_owner
from app.demo.progress import progress_bar
from app.domain.bewaartermijn import BEWAARTERMIJNEN, REDENEN

BATCH = 200


@dataclass(slots=True)
class Telling:
    """Of one gemeente: how many inwoners can go, or went, and what holds the others up."""

    gemeente: str
    aantal: int = 0
    tegengehouden: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Verslag:
    """What was found on a day, and whether it was done."""

    dag: date
    uitgevoerd: bool
    gemeenten: list[Telling]
    verzoeken: int
    logregels: int

    def as_data(self) -> dict[str, Any]:
        """For a program to read."""
        return {
            "dag": self.dag.isoformat(),
            "uitgevoerd": self.uitgevoerd,
            "termijnen": {
                soort: {"jaren": t.jaren, "vanaf": t.vanaf, "bron": t.bron}
                for soort, t in BEWAARTERMIJNEN.items()
            },
            "gemeenten": [
                {"gemeente": t.gemeente, "inwoners": t.aantal, "tegengehouden": t.tegengehouden}
                for t in self.gemeenten
            ],
            "afgewezenVerzoeken": self.verzoeken,
            "logregels": self.logregels,
        }

    def as_text(self) -> str:
        """For a person to read."""
        gewist = "gewist" if self.uitgevoerd else "te wissen"
        lines = [
            f"{soort}: {t.jaren} jaar na {t.vanaf} ({t.bron})"
            for soort, t in BEWAARTERMIJNEN.items()
        ]
        for telling in self.gemeenten:
            lines.append(f"gemeente {telling.gemeente}: {telling.aantal} inwoners {gewist}")
            lines += [
                f"  {aantal} niet: {REDENEN[reden]}"  # type: ignore[index]
                for reden, aantal in sorted(telling.tegengehouden.items())
            ]
        lines.append(f"afgewezen verzoeken {gewist}: {self.verzoeken}")
        lines.append(f"regels van het logboek {gewist}: {self.logregels}")
        if not self.uitgevoerd:
            lines.append("Er is niets gewist. Wissen: noaber bewaartermijnen --uitvoeren")
        return "\n".join(lines)


async def keep_to_terms(
    url: str, today: date, gemeente: str | None = None, *, wipe: bool
) -> Verslag:
    """Find what has been kept long enough on a day, and wipe it when told to; may break off.

    Raises Conflict when the schema of the database differs.
    """
    await migrate.require_current(url)
    async with connected_as_owner(url) as db:
        rows = await bewaartermijnen.find_over(db, today, gemeente)
        rest = await bewaartermijnen.count_rest(db, today, gemeente)
        tellingen = {row["gemeente"]: Telling(row["gemeente"]) for row in rows}
        for row in rows:
            tellingen[row["gemeente"]].tegengehouden.update(row["redenen"])
        free = [(row["gemeente"], row["id"]) for row in rows if not row["redenen"]]
        with progress_bar() as progress:
            task = progress.add_task("Inwoners", total=len(free))
            for telling in tellingen.values():
                ids = [inwoner for code, inwoner in free if code == telling.gemeente]
                for start in range(0, len(ids), BATCH):
                    batch = ids[start : start + BATCH]
                    done = await bewaartermijnen.wipe(db, today, batch) if wipe else len(batch)
                    telling.aantal += done
                    progress.advance(task, len(batch))
        if wipe:
            await bewaartermijnen.delete_rest(db, today, gemeente)
    return Verslag(today, wipe, list(tellingen.values()), rest["verzoeken"], rest["logregels"])
