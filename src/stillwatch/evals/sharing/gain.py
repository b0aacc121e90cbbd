"""Counts what labs find with and without each other, in one process and without a hub.

    python -m stillwatch.evals.sharing.gain --seeds 841 842 --care careful

Each of three labs shares what its own scan found and every group that it lists, by the doors of
`share` and `receive`; all scan again with what the others told them, answer with sightings, and
scan once more. Counted are the accounts of operators that one of the other labs found or listed,
for of the rest nothing was told; and honest accounts that were flagged with peers and not without.
`three_labs` plays the same over a hub; this is cheaper, so that there may be more worlds.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from statistics import fmean
from typing import Any

import msgspec

from stillwatch.catalog.load import Catalog
from stillwatch.evals.hostile.work import Care
from stillwatch.evals.laboratory import last_exchange
from stillwatch.evals.sharing.labs import (
    CARES,
    Lab,
    answers_of,
    circle_of,
    lab_of,
    make_labs,
    open_lab,
    told_by,
)
from stillwatch.evals.sharing.three_labs import interval
from stillwatch.io.cards import read_catalog
from stillwatch.job.peers import texts, tokens_of
from stillwatch.model.circle import Circle
from stillwatch.model.sharing import PeerIndicator, PeerOpinion
from stillwatch.pipeline import scan
from stillwatch.sharing.belief import believe
from stillwatch.sharing.disclose import LEAST_ACCOUNTS
from stillwatch.stages.meet import meet
from stillwatch.tables.query import Limits

ROUNDS = ("alone", "told", "agreed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What all labs of a world have in common."""

    circle: Circle
    catalog: Catalog
    limits: Limits
    now: datetime


def gain_of(
    seed: int,
    catalog: Catalog,
    limits: Limits,
    *,
    honest: int,
    campaigns: int,
    cares: Sequence[Care],
    uneven: bool,
) -> dict[str, Any]:
    """One world: how many accounts are found alone, when told, and after answers."""
    parts = make_labs(seed, honest_accounts=honest, campaigns=campaigns, cares=cares, uneven=uneven)
    alone = [open_lab(name, traffic, catalog, limits) for name, traffic in parts.items()]
    now = max(last_exchange(lab.seen.inputs) for lab in alone) + timedelta(hours=1)
    here = Circumstances(circle=circle_of(), catalog=catalog, limits=limits, now=now)
    said = {lab.member: told_by(lab, here.circle, catalog, now) for lab in alone}
    heard = {
        lab.member: [row for name, rows in said.items() if name != lab.member for row in rows]
        for lab in alone
    }
    rounds = {"alone": alone}
    opinions: list[PeerOpinion] = []
    for before, after in (("alone", "told"), ("told", "agreed")):
        mine = {
            lab.member: answers_of(lab, heard[lab.member], here.circle) for lab in rounds[before]
        }
        opinions = [one for some in mine.values() for one in some]
        rounds[after] = [
            _again(lab, heard[lab.member], mine[lab.member] if after == "told" else opinions, here)
            for lab in alone
        ]
    return {"seed": seed, **_counted(rounds)}


def _again(
    lab: Lab, told: Sequence[PeerIndicator], opinions: Sequence[PeerOpinion], here: Circumstances
) -> Lab:
    """The lab after a scan that knows what it was told."""
    believed, _ = believe(told, opinions, here.now, ourselves=lab.member)
    inputs = lab.seen.inputs
    found = meet(
        inputs.days["trait_day"], texts(here.catalog.links), tokens_of(believed, here.circle)
    )
    run = scan(
        replace(inputs, side={**inputs.side, "peer_trait": found}),
        here.catalog,
        policy=here.catalog.policies[0],
        as_of=last_exchange(inputs),
        limits=here.limits,
    )
    return lab_of(lab.member, replace(lab.seen, run=run), here.limits)


def _counted(rounds: Mapping[str, Sequence[Lab]]) -> dict[str, Any]:
    """Accounts of operators that another lab told of, and honest ones that peers raised."""
    found = {lab.member: set(_operators(lab).values()) | _listed(lab) for lab in rounds["alone"]}
    counts = dict.fromkeys(("there", *ROUNDS), 0)
    raised: set[str] = set()
    for place, lab in enumerate(rounds["alone"]):
        known = set().union(*(names for member, names in found.items() if member != lab.member))
        counts["there"] += sum(
            bool(row["is_hostile"]) and row["campaign"] in known for row in lab.seen.truth.values()
        )
        for name in ROUNDS:
            mine = _operators(rounds[name][place])
            counts[name] += sum(operator in known for operator in mine.values())
        for name in ROUNDS[1:]:
            raised |= _honest(rounds[name][place]) - _honest(lab)
    return {"accounts": counts, "honest_raised": len(raised)}


def _operators(lab: Lab) -> dict[str, object]:
    """Hostile accounts that are flagged, each with its campaign in truth."""
    return {account: row["campaign"] for account, row in _flagged(lab).items() if row["is_hostile"]}


def _listed(lab: Lab) -> set[object]:
    """Operators of whose accounts a listed group that may be shared has most."""
    keys = {name: key for key, name in lab.seen.inputs.names["account"].items()}
    found = set()
    for one in lab.seen.run.conclusion.candidates:
        whose = Counter(lab.seen.truth[keys[name]]["campaign"] for name in one.account_ids)
        operator, count = whose.most_common(1)[0]
        if one.account_count >= LEAST_ACCOUNTS and 2 * count > one.account_count:
            found.add(operator)
    return found - {None}


def _honest(lab: Lab) -> set[str]:
    return {account for account, row in _flagged(lab).items() if not row["is_hostile"]}


def _flagged(lab: Lab) -> dict[str, Mapping[str, object]]:
    verdicts = lab.seen.run.conclusion.verdicts
    names = verdicts.filter(verdicts.column("flagged")).column("account_id").to_pylist()
    keys = {name: key for key, name in lab.seen.inputs.names["account"].items()}
    return {name: lab.seen.truth[keys[name]] for name in names}


def lines(worlds: Sequence[Mapping[str, Any]]) -> list[str]:
    """The numbers as a person reads them."""
    said = []
    shares = []
    for one in worlds:
        counts = one["accounts"]
        if counts["alone"]:
            shares.append((counts["agreed"] - counts["alone"]) / counts["alone"])
        said.append(
            f"seed {one['seed']}: accounts of operators that another lab told of: "
            f"{counts['there']}; "
            f"found alone {counts['alone']}, told {counts['told']}, after answers "
            f"{counts['agreed']}; honest raised {one['honest_raised']}"
        )
    total = {name: sum(one["accounts"][name] for one in worlds) for name in ("alone", "agreed")}
    whole = total["agreed"] / total["alone"] - 1 if total["alone"] else 0.0
    mean = fmean(shares) if shares else 0.0
    said.append(
        f"more found: {whole:+.1%} of all accounts together; world by world {mean:+.1%}, 95 % "
        f"{interval(shares)}; honest raised {sum(one['honest_raised'] for one in worlds)}"
    )
    return said


def main(words: Sequence[str] | None = None) -> None:
    """Play the worlds and print what was found."""
    given = argparse.ArgumentParser(prog="python -m stillwatch.evals.sharing.gain")
    given.add_argument("--seeds", type=int, nargs="+", required=True)
    given.add_argument("--care", nargs="+", choices=CARES, default=list(CARES))
    given.add_argument("--honest", type=int, default=1_500)
    given.add_argument("--campaigns", type=int, default=4)
    given.add_argument("--uneven", action="store_true", help="two thirds of operators at one lab")
    given.add_argument("--json", action="store_true")
    asked = given.parse_args(words)
    catalog, limits = read_catalog(), Limits(threads=1)
    worlds = []
    for seed in asked.seeds:
        worlds.append(
            gain_of(
                seed, catalog, limits,
                honest=asked.honest, campaigns=asked.campaigns, cares=asked.care,
                uneven=asked.uneven,
            )
        )  # fmt: skip
        sys.stderr.write(lines(worlds[-1:])[0] + "\n")
    said = msgspec.json.encode(worlds).decode() if asked.json else "\n".join(lines(worlds))
    sys.stdout.write(said + "\n")


if __name__ == "__main__":
    main()
