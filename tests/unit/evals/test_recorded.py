"""Worlds of other authors are read as our own are, and never judged by bits learnt from them."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from stillwatch.evals.authors import judge_authors
from stillwatch.evals.campaigns import CampaignPlan
from stillwatch.evals.recorded import every_second, read_world, recorded
from stillwatch.evals.texts import own_texts
from stillwatch.evals.traffic import Traffic, make_traffic
from stillwatch.io.cards import read_catalog
from stillwatch.model.errors import SettingError, SourceError
from stillwatch.tables.query import Limits


@pytest.fixture(scope="module")
def traffic() -> Traffic:
    """A small world of ours, to be written as another author would."""
    return make_traffic(
        seed=3,
        honest_accounts=120,
        days=2,
        start=datetime(2026, 3, 2, tzinfo=UTC),
        campaigns=[CampaignPlan(kind="rubric_reward", accounts=10, days=2.0, care="careful")],
        texts=own_texts(3),
    )


def write(traffic: Traffic, folder: Path, care: str = "careful") -> Path:
    """One world in the form that `recorded` describes."""
    folder.mkdir(parents=True)
    rows = [
        {
            "account_id": row["account_id"],
            "is_hostile": row["is_hostile"],
            "campaign": row["campaign"],
            "kind": row["class"] if row["is_hostile"] else None,
            "care": care if row["is_hostile"] else None,
            "role": row["role"],
            "look_alike": None if row["is_hostile"] else row["class"],
        }
        for row in traffic.truth.to_pylist()
    ]
    attacks = traffic.truth_exchanges.rename_columns(["exchange_id", "is_attack"])
    pq.write_table(pa.Table.from_pylist(rows), folder / "truth.parquet")
    pq.write_table(attacks, folder / "truth_exchanges.parquet")
    for name in ("exchanges", "accounts", "account_events", "model_releases"):
        pq.write_table(getattr(traffic, name), folder / f"{name}.parquet")
    return folder


def test_a_world_comes_back_as_it_was(traffic: Traffic, tmp_path: Path) -> None:
    """Logs, side tables and the truth are those that were written; so is the care."""
    write(traffic, tmp_path / "somebody" / "careful-1")
    (world,) = recorded(tmp_path)
    assert (world.author, world.name) == ("somebody", "somebody/careful-1")
    care, read = read_world(world)
    assert care == "careful"
    assert read.exchanges["exchange_id"].to_pylist() == traffic.exchanges["exchange_id"].to_pylist()
    assert read.accounts.num_rows == traffic.accounts.num_rows
    assert read.truth_exchanges.to_pylist() == traffic.truth_exchanges.to_pylist()
    hostile = [row for row in read.truth.to_pylist() if row["is_hostile"]]
    assert len(hostile) == 10
    assert {row["class"] for row in hostile} == {"rubric_reward"}
    assert all(row["campaign"].startswith("rubric_reward-") for row in hostile)


def test_a_world_without_side_tables_is_a_world(traffic: Traffic, tmp_path: Path) -> None:
    """Only exchanges and the truth are required, as in a scan."""
    folder = write(traffic, tmp_path / "somebody" / "careful-1")
    for name in ("accounts", "account_events", "model_releases"):
        (folder / f"{name}.parquet").unlink()
    _, read = read_world(recorded(tmp_path)[0])
    assert read.accounts.num_rows == 0
    assert read.exchanges.num_rows == traffic.exchanges.num_rows


def test_a_folder_without_worlds_is_refused(tmp_path: Path) -> None:
    """The error says what a world is."""
    with pytest.raises(SourceError, match=r"truth\.parquet"):
        recorded(tmp_path)


def test_a_world_has_one_care(traffic: Traffic, tmp_path: Path) -> None:
    """A care that nobody knows is a fault of the file, and named."""
    write(traffic, tmp_path / "somebody" / "odd-1", care="sloppy")
    with pytest.raises(SourceError, match="sloppy"):
        read_world(recorded(tmp_path)[0])


def test_every_author_teaches_links_by_every_second_world(traffic: Traffic, tmp_path: Path) -> None:
    """From his first world on, however many he wrote."""
    for author, count in (("one", 4), ("two", 3)):
        for number in range(count):
            write(traffic, tmp_path / author / f"careful-{number}")
    assert [one.name for one in every_second(recorded(tmp_path))] == [
        "one/careful-0",
        "one/careful-2",
        "two/careful-0",
        "two/careful-2",
    ]


def test_bits_do_not_judge_what_they_were_learnt_from(traffic: Traffic, tmp_path: Path) -> None:
    """A world that the bits file names is refused; another is judged by author."""
    write(traffic, tmp_path / "somebody" / "careful-1")
    catalog = read_catalog()
    limits = Limits(threads=1, memory="500MB")
    worlds = recorded(tmp_path)
    known = replace(catalog, bits=replace(catalog.bits, sources=["somebody/careful-1"]))
    with pytest.raises(SettingError, match="somebody/careful-1"):
        judge_authors(worlds, known, limits, lambda *_: None)
    told = judge_authors(worlds, catalog, limits, lambda *_: None)
    accounts = told["authors"]["somebody"]["accounts"]
    assert accounts["recall_by_care"]["careful"]["count"] > 0
    assert accounts["fpr"]["count"] > 50
