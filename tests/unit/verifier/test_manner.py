"""The manner of whole answers: layout and common words, read as one run of bytes."""

from __future__ import annotations

import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lineages import panel
from stillwatch.verifier.likeness import (
    FAR,
    WORD_FLOOR,
    background,
    layout_similarity,
    vocabulary_similarity,
)
from stillwatch.verifier.manner import COUNTED, WHOLE, manner, vocabulary, word_counts

ANSWERS = st.lists(
    st.text(alphabet=st.sampled_from("ab AB.,!?:\n-1é’“\0*"), max_size=40), min_size=1, max_size=6
)
SHIFT = np.uint64(44)


def plain(answer: str) -> str:
    """What is read of an answer, character by character."""
    cut = answer[:WHOLE].replace("\0", " ").strip()
    return cut.replace("’", "'").replace("“", '"')


def slow_words(answer: str) -> set[bytes]:
    """The distinct words of an answer, by their first sixteen bytes."""
    data = plain(answer).encode().lower()
    return {one[:16] for one in re.findall(rb"[a-z\x80-\xff]+", data)}


@given(ANSWERS)
def test_words_are_those_of_a_slow_twin(answers: list[str]) -> None:
    """Each answer has its distinct words, and the same word has the same hash everywhere."""
    found = manner(answers)
    hashes: dict[bytes, int] = {}
    for row, answer in enumerate(answers):
        mine = found.words[(found.words >> SHIFT) == np.uint64(row)]
        assert len(mine) == len(slow_words(answer))
    for word in {one for answer in answers for one in slow_words(answer)}:
        (hashes[word],) = manner([word.decode("utf-8", "ignore")]).words.tolist()
    assert len(set(hashes.values())) == len(hashes)


@given(ANSWERS)
def test_layout_is_that_of_a_slow_twin(answers: list[str]) -> None:
    """Marks, words, lines, sentences, the last line and the last mark, answer by answer."""
    layout = manner(answers).layout
    for row, answer in enumerate(answers):
        text = plain(answer)
        if not text:
            assert not layout[row].any()
            continue
        data = text.encode().lower()
        words = re.findall(rb"[a-z\x80-\xff]+", data)
        lines = data.split(b"\n")
        counts = [
            *(data.count(bytes([mark])) for mark in COUNTED),
            len(words),
            sum(not line for line in lines[1:]),
            sum(line[:1].isdigit() for line in lines[1:]),
            sum(line[:1] in b"-*#" for line in lines[1:] if line),
            len(words) / (1 + sum(data.count(mark) for mark in (b".", b"!", b"?"))),
            sum(map(len, words)) / max(len(words), 1),
            len(lines[-1]),
        ]
        ends = [data[-1:] == b".", data[-1:] in (b"!", b"?")]
        assert np.allclose(layout[row], [*np.log1p(counts), *ends])


def test_some_prompts_are_read_as_if_alone() -> None:
    """Rows taken out of a manner are those of the answers by themselves."""
    answers = ["One two.", "", "Two! three", "four"]
    part, alone = manner(answers).at(np.array([0, 2])), manner([answers[0], answers[2]])
    assert np.array_equal(part.layout, alone.layout)
    assert np.array_equal(part.words, alone.words)


def test_vocabulary_counts_answers_and_not_words() -> None:
    """A word that an answer repeats counts once in it."""
    one = manner(["cat cat cat", "dog", "dog bird"])
    known = vocabulary([one])
    assert sorted(word_counts(one, known).tolist()) == [1, 1, 2]


def test_similarities_of_manner_are_those_of_slow_twins() -> None:
    """Correlations of departures from what is common among the sources that are not left out."""
    _, models, said = panel(count=40, controls=4, students=1)
    manners = [manner(each) for each in said]
    suspect, teacher = len(models) - 1, 0
    groups = background(models, frozenset((models[teacher].source,)))
    every = np.concatenate(background(models, frozenset()))
    whole = [
        np.mean([manners[row].layout for row in group], axis=0)
        for group in background(models, frozenset())
    ]
    usual = np.mean(
        [np.mean([manners[row].layout for row in group], axis=0) for group in groups], axis=0
    )
    apart = [(manners[row].layout - np.mean(whole, axis=0)) ** 2 for row in every]
    spread = np.sqrt(np.mean(apart, axis=(0, 1))) + 1e-6
    pair = [
        np.clip((manners[row].layout - usual) / spread, -FAR, FAR).ravel()
        for row in (suspect, teacher)
    ]
    found = layout_similarity(models, manners)[suspect, teacher]
    assert np.isclose(found, np.corrcoef(pair)[0, 1], atol=1e-6)

    known = vocabulary([manners[row] for row in sorted(every)])
    share = np.array([word_counts(one, known) for one in manners]) / 40
    common = np.log(np.mean([share[group].mean(0) for group in groups], axis=0) + WORD_FLOOR)
    ratios = [np.log(share[row] + WORD_FLOOR) - common for row in (suspect, teacher)]
    found = vocabulary_similarity(models, manners)[suspect, teacher]
    assert np.isclose(found, np.corrcoef(ratios)[0, 1], atol=1e-6)
