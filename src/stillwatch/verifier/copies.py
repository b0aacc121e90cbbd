"""Test `exact_copies` counts how often a suspect repeats a teacher's answers word for word.

Statistic: on how many prompts the suspect's first usable answer has the same words as one of the
teacher's. Null hypothesis: the suspect copies no more often than the reference lineage that copies
most. The rate of every lineage is replaced by the upper end of its Clopper-Pearson interval, all of
them holding together at 1 - alpha/10; against the largest of them the suspect's count is binomial,
and the alpha/10 is added to p. Prompts that are unequally easy to copy only make the binomial tail
too large (Hoeffding 1956), as long as answers to different prompts are independent.

It fails where teacher and suspect both repeat a public text, and where the suspect is the teacher
under another name. It does not see copying that was reworded.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

from scipy.stats import beta, binom

from stillwatch.verifier.exchanges import Evidence, words

LEAST_WORDS = 12
LEAST_PROMPTS = 50
LEAST_LINEAGES = 3
SAME_MODEL = 0.5  # two models that agree word for word on more than this are taken for one

Texts = Mapping[str, tuple[str, ...]]  # words of the first usable answer, by prompt


def exact_copies(evidence: Evidence, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """One entry for each suspect and teacher; a pair that cannot be judged says why."""
    least_words = int(parameters.get("least_words", LEAST_WORDS))
    first = {one.name: _first_answers(evidence, one.name) for one in evidence.plan.respondents}
    asked = {
        name: words(" ".join(message["content"] for message in messages))
        for name, messages in evidence.prompts.items()
    }
    own = {name: _own_words(texts, asked) for name, texts in first.items()}
    lineages, merged = _lineages(evidence, own)
    references = [one.name for one in evidence.plan.of_role("reference")]
    pairs = []
    for teacher in evidence.plan.of_role("teacher"):
        registered = _registered(evidence, teacher.name, asked, least_words)
        rates = {
            lineage: max((_copies(first[name], registered) for name in names), key=_rate)
            for lineage, names in lineages.items()
        }
        pairs += [
            {
                "suspect": suspect.name,
                "teacher": teacher.name,
                **_judged(
                    evidence,
                    parameters,
                    _copies(first[suspect.name], registered),
                    rates,
                    [o for o in references if _agreement(own[suspect.name], own[o]) > SAME_MODEL],
                ),
            }
            for suspect in evidence.plan.of_role("suspect")
        ]
    return {
        "kind": "lead",
        "pairs": pairs,
        "facts": {"reference_lineages": len(lineages), "counted_as_one": merged},
    }


def _judged(
    evidence: Evidence,
    parameters: Mapping[str, Any],
    found: tuple[int, int],
    rates: Mapping[str, tuple[int, int]],
    twins: Sequence[str],
) -> dict[str, Any]:
    least = int(parameters.get("least_prompts", LEAST_PROMPTS))
    used = {name: rate for name, rate in rates.items() if rate[1] >= least}
    copied, count = found
    entry = {
        "statistic": copied / count if count else None,
        "p_value": None,
        "likelihood_ratio": None,
        "likelihood_ratio_bound": None,
        "n": len(used),
        "unit": "reference lineages",
        "refused": _refusal(count, least, len(used), twins),
        "facts": {
            "copied": copied,
            "prompts": count,
            "references": {
                name: {"copied": x, "prompts": n} for name, (x, n) in sorted(rates.items())
            },
        },
    }
    if entry["refused"] is None:
        entry |= _tested(copied, count, list(used.values()), evidence.plan.alpha / 10, entry)
    return entry


def _refusal(count: int, least: int, lineages: int, twins: Sequence[str]) -> str | None:
    if twins:
        return f"the suspect answers like {twins[0]} word for word: it is in the panel itself"
    if count < least:
        return f"only {count} prompts have answers that can be compared; {least} are needed"
    if lineages < LEAST_LINEAGES:
        return f"only {lineages} reference lineages can be compared; {LEAST_LINEAGES} are needed"
    return None


def _tested(
    copied: int,
    count: int,
    rates: Sequence[tuple[int, int]],
    error: float,
    entry: Mapping[str, Any],
) -> dict[str, Any]:
    """The p-value, and the rank among lineages, which says less but assumes less."""
    most = max(upper_bound(x, n, error / len(rates)) for x, n in rates)
    tail = float(binom.sf(copied - 1, count, most)) if copied >= count * most + 1 else 1.0
    at_least = sum(x / n >= copied / count for x, n in rates)
    low = float(beta.ppf(0.025, copied, count - copied + 1)) if copied else 0.0
    return {
        "p_value": min(1.0, tail + error),
        "facts": {
            **entry["facts"],
            "reference_rate_at_most": most,
            "rate_low": low,
            "rate_high": upper_bound(copied, count, 0.025),
            "lineage_p": (1 + at_least) / (1 + len(rates)),
        },
    }


def upper_bound(successes: int, trials: int, error: float) -> float:
    """Clopper-Pearson: a rate above this would give so few successes with at most this chance."""
    if successes == trials:
        return 1.0
    return float(beta.ppf(1 - error, successes + 1, trials - successes))


def _first_answers(evidence: Evidence, name: str) -> dict[str, tuple[str, ...]]:
    """A prompt counts once, by the first answer with words, in the order of the plan."""
    order = {one.name: at for at, one in enumerate(evidence.plan.conditions)}
    mine = [one for one in evidence.answers if one.task.respondent == name and one.state == "whole"]
    mine.sort(key=lambda one: (order.get(one.task.condition, len(order)), one.task.repeat))
    found: dict[str, tuple[str, ...]] = {}
    for one in mine:
        found.setdefault(one.task.prompt, words(one.text))
    return found


def _own_words(texts: Texts, asked: Texts) -> Texts:
    """Answers by which a model can be told: not brief ones, nor ones that repeat the question."""
    return {
        name: text
        for name, text in texts.items()
        if len(text) >= LEAST_WORDS and " ".join(text) not in " ".join(asked.get(name, ()))
    }


def _registered(
    evidence: Evidence, teacher: str, asked: Mapping[str, tuple[str, ...]], least_words: int
) -> dict[str, set[tuple[str, ...]]]:
    """The teacher's answers that nobody reaches by being brief or by repeating the question."""
    found: dict[str, set[tuple[str, ...]]] = {}
    kept = set({text: name for name, text in sorted(asked.items(), reverse=True)}.values())
    for one in evidence.answers:
        if one.task.respondent != teacher or one.state != "whole" or one.task.prompt not in kept:
            continue
        text = words(one.text)
        question = " ".join(asked.get(one.task.prompt, ()))
        if len(text) >= least_words and " ".join(text) not in question:
            found.setdefault(one.task.prompt, set()).add(text)
    return found


def _copies(mine: Texts, registered: Mapping[str, set[tuple[str, ...]]]) -> tuple[int, int]:
    both = [name for name in registered if name in mine]
    return sum(mine[name] in registered[name] for name in both), len(both)


def _rate(found: tuple[int, int]) -> float:
    return found[0] / found[1] if found[1] else 0.0


def _lineages(
    evidence: Evidence, own: Mapping[str, Texts]
) -> tuple[dict[str, list[str]], list[list[str]]]:
    """References by lineage; models that agree word for word count as one, and are named."""
    references = evidence.plan.of_role("reference")
    home = {one.name: one.lineage for one in references}
    merged = []
    for a, b in combinations(sorted(home), 2):
        if home[a] != home[b] and _agreement(own[a], own[b]) > SAME_MODEL:
            merged.append([a, b])
            old, new = home[b], home[a]
            home = {name: new if lineage == old else lineage for name, lineage in home.items()}
    found: dict[str, list[str]] = {}
    for name, lineage in home.items():
        found.setdefault(lineage, []).append(name)
    return found, merged


def _agreement(a: Texts, b: Texts) -> float:
    both = [name for name in a if name in b]
    return sum(a[name] == b[name] for name in both) / len(both) if both else 0.0
