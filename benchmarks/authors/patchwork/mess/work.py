"""A workload, and the types its parts are made of."""

from collections.abc import Callable
from typing import Any

from .dice import Random

State = dict[str, Any]
Extra = dict[str, Any]
Request = tuple[str | None, str, Extra | None]
Gen = Callable[[Random, State], Request]
Payload = Callable[[Random, State], Any]
Slot = Callable[[Random, State], Extra | None]

OUT = {
    "word": 1,
    "label": 5,
    "score": 30,
    "json": 90,
    "action": 28,
    "short": 60,
    "prose": 230,
    "code": 330,
    "steps": 480,
    "long": 800,
}


class Work:
    """gen(R, st) -> (system, prompt, extra|None); st is the conversation's state, st['k'] the turn number."""

    __slots__ = (
        "blocks",
        "fmt",
        "gen",
        "hostile",
        "images",
        "lang",
        "model",
        "ntok",
        "op",
        "out",
        "params",
        "refusal",
        "rhythm",
        "tenants",
        "tools",
        "turns",
        "weekend",
    )

    def __init__(
        self,
        gen: Gen | None,
        out: str = "prose",
        turns: float = 1.0,
        rhythm: str = "human",
        **k: Any,
    ) -> None:
        self.gen, self.out, self.turns, self.rhythm = gen, out, turns, rhythm
        self.ntok = k.get("ntok") or OUT.get(out, 300)
        self.tools, self.images, self.fmt = k.get("tools"), k.get("images", 0), k.get("fmt")
        self.params, self.model, self.refusal, self.op = (
            k.get("params", {}),
            k.get("model"),
            k.get("refusal", 0.004),
            k.get("op"),
        )
        self.hostile, self.lang, self.blocks, self.weekend, self.tenants = (
            k.get("hostile", False),
            k.get("lang", "en"),
            k.get("blocks"),
            k.get("weekend", 0.7),
            k.get("tenants"),
        )
