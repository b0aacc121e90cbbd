"""Streams become rows of the exchange table."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from . import clock
from .accounts import Account, Stream
from .clock import DAY
from .schema import BIG, COLS, TYPES
from .work import OUT

if TYPE_CHECKING:
    from .world import World

OUTLEN = {**OUT, "refusal": 25}


def emit_all(w: World) -> None:
    jobs = [(s.phase, i, s) for i, a in enumerate(w.accounts) for s in a.streams]
    for phase in sorted({j[0] for j in jobs}):
        for ph, i, s in jobs:
            if ph == phase:
                emit(w, w.accounts[i], s)
    flush(w)


def emit(w: World, a: Account, s: Stream) -> None:
    R, tx = w.R, w.tx
    rnd = R.random
    lo = max(s.t0, a.created + 600 if a.created < w.t1 else s.t0)
    hi = min(s.t1, a.stop or s.t1, w.t1)
    T, S = clock.times(
        w.G, s.rhythm, s.rate, lo, hi, a.tz, s.work.weekend, s.work.turns, s.growth, s.active
    )
    tel, kind = a.tel, a.path.split(":")[0]
    cur, carry, st, hist, sticky = -1, 0, {}, [], False
    addr = ua = conv = key = last = None
    sub = kind == "subscription"
    for t, sn in zip(T.tolist(), S.tolist(), strict=True):
        if sn != cur:
            cur, st, carry = sn, {"k": 0}, 0
            addr = R.choice(s.net or a.homes) if rnd() < 0.8 else (s.net or a.homes)[0]
            if a.renew and rnd() < 0.15:
                addr = w.net.near(R, addr)
            ua = (s.client or a.clients)[0] if rnd() < 0.75 else R.choice(s.client or a.clients)
            conv = w.hex(16, "conv_") if tel["conv"] else None
            key = R.choice(a.keys) if tel["key"] else None
            hist, last = [], None
            sticky = rnd() < 0.5
        if a.ip_mode == "row":
            addr = R.choice(s.net or a.homes)
        st["t"] = t
        work = s.work
        if s.mix and rnd() < s.mix[1]:
            work = s.mix[0]
        if work.tenants:
            work = st.get("tw") or R.choice(work.tenants)
            st["tw"] = work
        system, prompt, extra = work.gen(R, st)
        x = extra or {}
        prompt, k = prompt[:4000], st["k"]
        st["k"] = k + 1
        if sub and system:
            if k == 0 or rnd() < 0.3:
                prompt = f"{system}\n\n{prompt}"[:4000]
            system = None
        elif not system:
            system = a.defsys
        # model
        model = x.get("model") or work.model or a.model
        if a.pivot and t > a.pivot[0] and rnd() < a.pivot[2]:
            model = a.pivot[1]
        elif a.newlag and t > a.newlag and model == w.models.best:
            model = w.models.new
        if model == w.models.new and t < w.models.released:
            model = w.models.best
        # outcome
        status = 200
        if rnd() < a.errors:
            status = R.choices([429, 529, 500, 400, 408], [45, 20, 15, 15, 5])[0]
        refused = status == 200 and rnd() < (x.get("refusal", work.refusal) + a.refuse)
        P = a.params if tel["params"] else {}
        wp = work.params if tel["params"] else {}
        out = "refusal" if refused else x.get("out", work.out)
        mx = wp.get("max_tokens", P.get("max_tokens"))
        if x.get("max_tokens") and tel["params"]:
            mx = x["max_tokens"]
        n = int(min(max(1, (OUTLEN.get(out) or 480) * R.lognormvariate(0, 0.55)), 12000))
        if work.ntok > n * 6 or work.ntok * 6 < n:
            n = max(1, int(work.ntok * R.lognormvariate(0, 0.5)))
        finish = "stop"
        if mx and n > mx:
            n, finish = mx, "length"
        rt = int(R.lognormvariate(6, 0.8)) if "reason" in model or model == w.models.new else None
        resp = tx.answer(R, out, n, work.lang) if status == 200 and tel["resp"] else None
        wide = work.lang in ("zh", "ja", "ko")
        base = (
            int((len(prompt) + (len(system) if system else 0)) / (1.7 if wide else 4.1))
            + 8
            + 900 * x.get("images", 0)
        )
        itok = base + carry
        cached = (
            int(carry * 0.9)
            if carry and rnd() < 0.7
            else (
                int(len(system) / 4.1) // 64 * 64
                if system and len(system) > 400 and rnd() < 0.5
                else 0
            )
        )
        carry = min(carry + base + n, 180000)
        calls = x.get("calls", int(bool(work.tools) and rnd() < 0.5))
        # reasoning blocks
        issued = presented = None
        if (
            rt
            and status == 200
            and tel["blocks"]
            and (work.blocks or type(work.blocks) is list or x.get("issue"))
        ):
            b = w.hex(20, "rb_")
            issued = [b]
            if type(work.blocks) is list:
                work.blocks.append((t, b))  # shared inside a team, or harvested by a campaign
        if "present" in x:
            presented = x["present"]
        elif last and (work.blocks or type(work.blocks) is list) and tel["blocks"]:
            presented = [last]
        elif (
            type(work.blocks) is list and work.blocks and k == 0 and rnd() < 0.06 and tel["blocks"]
        ):
            c = [b for tt, b in work.blocks[-40:] if tt < t]
            presented = [R.choice(c)] if c else None  # forked sub-agents of one team
        if issued:
            last = issued[0]
        msgs = None
        if tel["msg"]:
            m = (
                ([{"role": "system", "content": system}] if system else [])
                + hist[-6:]
                + [{"role": "user", "content": prompt}]
            )
            msgs = json.dumps(m, ensure_ascii=False)
            hist += [
                {"role": "user", "content": prompt[:700]},
                {"role": "assistant", "content": (resp or "ok")[:700]},
            ]
        if calls:
            finish = "tool_calls"
        ok = status == 200
        w.rows.append(
            (
                None,
                int(t * 1e6),
                a.id,
                model,
                prompt,
                system,
                msgs,
                resp,
                R.choice(tx.pool["step"]) if rt and ok and tel["think"] else None,
                a.org if tel["org"] else None,
                key,
                a.path,
                x.get("op") or work.op or "chat",
                addr[0] if tel["ip"] else None,
                addr[1] if tel["ip"] and tel["asn"] else None,
                ua[0] if tel["ua"] else None,
                ua[1] if tel["fp"] else None,
                conv,
                k if conv else None,
                x.get("temperature", wp.get("temperature", P.get("temperature"))) if P else None,
                wp.get("top_p", P.get("top_p")),
                mx,
                x.get("n", wp.get("n", P.get("n"))) if P else None,
                x.get("seed", wp.get("seed", P.get("seed"))) if P else None,
                wp.get("logprobs"),
                wp.get("bias") if not callable(wp.get("bias")) else wp["bias"](R),
                P.get("stream"),
                (work.fmt or ("text" if sticky else None)) if P else None,
                x.get("tools") or work.tools if P else None,
                calls if ok else None,
                x.get("images", work.images),
                itok,
                n if ok else 0,
                rt if ok else None,
                cached,
                [finish] if ok else None,
                status,
                refused,
                issued,
                presented,
                work.hostile,
            )
        )
    if len(w.rows) > 40000:
        flush(w)


def flush(w: World) -> None:
    if not w.rows:
        return
    cols = list(zip(*w.rows, strict=True))
    w.rows = []
    arrays = [
        pa.array(c, pa.large_string() if n in BIG else TYPES[n])
        for n, c in zip(COLS, cols[:-1], strict=True)
    ]
    t = pa.table([*arrays, pa.array(cols[-1], pa.bool_())], names=[*COLS, "is_attack"])
    day = (np.asarray(cols[1], dtype=np.int64) // 10**6 - w.t0) // DAY
    for d in np.unique(day).tolist():  # kept by day, so that sorting needs the memory of one day
        w.chunks.setdefault(d, []).append(t.take(pa.array(np.flatnonzero(day == d))))
