"""Turns campaigns into decisions by the policy card: visible, expiring and appealable."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from stillwatch.model.cards import PolicyCard
from stillwatch.model.findings import Campaign, Decision


def decide(
    campaigns: Sequence[Campaign], bits: Sequence[float], policy: PolicyCard, as_of: datetime
) -> tuple[Decision, ...]:
    """One decision a campaign: the strongest step that may be taken without a person.

    A step that is not automatic is never taken here; it waits for a review.
    """
    decisions = []
    for campaign, total in zip(campaigns, bits, strict=True):
        steps = [
            step
            for step in policy.step
            if step.automatic and campaign.posterior >= step.from_posterior
        ]
        if not steps:
            continue
        step = max(steps, key=lambda one: one.from_posterior)
        seed = f"{campaign.campaign_id}\n{step.action}\n{as_of.isoformat()}"
        decisions.append(
            Decision(
                decision_id="D-" + hashlib.sha256(seed.encode()).hexdigest()[:12],
                subject_kind="campaign",
                subject_id=campaign.campaign_id,
                campaign_id=campaign.campaign_id,
                action=step.action,
                policy_id=policy.id,
                decided_by="policy",
                decided_at=as_of,
                expires_at=as_of + timedelta(days=step.expires_after_days),
                is_visible=True,
                is_appealable=True,
                bits=total,
                posterior=campaign.posterior,
                sentence=f"posterior {campaign.posterior:.3f} reaches {step.from_posterior}",
            )
        )
    return tuple(decisions)
