"""Names the project's bars and says which of them measured numbers meet."""

from collections.abc import Mapping
from typing import Any

MOST_FPR, AIMED_FPR, MOST_CLASS_FPR = 1e-4, 1e-5, 1e-3
LEAST_PRECISION = 0.99
LEAST_RECALL = {"naive": 0.99, "careful": 0.95, "adaptive": 0.80}
LEAST_B_CUBED = 0.95  # of careful operators' campaigns
LEAST_POWER = {5: 0.5, 10: 0.8, 25: 0.99}  # by percent of requests that are work
MOST_POOLED_FPR = 0.003
MOST_HOURS, MOST_HAUL = 24.0, 0.022
MOST_ECE = 0.02
LEAST_ROLES = 0.9

Figures = Mapping[str, Any]
Bar = dict[str, Any]


def bars(figures: Figures) -> list[Bar]:
    """Each bar with what was measured; without a measurement it is neither met nor missed."""
    people = figures["accounts"]
    classes = people["fpr_by_class"]
    worst = max(classes, key=lambda name: classes[name]["value"], default=None)
    found = [
        _most("Honest accounts flagged", people["fpr"]["value"], MOST_FPR, people["fpr"]),
        _most("Honest accounts flagged, the aim", people["fpr"]["value"], AIMED_FPR, people["fpr"]),
        _most(
            f"Most wronged honest class{f' ({worst})' if worst else ''}",
            classes[worst]["value"] if worst else None,
            MOST_CLASS_FPR,
            classes[worst] if worst else None,
        ),
        _least("Precision of flags", _value(people["precision"]), LEAST_PRECISION),
    ]
    found += [
        _least(f"Recall, {care} operators", _value(people["recall_by_care"][care]), least)
        for care, least in LEAST_RECALL.items()
    ]
    found.append(
        _least(
            "B-cubed F1, careful operators", figures["campaigns"]["careful"]["f1"], LEAST_B_CUBED
        )
    )
    found += _pooled(figures.get("pooled"))
    for care, told in figures["time"].items():
        hours, haul = told["median_hours"], told["median_haul"]
        found.append(_time(f"Median hours to detect, {care} operators", hours, MOST_HOURS))
        found.append(_most(f"Median share of the haul gone, {care} operators", haul, MOST_HAUL))
    found.append(
        _most("Expected calibration error", figures["calibration"]["overall"]["ece"], MOST_ECE)
    )
    found.append(_least("Roles right", _value(figures["roles"]["right"]), LEAST_ROLES))
    languages = figures.get("languages")
    found.append(
        _bar(
            "Intervals of all languages overlap",
            "yes",
            None if languages is None else languages["overlap"],
            is_met=None if languages is None else bool(languages["overlap"]),
        )
    )
    return found


def _pooled(pooled: Figures | None) -> list[Bar]:
    """Too few groups to set so strict a threshold leave these bars open."""
    if pooled is not None and not pooled["resolves"]:
        pooled = None
    found = []
    for percent, least in LEAST_POWER.items():
        power = None if pooled is None else pooled["power"][str(percent)]["value"]
        found.append(_least(f"Pooled power, {percent} % of requests are work", power, least))
    wronged = None if pooled is None else pooled["people"]
    found.append(
        _most(
            "Pooled test, groups of unrelated people above",
            None if wronged is None else wronged["value"],
            MOST_POOLED_FPR,
            wronged,
        )
    )
    return found


def _value(share: Figures) -> float | None:
    return float(share["value"]) if share["count"] else None


def _bar(name: str, target: str, measured: Any, *, is_met: bool | None, **more: Any) -> Bar:
    return {"name": name, "target": target, "measured": measured, "is_met": is_met} | more


def _most(name: str, measured: float | None, most: float, share: Figures | None = None) -> Bar:
    more = {} if share is None else {"low": share["low"], "high": share["high"]}
    is_met = None if measured is None else measured <= most
    return _bar(name, f"at most {most:g}", measured, is_met=is_met, **more)


def _least(name: str, measured: float | None, least: float) -> Bar:
    is_met = None if measured is None else measured >= least
    return _bar(name, f"at least {least:g}", measured, is_met=is_met)


def _time(name: str, hours: float | None, most: float) -> Bar:
    """Without a median half of the campaigns were never found, which misses the bar."""
    return _bar(name, f"at most {most:g}", hours, is_met=hours is not None and hours <= most)
