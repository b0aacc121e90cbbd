"""Templates: one wording of a family of work.

A template has one paraphrase per instruction unit, an order, a place (system or user turn) and a
frame for the item. Honest and hostile accounts draw from the same families, units and items.
"""

from __future__ import annotations

from .draws import Random, ch, num
from .families import FIRMS, PRODS, F
from .languages import ML
from .units import U
from .vocabulary import DOMS, LABELS, LANGN

SYN = {
    "answer": ["reply", "response", "answer"],
    "reasoning": ["thinking", "reasoning", "thought process"],
    "write": ["write", "put down", "compose"],
    "text": ["text", "passage", "content"],
    "give": ["give", "provide", "supply"],
    "result": ["result", "outcome", "conclusion"],
    "below": ["below", "that follows", "underneath"],
    "detailed": ["detailed", "thorough", "full"],
    "question": ["question", "query", "request"],
    "complete": ["complete", "full"],
    "show": ["show", "display", "present"],
    "choose": ["choose", "pick", "select"],
}
LEAD = [""] * 34 + [
    "Please ",
    "Then ",
    "Also ",
    "And ",
    "Please note: ",
    "Also: ",
    "For this one, ",
    "Remember: ",
    "One more thing. ",
    "Kindly follow this. ",
    "As always, ",
    "In short: ",
]
HEAD = ["", "Input:", "Text:", "Task:", "###", "Here it is:", "Item:", "---", "Data:", "Case:"]


def loosen(r: Random, s: str) -> str:
    """LLM-like rewording of one sentence: synonyms and a lead-in."""
    w = s.split(" ")
    for i, x in enumerate(w):
        k = SYN.get(x)
        if k:
            w[i] = ch(r, k)
    l = ch(r, LEAD)
    s = " ".join(w)
    return l + (s[0].lower() + s[1:] if l and l[-2] not in ":." and s[1:2].islower() else s)


class Template:
    """One wording of a family. var: 0 verbatim, 1 slots and a few alternatives, 2 free paraphrase."""

    def __init__(self, r: Random, fam: str, var: int = 0, sysfrac: float = 0.4) -> None:
        self.fam, self.var = fam, var
        self.cache = {}
        self.jumpy = r.random() < 0.15
        it, un, self.kind, self.x = F[fam]
        self.types = [ch(r, it)] if len(it) > 1 and r.random() < 0.7 else it
        un = list(un)
        if len(un) > 2 and r.random() < 0.4:
            un.pop(int(r.random() * len(un)))
        extra = [u for u in ("complete", "placeh", "summ", "final", "tags") if u not in un]
        if r.random() < 0.35:
            un.append(ch(r, extra))
        self.units = un
        self.alts = {u: r.sample(U[u], 3) for u in un}
        self.slots = dict(
            dom=ch(r, DOMS),
            k=num(r, 2, 9),
            n=num(r, 2, 9),
            prod=ch(r, PRODS),
            firm=ch(r, FIRMS),
            lg=ch(r, list(LANGN.values())),
            lab=", ".join(ch(r, LABELS).split("|")),
        )
        self.head = ch(r, HEAD)
        self.insys = r.random() < sysfrac
        self.front = r.random() < 0.6
        self.dom = ch(r, DOMS) if self.x.get("dom") or r.random() < 0.35 else None
        self.langs = (
            [ch(r, list(ML)) for _ in range(4)] + ["en"]
            if self.x.get("ml") and r.random() < self.x["ml"]
            else ["en"]
        )
        self.fixed = self._text(r, 0)

    def _text(self, r: Random, var: int) -> str:
        s = self.slots
        if self.x.get("any") and var:
            us = r.sample(self.units, min(2, len(self.units)))
        else:
            us = self.units
        if var == 0:
            p = [self.alts[u][0] for u in us]
        elif var == 1:
            p = [self.alts[u][0] if r.random() < 0.6 else ch(r, self.alts[u]) for u in us]
        else:
            us = list(us)
            r.shuffle(us)
            if len(us) > 2 and r.random() < 0.3:
                us.pop()
            p = [loosen(r, ch(r, U[u])) for u in us]
            s = dict(s, lg=s["lg"])
        t = " ".join(p)
        return t.format(**s) if "{" in t else t

    def person(self, r: Random) -> Template:
        """A stranger's own copy of a public template: mostly the same, edited a little, then fixed."""
        c = object.__new__(Template)
        c.__dict__.update(self.__dict__)
        c.var = 0
        c.dom = ch(r, DOMS) if r.random() < 0.6 else None
        m = r.random()
        c.fixed = self.fixed if m < 0.45 else self._text(r, 1) if m < 0.85 else self._text(r, 2)
        if r.random() < 0.3:
            c.fixed += " " + ch(r, U[ch(r, ["complete", "placeh", "summ", "tutor"])])
        if r.random() < 0.3:
            c.head = ch(r, HEAD)
        c.insys = self.insys if r.random() < 0.6 else r.random() < 0.4
        return c

    def render(
        self, r: Random, body: str, key: tuple[str, float] | None = None
    ) -> tuple[str | None, str]:
        """(system, user); a system prompt that varies does so per account and day (key), rarely per request."""
        if self.var and self.insys and key and not self.jumpy:
            t = self.cache.get(key)
            if t is None:
                t = self.cache[key] = self._text(r, self.var)
        else:
            t = self.fixed if self.var == 0 else self._text(r, self.var)
        head = self.head if self.var < 2 else ch(r, HEAD)
        b = head + ("\n" if head else "") + body
        if self.insys:
            return t, b if head else body
        return None, (
            t + "\n" + b if self.front or (self.var == 2 and r.random() < 0.5) else b + "\n" + t
        )
