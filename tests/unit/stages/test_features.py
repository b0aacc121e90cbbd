"""In which order feature cards are run, and what happens when one cannot be."""

import itertools

import pyarrow as pa
import pytest

from fakes import LIMITS, feature_card
from stillwatch.model.errors import CardError, QueryError
from stillwatch.stages.features import build_features, in_order

TABLES = {"given": pa.table({"id": [2, 1], "n": [20, 10]}), "unread": pa.table({"x": [1]})}
FIRST = feature_card("first", "select id, n + 1 as n from given", ["given"])
SECOND = feature_card("second", "select id, n * 2 as n from first", ["first"])
THIRD = feature_card(
    "third",
    "select s.id, s.n + f.n as n from second s join first f on f.id = s.id",
    ["second", "first"],
)


def test_a_card_comes_after_the_cards_it_reads() -> None:
    """Whatever the order in which they are given."""
    for cards in itertools.permutations([FIRST, SECOND, THIRD]):
        assert [card.id for card in in_order(cards)] == ["first", "second", "third"]


def test_every_card_makes_its_table_ordered_by_its_key() -> None:
    """Later cards read what earlier ones made; only what cards made is returned."""
    made = build_features(TABLES, [THIRD, SECOND, FIRST], LIMITS)
    assert set(made.tables) == {"first", "second", "third"}
    assert made.tables["third"].to_pylist() == [{"id": 1, "n": 33}, {"id": 2, "n": 63}]
    assert made.skipped == ()


def test_cards_that_read_an_absent_table_are_skipped_by_name() -> None:
    """And so are the cards that read theirs; the rest is made."""
    lost = feature_card("lost", "select id from releases", ["releases"])
    after = feature_card("after", "select id from lost", ["lost"])
    made = build_features(TABLES, [after, FIRST, lost], LIMITS)
    assert set(made.tables) == {"first"}
    assert [(one.card_id, one.reason) for one in made.skipped] == [
        ("lost", "needs releases"),
        ("after", "needs lost"),
    ]


def test_a_circle_is_refused_with_its_members() -> None:
    """No order would do."""
    one = feature_card("one", "select id from other", ["other"])
    other = feature_card("other", "select id from one", ["one"])
    with pytest.raises(CardError, match=r"cards read each other: (one|other) → "):
        build_features(TABLES, [one, other], LIMITS)


def test_a_card_cannot_read_what_it_does_not_name() -> None:
    """A table that no card declares is not there."""
    sly = feature_card("sly", "select x as id from unread", ["given"])
    with pytest.raises(QueryError, match="'sly'"):
        build_features(TABLES, [sly], LIMITS)
