"""The public prompt sets, when a folder of them is given."""

from pathlib import Path

import pyarrow.parquet as pq

from .basics import Plain

# use: (file, most prompts taken from it)
WANT = {
    "chat": [("arena_hard", 700), ("oasst_prompt_reports", 900), ("awesome_prompts_zh", 120)],
    "role": [("awesome_chatgpt_prompts", 500)],
    "bench": [("humaneval", 160), ("zeroeval", 900)],
    "judge": [("llmbar_judges", 400), ("prometheus_eval", 400)],
    "instr": [
        ("gpteacher", 700),
        ("gorilla_apibench", 400),
        ("evol_instruct_meta", 200),
        ("self_instruct_meta", 200),
        ("marco_o1_cot", 120),
    ],
    "app": [("p3_templates", 500), ("polyai_banking_restaurant", 700), ("bfcl_live", 500)],
    "agent": [("fireact", 300), ("reflexion_logs", 300)],
    "red": [("hh_rlhf_harmless_test", 600)],
}


class Public:
    """A bounded sample of the public prompt sets, by use. Empty lists when no folder is given."""

    chat: list[str]
    role: list[str]
    bench: list[str]
    judge: list[str]
    instr: list[str]
    app: list[str]
    agent: list[str]
    red: list[str]

    def __init__(self, folder: str, r: Plain) -> None:
        for use, files in WANT.items():
            out = []
            for name, k in files:
                path = Path(folder) / f"{name}.parquet"
                if not (folder and path.exists()):
                    continue
                t = pq.read_table(path, columns=["kind", "prompt"])
                rows = [
                    p
                    for kd, p in zip(t["kind"].to_pylist(), t["prompt"].to_pylist(), strict=False)
                    if p and 12 < len(p) < 1800 and kd != "model_output"
                ]
                rows = list(dict.fromkeys(rows))
                out += r.sample(rows, min(k, len(rows)))
            setattr(self, use, out)
