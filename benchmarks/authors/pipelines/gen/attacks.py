"""What the members of a campaign send."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from .basics import DAY, OLD
from .items import work_item
from .methods import M
from .programmes import SIZE, TOOLS, dev_shape
from .shapes import Shape
from .templates import Template
from .wording import say, sentences, shot, tool_output, typo
from .worklist import Worklist


class Attacks(Worklist):
    """Requests that serve the campaign."""

    def base_shape(self) -> Callable[[], Shape]:
        w, r = self.w, self.w.r
        kw = dict(self.payload.shape or {})
        out = kw.pop("out", None) or (
            SIZE.get(self.genre, 300),
            0.4 if self.care != "adaptive" else 0.6,
        )
        if self.care == "naive":
            kw.setdefault("maxtok", (8192,))
            if r.random() < 0.4:
                kw.setdefault("temp", (1.0, 0.7, 0.0))
        elif self.care == "careful":
            kw.setdefault("maxtok", (None, 2048, 4096, 8192))
        if self.care == "adaptive" and kw.get("logprobs"):
            kw.update(logprobs=r.choice([5, 20]), bias=r.choice([None, 5, 40]), maxtok=(1, 2, 5))
        return lambda: dev_shape(w, self.genre, out=out, **kw)

    def attack(self, t: np.ndarray, A: np.ndarray, C: np.ndarray, U: np.ndarray) -> None:
        """Hand the queue to the pool, one request per slot, and log what each member sends."""
        w, r = self.w, self.w.r
        n, mode = len(t), self.payload.mode
        queue = self.queue(n)
        make = self.base_shape()
        shapes = [make() for _ in range(1 if self.care == "naive" else 4)]
        per = [[] for _ in self.pool]
        sess_item, winner = {}, Template(r, self.genre, self.dom)
        for i in range(n):
            a = self.pool[A[i]]
            day = int((t[i] - w.t0) // DAY)
            tm = r.choice(self.batches[min(len(self.batches) - 1, day // self.step)])
            hist, sysx = None, None
            if mode == "session":
                key = (A[i], C[i])
                if U[i] == 0 or key not in sess_item:
                    sysx, user = tm.render(r, queue[i], self.level)
                    sess_item[key] = sysx
                else:
                    sysx = sess_item[key]
                    if self.kind == "M09" and r.random() < 0.6:
                        sysx = tm.text(r, 2)
                    user = (
                        tool_output(r)
                        if self.genre in ("agent", "vendor", "toolsys") and r.random() < 0.75
                        else shot(r)
                        if self.genre == "screen"
                        else typo(r, work_item(r, "chat", self.dom, self.lang))
                    )
            elif mode == "sweep":
                late = (t[i] - max(self.start, w.t0)) > 0.6 * (self.stop - max(self.start, w.t0))
                x = winner if late else Template(r, r.choice(self.payload.genres.split()))
                sysx, user = x.render(r, queue[i], self.level if late else 1)
            elif mode == "history":
                hist = (
                    [{"role": "system", "content": self.vendor.text(r, 0)}]
                    if r.random() < 0.4
                    else []
                )
                hist = (
                    None
                    if r.random() < 0.2
                    else [
                        *hist,
                        {"role": "user", "content": work_item(r, "chat", None, self.lang)},
                        {"role": "assistant", "content": sentences(r, 2)},
                    ]
                )
                sysx, user = (
                    tm.render(r, queue[i], self.level)
                    if r.random() < 0.5
                    else (None, typo(r, say(r, self.lang)))
                )
            else:
                sysx, user = tm.render(r, queue[i], self.level)
            per[A[i]].append((t[i], user, sysx, C[i], U[i], hist))
        if mode == "replay":
            self.replay(per, make)
            return
        for a, rows in zip(self.pool, per, strict=False):
            if not rows:
                continue
            sh = (
                shapes[0]
                if len(shapes) == 1
                else r.choice(shapes)
                if self.care == "careful"
                else make()
            )
            if self.payload is M["M08"]:
                sh = replace(
                    sh, tools=self.leak if self.care == "naive" else r.choice([TOOLS[6], TOOLS[8]])
                )
            if self.payload is M["M24"]:
                sh = replace(sh, tools=r.choice(self.tools))
            conv = np.array([x[3] for x in rows])
            use = conv.min() >= 0
            turn = np.array([x[4] for x in rows]) if use else None
            if not use and (self.conv if self.care != "adaptive" else r.random() < 0.35):
                use, conv, turn = True, np.arange(len(rows)), np.zeros(len(rows), int)
            if self.care == "adaptive" and use and r.random() < 0.5 and not sh.logprobs:
                sh = replace(
                    sh,
                    temp=(None,),
                    top_p=(None,),
                    maxtok=(r.choice([None, None, 4096]),),
                    seed=(None,),
                    choices=(None,),
                )
            args = dict(conv=conv if use else None, turn=turn, attack=True)
            if self.kind == "M36" and r.random() < 0.7:
                args.update(
                    ips=w.rotating(r.choice([1, 3]), "res"), client=w.client("harness web py")
                )
            if self.kind == "M38":
                args.update(
                    ips=w.rotating(12, "vpn") if self.care == "naive" else w.rotating(24),
                    client=w.client("py node other"),
                )
            for lo, hi, model in self.models():
                ix = [i for i, x in enumerate(rows) if lo <= x[0] < hi]
                if ix:
                    sub = {k: (v[ix] if isinstance(v, np.ndarray) else v) for k, v in args.items()}
                    w.emit(
                        a,
                        [rows[i][0] for i in ix],
                        [rows[i][1] for i in ix],
                        sh,
                        system=[rows[i][2] for i in ix],
                        history=[rows[i][5] for i in ix] if mode == "history" else None,
                        model=model,
                        **sub,
                    )

    def models(self) -> list[tuple[int, int, str | None]]:
        """Model used by period: arbitrage campaigns move to an older one after a control."""
        w = self.w
        if self.kind == "M44":
            return [(0, self.tb, None), (self.tb, w.t1 + DAY, OLD)]
        return [(0, w.t1 + DAY, None)]

    def replay(self, per: list[list[tuple]], make: Callable[[], Shape]) -> None:
        """Some requests make reasoning blocks, the others present blocks of other sessions and ask for their content."""
        w, r = self.w, self.w.r
        bank = []
        for a, rows in zip(self.pool, per, strict=False):
            flags = [r.random() < 0.45 for _ in rows]
            src = [x for x, f in zip(rows, flags, strict=False) if f]
            if src:
                a.model = "orion-4.2-think"
                sh = dev_shape(w, "persona", think=1.0, out=(300, 0.7))
                w.emit(
                    a,
                    [x[0] for x in src],
                    [work_item(r, "q", self.dom, self.lang, w.pub) for _ in src],
                    sh,
                    attack=True,
                    conv=np.arange(len(src)),
                    turn=np.zeros(len(src), int),
                )
            bank += [(t, b, a.id) for t, b in a.blocks]
            a.rest = [x for x, f in zip(rows, flags, strict=False) if not f]
        bank.sort()
        times = np.array([b[0] for b in bank] or [0])
        for a in self.pool:
            if a.rest and bank:
                pres = []
                for x in a.rest:
                    hi = int(np.searchsorted(times, x[0]))
                    own = (
                        [b for tt, b in a.blocks if tt < x[0]]
                        if self.care == "adaptive" and r.random() < 0.5
                        else None
                    )
                    pres.append(
                        [r.choice(own)]
                        if own
                        else [bank[r.randrange(max(0, hi - 400), hi)][1]]
                        if hi
                        else None
                    )
                w.emit(
                    a,
                    [x[0] for x in a.rest],
                    [x[1] for x in a.rest],
                    make(),
                    system=[x[2] for x in a.rest],
                    attack=True,
                    presented=pres,
                    conv=np.arange(len(a.rest)),
                    turn=np.zeros(len(a.rest), int),
                    model=r.choice([None, "orion-4.2-mini", "orion-4.2"]),
                )
