"""What other labs told us, row by row: their indicators, and what they think of indicators.

Nothing here is ours, and nothing here names an account: an indicator is a token that only holders
of the circle's secret can make, or an observable that its sender chose to show.
"""

from dataclasses import dataclass
from typing import Annotated

from stillwatch.model.kinds import Count, Flag, Instant, Name, Small


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerIndicator:
    """One indicator of one peer, in its latest version."""

    indicator_id: Annotated[Name, "id of the STIX object"]
    member_id: Annotated[Name, "the peer whose key signed it, or who claims to have made it"]
    is_signed: Annotated[Flag, "a key of the circle signed it; nothing else counts as evidence"]
    circle_id: Annotated[Name | None, "circle whose secret made the token"]
    kind: Annotated[Name, "link card of a token, or type of an observable"]
    epoch: Annotated[Small | None, "epoch of the token's key"]
    token: Annotated[Name, "the token, or the value of an observable"]
    share_id: Annotated[Name | None, "the share it came in"]
    cluster_id: Annotated[Name | None, "the peer's pseudonym of the campaign"]
    technique: Annotated[Name | None, "technique of the catalogue"]
    confidence: Annotated[Small, "the peer's own, 0 to 100"]
    tlp: Annotated[Name, "Traffic Light Protocol 2.0"]
    modified_at: Annotated[Instant, "when the peer last changed it"]
    valid_from: Annotated[Instant, "from when on it holds"]
    valid_until: Annotated[Instant, "when it expires"]
    is_revoked: Annotated[Flag, "the peer took it back"]
    received_at: Annotated[Instant, "when we first saw this version"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerOpinion:
    """What one peer says about an object of another: it was seen, or it is right or wrong."""

    opinion_id: Annotated[Name, "id of the STIX sighting or opinion"]
    member_id: Annotated[Name, "the peer who says so"]
    is_signed: Annotated[Flag, "a key of the circle signed it"]
    about_id: Annotated[Name, "indicator that it is about"]
    stance: Annotated[Small, "2 seen, 1 agreed, 0 neutral, -1 disagreed, -2 strongly"]
    sighting_count: Annotated[Count, "how often it was seen, as the lower end of a band"]
    modified_at: Annotated[Instant, "when it was last changed"]
    is_revoked: Annotated[Flag, "taken back"]
