"""Hostile campaigns: the plan of each crew. What remains to be seen is the work and its logistics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .accounts import Acc, Queue
from .draws import DAY, ch, hexs, lognorm, num
from .families import FIRMS, PRODS
from .members import add_member
from .methods import CONTENT, METH, kinds
from .people import PLAIN, plain_works
from .templates import Template
from .units import U
from .works import Mix, Person, Tpl

if TYPE_CHECKING:
    from .world import World


class Crew:
    """One campaign: its work, its calendar and its logistics; the accounts come one by one."""

    def __init__(
        self, w: World, cid: str, kind: str, size: int, care: str, donors: list[Acc]
    ) -> None:
        self.w, self.cid, self.kind, self.size, self.care, self.donors = (
            w,
            cid,
            kind,
            size,
            care,
            donors,
        )
        self.pool: list[Acc] = []
        self._work()
        self._changes()
        self._calendar()
        self._models()
        self._logistics()
        self._bans()
        self._customers()
        self._donors()

    def _work(self) -> None:
        w, r = self.w, self.w.r
        self.fams = METH.get(self.kind)
        self.fams = METH[ch(r, CONTENT)] if self.fams is None else self.fams
        self.fams = self.fams.split() if self.fams else []
        self.var = {"naive": 0, "careful": 1, "adaptive": 2}[self.care]
        nfam = 1 if len(self.fams) < 2 or self.care == "naive" else len(self.fams)
        self.fams = self.fams[:nfam]
        if self.fams and self.care != "naive" and r.random() < 0.3:
            # an operator with a second kind of work
            self.fams.append(METH[ch(r, CONTENT)].split()[0])
        self.works = [Tpl(r, w, f, self.var, 0.4, pub=0.45) for f in self.fams]

    def _changes(self) -> None:
        r = self.w.r
        D = self.w.D * DAY
        # common changes over time
        if r.random() < 0.55:
            tc = (0.2 + 0.7 * r.random()) * D
            for x in self.works:
                x.change(tc, Template(r, x.ph[0][1].fam, self.var, 0.4))
                if self.var == 1 and r.random() < 0.5:  # edit, not rewrite
                    n2 = x.ph[1][1]
                    n2.__dict__.update(
                        {k: v for k, v in x.ph[0][1].__dict__.items() if k not in ("fixed", "alts")}
                    )
                    n2.alts = {
                        u: r.sample(U[u], 3) if r.random() < 0.6 else x.ph[0][1].alts[u]
                        for u in n2.units
                    }

    def _calendar(self) -> None:
        w, r = self.w, self.w.r
        D = self.w.D * DAY
        # first one task, later the other
        self.seqshift = (
            (0.2 + 0.6 * r.random()) * D if len(self.works) > 1 and r.random() < 0.5 else None
        )
        self.role = (
            "relay"
            if self.kind == "M28"
            else "reseller"
            if self.kind in ("M35", "M41")
            else "mixed"
            if r.random() < (0.0 if self.care == "naive" else 0.3) or self.kind == "M38"
            else "distiller"
        )
        self.start = (0.05 + 0.5 * r.random()) * D if r.random() < 0.4 else -1.0
        self.stop = self.start + (0.4 + 0.6 * r.random()) * D if r.random() < 0.3 else 9e9
        self.pauses = [
            (t, t + (3 + 20 * r.random()) * 3600)
            for t in (
                (0.1 + 0.8 * r.random()) * D
                for _ in range(ch(r, [0, 1, 1, 2, 3]) if w.D >= 3 else ch(r, [0, 1]))
            )
        ]
        rep = ch(r, [1, 1, 1, 2, 4, 8]) if self.kind != "M17" else ch(r, [4, 8, 16])
        self.q = Queue(rep, ch(r, [5, 40, 200, 10**9]), num(r, 0, 5000))

    def _models(self) -> None:
        w, r = self.w, self.w.r
        # model moves
        self.m0 = r.choices(w.models, w.mw)[0]
        self.move = None
        if self.kind == "M43" or r.random() < 0.18:
            self.move = (w.t_rel, w.new, 7.0, 0.5 if self.care == "adaptive" else 0.8)
        elif self.kind == "M44" or r.random() < 0.15:
            self.move = (w.t_hard, ch(r, ["nova-2-pro", "nova-3-pro"]), 9.0, 0.85)
        self.onemodel = r.random() < (0.9 if self.care == "naive" else 0.5)
        if self.kind in ("M07", "M09") or any(F in ("replaycot", "ctxedit") for F in self.fams):
            self.m0, self.onemodel = "nova-3-reason", True

    def _logistics(self) -> None:
        w, r = self.w, self.w.r
        # logistics: finite address, client, card and sign-up-day pools
        if self.care == "naive":
            asn = ch(r, w.nets.k["dc"] + w.nets.k["vpn"])
            self.ipool = [
                w.nets.ip(r, "dc" if asn in w.nets.p["dc"] else "vpn", asn)
                for _ in range(max(3, self.size // 8))
            ]
            self.cards = ["pm_" + hexs(r, 14) for _ in range(max(2, self.size // 12))]
            self.devs = ["dv_" + hexs(r, 14) for _ in range(max(2, self.size // 10))]
            self.days = [w.created(r) - 1 for _ in range(num(r, 1, 4))]
            self.doms = [ch(r, w.disp) for _ in range(num(r, 1, 4))]
        else:
            k = int(self.size * (1 + 2 * r.random())) + 3
            hk = w.nets.k["home"]
            asns = [hk[int(len(hk) * r.random() ** 1.7)] for _ in range(max(3, self.size // 8))]
            self.ipool = [
                ch(r, w.proxy)
                if r.random() < 0.2
                else ch(r, w.homes)
                if w.homes and r.random() < 0.15
                else w.nets.ip(r, "home", ch(r, asns))
                for _ in range(k)
            ]
            self.bya = {}
            for x in self.ipool:
                self.bya.setdefault(x[1], []).append(x)
            self.bya = list(self.bya.values())
            self.days = [w.created(r) for _ in range(num(r, 5, 16))]
        self.cl = [
            ch(r, self.donors).p
            for _ in range(max(2, self.size // (20 if self.care == "naive" else 3)))
        ]
        self.ex_par = dict(
            request_max_tokens=ch(r, [4096, 8192, 16000, 32000]),
            request_temperature=ch(r, [0.6, 0.7, 1.0, 0.0, None]),
        )

    def _bans(self) -> None:
        r = self.w.r
        D = self.w.D * DAY
        self.ban = (
            [
                (t, 0.15 + 0.4 * r.random())
                for t in sorted(r.random() * D for _ in range(ch(r, [1, 2])))
            ]
            if (self.kind == "M34" or r.random() < 0.5) and self.kind != "M38"
            else []
        )
        self.share = {
            "naive": 1.0,
            "careful": 0.85 + 0.15 * r.random(),
            "adaptive": 0.08 + 0.42 * r.random(),
        }[self.care]
        if self.role == "mixed":
            self.share = min(self.share, 0.2 + 0.35 * r.random())
        if self.role == "reseller":
            self.share = 0.15 + 0.25 * r.random()
        if self.role == "relay":
            self.share = 1.0
        self.heavy_naive = self.care == "naive" and self.size <= 45 and r.random() < 0.6

    def _customers(self) -> None:
        w, r = self.w, self.w.r
        self.customers = (
            Mix(
                [
                    y
                    for _ in range(num(r, 20, 80))
                    for y in plain_works(
                        r,
                        w,
                        ch(
                            r,
                            [
                                "plain_chat",
                                "plain_student",
                                "plain_developer",
                                "plain_writer",
                                "ide_harness_user",
                                "small_program",
                            ],
                        ),
                    )
                ],
                1.2,
            )
            if self.role in ("mixed", "relay", "reseller")
            else None
        )
        if self.kind == "M28" or self.kind == "M41":
            tool = ch(r, w.tools_sys) if r.random() < 0.6 else None
            prod = "You are %s, the assistant made by %s." % (ch(r, PRODS), ch(r, FIRMS))
            for y in self.customers.w:
                if isinstance(y, Person) and r.random() < 0.6:
                    y.sys = (
                        tool
                        if tool and r.random() < 0.5
                        else prod
                        if self.care == "naive" or r.random() < 0.25
                        else None
                    )

    def _donors(self) -> None:
        self.typed = (
            [d for d in self.donors if d.p.path == "subscription"]
            if self.kind == "M36"
            else [d for d in self.donors if d.p.path[:5] == "cloud"]
            if self.kind == "M39"
            else [d for d in self.donors if d.p.path[:4] == "aggr"]
            if self.kind == "M40"
            else [d for d in self.donors if d.p.plan in ("education", "startup_credit", "research")]
            if self.kind == "M37"
            else [d for d in self.donors if d.p.created < -60]
            if self.kind == "M38"
            else self.donors
        )
        lo, hi = (2, 30) if self.care != "adaptive" else (2, 25)
        self.typed = [d for d in self.typed if lo <= d.p.rate <= hi] or self.donors
        self.nstand = int(self.size * min(0.5, sum(f for _, f in self.ban))) if self.ban else 0
        self.pool = []


def build(w: World, care: str) -> None:
    r = w.r
    donors = [
        a
        for a in w.accs
        if a.cls in PLAIN
        or a.cls in ("blog_template_stranger", "quiz_community", "open_source_tool_user")
    ]
    n = num(r, 8, 13)
    cap = max(40, min(300, int(w.N * 0.03) + 25))
    for kind in kinds(r, n):
        size = int(lognorm(r, 60, 0.9, 15, cap)) if kind != "M41" else num(r, 15, 30)
        crew = Crew(w, "camp_" + hexs(r, 8), kind, size, care, donors)
        for i in range(size):
            add_member(crew, i)
        w.queues.append(crew.q)
