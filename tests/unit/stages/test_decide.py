"""What the policy decides on its own, and what waits for a person."""

from datetime import timedelta

import pytest

from fakes import NOON, campaign, policy
from stillwatch.model.cards import PolicyStep
from stillwatch.stages.decide import decide

WATCH = PolicyStep(action="watch", from_posterior=0.5, expires_after_days=14, automatic=True)
ALERT = PolicyStep(action="alert", from_posterior=0.9, expires_after_days=10, automatic=True)
SUSPEND = PolicyStep(action="suspend", from_posterior=0.95, expires_after_days=7, automatic=False)
POLICY = policy(WATCH, ALERT, SUSPEND)


def actions(*posteriors: float) -> list[str]:
    """What is decided on campaigns of these posteriors."""
    campaigns = [campaign(f"C-{n}", sure) for n, sure in enumerate(posteriors)]
    return [one.action for one in decide(campaigns, [9.0] * len(campaigns), POLICY, NOON)]


@pytest.mark.parametrize(
    ("sure", "expected"),
    [(0.49, []), (0.5, ["watch"]), (0.89, ["watch"]), (0.9, ["alert"]), (0.999, ["alert"])],
)
def test_the_strongest_automatic_step_that_is_reached_is_taken(
    sure: float, expected: list[str]
) -> None:
    """Below the first step nothing happens; a step that needs a person is never taken."""
    assert actions(sure) == expected


def test_a_policy_without_automatic_steps_decides_nothing() -> None:
    """Everything waits for a review."""
    assert not decide([campaign("C-1", 1.0)], [20.0], policy(SUSPEND), NOON)


def test_every_decision_ends_is_seen_and_can_be_appealed() -> None:
    """It expires after the step's days, and says who decided, on what grounds."""
    (one,) = decide([campaign("C-1", 0.93)], [12.5], POLICY, NOON)
    assert one.decided_at == NOON
    assert one.expires_at == NOON + timedelta(days=10)
    assert one.is_visible
    assert one.is_appealable
    assert (one.decided_by, one.policy_id) == ("policy", "tried")
    assert (one.subject_kind, one.subject_id, one.campaign_id) == ("campaign", "C-1", "C-1")
    assert (one.bits, one.posterior) == (12.5, 0.93)
    assert "0.930" in one.sentence


def test_a_decisions_id_is_derived() -> None:
    """The same campaign, action and time give the same id; another time another."""
    first, again = (decide([campaign("C-1", 0.93)], [1.0], POLICY, NOON)[0] for _ in range(2))
    later = decide([campaign("C-1", 0.93)], [1.0], POLICY, NOON + timedelta(days=1))[0]
    assert first == again
    assert first.decision_id != later.decision_id


def test_each_campaign_needs_its_bits() -> None:
    """A sum that was left out is a fault of the caller and raises."""
    with pytest.raises(ValueError, match="shorter"):
        decide([campaign("C-1", 0.93), campaign("C-2", 0.93)], [1.0], POLICY, NOON)
