"""How a detector's value becomes a level, and what it says when it cannot speak."""

import pyarrow as pa
import pytest

from fakes import LIMITS, detector_card
from stillwatch.model.cards import DetectorCard
from stillwatch.model.errors import QueryError
from stillwatch.stages.detect import Signals, detect, signal_schema

MEASURED = pa.table(
    {
        "subject_id": pa.array([1, 2, 3, 4, 5, 6], pa.int64()),
        "value": pa.array([0.49, 0.5, 0.8, 0.949, 1.0, None], pa.float64()),
        "support": pa.array([9] * 6, pa.int64()),
    }
)


def detected(*cards: DetectorCard, kind: str = "cluster", columns: str = "") -> Signals:
    """What the cards say about the six measured subjects."""
    return detect(
        {"measured": MEASURED},
        cards,
        subject_kind=kind,
        columns=frozenset(columns.split()),
        methods={"halved": halved},
        limits=LIMITS,
    )


def halved(table: pa.Table) -> pa.Table:
    """A method that halves every value."""
    half = pa.array([None if v is None else v / 2 for v in table.column("value").to_pylist()])
    return table.set_column(1, "value", half)


def levels(found: Signals) -> dict[int, int]:
    """Level by subject."""
    table = found.table
    return dict(
        zip(table.column("subject_id").to_pylist(), table.column("level").to_pylist(), strict=True)
    )


def test_a_value_has_the_level_of_the_last_band_it_reaches() -> None:
    """Bands are reached at their value; below the first is level 0, no value is no signal."""
    found = detected(detector_card("d"))
    assert levels(found) == {1: 0, 2: 1, 3: 2, 4: 2, 5: 3}
    assert found.table.schema == signal_schema()
    assert not found.silent


def test_silence_is_kept_for_clusters_alone() -> None:
    """On accounts, level 0 makes no row."""
    assert levels(detected(detector_card("d"), kind="account")) == {2: 1, 3: 2, 4: 2, 5: 3}


def test_a_card_speaks_only_on_its_subjects() -> None:
    """A card of accounts is not run on clusters, and is not called silent there."""
    found = detected(detector_card("d", subject=["account"]))
    assert not len(found.table)
    assert not found.silent


def test_a_method_gets_the_querys_table() -> None:
    """Its values, not the query's, are put into bands."""
    assert levels(detected(detector_card("d", method="halved")))[5] == 1


def test_silent_detectors_are_named_with_the_reason() -> None:
    """A card that needs a column or reads a table the input lacks is silent; the others speak."""
    found = detected(
        detector_card("a", needs=["request_seed", "ip"]),
        detector_card("b", reads=["measured", "releases"]),
        detector_card("c", needs=["ip"]),
        columns="ip",
    )
    assert [(one.detector_id, one.subject_kind, one.reason) for one in found.silent] == [
        ("a", "cluster", "the input has no request_seed"),
        ("b", "cluster", "the input has no releases"),
    ]
    assert set(found.table.column("detector_id").to_pylist()) == {"c"}


def test_a_failing_query_names_the_card() -> None:
    """The error says which card is to be mended."""
    with pytest.raises(QueryError, match="'wrong'"):
        detected(detector_card("wrong", query="select nothing from measured"))
