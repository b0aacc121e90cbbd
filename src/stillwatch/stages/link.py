"""Weighs what accounts share: each tie of an account to a trait is worth bits by its rarity.

Fellegi–Sunter with term frequencies: two accounts that share a trait which `df` of `n` accounts
have are log2(m · n / df) bits likelier to be one operator than two strangers, where m is the
measured share of same-operator pairs that have this kind in common (Fellegi & Sunter 1969;
Winkler 2000 for the frequency adjustment). Traits that a crowd has are kept apart, with their
size, so that a reader sees why a shared campus address counted for nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from stillwatch.model.cards import LinkCard
from stillwatch.model.evidence import LinkBits
from stillwatch.tables.query import Limits, Query, run
from stillwatch.text.keys import key

LEAST_BITS = 3.0  # a weaker tie only costs memory: it can never decide where an account belongs
MOST_TIES_OF_A_FAMILY = 24  # the best ones; an account cannot buy time by sharing thousands
DEFAULT_SAME_OPERATOR_SHARE = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ties:
    """Accounts tied to traits, in bits; and the traits that too many accounts have."""

    ties: pa.Table  # account_id, kind_id, family_no, trait_id, bits, exchange_count, share
    crowds: pa.Table  # kind_id, trait_id, account_count


def link(
    tables: Mapping[str, pa.Table],
    cards: Sequence[LinkCard],
    measured: Sequence[LinkBits],
    limits: Limits,
) -> Ties:
    """Ties of every account, from `trait` (window totals) and `account_total`."""
    share = {entry.kind: entry.same_operator_share for entry in measured}
    families = sorted({card.family for card in cards})
    linking = [card for card in cards if card.links]
    kinds = pa.table(
        {
            "kind_id": pa.array([key(c.id) & 0x7FFF_FFFF for c in linking], pa.int32()),
            "family_no": pa.array([families.index(c.family) for c in linking], pa.int32()),
            "crowd": pa.array([c.crowd for c in linking], pa.int32()),
            "prior_bits": pa.array(
                [float(np.log2(share.get(c.id, DEFAULT_SAME_OPERATOR_SHARE))) for c in linking]
            ),
        }
    )
    results = run(
        {"trait": tables["trait"], "subject_total": tables["account_total"], "kinds": kinds},
        _QUERIES,
        limits,
    )
    return Ties(ties=results["ties"], crowds=results["crowds"])


_QUERIES = (
    Query(
        name="frequency",
        key=(),
        sql="""
        select t.kind_id, t.trait_id, k.family_no, k.crowd, k.prior_bits,
               count(*) as account_count
        from trait t join kinds k on t.kind_id = k.kind_id
        group by t.kind_id, t.trait_id, k.family_no, k.crowd, k.prior_bits
        having count(*) >= 2
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
        name="weights",
        key=(),
        sql="""
        with population as (select count(*) as n from subject_total)
        select f.kind_id, f.trait_id, f.family_no, f.account_count,
               log2(cast(p.n as double) / f.account_count) + f.prior_bits as bits
        from frequency f cross join population p
        where f.account_count <= f.crowd
        """,
    ),
    Query(
        name="ties",
        key=("account_id", "family_no", "kind_id", "trait_id"),
        sql=f"""
        with all_ties as (
            select t.account_id, w.kind_id, w.family_no, w.trait_id, w.bits, w.account_count,
                   t.exchange_count, cast(t.exchange_count as double) / s.exchange_count as share,
                   row_number() over (
                       partition by t.account_id, w.family_no
                       order by w.bits desc, t.exchange_count desc, w.kind_id, w.trait_id
                   ) as position
            from weights w
            join trait t on t.kind_id = w.kind_id and t.trait_id = w.trait_id
            join subject_total s on s.subject_id = t.account_id
            where w.bits >= {LEAST_BITS}
        )
        select account_id, kind_id, family_no, trait_id, bits, account_count, exchange_count, share
        from all_ties where position <= {MOST_TIES_OF_A_FAMILY}
        """,
    ),
)
