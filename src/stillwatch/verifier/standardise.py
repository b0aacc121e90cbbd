"""Standardises similarities per teacher over the models that are unrelated to it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from stillwatch.verifier.openings import Floats

PRIOR = 8.0  # lineages that the pooled spread of all columns counts for
APART = 0.5  # how far channels are taken to be independent whatever the nulls say


def standardised(values: Floats, weight: Floats) -> Floats:
    """Distance from the nulls' mean in their spread, which leans on that of all columns."""
    n = weight.sum(0)
    mean = (weight * values).sum(0) / np.maximum(n, 1e-9)
    spread = (weight * (values - mean) ** 2).sum(0) / np.maximum(n - 1, 1)
    sure = n >= min(4, n.max(initial=0))
    mean = np.where(n > 0, mean, mean[sure].mean())
    free = np.maximum(n - 1, 0)
    leaning = (PRIOR * spread[sure].mean() + free * spread) / (PRIOR + free)
    return np.asarray((values - mean) / np.sqrt(np.maximum(leaning, 1e-12)))


def centred(values: Floats, weight: Floats, own: Sequence[str], theirs: Sequence[str]) -> Floats:
    """Standardised after taking off what the model has in common with every other source."""
    off = values - (weight * values).sum(0) / np.maximum(weight.sum(0), 1e-9)
    sources = sorted(set(theirs))
    names = np.array(theirs)
    by_source = np.stack([np.median(off[:, names == one], axis=1) for one in sources], axis=1)
    by_source[np.array(own)[:, None] == np.array(sources)[None, :]] = np.nan
    usual = np.zeros_like(off)
    for place, source in enumerate(sources):
        usual[:, names == source] = _median(np.delete(by_source, place, axis=1))[:, None]
    return standardised(off - usual, weight)


def shares(z: Floats, weight: Floats) -> Floats:
    """Each channel's share in a mean, one in all: what several channels repeat counts once.

    The mean that varies least over the nulls, with no share below nought (Bates and Granger
    1969). Nulls alone decide, never a model that was taught. So few lineages know little of how
    channels vary together, so that covariances count by half. z: channels x pairs; weight: of
    each pair.
    """
    if not weight.any():
        return np.full(len(z), 1 / len(z))
    off = z - (z @ weight)[:, None] / weight.sum()
    together = (off * weight) @ off.T / weight.sum()
    own = np.diag(np.maximum(np.diag(together), 1e-9))
    found = np.linalg.solve((1 - APART) * together + APART * own, np.ones(len(z)))
    kept = np.maximum(found, 0)
    return np.asarray(np.round(kept / kept.sum(), 6))


def _median(values: Floats) -> Floats:
    """Of each row without what is not a number; 0 of a row without numbers."""
    ranked = np.sort(values, axis=1)  # what is not a number stands last
    n, each = (~np.isnan(values)).sum(1), np.arange(len(values))
    if not values.shape[1]:
        return np.zeros(len(values))
    middle = (ranked[each, np.maximum(n - 1, 0) // 2] + ranked[each, n // 2]) / 2
    return np.where(n > 0, middle, 0.0)
