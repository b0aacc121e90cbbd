"""What the model answers."""

import json

from .basics import Rand
from .vocabulary import CITIES, NAMES, REPLY, SLOTS, WORDS
from .wording import code, sentences

REFUSAL = [
    "I can't help with that request.",
    "I'm sorry, but I can't provide this.",
    "This goes against the usage policy, so I have to decline.",
    "I'm not able to share that.",
]


def reply(r: Rand, genre: str, prompt: str) -> str:
    x = r.random()
    if genre == "judge":
        return (
            json.dumps({"score": r.randint(1, 10), "reason": r.choice(REPLY)})
            if x < 0.8
            else str(r.randint(1, 10))
        )
    if genre == "pair":
        return r.choice(["A", "B", "[[A]]", "[[B]]", "B. " + r.choice(REPLY)])
    if genre in ("label", "shadow", "logit"):
        return r.choice(
            [
                "positive",
                "other",
                "bug",
                "urgent",
                "neutral",
                "yes",
                "no",
                r.choice(WORDS),
                "question",
            ]
        )
    if genre in ("extract", "tool"):
        return json.dumps(
            {
                "name": r.choice(NAMES),
                "city": r.choice(CITIES),
                "amount": r.randint(5, 9000),
                "note": None if x < 0.5 else r.choice(REPLY),
            }
        )
    if genre in ("agent", "code", "review"):
        return r.choice(REPLY) + "\n```python\n" + code(r) + "\n```" if x < 0.5 else sentences(r, 2)
    if genre == "screen":
        return json.dumps(
            {
                "action": r.choice(["click", "type", "scroll", "done"]),
                "x": r.randint(0, 1280),
                "y": r.randint(0, 800),
            }
        )
    if genre in ("reason", "posthoc", "tutor", "think_lang"):
        t = r.choice(SLOTS["tag"])
        return (
            f"<{t}>" + sentences(r, 4) + f"</{t}> {r.choice(SLOTS['out'])} {r.randint(1, 999)}"
            if x < 0.6
            else sentences(r, 4)
        )
    p = prompt[-80:] if len(prompt) > 80 else prompt
    return f"{r.choice(['About', 'Regarding', 'On', 'Here is my view on', 'Sure:', 'To'])} {p.split(chr(10))[-1][:50]}: {sentences(r, r.randint(1, 3))}"


def answer(r: Rand, genre: str, prompt: str, *, good: bool, refused: bool) -> str | None:
    """The text that comes back: nothing after an error, a refusal, or a reply of the genre."""
    if not good:
        return None
    if refused:
        return r.choice(REFUSAL)
    return reply(r, genre, prompt)
