"""Small traffic written by hand, so that what a baseline must see is known to the letter."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from stillwatch.evals.traffic import Traffic
from stillwatch.model.inputs import Account, AccountEvent, ModelRelease, RawExchange
from stillwatch.tables.schema import schema_of

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
BROWSER = "Mozilla/5.0 (X11; Linux x86_64)"
EVERYDAY = """
apple river stone market letter window garden cloud paper music bread train lamp winter mountain
harbour silver kitchen forest number table copper island morning pocket engine
"""
WORDS = EVERYDAY.split()


def prompts(count: int, seed: int, words: int = 8) -> list[str]:
    """Different sentences of everyday words, all from one distribution."""
    dice = np.random.default_rng(seed)
    return [" ".join(dice.choice(WORDS, words)) for _ in range(count)]


def sent(account: str, texts: Iterable[str], every: float = 97.3, **said: Any) -> list[dict]:
    """An account's exchanges, minutes apart but never quite regularly; `said` goes into each."""
    dice = np.random.default_rng(sum(account.encode()))
    gaps = every * (0.2 + dice.exponential(1, 100_000))
    return [
        {
            "account_id": account,
            "received_at": START + timedelta(minutes=float(at)),
            "request_model": "m-1",
            "prompt_text": text,
            "ip": f"198.51.{sum(account.encode()) % 256}.{hash_of(account)}",
            "user_agent": BROWSER,
            "output_tokens": int(dice.integers(5, 900)),
        }
        | said
        for text, at in zip(texts, np.cumsum(gaps), strict=False)
    ]


def hash_of(account: str) -> int:
    """A byte that belongs to the account."""
    return sum(3**place * letter for place, letter in enumerate(account.encode())) % 251


def traffic(
    exchanges: Sequence[Mapping[str, Any]],
    *,
    hostile: Collection[str] = (),
    accounts: Mapping[str, Mapping[str, Any]] | None = None,
    hostile_texts: str = "",
) -> Traffic:
    """The tables; exchanges of hostile accounts are hostile when they hold `hostile_texts`."""
    rows = sorted(exchanges, key=lambda row: (row["received_at"], row["account_id"]))
    rows = [{"exchange_id": f"x-{place}"} | dict(row) for place, row in enumerate(rows)]
    names = sorted({row["account_id"] for row in rows} | set(accounts or {}))
    labels = [
        row["account_id"] in hostile and hostile_texts in (row.get("prompt_text") or "")
        for row in rows
    ]
    return Traffic(
        exchanges=pa.Table.from_pylist(rows, schema=schema_of(RawExchange)),
        accounts=pa.Table.from_pylist(
            [{"account_id": name} | dict((accounts or {}).get(name, {})) for name in names],
            schema=schema_of(Account),
        ),
        account_events=schema_of(AccountEvent).empty_table(),
        model_releases=schema_of(ModelRelease).empty_table(),
        truth=pa.table(
            {
                "account_id": names,
                "class": ["plan" if name in hostile else "people" for name in names],
                "campaign": pa.array(
                    ["plan-0" if name in hostile else None for name in names], pa.string()
                ),
                "role": ["distiller" if name in hostile else "customer" for name in names],
                "is_hostile": [name in hostile for name in names],
                "look_alike": pa.nulls(len(names), pa.string()),
            }
        ),
        truth_exchanges=pa.table(
            {"exchange_id": [row["exchange_id"] for row in rows], "is_hostile": labels}
        ),
    )
