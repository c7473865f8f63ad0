# SPDX-License-Identifier: EUPL-1.2
"""How wishes are drawn."""

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.contract.declaring import ALMELO, DUURZAAM, ENSCHEDE, GEZIN, HENGELO, HERSTEL
from tests.stateful import living, paying, people
from tests.stateful.living import TWELFTHS
from tests.stateful.wishes import AANBIEDERS, GEMEENTEN, Wish

REDENEN = (
    *("volgens_plan", "client", "in_overeenstemming", "verhuizing", "overlijden", "gemeente"),
    *("aanbieder", "wanprestatie"),
)

which = st.integers(0, 30)
agb = st.sampled_from(AANBIEDERS)
gemeente = st.sampled_from(GEMEENTEN)
intensiteit = st.sampled_from(("licht", "middel", "zwaar"))
hulp = st.sampled_from(
    ((HERSTEL, "jeugdwet"), (DUURZAAM, "wmo"), (GEZIN, "jeugdwet"), (GEZIN, "wmo"))
)
rarely = st.integers(0, 11).map(lambda drawn: drawn == 11)
home = st.sampled_from((ENSCHEDE, HENGELO, ALMELO, None))
moves = st.lists(st.tuples(st.integers(-170, 100), home), max_size=2).map(tuple)
period = st.builds(people.Period, st.integers(-170, 20), st.integers(0, 300))
twelfths = st.integers(-1, TWELFTHS + 3)

register: SearchStrategy[Wish] = st.builds(people.Register, gemeente, moves)
give: SearchStrategy[Wish] = st.builds(
    people.Give, which, rarely, hulp, intensiteit, agb, period, rarely
)
move: SearchStrategy[Wish] = st.builds(people.Move, which, rarely, home, moves, st.booleans())
line = st.builds(
    paying.Line,
    which,
    st.sampled_from(
        (
            *("debet",) * 8,
            *("credit",) * 3,
            *("amount", "reference", "unknown", "anothers", "any", "credit_again", "lapsed"),
        )
    ),
)
declare: SearchStrategy[Wish] = st.builds(
    paying.Declare, agb, st.lists(line, min_size=1, max_size=5).map(tuple)
)
of_one = (which, twelfths, rarely)
end: SearchStrategy[Wish] = st.builds(living.End, *of_one, st.sampled_from(REDENEN))
review: SearchStrategy[Wish] = st.builds(
    living.Review, *of_one, st.sampled_from(("volledig", "pro_rata", "niets"))
)
change: SearchStrategy[Wish] = st.builds(
    living.Change, *of_one, intensiteit, st.sampled_from(("pro_rata", "volledig_crediteren"))
)
on_hold: SearchStrategy[Wish] = st.one_of(
    st.builds(living.Hold, *of_one), st.builds(living.Resume, *of_one)
)
live: SearchStrategy[Wish] = st.one_of(
    end,
    review,
    change,
    st.builds(living.Extend, *of_one),
    on_hold,
    st.builds(living.Withdraw, *of_one),
    st.builds(living.Report, *of_one, st.sampled_from(("start", "stop", "weigering"))),
)
takeover: SearchStrategy[Wish] = st.one_of(
    st.builds(living.AskTakeover, *of_one),
    st.builds(
        living.AnswerTakeover,
        which,
        st.sampled_from(("aanvaarding", "aanvaarding", "afwijzing", "intrekking")),
        rarely,
    ),
)
ask: SearchStrategy[Wish] = st.one_of(
    st.builds(people.Ask, gemeente, hulp, agb, period, moves),
    st.builds(people.Answer, which, st.integers(0, 3).map(bool), rarely),
)
contract: SearchStrategy[Wish] = st.builds(living.Contract, agb, rarely)
money: SearchStrategy[Wish] = st.one_of(
    st.builds(paying.Redivide, gemeente),
    st.builds(paying.Pay, gemeente, which, st.integers(1, 5)),
    st.builds(paying.Order, gemeente),
    st.builds(paying.EndOrder, which, st.booleans(), rarely),
    st.builds(paying.Close, gemeente, st.integers(0, 2)),
    st.builds(paying.DeclareAgain, which, rarely),
)
# Of each kind as much as matters; `one_of` would weigh what stands in it one by one.
KINDS = (
    *(declare, declare, declare, live, live, live, takeover, takeover, move, move, money, money),
    *(give, give, ask, ask, contract, register),
)
anything: SearchStrategy[Wish] = st.sampled_from(KINDS).flatmap(lambda kind: kind)
