"""The log that speed is measured on."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest


@pytest.fixture(scope="module")
def make_bench() -> ModuleType:
    """The script as a module."""
    path = Path(__file__).parents[3] / "benchmarks" / "make_bench.py"
    spec = importlib.util.spec_from_file_location("make_bench", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["make_bench"] = module
    spec.loader.exec_module(module)
    return module


def test_a_small_bench_has_the_shape_of_the_large_one(
    make_bench: ModuleType, tmp_path: Path
) -> None:
    """Sixteen slices in order of time, a quarter hostile, honest prompts nearly all distinct."""
    make_bench.main(["--rows", "32000", "--out", str(tmp_path)])
    files = sorted(tmp_path.glob("exchanges-*.parquet"))
    assert len(files) == 16
    last = None
    for path in files:
        at = pq.read_table(path, columns=["received_at"])["received_at"]
        assert last is None or pc.min(at).as_py() >= last
        assert pc.equal(at.take(pc.sort_indices(at)), at).to_pylist().count(False) == 0
        last = pc.max(at).as_py()
    table = pq.read_table(files)
    assert tuple(table.column_names) == make_bench.COLUMNS
    assert table.num_rows == 32_000
    assert pc.count_distinct(table["exchange_id"]).as_py() == 32_000
    truth = pq.read_table(tmp_path / "truth.parquet")
    hostile = truth.filter(pc.is_valid(truth["campaign"]))["account_id"].combine_chunks()
    attacks = pc.is_in(table["account_id"], hostile)
    assert 0.15 < pc.mean(attacks.cast("float64")).as_py() < 0.35
    honest = table.filter(pc.invert(attacks))["prompt_text"]
    assert pc.count_distinct(honest).as_py() > 0.98 * len(honest)
    assert 180 < pc.mean(pc.utf8_length(table["prompt_text"])).as_py() < 330
