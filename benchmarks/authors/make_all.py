"""Makes the worlds of other authors: those that the shipped bits were learnt from, or fresh ones.

    python benchmarks/authors/make_all.py learn worlds/learn --texts texts/
    python benchmarks/authors/make_all.py judge worlds/judge --texts texts/

Texts go to odd seeds only, so that half of the worlds stand on each author's own words. Each world
takes half a minute; one that is there already is left alone.
"""

import argparse
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
CARES = ("naive", "careful", "adaptive")
# Author, seed, honest accounts. The sizes are those that the shipped bits were learnt from.
SETS = {
    "learn": (
        *(("pipelines", seed, 6000) for seed in (1, 2)),
        *(("patchwork", seed, 4000) for seed in (1, 2)),
        *(("mimic", seed, 6000) for seed in (1, 2)),
        ("stories", 11, 3500),
        ("stories", 12, 4000),
        *((author, 31, 4000) for author in ("pipelines", "patchwork", "mimic", "stories")),
        *(("ledger", seed, 4000) for seed in (1, 2)),
        *(("bazaar", seed, 4000) for seed in (1, 2)),
    ),
    "judge": tuple(
        (author, seed, 4000)
        for author in ("pipelines", "patchwork", "mimic", "stories", "ledger", "bazaar")
        for seed in (51,)
    ),
}


def main() -> int:
    """Make every world of the set that is not there yet."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("set", choices=sorted(SETS))
    parser.add_argument("out", type=Path)
    parser.add_argument("--texts", type=Path, help="folder of public texts")
    given = parser.parse_args()
    for author, seed, honest in SETS[given.set]:
        for care in CARES:
            folder = given.out / author / f"{care}-{seed}"
            if (folder / "truth.parquet").is_file():
                continue
            words = ["--seed", str(seed), "--honest", str(honest), "--care", care, "--days", "7"]
            if given.texts is not None and seed % 2:
                words += ["--texts", str(given.texts.resolve())]
            made = [sys.executable, "make.py", *words, "--out", str(folder.resolve())]
            print(folder, flush=True)
            subprocess.run(made, cwd=HERE / author, check=True, stdout=subprocess.DEVNULL)
    return 0


if __name__ == "__main__":
    sys.exit(main())
