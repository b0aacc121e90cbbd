"""Says what the accounts of a campaign are for: extraction, passing others' prompts on, or both.

What a campaign asks for tells most: accounts that mostly ask for training data distil, whatever
else they do to look busy. Where nothing of what is asked is telling, whose prompts they are tells:
many customers' system prompts in turns of conversations are somebody else's users.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

RELAY = "AD-028"
SUPPLY = "access and supply chain"  # the group of techniques that say nothing of what is asked
TENANTS, TURNS = "many_tenants", "conversations"  # detectors
SOME, MOSTLY = 1, 3  # levels
# Of an account's exchanges, to be more than cover traffic with some work in it. Where the work is
# known its wordings vary, and much of it is in no wording that the campaign shares.
KNOWN_WORK, UNKNOWN_WORK = 0.25, 0.5
AMONG_TENANTS = 0.75  # more: tenants share wordings too, and work may change its system prompts


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The part that a campaign's accounts play, and from what share of shared wordings on."""

    name: str
    least_focus: float = 0.0

    def of_account(self, focus: float) -> str:
        """The role of an account with this share of exchanges in the campaign's wordings."""
        return self.name if focus >= self.least_focus else "mixed"


def part_of(
    techniques: Sequence[str], groups: Mapping[str, str], levels: Mapping[str, int]
) -> Part:
    """The part that the accounts of a campaign play.

    `techniques` come the most telling first, `groups` says which group each is of, and `levels`
    what each detector measured of the campaign's cluster.
    """
    first = techniques[0] if techniques else ""
    if first == RELAY:
        return Part(name="relay")
    if groups.get(first, SUPPLY) != SUPPLY:
        return Part(name="distiller", least_focus=KNOWN_WORK)
    if levels.get(TENANTS, 0) >= SOME:
        if levels.get(TURNS, 0) >= MOSTLY:
            return Part(name="relay")
        return Part(name="distiller", least_focus=AMONG_TENANTS)
    return Part(name="distiller", least_focus=UNKNOWN_WORK)
