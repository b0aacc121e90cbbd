"""Every marker card holds its promises, and phrases are found as the cards expect."""

import numpy as np
import pyarrow as pa
import pytest
from marker_files import FOLDER, marker_cards

from stillwatch.model.errors import CardError, Faults
from stillwatch.model.marker import MarkerCard, Place
from stillwatch.text.kernel import fingerprint
from stillwatch.text.phrases import compile_phrases, marker_columns, token_hashes

CARDS = marker_cards()
TABLE = compile_phrases(CARDS)


def card(*groups: tuple[str, ...], name: str = "m", where: Place = "both") -> MarkerCard:
    """A card of the given groups."""
    return MarkerCard(id=name, title="", why="", where=where, groups=groups, tests=())


def is_true_of(marker: MarkerCard, text: str) -> bool:
    """Whether a marker, alone in its table, is true of a text."""
    table = compile_phrases([marker])
    prints = fingerprint(pa.array([text]), table)
    return bool(marker_columns(prints.groups, table)[f"is_{marker.id}"][0])


@pytest.mark.parametrize("marker", CARDS, ids=lambda marker: marker.id)
def test_a_card_is_true_and_false_of_its_own_examples(marker: MarkerCard) -> None:
    """The examples in the card come out as the card says, both ways and two of each."""
    texts = pa.array([test.text for test in marker.tests])
    found = marker_columns(fingerprint(texts, TABLE).groups, TABLE)[f"is_{marker.id}"]
    wrong = [t.text for t, is_true in zip(marker.tests, found, strict=True) if t.expect != is_true]
    assert wrong == []
    assert min(sum(test.expect for test in marker.tests), sum(found == 0)) >= 2


@pytest.mark.parametrize("marker", CARDS, ids=lambda marker: marker.id)
def test_a_card_is_named_as_its_file_and_says_why(marker: MarkerCard) -> None:
    """The file name is the id; title and reason are there; no phrase stands twice in a group."""
    assert (FOLDER / f"{marker.id}.toml").exists()
    assert marker.title
    assert marker.why.endswith(".")
    assert marker.where in ("prompt", "system", "both")
    for group in marker.groups:
        assert len({token_hashes(phrase).tobytes() for phrase in group}) == len(set(group))


@pytest.mark.parametrize("marker", CARDS, ids=lambda marker: marker.id)
def test_a_card_speaks_several_scripts(marker: MarkerCard) -> None:
    """What people ask in every language is looked for in Latin, Han, kana, hangul and Cyrillic."""
    if marker.id == "harness":  # marks of programs, which are the same everywhere
        return
    letters = {letter for group in marker.groups for phrase in group for letter in phrase}
    for first, last in (("a", "z"), ("一", "龥"), ("ぁ", "ヺ"), ("가", "힣"), ("а", "я")):
        assert any(first <= letter <= last for letter in letters), (first, last)


def test_all_cards_fit_into_one_table() -> None:
    """There is room for every group of every card."""
    assert len(CARDS) >= 32
    assert len({group for marker in CARDS for group in marker.groups}) <= 128


def test_a_marker_wants_a_phrase_of_every_group() -> None:
    """One group found is not enough when the card has two."""
    marker = card(("alpha beta", "gamma"), ("delta",))
    assert is_true_of(marker, "Gamma, then delta.")
    assert is_true_of(marker, "delta before ALPHA-beta")
    assert not is_true_of(marker, "alpha beta gamma")
    assert not is_true_of(marker, "alpha delta")


def test_a_phrase_is_whole_tokens_in_order() -> None:
    """A phrase is not found inside longer words, backwards, or across other words."""
    marker = card(("step by step",))
    assert is_true_of(marker, "STEP-by-step!")
    assert not is_true_of(marker, "footstep by step")
    assert not is_true_of(marker, "step after step by the wall")
    assert not is_true_of(card(("are you",)), "You are late.")
    assert not is_true_of(card(("one two three",)), "one three two")
    assert is_true_of(card(("are you",)), "You are late, are you?")


def test_a_phrase_is_found_at_both_ends_and_in_full_width_letters() -> None:
    """The first and the last tokens count, and full-width forms are their plain twins."""
    marker = card(("<think>",))
    assert is_true_of(marker, "<think>")
    assert is_true_of(marker, "＜ＴＨＩＮＫ＞ 好")
    assert is_true_of(marker, "x " * 1000 + "<thi\u200bnk>")


def test_a_long_phrase_does_not_reach_into_the_text_before() -> None:
    """What an earlier text left on the desk is never part of a match."""
    marker = card(("one two three",))
    table = compile_phrases([marker])
    prints = fingerprint(pa.array(["zero one two", "three", "one two three"]), table)
    assert marker_columns(prints.groups, table)["is_m"].tolist() == [False, False, True]


def test_markers_look_where_their_card_says() -> None:
    """With the system prompt's groups at hand, each marker looks at its own place."""
    places: tuple[Place, ...] = ("prompt", "system", "both")
    table = compile_phrases([card(("word",), name=place, where=place) for place in places])
    yes = fingerprint(pa.array(["word"]), table).groups
    no = fingerprint(pa.array(["other"]), table).groups
    in_prompt = marker_columns(yes, table, system_groups=no)
    in_system = marker_columns(no, table, system_groups=yes)
    assert [in_prompt[f"is_{p}"][0] for p in places] == [True, False, True]
    assert [in_system[f"is_{p}"][0] for p in places] == [False, True, True]


def test_equal_groups_share_a_bit_and_many_groups_use_both_halves() -> None:
    """More than 64 groups are told apart; the same phrases twice need no second bit."""
    markers = [card((f"w{number}x",), ("shared",), name=f"m{number}") for number in range(127)]
    table = compile_phrases(markers)
    columns = marker_columns(fingerprint(pa.array(["shared w126x"]), table).groups, table)
    assert [name for name, values in columns.items() if values[0]] == ["is_m126"]


def test_faults_of_cards_are_reported_together() -> None:
    """An empty phrase, one too long, an empty group and a repeated id come in one report."""
    bad = [card(("...",)), card(("a " * 17,)), card((), name="n")]
    with pytest.raises(Faults) as caught:
        compile_phrases(bad)
    assert len(caught.value.exceptions) == 4
    with pytest.raises(CardError, match="129 groups"):
        compile_phrases([card(*[(f"w{number}",) for number in range(129)])])


def test_no_markers_make_no_columns() -> None:
    """An empty catalogue compiles and finds nothing."""
    table = compile_phrases([])
    assert marker_columns(np.zeros((3, 2), dtype=np.uint64), table) == {}
