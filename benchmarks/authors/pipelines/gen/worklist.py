"""The scheduler of a campaign: when each member works, and which item comes next."""

import numpy as np

from .basics import DAY, SEC
from .items import work_item
from .languages import LANGS
from .pool import Pool
from .vocabulary import DOMS
from .wording import foreign, sentences


class Worklist(Pool):
    """Slots in time and the queue of items."""

    def slots(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """(time, account number, session, turn) of all attack requests, in time order."""
        w, g, r = self.w, self.w.g, self.w.r
        sess = self.payload.mode == "session"
        T_, A, C, U, k = [], [], [], [], 0
        waves = (
            sorted(w.t0 + r.random() * w.days * DAY for _ in range(int(w.days * r.randint(2, 6))))
            if self.care == "naive" or self.payload.mode == "loop"
            else None
        )
        lone = r.random() < 0.3
        for j, a in enumerate(self.pool):
            share = 1.0
            if self.care == "adaptive":
                a.cover = r.uniform(0.5, 0.95)
                share = 1 - a.cover
            else:
                a.cover = (
                    0 if r.random() < 0.5 else r.uniform(0, 0.3 if self.care == "careful" else 0.1)
                )
            per = a.quota * share
            if waves and not (self.care == "adaptive" and r.random() < 0.3) and not lone:
                n = max(1, int(per * w.days / len(waves) + g.random()))
                if n and per * w.days / len(waves) < 1:
                    mine = [x for x in waves if g.random() < per * w.days / len(waves)]
                else:
                    mine = waves
                t = (
                    np.concatenate(
                        [
                            x + g.exponential(120) * SEC + np.cumsum(g.gamma(3, 4, n)) * SEC
                            for x in mine
                        ]
                    )
                    if mine
                    else np.zeros(0)
                )
                c, u = (np.arange(len(t)) // 6, np.arange(len(t)) % 6) if sess else (None, None)
            elif sess or self.care == "adaptive":
                t, c, u = w.people(
                    per,
                    r.choice(["office", "consumer", "evening", "flat"])
                    if self.care != "naive"
                    else "flat",
                    a.tz if self.care == "adaptive" else r.choice(self.tzs),
                    6 if sess else r.choice([1.2, 2, 3]),
                    r.choice([0.5, 0.8, 0.95]),
                    30 if sess else 90,
                )
                if not sess and j % 2:
                    c = u = None
            else:
                t, c, u = (
                    w.service(
                        per,
                        r.choice(["office", "consumer"]) if self.care == "careful" else "flat",
                        r.choice(self.tzs),
                        0,
                        r.choice([1, 1, 2]),
                    ),
                    None,
                    None,
                )
            t = np.asarray(t)
            m = (t >= a.begin) & (t < self.stop)
            t, hi = t[m], min(self.stop, a.end or w.t1)
            c, u = (c[m], u[m]) if c is not None else (None, None)
            if len(t) < 2 and hi > a.begin:  # every member does some work
                t = np.sort(a.begin + g.random(g.integers(2, 5)) * (hi - a.begin))
                c = u = None if c is None else np.zeros(len(t), int)
                c = None if c is None else np.arange(len(t))
            T_.append(t)
            A.append(np.full(len(t), j))
            C.append(c + k if c is not None else np.full(len(t), -1))
            U.append(u if u is not None else np.zeros(len(t), int))
            k += len(t) + 10000
        t, A, C, U = map(np.concatenate, (T_, A, C, U))
        o = np.argsort(t, kind="stable")
        return t[o].astype(np.int64), A[o], C[o].astype(int), U[o].astype(int)

    def queue(self, n: int) -> list[str]:
        """The work list in hand-out order: unique items, some asked several times, a few retries further down the line."""
        r, out, mirror = self.w.r, [], self.item_kind == "mirror" and self.payload.samples > 1
        langs = r.sample(LANGS, min(6, len(LANGS)))
        samples = self.payload.samples
        while len(out) < n + 40:
            if mirror:
                i = r.randrange(10**6)
                out += [foreign(r, x, i) for x in langs]
                continue
            dom = self.dom if self.dom and r.random() < 0.9 else r.choice(DOMS)
            x = work_item(
                r, self.item_kind, dom, self.lang if r.random() < 0.8 else "en", self.w.pub
            )
            if self.genre == "pair" and "\nA: " in x and samples == 2:
                q, _, ab = x.partition("\nA: ")
                p, _, s = ab.partition("\nB: ")
                out += [x, f"{q}\nA: {s}\nB: {p}"]
            else:
                for k in range(r.randint(1, 2 * samples - 1) if samples > 1 else 1):
                    out.append(
                        x
                        if k == 0 or self.genre != "judge"
                        else x.split("\nAnswer: ")[0] + "\nAnswer: " + sentences(r, r.randint(1, 4))
                    )
        if samples > 1 and self.care != "naive":  # a shuffled queue in windows
            for s in range(0, len(out), 200):
                blk = out[s : s + 200]
                r.shuffle(blk)
                out[s : s + 200] = blk
        for i in range(len(out) - 30):
            if r.random() < 0.015:
                out[i + r.randint(1, 25)] = out[i]
        return out
