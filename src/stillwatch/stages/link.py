"""Weighs what accounts share: each tie of an account to a trait is worth measured bits.

A trait that `df` of `n` accounts have is log2(n / df) bits rare (the term-frequency adjustment of
Fellegi–Sunter linkage; Fellegi & Sunter 1969, Winkler 2000). What rarity of each kind is worth as
evidence for one operator is not its rarity: unrelated scripts share networks, libraries and
parameters far more often than chance. So `calibrate` measures, for each kind and number of holders,
how much commoner sharing is among accounts of one operator than among unrelated accounts of
similar use, and that is what a tie weighs. Traits that a crowd has are kept apart, with their
size, so that a reader sees why a shared campus address counted for nothing.
"""

import math
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from numba import njit

from stillwatch.model.cards import LinkCard
from stillwatch.model.evidence import LinkBits
from stillwatch.stats.holdings import Holdings
from stillwatch.text.keys import key

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

LEAST_RARITY = 3.0  # what an eighth of all accounts have says nothing about two of them
LEAST_BITS = 0.5  # a weaker kind only costs memory
UNMEASURED = 0.5  # bits per bit of rarity for kinds that were never measured
HOLDER_STEP = 2.0  # doublings
HOLDER_STEPS = 8
SHARE_POWER = 0.1  # what an account did once among a hundred still weighs two thirds
MOST_TIES_OF_A_FAMILY = 64  # the strongest; an account cannot buy time by sharing thousands


@dataclass(frozen=True, slots=True, kw_only=True)
class Ties:
    """Accounts tied to traits, in bits; and the traits that too many accounts have."""

    ties: (
        pa.Table
    )  # account_id, kind_id, family_no, trait_id, account_count, rarity, bits, weight, …
    crowds: pa.Table  # kind_id, trait_id, account_count


def link(
    held: Holdings,
    total: pa.Table,
    cards: Sequence[LinkCard],
    measured: Sequence[LinkBits],
    threads: int,
) -> Ties:
    """Ties of every account in `total`, which is `account_total`."""
    total = total.select(["subject_id", "exchange_count"]).sort_by("subject_id")
    kinds = _kinds(cards, measured)
    kind = np.searchsorted(kinds.id, held.kind)
    kind[kind == len(kinds.id)] = 0
    held_by = np.diff(held.starts)
    shared = np.flatnonzero((held_by >= 2) & (kinds.id[kind] == held.kind))
    kind, held_by = kind[shared], held_by[shared]
    is_crowd = held_by > kinds.crowd[kind]
    rarity = _rarity(len(total), held_by)
    measured_worth = kinds.worth[kind, holder_step(held_by)]
    worth = np.where(np.isnan(measured_worth), UNMEASURED * rarity, measured_worth)
    keep = ~is_crowd & (rarity >= LEAST_RARITY) & (worth >= LEAST_BITS)
    trait = shared[keep]
    traits = pa.table(
        {
            "kind_id": held.kind[trait],
            "family_no": kinds.family_no[kind[keep]],
            "trait_id": held.trait[trait],
            "account_count": held_by[keep],
            "rarity": rarity[keep],
            "binds": kinds.binds[kind[keep]],
            "bits": np.minimum(rarity, worth)[keep],
        }
    )
    crowd = shared[is_crowd]
    return Ties(
        ties=_strongest_ties(held, trait, traits, kinds.is_daily[kind[keep]], total, threads),
        crowds=pa.table(
            {
                "kind_id": held.kind[crowd],
                "trait_id": held.trait[crowd],
                "account_count": held_by[is_crowd],
            }
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kinds:
    """What the cards that link say, by kind in order of id."""

    id: npt.NDArray[np.int32]
    family_no: npt.NDArray[np.int32]
    crowd: Ints
    binds: npt.NDArray[np.bool_]
    is_daily: npt.NDArray[np.bool_]
    worth: Floats  # bits, by kind and step of holders; none where the kind was never measured


def _kinds(cards: Sequence[LinkCard], measured: Sequence[LinkBits]) -> _Kinds:
    families = sorted({card.family for card in cards})
    linking = sorted(((key(c.id) & 0x7FFF_FFFF, c) for c in cards if c.links), key=lambda p: p[0])
    worth = [[_worth(c.id, step, measured) for step in range(HOLDER_STEPS)] for _, c in linking]
    return _Kinds(
        id=np.array([id_ for id_, _ in linking], np.int32),
        family_no=np.array([families.index(c.family) for _, c in linking], np.int32),
        crowd=np.array([c.crowd for _, c in linking], np.int64),
        binds=np.array([c.binds for _, c in linking], np.bool_),
        is_daily=np.array([c.column is not None for _, c in linking], np.bool_),
        worth=np.array(worth, np.float64),
    )


def holder_step(held_by: Ints) -> Ints:
    """The step of so many holders, counted in doublings by `HOLDER_STEP`.

    Holders, not rarity: among twice as many accounts a campaign of two hundred is one bit rarer,
    and a chance pair is one bit less likely to be one operator's. What is left is the same.
    """
    step = np.floor(np.log2(np.maximum(held_by, 1)) / HOLDER_STEP)
    return np.minimum(step, HOLDER_STEPS - 1).astype(np.int64)


def _worth(kind: str, step: int, measured: Sequence[LinkBits]) -> float:
    """Bits of a kind at a step of holders, or at the nearest step that was measured."""
    known = {entry.step: entry.bits for entry in measured if entry.kind == kind}
    if not known:
        return math.nan
    return known[min(known, key=lambda one: (abs(one - step), one))]


def _rarity(population: int, held_by: Ints) -> Floats:
    """log2(n / df), by the C library for each df once: numpy's own differs in the last digit."""
    sizes, which = np.unique(held_by, return_inverse=True)
    of_size = [math.log2(population / size) if population else 0.0 for size in sizes.tolist()]
    return np.array(of_size, np.float64)[which]


def _strongest_ties(
    held: Holdings,
    trait: Ints,
    traits: pa.Table,
    is_daily: npt.NDArray[np.bool_],
    total: pa.Table,
    threads: int,
) -> pa.Table:
    """The ties of each account, in order of account, family, kind and trait."""
    accounts = total.column("subject_id").to_numpy()
    exchanges = total.column("exchange_count").to_numpy().astype(np.float64)
    place = np.full(len(held.accounts), -1, np.int32)
    known = np.flatnonzero(np.isin(held.accounts, accounts))
    place[known] = np.searchsorted(accounts, held.accounts[known])
    ends, tie_trait, tie_count = _by_account(
        held.starts, trait, held.holder, held.count, place, len(accounts)
    )
    family, bits = (traits.column(name).to_numpy() for name in ("family_no", "bits"))

    def of_accounts(span: tuple[int, int]) -> tuple[Ints, Ints, Ints, Floats]:
        ties = (ends, tie_trait, tie_count, *span)
        return _strongest(*ties, exchanges, family, bits, is_daily)  # type: ignore[no-any-return]

    # Cut by rows, because a few accounts have most of them.
    cuts = np.searchsorted(ends, np.linspace(0, len(tie_trait), max(1, threads) + 1)[1:-1])
    edges = [0, *cuts.tolist(), len(accounts)]
    with ThreadPoolExecutor(max_workers=max(1, threads)) as pool:
        parts = list(pool.map(of_accounts, pairwise(edges)))
    account, kept, count, share = (np.concatenate(part) for part in zip(*parts, strict=True))
    return pa.table(
        {
            "account_id": accounts[account],
            **{name: traits.column(name).to_numpy()[kept] for name in traits.column_names},
            "exchange_count": count,
            "share": share,
            "weight": bits[kept] * share**SHARE_POWER,
        }
    )


@njit(nogil=True, cache=True)
def _by_account(starts, trait, holder, count, place, accounts):  # type: ignore[no-untyped-def]
    """The rows of these traits in order of account and trait; accounts without a place are out."""
    ends = np.zeros(accounts, np.int64)
    for t in trait:
        for i in range(starts[t], starts[t + 1]):
            if place[holder[i]] >= 0:
                ends[place[holder[i]]] += 1
    before = 0
    for a in range(accounts):
        before, ends[a] = before + ends[a], before
    out_trait = np.empty(before, np.int32)
    out_count = np.empty(before, np.int32)
    for number in range(len(trait)):
        t = trait[number]
        for i in range(starts[t], starts[t + 1]):
            a = place[holder[i]]
            if a >= 0:
                out_trait[ends[a]] = number
                out_count[ends[a]] = count[i]
                ends[a] += 1
    return ends, out_trait, out_count


@njit(nogil=True, cache=True)
def _strongest(ends, trait, count, first, last, exchanges, family, bits, is_daily):  # type: ignore[no-untyped-def]
    """The strongest ties of each account and family; of equal ones the first traits.

    Rows of an account come in order of trait, so a later tie must be stronger to get in.
    """
    families = family.max() + 1 if len(family) else 0
    most = 0
    for a in range(first, last):
        begin = ends[a - 1] if a else 0
        most += min(ends[a] - begin, families * MOST_TIES_OF_A_FAMILY)
    out_account = np.empty(most, np.int64)
    out_trait = np.empty(most, np.int64)
    out_count = np.empty(most, np.int32)
    out_share = np.empty(most)
    weights = np.empty((families, MOST_TIES_OF_A_FAMILY))
    rows = np.empty((families, MOST_TIES_OF_A_FAMILY), np.int64)
    size = np.zeros(families, np.int64)
    used = 0
    for a in range(first, last):
        begin = ends[a - 1] if a else 0
        for i in range(begin, ends[a]):
            t = trait[i]
            f = family[t]
            share = min(1.0, count[i] / exchanges[a]) if is_daily[t] else 1.0
            weight = bits[t] * share**SHARE_POWER
            at = size[f]
            if at == MOST_TIES_OF_A_FAMILY:
                if weight <= weights[f, at - 1]:
                    continue
                at -= 1
            else:
                size[f] += 1
            while at > 0 and weights[f, at - 1] < weight:
                weights[f, at], rows[f, at] = weights[f, at - 1], rows[f, at - 1]
                at -= 1
            weights[f, at], rows[f, at] = weight, i
        for f in range(families):
            for i in np.sort(rows[f, : size[f]]):
                t = trait[i]
                out_account[used], out_trait[used], out_count[used] = a, t, count[i]
                out_share[used] = min(1.0, count[i] / exchanges[a]) if is_daily[t] else 1.0
                used += 1
            size[f] = 0
    return out_account[:used], out_trait[:used], out_count[:used], out_share[:used]
