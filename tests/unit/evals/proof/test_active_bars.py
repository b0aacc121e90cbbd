"""The bars of the active tests: what they demand, and that a broken test would miss them."""

from __future__ import annotations

from typing import Any

import pytest

from stillwatch.evals.proof.active import QUICK, bars, lines, measure
from stillwatch.evals.proof.suspects import (
    attribution,
    canary_rates,
    most_rejected,
    watermark_rates,
)

ALPHAS = ("0.05", "0.01", "0.001")


def figures(rejected: int, power: float, naive: int) -> dict[str, Any]:
    """Made-up numbers of ten thousand suspects."""
    of_all = dict.fromkeys(ALPHAS, rejected)
    return {
        "canary": {"suspects": 10_000, "rejected": {"p": of_all, "e": of_all}},
        "watermark": {
            "suspects": 10_000,
            "rejected": {
                "p": of_all,
                "e": of_all,
                "without de-duplication": dict.fromkeys(ALPHAS, naive),
            },
        },
        "attribution": {"suspects": 1000, "wrongly_named": dict.fromkeys(ALPHAS, 0)},
        "power": [
            {"uptake": 0.1, "how": "spread", "by_p": power, "by_e": power},
        ],
        "innocents": {
            "suspects": 4000,
            "rejected": {
                test: {"0.05": rejected, "0.01": rejected}
                for test in ("canaries", "habits", "twin answers", "withheld prompts", "watermark")
            },
        },
    }


def missed(found: list[dict[str, Any]]) -> list[str]:
    """Names of bars that are not met."""
    return [bar["name"] for bar in found if not bar["is_met"]]


def test_good_numbers_meet_every_bar_and_bad_ones_miss() -> None:
    """Nineteen of ten thousand are allowed at .001, and twenty are not."""
    assert most_rejected(10_000, 0.001) == 19
    assert missed(bars(figures(19, 0.7, 2000))) == []
    assert "type I of canary, p, alpha 0.001" in missed(bars(figures(20, 0.7, 2000)))
    assert len(missed(bars(figures(0, 0.69, 2000)))) == 2
    assert missed(bars(figures(0, 0.7, 100))) == [
        "watermark without de-duplication fails at alpha 0.01"
    ]


def test_simulated_innocents_are_left_alone() -> None:
    """A few hundred, with tastes of every kind; without de-duplication many are accused."""
    found = canary_rates(400, 3)
    assert all(found.within(alpha, way) for alpha in (0.05, 0.01) for way in ("p", "e"))
    marked = watermark_rates(300, 3)
    assert all(marked.within(alpha, way) for alpha in (0.05, 0.01) for way in ("p", "e"))
    assert not marked.within(0.01, "without de-duplication")


def test_the_leaking_account_is_named_and_the_others_are_not() -> None:
    """Twenty accounts, of which one fed the suspect."""
    found = attribution(20, 4, uptake=0.3)
    assert found.named[0.001] == 20
    assert found.wrongly_named[0.001] == 0


@pytest.mark.slow
def test_the_whole_measurement_runs_and_reads_well() -> None:
    """The quick protocol, from suspects to students, to bars and lines."""
    found = measure(QUICK, lambda _: None)
    said = lines(found)
    assert found["students"]["75 % of the data"]["canaries"][0] < 0.01
    assert any("units that fed nobody" in line for line in said)
    assert all(bar["is_met"] for bar in found["bars"] if bar["name"].startswith("type I"))
