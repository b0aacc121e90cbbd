"""Measures how many bits a peer's word is worth, on worlds that several labs see in part.

    python -m stillwatch.evals.sharing.worth --out src/stillwatch/catalog/peers.json

Every lab shares the campaigns that its own scan finds, and meets what the others share with its own
traffic, with what it saw of it in campaigns of its own: accounts of the same operators, honest
accounts that have a shared thing by chance, and the lies of a member who names honest people in
every world. All findings are fitted together, as `calibrate` does, and only those on peers' words
are kept; nothing of it is set by hand but the ceiling `MOST_BITS`.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import msgspec
import pyarrow as pa

from stillwatch.catalog.load import Catalog
from stillwatch.evals.calibrate import examples_of, weighed
from stillwatch.evals.fit import Examples
from stillwatch.evals.laboratory import Observed, last_exchange
from stillwatch.evals.sharing.labs import (
    Lab,
    answers_of,
    circle_of,
    make_labs,
    open_lab,
    told_by,
)
from stillwatch.evals.sharing.lies import lie
from stillwatch.io.cards import read_catalog
from stillwatch.job.peers import texts, tokens_of
from stillwatch.model.evidence import Bits
from stillwatch.sharing.belief import believe
from stillwatch.stages.detect import detect
from stillwatch.stages.features import build_features
from stillwatch.stages.meet import meet
from stillwatch.stages.score import PEERS
from stillwatch.tables.query import Limits

LEARN_SEEDS = (601, 602, 603, 604, 651, 652)
READ = ["detector_id", "subject_kind", "subject_id", "level"]
# From even odds to nine to one, which is the alert level: peers may settle what our own evidence
# holds likelier than not, and nothing that it does not.
MOST_BITS = 3.17


def main(words: Sequence[str] | None = None) -> None:
    """Print what was measured, and write it where asked."""
    given = argparse.ArgumentParser(prog="python -m stillwatch.evals.sharing.worth")
    given.add_argument("--out", type=Path)
    given.add_argument("--honest", type=int, default=3_000)
    given.add_argument("--campaigns", type=int, default=4)
    given.add_argument("--threads", type=int, default=1)
    args = given.parse_args(words)
    catalog = read_catalog()
    limits = Limits(threads=args.threads)
    learnt = _examples(catalog, LEARN_SEEDS, args.honest, args.campaigns, limits)
    found = weighed(Bits(), learnt, catalog.detectors)
    bits = peers_alone(found, catalog)
    for one in bits.level:
        sys.stdout.write(
            f"{one.detector:22} {one.subject:8} level {one.level}: {one.bits:6.2f} bits "
            f"[{one.low:.2f}, {one.high:.2f}], seen on {one.attack_count} attacking and "
            f"{one.honest_count} honest\n"
        )
    if args.out is not None:
        args.out.write_bytes(msgspec.json.format(msgspec.json.encode(bits), indent=1) + b"\n")


def peers_alone(found: Bits, catalog: Catalog) -> Bits:
    """What peers' words are worth: at most the ceiling, and nothing where it may be nothing.

    Nobody is believed alone, whatever one member's word was measured to be worth: that of a
    member who lies tomorrow was not among the worlds.
    """
    theirs = {card.id: card.beside_own for card in catalog.detectors if card.family == PEERS}
    return Bits(
        measured_on="worlds seen by three labs, with a fourth member who lies",
        seeds=[*LEARN_SEEDS],
        level=[
            replace(
                one,
                bits=min(one.bits, MOST_BITS) if one.low > 0 and not theirs[one.detector] else 0.0,
            )
            for one in found.level
            if one.detector in theirs
        ],
    )


def _examples(
    catalog: Catalog, seeds: Sequence[int], honest: int, campaigns: int, limits: Limits
) -> dict[str, Examples]:
    def seen() -> Iterator[Observed]:
        for seed in seeds:
            sys.stderr.write(f"world {seed}\n")
            yield from told_labs(seed, catalog, honest, campaigns, limits)

    return examples_of(seen())


def told_labs(
    seed: int, catalog: Catalog, honest: int, campaigns: int, limits: Limits
) -> Iterator[Observed]:
    """Every lab of a world, with what detectors say of what the others told it."""
    circle = circle_of()
    parts = make_labs(seed, honest_accounts=honest, campaigns=campaigns)
    labs = [open_lab(name, traffic, catalog, limits) for name, traffic in parts.items()]
    now = max(last_exchange(lab.seen.inputs) for lab in labs) + timedelta(hours=1)
    told = {lab.member: told_by(lab, circle, catalog, now) for lab in labs}
    for lab in labs:
        rows = [row for member, some in told.items() if member != lab.member for row in some]
        rows += lie(lab, circle, catalog, now)
        seen = answers_of(lab, rows, circle)
        believed, _ = believe(rows, seen, now, ourselves=lab.member)
        tokens = tokens_of(believed, circle)
        met = meet(lab.seen.inputs.days["trait_day"], texts(catalog.links), tokens)
        signals = pa.concat_tables(
            [lab.seen.run.signals.select(READ), _signals(lab, met, catalog, limits)]
        )
        yield replace(lab.seen, run=replace(lab.seen.run, signals=signals))


def _signals(lab: Lab, met: pa.Table, catalog: Catalog, limits: Limits) -> pa.Table:
    """What the detectors of peers' words say, without scanning all over again."""
    known = lab.seen.run.features
    given = dict(known) | {"peer_trait": met, "subject_total": known["account_total"]}
    names = ("account_peer", "cluster_peer")
    cards = [card for card in catalog.features if card.id in names]
    features = given | build_features(given, cards, limits).tables
    theirs = [card for card in catalog.detectors if card.family == PEERS]
    parts = [
        detect(
            features,
            theirs,
            subject_kind=kind,
            columns=lab.seen.inputs.columns,
            methods={},
            limits=limits,
        ).table
        for kind in ("account", "cluster")
    ]
    return pa.concat_tables(parts).select(READ)


if __name__ == "__main__":
    main()
