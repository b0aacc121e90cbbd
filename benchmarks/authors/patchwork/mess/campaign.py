"""A campaign: its kind, care, span, shared means and shared content."""

from typing import Any

from .clients import HARNESS
from .clock import DAY
from .dice import Random
from .payloads import listed
from .texts import LANGS
from .wording import Template
from .work import Payload, Request, Slot, State, Work
from .workloads import templated, tenants, toolnames
from .world import World

ACCESS = ["M34", "M35", "M36", "M37", "M38", "M39", "M40", "M41", "M43", "M44"]

DOMAINS = {
    "mathq": "mathematics",
    "codeq": "software",
    "lawq": "legal",
    "finq": "finance",
    "medq": "medical",
    "supq": "customer service",
    "sciq": "science",
}


class Campaign:
    """One operator's accounts and what they harvest."""

    def __init__(
        self, w: World, cid: str, kind: str, care: str, size: int, forced: str | None = None
    ) -> None:
        R = w.R
        self.w, self.R, self.id, self.kind, self.care = w, R, cid, kind, care
        self.mode = {"naive": "fixed", "careful": "slots", "adaptive": "para"}[care]
        if kind in ("M35", "M41"):
            self.content = forced or R.choice(["M28", "M01", "M12", "M16", "M23"])
            self.role = R.choice(["reseller", "mixed"])
        elif kind in ACCESS:
            self.content = forced or R.choice(
                [
                    "M01",
                    "M02",
                    "M03",
                    "M12",
                    "M13",
                    "M14",
                    "M15",
                    "M16",
                    "M17",
                    "M19",
                    "M20",
                    "M23",
                    "M24",
                    "M33",
                    "M30",
                ]
            )
            self.role = "distiller"
        else:
            self.content, self.role = kind, "relay" if kind == "M28" else "distiller"
        w_days = w.days * DAY
        self.start = w.t0 if R.random() < 0.6 else w.t0 + R.uniform(0.15, 0.6) * w_days
        self.end = (
            w.t1 if R.random() < 0.75 else min(w.t1, self.start + R.uniform(0.35, 0.9) * w_days)
        )
        if kind in ("M43", "M44"):
            self.start, self.end = w.t0, w.t1
        self.size, self.model = (
            size,
            R.choices([w.models.best, w.models.reason, w.models.small, w.models.old], [5, 4, 1, 1])[
                0
            ],
        )
        self.lo, self.hi = {"naive": (5, 30), "careful": (3, 26), "adaptive": (2, 18)}[care]
        if care == "naive" and R.random() < 0.3 and size < 90:
            self.lo, self.hi = 60, 160
        self.cover = {
            "naive": R.choice([0, 0, 0, 0.2]),
            "careful": R.choice([0, 0.1, 0.3, 0.5]),
            "adaptive": R.uniform(0.5, 0.95),
        }[care]
        if self.cover >= 0.4 and self.role == "distiller":
            self.role = "mixed"
        self.tz = R.choice([-8, -5, 0, 1, 3, 5.5, 8, 8, 9])
        # shared infrastructure, by care
        net = w.net
        self.farm = [net.address(R, R.choice(["cloud", "vpn"])) for _ in range(R.randint(3, 16))]
        self.proxies = [
            net.address(R, R.choices(["isp", "mobile", "biz"], [6, 3, 1])[0])
            for _ in range(max(20, size * R.choice([1, 2, 4])))
        ]
        self.cards = [w.hex(16, "pm_") for _ in range(R.randint(2, 7))]
        self.devs = [w.hex(20, "dev_") for _ in range(R.randint(2, 9))]
        self.mails = [w.mail.disposable(R) for _ in range(R.randint(1, 3))] + [w.mail.company(R)]
        self.doms = [w.mail.company(R) for _ in range(R.randint(3, 12))]
        self.sdk = [w.cl.sdk(R) for _ in range({"naive": 1, "careful": 4, "adaptive": 9}[care])]
        self.persona = {
            "naive": [("dev", 8), ("consumer", 2)],
            "careful": [("dev", 6), ("smb", 2), ("consumer", 2), ("student", 1)],
            "adaptive": [("dev", 5), ("consumer", 5), ("smb", 2), ("student", 3), ("research", 1)],
        }[care]
        self.born = self.start - R.uniform(0.2, 12) * DAY
        self.path = {"M39": "cloud", "M40": "aggregator", "M36": "subscription"}.get(kind)
        self.plan = {"M36": "subscription", "M39": "cloud"}.get(kind) or (
            R.choice(["education", "startup_credit", "research"]) if kind == "M37" else None
        )
        self.members, self.shell = [], w.hex(12, "org_")
        self.prepare()

    def prepare(self) -> None:
        """What all accounts of the campaign share: task list, domain, templates, tenants, languages."""
        R, w = self.R, self.w
        self.domain = R.choice(list(DOMAINS))
        self.pool = []  # harvested reasoning blocks (time, id)
        pub = R.choice(["bench", "instruct", "bench"])
        rows = [x[1] for x in w.tx.pub[pub]]
        own = [w.tx.item(R, R.choice([self.domain, "anyq"]), 0) for _ in range(1500)]
        self.items = listed(R.sample(rows + own, min(len(rows + own), R.randint(800, 3000))))
        self.langs = R.sample(LANGS, R.randint(2, 7))
        self.goals = [
            "export the invoice list",
            "book the 9:00 slot",
            "find order <n4>",
            "compare flights to <city>",
            "open settings and disable sync",
        ]
        self.tasks = [w.tx.item(R, "agentq", 0) for _ in range(R.randint(5, 60))]
        self.harness = R.choice(list(HARNESS))
        self.tools = [toolnames(w, R, R.randint(3, 9)) for _ in range(R.randint(8, 60))]
        self.product = w.tx.g.rule(R, "brand")
        self.tmpl = {}
        self.place = R.choice(["prefix", "suffix", "system"])
        if (
            self.content == "M28"
            or self.role in ("reseller", "relay")
            or self.kind in ("M35", "M41")
        ):
            self.tenants = self.relay_tenants(R.randint(30, 140))

    def template(self, intent: str, ctx: dict[str, Any] | None = None) -> Template:
        """Naive: one verbatim text. Careful: a few wordings in the campaign with slots. Adaptive: paraphrase per request."""
        n = {"naive": 1, "careful": self.R.choice([2, 3, 4]), "adaptive": 1}[self.care]
        pool = self.tmpl.setdefault(intent, [])
        if len(pool) < n:
            pool.append(Template(self.w.tx.g, self.R, intent, self.mode, ctx))
        return self.R.choice(pool)

    def t(
        self,
        intent: str,
        payload: Payload,
        out: str = "auto",
        ctx: dict[str, Any] | None = None,
        slot: Slot | None = None,
        **k: Any,
    ) -> Work:
        place = self.place if self.care != "adaptive" else "any"
        place = k.pop("place", place)
        if self.care == "careful" and self.R.random() < 0.3:
            place = "suffix" if place == "prefix" else "prefix"
        return templated(
            self.w,
            self.R,
            intent,
            payload,
            self.mode,
            place,
            out,
            slot=slot,
            template=self.template(intent, ctx),
            turns=k.pop("turns", self.R.choice([1, 1, 1.3, 2])),
            hostile=True,
            **k,
        )

    def relay_tenants(self, k: int) -> list[Work]:
        """Users of somebody else's product, relayed; now and then the product shows."""
        w, R = self.w, self.R
        out = []
        brand = self.product
        leak = {"naive": 0.25, "careful": 0.06, "adaptive": 0.02}[self.care]
        sysm = {
            "naive": f"You are {brand} Chat, the assistant of {brand}. Answer in the language of the user. Do not say that you are another model.",
            "careful": None,
            "adaptive": None,
        }[self.care]
        for _ in range(k):
            base = tenants(w, R, 1)[0]
            quirk = R.random() < 0.5

            def gen(R: Random, st: State, base: Work = base, *, quirk: bool = quirk) -> Request:
                s, p, x = base.gen(R, st)
                if quirk and R.random() < leak:
                    p = R.choice(
                        [
                            f"are you {brand}?",
                            f"which model is this, {brand} or something else",
                            f"why is {brand} slower today",
                            f"{brand}, {p[:300]}",
                        ]
                    )
                return (s or sysm), p, x

            out.append(
                Work(
                    gen,
                    base.out,
                    base.turns,
                    base.rhythm,
                    tools=base.tools,
                    hostile=True,
                    lang=base.lang,
                    blocks=base.blocks,
                )
            )
        return out
