"""The grammar, the text pools and the identifiers that traffic is written with."""

import ipaddress
import os
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.evals.grammar import fill, grammar_of, scatter, slots_of
from stillwatch.evals.identifiers import identifiers, mixed, uniform
from stillwatch.evals.network import (
    FIRST_ASN,
    FIRST_V6,
    Choices,
    autonomous_systems,
    draw_addresses,
    network,
    written,
)
from stillwatch.evals.texts import by_rule, draw, folder_texts, items, mistyped, own_texts
from stillwatch.model.errors import SettingError, SourceError

RULES = {"who": ["Amara", "Bruno"], "what": ["sings", "reads [[who]]"], "say": ["[[who]] [[what]]"]}


def every_text(rules: dict[str, list[str]], text: str) -> set[str]:
    """Brute-force twin of `sample`: all texts that a text with slots can become."""
    before, slot, rest = text.partition("[[")
    if not slot:
        return {text}
    name, _, after = rest.partition("]]")
    return {
        before + middle + end
        for alternative in rules[name]
        for middle in every_text(rules, alternative)
        for end in every_text(rules, after)
    }


def test_a_sample_holds_exactly_the_texts_the_rules_allow() -> None:
    """Drawn often enough, every possible text comes and no other."""
    drawn = grammar_of([RULES], 1.0, 1).sample("say", 400, np.random.default_rng(1))
    assert set(drawn.to_pylist()) == every_text(RULES, "[[say]]")


def test_a_slot_without_a_rule_is_a_clear_error() -> None:
    """A wording file that names a rule nobody wrote is refused when read."""
    with pytest.raises(SettingError, match="slot 'nowhere'"):
        grammar_of([{"a": ["see [[nowhere]]"]}], 1.0, 1)


def test_a_rule_that_is_missing_is_a_clear_error() -> None:
    """Asking for an unknown rule names it."""
    with pytest.raises(SettingError, match="no rule 'poem'"):
        grammar_of([RULES], 1.0, 1).one("poem", np.random.default_rng(0))


def test_slots_marked_for_later_are_left_and_filled_row_by_row() -> None:
    """`[[@item]]` survives sampling and takes each row's own text."""
    template = grammar_of([{"t": ["Do: [[@item]]!"]}], 1.0, 1).one("t", np.random.default_rng(0))
    assert slots_of(template) == ["item"]
    assert fill(template, 2, item=pa.array(["[[x]]", "b"])).to_pylist() == ["Do: [[x]]!", "Do: b!"]


@given(st.lists(st.integers(0, 3), max_size=30))
def test_scatter_puts_each_row_back_where_it_came_from(codes: list[int]) -> None:
    """Texts written group by group end up in the order of the rows."""
    order = np.argsort(np.array(codes, np.int64), kind="stable")
    pieces = [pa.array([str(code) for code in sorted(codes)], pa.string())]
    assert scatter(pieces, order).to_pylist() == [str(code) for code in codes]


def test_two_seeds_share_most_words_but_not_all() -> None:
    """Another seed is another month: most wordings the same, some gone."""
    one, two = own_texts(1), own_texts(2)
    dice = np.random.default_rng(0)
    first = set(one.grammar.sample("tongue", 500, dice).to_pylist())
    second = set(two.grammar.sample("tongue", 500, dice).to_pylist())
    assert first != second
    assert len(first & second) > len(first) / 2


def test_our_own_texts_come_in_many_languages_and_lengths() -> None:
    """Twelve languages besides English, from a word to a long document."""
    pool, dice = own_texts(3), np.random.default_rng(0)
    assert len(pool.grammar.names("lang.")) >= 8
    rules = [*pool.grammar.names("talk."), *pool.grammar.names("lang.")]
    texts = by_rule(pool, rules, dice.integers(len(rules), size=6000), dice)
    lengths = pc.utf8_length(texts).to_numpy()
    assert lengths.min() < 10
    assert lengths.max() > 2500
    assert pc.count_distinct(texts).as_py() > 4000


def test_the_same_seed_gives_the_same_texts() -> None:
    """Texts depend on seeds alone."""
    drawn = [
        own_texts(5).grammar.sample("question", 50, np.random.default_rng(2)).to_pylist()
        for _ in range(2)
    ]
    assert drawn[0] == drawn[1]


def test_typing_errors_change_some_texts_and_keep_the_letters() -> None:
    """A typo swaps two letters or lowers the case; it loses nothing."""
    texts = pa.array([f"Compare Lisbon and Osaka, number {n}" for n in range(500)])
    typed = mistyped(texts, 0.2, np.random.default_rng(0))
    changed = [(a, b) for a, b in zip(texts.to_pylist(), typed.to_pylist(), strict=True) if a != b]
    assert 50 < len(changed) < 300
    assert all(sorted(a.lower()) == sorted(b.lower()) for a, b in changed)


def _folder(path: Path) -> Path:
    """A folder with two small sources, and empty ones for the rest."""
    from stillwatch.evals.texts import _ROLES

    for source in sorted({source for source, _ in _ROLES}):
        kinds = [kind for name, kind in _ROLES if name == source]
        prompts = [f"{source} says number {n}" for n in range(20)]
        table = pa.table({"source": [source] * 20, "kind": [kinds[0]] * 20, "prompt": prompts})
        pq.write_table(table, path / f"{source}.parquet")
    return path


def test_the_two_halves_of_a_folder_share_no_source(tmp_path: Path) -> None:
    """What is learnt on one half is judged on texts of other sources."""
    path = str(_folder(tmp_path))
    said = {
        split: {
            text.split()[0]
            for texts in folder_texts(path, split).real.values()
            for text in texts.to_pylist()
        }
        for split in ("calibrate", "evaluate", "all")
    }
    assert said["calibrate"]
    assert said["evaluate"]
    assert not said["calibrate"] & said["evaluate"]
    assert said["calibrate"] | said["evaluate"] == said["all"]


def test_one_source_can_be_held_out(tmp_path: Path) -> None:
    """Leave-one-source-out: `without` and `only` name sources."""
    path = str(_folder(tmp_path))
    roles = folder_texts(path, "calibrate", without=["gpteacher"]).real
    assert "task" not in roles
    assert set(folder_texts(path, "calibrate", only=["gpteacher"]).real) == {"task"}


def test_public_texts_are_used_once_each_in_a_list_of_items(tmp_path: Path) -> None:
    """A list to be worked off holds each public text once, then our own."""
    pool = folder_texts(str(_folder(tmp_path)), "calibrate", only=["gpteacher"])
    listed = items(pool, "task", 60, np.random.default_rng(0)).to_pylist()
    public = [text for text in listed if text.startswith("gpteacher")]
    assert len(public) == len(set(public)) == 20
    mixture = draw(pool, "task", 40, np.random.default_rng(0)).to_pylist()
    assert 0 < sum(text.startswith("gpteacher") for text in mixture) <= 20


def test_a_folder_without_texts_says_what_to_do(tmp_path: Path) -> None:
    """A wrong folder names the file that is missing."""
    with pytest.raises(SourceError, match="name a folder with the public texts"):
        folder_texts(str(tmp_path), "all")


@pytest.mark.data
@pytest.mark.skipif("STILLWATCH_TEXTS" not in os.environ, reason="STILLWATCH_TEXTS is not set")
def test_the_public_texts_fill_the_roles() -> None:
    """Each half has honest talk or tickets and collectors' items."""
    for split in ("calibrate", "evaluate"):
        real = folder_texts(os.environ["STILLWATCH_TEXTS"], split).real
        assert {"talk", "benchmark", "observation", "judge_whole"} <= set(real)
        assert {"task", "tool_task"} & set(real)


def split_mix(value: int, salt: int) -> int:
    """The naive twin of `mixed`, with Python's own integers."""
    mask = 2**64 - 1
    word = (value + salt * 0x9E3779B97F4A7C15 + 0x9E3779B97F4A7C15) & mask
    word = ((word ^ (word >> 30)) * 0xBF58476D1CE4E5B9) & mask
    word = ((word ^ (word >> 27)) * 0x94D049BB133111EB) & mask
    return word ^ (word >> 31)


@given(st.lists(st.integers(-(2**62), 2**62), max_size=20), st.integers(0, 2**40))
def test_mixing_agrees_with_plain_integers(values: list[int], salt: int) -> None:
    """The vectorised stirring is SplitMix64."""
    assert mixed(np.array(values, np.int64), salt).tolist() == [
        split_mix(value % 2**64, salt) for value in values
    ]


@given(st.lists(st.integers(0, 2**62), max_size=20, unique=True), st.integers(0, 99))
def test_identifiers_are_sixteen_digits_of_the_mixed_value(values: list[int], salt: int) -> None:
    """An identifier is its number, stirred, in hexadecimal."""
    made = identifiers("acct-", np.array(values, np.int64), salt).to_pylist()
    assert made == [f"acct-{split_mix(value, salt):016x}" for value in values]


def test_a_negative_number_has_no_identifier() -> None:
    """Minus one stands for nothing, and nothing is null."""
    assert identifiers("pay-", np.array([-1, 3]), 0).is_null().to_pylist() == [True, False]


def test_shares_of_values_are_spread_evenly() -> None:
    """`uniform` fills [0, 1)."""
    shares = uniform(np.arange(20_000), 9)
    assert shares.min() >= 0
    assert shares.max() < 1
    assert np.histogram(shares, 10)[0].min() > 1800


def test_addresses_are_nobodys_and_read_back_as_they_were_meant() -> None:
    """Every address lies in the reserved ranges and reads back as its code."""
    net, dice = network(), np.random.default_rng(4)
    reserved = ipaddress.ip_network("240.0.0.0/4"), ipaddress.ip_network("2001:db8::/32")
    for kind in ("home", "mobile", "campus", "tunnel"):
        codes = draw_addresses(net, kind, 300, dice)
        for code, text in zip(codes.tolist(), written(codes).to_pylist(), strict=True):
            address = ipaddress.ip_address(text)
            assert any(address in block for block in reserved if block.version == address.version)
            if code < FIRST_V6:
                assert int(address) == code


def test_an_address_belongs_to_the_operator_that_gave_it() -> None:
    """The autonomous system is the operator's, for both versions of the protocol."""
    net, dice = network(), np.random.default_rng(5)
    codes = draw_addresses(net, "home", 500, dice)
    assert (codes >= FIRST_V6).any()
    kinds = [net.kinds[number] for number in autonomous_systems(net, codes) - FIRST_ASN]
    assert set(kinds) == {"home"}


@given(st.lists(st.lists(st.integers(0, 9), min_size=1, max_size=5), min_size=1, max_size=8))
def test_a_pick_comes_from_the_rows_own_candidates(lists: list[list[int]]) -> None:
    """Choices of uneven length never reach into a neighbour's."""
    choices = Choices.of([np.array(some) for some in lists])
    rows = np.arange(len(lists))
    for share in (0.0, 0.5, 0.999999):
        picked = choices.pick(rows, np.full(len(lists), share)).tolist()
        assert picked == [some[int(share * len(some))] for some in lists]
