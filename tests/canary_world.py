"""A small canary plan with its log and replies, as several tests need it."""

from __future__ import annotations

from stillwatch.forensics.canary import commit, issue, log_end, plan
from stillwatch.verifier.canary import Reply
from stillwatch.verifier.canary_plan import Canary, Plan, Serving, Unit, Variant, draw, plan_digest

KEY = bytes(range(32))
NONCE = "witness-7"
NAMES = ("Orvane", "Telmar", "Quissel", "Bruneth", "Ankoril", "Vessary", "Dolmire", "Hesperin")


def canary(number: int, variants: int = 8) -> Canary:
    """A question with equally good answers."""
    return Canary(
        canary_id=f"c{number:02}",
        prompts=(f"What is the valley number {number} called?",),
        variants=tuple(
            Variant(marks=(name,), text=f"People call it {name}.") for name in NAMES[:variants]
        ),
    )


def small_plan(canaries: int = 24, units: int = 4) -> Plan:
    """Units of one account each, two to a campaign."""
    return plan(
        [canary(number) for number in range(canaries)],
        [
            Unit(unit_id=f"u{one}", account_ids=(f"a{one}",), campaign_id=f"k{one // 2}")
            for one in range(units)
        ],
        replies=1,
        alpha=0.01,
    )


def full_log(made: Plan) -> list[Serving]:
    """Every canary served once to every account."""
    log: list[Serving] = []
    for unit in made.units:
        for one in made.canaries:
            at = f"2026-03-01T00:{len(log) // 60:02}:{len(log) % 60:02}Z"
            issued = issue(
                made,
                KEY,
                NONCE,
                log,
                account_id=unit.account_ids[0],
                canary_id=one.canary_id,
                at=at,
            )
            log.append(issued.serving)
    return log


def replies_of(made: Plan, unit: str | None, wrong: int = 0) -> list[Reply]:
    """A suspect that knows a unit's variants, or always says the first; some replies are wrong."""
    found = []
    for number, one in enumerate(made.canaries):
        drawn = 0
        if unit is not None:
            drawn = draw(plan_digest(made), KEY, NONCE, unit, one)
        if number < wrong:
            drawn = (drawn + 1) % len(one.variants)
        found.append(Reply(canary_id=one.canary_id, text=f"I think {one.variants[drawn].text}"))
    return found


COMMITTED = "2026-02-01T00:00:00Z"
__all__ = ["COMMITTED", "KEY", "NONCE", "commit", "full_log", "log_end", "replies_of", "small_plan"]
