"""Campaigns: a scheduler hands a queue of work items to a pool of accounts.

Template versions come in batches; pools are banned and replaced. Care decides how well it is hidden.
"""

import numpy as np

from .attacks import Attacks
from .basics import DAY, HOUR
from .languages import LANGS
from .methods import ACCESS, PAYLOADS, M
from .programmes import ITEM_OF, TOOLS
from .relays import Relays
from .templates import Template
from .vocabulary import DOMS
from .world import World


class Campaign(Relays, Attacks):
    """One operation: its aim, its pool, its templates and the order it works in."""

    def __init__(self, w: World, kind: str, cid: str) -> None:
        r = w.r
        self.w, self.kind, self.cid, self.care = w, kind, cid, w.care
        self.method = (
            M[kind]
            if kind in M
            else (M["M28"] if kind in ("M35", "M41") else M[r.choice(PAYLOADS)])
        )
        self.payload = self.method if kind not in ("M35", "M41") else M[r.choice(PAYLOADS)]
        self.level = {"naive": 0, "careful": 1, "adaptive": 2}[w.care]
        cap = 300 if w.n >= 4000 else max(40, w.n // 12)
        self.size = int(np.exp(r.uniform(np.log(15), np.log(cap))))
        self.rate = (
            np.exp(r.uniform(np.log(4), np.log(30)))
            if w.care != "adaptive"
            else np.exp(r.uniform(np.log(2), np.log(24)))
        )
        if w.care == "naive" and r.random() < 0.3:
            self.size, self.rate = min(self.size, 40), r.uniform(100, 160)
        self.role = (
            "relay"
            if kind == "M28"
            else "reseller"
            if kind in ("M35", "M41") or (kind == "M40" and r.random() < 0.4)
            else "mixed"
            if r.random() < 0.25
            else "distiller"
        )
        self.start = w.t0 + (int(r.uniform(0.1, 0.6) * w.days * DAY) if r.random() < 0.35 else -DAY)
        self.stop = w.t1 if r.random() < 0.8 else w.t0 + int(r.uniform(0.6, 0.95) * w.days * DAY)
        self.tzs = [r.choice([-8, -5, 0, 1, 3, 5.5, 8, 9]) for _ in range(r.choice([1, 1, 2, 3]))]
        genre = r.choice(self.payload.genres.split())
        self.dom = (
            r.choice((self.payload.dom or " ".join(DOMS)).split())
            if self.payload.dom or r.random() < 0.5
            else None
        )
        self.lang = r.choice(["en", "en", *LANGS])
        self.genre = genre
        self.item_kind = self.payload.item or ITEM_OF[genre]
        place = "system" if genre in ("agent", "vendor", "toolsys", "usersim", "screen") else None
        first = Template(r, genre, self.dom, self.lang, place)
        self.step = r.choice([1, 2, 3, 99])  # days per template batch
        self.batches = []
        for _ in range(w.days // min(self.step, w.days) + 2):
            self.batches.append(
                [first]
                if w.care == "naive"
                else [first]
                + [
                    first.version(r)
                    if w.care == "careful"
                    else (
                        first.version(r)
                        if r.random() < 0.5
                        else Template(r, genre, self.dom, self.lang, place)
                    )
                    for _ in range(r.randint(2, 6))
                ]
            )
            first = first.version(r)
        self.vendor = Template(r, "vendor", place="system")
        self.tools = [
            r.sample([x for kit in TOOLS for x in kit], r.randint(3, 7)) for _ in range(60)
        ]
        self.model = r.choice(
            ["orion-4.2", "orion-4.2", "orion-4.2-think", "orion-4", "orion-4.2-mini"]
        )
        self.leak = r.choice([TOOLS[6], TOOLS[8]])  # the tool of M08
        self.conv = r.random() < 0.35  # whether requests carry a session id
        self.pool = []
        self.identities()

    def run(self) -> None:
        w = self.w
        if self.method.mode == "relay":
            self.relay()
        t, A, C, U = self.slots()
        if self.kind in ("M35", "M41"):  # resellers keep part of the queue small
            k = (w.g.random(len(t)) < 0.3) | (
                np.unique(A, return_index=True)[1][:, None] == np.arange(len(t))
            ).any(0)
            t, A, C, U = t[k], A[k], C[k], U[k]
        if self.method.mode != "relay" or self.kind in ("M35", "M41"):
            self.attack(t, A, C, U)
        idle = [j for j, a in enumerate(self.pool) if not a.attacks]  # every member does some work
        if idle:
            A = np.repeat(idle, 3)
            hi = np.array([min(self.stop, w.t1, self.pool[j].end or w.t1) for j in A])
            lo = np.minimum(
                np.array([max(w.t0, self.pool[j].begin, self.pool[j].created) for j in A]),
                hi - HOUR,
            )
            t = (lo + w.g.random(len(A)) * (hi - lo)).astype(np.int64)
            o = np.argsort(t, kind="stable")
            self.attack(t[o], A[o], np.full(len(A), -1), np.zeros(len(A), int))
        self.cover()


def build(w: World) -> None:
    r = w.r
    n = r.randint(8, 12)
    methods = r.sample(sorted(M), max(5, n - 3))
    kinds = methods + r.sample(ACCESS, n - len(methods))
    for kind in kinds:
        Campaign(w, kind, "camp_" + w.hex(8)).run()
