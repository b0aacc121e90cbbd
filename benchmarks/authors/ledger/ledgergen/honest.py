"""Honest accounts that stand alone: people, programmes and firms, as `classes.toml` lists them."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from ledgergen.dice import Dice
from ledgergen.jobs import Ask, make
from ledgergen.people import LIKED, Asker, Persona, batches, job_asker, live, mixed, run, subject
from ledgergen.rhythm import DAY
from ledgergen.voice import Voice
from ledgergen.world import Account, World

CLASSES: dict[str, dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "classes.toml").read_text("utf-8")
)


def house_voice(world: World) -> Voice:
    """Return the wording of one programme."""
    return Voice(Dice(world.token("", 8)), loose=world.rng.choice((0.0, 0.2, 0.4)))


def own_voice(world: World) -> Voice:
    """Return the wording of one person."""
    return Voice(Dice(world.token("", 8)), fresh=True, loose=0.5)


def one_person(world: World, look: str) -> None:
    kind, rng = CLASSES["people"][look], world.rng
    acct = world.account(look)
    who = Persona(world, rng, acct.tongue)
    if kind["client"] != "web" and acct.plan != "subscription":
        world.dress(acct, kind["client"])
    if look == "vpn_commuter":
        acct.egress.exit = rng.sample(world.nets.exits, rng.randint(2, 6))
    asker: Asker = who.ask
    if kind["jobs"]:
        voice = own_voice(world) if rng.random() < 0.6 else house_voice(world)
        work = job_asker(world, acct, voice, tuple(kind["jobs"]), rng.choice(who.domains))
        work = tinker(rng, work) if look == "debugging_developer" else work
        asker = mixed(rng, work, who.ask, kind["work"])
    rate = kind["rate"] * rng.lognormal(0, 0.95)
    live(world, acct, asker, rate, kind["shape"], pause=rng.choice((40.0, 90.0, 160.0)))


def tinker(rng: Dice, work: Asker) -> Asker:
    """Return an asker of a developer who edits the system prompt in a running conversation."""

    def ask(chat: dict[str, Any], turn: int) -> Ask:
        out = work(chat, turn)
        out.system = f"You are build {rng.randint(1, 60)} of our helper. " + (out.system or "")
        chat["model"] = chat.get("model") or rng.choice(("opal-3-reason", "opal-3.5-large"))
        return out

    return ask


def one_firm(world: World, look: str) -> None:
    kind, rng, shape = CLASSES["firms"][look], world.rng, CLASSES["firms"][look]["shape"]
    acct = world.account(look, firm=look != "small_programme" or rng.random() < 0.3)
    if look == "small_programme":
        shape = rng.choice(("always", "nightly", "office"))
        world.dress(acct, "lib")
    if rng.random() < 0.55:
        acct.declared = kind["declared"]
    acct.operation = "chat" if rng.random() < 0.92 else "completion"
    jobs = tuple(rng.sample(kind["jobs"], rng.randint(1, len(kind["jobs"]))))
    voice = own_voice(world) if look == "red_team" else house_voice(world)
    work = job_asker(world, acct, voice, jobs, rng.choice(LIKED))
    work = mixed(rng, work, Persona(world, rng, acct.tongue).ask, rng.choice((1.0, 0.95, 0.8)))
    rate = kind["rate"] * rng.lognormal(0, 1.05)
    live(world, acct, work, rate, shape, excite=kind["excite"], pause=30.0, moody=0.3)


def one_programme(world: World, look: str) -> None:
    kind, rng = CLASSES["programmes"][look], world.rng
    acct = world.account(look, firm=rng.random() < 0.75)
    world.dress(acct, "lib")
    if rng.random() < 0.6 or look == "declared_synthetic":
        acct.declared = kind["declared"]
    acct.operation = "batch" if rng.random() < 0.2 else "chat"
    acct.seed = rng.choice((0, 42, 1234)) if rng.random() < 0.25 else acct.seed
    voice, domain, count = house_voice(world), rng.choice(LIKED), kind["count"]
    job = rng.choice(kind["jobs"])
    asker = job_asker(world, acct, voice, (job,), domain)
    if look == "nightly_evaluation":
        asker = suite(world, acct, voice, domain)
    if look == "release_benchmarker":
        acct.adopt = world.release + rng.uniform(0.01, 0.8) * DAY
        first = world.release + rng.lognormal(9, 1)
        number = round(count * rng.lognormal(0, 0.6))
        run(world, acct, asker, [[first + i * kind["gap"] for i in range(number)]])
        live(world, acct, asker, 2.0, "evening")
        return
    times = max(1, round(kind["runs"] * world.days / 7 * rng.lognormal(0, 0.4)))
    count = min(900, count * rng.lognormal(0, 0.9))
    batches(world, acct, asker, count, times=times, gap=kind["gap"])


def suite(world: World, acct: Account, voice: Voice, domain: str) -> Asker:
    """Return an asker that repeats a fixed list of test items."""
    rng, job = world.rng, "benchmark"
    seeds = [subject(world, rng, job, domain, acct.tongue) for _ in range(rng.randint(12, 60))]
    asks = [make(job, voice, rng, world.texts, domain, s) for s in seeds]

    def ask(chat: dict[str, Any], turn: int) -> Ask:
        del chat, turn
        return rng.choice(asks)

    return ask
