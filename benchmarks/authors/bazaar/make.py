"""Make one world of traffic as the operator of a large gateway and reseller market sees it.

Written from the point of view of somebody who runs a big gateway and has read the logs of
thousands of small businesses, hobbyists, students and bots, many of which look awful and are
honest. It judges a detector from outside and so imports nothing of Stillwatch, on purpose.
"""

import argparse
import gc
from pathlib import Path

from bazaargen.campaigns import Underworld
from bazaargen.dice import Dice
from bazaargen.fair import Fair
from bazaargen.ledger import Ledger
from bazaargen.market import Market
from bazaargen.texts import Texts


def main() -> None:
    """Read the arguments, make the world, write its tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--honest", type=int, default=4000)
    parser.add_argument("--care", choices=("naive", "careful", "adaptive"), default="careful")
    parser.add_argument("--days", type=int, default=7)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--texts", type=Path)
    args = parser.parse_args()
    gc.disable()  # a short program that makes rows and ends
    market = Market(Dice(args.seed, "market"), args.days, args.texts)
    texts = Texts(args.texts, Dice(args.seed, "texts"))
    ledger = Ledger(market, texts)
    fair = Fair(Dice(args.seed, "fair"), market, texts, ledger)
    fair.run(Dice(args.seed, "honest"), args.honest)
    Underworld(Dice(args.seed, "underworld"), fair, args.care).run(args.honest)
    print(ledger.write(args.out, Dice(args.seed, "ids")))


if __name__ == "__main__":
    main()
