"""Honest crowds that look alike: a viral template, a community, a hackathon, a course."""

from .classes import Classes, days_active, groups, human_rate, registrar
from .clock import DAY
from .payloads import items, payload_for
from .wording import Template
from .workloads import community, organic, templated
from .world import World

CLASSES: Classes = {}
cls = registrar(CLASSES)


@cls(3.5)
def blog_template_strangers(w: World, n: int) -> None:
    """Strangers pasting one published template, some verbatim, some edited; a spread after the post went viral."""
    R = w.R
    for k in groups(R, n, 8, 90):
        intent, t = community(w, R)
        viral = w.t0 + (R.random() * 0.8 - 0.2) * w.days * DAY
        loose = Template(w.tx.g, R, intent, "slots", t.ctx)
        for _ in range(k):
            a = w.account(
                R.choice(["consumer", "dev", "student", "smb"]), "blog_template_strangers"
            )
            p = w.tx.person(R)
            own = t if R.random() < 0.6 else loose
            seen = viral + R.expovariate(1 / (1.5 * DAY))
            w.add(
                a,
                templated(
                    w,
                    R,
                    intent,
                    payload_for(w, intent, p if R.random() < 0.6 else None),
                    template=own,
                    place=R.choice(["prefix", "suffix"]),
                    out="auto",
                    turns=R.choice([1, 1.6]),
                    lang=p["lang"],
                ),
                human_rate(R, 6, 0.9, 45),
                seen,
                active=days_active(R),
            )
            if R.random() < 0.75:
                w.add(a, organic(w, R, p), human_rate(R, 4), active=days_active(R))


@cls(3)
def prompt_sharing_community(w: World, n: int) -> None:
    """A chat-server community: shares templates, a VPN tip, tools and models; otherwise unrelated people."""
    R = w.R
    for k in groups(R, n, 10, 60):
        shared = [community(w, R) for _ in range(3)]
        exits = [w.net.address(R, "vpn") for _ in range(4)]
        c = w.cl.sdk(R)
        tz, model = R.choice([-5, 1, 5.5, 8]), w.models.prefer(R)
        for _ in range(k):
            a = w.account(
                R.choice(["dev", "consumer", "student"]),
                "prompt_sharing_community",
                tz=tz + R.choice([-2, 0, 0, 0, 1]),
            )
            if R.random() < 0.35 and a.path != "subscription":
                a.homes.append(R.choice(exits))
            if R.random() < 0.4 and a.path == "api":
                a.clients, a.model = [c], model
            p = w.tx.person(R)
            for intent, t in R.sample(shared, R.choice([1, 2])):
                loose = (
                    Template(w.tx.g, R, intent, R.choice(["fixed", "slots", "para"]), t.ctx)
                    if R.random() < 0.5
                    else t
                )
                w.add(
                    a,
                    templated(
                        w,
                        R,
                        intent,
                        payload_for(w, intent, p if R.random() < 0.5 else None),
                        template=loose,
                        place=R.choice(["prefix", "suffix", "system"]),
                        out="auto",
                        turns=1.4,
                    ),
                    human_rate(R, 4, 0.9, 40),
                    active=days_active(R),
                )
            w.add(a, organic(w, R, p), human_rate(R, 4), active=days_active(R))


@cls(1.8)
def hackathon(w: World, n: int) -> None:
    """Many new accounts in one hour on one venue network, then two days of feverish, similar work."""
    R = w.R
    for k in groups(R, n, 12, 70):
        t = w.t0 + R.random() * max(w.days - 2.2, 0.3) * DAY
        nat = [w.net.address(R, R.choice(["biz", "edu"])) for _ in range(R.choice([1, 2]))]
        starter = R.choice(["agentq", "codeq", "supq", "anyq"])
        boiler = [
            Template(w.tx.g, R, i, "fixed")
            for i in R.sample(["support", "tutor", "reason_tags", "extract", "toolsim"], 2)
        ]
        c = w.cl.sdk(R)
        tz = R.choice([-8, -5, 0, 1, 5.5, 8, 9])
        for _ in range(k):
            a = w.account(
                R.choice(["dev", "student"]),
                "hackathon",
                created=t - R.random() * 3600 if R.random() < 0.8 else None,
                plan=R.choices(["free_trial", "startup_credit", "api", "education"], [4, 3, 2, 1])[
                    0
                ],
                path="api",
                homes=nat + ([w.net.address(R, "mobile")] if R.random() < 0.4 else []),
                clients=[c] if R.random() < 0.5 else None,
                tz=tz,
            )
            tp = R.choice(boiler)
            w.add(
                a,
                templated(
                    w, R, "x", items(w, starter), template=tp, place="system", out="auto", turns=1.5
                ),
                human_rate(R, 35, 0.8, 200),
                t,
                t + 2 * DAY,
                active=1,
            )
            w.add(
                a,
                organic(w, R, w.tx.person(R, None, ["coding"])),
                human_rate(R, 14),
                t,
                t + 2.2 * DAY,
                active=1,
            )


@cls(3.5)
def campus_class(w: World, n: int) -> None:
    """A whole course on one campus address with the same assignment and the instructor's prompt."""
    R = w.R
    for k in groups(R, n, 15, 110):
        school, tz, nat = (
            w.mail.school(R),
            R.choice([-8, -5, 0, 1, 3, 5.5, 8, 9]),
            [w.net.address(R, "edu")],
        )
        nat += [w.net.near(R, nat[0])]
        intent = R.choice(["tutor", "tutor", "reason_tags", "expert", "summary", "rubric"])
        t = Template(w.tx.g, R, intent, "fixed", {"domain": "data", "subject": "statistical tests"})
        sheet = [
            w.tx.item(R, R.choice(["mathq", "codeq", "sciq"]), 0.1) for _ in range(R.randint(8, 30))
        ]
        term, due = w.t0 - R.random() * 60 * DAY, w.t0 + R.random() * w.days * DAY
        path = R.choice(["api", "subscription"])
        for _ in range(k):
            a = w.account(
                "student",
                "campus_class",
                mail=school if R.random() < 0.85 else None,
                created=term + R.random() * 6 * DAY,
                path=path,
                tz=tz,
                homes=nat
                + [
                    w.net.address(R, R.choice(["isp", "mobile"]))
                    for _ in range(R.choice([0, 1, 1]))
                ],
                plan="education" if R.random() < 0.8 else None,
            )
            w.add(
                a,
                templated(
                    w,
                    R,
                    intent,
                    lambda R, _st, s=sheet: R.choice(s),
                    template=t,
                    place=R.choice(["prefix", "prefix", "suffix"]),
                    out="auto",
                    turns=R.choice([1.2, 2]),
                ),
                human_rate(R, 7, 0.7, 40),
                max(due - 3 * DAY, w.t0),
                due + 3600 * 8,
            )
            w.add(
                a,
                organic(w, R, w.tx.person(R, None, ["study"])),
                human_rate(R, 3),
                active=days_active(R),
            )
