"""Decides what of a campaign may leave: the one place that does.

A share is the minimal event on a grouping, the campaign in bands, the techniques, and traces as
tokens of the circle. Every field must be on the list of `allowed`, with a reason; who shares, in
which circle and under which marking is checked here, and so is that nobody is alone behind
anything that leaves.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from stillwatch.catalog.load import Catalog
from stillwatch.crypto.pseudonym import pseudonym
from stillwatch.crypto.tokens import SECONDS_A_DAY, epoch_key, epoch_of, trace_tokens
from stillwatch.model.circle import Circle, Terms
from stillwatch.model.errors import SharingError, StillwatchError, raise_faults
from stillwatch.model.findings import Campaign as Found
from stillwatch.model.findings import Trace as Held
from stillwatch.sharing import profile as stix
from stillwatch.sharing.allowed import fields_of, reason_for
from stillwatch.sharing.bands import band, day_end, day_start, tens
from stillwatch.sharing.marking import marking_of, rank
from stillwatch.verifier.envelope import key_id

LEAST_ACCOUNTS = 5  # that share whatever leaves; fewer are persons, not a crowd
LEAST_OWN = 0.5  # of a trace's holders that are in campaigns; a lesser share speaks of others
MOST_TRACES = 200  # of one campaign
# What another lab can meet as it is met here. Cards, devices and sign-ups are each lab's own, and
# a domain of mail addresses is the name of a customer.
COMPARABLE = frozenset(
    {
        "ip", "network", "client_fingerprint", "user_agent", "params", "tools", "template",
        "system", "system_head", "head24", "tail24", "head8", "tail8", "anchor",
    }
)  # fmt: skip
# Hang on triples of words: whoever is in the circle finds those by trying them all.
GUESSED = frozenset({"band1", "band2"})
WITHHELD = {
    "account_ids": "accounts never leave",
    "campaign_id": "made from account ids, so that somebody could test guesses",
    "exchange_count": "leaves as a band",
    "suspect_exchange_count": "not needed by anybody",
    "input_tokens": "what was used is what was paid",
    "output_tokens": "what was used is what was paid",
    "first_seen_at": "leaves as a day",
    "last_seen_at": "leaves as a day",
    "detected_at": "says how well the sender watches",
    "factors": "sentences hold exact figures",
    "alternatives": "sentences hold exact figures",
    "history": "names earlier campaigns",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who shares: the secret that its pseudonyms are made with, and the id of its signing key."""

    secret: bytes
    keyid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """One field that would leave: whose it is, what it says, why it may."""

    object_id: str
    object_type: str
    path: str
    value: Any
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Objects that may leave together, before anybody signed them."""

    objects: tuple[Any, ...]
    leaving: tuple[Leaving, ...]
    withheld: tuple[tuple[str, str], ...]
    event: stix.Grouping


def disclose(
    found: Found,
    traces: Sequence[Held],
    response: str,
    catalog: Catalog,
    circle: Circle,
    terms: Terms,
    sender: Sender,
    now: datetime,
    *,
    is_listed: bool = False,
) -> Share:
    """What of this campaign may leave to this circle. Raises SharingError where nothing may.

    `is_listed` says that it is a group below the alert level: it leaves as suspected, and nothing
    in it is called malicious.
    """
    refuse(circle, terms, sender)
    if found.account_count < LEAST_ACCOUNTS:
        what = f"has {found.account_count} accounts; {LEAST_ACCOUNTS} must stand behind a share"
        raise SharingError(found.campaign_id, what, "wait until the campaign is bigger")
    unknown = set(found.families) - {card.family for card in catalog.detectors}
    if unknown:
        what = f"names families that no detector has: {', '.join(sorted(unknown))}"
        raise SharingError(found.campaign_id, what, "give the --cards that the run was made with")
    write = Writer(found, catalog, circle, terms, sender, now, is_listed=is_listed)
    told, kept = _split(traces)
    objects = [
        stix.member(sender.keyid),
        *write.behaviour(),
        *write.taken(response),
        *write.traces(told),
    ]
    event = write.event([one.id for one in objects], response)
    return Share(
        objects=(*objects, event),
        leaving=tuple(why([*objects, event])),
        withheld=(*WITHHELD.items(), *kept),
        event=event,
    )


def refuse(circle: Circle, terms: Terms, sender: Sender) -> None:
    """Raise every reason for which nothing may leave under these terms, together."""
    faults: list[StillwatchError] = []
    where = f"circle {circle.id}"
    if rank(terms.tlp) > rank(circle.tlp):
        what = f"takes nothing stricter than TLP:{circle.tlp.upper()}"
        faults.append(SharingError(where, what, "choose another marking or another circle"))
    if terms.tlp == "red" and len(circle.members) != 2:
        what = "has more than two members, and TLP:RED is for one receiver alone"
        faults.append(SharingError(where, what, "use a circle of the two of you"))
    if sender.keyid not in member_keys(circle):
        what = "does not know the key that you sign with"
        faults.append(SharingError(where, what, "add yourself to the circle's members"))
    if not 1 <= terms.expires_after_days <= 365:
        what = f"expires after {terms.expires_after_days} days"
        faults.append(SharingError("the share", what, "give 1 to 365 days"))
    for name, given, known in (
        ("service", [terms.service], stix.SERVICES),
        ("permitted use", terms.permitted_use, stix.USES),
        ("legal basis", [terms.legal_basis], stix.BASES),
    ):
        for one in given:
            if one not in known:
                remedy = f"use one of {', '.join(known)}"
                faults.append(SharingError(name, f"unknown word '{one}'", remedy))
    raise_faults("nothing may leave", faults)


def member_keys(circle: Circle) -> dict[str, str]:
    """Members by the id of their key."""
    return {key_id(one.public_key): one.id for one in circle.members}


def why(objects: Iterable[Any]) -> Iterator[Leaving]:
    """Every field with the reason why it may leave; raises SharingError where there is none."""
    faults: list[StillwatchError] = []
    for one in objects:
        value = msgspec.to_builtins(one)
        kind = value["type"]
        if kind != "marking-definition" and marking_of(value) is None:
            faults.append(SharingError(value["id"], "bears no single TLP marking", "mark it"))
        for path, inner in fields_of(value):
            reason = reason_for(kind, path)
            if reason is None:
                what = f"the field {path} of {kind} is not on the list of what may leave"
                faults.append(SharingError("disclose", what, "argue it in sharing/allowed.py"))
                continue
            yield Leaving(
                object_id=value["id"], object_type=kind, path=path, value=inner, reason=reason
            )
    raise_faults("nothing may leave", faults)


def _split(traces: Sequence[Held]) -> tuple[list[Held], list[tuple[str, str]]]:
    """Traces that may leave, the most widely held first, and how many stay and why."""
    told: list[Held] = []
    kept: dict[str, int] = {}
    for one in sorted(traces, key=lambda t: (-t.account_count, t.kind, t.trait_id)):
        reason = stays(one)
        if reason is None and one.called_count < LEAST_OWN * one.holder_count:
            reason = f"{one.kind}: most who have it are in no campaign"
        elif reason is None and len(told) >= MOST_TRACES:
            reason = f"{one.kind}: {MOST_TRACES} others are held more widely"
        if reason is None:
            told.append(one)
            continue
        kept[reason] = kept.get(reason, 0) + 1
    return told, [("traces", f"{count} of {reason}") for reason, count in sorted(kept.items())]


def stays(trace: Held) -> str | None:
    """Why nothing may be said of a trace, neither told nor confirmed; None when it may be."""
    if trace.kind in GUESSED:
        return f"{trace.kind}: so little text is easily guessed"
    if trace.kind not in COMPARABLE:
        return f"{trace.kind}: no other lab can meet it"
    if trace.account_count < LEAST_ACCOUNTS:
        return f"{trace.kind}: fewer than {LEAST_ACCOUNTS} accounts share it"
    return None


class Writer:
    """Makes the objects of one share: one author, one marking, one time."""

    def __init__(
        self,
        found: Found,
        catalog: Catalog,
        circle: Circle,
        terms: Terms,
        sender: Sender,
        now: datetime,
        *,
        is_listed: bool = False,
    ) -> None:
        self.noun = "suspected campaign" if is_listed else "campaign"
        self.indicates = "anomalous-activity" if is_listed else "malicious-activity"
        self.found, self.catalog, self.circle, self.terms = found, catalog, circle, terms
        self.now = stix.stamp(now)
        self.author = stix.member_identity(sender.keyid)
        self.epoch = epoch_of(found.last_seen_at.timestamp(), circle.epoch_days)
        # Every version of an object must say one time of making: the epoch's own beginning.
        self.created = stix.stamp(
            datetime.fromtimestamp(self.epoch * circle.epoch_days * SECONDS_A_DAY, UTC)
        )
        self.names_key = epoch_key(sender.secret, self.epoch)
        self.cluster = pseudonym(self.names_key, "campaign", found.campaign_id)
        self.expires = stix.stamp(day_end(now) + timedelta(days=terms.expires_after_days))
        self.first = stix.stamp(day_start(found.first_seen_at))
        self.confidence = tens(found.posterior)
        self.techniques = [card for card in catalog.techniques if card.id in set(found.techniques)]

    def made(self, kind: Any, about: str, **entries: Any) -> Any:
        """An object of the profile; `about` says what its id is of."""
        name = kind.__struct_config__.tag
        return kind(
            id=stix.derived(name, about),
            spec_version="2.1",
            created=entries.pop("created", self.created),
            modified=self.now,
            created_by_ref=self.author,
            object_marking_refs=[stix.TLP_IDS[self.terms.tlp]],
            **entries,
        )

    def behaviour(self) -> list[Any]:
        """The campaign in bands, its techniques, and what ties the two."""
        campaign = self.made(
            stix.Campaign,
            f"{self.author}/{self.cluster}",
            name=f"{self.noun.capitalize()} {self.cluster}",
            first_seen=self.first,
            last_seen=stix.stamp(day_start(self.found.last_seen_at)),
            objective="adversarial distillation",
            confidence=self.confidence,
            extensions=stix.Extensions(
                stix.Volume(
                    extension_type="property-extension",
                    accounts=band(self.found.account_count),
                    exchanges=band(self.found.exchange_count),
                    evidence_families=list(self.found.families),
                )
            ),
        )
        patterns = [stix.derived("attack-pattern", card.id) for card in self.techniques]
        return [campaign, *(self._tied(campaign.id, "uses", one) for one in patterns)]

    def taken(self, response: str) -> list[Any]:
        """The response of the event once more, for tools that do not read the extension."""
        if response == "none":
            return []
        about = f"{self.author}/{self.cluster}"
        action = self.made(
            stix.CourseOfAction, f"{about}/response", name=f"Response taken: {response}"
        )
        return [action, self._tied(action.id, "related-to", stix.derived("campaign", about))]

    def _tied(self, source: str, how: str, target: str) -> Any:
        """Techniques are those of our published export, so they are named and not sent again."""
        return self.made(
            stix.Relationship,
            f"{source}/{how}/{target}",
            relationship_type=how,
            source_ref=source,
            target_ref=target,
        )

    def traces(self, told: Sequence[Held]) -> list[Any]:
        """Indicators: what the accounts share, as tokens of the circle."""
        key = epoch_key(self.circle.secret, self.epoch)
        made = []
        for one in told:
            trace = stix.Trace(
                extension_type="property-extension",
                circle=self.circle.id,
                kind=one.kind,
                epoch=self.epoch,
                token=trace_tokens(key, one.kind, [one.trait_id])[0],
                accounts=band(one.account_count),
            )
            pattern = stix.token_pattern(trace)
            made.append(
                self.made(
                    stix.Indicator,
                    f"{self.author}/{self.cluster}/{pattern}",
                    name=f"Shared {one.kind}",
                    description="A token that members of the circle can make of their own traffic.",
                    indicator_types=[self.indicates],
                    pattern=pattern,
                    pattern_type=stix.TOKEN_PATTERN,
                    valid_from=self.first,
                    valid_until=self.expires,
                    confidence=self.confidence,
                    extensions=stix.Extensions(trace),
                )
            )
        return made

    def event(self, refs: list[str], response: str, what: str = "Share") -> stix.Grouping:
        """The minimal event, on the grouping that holds the share together."""
        grouping: stix.Grouping = self.made(
            stix.Grouping,
            f"{self.author}/{self.cluster}/{what}/{self.now}",
            created=self.now,
            name=f"{what} of {self.noun} {self.cluster}",
            context="suspicious-activity",
            object_refs=refs,
            extensions=stix.Extensions(
                stix.Event(
                    extension_type="property-extension",
                    circle=self.circle.id,
                    cluster=self.cluster,
                    behaviours=[card.id for card in self.techniques],
                    service=self.terms.service,  # type: ignore[arg-type]
                    response=response,  # type: ignore[arg-type]
                    confidence=self.confidence,
                    window_start=self.first,
                    window_end=stix.stamp(day_end(self.found.last_seen_at)),
                    expires_at=self.expires,
                    legal_basis=self.terms.legal_basis,  # type: ignore[arg-type]
                    permitted_use=list(self.terms.permitted_use),  # type: ignore[arg-type]
                )
            ),
        )
        return grouping
