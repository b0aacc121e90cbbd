"""`stillwatch scan`: from log files to a run folder."""

from collections.abc import Mapping
from typing import Any

from stillwatch.explain.words import some
from stillwatch.io.progress import Teller
from stillwatch.job.scan import Request, run_scan
from stillwatch.job.write import Outcome
from stillwatch.settings import Settings


def scan(request: Request, settings: Settings, *, quiet: bool) -> Outcome:
    """Run one scan and show progress on stderr unless `quiet`."""
    with Teller(quiet=quiet) as tell:
        return run_scan(request, settings, tell)


def summary(outcome: Outcome) -> Mapping[str, Any]:
    """What `--json` prints."""
    return {
        "run": outcome.folder,
        "report": f"{outcome.folder}/report.html",
        "exchange_count": outcome.exchange_count,
        "account_count": outcome.account_count,
        "flagged_account_count": outcome.flagged_count,
        "candidate_count": outcome.candidate_count,
        "rejected_line_count": outcome.rejected.reject_count,
        "campaigns": [
            {
                "campaign_id": one.campaign_id,
                "posterior": one.posterior,
                "account_count": one.account_count,
                "exchange_count": one.exchange_count,
                "techniques": list(one.techniques),
            }
            for one in outcome.campaigns
        ],
    }


def in_words(outcome: Outcome) -> str:
    """What a person is told at the end."""
    sent, senders = some(outcome.exchange_count, "exchange"), some(outcome.account_count, "account")
    lines = [f"{sent} of {senders} {'was' if outcome.exchange_count == 1 else 'were'} read."]
    if outcome.rejected.reject_count:
        lines.append(
            f"{some(outcome.rejected.reject_count, 'line')} could not be read; "
            f"the reasons are in {outcome.folder}/rejected.jsonl."
        )
    if not outcome.campaigns:
        lines.append("No campaign was found.")
    lines += [
        f"{one.campaign_id}: {one.account_count:,} accounts, {one.exchange_count:,} exchanges, "
        f"posterior {one.posterior:.3f}, {', '.join(one.techniques)}"
        for one in outcome.campaigns
    ]
    if outcome.candidate_count:
        clusters = "cluster" if outcome.candidate_count == 1 else "clusters"
        lines.append(
            f"{outcome.candidate_count:,} {clusters} below the alert level may be campaigns; the "
            "report lists them for a person to look at."
        )
    lines.append(f"Look at {outcome.folder}/report.html or run `stillwatch look {outcome.folder}`.")
    return "\n".join(lines)
