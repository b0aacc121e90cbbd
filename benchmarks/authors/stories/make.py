"""Write one world of gateway traffic with known truth.

    make.py --seed 1 --honest 1000 --care careful --days 7 --out DIR [--texts FOLDER]

Written from the point of view of somebody who collects stories: each account is a person, a program
or a crew with a reason to call, and the traffic is what that reason leaves in a gateway's log. It
imports nothing of Stillwatch on purpose, so that what it makes is not shaped by what it is used to
test.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from storygen import crews, honest
from storygen.world import World


def main() -> None:
    p = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    p.add_argument("--seed", type=int, required=True)
    p.add_argument("--honest", type=int, default=1000)
    p.add_argument("--care", choices=("naive", "careful", "adaptive"), default="careful")
    p.add_argument("--days", type=int, default=7)
    p.add_argument("--out", required=True)
    p.add_argument("--texts", default=None)
    a = p.parse_args()
    w = World(a.seed, a.days, a.texts)
    honest.everybody(w, a.honest)
    crews.everybody(w, a.honest, a.care)
    w.everyday_events()
    n, acc, bad = w.write(a.out)
    print(f"{n} exchanges, {acc} accounts ({bad} hostile) -> {a.out}")


if __name__ == "__main__":
    main()
