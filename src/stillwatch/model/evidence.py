"""What findings are worth: bits per detector and level, as measured by `calibrate`."""

from dataclasses import dataclass, field, replace


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

    def times(self, slope: float) -> "LevelBits":
        """The same level when every sum is worth so much of what it says."""
        bits, low, high = (round(one * slope, 3) for one in (self.bits, self.low, self.high))
        return replace(self, bits=bits, low=low, high=high)


@dataclass(frozen=True, slots=True, kw_only=True)
class Posterior:
    """posterior = 1 / (1 + 2^-(slope * bits + offset)); fitted on traffic the bits never saw.

    A log that lacks an input silences what reads it, and then the same sum means more. So there is
    a curve for every combination of the inputs that may lack (`model.inputs.SOURCES`). Where a
    log's own crowds add up to more or less than `usual`, the sums of that log are moved by that.
    """

    subject: str
    offset: float
    slope: float = 1.0
    usual: float | None = None  # what crowds add up to, in bits after the slope; None: not known
    without: list[str] = field(default_factory=list)  # inputs that the log lacks, ordered


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

    def heard(self, absent: frozenset[str]) -> "Bits":
        """The same for a log that lacks these inputs: one curve a subject, its slope multiplied in.

        Of each subject's curves the one is taken that lacks most of what is absent, and nothing
        that is there.
        """
        curves: dict[str, Posterior] = {}
        for one in sorted(self.posterior, key=lambda curve: (curve.subject, len(curve.without))):
            if absent.issuperset(one.without):
                curves[one.subject] = one
        slope = {subject: curve.slope for subject, curve in curves.items()}
        return replace(
            self,
            level=[one.times(slope.get(one.subject, 1.0)) for one in self.level],
            posterior=[
                Posterior(subject=s, offset=one.offset, usual=one.usual)
                for s, one in curves.items()
            ],
        )

    def moved(self, subject: str, bits: float) -> "Bits":
        """The same for a log whose crowds add up to so many bits more than usual."""
        return replace(
            self,
            posterior=[
                replace(one, offset=one.offset - bits) if one.subject == subject else one
                for one in self.posterior
            ],
        )


LEAST_RECALL = 0.9  # the bar of `evaluate`: a campaign counts as found from here on


@dataclass(frozen=True, slots=True, kw_only=True)
class Wronged:
    """How many accounts of one kind of honest traffic were flagged where it was played."""

    alternative: str
    accounts: int
    flagged: int
    low: float  # 95 % interval of the share
    high: float
    seeds: list[int] = field(default_factory=list)


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
