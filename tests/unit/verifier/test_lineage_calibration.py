"""Error rates over lineages."""

from __future__ import annotations

import numpy as np
import pytest

from stillwatch.verifier.calibration import (
    Calibration,
    column,
    log_cost,
    null_rate,
    p_value,
    ratio,
    threshold,
)
from stillwatch.verifier.lineage import Score


def given(nulls: int, taught: int, gap: float = 3.0, seed: int = 0, each: int = 1) -> Calibration:
    """Normal scores, a gap apart, several of each lineage."""
    dice = np.random.default_rng(seed)
    return Calibration(
        tuple((f"n{i}", float(dice.normal())) for i in range(nulls) for _ in range(each)),
        tuple((f"t{i}", float(dice.normal() + gap)) for i in range(taught) for _ in range(each)),
    )


def score(lineage: str, teacher: str, value: float, *, is_null: bool = True) -> Score:
    """One pair with this score."""
    return Score(
        suspect=lineage,
        lineage=lineage,
        teacher=teacher,
        version=teacher,
        score=value,
        raw=value,
        alternative="",
        alternative_score=0.0,
        z=(),
        is_null=is_null,
        is_taught=False,
    )


def test_p_is_never_below_one_in_lineages_and_one() -> None:
    """However far out a score is, N lineages support no smaller p, and copies do not help."""
    assert p_value(given(20, 0), 99.0) == pytest.approx(1 / 21, abs=1e-6)
    assert p_value(given(20, 0, each=50), 99.0) == pytest.approx(1 / 21, abs=1e-6)
    assert p_value(given(20, 0), -99.0) == 1.0


def test_p_is_valid_for_exchangeable_lineages() -> None:
    """P(p <= a) <= a, within the error of four thousand draws."""
    dice = np.random.default_rng(3)
    found = []
    for _ in range(4000):
        scores = dice.normal(size=20)
        calibration = Calibration(tuple((str(i), float(s)) for i, s in enumerate(scores[1:])), ())
        found.append(p_value(calibration, float(scores[0])))
    for alpha in (0.05, 0.1, 0.25):
        error = (alpha * (1 - alpha) / 4000) ** 0.5
        assert np.mean(np.array(found) <= alpha) <= alpha + 3 * error


def test_a_large_lineage_does_not_outvote_small_ones() -> None:
    """A hundred models of one line above the score weigh one of three."""
    nulls = (("big", 2.0),) * 100 + (("a", 0.0), ("b", 0.0))
    assert null_rate(Calibration(nulls, ()), 1.0) == pytest.approx(1 / 3)


def test_a_threshold_leaves_at_most_the_nominal_share_above() -> None:
    """For every nominal rate, and not by leaving nothing."""
    calibration = given(37, 0, each=3)
    for nominal in (0.01, 0.05, 0.2, 0.5):
        limit = threshold(calibration, nominal)
        weights = [1 / 3 for _, score in calibration.nulls if score > limit]
        assert sum(weights) / 37 <= nominal + 1e-9
    assert sum(score > threshold(calibration, 0.5) for _, score in calibration.nulls) > 30


def test_the_worse_of_two_rates_counts() -> None:
    """A vendor whom one of six unrelated lineages resembles needs more than all vendors do."""
    every, own = given(40, 0), Calibration(tuple((f"n{i}", float(i)) for i in range(6)), ())
    assert p_value(every, 4.5, own) == pytest.approx((1 + 40 / 6) / 41, abs=1e-6)
    assert p_value(every, 5.5, own) == p_value(every, 5.5) == pytest.approx(1 / 41, abs=1e-6)
    for nominal in (0.01, 0.05):
        assert threshold(every, nominal, own) == 5.0 > threshold(every, nominal)
        assert threshold(every, nominal, given(9, 0, gap=0)) >= threshold(every, nominal)


def test_a_lineage_stands_in_a_column_by_its_nearest_model() -> None:
    """Of any generation of the vendor; other vendors, kin and the lineage left out do not count."""
    scores = [
        score("a", "x/1", 0.2),
        score("a", "x/2", 0.9),
        score("b", "x/1", 0.5),
        score("b", "y/1", 2.0),
        score("c", "x/1", 1.9, is_null=False),
        score("d", "x/1", 1.8),
    ]
    assert dict(column(scores, "x", "d").nulls) == {"a": 0.9, "b": 0.5}
    assert column(scores, "x/2", "d") == column(scores, "x", "d")
    assert column(scores, "z").null_lineages == 0


def test_the_ratio_stays_inside_what_lineages_support() -> None:
    """Perfectly parted sides still give no more than N + 1 to one."""
    for nulls, taught in ((8, 6), (22, 11), (44, 26)):
        fitted = ratio(given(nulls, taught, gap=50.0))
        assert fitted is not None
        assert fitted.at(1e9) <= nulls + 1 + 1e-9
        assert fitted.at(-1e9) >= 1 / (taught + 1) - 1e-6


def test_the_ratio_rises_with_the_score_and_tells_sides_apart() -> None:
    """More likeness is never less evidence, and the cost is below that of not looking."""
    calibration = given(30, 20)
    fitted = ratio(calibration)
    assert fitted is not None
    values = [fitted.at(score) for score in np.linspace(-4, 8, 50)]
    assert values == sorted(values)
    told = [(False, name, fitted.at(s)) for name, s in calibration.nulls]
    told += [(True, name, fitted.at(s)) for name, s in calibration.taught]
    assert log_cost(told) < 0.5
    assert log_cost([(side, name, 1.0) for side, name, _ in told]) == pytest.approx(1.0)


def test_no_ratio_without_taught_lineages() -> None:
    """Three taught lineages are too few to fit."""
    assert ratio(given(30, 3)) is None
