"""Hostile operators: small companies that buy accounts, addresses and answers as cheaply as is safe."""

from __future__ import annotations

import math
from typing import Any

from ledgergen.dice import Dice
from ledgergen.nets import Egress
from ledgergen.people import Persona
from ledgergen.pipeline import KINDS, TALKED, Pipeline
from ledgergen.rhythm import DAY
from ledgergen.words import FREEMAIL, THROWAWAY
from ledgergen.world import ZONES, Account, World

Step = tuple[float, int, bool, list[float]]


NAIVE, CAREFUL, ADAPTIVE = "naive", "careful", "adaptive"
SHAPES = {
    NAIVE: ("always",),
    CAREFUL: ("spread", "office", "owl"),
    ADAPTIVE: ("spread", "office", "owl", "evening"),
}
PAUSES = {NAIVE: (4.0,), CAREFUL: (15.0, 30.0, 70.0), ADAPTIVE: (40.0, 75.0, 160.0)}
EXCITE = {NAIVE: 0.3, CAREFUL: 0.35, ADAPTIVE: 0.62}
MOODY = {NAIVE: 0.1, CAREFUL: 0.4, ADAPTIVE: 1.0}
TOGETHER = (*TALKED, "agent", "seats", "edit", "pivot")


class Company:
    """One operator with a method, a care level and a budget."""

    def __init__(self, world: World, kind: str, care: str, size: int, name: str) -> None:
        self.world, self.kind, self.care, self.size, self.name = world, kind, care, size, name
        rng = self.rng = Dice(world.token("", 12))
        self.pipe = Pipeline(world, kind, care)
        self.trick = self.pipe.trick
        end = world.days * DAY
        self.start = 0.0 if rng.random() < 0.5 else rng.uniform(0.05, 0.45) * end
        if self.trick == "pivot":
            self.start = min(self.start, world.release)
        self.stop = end if rng.random() < 0.7 else rng.uniform(0.7, 1.0) * end
        low, high = {"naive": (8, 30), "careful": (4, 16), "adaptive": (3, 14)}[care]
        self.rate = rng.uniform(low, high) * (rng.choice((1, 1, 1, 3)) if care == "naive" else 1)
        self.cover = {
            "naive": 0.0,
            "careful": rng.choice((0.0, 0.1, 0.25, 0.4)),
            "adaptive": rng.uniform(0.5, 0.92),
        }[care]
        self.cover_kind = rng.choice(("customers", "script", "script"))
        self.zones = rng.sample(ZONES, 1 if care == "naive" else rng.randint(1, 3))
        self.outage = rng.uniform(0.1, 0.9) * end
        self.outage_end = self.outage + rng.uniform(0.5, 5) * 3600
        self.forgets = rng.sample(
            ("cap", "temperature", "seed", "signup", "stack", "mail", "lots", "stream"),
            rng.choice((1, 2)) if care == "adaptive" else 3,
        )
        self.stacks = [
            world.clients.draw(rng, "lib")
            for _ in range({"naive": 1, "careful": 5, "adaptive": 9}[care])
        ]
        self.seed = rng.choice((0, 1, 7, 42, 1234, 2024))
        self.cap = rng.choice((None, 2048, 4096, 8192))
        self.temperature = rng.choice((0.0, 0.6, 0.7, 1.0))
        self.cards = [world.token("pm_", 16) for _ in range(max(1, size // 25))]
        self.devices = [world.token("", 16) for _ in range(max(1, size // 15))]
        self.proxies()
        self.members: list[Account] = []
        self.lots: list[int] = []

    def proxies(self) -> None:
        """Buy addresses; an exit node may stand in an honest home."""
        world, rng = self.world, self.rng
        number = max(6, int(self.size * rng.uniform(0.6, 3.5)))
        if self.care == "naive":
            first = world.nets.fresh(rng, "cloud")
            self.pool = [first] + [world.nets.near(rng, first) for _ in range(rng.randint(2, 14))]
            return
        homes = world.nets.homes
        self.pool = [
            rng.choice(homes) if homes and rng.random() < 0.12 else world.nets.fresh(rng, "home")
            for _ in range(number)
        ]
        carrier = rng.choice(world.nets.gateways)
        self.pool += rng.sample(carrier, max(1, min(len(carrier), number // 4)))

    def recruit(self, lot: int, created: float) -> Account:
        """Register or buy one account."""
        world, rng, care = self.world, self.rng, self.care
        naive = care == "naive"
        acct = world.account(
            None, firm=not naive and rng.random() < 0.18, zone=rng.choice(self.zones)
        )
        acct.campaign, acct.kind, acct.care = self.name, self.kind, care
        acct.role = self.role()
        acct.created = created
        if rng.random() < (0.85 if naive else 0.7):
            acct.plan = "api"
        world.dress(acct, "lib")
        if naive or ("stack" in self.forgets and rng.random() < 0.6) or care == "careful":
            acct.stacks = [rng.choice(self.stacks)]
        if naive:
            acct.card = rng.choice(self.cards) if rng.random() < 0.8 else None
            acct.device = rng.choice(self.devices) if rng.random() < 0.7 else None
            acct.email = rng.choice((*THROWAWAY[:3], *FREEMAIL[:4]))
        elif care == "careful" and acct.email in FREEMAIL and rng.random() < 0.2:
            acct.email = rng.choice(THROWAWAY)
        if "mail" in self.forgets and rng.random() < 0.6:
            acct.email = self.lot_mail[lot % len(self.lot_mail)]
        if "cap" in self.forgets or naive:
            acct.max_tokens = self.cap
        elif acct.max_tokens is not None and acct.max_tokens < 1000 and care == "careful":
            acct.max_tokens = rng.choice((1024, 2048, 4096))
        if "temperature" in self.forgets or naive:
            acct.temperature = self.temperature
        if "seed" in self.forgets and rng.random() < 0.3:
            acct.seed = self.seed
        if "stream" in self.forgets:
            acct.stream = False
        if naive or "signup" in self.forgets:
            acct.signup_ip = (
                rng.choice(self.pool[: 2 + len(self.pool) // 6]) if rng.random() < 0.7 else None
            )
        else:
            acct.signup_ip = rng.choice(
                (None, rng.choice(self.pool), world.nets.fresh(rng, "home"))
            )
        own = [rng.choice(self.pool) for _ in range(rng.randint(1, 3))]
        if (care == "careful" and rng.random() < 0.6) or naive:
            acct.egress = Egress(world.nets, rng, self.pool)
        else:
            acct.egress = Egress(world.nets, rng, own, lease=rng.choice((0.0, 2e5, 6e5)))
        self.access(acct)
        self.members.append(acct)
        self.lots.append(lot)
        return acct

    def role(self) -> str:
        if self.trick in TALKED:
            return "relay" if self.trick == "relay" else "reseller"
        if self.trick == "stolen" or (self.cover and self.cover_kind == "customers"):
            return "mixed"
        return "distiller"

    def access(self, acct: Account) -> None:
        """Apply the access path that defines some methods."""
        rng, world = self.rng, self.world
        if self.trick == "seats":
            acct.plan, acct.path, acct.keys = "subscription", "subscription", []
            if self.care != "naive" or rng.random() < 0.5:
                acct.stacks = [world.clients.draw(rng, rng.choice(("web", "harness")))]
        elif self.trick == "programme":
            acct.plan = rng.choice(("education", "startup_credit", "research"))
            acct.path, acct.declared = "api", rng.choice(("education", "research", None))
            if acct.plan == "education" and rng.random() < 0.7:
                acct.email = world.domain().split(".")[0] + ".edu"
        elif self.trick == "cloud":
            acct.plan, acct.path = "cloud", rng.choice(("cloud:aws", "cloud:gcp", "cloud:azure"))
            acct.logs_client = rng.random() < 0.4
        elif self.trick == "aggregator":
            acct.path = rng.choice(
                ("aggregator:openmix", "aggregator:openmix", "aggregator:routely")
            )
            acct.logs_client = rng.random() < 0.5
        elif self.trick == "pivot":
            acct.adopt = world.release + rng.uniform(0.2, 20) * 3600
            acct.model = "opal-3.5-large"
        elif self.trick == "older":
            acct.model = rng.choice(("opal-2-large", "opal-3-large"))
            acct.adopt = math.inf
        elif self.trick == "station" and rng.random() < 0.4:
            acct.declared = "reseller"
        elif self.trick in ("reason", "blocks", "edit"):
            acct.model, acct.adopt = "opal-3-reason", math.inf

    def hire(self) -> None:
        """Fill the roster in lots, each made by some seller on some days."""
        rng, care = self.rng, self.care
        self.lot_mail = [
            self.world.domain() if rng.random() < 0.6 else rng.choice(FREEMAIL) for _ in range(4)
        ]
        lot_size = {"naive": self.size, "careful": 14, "adaptive": 9}[care] * rng.uniform(0.7, 1.5)
        lot, left = 0, self.size
        while left > 0:
            if care == "naive":
                made = self.start - rng.uniform(0.02, 3) * DAY
            else:
                made = self.start - rng.wait(rng.choice((20, 45, 140))) * DAY - 3600
            width = (
                3000.0 if care == "naive" or "lots" in self.forgets else rng.uniform(0.5, 12) * DAY
            )
            for _ in range(min(left, max(3, round(lot_size)))):
                created = made - rng.wait(width)
                if care == "adaptive" and rng.random() < 0.3:
                    created = min(self.world.age(), self.start - 60)
                self.recruit(lot, min(created, self.start - 30))
                left -= 1
            lot += 1

    def attrition(self) -> list[tuple[int, float, float]]:
        """Ban some accounts; each may get a successor. Return index, first and last moment."""
        world, rng = self.world, self.rng
        share = {"naive": 0.3, "careful": 0.12, "adaptive": 0.05}[self.care]
        terms: list[tuple[int, float, float]] = []
        wave = rng.uniform(self.start, self.stop)
        for i in range(len(self.members)):
            ready = self.start + rng.wait(
                {"naive": 2000, "careful": 4e4, "adaptive": 9e4}[self.care]
            )
            if rng.random() >= share:
                terms.append((i, ready, self.stop))
                continue
            ban = (
                wave + rng.uniform(0, 5000)
                if rng.random() < 0.5
                else rng.uniform(self.start, self.stop)
            )
            ban = min(ban, world.days * DAY - 60)
            world.shut(self.members[i], ban)
            terms.append((i, ready, ban + rng.uniform(0, 4000)))
            if rng.random() < 0.75:
                begin = ban + rng.lognormal(9.2, 1.0)
                fresh = begin - (
                    rng.uniform(600, 9e4) if self.care == "naive" else rng.wait(20) * DAY + 3600
                )
                if begin < self.stop:
                    self.recruit(self.lots[i] + 1, fresh)
                    terms.append((len(self.members) - 1, begin, self.stop))
        return terms

    def schedule(self, terms: list[tuple[int, float, float]]) -> list[Step]:
        """Return the sessions of all accounts in order of time, attack or cover."""
        world, rng, care = self.world, self.rng, self.care
        long = self.trick in ("agent", "seats", "relay", "station", "pivot")
        steps: list[Step] = []
        for i, begin, end in terms:
            acct = self.members[i]
            rate = self.rate * (1 if care == "naive" else rng.lognormal(0, 0.5))
            shape = rng.choice(SHAPES[care])
            style = {"excite": 0.7 if long else EXCITE[care], "moody": MOODY[care]}
            style |= {"pause": rng.choice(PAUSES[care]), "start": begin, "stop": end}
            for session in world.plan(acct, rate, shape, **style):
                late = 0.0
                if self.outage <= session[0] < self.outage_end:
                    late = self.outage_end - session[0] + rng.wait(900)
                moments = [m + late for m in session if m + late < end]
                if moments:
                    steps.append((moments[0], i, rng.random() >= self.cover, moments))
        if self.trick == "bursts" and care != "adaptive":
            period = rng.uniform(2, 8) * 3600
            steps = [self._snap(s, period) for s in steps]
        steps.sort(key=lambda s: (s[0], s[1]))
        return steps

    def _snap(self, step: Step, period: float) -> Step:
        first, i, attack, moments = step
        shift = (first // period) * period + self.rng.uniform(0, 600) - first
        return first + shift, i, attack, [max(1.0, m + shift) for m in moments]

    def work(self) -> None:
        """Hire, plan and run the campaign."""
        world, rng, pipe = self.world, self.rng, self.pipe
        self.hire()
        steps = self.schedule(self.attrition())
        needed = sum(len(s[3]) for s in steps if s[2])
        if self.trick not in TALKED:
            pipe.draft(max(10, needed))
        tongue = rng.choice(("en", "en", pipe.tongues[-1]))
        few = [Persona(world, rng, tongue) for _ in range(12)]
        people = [
            [rng.choice(few)]
            if self.cover_kind == "script" and rng.random() < 0.4
            else [Persona(world, rng, a.tongue) for _ in range(rng.choice((1, 1, 3)))]
            for a in self.members
        ]
        takeover = {i: rng.uniform(0.1, 0.6) * world.days * DAY for i in range(len(self.members))}
        for first, i, wanted, moments in steps:
            acct = self.members[i]
            attack = wanted and not (self.trick == "stolen" and first < takeover[i])
            chat: dict[str, Any] = {}
            asker = pipe.attack(self.lots[i]) if attack else rng.choice(people[i]).ask
            if not attack and self.cover_kind == "script" and rng.random() < 0.5:
                chat["model"] = "opal-3-mini"
            alone = attack and self.trick not in TOGETHER
            for turn, moment in enumerate(moments):
                if alone and turn and rng.random() < 0.8 and "ip" in chat:
                    # for most programmes a new item is a new conversation
                    chat = {k: chat[k] for k in ("ip", "stack", "key")} | {"past": [], "turn": 0}
                    chat["id"] = world.token("conv_", 14) if acct.conversations else None
                issued = world.send(acct, moment, asker(chat, turn), chat, attack=attack)
                pipe.blocks += issued if attack else []


def infest(world: World, care: str, honest: int) -> None:
    """Run eight to twelve campaigns; the methods of successive seeds cover the catalogue."""
    rng = Dice(f"{world.seed}:operators")
    order = sorted(KINDS)
    Dice("methods").shuffle(order)
    number = rng.randint(8, 12)
    largest = min(300.0, 30 + honest * 0.06)
    for i in range(number):
        kind = order[(world.seed * 11 + i) % len(order)]
        size = round(15 * (largest / 15) ** (rng.random() ** 1.3))
        Company(world, kind, care, size, f"op-{world.seed}-{i + 1:02d}").work()
