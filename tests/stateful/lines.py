# SPDX-License-Identifier: EUPL-1.2
"""What the naive model says of lines: how each is judged, held, released and booked back."""

from datetime import date
from typing import Any

from tests.stateful import geld
from tests.stateful.account import Account, Regel, Toewijzing
from tests.stateful.geld import Termijn

DUE = {
    "volgens_plan": "volledig",
    "client": "pro_rata",
    "in_overeenstemming": "pro_rata",
    "verhuizing": "pro_rata",
    "overlijden": "pro_rata",
    "gemeente": "pro_rata",
    "wanprestatie": "niets",
}


class Lines(Account):
    """The account, with lines that come in."""

    def declare(self, agb: str, nummer: str, regels: list[dict[str, Any]]) -> bool:
        if (agb, nummer) in self.sent:
            return self.sent[agb, nummer] == regels
        self.sent[agb, nummer] = regels
        again = set()
        for at, regel in enumerate(regels):
            if (agb, regel["referentie"]) in self.used:
                again.add(at)
            self.used.add((agb, regel["referentie"]))
        judged: dict[int, Regel] = {}
        claimed: set[int] = set()
        for at in sorted(range(len(regels)), key=lambda at: regels[at]["debetCredit"] == "debet"):
            judged[at] = self._judge(agb, regels[at], claimed, again=at in again)
        self.declaraties[agb, nummer] = [judged[at] for at in range(len(regels))]
        return True

    def _judge(self, agb: str, sent: dict[str, Any], claimed: set[int], *, again: bool) -> Regel:
        tw = self.toewijzingen.get(sent["toewijzingNummer"])
        if tw is None or tw.aanbieder != agb:
            return Regel(None, None, "", "afgekeurd", {"toewijzing_onbekend"})
        termijn = tw.find(sent)
        if termijn is None:
            return Regel(tw, None, "", "afgekeurd", {"termijn_onbekend"})
        regel = Regel(tw, termijn, sent["referentie"])
        if sent["bedragCenten"] != termijn.bedrag:
            regel.redenen.add("bedrag_ongelijk")
        if again:
            regel.redenen.add("referentie_bekend")
        if sent["debetCredit"] == "credit":
            self._judge_credit(regel, termijn, sent["vorigeReferentie"])
        else:
            self._judge_debit(regel, tw, termijn, claimed)
        return regel

    def _judge_credit(self, regel: Regel, termijn: Termijn, named: str) -> None:
        if termijn.granted and termijn.door == named:
            pass
        elif named in termijn.gecrediteerd:
            regel.redenen.add("al_gecrediteerd")
        else:
            regel.redenen.add("credit_zonder_debet")
        regel.uitkomst = "afgekeurd" if regel.redenen else "toegekend"
        if not regel.redenen:
            termijn.reverse()

    def _judge_debit(
        self, regel: Regel, tw: Toewijzing, termijn: Termijn, claimed: set[int]
    ) -> None:
        if not termijn.open or id(termijn) in claimed:
            regel.redenen.add("al_gedeclareerd")
        if self.today < termijn.vanaf:
            regel.redenen.add("te_vroeg")
        if not regel.redenen - {"al_gedeclareerd"}:
            claimed.add(id(termijn))
        refused, causes = bool(regel.redenen), self.causes(tw, termijn)
        regel.redenen |= causes
        if refused:
            regel.uitkomst = "afgekeurd"
        elif causes:
            regel.uitkomst, termijn.held = "aangehouden", True
        else:
            self._book(regel, tw, termijn)

    def _book(self, regel: Regel, tw: Toewijzing, termijn: Termijn) -> None:
        regel.uitkomst, termijn.held = "toegekend", False
        termijn.door, termijn.verdeling = regel.referentie, self.divided(tw, termijn)

    def judge_held(self) -> None:
        """Whatever waits for nothing any more comes to its end."""
        for regel in [*self.own, *(r for regels in self.declaraties.values() for r in regels)]:
            if regel.uitkomst != "aangehouden":
                continue
            assert regel.toewijzing
            assert regel.termijn
            causes = self.causes(regel.toewijzing, regel.termijn)
            if regel.termijn.vervallen:
                regel.uitkomst, regel.termijn.held = "afgekeurd", False
                regel.redenen = {"termijn_vervallen"} | causes
            elif not causes:
                self._book(regel, regel.toewijzing, regel.termijn)
                regel.redenen = set()

    def settle_end(self, tw: Toewijzing, verschuldigd: str, eind: date) -> None:
        """What is due of the price, and what takes the place of the open termijnen."""
        gepland = tw.gepland or tw.eind
        tw.verschuldigd = {
            "volledig": tw.prijs,
            "niets": 0,
            "pro_rata": geld.pro_rata(tw.prijs, tw.begin, gepland, eind),
        }[verschuldigd]
        tw.status, tw.eind = "beeindigd", eind
        tw.in_beoordeling, tw.opgeschort = False, None
        if tw.verschuldigd == tw.prijs and eind == gepland:
            return
        slot, reversed_ = geld.settle(tw.termijnen, tw.verschuldigd, tw.begin, eind, self.today)
        if slot and reversed_:
            own = Regel(tw, slot, "")
            self._judge_debit(own, tw, slot, set())
            self.own.append(own)
