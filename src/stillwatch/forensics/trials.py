"""Makes the trials of a log-linked test from what campaigns were served."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from stillwatch.forensics.served import Haul
from stillwatch.model.errors import SourceError, raise_faults
from stillwatch.verifier.canary import folded
from stillwatch.verifier.served import slot_of
from stillwatch.verifier.served_evidence import LEAST_TRIALS
from stillwatch.verifier.watermark import words

Row = dict[str, Any]


def haul_rows(hauls: Mapping[str, Haul]) -> list[Row]:
    """What each campaign was served, one line an answer."""
    return [
        {
            "campaign": name,
            "exchange": one.exchange_id,
            "prompt": one.prompt,
            "answer": one.answer,
        }
        for name, haul in hauls.items()
        for one in haul.answers
    ]


def twin_rows(
    haul: Sequence[Mapping[str, str]],
    others: Mapping[str, Sequence[str]],
    key: bytes | None,
    nonce: str,
) -> list[Row]:
    """Trials of twin answers. With a key, the served answer must stand where the key drew it.

    Without a key, the answers are put in the order of their bytes, so that place says nothing.
    """
    found, faults = list[Row](), list[SourceError]()
    for one in haul:
        answers = [text for text in others.get(folded(one["prompt"]), ()) if folded(text)]
        if not answers:
            continue
        if key is None:
            answers = sorted({*answers, one["answer"]})
        elif one["answer"] not in answers:
            what = "the served answer is not among those that the key chose from"
            faults.append(SourceError(one["exchange"], what, "list every answer, in their order"))
            continue
        if len(answers) < 2:
            continue
        served = answers.index(one["answer"])
        if key is not None:
            drawn = slot_of(key, nonce, one["campaign"], one["prompt"], len(answers))
            if drawn != served:
                what = f"the key draws answer {drawn}, and answer {served} was served"
                faults.append(SourceError(one["exchange"], what, "serve what the key draws"))
        found.append(
            {
                "campaign": one["campaign"],
                "prompt": one["prompt"],
                "answers": answers,
                "served": served,
            }
        )
    raise_faults("the twin answers cannot be used", faults)
    return enough(found)


def matched_rows(
    haul: Sequence[Mapping[str, str]], candidates: Sequence[Mapping[str, str]], sent: set[str]
) -> list[Row]:
    """Each served prompt with the likest candidate that nobody sent; each candidate once."""
    free = {
        at: (set(words(one["prompt"])), one)
        for at, one in enumerate(candidates)
        if folded(one["prompt"]) not in sent
    }
    found = []
    for one in haul:
        if not free:
            break
        mine = set(words(one["prompt"]))
        best = max(free, key=lambda at: (_likeness(mine, free[at][0]), -at))
        twin = free.pop(best)[1]
        found.append(
            {
                "campaign": one["campaign"],
                "prompt": one["prompt"],
                "answer": one["answer"],
                "twin_prompt": twin["prompt"],
                "twin_answer": twin["answer"],
            }
        )
    return enough(found)


def _likeness(one: set[str], other: set[str]) -> float:
    return len(one & other) / len(one | other) if one | other else 0.0


def enough(rows: Sequence[Row]) -> list[Row]:
    """Trials of campaigns that have a few; each campaign is tested for itself."""
    counts = Counter(row["campaign"] for row in rows)
    kept = [row for row in rows if counts[row["campaign"]] >= LEAST_TRIALS]
    if not kept:
        what = f"no campaign has {LEAST_TRIALS} prompts that can be tested"
        raise SourceError("trials", what, "take more of the haul, or all exchanges")
    return kept


def prompt_rows(rows: Sequence[Row]) -> list[Row]:
    """The prompts that the trials need, as a plan names them."""
    texts = [row[name] for row in rows for name in ("prompt", "twin_prompt") if name in row]
    return [{"id": f"served-{at:04}", "prompt": text} for at, text in enumerate(texts, 1)]
