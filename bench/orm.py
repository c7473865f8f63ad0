# SPDX-License-Identifier: EUPL-1.2
"""The baseline: the same settlement through an ORM, line by line, as one would first write it.

It judges what the lines of the benchmark can have wrong, and no more: each thing left out makes it
faster than it would be.
"""

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import asyncpg
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session
from sqlalchemy.pool import NullPool

from app.db.tables import declaraties, inwoners, metadata, toewijzingen
from app.domain.money import divide


class Row(DeclarativeBase):
    """A row of one of the tables of the service."""

    metadata = metadata
    __mapper_args__ = {"eager_defaults": True}  # noqa: RUF012


class Declaratie(Row):
    __table__ = declaraties.declaratie
    id: Mapped[int]


class Declaratieregel(Row):
    __table__ = declaraties.declaratieregel
    declaratie_id: Mapped[int]
    regelnummer: Mapped[int]
    aanbieder: Mapped[str]
    referentie: Mapped[str]
    toewijzing_nummer: Mapped[int]
    mijlpaal: Mapped[str]
    begindatum: Mapped[date]
    einddatum: Mapped[date]
    bedrag_centen: Mapped[int]


class Toewijzing(Row):
    __table__ = toewijzingen.toewijzing
    nummer: Mapped[int]
    aanbieder: Mapped[str]
    gemeente: Mapped[str]
    inwoner_id: Mapped[int]
    profiel_id: Mapped[int]
    wet: Mapped[str]


class Termijn(Row):
    __table__ = toewijzingen.termijn
    toewijzing_nummer: Mapped[int]
    volgnummer: Mapped[int]
    mijlpaal: Mapped[str]
    begindatum: Mapped[date]
    einddatum: Mapped[date]
    bedrag_centen: Mapped[int]


class Woonplaats(Row):
    __table__ = inwoners.woonplaats
    inwoner_id: Mapped[int]
    vanaf: Mapped[date]
    tot_en_met: Mapped[date]
    gemeente: Mapped[str]


class Oordeel(Row):
    __table__ = declaraties.oordeel


class Boeking(Row):
    __table__ = declaraties.boeking
    toewijzing_nummer: Mapped[int]
    termijn: Mapped[int]


async def time_orm(url: str, agb: str, lines: Sequence[Mapping[str, Any]]) -> tuple[float, int]:
    """Settle these lines; the seconds it took and how many were granted."""
    engine = create_async_engine(
        "postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(url), poolclass=NullPool
    )
    begin = time.perf_counter()
    async with AsyncSession(engine) as session, session.begin():
        granted = await session.run_sync(_settle, agb, lines)
    return time.perf_counter() - begin, granted


def _settle(session: Session, agb: str, lines: Sequence[Mapping[str, Any]]) -> int:
    declaratie = Declaratie(
        aanbieder=agb,
        declaratienummer="ORM",
        dagtekening=date(2026, 1, 2),
        inhoud_hash=b"",
        ontvangen_op=datetime.now(UTC),
        aantal_regels=len(lines),
    )
    session.add(declaratie)
    session.flush()
    return sum(
        _settle_line(session, _regel(declaratie.id, agb, nummer, line))
        for nummer, line in enumerate(lines, start=1)
    )


def _regel(declaratie_id: int, agb: str, nummer: int, line: Mapping[str, Any]) -> Declaratieregel:
    return Declaratieregel(
        declaratie_id=declaratie_id,
        regelnummer=nummer,
        aanbieder=agb,
        referentie=line["referentie"],
        toewijzing_nummer=line["toewijzingNummer"],
        mijlpaal=line["mijlpaal"],
        begindatum=date.fromisoformat(line["begindatum"]),
        einddatum=date.fromisoformat(line["einddatum"]),
        bedrag_centen=line["bedragCenten"],
        credit=line["debetCredit"] == "credit",
    )


def _settle_line(session: Session, regel: Declaratieregel) -> bool:
    toewijzing = session.scalar(
        select(Toewijzing).where(
            Toewijzing.nummer == regel.toewijzing_nummer, Toewijzing.aanbieder == regel.aanbieder
        )
    )
    termijn = _find_termijn(session, toewijzing, regel)
    redenen = _judge(session, regel, toewijzing, termijn)
    session.add(regel)
    session.flush()
    if toewijzing and termijn and not redenen:
        session.add_all(_boekingen(session, regel, toewijzing, termijn))
    else:
        session.add(
            Oordeel(
                declaratie_id=regel.declaratie_id,
                regelnummer=regel.regelnummer,
                uitkomst="afgekeurd",
                redenen=redenen,
            )
        )
    session.flush()
    return not redenen


def _find_termijn(
    session: Session, toewijzing: Toewijzing | None, regel: Declaratieregel
) -> Termijn | None:
    if toewijzing is None:
        return None
    return session.scalar(
        select(Termijn).where(
            Termijn.toewijzing_nummer == toewijzing.nummer,
            Termijn.mijlpaal == regel.mijlpaal,
            Termijn.begindatum == regel.begindatum,
            Termijn.einddatum == regel.einddatum,
        )
    )


def _judge(
    session: Session,
    regel: Declaratieregel,
    toewijzing: Toewijzing | None,
    termijn: Termijn | None,
) -> list[str]:
    if toewijzing is None:
        return ["toewijzing_onbekend"]
    if termijn is None:
        return ["termijn_onbekend"]
    redenen = []
    if regel.bedrag_centen != termijn.bedrag_centen:
        redenen.append("bedrag_ongelijk")
    booked = select(func.count(Boeking.termijn)).where(
        Boeking.toewijzing_nummer == toewijzing.nummer, Boeking.termijn == termijn.volgnummer
    )
    if session.scalar(booked):
        redenen.append("al_gedeclareerd")
    known = select(func.count(Declaratieregel.regelnummer)).where(
        Declaratieregel.aanbieder == regel.aanbieder,
        Declaratieregel.referentie == regel.referentie,
    )
    if session.scalar(known):
        redenen.append("referentie_bekend")
    return redenen


def _boekingen(
    session: Session, regel: Declaratieregel, toewijzing: Toewijzing, termijn: Termijn
) -> list[Boeking]:
    woonplaatsen = session.scalars(
        select(Woonplaats)
        .where(
            Woonplaats.inwoner_id == toewijzing.inwoner_id,
            Woonplaats.vanaf <= termijn.einddatum,
            Woonplaats.tot_en_met >= termijn.begindatum,
        )
        .order_by(Woonplaats.vanaf)
    ).all()
    dagen = [_days(woonplaats, termijn) for woonplaats in woonplaatsen]
    centen = divide(termijn.bedrag_centen, dagen)
    return [
        Boeking(
            toewijzing_nummer=toewijzing.nummer,
            termijn=termijn.volgnummer,
            beurt=0,
            deel=deel,
            gemeente=woonplaats.gemeente,
            betaler=toewijzing.gemeente,
            aanbieder=toewijzing.aanbieder,
            profiel_id=toewijzing.profiel_id,
            wet=toewijzing.wet,
            begindatum=termijn.begindatum,
            einddatum=termijn.einddatum,
            dagen=aantal,
            bedrag_centen=bedrag,
            declaratie_id=regel.declaratie_id,
            regelnummer=regel.regelnummer,
            geboekt_op=datetime.now(UTC),
        )
        for deel, (woonplaats, aantal, bedrag) in enumerate(
            zip(woonplaatsen, dagen, centen, strict=True), start=1
        )
    ]


def _days(woonplaats: Woonplaats, termijn: Termijn) -> int:
    first = max(woonplaats.vanaf, termijn.begindatum)
    return (min(woonplaats.tot_en_met, termijn.einddatum) - first).days + 1
