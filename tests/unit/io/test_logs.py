"""Reading logs: what is written comes back, however it was cut, packed and spread over files."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stillwatch.io import jsonl, logs
from stillwatch.io.batches import BATCH_ROWS, CONTRACT
from stillwatch.io.lines import Block, read_blocks
from stillwatch.io.rejects import Rejects
from stillwatch.io.sources import Chunk, find
from stillwatch.model.inputs import RawExchange
from stillwatch.tables.schema import schema_of

QUIET = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
TIMES = st.datetimes(
    min_value=datetime(1990, 1, 1),  # noqa: DTZ001 - made UTC below
    max_value=datetime(2100, 1, 1),  # noqa: DTZ001 - made UTC below
).map(lambda moment: moment.replace(tzinfo=UTC))
BY_KIND: dict[Any, Any] = {
    pa.string(): NAMES,
    pa.int64(): st.integers(-(2**63), 2**63 - 1),
    pa.int32(): st.integers(-(2**31), 2**31 - 1),
    pa.float64(): st.floats(allow_nan=False, allow_infinity=False),
    pa.bool_(): st.booleans(),
    pa.list_(pa.string()): st.lists(NAMES, max_size=3),
}


@st.composite
def contract_rows(draw: Any) -> list[dict[str, Any]]:
    """Rows of the contract with different ids; optional columns are there or not."""
    rows = []
    for number in range(draw(st.integers(1, 6))):
        row: dict[str, Any] = {"exchange_id": f"x{number}", "received_at": draw(TIMES)}
        for field in schema_of(RawExchange):
            if field.name in row or field.name == "messages":
                continue
            if not field.nullable or draw(st.booleans()):
                row[field.name] = draw(BY_KIND[field.type])
        rows.append(row)
    return rows


def expected(row: dict[str, Any]) -> dict[str, Any]:
    """The row as a batch has it, but for its number."""
    index = row.get("turn_index")
    turns = 1 if index is None else min(max(index, 0), 2**31 - 2) + 1
    return {name: row.get(name) for name in CONTRACT if name != "messages"} | {"turn_count": turns}


def without_number(row: dict[str, Any]) -> dict[str, Any]:
    """The row without its place in the file."""
    return {name: value for name, value in row.items() if name != "row_number"}


def json_lines(rows: list[dict[str, Any]]) -> bytes:
    """Rows as JSON lines with ISO 8601 times."""
    return b"".join(
        json.dumps(row, default=datetime.isoformat, ensure_ascii=False).encode() + b"\n"
        for row in rows
    )


@QUIET
@given(rows=contract_rows())
def test_contract_rows_come_back_from_json_lines(
    read_logs: Any, tmp_path: Path, rows: list[dict[str, Any]]
) -> None:
    """Every value of every column, null where it was absent."""
    log = tmp_path / "log.jsonl"
    log.write_bytes(json_lines(rows))
    found = read_logs(log)
    assert found.reasons == []
    assert [without_number(row) for row in found.rows] == [expected(row) for row in rows]
    assert [row["row_number"] for row in found.rows] == list(range(1, len(rows) + 1))
    assert found.columns == {name for row in rows for name, value in row.items()}


@QUIET
@given(rows=contract_rows())
def test_contract_rows_come_back_from_parquet(
    read_logs: Any, tmp_path: Path, rows: list[dict[str, Any]]
) -> None:
    """The same rows as from JSON lines."""
    log = tmp_path / "log.parquet"
    pq.write_table(pa.Table.from_pylist(rows, schema=schema_of(RawExchange)), log)
    found = read_logs(log)
    assert found.reasons == []
    assert [without_number(row) for row in found.rows] == [expected(row) for row in rows]


@QUIET
@given(
    pieces=st.lists(st.sampled_from([b'{"a": 1}', b"", b"x" * 30, "é".encode()]), max_size=12),
    size=st.integers(1, 50),
    ends=st.booleans(),
    piece=st.sampled_from([3, 1 << 20]),
)
def test_lines_cut_by_byte_ranges_are_the_lines_of_the_whole(
    tmp_path: Path, pieces: list[bytes], size: int, ends: bool, piece: int
) -> None:
    """No line is lost, doubled or torn at a cut; those above the limit are dropped."""
    limit = 10 if piece == 3 else 1 << 20
    log = tmp_path / "log.jsonl"
    log.write_bytes(b"\n".join(pieces) + (b"\n" if ends else b""))
    source = find([str(log)]).sources[0]
    found: list[bytes | int] = []
    for start in range(0, max(1, source.byte_count), size):
        stop = min(start + size, source.byte_count)
        chunk = Chunk(index=0, source=0, start=start, stop=stop)
        line = 1
        for block in read_blocks(source, chunk, limit, piece):
            assert block.first == line
            line += block.line_count
            if block.dropped:
                found.append(block.dropped)
            else:
                data = block.data if block.is_torn else block.data.removesuffix(b"\n")
                found += data.split(b"\n")
    whole = log.read_bytes().split(b"\n")
    last = whole.pop()
    lengths = [(line, len(line) + 1) for line in whole] + ([(last, len(last))] if last else [])
    assert found == [length if length > limit else line for line, length in lengths]


def test_a_log_read_in_ranges_equals_the_log_read_whole(read_logs: Any, tmp_path: Path) -> None:
    """Rows, and the line numbers of what was set aside."""
    rows = [
        {
            "exchange_id": f"x{n // 2 if n % 50 == 1 else n}",
            "received_at": datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=n),
            "account_id": None if n % 70 == 3 else "a",
            "request_model": "m",
            "prompt_text": "word " * (n % 40),
        }
        for n in range(1000)
    ]
    log = tmp_path / "log.jsonl"
    log.write_bytes(json_lines(rows) + b"{torn")
    whole = read_logs(log)
    assert whole.summary.reject_count > 30
    for size in (301, 4096, 50_000):
        parts = read_logs(log, chunk_bytes=size)
        assert len(parts.plan.chunks) > 1
        assert parts.rejected == whole.rejected
        assert [without_number(row) for row in parts.rows] == [
            without_number(row) for row in whole.rows
        ]


def test_rejected_lines_are_written_in_the_order_of_the_input(tmp_path: Path) -> None:
    """Whichever chunk is read first, the bytes are the same."""
    for name in ("a.jsonl", "b.jsonl"):
        bad = [b'{"exchange_id": %d}' % n if n % 3 else b"{" for n in range(2000)]
        (tmp_path / name).write_bytes(b"\n".join(bad) + b"\n")
    plan = logs.plan([str(tmp_path)], chunk_bytes=2000)
    written = []
    for chunks in (plan.chunks, plan.chunks[::-1]):
        with Rejects(plan.sources) as rejects:
            for chunk in chunks:
                assert list(logs.read(plan, chunk, rejects)) == []
            summary = rejects.write(tmp_path / "rejected.jsonl")
        written.append((tmp_path / "rejected.jsonl").read_bytes())
    assert written[0] == written[1]
    found = [json.loads(line) for line in written[0].splitlines()]
    assert [one["line"] for one in found] == list(range(1, 2001)) * 2
    assert summary.reasons == {
        "missing required column 'received_at'": 2 * 1333,
        "not JSON": 2 * 667,
    }
    assert summary.files == {str(tmp_path / name): 2000 for name in ("a.jsonl", "b.jsonl")}
    assert [len(shown) for shown in summary.examples.values()] == [5, 5]


LINES = st.one_of(
    st.just(b""),
    st.binary(max_size=20).filter(lambda line: b"\n" not in line),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(CONTRACT), inner, max_size=6)
        ),
        max_leaves=8,
    ).map(lambda value: json.dumps(value).encode()),
    contract_rows().map(lambda rows: json_lines(rows[:1])[:-1]),
)


@QUIET
@given(lines=st.lists(LINES, max_size=6))
def test_a_block_decoded_at_once_equals_one_decoded_line_by_line(lines: list[bytes]) -> None:
    """The fast way and its twin give the same rows, numbers and rejects; junk raises nothing."""
    chunk = Chunk(index=0, source=0, start=0, stop=0)
    data = b"".join(line + b"\n" for line in lines)
    with Rejects([]) as fast, Rejects([]) as slow:
        rows, numbers = jsonl.decode_block(Block(first=1, data=data), chunk, fast)
        twin_rows, twin_numbers = [], []
        for number, line in enumerate(lines, 1):
            try:
                row = jsonl.row_of(jsonl.decode_value(line, slow)) if line.strip() else None
            except jsonl.Unreadable:
                slow.add(chunk, number, "any")
                continue
            if row is not None:
                twin_rows.append(row)
                twin_numbers.append(number)
    assert numbers == twin_numbers
    assert fast.reject_count == slow.reject_count
    for row, twin in zip(rows, twin_rows, strict=True):
        for name in CONTRACT:
            if name != "messages":
                assert getattr(row, name) == getattr(twin, name)


def test_batches_are_never_larger_than_told(read_logs: Any, tmp_path: Path) -> None:
    """At most 65,536 rows, of JSON lines and of Parquet, in one chunk or many."""
    count = BATCH_ROWS + 10
    row = {"received_at": datetime(2026, 1, 1, tzinfo=UTC), "account_id": "a", "request_model": "m"}
    rows = [row | {"exchange_id": str(n)} for n in range(count)]
    (tmp_path / "a.jsonl").write_bytes(json_lines(rows))
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "b.parquet")
    for name in ("a.jsonl", "b.parquet"):
        plan = logs.plan([str(tmp_path / name)])
        with Rejects(plan.sources) as rejects:
            sizes = [
                batch.num_rows for chunk in plan.chunks for batch in logs.read(plan, chunk, rejects)
            ]
        assert sizes == [BATCH_ROWS, 10]
        assert abs(plan.row_estimate - count) < count / 20


def test_partition_folders_give_columns(read_logs: Any, tmp_path: Path) -> None:
    """Names of the contract in `name=value` folders; other names are ignored."""
    row = {
        "exchange_id": ["x"],
        "received_at": pa.array([datetime(2026, 1, 1, tzinfo=UTC)]),
        "account_id": ["a"],
    }
    for day, model in (("01", "tern%2Flarge"), ("02", "__HIVE_DEFAULT_PARTITION__")):
        folder = tmp_path / "log" / f"day={day}" / f"request_model={model}"
        folder.mkdir(parents=True)
        pq.write_table(pa.table(row | {"exchange_id": [day]}), folder / "part-0.parquet")
    found = read_logs(tmp_path / "log")
    assert [row["request_model"] for row in found.rows] == ["tern/large"]
    assert found.reasons == [(1, "required column 'request_model' is empty")]
    assert read_logs(str(tmp_path / "log" / "*" / "*" / "*.parquet")).rows == found.rows


def test_chosen_columns_come_dictionary_encoded_from_any_file(tmp_path: Path) -> None:
    """So that what repeats is hashed once."""
    rows = [
        {
            "exchange_id": str(n),
            "received_at": datetime(2026, 1, 1, tzinfo=UTC),
            "account_id": "a",
            "request_model": "m",
        }
        for n in range(3)
    ]
    (tmp_path / "a.jsonl").write_bytes(json_lines(rows))
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "b.parquet")
    plan = logs.plan([str(tmp_path)], encode=frozenset({"request_model"}))
    with Rejects(plan.sources) as rejects:
        batches = [b for chunk in plan.chunks for b in logs.read(plan, chunk, rejects)]
    coded = pa.dictionary(pa.int32(), pa.string())
    assert [batch.column("request_model").type for batch in batches] == [coded, coded]
    assert all(batch.column("request_model").to_pylist() == ["m"] * 3 for batch in batches)


@pytest.mark.parametrize("as_text", [True, False])
@pytest.mark.parametrize("kind", ["jsonl", "parquet"])
def test_a_whole_conversation_wins_over_prompt_and_system_text(
    read_logs: Any, tmp_path: Path, kind: str, as_text: bool
) -> None:
    """The last user words, all system words, and the turns; a row without keeps its own texts."""
    talk = [
        {"role": "system", "content": "Be brief."},
        {"role": "developer", "content": [{"type": "text", "text": "Be kind."}]},
        {"role": "user", "content": "first"},
        {"role": "assistant", "content": None, "tool_calls": [{"id": "c"}]},
        {"role": "tool", "content": "result"},
        {"role": "user", "content": ["second", {"type": "image_url", "image_url": {}}]},
        {"role": "assistant", "content": "prefill"},
    ]
    row = {
        "received_at": datetime(2026, 1, 1, tzinfo=UTC),
        "account_id": "a",
        "request_model": "m",
        "prompt_text": "own",
        "system_text": "own system",
    }
    messages: Any = json.dumps(talk) if as_text or kind == "parquet" else talk
    rows = [
        row | {"exchange_id": "x0", "messages": messages},
        row | {"exchange_id": "x1", "messages": None, "turn_index": 6},
    ]
    log = tmp_path / f"log.{kind}"
    if kind == "jsonl":
        log.write_bytes(json_lines(rows))
    else:
        pq.write_table(pa.Table.from_pylist(rows, schema=schema_of(RawExchange)), log)
    found = read_logs(log)
    names = ("prompt_text", "system_text", "turn_count")
    assert [tuple(row[name] for name in names) for row in found.rows] == [
        ("second", "Be brief.\nBe kind.", 5),
        ("own", "own system", 7),
    ]
    assert "messages" not in found.rows[0]


def test_files_are_read_once_in_one_order(tmp_path: Path) -> None:
    """However they were named: twice, by folder, by pattern or by a link."""
    for name in ("b.jsonl", "a.jsonl", "deep/c.jsonl"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"{}\n")
    (tmp_path / "link.jsonl").symlink_to(tmp_path / "b.jsonl")
    everything = find([str(tmp_path / "b.jsonl"), str(tmp_path), str(tmp_path / "*.jsonl")])
    assert [Path(source.path).name for source in everything.sources] == [
        "a.jsonl",
        "b.jsonl",
        "c.jsonl",
    ]
