"""What is judged was never learnt from: seeds, sources and plans."""

import itertools
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from stillwatch.evals import worlds
from stillwatch.evals.benchmark import Protocol, quick_protocol
from stillwatch.evals.campaigns import KINDS
from stillwatch.evals.judge import WORLDS_A_CARE, judged_traffic
from stillwatch.evals.left_out import folds
from stillwatch.evals.texts import _ROLES, folder_texts, own_texts

PARTS = {
    "links": worlds.LINK_SEEDS,
    "levels": worlds.LEARN_SEEDS,
    "judgement": worlds.JUDGE_SEEDS,
    "twin": (worlds.TWIN_SEED,),
    "quick": worlds.QUICK_SEEDS,
    "pooled": worlds.POOLED_SEEDS,
    "languages": (worlds.LANGUAGE_SEED,),
    "learnt for sketches": worlds.SKETCH_LEARN_SEEDS,
    "sketches": worlds.SKETCH_SEEDS,
}


def test_no_seed_is_used_for_two_purposes() -> None:
    """Nor twice for one."""
    for (one, seeds), (other, others) in itertools.combinations(PARTS.items(), 2):
        assert not set(seeds) & set(others), (one, other)
    assert all(len(set(seeds)) == len(seeds) for seeds in PARTS.values())


def test_no_source_of_texts_is_in_both_halves(tmp_path: Path) -> None:
    """Each has some, and together they are all."""
    for source in sorted({source for source, _ in _ROLES}):
        kinds = [kind for name, kind in _ROLES if name == source]
        rows = {"source": [source] * len(kinds), "kind": kinds, "prompt": [source] * len(kinds)}
        pq.write_table(pa.table(rows), tmp_path / f"{source}.parquet")
    learnt, judged = (
        {
            text
            for texts in folder_texts(str(tmp_path), part).real.values()
            for text in texts.to_pylist()
        }
        for part in ("calibrate", "evaluate")
    )
    assert learnt
    assert judged
    assert not learnt & judged
    assert learnt | judged == {source for source, _ in _ROLES}


def test_the_protocol_plays_every_kind_once_at_every_care() -> None:
    """Fifteen worlds and the twin, each with a seed of its own; a quick look uses none of them."""
    plan = Protocol().plan()
    places = [place for _, care, place in plan if care == "adaptive"]
    kinds = [kind for at in places for kind in list(KINDS)[at::WORLDS_A_CARE]]
    assert sorted(kinds) == sorted(KINDS)
    assert len({seed for seed, _, _ in plan}) == len(plan) == 16
    assert not {seed for seed, _, _ in plan} & {seed for seed, _, _ in quick_protocol().plan()}


def test_a_judged_world_has_its_kinds_and_the_twin_has_none() -> None:
    """Sizes are those of the protocol: fifty to ninety accounts."""
    texts = own_texts(5)
    made = judged_traffic(5, "careful", 4, 300, texts).truth
    hostile = made.filter(made["is_hostile"])["class"].value_counts().to_pylist()
    assert {row["values"] for row in hostile} == set(list(KINDS)[4::WORLDS_A_CARE])
    assert all(50 <= row["counts"] <= 90 for row in hostile)
    assert not any(judged_traffic(5, None, 0, 300, texts).truth["is_hostile"].to_pylist())


def test_folds_part_the_kinds() -> None:
    """Each kind is left out exactly once, by our name for it and by its method."""
    methods = [f"M{way.technique[-2:]}" for way in KINDS.values()]
    assert sorted(kind for fold in folds() for kind in fold) == sorted([*KINDS, *methods])
    for fold in folds():
        assert {f"M{KINDS[kind].technique[-2:]}" for kind in fold & KINDS.keys()} <= fold
