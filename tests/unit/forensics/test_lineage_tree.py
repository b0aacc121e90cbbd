"""Family trees of models."""

from __future__ import annotations

import re

from lineages import panel
from stillwatch.forensics.tree import Tree, drawing, grow
from stillwatch.verifier.openings import read

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


def test_the_picture_is_one_svg_that_names_every_leaf() -> None:
    """Every path and text is closed, the suspect is marked, names are escaped."""
    picture = drawing(TREE, "pupil0")
    texts = re.findall(r"<text [^>]*>([^<]*)</text>", picture)
    assert {m.name for m in MODELS} <= set(texts)
    assert picture.count("<path ") == len(TREE.branches) == len(MODELS) - 1
    assert 'class="suspect">pupil0<' in picture
    named = Tree(("a<b",), (), ())
    assert "a&lt;b" in drawing(named)


def test_the_same_seed_gives_the_same_tree() -> None:
    """Dice come from the seed alone."""
    assert grow(MODELS, [read(each) for each in SAID], seed=1, redrawn=20) == TREE
