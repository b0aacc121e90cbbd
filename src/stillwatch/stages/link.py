"""Weighs what accounts share: each tie of an account to a trait is worth measured bits.

A trait that `df` of `n` accounts have is log2(n / df) bits rare (the term-frequency adjustment of
Fellegi–Sunter linkage; Fellegi & Sunter 1969, Winkler 2000). What rarity of each kind is worth as
evidence for one operator is not its rarity: unrelated scripts share networks, libraries and
parameters far more often than chance. So `calibrate` measures, for each kind and step of rarity,
how much commoner sharing is among accounts of one operator than among unrelated accounts of
similar use, and that is what a tie weighs. Traits that a crowd has are kept apart, with their
size, so that a reader sees why a shared campus address counted for nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numba import njit

from stillwatch.model.cards import LinkCard
from stillwatch.model.evidence import LinkBits
from stillwatch.tables.query import Limits, Query, run
from stillwatch.text.keys import key

LEAST_RARITY = 3.0  # what an eighth of all accounts have says nothing about two of them
LEAST_BITS = 0.5  # a weaker tie only costs memory
UNMEASURED = 0.5  # bits per bit of rarity for kinds that were never measured
RARITY_STEP = 2.0
RARITY_STEPS = 8
MOST_TIES_OF_A_FAMILY = 24  # the strongest; an account cannot buy time by sharing thousands


@dataclass(frozen=True, slots=True, kw_only=True)
class Ties:
    """Accounts tied to traits, in bits; and the traits that too many accounts have."""

    ties: pa.Table  # account_id, kind_id, family_no, trait_id, account_count, rarity, bits, …
    crowds: pa.Table  # kind_id, trait_id, account_count


def link(
    tables: Mapping[str, pa.Table],
    cards: Sequence[LinkCard],
    measured: Sequence[LinkBits],
    limits: Limits,
) -> Ties:
    """Ties of every account, from `trait` (window totals) and `account_total`."""
    families = sorted({card.family for card in cards})
    linking = [card for card in cards if card.links]
    kinds = pa.table(
        {
            "kind_id": pa.array([key(c.id) & 0x7FFF_FFFF for c in linking], pa.int32()),
            "family_no": pa.array([families.index(c.family) for c in linking], pa.int32()),
            "crowd": pa.array([c.crowd for c in linking], pa.int32()),
            "binds": pa.array([c.binds for c in linking]),
            "is_daily": pa.array([c.column is not None for c in linking]),
        }
    )
    steps = [(c, step) for c in linking for step in range(RARITY_STEPS)]
    worth = pa.table(
        {
            "kind_id": pa.array([key(c.id) & 0x7FFF_FFFF for c, _ in steps], pa.int32()),
            "step": pa.array([step for _, step in steps], pa.int32()),
            "bits": pa.array([_worth(c.id, step, measured) for c, step in steps]),
        }
    )
    total = tables["account_total"]
    given = {"trait": tables["trait"], "subject_total": total, "kinds": kinds, "worth": worth}
    results = run(given, _QUERIES, limits)
    traits, subjects = _numbered(results["worthwhile"], "trait_no"), _numbered(total, "account_no")
    given = {"worthwhile": traits, "trait": tables["trait"], "subjects": subjects}
    held = run(given, (_HELD,), limits)["held"]
    return Ties(ties=_strongest_ties(held, traits, total), crowds=results["crowds"])


def _worth(kind: str, step: int, measured: Sequence[LinkBits]) -> float:
    """Bits of a kind at a step of rarity, or at the nearest step that was measured."""
    known = {entry.step: entry.bits for entry in measured if entry.kind == kind}
    if not known:
        return UNMEASURED * RARITY_STEP * (step + 0.5)
    return known[min(known, key=lambda one: (abs(one - step), one))]


def _numbered(table: pa.Table, name: str) -> pa.Table:
    return table.append_column(name, pa.array(np.arange(len(table), dtype=np.int32)))


def _strongest_ties(held: pa.Table, traits: pa.Table, total: pa.Table) -> pa.Table:
    """The ties of each account, in order of account, family, kind and trait."""
    account, trait = (held.column(n).to_numpy() for n in ("account_no", "trait_no"))
    count = held.column("exchange_count").to_numpy()
    family = traits.column("family_no").to_numpy()
    bits, is_daily = (traits.column(n).to_numpy() for n in ("bits", "is_daily"))
    exchanges = total.column("exchange_count").to_numpy()
    share = np.where(is_daily[trait], np.minimum(1.0, count / exchanges[account]), 1.0)
    ends = np.cumsum(np.bincount(account, minlength=len(total)))
    keep = np.zeros(len(account), np.bool_)
    by_account = np.empty(len(account), np.int64)
    weight = bits[trait] * np.sqrt(share)
    _strongest(account, ends, family[trait], trait, weight, by_account, keep)
    kept = np.flatnonzero(keep)
    kept = kept[np.lexsort((trait[kept], family[trait[kept]], account[kept]))]
    chosen = traits.take(pa.array(trait[kept]))
    names = ("kind_id", "family_no", "trait_id", "account_count", "rarity", "binds", "bits")
    return pa.table(
        {
            "account_id": total.column("subject_id").take(pa.array(account[kept])),
            **{name: chosen.column(name) for name in names},
            "exchange_count": count[kept],
            "share": share[kept],
        }
    )


@njit(nogil=True, cache=True)
def _strongest(account, ends, family, trait, weight, by_account, keep):  # type: ignore[no-untyped-def]
    """Mark the strongest ties of each account and family; of equal ones the first traits."""
    place = np.empty(len(ends), np.int64)
    for a in range(len(ends)):
        place[a] = ends[a - 1] if a else 0
    for i in range(len(account)):
        by_account[place[account[i]]] = i
        place[account[i]] += 1
    start = 0
    for end in ends:
        rows = by_account[start:end]
        start = end
        for here in np.unique(family[rows]):
            mine = rows[family[rows] == here]
            if len(mine) <= MOST_TIES_OF_A_FAMILY:
                keep[mine] = True
                continue
            least = np.sort(weight[mine])[-MOST_TIES_OF_A_FAMILY]
            room = MOST_TIES_OF_A_FAMILY - np.sum(weight[mine] > least)
            last = np.sort(trait[mine[weight[mine] == least]])[room - 1]
            for i in mine:
                keep[i] = weight[i] > least or (weight[i] == least and trait[i] <= last)


_QUERIES = (
    Query(
        name="frequency",
        key=(),
        sql="""
        with held as (
            select kind_id, trait_id, count(*) as account_count
            from trait group by kind_id, trait_id having count(*) >= 2
        ),
        population as (select count(*) as n from subject_total)
        select h.kind_id, h.trait_id, k.family_no, k.crowd, k.is_daily, k.binds, h.account_count,
               log2(cast(p.n as double) / h.account_count) as rarity
        from held h join kinds k on h.kind_id = k.kind_id cross join population p
        """,
    ),
    Query(
        name="crowds",
        key=("kind_id", "trait_id"),
        sql="""
        select kind_id, trait_id, account_count from frequency where account_count > crowd
        """,
    ),
    Query(
        name="worthwhile",
        key=("kind_id", "trait_id"),
        sql=f"""
        select f.kind_id, f.trait_id, f.family_no, f.is_daily, f.binds, f.account_count, f.rarity,
               least(f.rarity, w.bits) as bits
        from frequency f
        join worth w on w.kind_id = f.kind_id
            and w.step = cast(least(floor(f.rarity / {RARITY_STEP}), {RARITY_STEPS - 1}) as integer)
        where f.account_count <= f.crowd and f.rarity >= {LEAST_RARITY}
            and w.bits >= {LEAST_BITS}
        """,
    ),
)

_HELD = Query(
    name="held",
    key=(),
    sql="""
    select s.account_no, w.trait_no, t.exchange_count
    from worthwhile w
    join trait t on t.kind_id = w.kind_id and t.trait_id = w.trait_id
    join subjects s on s.subject_id = t.account_id
    """,
)
