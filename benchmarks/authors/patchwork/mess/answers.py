"""Visible answers: placeholders of plausible form."""

import re

from . import languages
from .dice import Random
from .grammar import Grammar


def answer(
    g: Grammar, texts: dict[str, list[str]], R: Random, kind: str, n: float, lang: str = "en"
) -> str:
    """A visible answer of about n tokens (4 characters each), logs keep at most 1,500 characters."""
    want = min(int(n * 4), 1500)
    if kind == "word":
        return R.choice(["yes", "no", "blue", "calm", "A", "B", "up", "7", "0.3", "warm"])
    if kind == "label":
        return R.choice(
            [
                "billing",
                "bug",
                "praise",
                "other",
                "positive",
                "negative",
                "neutral",
                "spam",
                "ham",
                '{"label": "other", "confidence": 0.8}',
            ]
        )
    if kind == "score":
        return R.choice(
            [
                f"{R.randint(1, 10)}",
                f"Score: {R.randint(1, 5)}",
                f'{{"score": {R.randint(1, 10)}, "why": "{R.choice(texts["prose"])}"}}',
                R.choice("AB"),
                f"{R.choice(texts['prose'])} [[{R.choice('AB')}]]",
            ]
        )
    if kind == "refusal":
        return R.choice(
            [
                "I can't help with that request.",
                "Sorry, I can't share my internal reasoning.",
                "I'm not able to assist with this.",
                "I can't do that, but I can explain the topic in general.",
            ]
        )
    if kind == "action":
        return R.choice(
            [
                f'{{"action": "click", "x": {R.randint(1, 1900)}, "y": {R.randint(1, 1000)}}}',
                f'type("{g.rule(R, "ident")}")',
                f"open {g.rule(R, 'path')}",
                "run tests",
            ]
        )
    if kind == "json":
        out = (
            "{"
            + ", ".join(
                f'"{g.rule(R, "ident")}": {R.choice(["null", R.randint(1, 999), "true"])}'
                for _ in range(max(1, want // 25))
            )
            + "}"
        )
        return out[:1500]
    pool = texts["ans_" + lang] if lang in languages.OTHER else texts["prose"]
    if kind == "code":
        parts, size = [R.choice(pool), "```"], 0
        while size < want:
            parts.append(R.choice(texts["code"]))
            size += len(parts[-1])
        return "\n".join(parts)[:1500] + "\n```"
    if kind == "steps":
        pool = texts["step"] if lang not in languages.OTHER else pool
    out, size = [], 0
    while size < want:
        s = R.choice(pool)
        out.append(s)
        size += len(s) + 1
    body = " ".join(out)[:1500]
    if kind.startswith("tag:"):
        tag = kind[4:]
        cut = max(1, len(out) * 3 // 4)
        return f"<{tag}>{' '.join(out[:cut])[:1300]}</{tag}>\n{' '.join(out[cut:])[:200]}"
    return body


def tagged(instruction: str) -> str:
    """Which output form a request for reasoning leads to."""
    m = re.search(r"<(thinking|reasoning)>", instruction)
    return "tag:" + m.group(1) if m else "steps"
