# SPDX-License-Identifier: EUPL-1.2
"""The journey of `noaber demo`, and how it writes amounts and days."""

from datetime import date

import pytest

from app.api.clock import today
from app.demo import journey
from app.demo.telling import dag
from app.domain.money import divide
from app.domain.notatie import in_euros
from app.settings import Settings


@pytest.mark.parametrize(
    ("vandaag", "jaar", "dagen"),
    [
        (date(2026, 11, 24), 2026, 181),
        (date(2026, 8, 1), 2026, 181),
        (date(2026, 7, 31), 2025, 181),
        (date(2028, 12, 31), 2028, 182),
        (date(2029, 1, 1), 2028, 182),
    ],
)
def test_the_case_is_the_latest_half_year_that_has_ended(
    vandaag: date, jaar: int, dagen: int
) -> None:
    geval = journey.latest_case(vandaag)
    assert geval.periode.einddatum == date(jaar, 7, 31)
    assert geval.periode.dagen == dagen
    assert geval.verhuisdag == date(jaar, 5, 15)


async def test_the_journey_tells_the_split_to_the_cent(
    settings: Settings, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    await journey.run(settings, database_url)
    told = capsys.readouterr().out
    geval = journey.latest_case(today())
    before = (geval.verhuisdag - geval.periode.begindatum).days
    parts = divide(482_000, [before, geval.periode.dagen - before])
    for dagen, part in zip((before, geval.periode.dagen - before), parts, strict=True):
        assert f"{dagen}   {in_euros(part)}" in told
        assert f"draagt {in_euros(part)}" in told
    assert f"{geval.periode.dagen} dagen" in told
    assert "vier_ogen" in told
    assert "bedrag_ongelijk" in told
    assert told.rstrip().endswith("= € 4.820,00.")
    assert "\x1b" not in told


def test_amounts_and_days_are_written_as_the_dutch_do() -> None:
    assert in_euros(482_000) == "€ 4.820,00"
    assert in_euros(-63_113) == "€ -631,13"
    assert in_euros(5) == "€ 0,05"
    assert in_euros(123_456_789) == "€ 1.234.567,89"
    assert dag(date(2026, 5, 15)) == dag("2026-05-15") == "15 mei 2026"
