"""Accounts: who signs up, with which mail, plan and payment, and what becomes of them."""

from typing import Any

from .basics import DAY, HOUR, MODELS
from .clients import Clients
from .languages import LANGS
from .network import Network
from .shapes import Account

FREE = (
    ["gmail.com"] * 10
    + ["outlook.com"] * 4
    + ["hotmail.com"] * 2
    + ["icloud.com"] * 3
    + ["yahoo.com"] * 2
    + ["proton.me"] * 2
    + [
        "gmx.de",
        "web.de",
        "qq.com",
        "163.com",
        "naver.com",
        "mail.ru",
        "yandex.ru",
        "orange.fr",
        "libero.it",
        "uol.com.br",
        "duck.com",
        "fastmail.com",
        "hey.com",
        "zoho.com",
    ]
)

DISP = [
    "mailinator.com",
    "guerrillamail.com",
    "10minutemail.com",
    "temp-mail.org",
    "yopmail.com",
    "dropmail.me",
    "tempr.email",
    "maildrop.cc",
    "moakt.cc",
    "emailondeck.com",
    "fakemail.net",
    "mohmal.com",
]

SYL = [
    "al",
    "be",
    "co",
    "da",
    "el",
    "fi",
    "go",
    "ha",
    "in",
    "ka",
    "lo",
    "mi",
    "no",
    "or",
    "pa",
    "qu",
    "re",
    "so",
    "ta",
    "un",
    "va",
    "we",
    "xi",
    "zo",
    "bri",
    "cla",
    "dro",
    "fle",
    "gri",
    "plo",
    "sta",
    "tro",
    "vel",
    "mar",
    "ten",
]


class Identities(Network, Clients):
    """The register of accounts."""

    def company(self) -> str:
        r = self.r
        return (
            "".join(r.choice(SYL) for _ in range(r.choice([2, 3, 3, 4])))
            + r.choice(["", "", "", "soft", "labs", "tech", "data", "-group", "ai", "hub"])
            + r.choice(
                [".com"] * 6
                + [
                    ".io",
                    ".ai",
                    ".de",
                    ".co",
                    ".net",
                    ".dev",
                    ".app",
                    ".xyz",
                    ".online",
                    ".org",
                    ".fr",
                    ".jp",
                    ".co.uk",
                ]
            )
        )

    def age(self) -> float:
        """Days since sign-up: many old accounts, a wave of new ones."""
        x = self.r.random()
        return (
            self.r.expovariate(1 / 240)
            if x < 0.7
            else self.r.random() * 30
            if x < 0.86
            else self.r.random() * self.days
            if x > 0.93
            else self.r.expovariate(1 / 60)
        )

    def account(self, **kw: Any) -> Account:
        r = self.r
        biz = kw.pop("biz", r.random() < 0.25)
        created = kw.pop("created", None)
        if created is None:
            d = self.age()
            created = int(self.t1 - d * DAY)
        x = r.random()
        email = (
            r.choice(FREE)
            if not biz and x < 0.9
            else (r.choice(DISP) if x > 0.985 else self.company())
        )
        plan = r.choices(
            [
                "api",
                "subscription",
                "free_trial",
                "cloud",
                "startup_credit",
                "education",
                "research",
            ],
            [62, 16, 9, 5, 4, 3, 1],
        )[0]
        d = dict(
            id=self.ident("acct_"),
            org=self.ident("org_", 12),
            plan=plan,
            email=email,
            pay="pm_" + self.hex(),
            dev="dv_" + self.hex(),
            sip=r.choice(self.cgnat)
            if r.random() < 0.12
            else self.ip("vpn" if r.random() < 0.06 else "res"),
            created=created,
            verification=r.choices(
                ["email", "phone", "card", "business", "none", "identity"],
                [30, 26, 24, 14 if biz else 3, 4, 2],
            )[0],
            use=r.choices(
                [
                    None,
                    "product",
                    "research",
                    "evaluation",
                    "education",
                    "annotation",
                    "synthetic_data",
                    "reseller",
                ],
                [48, 30, 6, 4, 5, 3, 2, 2],
            )[0],
            auth=False,
            path=None,
            model=r.choices(list(MODELS), list(MODELS.values()))[0],
            client=self.client(),
            keys=[self.ident("key_", 14) for _ in range(r.choice([1, 1, 1, 2]))],
            ips=None,
            tz=r.choices(
                [-8, -7, -6, -5, -4, -3, 0, 1, 2, 3, 5.5, 7, 8, 9, 10],
                [8, 4, 6, 12, 2, 5, 8, 14, 6, 4, 9, 4, 8, 6, 3],
            )[0],
            lang=r.choice(LANGS) if r.random() < 0.42 else "en",
        )
        d.update(kw)
        plan = d["plan"]
        if "pay" not in kw and plan in ("free_trial", "education") and r.random() < 0.8:
            d["pay"] = None
        if "dev" not in kw and r.random() < 0.05:
            d["dev"] = None
        if d["path"] is None:
            d["path"] = {
                "subscription": "subscription",
                "cloud": r.choice(["cloud:aurora", "cloud:cirrus", "cloud:aurora"]),
            }.get(plan) or r.choices(
                ["api", "aggregator:routehub", "aggregator:modelmix", "partner:deskly"],
                [92, 4, 2, 2],
            )[0]
        if d["ips"] is None:
            d["ips"] = self.person_ips()
        a = Account(**d)
        x = r.random()
        a.sessions = self.r.random() < 0.3
        if x < 0.22:
            a.alt = self.client("web web harness py node")
        elif x < 0.42:
            a.alt, a.switch = self.client(), int(self.t0 + r.random() * self.days * DAY)
        x = r.random()
        a.adopts = (
            int(self.release + (r.random() * DAY if x < 0.12 else r.expovariate(1 / 6) * DAY))
            if x < 0.45
            else None
        )
        if not a.hostile and a.end is None:
            self.fate(a)
        self.accounts.append(a)
        return a

    def event(self, a: Account, name: str, t: int) -> None:
        if self.t0 <= t < self.t1:
            self.events.append((a.id, name, int(t)))

    def fate(self, a: Account) -> None:
        """Ordinary things that happen to accounts: checks, limits, closures, suspensions for unpaid bills or by mistake."""
        r = self.r
        t = int(self.t0 + r.random() * self.days * DAY)
        x = r.random()
        if x < 0.05:
            self.event(a, "verified", max(t, a.created + HOUR))
        elif x < 0.065:
            self.event(a, "limited", t)
        elif x < 0.078:
            a.end = t
            self.event(a, "closed", t)
        elif x < 0.113:
            self.event(a, "suspended", t)
            if r.random() < 0.4:
                self.event(a, "reinstated", t + int(r.random() * 30 * HOUR))
            else:
                a.end = t
