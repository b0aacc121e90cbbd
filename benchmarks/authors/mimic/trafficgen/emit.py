"""Turns accounts with arrival times into rows of exchanges."""

from __future__ import annotations

import json
from bisect import bisect_left
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from .accounts import Acc
from .answers import POOL, REFUSE, answer
from .draws import ch, hexs, num
from .schema import COLS, SCHEMA
from .works import Person

if TYPE_CHECKING:
    from .world import World

FACT = {
    "steps": 1.5,
    "chat": 1,
    "code": 1,
    "list": 1.2,
    "doc": 1.1,
    "json": 0.8,
    "trans": 0.6,
    "tool": 0.5,
    "score": 0.3,
    "word": 0.1,
}
PARN = {
    "request_temperature": 0,
    "request_top_p": 1,
    "request_max_tokens": 2,
    "request_top_logprobs": 3,
}


def phase(ph: list[Any], t: float) -> Any:
    """The last of the phases that has begun."""
    x = ph[0]
    for y in ph[1:]:
        if t > y[0]:
            x = y
    return x


class Emitter:
    """Collects the rows of all accounts, in batches."""

    def __init__(self, w: World) -> None:
        self.w = w
        self.rows: list[tuple[Any, ...]] = []
        self.parts: list[pa.RecordBatch] = []
        self.groups: dict[str, list[tuple[float, str, str]]] = {}
        for a in w.accs:
            if a.xgroup:
                a.blk = ["rb_" + hexs(w.r, 20) for _ in a.t]
                self.groups.setdefault(a.xgroup, []).extend(
                    zip(a.t.tolist(), a.blk, [a.id] * len(a.t), strict=True)
                )
        for v in self.groups.values():
            v.sort()

    def flush(self) -> None:
        if self.rows:
            self.parts.append(
                pa.RecordBatch.from_arrays(
                    [
                        pa.array(c, t)
                        for c, (_, t) in zip(zip(*self.rows, strict=True), COLS, strict=True)
                    ],
                    schema=SCHEMA,
                )
            )
            self.rows = []

    def account(self, a: Acc) -> None:
        w, p = self.w, a.p
        r = w.r
        rows = self.rows
        if not len(a.t):
            return
        key = ["key_" + hexs(r, 12) for _ in range(p.keys)] if p.path != "subscription" else [None]
        cs = hexs(r, 8)
        grp = self.groups.get(a.xgroup)
        useblk = p.conv and r.random() < 0.8
        last = {}
        dead = min([t for e, t in a.events if e in ("suspended", "closed")] or [1e18])
        back = min([t for e, t in a.events if e == "reinstated"] or [1e18])
        limited = [t for e, t in a.events if e == "limited"]
        hx = r.getrandbits(30)
        salt = r.getrandbits(20)
        logm = p.logmsg
        n1 = max(1, p.keys)
        for i, (t, s, k, wi, it, atk) in enumerate(
            zip(
                a.t.tolist(),
                a.s.tolist(),
                a.k.tolist(),
                a.w.tolist(),
                a.item.tolist(),
                a.atk.tolist(),
                strict=True,
            )
        ):
            wk = a.works[wi] if wi < len(a.works) else a.works[-1]
            sy, q, kind, tp, lang, x = wk.one(r, it, t, k, a)
            # a chat app has no system prompt: it goes into the message
            if sy and x is not None and p.path == "subscription":
                sy, q = None, sy + "\n" + q
            model = phase(a.models, t)[1]
            if p.pm2 and not atk and r.random() < p.pm2:
                model = p.model2
            st = 200
            for o, d, what in w.outages:
                if o < t < o + d and (what == "all" or what == p.path or what == model):
                    st = 503
            if st == 503 and r.random() < 0.6:
                continue
            if st == 503 and r.random() < 0.15:
                st = 200
            if r.random() < p.err:
                st = r.choices([429, 500, 529, 400, 408], [40, 15, 25, 15, 5])[0]
            if dead < t < back:
                st = 403
            elif limited and t > limited[0] and r.random() < 0.5:
                st = 429
            stolen = a.t_alt is not None and atk
            net = a.net2 if stolen else p.net
            cl = a.clients2 if stolen else p.clients
            us = ((s * 2654435761 + hx) & 0xFFFFFF) / 16777216.0
            ip, asn = net.at(t, us, r.random())
            _, ua, ja = phase(cl, t)
            par = [p.temp, p.top_p, p.maxtok, None]
            tools = None
            img = 0
            lb = None
            ref = 0.006
            sub = p.path == "subscription"
            if x:
                for n_, v in x.get("p", {}).items():
                    if not (sub or (n_ == "request_temperature" and us < 0.3)):
                        par[PARN[n_]] = v
                tools = x.get("tools")
                ref = max(ref, x.get("ref", 0))
                img = num(r, 1, 3) if x.get("img") else 0
                if x.get("lb") and not sub and us < 0.5:
                    lb = num(r, 1, 300)
            elif isinstance(wk, Person) and wk.coding > 0.8 and wk.sys:
                tools = ["bash", "edit", "read_file"]
            if not img and p.path[0] != "c" and r.random() < (0.02 if sub else 0.008):
                img = 1
            if a.par and atk:
                for n_, v in a.par.items():
                    par[PARN[n_]] = v
            cid = "conv_%s%06x" % (cs, s) if p.conv else None
            lv = last.get(s) if p.conv else None
            if lv and k > 0 and sy and lv[0] and not (a.ctxedit and (atk or r.random() < 0.2)):
                sy = lv[0]
            reason = model == "nova-3-reason" or (model == "nova-4-pro" and (salt & 1))
            pres = None
            iss = None
            if grp is not None and ((atk and us < 0.8) or r.random() < 0.03) and reason:
                j = bisect_left(grp, (t,))
                pick = grp[int(r.random() * j)] if j else None
                pres = [pick[1]] if pick else None
            elif lv and lv[1] and useblk:
                pres = [lv[1]]
            refusal = st == 200 and r.random() < ref
            if reason and st == 200:
                iss = [a.blk[i]] if a.blk else ["rb_" + hexs(r, 20)]
            if p.conv:
                last = {s: (sy, iss[0] if iss else None)} if len(last) > 50 else last
                last[s] = (sy, iss[0] if iss else None)
            if st != 200:
                ans = None
                rs = None
                fin = None
            else:
                ans = (
                    ch(r, REFUSE)
                    if refusal
                    else answer(
                        r, kind, tp, lang, p.asize * FACT.get(kind, 1) * (0.4 + 1.2 * r.random())
                    )
                )
                rs = (
                    " ".join(POOL[int(r.random() * len(POOL))] for _ in range(num(r, 1, 4)))
                    if reason and not refusal
                    else None
                )
                mx = par[2]
                fin = (
                    ["length"]
                    if mx and len(ans) > mx * 4
                    else ["tool_calls"]
                    if kind == "tool" and tools
                    else ["stop"]
                )
                if fin[0] == "length":
                    ans = ans[: mx * 4]
            f = 0.7 if lang in ("zh", "ja") else 0.27
            msg = None
            if logm and p.conv and k > 0:
                m = [{"role": "system", "content": sy}] if sy else []
                msg = json.dumps(
                    [
                        *m,
                        {"role": "user", "content": lv[2]}
                        if lv and len(lv) > 2
                        else {"role": "user", "content": "..."},
                        {"role": "assistant", "content": POOL[(hx + k) % len(POOL)]},
                        {"role": "user", "content": q},
                    ],
                    ensure_ascii=False,
                )
            rtok = int(120 + 900 * r.random() ** 2) if rs else (0 if st == 200 else None)
            otok = int(len(ans) * f) + 2 + rtok if ans is not None else None
            itok = (
                int((len(q) + (len(sy) if sy else 0)) * f)
                + 8
                + (k * 60 if p.conv else 0)
                + img * 800
            )
            rows.append(
                (
                    int(t * 1e6) + w.epoch * 1000000 + int(r.random() * 1e6),
                    a.id,
                    model,
                    q,
                    sy,
                    msg,
                    ans,
                    rs,
                    a.org,
                    key[int(r.random() * n1)] if n1 > 1 and key[0] else key[0],
                    p.path,
                    "batch" if p.batch else "chat",
                    None if p.noip else ip,
                    None if p.noip else asn,
                    None if p.noip and us < 0.5 else ua,
                    None if p.nofp else ja,
                    cid,
                    k if p.conv else None,
                    par[0],
                    par[1],
                    par[2],
                    1 if not sub and salt % 5 == 0 else None,
                    salt if not sub and salt % 17 == 0 else None,
                    par[3],
                    lb,
                    p.stream,
                    p.fmt if par[3] is None else "text",
                    tools,
                    (int(r.random() * 3) if tools else 0) if st == 200 else None,
                    img,
                    itok,
                    otok,
                    rtok,
                    int(itok * 0.6) if sy and len(sy) > 300 and r.random() < 0.5 else 0,
                    fin,
                    st,
                    refusal,
                    iss,
                    pres,
                    atk,
                )
            )
        if len(rows) > 40000:
            self.flush()
