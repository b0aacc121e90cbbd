"""How a workload calls the API, and what an account is."""

from dataclasses import dataclass, field, replace

from .basics import Addresses, Client, Rand


@dataclass
class Shape:
    """How a workload calls the API. Tuples are choices per request unless said otherwise."""

    genre: str = "chat"
    model: str | None = None
    temp: tuple = (None,)
    top_p: tuple = (None,)
    maxtok: tuple = (None,)
    choices: tuple = (None,)
    seed: tuple = (None,)
    logprobs: int | None = None
    bias: int | None = None
    stream: float = 0.5
    fmt: str | None = None
    tools: list[str] | None = None
    toolp: float = 0.0
    images: tuple = (0,)
    out: tuple = (220, 0.8)
    think: float = 0.3
    refuse: float = 0.006
    cache: float = 0.4
    op: str = "chat"
    err: float = 0.012

    def settle(self, r: Rand) -> "Shape":
        """A program's own settings: one choice of each tuple kept for good."""

        def one(t: tuple) -> tuple:
            return (r.choice(t),)

        return replace(
            self,
            temp=one(self.temp),
            top_p=one(self.top_p),
            maxtok=one(self.maxtok),
            choices=one(self.choices),
            seed=one(self.seed),
            stream=float(r.random() < self.stream),
            think=1.0 if r.random() < self.think else 0.0,
        )


@dataclass
class Account:
    """One account: who it says it is, how it connects, and what is truly behind it."""

    id: str
    org: str
    plan: str
    email: str
    pay: str | None
    dev: str | None
    sip: str
    created: int
    verification: str
    use: str | None
    auth: bool
    path: str
    model: str
    client: Client
    keys: list[str]
    ips: Addresses
    tz: float
    lang: str
    look: str | None = None
    hostile: bool = False
    campaign: str | None = None
    kind: str | None = None
    care: str | None = None
    role: str | None = None
    end: int | None = None
    adopts: int | None = None  # when it moves to the new model
    # a second client: another device, or an upgraded library from `switch` on
    alt: Client | None = None
    switch: int | None = None
    attacks: int = 0
    sessions: bool = False  # sends a session id with single requests
    blocks: list[tuple[int, str]] = field(default_factory=list)
    # set for members of campaigns only: first moment of work, requests a day, share of cover, what replays are left
    begin: int = 0
    quota: float = 0
    cover: float = 0
    rest: list[tuple] = field(default_factory=list)
