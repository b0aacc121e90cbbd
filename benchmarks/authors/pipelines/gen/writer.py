"""The six files of a world."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from .base import Base
from .basics import DAY, HOUR, NEW, OLD


class Writer(Base):
    """Collects rows by day and writes them in order."""

    def flush(self) -> None:
        if not self.nbuf:
            return
        ts, s, i64, i32, ls = (
            pa.timestamp("us", "UTC"),
            pa.string(),
            pa.int64(),
            pa.int32(),
            pa.list_(pa.string()),
        )
        types = {
            "received_at": ts,
            "asn": i64,
            "turn_index": i32,
            "request_temperature": pa.float64(),
            "request_top_p": pa.float64(),
            "request_max_tokens": i64,
            "request_choice_count": i64,
            "request_seed": i64,
            "request_top_logprobs": i32,
            "request_logit_bias_count": i32,
            "request_stream": pa.bool_(),
            "tool_names": ls,
            "tool_call_count": i32,
            "image_count": i32,
            "input_tokens": i64,
            "output_tokens": i64,
            "reasoning_tokens": i64,
            "cached_input_tokens": i64,
            "finish_reasons": ls,
            "status_code": i32,
            "is_refusal": pa.bool_(),
            "reasoning_blocks_issued": ls,
            "reasoning_blocks_presented": ls,
            "_attack": pa.bool_(),
        }
        tab = pa.table({k: pa.array(v, types.get(k, s)) for k, v in self.cols.items()})
        day = (np.array(self.cols["received_at"], np.int64) - self.t0) // DAY
        for d in np.unique(day):
            self.days_parts.setdefault(int(d), []).append(
                tab.take(pa.array(np.flatnonzero(day == d)))
            )
        self.cols, self.nbuf = {}, 0

    def write(self) -> None:
        self.flush()
        out = Path(self.out)
        out.mkdir(parents=True, exist_ok=True)
        w = w2 = None
        for d in sorted(self.days_parts):
            t = pa.concat_tables(self.days_parts.pop(d)).sort_by(
                [("received_at", "ascending"), ("exchange_id", "ascending")]
            )
            truth = pa.table({"exchange_id": t["exchange_id"], "is_attack": t["_attack"]})
            t = t.drop_columns(["_attack"])
            w = w or pq.ParquetWriter(out / "exchanges.parquet", t.schema, compression="snappy")
            w2 = w2 or pq.ParquetWriter(
                out / "truth_exchanges.parquet", truth.schema, compression="snappy"
            )
            w.write_table(t, row_group_size=50000)
            w2.write_table(truth)
        w.close()
        w2.close()
        acc = sorted(self.accounts, key=lambda a: a.id)
        ts = pa.timestamp("us", "UTC")
        pq.write_table(
            pa.table(
                {
                    "account_id": [a.id for a in acc],
                    "created_at": pa.array([a.created for a in acc], ts),
                    "organization_id": [a.org for a in acc],
                    "plan": [a.plan for a in acc],
                    "email_domain": [a.email for a in acc],
                    "payment_fingerprint": [a.pay for a in acc],
                    "device_fingerprint": [a.dev for a in acc],
                    "signup_ip": [a.sip for a in acc],
                    "verification": [a.verification for a in acc],
                    "declared_use": [a.use for a in acc],
                    "authorized_distillation": [a.auth for a in acc],
                }
            ),
            out / "accounts.parquet",
        )
        ev = sorted(self.events, key=lambda e: (e[2], e[0], e[1]))
        pq.write_table(
            pa.table(
                {
                    "account_id": pa.array([e[0] for e in ev], pa.string()),
                    "event": pa.array([e[1] for e in ev], pa.string()),
                    "occurred_at": pa.array([e[2] for e in ev], ts),
                }
            ),
            out / "account_events.parquet",
        )
        rel = [
            (OLD, -420),
            ("orion-4", -210),
            ("orion-4.2", -75),
            ("orion-4.2-mini", -70),
            ("orion-4.2-think", -60),
        ]
        pq.write_table(
            pa.table(
                {
                    "request_model": [m for m, _ in rel] + [NEW],
                    "released_at": pa.array(
                        [self.t0 + d * DAY + 16 * HOUR for _, d in rel] + [self.release], ts
                    ),
                }
            ),
            out / "model_releases.parquet",
        )
        pq.write_table(
            pa.table(
                {
                    "account_id": [a.id for a in acc],
                    "is_hostile": [a.hostile for a in acc],
                    "campaign": pa.array([a.campaign for a in acc], pa.string()),
                    "kind": pa.array([a.kind for a in acc], pa.string()),
                    "care": pa.array([a.care for a in acc], pa.string()),
                    "role": pa.array([a.role for a in acc], pa.string()),
                    "look_alike": pa.array(
                        [None if a.hostile else a.look for a in acc], pa.string()
                    ),
                }
            ),
            out / "truth.parquet",
        )
