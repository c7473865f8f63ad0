# SPDX-License-Identifier: EUPL-1.2
"""What happens to help that was given, and to the contract that it is given under."""

from datetime import date, timedelta
from typing import Any

from tests.stateful import geld
from tests.stateful.account import Toewijzing
from tests.stateful.geld import PLANS
from tests.stateful.lines import DUE, Lines

ONE_DAY = timedelta(days=1)


class Life(Lines):
    """What becomes of a toewijzing between its beginning and its end."""

    def of(self, gemeente: str, nummer: int) -> Toewijzing | None:
        tw = self.toewijzingen[nummer]
        return tw if tw.gemeente == gemeente else None

    def can_end(self, tw: Toewijzing, eind: date) -> bool:
        latest = [t.begin for t in tw.staand if t.granted and t.mijlpaal == "voortgang"]
        return tw.leeft and tw.begin <= eind <= tw.eind and eind >= max([tw.begin, *latest])

    def end(self, gemeente: str, nummer: int, eind: date, reden: str) -> bool:
        tw = self.of(gemeente, nummer)
        if tw is None or not self.can_end(tw, eind):
            return False
        tw.gepland = tw.eind
        if reden != "aanbieder":
            self.settle_end(tw, DUE[reden], eind)
        else:
            tw.status, tw.eind, tw.in_beoordeling, tw.opgeschort = "beeindigd", eind, True, None
        return True

    def review(self, gemeente: str, nummer: int, verschuldigd: str) -> bool:
        tw = self.of(gemeente, nummer)
        if tw is None or not tw.in_beoordeling:
            return False
        self.settle_end(tw, verschuldigd, tw.eind)
        return True

    def change(
        self, answer: Any, gemeente: str, nummer: int, begin: date, intensiteit: str, wijze: str
    ) -> bool:
        tw = self.of(gemeente, nummer)
        if tw is None or tw.intensiteit == intensiteit or begin <= tw.begin:
            return False
        if not self.can_end(tw, begin - ONE_DAY):
            return False
        new = self.priced(
            answer.get("nummer", 0),
            **{name: getattr(tw, name) for name in ("gemeente", "aanbieder", "inwoner")},
            **{name: getattr(tw, name) for name in ("wet", "profiel", "eind", "spoed")},
            begin=begin,
            intensiteit=intensiteit,
        )
        eind, tw.eind = tw.eind, begin - ONE_DAY
        if not self.admits(new):
            tw.eind = eind
            return False
        tw.eind, tw.gepland = eind, eind
        self.settle_end(tw, "pro_rata" if wijze == "pro_rata" else "niets", begin - ONE_DAY)
        self.toewijzingen[new.nummer] = new
        return True

    def extend(self, gemeente: str, nummer: int, eind: date) -> bool:
        tw = self.of(gemeente, nummer)
        if tw is None or not tw.leeft or eind <= tw.eind or tw.eind < self.today:
            return False
        if tw.uiterste and eind > tw.uiterste:
            return False
        if any(t.mijlpaal == "resultaat" and not t.open for t in tw.staand):
            return False
        extra = {name: getattr(tw, name) for name in ("nummer", "gemeente", "aanbieder", "inwoner")}
        extra |= {name: getattr(tw, name) for name in ("wet", "profiel", "intensiteit", "spoed")}
        if not self.admits(self.priced(**extra, begin=tw.eind + ONE_DAY, eind=eind)):
            return False
        plan, soort = PLANS[tw.profiel]
        tarief = self.tarieven[tw.profiel][tw.intensiteit]
        tw.prijs += geld.price(soort, tarief, tw.begin, eind)
        tw.prijs -= geld.price(soort, tarief, tw.begin, tw.eind)
        tw.eind = eind
        geld.extend(tw.termijnen, plan, tw.prijs, tw.begin, eind)
        return True

    def withdraw(self, gemeente: str, nummer: int) -> bool:
        tw = self.of(gemeente, nummer)
        if tw is None or not tw.leeft or any(t.granted for t in tw.staand):
            return False
        self._undo(tw)
        return True

    def refuse(self, agb: str, nummer: int) -> bool:
        """The aanbieder does not take it on."""
        tw = self.toewijzingen[nummer]
        if tw.aanbieder != agb or not tw.leeft or tw.gestart:
            return False
        if any(not t.open for t in tw.staand):
            return False
        self._undo(tw)
        return True

    def _undo(self, tw: Toewijzing) -> None:
        tw.status, tw.verschuldigd, tw.opgeschort = "ingetrokken", 0, None
        for termijn in tw.staand:
            termijn.vervallen = True

    def hold(self, gemeente: str, nummer: int, vanaf: date) -> bool:
        tw = self.of(gemeente, nummer)
        if tw is None or not tw.leeft or tw.opgeschort:
            return False
        if not max(tw.begin, tw.hervat or tw.begin) <= vanaf <= self.today:
            return False
        tw.status, tw.opgeschort = "opgeschort", vanaf
        return True

    def resume(self, gemeente: str, nummer: int) -> bool:
        tw = self.of(gemeente, nummer)
        if tw is None or not tw.leeft or tw.opgeschort is None:
            return False
        tw.status, tw.opgeschort, tw.hervat = "actief", None, self.today
        return True

    def start(self, agb: str, nummer: int, dag: date) -> bool:
        tw = self._reported(agb, nummer, dag)
        if tw is None or tw.gestart or (tw.gestopt and dag > tw.gestopt):
            return False
        tw.gestart = dag
        return True

    def stop(self, agb: str, nummer: int, dag: date) -> bool:
        tw = self._reported(agb, nummer, dag)
        if tw is None or tw.gestopt or tw.gestart is None or dag < tw.gestart:
            return False
        tw.gestopt = dag
        return True

    def _reported(self, agb: str, nummer: int, dag: date) -> Toewijzing | None:
        tw = self.toewijzingen[nummer]
        right = tw.aanbieder == agb and tw.status != "ingetrokken"
        return tw if right and tw.begin <= dag <= min(tw.eind, self.today) else None

    def hold_contract(self, agb: str) -> bool:
        if agb in self.stil:
            return False
        self.stil.add(agb)
        return True

    def resume_contract(self, agb: str) -> bool:
        if agb not in self.stil:
            return False
        self.stil.remove(agb)
        return True
