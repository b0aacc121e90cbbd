"""`stillwatch demo`: the whole product on traffic that it makes itself."""

import webbrowser
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from stillwatch.evals.campaigns import CampaignPlan
from stillwatch.evals.texts import own_texts
from stillwatch.evals.traffic import Traffic, make_traffic
from stillwatch.explain.words import some
from stillwatch.io.progress import Teller
from stillwatch.io.tables import write_parquet
from stillwatch.job.scan import Request, run_scan
from stillwatch.settings import resolve

START = datetime(2026, 3, 2, tzinfo=UTC)
HONEST_ACCOUNTS = 9_000
DAYS = 7
CAMPAIGNS = (
    CampaignPlan(kind="forced_reasoning", accounts=60, requests_per_account_day=18, days=6),
    CampaignPlan(kind="rubric_reward", accounts=60, requests_per_account_day=12, days=6),
    CampaignPlan(kind="block_replay", accounts=60, requests_per_account_day=15, days=6),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the demo says at the end."""

    as_json: Mapping[str, Any]
    in_words: str


def demo(out: Path, *, seed: int, open_report: bool, quiet: bool) -> Told:
    """Make a week of traffic of nine thousand honest accounts and three campaigns, and scan it.

    The truth is written beside the logs and never shown to the scan; at the end both are compared.
    """
    logs = out / "traffic"
    with Teller(quiet=quiet) as tell:
        tell("make traffic", 0, None)
        traffic = make_traffic(
            seed=seed,
            honest_accounts=HONEST_ACCOUNTS,
            days=DAYS,
            start=START,
            campaigns=CAMPAIGNS,
            texts=own_texts(seed),
        )
        write_traffic(traffic, logs)
        tell("make traffic", len(traffic.exchanges), len(traffic.exchanges))
        request = Request(
            exchanges=[str(logs / "exchanges")],
            out=out / "run",
            side={
                "accounts": logs / "accounts.parquet",
                "account_events": logs / "account_events.parquet",
                "model_releases": logs / "model_releases.parquet",
            },
            replace=True,
        )
        outcome = run_scan(request, resolve(None, {}, {}).settings, tell)
    report = out / "run" / "report.html"
    found = _compared(traffic, {a for c in outcome.campaigns for a in c.account_ids})
    if open_report:
        webbrowser.open(report.resolve().as_uri())
    words = (
        f"Made {outcome.exchange_count:,} exchanges of {outcome.account_count:,} accounts, "
        f"{found['hostile']:,} of them in {len(CAMPAIGNS)} hidden campaigns.\n"
        f"Found {len(outcome.campaigns)} campaigns: {found['caught']:,} of the "
        f"{found['hostile']:,} hostile accounts, and {some(found['wronged'], 'honest one')}.\n"
        f"Report: {report}\nMore:   stillwatch look {out / 'run'}"
    )
    return Told(
        as_json={**found, "campaigns": len(outcome.campaigns), "report": str(report)},
        in_words=words,
    )


def write_traffic(traffic: Traffic, folder: Path) -> None:
    """Write traffic as a provider's logs: exchanges in one folder, side tables and truth beside."""
    write_parquet(folder / "exchanges" / "exchanges.parquet", traffic.exchanges)
    for name in ("accounts", "account_events", "model_releases", "truth", "truth_exchanges"):
        write_parquet(folder / f"{name}.parquet", getattr(traffic, name))


def _compared(traffic: Traffic, flagged: set[str]) -> dict[str, int]:
    seen = set(traffic.exchanges.column("account_id").unique().to_pylist())
    hostile = {
        row["account_id"]
        for row in traffic.truth.to_pylist()
        if row["is_hostile"] and row["account_id"] in seen
    }
    return {
        "hostile": len(hostile),
        "caught": len(hostile & flagged),
        "wronged": len(flagged - hostile),
    }
