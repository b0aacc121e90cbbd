"""What reading leaves behind."""

from dataclasses import replace

import pyarrow as pa
import pytest

from stillwatch.io.cards import read_catalog
from stillwatch.job.gather import columns_read, remember
from stillwatch.job.watch import Stopwatch
from stillwatch.model.errors import SourceError
from stillwatch.model.exchange import NamedKey
from stillwatch.tables.schema import schema_of


def named(*entries: tuple[str, int, str]) -> pa.Table:
    """Names of keys."""
    return pa.Table.from_pylist(
        [{"column": column, "key": key, "name": name} for column, key, name in entries],
        schema=schema_of(NamedKey),
    )


def test_names_are_remembered_by_column_and_key() -> None:
    """Seeing one again changes nothing."""
    names: dict[str, dict[int, str]] = {}
    remember(names, named(("account", 1, "a"), ("model", 1, "m")))
    remember(names, named(("account", 1, "a"), ("account", 2, "b")))
    assert names == {"account": {1: "a", 2: "b"}, "model": {1: "m"}}


def test_two_identifiers_with_one_key_stop_the_scan() -> None:
    """It must not pass unseen that two accounts are counted as one."""
    names: dict[str, dict[int, str]] = {}
    remember(names, named(("account", 1, "a")))
    with pytest.raises(SourceError, match="account ids: 'a' and 'b' have one key"):
        remember(names, named(("account", 1, "b")))


def test_a_stopwatch_adds_up_the_time_of_a_stage() -> None:
    """A stage that comes twice is one entry; peaks never fall."""
    watch = Stopwatch()
    for name in ("read", "scan", "read"):
        with watch.stage(name):
            first = watch.seconds.get("read", 0.0)
    assert list(watch.seconds) == ["read", "scan"]
    assert watch.seconds["read"] > first > 0
    assert watch.peak_megabytes["read"] >= watch.peak_megabytes["scan"] > 0


CATALOG = read_catalog(None)


def test_only_columns_that_a_card_asks_for_are_carried_on() -> None:
    """Day cards, link cards, markers and names are asked, however a card spells a column."""
    wanted = columns_read(CATALOG)
    assert wanted >= {"template_id", "simhash", "is_rubric", "model_id", "output_tokens"}
    assert not wanted & {"reasoning_tokens", "is_stream"}
    card = next(card for card in CATALOG.features if card.grain == "day")
    longest = replace(card, id="longest", query="select max(Prompt_Chars) from exchanges")
    more = columns_read(replace(CATALOG, features=(*CATALOG.features, longest)))
    assert "prompt_chars" in more
