"""The terminal shows a run, a campaign and an account, and the same as plain values."""

import io
import json
from dataclasses import replace

import explained_run
import pyarrow.compute as pc
import pytest
from rich.console import Console

from stillwatch.explain import look
from stillwatch.model.errors import RunError


def printed(view, width=100):
    """What a person sees, without colours."""
    out = io.StringIO()
    Console(file=out, width=width, force_terminal=False).print(view)
    return out.getvalue()


def first_id(page):
    """The surest campaign."""
    return page.campaigns.column("campaign_id")[0].as_py()


def test_a_run_is_said_in_sentences_and_a_table(three):
    """Headline, what was not checked, every campaign, every detector that could not run."""
    said = printed(look.overview(three))
    assert "3 campaigns found in 16 million exchanges" in said
    assert "2 of 31 detectors could not run." in said
    for campaign_id in three.campaigns.column("campaign_id").to_pylist():
        assert campaign_id in said
    assert "No accounts table was given." in said


def test_a_run_without_campaigns_is_said_plainly(none):
    """Nothing found is a proper answer."""
    said = printed(look.overview(none))
    assert "No campaign was found" in said
    assert "not proof of absence" in said


def test_groups_below_the_alert_level_are_listed(doubtful):
    """With or without campaigns, in sentences, in a table and as plain values."""
    said = printed(look.overview(doubtful))
    assert "Below the alert level: worth a look" in said
    for name in ("U-0", "U-1", "U-2"):
        assert name in said
    told = look.overview_facts(doubtful)["candidates"]
    assert [row["campaign_id"] for row in told] == ["U-1", "U-2", "U-0"]
    assert json.loads(json.dumps(told)) == told


def test_a_campaign_is_shown_with_its_waterfall(three):
    """Reasons with bits and sum, what speaks against it, and the posterior."""
    said = printed(look.campaign(three, first_id(three)))
    for words in ("Template share", "+7.4", "Posterior 99.7 %", "Labelling team", "█"):
        assert words in said


def test_an_account_is_shown_with_reasons_and_links(three):
    """An account's own bits, and who it is linked with."""
    account_id = explained_run.page().verdicts.column("account_id")[5].as_py()
    said = printed(look.account(three, account_id))
    assert account_id in said
    assert "Strongest of" in said
    assert "Starting odds and calibration" in said


def test_an_account_in_no_campaign_is_shown_too(three):
    """The report tells a reader to look at accounts of groups that are only listed."""
    alone = pc.is_null(three.verdicts.column("campaign_id"))
    account_id = three.verdicts.filter(alone).column("account_id")[0].as_py()
    assert "in no campaign" in printed(look.account(three, account_id))
    assert look.account_facts(three, account_id)


def test_hostile_ids_are_shown_as_they_are_and_do_nothing(three):
    """Console markup, escape codes and overrides in ids reach the terminal as letters."""
    nasty = "[red]x[/red]\x1b[2J\u202e"
    verdicts = three.verdicts.slice(0, 1)
    verdicts = verdicts.set_column(0, verdicts.schema.field(0), [[nasty]])
    page = replace(three, verdicts=verdicts)
    said = printed(look.account(page, nasty))
    assert "[red]x[/red]⟨U+001B⟩[2J⟨U+202E⟩" in said
    assert "\x1b" not in said
    assert "\u202e" not in said


@pytest.mark.parametrize("width", [40, 80, 200])
def test_no_line_is_wider_than_the_terminal(three, width):
    """Narrow terminals wrap, they do not overflow."""
    said = printed(look.campaign(three, first_id(three)), width)
    assert max(map(len, said.splitlines())) <= width


def test_a_misspelt_campaign_is_answered_with_the_nearest(three):
    """The error names the place, the fault and the remedy."""
    wanted = first_id(three)
    with pytest.raises(RunError, match=f"no campaign.*did you mean {wanted}"):
        look.campaign(three, wanted[:-1])


def test_a_part_of_an_account_id_is_answered_with_accounts_that_have_it(three):
    """A remembered part of an id leads on."""
    with pytest.raises(RunError, match="did you mean acct_01"):
        look.account(three, "ACCT_01")
    with pytest.raises(RunError, match=r"verdicts\.parquet holds every account"):
        look.account(three, "nobody")


def test_plain_values_are_json_and_say_the_same(three):
    """Every twin can be written as JSON, with the ids as they are."""
    run = json.loads(json.dumps(look.overview_facts(three)))
    assert [one["campaign_id"] for one in run["campaigns"]] == (
        three.campaigns.column("campaign_id").to_pylist()
    )
    of_one = json.loads(json.dumps(look.campaign_facts(three, first_id(three))))
    assert of_one["campaign"]["account_count"] == len(of_one["campaign"]["account_ids"])
    assert of_one["waterfall"][-1]["title"] == "Starting odds and calibration"
    account = json.loads(json.dumps(look.account_facts(three, explained_run.HOSTILE)))
    assert account["verdict"]["account_id"] == explained_run.HOSTILE
    assert account["waterfall"][-1]["sum"] == pytest.approx(8.3, abs=0.5)
    assert account["link_count"] >= len(account["links"]) > 0
