# SPDX-License-Identifier: EUPL-1.2
"""The steps of whatever happens to a toewijzing: lock it, let it become another, settle its end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from fastapi import Request

from app.api.clock import now, today
from app.api.route import caller, connection
from app.db import omvangen
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
from app.pricing.volumeherindeling import Herindeling, settle_volume
from app.pricing.volumeleven import Volumestand
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
    if lopend.stand.omvang is None:
        slot = _slot(lopend, verschuldigd, einddatum)
    else:
        stand = await omvang_stand(request, lopend)
        slot = _slot_by_volume(lopend, stand, verschuldigd, einddatum)
    wat = replace(wat, geplande_einddatum=lopend.geplande_einddatum, afrekening=slot.afrekening)
    gebeurtenis = await leven.insert_gebeurtenis(db, lopend.nummer, wat)
    await leven.change(db, lopend.nummer, gebeurtenis, slot.gevolg)
    if slot.terug:
        booked = [*slot.terug, *(t.volgnummer for t in slot.gevolg.nieuw)]
        await afwikkeling.correct(db, lopend.nummer, lopend.aanbieder, gebeurtenis, booked, now())
    await afwikkeling.judge_again_of(db, lopend.nummer, lopend.aanbieder)


async def omvang_stand(request: Request, lopend: Lopend) -> Volumestand:
    """Where the omvang of a locked toewijzing stands, that has one."""
    return (await omvangen.find_volumes(connection(request), [lopend.nummer]))[lopend.nummer]


@dataclass(frozen=True, slots=True)
class _Slot:
    """What an end comes to: what follows, which termijnen are booked back, and what is told."""

    gevolg: Gevolg
    terug: Sequence[int]
    afrekening: Mapping[str, int | None]


def _ended(lopend: Lopend, einddatum: date, verschuldigd_centen: int) -> Gevolg:
    return replace(
        as_it_is(lopend),
        status="beeindigd",
        einddatum=einddatum,
        verschuldigd_centen=verschuldigd_centen,
        opgeschort_vanaf=None,
        is_in_beoordeling=False,
    )


def _slot(lopend: Lopend, verschuldigd: Verschuldigd, einddatum: date) -> _Slot:
    afrekening = _afrekening(lopend, verschuldigd, einddatum)
    slot = last_termijn(afrekening, lopend.laatste_termijn + 1, today(), lopend.maanden)
    gevolg = replace(
        _ended(lopend, einddatum, afrekening.verschuldigd_centen),
        vervallen=afrekening.vervallen,
        nieuw=[slot] if slot else [],
    )
    told = _told(afrekening, slot.volgnummer if slot else None)
    return _Slot(gevolg, afrekening.terug, told)


def _slot_by_volume(
    lopend: Lopend, stand: Volumestand, verschuldigd: Verschuldigd, einddatum: date
) -> _Slot:
    geheel = Periode(lopend.stand.periode.begindatum, lopend.geplande_einddatum)
    anew = settle_volume(
        *(stand, verschuldigd, geheel, einddatum, lopend.maanden),
        in_default=lopend.contract_is_in_default,
    )
    due = anew.totaal * stand.tarief_centen
    afrekening = Afrekening(due, stand.toegekend_centen)
    told = _told(afrekening, None) | {"declarabelCenten": max(0, due - stand.toegekend_centen)}
    return _Slot(replanned(_ended(lopend, einddatum, due), anew), anew.terug, told)


def replanned(gevolg: Gevolg, anew: Herindeling) -> Gevolg:
    """The same, with the termijnen and the caps of an omvang that was spread anew."""
    return replace(
        gevolg,
        vervallen=anew.vervallen,
        nieuw=anew.nieuw,
        bedragen=anew.bedragen,
        volume=(anew.totaal, anew.maxima),
    )


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
