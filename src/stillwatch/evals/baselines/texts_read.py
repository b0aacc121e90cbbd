"""Of the sixteen signals, those that read prompts and system prompts.

Phrases, topics and examples are ours; what they count for is Glasswally's. Zero-width characters,
which it takes for watermark probes, are not counted: ordinary Persian is written with them.
"""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.evals.baselines.by_account import ByAccount, codes, different
from stillwatch.evals.baselines.ngrams import hashed

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Signal = tuple[Floats, Floats | float]

REASONING = (
    r"chain.of.thought|step.by.step|(show|write out|list) (each|every|all) (your )?steps?"
    r"|(show|explain|trace|articulate|walk (me )?through) (me )?(the|your) (full |internal )?"
    r"(reasoning|thinking|thought)|think (aloud|out loud)|reward model|reinforcement learning"
    r"|act as an? (judge|grader|evaluator)|rubric.based|only (in|with) json"
)
ROLES = (
    r"never refuse|no disclaimers|without restrictions|you are an? (expert|world.class|highly)"
    r"|act as an expert|maximum detail|exhaustive|do not omit|comprehensive and thorough"
    r"|used to train|training examples|step.by.step reasoning|structure your (answer|response)"
)
WATERMARK = r"watermark|zero.width|hidden (text|marker|character)|are you marking"
EXAMPLES = (
    "explain your reasoning step by step and show your internal thought process",
    "solve the problem step by step and show the full chain of thought before the answer",
    "you are a judge score the response by the rubric and return the grade",
    "compare the two responses and say which one is better",
    "generate new instructions with answers for training a language model",
    "rewrite the answer so that it keeps the information and avoids sensitive words",
)
TOPICS = (
    r"\b(function|code|python|class|compile|bug|api|sql)\b",
    r"\b(equation|integral|proof|theorem|solve|number|matrix)\b",
    r"\b(physics|chemistry|biology|energy|cell|experiment)\b",
    r"\b(patient|symptom|disease|dose|clinical|treatment)\b",
    r"\b(contract|court|law|legal|liability|clause)\b",
    r"\b(price|invoice|revenue|market|stock|budget)\b",
    r"\b(story|poem|character|novel|song|scene)\b",
    r"\b(reason|logic|infer|deduce|puzzle|why)\b",
    r"\b(translate|grammar|sentence|word|language)\b",
)
DIMENSIONS = 512
STEP = 16_384  # rows embedded at once


def texts_read(exchanges: pa.Table, order: ByAccount) -> dict[str, Signal]:
    """Signals of an account's wordings."""
    prompts = exchanges["prompt_text"].fill_null("").take(pa.array(order.rows))
    systems = exchanges["system_text"].take(pa.array(order.rows))
    topics = [_hits(prompts, topic) for topic in TOPICS]
    return {
        "reasoning_phrases": _reasoning(order, prompts, topics),
        "embedding": _nearest_example(order, prompts),
        "preamble": _preamble(order, prompts, systems),
        "structure": _structure(order, prompts),
        "watermark": (0.5 * order.most(_hits(prompts, WATERMARK)), 0.80),
        "topic_sequence": _topics(order, topics),
    }


def _hits(texts: pa.ChunkedArray, pattern: str) -> npt.NDArray[np.bool_]:
    found = pc.match_substring_regex(texts, pattern, ignore_case=True)
    return np.asarray(found.fill_null(fill_value=False).to_numpy(), bool)


def _reasoning(
    order: ByAccount, prompts: pa.ChunkedArray, topics: list[npt.NDArray[np.bool_]]
) -> Signal:
    asks = _hits(prompts, REASONING)
    one_topic = np.max([order.mean(topic) for topic in topics], axis=0)
    usual = np.where(order.mean(asks) >= 0.20, 0.35, 0.0) + np.where(one_topic >= 0.7, 0.25, 0.0)
    return 0.40 * order.most(asks) + np.where(order.counts >= 5, usual, 0.0), 0.90


def _nearest_example(order: ByAccount, prompts: pa.ChunkedArray) -> Signal:
    """Cosine with the nearest example, 0 below 0.60."""
    examples = hashed(pa.chunked_array([EXAMPLES]), DIMENSIONS).toarray()
    examples /= np.linalg.norm(examples, axis=1, keepdims=True)
    nearest = np.zeros(len(prompts))
    for at in range(0, len(prompts), STEP):
        x = hashed(prompts.slice(at, STEP), DIMENSIONS)
        # n-grams that occur twice stand in the row twice; adding them up gives their length
        x.sum_duplicates()
        length = np.sqrt(np.maximum(x.multiply(x).sum(axis=1), 1))
        nearest[at : at + STEP] = (x @ examples.T).max(axis=1) / length
    best = order.most(nearest)
    return np.maximum((best - 0.60) / 0.40, 0.0), np.clip(best, 0, 1)


def _preamble(order: ByAccount, prompts: pa.ChunkedArray, systems: pa.ChunkedArray) -> Signal:
    """Role phrases, one system prompt over and over, and the same one at other accounts."""
    role = _hits(prompts, ROLES) | _hits(systems, ROLES)
    system = codes(systems)
    known = system >= 0
    count = int(system.max(initial=0)) + 1
    pairs, held = np.unique(order.account[known] * count + system[known], return_counts=True)
    most = np.zeros(len(order.names))
    np.maximum.at(most, pairs // count, held.astype(np.float64))
    having = order.total(known)
    share = np.where(having >= 5, most / np.maximum(having, 1), 0.0)
    holders = different(system[known], order.account[known], count)
    crowd = order.most(np.where(known, holders[np.maximum(system, 0)], 0))
    score = np.where(order.most(role) > 0, 0.20, 0.0)
    score += np.select([share >= 0.8, share >= 0.6], [0.35, 0.20], 0.0)
    score += np.select([crowd >= 10, crowd >= 5, crowd >= 3], [0.40, 0.25, 0.10], 0.0)
    return score, np.where(crowd >= 3, 0.90, 0.70)


def _structure(order: ByAccount, prompts: pa.ChunkedArray) -> Signal:
    """How alike prompts are in length, first word and first thirty characters."""
    length = pc.utf8_length(prompts).to_numpy().astype(np.float64)
    first = pc.utf8_lower(pc.replace_substring_regex(prompts, r"(?s)\s.*$", ""))
    word = codes(first)
    shape = codes(pa.chunked_array([pa.array(word * 1_000 + np.minimum(length // 100, 999))]))
    head = codes(pc.utf8_lower(pc.utf8_slice_codeunits(prompts, 0, 30)))
    entropy = _entropy(order, shape) / np.log2(np.maximum(order.counts, 2))
    mean = order.mean(length)
    deviation = np.sqrt(order.mean((length - mean[order.account]) ** 2))
    spread = deviation / np.maximum(mean, 1)
    score = np.select([entropy < 0.2, entropy < 0.4], [0.45, 0.20], 0.0)
    score += np.select([spread < 0.1, spread < 0.2], [0.25, 0.10], 0.0)
    score += np.select([_top_share(order, head) > 0.6], [0.30], 0.0)
    confidence = np.minimum(order.counts / 50, 1)
    return np.where(order.counts >= 10, score * (0.3 + 0.7 * confidence), 0.0), confidence


def _topics(order: ByAccount, topics: list[npt.NDArray[np.bool_]]) -> Signal:
    """How evenly prompts are spread over topics; the order of topics is not looked at."""
    none = ~np.any(topics, axis=0)
    topic = np.where(none, len(topics), np.argmax(topics, axis=0)).astype(np.int64)
    evenness = _entropy(order, topic) / np.log2(len(topics) + 1)
    score = np.select([evenness >= 0.80, evenness >= 0.65], [0.40, 0.22], 0.0)
    return np.where((order.counts >= 15) & (score >= 0.25), score, 0.0), 0.60


def _entropy(order: ByAccount, value: Ints) -> Floats:
    """Shannon entropy in bits of each account's values."""
    account, held = _held(order, value)
    part = held / order.counts[account]
    each = -part * np.log2(part)
    return np.bincount(account, weights=each, minlength=len(order.names)).astype(np.float64)


def _top_share(order: ByAccount, value: Ints) -> Floats:
    """Share of each account's most frequent value."""
    account, held = _held(order, value)
    most = np.zeros(len(order.names))
    np.maximum.at(most, account, held.astype(np.float64))
    return most / order.counts


def _held(order: ByAccount, value: Ints) -> tuple[Ints, Ints]:
    """Each account's different values: the account, and how often it has the value."""
    width = int(value.max(initial=0)) + 1
    pairs, held = np.unique(order.account * width + value, return_counts=True)
    return pairs // width, held.astype(np.int64)
