"""Works: what an account asks for, one request at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .draws import DAY, Random, ch, num
from .items import code_task, frag, passage, question
from .items import item as a_unit
from .languages import LANGS
from .templates import Template
from .texts import FAMPUB, RAW
from .vocabulary import DOMAINS, DOMS

if TYPE_CHECKING:
    from .accounts import Acc
    from .world import World

# system prompt, prompt, kind of answer, topic, language, extras of the family
Request = tuple[str | None, str, str, str, str, dict[str, Any] | None]


class Person:
    """Questions of one individual: a few lasting interests, a typing style, follow-ups inside a session."""

    def __init__(
        self,
        r: Random,
        w: World,
        lang: str | None = None,
        coding: float = 0.0,
        doms: list[str] | None = None,
    ) -> None:
        self.lang = lang or ch(r, LANGS)
        self.lang2 = "en" if r.random() < 0.3 else self.lang
        ds = doms or r.sample(DOMS, num(r, 2, 5))
        self.tp = [(d, t) for d in ds for t in DOMAINS[d]]
        self.coding = coding or (0.15 if r.random() < 0.3 else 0.02)
        self.low = r.random() < 0.35
        self.pl = r.random() < 0.2
        self.pub = w.pub.get("chat") if r.random() < 0.2 else None
        self.ppub = r.random() * 0.25
        self.sys = None
        self.habit = (
            Template(
                r,
                ch(
                    r,
                    [
                        "cot",
                        "qasum",
                        "clean",
                        "mirror",
                        "domain",
                        "langcot",
                        "codegen",
                        "evolve",
                        "persona",
                    ],
                ),
                2,
            )
            if r.random() < 0.22
            else None
        )

    def one(self, r: Random, item: int, _t: float, turn: int, _acc: Acc) -> Request:
        u = r.random()
        if self.pub and u < self.ppub:
            s, q = ch(r, self.pub)
            return self.sys, q, "chat", "that", "en", None
        if self.habit and u > 0.7 and item < 0:
            b, tp = a_unit(r, ch(r, self.habit.types), self.lang, self.habit.dom)
            s, q = self.habit.render(r, b)
            return self.sys, (s + "\n" + q if s else q), self.habit.kind, tp, self.lang, None
        if r.random() < self.coding:
            q, tp = (
                code_task(r)
                if r.random() < 0.4
                else a_unit(r, ch(r, ["err", "repo", "code", "lab"]))
            )
            return self.sys, q, "code", tp, "en", None
        lang = self.lang if r.random() < 0.85 else self.lang2
        q, tp = question(r, lang, self.tp)
        if turn > 0 and r.random() < 0.5:
            q = ch(
                r, ["and what about ", "ok but ", "shorter please. ", "thanks! now: ", "hmm, "]
            ) + (frag(r) if r.random() < 0.6 else q)
        elif r.random() < 0.25:
            q += " " + frag(r)
        if r.random() < 0.06:
            q += "\n\n" + passage(r, tp, num(r, 3, 12))
        if self.low:
            q = q.lower()
        if self.pl:
            q = ch(r, ["please ", "Hi, ", "could you: "]) + q
        return self.sys, q, "chat", tp, lang, None


class Tpl:
    """Template work. phases: [(from time, Template)]; items come from the account itself, a queue, or a fixed list."""

    def __init__(
        self,
        r: Random,
        w: World,
        fam: str,
        var: int = 0,
        sysfrac: float = 0.5,
        tmpl: Template | None = None,
        pub: float = 0.3,
    ) -> None:
        self.ph = [(-1e9, tmpl or Template(r, fam, var, sysfrac))]
        self.seed = r.getrandbits(40)
        self.fixed = None
        ps = [p for p in FAMPUB.get(fam, ()) if p in w.pub]
        self.pub = w.pub[ps[0] if len(ps) == 1 else ch(r, ps)] if ps and r.random() < pub else None
        self.raw = self.pub is not None and any(self.pub is w.pub.get(k) for k in RAW)
        self.ppub = 0.3 + 0.7 * r.random()
        self.s = Random(0)
        self.off = int(r.random() * 2500)

    def change(self, t: float, tmpl: Template) -> None:
        self.ph.append((t, tmpl))

    def one(self, r: Random, item: int, t: float, _turn: int, acc: Acc) -> Request:
        T = self.ph[0][1]
        for a, b in self.ph[1:]:
            if t - acc.lag > a:
                T = b
        s = r
        if item >= 0:
            s = self.s
            s.seed(self.seed + item * 1000003)
        if self.pub and s.random() < self.ppub:
            n = len(self.pub)
            sy, q = self.pub[(item * 7 + self.off) % n] if item >= 0 else ch(r, self.pub)
            if self.raw and r.random() < 0.8:
                return sy, q, T.kind, "it", "en", T.x
            a, b = T.render(r, q, (acc.id, t // DAY))
            return a, b, T.kind, "it", "en", T.x
        lang = ch(s, T.langs)
        b, tp = a_unit(s, ch(s, T.types), lang, T.dom)
        a, b = T.render(r, b, (acc.id, t // DAY))
        return a, b, T.kind, tp, lang, T.x


class Mix:
    """Several works behind one account (tenants, or an agency's clients)."""

    def __init__(self, works: list[Any], skew: float = 1.5) -> None:
        self.w = works
        self.k = skew

    def one(self, r: Random, _item: int, t: float, turn: int, acc: Acc) -> Request:
        return self.w[int(len(self.w) * r.random() ** self.k)].one(r, -1, t, turn, acc)
