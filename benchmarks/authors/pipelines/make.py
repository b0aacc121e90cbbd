#!/usr/bin/env python
"""Make one world of honest and hostile LLM traffic. Same arguments, same bytes.

make.py --seed S --honest N --care naive|careful|adaptive --days D --out DIR [--texts FOLDER]

It is written from the point of view of the people who run distillation pipelines: a scheduler
hands a queue of work items to a pool of accounts, template versions come in batches, and pools are
banned and replaced. On purpose it imports nothing of Stillwatch, so that what a detector looks for
and what this generator does come from different heads.
"""

import argparse
import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).absolute().parent))
os.environ.setdefault("OMP_NUM_THREADS", "1")


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--honest", type=int, default=1000)
    p.add_argument("--care", choices=["naive", "careful", "adaptive"], default="careful")
    p.add_argument("--days", type=int, default=7)
    p.add_argument("--out", required=True)
    p.add_argument("--texts", default="")
    o = p.parse_args()
    import pyarrow as pa

    pa.set_cpu_count(1)
    from gen import honest, hostile
    from gen.templates import Template
    from gen.world import World

    s = time.perf_counter()
    w = World(o.seed, o.honest, o.days, o.care, o.out, o.texts)
    w.tools_harness = [Template(w.r, "agent", place="system") for _ in range(5)]
    honest.build(w)
    h = w.rows
    hostile.build(w)
    w.write()
    print(
        f"{len(w.accounts)} accounts ({sum(a.hostile for a in w.accounts)} hostile), {w.rows} exchanges "
        f"({h} by honest accounts), {time.perf_counter() - s:.1f} s",
        file=sys.stderr,
    )


if __name__ == "__main__":
    main()
