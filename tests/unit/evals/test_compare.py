"""The comparison: one threshold from honest scores, every cell, and where a rival is not beaten."""

import numpy as np
import pytest
from planted import sent, traffic

from stillwatch.evals.compare import Sample, compare, joined, sample_of, unbeaten
from stillwatch.evals.measures import recall_at_fpr, share_of

SAMPLE = Sample(
    hostile=np.array([True, True, True, True, False, False, False, False]),
    kind=("a", "a", "b", "b", None, None, None, None),
    care=("naive", "naive", "careful", "careful", None, None, None, None),
    scores={
        "ours": np.array([0.9, 0.9, 0.2, 0.8, 0.5, 0.1, 0.1, 0.1]),
        "rival": np.array([1.0, 7.0, 9.0, 8.0, 6.0, 2.0, 2.0, 2.0]),
    },
)


def test_every_cell_is_at_one_threshold() -> None:
    """None of four honest accounts may be wronged: ours finds three, the rival three others."""
    ours, rival = compare(SAMPLE, 0.0)
    assert ours.at == recall_at_fpr(SAMPLE.scores["ours"], SAMPLE.hostile, 0.0)
    assert ours.of_kind == {"a": share_of(2, 2), "b": share_of(1, 2)}
    assert rival.of_care == {"careful": share_of(2, 2), "naive": share_of(1, 2)}
    assert ours.cells["recall"] == rival.cells["recall"] == 0.75


def test_a_rival_is_unbeaten_where_it_is_as_good_unless_all_is_found() -> None:
    """The page must say where: ties count against us, but nobody can beat a perfect cell."""
    rows = compare(SAMPLE, 0.0)
    found = {(one.cell, one.rival) for one in unbeaten(rows, "ours")}
    assert found == {
        ("recall", "rival"),
        ("recall of b", "rival"),
        ("recall of careful ones", "rival"),
    }
    assert {one.cell for one in unbeaten(rows, "rival")} == {
        "recall", "best F1", "recall of a", "recall of naive ones"
    }  # fmt: skip


def test_a_sample_has_the_active_accounts_in_one_order() -> None:
    """Scores, truth and care stand beside each other; accounts that sent nothing are left out."""
    rows = sent("zoe", ["hi"]) + sent("farm", ["hi"]) + sent("bob", ["hi"])
    world = traffic(rows, hostile=["farm"], accounts={"idle": {}})
    sample = sample_of(
        world, {"ours": {"farm": 0.9, "bob": 0.1, "zoe": 0.2}}, {"plan-0": "careful"}
    )
    assert sorted(zip(sample.scores["ours"], sample.hostile, sample.care, strict=True)) == [
        (0.1, False, None),
        (0.2, False, None),
        (0.9, True, "careful"),
    ]
    with pytest.raises(KeyError, match="bob"):
        sample_of(world, {"ours": {"farm": 0.9, "zoe": 0.2}})


def test_joined_worlds_have_one_threshold() -> None:
    """A world with a high honest score raises it for the other."""
    other = Sample(
        hostile=np.array([False]),
        kind=(None,),
        care=(None,),
        scores={"ours": np.array([0.85]), "rival": np.array([0.0])},
    )
    ours, rival = compare(joined([SAMPLE, other]), 0.0)
    assert ours.at.recall.hits == 2
    assert rival.at.recall.hits == 3
    assert ours.at.wronged.count == 5
