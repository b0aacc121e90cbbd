"""Scores against teachers, relative to a panel."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from lineages import panel
from stillwatch.verifier.calibration import calibration, p_value
from stillwatch.verifier.likeness import (
    FLOOR,
    Model,
    Similarities,
    background,
    is_null,
    similarities,
    word_similarity,
)
from stillwatch.verifier.lineage import (
    all_scores,
    by_lineage,
    channel_weights,
    null_weights,
    vendor_scores,
)
from stillwatch.verifier.manner import manner
from stillwatch.verifier.openings import WORDS, common_tokens, read, templates, tokens
from stillwatch.verifier.standardise import centred, shares, standardised


def compared(models: Sequence[Model], said: Sequence[Sequence[str]]) -> Similarities:
    """Every raw channel of these answers."""
    return similarities(models, [read(one) for one in said], [manner(one) for one in said])


PROMPTS, MODELS, SAID = panel()
FOUND = compared(MODELS, SAID)
SCORES = all_scores(FOUND)


def test_planted_students_point_at_their_teacher() -> None:
    """Each student's highest vendor is the one that taught it, above every unrelated line."""
    by_vendor = vendor_scores(FOUND, by_lineage(FOUND))
    for number in range(6):
        mine = [one for one in by_vendor if one.suspect == f"pupil{number}"]
        assert max(mine, key=lambda one: one.score).teacher == "vendor0"
    taught = [one.score for one in by_vendor if one.is_taught]
    null = [one.score for one in by_vendor if one.is_null and one.teacher == "vendor0"]
    assert min(taught) > max(null)


def test_template_similarity_is_that_of_a_slow_twin() -> None:
    """Correlation of log ratios, the sources of both models left out of what is common."""
    ones = [read(each) for each in SAID]
    common = common_tokens([o for o, m in zip(ones, MODELS, strict=True) if m.is_background])
    counts = [templates(one, common) for one in ones]
    kept = [v for v in {v for c in counts for v in c} if sum(v in c for c in counts) >= 3]
    suspect, teacher = len(MODELS) - 1, 0
    groups = background(MODELS, frozenset((MODELS[teacher].source,)))
    share = [[c.get(v, 0) / len(PROMPTS) for v in kept] for c in counts]
    usual = np.mean([np.mean([share[row] for row in group], axis=0) for group in groups], axis=0)
    ratios = [
        np.log((np.array(share[row]) + FLOOR) / (usual + FLOOR)) for row in (suspect, teacher)
    ]
    assert FOUND.templates[suspect, 0] == pytest.approx(np.corrcoef(ratios)[0, 1], abs=1e-6)


def test_word_similarity_is_that_of_a_slow_twin() -> None:
    """Mean over prompts of the cosine of runs weighted by how rare they are elsewhere."""
    few = list(range(14))
    models, said = [MODELS[i] for i in few], [SAID[i][:9] for i in few]
    fast = word_similarity(models, [read(each) for each in said])
    suspect, teacher = 13, 2
    left_out = frozenset((models[suspect].source, models[teacher].source))
    groups = background(models, left_out)
    total = 0.0
    for prompt in range(9):
        runs = []
        for each in said:
            words = tokens(each[prompt], WORDS)
            runs.append(
                {
                    tuple(words[i : i + n])
                    for n in range(1, 5)
                    for i in range(13 - n)
                    if i + n <= len(words)
                }
            )
        weight = {}
        for run in runs[suspect] | runs[teacher]:
            held = sum(np.mean([run in runs[row] for row in group]) for group in groups)
            weight[run] = math.log((len(groups) + 0.5) / (held + 0.5))
        norms = [math.sqrt(sum(weight[r] ** 2 for r in runs[row])) for row in (suspect, teacher)]
        total += sum(weight[r] ** 2 for r in runs[suspect] & runs[teacher]) / (norms[0] * norms[1])
    assert fast[suspect, teacher] == pytest.approx(total / 9, abs=1e-6)


def test_a_lineage_weighs_one_among_the_nulls_and_none_when_left_out() -> None:
    """Ten models of one line say no more than one."""
    models = [*MODELS, *(replace(MODELS[10], name=f"again{i}") for i in range(9))]
    columns = [0]
    weight = null_weights(models, columns, frozenset())
    lineages = {m.lineage for m in models if is_null(m, models[0])}
    assert weight.sum() == pytest.approx(len(lineages))
    assert null_weights(models, columns, frozenset((MODELS[10].lineage,))).sum() == pytest.approx(
        len(lineages) - 1
    )


def test_relations_and_secrets_are_never_null() -> None:
    """Students, possible students, the vendor itself and the undisclosed stay out."""
    teacher = Model("t", "a/1", "vendor")
    assert is_null(Model("s", "s", "student", teachers=("b/1",)), teacher)
    assert not is_null(Model("s", "s", "student", teachers=("a/2",)), teacher)
    assert not is_null(Model("s", "s", "student", maybe=("a/2",)), teacher)
    assert not is_null(Model("s", "a/2", "derived"), teacher)
    assert not is_null(Model("s", "s", "human", undisclosed=True), teacher)
    assert not is_null(Model("s", "s", "other"), teacher)


def test_nobody_learns_from_what_came_later() -> None:
    """A teacher released after the suspect has no score for it."""
    models = [replace(m, released="2024-01") if m.source == "vendor1" else m for m in MODELS]
    found = replace(FOUND, models=tuple(models))
    scores = all_scores(found, only=frozenset(("free3",)))
    assert {one.teacher.split("/")[0] for one in scores} == {
        "vendor0",
        "vendor2",
        "vendor3",
        "vendor4",
    }


def test_a_nearer_vendor_takes_its_share() -> None:
    """The score falls by as much as another vendor's model beats the teacher."""
    for one in SCORES:
        ahead = max(0.0, one.alternative_score - one.raw)
        assert one.score == pytest.approx(one.raw - ahead, abs=2e-6)
        assert one.alternative == "" or one.alternative_score <= 2.0


def test_a_score_does_not_depend_on_the_order_of_models() -> None:
    """A panel read in another order says the same."""
    order = np.random.default_rng(4).permutation(len(MODELS)).tolist()
    again = all_scores(compared([MODELS[i] for i in order], [SAID[i] for i in order]))
    told = {(s.suspect, s.teacher): s.score for s in again}
    assert told == pytest.approx({(s.suspect, s.teacher): s.score for s in SCORES}, abs=1e-5)


def test_standardised_nulls_have_mean_nought() -> None:
    """The unrelated, weighed by lineage, centre on nought in every column."""
    weight = null_weights(MODELS, FOUND.columns, frozenset())
    z = standardised(FOUND.templates, weight)
    assert np.allclose((weight * z).sum(0), 0, atol=1e-8)


def test_centring_takes_off_the_median_of_other_sources() -> None:
    """What a model shares with third sources goes; its own and the teacher's are no third."""
    own, theirs = ["a", "b", "c", "d"], ["a", "a", "b", "c"]
    values = np.array([[9, 9, 1, 3], [2, 4, 9, 7], [1, 1, 5, 9], [1, 3, 5, 7]], float)
    weight = np.tile([[0.0], [0.0], [0.0], [1.0]], (1, 4))
    usual = np.array([[-4, -4, -4, -4], [0, 0, 0.5, 1], [0, 0, -1, -0.5], [0, 0, 0, 0]])
    off = values - values[3] - usual
    assert np.allclose(centred(values, weight, own, theirs), standardised(off, weight))


@pytest.mark.parametrize("seed", [5, 6, 7, 14, 16])
def test_shares_vary_least_over_the_nulls(seed: int) -> None:
    """No other shares, with covariances counted by half, give a mean that varies less."""
    dice = np.random.default_rng(seed)
    mixed = dice.normal(size=(4, 4)) @ dice.normal(size=(4, 300))
    weight = dice.uniform(0.1, 1.0, 300)
    found = shares(mixed, weight)
    spread = np.cov(mixed, aweights=weight, bias=True)
    halved = (spread + np.diag(np.diag(spread))) / 2
    others = dice.dirichlet(np.ones(4), 4000)
    least = np.einsum("ij,jk,ik->i", others, halved, others).min()
    assert found.sum() == pytest.approx(1, abs=1e-5)
    assert found.min() > 0  # none is cut at nought here, so that it is the least there is
    assert found @ halved @ found <= least + 1e-6
    assert found @ halved @ found < halved.sum() / 16  # of all alike


def test_what_two_channels_repeat_counts_less() -> None:
    """A channel said twice gets less than two shares; nobody gets less than none."""
    dice = np.random.default_rng(12)
    one, other, third = dice.normal(size=(3, 4000))
    found = shares(np.stack([one, one, other, third]), np.ones(4000))
    assert found[0] == pytest.approx(found[1])
    assert found[0] + found[1] == pytest.approx(4 / 10, abs=0.02)
    noisy = shares(np.stack([one, one + 9 * other]), np.ones(4000))
    assert noisy.min() >= 0
    assert noisy[0] > 0.9
    assert shares(np.zeros((3, 0)), np.zeros(0)).tolist() == [1 / 3] * 3


def test_students_have_no_part_in_the_shares() -> None:
    """The weights of channels come from unrelated pairs alone."""
    z = by_lineage(FOUND)
    nulls_only = {lineage: one.copy() for lineage, one in z.items()}
    for lineage, one in nulls_only.items():
        for row, model in enumerate(MODELS):
            for place, column in enumerate(FOUND.columns):
                if model.lineage == lineage and not is_null(model, MODELS[column]):
                    one[:, row, place] = 99.0
    assert np.array_equal(channel_weights(FOUND, z), channel_weights(FOUND, nulls_only))


def test_unrelated_lines_are_accused_no_more_than_nominally() -> None:
    """Over exchangeable lines the conformal p falls to a tenth in about a tenth of them."""
    hits = total = 0
    for seed in range(6):
        _, models, said = panel(count=60, controls=14, students=0, seed=900 + seed)
        found = compared(models, said)
        scores = vendor_scores(found, by_lineage(found))
        for lineage in {m.lineage for m in models if m.role == "human"}:
            given = calibration([s for s in scores if s.lineage.startswith("free")], lineage)
            for one in scores:
                if one.lineage == lineage and one.is_null:
                    hits += p_value(given, one.score) <= 0.1
                    total += 1
    rate = hits / total
    assert rate <= 0.1 + 3 * math.sqrt(0.1 * 0.9 / (6 * 14))  # lines, not pairs, are independent
    assert rate > 0.01
