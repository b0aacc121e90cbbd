"""The stage of a world: addresses, domains and believable accounts."""

import datetime as dt
import math
from typing import Any

from .accounts import MAIL, TZASN, TZLANG, TZS, Account, Address
from .clients import Client
from .draws import Random, pick, spaced
from .nets import NETS, V6
from .public import Public
from .tables import DAY


class Stage:
    """Identities of a world: who exists, from where, and what groups have in common."""

    def __init__(self, seed: int, days: int, texts: str | None) -> None:
        self.r = Random(f"storygen:{seed}")
        r = self.r
        self.days = days
        self.span = days * DAY
        self.t0 = (
            int(dt.datetime(2026, 10, 5, tzinfo=dt.UTC).timestamp()) + int(r.random() * 40) * DAY
        )
        self.pub = Public(texts, r)
        self.accounts, self.events, self.rows, self.tables, self.attack = [], [], [], [], []
        self.release = (0.25 + 0.4 * r.random()) * self.span  # a new model comes out mid-window
        self.asn_known = r.random() < 0.8
        self.homes = []  # real homes: proxies leave through them too
        self.boost, self.now, self.last_block = 1.0, 0.0, None

    def hex(self, n: int) -> str:
        return f"{self.r.getrandbits(4 * n):0{n}x}"

    def addr(self, kind: str, asn: int | None = None) -> Address:
        r = self.r
        net = NETS[kind]
        asn = asn if asn in net else pick(r, list(net))
        if asn in V6 and kind in ("home", "mob") and r.random() < 0.22:
            p = V6[asn].rstrip(":")
            p += (
                "".join(pick(r, "0123456789abcdef") for _ in range(4 - len(p.split(":")[-1])))
                if len(p.split(":")[-1]) < 4
                else ""
            )
            return ":".join(
                [p] + ["%x" % r.getrandbits(16) for _ in range(8 - len(p.split(":")))]
            ), asn
        a, b = pick(r, net[asn])
        v = a + int(r.random() * (b - a))
        return self.dotted(v), asn

    @staticmethod
    def dotted(v: int) -> str:
        return f"{v >> 24}.{v >> 16 & 255}.{v >> 8 & 255}.{v & 255}"

    def domain(self) -> str:
        r = self.r
        return (
            pick(
                r,
                spaced(
                    "north blue alder quick bright delta terra lumen oak river mono pixel kite metro sol fern ember zen apex"
                ),
            )
            + pick(
                r,
                spaced(
                    "works labs soft data media studio line hub craft group path mind ware shop cloud"
                ),
            )
            + pick(r, ("", "", str(int(r.random() * 90))))
            + pick(
                r,
                (
                    ".com",
                    ".com",
                    ".io",
                    ".de",
                    ".co",
                    ".net",
                    ".org",
                    ".app",
                    ".dev",
                    ".top",
                    ".site",
                    ".cn",
                    ".in",
                    ".fr",
                ),
            )
        )

    def age(self) -> float:
        """Days since sign-up: young accounts are common everywhere, old ones too."""
        r = self.r
        return min(1400.0, math.exp(r.gauss(4.2, 1.5))) if r.random() > 0.11 else r.random() * 10

    def person(
        self,
        look: str,
        plan: str | None = None,
        client: Client | str | None = None,
        path: str | None = None,
        tz: int | None = None,
        created: float | None = None,
        net: str | None = None,
        **over: Any,
    ) -> Account:
        """A believable account; stories override what matters to them."""
        r = self.r
        a = Account()
        a.id = "acct_" + self.hex(16)
        a.n = 0
        a.tz = pick(r, TZS) if tz is None else tz
        a.lang = pick(r, TZLANG.get(a.tz, ["en"])) if r.random() < 0.62 else "en"
        a.look, a.hostile, a.campaign, a.kind, a.care, a.role = look, False, None, None, None, None
        a.clients = [client if isinstance(client, Client) else Client(r, client)]
        if r.random() < 0.15:
            a.clients.append(Client(r, "web" if a.clients[0].kind == "web" else None))
        web = a.clients[0].kind == "web"
        a.plan = plan or (
            r.choices(("subscription", "free_trial", "education", "api"), (60, 28, 6, 6))[0]
            if web
            else r.choices(
                ("api", "free_trial", "startup_credit", "research", "cloud", "subscription"),
                (68, 14, 6, 3, 5, 4) if a.clients[0].kind == "api" else (55, 12, 3, 2, 3, 25),
            )[0]
        )
        a.path = path or (
            "subscription"
            if (web and a.plan != "api")
            or (a.plan == "subscription" and a.clients[0].kind != "api")
            else "cloud:" + pick(r, ("nimbus", "stratos"))
            if a.plan == "cloud"
            else "api"
            if r.random() < 0.93
            else "aggregator:" + pick(r, ("routehub", "openlane", "manyllm"))
        )
        a.org = None if r.random() < (0.8 if web else 0.3) else "org_" + self.hex(12)
        a.email = (
            r.choices([m for m, _ in MAIL], [w for _, w in MAIL])[0]
            if r.random() < (0.93 if web else 0.6)
            else self.domain()
        )
        a.pay = (
            None
            if a.plan in ("free_trial", "education", "cloud") and r.random() < 0.8
            else "pm_" + self.hex(14)
        )
        a.device = None if r.random() < 0.06 else "dev_" + self.hex(12)
        a.verif = r.choices(
            ("none", "email", "phone", "card", "business", "identity"), (3, 35, 25, 27, 6, 4)
        )[0]
        a.declared = (
            None
            if r.random() < 0.6
            else r.choices(
                (
                    "product",
                    "evaluation",
                    "research",
                    "education",
                    "annotation",
                    "reseller",
                    "synthetic_data",
                ),
                (70, 8, 10, 9, 2, 1, 1),
            )[0]
        )
        a.auth = False
        a.created = -self.age() * DAY if created is None else created
        if created is None and r.random() < 0.09:
            a.created = r.random() * 0.9 * self.span  # signs up this week
        a.created = min(a.created, 0.93 * self.span)
        asn = pick(r, TZASN.get(a.tz, [7922]))
        home = self.addr("home", asn)
        self.homes.append(home)
        kind = net or (
            "home"
            if web or a.clients[0].kind in ("tool", "code")
            else r.choices(("home", "dc"), (45, 55))[0]
        )
        a.ips = (
            [home]
            if kind == "home"
            else [self.addr(kind) for _ in range(1 if r.random() < 0.7 else 3)]
        )
        x = r.random()
        if kind == "home" and x < 0.3:
            a.ips.append(self.addr("mob"))
        elif x < 0.36:
            a.ips += [self.addr("vpn") for _ in range(3)]
        elif kind == "home" and x < 0.45:
            a.ips.append(self.addr("ent"))
        a.rot = (
            "res" if r.random() < 0.025 else r.random() < 0.07
        )  # always on the move: new mobile or VPN address each session
        a.sip = home[0] if r.random() < 0.8 else self.addr(pick(r, ("mob", "ent", "vpn", "dc")))[0]
        a.hours = (
            pick(r, ("evening", "evening", "student", "office", "night"))
            if web
            else pick(r, ("office", "office", "evening", "flat"))
        )
        a.keys = (
            [None]
            if a.path == "subscription"
            else ["key_" + self.hex(10) for _ in range(1 if r.random() < 0.8 else 2)]
        )
        a.logs = r.random() < 0.3
        a.reasoned, a.blocks, a.hist, a.pub = r.random() < 0.35, [], None, r.random() < 0.3
        a.model = r.choices(("chat", "mini", "reason", "old"), (45, 25, 22, 8))[0]
        a.live = (max(0.0, a.created), self.span)
        if r.random() < 0.06:
            a.live = (a.live[0], a.live[0] + r.random() * (self.span - a.live[0]))  # churn
        for k, v in over.items():
            setattr(a, k, v)
        self.accounts.append(a)
        return a

    def share(
        self,
        accs: list[Account],
        *,
        org: bool = False,
        pay: bool = False,
        device: int = 0,
        email: str | list[str] | None = None,
        ips: list[Address] | None = None,
    ) -> None:
        """Things a group of accounts has in common."""
        r = self.r
        o, p = "org_" + self.hex(12), "pm_" + self.hex(14)
        devs = (
            ["dev_" + self.hex(12) for _ in range(max(1, len(accs) // device))] if device else None
        )
        for a in accs:
            if org:
                a.org = o
            if pay:
                a.pay = p
            if devs:
                a.device = pick(r, devs)
            if email:
                a.email = email if isinstance(email, str) else pick(r, email)
            if ips:
                a.ips = list(ips) if r.random() < 0.7 else list(ips) + a.ips[:1]
                a.sip = pick(r, ips)[0] if r.random() < 0.6 else a.sip
