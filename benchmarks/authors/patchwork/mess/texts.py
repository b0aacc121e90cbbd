"""Prompts of people, documents, items and answers: own grammar plus public prompt sets."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from . import languages, words
from .answers import answer
from .dice import Random
from .grammar import Grammar

Person = dict[str, Any]
Row = tuple[str | None, str, str | None, str]

LANGS = list(languages.OTHER)

POOLS = {
    "chat": [
        "arena_hard",
        "oasst_prompt_reports",
        "awesome_chatgpt_prompts",
        "awesome_prompts_zh",
        "hh_rlhf_harmless_test",
    ],
    "instruct": ["gpteacher", "gorilla_apibench", "marco_o1_cot"],
    "bench": ["zeroeval", "humaneval", "prometheus_eval"],
    "meta": ["evol_instruct_meta", "self_instruct_meta"],
    "judge": ["llmbar_judges", "prometheus_eval"],
    "agent": ["fireact", "reflexion_logs", "glaive_toolcall_demo"],
    "app": ["bfcl_live", "p3_templates"],
    "support": ["polyai_banking_restaurant"],
    "systems": ["fabric_patterns"],
}

KIND = {
    "chat": "benign_prompt",
    "bench": "benchmark_prompt",
    "judge": "judge_prompt",
    "app": "benign_prompt",
    "support": "benign_prompt",
    "systems": "benign_prompt",
}

FOLLOW = [
    "shorter please",
    "and in a table?",
    "why?",
    "can you give another example",
    "that didn't work, same error",
    "ok thanks, now {make it more formal|add a header|do it for <n2>}",
    "no, i meant <doc>",
    "what about <subject>?",
    "continue",
    "are you sure about the {second|last} point",
    "translate it to {spanish|german|english}",
    "now {only the code|without comments|step by step}",
    "{perfect|great}, next: <doc>",
    "show the steps",
    "hmm {explain|elaborate}",
    "what if it's <n3> instead",
]


class Texts:
    """The grammar, pools of sentences made with it, and the public prompt sets."""

    def __init__(self, R: Random, folder: str | None) -> None:
        rules = dict(words.RULES)
        for k, v in languages.OTHER.items():
            rules[f"t_{k}"] = v["topics"]
            rules[f"ask_{k}"] = [a.replace("<t>", f"<t_{k}>") for a in v["asks"]]
            rules[f"ans_{k}"] = v["ans"]
        self.g = g = Grammar(rules)
        # pre-built pools of sentences, code and steps: fast, and repeated between unrelated accounts as boilerplate is in life
        self.pool = {
            k: [g.rule(R, k) for _ in range(n)]
            for k, n in [
                ("s_biz", 1500),
                ("s_sup", 2500),
                ("s_sci", 1500),
                ("s_med", 1500),
                ("s_law", 1500),
                ("s_fin", 1500),
                ("code", 3000),
                ("step", 2500),
                ("prose", 2500),
            ]
        }
        for k in LANGS:
            self.pool["ans_" + k] = [g.rule(R, "ans_" + k) for _ in range(60)]
        sent = [self.pool[k] for k in ("s_biz", "s_sup", "s_sci", "s_med", "s_law", "s_fin")]
        g.add("s_any", lambda R: R.choice(R.choice(sent)))
        g.add("code", lambda R: R.choice(self.pool["code"]))
        self.pub = {k: self._public(R, folder, k) for k in POOLS}

    def _public(self, R: Random, folder: str | None, pool: str, cap: int = 5000) -> list[Row]:
        rows = []
        for src in POOLS[pool]:
            path = Path(folder) / f"{src}.parquet" if folder else None
            if path is None or not path.exists():
                continue
            t = pq.read_table(
                path, columns=["kind", "system", "prompt", "response", "turn", "lang"]
            )
            k, s, p, r, u, l = (t.column(i).to_pylist() for i in range(6))
            seen, got = set(), []
            for i in range(len(p)):
                text = p[i] if pool != "systems" else s[i]
                if (
                    not text
                    or len(text) > 3600
                    or (pool in KIND and k[i] != KIND[pool])
                    or ((u[i] or 0) > 0 and pool == "chat")
                    or text in seen
                ):
                    continue
                seen.add(text)
                got.append(
                    (
                        s[i] if pool != "systems" else None,
                        text,
                        (r[i] or "")[:1500] or None,
                        l[i] or "en",
                    )
                )
            rows += got if len(got) <= cap else R.sample(got, cap)
        return rows

    # people -------------------------------------------------------------------------------------
    def person(self, R: Random, lang: str | None = None, tastes: list[str] | None = None) -> Person:
        lang = lang or (R.choice(LANGS) if R.random() < 0.38 else "en")
        return {
            "lang": lang,
            "tastes": tastes
            or R.sample(
                ["everyday", "writing", "study", "coding", "business", "creative"], R.randint(1, 3)
            ),
            "lower": R.random() < 0.35,
            "nop": R.random() < 0.25,
            "typo": R.random() < 0.3,
            "hi": R.random() < 0.15,
            "pub": R.choice([0, 0.3, 0.5, 0.7]),
            "mono": R.random() < 0.6,
        }

    def ask(self, R: Random, p: Person) -> str:
        """One organic request in the person's manner."""
        if self.pub["chat"] and R.random() < p["pub"]:
            for _ in range(3):
                row = R.choice(self.pub["chat"])
                if row[3] == p["lang"] or not p["mono"]:
                    break
            s = row[1]
        elif p["lang"] != "en" and R.random() < 0.9:
            s = self.g.rule(R, "ask_" + p["lang"])
            if R.random() < 0.3:
                s += {"zh": "，", "ja": "、"}.get(p["lang"], ", ") + self.g.rule(
                    R, "ask_" + p["lang"]
                )
        else:
            s = self.g.rule(R, R.choice(p["tastes"]))
            if R.random() < 0.2:
                s += R.choice(["\n\ncontext: ", " btw ", "\n", " fyi: "]) + self.g.rule(R, "doc")
        if p["lower"]:
            s = s[:400].lower() + s[400:]
        if p["nop"]:
            s = s.rstrip("?.!")
        if p["hi"] and R.random() < 0.5:
            s = R.choice(["hi, ", "hello! ", "Hey ", "ok so ", "please: "]) + s
        if p["typo"] and len(s) > 20 and R.random() < 0.5:
            i = R.randint(3, min(len(s) - 2, 120))
            s = s[:i] + s[i + 1] + s[i] + s[i + 2 :]
        return s

    def follow(self, R: Random, p: Person) -> str:
        if p["lang"] != "en" and R.random() < 0.7:
            return self.g.rule(R, "ask_" + p["lang"])
        return self.g.say(R, R.choice(FOLLOW))

    def item(self, R: Random, domain: str = "anyq", pub: float = 0.4) -> str:
        """A question someone would like answered well: bank or public benchmark / instruction sets."""
        if R.random() < pub and (self.pub["bench"] or self.pub["instruct"]):
            pool = (
                self.pub["bench"]
                if (R.random() < 0.5 or not self.pub["instruct"])
                else self.pub["instruct"]
            )
            if pool:
                return R.choice(pool)[1]
        return self.g.rule(R, domain)

    def doc(self, R: Random, kinds: Sequence[str] = ("s_biz",), lo: int = 2, hi: int = 7) -> str:
        return " ".join(R.choice(self.pool[R.choice(kinds)]) for _ in range(R.randint(lo, hi)))

    def answer(self, R: Random, kind: str, n: float, lang: str = "en") -> str:
        """A visible answer of about n tokens."""
        return answer(self.g, self.pool, R, kind, n, lang)
