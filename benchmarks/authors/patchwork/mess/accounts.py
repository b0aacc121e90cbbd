"""Accounts and their streams of work; every account, honest or not, is born here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .clients import MAIL, Client
from .clock import DAY
from .network import Address
from .personas import DECLARED, DEFSYS, PERSONA, TZS, pick
from .work import Work

if TYPE_CHECKING:
    from .world import World


class Account:
    """One customer account; its fields are set in `account`."""


class Stream:
    """A work over a time range; mix = (attack work, share) interleaves an attack inside the same human sessions."""

    def __init__(
        self,
        work: Work,
        rate: float,
        t0: float,
        t1: float,
        mix: tuple[Work, float] | None = None,
        growth: float = 0.0,
        active: float = 1.0,
        phase: int = 0,
        net: list[Address] | None = None,
        client: list[Client] | None = None,
        rhythm: str | None = None,
    ) -> None:
        self.work, self.rate, self.t0, self.t1, self.mix = work, rate, t0, t1, mix
        self.growth, self.active, self.phase = growth, active, phase
        self.net, self.client, self.rhythm = net, client, rhythm or work.rhythm


def account(w: World, persona: str, look: str | None = None, **over: Any) -> Account:
    """Every account, honest or not, is born here; `over` replaces single fields (never their format)."""
    R = w.R
    plans, ver, mails, paths, nets, age = PERSONA[persona]
    a = Account()
    a.id, a.persona, a.look, a.truth = w.hex(16, "acct_"), persona, look, None
    a.plan = over.get("plan") or pick(R, plans)
    a.verif = pick(R, ver)
    k = R.choices(range(4), mails)[0]
    a.mail = (
        over.get("mail")
        or (R.choice(MAIL), w.mail.company(R), w.mail.school(R), w.mail.disposable(R))[k]
    )
    a.created = (
        over.get("created") or w.t0 - R.lognormvariate(0, 1.1) * age * DAY
        if R.random() > 0.16
        else w.t0 + R.random() * 0.8 * w.days * DAY
    )
    if over.get("created"):
        a.created = over["created"]
    a.org = over.get("org") or (
        w.hex(12, "org_")
        if R.random() < {"enterprise": 0.95, "smb": 0.8, "consumer": 0.05}.get(persona, 0.35)
        else None
    )
    path = over.get("path") or (
        "subscription"
        if a.plan == "subscription"
        else "cloud"
        if a.plan == "cloud"
        else "api"
        if persona == "consumer" and R.random() < 0.3
        else pick(R, paths)
    )
    a.path = path
    if path in ("cloud", "aggregator", "partner"):
        a.path = (
            R.choice(w.clouds)
            if path == "cloud"
            else "partner:" + R.choice(["deskly", "officebay"])
            if path == "partner"
            else "aggregator:" + R.choices(list(w.net.aggregators), [5, 3, 2, 1])[0]
        )
    kind = a.path.split(":")[0]
    a.tz = int((over["tz"] if "tz" in over else R.choice(TZS)) * 3600)
    home = over.get("net") or pick(R, nets)
    a.homes = over.get("homes") or [w.net.address(R, home)]
    if "homes" not in over:
        if R.random() < 0.55:
            a.homes.append(
                w.net.address(R, R.choices(["mobile", "isp", "biz", "vpn"], [5, 3, 2, 1])[0])
            )
        if home in ("vpn", "mobile"):
            a.homes += [w.net.address(R, home) for _ in range(R.randint(1, 5))]
    a.renew = R.random() < 0.25  # dynamic address
    a.pay = (
        over["pay"]
        if "pay" in over
        else (
            None
            if (
                a.plan in ("free_trial", "education", "cloud", "research", "startup_credit")
                and R.random() < 0.85
            )
            or kind == "cloud"
            else w.hex(16, "pm_")
        )
    )
    a.device = (
        over["device"]
        if "device" in over
        else (
            w.hex(20, "dev_")
            if R.random() < (0.25 if kind in ("cloud", "aggregator", "partner") else 0.52)
            else None
        )
    )
    a.sip = (
        over["sip"]
        if "sip" in over
        else (w.net.near(R, a.homes[0])[0] if R.random() < 0.3 else a.homes[0][0])
        if R.random() < 0.72 and kind != "cloud"
        else None
    )
    a.declared, a.auth = (
        over.get("declared", R.choice(DECLARED[persona])),
        over.get("auth", False if R.random() < 0.8 else None),
    )
    if over.get("clients"):
        a.clients = over["clients"]
    elif (
        kind == "subscription"
        or persona == "consumer"
        or (persona == "student" and R.random() < 0.5)
    ):
        a.clients = [w.cl.browser(R) for _ in range(R.choice([1, 1, 2, 2, 3]))]
    else:
        a.clients = [w.cl.sdk(R) for _ in range(R.choice([1, 1, 1, 2]))]
    a.keys = [w.hex(14, "key_") for _ in range(R.choice([1, 1, 1, 1, 2, 3]))]
    a.model = over.get("model") or w.models.prefer(R)
    # honest early adopters
    a.newlag = (
        w.models.released + R.expovariate(1 / (2.5 * DAY)) + 1800 if R.random() < 0.3 else None
    )
    a.params = over["params"] if "params" in over else params(w)
    a.ip_mode = over.get("ip_mode", "session")
    p = kind
    a.tel = {
        "ip": (p in ("api", "subscription") and R.random() < 0.95)
        or (p == "aggregator" and R.random() < 0.5)
        or (p == "partner" and R.random() < 0.3)
        or (p == "cloud" and R.random() < 0.08),
        "ua": (p in ("api", "subscription") and R.random() < 0.92)
        or (p == "aggregator" and R.random() < 0.35),
        "fp": (p == "api" and R.random() < 0.6) or (p == "subscription" and R.random() < 0.45),
        "conv": (p == "subscription" and R.random() < 0.8)
        or (p == "api" and R.random() < 0.32)
        or p == "partner",
        "params": p != "subscription",
        "asn": R.random() < 0.6,
        "resp": R.random() < 0.5,
        "key": p in ("api", "aggregator") or R.random() < 0.3,
        "think": R.random() < 0.45,
        "msg": p == "api" and R.random() < 0.06,
        "org": p != "aggregator" and R.random() < 0.9,
        "blocks": p != "subscription",
    }
    a.defsys = None
    # whatever the client sends when nothing was set
    if kind != "subscription" and R.random() < 0.4:
        a.defsys = (
            R.choice(tx.pub["systems"])[1]
            if (tx := w.tx).pub["systems"] and R.random() < 0.2
            else w.tx.g.say(R, R.choice(DEFSYS))
        )
    a.stop, a.pivot, a.streams, a.refuse = None, None, [], 0.0
    a.errors = R.betavariate(1, 40)
    w.accounts.append(a)
    return a


def params(w: World) -> dict[str, Any]:
    R = w.R
    return {
        "temperature": R.choices(
            [None, 0.0, 0.2, 0.3, 0.5, 0.7, 0.8, 0.9, 1.0, round(R.random(), 2)],
            [42, 14, 7, 5, 4, 11, 3, 2, 8, 4],
        )[0],
        "top_p": R.choices([None, 1.0, 0.95, 0.9, 0.8], [76, 12, 6, 4, 2])[0],
        "max_tokens": R.choices(
            [
                None,
                256,
                512,
                1000,
                1024,
                2048,
                4000,
                4096,
                8192,
                16384,
                32000,
                R.randint(50, 6000),
            ],
            [34, 3, 6, 5, 10, 10, 5, 12, 6, 3, 2, 4],
        )[0],
        "stream": R.choice([None, False, True, True]),
        "n": R.choices([None, 1, 2, 3, 4, 5, 8], [78, 19, 1, 0.6, 0.7, 0.4, 0.3])[0],
        "seed": R.choices([None, 42, R.randint(1, 9999)], [94, 4, 2])[0],
    }
