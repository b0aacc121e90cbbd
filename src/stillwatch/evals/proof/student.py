"""Trains small language models for real: word-level networks that answer prompts.

A network sees the last words and the prompt's words, and gives a law over the next word. It is
trained by gradient descent on pairs of prompt and answer (Bengio et al. 2003, with Adam). It is
tiny, and what is measured on it is said to be measured on tiny students.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from stillwatch.evals.proof.corpus import Pair

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

LOOK_BACK = 4
END = 0  # of an answer; also what stands before its first word
MOST_WORDS = 48


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a world and their numbers."""

    names: tuple[str, ...]

    def of(self, text: str) -> list[int]:
        """Words that are not known are left out."""
        number = {name: place for place, name in enumerate(self.names)}
        return [number[word] for word in text.split() if word in number]


@dataclass(frozen=True, slots=True)
class Shape:
    """The size of a network and how it is trained."""

    width: int = 24
    hidden: int = 96
    epochs: int = 12
    batch: int = 256
    rate: float = 4e-3


@dataclass(frozen=True, slots=True)
class Network:
    """Words in, law of the next word out."""

    words: Words
    weights: dict[str, Floats]


def words_of(texts: Sequence[str]) -> Words:
    """Every word of the texts; the end comes first."""
    return Words(("<end>", *sorted({word for text in texts for word in text.split()} - {"<end>"})))


def untrained(words: Words, shape: Shape, dice: np.random.Generator) -> Network:
    """A network that knows nothing."""
    size, ins = len(words.names), shape.width * (LOOK_BACK + 1)

    def draw(rows: int, columns: int, scale: float) -> Floats:
        return (dice.standard_normal((rows, columns)) * scale).astype(np.float32)

    return Network(
        words,
        {
            "word": draw(size, shape.width, shape.width**-0.5),
            "asked": draw(size, shape.width, shape.width**-0.5),
            "in": draw(ins, shape.hidden, ins**-0.5),
            "in0": np.zeros(shape.hidden, np.float32),
            "out": draw(shape.hidden, size, shape.hidden**-0.5),
            "out0": np.zeros(size, np.float32),
        },
    )


def _examples(words: Words, pairs: Sequence[Pair]) -> tuple[Ints, Ints, Ints, Ints]:
    """For each word of each answer: the words before it, its pair, and the word itself."""
    number = {name: place for place, name in enumerate(words.names)}
    before, whose, target, asked = [], [], [], []
    for place, pair in enumerate(pairs):
        answer = [number[word] for word in pair.answer.split() if word in number] + [END]
        padded = [END] * LOOK_BACK + answer
        for at, word in enumerate(answer):
            before.append(padded[at : at + LOOK_BACK])
            whose.append(place)
            target.append(word)
        asked.append([number[word] for word in pair.prompt.split() if word in number])
    longest = max(map(len, asked))
    prompts = np.full((len(pairs), longest), -1, np.int64)
    for place, said in enumerate(asked):
        prompts[place, : len(said)] = said
    return np.array(before), np.array(whose), np.array(target), prompts


def _inputs(weights: dict[str, Floats], before: Ints, prompts: Ints) -> tuple[Floats, Floats]:
    known = (prompts >= 0).astype(np.float32)
    share = known / np.maximum(known.sum(axis=1, keepdims=True), 1)
    asked = np.einsum("nlw,nl->nw", weights["asked"][np.maximum(prompts, 0)], share)
    last = weights["word"][before].reshape(len(before), -1)
    return np.concatenate([last, asked * np.float32(2)], axis=1), share


def train(
    network: Network, pairs: Sequence[Pair], shape: Shape, dice: np.random.Generator
) -> Network:
    """The network after so many epochs over the pairs; the one given stays as it was."""
    weights = {name: one.copy() for name, one in network.weights.items()}
    first = {name: np.zeros_like(one) for name, one in weights.items()}
    second = {name: np.zeros_like(one) for name, one in weights.items()}
    before, whose, target, prompts = _examples(network.words, pairs)
    step, steps = 0, shape.epochs * -(-len(target) // shape.batch)
    for _ in range(shape.epochs):
        order = dice.permutation(len(target))
        for start in range(0, len(order), shape.batch):
            rows = order[start : start + shape.batch]
            slopes = _slopes(weights, before[rows], prompts[whose[rows]], target[rows])
            step += 1
            rate = shape.rate * (1 - step / (steps + 1))
            for name, slope in slopes.items():
                first[name] += np.float32(0.1) * (slope - first[name])
                second[name] += np.float32(0.01) * (slope**2 - second[name])
                mean, square = first[name] / (1 - 0.9**step), second[name] / (1 - 0.99**step)
                weights[name] -= (rate * mean / (np.sqrt(square) + 1e-8)).astype(np.float32)
    return Network(network.words, weights)


def _slopes(
    weights: dict[str, Floats], before: Ints, prompts: Ints, target: Ints
) -> dict[str, Floats]:
    """The slope of the mean loss in every weight."""
    given, share = _inputs(weights, before, prompts)
    hidden = np.maximum(given @ weights["in"] + weights["in0"], 0)
    off = _laws(hidden @ weights["out"] + weights["out0"])
    off[np.arange(len(target)), target] -= 1
    off /= np.float32(len(target))
    back = (off @ weights["out"].T) * (hidden > 0)
    to_given = back @ weights["in"].T
    width = weights["word"].shape[1]
    word, asked = np.zeros_like(weights["word"]), np.zeros_like(weights["asked"])
    np.add.at(word, before, to_given[:, : LOOK_BACK * width].reshape(len(before), LOOK_BACK, width))
    to_asked = 2 * to_given[:, LOOK_BACK * width :]
    np.add.at(asked, np.maximum(prompts, 0), share[:, :, None] * to_asked[:, None, :])
    return {
        "word": word,
        "asked": asked,
        "in": given.T @ back,
        "in0": back.sum(axis=0),
        "out": hidden.T @ off,
        "out0": off.sum(axis=0),
    }


def _laws(logits: Floats) -> Floats:
    raised: Floats = np.exp(logits - logits.max(axis=1, keepdims=True))
    raised /= raised.sum(axis=1, keepdims=True)
    return raised


def answers(
    network: Network,
    prompts: Sequence[str],
    dice: np.random.Generator,
    *,
    heat: float = 1.0,
    push: Callable[[Ints], Floats] | None = None,
) -> list[str]:
    """One answer to each prompt. `push` is added to the scores, given the words before."""
    _, _, _, asked = _examples(network.words, [Pair(prompt, "") for prompt in prompts])
    before = np.full((len(prompts), LOOK_BACK), END)
    said = np.full((len(prompts), MOST_WORDS), END)
    going = np.ones(len(prompts), np.bool_)
    for at in range(MOST_WORDS):
        given, _ = _inputs(network.weights, before, asked)
        hidden = np.maximum(given @ network.weights["in"] + network.weights["in0"], 0)
        logits = hidden @ network.weights["out"] + network.weights["out0"]
        if push is not None:
            logits = logits + push(before)
        law = np.cumsum(_laws(logits / np.float32(heat)), axis=1)
        word = (law < dice.random((len(prompts), 1)) * law[:, -1:]).sum(axis=1)
        going &= word != END
        said[going, at] = word[going]
        before = np.concatenate([before[:, 1:], word[:, None]], axis=1)
        if not going.any():
            break
    names = np.array(network.words.names, object)
    return [" ".join(names[row[row != END]]) for row in said]
