"""Recomputes from raw text whether a suspect leans towards our watermark's key.

A watermark leans the teacher's choice of each token by a keyed function of the tokens before it.
A suspect that was trained on such text leans too, a little. Under the null the suspect's text
says nothing about the key, so the function's values at distinct places are independent draws of a
known law. The same place twice is the same value twice, which is why each place counts once:
without that, a suspect that repeats itself is accused by chance.
"""

import hmac
import math
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy import stats

from stillwatch.verifier.canary import folded
from stillwatch.verifier.randomisation import LEAST_P

Place = tuple[tuple[str, ...], str]  # tokens before, token
LEANS = (0.05, 0.15, 0.4)  # how far the bets of the e-process expect the suspect to lean


class KeyedScheme(Protocol):
    """A watermark: how text is cut, what the key says of a place, and the law of what it says.

    `value` must look like an independent draw for each distinct place when the key is random, be
    in [0, 1], and be larger where the watermark pushes. Any scheme with such a function can be
    tested: lists of green tokens, layers of random bits, exponential races.
    """

    @property
    def name(self) -> str:
        """What stands in the plan and in the finding."""

    @property
    def width(self) -> int:
        """How many tokens before a token decide."""

    @property
    def mean(self) -> float:
        """The mean of `value` under the null."""

    def tokens(self, text: str) -> Sequence[str]:
        """The text as the scheme cuts it."""

    def value(self, key: bytes, place: Place) -> float:
        """What the key says of the token at this place."""

    def tail(self, values: Sequence[float]) -> float:
        """The chance under the null of a sum at least as high."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GreenList:
    """Tokens are green or not after the ones before: Kirchenbauer et al. 2023.

    Greens are drawn independently for each place. A scheme that makes exactly a share `gamma` of
    each list green has slightly narrower sums, so that this tail is the careful one for it.
    """

    gamma: float = 0.25
    width: int = 2
    name: str = "green list"

    @property
    def mean(self) -> float:
        """The share of green tokens."""
        return self.gamma

    def tokens(self, text: str) -> Sequence[str]:
        """Words, numbers and single signs, folded."""
        return words(text)

    def value(self, key: bytes, place: Place) -> float:
        """1 for a green token."""
        return float(uniform(key, place, 0) < self.gamma)

    def tail(self, values: Sequence[float]) -> float:
        """Binomial, exact."""
        return float(stats.binom.sf(round(math.fsum(values)) - 1, len(values), self.gamma))


@dataclass(frozen=True, slots=True, kw_only=True)
class BitLayers:
    """Each place has `depth` random bits, of which the watermark prefers ones (SynthID-Text)."""

    depth: int = 8
    width: int = 4
    name: str = "bit layers"
    mean: float = 0.5

    def tokens(self, text: str) -> Sequence[str]:
        """Words, numbers and single signs, folded."""
        return words(text)

    def value(self, key: bytes, place: Place) -> float:
        """The share of ones."""
        ones = sum(uniform(key, place, layer) < self.mean for layer in range(self.depth))
        return ones / self.depth

    def tail(self, values: Sequence[float]) -> float:
        """Binomial over all bits, exact."""
        ones, bits = round(math.fsum(values) * self.depth), len(values) * self.depth
        return float(stats.binom.sf(ones - 1, bits, self.mean))


@dataclass(frozen=True, slots=True, kw_only=True)
class Race:
    """The token with the luckiest number wins (Aaronson's exponential race); values are uniform."""

    width: int = 3
    name: str = "exponential race"
    mean: float = 0.5

    def tokens(self, text: str) -> Sequence[str]:
        """Words, numbers and single signs, folded."""
        return words(text)

    def value(self, key: bytes, place: Place) -> float:
        """The place's uniform number."""
        return uniform(key, place, 0)

    def tail(self, values: Sequence[float]) -> float:
        """The sum of -log(1 - value) has a gamma law, exact."""
        lucky = math.fsum(-math.log1p(-min(one, 1 - 2**-53)) for one in values)
        return float(stats.gamma.sf(lucky, len(values)))


@dataclass(frozen=True, slots=True, kw_only=True)
class WatermarkResult:
    """What the suspect's text says of the key."""

    scheme: str
    places: int  # distinct ones that were scored
    repeats: int  # further occurrences, which count for nothing
    mean: float
    expected: float
    p_value: float
    e_value: float
    e_highest: float
    p_by_keys: float | None  # rank of the key among fresh ones, where they were given


def words(text: str) -> list[str]:
    """Words, numbers and single signs, folded."""
    return re.findall(r"\w+|[^\w\s]", folded(text))


def uniform(key: bytes, place: Place, layer: int) -> float:
    """A number in [0, 1) that the key gives to a place: HMAC-SHA-256, 53 bits of it."""
    before, token = place
    message = "\x1f".join((str(layer), *before, token)).encode()
    return (int.from_bytes(hmac.digest(key, message, "sha256")[:8]) >> 11) / 2**53


def places(scheme: KeyedScheme, text: str) -> Iterator[Place]:
    """Each token of a text with the tokens before it."""
    tokens, width = scheme.tokens(text), scheme.width
    for at in range(width, len(tokens)):
        yield tuple(tokens[at - width : at]), tokens[at]


def scored_places(
    scheme: KeyedScheme,
    replies: Iterable[tuple[str, str]],
    served: Collection[tuple[str, ...]] | None = None,
) -> tuple[list[Place], int]:
    """Distinct places of the suspect's replies, in order, and how many repeats were left out.

    `replies` are pairs of prompt and reply: what the prompt already held is not the suspect's
    choice. With `served`, contexts that were served to suspected accounts, only those count.
    """
    seen: dict[Place, None] = {}
    counted = 0
    for prompt, reply in replies:
        given = set(places(scheme, prompt))
        for place in places(scheme, reply):
            if place in given or (served is not None and place[0] not in served):
                continue
            counted += 1
            seen.setdefault(place)
    return list(seen), counted - len(seen)


def watermark_test(
    scheme: KeyedScheme,
    key: bytes,
    replies: Sequence[tuple[str, str]],
    *,
    served: Collection[tuple[str, ...]] | None = None,
    fresh_keys: Sequence[bytes] = (),
) -> WatermarkResult:
    """The de-duplicated test, its e-process in the order of the replies, and the rank of the key.

    The rank among keys that were drawn as ours was needs no law at all; it holds for a scheme
    whose `tail` is wrong, and cannot be below one in the number of keys.
    """
    found, repeats = scored_places(scheme, replies, served)
    values = [scheme.value(key, place) for place in found]
    held = _wealth(values, scheme.mean)
    rank = None
    if fresh_keys:
        reached = math.fsum(values)
        others = sum(
            math.fsum(scheme.value(one, place) for place in found) >= reached for one in fresh_keys
        )
        rank = (1 + others) / (1 + len(fresh_keys))
    return WatermarkResult(
        scheme=scheme.name,
        places=len(found),
        repeats=repeats,
        mean=math.fsum(values) / len(values) if values else scheme.mean,
        expected=scheme.mean,
        p_value=max(LEAST_P, scheme.tail(values)) if values else 1.0,
        e_value=held[-1],
        e_highest=max(held),
        p_by_keys=rank,
    )


def _wealth(values: Sequence[float], mean: float) -> list[float]:
    """The money of gamblers who stake on values above the mean, place after place."""
    if not values:
        return [1.0]
    above = np.array(values)[:, None] / mean - 1
    # No value is below zero and no lean above one, so that no factor is below zero.
    logs = np.cumsum(np.log1p(np.array(LEANS) * above), axis=0)
    with np.errstate(over="ignore"):
        money: list[float] = np.exp(logs).mean(axis=1).tolist()
    return money
