"""Reads what a run and its history kept of a campaign: its accounts, days and identifiers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.catalog.load import Catalog
from stillwatch.io import run_folder
from stillwatch.io.history import History, day_of
from stillwatch.io.side_tables import read_table
from stillwatch.model.errors import SharingError
from stillwatch.model.inputs import Account
from stillwatch.sharing.identifiers import canonical
from stillwatch.stages.traits import kind_id

FROM_HISTORY = ("client_fingerprint", "ip", "network")
FROM_ACCOUNTS = {
    "device": "device_fingerprint",
    "email_domain": "email_domain",
    "payment": "payment_fingerprint",
    "signup_ip": "signup_ip",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What is kept of the days of a run."""

    campaigns: Mapping[str, Sequence[str]]  # accounts by name
    days: Mapping[str, pa.Table]
    key_of: Mapping[str, int]


def read_kept(run: Path, history: Path) -> Kept:
    """What is kept of the days of a run. Raises SharingError where the history is another."""
    record = run_folder.read_run(run)
    table = run_folder.read_table(run, "campaigns").select(["campaign_id", "account_ids"])
    first, end = (day_of(datetime.fromisoformat(record["window"][n])) for n in ("start", "end"))
    days = History(history).window(first, end - 1)
    if "names" not in days:
        raise SharingError(
            str(history), "holds no day of this run", "give the history that the run was made with"
        )
    names = days["names"].filter(pc.equal(days["names"].column("column"), "account"))
    return Kept(
        campaigns={row["campaign_id"]: row["account_ids"] for row in table.to_pylist()},
        days=days,
        key_of=dict(zip(names["name"].to_pylist(), names["key"].to_pylist(), strict=True)),
    )


def accounts_of(known: Kept, campaign: str) -> Sequence[str]:
    """The accounts of a campaign by name. Raises SharingError where the run has none such."""
    if campaign not in known.campaigns:
        some = ", ".join(sorted(known.campaigns)[:5]) or "none"
        raise SharingError(campaign, "is no campaign of this run", f"name one of its own: {some}")
    return known.campaigns[campaign]


def identifiers(
    known: Kept, names: Sequence[str], accounts: Path | None, catalog: Catalog
) -> dict[tuple[str, str], list[str]]:
    """Each identifier of the campaign, and who of it has it; what a crowd has too is left out.

    Addresses and client fingerprints are the keys that history kept of them.
    """
    crowd = {card.id: card.crowd for card in catalog.links}
    name_of = {known.key_of[name]: name for name in names}
    found: dict[tuple[str, str], set[str]] = {}
    traits = known.days["trait_day"]
    for kind in FROM_HISTORY:
        mine = traits.filter(pc.equal(traits.column("kind_id"), kind_id(kind)))
        pairs = mine.select(["account_id", "trait_id"]).group_by(["account_id", "trait_id"])
        _gather(found, kind, pairs.aggregate([]).to_pylist(), name_of, crowd[kind])
    if accounts is not None:
        table = read_table(accounts, Account)
        for kind, column in FROM_ACCOUNTS.items():
            if column not in table.column_names:
                continue
            rows = [
                {"account_id": known.key_of.get(name), "trait_id": canonical(kind, value or "")}
                for name, value in zip(
                    table["account_id"].to_pylist(), table[column].to_pylist(), strict=True
                )
            ]
            _gather(found, kind, [row for row in rows if row["trait_id"]], name_of, crowd[kind])
    return {item: sorted(who) for item, who in sorted(found.items())}


def _gather(
    found: dict[tuple[str, str], set[str]],
    kind: str,
    rows: Sequence[Mapping[str, Any]],
    name_of: Mapping[int, str],
    crowd: int,
) -> None:
    holders: dict[Any, list[Any]] = {}
    for row in rows:
        holders.setdefault(row["trait_id"], []).append(row["account_id"])
    for trait, who in holders.items():
        mine = [name_of[key] for key in who if key in name_of]
        if mine and len(who) <= crowd:
            value = trait if isinstance(trait, str) else f"{trait & (2**64 - 1):016x}"
            found.setdefault((kind, value), set()).update(mine)
