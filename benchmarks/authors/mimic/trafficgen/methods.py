"""Methods of the crews, by code, and the families of work each may use."""

from __future__ import annotations

from .draws import Random

# method -> families it may use ("" = organic prompts of other people's product)
METH = {
    "M01": "cot",
    "M02": "posthoc",
    "M03": "langcot",
    "M04": "debug",
    "M05": "spoof",
    "M06": "launder",
    "M07": "replaycot",
    "M08": "thinktool",
    "M09": "ctxedit",
    "M10": "qasum",
    "M11": "sweep",
    "M12": "rubric",
    "M13": "pair",
    "M14": "clean",
    "M15": "selfinst evolve persona",
    "M16": "rltask",
    "M17": "bench",
    "M18": "saferw",
    "M19": "domain",
    "M20": "mirror",
    "M21": "vision",
    "M22": "judge3",
    "M23": "agent",
    "M24": "toolsw",
    "M25": "gui",
    "M26": "sessrep",
    "M27": "envrec",
    "M28": "",
    "M29": "ident",
    "M30": "draft",
    "M31": "logit",
    "M32": "oneword",
    "M33": "rnd",
}
SUPPLY = ["M34", "M35", "M36", "M37", "M38", "M39", "M40", "M41", "M43", "M44"]
CONTENT = [k for k in METH if k != "M28"]


def kinds(r: Random, n: int) -> list[str]:
    """Draw n methods without replacement, about one in three from the supply side."""
    a, b = r.sample(list(METH), len(METH)), r.sample(SUPPLY, len(SUPPLY))
    k = sum(r.random() < 0.33 for _ in range(n))
    out = a[: n - k] + b[:k]
    r.shuffle(out)
    return out
