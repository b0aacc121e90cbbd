"""Independent traffic generator "mimic", from the point of view of an adversarial statistician.

    python make.py --seed S --honest N --care naive|careful|adaptive --days D --out DIR [--texts FOLDER]

Careful and adaptive hostile accounts are copies of randomly chosen honest accounts in every marginal;
only the work itself and its logistics tell (partitioned item lists, common changes, pauses, finite
pools, replacement after bans), and honest crowds share each of those things for innocent reasons.
It imports nothing of Stillwatch on purpose: what it draws must not follow from what is looked for.

It writes exchanges, accounts, account_events, model_releases, and truth and truth_exchanges. The same
seed gives the same bytes.
"""

import argparse
import gc
import time


def main() -> None:
    """Read the arguments, build one world and write its files."""
    ap = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    ap.add_argument("--seed", type=int, required=True)
    ap.add_argument("--honest", type=int, default=1000)
    ap.add_argument("--care", choices=["naive", "careful", "adaptive"], required=True)
    ap.add_argument("--days", type=int, default=7)
    ap.add_argument("--out", required=True)
    ap.add_argument("--texts", default=None)
    a = ap.parse_args()
    t0 = time.perf_counter()
    gc.disable()
    import pyarrow as pa

    pa.set_cpu_count(1)
    from trafficgen import crews, honest, world
    from trafficgen.emit import Emitter
    from trafficgen.writer import write

    w = world.World(
        a.seed * 3 + ["naive", "careful", "adaptive"].index(a.care), a.days, a.honest, a.texts
    )
    honest.build(w)
    crews.build(w, a.care)
    for q in w.queues:
        q.assign(w.nr)
    e = Emitter(w)
    order = list(range(len(w.accs)))
    w.r.shuffle(order)
    for i in order:
        e.account(w.accs[i])
    n, k = write(e, a.out)
    print(
        "%d exchanges (%d attack), %d accounts (%d hostile), %.1f s"
        % (n, k, len(w.accs), sum(x.hostile for x in w.accs), time.perf_counter() - t0)
    )


if __name__ == "__main__":
    main()
