"""How strong cards are on linked accounts that hide work among ordinary requests."""

from __future__ import annotations

import math

import pytest

from stillwatch.evals.pooled import Judged, Size, pooled_power, pooled_values
from stillwatch.evals.texts import own_texts
from stillwatch.io.cards import read_catalog
from stillwatch.tables.query import Limits

SMALL = Size(
    population=260,
    random_groups=3,
    alike_groups=0,
    team_groups=0,
    at_once=2,
    kinds=("rubric_reward",),
    cares=("careful",),
    percents=(10,),
)


def values(*some: float, group: str = "people") -> list[Judged]:
    """What a card said of some groups."""
    return [Judged(detector="card", group=group, value=value) for value in some]


def test_work_hidden_in_a_tenth_of_the_requests_stands_out() -> None:
    """The campaign's value lies far above those of people who were drawn; both runs agree."""
    cards = ("shared_wording", "hidden_work", "pooled_distribution")
    catalog, texts = read_catalog(), own_texts(407)
    first = pooled_values(407, texts, catalog, cards, SMALL, Limits(threads=1))
    again = pooled_values(407, texts, catalog, cards, SMALL, Limits(threads=2))
    assert repr(first) == repr(again)
    said = {card: {"people": [], "campaign": []} for card in cards}
    for one in first:
        if one.group in said[one.detector]:
            said[one.detector][one.group].append(one.value)
    assert [len(said[card]["people"]) for card in cards] == [3, 3, 3]
    for card in cards[:2]:
        honest = [0.0 if math.isnan(value) else value for value in said[card]["people"]]
        assert said[card]["campaign"][0] > max(honest) + 5


def test_power_counts_what_lies_above_the_threshold_of_other_worlds() -> None:
    """The threshold is a value that random people of the learnt worlds reach; silence is below."""
    learnt = values(*range(10)) + values(99.0, group="team:class")
    judged = values(9.5, 3.0, float("nan")) + values(9.0, 9.1, group="campaign")
    power = {row.group: row for row in pooled_power(learnt, judged, rate=0.003)}
    assert {row.threshold for row in power.values()} == {9.0}
    assert (power["people"].hits, power["people"].count) == (1, 3)
    assert (power["campaign"].hits, power["campaign"].count) == (1, 2)
    assert power["campaign"].low == pytest.approx(0.0945, abs=1e-3)
    assert power["campaign"].high == pytest.approx(0.9055, abs=1e-3)
