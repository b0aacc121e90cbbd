"""Honest accounts that share networks, prompts, cards or owners."""

from .classes import Classes, days_active, groups, human_rate, registrar
from .clock import DAY
from .payloads import payload_for
from .wording import Template
from .work import Work
from .workloads import community, harness, organic, templated, toolnames
from .world import World

CLASSES: Classes = {}
cls = registrar(CLASSES)


@cls(2.5)
def enterprise_nat(w: World, n: int) -> None:
    R = w.R
    for k in groups(R, n, 15, 120):
        dom, org, tz, nat = (
            w.mail.company(R),
            w.hex(12, "org_"),
            R.choice([-8, -5, 0, 1, 2, 5.5, 8]),
            [w.net.address(R, "biz")],
        )
        nat += [w.net.near(R, nat[0]) for _ in range(2)]
        ua = w.cl.browser(R)
        for _ in range(k):
            a = w.account(
                "consumer",
                "enterprise_nat",
                mail=dom,
                org=org if R.random() < 0.5 else None,
                plan="subscription",
                homes=nat,
                clients=[ua] if R.random() < 0.6 else None,
                tz=tz,
            )
            w.add(
                a,
                organic(
                    w,
                    R,
                    w.tx.person(R, None, R.sample(["business", "writing", "coding"], 2)),
                    rhythm="office",
                ),
                human_rate(R, 6),
                active=days_active(R),
            )


@cls(2.5)
def firm_internal_prompt(w: World, n: int) -> None:
    """Employees who all use the firm's own prompt from the intranet, on own accounts."""
    R = w.R
    for k in groups(R, n, 10, 60):
        dom, tz = w.mail.company(R), R.choice([-5, 0, 1, 5.5, 8])
        intent = R.choice(["expert", "clean", "extract", "reason_tags", "rag", "support", "review"])
        t = Template(
            w.tx.g,
            R,
            intent,
            R.choice(["fixed", "fixed", "slots"]),
            {"domain": R.choice(["audit", "claims", "tax", "procurement", "patent"])},
        )
        pay, gate = w.hex(16, "pm_"), w.net.address(R, "biz")
        for _ in range(k):
            a = w.account(
                R.choice(["smb", "consumer"]),
                "firm_internal_prompt",
                mail=dom,
                tz=tz,
                **({"pay": pay} if R.random() < 0.5 else {}),
            )
            a.homes.append(gate)
            w.add(
                a,
                templated(
                    w,
                    R,
                    intent,
                    payload_for(w, intent),
                    template=t,
                    place=R.choice(["prefix", "system"]),
                    out="auto",
                    turns=1.5,
                    rhythm="office",
                    weekend=0.1,
                ),
                human_rate(R, 7, 0.8, 60),
                active=days_active(R),
            )
            w.add(
                a,
                organic(w, R, w.tx.person(R, None, ["business", "writing"])),
                human_rate(R, 3),
                active=days_active(R),
            )


@cls(2)
def org_many_accounts(w: World, n: int) -> None:
    """One company, one organisation, one card, an account per service or team."""
    R = w.R
    for k in groups(R, n, 6, 50):
        dom, org, pay, dev = (
            w.mail.company(R),
            w.hex(12, "org_"),
            w.hex(16, "pm_"),
            w.hex(20, "dev_"),
        )
        eg = [w.net.address(R, "cloud") for _ in range(R.randint(1, 6))]
        born, shared = w.t0 - R.lognormvariate(0, 1) * 120 * DAY, []
        sdk = w.cl.sdk(R)
        for _ in range(k):
            a = w.account(
                "enterprise",
                "org_many_accounts",
                mail=dom,
                org=org,
                pay=pay,
                device=dev if R.random() < 0.5 else None,
                homes=eg,
                clients=[sdk],
                created=born + R.random() * R.choice([1, 40]) * DAY,
            )
            i = R.choice(
                ["support", "extract", "rag", "label", "translate", "review", "summary", "toolsim"]
            )
            wk = (
                harness(w, R, rhythm="service", blocks=shared)
                if R.random() < 0.25
                else templated(
                    w,
                    R,
                    i,
                    payload_for(w, i),
                    place="system",
                    out={"label": "label", "extract": "json"}.get(i, "prose"),
                    rhythm=R.choice(["service", "office", "cron"]),
                    tools=toolnames(w, R) if i == "toolsim" else None,
                )
            )
            w.add(a, wk, human_rate(R, 14, 1.1, 300))


@cls(1.5)
def family_or_team_shared_seat(w: World, n: int) -> None:
    R = w.R
    for k in groups(R, n, 2, 6):
        pay, home, dev = w.hex(16, "pm_"), w.net.address(R, "isp"), w.hex(20, "dev_")
        for _ in range(k):
            a = w.account(
                "consumer",
                "family_or_team_shared_seat",
                plan="subscription",
                pay=pay,
                device=dev if R.random() < 0.5 else None,
                homes=[
                    home,
                    w.net.address(R, "mobile"),
                    w.net.address(R, R.choice(["isp", "edu", "biz"])),
                ],
            )
            a.clients = [w.cl.browser(R) for _ in range(4)]
            people = [organic(w, R) for _ in range(R.randint(2, 6))]
            w.add(a, Work(None, tenants=people, turns=2.5), human_rate(R, 14))


@cls(1.2)
def account_switcher(w: World, n: int) -> None:
    """Closes one account and goes on with another (moves to the company card, forgot the password, was limited by mistake)."""
    R = w.R
    for _ in range(max(1, n // 2)):
        p, i, cut = w.tx.person(R), community(w, R), w.t0 + R.uniform(0.2, 0.8) * w.days * DAY
        persona = R.choice(["dev", "consumer", "smb"])
        a = w.account(persona, "account_switcher")
        b = w.account(
            persona,
            "account_switcher",
            homes=a.homes,
            clients=a.clients,
            device=a.device,
            tz=a.tz / 3600,
            created=cut + R.uniform(-3, 10) * 3600,
        )
        for x, lo, hi in ((a, None, cut), (b, cut, None)):
            w.add(x, organic(w, R, p), human_rate(R, 7), lo, hi)
            w.add(
                x,
                templated(w, R, i[0], payload_for(w, i[0], p), template=i[1], out="auto"),
                human_rate(R, 4, cap=20),
                lo,
                hi,
            )
        w.event(a, R.choice(["closed", "closed", "limited", "suspended"]), cut)


@cls(1.2)
def freeloader_many_trials(w: World, n: int) -> None:
    """One person with many free trials and disposable mail, chatting or coding: abuse, but no extraction."""
    R = w.R
    for k in groups(R, n, 3, 14):
        p, homes, dev = (
            w.tx.person(R),
            [w.net.address(R, R.choice(["isp", "vpn", "mobile"])) for _ in range(2)],
            w.hex(20, "dev_"),
        )
        wk = harness(w, R) if R.random() < 0.4 else organic(w, R, p)
        step = w.days * DAY / k
        for j in range(k):
            t = w.t0 + j * step
            a = w.account(
                "consumer",
                "freeloader_many_trials",
                plan="free_trial",
                mail=w.mail.disposable(R) if R.random() < 0.7 else None,
                homes=homes,
                device=dev if R.random() < 0.6 else None,
                created=t - R.random() * 9000,
            )
            w.add(a, wk, human_rate(R, 16), t, t + step * 1.3)
            if R.random() < 0.4:
                w.event(a, R.choice(["limited", "suspended"]), t + step * 1.3)
