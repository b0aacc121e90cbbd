"""Lists the template pieces that each account uses most, as keys: what families are made of."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.text.keys import key

PIECES = ("template", "head24", "tail24", "system", "head8", "tail8")


def templates_of(traits: pa.Table) -> dict[int, tuple[int, ...]]:
    """Pieces by account, the most used first; ties by key, so that equal inputs give equal lists.

    Reads the table `trait`, which holds what accounts of clusters show of each kind of link.
    """
    kinds = pa.array([key(name) & 0x7FFF_FFFF for name in PIECES], pa.int32())
    found = traits.filter(pc.is_in(traits.column("kind_id"), kinds))
    account, piece, count = (
        found.column(name).to_numpy() for name in ("account_id", "trait_id", "exchange_count")
    )
    order = np.lexsort((piece, -count.astype(np.int64), account))
    out: dict[int, list[int]] = {}
    for one, what in zip(account[order].tolist(), piece[order].tolist(), strict=True):
        mine = out.setdefault(one, [])
        if what not in mine:
            mine.append(what)
    return {one: tuple(mine[:8]) for one, mine in out.items()}
