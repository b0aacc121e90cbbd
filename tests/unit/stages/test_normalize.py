"""Provider formats: each card turns its vendor's records into the contract's rows."""

from __future__ import annotations

import json
import os
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import stillwatch.catalog
from stillwatch.catalog.paths import pick
from stillwatch.model.errors import SourceError
from stillwatch.model.provider import PiecesCard, ProviderCard
from stillwatch.stages.normalize import normalize
from stillwatch.stages.normalize.bodies import read_bodies, stream_of
from stillwatch.stages.normalize.columns import COLUMNS, FIT, Unfit
from stillwatch.stages.normalize.pieces import assemble

TESTS = Path(__file__).parents[2]
FIXTURES = TESTS / "fixtures" / "providers"
GOLDEN = TESTS / "golden" / "providers"
JOINS = {
    "bedrock": {"cloudtrail": "bedrock.cloudtrail.json"},
    "azure_apim": {"gateway": "azure_apim.gateway.jsonl"},
    "langfuse": {"traces": "langfuse.traces.jsonl"},
}
CARDS = {
    path.stem: msgspec.convert(tomllib.loads(path.read_text("utf-8")), ProviderCard)
    for path in sorted((Path(stillwatch.catalog.__file__).parent / "providers").glob("*.toml"))
}


def read_fixture(read_logs: Any, name: str, **options: Any) -> Any:
    """The provider's fixture, with its joined logs."""
    joins = {join: [str(FIXTURES / file)] for join, file in JOINS.get(name, {}).items()}
    options = {"provider": CARDS[name], "joins": joins} | options
    return read_logs(FIXTURES / f"{name}.jsonl", **options)


@pytest.mark.parametrize("name", CARDS)
def test_a_provider_log_gives_the_golden_rows(read_logs: Any, name: str) -> None:
    """Set STILLWATCH_WRITE_GOLDEN=1 to write the files anew, then read every changed line."""
    found = read_fixture(read_logs, name)
    said = {
        "rows": [
            {key: value for key, value in row.items() if value is not None} for row in found.rows
        ],
        "rejected": [[line, reason] for line, reason in found.reasons],
        "skipped": found.summary.skipped,
        "warnings": found.summary.warnings,
    }
    text = json.dumps(said, indent=1, ensure_ascii=False, default=datetime.isoformat) + "\n"
    golden = GOLDEN / f"{name}.json"
    if os.environ.get("STILLWATCH_WRITE_GOLDEN"):
        golden.write_text(text, "utf-8")
    assert json.loads(text) == json.loads(golden.read_text("utf-8"))


@pytest.mark.parametrize("name", CARDS)
def test_every_column_that_a_card_carries_is_filled_by_its_fixture(
    read_logs: Any, name: str
) -> None:
    """A card that promises a column shows it; what it cannot carry it says with a reason."""
    found = read_fixture(read_logs, name)
    filled = {key for row in found.rows for key, value in row.items() if value not in (None, [])}
    carried = set(COLUMNS) - set(CARDS[name].cannot_carry)
    assert carried - filled == set()
    assert set(found.plan.columns) == carried
    assert all(len(reason) > 10 for reason in CARDS[name].cannot_carry.values())


@pytest.mark.parametrize("name", CARDS)
def test_a_card_names_only_columns_of_the_contract(name: str) -> None:
    """And never one that it says it cannot carry."""
    card = CARDS[name]
    named = {*card.fields, *card.constants, *card.words, *card.ticks}
    assert (named | set(card.cannot_carry)) - set(COLUMNS) == set()
    assert named & set(card.cannot_carry) == set()
    assert card.id == name
    assert {"received_at", "account_id"} <= set(card.fields)


@pytest.mark.parametrize(
    ("spans", "count"),
    [
        ({"a": 1}, 1),
        ([{"scopeSpans": {}}, 7], 2),
        ([{"scopeSpans": [{"spans": "none"}, {"spans": [None, []]}]}], 3),
        ([{}, {"scopeSpans": []}, {"scopeSpans": [{"spans": []}]}], 0),
    ],
)
def test_parts_of_an_export_that_are_not_read_are_counted(spans: Any, count: int) -> None:
    """What stands where spans should is no span, and nobody wonders where it went."""
    rows = normalize([{"resourceSpans": spans}], CARDS["otlp"], {})
    assert sum(rows.warnings.values()) == count
    assert all("OTLP export" in told for told in rows.warnings)
    assert rows.origins == []


@pytest.mark.parametrize("name", CARDS)
def test_a_row_without_an_account_says_which_field_to_configure(name: str) -> None:
    """The places that were looked at and the card to change stand in the reason."""
    card = CARDS[name]
    record: dict[str, Any] = {
        "CorrelationId": "c",
        **{key: value[0] for key, value in card.keep.items()},
    }
    if card.shape == "spans":
        record["attributes"] = {"gen_ai.request.model": "m"}
    for path in [*card.fields["received_at"], *card.fields.get("request_model", [])]:
        record.setdefault(path.replace("*", "x"), 1_767_261_600)
    rows = normalize([record], card, {})
    reasons = [reason for _, reason in rows.rejects]
    assert len(reasons) == 1
    assert reasons[0].startswith("no account_id (looked at ")
    assert card.fields["account_id"][0] in reasons[0]
    assert f"card '{name}'" in reasons[0]


def test_joined_logs_are_optional_but_a_wrong_name_is_told(read_logs: Any) -> None:
    """Without CloudTrail the rows have no address; they are rows all the same."""
    found = read_fixture(read_logs, "bedrock", joins={})
    assert len(found.rows) == 5
    assert {row["ip"] for row in found.rows} == {None}
    with pytest.raises(Exception, match="join 'cloud': the format has no such join"):
        read_fixture(read_logs, "bedrock", joins={"cloud": ["x"]})


def test_one_document_with_all_records_equals_lines(read_logs: Any, tmp_path: Path) -> None:
    """As a JSON array, as `{"Records": […]}`, and as indented objects one after the other."""
    lines = (FIXTURES / "bedrock.jsonl").read_text("utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    whole = read_fixture(read_logs, "bedrock").ids
    for text in (
        json.dumps(records),
        json.dumps({"Records": records}),
        json.dumps({"Records": records}, indent=2),
        "\n".join(json.dumps(record, indent=2) for record in records),
    ):
        log = tmp_path / "log.json"
        log.write_text(text, "utf-8")
        assert read_logs(log, provider=CARDS["bedrock"]).ids == whole


@pytest.mark.parametrize("name", CARDS)
def test_a_provider_log_read_in_ranges_equals_the_log_read_whole(read_logs: Any, name: str) -> None:
    """Also where entries lie in pieces: such files are not cut."""
    whole = read_fixture(read_logs, name)
    parts = read_fixture(read_logs, name, chunk_bytes=700)
    assert parts.ids == whole.ids
    assert parts.rejected == whole.rejected


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=10,
)


def places(value: Any) -> int:
    """How many values lie within a value."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + sum(places(one) for one in inner)


def with_junk(value: Any, at: int, junk: Any) -> Any:
    """The value with the one at a place replaced."""
    if at == 0:
        return junk
    at -= 1
    if isinstance(value, dict | list):
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        new = []
        for key, one in pairs:
            size = places(one)
            new.append((key, with_junk(one, at, junk) if 0 <= at < size else one))
            at -= size
        return dict(new) if isinstance(value, dict) else [one for _, one in new]
    return value


@pytest.mark.parametrize("name", CARDS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_hostile_records_never_break_a_scan(name: str, data: Any) -> None:
    """A record with junk anywhere is a row of the right types, a reject, or skipped."""
    records = [json.loads(line) for line in (FIXTURES / f"{name}.jsonl").read_text().splitlines()]
    record = data.draw(st.sampled_from(records))
    record = with_junk(record, data.draw(st.integers(0, places(record) - 1)), data.draw(JUNK))
    rows = normalize([record], CARDS[name], {})
    assert len({len(values) for values in rows.columns.values()}) == 1
    for column, values in rows.columns.items():
        for value in values:
            if column in FIT and value is not None:
                assert FIT[column](value) == value
    assert all(isinstance(count, int) and count >= 1 for count in rows.columns["turn_count"])


@pytest.mark.parametrize("name", ["openai_chat", "openai_responses", "anthropic_messages"])
def test_a_stream_says_the_same_as_objects_and_as_text(name: str) -> None:
    """However the gateway kept the chunks."""
    records = [json.loads(line) for line in (FIXTURES / f"{name}.jsonl").read_text().splitlines()]
    streamed = next(one for one in records if isinstance(one.get("response"), list))
    chunks, request = streamed["response"], streamed["request"]
    texts = [
        [json.dumps(chunk) for chunk in chunks],
        ["data: " + json.dumps(chunk) for chunk in chunks],
        "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in chunks) + "data: [DONE]\n\n",
        "".join(f"event: x\ndata:{json.dumps(chunk)}\n\n" for chunk in chunks),
        json.dumps(chunks),
    ]
    wanted = read_bodies(CARDS[name].shape, request, chunks)
    assert wanted["response_text"] == "Seven o'clock."
    for text in texts:
        assert read_bodies(CARDS[name].shape, request, text) == wanted
        assert read_bodies("auto", request, text) == wanted


def test_pieces_come_together_in_the_order_of_their_numbers() -> None:
    """Whatever order they were logged in; an entry with a gap is set aside."""
    card = PiecesCard(id="id", number="n", texts=["text"])
    pieces = [
        {"id": "a", "n": 2, "text": "two "},
        {"id": "b", "n": 1, "text": "half"},
        {"id": "a", "n": 1, "text": "one ", "model": "m"},
        {"id": "a", "n": 3, "text": "three"},
        {"id": "b", "n": 3, "text": "lost"},
        {"n": 1},
    ]
    found = assemble(pieces, card)
    assert [record["text"] for record in found.records] == ["one two three"]
    assert found.records[0]["model"] == "m"
    assert found.origins == [0]
    assert [place for place, _ in found.rejects] == [5, 1]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("a.b", 1),
        ("a.dotted.key", 2),
        ("list.1", "y"),
        ("*.b", 1),
        ("text.inner.0", 3),
        ("a.none", None),
        ("a.b.c", None),
        ("list.7", None),
        ("list.x", None),
        ("broken.x", None),
    ],
)
def test_paths_lead_into_records(path: str, value: Any) -> None:
    """Keys with dots, places in lists, any key, and JSON kept as text."""
    record = {
        "a": {"b": 1, "dotted.key": 2, "none": None},
        "list": ["x", "y"],
        "text": '{"inner": [3]}',
        "broken": "{not json",
    }
    assert pick(record, [path]) == value
    assert pick(record, ["missing", path, "a.b"]) == (1 if value is None else value)


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("192.0.2.1:443", "192.0.2.1"),
        ("198.51.100.7, 192.0.2.1", "198.51.100.7"),
        ("2001:db8::1", "2001:db8::1"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("192.0.2.***", None),
        ("bedrock.amazonaws.com", None),
        ("", None),
        (17, None),
    ],
)
def test_an_address_is_one_or_left_empty(said: Any, address: str | None) -> None:
    """Without port, brackets and the proxies behind it; a masked one is none."""
    try:
        assert FIT["ip"](said) == address
    except Unfit:
        assert address is None


def test_a_plain_text_answer_stays_a_text() -> None:
    """Not everything that begins like JSON is JSON."""
    assert stream_of("{curly words") == "{curly words"
    assert stream_of("data without a stream") == "data without a stream"


def test_a_provider_log_may_be_parquet(read_logs: Any, tmp_path: Path) -> None:
    """An export of the spend table gives the rows that its JSON lines give, and joins too."""
    for name in ("litellm_spend", "langfuse"):
        lines = (FIXTURES / f"{name}.jsonl").read_text("utf-8").splitlines()
        records = [
            {
                key: one if one is None or isinstance(one, str) else json.dumps(one)
                for key, one in record.items()
            }
            for record in map(json.loads, lines)
        ]
        names = dict.fromkeys(key for record in records for key in record)
        table = pa.table({key: [record.get(key) for record in records] for key in names})
        pq.write_table(table, tmp_path / f"{name}.parquet")
    found = read_logs(tmp_path / "litellm_spend.parquet", provider=CARDS["litellm_spend"])
    wanted = read_fixture(read_logs, "litellm_spend")
    assert found.rows == wanted.rows
    traces = pa.table({"id": ["tr-2"], "user_id": ["acct-18"], "session_id": ["sess-10"]})
    pq.write_table(traces, tmp_path / "traces.parquet")
    found = read_logs(
        tmp_path / "langfuse.parquet",
        provider=CARDS["langfuse"],
        joins={"traces": [str(tmp_path / "traces.parquet")]},
    )
    assert found.ids == read_fixture(read_logs, "langfuse").ids


def test_a_join_without_one_fitting_record_is_told(read_logs: Any, tmp_path: Path) -> None:
    """The wrong file was named."""
    wrong = tmp_path / "wrong.jsonl"
    wrong.write_text('{"id": 1}\n')
    with pytest.raises(SourceError, match="has no record with requestID"):
        read_fixture(read_logs, "bedrock", joins={"cloudtrail": [str(wrong)]})
