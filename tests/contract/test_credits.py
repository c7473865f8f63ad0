# SPDX-License-Identifier: EUPL-1.2
"""How a granted line is split over the gemeenten, and how it is taken back."""

from datetime import date
from typing import Any

import httpx
import pytest

from tests.callers import Headers
from tests.contract.declaring import (
    ENSCHEDE,
    GEZIN,
    GRANTED,
    HENGELO,
    PAST,
    B,
    Region,
    credit,
    judgement,
    line,
    opened,
    parts,
    past,
    refused,
    today,
)


@pytest.fixture
async def region(client: httpx.AsyncClient, token: Headers) -> Region:
    return await opened(client, token)


def worked() -> tuple[dict[str, Any], date]:
    """181 days of last year without a 29 February, with a move after 103 of them."""
    year = today().year - 1
    return {"begindatum": f"{year}-03-01", "einddatum": f"{year}-08-28"}, date(year, 6, 12)


async def test_the_worked_example_is_split_by_days_over_the_move(region: Region) -> None:
    period, moved = worked()
    inwoner = await region.inwoner((ENSCHEDE, "2010-01-01"), (HENGELO, moved))
    made = await region.toewijzing(inwoner, **period)
    declaratie = await region.declare(line(made, "R1"), line(made, "R2", 1))
    assert [parts(regel) for regel in await region.regels(declaratie)] == [
        [(ENSCHEDE, 103, 192_001), (HENGELO, 78, 145_399)],
        [(ENSCHEDE, 103, 82_286), (HENGELO, 78, 62_314)],
    ]


async def test_a_gemeente_lived_in_twice_has_one_part_and_ties_go_to_the_earliest_day(
    region: Region,
) -> None:
    year = today().year - 1
    period = {"begindatum": f"{year}-04-01", "einddatum": f"{year}-04-30"}
    inwoner = await region.inwoner(
        (ENSCHEDE, "2010-01-01"), (HENGELO, f"{year}-04-06"), (ENSCHEDE, f"{year}-04-21")
    )
    await region.tarieflijst("2010-01-01", {GEZIN: (100_001, 200_000, 300_000)})
    made = await region.toewijzing(inwoner, profiel=GEZIN, intensiteit="licht", **period)
    (regel,) = await region.regels(await region.declare(line(made, "R1")))
    assert parts(regel) == [(ENSCHEDE, 15, 50_001), (HENGELO, 15, 50_000)]


async def test_a_credit_takes_a_granted_line_back_once(region: Region) -> None:
    made = await past(region)
    granted = line(made, "R1")
    await region.declare(granted)
    declaratie = await region.declare(credit(granted, "C1"), credit(granted, "C2"))
    first_credit, second = await region.regels(declaratie)
    assert judgement(first_credit) == GRANTED
    assert first_credit["toegekendCenten"] == -337_400
    assert [cents for _, _, cents in parts(first_credit)] == [-337_400]
    assert judgement(second) == refused("al_gecrediteerd")
    assert await region.judged(credit(granted, "C3")) == [refused("al_gecrediteerd")]
    assert await region.judged(line(made, "R2")) == [GRANTED]


async def test_a_credit_needs_a_granted_line_of_the_same_aanbieder(region: Region) -> None:
    made, theirs = await past(region), await past(region, aanbieder=B)
    held = await region.toewijzing(await region.inwoner((None, "2010-01-01")), **PAST)
    wrong, waiting = line(made, "R1", bedragCenten=1), line(held, "R2")
    await region.declare(wrong, waiting)
    await region.declare(line(theirs, "T1"), agb=B)
    without = line(made, "C4", debetCredit="credit")
    judged = await region.judged(
        credit(line(made, "R1"), "C1"),
        credit(waiting, "C2"),
        credit(line(made, "T1"), "C3"),
        without,
    )
    assert judged == [refused("credit_zonder_debet")] * 4


async def test_a_credit_repeats_the_line_it_takes_back(region: Region) -> None:
    made = await past(region)
    await region.declare(line(made, "R1"))
    other_termijn = line(made, "C1", 1, debetCredit="credit", vorigeReferentie="R1")
    other_amount = credit(line(made, "R1"), "C2", bedragCenten=337_399)
    termijn, amount = await region.judged(other_termijn, other_amount)
    assert termijn == refused("credit_zonder_debet")
    assert amount == refused("bedrag_ongelijk")


async def test_credits_go_before_the_debits_of_the_same_declaratie(region: Region) -> None:
    made = await past(region)
    await region.declare(line(made, "R1"))
    declaratie = await region.declare(line(made, "R2"), credit(line(made, "R1"), "C1"))
    assert [judgement(regel) for regel in await region.regels(declaratie)] == [GRANTED] * 2
    assert declaratie["toegekendCenten"] == 0
    fresh = await past(region)
    assert await region.judged(line(fresh, "R3"), credit(line(fresh, "R3"), "C3")) == [
        GRANTED,
        refused("credit_zonder_debet"),
    ]


async def test_a_credit_repeats_the_split_as_it_was_booked(region: Region) -> None:
    period, moved = worked()
    inwoner = await region.inwoner((ENSCHEDE, "2010-01-01"), (HENGELO, moved))
    made = await region.toewijzing(inwoner, **period)
    granted = line(made, "R1")
    await region.declare(granted)
    await region.moved(inwoner, (None, "2010-01-01"))
    (regel,) = await region.regels(await region.declare(credit(granted, "C1")))
    assert judgement(regel) == GRANTED
    assert regel["toegekendCenten"] == -337_400
    assert [(gemeente, cents) for gemeente, _, cents in parts(regel)] == [
        (ENSCHEDE, -192_001),
        (HENGELO, -145_399),
    ]
