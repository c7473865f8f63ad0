# SPDX-License-Identifier: EUPL-1.2
"""Two gemeenten, two aanbieders and the region at random, sometimes at the same moment.

After every step the books are held against a naive model and against what must always be so. How
long it is tried, and how to see a failure again: CONTRIBUTING.md.
"""

import asyncio
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from copy import deepcopy
from random import SystemRandom
from time import monotonic
from typing import Any

import pytest
from anyio.from_thread import start_blocking_portal
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from app.db import embedded
from app.settings import Settings
from tests.callers import Headers
from tests.conftest import TEMPLATE
from tests.contract.declaring import PRICES, today
from tests.stateful import draws
from tests.stateful.invariants import check_always, check_answers, differences, observe
from tests.stateful.model import Model
from tests.stateful.stage import Play, Stage
from tests.stateful.wishes import Act, Wish

TARIEVEN = {
    profiel: dict(zip(("licht", "middel", "zwaar"), prices, strict=True))
    for profiel, prices in PRICES.items()
}


class Lives(RuleBasedStateMachine):
    """The steps; what they may be is in draws.py, what must come of them in model.py."""

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self.stage = stage
        self.open = ExitStack()
        self.play: Play = self.open.enter_context(
            stage.portal.wrap_async_context_manager(stage.play())
        )
        self.model = Model(today(), TARIEVEN)
        self.steps = 0
        self.broken = False

    @initialize(
        people=st.lists(draws.register, min_size=3, max_size=3),
        hulp=st.lists(draws.give, min_size=5, max_size=5),
        declared=draws.declare,
    )
    def begin(self, people: list[Wish], hulp: list[Wish], declared: Wish) -> None:
        for wish in (*people, *hulp, declared):
            self.wish(wish)

    @rule(wish=draws.declare)
    def it_is_declared(self, wish: Wish) -> None:
        self.wish(wish)

    @rule(wish=draws.live)
    def something_happens_to_it(self, wish: Wish) -> None:
        self.wish(wish)

    @rule(wish=draws.anything)
    def anything_happens(self, wish: Wish) -> None:
        self.wish(wish)

    @rule(one=draws.anything, two=draws.anything)
    def two_at_once(self, one: Wish, two: Wish) -> None:
        self.wish(one, two)

    def wish(self, *wishes: Wish) -> None:
        self.broken = True
        self.model = self.stage.call(self._do, wishes)
        self.broken = False

    async def _do(self, wishes: tuple[Wish, ...]) -> Model:
        """Do it, all at once, and find an order in which the model comes to the same."""
        model, region = self.model, self.play.region
        acts = [act for wish in wishes if (act := await wish.act(model, region))]
        answers = await asyncio.gather(
            *(self.play.send(act.caller, act.method, act.path, act.body) for act in acts)
        )
        await self.play.come_to_rest()
        async with self.play.pool.acquire() as db:
            await check_always(db)
            seen = await observe(db)
        done = list(zip(acts, answers, strict=True))
        wrong = []
        for order, between in (
            (done, True),
            (done[::-1], True),
            (done, False),
            (done[::-1], False),
        ):
            candidate = deepcopy(model)
            found = replay(candidate, order, between=between) or differences(candidate, seen)
            if not found:
                self.steps += 1
                if self.steps % 4 == 0:
                    await check_answers(candidate, region)
                return candidate
            wrong.append(found)
        raise AssertionError("\n".join(["not as the model says:", *dict.fromkeys(wrong)]))

    def teardown(self) -> None:
        try:
            if not self.broken:
                self.stage.call(check_answers, self.model, self.play.region)
                self.stage.call(self.play.prove)
        finally:
            self.open.close()


def replay(model: Model, done: list[tuple[Act, Any]], *, between: bool) -> str:
    """Let the model do the same in this order; what was held is judged again between, or after.

    Gives what the service answered that it should not have.
    """
    for act, answer in done:
        expected = act.expected(model, answer.json())
        if expected is not None and expected != answer.is_success:
            should = "accepted" if expected else "refused"
            said = f"{answer.status_code} {answer.text[:1000]}"
            return f"  {act.method} {act.path} {act.body} should be {should}: {said}"
        if between:
            model.judge_held()
    model.judge_held()
    return ""


def lives_on(stage: Stage) -> type[Lives]:
    class OnStage(Lives):
        def __init__(self) -> None:
            super().__init__(stage)

    return OnStage


# Read at import: the tests themselves do not see what the developer has set.
SECONDS = int(os.environ.get("NOABER_FUZZ_SECONDS", "0"))
SEED = os.environ.get("NOABER_FUZZ_SEED")
SHORT = settings(
    max_examples=7,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
    print_blob=False,
)
LONG = settings(SHORT, max_examples=3, stateful_step_count=50, derandomize=False)
AGAIN = settings(LONG, phases=(Phase.generate, Phase.shrink))
"""A failure that is seen again is made small; that takes up to five minutes."""


@pytest.fixture
def stage(
    server: embedded.Server,
    settings: Settings,
    token: Headers,
    record_property: Callable[[str, object], None],
) -> Iterator[Stage]:
    with start_blocking_portal() as portal:
        stage = Stage(portal, server, settings, token)
        portal.call(stage.build, TEMPLATE)
        yield stage
        portal.call(stage.strike)
    record_property("requests", stage.tally.total())
    print(f"{stage.tally.total()} requests:")  # noqa: T201
    for (kind, status), count in sorted(stage.tally.items()):
        print(f"  {count:6} × {kind} → {status}")  # noqa: T201


@pytest.mark.skipif(bool(SECONDS or SEED), reason="it is tried longer, or a failure is seen again")
def test_random_lives_go_as_the_naive_model_says(stage: Stage) -> None:
    run_state_machine_as_test(lives_on(stage), settings=SHORT)


@pytest.mark.skipif(not (SECONDS or SEED), reason="only when NOABER_FUZZ_SECONDS or _SEED says so")
def test_random_lives_go_on_for_as_long_as_is_asked(stage: Stage) -> None:
    until = monotonic() + SECONDS
    number = int(SEED or SystemRandom().randrange(10**9))
    while True:
        try:
            run_state_machine_as_test(
                seed(number)(lives_on(stage)), settings=AGAIN if SEED else LONG
            )
        except Exception as error:
            error.add_note(f"To see it again: NOABER_FUZZ_SEED={number} pytest tests/stateful")
            raise
        print(f"zaad {number}: klopt", flush=True)  # noqa: T201
        number += 1
        if monotonic() >= until:
            return
