# SPDX-License-Identifier: EUPL-1.2
"""What must be so, said plainly: a second, slow account of what the service does.

Written from the rules and not from the application, of which it imports nothing. Everything is a
plain dict or list; money is whole cents. Each method is one request: it gives whether the request
must be accepted, and changes the account only when it must.
"""

from datetime import date, timedelta
from typing import Any

from tests.stateful import geld
from tests.stateful.account import Homes, Toewijzing
from tests.stateful.life import ONE_DAY, Life


class Model(Life):
    """What callers ask, and what must come of it."""

    # -- people, and help that is given ------------------------------------------------------

    def register(self, answer: Any, gemeente: str, homes: Homes) -> bool:
        self.homes[answer["id"]], self.owner[answer["id"]] = list(homes), gemeente
        return True

    def move(self, gemeente: str, inwoner: int, homes: Homes) -> bool:
        if self.owner.get(inwoner) != gemeente:
            return False
        self.homes[inwoner] = list(homes)
        return True

    def give(self, answer: Any, **what: Any) -> bool:
        if self.owner.get(what["inwoner"]) != what["gemeente"]:
            return False
        new = self.priced(answer.get("nummer", 0), **what)
        if not self.admits(new):
            return False
        self.toewijzingen[new.nummer] = new
        return True

    def ask(self, answer: Any, agb: str, body: dict[str, Any], homes: Homes) -> bool:
        """A verzoek for a person whom nobody knows yet."""
        self.verzoeken[answer["id"]] = {"agb": agb, "body": body, "homes": homes, "open": True}
        return True

    def grant(self, answer: Any, verzoek: int, gemeente: str) -> bool:
        asked = self.verzoeken[verzoek]
        body = asked["body"]
        if not asked["open"] or body["gemeente"] != gemeente:
            return False
        inwoner = answer.get("inwonerId", 0)
        self.homes[inwoner], self.owner[inwoner] = asked["homes"], gemeente
        self.bsn[inwoner] = body["inwoner"]["bsn"]
        given = self.give(
            answer,
            gemeente=gemeente,
            aanbieder=asked["agb"],
            inwoner=inwoner,
            begin=date.fromisoformat(body["begindatum"]),
            eind=date.fromisoformat(body["einddatum"]),
            **{name: body[name] for name in ("wet", "profiel", "intensiteit")},
        )
        asked["open"] = not given
        if not given:
            del self.homes[inwoner], self.owner[inwoner], self.bsn[inwoner]
        return given

    def decline(self, verzoek: int, gemeente: str) -> bool:
        asked = self.verzoeken[verzoek]
        if not asked["open"] or asked["body"]["gemeente"] != gemeente:
            return False
        asked["open"] = False
        return True

    # -- another gemeente takes over ---------------------------------------------------------

    def _may_take_over(self, tw: Toewijzing, gemeente: str, begin: date) -> bool:
        return tw.gemeente != gemeente and tw.begin < begin and self.can_end(tw, begin - ONE_DAY)

    def ask_takeover(self, answer: Any, van: str, nummer: int, naar: str, begin: date) -> bool:
        tw = self.of(van, nummer)
        if tw is None or not self._may_take_over(tw, naar, begin):
            return False
        if any(q["nummer"] == nummer and q["open"] for q in self.questions.values()):
            return False
        asked = {"van": van, "nummer": nummer, "naar": naar, "begin": begin, "open": True}
        self.questions[answer.get("id", 0)] = asked
        return True

    def accept_takeover(self, answer: Any, vraag: int, gemeente: str) -> bool:
        asked = self.questions[vraag]
        tw, begin = self.toewijzingen[asked["nummer"]], asked["begin"]
        if not asked["open"] or gemeente != asked["naar"]:
            return False
        if not self._may_take_over(tw, gemeente, begin):
            return False
        inwoner, tot = self.known(tw.inwoner, gemeente) or answer.get("inwonerId", 0), tw.eind
        if tw.wet == "jeugdwet":
            tot = min(tot, geld.add_year(begin) - ONE_DAY)
        over = tw.prijs - geld.pro_rata(tw.prijs, tw.begin, tw.eind, begin - ONE_DAY)
        new = self.priced(
            answer.get("nummer", 0),
            geld.pro_rata(over, begin, tw.eind, tot),
            **{name: getattr(tw, name) for name in ("aanbieder", "wet", "profiel", "spoed")},
            **{"gemeente": gemeente, "inwoner": inwoner, "intensiteit": tw.intensiteit},
            **{"begin": begin, "eind": tot},
        )
        if self.overlaps(new):
            return False
        if inwoner not in self.homes:
            self.homes[inwoner], self.owner[inwoner] = list(self.homes[tw.inwoner]), gemeente
            if tw.inwoner in self.bsn:
                self.bsn[inwoner] = self.bsn[tw.inwoner]
        new.uiterste = geld.add_year(begin) - ONE_DAY if tw.wet == "jeugdwet" else None
        asked["open"], tw.gepland = False, tw.eind
        self.settle_end(tw, "pro_rata", begin - ONE_DAY)
        self.toewijzingen[new.nummer] = new
        return True

    def known(self, inwoner: int, gemeente: str) -> int | None:
        """The same person as this gemeente knows it."""
        bsn = self.bsn.get(inwoner, "nobody")
        return next(
            (i for i, b in self.bsn.items() if b == bsn and self.owner[i] == gemeente), None
        )

    def end_question(self, vraag: int, gemeente: str, who: str) -> bool:
        """Declined by the one that is asked ("naar"), or withdrawn by the one that asks ("van")."""
        asked = self.questions[vraag]
        if not asked["open"] or asked[who] != gemeente:
            return False
        asked["open"] = False
        return True

    # -- what is divided anew, closed, paid --------------------------------------------------

    def redivide(self, gemeente: str) -> bool:
        found = []
        for tw in self.toewijzingen.values():
            for termijn in tw.staand if tw.gemeente == gemeente else []:
                now = self.divided(tw, termijn)
                changed = termijn.granted and set(now) != set(termijn.verdeling)
                if changed and all(deel.gemeente for deel in now):
                    found.append((termijn, now))
        for termijn, now in found:
            termijn.verdeling = now
        return bool(found)

    def close(self, gemeente: str, maand: date) -> bool:
        done = self.closed.setdefault(gemeente, [])
        if (maand.year, maand.month) >= (self.today.year, self.today.month):
            return False
        if done and maand != (done[-1] + timedelta(days=31)).replace(day=1):
            return False
        done.append(maand)
        return True

    def pay(self, specificatie: int, bedrag: int, cents: int) -> bool:
        left = bedrag - self.paid.get(specificatie, 0)
        ready = [o for o in self.orders.values() if o["open"] and specificatie in o["delen"]]
        if ready or not (0 < cents <= left or left <= cents < 0):
            return False
        self.paid[specificatie] = self.paid.get(specificatie, 0) + cents
        return True

    def order(self, answer: Any, gemeente: str) -> None:
        """Whether there is anything to pay is left to the service; no part stands in two orders."""
        delen = {deel["specificatie"]: deel["bedragCenten"] for deel in answer.get("delen", ())}
        if delen:
            self.orders[answer["id"]] = {"gemeente": gemeente, "delen": delen, "open": True}
        ready = [s for o in self.orders.values() if o["open"] for s in o["delen"]]
        assert len(ready) == len(set(ready)), "a specification stands in two orders"

    def end_order(self, opdracht: int, gemeente: str, *, paid: bool) -> bool:
        order = self.orders[opdracht]
        if order["gemeente"] != gemeente or not order["open"]:
            return False
        order["open"] = False
        for specificatie, cents in order["delen"].items() if paid else ():
            self.paid[specificatie] = self.paid.get(specificatie, 0) + cents
        return True

    def borne(self) -> dict[tuple[str, str], int]:
        """For each betaler and drager what is booked on balance, in cents."""
        found: dict[tuple[str, str], int] = {}
        for tw in self.toewijzingen.values():
            for termijn in tw.termijnen:
                for deel in termijn.verdeling:
                    assert deel.gemeente
                    pair = tw.gemeente, deel.gemeente
                    found[pair] = found.get(pair, 0) + deel.bedrag_centen
        return found
