"""Measures whether a lying member raises any honest account above the alert level.

    python -m stillwatch.evals.sharing.poison

Each lab of each world is scanned without peers, with honest peers, and with peers among whom one
lies: he names what as many of the lab's own honest accounts share as our rules let through, floods
the circle with made-up campaigns, lies after he earned a name with the target's own campaigns,
repeats what the others say so that it seems that two saw it, and, worse than the bar asks, has a
second member lie alike. An account is wronged by a lie when it is flagged with it, and neither
without peers nor with the honest ones alone; a hostile one is hidden when it is flagged without
peers and not with them.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from stillwatch.catalog.load import Catalog
from stillwatch.evals.laboratory import last_exchange
from stillwatch.evals.sharing.labs import (
    LABS,
    LIAR,
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
from stillwatch.model.circle import Circle
from stillwatch.model.sharing import PeerIndicator
from stillwatch.pipeline import scan
from stillwatch.sharing.belief import believe
from stillwatch.stages.meet import meet
from stillwatch.tables.query import Limits

SEEDS = (704, 705, 706)
SECOND = "lab-e"
FLOOD = 25
LYING = ("a liar", "a liar who floods", "a liar who earned a name", "a liar who repeats others")


@dataclass(frozen=True, slots=True, kw_only=True)
class Flagged:
    """Accounts at or above the alert level, told apart by the truth."""

    hostile: frozenset[str]
    honest: frozenset[str]


def main(words: Sequence[str] | None = None) -> None:
    """Print, lie by lie, how many honest accounts were wronged."""
    given = argparse.ArgumentParser(prog="python -m stillwatch.evals.sharing.poison")
    given.add_argument("--honest", type=int, default=2_000)
    given.add_argument("--campaigns", type=int, default=4)
    given.add_argument("--seeds", type=int, nargs="+", default=list(SEEDS))
    given.add_argument("--threads", type=int, default=1)
    args = given.parse_args(words)
    catalog, limits = read_catalog(), Limits(threads=args.threads)
    totals: dict[str, list[int]] = {}
    for seed in args.seeds:
        for lab, feeds in each_lab(seed, catalog, args.honest, args.campaigns, limits):
            _add(totals, lab, feeds, catalog, limits)
        sys.stderr.write(f"world {seed}\n")
    sys.stdout.write(f"{len(args.seeds)} worlds of {len(LABS)} labs\n")
    for name, (hostile, honest, wronged, by_lies, hidden) in totals.items():
        sys.stdout.write(
            f"{name:28} hostile accounts flagged {hostile:5} (hidden {hidden}), honest {honest:3}, "
            f"of them not without peers {wronged:3}, nor with honest peers {by_lies:3}\n"
        )
    wronged = sum(totals[name][3] for name in LYING)
    sys.stdout.write(f"bar: honest accounts raised by a lying member: {wronged} (bar 0)\n")


def each_lab(
    seed: int, catalog: Catalog, honest: int, campaigns: int, limits: Limits
) -> list[tuple[Lab, dict[str, list[PeerIndicator]]]]:
    """Every lab of a world, with what it is told in every case."""
    circle = circle_of((*LABS, LIAR, SECOND))
    parts = make_labs(seed, honest_accounts=honest, campaigns=campaigns)
    labs = [open_lab(name, traffic, catalog, limits) for name, traffic in parts.items()]
    now = max(last_exchange(lab.seen.inputs) for lab in labs) + timedelta(hours=1)
    told = {lab.member: told_by(lab, circle, catalog, now) for lab in labs}
    found = []
    for lab in labs:
        true = [row for member, some in told.items() if member != lab.member for row in some]
        others = [one for one in labs if one.member != lab.member]
        found.append((lab, feeds_of(lab, others, true, circle, catalog, now)))
    return found


def feeds_of(
    lab: Lab,
    others: Sequence[Lab],
    true: list[PeerIndicator],
    circle: Circle,
    catalog: Catalog,
    now: datetime,
) -> dict[str, list[PeerIndicator]]:
    """What the lab is told: nothing, the truth, and the truth with lies of several sizes."""
    one = lie(lab, circle, catalog, now)
    echo = [row for other in others for row in told_by(other, circle, catalog, now, as_=LIAR)]
    return {
        "no peers": [],
        "honest peers": true,
        "a liar": [*true, *one],
        "a liar who floods": [*true, *lie(lab, circle, catalog, now, campaigns=FLOOD)],
        "a liar who earned a name": [*true, *one, *told_by(lab, circle, catalog, now, as_=LIAR)],
        "a liar who repeats others": [*true, *echo],
        "two who lie alike": [*true, *one, *lie(lab, circle, catalog, now, liar=SECOND)],
    }


def _add(
    totals: dict[str, list[int]],
    lab: Lab,
    feeds: Mapping[str, list[PeerIndicator]],
    catalog: Catalog,
    limits: Limits,
) -> None:
    found = {name: flagged(lab, rows, catalog, limits) for name, rows in feeds.items()}
    for name, one in found.items():
        total = totals.setdefault(name, [0, 0, 0, 0, 0])
        total[0] += len(one.hostile)
        total[1] += len(one.honest)
        total[2] += len(one.honest - found["no peers"].honest)
        # What a lie does, apart from what the truth beside it does.
        total[3] += len(one.honest - found["no peers"].honest - found["honest peers"].honest)
        total[4] += len(found["no peers"].hostile - one.hostile)


def flagged(lab: Lab, rows: Sequence[PeerIndicator], catalog: Catalog, limits: Limits) -> Flagged:
    """Who is flagged when the lab is told this."""
    inputs = lab.seen.inputs
    run = lab.seen.run
    if rows:
        circle = circle_of((*LABS, LIAR, SECOND))
        now = max(row.received_at for row in rows)
        seen = answers_of(lab, rows, circle)
        believed, _ = believe(rows, seen, now, ourselves=lab.member)
        day = inputs.days["trait_day"]
        met = meet(day, texts(catalog.links), tokens_of(believed, circle))
        told = replace(inputs, side={**inputs.side, "peer_trait": met})
        run = scan(
            told, catalog, policy=catalog.policies[0], as_of=last_exchange(inputs), limits=limits
        )
    verdicts = run.conclusion.verdicts
    names = verdicts.filter(verdicts.column("flagged")).column("account_id").to_pylist()
    keys = {name: key for key, name in inputs.names["account"].items()}
    hostile = {name for name in names if lab.seen.truth[keys[name]]["is_hostile"]}
    return Flagged(hostile=frozenset(hostile), honest=frozenset(names) - hostile)


if __name__ == "__main__":
    main()
