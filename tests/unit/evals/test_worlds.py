"""What is judged was never learnt from: seeds, sources and plans."""

import itertools

from stillwatch.evals import worlds
from stillwatch.evals.benchmark import Protocol, quick_protocol
from stillwatch.evals.campaigns import KINDS
from stillwatch.evals.held_out import folds
from stillwatch.evals.judge import WORLDS_A_CARE, judged_traffic
from stillwatch.evals.texts import _CALIBRATE, _ROLES, own_texts

PARTS = {
    "links": worlds.LINK_SEEDS,
    "levels": worlds.LEARN_SEEDS,
    "curves": worlds.FIT_SEEDS,
    "judgement": worlds.JUDGE_SEEDS,
    "twin": (worlds.TWIN_SEED,),
    "quick": worlds.QUICK_SEEDS,
    "pooled": worlds.POOLED_SEEDS,
    "languages": (worlds.LANGUAGE_SEED,),
}


def test_no_seed_is_used_for_two_purposes() -> None:
    """Nor twice for one."""
    for (one, seeds), (other, others) in itertools.combinations(PARTS.items(), 2):
        assert not set(seeds) & set(others), (one, other)
    assert all(len(set(seeds)) == len(seeds) for seeds in PARTS.values())


def test_sources_are_divided_and_both_halves_have_some() -> None:
    """No source of texts is in both halves, because it is in one set or not in it."""
    sources = {source for source, _ in _ROLES}
    assert sources > _CALIBRATE
    assert sources - _CALIBRATE


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
    """Each kind is left out exactly once."""
    assert sorted(kind for fold in folds() for kind in fold) == sorted(KINDS)
