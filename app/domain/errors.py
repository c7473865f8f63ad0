# SPDX-License-Identifier: EUPL-1.2
"""What can go wrong, by kind.

NoaberError
├── Invalid      the input itself is wrong, whoever sends it and whenever
├── Forbidden    the caller may not do this
├── NotFound     a thing named does not exist, or is another's
├── Conflict     right in itself, but not in the present state
├── TooLarge     more than this way of sending allows
└── Unavailable  try again in a moment

Raised where the work cannot go on. A line that is judged and refused is no error but a value.
Texts are Dutch and complete: they reach the caller as they stand, so they never hold personal data.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with the input: which field, a code for machines, a reason for people."""

    name: str
    code: str
    reason: str


class NoaberError(Exception):
    """The work cannot go on; `code` is for machines, `detail` and `faults` are for people."""

    def __init__(self, code: str, detail: str, faults: tuple[Fault, ...] = ()) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.faults = faults


class Invalid(NoaberError):
    """The input itself is wrong, whoever sends it and whenever."""


class Forbidden(NoaberError):
    """The caller may not do this."""


class NotFound(NoaberError):
    """A thing named does not exist, or is another's: the answer does not tell which."""


class Conflict(NoaberError):
    """Right in itself, but not in the present state."""


class TooLarge(NoaberError):
    """More than this way of sending allows."""


class Unavailable(NoaberError):
    """Try again in a moment; nothing was changed."""


def refuse(faults: Sequence[Fault]) -> None:
    """Raise Conflict with all these faults, under the code of the first; none is no conflict."""
    if faults:
        raise Conflict(faults[0].code, " ".join(f.reason for f in faults), tuple(faults))
