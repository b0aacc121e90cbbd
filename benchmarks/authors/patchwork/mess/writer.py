"""The tables of a finished world."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from .schema import COLS, TYPES

if TYPE_CHECKING:
    from .world import World


def write(w: World, out: str) -> tuple[int, int]:
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    schema = pa.schema([(c, TYPES[c]) if c in TYPES else (c, pa.string()) for c in COLS])
    true = pa.schema([("exchange_id", pa.string()), ("is_attack", pa.bool_())])
    ids_rng, n, active = np.random.default_rng(int(w.R.random() * 2**40)), 0, set()
    with (
        pq.ParquetWriter(
            folder / "exchanges.parquet", schema, compression="zstd", compression_level=1
        ) as wr,
        pq.ParquetWriter(folder / "truth_exchanges.parquet", true, compression="zstd") as tw,
    ):
        for d in sorted(w.chunks):
            t = pa.concat_tables(w.chunks.pop(d)).combine_chunks()
            order = pc.sort_indices(t.column("received_at"))
            for i in range(0, len(t), 40000):
                part = t.take(order.slice(i, 40000))
                x = ids_rng.integers(0, 2**63, (2, len(part)), dtype=np.int64)
                ids = pa.array(
                    [
                        f"{a:016x}{b >> 32:08x}"
                        for a, b in zip(x[0].tolist(), x[1].tolist(), strict=True)
                    ]
                )
                wr.write_table(
                    pa.table(
                        [
                            ids if c == "exchange_id" else part.column(c).cast(schema.field(c).type)
                            for c in COLS
                        ],
                        schema=schema,
                    )
                )
                tw.write_table(pa.table([ids, part.column("is_attack")], schema=true))
            n += len(t)
            active |= set(pc.unique(t.column("account_id")).to_pylist())
            del t
    acc = sorted((a for a in w.accounts if a.id in active or a.created < w.t1), key=lambda a: a.id)
    ts = pa.timestamp("us", "UTC")
    g = w.R.random
    pq.write_table(
        pa.table(
            {
                "account_id": [a.id for a in acc],
                "created_at": pa.array(
                    [int(a.created * 1e6) if g() > 0.02 else None for a in acc], ts
                ),
                "organization_id": pa.array([a.org for a in acc], pa.string()),
                "plan": [a.plan for a in acc],
                "email_domain": pa.array(
                    [a.mail if g() > 0.06 else None for a in acc], pa.string()
                ),
                "payment_fingerprint": pa.array([a.pay for a in acc], pa.string()),
                "device_fingerprint": pa.array([a.device for a in acc], pa.string()),
                "signup_ip": pa.array([a.sip for a in acc], pa.string()),
                "verification": [a.verif for a in acc],
                "declared_use": pa.array([a.declared for a in acc], pa.string()),
                "authorized_distillation": pa.array([a.auth for a in acc], pa.bool_()),
            }
        ),
        folder / "accounts.parquet",
        compression="zstd",
    )
    ev = sorted(set(w.events), key=lambda e: (e[2], e[0], e[1]))
    pq.write_table(
        pa.table(
            {
                "account_id": pa.array([e[0] for e in ev], pa.string()),
                "event": pa.array([e[1] for e in ev], pa.string()),
                "occurred_at": pa.array([e[2] * 10**6 for e in ev], ts),
            }
        ),
        folder / "account_events.parquet",
    )
    pq.write_table(
        pa.table(
            {
                "request_model": [m for m, _ in w.models.table],
                "released_at": pa.array([int(r) * 10**6 for _, r in w.models.table], ts),
            }
        ),
        folder / "model_releases.parquet",
    )
    tr = [(a.truth or {}) for a in acc]

    def col(k: str) -> pa.Array:
        return pa.array([d.get(k) for d in tr], pa.string())

    pq.write_table(
        pa.table(
            {
                "account_id": [a.id for a in acc],
                "is_hostile": [bool(d) for d in tr],
                "campaign": col("campaign"),
                "kind": col("kind"),
                "care": col("care"),
                "role": col("role"),
                "look_alike": pa.array(
                    [None if d else a.look for a, d in zip(acc, tr, strict=True)], pa.string()
                ),
                "content_kind": col("content"),
            }
        ),
        folder / "truth.parquet",
    )
    return n, len(acc)
