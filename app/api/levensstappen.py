# SPDX-License-Identifier: EUPL-1.2
"""The steps of whatever happens to a toewijzing: lock it, let it become another, settle its end."""

from dataclasses import replace
from datetime import date

from fastapi import Request

from app.api.clock import now, today
from app.api.route import caller, connection
from app.db import toewijzingsleven as leven
from app.db.toewijzingsleven import Gevolg, Lopend
from app.domain import toewijzingsleven as regels
from app.domain.period import Periode
from app.pricing.afrekening import (
    Afrekening,
    Verschuldigd,
    last_termijn,
    settle_end,
    settle_up,
)
from app.settlement import afwikkeling


async def open_toewijzing(request: Request, nummer: int, of: str | None = None) -> Lopend:
    """A toewijzing of the caller, locked, and nothing being settled for its aanbieder.

    `of` is the gemeente whose it is, where another takes over from it.
    """
    db, beller = connection(request), caller(request)
    row = await leven.lock_toewijzing(db, of or beller.gemeente, beller.agb, nummer)
    await afwikkeling.settle_first(db, row["aanbieder"])
    return await leven.find_stand(db, row)


def as_it_is(lopend: Lopend) -> Gevolg:
    """How a toewijzing stands when nothing follows."""
    row = lopend.row
    return Gevolg(
        status=row["status"],
        einddatum=row["einddatum"],
        prijs_centen=row["prijs_centen"],
        verschuldigd_centen=row["verschuldigd_centen"],
        is_in_beoordeling=row["is_in_beoordeling"],
        opgeschort_vanaf=row["opgeschort_vanaf"],
    )


def withdrawn(lopend: Lopend) -> Gevolg:
    """How a toewijzing stands that might as well not have been given: nothing is due."""
    return replace(
        as_it_is(lopend),
        status="ingetrokken",
        verschuldigd_centen=0,
        opgeschort_vanaf=None,
        vervallen=[t.volgnummer for t in lopend.stand.termijnen],
    )


async def let_happen(
    request: Request, lopend: Lopend, wat: leven.Gebeurtenis, gevolg: Gevolg
) -> None:
    """Write down what happens with what follows, and have what was held for it judged again."""
    db = connection(request)
    gebeurtenis = await leven.insert_gebeurtenis(db, lopend.nummer, wat)
    await leven.change(db, lopend.nummer, gebeurtenis, gevolg)
    await afwikkeling.judge_again_of(db, lopend.nummer, lopend.aanbieder)


async def settle_toewijzing(
    request: Request,
    lopend: Lopend,
    wat: leven.Gebeurtenis,
    verschuldigd: Verschuldigd,
    einddatum: date,
) -> None:
    """End a toewijzing on this day with its afrekening, and book back what is too much at once."""
    db = connection(request)
    afrekening = _afrekening(lopend, verschuldigd, einddatum)
    slot = last_termijn(afrekening, lopend.laatste_termijn + 1, today(), lopend.maanden)
    gevolg = replace(
        as_it_is(lopend),
        status="beeindigd",
        einddatum=einddatum,
        verschuldigd_centen=afrekening.verschuldigd_centen,
        opgeschort_vanaf=None,
        is_in_beoordeling=False,
        vervallen=afrekening.vervallen,
        nieuw=[slot] if slot else [],
    )
    wat = replace(
        wat,
        geplande_einddatum=lopend.geplande_einddatum,
        afrekening=_told(afrekening, slot.volgnummer if slot else None),
    )
    gebeurtenis = await leven.insert_gebeurtenis(db, lopend.nummer, wat)
    await leven.change(db, lopend.nummer, gebeurtenis, gevolg)
    if afrekening.terug:
        booked = [*afrekening.terug, *(t.volgnummer for t in gevolg.nieuw)]
        await afwikkeling.correct(db, lopend.nummer, lopend.aanbieder, gebeurtenis, booked, now())
    await afwikkeling.judge_again_of(db, lopend.nummer, lopend.aanbieder)


def _afrekening(lopend: Lopend, verschuldigd: Verschuldigd, einddatum: date) -> Afrekening:
    stand = lopend.stand
    if lopend.contract_is_in_default and verschuldigd != "niets":
        # Nothing is paid under it any more, and what should go back went back then.
        geleverd = Periode(stand.periode.begindatum, einddatum)
        return settle_up(stand.termijnen, regels.granted(stand.termijnen), geleverd)
    geheel = Periode(stand.periode.begindatum, lopend.geplande_einddatum)
    return settle_end(stand.termijnen, verschuldigd, lopend.row["prijs_centen"], geheel, einddatum)


def _told(afrekening: Afrekening, termijn: int | None) -> dict[str, int | None]:
    slot = afrekening.slottermijn
    return {
        "verschuldigdCenten": afrekening.verschuldigd_centen,
        "toegekendCenten": afrekening.toegekend_centen,
        "correctieCenten": afrekening.correctie_centen,
        "declarabelCenten": slot.bedrag_centen if slot and not afrekening.terug else 0,
        "termijn": termijn,
    }
