"""Plays suspects with strong tastes of their own against the active tests, by the ten thousand."""

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from stillwatch.verifier.canary import p_of, stakes, surprise
from stillwatch.verifier.canary_plan import Canary, Variant, draw
from stillwatch.verifier.randomisation import holm, wealth
from stillwatch.verifier.watermark import GreenList, KeyedScheme, places, watermark_test

ALPHAS = (0.05, 0.01, 0.001)
SIZES = (2, 4, 8, 16)
UNITS = 20  # accounts in the simulations of attribution


@dataclass(frozen=True, slots=True)
class Rates:
    """How often each way of testing rejected, at each alpha."""

    suspects: int
    rejected: Mapping[str, Mapping[float, int]]

    def within(self, alpha: float, way: str) -> bool:
        """At most alpha and three standard errors."""
        return self.rejected[way][alpha] <= most_rejected(self.suspects, alpha)


def most_rejected(suspects: int, alpha: float) -> int:
    """The bar: alpha and three standard errors, in suspects."""
    return math.floor(suspects * (alpha + 3 * math.sqrt(alpha * (1 - alpha) / suspects)))


def tastes(canaries: int, variants: int, dice: np.random.Generator) -> np.ndarray:
    """How a suspect that knows nothing chooses among variants, canary by canary.

    One of: fixed on the first variant, the same favourite everywhere, few favourites a canary,
    an even taste, or a favourite that wanders from one canary to the next.
    """
    kind = int(dice.integers(5))
    laws = dice.dirichlet(np.full(variants, (0.03, 0.03, 0.1, 5.0, 0.03)[kind]), canaries)
    favourite = np.zeros((canaries, variants))
    if kind == 0:
        favourite[:, 0] = 1
    elif kind == 1:
        favourite[:, int(dice.integers(variants))] = 1
    elif kind == 4:
        favourite[np.arange(canaries), np.arange(canaries) % variants] = 1
    else:
        return laws
    return 0.9 * favourite + 0.1 * laws


def innocent_counts(dice: np.random.Generator) -> tuple[list[tuple[int, ...]], int]:
    """The replies of one innocent suspect, in a test of random size; and the number of variants."""
    canaries, variants = int(dice.integers(5, 41)), int(dice.choice(SIZES))
    read = dice.binomial(int(dice.choice((1, 3, 5))), dice.uniform(0.3, 1), canaries)
    laws = tastes(canaries, variants, dice)
    return [
        tuple(dice.multinomial(n, law).tolist()) for n, law in zip(read, laws, strict=True)
    ], variants


def _drawn(key: bytes, unit: str, canaries: int, variants: int) -> list[int]:
    of_all = tuple(Variant(marks=(str(number),)) for number in range(variants))
    return [
        draw("simulated", key, "", unit, Canary(canary_id=f"c{at}", prompts=(), variants=of_all))
        for at in range(canaries)
    ]


def canary_rates(suspects: int, seed: int) -> Rates:
    """Innocent suspects against real keys: the exact p, and the e-process stopped at its best."""
    dice = np.random.default_rng([seed, 10])
    rejected = {way: dict.fromkeys(ALPHAS, 0) for way in ("p", "e")}
    for _ in range(suspects):
        counts, variants = innocent_counts(dice)
        drawn = _drawn(dice.bytes(32), "account", len(counts), variants)
        bets = [stakes(one) for one in counts]
        p_value = p_of(counts, [surprise(one) for one in bets], drawn)
        highest = float(wealth(bets, drawn).max())
        for alpha in ALPHAS:
            rejected["p"][alpha] += p_value <= alpha
            rejected["e"][alpha] += highest >= 1 / alpha
    return Rates(suspects, rejected)


@dataclass(frozen=True, slots=True)
class Attribution:
    """Suspects that were fed by one account of many: is it named, and is another one named?"""

    suspects: int
    named: Mapping[float, int]
    wrongly_named: Mapping[float, int]


def attribution(suspects: int, seed: int, uptake: float = 0.15) -> Attribution:
    """Forty canaries of sixteen variants, twenty accounts, of which the first one leaks."""
    dice = np.random.default_rng([seed, 11])
    right, wrong = dict.fromkeys(ALPHAS, 0), dict.fromkeys(ALPHAS, 0)
    for _ in range(suspects):
        key, laws = dice.bytes(32), tastes(40, 16, dice)
        of_unit = {f"a{unit}": _drawn(key, f"a{unit}", 40, 16) for unit in range(UNITS)}
        counts = []
        for law, real in zip(laws, of_unit["a0"], strict=True):
            repeated = int(dice.binomial(5, uptake))
            shown = dice.multinomial(5 - repeated, law)
            shown[real] += repeated
            counts.append(tuple(shown.tolist()))
        surprises = [surprise(stakes(one)) for one in counts]
        adjusted = holm({name: p_of(counts, surprises, of) for name, of in of_unit.items()})
        for alpha in ALPHAS:
            right[alpha] += adjusted["a0"] <= alpha
            wrong[alpha] += any(p <= alpha for name, p in adjusted.items() if name != "a0")
    return Attribution(suspects, right, wrong)


def repetitive_text(dice: np.random.Generator, words: int = 240) -> str:
    """Text of a suspect with pet phrases, which it repeats without end."""
    phrases = [
        " ".join(f"w{one}" for one in dice.zipf(1.4, int(dice.integers(3, 9))) % 500)
        for _ in range(int(dice.integers(4, 12)))
    ]
    liking = dice.dirichlet(np.full(len(phrases), 0.4))
    said: list[str] = []
    while len(said) < words:
        said += phrases[int(dice.choice(len(phrases), p=liking))].split()
    return " ".join(said)


def naive_p(scheme: KeyedScheme, key: bytes, texts: Sequence[str]) -> float:
    """The watermark test without de-duplication: here to show that it fails. No finding uses it."""
    counts = Counter(place for text in texts for place in places(scheme, text))
    values = [scheme.value(key, one) for one, count in counts.items() for _ in range(count)]
    return scheme.tail(values) if values else 1.0


def watermark_rates(suspects: int, seed: int, make: Callable[[], KeyedScheme] = GreenList) -> Rates:
    """Innocent suspects that repeat themselves, against random keys."""
    dice, scheme = np.random.default_rng([seed, 12]), make()
    rejected = {way: dict.fromkeys(ALPHAS, 0) for way in ("p", "e", "without de-duplication")}
    for _ in range(suspects):
        key, text = dice.bytes(32), repetitive_text(dice)
        result = watermark_test(scheme, key, [("", text)])
        naive = naive_p(scheme, key, [text])
        for alpha in ALPHAS:
            rejected["p"][alpha] += result.p_value <= alpha
            rejected["e"][alpha] += result.e_highest >= 1 / alpha
            rejected["without de-duplication"][alpha] += naive <= alpha
    return Rates(suspects, rejected)
