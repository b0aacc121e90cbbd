"""Every card keeps its own promises: its examples hold, and what all detectors must do it does."""

from __future__ import annotations

from functools import cache
from importlib import resources

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
import sqlglot
from card_examples import (
    SUBJECTS,
    Tables,
    catalog,
    example_tables,
    keyed,
    random_tables,
    rows_as_expected,
)
from sqlglot import exp

from stillwatch.model.cards import CardTest, DetectorCard, FeatureCard, LinkCard
from stillwatch.pipeline import METHODS
from stillwatch.stages.detect import detect
from stillwatch.stages.features import build_features
from stillwatch.tables.digest import digest
from stillwatch.tables.query import Limits, Query, run

LIMITS = Limits(threads=1, memory="500MB")
UNFAIR = {"nationality", "country", "language", "lang", "locale", "name", "timezone", "time_zone"}

FEATURES = [(card, test) for card in catalog().features for test in card.tests]
LINKS = [(card, test) for card in catalog().links for test in card.tests]
DETECTORS = [(card, test) for card in catalog().detectors for test in card.tests]
QUERIES = [c for c in (*catalog().features, *catalog().links, *catalog().detectors) if c.query]


def _title(value: object) -> str:
    return str(getattr(value, "name", None) or getattr(value, "id", value))


def _signals(
    tables: Tables, cards: tuple[DetectorCard, ...], kind: str, threads: int = 1
) -> pa.Table:
    found = detect(
        tables,
        cards,
        subject_kind=kind,
        columns=frozenset(name for card in cards for name in card.needs),
        methods=METHODS,
        limits=Limits(threads=threads, memory="500MB"),
    )
    assert not found.silent
    return found.table


@pytest.mark.parametrize(("card", "test"), FEATURES, ids=_title)
def test_a_feature_cards_example_holds(card: FeatureCard, test: CardTest) -> None:
    """The rows given make exactly the rows expected, with at least the values named."""
    made = build_features(example_tables(card, test.given), [card], LIMITS).tables[card.id]
    assert rows_as_expected(made, test.expect), made.to_pylist()


@pytest.mark.parametrize(("card", "test"), LINKS, ids=_title)
def test_a_link_cards_example_holds(card: LinkCard, test: CardTest) -> None:
    """The rows given make exactly the traits expected."""
    query = Query(name=card.id, sql=card.query or "", key=("account_id", "trait_id"))
    made = run(example_tables(card, test.given), [query], LIMITS)[card.id]
    assert rows_as_expected(made, test.expect), made.to_pylist()


@pytest.mark.parametrize(("card", "test"), DETECTORS, ids=_title)
def test_a_detector_cards_example_holds(card: DetectorCard, test: CardTest) -> None:
    """Each subject gets the level expected, and no other subject gets any."""
    wanted = {_subject(name): level for name, level in test.expect.items() if level > 0}
    tables = example_tables(card, test.given)
    for kind in card.subject:
        found = _signals(tables, (card,), kind)
        ids, levels = found.column("subject_id").to_pylist(), found.column("level").to_pylist()
        spoken = {id_: level for id_, level in zip(ids, levels, strict=True) if level > 0}
        assert spoken == wanted


def _subject(name: str) -> int:
    return int(name) if name.removeprefix("-").isdecimal() else keyed(name)


def test_every_card_is_named_after_its_file() -> None:
    """No card file is passed over, and a card is found where its id says."""
    folder = resources.files("stillwatch.catalog")
    for kind in ("features", "links", "detectors"):
        files = {file.name for file in (folder / kind).iterdir()}
        assert files == {f"{card.id}.toml" for card in getattr(catalog(), kind)}


@pytest.mark.parametrize("card", [*catalog().features, *catalog().links], ids=_title)
def test_a_feature_or_link_query_has_examples_both_ways(card: FeatureCard | LinkCard) -> None:
    """One example makes rows; another shows what makes none, or a quiet one."""
    if card.query is None:
        assert not card.tests
        return
    assert any(test.expect for test in card.tests)
    assert len(card.tests) >= 2


@pytest.mark.parametrize("card", catalog().detectors, ids=_title)
def test_a_detector_has_examples_both_ways(card: DetectorCard) -> None:
    """One example raises a level and one raises none; a method has its own tests instead."""
    heights = [max(test.expect.values(), default=0) for test in card.tests]
    assert card.method in METHODS if card.method else min(heights) == 0 < max(heights)


@pytest.mark.parametrize("card", catalog().detectors, ids=_title)
def test_a_detector_says_what_a_person_must_know(card: DetectorCard) -> None:
    """It names a technique, why it looks, where it is blind and wrong, and what to do next."""
    assert card.technique in {technique.id for technique in catalog().techniques}
    assert card.explains is None or card.explains in {one.id for one in catalog().alternatives}
    # What speaks against one member explains that member, not the campaign.
    on_campaigns = card.family.startswith("honest:") and card.subject != ["member"]
    assert (card.explains is not None) == on_campaigns
    texts = [
        card.title,
        card.why,
        card.triage,
        card.sentence,
        *card.blind_spots,
        *card.false_positives,
    ]
    assert card.blind_spots
    assert card.false_positives
    assert all(text.strip() == text != "" for text in texts)


@pytest.mark.parametrize("card", QUERIES, ids=_title)
def test_no_query_reads_who_a_person_is(card: FeatureCard | LinkCard | DetectorCard) -> None:
    """Nationality, country, language, name and time zone are read under no spelling of theirs."""
    tree = sqlglot.parse_one(card.query or "", read="duckdb")
    read = {
        column.name.lower().removesuffix("_id").removesuffix("_code")
        for column in tree.find_all(exp.Column)
    }
    assert not read & UNFAIR


@pytest.mark.parametrize("card", catalog().detectors, ids=_title)
def test_from_nothing_a_detector_finds_nothing(card: DetectorCard) -> None:
    """Empty tables give no signal."""
    found = _on_random("empty", card)
    assert len(found) == 0


@pytest.mark.parametrize("card", catalog().detectors, ids=_title)
def test_a_detector_speaks_on_random_tables(card: DetectorCard) -> None:
    """The checks below compare something: random tables raise levels, or values for a method."""
    found = _on_random("plain", card)
    assert len(found) > 0
    assert card.method or pc.max(found.column("level")).as_py() > 0


@pytest.mark.parametrize("card", catalog().detectors, ids=_title)
def test_the_order_of_rows_does_not_matter_to_a_detector(card: DetectorCard) -> None:
    """Shuffled rows give the same signals, byte for byte."""
    assert digest(_on_random("shuffled", card)) == digest(_on_random("plain", card))


@pytest.mark.parametrize("card", catalog().detectors, ids=_title)
def test_the_same_tables_give_the_same_bytes(card: DetectorCard) -> None:
    """A second run with another number of threads gives the same digest."""
    assert digest(_on_random("again", card)) == digest(_on_random("plain", card))


@pytest.mark.parametrize("card", catalog().detectors, ids=_title)
def test_new_names_for_subjects_change_nothing_but_names(card: DetectorCard) -> None:
    """Ids are only compared: other ids in another order give the same values and levels."""
    plain, renamed = _on_random("plain", card), _on_random("renamed", card)
    at = plain.schema.get_field_index("subject_id")
    expected = plain.set_column(at, plain.schema.field(at), _renamed(plain.column(at)))
    order = [("subject_kind", "ascending"), ("subject_id", "ascending"), ("value", "ascending")]
    assert renamed.sort_by(order).equals(expected.sort_by(order))


@pytest.mark.parametrize("card", catalog().detectors, ids=_title)
def test_a_higher_value_is_never_a_lower_level(card: DetectorCard) -> None:
    """Bands rise strictly, and levels rise with values."""
    assert card.bands
    assert all(low < high for low, high in zip(card.bands, card.bands[1:], strict=False))
    levels = _on_random("plain", card).sort_by("value").column("level").to_numpy()
    assert (np.diff(levels) >= 0).all()
    assert levels.max(initial=0) <= len(card.bands)


@pytest.mark.parametrize("card", catalog().features, ids=_title)
def test_the_order_of_rows_does_not_matter_to_a_feature(card: FeatureCard) -> None:
    """Shuffled rows give the same table, byte for byte."""
    plain, shuffled = (_features(name)[card.id] for name in ("plain", "shuffled"))
    assert len(plain) > 0
    assert digest(plain) == digest(shuffled)


@cache
def _all_signals(way: str) -> pa.Table:
    """The signals of all detectors on accounts and clusters, tables treated in one way."""
    return pa.concat_tables(
        _signals(_tables(way), catalog().detectors, kind, threads=2 if way == "again" else 1)
        for kind in ("account", "cluster", "member")
    )


def _on_random(way: str, card: DetectorCard) -> pa.Table:
    signals = _all_signals(way)
    return signals.filter(pc.equal(signals.column("detector_id"), card.id))


def _tables(way: str) -> Tables:
    match way:
        case "empty":
            return {name: table.slice(0, 0) for name, table in random_tables().items()}
        case "shuffled":
            rng = np.random.default_rng(1)
            return {
                name: table.take(rng.permutation(len(table)))
                for name, table in random_tables().items()
            }
        case "renamed":
            return {name: _with_new_names(table) for name, table in random_tables().items()}
        case _:
            return dict(random_tables())


@cache
def _features(way: str) -> Tables:
    """Each feature card on the random tables themselves, not on one another's results."""
    tables = _tables(way)
    return {
        card.id: build_features({name: tables[name] for name in card.reads}, [card], LIMITS).tables[
            card.id
        ]
        for card in catalog().features
    }


def _with_new_names(table: pa.Table) -> pa.Table:
    for name in SUBJECTS:
        if (at := table.schema.get_field_index(name)) >= 0:
            table = table.set_column(at, table.schema.field(at), _renamed(table.column(at)))
    return table


def _renamed(ids: pa.ChunkedArray) -> pa.Array:
    """One to one for the ids of the random tables, and not in their order."""
    return pa.array(ids.to_numpy() * 7919 % 1_000_003)
