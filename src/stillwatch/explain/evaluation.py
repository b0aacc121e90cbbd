"""Writes evaluation.html: one self-contained page on how good the scan is and where it is not."""

from collections.abc import Mapping
from typing import Any

from stillwatch.explain import evaluation_charts as charts
from stillwatch.explain.assets import environment, still_assets
from stillwatch.explain.evaluation_tables import CARES, figure, rate, said, verdict

Figures = Mapping[str, Any]
LEAST_RECALL = 0.9  # a kind below it is said to be missed
MOST_CLASS_FPR = 1e-3


def evaluation_page(figures: Figures) -> str:
    """The whole page as text; `figures` are what evaluation.json holds."""
    made = environment()
    made.filters |= {"figure": figure, "share": said, "rate": rate, "verdict": verdict}
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
        methods=charts.methods(figures["baselines"]),
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
    """What went wrong, in sentences: kinds missed, classes wronged, rivals that win."""
    missed = []
    for kind, shares in figures["accounts"]["recall_by_kind"].items():
        low = [care for care in CARES if care in shares and shares[care]["value"] < LEAST_RECALL]
        if low:
            told = ", ".join(f"{care} {shares[care]['value']:.0%}" for care in low)
            missed.append(f"{kind.replace('_', ' ')}: {told}")
    wronged = [
        f"{name.replace('_', ' ')}: {rate(share)}"
        for name, share in figures["accounts"]["fpr_by_class"].items()
        if share["value"] > MOST_CLASS_FPR
    ]
    rivals = [
        f"{one['rival'].replace('_', ' ')} in {one['cell']} at {one['at']}: "
        f"{one['theirs']:.1%} against our {one['ours']:.1%}"
        for one in figures["baselines"]["not_beaten"]
    ]
    bars = [
        f"{bar['name']}: {figure(bar['measured'])}, wanted {bar['target']}"
        for bar in figures["bars"]
        if bar["is_met"] is False
    ]
    return {"bars": bars, "kinds": missed, "classes": wronged, "rivals": rivals}
