"""Every kind of broken input gives a clean read with the fault counted, or one clear error."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from stillwatch.io.lines import LINE_LIMIT
from stillwatch.model.errors import Faults, SchemaError, SourceError

AT = "2026-01-01T10:00:00Z"


def row(number: int, **more: Any) -> dict[str, Any]:
    """A whole exchange, with more entries or other values."""
    return {
        "exchange_id": f"x{number}",
        "received_at": AT,
        "account_id": "a1",
        "request_model": "m1",
        "prompt_text": f"prompt {number}",
    } | more


def lines(*rows: Any) -> bytes:
    """JSON lines; bytes are put in as they are."""
    return b"".join(
        (one if isinstance(one, bytes) else json.dumps(one).encode()) + b"\n" for one in rows
    )


def table(count: int, start: int = 0, **columns: Any) -> pa.Table:
    """Whole exchanges as a table, with more columns or other ones; None leaves one out."""
    base: dict[str, Any] = {
        "exchange_id": [f"x{n}" for n in range(start, start + count)],
        "received_at": pa.array([datetime(2026, 1, 1, tzinfo=UTC)] * count),
        "account_id": ["a1"] * count,
        "request_model": ["m1"] * count,
        "prompt_text": [f"prompt {n}" for n in range(count)],
    } | columns
    return pa.table({name: column for name, column in base.items() if column is not None})


BAD_LINES = [
    (b"{not json", "not JSON"),
    (b"[1, 2]", "not a JSON object"),
    (b'"text"', "not a JSON object"),
    (b"{}", "missing required column 'exchange_id'"),
    (row(1, account_id=None), "required column 'account_id' is empty"),
    (row(1, account_id=""), "required column 'account_id' is empty"),
    (row(1, input_tokens="many"), "wrong type of column 'input_tokens'"),
    (row(1, input_tokens=1.5), "wrong type of column 'input_tokens'"),
    (row(1, input_tokens=10**30), "wrong type of column 'input_tokens'"),
    (row(1, turn_index=2**31), "wrong type of column 'turn_index'"),
    (row(1, request_stream="yes"), "wrong type of column 'request_stream'"),
    (row(1, tool_names="search"), "wrong type of column 'tool_names'"),
    (row(1, tool_names=["search", 5]), "wrong type of column 'tool_names'"),
    (row(1, prompt_text=["a"]), "wrong type of column 'prompt_text'"),
    (row(1, received_at="yesterday"), "column 'received_at' is not a time"),
    (row(1, received_at=True), "wrong type of column 'received_at'"),
    (row(1, received_at="2026-13-01T00:00:00Z"), "column 'received_at' is not a time"),
    (row(1, messages="{}"), "column 'messages' is not a JSON array"),
    (row(1, messages=[{"content": "no role"}]), "column 'messages' is not a JSON array"),
    (json.dumps(row(1)).encode().replace(b"prompt 1", b"\xff\xfe"), "invalid UTF-8"),
    (json.dumps(row(1, request_top_p=float("nan"))).encode(), "not JSON: NaN"),
    (json.dumps(row(1)).encode() + b" trailing", "not JSON"),
    (b'{"a":' * 5000 + b"1" + b"}" * 5000, "nested too deeply"),
    (json.dumps(row(1, account_id="\ud800")).encode(), "half a surrogate pair in column"),
]


@pytest.mark.parametrize(("bad", "reason"), BAD_LINES, ids=[reason for _, reason in BAD_LINES])
def test_a_bad_line_is_set_aside_and_the_rest_is_read(
    read_logs: Any, tmp_path: Path, bad: Any, reason: str
) -> None:
    """The line is counted with its number and reason, and no text of it is kept."""
    log = tmp_path / "log.jsonl"
    log.write_bytes(lines(row(0), bad, row(2)))
    found = read_logs(log)
    assert found.ids == ["x0", "x2"]
    assert [one["line"] for one in found.rejected] == [2]
    assert found.rejected[0]["reason"].startswith(reason)
    assert found.rejected[0]["file"] == str(log)
    assert "prompt" not in json.dumps(found.rejected).replace("prompt_text", "")


def test_a_torn_last_line_is_named_as_such(read_logs: Any, tmp_path: Path) -> None:
    """A log that is still being written loses only its last line."""
    log = tmp_path / "log.jsonl"
    log.write_bytes(lines(row(0), row(1))[:-20])
    found = read_logs(log)
    assert found.ids == ["x0"]
    assert found.reasons == [(2, "torn last line")]
    assert found.rejected[0]["bytes"] == len(lines(row(1))) - 20


def test_a_last_line_without_its_line_end_is_read(read_logs: Any, tmp_path: Path) -> None:
    """What is whole is whole, with or without a line end; blank lines and CR LF are nothing."""
    log = tmp_path / "log.jsonl"
    log.write_bytes(b"\xef\xbb\xbf" + lines(row(0)) + b"\r\n   \n" + lines(row(1))[:-1])
    found = read_logs(log)
    assert found.ids == ["x0", "x1"]
    assert found.reasons == []


def test_half_a_surrogate_pair_in_a_prompt_does_not_hide_the_exchange(
    read_logs: Any, tmp_path: Path
) -> None:
    """Whoever writes the prompt can put one there; the row stays and the mending is counted."""
    log = tmp_path / "log.jsonl"
    log.write_bytes(lines(row(0, prompt_text="a \ud83d b"), row(1)))
    found = read_logs(log)
    assert [one["prompt_text"] for one in found.rows] == ["a \ufffd b", "prompt 1"]
    assert found.summary.warnings == {"half a surrogate pair in a text was replaced": 1}


def test_a_line_above_the_limit_is_set_aside_without_being_held(
    read_logs: Any, tmp_path: Path
) -> None:
    """The lines around it are read and keep their numbers."""
    log = tmp_path / "log.jsonl"
    with log.open("wb") as file:
        file.write(lines(row(0)) + b'{"prompt_text": "')
        for _ in range(LINE_LIMIT // (1 << 20) + 2):
            file.write(b"x" * (1 << 20))
        file.write(b'"}\n' + lines(row(2), b"{"))
    found = read_logs(log)
    assert found.ids == ["x0", "x2"]
    assert found.reasons == [(2, "the line is longer than the limit"), (4, "not JSON")]


def test_a_prompt_of_fifty_megabytes_is_read(read_logs: Any, tmp_path: Path) -> None:
    """One huge prompt is no fault."""
    log = tmp_path / "log.jsonl"
    log.write_bytes(lines(row(0), row(1, prompt_text="word " * 10_000_000), row(2)))
    found = read_logs(log)
    assert [len(one["prompt_text"]) for one in found.rows] == [8, 50_000_000, 8]


@pytest.mark.parametrize("codec", ["gzip", "zstd"])
@pytest.mark.parametrize("damage", ["cut off", "overwritten"])
def test_a_damaged_packed_log_gives_all_that_can_be_read(
    read_logs: Any, tmp_path: Path, codec: str, damage: str
) -> None:
    """What comes before the damage is kept, and the damage is counted."""
    text = lines(*(row(n, prompt_text=f"{n * 7919 % 10007:x}" * 20) for n in range(40_000)))
    data = bytearray(pa.compress(text, codec=codec, asbytes=True))
    half = len(data) * 3 // 4
    data = data[:half] if damage == "cut off" else data[:half] + b"\0" * 64 + data[half + 64 :]
    log = tmp_path / "log.jsonl.packed"
    log.write_bytes(data)
    found = read_logs(log)
    assert 10_000 < len(found.rows) < 40_000
    assert found.ids[:10_000] == [f"x{n}" for n in range(10_000)]
    reasons = [reason for _, reason in found.reasons]
    assert "the packed data is damaged or cut off after this line" in reasons
    if damage == "cut off":
        assert found.ids == [f"x{n}" for n in range(len(found.rows))]
        assert {line for line, _ in found.reasons} == {len(found.rows) + 1}


def test_packed_logs_of_several_members_are_read_whole(read_logs: Any, tmp_path: Path) -> None:
    """Logs that were packed piece by piece and put together."""
    log = tmp_path / "log.jsonl.gz"
    log.write_bytes(gzip.compress(lines(row(0))) + gzip.compress(lines(row(1))))
    assert read_logs(log).ids == ["x0", "x1"]


def test_a_name_may_lie_about_what_a_file_is(read_logs: Any, tmp_path: Path) -> None:
    """The first bytes tell the kind."""
    packed = tmp_path / "a.jsonl"
    packed.write_bytes(gzip.compress(lines(row(0))))
    plain = tmp_path / "b.jsonl.gz"
    plain.write_bytes(lines(row(1)))
    pq.write_table(table(1, start=2), tmp_path / "c.json")
    assert read_logs(tmp_path).ids == ["x0", "x1", "x2"]


def test_an_array_of_exchanges_is_read_and_one_that_is_cut_off_up_to_the_cut(
    read_logs: Any, tmp_path: Path
) -> None:
    """Not every tool writes lines."""
    log = tmp_path / "log.json"
    text = json.dumps([row(0), row(1, input_tokens="x"), row(2)], indent=2)
    log.write_text(text)
    found = read_logs(log)
    assert found.ids == ["x0", "x2"]
    assert [line for line, _ in found.reasons] == [2]
    log.write_text(text[:-30])
    found = read_logs(log)
    assert found.ids == ["x0"]
    assert found.reasons[-1] == (3, "not JSON from this element on")


def test_empty_files_are_read_as_nothing(read_logs: Any, tmp_path: Path) -> None:
    """An hour without traffic is no fault; files that are no logs are named."""
    (tmp_path / "empty.jsonl").write_bytes(b"")
    (tmp_path / "blank.jsonl").write_bytes(b"\n\n")
    (tmp_path / "README.md").write_text("about")
    (tmp_path / "_SUCCESS").write_text("")
    pq.write_table(table(0), tmp_path / "none.parquet")
    with gzip.open(tmp_path / "empty.jsonl.gz", "wb"):
        pass
    found = read_logs(tmp_path)
    assert found.rows == []
    assert found.reasons == []
    assert [Path(path).name for path in found.plan.skipped] == ["README.md", "_SUCCESS"]


def test_duplicates_are_set_aside_and_the_first_stays(read_logs: Any, tmp_path: Path) -> None:
    """Across files and within them, in the order of the input."""
    (tmp_path / "a.jsonl").write_bytes(lines(row(0), row(1), row(0, prompt_text="later")))
    pq.write_table(table(2, start=1), tmp_path / "b.parquet")
    found = read_logs(tmp_path)
    assert found.ids == ["x0", "x1", "x2"]
    assert [one["prompt_text"] for one in found.rows] == ["prompt 0", "prompt 1", "prompt 1"]
    assert [(Path(one["file"]).name, one["line"]) for one in found.rejected] == [
        ("a.jsonl", 3),
        ("b.parquet", 1),
    ]
    assert found.summary.reasons == {"duplicate exchange_id": 2}


def test_clocks_that_are_plainly_wrong_are_counted_and_kept(read_logs: Any, tmp_path: Path) -> None:
    """A wrong clock is no reason to lose an exchange."""
    as_of = datetime(2026, 1, 2, tzinfo=UTC)
    log = tmp_path / "log.jsonl"
    log.write_bytes(
        lines(
            row(0, received_at="1970-01-01T00:00:01Z"),
            row(1, received_at=(as_of + timedelta(hours=25)).isoformat()),
            row(2),
        )
    )
    found = read_logs(log, as_of=as_of)
    assert found.ids == ["x0", "x1", "x2"]
    assert sorted(found.summary.warnings.values()) == [1, 1]


def test_a_parquet_file_without_required_columns_tells_all_of_them_at_once(
    read_logs: Any, tmp_path: Path
) -> None:
    """Every fault of every file in one message, with file and column."""
    pq.write_table(table(1, account_id=None, turn_index=["one"]), tmp_path / "a.parquet")
    pq.write_table(table(1, request_model=None), tmp_path / "b.parquet")
    with pytest.raises(Faults) as caught:
        read_logs(tmp_path)
    messages = [str(fault) for fault in caught.value.exceptions]
    assert len(messages) == 3
    assert "a.parquet: column 'account_id' is missing" in messages[0]
    assert "a.parquet: column 'turn_index' has type string; write it as int32" in messages[1]
    assert "b.parquet: column 'request_model' is missing" in messages[2]


def test_a_parquet_file_that_is_damaged_is_one_clear_error(read_logs: Any, tmp_path: Path) -> None:
    """Its name, that it is damaged, and what to do."""
    whole = tmp_path / "a.parquet"
    pq.write_table(table(1000), whole)
    data = whole.read_bytes()
    for name, broken in [
        ("cut", data[:-100]),
        ("footer", data[:-400] + b"\xff" * 100 + data[-300:]),
        ("pages", data[:4] + b"\xff" * 3000 + data[3004:]),
        ("zero", b""),
    ]:
        bad = tmp_path / "bad" / f"{name}.parquet"
        bad.parent.mkdir(exist_ok=True)
        bad.write_bytes(broken)
        with pytest.raises(SourceError, match=f"{name}.parquet"):
            read_logs(bad)


def test_an_encrypted_parquet_file_is_told_as_such(read_logs: Any, tmp_path: Path) -> None:
    """A file with an encrypted footer begins with other magic bytes."""
    bad = tmp_path / "a.parquet"
    bad.write_bytes(b"PARE" + b"\0" * 100 + b"\x40\0\0\0PARE")
    with pytest.raises(SourceError, match=r"a\.parquet: is encrypted Parquet"):
        read_logs(bad)


def test_parquet_rows_that_do_not_fit_are_set_aside(read_logs: Any, tmp_path: Path) -> None:
    """Null ids, text that is no UTF-8, numbers that are not whole, times out of range."""
    broken = pa.array([b"ok", b"\xff\xfe", b"ok", b"ok", b"ok"], pa.binary())
    columns = {
        "account_id": ["a", "a", None, "a", "a"],
        "system_text": pa.Array.from_buffers(pa.string(), 5, broken.buffers()),
        "input_tokens": [1.0, 2.0, 3.0, 4.5, 5.0],
        "received_at": pa.array([1_767_261_600_000, 1, 2, 3, 2**60], pa.timestamp("ms")),
    }
    pq.write_table(table(5, **columns), tmp_path / "a.parquet")
    found = read_logs(tmp_path / "a.parquet")
    assert found.ids == ["x0"]
    assert found.rows[0]["input_tokens"] == 1
    assert found.reasons == [
        (2, "column 'system_text' does not fit string"),
        (3, "required column 'account_id' is empty"),
        (4, "column 'input_tokens' does not fit int64"),
        (
            5,
            "column 'received_at' is not a time (write ISO 8601, such as 2026-01-31T12:00:00Z)",
        ),
    ]


def test_files_of_different_schemas_are_read_as_one(read_logs: Any, tmp_path: Path) -> None:
    """Other units, widths and encodings; a column that one file lacks is null there."""
    pq.write_table(
        table(
            1,
            received_at=pa.array([1_767_261_600_000_000_123], pa.timestamp("ns")),
            turn_index=pa.array([4], pa.int64()),
            ip=pa.array(["192.0.2.1"]).dictionary_encode(),
            secret_extra=["ignored"],
        ),
        tmp_path / "a.parquet",
    )
    pq.write_table(
        table(
            1,
            start=1,
            received_at=pa.array([1_767_261_600_000], pa.int64()),
            account_id=pa.array([17], pa.int64()),
            system_text=pa.array(["s"], pa.large_string()),
            tool_names=pa.array([["t"]], pa.large_list(pa.large_string())),
        ),
        tmp_path / "b.parquet",
    )
    (tmp_path / "c.jsonl").write_bytes(lines(row(2, received_at=1_767_261_600, account_id=18)))
    found = read_logs(tmp_path)
    assert {one["received_at"] for one in found.rows} == {datetime(2026, 1, 1, 10, tzinfo=UTC)}
    assert [one["account_id"] for one in found.rows] == ["a1", "17", "18"]
    assert [one["turn_index"] for one in found.rows] == [4, None, None]
    assert [one["turn_count"] for one in found.rows] == [5, 1, 1]
    assert [one["tool_names"] for one in found.rows] == [None, ["t"], None]
    assert "secret_extra" not in found.plan.schema.names


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("log.csv", b"exchange_id\0,account", "is neither Parquet nor JSON"),
        ("missing.jsonl", None, "there is no such file or folder"),
        ("none-*.jsonl", None, "no file fits this pattern"),
    ],
)
def test_an_input_that_cannot_be_used_is_one_clear_error(
    read_logs: Any, tmp_path: Path, name: str, content: bytes | None, said: str
) -> None:
    """The path, what is wrong with it, and what to do."""
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(SourceError, match=said):
        read_logs(tmp_path / name)


def test_all_paths_that_cannot_be_used_are_told_together(read_logs: Any, tmp_path: Path) -> None:
    """Not one after the other."""
    with pytest.raises(Faults) as caught:
        read_logs(tmp_path / "a.jsonl", tmp_path / "b.jsonl")
    assert len(caught.value.exceptions) == 2


def test_a_column_that_is_there_twice_is_one_clear_error(read_logs: Any, tmp_path: Path) -> None:
    """Which of the two holds cannot be known."""
    doubled = table(1).append_column("account_id", pa.array(["a2"]))
    pq.write_table(doubled, tmp_path / "a.parquet")
    with pytest.raises(SchemaError, match="column 'account_id' is there twice"):
        read_logs(tmp_path / "a.parquet")
