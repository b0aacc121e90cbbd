"""The same people speak one language each time, and nothing else about them changes."""

import pyarrow.compute as pc
import pytest

from stillwatch.evals.judge import DAYS
from stillwatch.evals.languages import ENGLISH, languages_of, overlap, spoken
from stillwatch.evals.texts import own_texts
from stillwatch.evals.traffic import Traffic, make_traffic
from stillwatch.evals.worlds import START

POOL = own_texts(3)
BEHAVIOUR = ["account_id", "received_at", "ip", "user_agent", "request_model"]


def played(language: str) -> Traffic:
    """A small honest world in a language."""
    return make_traffic(
        seed=3,
        honest_accounts=150,
        days=DAYS,
        start=START,
        campaigns=[],
        texts=spoken(POOL, language),
    )


def chat(traffic: Traffic) -> list[str]:
    """What people at home typed."""
    people = traffic.truth.filter(pc.equal(traffic.truth["class"], "casual_chat"))["account_id"]
    mine = traffic.exchanges.filter(pc.is_in(traffic.exchanges["account_id"], people))
    return mine["prompt_text"].to_pylist()


def test_there_are_enough_languages() -> None:
    """English and at least seven more."""
    assert languages_of(POOL.grammar)[0] == ENGLISH
    assert len(languages_of(POOL.grammar)) >= 8


@pytest.mark.parametrize(
    ("language", "letters"), [("ja", "\u3040-\u30ff"), ("ru", "\u0400-\u04ff")]
)
def test_people_type_in_the_language_and_behave_as_before(language: str, letters: str) -> None:
    """Every prompt of people at home has its letters, and times, networks, clients are equal."""
    english, other = played(ENGLISH), played(language)
    has = pc.match_substring_regex(chat(other), f"[{letters}\u4e00-\u9fff]")
    assert pc.mean(has).as_py() > 0.9
    assert not pc.any(pc.match_substring_regex(chat(english), f"[{letters}]")).as_py()
    assert other.exchanges.select(BEHAVIOUR).equals(english.exchanges.select(BEHAVIOUR))


def test_intervals_overlap_when_every_two_have_a_point_in_common() -> None:
    """One interval beyond another's end is enough to say no."""
    rows = {"en": {"low": 0.0, "high": 0.2}, "ja": {"low": 0.1, "high": 0.4}}
    assert overlap(rows)
    assert not overlap(rows | {"ru": {"low": 0.3, "high": 0.5}})
