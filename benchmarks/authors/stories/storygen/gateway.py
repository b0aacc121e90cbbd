"""The gateway: where a call comes from and how one exchange is logged."""

import json

import pyarrow as pa

from .accounts import Account, Address, Content, Exchange, Say
from .clients import Client
from .clocks import Clocks
from .draws import pick
from .tables import MODELS, SCHEMA


class Gateway(Clocks):
    """Logs exchanges as a gateway would."""

    def choose(self, content: Content) -> Say:
        if callable(content):
            return content
        return self.r.choices([c for _, c in content], [w for w, _ in content])[0]

    def where(self, a: Account) -> Address:
        r = self.r
        if a.rot:
            return (
                (pick(r, self.homes) if r.random() < 0.04 else self.addr("home"))
                if a.rot == "res"
                else self.addr("mob" if a.rot is True and r.random() < 0.6 else "vpn")
            )
        return a.ips[0] if r.random() < 0.6 else pick(r, a.ips)

    def emit(
        self,
        a: Account,
        t: float,
        x: Exchange,
        cl: Client,
        ip: Address,
        conv: str | None,
        turn: int | None,
        key: str | None,
        *,
        attack: bool | None,
    ) -> None:
        """Write one exchange down as the gateway would log it."""
        r = self.r
        p = x.get
        out = x["r"]
        sysm = p("s") or (cl.system.replace("{d}", "2026-11") if cl.system else None)
        mc = p("m") or a.model
        if mc in ("chat", "reason") and t > self.release and r.random() < 0.22:
            mc = "new"
        if mc == "new" and t < self.release:
            mc = "reason"
        u = r.random()
        status, refuse = 200, False
        if u < 0.012:
            status = pick(r, (429, 429, 500, 503, 400, 529))
        elif u < 0.012 + p("refuse", 0.004):
            refuse = True
            out = pick(
                r,
                (
                    "I can't help with that.",
                    "Sorry, I cannot share that, but I can explain the general idea.",
                    "I won't do that here.",
                ),
            )
        if status != 200:
            out = None
        prompt = x["p"]
        reas, issued, rtok = None, None, None
        if status == 200 and mc in ("reason", "new"):
            rtok = int(r.lognormvariate(5.8, 0.8))
            if x.get("think") and a.reasoned:
                reas = x["think"]
            issued = ["rb_" + self.hex(16)]
        pres = (
            p("present")
            if "present" in x
            else (list(a.blocks) if a.blocks and turn and a.reasoned else None)
        )
        if issued:
            a.blocks = (a.blocks + issued)[-3:]
        wide = 2.2 if prompt and ord(prompt[len(prompt) // 2]) > 1000 else 4.1
        otok = 0 if out is None else 1 + int(len(out) / wide)
        hist_tok = 0 if not turn else 60 + int(turn * 180 * (0.6 + r.random()))
        itok = (
            4 + int((len(prompt) + (len(sysm) if sysm else 0)) / wide) + hist_tok + p("extra_in", 0)
        )
        cached = (
            int(itok * (0.5 + 0.4 * r.random()))
            if ((turn and turn > 0) or (sysm and len(sysm) > 300)) and r.random() < 0.6
            else 0
        )
        if p("hist") or (a.logs and turn):
            h = p("hist") or a.hist or []
            msgs = (
                ([{"role": "system", "content": sysm}] if sysm else [])
                + h[-4:]
                + [{"role": "user", "content": prompt}]
            )
            messages = json.dumps(msgs, ensure_ascii=False)
        else:
            messages = None
        if a.logs and out:
            a.hist = (
                (a.hist or [])
                + [
                    {"role": "user", "content": prompt[:600]},
                    {"role": "assistant", "content": out[:400]},
                ]
            )[-4:]
        temp = p("temp", cl.temp)
        maxt = p("maxt", cl.maxt)
        hidden = (
            a.path != "api" and a.path != "subscription"
        )  # clouds and aggregators hide the caller
        fin = (
            None
            if status != 200
            else ["content_filter"]
            if refuse and r.random() < 0.3
            else ["tool_calls"]
            if p("calls")
            else ["length"]
            if (maxt and otok >= maxt) or r.random() < 0.015
            else ["stop"]
        )
        ex = f"chatcmpl-{self.hex(24)}"
        self.rows.append(
            (
                ex,
                int((self.t0 + t) * 1e6),
                a.id,
                MODELS[mc],
                prompt,
                sysm,
                messages,
                out,
                reas,
                a.org,
                key,
                a.path,
                p("op") or "chat",
                None if hidden else ip[0],
                None if hidden or not self.asn_known else ip[1],
                None if hidden and r.random() < 0.7 else cl.ua,
                None if hidden else cl.ja4,
                conv,
                turn,
                temp,
                cl.top_p,
                maxt,
                p("choices", cl.choices),
                p("seed", cl.seed),
                p("logp"),
                p("bias"),
                cl.stream and not p("op"),
                p("fmt"),
                p("tools"),
                p("calls") if p("tools") else None,
                p("img"),
                itok,
                otok,
                rtok,
                cached,
                fin,
                status,
                refuse,
                issued,
                pres,
            )
        )
        a.n += 1
        if issued and attack is not None:
            self.last_block = (t, issued[0], a.id)
        self.attack.append((ex, bool(attack)))
        if len(self.rows) >= 40000:
            self.flush()

    def flush(self) -> None:
        if self.rows:
            cols = list(zip(*self.rows, strict=False))
            self.rows = []
            self.tables.append(
                pa.table(
                    [pa.array(c, type=f.type) for c, f in zip(cols, SCHEMA, strict=False)],
                    schema=SCHEMA,
                )
            )
