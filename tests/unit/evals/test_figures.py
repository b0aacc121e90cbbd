"""The benchmark's numbers, reckoned by hand on small worlds."""

import json

import pytest

from evaluated import KIND, OTHER, figures, hidden, worlds
from stillwatch.evals.bars import bars
from stillwatch.evals.figures import WHERE, coverage, worlds_figures, wronged
from stillwatch.evals.personas import PERSONAS
from stillwatch.io.cards import read_catalog
from stillwatch.model.cards import AlternativeCard


def test_recall_is_counted_by_care_and_by_kind_and_fpr_over_all_worlds() -> None:
    """Ten of ten, five of ten, none of ten; four honest accounts of 184 wronged."""
    told = worlds_figures(worlds())["accounts"]
    shares = {care: (one["hits"], one["count"]) for care, one in told["recall_by_care"].items()}
    assert shares == {"naive": (10, 10), "careful": (5, 10), "adaptive": (0, 10)}
    assert set(told["recall_by_kind"][KIND]) == {"naive"}
    assert told["recall_by_kind"][OTHER]["careful"]["value"] == 0.5
    assert (told["fpr"]["hits"], told["fpr"]["count"]) == (4, 184)
    assert told["honest_account_days"] == 3 * 184
    assert (told["precision"]["hits"], told["precision"]["count"]) == (15, 19)


def test_wronged_accounts_are_told_apart_by_whose_cluster_they_are_in() -> None:
    """One bystander in a true campaign, two in a cluster of honest accounts, one alone."""
    told = worlds_figures(worlds())["accounts"]
    assert told["wronged_where"] == dict(zip(WHERE, (1, 2, 1), strict=True))
    assert list(told["fpr_by_class"])[-1] == "casual_chat"


def test_campaigns_are_judged_as_groups_and_what_is_lost_is_alone() -> None:
    """Half a campaign found in one pure piece: precision 1, recall 5/10 of half and 1/10 of it."""
    told = worlds_figures(worlds())["campaigns"]
    half = (5 * 0.5 + 5 * 0.1 + 1) / 11
    assert told["careful"]["precision"] == 1.0
    assert told["careful"]["recall"] == pytest.approx(half)
    assert [told[care]["whole"]["hits"] for care in told] == [1, 0, 0]


def test_a_campaign_is_whole_only_when_nearly_all_of_it_is_in_one_pure_campaign() -> None:
    """Nine of ten accounts suffice, eight do not, and neither does a crowd around them."""
    assert hidden(KIND, "naive", own=9, called=9).is_whole
    assert not hidden(KIND, "naive", own=8, called=8).is_whole
    assert not hidden(KIND, "naive", own=10, called=11).is_whole


def test_looking_at_what_is_listed_finds_more_and_costs_looks() -> None:
    """Careful: three more of ten in one group of two; four honest accounts in the other."""
    told = worlds_figures(worlds())["review"]
    careful = told["careful"]
    assert (careful["recall"]["hits"], careful["recall"]["count"]) == (8, 10)
    assert (careful["right"]["hits"], careful["right"]["count"]) == (1, 2)
    assert (careful["honest"]["hits"], careful["honest"]["count"]) == (4, 41)
    assert [told[care]["groups_a_world"] for care in told] == [0.0, 2.0, 0.0, 0.5]
    assert told["overall"]["recall"]["hits"] == 18
    assert told["naive"]["right"]["count"] == 0


def test_campaigns_never_found_make_the_median_endless() -> None:
    """And their whole haul is gone."""
    told = worlds_figures(worlds())["time"]
    assert (told["naive"]["median_hours"], told["naive"]["median_haul"]) == (6.0, 0.005)
    assert (told["adaptive"]["median_hours"], told["adaptive"]["median_haul"]) == (None, 1.0)


def test_roles_are_compared_on_flagged_campaign_accounts() -> None:
    """Ten distillers said right, five that mix were called distillers; the unflagged are left."""
    told = worlds_figures(worlds())["roles"]
    assert (told["right"]["hits"], told["right"]["count"]) == (10, 15)
    assert {"true": "mixed", "said": "distiller", "count": 5} in told["pairs"]


def test_the_price_of_evasion_is_what_got_through_over_what_was_paid() -> None:
    """Naive: 100 of 1,000 got through in 60 account-days; adaptive: 200, with 60 % cover."""
    told = worlds_figures(worlds())["evasion"]
    assert told["naive"]["yield"] == pytest.approx(100 / 60)
    assert told["naive"]["relative"] == pytest.approx(0.1)
    assert told["adaptive"]["relative"] == pytest.approx(0.2)
    assert told["adaptive"]["cover"] == pytest.approx(0.6)
    assert told["adaptive"]["requests_per_useful"] == pytest.approx(2.5)


def test_coverage_has_a_row_for_each_kind_and_care_with_its_technique_and_seeds() -> None:
    """As the catalogue keeps it."""
    rows = {(row.kind, row.care): row for row in coverage(worlds())}
    assert set(rows) == {(KIND, "naive"), (OTHER, "careful"), (OTHER, "adaptive")}
    row = rows[OTHER, "careful"]
    assert (row.technique, row.accounts, row.found, row.seeds) == ("AD-012", 10, 5, [2])


def test_each_honest_explanation_has_the_rate_of_the_classes_that_play_it() -> None:
    """Two of six students were flagged; an explanation that nobody plays has no rate."""
    cards = [
        AlternativeCard(id=name, title="", looks_like="", tells_apart="", played_by=classes)
        for name, classes in (("class", ["student_class", "casual_chat"]), ("event", ["nobody"]))
    ]
    (row,) = wronged(worlds(), cards)
    assert (row.alternative, row.accounts, row.flagged) == ("class", 182, 2)
    assert row.low < 2 / 182 < row.high


def test_every_class_that_a_card_names_is_played() -> None:
    """A class that was renamed would leave its explanation unmeasured."""
    known = {persona.name for persona in PERSONAS}
    for card in read_catalog().alternatives:
        assert card.played_by
        assert set(card.played_by) <= known, card.id


def test_bars_are_met_missed_or_not_measured() -> None:
    """A median that does not exist misses its bar; a part that was not run misses none."""
    told = figures()
    named = {bar["name"]: bar["is_met"] for bar in told["bars"]}
    assert named["Recall, naive operators"] is True
    assert named["Honest accounts flagged"] is False
    assert named["Median hours to detect, adaptive operators"] is False
    assert named["Pooled power, 5 % of requests are work"] is False
    assert named["Pooled power, 10 % of requests are work"] is True
    few = bars(told | {"pooled": told["pooled"] | {"resolves": False}})
    assert [bar["is_met"] for bar in few if "groups of unrelated" in bar["name"]] == [None]
    short = {bar["name"]: bar["is_met"] for bar in bars(told | {"pooled": None, "languages": None})}
    assert short["Pooled power, 5 % of requests are work"] is None
    assert short["Intervals of all languages overlap"] is None


def test_figures_are_plain_json() -> None:
    """No infinity, no number of a library's own."""
    told = figures()
    assert json.loads(json.dumps(told, allow_nan=False)) == told
