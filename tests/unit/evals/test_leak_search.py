"""The search of wires and stores finds whatever stands there, however it is written."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.evals.sharing.search import (
    CHUNK,
    LEAST,
    Needles,
    Search,
    contents,
    needles,
    shingles,
)

IDENTIFIERS = st.frozensets(st.text("ab1-é", min_size=LEAST, max_size=9), max_size=6)
PROMPT = "Think it over, step by step, and write down\nevery step before the answer"


@given(IDENTIFIERS, st.text("ab1-é", max_size=60))
def test_what_a_plain_search_finds_is_found_and_nothing_else(
    identifiers: frozenset[str], text: str
) -> None:
    """The same as asking for each identifier by itself."""
    wanted = Needles(identifiers=identifiers, shingles=shingles(b""))
    assert Search(wanted).found_in(text.encode()) == sorted(i for i in identifiers if i in text)


def test_an_identifier_across_two_chunks_is_found() -> None:
    """Long files are read in pieces that overlap."""
    data = b"." * (CHUNK - 4) + b"acct-000017" + b"." * 50
    assert Search(needles(["acct-000017"], [])).found_in(data) == ["acct-000017"]


def test_eight_words_of_a_prompt_are_found_in_json_in_any_letters() -> None:
    """A line break is two letters in JSON; capitals and points do not hide words."""
    wanted = Search(needles([], [PROMPT]))
    eight = " ".join(PROMPT.split()[2:10])
    assert wanted.found_in(json.dumps({"name": eight.upper()}).encode()) == ["a prompt's words"]
    assert wanted.found_in(" ".join(PROMPT.split()[2:9]).encode()) == []
    assert wanted.found_in(json.dumps([PROMPT]).encode())


def test_tables_and_archives_are_read_as_what_they_hold(tmp_path: Path) -> None:
    """Packed bytes hide what they say; the search must not be fooled."""
    pq.write_table(
        pa.table({"a": ["acct-000017"], "b": [[{"c": "acct-000018"}]]}), tmp_path / "t.parquet"
    )
    (tmp_path / "f.gz").write_bytes(gzip.compress(b"acct-000019"))
    (tmp_path / "f.txt").write_bytes(b"acct-000020")
    wanted = Search(needles([f"acct-0000{n}" for n in range(17, 21)], []))
    found = [one for _, data in contents(tmp_path) for one in wanted.found_in(data)]
    assert sorted(found) == [f"acct-0000{n}" for n in range(17, 21)]


def test_what_both_labs_have_is_not_the_others() -> None:
    """An address that two labs see is in the store of each by its own right."""
    one, two = needles(["240.1.2.3", "acct-1"], [PROMPT]), needles(["240.1.2.3"], [PROMPT])
    left = one.without(two)
    assert left.identifiers == {"acct-1"}
    assert len(left.shingles) == 0
