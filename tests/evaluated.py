"""Judged worlds written by hand, and the benchmark's numbers made of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from stillwatch.evals.bars import bars
from stillwatch.evals.compare import Sample
from stillwatch.evals.figures import worlds_figures
from stillwatch.evals.judge import Hidden, JudgedWorld
from stillwatch.evals.rivals import OURS, rival_figures

KIND, OTHER = "forced_reasoning", "rubric_reward"


def hidden(kind: str, care: str, **changes: Any) -> Hidden:
    """A campaign of ten accounts, all found in one pure campaign after six hours."""
    entries: dict[str, Any] = {
        "kind": kind,
        "care": care,
        "accounts": 10,
        "flagged": 10,
        "own": 10,
        "called": 10,
        "hours": 6.0,
        "haul": 0.005,
        "spent": 120,
        "useful": 100,
        "wanted": 1_000,
        "account_days": 60.0,
    }
    return Hidden(**(entries | changes))


def world(seed: int, care: str, rows: list[tuple[Any, ...]], *campaigns: Hidden) -> JudgedWorld:
    """Rows: label, true campaign, role, flagged, posterior, called, role said, and where listed."""
    whole = [(*row, "")[:8] for row in rows]
    label, campaign, role, flagged, posterior, called, said, listed = zip(*whole, strict=True)
    return JudgedWorld(
        seed=seed,
        care=care,
        exchange_count=50 * len(rows),
        honest_days=3 * sum(not name for name in campaign),
        hostile=np.array([bool(name) for name in campaign]),
        label=label,
        campaign=campaign,
        role=role,
        flagged=np.array(flagged, bool),
        posterior=np.array(posterior, np.float64),
        called=called,
        said_role=said,
        listed=listed,
        hidden=campaigns,
    )


def worlds() -> list[JudgedWorld]:
    """One world a care and one of honest accounts alone.

    The naive campaign is found whole, with one honest bystander; half of the careful one is
    found; nothing of the adaptive one, while two strangers are called a campaign.
    """
    honest = ("casual_chat", "", "customer", False, 0.001, "", "")
    mine = (KIND, f"{KIND}-0", "distiller", True, 0.999, "C-1", "distiller")
    bystander = ("llm_judge", "", "customer", True, 0.99, "C-1", "distiller")
    alone = ("red_team", "", "customer", True, 0.97, "", "distiller")
    wrong = ("student_class", "", "customer", True, 0.98, "C-2", "mixed")
    lost = (OTHER, f"{OTHER}-0", "mixed", False, 0.2, "", "")
    half = (OTHER, f"{OTHER}-0", "mixed", True, 0.97, "C-3", "distiller")
    maybe = (OTHER, f"{OTHER}-0", "mixed", False, 0.5, "", "", "U-1")
    crowd = ("student_class", "", "customer", False, 0.3, "", "", "U-2")
    return [
        world(1, "naive", [honest] * 40 + [mine] * 10 + [bystander], hidden(KIND, "naive")),
        world(
            2,
            "careful",
            [honest] * 36 + [crowd] * 4 + [half] * 5 + [lost] * 2 + [maybe] * 3 + [alone],
            hidden(OTHER, "careful", flagged=5, own=5, called=5, hours=30.0, haul=0.03),
        ),
        world(
            3,
            "adaptive",
            [honest] * 40 + [lost] * 10 + [wrong] * 2,
            hidden(
                OTHER, "adaptive", flagged=0, own=0, called=0, hours=None, haul=1.0,
                spent=500, useful=200, wanted=200,
            ),
        ),
        world(4, "", [honest] * 60),
    ]  # fmt: skip


def share(hits: int, count: int) -> dict[str, Any]:
    """A share as the figures hold it."""
    return {"hits": hits, "count": count, "value": hits / count, "low": 0.0, "high": 1.0}


def figures() -> dict[str, Any]:
    """All numbers of a benchmark, those of long runs by hand."""
    found: dict[str, Any] = {
        "protocol": {"quick": True, "seeds": [1, 2, 3, 4], "texts": "<b>own</b>"}
    }
    found |= worlds_figures(worlds())
    scores = {OURS: np.array([1.9] * 9 + [0.1] * 1_001), "rate_day": np.arange(1_010.0)}
    sample = Sample(
        hostile=np.arange(1_010) < 10,
        kind=(KIND,) * 10 + (None,) * 1_000,
        care=("naive",) * 10 + (None,) * 1_000,
        scores=scores,
    )
    found["baselines"] = rival_figures([sample], (), 2)
    found["pooled"] = {
        "card": "hidden_work",
        "resolves": True,
        "people": share(0, 100),
        "power": {"5": share(4, 10), "10": share(9, 10), "25": share(10, 10)},
        "rows": [],
    }
    found["languages"] = {
        "by_language": {"en": share(0, 100), "ja": share(1, 100)},
        "overlap": True,
    }
    found["held_out"] = {
        "care": "careful",
        "recall": share(7, 10),
        "folds": [{"kinds": [KIND], "recall": share(7, 10), "fpr": share(0, 100)}],
        "by_kind": {KIND: share(7, 10)},
    }
    found["bars"] = bars(found)
    return found
