# SPDX-License-Identifier: EUPL-1.2
"""Toewijzingen in the order in which they changed, for who follows them: nothing is missed."""

from starlette.requests import Request

from app.api.route import caller, connection
from app.api.toewijzing_modellen import ToewijzingenPagina, ToewijzingenQuery, toewijzing_of
from app.db import toewijzingen
from app.db.connection import Connection
from app.db.pages import find_page
from app.domain.errors import Fault, Invalid


async def list_changed(
    request: Request, query: ToewijzingenQuery, since: str
) -> ToewijzingenPagina:
    """What changed after this cursor, and the cursor to go on with. Raises Invalid."""
    db, beller = connection(request), caller(request)
    stelsel: int = await db.fetchval(toewijzingen.STELSEL)
    changed_in, nummer = await _position(db, since, stelsel)
    count, rows = await find_page(
        db,
        toewijzingen.TOEWIJZINGEN_CHANGED,
        beller.gemeente,
        beller.agb,
        query.inwoner_id,
        query.aanbieder,
        query.status,
        changed_in,
        nummer,
        limit=query.page_size,
        offset=0,
    )
    if rows:
        changed_in, nummer = rows[-1]["gewijzigd_in"], rows[-1]["nummer"]
    cursor = f"{stelsel}.{changed_in}.{nummer}"
    more = request.url.include_query_params(gewijzigdSinds=cursor)
    return ToewijzingenPagina(
        count=count,
        next=str(more) if count > len(rows) else None,
        previous=None,
        results=[toewijzing_of(row) for row in rows],
        cursor=cursor,
    )


async def _position(db: Connection, since: str, stelsel: int) -> tuple[int, int]:
    if since == "0":
        return 0, 0
    of, changed_in, nummer = map(int, since.split("."))
    if of != stelsel:
        reason = "Deze cursor is van een andere server. Begin opnieuw met 0."
        raise Invalid(
            "cursor_vervallen", reason, (Fault("gewijzigdSinds", "cursor_vervallen", reason),)
        )
    return changed_in, nummer
