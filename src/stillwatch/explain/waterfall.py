"""Adds evidence up in the open: reason after reason, then what calibration makes of the sum."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.explain import words
from stillwatch.model.visible import visible

_SUBJECTS = {"cluster": "campaign"}  # a reader knows the cluster by its later name


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One reason before it is added up."""

    detector: str
    family: str
    subject: str
    bits: float
    support: int
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One bar: from the sum so far to the sum after it."""

    title: str
    family: str
    subject: str
    sentence: str
    bits: float
    before: float
    after: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Waterfall:
    """The bars from nothing to the posterior; the last bar is the correction by calibration."""

    steps: tuple[Step, ...]
    evidence_bits: float
    correction: Step
    final_bits: float
    low: float  # ends of the axis; both include zero
    high: float


def waterfall(pieces: Iterable[Piece], posterior: float) -> Waterfall:
    """The reasons, strongest first and those that subtract last, closed by the posterior.

    What the bits add up to and what the posterior says differ by one number: honest traffic is far
    commoner than extraction, and signals partly repeat each other. It is drawn as the last bar.
    """
    ordered = sorted(pieces, key=lambda piece: (-piece.bits, piece.detector, piece.sentence))
    sums = list(accumulate((piece.bits for piece in ordered), initial=0.0))
    steps = tuple(
        Step(
            title=words.title_of(piece.detector),
            family=words.title_of(piece.family),
            subject=_SUBJECTS.get(piece.subject, visible(piece.subject, 60)),
            sentence=words.sentence(piece.sentence),
            bits=piece.bits,
            before=before,
            after=before + piece.bits,
        )
        for piece, before in zip(ordered, sums[:-1], strict=True)
    )
    final = words.bits_of(posterior)
    correction = Step(
        title="Starting odds and calibration",
        family="",
        subject="",
        sentence="Honest traffic is far commoner than extraction, signals partly repeat each "
        "other, and in every log crowds of honest people show some of them; this is the correction "
        "learnt on traffic that the bits were not learnt from, and on the crowds of this log.",
        bits=final - sums[-1],
        before=sums[-1],
        after=final,
    )
    return Waterfall(
        steps=steps,
        evidence_bits=sums[-1],
        correction=correction,
        final_bits=final,
        low=min(0.0, final, *sums),
        high=max(0.0, final, *sums),
    )


def account_pieces(reasons: Iterable[Mapping[str, Any]]) -> list[Piece]:
    """The reasons of one account, as its verdict holds them."""
    return [
        Piece(
            detector=reason["detector"],
            family=reason["family"],
            subject=reason["subject"],
            bits=reason["bits"],
            support=reason["support"],
            sentence=reason["sentence"],
        )
        for reason in reasons
    ]


def campaign_pieces(members: pa.Table) -> dict[str, list[Piece]]:
    """The reasons of each campaign: those of its accounts, averaged over all its accounts.

    `members` are the verdicts that name a campaign. What was measured on the campaign stands in
    every account and keeps its worth; what only some accounts carry counts for as much as the
    accounts that carry it.
    """
    lists = members.column("reasons").combine_chunks()
    parents = pc.list_parent_indices(lists)
    flat = lists.flatten()
    table = pa.table(
        {
            "campaign_id": members.column("campaign_id").take(parents),
            "account_id": members.column("account_id").take(parents),
            "size": pc.abs(pc.struct_field(flat, "bits")),
            **{name: pc.struct_field(flat, name) for name in Piece.__slots__},
        }
    ).sort_by([("size", "descending"), ("account_id", "ascending")])
    grouped = table.group_by(
        ["campaign_id", "detector", "family", "subject"], use_threads=False
    ).aggregate(
        [
            ("bits", "sum"),
            ("support", "sum"),
            ("account_id", "count_distinct"),
            ("sentence", "first"),
        ]
    )
    sizes = {row["values"]: row["counts"] for row in _counts(members)}
    pieces: dict[str, list[Piece]] = {campaign_id: [] for campaign_id in sizes}
    for row in grouped.to_pylist():
        pieces[row["campaign_id"]].append(_mean_piece(row, sizes[row["campaign_id"]]))
    return pieces


def _counts(members: pa.Table) -> list[dict[str, Any]]:
    counted: list[dict[str, Any]] = pc.value_counts(members.column("campaign_id")).to_pylist()
    return counted


def _mean_piece(row: Mapping[str, Any], account_count: int) -> Piece:
    sentence, carried = row["sentence_first"], row["account_id_count_distinct"]
    if row["subject"] != "cluster":
        on = f"On {carried:,} of {words.some(account_count, 'account')}"
        sentence = f"{on}. Strongest: {words.sentence(sentence)}"
    return Piece(
        detector=row["detector"],
        family=row["family"],
        subject=row["subject"],
        bits=row["bits_sum"] / account_count,
        support=row["support_sum"],
        sentence=sentence,
    )
