"""Writes honest accounts that change midway: another client, another place, another model."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.evals.clients import OLD_MODEL
from stillwatch.evals.honest.people import talk
from stillwatch.evals.network import site
from stillwatch.evals.rhythm import DAY
from stillwatch.evals.scene import Lines, Scene, Writer, log_normal
from stillwatch.evals.texts import draw

Flags = np.ndarray[Any, np.dtype[np.bool_]]

EXITS = 3  # addresses of the new place


def migrated(write: Writer, kind: str) -> Writer:
    """The same work, from some day on with another client and from other addresses.

    `kind` is the network it moves to. A company that changes its stack, or a research account
    that goes to the next person, looks to the provider like a key in new hands.
    """

    def writer(scene: Scene) -> Lines:
        net, dice, groups = scene.world.net, scene.dice, scene.group_count
        after = _after(scene)
        client = scene.world.clients.draw("sdk", groups, dice)[scene.group]
        exits = np.stack([site(net, kind, EXITS, dice) for _ in range(groups)])
        address = exits[scene.group, scene.beats.session % EXITS]
        return replace(
            write(scene),
            client=np.where(after, client, -1),
            address=np.where(after, address, -1),
        )

    return writer


def cheaper(write: Writer) -> Writer:
    """The same work, from some day on with an older model that costs less."""

    def writer(scene: Scene) -> Lines:
        return replace(write(scene), model=np.where(_after(scene), OLD_MODEL, -1))

    return writer


def _after(scene: Scene) -> Flags:
    """Whether a request comes after its group's day of change."""
    day = scene.world.days * scene.dice.uniform(0.3, 0.7, scene.group_count)
    return np.asarray(scene.beats.at / DAY >= day[scene.group])


def workbench(scene: Scene) -> Lines:
    """People who tune a system prompt ask one conversation again under each version of it."""
    grammar, dice, beats = scene.pool.grammar, scene.dice, scene.beats
    order = np.lexsort((beats.at, beats.session))
    first = order[np.searchsorted(beats.session[order], beats.session)]
    opens = first == np.arange(scene.size)
    tunes = ~opens & (dice.random(scene.size) < 0.3)
    systems = [grammar.one("edited_system", dice) for _ in range(60)]
    base = 3 * (beats.account % 20)
    again = draw(scene.pool, "edit_order", scene.size, dice)
    own = talk(scene, subjects=("coding", "data", "email", "chat"))
    return Lines(
        prompt=pc.if_else(pa.array(tunes), again, own),
        systems=systems,
        system=base + np.where(tunes, dice.integers(3, size=scene.size), 0),
        presents=np.where(tunes, first, -2),
        output=log_normal(scene, 350, 0.7),
        talks=np.ones(scene.size, bool),
    )
