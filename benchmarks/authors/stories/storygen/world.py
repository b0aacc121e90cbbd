"""One world: stories are played on it, the desk does its weekly work, and the files are written."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from .accounts import Account, Content
from .draws import pick
from .gateway import Gateway
from .tables import DAY, MODELS, SCHEMA, TEXT, TS


class World(Gateway):
    """A week of traffic on which honest stories and crews are played."""

    def human(
        self, a: Account, content: Content, rate: float, *, attack: bool | None = False, **kw: Any
    ) -> None:
        if attack is False:
            rate *= self.boost
        for s in self.sessions(a, rate, **kw):
            self.sitting(a, s, content, attack=attack)

    def sitting(
        self, a: Account, times: list[float], content: Content, *, attack: bool | None = False
    ) -> None:
        """One sitting: one or more conversations with one client and one address."""
        r = self.r
        cl = pick(r, a.clients) if r.random() < 0.5 else a.clients[0]
        ip = self.where(a)
        conv, turn = None, 0
        key = pick(r, a.keys)
        for t in times:
            self.now = t
            if conv is None or r.random() < 0.25:
                conv, turn, a.hist, a.blocks, c = (
                    "conv_" + self.hex(12),
                    0,
                    None,
                    [],
                    self.choose(content),
                )
            self.emit(a, t, c(self, a, turn, cl), cl, ip, conv, turn, key, attack=attack)
            turn += 1

    def machine(
        self,
        a: Account,
        content: Content,
        rate: float,
        rhythm: str = "diurnal",
        *,
        attack: bool | None = False,
        **kw: Any,
    ) -> None:
        if attack is False:
            rate *= self.boost
        r = self.r
        keep = r.random() < 0.3
        for t in self.ticks(a, rate, rhythm, **kw):
            self.now = t
            a.hist, a.blocks = None, []
            c = self.choose(content)
            cl = pick(r, a.clients)
            self.emit(
                a,
                t,
                c(self, a, 0, cl),
                cl,
                self.where(a),
                "conv_" + self.hex(12) if keep else None,
                0 if keep else None,
                pick(r, a.keys),
                attack=attack,
            )

    def agent(
        self,
        a: Account,
        content: Content,
        tasks: float,
        rhythm: str = "diurnal",
        *,
        attack: bool | None = False,
        steps: int = 6,
        **kw: Any,
    ) -> None:
        """Loops: one task, many turns some seconds apart."""
        if attack is False:
            tasks *= self.boost
        r = self.r
        for t in self.ticks(a, tasks, rhythm, **kw):
            cl, ip, conv, c, key = (
                a.clients[0],
                self.where(a),
                "conv_" + self.hex(12),
                self.choose(content),
                pick(r, a.keys),
            )
            a.hist, a.blocks = None, []
            at = t
            for k in range(1 + int(r.expovariate(1 / steps))):
                if at >= min(a.live[1], self.span):
                    break
                self.now = at
                self.emit(a, at, c(self, a, k, cl), cl, ip, conv, k, key, attack=attack)
                at += r.lognormvariate(2.6, 0.8)

    def event(self, a: Account, kind: str, t: float) -> None:
        self.events.append((a.id, kind, t))

    def everyday_events(self) -> None:
        """What the desk does every week: false alarms, chargebacks, verifications."""
        r = self.r
        gone = {e[0] for e in self.events}
        sweep = {}
        crowd = (
            "campus_class",
            "enterprise_nat",
            "hackathon",
            "reseller_only",
            "failover",
            "crowd_workers",
            "agency",
            "blog_template",
        )
        for a in self.accounts:
            if a.n == 0 or a.id in gone:
                continue
            u = r.random()
            t = r.random() * self.span
            if (
                a.look in crowd and r.random() < 0.13
            ):  # a rule that fires on look-alikes, mostly undone
                t = sweep.setdefault(a.look, t) + r.random() * 3 * 3600
                u = 0
            if u < 0.012:
                self.event(a, "suspended", min(self.span - 60, t))
                if r.random() < 0.5:
                    self.event(a, "reinstated", min(self.span - 1, t + r.random() * DAY))
            elif u < 0.018:
                self.event(a, "limited", t)
            elif u < 0.035:
                self.event(a, "verified", t)
            elif u < 0.039:
                self.event(a, "closed", t)

    def write(self, out: str) -> tuple[int, int, int]:
        Path(out).mkdir(parents=True, exist_ok=True)
        self.flush()
        dead = {}
        for i, k, t in sorted(self.events, key=lambda e: e[2]):
            if k in ("suspended", "closed") and (i not in dead or dead[i][-1][1] < t):
                dead.setdefault(i, []).append([t, 1e18])
            elif k == "reinstated" and i in dead:
                dead[i][-1][1] = t
        big = pa.concat_tables(self.tables)
        self.tables = []
        ts = big["received_at"].to_numpy().astype("datetime64[us]").astype("int64")
        ids = big["account_id"].to_pylist()
        keep = np.fromiter(
            (
                a not in dead or not any(s <= x / 1e6 - self.t0 < e for s, e in dead[a])
                for a, x in zip(ids, ts, strict=False)
            ),
            bool,
            len(ids),
        )
        bad = {a.id for a in self.accounts if a.hostile}
        did = set()
        xs = [f for _, f in self.attack]
        for a, f, k in zip(ids, xs, keep, strict=False):
            if f and k:
                did.add(a)
        idle = bad - did  # pool members that never got to work leave no trace
        keep &= np.fromiter((a not in idle for a in ids), bool, len(ids))
        order = np.argsort(ts, kind="stable")
        order = order[keep[order]]
        with pq.ParquetWriter(f"{out}/exchanges.parquet", SCHEMA, compression="zstd") as w:
            for i in range(0, len(order), 50000):
                w.write_table(big.take(order[i : i + 50000]))
        kx = big["exchange_id"].take(order)
        kid = set(big["account_id"].take(order).to_pylist())
        del big
        flag = dict(self.attack)
        kl = kx.to_pylist()
        pq.write_table(
            pa.table({"exchange_id": kl, "is_attack": [flag[k] for k in kl]}),
            f"{out}/truth_exchanges.parquet",
        )
        acc = sorted((a for a in self.accounts if a.id in kid), key=lambda a: a.id)

        def us(t: float) -> int:
            return int((self.t0 + t) * 1e6)

        def col(f: Callable[[Account], Any], ty: pa.DataType = TEXT) -> pa.Array:
            return pa.array([f(a) for a in acc], ty)

        pq.write_table(
            pa.table(
                {
                    "account_id": col(lambda a: a.id),
                    "created_at": col(lambda a: us(a.created), TS),
                    "organization_id": col(lambda a: a.org),
                    "plan": col(lambda a: a.plan),
                    "email_domain": col(lambda a: a.email),
                    "payment_fingerprint": col(lambda a: a.pay),
                    "device_fingerprint": col(lambda a: a.device),
                    "signup_ip": col(lambda a: a.sip),
                    "verification": col(lambda a: a.verif),
                    "declared_use": col(lambda a: a.declared),
                    "authorized_distillation": col(lambda a: a.auth, pa.bool_()),
                }
            ),
            f"{out}/accounts.parquet",
        )
        ev = sorted(
            ((i, k, us(t)) for i, k, t in self.events if i in kid and t < self.span),
            key=lambda e: (e[2], e[0]),
        )
        pq.write_table(
            pa.table(
                {
                    "account_id": pa.array([e[0] for e in ev], pa.string()),
                    "event": pa.array([e[1] for e in ev], pa.string()),
                    "occurred_at": pa.array([e[2] for e in ev], TS),
                }
            ),
            f"{out}/account_events.parquet",
        )
        rel = [
            ("old", -400),
            ("chat", -150),
            ("mini", -140),
            ("vl", -120),
            ("reason", -75),
            ("new", None),
        ]
        pq.write_table(
            pa.table(
                {
                    "request_model": [MODELS[m] for m, _ in rel],
                    "released_at": pa.array(
                        [us(self.release if d is None else d * DAY) for _, d in rel], TS
                    ),
                }
            ),
            f"{out}/model_releases.parquet",
        )
        pq.write_table(
            pa.table(
                {
                    "account_id": col(lambda a: a.id),
                    "is_hostile": col(lambda a: a.hostile, pa.bool_()),
                    "campaign": col(lambda a: a.campaign),
                    "kind": col(lambda a: a.kind),
                    "care": col(lambda a: a.care),
                    "role": col(lambda a: a.role),
                    "look_alike": col(lambda a: None if a.hostile else a.look),
                }
            ),
            f"{out}/truth.parquet",
        )
        return len(kl), len(acc), sum(a.hostile for a in acc)
