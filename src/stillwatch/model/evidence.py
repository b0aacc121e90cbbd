"""What findings are worth: bits per detector and level, as measured by `calibrate`."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelBits:
    """What a level adds beside all other evidence, in bits for an attack, with its interval."""

    detector: str
    subject: str  # account, cluster or member
    level: int
    bits: float
    low: float  # 95 % interval
    high: float
    attack_count: int  # attacking subjects at this level
    honest_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Posterior:
    """posterior = 1 / (1 + 2^-(bits + offset)); fitted on traffic the bits never saw."""

    subject: str
    offset: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkBits:
    """What sharing a trait of a kind with so many holders is worth as evidence for one operator."""

    kind: str
    step: int  # of holders: each step four times as many
    bits: float
    same_pairs: int  # pairs of one operator that share such a trait
    other_pairs: int  # pairs of unrelated accounts that do


@dataclass(frozen=True, slots=True, kw_only=True)
class Bits:
    """The measured worth of all evidence, and where it was measured."""

    measured_on: str = "nothing"
    seeds: list[int] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    level: list[LevelBits] = field(default_factory=list)
    posterior: list[Posterior] = field(default_factory=list)
    link: list[LinkBits] = field(default_factory=list)


LEAST_RECALL = 0.9  # the bar of `evaluate`: a campaign counts as found from here on


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How much of the campaigns that play one technique is found, at one care of the operator."""

    technique: str
    kind: str  # of campaign, as `evals` plays it
    care: str  # of the operator
    accounts: int  # of all campaigns that were tried
    found: int  # of those accounts
    recall: float
    low: float  # 95 % interval
    high: float
    seeds: list[int] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether the recall reaches the bar."""
        return self.recall >= LEAST_RECALL
