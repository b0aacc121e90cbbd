"""Writes evaluation.html: one self-contained page on how good the scan is and where it is not."""

from collections.abc import Mapping, Sequence
from typing import Any

from stillwatch.explain import evaluation_charts as charts
from stillwatch.explain.assets import environment, still_assets
from stillwatch.explain.evaluation_tables import CARES, figure, measured, rate, said, verdict

Figures = Mapping[str, Any]
LEAST_RECALL = 0.9  # a kind below it is said to be missed
MOST_CLASS_FPR = 1e-3
SHOWN = 4


def evaluation_page(figures: Figures) -> str:
    """The whole page as text; `figures` are what evaluation.json holds."""
    methods = figures["baselines"]["methods"]
    rates = list(methods[0]["at"])
    made = environment()
    made.filters |= {
        "figure": figure,
        "share": said,
        "rate": rate,
        "verdict": verdict,
        "measured": measured,
    }
    return made.get_template("evaluation.html.jinja").render(
        told=figures,
        cares=CARES,
        assets=still_assets("templates/evaluation.css"),
        headline=headline(figures),
        negative=negative(figures),
        heat=heat(figures["accounts"]["recall_by_kind"]),
        classes=charts.classes(figures["accounts"]["fpr_by_class"]),
        reliability=charts.reliability(figures["calibration"]),
        detection=charts.detection(figures["time"]),
        methods=[(at, charts.methods(figures["baselines"], at)) for at in (rates[0], rates[-1])],
        method_head=["Method", *[f"Recall at {at}" for at in rates], "Best F1"],
        method_rows=[
            [
                one["title"],
                *[said(one["at"][at]["recall"]) for at in rates],
                figure(one["best_f1"]),
            ]
            for one in methods
        ],
    )


def headline(figures: Figures) -> str:
    """How many bars are met, in a sentence."""
    bars = [bar for bar in figures["bars"] if bar["is_met"] is not None]
    met = sum(bar["is_met"] for bar in bars)
    return f"{met} of {len(bars)} bars are met"


def heat(kinds: Figures) -> list[dict[str, Any]]:
    """Recall of each kind by care, with a step from 0 to 10 that colours its cell."""
    return [
        {
            "kind": kind,
            "cells": [
                {"step": int(10 * shares[care]["value"]), **shares[care]}
                if care in shares
                else None
                for care in CARES
            ],
        }
        for kind, shares in kinds.items()
    ]


def negative(figures: Figures) -> dict[str, list[str]]:
    """What went wrong beside bars: kinds missed, classes wronged, rivals that win."""
    missed = []
    for kind, shares in figures["accounts"]["recall_by_kind"].items():
        low = [care for care in CARES if care in shares and shares[care]["value"] < LEAST_RECALL]
        if low:
            told = ", ".join(f"{care} {shares[care]['value']:.1%}" for care in low)
            missed.append(f"{kind.replace('_', ' ')}: {told}")
    wronged = [
        f"{name.replace('_', ' ')}: {rate(share)}"
        for name, share in figures["accounts"]["fpr_by_class"].items()
        if share["value"] > MOST_CLASS_FPR
    ]
    rivals = _rivals(figures["baselines"]["not_beaten"])
    return {"kinds": missed, "classes": wronged, "rivals": rivals}


def _rivals(not_beaten: Sequence[Figures]) -> list[str]:
    """A line for each rival: where it is ahead, and where it is no worse."""
    lines = []
    for name in dict.fromkeys(one["rival"] for one in not_beaten):
        mine = [one for one in not_beaten if one["rival"] == name]
        ahead = [one for one in mine if one["theirs"] > one["ours"]]
        shown = [
            f"{one['cell']} at {one['at']} ({one['theirs']:.1%} against {one['ours']:.1%})"
            for one in ahead[:SHOWN]
        ]
        more = f" and {len(ahead) - SHOWN} more" if len(ahead) > SHOWN else ""
        won = f"ahead in {', '.join(shown)}{more}; " if ahead else ""
        lines.append(f"{name.replace('_', ' ')}: {won}equal in {len(mine) - len(ahead)} cells")
    return lines
