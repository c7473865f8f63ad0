# SPDX-License-Identifier: EUPL-1.2
"""How much of everything is measured; one factor scales it all down to try the benchmark out."""

from dataclasses import dataclass, replace

TERMIJNEN_OPEN = 4
"""Termijnen of a toewijzing that can be declared."""

LINES_IN_SMALL = 10
CLIENTS = 16
FEWEST_IN_CROWD = 5
"""At least so many aanbieders share the small declaraties."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """Numbers of rows and of requests."""

    lines: int = 1_000_000
    present: tuple[int, ...] = (0, 10_000_000)
    ladder: tuple[int, ...] = (1_000, 10_000, 100_000)
    alone: int = 300
    crowd: int = 2_000
    requests: int = 3_000
    reads: int = 400
    orm_lines: int = 400

    @property
    def lines_of_large(self) -> int:
        """What the aanbieder of the large declaraties has to declare."""
        return self.lines + sum(self.ladder)

    @property
    def lines_of_small(self) -> int:
        """What each of the other aanbieders has to declare, at most."""
        shared = self.crowd * LINES_IN_SMALL // FEWEST_IN_CROWD
        return max(self.alone * LINES_IN_SMALL, shared, self.orm_lines)

    @property
    def inwoners_without(self) -> int:
        """Inwoners without a toewijzing; more than half of them live where they are asked for."""
        return 2 * max(self.requests, self.reads)


BENCH = Sizes()
GROEI = replace(BENCH, present=(100_000, 1_000_000, 10_000_000), ladder=())


def scaled(sizes: Sizes, factor: float) -> Sizes:
    """The same benchmark on less of everything; requests shrink less, or they tell nothing."""

    def rows(number: int) -> int:
        return int(number * factor)

    def requests(number: int) -> int:
        return max(50, int(number * factor**0.5))

    return replace(
        sizes,
        lines=max(2_000, rows(sizes.lines)),
        present=tuple(map(rows, sizes.present)),
        ladder=tuple(max(10, rows(step)) for step in sizes.ladder),
        alone=requests(sizes.alone),
        crowd=requests(sizes.crowd),
        requests=requests(sizes.requests),
        reads=requests(sizes.reads),
        orm_lines=requests(sizes.orm_lines),
    )
