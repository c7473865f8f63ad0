# SPDX-License-Identifier: EUPL-1.2
"""A volume comes to the same in JSON, CSV and NDJSON, and asks nothing of files without one."""

from typing import Any

import httpx
import pytest

from tests.callers import Headers
from tests.contract.declaring import GRANTED, Region, declaration, line, past, refused
from tests.contract.test_declaration_media import (
    COLUMNS,
    CSV,
    JSON,
    MEDIA,
    NDJSON,
    NEEDED,
    as_csv,
    as_ndjson,
    sent,
)
from tests.contract.volumes import OUTPUT, TOTAL_OF_40, effort, stocked_by_volume
from tests.contract.world import assert_problem

WITH_VOLUME = (*COLUMNS, "volume", "eenheid")
Lines = list[dict[str, Any]]


@pytest.fixture
async def region(client: httpx.AsyncClient, token: Headers) -> Region:
    return await stocked_by_volume(client, token)


async def _lines(region: Region) -> Lines:
    """By volume, without, and one of each that is wrong in it."""
    made = await past(region, profiel="DAGEN", omvang=TOTAL_OF_40)
    output = await past(region, profiel=OUTPUT)
    return [
        effort(made, "R1", 30),
        line(output, "R2"),
        effort(made, "R3", 600, 1, eenheid="01", bedragCenten=66_220),
        effort(made, "R4", 1, 2),
        line(made, "R5", 3),
    ]


JUDGED = [GRANTED, GRANTED, GRANTED, refused("volume_totaal"), refused("volume_ontbreekt")]


async def _judged(region: Region, answer: httpx.Response) -> list[tuple[str, set[str]]]:
    assert answer.status_code == 201, answer.text
    regels = await region.regels(answer.json())
    return [(r["uitkomst"], {reden["code"] for reden in r["redenen"]}) for r in regels]


def _content(media: str, nummer: str, lines: Lines) -> bytes:
    if media == JSON:
        return httpx.Request("POST", "http://x", json=declaration(nummer, *lines)).content
    return as_csv(lines, WITH_VOLUME) if media == CSV else as_ndjson(lines)


@pytest.mark.parametrize("media", MEDIA)
async def test_a_volume_is_read_in_every_medium(region: Region, media: str) -> None:
    lines = await _lines(region)
    answer = await sent(region, _content(media, "D1", lines), media, "D1")
    assert await _judged(region, answer) == JUDGED
    for other in MEDIA:
        again = await sent(region, _content(other, "D1", lines), other, "D1")
        assert (again.status_code, again.json()["id"]) == (200, answer.json()["id"])


@pytest.mark.parametrize("turned", [False, True])
async def test_csv_that_is_not_plain_comes_to_the_same(region: Region, turned: bool) -> None:
    lines = await _lines(region)
    lines[0]["referentie"] = 'R,"1'
    content = as_csv(lines, WITH_VOLUME[::-1] if turned else WITH_VOLUME)
    assert await _judged(region, await sent(region, content, CSV, "D1")) == JUDGED


@pytest.mark.parametrize("columns", [NEEDED, COLUMNS, WITH_VOLUME])
async def test_a_file_without_volumes_is_the_same_declaratie_with_the_columns_or_without(
    region: Region, columns: tuple[str, ...]
) -> None:
    output = await past(region, profiel=OUTPUT)
    lines = [line(output, "R1"), line(output, "R2", 1)]
    answer = await sent(region, as_csv(lines, columns), CSV, "D1")
    assert await _judged(region, answer) == [GRANTED, GRANTED]
    again = await sent(region, as_ndjson(lines), NDJSON, "D1")
    assert again.status_code == 200


@pytest.mark.parametrize("cell", ["-1", "1.5", "drie", "100000000"])
async def test_a_volume_that_is_no_volume_names_its_row_and_column(
    region: Region, cell: str
) -> None:
    made = await past(region, profiel="DAGEN", omvang=TOTAL_OF_40)
    content = as_csv([effort(made, "R1", 1) | {"volume": cell}], WITH_VOLUME)
    problem = assert_problem(await sent(region, content, CSV, "D1"), 400)
    (fault,) = problem["invalidParams"]
    assert fault["name"] == "regels[0].volume"
    assert "Rij 1" in fault["reason"]
