"""Family trees of models."""

from __future__ import annotations

from lineages import panel
from stillwatch.explain.proof_tree import picture
from stillwatch.verifier.openings import read
from stillwatch.verifier.tree import as_value, grow, tree_of

_, MODELS, SAID = panel(controls=4)
TREE = grow(MODELS, [read(each) for each in SAID], seed=1, redrawn=20)


def test_versions_of_one_vendor_join_first_and_hold() -> None:
    """Planted families are branches of high support; outgroups are the human-written lines."""
    support = {frozenset(b.leaves): b.support for b in TREE.branches}
    for vendor in range(1, 5):
        assert support[frozenset((f"v{vendor}.0", f"v{vendor}.1"))] >= 0.9
    assert TREE.outgroups == ("free0", "free1", "free2", "free3")
    assert len(TREE.branches) == len(MODELS) - 1


def test_students_stand_with_their_teacher() -> None:
    """The smallest branch with a student and its teacher holds no other vendor."""
    family = min((b.leaves for b in TREE.branches if {"pupil0", "v0.0"} <= set(b.leaves)), key=len)
    assert not any(name.startswith(("v1", "v2", "v3", "v4")) for name in family)


def test_a_tree_of_noise_has_low_support() -> None:
    """Forks among unrelated lines do not survive other prompts."""
    lines = [i for i, m in enumerate(MODELS) if m.role == "human"]
    noise = grow([MODELS[i] for i in lines], [read(SAID[i]) for i in lines], seed=1, redrawn=50)
    assert min(branch.support for branch in noise.branches) < 0.9


def test_the_picture_names_every_leaf_once_and_crosses_no_line() -> None:
    """Each leaf has a row of its own, the suspect is marked, forks stand left of what they join."""
    drawn = picture(TREE, "pupil0")
    assert sorted(word.text for word in drawn.words) == sorted(m.name for m in MODELS)
    assert len({word.y for word in drawn.words}) == len(MODELS)
    assert [word.text for word in drawn.words if word.kind == "suspect"] == ["pupil0"]
    assert len(drawn.forks) == len(MODELS) - 1
    assert all(fork.x <= min(fork.from_x, fork.to_x) for fork in drawn.forks)
    assert min(fork.x for fork in drawn.forks) > 0


def test_a_tree_survives_being_written() -> None:
    """Findings hold it as numbers alone."""
    assert tree_of(as_value(TREE)) == TREE


def test_the_same_seed_gives_the_same_tree() -> None:
    """Dice come from the seed alone."""
    assert grow(MODELS, [read(each) for each in SAID], seed=1, redrawn=20) == TREE
