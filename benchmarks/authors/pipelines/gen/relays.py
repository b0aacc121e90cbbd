"""Other people's use of a campaign's accounts: relayed questions and cover traffic."""

from .items import work_item
from .languages import LANGS
from .pool import Pool
from .programmes import COVER, dev_shape, persona, rate


class Relays(Pool):
    """Relaying and cover."""

    def relay(self) -> None:
        """Other people's questions answered through the pool: the tenants of one product spread over many accounts."""
        w, r = self.w, self.w.r
        relay_all = self.kind == "M28"
        for a in self.pool:
            per, k = (
                a.quota * (1 if self.care != "adaptive" else r.uniform(0.3, 0.8)),
                r.randint(2, 6),
            )
            for _ in range(k):
                style = r.choice(COVER)
                if relay_all and r.random() < 0.6:
                    t, c, u = w.people(per / k, "consumer", r.choice([*self.tzs, 8, 1, -5]), 3, 0.8)
                    m = (t >= a.begin) & (t < self.stop)
                    t, c, u = t[m], c[m], u[m]
                    lang = self.lang if r.random() < 0.6 else r.choice(["en", *LANGS])
                    pr = [
                        work_item(r, "ident" if r.random() < 0.04 else "chat", None, lang, w.pub)
                        for _ in t
                    ]
                    tm = (
                        self.vendor
                        if self.care == "naive" or r.random() < 0.4
                        else self.vendor.version(r)
                    )
                    s = (
                        tm.text(r, self.level if self.care != "careful" else 0)
                        if r.random() < (1 if self.care == "naive" else 0.4)
                        else None
                    )
                    w.emit(
                        a,
                        t,
                        pr,
                        dev_shape(w, "chat", stream=0.9, out=(260, 0.8)),
                        system=s,
                        conv=c,
                        turn=u,
                        attack=True,
                    )
                else:
                    persona(
                        w,
                        a,
                        per / k,
                        style,
                        lo=a.begin,
                        hi=self.stop,
                        attack=relay_all,
                        tz=r.choice([*self.tzs, 8, 1, -5]),
                        lang=self.lang if r.random() < 0.5 else None,
                        client=w.client("py node web harness")
                        if r.random() < 0.4 and self.care != "naive"
                        else None,
                    )

    def cover(self) -> None:
        w, r = self.w, self.w.r
        for a in self.pool:
            if self.kind == "M38":  # the victim's own use
                persona(w, a, rate(r, 6), r.choice(["chat", "app", "coder"]))
                continue
            if self.method.mode == "relay" and self.care != "adaptive":
                continue
            adaptive = self.care == "adaptive"
            total = a.quota * (
                a.cover if adaptive else a.cover + r.uniform(0.3, 1.5) * (self.role == "mixed")
            )
            if self.role == "mixed":  # several customers behind one account
                k = r.choice([2, 2, 3, 4])
                for _ in range(k):
                    persona(
                        w,
                        a,
                        total / k,
                        r.choice(COVER),
                        lo=a.begin,
                        tz=r.choice([-8, -5, 0, 1, 8]),
                        lang=r.choice(["en", *LANGS]),
                        client=None if r.random() < 0.8 else w.client("web harness py node"),
                    )
            elif total > 0:  # a made-up user
                k = r.choice([1, 1, 2])
                for _ in range(k):
                    persona(
                        w,
                        a,
                        total / k,
                        r.choice(COVER),
                        lo=a.created if adaptive else a.begin,
                        client=None if r.random() < 0.8 else w.client("web web harness py node"),
                    )
