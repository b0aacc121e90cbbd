"""The world: its span, what it draws from, its accounts and their events."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from . import accounts, emission, words, writer
from .accounts import Account, Stream
from .clients import Clients, Mail, Models
from .clock import DAY
from .dice import Random
from .network import Net
from .texts import Texts
from .wording import Template
from .work import Work


class World:
    """Everything one run knows."""

    def __init__(self, seed: int, days: int, texts: str | None) -> None:
        pa.set_cpu_count(1)
        self.R = R = Random(seed * 7919 + 11)
        self.G = np.random.default_rng(seed + 1000003)
        self.days = days
        self.t0 = 1767225600 + (seed * 37 % 300) * DAY
        self.t1 = self.t0 + days * DAY
        enrich = Path(texts).absolute().parent / "enrich" if texts else None
        self.net, self.cl, self.models, self.mail = (
            Net(R, enrich),
            Clients(enrich),
            Models(R, self.t0, days),
            Mail(R, enrich, words.SYL),
        )
        self.tx = Texts(R, texts)
        self.accounts: list[Account] = []
        self.events: list[tuple[str, str, int]] = []
        self.rows: list[tuple[Any, ...]] = []
        self.chunks: dict[int, list[pa.Table]] = {}
        self.commons: list[tuple[str, Template]] = []
        self.clouds = ["cloud:stratus", "cloud:cumulo", "cloud:nimbus"]

    def hex(self, n: int, pre: str = "") -> str:
        return f"{pre}{self.R.getrandbits(4 * n):0{n}x}"

    def add(
        self,
        a: Account,
        work: Work,
        rate: float,
        t0: float | None = None,
        t1: float | None = None,
        **k: Any,
    ) -> Account:
        a.streams.append(
            Stream(
                work,
                rate,
                max(t0 if t0 is not None else self.t0, self.t0),
                t1 if t1 is not None else self.t1,
                **k,
            )
        )
        return a

    def event(self, a: Account, name: str, t: float) -> None:
        if self.t0 - 400 * DAY < t < self.t1:
            self.events.append((a.id, name, int(t)))

    def account(self, persona: str, look: str | None = None, **over: Any) -> Account:
        """A new account; `over` replaces single fields (never their format)."""
        return accounts.account(self, persona, look, **over)

    def emit_all(self) -> None:
        """Turn all streams into exchanges."""
        emission.emit_all(self)

    def write(self, out: str) -> tuple[int, int]:
        """Write the six tables; returns how many exchanges and accounts there are."""
        return writer.write(self, out)
