"""Honest programs: apps, agents, evaluations and batches that run on their own."""

from .asks import brand, chat, repo_names, templ
from .draws import pick
from .grammar import DOMS, LANGS
from .sizes import groups, rate
from .workloads import coding, enduser, logprobs, oneword, replayed
from .world import World


def small_apps(w: World, n: int) -> None:
    """A weekend project with nine users, a shop plug-in, a mail sorter: one prompt, little traffic, uptime pings."""
    for _ in range(n):
        a = w.person("small_app", plan="api" if w.r.random() < 0.7 else None, client=None)
        nm = pick(
            w.r,
            (
                "summ",
                "extract",
                "label",
                "reply",
                "market",
                "loc",
                "tutor",
                "review",
                "expert",
                "draft",
                "cot",
                "clean",
                "simuser",
                "grade",
                "caption",
                "sensitive",
            ),
        )
        c = templ(w, nm, "verbatim", pick(w.r, DOMS), insys=w.r.random() < 0.6)
        w.machine(
            a,
            [(9, c), (1, chat(w))],
            rate(w, 9, 1.1, 500),
            w.r.choices(("diurnal", "cron", "flat", "burst"), (70, 12, 8, 10))[0],
            grow=w.r.choice((0, 0, 0, 0.1, -0.08)),
        )


def saas(w: World, n: int) -> None:
    """A company whose whole product is one prompt; customers fill in the slot."""
    for _ in range(n):
        a = w.person("one_template_saas", plan="api", declared="product", net="dc")
        a.keys = ["key_" + w.hex(10) for _ in range(2)]
        nm = pick(
            w.r, ("extract", "summ", "expert", "cot", "market", "label", "draft", "review", "reply")
        )
        w.machine(
            a,
            templ(w, nm, "verbatim", pick(w.r, DOMS), insys=w.r.random() < 0.5),
            rate(w, 75, 1.0, 2500),
            "diurnal",
            grow=0.03,
        )


def fleets(w: World, n: int) -> None:
    """Agents that work through tickets day and night, cache-friendly and fast."""
    for k in groups(w, n, 1, 6):
        accs = [
            w.person(
                "agent_fleet",
                plan="api",
                net="dc",
                client=pick(w.r, ("pyasync", "opencode", "litellm", "js")),
            )
            for _ in range(k)
        ]
        if k > 1:
            w.share(accs, org=True, pay=True)
        c = coding(
            w, "You are the engineering agent of the team. Work autonomously.", repo_names(w, 3)
        )
        for a in accs:
            w.agent(a, c, rate(w, 7, 0.8, 80), "flat", steps=9)


def labelling(w: World, n: int) -> None:
    """A backlog is labelled over two nights with a batch queue, then silence."""
    for _ in range(n):
        a = w.person("batch_labelling", plan="api", client=pick(w.r, ("py", "pyasync")))
        d0 = w.r.random() * 0.6 * w.span
        a.live = (max(a.live[0], d0), min(w.span, d0 + 86400 * (1 + w.r.random() * 3)))
        w.machine(
            a,
            templ(
                w,
                pick(w.r, ("label", "extract", "caption", "sensitive")),
                over={"op": "batch"} if w.r.random() < 0.4 else None,
            ),
            rate(w, 100, 0.9, 2000),
            "cron",
        )


def judges(w: World, n: int) -> None:
    """Own bot's answers are graded before each deploy; pairs with swapped order when a prompt changes."""
    for _ in range(n):
        a = w.person("llm_judge_qa", declared=pick(w.r, (None, "evaluation", "product")))
        w.machine(
            a,
            [(4, templ(w, "grade", "verbatim", pick(w.r, DOMS))), (1, templ(w, "pairs"))],
            rate(w, 38, 1.0, 900),
            pick(w.r, ("cron", "burst", "diurnal")),
        )


def nightly(w: World, n: int) -> None:
    """02:15, the suite runs, the same items each night."""
    for _ in range(n):
        a = w.person("nightly_eval", client=pick(w.r, ("py", "pyasync", "litellm")))
        items = [w.pub.get(w.r, "bench") for _ in range(25 + int(w.r.random() * 60))]
        w.machine(
            a,
            templ(
                w,
                pick(w.r, ("cot", "expert", "label", "tutor")),
                bench=items,
                over={"temp": 0.0, "seed": 7},
            ),
            rate(w, 42, 0.7, 700),
            "cron",
        )


def release_day(w: World, n: int) -> None:
    """Bloggers and vendors who run everything on the new model in the first day."""
    for _ in range(n):
        a = w.person("release_day_bench")
        items = [w.pub.get(w.r, "bench") for _ in range(60)]
        a.live = (
            w.release + w.r.random() * 20000,
            min(w.span, w.release + 86400 * (1 + w.r.random())),
        )
        w.machine(
            a,
            [(3, templ(w, "cot", bench=items, over={"m": "new"})), (1, templ(w, "grade"))],
            rate(w, 60, 0.8, 600),
            "burst",
        )
        a.live = (0, w.span)
        w.human(a, chat(w, "ml"), 2)


def synth(w: World, n: int) -> None:
    """A signed contract: training data for an own small model; large, regular, declared."""
    for k in groups(w, n, 1, 5):
        accs = [
            w.person(
                "authorised_synth",
                plan="api",
                declared="synthetic_data",
                auth=True,
                verif="business",
                net="dc",
            )
            for _ in range(k)
        ]
        w.share(accs, org=True, pay=True)
        c = [
            (w.r.random(), templ(w, nm, "slots"))
            for nm in w.r.sample(("instruct", "cot", "taskwrite", "pairs", "clean", "mirror"), 3)
        ]
        for a in accs:
            w.machine(a, c, rate(w, 80, 0.9, 1500), "flat")


def ci(w: World, n: int) -> None:
    """Every push is reviewed from a fresh runner: one key, many addresses."""
    for k in groups(w, n, 1, 5):
        c = templ(w, "review", "verbatim", insys=True)
        accs = [
            w.person("ci_review", client=pick(w.r, ("js", "go", "py", "curl")), hours="office")
            for _ in range(k)
        ]
        if k > 1:
            w.share(accs, org=True)
        for a in accs:
            a.ips = [w.addr("dc") for _ in range(25)]
            w.machine(a, c, rate(w, 30, 0.9, 400), "diurnal")


def failover(w: World, n: int) -> None:
    """An app with several providers and two accounts; the second wakes up when the first is throttled."""
    for k in groups(w, n, 2, 4):
        accs = [w.person("failover", plan="api", client="litellm", net="dc") for _ in range(k)]
        w.share(accs, org=w.r.random() < 0.5, pay=True)
        c = templ(w, pick(w.r, ("reply", "expert", "summ", "extract")), "verbatim")
        r0 = rate(w, 40, 0.8, 500)
        cut = w.r.random() * w.span
        for i, a in enumerate(accs):
            if i == 0 and w.r.random() < 0.5:
                a.live = (a.live[0], min(a.live[1], cut))
                w.event(a, "limited", cut)
            elif i:
                a.live = (max(a.live[0], cut if w.r.random() < 0.6 else 0), a.live[1])
            w.machine(a, c, r0 / (1 + i), "diurnal")


def drift(w: World, n: int) -> None:
    """A fixed probe set every four hours to see whether answers change."""
    for _ in range(n):
        a = w.person("drift_monitor")
        items = [w.pub.get(w.r, "bench") for _ in range(12)]
        for h in range(0, 24, 6):
            w.machine(
                a,
                templ(w, "expert", bench=items, over={"temp": 0.0, "seed": 1}),
                rate(w, 8, 0.4, 60),
                "cron",
                hour=h,
            )


def backfill(w: World, n: int) -> None:
    """A migration: nothing, then everything, then nothing."""
    for _ in range(n):
        a = w.person("rag_backfill", plan="api", net="dc")
        s = w.r.random() * 0.8 * w.span
        a.live = (max(0, a.created, s), min(w.span, s + 86400 * (0.5 + w.r.random())))
        w.machine(
            a,
            templ(w, pick(w.r, ("summ", "clean", "extract")), "verbatim"),
            rate(w, 220, 0.8, 2500),
            "flat",
        )


def tutoring(w: World, n: int) -> None:
    for k in groups(w, n, 1, 4):
        c = templ(
            w,
            pick(w.r, ("tutor", "cot", "posthoc")),
            "verbatim",
            pick(w.r, ("math", "sci", "code")),
        )
        accs = [
            w.person("tutoring_app", plan="api", declared="education", hours="student")
            for _ in range(k)
        ]
        if k > 1:
            w.share(accs, org=True, pay=True)
        for a in accs:
            w.machine(a, c, rate(w, 38, 1.0, 900), "diurnal", grow=0.04)


def localise(w: World, n: int) -> None:
    """One string table in nine languages, over and over before the release."""
    for k in groups(w, n, 1, 6):
        ls = w.r.sample(LANGS, 5)
        c = [
            (3, templ(w, "loc", "verbatim", langs=[*ls, "en"])),
            (1, templ(w, "mirror", "slots", langs=ls)),
        ]
        accs = [w.person("localisation") for _ in range(k)]
        if k > 1:
            w.share(accs, org=True, pay=w.r.random() < 0.5)
        for a in accs:
            w.machine(a, c, rate(w, 35, 0.9, 400), pick(w.r, ("diurnal", "burst")))


def catalogue(w: World, n: int) -> None:
    for _ in range(n):
        a = w.person("ecommerce_captions", plan="api")
        w.machine(
            a,
            [(2, templ(w, "caption")), (1, templ(w, "market")), (1, templ(w, "loc"))],
            rate(w, 35, 0.9, 500),
            pick(w.r, ("diurnal", "burst", "cron")),
        )


def migrate(w: World, n: int) -> None:
    """Chats of another assistant are carried over and continued; support logs are replayed against a new prompt."""
    for _ in range(n):
        a = w.person("chat_migration", logs=True)
        w.machine(
            a,
            replayed(w, other=pick(w.r, ("Kimi", "ChatGPT", "Gemini", "Doubao", None))),
            rate(w, 22, 0.8, 200),
            pick(w.r, ("burst", "diurnal")),
        )


def whitelabel(w: World, n: int) -> None:
    """A white-label coding assistant with its own name in the system prompt."""
    for k in groups(w, n, 1, 4):
        c = coding(w, brand(w, "code")[1])
        accs = [w.person("whitelabel_agent", plan="api", net="dc") for _ in range(k)]
        w.share(accs, org=True)
        for a in accs:
            w.agent(a, c, rate(w, 12, 0.8, 120), "diurnal")


def chatapps(w: World, n: int) -> None:
    """A consumer app on top of the API: end users of a dozen countries behind two or three accounts."""
    for k in groups(w, n, 1, 5):
        nm, sy = brand(w)
        c = enduser(w, nm, w.r.sample(LANGS, 5) + ["en"] * 4, sy if w.r.random() < 0.7 else None)
        accs = [
            w.person("chat_app", plan="api", net="dc", declared="product", hours="evening")
            for _ in range(k)
        ]
        if k > 1:
            w.share(accs, org=True, pay=True)
        for a in accs:
            w.agent(a, c, rate(w, 16, 0.9, 250), "diurnal", steps=3)


def probs(w: World, n: int) -> None:
    for _ in range(n):
        a = w.person("logprob_research")
        w.machine(
            a,
            [
                (3, logprobs(w, pick(w.r, (1, 5, 10, 20)), pick(w.r, (0, 0, 0, 30)))),
                (1, oneword(w)),
            ],
            rate(w, 40, 0.9, 500),
            pick(w.r, ("burst", "cron", "diurnal")),
        )
