"""Says what an honest kind of account is: circumstances, habit, and a writer."""

from __future__ import annotations

from dataclasses import dataclass

from stillwatch.evals.cast import Circumstances
from stillwatch.evals.scene import Writer


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """How often and when accounts of one kind send requests."""

    median: float  # requests a day of the middle account
    sigma: float = 1.1  # of the log-normal over accounts
    most: float = 400.0
    turns: float = 3.0
    pause: float = 55.0
    pause_sigma: float = 1.1
    spread: float = 3.2
    weekend: float = 0.8
    even: bool = False
    noise: float = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Community:
    """How strangers come to share a public wording, and what they take over with it."""

    own_client: float = 0.4  # share that call with the client the wording came with
    own_profile: float = 0.35  # share that leave the parameters as they came
    nightly: float = 0.0  # share whose work runs at a fixed hour
    authorized: float = 0.0  # share of those who declare synthetic data that may distil


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """One kind of honest account."""

    name: str
    share: float
    facts: Circumstances
    habit: Habit
    write: Writer
    look_alike: bool = True  # of a campaign, in some respect
    role: str = "customer"
    community: Community | None = None  # of accounts that have nothing else in common
    on_release: bool = False  # comes when the new model does
