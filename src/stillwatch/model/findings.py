"""What a scan finds: signals, links, verdicts, campaigns and decisions, row by row.

The field texts are the public data dictionary of the run folder. Nothing here holds text of a
prompt or an answer; every sentence is one that Stillwatch wrote about its own findings.
"""

from dataclasses import dataclass
from typing import Annotated

from stillwatch.model.kinds import Count, Flag, Instant, Key, Name, Real, Sentence, Small


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One detector's finding on one subject."""

    detector_id: Annotated[Name, "the detector card that spoke"]
    family: Annotated[Name, "evidence family; signals of one family are not counted twice"]
    technique: Annotated[Name, "technique of the catalogue that the finding points to"]
    subject_kind: Annotated[Name, "exchange, account, pair or cluster"]
    subject_id: Annotated[Name, "what the finding is about"]
    value: Annotated[Real, "what was measured"]
    level: Annotated[Small, "band that the value fell into; 0 is below the first"]
    support: Annotated[Count, "how many observations the value rests on"]
    bits: Annotated[Real, "what this level is worth; below zero speaks for an honest account"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkReason:
    """One thing that two accounts have in common, and what it is worth."""

    kind: Annotated[Name, "the link card: what is shared"]
    family: Annotated[Name, "evidence family"]
    bits: Annotated[Real, "worth of the shared thing; the rarer, the more"]
    sentence: Annotated[Sentence, "the reason in words"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Two accounts and the bits that say they act for one operator."""

    account_a: Annotated[Name, "the account whose id sorts first"]
    account_b: Annotated[Name, "the account whose id sorts second"]
    bits: Annotated[Real, "evidence that one operator runs both"]
    reasons: Annotated[tuple[LinkReason, ...], "the bits, reason by reason"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One contribution to a verdict."""

    detector: Annotated[Name, "the detector card that spoke"]
    family: Annotated[Name, "evidence family"]
    subject: Annotated[Name, "exchange, account, pair or cluster: what it was measured on"]
    bits: Annotated[Real, "what it adds; below zero it subtracts"]
    support: Annotated[Count, "how many observations it rests on"]
    sentence: Annotated[Sentence, "the reason in words"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the evidence says about one account."""

    account_id: Annotated[Name, "the account"]
    posterior: Annotated[
        Real, "calibrated probability in [0, 1] that the account takes part in extraction"
    ]
    bits: Annotated[Real, "sum of the evidence; each bit doubles the odds"]
    campaign_id: Annotated[Name | None, "campaign the account belongs to"]
    role: Annotated[Name | None, "distiller, relay, reseller or mixed"]
    flagged: Annotated[
        Flag,
        "at or above the policy's alert level; in a campaign, the campaign and its part in it both",
    ]
    techniques: Annotated[tuple[Name, ...], "techniques of the catalogue"]
    reasons: Annotated[tuple[Reason, ...], "the bits, reason by reason"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """One of the four purpose factors of a campaign."""

    name: Annotated[Name, "volume_structure, capability, coordination or timeline"]
    bits: Annotated[Real, "what the factor adds"]
    sentence: Annotated[Sentence, "the factor in words"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """One honest explanation that was tried on a campaign."""

    name: Annotated[Name, "the look-alike card"]
    title: Annotated[Sentence, "the honest explanation in a few words"]
    bits_for: Annotated[Real, "evidence that speaks for it"]
    bits_against: Annotated[Real, "evidence that speaks against it"]
    sentence: Annotated[Sentence, "the weighing in words"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """Linked accounts that act for one operator and extract."""

    campaign_id: Annotated[Name, "derived from the campaign's first accounts; never drawn"]
    posterior: Annotated[Real, "calibrated probability in [0, 1] that this is extraction"]
    account_ids: Annotated[tuple[Name, ...], "the accounts, sorted"]
    account_count: Annotated[Count, "how many accounts"]
    exchange_count: Annotated[Count, "exchanges of these accounts in the window"]
    suspect_exchange_count: Annotated[Count, "exchanges that carry evidence themselves"]
    input_tokens: Annotated[Count, "tokens in the requests"]
    output_tokens: Annotated[Count, "tokens in the responses"]
    first_seen_at: Annotated[Instant, "first exchange"]
    last_seen_at: Annotated[Instant, "last exchange"]
    detected_at: Annotated[Instant, "event time at which the evidence first sufficed"]
    techniques: Annotated[tuple[Name, ...], "techniques of the catalogue"]
    capabilities: Annotated[tuple[Name, ...], "what the campaign asks the model for"]
    families: Annotated[tuple[Name, ...], "independent evidence families present"]
    factors: Annotated[tuple[Factor, ...], "the four purpose factors"]
    alternatives: Annotated[tuple[Alternative, ...], "honest explanations tried"]
    history: Annotated[tuple[Sentence, ...], "first seen, split from, merged with, in words"] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FlaggedExchange:
    """An exchange that carries evidence itself."""

    exchange_id: Annotated[Name, "the exchange"]
    account_id: Annotated[Name, "who is billed"]
    campaign_id: Annotated[Name | None, "campaign of the account"]
    techniques: Annotated[tuple[Name, ...], "techniques of the catalogue"]
    bits: Annotated[
        Real,
        "what the exchange alone is worth; 0 where that was not measured, as with the shipped bits",
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One action on one subject: why, until when, by whom."""

    decision_id: Annotated[Name, "derived from subject, action and time"]
    subject_kind: Annotated[Name, "account or campaign"]
    subject_id: Annotated[Name, "what the action is taken on"]
    campaign_id: Annotated[Name | None, "campaign that led to it"]
    action: Annotated[Name, "action of the policy card"]
    policy_id: Annotated[Name, "policy card that asked for it"]
    decided_by: Annotated[Name, "`policy`, or the reviewer; a person outranks the policy"]
    decided_at: Annotated[Instant, "when"]
    expires_at: Annotated[Instant | None, "when it ends unless renewed"]
    is_visible: Annotated[Flag, "the customer is told"]
    is_appealable: Annotated[Flag, "the customer can appeal"]
    bits: Annotated[Real, "evidence at the time"]
    posterior: Annotated[Real, "calibrated probability at the time"]
    sentence: Annotated[Sentence, "why, in words"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """Exchanges in one bucket of time, of one campaign or of everyone; drawn as a timeline."""

    campaign_id: Annotated[Name | None, "the campaign; null is the whole population"]
    bucket_at: Annotated[Instant, "start of the hour or day"]
    exchange_count: Annotated[Count, "exchanges received in it"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """A thing that accounts of a campaign or listed group share; its key never leaves as it is."""

    campaign_id: Annotated[Name, "the campaign or listed group"]
    kind: Annotated[Name, "the link card: what is shared"]
    trait_id: Annotated[Key, "key of the shared thing"]
    account_count: Annotated[Count, "accounts of it that have the thing"]
    holder_count: Annotated[Count, "accounts of anybody that have the thing"]
    exchange_count: Annotated[Count, "exchanges of it that show the thing"]
    called_count: Annotated[
        Count,
        "accounts of any campaign of the run that have it; of a listed group's, or of any group",
    ]
