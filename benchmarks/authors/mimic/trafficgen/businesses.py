"""Business workloads: one busy account, or a few of one organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .accounts import Queue, add
from .draws import DAY, Random, ch, hexs, lognorm, num
from .mailboxes import company_domain
from .networks import Net, person_net
from .people import plain_works
from .profiles import base_profile
from .templates import Template
from .works import Mix, Tpl

if TYPE_CHECKING:
    from .world import World

HEAVY = {
    "saas_one_template": 0.013,
    "agent_fleet": 0.012,
    "batch_labelling": 0.007,
    "llm_judge_qa": 0.007,
    "nightly_eval": 0.005,
    "release_day_benchmarker": 0.007,
    "authorised_synthetic": 0.004,
    "gateway_multi_tenant": 0.005,
    "ci_reviewer": 0.007,
    "failover_multi_provider": 0.006,
    "red_team": 0.005,
    "localisation": 0.006,
    "reasoning_auditor": 0.005,
    "tutoring_app": 0.005,
    "plain_reseller": 0.004,
    "drift_monitor": 0.004,
    "rag_backfill": 0.004,
    "logprob_classifier": 0.004,
    "vision_catalogue": 0.005,
    "outsourced_eval_vendor": 0.003,
}


def heavy(w: World, r: Random, cls: str, left: int) -> int:
    """One business workload: one account, or a few in one organisation."""
    N = w.nets
    D = w.D * DAY
    n = {
        "agent_fleet": num(r, 2, 12),
        "gateway_multi_tenant": num(r, 1, 4),
        "saas_one_template": ch(r, [1, 1, 1, 3]),
        "batch_labelling": ch(r, [1, 1, 4]),
        "plain_reseller": num(r, 1, 4),
        "authorised_synthetic": num(r, 1, 5),
        "failover_multi_provider": ch(r, [1, 2]),
        "outsourced_eval_vendor": num(r, 1, 6),
        "red_team": ch(r, [1, 1, 3]),
    }.get(cls, 1)
    n = min(n, left)
    a_ = ch(r, N.k["dc"])
    ips = [N.ip(r, "dc", a_) for _ in range(num(r, 1, 6))]
    wide = [N.ip(r, "dc", a_) for _ in range(60)]
    org, pay, dom = "org_" + hexs(r, 14), "pm_" + hexs(r, 14), company_domain(r)
    fam = {
        "saas_one_template": [
            "support",
            "domain",
            "rag",
            "clean",
            "mirror",
            "tutor",
            "cot",
            "oneword",
            "persona",
            "toolsw",
            "ident",
            "sessrep",
            "saferw",
        ],
        "agent_fleet": ["agent", "toolsw", "ident", "thinktool", "envrec", "codegen"],
        "batch_labelling": ["oneword", "clean", "rubric", "logit", "pair"],
        "llm_judge_qa": ["rubric", "pair", "judge3", "draft"],
        "nightly_eval": ["bench", "qasum", "codegen", "rubric"],
        "release_day_benchmarker": ["bench", "codegen", "cot"],
        "authorised_synthetic": ["selfinst", "evolve", "persona", "cot", "rltask"],
        "ci_reviewer": ["review"],
        "failover_multi_provider": ["support", "rag", "toolsw"],
        "red_team": ["sweep", "spoof", "debug", "launder", "saferw"],
        "localisation": ["mirror"],
        "reasoning_auditor": [
            "cot",
            "posthoc",
            "langcot",
            "debug",
            "qasum",
            "replaycot",
            "ctxedit",
        ],
        "tutoring_app": ["tutor", "posthoc", "cot", "langcot", "draft"],
        "drift_monitor": ["bench", "qasum", "cot"],
        "rag_backfill": ["clean", "rag", "sessrep"],
        "logprob_classifier": ["logit"],
        "vision_catalogue": ["vision", "gui"],
        "outsourced_eval_vendor": ["rubric", "pair", "rltask", "bench", "judge3"],
    }.get(cls, ["rag"])
    T = Template(r, ch(r, fam), r.choices([0, 1, 2], [60, 25, 15])[0], 0.6)
    x0 = Tpl(r, w, T.fam, tmpl=T, pub=0.4)
    if r.random() < 0.35:
        x0.change(r.random() * D, Template(r, T.fam, T.var, 0.6))
    q = Queue(ch(r, [1, 1, 1, 2, 4, 8]), num(r, 1, 300))
    hexs(r, 6)  # unused, keeps the draws in step
    tz = ch(r, [-8, -5, 0, 1, 1, 2, 5.5, 8, 9])
    created = w.created(r)
    for _ in range(n):
        p = base_profile(r, w, sub=False)
        p.tz = tz
        p.org = org
        p.pay = pay
        p.mail = dom if r.random() < 0.9 else p.mail
        p.act = 1.0
        p.rate = lognorm(r, 36, 1.05, 4, 1500)
        p.net = Net("dc", ips, per="req")
        p.plan = r.choices(["api", "startup_credit", "cloud"], [80, 10, 10])[0]
        p.created = created if r.random() < 0.7 else w.created(r)
        p.path = (
            "cloud:aws"
            if p.plan == "cloud"
            else ch(r, ["api", "api", "api", "api", "aggregator:openroute", "partner:stackly"])
        )
        p.ver = ch(r, ["card", "business", "business", "email"])
        p.declared = "product" if r.random() < 0.4 else None
        p.keys = num(r, 1, 5)
        p.noip = p.plan == "cloud" and r.random() < 0.6
        p.mode = "service"
        p.curve = ch(r, ["product", "product", "office", "flat"])
        p.signip = True
        wk = [x0]
        kw = {}
        if cls == "agent_fleet":
            p.curve = "flat"
            p.mode = "session"
            p.slen = 8 + 20 * r.random()
            p.gap = 8 + 20 * r.random()
            p.conv = True
            kw["xgroup"] = "fleet" + org if r.random() < 0.5 else None
            wk = [Tpl(r, w, T.fam, tmpl=T, pub=0.3)]
        elif cls in ("batch_labelling", "rag_backfill"):
            p.mode = "batch"
            p.act = 0.6
            p.rate *= 1.6
            p.batch = r.random() < 0.5
            p.curve = ch(r, ["flat", "office", "night"])
        elif cls == "nightly_eval" or cls == "drift_monitor":
            p.mode = "cron"
            p.curve = "night"
        elif cls == "release_day_benchmarker":
            p.rate *= 1.5
            kw["models"] = [(-1.0, p.model), (w.t_rel + r.expovariate(1 / 3.0) * 3600, w.new)]
            p.mode = ch(r, ["batch", "service"])
            p.declared = "evaluation" if r.random() < 0.4 else None
        elif cls == "authorised_synthetic":
            p.declared = "synthetic_data"
            p.auth = True
            p.ver = "business"
            p.rate *= 2
        elif cls == "gateway_multi_tenant":
            wk = [
                Mix(
                    [
                        y
                        for _ in range(num(r, 10, 40))
                        for y in plain_works(
                            r,
                            w,
                            ch(
                                r,
                                [
                                    "plain_chat",
                                    "small_program",
                                    "plain_developer",
                                    "ide_harness_user",
                                    "reasoning_enthusiast",
                                ],
                            ),
                        )
                    ]
                )
            ]
            p.rate *= 1.5
            p.conv = r.random() < 0.5
            p.clients = (
                [(0.0, "litellm/1.%d.0" % num(r, 20, 60), ch(r, w.clients.ja4("gw")))]
                if r.random() < 0.5
                else p.clients
            )
            p.keys = num(r, 3, 20)
            kw["xgroup"] = "gw" + org if r.random() < 0.2 else None
        elif cls == "plain_reseller":
            wk = [
                Mix(
                    [
                        y
                        for _ in range(num(r, 15, 60))
                        for y in plain_works(
                            r,
                            w,
                            ch(
                                r,
                                [
                                    "plain_chat",
                                    "plain_chat",
                                    "plain_student",
                                    "plain_developer",
                                    "small_program",
                                    "prompt_tinkerer",
                                ],
                            ),
                        )
                    ]
                )
            ]
            p.declared = "reseller" if r.random() < 0.7 else None
            p.path = ch(r, ["api", "partner:stackly", "subscription"])
            p.keys = num(r, 1, 30)
            p.mode = "session"
        elif cls == "ci_reviewer":
            p.net = Net("dc", wide, per="req")
            p.curve = "office"
            p.gap = 5
        elif cls == "failover_multi_provider":
            p.err = 0.1
            p.wk = 1
            p.mode = "batch" if r.random() < 0.3 else "service"
        elif cls == "red_team":
            p.declared = "research" if r.random() < 0.5 else None
            p.plan = "research" if r.random() < 0.4 else p.plan
            p.curve = "office"
            kw["ctxedit"] = r.random() < 0.2
        elif cls == "reasoning_auditor":
            p.plan = "research" if r.random() < 0.5 else p.plan
            p.declared = ch(r, ["research", "evaluation", None])
            p.mail = ch(r, w.edu) if r.random() < 0.5 else p.mail
            p.rate *= 0.6
            p.model = "nova-3-reason"
            kw["ctxedit"] = r.random() < 0.3
        elif cls == "outsourced_eval_vendor":
            p.declared = ch(r, ["annotation", "evaluation", None])
            p.net = person_net(r, w) if r.random() < 0.4 else p.net
        if w.heavy > w.N * 4.5:  # keeps the size of a world bounded
            p.rate = min(p.rate, 60)
        w.heavy += p.rate
        # workers of one organisation resume each other's sessions
        if kw.get("xgroup") and r.random() < 0.7:
            p.model = "nova-3-reason"
            p.pm2 = 0
            kw["models"] = [(-1.0, p.model)]
        a = add(w, r, p, cls, wk, **kw)
        if cls in ("nightly_eval", "drift_monitor", "release_day_benchmarker"):
            m = num(r, 40, 400)
            a.item = np.arange(len(a.t)) % m
        elif (
            cls
            in (
                "authorised_synthetic",
                "batch_labelling",
                "rag_backfill",
                "outsourced_eval_vendor",
                "localisation",
                "llm_judge_qa",
                "vision_catalogue",
            )
            and len(a.works) == 1
        ):
            q.m.append((a, np.ones(len(a.t), bool)))
    w.queues.append(q)
    return n
