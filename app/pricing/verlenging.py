# SPDX-License-Identifier: EUPL-1.2
"""The termijnen of a toewijzing that lasts longer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.domain.errors import Conflict
from app.domain.money import divide
from app.domain.period import Periode
from app.domain.toewijzingsleven import Termijnstand
from app.pricing.afrekening import first_uncovered
from app.pricing.betaalplan import (
    Betaalplan,
    Einde,
    Mijlpalen,
    Stuk,
    Termijn,
    cut,
    termijn_of,
)


@dataclass(frozen=True, slots=True)
class Herziening:
    """The volgnummers of the termijnen that lapse, and the termijnen that take their place."""

    vervallen: tuple[int, ...]
    nieuw: tuple[Termijn, ...]


def extend(
    termijnen: Sequence[Termijnstand],
    betaalplan: Betaalplan,
    prijs_centen: int,
    periode: Periode,
    declaratietermijn_maanden: int,
    first: int,
) -> Herziening:
    """Plan what is not yet claimed of the new price over the longer period.

    What was granted or is held stays as it is; open termijnen lapse, and what is left of the price
    is cut as the plan cuts it, numbered from `first` on. The cents of all that stands add up to
    the price. Raises Conflict when more is claimed than the new price.
    Bron: iStandaarden OP380 (an extension keeps the number); the plan own. Sinds: 0.3.0.

    >>> from datetime import date
    >>> half_jaar = Periode(date(2026, 2, 1), date(2026, 7, 31))
    >>> staand = [Termijnstand(1, "start", half_jaar, 337_400, "toegekend"),
    ...           Termijnstand(2, "resultaat", half_jaar, 144_600, "open")]
    >>> from app.pricing.betaalplan import start_en_resultaat
    >>> from decimal import Decimal
    >>> langer = Periode(date(2026, 2, 1), date(2026, 9, 30))
    >>> nieuw = extend(staand, start_en_resultaat(Decimal("0.70")), 482_000, langer, 60, 3).nieuw
    >>> [(t.mijlpaal, t.periode.einddatum.isoformat(), t.bedrag_centen) for t in nieuw]
    [('resultaat', '2026-09-30', 144600)]
    """
    kept = [t for t in termijnen if t.stand != "open"]
    rest = prijs_centen - sum(t.bedrag_centen for t in kept)
    stukken = pieces_left(kept, betaalplan, periode) or cut(Einde(), periode)
    bedragen = divide(rest, [stuk.gewicht for stuk in stukken])
    if rest < 0:
        raise Conflict("prijs_onder_toegekend", "Er is al meer toegekend dan de nieuwe prijs.")
    return Herziening(
        tuple(t.volgnummer for t in termijnen if t.stand == "open"),
        tuple(
            termijn_of(volgnummer, stuk, bedrag, declaratietermijn_maanden)
            for volgnummer, (stuk, bedrag) in enumerate(
                zip(stukken, bedragen, strict=True), start=first
            )
        ),
    )


def pieces_left(
    kept: Sequence[Termijnstand], betaalplan: Betaalplan, periode: Periode
) -> list[Stuk]:
    """The pieces in which a plan pays for what nothing claimed is for, in order.

    Bron: own. Sinds: 0.3.0.
    """
    if isinstance(betaalplan, Mijlpalen | Einde):
        claimed = {t.mijlpaal for t in kept}
        return _weighing([s for s in cut(betaalplan, periode) if s.mijlpaal not in claimed])
    begin = first_uncovered(kept, periode.begindatum)
    if begin > periode.einddatum:
        return []
    stukken = cut(betaalplan, Periode(begin, periode.einddatum))
    return _weighing([s for stuk in stukken if (s := _uncovered(stuk, kept))])


def _uncovered(stuk: Stuk, kept: Sequence[Termijnstand]) -> Stuk | None:
    """The part of a month that nothing claimed is for."""
    begin = first_uncovered(kept, stuk.periode.begindatum)
    if begin > stuk.periode.einddatum:
        return None
    return replace(stuk, periode=Periode(begin, stuk.periode.einddatum))


def _weighing(stukken: Sequence[Stuk]) -> list[Stuk]:
    """The same pieces; where none weighs anything, the last carries all that is left."""
    if not stukken or any(stuk.gewicht for stuk in stukken):
        return list(stukken)
    return [*stukken[:-1], replace(stukken[-1], gewicht=stukken[-1].gewicht + 1)]
