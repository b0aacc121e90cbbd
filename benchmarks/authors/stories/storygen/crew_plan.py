"""What a crew is after: the kinds of harvest, and the taste and material of one crew."""

import math
from typing import Any

from .accounts import DISPOSABLE, Content
from .asks import brand, chat, repo_names, templ
from .clients import Client
from .draws import pick
from .grammar import DOMS, LANGS
from .tables import DAY
from .workloads import blocks, coding, enduser, gui, logprobs, oneword, replayed, student, toolsweep
from .world import World

# kind -> template contents (weights) where a template is enough; the rest is built in `harvest`
PLAIN = {
    "M01": [("cot", 1)],
    "M02": [("posthoc", 1)],
    "M03": [("thinklang", 1)],
    "M04": [("debugdump", 3), ("cot", 1)],
    "M05": [("fakesys", 1)],
    "M06": [("transform", 1)],
    "M11": [("attack", 5), ("fakesys", 1), ("transform", 1), ("debugdump", 1)],
    "M12": [("grade", 1)],
    "M13": [("pairs", 1)],
    "M14": [("clean", 1)],
    "M15": [("instruct", 1)],
    "M16": [("taskwrite", 1)],
    "M17": [("cot", 1)],
    "M18": [("sensitive", 1)],
    "M19": [("expert", 1)],
    "M20": [("mirror", 1)],
    "M21": [("caption", 1)],
    "M22": [("grade", 2), ("pairs", 1)],
    "M27": [("simuser", 1)],
    "M33": [("expert", 2), ("taskwrite", 1), ("review", 1)],
}

ACCESS = [
    "M34",
    "M35",
    "M36",
    "M37",
    "M38",
    "M39",
    "M40",
    "M41",
    "M43",
    "M44",
]  # say how they get in; what they ask is drawn

KINDS = [
    *list(PLAIN),
    "M07",
    "M08",
    "M09",
    "M10",
    "M23",
    "M24",
    "M25",
    "M26",
    "M28",
    "M29",
    "M30",
    "M31",
    "M32",
    *ACCESS,
]

AGENTIC = {"M08", "M23", "M24", "M25", "M29", "M28"}


class CrewPlan:
    """The taste of one crew: what it asks and the material its identities are made of."""

    def __init__(self, w: World, name: str, kind: str, care: str, size: int) -> None:
        r = w.r
        self.w, self.name, self.kind, self.care, self.size = w, name, kind, care, size
        self.base = (
            pick(
                r,
                (
                    "M01",
                    "M02",
                    "M12",
                    "M15",
                    "M16",
                    "M19",
                    "M14",
                    "M23",
                    "M03",
                    "M17",
                    "M20",
                    "M13",
                ),
            )
            if kind in ACCESS
            else kind
        )
        self.mode = {"naive": "verbatim", "careful": "slots", "adaptive": "free"}[care]
        self.role = {"M28": "relay", "M35": "reseller", "M41": "reseller"}.get(kind, "distiller")
        self.dom = r.sample(DOMS, 1 + int(r.random() * 4)) if r.random() < 0.8 else None
        self.langs = (
            r.sample(LANGS, 6)
            if self.base in ("M03", "M20")
            else None
            if r.random() < 0.25
            else ["en"]
            if r.random() < 0.6
            else ["en", "en", *r.sample(LANGS, 2)]
        )
        self.flavour = (
            pick(r, ("data_team", "farm", "pasters", "pasters", "data_team"))
            if care != "naive"
            else pick(r, ("data_team", "farm"))
        )
        if self.base in AGENTIC or kind in ("M31", "M36", "M38"):
            self.flavour = "data_team"
        self.cover = (
            r.uniform(0.5, 0.95)
            if care == "adaptive"
            else r.uniform(0.1, 0.6)
            if r.random() < (0.15 if care == "naive" else 0.35)
            else 0.0
        )
        if self.role == "distiller" and (self.cover > 0 or kind == "M38"):
            self.role = "mixed"
        self.rate = {
            "naive": lambda: math.exp(r.uniform(math.log(12), math.log(140))),
            "careful": lambda: r.uniform(4, 30),
            "adaptive": lambda: r.uniform(2, 25),
        }[care]()
        self.start = 0.0 if r.random() < 0.55 else r.uniform(0.1, 0.6) * w.span
        self.deadline = r.random() < 0.35  # volume grows towards a training run
        # material common to the crew
        self.cards = ["pm_" + w.hex(14) for _ in range(max(1, size // 9))]
        self.devices = ["dev_" + w.hex(12) for _ in range(max(1, size // 11))]
        self.exits = [w.addr(pick(r, ("dc", "dc", "vpn"))) for _ in range(3 + size // 20)]
        self.domains = (
            ([w.domain() for _ in range(2)] + r.sample(DISPOSABLE, 2))
            if care == "naive"
            else [w.domain() for _ in range(max(1, size // 3))]
        )
        web = self.flavour == "pasters"
        self.clients = [
            Client(r, "web" if web else None) for _ in range(1 if care == "naive" else 4)
        ]
        if care == "naive":
            for c in self.clients:
                c.maxt = pick(r, (4096, 8192, 16384)) if c.kind != "web" else None
        self.batch = [
            -abs(r.gauss(0, 1)) * 25 * DAY - DAY for _ in range(1 + size // 30)
        ]  # sign-up shifts
        self.org = None  # one organisation for all seats, once there is one
        self.content = self.harvest()

    def harvest(self) -> Content:
        w, r, k, m = self.w, self.w.r, self.base, self.mode
        over = {}
        if self.kind == "M43":
            over["m"] = "new"
        if self.care == "naive" and r.random() < 0.5:
            over["temp"] = pick(r, (0.0, 0.7, 1.0))
        if k in PLAIN:
            bench = [w.pub.get(r, "bench") for _ in range(400)] if k == "M17" else None

            def o() -> dict[str, Any]:
                return dict(
                    over,
                    **(
                        {"choices": pick(r, (2, 4, 8))}
                        if k == "M17" and self.care != "adaptive"
                        else {}
                    ),
                )

            mode = "free" if k == "M11" else m
            return [
                (
                    wt,
                    templ(
                        w,
                        nm,
                        mode,
                        self.dom,
                        self.langs,
                        insys=None if nm in ("cot", "grade", "expert") else False,
                        over=o(),
                        bench=bench,
                    ),
                )
                for nm, wt in PLAIN[k]
            ]
        lang = self.langs or ["en"]
        if k == "M07":
            self.pool = []
            return blocks(
                w,
                chat(w, pick(r, self.dom) if self.dom else None, None, 0.3, lang),
                self.pool,
                0.8 if self.care == "naive" else 0.5,
            )
        if k == "M09":
            return blocks(w, chat(w, None, None, 0.3, lang), None, 0.7, change=True)
        if k == "M10":
            return [
                (
                    3,
                    templ(w, "expert", m, self.dom, lang, insys=False, over=dict(over, m="reason")),
                ),
                (2, templ(w, "summ", m, self.dom, lang, insys=False, over=dict(over, m="reason"))),
                (3, chat(w, pick(r, self.dom) if self.dom else None, None, 0.4, lang)),
            ]
        repos = repo_names(w, 4 + int(r.random() * 12)) if self.care != "adaptive" else None
        if k == "M08":
            return coding(
                w,
                None,
                repos,
                "code",
                ["bash", "edit"],
                None,
                "deep_think"
                if self.care == "naive"
                else pick(r, ("think", "think", "scratchpad", "notes")),
            )
        if k == "M23":
            return coding(w, None, repos, "code", None, m)
        if k == "M24":
            return toolsweep(w, m)
        if k == "M25":
            return gui(w, m if self.care != "adaptive" else "none")
        if k == "M26":
            return replayed(w, pick(r, ("Kimi", "ChatGPT", "Gemini", "Doubao", None)), None)
        pr, sy = brand(w)
        if k == "M28":
            return enduser(w, pr, r.sample(LANGS, 5) + ["en"] * 3, None if r.random() < 0.4 else sy)
        if k == "M29":
            return coding(w, brand(w, "code")[1], repos)
        if k == "M30":
            return student(w, m, 0.02 + 0.08 * r.random())
        if k == "M31":
            return logprobs(
                w,
                20 if self.care == "naive" else pick(r, (5, 10, 20)),
                {"naive": 250, "careful": 60, "adaptive": 20}[self.care],
                m,
            )
        return oneword(w, m)  # M32
