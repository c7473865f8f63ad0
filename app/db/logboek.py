# SPDX-License-Identifier: EUPL-1.2
"""The log of who saw or changed whose data: written with what it tells of, and read back."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from app.db.connection import Connection
from app.domain.verwerking import Activiteit

CLIENT_READ = "GET /toewijzingen/{nummer}/client"


@dataclass(frozen=True, slots=True)
class Handeling:
    """One request: who, for what purpose, and since when."""

    trace_id: str
    activiteit: Activiteit
    operatie: str
    handeling: Literal["lezen", "schrijven"]
    rol: str
    gemeente: str | None
    aanbieder: str | None
    door: str
    begonnen_op: datetime


class Betrokkene(NamedTuple):
    """Whose data: named by itself, or by what there is of it. A plan names its household."""

    inwoner_id: int | None = None
    toewijzing_nummer: int | None = None
    verzoek_id: int | None = None
    plan_id: int | None = None


COLUMNS = (
    "trace_id, activiteit, operatie, handeling, rol, gemeente, aanbieder, door, begonnen_op, "
    "inwoner_id, toewijzing_nummer, verzoek_id"
)


def values(first: int) -> str:
    """A Handeling from nine parameters."""
    kinds = (*("text",) * 8, "timestamptz")
    return ", ".join(f"${first + place}::{kind}" for place, kind in enumerate(kinds))


def arguments(handeling: Handeling | None) -> tuple[object, ...]:
    """What `values` takes."""
    if handeling is None:
        return (None,) * 9
    return (
        handeling.trace_id,
        handeling.activiteit,
        handeling.operatie,
        handeling.handeling,
        handeling.rol,
        handeling.gemeente,
        handeling.aanbieder,
        handeling.door,
        handeling.begonnen_op,
    )


WRITE = f"""
INSERT INTO logregel ({COLUMNS})
SELECT {values(1)}, wie.*
FROM (
    SELECT DISTINCT
           coalesce(b.inwoner_id, l.inwoner_id, tw.inwoner_id, v.inwoner_id) AS inwoner_id,
           b.toewijzing_nummer, b.verzoek_id
    FROM unnest($10::bigint[], $11::integer[], $12::integer[], $13::integer[])
        AS b (inwoner_id, toewijzing_nummer, verzoek_id, plan_id)
    LEFT JOIN planlid l ON l.plan_id = b.plan_id
    LEFT JOIN zicht.prijs_van_toewijzing tw
           ON b.inwoner_id IS NULL AND tw.nummer = b.toewijzing_nummer
    LEFT JOIN verzoek v ON b.inwoner_id IS NULL AND v.id = b.verzoek_id
) AS wie
WHERE num_nonnulls(wie.inwoner_id, wie.verzoek_id) > 0
"""

# $1 gemeente, $2 inwoner. What was read of a verzoek came before it was known whose it is.
INZAGEN = """
SELECT l.* FROM (
    SELECT * FROM logregel WHERE inwoner_id = $2
    UNION
    SELECT * FROM logregel
    WHERE inwoner_id IS NULL
      AND verzoek_id IN (SELECT id FROM verzoek WHERE gemeente = $1 AND inwoner_id = $2)
) l
WHERE EXISTS (SELECT FROM inwoner WHERE id = $2 AND gemeente = $1)
ORDER BY l.id DESC
"""


async def write(db: Connection, handeling: Handeling, betrokkenen: Collection[Betrokkene]) -> None:
    """Put down whose data a request saw or changed, in one statement."""
    columns = zip(*betrokkenen, strict=True)
    await db.execute(WRITE, *arguments(handeling), *map(list, columns))
