# SPDX-License-Identifier: EUPL-1.2
"""Worked examples as parameters of a test: each table of a TOML file is one case.

`naam` says what the case shows and becomes the name of the test, `bron` where the rule and the
number come from. The rest is what goes in and what has to come out.
"""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from _pytest.mark import ParameterSet

Case = dict[str, Any]


def cases(file: str, table: str) -> list[ParameterSet]:
    """The cases in a table of tests/cases/<file>.toml. Raises KeyError without naam or bron."""
    text = Path(__file__).with_name(f"{file}.toml").read_text(encoding="utf-8")
    found = []
    for case in tomllib.loads(text)[table]:
        assert case["bron"], f"{case['naam']} has no bron"
        found.append(pytest.param(case, id=case["naam"]))
    return found
