"""Make one world of LLM API traffic: a messy honest population with distillation campaigns inside it.

    make.py --seed S --honest N --care naive|careful|adaptive --days D --out DIR [--texts FOLDER]

It is written from the point of view of a provider's operations desk, where honest customers are a
patchwork of odd habits: shared networks, shared prompts, resellers, trials, agents and batch jobs
look like campaigns, and campaigns look like them. It imports nothing of Stillwatch on purpose: it
knows only the tables' form, so it can't agree with a detector by sharing its ideas.
"""

import argparse
import sys
import time

from mess import honest, hostile
from mess.world import World


def main() -> None:
    """Read the command line, make the world, write its tables."""
    ap = argparse.ArgumentParser(description=__doc__.partition("\n\nIt is written")[0])
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--honest", type=int, default=1000)
    ap.add_argument("--care", choices=["naive", "careful", "adaptive"], default="careful")
    ap.add_argument("--days", type=int, default=7)
    ap.add_argument("--out", required=True)
    ap.add_argument("--texts")
    a = ap.parse_args()
    began = time.perf_counter()
    w = World(a.seed, a.days, a.texts)
    honest.build(w, a.honest)
    campaigns = hostile.build(w, a.care, a.honest)
    w.emit_all()
    rows, accounts = w.write(a.out)
    made = [(c.kind, c.content, len(c.members)) for c in campaigns]
    print(
        f"{rows} exchanges, {accounts} accounts, {len(campaigns)} campaigns {made}, "
        f"{time.perf_counter() - began:.1f} s",
        file=sys.stderr,
    )


if __name__ == "__main__":
    main()
