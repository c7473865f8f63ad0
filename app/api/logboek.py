# SPDX-License-Identifier: EUPL-1.2
"""Keeps of each request whose data it saw or changed, before its answer goes out.

Whatever shows or changes data of a person says so with `note`, where the answer is made: no
operation can forget it. `app.api.route` writes it down, in the transaction of the request if that
has one.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime

from starlette.requests import Request

from app.api.callers import Caller
from app.db import logboek
from app.db.connection import Connection
from app.db.logboek import Betrokkene, Handeling
from app.domain.verwerking import Activiteit
from app.telemetry.trail import current as trail


@dataclass(slots=True)
class Aantekening:
    """Of one request: what it is for, and whose data it has met up to now."""

    request: Request
    activiteit: Activiteit | None
    begonnen_op: datetime = field(default_factory=lambda: datetime.now(UTC))
    betrokkenen: set[Betrokkene] = field(default_factory=set)
    geschreven: set[int] = field(default_factory=set)
    """The toewijzingen that were written together with their lines in the log."""


_current: ContextVar[Aantekening] = ContextVar("aantekening")


@contextmanager
def noting(request: Request, activiteit: Activiteit | None) -> Iterator[Aantekening]:
    """Gather what is noted in here."""
    aantekening = Aantekening(request, activiteit)
    token = _current.set(aantekening)
    try:
        yield aantekening
    finally:
        _current.reset(token)


def note(
    inwoner_id: int | None = None,
    *,
    toewijzing: int | None = None,
    verzoek: int | None = None,
    plan: int | None = None,
) -> None:
    """The data of this person are shown or changed by the request that is being handled."""
    betrokkene = Betrokkene(inwoner_id, toewijzing, verzoek, plan)
    if any(name is not None for name in betrokkene):
        _current.get().betrokkenen.add(betrokkene)


def handeling_now() -> Handeling:
    """The request that is being handled, for who writes its line together with something else."""
    return _handeling(_current.get())


def is_written(toewijzing: int) -> None:
    """The line of this toewijzing was written together with itself."""
    _current.get().geschreven.add(toewijzing)


async def write(db: Connection, aantekening: Aantekening) -> None:
    """Write down whose data the request met."""
    left = [b for b in aantekening.betrokkenen if b.toewijzing_nummer not in aantekening.geschreven]
    if left:
        await logboek.write(db, _handeling(aantekening), left)


def _handeling(aantekening: Aantekening) -> Handeling:
    request = aantekening.request
    beller: Caller = request.state.caller
    method, path = request.scope["method"], request.scope["route"].path_format
    assert aantekening.activiteit, f"{method} {path} meets persons, and says not for what"
    found = trail.get()
    assert found is not None
    return Handeling(
        trace_id=found.trace_id,
        # An aanbieder has one purpose with them, whatever it asks.
        activiteit="levering" if beller.agb else aantekening.activiteit,
        operatie=f"{method} {path}",
        handeling="lezen" if method == "GET" or "/_" in path else "schrijven",
        rol=beller.rol,
        gemeente=beller.gemeente,
        aanbieder=beller.agb,
        door=beller.sub,
        begonnen_op=aantekening.begonnen_op,
    )
