# SPDX-License-Identifier: EUPL-1.2
"""What callers may wish to do: each is one request, drawn without looking at the service.

A wish names what it is about by a number that is taken modulo what there is, so that drawing never
depends on an answer. Where there is nothing it could be about, there is no request.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.contract.declaring import ENSCHEDE, HENGELO, A, B, Region
from tests.stateful.model import Model

GEMEENTEN = (ENSCHEDE, HENGELO)
AANBIEDERS = (A, B)
NOTE = {"toelichting": "Zo is besloten."}
Caller = dict[str, str]


@dataclass(frozen=True)
class Act:
    """A request, and what must come of it: whether it is accepted (None: either may be so)."""

    caller: Caller
    method: str
    path: str
    body: Any
    expected: Callable[[Model, Any], bool | None]


def other(gemeente: str) -> str:
    return HENGELO if gemeente == ENSCHEDE else ENSCHEDE


@dataclass(frozen=True)
class Wish(ABC):
    """To do something, if it can be asked at all."""

    @abstractmethod
    async def act(self, model: Model, region: Region) -> Act | None:
        """The request that comes of it; None: there is nothing it could be about."""
