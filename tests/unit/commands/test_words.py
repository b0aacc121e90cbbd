"""What commands print."""

import json
from datetime import UTC, datetime

from fakes import campaign
from stillwatch.commands.formats import formats
from stillwatch.commands.scan import in_words, summary
from stillwatch.io.cards import read_catalog
from stillwatch.io.rejects import RejectSummary
from stillwatch.job.write import Outcome

AT = datetime(2026, 3, 2, tzinfo=UTC)


def outcome(rejected: int, *posteriors: float, candidates: int = 0) -> Outcome:
    """A scan of 1,200 exchanges."""
    return Outcome(
        folder="runs/one", exchange_count=1_200, account_count=30, flagged_count=3,
        candidate_count=candidates,
        campaigns=tuple(campaign(f"C-{n}", sure) for n, sure in enumerate(posteriors)),
        rejected=RejectSummary(
            row_count=1_200, reject_count=rejected, reasons={}, files={}, warnings={}, skipped={},
            examples={},
        ),
    )  # fmt: skip


def test_a_scan_says_what_it_found_and_where() -> None:
    """Counts, campaigns, rejected lines only when there are any, and the way to the report."""
    words = in_words(outcome(0, 0.97))
    assert "1,200 exchanges of 30 accounts were read" in words
    assert "C-0: 3 accounts, 300 exchanges, posterior 0.970, AD-001" in words
    assert "could not be read" not in words
    assert "runs/one/report.html" in words


def test_a_scan_says_how_much_is_left_to_look_at() -> None:
    """Groups below the alert level, where there are any."""
    assert "below the alert level" not in in_words(outcome(0))
    assert "1 cluster below the alert level may be campaigns" in in_words(outcome(0, candidates=1))
    assert "12 clusters below" in in_words(outcome(0, 0.97, candidates=12))
    assert summary(outcome(0, candidates=12))["candidate_count"] == 12


def test_a_scan_says_that_it_found_nothing_and_what_it_could_not_read() -> None:
    """Plainly, with the file that holds the reasons."""
    words = in_words(outcome(1_000))
    assert "No campaign was found." in words
    assert "1,000 lines could not be read" in words
    assert "runs/one/rejected.jsonl" in words


def test_the_summary_is_json_with_the_same_numbers() -> None:
    """What `--json` prints."""
    told = json.loads(json.dumps(summary(outcome(2, 0.97))))
    assert told["exchange_count"] == 1_200
    assert told["rejected_line_count"] == 2
    assert [one["campaign_id"] for one in told["campaigns"]] == ["C-0"]


def test_formats_tell_what_each_cannot_carry() -> None:
    """Every provider card, in both shapes."""
    value, words = formats()
    assert [entry["format"] for entry in value] == [card.id for card in read_catalog().providers]
    assert all(entry["format"] in words for entry in value)
    assert any(entry["cannot_carry"] for entry in value)
