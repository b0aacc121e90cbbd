"""Whose accounts a campaign works through, by care and access kind."""

from .accounts import Account
from .campaign import Campaign
from .classes import human_rate
from .clock import DAY
from .harvest import attack
from .payloads import payload_for
from .personas import PERSONA
from .workloads import organic, templated

PARAMS_MAX = {
    "temperature": 1.0,
    "top_p": None,
    "max_tokens": 32000,
    "stream": False,
    "n": None,
    "seed": None,
}


def account(camp: Campaign, born: float | None = None) -> Account:
    w, R, care = camp.w, camp.R, camp.care
    persona = R.choices([p for p, _ in camp.persona], [x for _, x in camp.persona])[0]
    if camp.kind == "M37":
        persona = {"education": "student", "research": "research"}.get(camp.plan, "dev")
    if camp.kind == "M39":
        persona = "enterprise" if care == "naive" or R.random() < 0.4 else "smb"
    over = {}
    if camp.path:
        over["path"] = camp.path
    if (camp.role == "reseller" and R.random() < 0.35) or R.random() < 0.02:
        over["declared"] = (
            "reseller"
            if camp.role == "reseller"
            else R.choice(["synthetic_data", "evaluation", "annotation"])
        )
    if camp.kind == "M41" and R.random() < 0.8:  # the shell company: proper papers, one owner
        persona = "smb"
        over.update(org=camp.shell, mail=camp.doms[0], plan="api", path="api")
        if care != "adaptive":
            over["pay"] = camp.cards[0]
    if camp.plan:
        over["plan"] = camp.plan
    if care == "naive":
        over.update(
            pay=over.get("pay") or R.choice(camp.cards) if R.random() < 0.8 else None,
            device=R.choice(camp.devs) if R.random() < 0.7 else None,
            mail=over.get("mail") or R.choice(camp.mails),
            homes=R.sample(camp.farm, min(len(camp.farm), R.randint(1, 4))),
            created=(born or camp.born) + R.expovariate(1 / 5400),
            clients=camp.sdk,
            model=camp.model,
            params=PARAMS_MAX,
            tz=camp.tz,
            sip=R.choice(camp.farm)[0] if R.random() < 0.8 else None,
        )
        over["plan"] = camp.plan or R.choices(["api", "free_trial", "startup_credit"], [6, 3, 1])[0]
        over.setdefault("path", "api")
    elif care == "careful":
        k = R.choice([1, 2, 3, 5])
        over.update(
            created=(born or camp.start) - (R.lognormvariate(0, 1.1) * 60 + 0.2) * DAY,
            homes=R.sample(camp.proxies, k),
            tz=camp.tz + R.choice([-1, 0, 0, 0, 1, 3]),
            model=camp.model if R.random() < 0.7 else None,
        )
        if R.random() < 0.25:
            over["mail"] = R.choice(camp.doms)
        elif R.random() < 0.12:
            over["mail"] = w.mail.disposable(R)
        if R.random() < 0.55 and persona != "consumer":
            over["clients"] = [R.choice(camp.sdk)]
    else:
        if R.random() < 0.45:  # residential proxies in part; the rest looks like anybody's home
            over["homes"] = [R.choice(camp.proxies)] + [
                w.net.address(R, R.choices(["isp", "mobile", "vpn"], [5, 4, 1])[0])
                for _ in range(R.choice([0, 1, 1, 2]))
            ]
        if R.random() < 0.1:
            over["mail"] = R.choice(camp.doms)
        over["created"] = (
            None if born is None else born - R.lognormvariate(0, 1.1) * PERSONA[persona][5] * DAY
        )
        if over["created"] is None and R.random() < 0.35:
            over["created"] = camp.start - R.uniform(1, 60) * DAY
    a = w.account(persona, None, **over)
    if care == "naive" and camp.kind not in ("M39", "M40"):
        a.ip_mode = R.choice(["session", "row"])
    if care == "careful" and R.random() < 0.3:
        a.ip_mode = "row"
    a.truth = {
        "campaign": camp.id,
        "kind": camp.kind,
        "care": care,
        "role": camp.role,
        "content": camp.content,
    }
    if a.path == "subscription" and camp.content in ("M31", "M08", "M24"):
        a.path, a.plan = "api", "api"
        a.tel.update(params=True, key=True, blocks=True)
    if camp.content in ("M07", "M09") and R.random() < 0.7:
        a.tel["blocks"] = True
    if camp.kind == "M36":
        a.clients += (
            [w.cl.browser(R) for _ in range(R.choice([0, 2, 5]))]
            if care != "naive"
            else [camp.sdk[0]]
        )
    camp.members.append(a)
    return a


def victim(camp: Campaign) -> None:
    """M38: an honest developer's or firm's account whose key leaked; the owner goes on using it."""
    w, R = camp.w, camp.R
    a = w.account(R.choice(["dev", "smb", "enterprise"]), None, path="api", plan="api")
    i = R.choice(["support", "extract", "rag"])
    own = (
        organic(w, R, w.tx.person(R, None, ["coding"]))
        if R.random() < 0.6
        else templated(w, R, i, payload_for(w, i), place="system", rhythm="service")
    )
    w.add(a, own, human_rate(R, 7), active=0.9)
    t = camp.start + R.expovariate(1 / (w.days * 0.12 * DAY))
    net = R.sample(camp.farm, 2) if camp.care == "naive" else R.sample(camp.proxies, 3)
    w.add(
        a,
        attack(camp),
        R.uniform(camp.lo, camp.hi),
        t,
        camp.end,
        net=net,
        client=[R.choice(camp.sdk)],
        rhythm={"naive": "flat", "careful": "service", "adaptive": "human"}[camp.care],
    )
    a.truth = {
        "campaign": camp.id,
        "kind": camp.kind,
        "care": camp.care,
        "role": "mixed",
        "content": camp.content,
    }
    camp.members.append(a)
