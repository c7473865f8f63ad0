# SPDX-License-Identifier: EUPL-1.2
"""A short turn of what `make fuzz` does for an hour."""

import asyncio
from pathlib import Path

from tests.fuzz.exemptions import EXEMPTIONS, OF_SHAPE, RULES_WITH_A_NAME_OF_SHAPE
from tests.fuzz.running import build, fuzz, operations

SHORT = ("--phases", "examples,fuzzing", "--max-examples", "2", "--seed", "1", "--no-shrink")


async def test_no_operation_answers_otherwise_than_the_document_says(
    service: str, data: Path, tmp_path: Path
) -> None:
    made = await build(service, data)
    done = await asyncio.to_thread(fuzz, service, data, tmp_path, made, SHORT)
    assert not done.failures, "the report above says how to do each again"
    assert not done.errors
    assert done.requests > len(operations())
    assert not [answer for answer in done.answers if answer.endswith(" 500")]


def test_every_exemption_is_of_an_operation_that_exists() -> None:
    assert {exemption.operation for exemption in EXEMPTIONS} <= {"*", *operations()}


def test_the_names_of_shape_are_those_of_the_service() -> None:
    assert not OF_SHAPE & RULES_WITH_A_NAME_OF_SHAPE.keys()
    assert {"onbekend_veld", "te_lang", "onbekende_waarde"} <= OF_SHAPE
