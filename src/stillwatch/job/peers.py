"""Lets a scan know what peers told us: read, weighed by belief, and met with our own traits."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from stillwatch.catalog.load import Catalog
from stillwatch.crypto.tokens import epoch_key
from stillwatch.io.circles import read_circle
from stillwatch.io.inbox import Told, read_inbox
from stillwatch.io.keys import read_public
from stillwatch.model.cards import LinkCard
from stillwatch.model.circle import Circle
from stillwatch.model.errors import SettingError, SharingError
from stillwatch.pipeline import Inputs
from stillwatch.sharing.belief import Believed, believe
from stillwatch.sharing.disclose import member_keys
from stillwatch.stages.meet import PeerTokens, meet
from stillwatch.stages.traits import kind_id
from stillwatch.verifier.envelope import key_id


def read_peers(peers: Path, circle: Path | None, member: Path | None) -> tuple[Told, Circle, str]:
    """What peers told us, the circle they told it in, and who we are there."""
    if circle is None or member is None:
        lacking = "--circle" if circle is None else "--member"
        raise SettingError("--peers", f"needs {lacking}", "give the circle file and your own key")
    ring = read_circle(circle)
    us = member_keys(ring).get(key_id(read_public(member)))
    if us is None:
        raise SharingError(str(circle), "does not know your key", "add yourself to its members")
    return read_inbox(peers), ring, us


def with_peers(
    inputs: Inputs, told: tuple[Told, Circle, str] | None, catalog: Catalog, as_of: datetime
) -> Inputs:
    """The inputs, with the traits of ours that peers told us of."""
    if told is None:
        return inputs
    inbox, circle, us = told
    believed, _ = believe(inbox.indicators, inbox.opinions, as_of, ourselves=us)
    tokens = tokens_of(believed, circle)
    found = meet(inputs.days["trait_day"], texts(catalog.links), tokens)
    return replace(inputs, side={**inputs.side, "peer_trait": found})


def tokens_of(believed: Sequence[Believed], circle: Circle) -> PeerTokens:
    """Tokens by what they are, with the keys of the epochs they are of."""
    numbers = {
        name: number
        for number, name in enumerate(sorted({name for one in believed for name in one.campaigns}))
    }
    return PeerTokens(
        campaigns={
            (one.kind, one.epoch, one.token): tuple(numbers[name] for name in one.campaigns)
            for one in believed
        },
        told={
            (one.kind, one.epoch, one.token): (
                round(one.credence * 1000),
                one.member_count,
                one.is_corroborated,
            )
            for one in believed
        },
        keys={one.epoch: epoch_key(circle.secret, one.epoch) for one in believed},
    )


def texts(cards: Iterable[LinkCard]) -> dict[str, int]:
    """The links that are met: what accounts ask for, by the small number that traits carry.

    Honest people come with an operator's client, network and parameters far more often than with
    his texts, so what peers say of those is left to private matching and to persons.
    """
    return {card.id: kind_id(card.id) for card in cards if card.family == "content"}
