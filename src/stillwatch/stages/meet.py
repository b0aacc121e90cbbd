"""Finds which of our traits peers told us of, by making the tokens that they would have made."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.crypto.tokens import trace_tokens

MOST_SHARE = 0.02  # of our accounts; what more of them have tells nobody apart, whoever says so
LEAST_CROWD = 60  # accounts, however few there are: an operator's may be many of a small lab's


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerTokens:
    """What peers told us, as far as it is believed, and the keys that tokens are made with."""

    told: Mapping[tuple[str, int, str], tuple[int, int, bool]]  # kind, epoch, token → belief
    keys: Mapping[int, bytes]  # epoch → key of the circle
    campaigns: Mapping[tuple[str, int, str], tuple[int, ...]]  # token → peers' campaigns, by number

    @property
    def kinds(self) -> list[tuple[str, int]]:
        """Kinds and epochs that any token is of."""
        return sorted({(kind, epoch) for kind, epoch, _ in self.told})


def peer_schema() -> pa.Schema:
    """Columns of the traits that peers told us of."""
    return pa.schema(
        [
            ("kind_id", pa.int32()),
            ("trait_id", pa.int64()),
            ("millicredence", pa.int32()),
            ("member_count", pa.int32()),
            ("is_corroborated", pa.bool_()),
            ("campaigns", pa.list_(pa.int64())),
        ]
    )


def meet(trait_day: pa.Table, kinds: Mapping[str, int], peers: PeerTokens) -> pa.Table:
    """Our traits that peers told us of, each once, with the best that is believed of it.

    What many of our accounts have is left out: a peer who names it errs, or wants us to.
    """
    most = max(LEAST_CROWD, MOST_SHARE * pc.count_distinct(trait_day.column("account_id")).as_py())
    best: dict[tuple[int, int], tuple[int, int, bool]] = {}
    campaigns: dict[tuple[int, int], set[int]] = {}
    for kind in sorted({kind for kind, _ in peers.kinds} & set(kinds)):
        traits = held_by_few(trait_day, kinds[kind], most)
        for epoch in sorted({epoch for other, epoch in peers.kinds if other == kind}):
            if epoch not in peers.keys:
                continue
            made = trace_tokens(peers.keys[epoch], kind, traits)
            for trait, token in zip(traits, made, strict=True):
                belief = peers.told.get((kind, epoch, token))
                if belief is not None:
                    key = kinds[kind], trait
                    best[key] = max(best.get(key, (0, 0, False)), belief)
                    campaigns.setdefault(key, set()).update(peers.campaigns[kind, epoch, token])
    rows = [(*key, *belief, sorted(campaigns[key])) for key, belief in sorted(best.items())]
    columns = list(zip(*rows, strict=True)) or [()] * len(peer_schema())
    return pa.table([list(one) for one in columns], schema=peer_schema())


def held_by_few(trait_day: pa.Table, kind: int, most: float) -> list[int]:
    """The traits of one kind that no more accounts have than so many."""
    mine = trait_day.filter(pc.equal(trait_day.column("kind_id"), kind))
    pairs = np.unique(
        np.column_stack([mine.column(name).to_numpy() for name in ("trait_id", "account_id")]),
        axis=0,
    )
    traits, holders = np.unique(pairs[:, 0], return_counts=True)
    found: list[int] = traits[holders <= most].tolist()
    return found
