"""Honest researchers and testers, some of whom ask what crews ask."""

from .asks import chat, templ
from .draws import pick
from .grammar import LANGS
from .sizes import groups, rate
from .workloads import coding, gui, student, toolsweep
from .world import World


def red(w: World, n: int) -> None:
    """Hired to break things: sweeps of tricks with many refusals, then a report."""
    for k in groups(w, n, 1, 5):
        accs = [
            w.person("red_team", declared=pick(w.r, ("research", "evaluation", None)))
            for _ in range(k)
        ]
        if k > 1:
            w.share(accs, org=True)
        c = [
            (3, templ(w, "attack", "free")),
            (1, templ(w, "debugdump", "free")),
            (1, templ(w, "fakesys", "free")),
            (1, templ(w, "transform", "free")),
            (2, templ(w, "sensitive", "slots")),
        ]
        for a in accs:
            w.human(a, c, rate(w, 25, 0.8, 250), length=12, gap=30)


def audit(w: World, n: int) -> None:
    """Researchers who ask models to show how they decide, in a few languages, and compare."""
    for k in groups(w, n, 1, 6):
        ls = [*w.r.sample(LANGS, 3), "en"]
        mode = pick(w.r, ("verbatim", "slots", "free"))
        c = [
            (2, templ(w, nm, mode, langs=ls))
            for nm in w.r.sample(("cot", "posthoc", "thinklang", "transform", "mirror"), 2)
        ]
        accs = [
            w.person(
                "reasoning_audit",
                plan=pick(w.r, ("research", "api")),
                declared=pick(w.r, ("research", None)),
            )
            for _ in range(k)
        ]
        if k > 1:
            w.share(accs, ips=[w.addr("uni")], email="cs." + w.domain())
        for a in accs:
            w.machine(a, c, rate(w, 25, 0.8, 250), pick(w.r, ("burst", "cron", "diurnal")))


def relayed_academics(w: World, n: int) -> None:
    """Labs that buy access from a transfer station since they have no other: odd paths, honest papers."""
    for k in groups(w, n, 2, 8):
        ips = [w.addr(pick(w.r, ("vpn", "dc"))) for _ in range(3)]
        accs = [
            w.person(
                "academics_via_relay", client="go", path=pick(w.r, ("api", "aggregator:openlane"))
            )
            for _ in range(k)
        ]
        w.share(accs, ips=ips)
        for a in accs:
            w.machine(
                a,
                [
                    (
                        2,
                        templ(
                            w,
                            pick(w.r, ("cot", "label", "grade", "mirror", "pairs")),
                            "verbatim",
                            bench=[w.pub.get(w.r, "bench") for _ in range(60)],
                        ),
                    ),
                    (1, chat(w, "ml")),
                ],
                rate(w, 25, 0.9, 300),
                "burst",
            )


def openlab(w: World, n: int) -> None:
    """A university group trains a small open model under a research agreement, drafts and scores included."""
    for k in groups(w, n, 1, 4):
        accs = [
            w.person(
                "research_distill_permitted",
                plan="research",
                declared="research",
                auth=True,
                verif="identity",
            )
            for _ in range(k)
        ]
        w.share(accs, ips=[w.addr("uni")], org=True)
        c = [
            (1, student(w, "verbatim", 0.05)),
            (1, templ(w, "cot", "slots")),
            (1, templ(w, "instruct", "slots")),
        ]
        for a in accs:
            w.machine(a, c, rate(w, 50, 0.8, 500), "burst")


def testers(w: World, n: int) -> None:
    """Testers of bots and desktops: simulated customers, screenshots, tool schemas."""
    for k in groups(w, n, 1, 5):
        accs = [w.person("qa_testers", hours="office") for _ in range(k)]
        c = pick(
            w.r,
            (
                templ(w, "simuser", "slots", "support"),
                gui(w),
                toolsweep(w),
                coding(
                    w,
                    tools=["bash", "edit"],
                    think=pick(w.r, ("think", "scratchpad", "deep_think", "notes")),
                ),
            ),
        )
        if k > 1:
            w.share(accs, org=True)
        for a in accs:
            w.agent(a, c, rate(w, 10, 0.8, 90), pick(w.r, ("diurnal", "cron")))
