"""Packs what a campaign's charts and account list draw into a few compact columns."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa

from stillwatch.explain import words
from stillwatch.explain.network import Drawing
from stillwatch.model.visible import visible

REASONED_IN_ALL = 25_000  # accounts of a page that carry their reasons; drawn ones always do


class _Sayings:
    """Strings said once and pointed at by number; sentences repeat from account to account."""

    def __init__(self) -> None:
        self.places: dict[tuple[Callable[[str], str], str], int] = {}

    def __call__(self, text: str, spell: Callable[[str], str] = visible) -> int:
        """The number of the text as spelt; the same text is spelt once."""
        return self.places.setdefault((spell, text), len(self.places))

    def spelt(self) -> list[str]:
        """The strings in the order of their numbers."""
        return [spell(text) for spell, text in self.places]


def chart_data(
    detected_at: datetime,
    verdicts: pa.Table,
    drawn: Drawing,
    counts: Sequence[int],
    reasoned_count: int,
) -> dict[str, Any]:
    """Accounts column by column, reasons of those a reader can open, links drawn, counts in time.

    `verdicts` are the accounts that the page carries, strongest first; an account is known by its
    place among them. The drawn ones and the first `reasoned_count` carry their reasons.
    """
    say = _Sayings()
    ids = verdicts.column("account_id").to_pylist()
    place = {account_id: number for number, account_id in enumerate(ids)}
    nodes = sorted(place[account_id] for account_id in drawn.account_ids)
    reasoned = sorted({*nodes, *range(min(reasoned_count, len(ids)))})
    return {
        "accounts": _accounts(verdicts, say),
        "reasons": _reasons(verdicts, reasoned, say),
        "nodes": nodes,
        "links": [
            [
                place[link["account_a"]],
                place[link["account_b"]],
                round(link["bits"], 2),
                [_reason("kind", reason, say) for reason in link["reasons"]],
            ]
            for link in drawn.links
        ],
        "counts": list(counts),
        "detected": detected_at.timestamp(),
        "words": say.spelt(),
    }


def _accounts(verdicts: pa.Table, say: _Sayings) -> dict[str, list[Any]]:
    plain = verdicts.drop_columns(["reasons"])
    columns = {name: plain.column(name).to_pylist() for name in plain.column_names}
    return {
        "id": [visible(account_id, 80) for account_id in columns["account_id"]],
        "posterior": [round(value, 4) for value in columns["posterior"]],
        "bits": [round(value, 2) for value in columns["bits"]],
        "role": [say(role or "") for role in columns["role"]],
        "flagged": [int(flag) for flag in columns["flagged"]],
        "techniques": [[say(name) for name in names] for names in columns["techniques"]],
    }


def _reasons(verdicts: pa.Table, reasoned: list[int], say: _Sayings) -> dict[int, list[list[Any]]]:
    given = verdicts.column("reasons").take(pa.array(reasoned, pa.int64())).to_pylist()
    return {
        number: [_reason("detector", reason, say) for reason in reasons]
        for number, reasons in zip(reasoned, given, strict=True)
    }


def _reason(named: str, reason: Mapping[str, Any], say: _Sayings) -> list[Any]:
    """Title, family, bits, sentence: of a link or of an account alike."""
    return [
        say(reason[named], words.title_of),
        say(reason["family"], words.title_of),
        round(reason["bits"], 2),
        say(reason["sentence"], words.sentence),
    ]
