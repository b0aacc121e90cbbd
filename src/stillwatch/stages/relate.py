"""Writes out the links: which two accounts belong together, and each reason in bits and words."""

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa

from stillwatch.model.cards import LinkCard
from stillwatch.model.findings import Link
from stillwatch.tables.query import Limits, Query, run
from stillwatch.tables.schema import schema_of


def relate(
    pairs: pa.Table,
    ties: pa.Table,
    kinds: pa.Table,
    cards: Sequence[LinkCard],
    names: Mapping[int, str],
    limits: Limits,
) -> pa.Table:
    """One row a pair, ordered by account names; of each evidence family only the best reason."""
    by_id = {card.id: card for card in cards}
    found = run({"pairs": pairs, "ties": ties, "kinds": kinds}, _QUERIES, limits)["reasons"]
    a = found.column("account_a").to_numpy()
    b = found.column("account_b").to_numpy()
    millibits = np.round(found.column("bits").to_numpy() * 1000).astype(np.int64)
    kind = found.column("kind").to_pylist()
    struct = schema_of(Link).field("reasons").type.value_type
    reasons = pa.StructArray.from_arrays(
        [
            pa.array(kind, pa.string()),
            pa.array([by_id[id_].family for id_ in kind], pa.string()),
            pa.array(millibits / 1000),
            pa.array([by_id[id_].sentence for id_ in kind], pa.string()),
        ],
        fields=list(struct),
    )
    starts = np.flatnonzero(np.r_[True, (a[1:] != a[:-1]) | (b[1:] != b[:-1])]) if len(a) else a
    offsets = np.append(starts, len(a)).astype(np.int32)
    total = np.add.reduceat(millibits, starts) if len(a) else millibits
    first = [names[key] for key in a[starts].tolist()]
    second = [names[key] for key in b[starts].tolist()]
    swap = [x > y for x, y in zip(first, second, strict=True)]
    table = pa.table(
        {
            "account_a": [y if s else x for x, y, s in zip(first, second, swap, strict=True)],
            "account_b": [x if s else y for x, y, s in zip(first, second, swap, strict=True)],
            "bits": total / 1000,
            "reasons": pa.ListArray.from_arrays(pa.array(offsets), reasons),
        },
        schema=schema_of(Link),
    )
    return table.sort_by([("account_a", "ascending"), ("account_b", "ascending")])


_QUERIES = (
    # A query of its own: joining the ties of both accounts at once would pair all with all.
    Query(
        name="of_first",
        key=(),
        sql="""
        select p.account_a, p.account_b, x.kind_id, x.trait_id, x.family_no, x.bits
        from pairs p join ties x on x.account_id = p.account_a
        """,
    ),
    Query(
        name="reasons",
        key=("account_a", "account_b", "family_no"),
        sql="""
        with common as (
            select f.account_a, f.account_b, k.kind, f.family_no, max(f.bits) as bits
            from of_first f
            join ties y on y.account_id = f.account_b
                and y.kind_id = f.kind_id and y.trait_id = f.trait_id
            join kinds k on k.kind_id = f.kind_id
            group by f.account_a, f.account_b, k.kind, f.family_no
        ),
        ranked as (
            select account_a, account_b, kind, family_no, bits,
                   row_number() over (
                       partition by account_a, account_b, family_no order by bits desc, kind
                   ) as position
            from common
        )
        select account_a, account_b, kind, family_no, bits from ranked where position = 1
        """,
    ),
)
