"""`stillwatch receive members`: what each member's word has proved to be worth, and how it came."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from stillwatch.io import clock
from stillwatch.job.peers import read_peers
from stillwatch.sharing.belief import believe, key_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The answer for a machine and for a person."""

    as_json: Mapping[str, Any]
    in_words: str


def members(peers: Path, *, circle: Path, member: Path, as_of: datetime | None = None) -> Told:
    """The reputation of every member that told us something that is alive."""
    inbox, _, us = read_peers(peers, circle, member)
    now = as_of or clock.now()
    believed, known = believe(inbox.indicators, inbox.opinions, now, ourselves=us)
    counts = {(one.kind, one.epoch, one.token) for one in believed if one.is_corroborated}
    alive = {(one.kind, one.epoch, one.token) for one in believed}
    said = Counter(one.member_id for one in inbox.indicators if key_of(one) in alive)
    heard = Counter(one.member_id for one in inbox.indicators if key_of(one) in counts)
    lines = [
        f"{one.member_id}: {_word(one.campaign_count, 'campaign')} alive, {one.confirmed_count} "
        f"confirmed by others, {one.disputed_count} disputed; {said[one.member_id]} tokens, of "
        f"which {heard[one.member_id]} count; worth {one.worth:.2f}"
        for one in known
    ]
    lines.append(
        "A token counts when two members stand behind it, or when we saw it in a campaign of ours."
    )
    return Told(
        as_json={
            "members": [
                {**asdict(one), "tokens": said[one.member_id], "counting": heard[one.member_id]}
                for one in known
            ]
        },
        in_words="\n".join(lines if known else ["Nobody has told us anything that is alive."]),
    )


def _word(count: int, name: str) -> str:
    return f"{count} {name}" + ("" if count == 1 else "s")
