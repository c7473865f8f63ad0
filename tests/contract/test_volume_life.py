# SPDX-License-Identifier: EUPL-1.2
"""What is paid by volume under a contract that is put on hold, goes on, and is dissolved."""

from collections.abc import AsyncIterator

import httpx
import pytest

from app.settlement.workers import working
from tests.callers import Headers
from tests.contract.declaring import GRANTED, A, past, refused, today
from tests.contract.test_contract_life import HELD, Life
from tests.contract.volumes import HOUR, TOTAL_OF_40, effort, stocked_by_volume


@pytest.fixture
async def life(client: httpx.AsyncClient, token: Headers, database_url: str) -> AsyncIterator[Life]:
    region = await stocked_by_volume(client, token)
    path = f"/raamovereenkomsten?aanbieder={A}"
    (contract,) = (await region.get(path, region.regio))["results"]
    async with working(database_url, 1):
        yield Life(region, contract["nummer"])


async def test_a_held_volume_counts_is_released_and_booked_back(life: Life) -> None:
    region = life.region
    made = await past(region, profiel="DAGEN", omvang=TOTAL_OF_40)
    assert await region.judged(effort(made, "R1", 10)) == [GRANTED]
    await life.hold()
    held = await region.declare(effort(made, "R2", 30, 1), effort(made, "R3", 1, 2))
    too_much = refused("volume_totaal", "contract_opgeschort")
    assert await life.judged(held) == [HELD, too_much]
    assert sum((await life.borne()).values()) == 10 * HOUR

    await life.do("hervatting")
    await life.becomes(held, GRANTED, too_much)
    assert sum((await life.borne()).values()) == 40 * HOUR

    await life.dissolve("wanprestatie")
    lines = await life.reversal()
    assert sorted(line["volume"] for line in lines) == [10, 30]
    assert sum(line["toegekendCenten"] for line in lines) == -40 * HOUR
    assert sum((await life.borne()).values()) == 0
    assert await region.judged(effort(made, "R4", 1, 3)) == [refused("wanprestatie")]


async def test_a_toewijzing_by_volume_is_held_and_withdrawn_as_any_other(life: Life) -> None:
    region = life.region
    made = await past(region, profiel="DAGEN", omvang=TOTAL_OF_40)
    path = f"/toewijzingen/{made['nummer']}"
    body = {"vanaf": str(today()), "reden": "Onderzoek."}
    await region.post(f"{path}/opschorting", region.toegang(), body, 200)
    held = await region.declare(effort(made, "R1", 10))
    assert await life.judged(held) == [("aangehouden", {"toewijzing_opgeschort"})]
    await region.post(f"{path}/hervatting", region.toegang(), {"vanaf": str(today())}, 200)
    await life.becomes(held, GRANTED)
    other = await past(region, profiel="WEEK", omvang=TOTAL_OF_40)
    path = f"/toewijzingen/{other['nummer']}/intrekking"
    await region.post(path, region.toegang(), {"toelichting": "Vergissing."}, 200)
    assert await region.judged(effort(other, "R2", 1)) == [refused("termijn_onbekend")]
