"""Serves a campaign from a small teacher with every active measure on, and tests a student.

A haul holds what the campaign took away: watermarked answers chosen among twins, habits, rare
questions with canary answers, and prompts that a coin withheld. All measures run at once, as they
would; each test reads its own part.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from stillwatch.evals.proof.corpus import (
    Pair,
    Writer,
    canaries,
    habits,
    prompts,
    texts,
    writer,
    written,
)
from stillwatch.evals.proof.student import (
    Floats,
    Ints,
    Network,
    Shape,
    Words,
    answers,
    train,
    untrained,
    words_of,
)
from stillwatch.forensics.canary import plan
from stillwatch.forensics.habits import canaries_of, keep
from stillwatch.verifier.canary import Reply, count_variants, p_of, stakes, surprise
from stillwatch.verifier.canary_plan import Plan, Unit, draw, plan_digest
from stillwatch.verifier.served import CoinPrompt, TwinAnswers, coin_test, slot_of, twin_test
from stillwatch.verifier.watermark import GreenList, watermark_test

TWINS, TWIN_ANSWERS, COINS, FRESH = 300, 4, 160, 240
MARKED = 60  # replies that the watermark test reads: this small world soon repeats itself
CANARY_SERVINGS, REPLIES = 4, 5
SCHEME = GreenList(width=2)
PUSH = 2.0
HEAT = 0.7
CAMPAIGN, OTHERS = "X", tuple(f"Y{number}" for number in range(9))
PRETRAINED = 600


@dataclass(frozen=True, slots=True)
class World:
    """The teacher, a network that nobody trained on it yet, and references."""

    words: Words
    teacher: Network
    base: Network
    references: tuple[Network, ...]
    clean_writer: Writer
    shape: Shape


@dataclass(frozen=True, slots=True)
class Served:
    """What the campaign took away, and what the provider knows of it."""

    pairs: tuple[Pair, ...]
    plan: Plan
    key: bytes
    twins: Mapping[str, tuple[str, ...]]
    coins: Mapping[str, str]
    fresh: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Replies:
    """What a suspect said to everything it was asked."""

    twins: tuple[TwinAnswers, ...]
    coins: tuple[CoinPrompt, ...]
    counts: Mapping[str, tuple[int, ...]]
    free: tuple[tuple[str, str], ...]


def world(seed: int, shape: Shape, references: int = 3) -> World:
    """A teacher of its own tastes, a base and references that learnt from other writers."""
    dice = np.random.default_rng([seed, 1])
    known = words_of(texts())

    def taught(pairs: int) -> Network:
        corpus = human(writer(dice), pairs, dice)
        return train(untrained(known, shape, dice), corpus, shape, dice)

    teacher, base = taught(2 * PRETRAINED), taught(PRETRAINED)
    others = tuple(taught(PRETRAINED) for _ in range(references))
    return World(known, teacher, base, others, writer(dice), shape)


def human(who: Writer, pairs: int, dice: np.random.Generator) -> list[Pair]:
    """A corpus of one writer, who also answers the rare questions, each once."""
    asked = dice.choice(prompts(), pairs).tolist() + [one.prompts[0] for one in canaries()]
    return [written(who, prompt, dice) for prompt in asked]


def serve(place: World, dice: np.random.Generator) -> Served:
    """Answer a campaign with a fresh key."""
    key = dice.bytes(32)
    asked = dice.permutation(prompts())[: TWINS + COINS + FRESH].tolist()
    for_twins, for_coins = asked[:TWINS], asked[TWINS : TWINS + COINS]
    fresh = tuple(asked[TWINS + COINS :])
    names = [habit.habit_id for habit in habits()]
    share = {name: fresh[place :: len(names)] for place, name in enumerate(names)}
    of_habits = canaries_of(habits(), share)
    units = [Unit(unit_id=one, account_ids=(f"{one}-1",)) for one in (CAMPAIGN, *OTHERS)]
    made = plan([*canaries(), *of_habits], units, replies=REPLIES, alpha=0.01)
    push = greens(place.words, key)

    plan_id = plan_digest(made)
    by_id = {one.canary_id: one for one in made.canaries}
    kept = [draw(plan_id, key, "", CAMPAIGN, by_id[one.habit_id]) for one in habits()]

    def answered(asks: Sequence[str]) -> list[str]:
        said = answers(place.teacher, asks, dice, push=push)
        return [_habitual(one, kept) for one in said]

    twins = dict(
        zip(
            for_twins,
            zip(*(answered(for_twins) for _ in range(TWIN_ANSWERS)), strict=True),
            strict=True,
        )
    )
    coins = dict(zip(for_coins, answered(for_coins), strict=True))
    taken = [
        Pair(prompt, of[slot_of(key, "", CAMPAIGN, prompt, TWIN_ANSWERS)])
        for prompt, of in twins.items()
    ]
    taken += [Pair(prompt, one) for prompt, one in coins.items() if _coin(key, prompt)]
    for canary in canaries():
        text = canary.variants[draw(plan_id, key, "", CAMPAIGN, canary)].text
        taken += [Pair(canary.prompts[0], text)] * CANARY_SERVINGS
    return Served(tuple(taken), made, key, twins, coins, fresh)


def _coin(key: bytes, prompt: str) -> int:
    return slot_of(key, "", CAMPAIGN, prompt, 2)


def _habitual(answer: str, ways: Sequence[int]) -> str:
    for habit, way in zip(habits(), ways, strict=True):
        answer = keep(habit, answer, way)
    return answer


def greens(words: Words, key: bytes) -> Callable[[Ints], Floats]:
    """What the watermark adds to each word's score after the words before."""
    rows: dict[tuple[int, ...], Floats] = {}

    def push(before: Ints) -> Floats:
        contexts = [tuple(one) for one in before[:, -SCHEME.width :].tolist()]
        for context in set(contexts) - rows.keys():
            said = tuple(words.names[one] for one in context)
            green = [SCHEME.value(key, (said, other)) for other in words.names]
            rows[context] = np.array(green, np.float32) * np.float32(PUSH)
        return np.stack([rows[one] for one in contexts])

    return push


def ask(place: World, served: Served, suspect: Network, dice: np.random.Generator) -> Replies:
    """Put every question to a suspect and to the references."""

    def said(asks: Sequence[str]) -> list[str]:
        return answers(suspect, asks, dice, heat=HEAT)

    def of_all(asks: Sequence[str]) -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
        own = zip(*(said(asks) for _ in range(REPLIES)), strict=True)
        others = zip(
            *(answers(one, asks, dice, heat=HEAT) for one in place.references), strict=True
        )
        return zip(asks, own, others, strict=True)

    twins = [
        TwinAnswers(
            prompt=prompt,
            answers=served.twins[prompt],
            served=slot_of(served.key, "", CAMPAIGN, prompt, TWIN_ANSWERS),
            replies=own,
            reference_replies=others,
        )
        for prompt, own, others in of_all(list(served.twins))
    ]
    coins = [
        CoinPrompt(
            prompt=prompt,
            answer=served.coins[prompt],
            slot=_coin(served.key, prompt),
            slots=2,
            replies=own,
            reference_replies=others,
        )
        for prompt, own, others in of_all(list(served.coins))
    ]
    free = said(served.fresh)
    rare = [one.prompts[0] for one in canaries() for _ in range(REPLIES)]
    ids = [one.canary_id for one in canaries() for _ in range(REPLIES)]
    replies = [Reply(canary_id=one, text=text) for one, text in zip(ids, said(rare), strict=True)]
    replies += [Reply(canary_id=one.habit_id, text=text) for one in habits() for text in free]
    return Replies(
        tuple(twins),
        tuple(coins),
        count_variants(served.plan, replies),
        tuple(zip(served.fresh, free, strict=True)),
    )


def p_values(served: Served, replies: Replies, unit: str = CAMPAIGN) -> dict[str, float]:
    """What each test says of a suspect and one unit; only the campaign has a log of its own."""
    found = {
        name: _canary_p(served, replies, unit, prefix)
        for name, prefix in (("canaries", "c"), ("habits", "h-"))
    }
    if unit == CAMPAIGN:
        found["twin answers"] = twin_test(replies.twins).p_value
        found["withheld prompts"] = coin_test(replies.coins).p_value
        found["watermark"] = watermark_test(SCHEME, served.key, replies.free[:MARKED]).p_value
    return found


def _canary_p(served: Served, replies: Replies, unit: str, prefix: str) -> float:
    chosen = [one for one in served.plan.canaries if one.canary_id.startswith(prefix)]
    counts = [replies.counts[one.canary_id] for one in chosen]
    plan_id = plan_digest(served.plan)
    drawn = [draw(plan_id, served.key, "", unit, one) for one in chosen]
    return p_of(counts, [surprise(stakes(one)) for one in counts], drawn)
