"""Judges the worlds of other authors: one row of figures each, because authors differ most."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from stillwatch.catalog.load import Catalog
from stillwatch.evals.figures import of_care, share, worlds_figures
from stillwatch.evals.judge import CARES, JudgedWorld, judged
from stillwatch.evals.laboratory import observe
from stillwatch.evals.measures import honest_threshold, share_of
from stillwatch.evals.recorded import Recorded, traffics
from stillwatch.model.errors import SettingError
from stillwatch.tables.query import Limits

ONE_IN = 1e-3  # of honest accounts

Tell = Callable[[str, int, int | None], None]


def judge_authors(
    worlds: Sequence[Recorded], catalog: Catalog, limits: Limits, tell: Tell
) -> dict[str, Any]:
    """Every author's figures; raises SettingError for worlds that the bits were learnt from."""
    known = sorted({one.name for one in worlds}.intersection(catalog.bits.sources))
    if known:
        raise SettingError(
            "--worlds",
            f"the bits were measured on {', '.join(known)}",
            "judge other worlds, or name with --bits a file that was measured without them",
        )
    found: dict[str, list[JudgedWorld]] = {}
    for done, (one, care, traffic) in enumerate(traffics(worlds)):
        tell("worlds", done, len(worlds))
        seen = observe(traffic, catalog, limits, author=one.author)
        found.setdefault(one.author, []).append(judged(done, care, traffic, seen))
    tell("worlds", len(worlds), len(worlds))
    return {
        "catalog": catalog.digest,
        "bits_measured_on": catalog.bits.measured_on,
        "worlds": [one.name for one in worlds],
        "authors": {
            author: worlds_figures(mine) | {"at_one_in_a_thousand": _ranked(mine)}
            for author, mine in found.items()
        },
    }


def _ranked(worlds: Sequence[JudgedWorld]) -> dict[str, Any]:
    """Recall by care above the posterior that one honest account in a thousand exceeds."""
    honest = np.concatenate([world.posterior[~world.hostile] for world in worlds])
    threshold = honest_threshold(honest, ONE_IN)
    return {
        care: share(
            share_of(
                sum(int((one.posterior[one.hostile] > threshold).sum()) for one in mine),
                sum(int(one.hostile.sum()) for one in mine),
            )
        )
        for care in CARES
        for mine in [of_care(worlds, care)]
    }
