"""Turns a canary file that a person wrote into a plan: questions, habits, and who gets which."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import msgspec

from stillwatch.forensics.canary import plan
from stillwatch.forensics.habits import Habit, canaries_of
from stillwatch.model.errors import SettingError, StillwatchError, raise_faults
from stillwatch.verifier.canary_plan import Canary, Plan, Unit, Variant


class DraftVariant(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One answer, and the words by which it is recognised in a reply."""

    text: str
    marks: list[str]


class DraftCanary(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A question; its answers as a sentence with choices, or one by one."""

    id: str
    prompts: list[str]
    answer: str = ""  # with {} where the choice goes
    choices: list[str] = []
    variant: list[DraftVariant] = []


class DraftHabit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Wordings of which one runs through many answers, and fresh prompts to ask the suspect."""

    id: str
    place: Literal["anywhere", "opening", "closing"]
    wordings: list[str]
    prompts: list[str]
    cues: list[str] = []


class DraftUnit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Accounts that get the same draws."""

    id: str
    accounts: list[str]
    campaign: str = ""


class CanaryDraft(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A canary file (TOML)."""

    replies: int = 5
    alpha: float = 0.001
    canary: list[DraftCanary] = []
    habit: list[DraftHabit] = []
    unit: list[DraftUnit] = []


def drafted(
    draft: CanaryDraft, campaigns: Iterable[Mapping[str, Any]], where: str
) -> tuple[Plan, list[Habit]]:
    """The plan, and the habits as `issue` needs them. All faults are raised together."""
    faults: list[StillwatchError] = []
    for one in draft.canary:
        if bool(one.choices) == bool(one.variant) or (one.choices and "{}" not in one.answer):
            what = f"canary '{one.id}' has no answers, or two kinds of them"
            remedy = "give `answer` with {} and `choices`, or [[canary.variant]]"
            faults.append(SettingError(where, what, remedy))
    raise_faults(where, faults)
    habits = [
        Habit(habit_id=one.id, place=one.place, wordings=tuple(one.wordings), cues=tuple(one.cues))
        for one in draft.habit
    ]
    canaries = [_canary(one) for one in draft.canary]
    canaries += canaries_of(habits, {one.id: one.prompts for one in draft.habit})
    units = [
        Unit(unit_id=one.id, account_ids=tuple(one.accounts), campaign_id=one.campaign)
        for one in draft.unit
    ]
    units += units_of(campaigns, {account for one in units for account in one.account_ids})
    return plan(canaries, units, replies=draft.replies, alpha=draft.alpha), habits


def units_of(campaigns: Iterable[Mapping[str, Any]], taken: set[str]) -> list[Unit]:
    """A unit for each account of a scan's campaigns; one that is in two belongs to the first."""
    found: list[Unit] = []
    for campaign in campaigns:
        accounts: Sequence[str] = [one for one in campaign["account_ids"] if one not in taken]
        taken.update(accounts)
        found += [
            Unit(unit_id=one, account_ids=(one,), campaign_id=campaign["campaign_id"])
            for one in accounts
        ]
    return found


def _canary(one: DraftCanary) -> Canary:
    variants = [Variant(marks=tuple(each.marks), text=each.text) for each in one.variant]
    variants += [
        Variant(marks=(choice,), text=one.answer.replace("{}", choice)) for choice in one.choices
    ]
    return Canary(canary_id=one.id, prompts=tuple(one.prompts), variants=tuple(variants))
