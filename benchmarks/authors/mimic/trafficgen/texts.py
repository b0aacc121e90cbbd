"""Public prompts from the texts folder; everything works without them."""

from __future__ import annotations

from pathlib import Path

from .draws import Random


def load_texts(path: str | None, r: Random) -> dict[str, list[tuple[str | None, str]]]:
    """Public prompt pools (name -> list of (system, prompt)); empty without the folder."""
    out: dict[str, list[tuple[str | None, str]]] = {}
    if not path or not Path(path).is_dir():
        return out
    import pyarrow.parquet as pq

    src = {
        "chat": ["oasst_prompt_reports", "arena_hard"],
        "role": ["awesome_chatgpt_prompts", "awesome_prompts_zh"],
        "code": ["humaneval"],
        "codegen": ["gpteacher"],
        "tool": ["bfcl_live", "glaive_toolcall_demo"],
        "support": ["polyai_banking_restaurant"],
        "nlp": ["p3_templates"],
        "math": ["zeroeval"],
        "judge": ["prometheus_eval"],
        "pair": ["llmbar_judges"],
        "selfinst": ["self_instruct_meta"],
        "evol": ["evol_instruct_meta"],
        "red": ["hh_rlhf_harmless_test"],
        "traj": ["fireact", "reflexion_logs"],
        "api": ["gorilla_apibench"],
        "cot": ["marco_o1_cot"],
    }
    for k, fs in src.items():
        seen, rows = set(), []
        for f in fs:
            p = Path(path) / (f + ".parquet")
            if not p.exists():
                continue
            t = pq.read_table(p, columns=["kind", "system", "prompt"]).to_pydict()
            got = []
            for kd, s, q in zip(t["kind"], t["system"], t["prompt"], strict=True):
                if kd != "model_output" and q and q not in seen:
                    seen.add(q)
                    got.append((s[:900] if s else None, q[:1500]))
            if len(got) > 2500:
                got = [got[i] for i in sorted(r.sample(range(len(got)), 2500))]
            rows += got
        if rows:
            out[k] = rows
    return out


FAMPUB = {
    "cot": ["math", "chat", "cot"],
    "langcot": ["role"],
    "posthoc": ["cot"],
    "bench": ["math", "math", "code"],
    "rubric": ["judge"],
    "judge3": ["judge", "pair"],
    "pair": ["pair"],
    "selfinst": ["selfinst"],
    "evolve": ["evol"],
    "persona": ["role"],
    "toolsw": ["tool", "api"],
    "agent": ["traj"],
    "saferw": ["red"],
    "oneword": ["support", "nlp"],
    "logit": ["support", "nlp"],
    "sessrep": ["chat"],
    "codegen": ["codegen", "code"],
    "rltask": ["code"],
    "qasum": ["chat", "nlp"],
    "sweep": ["red"],
    "support": ["support"],
    "domain": ["chat"],
    "clean": ["nlp"],
    "rag": ["nlp"],
    "tutor": ["math"],
    "draft": ["math"],
    "ident": ["traj"],
    "thinktool": ["tool"],
}
RAW = {"judge", "pair", "selfinst", "evol", "traj"}  # prompts that carry their own instructions
