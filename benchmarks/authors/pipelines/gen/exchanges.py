"""The one function that logs exchanges."""

import json
from typing import Any

import numpy as np

from .basics import DAY, HOUR, NEW, OLD, SEC, THINKERS, Addresses, Client
from .network import Network
from .replies import answer
from .shapes import Account, Shape
from .wording import sentences
from .writer import Writer

_JSON = json.JSONEncoder(ensure_ascii=False).encode


class Exchanges(Network, Writer):
    """The log of the service."""

    def emit(
        self,
        a: Account,
        t: np.ndarray | list[int],
        prompts: list[str],
        shape: Shape,
        *,
        system: str | list[str | None] | None = None,
        attack: bool | list[bool] = False,
        conv: np.ndarray | None = None,
        turn: np.ndarray | None = None,
        ips: Addresses | None = None,
        client: Client | None = None,
        genre: str | None = None,
        history: list[list[dict[str, str]] | None] | None = None,
        presented: list[list[str] | None] | None = None,
        model: str | None = None,
        key: str | None = None,
        path: str | None = None,
    ) -> None:
        """Log one account's requests. system is one text or a list; attack is one flag or a list; conv holds session numbers."""
        g, r = self.g, self.r
        t = np.asarray(t, np.int64)
        if not len(t):
            return
        n = len(t)
        sysl = system if isinstance(system, list) else [system] * n
        late = a.end + 90 * 60 * SEC if a.end else self.t1
        keep = (t >= max(a.created, self.t0)) & (t < min(self.t1, late))
        if not keep.all():
            ix = np.flatnonzero(keep)
            if not len(ix):
                return

            def sub(v: Any) -> Any:
                return [v[i] for i in ix] if isinstance(v, list) else v

            t, prompts, sysl, attack, history, presented = (
                t[ix],
                [prompts[i] for i in ix],
                sub(sysl),
                sub(attack),
                sub(history),
                sub(presented),
            )
            conv = conv[ix] if conv is not None else None
            turn = turn[ix] if turn is not None else None
            n = len(t)
        ipl = (ips or a.ips)(t)
        plen = np.fromiter((len(p) for p in prompts), float, n)
        slen = np.fromiter((len(s) if s else 0 for s in sysl), float, n)
        u = g.random((4, n))
        status = np.where(
            u[0] < shape.err * 0.5,
            429,
            np.where(
                u[0] < shape.err * 0.8,
                529,
                np.where(u[0] < shape.err, 500, np.where(u[0] > 0.9985, 400, 200)),
            ),
        )
        if a.end:
            status = np.where(t > a.end, 403, status)
        ok = status == 200
        refuse = ok & (u[1] < shape.refuse)
        base = model or shape.model or a.model
        new = (t >= a.adopts) if a.adopts and not model and base != OLD else np.zeros(n, bool)
        mods = [NEW if x else base for x in new]
        think = np.array([m in THINKERS for m in mods]) & (u[2] < shape.think) & ok & ~refuse
        out = np.exp(g.normal(np.log(shape.out[0]), shape.out[1], n)).astype(np.int64) + 1
        maxtok = (
            [r.choice(shape.maxtok) for _ in range(n)]
            if len(shape.maxtok) > 1
            else [shape.maxtok[0]] * n
        )
        cap = np.array([m or 8192 for m in maxtok])
        cut = out >= cap
        out = np.where(ok, np.where(refuse, g.integers(12, 40, n), np.minimum(out, cap)), 0)
        ti = np.zeros(n) if turn is None else turn
        inp = np.maximum(
            3,
            (plen + slen) / g.uniform(3.4, 4.4, n)
            + 8
            + np.minimum(ti, 12) * shape.out[0] * 0.8
            + (900 if shape.tools and len(shape.tools) > 3 else 0),
        ).astype(np.int64)
        imgs = [r.choice(shape.images) for _ in range(n)] if shape.images != (0,) else [0] * n
        inp += np.array(imgs, np.int64) * 850
        gapped = np.diff(t, prepend=t[0] - DAY) < 5 * 60 * SEC
        cached = np.where(
            gapped & (inp > 700) & (u[3] < shape.cache),
            (inp * g.uniform(0.5, 0.95, n)).astype(np.int64),
            0,
        )
        reas = np.where(think, np.exp(g.normal(np.log(420), 0.9, n)).astype(np.int64), 0)
        toolc = np.where(ok & (g.random(n) < shape.toolp), g.geometric(0.75, n), 0)
        if client or not a.alt:
            cls = [client or a.client] * n
        elif a.switch:
            cls = [a.alt if x >= a.switch else a.client for x in t]
        else:
            salt = r.randrange(7)
            cls = [a.alt if (int(x // (3 * HOUR)) + salt) % 7 < 2 else a.client for x in t]
        hexes = self.g.bytes(12 * n).hex()
        gen = genre or shape.genre
        convs = {}
        c = self.cols

        def add(k: str, v: list) -> None:
            return c.setdefault(k, []).extend(v)

        def one(tup: tuple) -> list:
            return [tup[0]] * n if len(tup) == 1 else [r.choice(tup) for _ in range(n)]

        resp, fin, cid, iss, pres, msgs, rtext = [], [], [], [], [], [], []
        prev = {}
        for i in range(n):
            good = ok[i]
            bl = ["rb_" + hexes[24 * i + 2 : 24 * i + 16]] if think[i] else []
            if conv is not None:
                k = conv[i]
                if k not in convs:
                    convs[k] = "conv_" + self.hex(12)
                cid.append(convs[k])
                p = prev.setdefault(k, [])
            else:
                cid.append(None)
                p = None
            x = answer(r, gen, prompts[i], good=good, refused=refuse[i])
            resp.append(x)
            fin.append(
                []
                if not good
                else ["refusal"]
                if refuse[i]
                else ["length"]
                if cut[i]
                else ["tool_calls"]
                if toolc[i]
                else ["stop"]
            )
            iss.append(bl or None)
            rtext.append(sentences(r, 2) if think[i] and u[0, i] < 0.9 else None)
            hist = history[i] if history else None
            if hist is None and p and ti[i] > 0:
                hist = p[-4:]
            if presented and presented[i]:
                pres.append(presented[i])
            elif p is not None and ti[i] == 0 and a.blocks and u[2, i] > 0.985:
                # a duplicated chat carries its block along
                pres.append([r.choice(a.blocks)[1]])
            elif p and ti[i] > 0 and good:
                b = [m["_b"] for m in p[-4:] if m.get("_b")]
                pres.append(b or None)
            else:
                pres.append(None)
            if hist:
                m = [{"role": "system", "content": sysl[i]}] if sysl[i] else []
                m += [{"role": h["role"], "content": h["content"]} for h in hist] + [
                    {"role": "user", "content": prompts[i]}
                ]
                msgs.append(_JSON(m))
            else:
                msgs.append(None)
            if p is not None and good:
                p.append({"role": "user", "content": prompts[i][:300]})
                p.append(
                    {"role": "assistant", "content": (x or "")[:300], "_b": bl[0] if bl else None}
                )
            if bl:
                a.blocks.append((int(t[i]), bl[0]))

        def nul(mask: np.ndarray, arr: np.ndarray) -> list[int | None]:
            return [int(v) if m else None for m, v in zip(mask, arr, strict=False)]

        add("exchange_id", ["ex_" + hexes[24 * i : 24 * i + 24] for i in range(n)])
        add("received_at", t.tolist())
        add("account_id", [a.id] * n)
        add("request_model", mods)
        add("prompt_text", prompts)
        add("system_text", sysl)
        add("messages", msgs)
        add("response_text", resp)
        add("reasoning_text", rtext)
        add("organization_id", [a.org] * n)
        add("api_key_id", [key] * n if key else [r.choice(a.keys) for _ in range(n)])
        add("access_path", [path or a.path] * n)
        add("operation", [shape.op] * n)
        add("ip", ipl)
        add("asn", [self.asn_of[x] for x in ipl])
        add("user_agent", [x[0] for x in cls])
        add("client_fingerprint", [x[1] for x in cls])
        add("conversation_id", cid)
        add("turn_index", [int(x) for x in ti] if conv is not None else [None] * n)
        add("request_temperature", one(shape.temp))
        add("request_top_p", one(shape.top_p))
        add("request_max_tokens", maxtok)
        add("request_choice_count", one(shape.choices))
        add(
            "request_seed",
            [
                None if s is None else (r.randrange(2**31) if s == -1 else s)
                for s in one(shape.seed)
            ],
        )
        add("request_top_logprobs", [shape.logprobs] * n)
        add("request_logit_bias_count", [shape.bias] * n)
        add("request_stream", (g.random(n) < shape.stream).tolist())
        add("response_format", [shape.fmt] * n)
        add("tool_names", [shape.tools] * n)
        add("tool_call_count", toolc.tolist())
        add("image_count", imgs)
        add("input_tokens", inp.tolist())
        add("output_tokens", out.tolist())
        add("reasoning_tokens", nul(think, reas))
        add("cached_input_tokens", cached.tolist())
        add("finish_reasons", fin)
        add("status_code", status.tolist())
        add("is_refusal", refuse.tolist())
        add("reasoning_blocks_issued", iss)
        add("reasoning_blocks_presented", pres)
        add("_attack", list(attack) if isinstance(attack, list) else [bool(attack)] * n)
        a.attacks += sum(c["_attack"][-n:])
        self.nbuf += n
        self.rows += n
        if self.nbuf > 40000:
            self.flush()
