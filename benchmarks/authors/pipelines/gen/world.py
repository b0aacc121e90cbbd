"""The provider's world: models, networks, clients, accounts, rhythms and the log."""

import os
from pathlib import Path

import numpy as np

from .basics import DAY, Plain, Rand
from .exchanges import Exchanges
from .identities import Identities
from .public import Public
from .rhythms import Rhythms
from .templates import Template


class World(Identities, Rhythms, Exchanges):
    """Everything of one run: its accounts, its clock, its networks and its log."""

    tools_harness: list[Template]  # system prompts of the coding tools in common use

    def __init__(self, seed: int, honest: int, days: int, care: str, out: str, texts: str) -> None:
        self.seed, self.n, self.days, self.care, self.out = seed, honest, days, care, out
        self.r = Rand(f"world-{seed}-{care}")
        self.g = np.random.default_rng([seed, 77, {"naive": 0, "careful": 1, "adaptive": 2}[care]])
        base = np.datetime64("2026-09-07T00:00:00", "us").astype(np.int64)
        self.t0 = int(base) + self.r.randrange(70) * DAY
        self.t1 = self.t0 + days * DAY
        self.weekday0 = int((self.t0 // DAY + 3) % 7)
        self.release = self.t0 + int((0.25 + 0.5 * self.r.random()) * days * DAY)
        self.pub = Public(texts, Plain(f"pub-{seed}"))
        self.accounts, self.events = [], []
        self.cols, self.days_parts, self.nbuf = {}, {}, 0
        self.rows = 0
        # normpath rather than resolve: a link to the texts keeps its own neighbours
        here = Path(os.path.normpath(Path.cwd() / texts.rstrip("/")))
        self.fill_networks(here.parent / "enrich" if texts else None)
        self.fill_clients()
