"""Deals one operator's list out to his accounts, and words requests as he cares to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.evals.grammar import fill
from stillwatch.evals.identifiers import mixed
from stillwatch.evals.scene import Lines, Scene, per_group, split_templates
from stillwatch.evals.texts import draw, items

Ints = np.ndarray[Any, np.dtype[np.int64]]
Care = Literal["naive", "careful", "adaptive"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """The requests of a campaign that are work, not cover."""

    scene: Scene
    care: Care
    order: Ints  # the place of each request in the operator's list
    start: float  # days
    days: float

    @property
    def size(self) -> int:
        """How many requests are work."""
        return self.scene.size

    @property
    def dice(self) -> np.random.Generator:
        """The campaign's dice."""
        return self.scene.dice

    @property
    def age(self) -> Any:
        """How far the campaign is at each request, 0 to 1."""
        return (self.scene.beats.at / 86_400_000_000 - self.start) / self.days

    def some(self, rule: str, role: str = "") -> pa.StringArray:
        """One text a request, drawn freely."""
        return draw(self.scene.pool, rule, self.size, self.dice, role)

    def dealt(self, rule: str, role: str = "", repeats: int = 1) -> pa.StringArray:
        """Items of one list, each dealt out `repeats` times and never more."""
        count = -(-self.size // repeats)
        listed = items(self.scene.pool, rule, count, self.dice, role)
        return listed.take(pa.array(self.order // repeats))


Kind = Callable[[Work], Lines]


def per_session(work: Work) -> Ints:
    """The running number of the session that each request belongs to."""
    return np.unique(work.scene.beats.session, return_inverse=True)[1]


def worded(
    work: Work, rule: str, *, divisible: bool = True, **slots: pa.StringArray
) -> dict[str, Any]:
    """Requests in the operator's own wording of a rule: prompt, system prompts and their codes.

    The naive have one wording, the careful a few, one an account; the adaptive many, and a
    preamble before most requests. One operator in three keeps the fixed part in the system prompt.
    """
    low, high = {"naive": (1, 2), "careful": (2, 5), "adaptive": (8, 25)}[work.care]
    count = int(work.dice.integers(low, high))
    templates = [work.scene.pool.grammar.one(rule, work.dice) for _ in range(count)]
    templates, systems, system = split_templates(
        templates, [divisible and bool(work.dice.random() < 0.33)] * count
    )
    who = work.scene.beats.account
    seed = int(work.dice.integers(1 << 30))
    key = mixed(work.order if work.care == "adaptive" else who, seed)
    which = (key % np.uint64(count)).astype(np.int64)
    whole = per_group(templates, which, **slots)
    prompt = adorned(work, whole) if work.care == "adaptive" else whole
    return {"prompt": prompt, "systems": systems, "system": system[which]}


def with_public(work: Work, role: str, said: dict[str, Any]) -> dict[str, Any]:
    """Half of the campaigns also send public prompts of the kind as they are, each once."""
    public = work.scene.pool.real.get(role)
    if public is None or work.dice.random() < 0.5:
        return said
    rows = work.dice.permutation(work.size)[: min(len(public), round(0.6 * work.size))]
    chosen = np.zeros(work.size, bool)
    chosen[rows] = True
    texts = public.take(pa.array(work.dice.permutation(len(public))[: len(rows)]))
    prompt = pc.replace_with_mask(said["prompt"], pa.array(chosen), texts)
    return said | {"prompt": prompt, "system": np.where(chosen, -1, said["system"])}


def adorned(work: Work, texts: pa.StringArray) -> pa.StringArray:
    """A preamble before two thirds of the requests, some in their own paragraph."""
    preamble = draw(work.scene.pool, "preamble", len(texts), work.dice)
    plain, spaced = (
        fill(form, len(texts), a=preamble, b=texts)
        for form in ("[[@a]] [[@b]]", "[[@a]]\n\n[[@b]]")
    )
    chance = work.dice.random(len(texts))
    longer = pc.if_else(pa.array(chance < 0.33), plain, spaced)
    return pc.if_else(pa.array(chance < 0.66), longer, texts)


def sized(work: Work, median: float, sigma: float = 0.6) -> Any:
    """Log-normal answer lengths around a median that the campaign draws for itself."""
    own = median * np.exp(work.dice.normal(0, 0.25))
    return np.exp(work.dice.normal(np.log(own), sigma, work.size))


def asked(work: Work, value: int) -> Ints | None:
    """A parameter the method needs; those who care leave it to the account's habits more often."""
    share = {"naive": 1.0, "careful": 0.5, "adaptive": 0.3}[work.care]
    return np.where(work.dice.random(work.size) < share, value, -1)


def steady(work: Work) -> bool:
    """Whether the operator did not bother to vary parameters."""
    return work.care == "naive"
