"""A campaign's haul is read from a run folder and the vault, and the campaign that fed is named."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from stillwatch.forensics.served import CampaignResult, Haul, hauls, judge, twin_answers
from stillwatch.io.run_folder import RunFolder, read_table
from stillwatch.model.errors import SchemaError, SourceError
from stillwatch.model.findings import Campaign, FlaggedExchange
from stillwatch.tables.schema import rows
from stillwatch.verifier.served import TwinAnswers

AT = datetime(2026, 9, 1, tzinfo=UTC)
WORDS = [f"w{number}" for number in range(80)]
EACH = 40


def campaign(name: str, accounts: tuple[str, ...]) -> Campaign:
    """A row of campaigns.parquet."""
    return Campaign(
        campaign_id=name,
        posterior=0.99,
        account_ids=accounts,
        account_count=len(accounts),
        exchange_count=EACH,
        suspect_exchange_count=EACH,
        input_tokens=1,
        output_tokens=1,
        first_seen_at=AT,
        last_seen_at=AT,
        detected_at=AT,
        techniques=(),
        capabilities=(),
        families=(),
        factors=(),
        alternatives=(),
    )


def sentence(dice: np.random.Generator) -> str:
    """Words without meaning."""
    return " ".join(dice.choice(WORDS, 14))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A run with two campaigns of two accounts."""
    out = tmp_path / "run"
    flagged = [
        FlaggedExchange(
            exchange_id=f"{name}-{number}",
            account_id=f"{name}{number % 2}",
            campaign_id=name,
            techniques=(),
            bits=3.0,
        )
        for name in ("X", "Y")
        for number in range(EACH)
    ]
    found = [campaign("X", ("X0", "X1")), campaign("Y", ("Y0", "Y1"))]
    with RunFolder(out) as run:
        run.table("campaigns", rows(Campaign, found))
        run.table("exchanges_flagged", rows(FlaggedExchange, flagged))
        run.finish({})
    return out


def vault(extra: list[dict[str, str]]) -> pa.Table:
    """Prompts and answers of both campaigns, and whatever else."""
    dice = np.random.default_rng(5)
    kept = [
        {
            "exchange_id": f"{name}-{number}",
            "account_id": f"{name}{number % 2}",
            "prompt_text": f"question {name} {number}",
            "response_text": sentence(dice),
        }
        for name in ("X", "Y")
        for number in range(EACH)
    ]
    return pa.Table.from_pylist(kept + extra)


def hauls_of(folder: Path, table: pa.Table, *, flagged_only: bool = True) -> dict[str, Haul]:
    """As a command would read them."""
    return hauls(
        read_table(folder, "campaigns"),
        read_table(folder, "exchanges_flagged"),
        table,
        flagged_only=flagged_only,
    )


def judged(found: dict[str, Haul], fed: str) -> dict[str, CampaignResult]:
    """A suspect that repeats a third of what one campaign was served."""
    dice, trials = np.random.default_rng(6), {}
    for name, haul in found.items():
        made: list[TwinAnswers] = []
        for one in haul.answers:
            others = [sentence(dice) for _ in range(3)]
            said = one.answer if name == fed and dice.random() < 0.33 else sentence(dice)
            made.append(twin_answers(one, others, [said], [sentence(dice)]))
        trials[name] = made
    return {one.campaign_id: one for one in judge(trials, 0.01)}


def test_the_campaign_that_fed_the_suspect_is_named(folder: Path) -> None:
    """From the run folder to the name, for either campaign; the other one is not named."""
    found = hauls_of(folder, vault([]))
    for fed, other in (("X", "Y"), ("Y", "X")):
        by_name = judged(found, fed)
        assert by_name[fed].is_named
        assert fed in by_name[fed].sentences[1]
        assert not by_name[other].is_named
        assert "no proof of innocence" in by_name[other].sentences[1]
    assert not any(one.is_named for one in judged(found, "nobody").values())


def test_what_cannot_speak_for_one_campaign_is_left_out_and_counted(folder: Path) -> None:
    """Prompts of others, repeats, empty answers, and exchanges that the vault does not hold."""
    base = vault([]).to_pylist()
    base[0]["response_text"] = " "
    base[1]["prompt_text"] = base[3]["prompt_text"]
    base[5]["prompt_text"] = "QUESTION  y 5"
    table = pa.Table.from_pylist(base[:EACH] + base[EACH + 1 :])
    found = hauls_of(folder, table)
    x, y = found["X"], found["Y"]
    assert (x.empty, x.asked_again, x.asked_elsewhere, x.not_in_vault) == (1, 1, 1, 0)
    assert len(x.answers) == EACH - 3
    assert (y.not_in_vault, y.asked_elsewhere, len(y.answers)) == (1, 1, EACH - 2)


def test_all_exchanges_of_the_accounts_can_be_used(folder: Path) -> None:
    """Also those that carried no evidence themselves."""
    extra = {
        "exchange_id": "z",
        "account_id": "X0",
        "prompt_text": "quiet",
        "response_text": "fine words",
    }
    assert len(hauls_of(folder, vault([extra]))["X"].answers) == EACH
    assert len(hauls_of(folder, vault([extra]), flagged_only=False)["X"].answers) == EACH + 1


def test_a_vault_without_text_is_refused(folder: Path) -> None:
    """The missing columns are named."""
    with pytest.raises(SchemaError, match="lacks prompt_text, response_text"):
        hauls_of(folder, vault([]).drop_columns(["prompt_text", "response_text"]))


def test_too_few_trials_are_refused(folder: Path) -> None:
    """Seven prompts cannot say anything worth saying."""
    found = hauls_of(folder, vault([]))["X"]
    few = [twin_answers(one, ["a b"], ["c"]) for one in found.answers[:7]]
    with pytest.raises(SourceError, match="has 7 trials"):
        judge({"X": few}, 0.01)


def test_the_place_of_an_answer_says_nothing(folder: Path) -> None:
    """Answers stand in the order of their digests; empty ones are left out on both sides."""
    one = hauls_of(folder, vault([]))["X"].answers[0]
    first = twin_answers(one, ["p q", "", "r s"], ["x"])
    assert first.answers == twin_answers(one, ["r s", "p q"], ["x"]).answers
    assert first.answers[first.served] == one.answer
