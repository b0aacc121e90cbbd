"""Honest people: at home, at school, at the desk, and in crowds that look alike."""

from .asks import chat, role, templ
from .draws import pick
from .grammar import DOMS
from .sizes import groups, rate
from .templates import Wording
from .workloads import coding
from .world import World


def casual(w: World, n: int) -> None:
    """People with a phone and a browser tab: dinner, letters, curiosity. Sunday evenings, not every day."""
    c = chat(w, None)
    for _ in range(n):
        a = w.person("casual_chat", client="web")
        w.human(a, c, rate(w, 3.2, 1.0, 60))


def students(w: World, n: int) -> None:
    """Exams and essays; paste the exercise, ask again, copy a prompt from a classmate."""
    for _ in range(n):
        a = w.person("student", client="web", hours="student", created=None)
        d = pick(w.r, DOMS)
        w.human(
            a,
            [
                (6, chat(w, d)),
                (2, templ(w, "tutor", "free", d, insys=False)),
                (1, templ(w, "posthoc", "free", d, insys=False)),
                (1, templ(w, "summ", "free", insys=False)),
            ],
            rate(w, 5, 0.9, 80),
            length=5,
        )


def office(w: World, n: int) -> None:
    """Mails, minutes, tables; nine to six with a lunch dip; the same favourite prompt in a note file."""
    for _ in range(n):
        a = w.person("office_worker", client="web" if w.r.random() < 0.8 else None, hours="office")
        d = pick(w.r, ("biz", "finance", "law", "support"))
        fav = templ(
            w,
            pick(w.r, ("summ", "market", "reply", "expert", "clean", "loc", "draft")),
            pick(w.r, ("verbatim", "slots")),
            d,
            insys=False,
        )
        w.human(a, [(3, chat(w, d)), (1, fav)], rate(w, 5, 0.9, 90))


def developers(w: World, n: int) -> None:
    """IDE plug-ins and a terminal; long sittings, tool loops, half-broken evening projects."""
    for _ in range(n):
        a = w.person(
            "indie_developer",
            client=pick(w.r, ("cline", "aider", "continue", "opencode", "py", "js")),
            hours=pick(w.r, ("office", "evening", "night")),
        )
        w.human(a, [(2, chat(w, "code")), (3, coding(w))], rate(w, 8, 1.1, 300), length=9, gap=35)


def writers(w: World, n: int) -> None:
    for _ in range(n):
        a = w.person(
            "writer_roleplay", client=pick(w.r, ("tavern", "web", "librechat")), hours="night"
        )
        w.human(
            a, [(4, role(w, None)), (1, chat(w, "life"))], rate(w, 8, 1.0, 200), length=12, gap=50
        )


def tools(w: World, n: int) -> None:
    """Popular open-source programs with a built-in prompt; hundreds of strangers send the same text."""
    for _ in range(n):
        nm = w.r.choices(
            ("openwebui", "cherry", "immersive", "librechat", "fabric", "tavern"),
            (4, 3, 3, 2, 1, 1),
        )[0]
        a = w.person("oss_tool_users", client=nm)
        c = {
            "immersive": templ(w, "loc", "free", insys=False, kind="para"),
            "fabric": templ(w, "summ", "free", insys=False),
            "tavern": role(w, None),
        }.get(nm) or chat(w)
        w.human(a, c, rate(w, 7, 1.1, 250), length=6, gap=20 if nm == "immersive" else 70)


def blog(w: World, n: int) -> None:
    """A post with 'the one prompt you need' goes round; strangers paste it, some change a word."""
    for k in groups(w, n, 8, 45):
        nm = pick(
            w.r, ("cot", "cot", "expert", "tutor", "instruct", "grade", "posthoc", "thinklang")
        )
        base = Wording(w.r, nm, "verbatim")
        day = w.r.random() * w.span * 0.6
        for _ in range(k):
            a = w.person("blog_template", client="web" if w.r.random() < 0.6 else None)
            a.live = (
                max(a.live[0], day - 86400 * w.r.random() * 3 if w.r.random() < 0.5 else 0),
                a.live[1],
            )
            d = pick(w.r, DOMS)
            w.human(
                a,
                [(1.5, templ(w, nm, dom=d, insys=False, wording=base.own_copy(w.r))), (2, chat(w))],
                rate(w, 5, 0.9, 60),
            )


def campus(w: World, n: int) -> None:
    """One course, one address, one hand-out: everybody types the same start and then wanders off."""
    for k in groups(w, n, 18, 60):
        ips = [w.addr("uni") for _ in range(1 + (w.r.random() < 0.4))]
        d = pick(w.r, ("code", "sci", "math", "hist", "ml", "law"))
        hand = templ(
            w,
            pick(w.r, ("tutor", "cot", "expert", "summ", "review", "posthoc", "grade")),
            "verbatim",
            d,
            insys=False,
        )
        tz = pick(w.r, (-5, 0, 1, 5, 8))
        hour = 9 + int(w.r.random() * 8)
        days = sorted(w.r.sample(range(w.days), min(2, w.days)))
        new = w.r.random() < 0.5
        dom = w.domain().split(".")[0] + ".edu"
        accs = [
            w.person(
                "campus_class",
                client="web" if w.r.random() < 0.8 else "py",
                plan="education",
                tz=tz,
                hours="student",
                created=(days[0] - 3 * w.r.random() - 1) * 86400 if new else None,
            )
            for _ in range(k)
        ]
        w.share(
            accs,
            device=2 if w.r.random() < 0.4 else 0,
            ips=ips,
            email=dom if w.r.random() < 0.7 else None,
        )
        for a in accs:
            for d0 in days:
                t = d0 * 86400 + ((hour - tz) % 24) * 3600 + w.r.random() * 900
                s = []
                for _ in range(2 + int(w.r.random() * 6)):
                    s.append(t)
                    t += w.r.lognormvariate(4.6, 0.7)
                w.sitting(
                    a,
                    [x for x in s if max(0, a.created) <= x < w.span],
                    [(3, hand), (1, chat(w, d))],
                )
            w.human(a, chat(w, d), rate(w, 2, 0.8, 20))


def friends(w: World, n: int) -> None:
    """A study group or a family: a prompt in the group chat, one card, one address."""
    for k in groups(w, n, 2, 6):
        accs = [w.person("friends_family", client="web") for _ in range(k)]
        w.share(
            accs,
            pay=w.r.random() < 0.6,
            device=3 if w.r.random() < 0.4 else 0,
            ips=accs[0].ips if w.r.random() < 0.7 else None,
        )
        c = templ(w, pick(w.r, ("tutor", "cot", "summ", "market")), "slots", insys=False)
        for a in accs:
            w.human(a, [(1, c), (3, chat(w))], rate(w, 4, 0.8, 50))


def hackathon(w: World, n: int) -> None:
    """Friday 18:00, sixty sign-ups in one hour on the venue wifi, starter kit prompt, gone by Sunday."""
    for k in groups(w, n, 15, 70):
        day = pick(w.r, range(max(1, w.days - 1)))
        t = day * 86400 + 8 * 3600 + w.r.random() * 40000
        ips = [w.addr("ent")]
        kit = templ(
            w,
            pick(w.r, ("expert", "extract", "simuser", "cot", "taskwrite", "instruct")),
            "verbatim",
            insys=True,
        )
        for _ in range(k):
            a = w.person(
                "hackathon",
                plan=pick(w.r, ("free_trial", "startup_credit", "free_trial")),
                client=pick(w.r, ("py", "js", "langchain", "web", "cline")),
                created=t + w.r.random() * 3600,
            )
            a.ips = ips + a.ips[:1]
            a.sip = ips[0][0]
            a.live = (a.created, min(w.span, a.created + 2.2 * 86400))
            w.human(
                a,
                [(2, kit), (2, coding(w)), (1, chat(w, "code"))],
                rate(w, 18, 0.8, 150),
                hours="flat",
                weekend=1,
                length=8,
            )


def crowd(w: World, n: int) -> None:
    """Annotators of a platform paste one guideline from home, each with an own account."""
    for k in groups(w, n, 6, 30):
        nm = pick(w.r, ("grade", "pairs", "clean", "sensitive", "caption", "taskwrite", "instruct"))
        base = Wording(w.r, nm, "verbatim")
        for _ in range(k):
            a = w.person(
                "crowd_workers", client="web", declared=pick(w.r, (None, None, "annotation"))
            )
            w.human(
                a,
                [(3, templ(w, nm, insys=False, wording=base.own_copy(w.r))), (1, chat(w))],
                rate(w, 10, 0.6, 80),
                length=10,
            )


def mleng(w: World, n: int) -> None:
    for _ in range(n):
        a = w.person("ml_engineer", hours="office")
        w.human(
            a,
            [
                (3, chat(w, "ml")),
                (2, coding(w, dom="ml")),
                (
                    0.5,
                    templ(w, pick(w.r, ("taskwrite", "clean", "instruct", "grade")), "free", "ml"),
                ),
            ],
            rate(w, 12, 0.9, 200),
            length=7,
        )
