"""Holds what a verification found: each check with its outcome and a sentence."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from stillwatch.verifier.canonical import Damaged

HOLDS, FAILS, UNCHECKED = "holds", "fails", "not checked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at."""

    name: str
    outcome: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """What the reader brings himself, since a bundle cannot vouch for its own keys."""

    operator: bytes | None = None
    witness: bytes | None = None
    authorities: bytes | None = None  # certificates in PEM form


@dataclass(slots=True)
class Found:
    """The checks so far, in order."""

    checks: list[Check] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        """Nothing that was checked failed."""
        return all(one.outcome != FAILS for one in self.checks)

    def holds(self, name: str, sentence: str) -> None:
        """Note that a check came out as it should."""
        self.checks.append(Check(name=name, outcome=HOLDS, sentence=sentence))

    def fails(self, name: str, sentence: str) -> None:
        """Note that something is wrong."""
        self.checks.append(Check(name=name, outcome=FAILS, sentence=sentence))

    def unchecked(self, name: str, sentence: str) -> None:
        """Note what could not be looked at, and why."""
        self.checks.append(Check(name=name, outcome=UNCHECKED, sentence=sentence))

    def attempt(self, name: str, step: Callable[[], Any]) -> Any:
        """What a step returns; None, and a failed check, when it meets damage."""
        try:
            return step()
        except Damaged as damage:
            self.fails(name, str(damage))
            return None

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return {
            "is_sound": self.is_sound,
            "checks": [
                {"name": one.name, "outcome": one.outcome, "sentence": one.sentence}
                for one in self.checks
            ],
        }
