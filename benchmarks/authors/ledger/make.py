"""Write one made-up log, seen by a billing-and-abuse analyst of an API provider.

He knows honest customers as people and firms with a job, a budget and a calendar, and hostile
operators as small companies that minimise cost per useful answer. This programme imports nothing
of Stillwatch on purpose: its idea of traffic must stay independent of the detector's authors.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from ledgergen.groups import populate
from ledgergen.operators import infest
from ledgergen.world import World
from ledgergen.write import write


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--honest", type=int, default=1000)
    parser.add_argument("--care", choices=("naive", "careful", "adaptive"), required=True)
    parser.add_argument("--days", type=float, default=7.0)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--texts", type=Path)
    args = parser.parse_args()
    world = World(args.seed, args.days, args.texts)
    populate(world, args.honest)
    infest(world, args.care, args.honest)
    write(world, args.out)
    hostile = sum(a.campaign is not None for a in world.accounts)
    print(f"{len(world.rows)} exchanges, {len(world.accounts)} accounts, {hostile} hostile")


if __name__ == "__main__":
    main()
