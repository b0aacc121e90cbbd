"""Families of work, and the invented products and firms that prompts may name."""

from __future__ import annotations

from .draws import words

# family: (item types, units, answer kind, extras). Extras: p = parameter overrides, tools, img, sysfrac = chance that the template lives in the system turn
F = {
    "cot": ("qa math code", "expert steps tags complete", "steps", {}),
    "posthoc": ("qans", "posthoc steps tags", "steps", {}),
    "langcot": ("qa", "langmatch steps tags", "steps", {"ml": 1}),
    "debug": ("qa err", "debug noflag complete", "steps", {"ref": 0.15}),
    "spoof": ("qa", "spoof complete tags", "steps", {"ref": 0.25}),
    "launder": ("qa", "launder complete noflag", "steps", {"ref": 0.2}),
    "replaycot": ("qa", "debug complete", "steps", {"blocks": 1, "ref": 0.1}),
    "thinktool": (
        "repo qa tool",
        "thinktool agent",
        "tool",
        {"tools": ["deep_think", "search", "run"]},
    ),
    "ctxedit": ("qa code", "steps complete", "steps", {"blocks": 1}),
    "qasum": ("qa math", "solve summ", "chat", {}),
    "sweep": ("qa", "debug spoof launder noflag", "steps", {"ref": 0.6, "any": 1}),
    "rubric": ("graded", "rubric json", "score", {"p": {"request_temperature": 0.0}}),
    "pair": ("pair", "pairw json", "score", {"p": {"request_temperature": 0.0}}),
    "clean": ("doc convo", "clean placeh", "doc", {}),
    "selfinst": ("qa", "selfinst json complete", "list", {}),
    "evolve": ("qa code", "evolve cover", "chat", {}),
    "persona": ("bio", "persona complete", "chat", {}),
    "rltask": ("code", "rltask json", "code", {}),
    "bench": ("math", "solve steps final", "steps", {"bench": 1}),
    "saferw": ("sens", "saferw json", "chat", {"ref": 0.08}),
    "domain": ("qa", "expert cover summ", "chat", {"dom": 1}),
    "mirror": ("qa string", "translate placeh", "trans", {"ml": 0.5}),
    "vision": ("image", "caption json", "json", {"img": 1}),
    "judge3": ("graded pair", "rubric pairw json", "score", {"p": {"request_temperature": 0.0}}),
    "agent": ("repo", "agent complete", "tool", {"tools": ["bash", "edit", "read_file"]}),
    "toolsw": ("tool", "toolsel json", "tool", {"tools": ["search", "lookup", "submit"]}),
    "gui": ("screen", "gui json", "json", {"img": 1, "tools": ["computer"]}),
    "sessrep": ("convo", "replay complete", "chat", {}),
    "envrec": ("repo", "envrec simuser", "code", {}),
    "ident": ("repo code", "ident agent", "tool", {"tools": ["bash", "edit", "read_file"]}),
    "draft": ("graded", "draft json", "score", {}),
    "logit": (
        "word",
        "label oneword",
        "word",
        {"p": {"request_max_tokens": 1, "request_top_logprobs": 20}, "lb": 1},
    ),
    "oneword": ("word ticket", "label oneword", "word", {}),
    "rnd": ("lab err", "rnd steps", "code", {}),
    "support": ("ticket", "support", "chat", {}),
    "review": ("diff", "review", "list", {}),
    "tutor": ("math qa qans", "tutor steps", "steps", {}),
    "rag": ("doc", "ctx solve", "chat", {}),
    "codegen": ("code err", "expert complete", "code", {}),
}
F = {k: (a.split(), b.split(), c, d) for k, (a, b, c, d) in F.items()}
PRODS = words("Lumo|Quillo|Verdi|Tamarin|Okapi|Brio|Nimbus|Zephyr|Koru|Mistle")
FIRMS = words(
    "Northgate|Oakline|Bluefern|Kestrel|Sunmere|Ardent|Polygon Works|Halden|Rivermark|Tessera"
)
