"""How answers begin, as hashes."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.verifier.openings import (
    GRAMS,
    KINDS,
    TEMPLATES,
    WORDS,
    Openings,
    common_tokens,
    grams,
    hashed,
    kind,
    read,
    templates,
    tokens,
)

TEXTS = st.lists(st.text(alphabet="abt 1.,'\n!", max_size=60), min_size=1, max_size=6)


def test_tokens_are_words_numbers_marks_and_line_breaks() -> None:
    """Case goes, curly apostrophes are straight, a run of line breaks is one."""
    assert tokens("It\u2019s 42!\n\n\nGo_on") == ["it's", "42", "!", "\n", "go", "_", "on"]


def test_kinds_keep_endings_digits_and_marks() -> None:
    """A word that is not common leaves its ending or nothing."""
    assert [kind(one) for one in ("running", "1984", ",", "cat")] == ["-ing", "#", ",", "*"]


@given(TEXTS)
def test_grams_are_those_of_a_slow_twin(texts: list[str]) -> None:
    """Distinct runs of one to four words in the first twelve, counted by prompt."""
    rows, values = grams(read(texts))
    told = np.bincount(rows, minlength=len(texts)).tolist()
    slow = []
    for text in texts:
        words = tokens(text, WORDS)
        runs = {
            tuple(words[i : i + n]) for n in range(1, GRAMS + 1) for i in range(len(words) - n + 1)
        }
        slow.append(len(runs))
    assert told == slow
    assert len(values) == sum(slow)


@given(TEXTS)
def test_templates_are_those_of_a_slow_twin(texts: list[str]) -> None:
    """As many answers stand behind each template as when tuples are counted."""
    one = read(texts)
    common = common_tokens([one])[:3]
    known = set(common.tolist())
    slow: dict[tuple[str, ...], int] = {}
    for text in texts:
        words = tokens(text, KINDS)
        mapped = [w if hashed(w) in known else kind(w) for w in words]
        for length in TEMPLATES:
            if len(mapped) >= length:
                key = tuple(mapped[:length])
                slow[key] = slow.get(key, 0) + 1
    assert sorted(templates(one, common).values()) == sorted(slow.values())


def test_common_tokens_do_not_depend_on_the_order_of_models() -> None:
    """Ties are broken by the token itself."""
    ones = [read(["a b c", "d e"]), read(["e d", "c b a"])]
    assert common_tokens(ones).tolist() == common_tokens(ones[::-1]).tolist()


def test_an_empty_answer_has_no_opening() -> None:
    """Neither grams nor templates come from silence."""
    one: Openings = read(["", "  "])
    assert len(grams(one)[0]) == 0
    assert templates(one, common_tokens([one])) == {}
