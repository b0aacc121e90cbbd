"""One table of what each method sends."""

from dataclasses import dataclass
from typing import Any

from .programmes import TOOLS


@dataclass
class Method:
    """What one method of distillation sends."""

    genres: str  # template genres, one is drawn
    item: str | None = None  # work item kind; default by genre
    mode: str = "single"  # single, session, relay, replay, sweep, history, loop
    samples: int = 1  # requests per item
    shape: dict[str, Any] | None = None
    dom: str | None = None


M = {
    "M01": Method("reason"),
    "M02": Method("posthoc"),
    "M03": Method("think_lang", "mirror"),
    "M04": Method("debug", "trace", shape=dict(refuse=0.12)),
    "M05": Method("fakesys", "q", shape=dict(refuse=0.12, out=(500, 0.5))),
    "M06": Method("transform", "trace", shape=dict(refuse=0.08)),
    "M07": Method("transform debug", "trace", "replay", shape=dict(think=1.0)),
    "M08": Method("toolsys", "q", "session", shape=dict(toolp=0.8)),
    "M09": Method("agent toolsys", "q", "session", shape=dict(think=1.0)),
    "M10": Method("persona", "q", shape=dict(think=1.0)),
    "M11": Method("debug fakesys transform reason", "trace", "sweep", shape=dict(refuse=0.5)),
    "M12": Method("judge", samples=4, shape=dict(fmt="json_object")),
    "M13": Method("pair", samples=2),
    "M14": Method("clean", "trace"),
    "M15": Method("instr", "seed"),
    "M16": Method("task", "q"),
    "M17": Method(
        "reason persona",
        "bench",
        samples=4,
        shape=dict(temp=(0.6, 0.7, 1.0), choices=(None, None, 4)),
    ),
    "M18": Method("safe", "sens", shape=dict(refuse=0.05)),
    "M19": Method("expert", "q", dom="law finance support kernels"),
    "M20": Method("persona expert reason", "mirror", samples=6),
    "M21": Method("caption", "shot", shape=dict(images=(1, 1, 2, 4))),
    "M22": Method("judge pair clean", samples=2),
    "M23": Method("agent", "issue", "session", shape=dict(tools=TOOLS[0], toolp=0.85)),
    "M24": Method("toolsys", "q", "session", shape=dict(toolp=0.85)),
    "M25": Method("screen", "shot", "session", shape=dict(images=(1,), toolp=0.5, tools=TOOLS[7])),
    "M26": Method("persona cont", "conv", "history"),
    "M27": Method("usersim", "conv", "session"),
    "M28": Method("vendor", "chat", "relay"),
    "M29": Method("vendor", "issue", "session", shape=dict(tools=TOOLS[1], toolp=0.8)),
    "M30": Method("cont", "draft", "loop"),
    "M31": Method(
        "label shadow", "word", shape=dict(logprobs=20, bias=100, maxtok=(1,), out=(1, 0.1))
    ),
    "M32": Method("shadow", "word"),
    "M33": Method("expert agent", "rnd", dom="mlops"),
}

ACCESS = ["M34", "M35", "M36", "M37", "M38", "M39", "M40", "M41", "M43", "M44"]

PAYLOADS = ["M01", "M02", "M12", "M14", "M15", "M16", "M17", "M19", "M23", "M10", "M20", "M13"]
