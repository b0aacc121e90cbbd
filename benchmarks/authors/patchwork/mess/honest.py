"""The honest population: every class gets its share, then ordinary account life happens to all."""

from . import batch, crowds, people, services, shared, vendors
from .accounts import Account
from .classes import Classes
from .clock import DAY
from .network import Address
from .workloads import community
from .world import World

CLASSES: Classes = {
    **people.CLASSES,
    **crowds.CLASSES,
    **shared.CLASSES,
    **services.CLASSES,
    **batch.CLASSES,
    **vendors.CLASSES,
}


def build(w: World, n: int) -> None:
    R = w.R
    w.commons = [community(w, R) for _ in range(25)]  # templates that float around in public
    total = sum(x for x, _ in CLASSES.values())
    names = list(CLASSES)
    quota = {c: int(n * CLASSES[c][0] / total) for c in names}
    rest = n - sum(quota.values())
    for c in R.choices(names, [CLASSES[c][0] for c in names], k=rest):
        quota[c] += 1
    for c in names:
        if quota[c]:
            CLASSES[c][1](w, quota[c])
    by: dict[Address, list[Account]] = {}
    for a in w.accounts:  # mistaken mass bans of one network (NAT, VPN, venue)
        by.setdefault(a.homes[0], []).append(a)
    gathered = [g for g in by.values() if len(g) >= 5]
    for g in R.sample(gathered, min(len(gathered), max(1, n // 900))):
        t = w.t0 + R.random() * w.days * DAY
        for a in g:
            if R.random() < 0.5:
                w.event(a, "suspended", t + R.random() * 5400)
                if R.random() < 0.7:
                    w.event(a, "reinstated", t + R.uniform(5, 40) * 3600)
                else:
                    a.stop = t + 5400
    for a in w.accounts:  # ordinary life of accounts
        r = R.random()
        t = w.t0 + R.random() * w.days * DAY
        if r < 0.03:
            w.event(a, "suspended", t)
            if R.random() < 0.4:
                w.event(a, "reinstated", t + R.uniform(2, 60) * 3600)
            else:
                a.stop = t
        elif r < 0.045:
            w.event(a, "closed", t)
            a.stop = t
        elif r < 0.06:
            w.event(a, "limited", t)
        elif r < 0.11:
            w.event(a, "verified", a.created + R.random() * 20 * DAY if R.random() < 0.5 else t)
