"""Habits are worked into answers by key and read back from other answers."""

from __future__ import annotations

import pytest

from stillwatch.forensics.canary import issue, plan
from stillwatch.forensics.habits import Habit, applies, canaries_of, keep, shows
from stillwatch.model.errors import SourceError
from stillwatch.verifier.canary_plan import Unit

EXAMPLE = Habit(
    habit_id="example", place="anywhere", wordings=("for example", "for instance", "say")
)
OPENING = Habit(
    habit_id="opening", place="opening", wordings=("In short,", "Briefly:"), cues=("summary",)
)
CLOSING = Habit(habit_id="closing", place="closing", wordings=("Good luck.", "Take care."))


def test_a_wording_is_replaced_where_it_stands_and_nowhere_added() -> None:
    """Capitals stay, parts of words stay, answers without a place stay."""
    answer = "For example, essays. They say it, for instance."
    assert keep(EXAMPLE, answer, 1) == "For instance, essays. They for instance it, for instance."
    assert keep(EXAMPLE, "Nothing here.", 1) == "Nothing here."


@pytest.mark.parametrize("variant", [0, 1])
def test_openings_and_closings_are_put_once(variant: int) -> None:
    """An old one makes way; doing it twice changes nothing; an empty answer stays empty."""
    for habit in (OPENING, CLOSING):
        once = keep(habit, "It works.", variant)
        assert shows(habit, once) == variant
        assert keep(habit, once, variant) == once
        assert shows(habit, keep(habit, once, 1 - variant)) == 1 - variant
        assert keep(habit, " ", variant) == " "


def test_a_habit_is_kept_where_its_cues_stand() -> None:
    """Whole words of the prompt, in any case; without cues everywhere."""
    assert applies(OPENING, "A SUMMARY, please")
    assert not applies(OPENING, "summaries of it")
    assert applies(EXAMPLE, "anything")


def test_a_habit_is_issued_in_the_drawn_way_or_refused() -> None:
    """The log holds the digest of an answer that shows the variant."""
    made = plan(
        canaries_of([EXAMPLE, OPENING], {"example": ["a", "b"], "opening": ["c"]}),
        [Unit(unit_id="u", account_ids=("a",))],
        replies=1,
        alpha=0.01,
    )
    key = b"k" * 32

    def issued(answer: str) -> int:
        return issue(
            made, key, "", [], account_id="a", canary_id="example", at="t", answer=answer
        ).serving.variant

    with pytest.raises(SourceError, match="does not show its variant"):
        issued("nothing")
    ways = [keep(EXAMPLE, "for example this", variant) for variant in range(3)]
    kept = []
    for variant, answer in enumerate(ways):
        try:
            kept.append((variant, issued(answer)))
        except SourceError:
            continue
    assert len(kept) == 1
    assert kept[0][0] == kept[0][1]
