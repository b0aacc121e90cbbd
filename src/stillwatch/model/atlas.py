"""What MITRE ATLAS calls the tactics, techniques and mitigations that technique cards cite."""

from collections.abc import Iterator
from dataclasses import dataclass, field

SITE = "https://atlas.mitre.org"


@dataclass(frozen=True, slots=True, kw_only=True)
class AtlasTechnique:
    """A technique or sub-technique, and the ids of the tactics it serves."""

    name: str
    tactics: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Atlas:
    """The part of one ATLAS release that cards cite, by ATLAS id.

    `groups` gives the tactic of a group of our techniques that ATLAS has no technique for;
    `otherwise` is the tactic of every other group.
    """

    version: str = ""
    otherwise: str = ""
    tactics: dict[str, str] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)
    techniques: dict[str, AtlasTechnique] = field(default_factory=dict)
    mitigations: dict[str, str] = field(default_factory=dict)

    def tactics_of(self, techniques: list[str], group: str) -> list[str]:
        """The tactics, in ATLAS's order, of the techniques a card cites, or else of its group."""
        served = {tactic for one in techniques for tactic in self.techniques[one].tactics}
        served = served or {self.groups.get(group, self.otherwise)}
        return [tactic for tactic in self.tactics if tactic in served]

    def unknown(self, techniques: list[str], mitigations: list[str]) -> Iterator[str]:
        """The cited ids that this extract does not name."""
        yield from (id_ for id_ in techniques if id_ not in self.techniques)
        yield from (id_ for id_ in mitigations if id_ not in self.mitigations)


def technique_page(id_: str) -> str:
    """Where ATLAS describes a technique."""
    return f"{SITE}/techniques/{id_}"


def mitigation_page(id_: str) -> str:
    """Where ATLAS describes a mitigation."""
    return f"{SITE}/mitigations/{id_}"


def tactic_page(id_: str) -> str:
    """Where ATLAS describes a tactic."""
    return f"{SITE}/tactics/{id_}"
