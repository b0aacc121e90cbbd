"""Measures the active tests and prints their bars: `python -m stillwatch.evals.proof.active`."""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from stillwatch.evals.measures import share_of
from stillwatch.evals.proof.haul import world
from stillwatch.evals.proof.laundering import ALPHAS as INNOCENT_ALPHAS
from stillwatch.evals.proof.laundering import CONDITIONS, TESTS, guilty, innocents
from stillwatch.evals.proof.student import Shape
from stillwatch.evals.proof.suspects import (
    ALPHAS,
    Rates,
    attribution,
    canary_rates,
    most_rejected,
    watermark_rates,
)
from stillwatch.forensics.power import Setting, power

LEAST_POWER = 0.70
WORLD, GUILTY, INNOCENT, PLAYED = 21, 201, 202, 7  # seeds; nothing was tuned on them
UPTAKES = (0.05, 0.1, 0.2, 0.4)
NAMING = 0.01  # the alpha at which power on students is told

Figures = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """How much is played."""

    suspects: int = 10_000
    simulations: int = 1000
    hauls: int = 6
    innocents: int = 8
    keys: int = 500


QUICK = Protocol(suspects=400, simulations=100, hauls=1, innocents=2, keys=50)


def measure(protocol: Protocol, tell: Callable[[str], None]) -> Figures:
    """Every number of the active tests, as values that JSON can hold."""
    tell("innocent suspects against canaries")
    figures: Figures = {"protocol": asdict(protocol)}
    figures["canary"] = _rates(canary_rates(protocol.suspects, PLAYED))
    tell("innocent suspects against a watermark")
    figures["watermark"] = _rates(watermark_rates(protocol.suspects, PLAYED))
    tell("one leaking account of twenty")
    named = attribution(max(100, protocol.suspects // 10), PLAYED)
    figures["attribution"] = {
        "suspects": named.suspects,
        "named": {str(one): count for one, count in named.named.items()},
        "wrongly_named": {str(one): count for one, count in named.wrongly_named.items()},
    }
    tell("power of canaries")
    figures["power"] = [_power(setting, protocol.simulations) for setting in _settings()]
    place = world(WORLD, Shape())
    found, wrong = guilty(place, GUILTY, protocol.hauls, CONDITIONS, tell)
    figures["students"] = found
    figures["other_units"] = {
        str(alpha): {"count": len(wrong), "rejected": sum(p <= alpha for p in wrong)}
        for alpha in INNOCENT_ALPHAS
    }
    innocent = innocents(place, INNOCENT, protocol.innocents, protocol.keys, tell)
    figures["innocents"] = _rates(Rates(innocent.students * innocent.keys, innocent.rejected))
    figures["bars"] = bars(figures)
    return figures


def _settings() -> list[Setting]:
    main = [Setting(uptake=uptake) for uptake in UPTAKES]
    learnt = [Setting(uptake=uptake, how="learnt") for uptake in UPTAKES]
    fewer = [Setting(uptake=uptake, canaries=20) for uptake in UPTAKES]
    skewed = [Setting(uptake=0.1, taste=taste) for taste in (0.1, 0.5, 5.0, 50.0)]
    return [*main, *learnt, *fewer, *skewed]


def _power(setting: Setting, simulations: int) -> Figures:
    found = power(setting, PLAYED, simulations)
    return asdict(setting) | asdict(found) | {"standard_error": found.standard_error}


def _rates(rates: Rates) -> Figures:
    return {
        "suspects": rates.suspects,
        "rejected": {
            way: {str(alpha): count for alpha, count in of.items()}
            for way, of in rates.rejected.items()
        },
    }


def bars(figures: Figures) -> list[Figures]:
    """Each bar with its target, what was measured, and whether it is met."""
    found = []
    for test in ("canary", "watermark"):
        for way in ("p", "e"):
            found += _type_one(f"{test}, {way}", figures[test], way, ALPHAS)
    naive = figures["watermark"]["rejected"]["without de-duplication"]["0.01"]
    suspects = figures["watermark"]["suspects"]
    found.append(
        {
            "name": "watermark without de-duplication fails at alpha 0.01",
            "target": f"more than {most_rejected(suspects, 0.01) / suspects:.4f}",
            "measured": naive / suspects,
            "is_met": naive > most_rejected(suspects, 0.01),
        }
    )
    main = next(one for one in figures["power"] if one["uptake"] == 0.1 and one["how"] == "spread")
    for way in ("by_p", "by_e"):
        found.append(
            {
                "name": f"canary power {way}, 40 x 16, 10 % uptake, alpha .001",
                "target": f"at least {LEAST_POWER:.2f}",
                "measured": main[way],
                "is_met": main[way] >= LEAST_POWER,
            }
        )
    told = figures["attribution"]
    wrong = {"suspects": told["suspects"], "rejected": {"wrong": told["wrongly_named"]}}
    found += _type_one("another account named", wrong, "wrong", ALPHAS)
    for test in TESTS:
        found += _type_one(
            f"innocent students, {test}", figures["innocents"], test, INNOCENT_ALPHAS
        )
    return found


def _type_one(name: str, figures: Figures, way: str, alphas: Sequence[float]) -> list[Figures]:
    suspects = figures["suspects"]
    return [
        {
            "name": f"type I of {name}, alpha {alpha:g}",
            "target": f"at most {most_rejected(suspects, alpha) / suspects:.5f}",
            "measured": figures["rejected"][way][str(alpha)] / suspects,
            "is_met": figures["rejected"][way][str(alpha)] <= most_rejected(suspects, alpha),
        }
        for alpha in alphas
    ]


def lines(figures: Figures) -> list[str]:
    """The numbers as a person reads them."""
    said = ["Bars of the active tests", ""]
    for bar in figures["bars"]:
        mark = "met   " if bar["is_met"] else "MISSED"
        said.append(f"{mark}  {bar['name']}: {bar['measured']:.5f} ({bar['target']})")
    said += ["", "Power of canaries, simulated: by p, by e, canaries until it stops"]
    for one in figures["power"]:
        said.append(
            f"  {one['canaries']} x {one['variants']}, {one['how']} {one['uptake']:.0%}, taste "
            f"{one['taste']:g}: {one['by_p']:.3f}  {one['by_e']:.3f}  {one['canaries_until_stop']}"
        )
    said += ["", f"Students really trained: share named at alpha {NAMING:g}, and the median p"]
    for name, tests in figures["students"].items():
        said.append(f"  {name}")
        for test, p_values in tests.items():
            named = share_of(sum(one <= NAMING for one in p_values), len(p_values))
            said.append(
                f"    {test}: {named.hits} of {named.count} [{named.low:.2f}, {named.high:.2f}], "
                f"median p {float(np.median(p_values)):.2g}"
            )
    for alpha, told in figures["other_units"].items():
        said.append(
            f"  units that fed nobody, alpha {alpha}: {told['rejected']} of {told['count']} named"
        )
    return said


def main(words: Sequence[str] | None = None) -> int:
    """Measure, print, and say by the exit code whether every bar is met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few minutes less, coarser")
    parser.add_argument("--json", action="store_true", help="print values, not lines")
    asked = parser.parse_args(words)
    figures = measure(
        QUICK if asked.quick else Protocol(),
        lambda line: print(line, file=sys.stderr),  # noqa: T201
    )
    if asked.json:
        import json

        sys.stdout.write(json.dumps(figures, indent=1) + "\n")
    else:
        sys.stdout.write("\n".join(lines(figures)) + "\n")
    return 0 if all(bar["is_met"] for bar in figures["bars"]) else 1


if __name__ == "__main__":
    sys.exit(main())
