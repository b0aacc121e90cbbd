"""Answers of the imagined models: pools made once from a fixed seed, and how one is put together."""

from __future__ import annotations

from .draws import Random, ch, num
from .items import sent, snippet
from .languages import ML
from .vocabulary import ALLT, CV, IDN, NAMES, PLACES

_R = Random(20260101)
POOL = [sent(_R, t) for d, t in ALLT for _ in range(8)]
POOL_ML = {
    k: [
        ch(_R, v[0])
        .format(
            t=ch(_R, v[1]),
            t2=ch(_R, v[1]),
            v=ch(_R, v[2]),
            k=num(_R),
            n=num(_R),
            nm=ch(_R, NAMES),
            p=ch(_R, PLACES),
        )
        .rstrip("?？ ")
        + "."
        for _ in range(300)
    ]
    for k, v in ML.items()
}
CODE = [snippet(_R) for _ in range(600)]
STEPW = ["First", "Next", "Then", "After that", "Now", "So", "Wait", "Checking", "Finally"]
OPEN = [
    "",
    "",
    "Sure. ",
    "Good question. ",
    "In short: ",
    "Here is a version. ",
    "That depends. ",
    "Certainly. ",
]


def answer(r: Random, kind: str, topic: str, lang: str, size: float) -> str:
    """Visible answer text; size is roughly the number of sentences."""
    n = max(1, min(14, int(size)))
    if kind == "word":
        return ch(
            r,
            [
                "positive",
                "negative",
                "neutral",
                "billing",
                "other",
                "spam",
                "yes",
                "no",
                "urgent",
                "normal",
            ],
        )
    if kind == "score":
        return '{"score": %d, "reason": "%s"}' % (num(r, 1, 10), ch(r, POOL))
    if lang != "en" and kind != "code":
        return " ".join(ch(r, POOL_ML[lang]) for _ in range(n))
    i = int(r.random() * (len(POOL) - 16))
    b = POOL[i : i + n] if r.random() < 0.3 else [ch(r, POOL) for _ in range(n)]
    if kind == "code":
        return "%s\n```\n%s\n```\n%s" % (ch(r, OPEN), ch(r, CODE), " ".join(b[:3]))
    if kind == "steps":
        return "\n".join(
            "%s, %s" % (ch(r, STEPW), x[0].lower() + x[1:]) for x in b
        ) + "\nAnswer: %s" % (num(r, 1, 400) if r.random() < 0.5 else topic)
    if kind == "list":
        return "\n".join("%d. %s" % (k + 1, x) for k, x in enumerate(b))
    if kind == "json":
        return '{"title": "%s", "items": ["%s"], "n": %d}' % (topic, '", "'.join(b[:3]), num(r))
    if kind == "tool":
        return "%s\n%s %s" % (
            b[0],
            ch(r, ["Running", "Calling", "Next:", "Edit"]),
            ch(r, CV) + "_" + ch(r, IDN),
        )
    return ch(r, OPEN) + "About " + topic + ": " + " ".join(b)


REFUSE = [
    "I can't help with that request.",
    "Sorry, I'm not able to share that.",
    "I won't provide this, but I can help with a related question.",
    "That is something I can't assist with.",
]
