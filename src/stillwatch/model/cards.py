"""The cards: what Stillwatch looks for, as data that an analyst edits and a lab can share."""

import re
from dataclasses import dataclass, field
from typing import Any, Literal

# A host needs its path: a title such as "model.py" is no address.
_ADDRESS = re.compile(r"(?:https?://)?((?<![\w@])(?:[a-z0-9-]+\.)+[a-z]{2,}/[^\s,;)]+)")
_ARXIV = re.compile(r"arXiv[: ](\d{4}\.\d{4,5})", re.IGNORECASE)

Status = Literal["experimental", "test", "stable", "deprecated"]
SubjectKind = Literal["exchange", "account", "pair", "cluster", "member"]
Rows = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class CardTest:
    """Rows given to a card and what it must say; every card has examples both ways."""

    name: str
    given: Rows
    expect: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureCard:
    """Named values of one subject in one window, made by one SELECT.

    `grain` is "day" for what is kept as history (one call a day of exchanges) and "window" for
    what is made from the days of the scanned window, once for each kind of `subject`.
    """

    id: str
    title: str
    why: str
    grain: Literal["day", "window"]
    subject: list[SubjectKind] = field(default_factory=list)
    reads: list[str]
    key: list[str]
    query: str
    tests: list[CardTest] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkCard:
    """A trait that accounts of one operator may share; sharing a rare one is worth more bits.

    Either `column`, a key column of the exchanges, counted by account and day and kept in the
    history; or a `query` over the tables in `reads` that yields `account_id, trait_id,
    exchange_count`. `keep = "shared"` drops traits that only one account has that day, so that
    the history stays small. Kinds of one family are alternatives, not independent evidence: a
    pair gets the best of each family. `crowd` is the number of accounts above which a trait
    says "many use this", not "one operator". `links = false` keeps a trait for features alone.
    `binds = false` lets a kind add to a bond that another kind makes, but make none itself:
    strangers share addresses, client software and office hours.
    """

    id: str
    title: str
    family: str
    why: str
    column: str | None = None
    query: str | None = None
    reads: list[str] = field(default_factory=list)
    keep: Literal["all", "shared"] = "all"
    crowd: int = 1_000_000
    links: bool = True
    binds: bool = True
    sentence: str
    false_positives: list[str]
    tests: list[CardTest] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectorCard:
    """One finding on one subject: value → level by bands; what a level is worth is measured.

    Exactly one of `query` alone, or `query` with `method` (a reviewed function that takes the
    query's table and returns subject_id, value, support). `explains` names the honest
    explanation that the detector speaks for. A higher level never speaks less for what the
    detector speaks for, unless `peaks` says that its worth peaks in between. `beside_own` says that
    its bits count only where evidence of our own stands: it is somebody else's word.
    """

    id: str
    title: str
    technique: str
    status: Status
    subject: list[SubjectKind]
    family: str
    reads: list[str]
    why: str
    blind_spots: list[str]
    false_positives: list[str]
    triage: str
    sentence: str
    query: str
    bands: list[float]
    method: str | None = None
    explains: str | None = None
    peaks: bool = False
    beside_own: bool = False
    needs: list[str] = field(default_factory=list)
    tests: list[CardTest] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlternativeCard:
    """An honest explanation that is tried on every campaign before it is called one."""

    id: str
    title: str
    looks_like: str
    tells_apart: str
    played_by: list[str] = field(default_factory=list)  # classes of the benchmark's honest people


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """Who reported a technique, when, where it can be read, and what stays uncertain."""

    who: str
    when: str  # year, month or day
    says: str
    source: str  # a public title, an address, or the one after the other
    standing: Literal["primary", "secondary", "academic"]
    uncertain: str = ""

    @property
    def address(self) -> str | None:
        """Where the source can be read, when it says so."""
        if found := _ARXIV.search(self.source):
            return f"https://arxiv.org/abs/{found[1]}"
        found = _ADDRESS.search(self.source)
        return f"https://{found[1]}" if found else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Telltale:
    """What a technique leaves in traffic, and the detectors that read it."""

    sign: str
    detectors: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evasion:
    """How an operator hides a technique, and what still shows."""

    move: str
    still_shows: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAlike:
    """Honest work that looks like the technique, and what tells them apart."""

    who: str
    tells_apart: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TechniqueCard:
    """One documented method of adversarial distillation, extending MITRE ATLAS.

    `evidence` says how it is known: reported in the wild by a provider or a government, shown by
    research, or documented as a market practice. `generators` are the kinds of campaign in `evals`
    that play it; a technique without traffic has none and says why in `blind_spots`.
    """

    id: str
    title: str
    group: str
    capability: str
    what: str
    training_use: list[str] = field(default_factory=list)
    evidence: list[Literal["wild", "research", "market"]] = field(default_factory=list)
    in_traffic: str = ""
    leaves_traffic: bool = True
    observed: list[Observation] = field(default_factory=list)
    telltales: list[Telltale] = field(default_factory=list)
    evasions: list[Evasion] = field(default_factory=list)
    look_alikes: list[LookAlike] = field(default_factory=list)
    responses: list[str] = field(default_factory=list)
    blind_spots: list[str] = field(default_factory=list)
    generators: list[str] = field(default_factory=list)
    atlas: list[str] = field(default_factory=list)  # MITRE ATLAS techniques
    atlas_mitigations: list[str] = field(default_factory=list)
    owasp: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyStep:
    """What happens from a posterior on: one action, visible, expiring and appealable."""

    action: Literal["watch", "alert", "challenge", "throttle", "suspend"]
    from_posterior: float
    expires_after_days: int
    automatic: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyCard:
    """From posterior to decision. The person always has the last word."""

    id: str
    title: str
    alert_posterior: float
    least_families: int
    least_accounts: int
    member_posterior: float  # from which an account in a campaign is named as part of it
    least_owners: int  # of a campaign: what one customer does with his accounts is his own affair
    step: list[PolicyStep]
    # From which a cluster that is not called a campaign is listed for a person to look at.
    review_posterior: float = 0.2
