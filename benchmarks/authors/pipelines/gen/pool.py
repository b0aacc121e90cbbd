"""The accounts of a campaign: how they are made, how they are linked, banned and replaced."""

import numpy as np

from .basics import DAY, HOUR, SEC
from .identities import DISP, FREE
from .methods import Method
from .shapes import Account
from .templates import Template
from .world import World


class Pool:
    """The accounts of a campaign and what its parts have in common."""

    w: World
    kind: str
    cid: str
    care: str
    method: Method
    payload: Method
    level: int
    size: int
    rate: float
    role: str
    start: int
    stop: int
    tb: int
    tzs: list[float]
    dom: str | None
    lang: str
    genre: str
    item_kind: str
    step: int
    batches: list[list[Template]]
    vendor: Template
    tools: list[list[str]]
    model: str
    leak: list[str]
    conv: bool
    pool: list[Account]

    def identities(self) -> None:
        w, r, n = self.w, self.w.r, self.size
        common = dict(
            hostile=True, campaign=self.cid, kind=self.kind, care=self.care, role=self.role
        )
        if self.kind == "M36":
            common["plan"] = "subscription"
        elif self.kind == "M37":
            common["plan"] = r.choice(["education", "startup_credit", "research"])
        elif self.kind == "M39":
            common.update(plan="cloud", path="cloud:" + r.choice(["aurora", "cirrus"]))
        elif self.kind == "M40":
            common["path"] = "aggregator:" + r.choice(["routehub", "modelmix"])
        elif self.kind == "M41":
            common["path"] = "partner:deskly" if r.random() < 0.5 else "api"
        banned = r.random() < 0.32
        ratio = r.uniform(0.3, 0.6) if banned else 0
        self.tb = int(
            max(self.start, w.t0) + r.uniform(0.25, 0.7) * (self.stop - max(self.start, w.t0))
        )
        naive, careful = self.care == "naive", self.care == "careful"
        cards, devs = (
            ["pm_" + w.hex() for _ in range(max(2, n // r.randint(5, 15)))],
            ["dv_" + w.hex() for _ in range(max(2, n // r.randint(6, 20)))],
        )
        mails = (
            [
                r.choice([r.choice(DISP), w.company(), "gmail.com", "outlook.com"])
                for _ in range(r.choice([1, 2, 3]))
            ]
            if naive
            else [
                r.choice(
                    [
                        r.choice(DISP),
                        w.company(),
                        w.company(),
                        r.choice(FREE),
                        r.choice(FREE),
                        r.choice(FREE),
                    ]
                )
                for _ in range(r.randint(8, 25))
            ]
        )
        eg = [
            w.ip(r.choice(["dc", "dc", "vpn", "res"])) for _ in range(max(2, n // r.randint(8, 25)))
        ]
        cl = [
            w.client("py py node other frame")
            for _ in range(r.choice([1, 1, 2]) if naive else r.randint(3, 6))
        ]
        birth = (
            self.start - int(r.uniform(0.2, 25) * DAY)
            if self.start > w.t0
            else w.t0 - int(r.uniform(0.5, 60) * DAY)
        )
        share = {
            k: r.random() < p
            for k, p in dict(pay=0.8, dev=0.75, mail=0.9, eg=0.85, cl=0.95, born=0.85).items()
        }
        for i in range(n):
            kw = dict(common)
            successor = i >= n * (1 - ratio)
            if naive:
                if share["pay"] and r.random() < 0.9:
                    kw["pay"] = r.choice(cards)
                if share["dev"] and r.random() < 0.9:
                    kw["dev"] = r.choice(devs)
                if share["mail"]:
                    kw["email"] = r.choice(mails)
                if share["eg"]:
                    kw["ips"] = w.sticky(r.sample(eg, min(len(eg), r.choice([1, 2, 3]))))
                if share["cl"]:
                    kw["client"] = r.choice(cl)
                if share["born"]:
                    kw["created"] = birth + int(r.expovariate(1 / 4) * HOUR)
                if share["born"] and r.random() < 0.4 and share["eg"]:
                    kw["sip"] = r.choice(eg)
                kw["model"] = self.model
            elif careful:
                if r.random() < 0.7:
                    kw["email"] = r.choice(mails)
                kw["ips"] = (
                    w.rotating(r.choice([4, 12, 24, 48]))
                    if r.random() < 0.7
                    else w.sticky(["res"] * r.choice([1, 2]))
                )
                kw["client"] = r.choice(cl)
                if r.random() < 0.7:
                    kw["created"] = min(self.start, w.t0 + DAY) - int(
                        (3 + r.expovariate(1 / 45)) * DAY
                    )
                kw["model"] = (
                    self.model if r.random() < 0.8 else r.choice(["orion-4.2", "orion-4.2-think"])
                )
            else:
                kw["ips"] = w.person_ips() if r.random() < 0.75 else w.server_ips()
                if r.random() < 0.6:
                    kw["model"] = self.model
            if successor:
                kw["created"] = (
                    self.tb + int(r.uniform(0.2, 20) * HOUR)
                    if naive or r.random() < 0.25
                    else kw.get("created")
                )
            if kw.get("created") is None:
                kw.pop("created", None)
            a = w.account(**kw)
            if not successor and a.created > max(self.start, w.t0) + DAY * 0.5:
                a.created = int(max(self.start, w.t0) - r.expovariate(1 / 40) * DAY)
            a.begin = max(self.start, a.created + int(r.expovariate(1) * 8 * HOUR))
            if successor:
                a.begin = max(self.tb + int(r.uniform(1, 40) * HOUR), a.created + 1800 * SEC)
                if a.created > self.tb + 3 * DAY or a.created > w.t1 - 6 * HOUR:
                    a.created = min(a.created, self.tb - int(r.random() * 40 * DAY))
                    a.begin = max(self.tb + int(r.uniform(1, 40) * HOUR), a.created)
            a.begin = int(max(w.t0, min(a.begin, min(self.stop, w.t1) - 5 * HOUR)))
            a.created = min(a.created, a.begin)
            if successor:
                pass
            elif banned and r.random() < 0.65:
                a.end = int(max(self.tb, a.begin + 3 * HOUR) + r.expovariate(1 / 4) * HOUR)
                w.event(a, "suspended", a.end)
            elif r.random() < 0.06:
                w.event(
                    a,
                    r.choice(["verified", "verified", "limited", "reinstated"]),
                    w.t0 + int(r.random() * w.days * DAY),
                )
            if a.end is None and r.random() < 0.03:
                a.end = int(a.begin + 3 * HOUR + r.random() * (w.t1 - a.begin))
                w.event(a, r.choice(["suspended", "closed"]), a.end)
            a.quota = max(1.2, self.rate * np.exp(r.gauss(0, 0.15 if naive else 0.45)))
            if self.kind == "M43":
                a.adopts = int(w.release + r.random() * DAY) if r.random() < 0.55 else None
            self.pool.append(a)
        if naive and self.kind != "M43" and r.random() < 0.6:
            when = int(w.release + r.random() * 2 * DAY) if r.random() < 0.5 else None
            for a in self.pool:
                a.adopts = when
