"""What the keys of a prompt see and what they do not see."""

import time
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest

from stillwatch.text.kernel import Prints, fingerprint
from stillwatch.text.phrases import compile_phrases

NONE = compile_phrases([])
WORDS = [f"{a}{b}{c}" for a in "bdfgklmn" for b in "aeiou" for c in ("ra", "ti", "so", "mel")]
PROSE = "The keeper walks along the old sea wall each night and lights the lamp above the door"


def prints(*texts: str | None) -> Prints:
    """What the texts leave behind, no phrases looked for."""
    return fingerprint(pa.array(list(texts), pa.string()), NONE)


def same(column: str, *texts: str) -> bool:
    """Whether the texts have one key, and have it at all."""
    found = getattr(prints(*texts), column)
    return bool(found[0] != 0 and np.all(found == found[0]))


def test_a_prompt_is_its_words_whatever_stands_between() -> None:
    """Case, spacing, line breaks, commas and zero-width characters do not make a new prompt."""
    assert same(
        "prompt",
        "Find the lamp, keeper.",
        "find  THE\nlamp keeper",
        "fi\u200bnd the lamp — keeper!",
    )
    assert not same("prompt", "find the lamp", "find a lamp")
    assert not same("prompt", "lamp the find", "find the lamp")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Summarise order 4711 for the clerk at once", "Summarise order 9 for the clerk at once"),
        ('Say "green" in the voice of a king', 'Say "a longer red" in the voice of a king'),
        ("Say 「緑」 in the voice of a king", "Say 「赤」 in the voice of a king"),
        (
            "Please read https://example.com/a?b=c to us now",
            "Please read www.example.com to us now",
        ),
        ("Ask a.b@example.com about our late parcel", "Ask c@example.com about our late parcel"),
        (
            "Explain to me\n```\nx = y\n```\nvery briefly",
            "Explain to me\n```\na b\n```\nvery briefly",
        ),
        (f"Decode the blob {'q' * 40} and say who", f"Decode the blob {'z' * 90} and say who"),
    ],
)
def test_a_template_is_the_prompt_without_what_varies(first: str, second: str) -> None:
    """Numbers, quoted spans, addresses, code and blobs are slots; the words around them stay."""
    assert same("template", first, second)
    assert not same("prompt", first, second)


def test_templates_with_other_words_differ() -> None:
    """Only slots are left out."""
    assert not same(
        "template", "Summarise order 1 for the clerk", "Summarise order 1 for the judge"
    )


def test_short_texts_have_no_keys_that_would_join_strangers() -> None:
    """A text below a key's size has 0 there; the whole prompt always has its key."""
    short = prints("hi there", "12 34 56", PROSE)
    for name in ("template", "head8", "head24", "tail8", "tail24", "band1", "band2", "simhash"):
        assert getattr(short, name)[:2].tolist() == [0, 0]
    assert np.all(short.prompt != 0)
    assert short.head24[2] == 0
    assert short.band1[2] != 0


def test_nothing_gives_nothing() -> None:
    """Null, empty and blank texts have no key at all."""
    empty = prints(None, "", " \n\t", "...,,,")
    assert not empty.prompt.any()
    assert not empty.layout.any()
    assert empty.token_count.tolist() == [0, 0, 0, 0]
    assert empty.byte_count.tolist() == [0, 0, 3, 6]


def test_a_constant_beginning_or_end_is_seen_in_varying_text() -> None:
    """Heads and tails hold while the rest changes, and do not hold for other texts."""
    long = PROSE + " while gulls turn slowly over the harbour and sleep"
    assert same("head24", long + " one red boat", long + " two")
    assert same("tail24", "One red boat " + long, "Two " + long)
    assert same("tail8", "One " + PROSE, "entirely different words before " + PROSE)
    assert not same("head8", "One " + PROSE, "Two " + PROSE)


def test_a_head_can_be_found_again_as_a_tail() -> None:
    """The same eight tokens have one key at either end of a text."""
    eight = "one two three four five six seven eight"
    found = prints(eight + " and more", "before it all " + eight)
    assert found.head8[0] == found.tail8[1] != 0


def test_near_copies_usually_share_a_band_and_strangers_never() -> None:
    """At about 80 % common shingles most pairs share a band; unrelated texts share none."""
    rng = np.random.default_rng(7)
    originals = [rng.choice(WORDS, 60).tolist() for _ in range(300)]
    copies = []
    for words in originals:
        copy = list(words)
        for place in rng.choice(range(0, 58, 3), 2, replace=False):
            copy[place] = "zzz" + copy[place]
        copies.append(copy)
    one = prints(*(" ".join(words) for words in originals))
    two = prints(*(" ".join(words) for words in copies))
    pairs = np.sum((one.band1 == two.band1) | (one.band2 == two.band2))
    strangers = len(originals) - len(set(one.band1.tolist()))
    assert pairs / 300 > 0.8
    assert strangers == 0


def test_simhash_is_near_for_near_copies_and_far_for_strangers() -> None:
    """One changed word in sixty moves few bits; another text moves about half of them."""
    rng = np.random.default_rng(11)
    texts = [rng.choice(WORDS, 60).tolist() for _ in range(200)]
    one = prints(*(" ".join(words) for words in texts)).simhash
    two = prints(*(" ".join(["zzz", *words[1:]]) for words in texts)).simhash
    near = [int(a ^ b).bit_count() for a, b in zip(one, two, strict=True)]
    far = [int(a ^ b).bit_count() for a, b in pairwise(one)]
    assert np.mean(near) < 8
    assert 29 < np.mean(far) < 35


def test_one_item_in_two_languages_has_one_anchor() -> None:
    """Numbers and code symbols carry over; words and list numerals do not."""
    english = (
        "A crate holds 12 jars of 340 grams. How many grams are in 7 crates? Fill in {x} = [y]."
    )
    chinese = "一箱装12罐，每罐340克。7箱共多少克？请填写{x} = [y]。"
    arabic = "صندوق فيه ١٢ جرة وزن كل منها ٣٤٠ غراما. كم غراما في ٧ صناديق؟ املأ {x} = [y]."
    assert same("anchor", english, chinese, arabic)
    assert not same("anchor", english, english.replace("340", "341"))
    assert prints("1. wash\n2. dry\n3. fold\n4. store\n5. rest").anchor[0] == 0
    assert prints("Meet at 7 or 8").anchor[0] == 0


def test_layout_is_the_kind_of_lines_and_not_their_words() -> None:
    """Texts of one form share a layout however many lines each run has."""
    first = "# Task\nDo this.\n\n- one\n- two\n```\ncode\n```\n{\n"
    second = "# Other heading\nRead it.\nTwice.\n\n- a\n- b\n- c\n```py\nmore code\n```\n{\n\n"
    assert same("layout", first, second)
    assert not same("layout", first, first.replace("- ", "1. "))
    assert prints("One line.", "Two\nlines.\n\nAnd a third.").layout.tolist() == [0, 0]


def test_han_kana_hangul_and_thai_are_read_character_by_character() -> None:
    """Scripts without spaces have a token a character; spaced scripts a token a word."""
    counts = prints(
        "今天天气", "ひらカタ", "한국어", "สวัส", "привет мир", "नमस्ते दुनिया", "Straße"
    ).token_count
    assert counts.tolist() == [4, 4, 3, 4, 2, 2, 1]


def test_slices_and_batches_do_not_change_a_key() -> None:
    """A row's keys are the same alone, in a slice, in a chunk and under null neighbours."""
    whole = pa.array(["x", PROSE, None, PROSE + " 12 34", "y"] * 5)
    full = fingerprint(whole, NONE)
    for part, offset in ((whole.slice(1, 3), 1), (whole.slice(7), 7), (whole.slice(0, 0), 0)):
        cut = fingerprint(part, NONE)
        for name in Prints.__slots__:
            expected = getattr(full, name)[offset : offset + len(part)]
            assert np.array_equal(getattr(cut, name), expected), name
    chunks = pa.chunked_array([whole.slice(0, 4), whole.slice(4)])
    again = fingerprint(chunks, NONE)
    assert np.array_equal(again.simhash, full.simhash)


def test_text_under_a_null_is_not_read() -> None:
    """Arrow may keep bytes behind a null; they leave no key and no size."""
    data, offsets = pa.py_buffer(b"secretpublic"), pa.array([0, 6, 12], pa.int32()).buffers()[1]
    hidden = pa.Array.from_buffers(pa.string(), 2, [pa.py_buffer(b"\x02"), offsets, data])
    found = fingerprint(hidden, NONE)
    assert found.prompt[0] == 0
    assert found.byte_count.tolist() == [0, 6]


def test_a_repeated_text_of_a_dictionary_is_read_once_and_counted_everywhere() -> None:
    """Dictionary columns give what the plain column gives, nulls included."""
    plain = pa.array([PROSE, None, "other words", PROSE])
    coded, straight = fingerprint(plain.dictionary_encode(), NONE), fingerprint(plain, NONE)
    for name in Prints.__slots__:
        assert np.array_equal(getattr(coded, name), getattr(straight, name)), name
        assert getattr(coded, name).dtype == getattr(straight, name).dtype, name


@pytest.mark.parametrize(
    "unit",
    [
        "a@",
        "word ",
        "q",
        "```\n",
        '"',
        "www.",
        "http://",
        "<think>",
        "\u200b",
        "1.\n",
        "\xff",
        "你",
    ],
)
def test_a_huge_text_takes_time_in_proportion(unit: str) -> None:
    """Two million bytes of the worst each take well under a second, whatever they repeat."""
    text = pa.array([unit * (2_000_000 // len(unit.encode()))])
    fingerprint(text.slice(0, 0), NONE)
    started = time.process_time()
    fingerprint(text, compile_phrases([]))
    assert time.process_time() - started < 1.0
