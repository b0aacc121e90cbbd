"""How one holder words an intent: synonyms, connectives and the template itself."""

from typing import Any

from .dice import Random
from .grammar import Grammar
from .intents import INTENTS

SYN = {
    "show": "present",
    "write": "compose",
    "complete": "entire",
    "full": "whole",
    "answer": "reply",
    "result": "outcome",
    "question": "query",
    "reasoning": "rationale",
    "step": "stage",
    "steps": "stages",
    "task": "assignment",
    "explain": "clarify",
    "choose": "select",
    "better": "stronger",
    "return": "deliver",
    "only": "solely",
    "give": "provide",
    "final": "closing",
    "each": "every",
    "before": "prior to",
    "response": "reply",
    "score": "mark",
    "text": "passage",
    "rewrite": "rephrase",
    "problem": "exercise",
    "keep": "retain",
    "then": "afterwards",
    "clear": "plain",
    "below": "underneath",
    "use": "apply",
    "solution": "resolution",
    "finish": "wrap up",
    "include": "add",
    "verify": "confirm",
    "detail": "depth",
    "thinking": "deliberation",
    "describe": "portray",
}

LINKS = [
    "Also, ",
    "Importantly, ",
    "Please note: ",
    "As usual, ",
    "And ",
    "",
    "",
    "",
    "",
    "",
    "",
    "",
]


class Template:
    """One holder's wording of an intent. mode: fixed | slots | para."""

    def __init__(
        self, g: Grammar, R: Random, intent: str, mode: str, ctx: dict[str, Any] | None = None
    ) -> None:
        self.g, self.groups, self.mode, self.ctx = g, INTENTS[intent], mode, dict(ctx or {})
        if intent == "label":
            self.ctx.setdefault("labels", R.choice(INTENTS["labels"])[0])
        self.pick = [R.choice(x) for x in self.groups if not (x[0][0] == "?" and R.random() < 0.4)]
        self.text = (
            " ".join(g.say(R, p.lstrip("?"), self.ctx) for p in self.pick)
            if mode == "fixed"
            else None
        )

    def render(self, R: Random, ctx: dict[str, Any] | None = None) -> str:
        if self.text is not None and not ctx:
            return self.text
        c = {**self.ctx, **ctx} if ctx else self.ctx
        if self.mode != "para":
            return " ".join(self.g.say(R, p.lstrip("?"), c) for p in self.pick)
        parts = [
            self.g.say(R, R.choice(x).lstrip("?"), c)
            for x in self.groups
            if not (x[0][0] == "?" and R.random() < 0.55)
        ]
        if R.random() < 0.5:
            R.shuffle(parts)
        out = []
        for p in parts:
            ws = p.split(" ")
            for i, w in enumerate(ws):
                s = SYN.get(w.lower())
                if s and R.random() < 0.4:
                    ws[i] = s.capitalize() if w[0].isupper() else s
            said = " ".join(ws)
            link = R.choice(LINKS)
            out.append(link + (said[0].lower() + said[1:] if link and said else said))
        return R.choice([" ", " ", "\n", "\n- "]).join(out)
