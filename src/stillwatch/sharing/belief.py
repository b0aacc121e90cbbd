"""Says what peers' indicators are worth believing: nobody's word counts for more than it proved.

A member's reputation is the share of its campaigns that others confirmed, by a sighting or by the
same indicator of their own; it begins low, is learnt from campaigns and not from indicators, so
that nobody earns it by flooding, and nobody confirms himself. An indicator's credence is its
members' reputations together, less what decays with time and what others dispute. It counts when
two members stand behind it who each think it likelier than not, or when we saw it in a campaign of
our own; nobody is believed alone.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from stillwatch.model.sharing import PeerIndicator, PeerOpinion
from stillwatch.sharing.inward import SEEN

# A newcomer is believed as if one of its four campaigns had been confirmed (Laplace's rule with a
# doubting prior); the numbers say how fast a reputation moves, not what an indicator is worth.
PRIOR_CONFIRMED, PRIOR_ALL = 1.0, 4.0
HALF_LIFE_DAYS = 30.0
LEAST_CREDENCE = 0.05
MOST_OF_ONE = 5_000  # live indicators of one member; a flood beyond it is not looked at
LEAST_BEHIND = 2
LEAST_SURE = 50  # of 100; who thinks it likelier that he errs does not stand behind a token
LEAST_TRUE = 0.5  # of a campaign's tokens, before the campaign gathers anything
SECONDS_A_DAY = 86_400.0
US = "us"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reputation:
    """What a member's word has proved to be worth."""

    member_id: str
    campaign_count: int
    confirmed_count: int
    disputed_count: int
    worth: float  # from 0 to 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Believed:
    """A token, and how far it is believed."""

    kind: str
    epoch: int
    token: str
    credence: float  # from 0 to 1
    member_count: int
    is_corroborated: bool  # two members, or we ourselves
    campaigns: tuple[str, ...]  # of members, that it was seen in, as far as they are believed


Key = tuple[str, int, str]


def believe(
    indicators: Iterable[PeerIndicator],
    opinions: Iterable[PeerOpinion],
    as_of: datetime,
    *,
    ourselves: str,
) -> tuple[tuple[Believed, ...], tuple[Reputation, ...]]:
    """Tokens that are alive and believed at all, and the reputation of every member.

    `ourselves` is our own id in the circle: what we signed is our own evidence.
    """
    live = _live(indicators, as_of, ourselves)
    said = _said(opinions, {one.indicator_id: one.member_id for one in live}, ourselves)
    behind = _behind(live, said)
    worth = {one.member_id: one for one in _reputations(live, said, behind)}
    by_key: dict[Key, list[PeerIndicator]] = defaultdict(list)
    for one in live:
        by_key[key_of(one)].append(one)
    counts = {key for key, people in behind.items() if US in people or len(people) >= LEAST_BEHIND}
    whole = _whole(live, counts)
    found = []
    for key, mine in sorted(by_key.items()):
        doubt = 1.0
        told: dict[str, float] = {}
        for one in mine:
            age = max(0.0, (as_of - one.modified_at).total_seconds() / SECONDS_A_DAY)
            weight = worth[one.member_id].worth * 0.5 ** (age / HALF_LIFE_DAYS)
            weight *= one.confidence / 100
            told[one.member_id] = max(told.get(one.member_id, 0.0), weight)
        for weight in told.values():
            doubt *= 1.0 - weight
        disputed = 1.0
        for member in _disputing(mine, said):
            disputed *= 1.0 - (
                1.0 if member == US else worth[member].worth if member in worth else 0
            )
        credence = (1.0 - doubt) * disputed
        if credence >= LEAST_CREDENCE:
            people = behind[key]
            found.append(
                Believed(
                    kind=key[0],
                    epoch=key[1],
                    token=key[2],
                    credence=round(credence, 6),
                    member_count=len(people - {US}),
                    is_corroborated=key in counts,
                    campaigns=tuple(sorted({campaign_of(one) for one in mine} & whole)),
                )
            )
    return tuple(found), tuple(sorted(worth.values(), key=lambda one: one.member_id))


def key_of(one: PeerIndicator) -> Key:
    """What an indicator is about, whoever says it."""
    return one.kind, one.epoch or 0, one.token


def campaign_of(one: PeerIndicator) -> str:
    """The campaign of its member in which it was seen."""
    return f"{one.member_id} {one.cluster_id or one.indicator_id}"


def _whole(live: Iterable[PeerIndicator], counts: set[Key]) -> set[str]:
    """Campaigns most of whose tokens count: a few true ones among made-up ones join strangers."""
    told: Counter[str] = Counter()
    good: Counter[str] = Counter()
    for one in live:
        told[campaign_of(one)] += 1
        good[campaign_of(one)] += key_of(one) in counts
    return {name for name, count in told.items() if good[name] >= LEAST_TRUE * count}


def _live(
    indicators: Iterable[PeerIndicator], as_of: datetime, ourselves: str
) -> list[PeerIndicator]:
    """Signed tokens of others that hold at this time, each member's newest up to the limit."""
    kept: Counter[str] = Counter()
    found = []
    for one in sorted(indicators, key=lambda i: (-i.modified_at.timestamp(), i.indicator_id)):
        is_ours = not one.is_signed or one.epoch is None or one.member_id == ourselves
        if is_ours or one.is_revoked or not one.valid_from <= as_of < one.valid_until:
            continue
        kept[one.member_id] += 1
        if kept[one.member_id] <= MOST_OF_ONE:
            found.append(one)
    return found


def _said(
    opinions: Iterable[PeerOpinion], author: Mapping[str, str], ourselves: str
) -> dict[str, dict[str, int]]:
    """What others think of each indicator, its author left out: indicator → member → stance."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for one in sorted(opinions, key=lambda o: (o.modified_at, o.opinion_id)):
        if not one.is_signed or one.is_revoked or author.get(one.about_id) in (None, one.member_id):
            continue
        member = US if one.member_id == ourselves else one.member_id
        mine = found[one.about_id]
        # A sighting stands until its author disputes what he saw.
        mine[member] = one.stance if one.stance < 0 else max(one.stance, mine.get(member, 0))
    return found


def _behind(
    live: Sequence[PeerIndicator], said: Mapping[str, Mapping[str, int]]
) -> dict[Key, set[str]]:
    """Who stands behind each token: who says it, and who saw it."""
    found: dict[Key, set[str]] = defaultdict(set)
    for one in live:
        if one.confidence >= LEAST_SURE:
            found[key_of(one)].add(one.member_id)
        found[key_of(one)] |= {
            m for m, stance in said.get(one.indicator_id, {}).items() if stance >= SEEN
        }
    return found


def _disputing(mine: Iterable[PeerIndicator], said: Mapping[str, Mapping[str, int]]) -> set[str]:
    return {m for one in mine for m, s in said.get(one.indicator_id, {}).items() if s < 0}


def _reputations(
    live: Sequence[PeerIndicator],
    said: Mapping[str, Mapping[str, int]],
    behind: Mapping[Key, set[str]],
) -> list[Reputation]:
    """Of each member's campaigns, those that somebody else confirmed or disputed."""
    campaigns: dict[str, set[str]] = defaultdict(set)
    confirmed: dict[str, set[str]] = defaultdict(set)
    disputed: dict[str, set[str]] = defaultdict(set)
    for one in live:
        campaign = campaign_of(one)
        campaigns[one.member_id].add(campaign)
        others = behind[key_of(one)] - {one.member_id}
        if others:
            confirmed[one.member_id].add(campaign)
        if any(stance < 0 for stance in said.get(one.indicator_id, {}).values()):
            disputed[one.member_id].add(campaign)
    found = []
    for member, mine in campaigns.items():
        good, bad = len(confirmed[member] - disputed[member]), len(disputed[member])
        worth = (PRIOR_CONFIRMED + good) / (PRIOR_ALL + good + 2 * bad)
        found.append(
            Reputation(
                member_id=member,
                campaign_count=len(mine),
                confirmed_count=good,
                disputed_count=bad,
                worth=round(worth, 6),
            )
        )
    return found
