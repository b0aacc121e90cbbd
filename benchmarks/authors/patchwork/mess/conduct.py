"""How a campaign runs: rates, rhythm, cover, bans and replacements."""

from . import harvest
from .accounts import Account
from .campaign import Campaign
from .classes import human_rate
from .clock import DAY
from .holders import account, victim
from .payloads import payload_for
from .work import Work
from .workloads import harness, organic, templated, tenants


def schedule(
    camp: Campaign, a: Account, t0: float, t1: float, cover_only_before: float | None = None
) -> None:
    w, R, care = camp.w, camp.R, camp.care
    rate = min(camp.lo + R.lognormvariate(0, 0.7) * (camp.hi - camp.lo) * 0.35, camp.hi * 1.4)
    attack = harvest.attack(camp)
    if camp.content in ("M07", "M09"):  # someone must first collect blocks
        seedwork = templated(
            w,
            R,
            "summary",
            camp.items,
            camp.mode,
            "suffix",
            "steps",
            hostile=True,
            blocks=camp.pool,
            model=w.models.reason,
        )
        w.add(a, seedwork, rate * 0.5, t0, t1)
        rate *= 0.6
    rhythm = {
        "naive": R.choice(["flat", "flat", "burst", "service"]),
        "careful": R.choice(["human", "office", "service"]),
        "adaptive": R.choice(["human", "human", "night"]),
    }[care]
    if camp.kind == "M36" and care != "adaptive":
        rhythm = "flat"
    phase = 1 if camp.content in ("M07", "M09") else 0
    active = {
        "naive": 1.0,
        "careful": R.choice([0.7, 0.9, 1]),
        "adaptive": R.choice([0.5, 0.7, 0.9]),
    }[care]
    cover = (
        min(0.95, max(0.5, camp.cover + R.uniform(-0.15, 0.15)))
        if care == "adaptive"
        else camp.cover
    )
    if camp.content == "M28" and care == "adaptive":
        cover = R.uniform(0.5, 0.7)
    if camp.kind in ("M35", "M41"):
        cover = max(cover, R.uniform(0.35, 0.7))
    base = cover_work(camp, a) if cover else None
    if base is not None and (care == "adaptive" or R.random() < 0.5):
        rate = max(rate, 3.0) if care == "adaptive" else rate
        w.add(
            a,
            base,
            rate,
            t0,
            t1,
            mix=(attack, 1 - cover),
            active=active,
            phase=phase,
            rhythm=rhythm,
        )
    else:
        w.add(
            a,
            attack,
            rate * (1 - cover),
            t0,
            t1,
            active=active,
            phase=phase,
            rhythm=rhythm,
            growth=R.choice([0, 0, 0.5]),
        )
        if base is not None:
            w.add(a, base, rate * cover, t0, t1, active=active)
    if base is not None and cover_only_before:
        w.add(a, base, human_rate(R, 4), cover_only_before, t0, active=0.6)


def cover_work(camp: Campaign, a: Account) -> Work:
    w, R = camp.w, camp.R
    if camp.kind in ("M35", "M41"):
        return Work(None, tenants=tenants(w, R, R.randint(2, 7)), turns=3)
    r = R.random()
    if r < 0.6 or a.path == "subscription":
        return organic(w, R)
    if r < 0.8:
        return harness(w, R)
    i, t = R.choice(w.commons)
    return templated(w, R, i, payload_for(w, i), template=t, out="auto", turns=1.5)


def run(camp: Campaign) -> None:
    w, R, care = camp.w, camp.R, camp.care
    if camp.kind == "M38":
        for _ in range(camp.size):
            victim(camp)
        return
    waves = int(R.random() < 0.65) + int(R.random() < 0.3) if camp.kind != "M43" else 0
    first = max(6, int(camp.size / (1 + 0.5 * waves)))
    live = [account(camp) for _ in range(first)]
    late = {"naive": 0.04, "careful": 0.3, "adaptive": 0.5}[care]
    begin = {a.id: camp.start + R.random() * late * (camp.end - camp.start) for a in live}
    until = {}
    left = camp.size - first
    for i in range(waves):  # bans, and replacements from a fresh or an aged pool
        ban = camp.start + (camp.end - camp.start) * R.uniform(0.25 + 0.3 * i, 0.5 + 0.3 * i)
        share = R.uniform(0.15, 0.6)
        hit = [a for a in live if a.id not in until and begin[a.id] < ban and R.random() < share]
        for a in hit:
            t = ban + R.random() * {"naive": 2, "careful": 30, "adaptive": 40}[care] * 3600
            until[a.id] = t
            a.stop = t + R.choice([0, 0, 1800])
            w.event(a, R.choices(["suspended", "limited", "closed"], [8, 1, 1])[0], t)
        n = min(left, max(2, len(hit)))
        left -= n
        for _ in range(n):
            t = (
                ban
                + {
                    "naive": R.uniform(1, 9),
                    "careful": R.uniform(2, 50),
                    "adaptive": R.uniform(3, 70),
                }[care]
                * 3600
            )
            b = account(camp, born=t - R.random() * 4 * 3600 if care == "naive" else t)
            begin[b.id] = t
            live.append(b)
    arb = camp.start + R.uniform(0.3, 0.6) * (camp.end - camp.start)
    for a in live:
        if camp.kind == "M43":
            a.newlag, a.pivot = (
                None,
                (
                    w.models.released
                    + R.uniform(0.3, {"naive": 6, "careful": 20, "adaptive": 24}[care]) * 3600,
                    w.models.new,
                    R.uniform(0.4, 0.95),
                ),
            )
        if camp.kind == "M44":
            a.pivot, a.newlag = (
                (arb + R.uniform(0, 12) * 3600, w.models.old, R.uniform(0.6, 1)),
                None,
            )
        schedule(
            camp,
            a,
            begin[a.id],
            min(camp.end, until.get(a.id, camp.end)),
            w.t0 if care == "adaptive" and begin[a.id] > w.t0 + 3600 and R.random() < 0.6 else None,
        )
    if care != "naive":  # ordinary account life touches them as well
        for a in live:
            r = R.random()
            if r < 0.01:
                w.event(a, "limited", w.t0 + R.random() * w.days * DAY)
            elif r < 0.04:
                w.event(a, "verified", a.created + R.random() * 10 * DAY)
