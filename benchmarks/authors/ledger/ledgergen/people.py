"""Ordinary life: what a person or a small firm asks, and how a plan of sessions is sent."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from ledgergen.dice import Dice
from ledgergen.jobs import Ask, make, talk, toolset
from ledgergen.rhythm import DAY, job_run
from ledgergen.texts import question
from ledgergen.voice import Voice
from ledgergen.words import DOMAINS
from ledgergen.world import Account, World

Asker = Callable[[dict[str, Any], int], Ask]
DOMAIN_NAMES = tuple(DOMAINS)
LIKED = ("home", "home", "writing", "writing", "code", "code", "math", "health", *DOMAIN_NAMES)


class Persona:
    """A person with a few lasting interests."""

    def __init__(self, world: World, rng: Dice, tongue: str = "en") -> None:
        self.world = world
        self.rng = rng
        self.tongue = tongue
        self.domains = rng.sample(LIKED, rng.choice((1, 2, 2, 3)))
        self.topics = {d: rng.sample(DOMAINS[d][0], 3) for d in self.domains}

    def ask(self, chat: dict[str, Any], turn: int) -> Ask:
        rng = self.rng
        if "domain" not in chat:
            chat["domain"] = rng.choice(self.domains)
            chat["topic"] = rng.choice(self.topics[chat["domain"]])
        tongue = self.tongue if rng.random() < 0.8 else "en"
        return talk(rng, self.world.texts, chat["domain"], tongue, chat["topic"], turn)


def subject(world: World, rng: Dice, job: str, domain: str, tongue: str = "en") -> str:
    """Return the seed text on which a job works: from a public set or made for the occasion."""
    draw = rng.random()
    if job in ("benchmark", "rubric_grade", "pairwise", "rebuild_reasoning") and draw < 0.35:
        return world.texts.public(rng, "bench", domain)
    if job in ("evolve_instruction", "inline_reasoning", "expert") and draw < 0.2:
        return world.texts.public(rng, "seed", domain)
    if job == "tool_call" and draw < 0.6:
        return world.texts.public(rng, "tool", domain)
    if job == "agent_step" and draw < 0.2:
        return world.texts.public(rng, "agent", domain)
    if job == "assist" and draw < 0.5:
        return world.texts.public(rng, "support", domain)
    if job == "safe_rewrite" and draw < 0.7:
        return world.texts.public(rng, "risky", domain)
    return question(rng, domain, None, tongue)


def agent_session(world: World, rng: Dice, job: str, voice: Voice, domain: str) -> Asker:
    """Return an asker that carries one task through several tool turns."""

    def ask(chat: dict[str, Any], turn: int) -> Ask:
        if "tools" not in chat:
            chat["tools"] = toolset(rng, rng.randint(3, 9))
            chat["seed"] = subject(world, rng, job, domain)
            chat["load"] = rng.randint(400, 5000)
        first = make(job, voice, rng, world.texts, domain, chat["seed"], as_system=True)
        if turn:
            first.prompt = rng.choice(
                (
                    "tool result: ok",
                    f"tool result: {rng.randint(1, 9)} tests failed",
                    world.texts.document(rng, domain, 2),
                    "continue",
                    f"exit code {rng.randint(0, 2)}",
                )
            )
        first.tools = chat["tools"]
        first.calls = 1 if rng.random() < 0.8 else 0
        first.context = chat["load"] + turn * 300
        return first

    return ask


def job_asker(
    world: World, acct: Account, voice: Voice, jobs: tuple[str, ...], domain: str
) -> Asker:
    """Return an asker for a programme that does one or a few jobs in one voice."""
    rng = world.rng
    agents = {j: agent_session(world, rng, j, voice, domain) for j in jobs if j == "agent_step"}

    def ask(chat: dict[str, Any], turn: int) -> Ask:
        job = chat.setdefault("job", rng.choice(jobs))
        if job in agents:
            return agents[job](chat, turn)
        seed = subject(world, rng, job, domain, acct.tongue)
        out = make(job, voice, rng, world.texts, domain, seed)
        if job == "tool_call":
            out.tools = chat.setdefault("tools", toolset(rng, rng.randint(2, 8)))
        return out

    return ask


def mixed(rng: Dice, first: Asker, second: Asker, share: float) -> Asker:
    """Return an asker that uses the first in a share of sessions, otherwise the second."""

    def ask(chat: dict[str, Any], turn: int) -> Ask:
        use = chat.setdefault("use", rng.random() < share)
        return (first if use else second)(chat, turn)

    return ask


def either(rng: Dice, askers: list[Asker]) -> Asker:
    """Return an asker that is one of several tenants for a whole session."""

    def ask(chat: dict[str, Any], turn: int) -> Ask:
        who = chat.setdefault("who", rng.randint(0, len(askers) - 1))
        return askers[who](chat, turn)

    return ask


def live(
    world: World,
    acct: Account,
    asker: Asker,
    rate: float,
    shape: str,
    *,
    excite: float = 0.62,
    pause: float = 75.0,
    start: float = 0.0,
    stop: float = math.inf,
    moody: float = 1.0,
) -> None:
    """Let an account live through the window: quiet days, growth, churn, a late start."""
    rng = world.rng
    if rng.random() < 0.05:
        stop = min(stop, rng.uniform(0, world.days) * DAY)
    if rng.random() < 0.012:
        moment = rng.uniform(0, world.days) * DAY
        world.shut(acct, moment, rng.choice(("suspended", "suspended", "closed")))
        if rng.random() < 0.4:
            again = moment + rng.uniform(0.1, 2) * DAY
            if again < world.days * DAY:
                world.events.append((acct.id, "reinstated", again))
            world.closed.pop(acct.id)
    elif rng.random() < 0.05:
        event = rng.choice(("verified", "verified", "limited"))
        world.events.append((acct.id, event, rng.uniform(0, world.days) * DAY))
    curious = acct.adopt < float("inf")
    begin = max(start, acct.created)
    style = {"excite": excite, "pause": pause, "start": begin, "stop": stop, "moody": moody}
    plan = world.plan(acct, min(rate, 420.0), shape, trend=rng.gauss(0, 0.06), **style)
    if curious and rng.random() < 0.3:
        plan.append([world.release + rng.lognormal(8.6, 1) + 60 * i for i in range(3)])
    run(world, acct, asker, plan)


def run(world: World, acct: Account, asker: Asker, plan: list[list[float]]) -> None:
    for moments in plan:
        chat: dict[str, Any] = {}
        for turn, moment in enumerate(moments):
            tries = world.closed.get(acct.id)
            if tries is not None and moment > tries + 4 * 3600:
                return
            world.send(acct, moment, asker(chat, turn), chat)


def batches(
    world: World, acct: Account, asker: Asker, count: float, *, times: int, gap: float
) -> None:
    """Send runs of a programme: `times` runs in the window with about `count` requests each."""
    rng = world.rng
    hour = rng.uniform(0, 24) * 3600
    nightly = rng.random() < 0.6
    for _ in range(times):
        day = rng.randint(0, max(0, math.ceil(world.days) - 1))
        start = day * DAY + (hour + rng.uniform(0, 900) if nightly else rng.uniform(0, DAY))
        for moment in job_run(rng, start, max(1, rng.poisson(count)), gap):
            world.send(acct, moment, asker({}, 0), {})
