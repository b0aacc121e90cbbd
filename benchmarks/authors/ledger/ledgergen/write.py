"""Write the four inputs in the contract's form, and the two tables of truth."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ledgergen.world import MODELS, World

STAMP = pa.timestamp("us", tz="UTC")
TEXTUAL = """exchange_id account_id request_model prompt_text system_text messages response_text
reasoning_text organization_id api_key_id access_path operation ip user_agent client_fingerprint
conversation_id response_format"""
LONG = """asn request_max_tokens request_choice_count request_seed input_tokens output_tokens
reasoning_tokens cached_input_tokens"""
SHORT = """turn_index request_top_logprobs request_logit_bias_count tool_call_count image_count
status_code"""
LISTS = "tool_names finish_reasons reasoning_blocks_issued reasoning_blocks_presented"
REAL, TRUTH = "request_temperature request_top_p", "request_stream is_refusal"
KINDS = (
    (TEXTUAL, pa.string()),
    ("received_at", STAMP),
    (REAL, pa.float64()),
    (LONG, pa.int64()),
    (SHORT, pa.int32()),
    (TRUTH, pa.bool_()),
    (LISTS, pa.list_(pa.string())),
)
TYPES: dict[str, pa.DataType] = {name: kind for names, kind in KINDS for name in names.split()}


def write(world: World, out: Path) -> None:
    """Write all files of a world into a folder."""
    out.mkdir(parents=True, exist_ok=True)

    def when(seconds: float) -> datetime:
        return world.start + timedelta(microseconds=int(seconds * 1e6))

    rows = sorted(world.rows, key=lambda r: (r["received_at"], r["account_id"]))
    for row in rows:
        row["exchange_id"] = world.token("ex_", 18)
        row["received_at"] = when(row["received_at"])
    columns = {n: pa.array([r.get(n) for r in rows], t) for n, t in TYPES.items()}
    _save(out / "exchanges.parquet", columns)
    attacks = pa.array([r["is_attack"] for r in rows], pa.bool_())
    _save(
        out / "truth_exchanges.parquet",
        {"exchange_id": columns["exchange_id"], "is_attack": attacks},
    )
    accounts = sorted(world.accounts, key=lambda a: a.id)
    text = {
        "account_id": "id",
        "organization_id": "org",
        "plan": "plan",
        "email_domain": "email",
        "payment_fingerprint": "card",
        "device_fingerprint": "device",
        "signup_ip": "signup_ip",
        "verification": "verification",
        "declared_use": "declared",
    }
    table = {n: pa.array([getattr(a, f) for a in accounts], pa.string()) for n, f in text.items()}
    table["created_at"] = pa.array([when(a.created) for a in accounts], STAMP)
    table["authorized_distillation"] = pa.array([a.authorized for a in accounts], pa.bool_())
    _save(out / "accounts.parquet", table)
    truth = {
        "account_id": [a.id for a in accounts],
        "campaign": [a.campaign for a in accounts],
        "kind": [a.kind for a in accounts],
        "care": [a.care for a in accounts],
        "role": [a.role for a in accounts],
        "look_alike": [a.look for a in accounts],
    }
    arrays = {n: pa.array(v, pa.string()) for n, v in truth.items()}
    arrays["is_hostile"] = pa.array([a.campaign is not None for a in accounts], pa.bool_())
    _save(out / "truth.parquet", arrays)
    events = sorted(world.events, key=lambda e: (e[2], e[0], e[1]))
    _save(
        out / "account_events.parquet",
        {
            "account_id": pa.array([e[0] for e in events], pa.string()),
            "event": pa.array([e[1] for e in events], pa.string()),
            "occurred_at": pa.array([when(e[2]) for e in events], STAMP),
        },
    )
    models = [*((m, d * 86400.0) for m, d in MODELS), (world.newest, world.release)]
    _save(
        out / "model_releases.parquet",
        {
            "request_model": pa.array([m for m, _ in models], pa.string()),
            "released_at": pa.array([when(t) for _, t in models], STAMP),
        },
    )


def _save(path: Path, columns: dict[str, pa.Array]) -> None:
    pq.write_table(pa.table(columns), path, compression="zstd")
