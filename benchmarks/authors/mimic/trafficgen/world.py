"""The world of one run: clock, models, outages and the pools everybody draws from."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from .clients import Clients
from .draws import DAY, Random, ch, num
from .mailboxes import DW
from .networks import Nets
from .profiles import TZ
from .texts import load_texts


class World:
    """Everything that exists once in a run."""

    def __init__(self, seed: int, D: int, N: int, texts: str | None) -> None:
        r = self.r = Random(seed * 7919 + 17)
        self.nr = np.random.default_rng(seed * 31 + 5)
        self.D, self.N = D, N
        enrich = Path(texts).absolute().parent / "enrich" if texts else None
        self.nets = Nets(r, enrich)
        self.clients = Clients(r, enrich)
        self.pub = load_texts(texts, r)
        self.epoch = 1767225600 + num(r, 5, 300) * 86400
        self.dow = (self.epoch // 86400 + 3) % 7
        self.models = [
            "nova-3-pro",
            "nova-3-mini",
            "nova-3-reason",
            "nova-2-pro",
            "nova-2-mini",
            "nova-3-max",
        ]
        self.mw = [30, 25, 14, 12, 8, 11]
        self.new = "nova-4-pro"
        self.t_rel = (0.15 + 0.6 * r.random()) * D * DAY
        self.t_lib = (0.1 + 0.7 * r.random()) * D * DAY
        self.t_hard = (0.2 + 0.6 * r.random()) * D * DAY
        self.outages = [
            (
                (0.05 + 0.9 * r.random()) * D * DAY,
                (0.5 + 2.5 * r.random()) * 3600,
                r.choice(["all", "api", "subscription", "nova-3-pro"]),
            )
            for _ in range(1 + int(D / 5))
        ]
        self.holiday = num(r, 0, D) if r.random() < 0.6 else -1
        self.holtz = ch(r, TZ)
        self.cgnat = [
            [self.nets.ip(r, "mobile", a) for _ in range(num(r, 3, 12))]
            for a in (ch(r, self.nets.k["mobile"]) for _ in range(max(6, N // 250)))
        ]
        self.vpnx = [self.nets.ip(r, "vpn") for _ in range(max(20, N // 40))]
        self.homes = []
        self.proxy = [self.nets.ip(r, "home") for _ in range(max(150, N // 4))]
        self.edu = [
            "%s.%s"
            % (
                ch(r, DW) + ch(r, ["-university", "-college", "-tech", "uni"]),
                ch(r, ["edu", "ac.uk", "edu.au", "de", "edu.cn"]),
            )
            for _ in range(60)
        ]
        f = enrich / "disposable_email_domains.parquet" if enrich else None
        if f and f.exists():
            import pyarrow.parquet as pq

            al = pq.read_table(f, columns=["domain"])["domain"].to_pylist()
            self.disp = [al[i] for i in sorted(r.sample(range(len(al)), 400))]
        else:
            self.disp = ["throw%d.test" % i for i in range(200)]
        self.dispset = set(self.disp)
        self.spikes = [-num(r, 1, 500) for _ in range(7)] + [
            num(r, 0, D)
        ]  # launch days on which thousands signed up
        self.accs, self.queues, self.heavy, self.wave = [], [], 0.0, None

    def created(self, r: Random) -> float:
        """Sign-up time in days from world start, negative = before."""
        u = r.random()
        if u < 0.16:
            return ch(r, self.spikes) + r.random()
        if u < 0.24:
            return r.random() * self.D
        return -r.expovariate(1 / 190.0) if r.random() < 0.75 else -r.random() * 1000
