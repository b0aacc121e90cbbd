"""Writes the six files: the four inputs of the contract and the two of truth."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from .accounts import Acc
from .draws import DAY, ch
from .emit import Emitter
from .schema import OUTC, SCHEMA, TS

TEXT = pa.string()


def write(emitter: Emitter, folder: str) -> tuple[int, int]:
    """Write everything; returns how many exchanges there are, and how many of them are attacks."""
    w, out = emitter.w, Path(folder)
    emitter.flush()
    out.mkdir(parents=True, exist_ok=True)
    tab = pa.Table.from_batches(emitter.parts, SCHEMA)
    emitter.parts = []
    t = tab["received_at"].to_numpy()
    o = np.argsort(t, kind="stable")
    n = len(o)
    ids = w.nr.bytes(n * 12).hex()
    ids = ["ex_" + ids[i * 24 : i * 24 + 24] for i in range(n)]
    pos = np.empty(n, np.int64)
    pos[o] = np.arange(n)
    with pq.ParquetWriter(
        out / "exchanges.parquet", OUTC, compression="zstd", compression_level=1
    ) as f:
        for i in range(0, n, 50000):
            x = tab.take(pa.array(o[i : i + 50000]))
            c = [pa.array(ids[i : i + 50000])]
            for nm in OUTC.names[1:]:
                c.append(x[nm].cast(OUTC.field(nm).type))
            f.write_table(
                pa.Table.from_arrays(
                    [y if isinstance(y, pa.ChunkedArray) else pa.chunked_array([y]) for y in c],
                    schema=OUTC,
                )
            )
    atk = tab["_attack"].to_numpy()[o]
    pq.write_table(
        pa.table({"exchange_id": pa.array(ids), "is_attack": pa.array(atk)}),
        out / "truth_exchanges.parquet",
    )
    acc = sorted(w.accs, key=lambda a: a.id)
    r = w.r

    def us(d: float) -> int:
        return int((w.epoch + d) * 1e6) // 1000 * 1000

    sip = []
    for a in acc:
        net = a.p.net
        sip.append(
            None
            if r.random() < 0.08
            else net.at(r.random() * 9e5, r.random(), r.random())[0]
            if r.random() < 0.7
            else w.nets.ip(r, ch(r, ["home", "home", "mobile"]))[0]
        )

    def ap(f: Callable[[Acc], Any], t: pa.DataType = TEXT) -> pa.Array:
        return pa.array([f(a) for a in acc], t)

    pq.write_table(
        pa.table(
            {
                "account_id": ap(lambda a: a.id),
                "created_at": ap(lambda a: us(a.p.created * DAY), TS),
                "organization_id": ap(lambda a: a.org),
                "plan": ap(lambda a: a.p.plan),
                "email_domain": ap(lambda a: a.mail),
                "payment_fingerprint": ap(lambda a: a.pay),
                "device_fingerprint": ap(lambda a: a.dev),
                "signup_ip": pa.array(sip, pa.string()),
                "verification": ap(lambda a: a.p.ver),
                "declared_use": ap(lambda a: a.p.declared),
                "authorized_distillation": ap(lambda a: a.p.auth, pa.bool_()),
            }
        ),
        out / "accounts.parquet",
    )
    ev = sorted((us(t), a.id, e) for a in acc for e, t in a.events if t < w.D * DAY)
    pq.write_table(
        pa.table(
            {
                "account_id": pa.array([e[1] for e in ev], pa.string()),
                "event": pa.array([e[2] for e in ev], pa.string()),
                "occurred_at": pa.array([e[0] for e in ev], TS),
            }
        ),
        out / "account_events.parquet",
    )
    rel = [
        (m, us(-(200 + 150 * i) * DAY))
        for i, m in enumerate(
            [
                "nova-3-max",
                "nova-3-reason",
                "nova-3-pro",
                "nova-3-mini",
                "nova-2-pro",
                "nova-2-mini",
            ]
        )
    ] + [(w.new, us(w.t_rel))]
    pq.write_table(
        pa.table(
            {
                "request_model": pa.array([x[0] for x in rel]),
                "released_at": pa.array([x[1] for x in rel], TS),
            }
        ),
        out / "model_releases.parquet",
    )
    cnt = {}
    ii = tab["account_id"].to_pylist()
    for x, y in zip(ii, tab["_attack"].to_pylist(), strict=True):
        c = cnt.setdefault(x, [0, 0])
        c[0] += 1
        c[1] += y
    pq.write_table(
        pa.table(
            {
                "account_id": ap(lambda a: a.id),
                "is_hostile": ap(lambda a: a.hostile, pa.bool_()),
                "campaign": ap(lambda a: a.camp),
                "kind": ap(lambda a: a.kind),
                "care": ap(lambda a: a.care),
                "role": ap(lambda a: a.role),
                "look_alike": ap(lambda a: a.cls),
                "exchange_count": ap(lambda a: cnt.get(a.id, [0, 0])[0], pa.int64()),
                "attack_count": ap(lambda a: int(cnt.get(a.id, [0, 0])[1]), pa.int64()),
            }
        ),
        out / "truth.parquet",
    )
    return n, int(atk.sum())
