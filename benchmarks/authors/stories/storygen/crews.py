"""Crew stories: who harvests, with which pool of accounts, on which deadline, and what happens after bans.

A crew owns wordings, languages, a focus and a pool. `care` decides how identities, egress, words and tempo look:
naive   one operator, one script: common cards, devices and egress; verbatim template; bursts; own max_tokens
careful aged accounts from a market, homes of strangers as exits, slots and jitter, day and night
adaptive as careful, words rewritten each time, clients and parameters like anybody's, 50-95 % cover, thin rates
"""

import math

from .accounts import DISPOSABLE, Account, Content, Exchange
from .asks import chat, role, templ
from .clients import Client
from .crew_plan import ACCESS, AGENTIC, KINDS, CrewPlan
from .draws import pick
from .grammar import DOMS
from .tables import DAY
from .workloads import coding, enduser
from .world import World


class Crew(CrewPlan):
    """One crew: its pool of identities and its week."""

    def recruit(self, n: int, born: tuple[float, float] | None = None) -> list[Account]:
        """Recruit n accounts for the pool; born: (from, to) in seconds for replacements, else from before."""
        w, r, care = self.w, self.w.r, self.care
        out = []
        for _ in range(n):
            if born:
                created = r.uniform(*born)
            elif care == "naive":
                created = pick(r, self.batch) + abs(r.gauss(0, 1)) * 4000
            elif r.random() < 0.35:
                created = pick(r, self.batch) + r.gauss(0, 3) * DAY
            else:
                created = None  # bought on a market: any age
            created = created if created is None else min(created, 0.95 * w.span)
            cl = (
                pick(r, self.clients)
                if care != "adaptive" or (self.flavour == "pasters" and r.random() < 0.5)
                else Client(r, "web" if self.flavour == "pasters" else None)
            )
            if self.flavour == "farm" and r.random() < 0.4:
                cl = Client(r, "web")  # some identities are worked in anti-detect browsers
            plan, path = None, None
            if self.kind == "M36":
                plan, path = "subscription", "subscription"
            if self.kind == "M37":
                plan = r.choices(("education", "startup_credit", "research"), (4, 3, 2))[0]
            if self.kind == "M39":
                plan, path = "cloud", "cloud:" + pick(r, ("nimbus", "stratos"))
            if self.kind == "M40":
                path = "aggregator:" + pick(r, ("routehub", "openlane", "manyllm"))
            if cl.kind != "web" and plan is None and r.random() < 0.6:
                plan = pick(r, ("api", "api", "free_trial"))
            if self.kind == "M31":
                path = path or "api"
            a = w.person(
                "", plan, cl, path, created=created, net="home" if care != "naive" else "dc"
            )
            if care == "naive":
                if r.random() < 0.75:
                    a.pay = pick(r, self.cards)
                if r.random() < 0.7:
                    a.device = pick(r, self.devices)
                a.ips = r.sample(self.exits, min(3, len(self.exits)))
                a.sip = pick(r, self.exits)[0] if r.random() < 0.6 else a.sip
                a.rot = False
                if r.random() < 0.6:
                    a.email = pick(r, self.domains)
            else:
                if cl not in a.clients:
                    a.clients = [cl]
                if r.random() < (0.45 if care == "careful" else 0.1):
                    a.rot = "res"  # a fresh exit each time; the others are sticky
                elif r.random() < 0.5:
                    a.ips = [w.addr("home", a.ips[0][1]) for _ in range(1 + int(r.random() * 3))]
                if r.random() < 0.07:
                    a.verif = "business"
                if r.random() < 0.22:
                    a.email = pick(r, self.domains)
                elif r.random() < 0.03:
                    a.email = pick(r, DISPOSABLE)
                if r.random() < 0.03:
                    a.pay = pick(r, self.cards)
            if self.kind == "M41" and r.random() < 0.7:
                a.declared = "reseller"
            if self.kind == "M41":
                self.org = self.org or "org_" + w.hex(12)
                a.org = self.org
            a.hostile, a.campaign, a.kind, a.care, a.role = (
                True,
                self.name,
                self.kind,
                care,
                self.role,
            )
            out.append(a)
        return out

    def play(self, a: Account, content: Content, rate: float, frm: float, to: float) -> None:
        """Harvest with one account between two moments."""
        w, r = self.w, self.w.r
        keep = a.live
        a.live = (max(a.live[0], frm, a.created + 600), min(a.live[1], to))
        grow = 0.15 if self.deadline else 0.0
        if self.base in AGENTIC:
            steps = 3 if self.base == "M28" else 6
            w.agent(
                a,
                content,
                max(0.6, rate / steps),
                "flat" if self.care == "naive" else "diurnal",
                attack=True,
                steps=steps,
                grow=grow,
            )
        elif (
            self.flavour == "pasters"
            or self.base in ("M07", "M09")
            or (self.care == "adaptive" and r.random() < 0.45)
        ):
            w.human(
                a,
                content,
                rate,
                attack=True,
                length=5 if self.care != "naive" else 25,
                gap=60 if self.care != "naive" else 8,
                grow=grow,
            )
        else:
            w.machine(
                a,
                content,
                rate,
                pick(r, ("burst", "cron", "flat", "burst"))
                if self.care == "naive"
                else "diurnal"
                if r.random() < 0.7
                else "burst",
                attack=True,
                grow=grow,
            )
        a.live = keep

    def cover_story(self, a: Account, rate: float) -> None:
        """Unrelated traffic: a rented identity's own life, or customers."""
        w, r = self.w, self.w.r
        d = pick(r, DOMS)
        c = pick(
            r,
            (
                [(1, chat(w, d))],
                [(1, chat(w))],
                [
                    (2, chat(w, d)),
                    (
                        1,
                        templ(
                            w, pick(r, ("summ", "market", "reply", "tutor")), "free", d, insys=False
                        ),
                    ),
                ],
                [(1, chat(w, "code")), (1, coding(w))],
            ),
        )
        if a.clients[0].kind == "api" and r.random() < 0.5:
            w.machine(
                a,
                templ(
                    w,
                    pick(r, ("extract", "summ", "label", "reply", "market", "review")),
                    "verbatim",
                    d,
                ),
                rate,
                attack=None,
            )
        else:
            w.human(a, c, rate, attack=None)

    def run(self) -> None:
        w, r = self.w, self.w.r
        ban = (
            r.uniform(0.3, 0.75) * w.span
            if r.random() < 0.45 or self.kind in ("M34", "M44")
            else None
        )
        share = r.uniform(0.2, 0.7) if ban and self.kind != "M44" else 0.12
        n0 = self.size if not ban or self.kind == "M44" else max(8, int(self.size / (1 + share)))
        first = self.recruit(n0)
        victims = first if not ban else r.sample(first, int(share * len(first)))
        for a in first:
            rt = self.rate * r.lognormvariate(0, 0.35)
            s = self.start + r.random() * 0.5 * DAY
            self.one(
                a,
                rt,
                s,
                w.span if not ban or a not in victims else ban + r.random() * 0.25 * DAY,
                ban,
            )
            if ban and a in victims:
                w.event(
                    a,
                    pick(r, ("suspended", "suspended", "limited", "closed"))
                    if r.random() < 0.2
                    else "suspended",
                    ban + r.random() * 0.3 * DAY,
                )
        left = self.size - n0
        if ban and left > 0:  # the second pool steps in within hours
            delay = r.uniform(0.05, 1.2) * DAY
            for a in self.recruit(
                left, (ban - (0.2 if r.random() < 0.5 else 4) * DAY, ban + delay)
            ):
                self.one(
                    a, self.rate * r.lognormvariate(0, 0.35), ban + r.random() * delay, w.span, None
                )

    def one(self, a: Account, rate: float, frm: float, to: float, ban: float | None) -> None:
        w, r = self.w, self.w.r
        total = rate
        if self.care == "adaptive":
            total = max(2.0, min(25.0, rate))
            rate = max(1.2, total * (1 - self.cover))
        if self.role == "reseller":
            share = r.uniform(0.1, 0.5)
            cust = [
                (3, enduser(w, "Nova", ["en", "zh", "es", "ru", "en"])),
                (1, chat(w, "code")),
                (1, role(w, None)),
                (1, templ(w, "loc", "free", kind="para")),
            ]
            w.agent(a, cust, max(0.5, total * (1 - share) / 3), "diurnal", attack=None, steps=3)
            rate = max(0.8, total * share)
        elif self.kind == "M38":  # the owner lives on while the key works for somebody else
            a.created = min(a.created, -20 * DAY)
            w.human(a, chat(w), 5, attack=None)
            own = (a.clients, a.ips, a.rot)
            a.clients, a.ips, a.rot = (
                [pick(r, self.clients)],
                r.sample(self.exits, 2),
                "res" if self.care != "naive" else False,
            )
            self.play(a, self.content, rate, frm, to)
            a.clients, a.ips, a.rot = own
            return
        elif self.cover and r.random() < 0.93:
            self.cover_story(a, min(22, max(1.5, rate * self.cover / (1 - self.cover))))
        if self.kind == "M44" and ban:  # after hardening the same job moves to the older model
            self.play(a, self.content, rate, frm, ban)

            def old(w: World, a: Account, t: int, c: Client) -> Exchange:
                return dict(w.choose(self.content)(w, a, t, c), m="old")

            self.play(a, old, rate, ban, to)
        else:
            self.play(a, self.content, rate, frm, to)


def everybody(w: World, n_honest: int, care: str) -> None:
    r = w.r
    k = 8 + int(r.random() * 5)
    hi = min(300, 20 + 0.05 * n_honest)
    content = [x for x in KINDS if x not in ACCESS]
    for i, kind in enumerate(r.sample(content, k - 3) + r.sample(ACCESS, 3)):
        size = int(math.exp(r.uniform(math.log(18), math.log(max(20, hi)))))
        Crew(w, f"crew-{i + 1:02d}", kind, care, size).run()
