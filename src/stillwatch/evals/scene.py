"""Hands a writer the accounts and the beats, and takes back what was said on each beat."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
import pyarrow as pa

from stillwatch.evals.cast import Cast, World
from stillwatch.evals.grammar import fill, scatter
from stillwatch.evals.rhythm import Beats
from stillwatch.evals.texts import TextPool

Ints = np.ndarray[Any, np.dtype[np.int64]]
Reals = np.ndarray[Any, np.dtype[np.float64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]

SHORTEST_SYSTEM = 30  # characters
FORMATS = (None, "text", "json_object", "json_schema")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What a writer may know."""

    world: World
    pool: TextPool
    cast: Cast
    beats: Beats
    dice: np.random.Generator

    @property
    def size(self) -> int:
        """How many requests are to be written."""
        return len(self.beats)

    @property
    def group(self) -> Ints:
        """The group of each request, counted from 0."""
        return np.unique(self.cast.group, return_inverse=True)[1][self.beats.account]

    @property
    def group_count(self) -> int:
        """How many groups there are."""
        return len(np.unique(self.cast.group))

    def within(self, keys: Ints) -> Ints:
        """The running number of each request among those of one key, in order of time."""
        order = np.lexsort((self.beats.at, keys))
        ordered = keys[order]
        begins = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if len(keys) else order
        counts = np.diff(np.r_[begins, len(keys)])
        place = np.empty(len(keys), np.int64)
        place[order] = np.arange(len(keys)) - np.repeat(begins, counts)
        return place


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """What was said on each beat; what is not given is drawn from the account's habits."""

    prompt: pa.StringArray
    systems: Sequence[str] = ()
    system: Ints | None = None  # index into systems; -1 is none
    tool_sets: Sequence[Sequence[str]] = ()
    tools: Ints | None = None  # index into tool_sets; -1 is none
    output: Reals | None = None  # tokens of the visible answer
    refusal: Reals | None = None  # probability
    temperature: Reals | None = None  # NaN leaves the account's own
    max_tokens: Ints | None = None  # -1 leaves the account's own
    format: Ints | None = None  # index into FORMATS
    logprobs: Ints | None = None
    bias: Ints | None = None
    choices: Ints | None = None
    images: Ints | None = None
    tool_calls: Ints | None = None
    operation: Ints | None = None  # 0 chat, 1 completion, 2 batch
    model: Ints | None = None  # index into MODELS; -1 leaves the account's own
    client: Ints | None = None  # the software that calls; -1 leaves the account's own
    address: Ints | None = None  # where the call comes from; -1 leaves the account's own
    hostile: Flags | None = None
    presents: Ints | None = None  # row whose reasoning block is sent back; -1 none, -2 the last
    talks: Flags | None = None  # whether the session is one conversation


Writer = Callable[[Scene], Lines]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Accounts, beats and lines of one persona or campaign, with the truth about them."""

    cast: Cast
    beats: Beats
    lines: Lines
    label: str
    campaign: str | None = None
    role: str = "customer"
    look_alike: str | None = None
    is_hostile: bool = False
    events: Sequence[tuple[int, str, int]] = ()  # account (local), event, microseconds
    roles: Mapping[int, str] = field(default_factory=dict)


def per_group(templates: Sequence[str], codes: Ints, **slots: Any) -> pa.StringArray:
    """Each row written with the template its code names, and with the slots of its own row."""
    order = np.argsort(codes, kind="stable")
    sizes = np.bincount(codes, minlength=len(templates))
    ordered = {name: column.take(pa.array(order)) for name, column in slots.items()}
    pieces, begin = [], 0
    for template, size in zip(templates, sizes.tolist(), strict=True):
        if size:
            part = {name: column.slice(begin, size) for name, column in ordered.items()}
            pieces.append(fill(template, size, **part))
            begin += size
    return scatter(pieces, order)


def log_normal(scene: Scene, median: float, sigma: float) -> Reals:
    """One log-normal value a request."""
    return np.exp(scene.dice.normal(np.log(median), sigma, scene.size))


def group_values(scene: Scene, values: Any) -> Any:
    """One drawn value a group, spread over its requests."""
    return np.asarray(values)[scene.group]


def split_templates(
    templates: Sequence[str], moved: Sequence[bool] | Flags
) -> tuple[list[str], list[str], Ints]:
    """Templates with their fixed beginning moved into a system prompt, where asked and possible.

    Gives the templates left, the system prompts and, for each template, its system prompt or -1.
    """
    left: list[str] = []
    systems: list[str] = []
    codes: list[int] = []
    for template, move in zip(templates, moved, strict=True):
        head, slot, rest = template.partition("[[@")
        if move and len(head) >= SHORTEST_SYSTEM:
            codes.append(len(systems))
            systems.append(head.strip())
            left.append(slot + rest)
        else:
            codes.append(-1)
            left.append(template)
    return left, systems, np.array(codes, np.int64)


_BLANK: dict[str, Any] = {
    "system": -1,
    "tools": -1,
    "output": 260.0,
    "refusal": 0.004,
    "temperature": np.nan,
    "max_tokens": -1,
    "format": 0,
    "logprobs": 0,
    "bias": 0,
    "choices": 1,
    "images": 0,
    "tool_calls": 0,
    "operation": 0,
    "model": -1,
    "client": -1,
    "address": -1,
    "hostile": False,
    "presents": -2,
    "talks": True,
}


def blended(one: Lines, one_rows: Ints, two: Lines, two_rows: Ints) -> Lines:
    """Two writers' lines on one stage, each on its own rows."""
    columns: dict[str, Any] = {
        "prompt": scatter([one.prompt, two.prompt], np.concatenate([one_rows, two_rows])),
        "systems": [*one.systems, *two.systems],
        "tool_sets": [*one.tool_sets, *two.tool_sets],
    }
    rows = np.concatenate([one_rows, two_rows])
    for each in fields(Lines):
        if each.name in columns:
            continue
        left, right = getattr(one, each.name), getattr(two, each.name)
        if left is None and right is None:
            columns[each.name] = None
            continue
        blank = _BLANK[each.name]
        left = np.full(len(one_rows), blank) if left is None else np.asarray(left)
        right = np.full(len(two_rows), blank) if right is None else np.asarray(right)
        offset = {"system": len(one.systems), "tools": len(one.tool_sets)}.get(each.name)
        if offset:
            right = np.where(right >= 0, right + offset, right)
        if each.name == "presents":
            left = np.where(left >= 0, one_rows[left.clip(0)], left)
            right = np.where(right >= 0, two_rows[right.clip(0)], right)
        whole = np.empty(len(rows), left.dtype if left.dtype == right.dtype else np.float64)
        whole[one_rows], whole[two_rows] = left, right
        columns[each.name] = whole
    return Lines(**columns)
