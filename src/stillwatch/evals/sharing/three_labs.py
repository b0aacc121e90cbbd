"""Plays three labs and a hub: `python -m stillwatch.evals.sharing.three_labs`.

One lab shares what its scan found; the others look for the same operators in their own traffic,
answer, and look once more when each other's answers are in. Printed are the seconds from the share
to the answers, the accounts of those operators that are found with and without sharing, the days of
traffic after which the evidence on the accounts found both times sufficed, had the share been there
as soon as the first lab's own evidence sufficed, the honest accounts raised, and what a search of
every wire and store finds that should not be there.
"""

import argparse
import math
import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from stillwatch.evals.hostile.work import Care
from stillwatch.evals.sharing.exercise import opened, play
from stillwatch.evals.sharing.labs import CARES
from stillwatch.evals.sharing.leak_test import can_fail, leak_test

SEEDS = (731, 732, 733, 734)
SECONDS, MORE, SOONER = 60.0, 0.30, 0.50
T95 = {1: 12.71, 2: 4.30, 3: 3.18, 4: 2.78, 5: 2.57, 6: 2.45, 7: 2.36}  # Student's t, 95 %
Figures = dict[str, Any]


def one(
    seed: int,
    honest: int,
    campaigns: int,
    tell: Callable[[str], None],
    *,
    is_signed: bool,
    cares: Sequence[Care] = CARES,
) -> Figures:
    """One exercise, played in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="three-labs-") as name:
        folder = Path(name)
        opening = opened(folder, seed, honest, campaigns, is_signed=is_signed, cares=cares)
        with opening as (rooms, wires):
            played = play(rooms, tell)
        tell("every wire and every store is searched")
        return {
            "seed": seed,
            **played,
            "leaks": leak_test(rooms, wires, folder / "hub"),
            "planted_and_found": can_fail(rooms, wires),
        }


def summary(figures: Sequence[Figures]) -> Figures:
    """All exercises together, with what the bars ask for."""
    told = [each for each in figures if each["operators"]]  # else there was nothing to share
    seconds = [value for each in told for value in each["seconds_to_confirm"]]
    sightings = [value for each in told for value in each["sightings"]]
    shares = [value for each in figures if (value := _more(each["accounts"])) is not None]
    counts = {
        name: sum(each["accounts"][name] for each in figures)
        for name in ("there", "alone", "told", "agreed")
    }
    leaks = sum(len(each["leaks"]["found"]) for each in figures)
    finds = all(all(each["planted_and_found"].values()) for each in figures)
    more = statistics.fmean(shares) if shares else 0.0
    waits = [each["days_to_evidence"] for each in figures if each["days_to_evidence"]["alone"]]
    sooner = [1 - one["agreed"] / one["alone"] for one in waits]
    earlier = statistics.fmean(sooner) if sooner else 0.0
    return {
        "accounts": counts,
        "nothing_to_share": len(figures) - len(told),
        "more_found": round(more, 4),
        "more_found_interval": interval(shares),
        "sooner": round(earlier, 4),
        "sooner_interval": interval(sooner),
        "honest_raised": sum(each["honest_raised"] for each in figures),
        "bars": [
            _bar(f"seconds from the share to the last answer, under {SECONDS:g}",
                 max(seconds, default=math.inf), max(seconds, default=math.inf) < SECONDS),
            _bar("every lab answers with a sighting",
                 min(sightings, default=0), min(sightings, default=0) > 0),
            _bar(f"accounts found with sharing, at least {MORE:.0%} more or {SOONER:.0%} sooner",
                 f"{more:+.1%}, {earlier:.1%} sooner", more >= MORE or earlier >= SOONER),
            _bar("honest accounts raised, 0",
                 sum(each["honest_raised"] for each in figures),
                 not any(each["honest_raised"] for each in figures)),
            _bar("found where it must not be, 0", leaks, leaks == 0),
            _bar("what is planted is found", "yes" if finds else "no", finds),
        ],
    }  # fmt: skip


def _bar(name: str, measured: object, is_met: bool) -> Figures:  # noqa: FBT001 - one word a bar
    return {"name": name, "measured": measured, "is_met": is_met}


def _more(accounts: Figures) -> float | None:
    alone, agreed = accounts["alone"], accounts["agreed"]
    return None if alone == 0 else (agreed - alone) / alone


def interval(values: Sequence[float]) -> tuple[float, float] | None:
    """The mean's interval of 95 % over seeds; None of fewer than two."""
    if len(values) < 2:
        return None
    half = T95.get(len(values) - 1, 2.0) * statistics.stdev(values) / math.sqrt(len(values))
    mean = statistics.fmean(values)
    return round(mean - half, 4), round(mean + half, 4)


def lines(figures: Sequence[Figures], whole: Figures) -> list[str]:
    """The numbers as a person reads them."""
    said = []
    for each in figures:
        counts, leaks = each["accounts"], each["leaks"]
        said.append(
            f"seed {each['seed']}: {each['operators']} operators found by lab-a, "
            f"{each['objects_shared']} objects shared in {each['seconds_to_share']} s; sightings "
            f"{each['sightings']} after {each['seconds_to_confirm']} s (a scan takes "
            f"{each['seconds_of_a_scan']} s; both labs together used "
            f"{each['cpu_seconds_to_confirm']} s of processors from the share to the answers)"
        )
        said.append(
            f"  their accounts at lab-b and lab-c: {counts['there']}; found alone "
            f"{counts['alone']}, told {counts['told']}, after answers {counts['agreed']}; honest "
            f"raised {each['honest_raised']}; days until the evidence sufficed, alone and after "
            f"answers {each['days_to_evidence']}"
        )
        said.append(
            f"  searched {leaks['bytes']:,} bytes of {leaks['files']} files for "
            f"{sum(n['identifiers'] for n in leaks['looked_for'].values()):,} identifiers and "
            f"{sum(n['8 words of a prompt'] for n in leaks['looked_for'].values()):,} runs of 8 "
            f"words: {len(leaks['found'])} found"
        )
        said += [f"    {one['file']}: {one['what']} of {one['of']}" for one in leaks["found"][:10]]
    for bar in whole["bars"]:
        mark = "met   " if bar["is_met"] else "MISSED"
        said.append(f"  {mark}  {bar['name']}: {bar['measured']}")
    if whole["nothing_to_share"]:
        said.append(f"  worlds in which lab-a found nothing to share: {whole['nothing_to_share']}")
    said.append(
        f"  95 % over seeds: more found {whole['more_found_interval']}, sooner "
        f"{whole['sooner_interval']}"
    )
    return said


def main(words: Sequence[str] | None = None) -> int:
    """Play, print, and say by the exit code whether every bar is met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=list(SEEDS))
    parser.add_argument("--honest", type=int, default=1_500, help="honest accounts of all labs")
    parser.add_argument("--campaigns", type=int, default=4)
    parser.add_argument(
        "--care",
        nargs="+",
        choices=CARES,
        help="how much operators hide; without it, each as it comes",
    )
    parser.add_argument("--unsigned", action="store_true", help="a hub that checks no seals")
    parser.add_argument("--json", action="store_true", help="print values, not lines")
    asked = parser.parse_args(words)

    def tell(line: str) -> None:
        sys.stderr.write(line + "\n")

    figures = []
    for seed in asked.seeds:
        tell(f"seed {seed}")
        figures.append(
            one(
                seed, asked.honest, asked.campaigns, tell,
                is_signed=not asked.unsigned, cares=asked.care or CARES,
            )
        )  # fmt: skip
    whole = summary(figures)
    if asked.json:
        said = msgspec.json.encode({"exercises": figures, **whole}).decode()
    else:
        said = "\n".join(lines(figures, whole))
    sys.stdout.write(said + "\n")
    return 0 if all(bar["is_met"] for bar in whole["bars"]) else 1


if __name__ == "__main__":
    sys.exit(main())
