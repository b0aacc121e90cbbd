"""Public prompts from a folder of texts, with own grammar where a set is missing."""

import math
from pathlib import Path
from typing import ClassVar

import pyarrow.parquet as pq

from .draws import Random
from .words import paste


class Public:
    """Public prompt sets if a folder is given, else own grammar. pools: chat, bench, judge, instr, support, agent, role, harm, app."""

    FILES: ClassVar[dict[str, tuple[str, ...]]] = {
        "chat": ("oasst_prompt_reports", "arena_hard", "awesome_prompts_zh"),
        "bench": ("zeroeval", "humaneval"),
        "judge": ("prometheus_eval", "llmbar_judges"),
        "instr": ("gpteacher", "self_instruct_meta", "evol_instruct_meta", "gorilla_apibench"),
        "support": ("polyai_banking_restaurant",),
        "agent": ("fireact", "reflexion_logs"),
        "role": ("awesome_chatgpt_prompts",),
        "harm": ("hh_rlhf_harmless_test",),
        "app": ("p3_templates",),
        "tool": ("bfcl_live", "glaive_toolcall_demo"),
    }

    def __init__(self, folder: str | None, r: Random, cap: int = 2500) -> None:
        self.pools = {}
        if not folder or not Path(folder).is_dir():
            return
        for name, files in self.FILES.items():
            out = []
            for f in files:
                path = Path(folder) / f"{f}.parquet"
                if not path.exists():
                    continue
                xs = [
                    x
                    for x in pq.read_table(path, columns=["prompt"])["prompt"].to_pylist()
                    if x and len(x) > 8
                ]
                out += [x[:1600] for x in (r.sample(xs, cap) if len(xs) > cap else xs)]
            if out:
                self.pools[name] = out

    def get(self, r: Random, name: str, lang: str = "en", dom: str | None = None) -> str:
        p = self.pools.get(name)
        if p is None or r.random() < 0.15:
            return paste(
                r, {"bench": "math", "support": "ticket", "agent": "log"}.get(name, "q"), lang, dom
            )[0]
        return p[math.floor(r.random() * len(p))]
