"""Harvests through accounts that are somebody else's, shared, or passed on (M35 to M41)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from stillwatch.evals.hostile.optimisation import account_farm
from stillwatch.evals.hostile.reasoning import forced_reasoning
from stillwatch.evals.hostile.supervision import domain_sweep, instruction_generation, task_writing
from stillwatch.evals.hostile.work import Work
from stillwatch.evals.network import draw_addresses
from stillwatch.evals.scene import Lines


def pooled_harvest(work: Work) -> Lines:
    """Whatever the list asks for; what marks the kind is how its accounts came to be used."""
    return account_farm(work)


def programme_harvest(work: Work) -> Lines:
    """A list that no course, start-up or study needs."""
    kinds = (forced_reasoning, instruction_generation, task_writing, domain_sweep)
    return kinds[int(work.dice.integers(len(kinds)))](work)


def stolen_keys(work: Work) -> Lines:
    """One list worked off with other people's keys, from the thief's machines and client."""
    world, who, count = work.scene.world, work.scene.beats.account, len(work.scene.cast)
    machines = {"naive": 4, "careful": count, "adaptive": 3 * count}[work.care]
    exits = draw_addresses(
        world.net, "cloud" if work.care == "naive" else "home", machines, work.dice
    )
    clients = world.clients.draw("sdk", 1 if work.care == "naive" else count, work.dice)
    spot = work.dice.integers(machines, size=work.size)
    if work.care != "naive":
        spot = who + count * (spot // count)
    return replace(
        account_farm(work), address=exits[spot], client=clients[np.minimum(who, len(clients) - 1)]
    )
