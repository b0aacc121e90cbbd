"""What the crowds of one log add up to, and by how much that log's sums are to be moved.

Logs differ in how much everybody in them looks alike: a log without cards, of young accounts or of
one popular client makes every crowd a few bits more suspicious than another log does. Nearly all
clusters of any log are honest, so where they lie is known without knowing who is: this is the
empirical null of Efron (2004), its centre alone. A low quantile is taken because campaigns lie
above it, and few crowds are drawn towards what is usual, so that a small log moves little.
"""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

QUANTILE = 0.2
LEAST_ACCOUNTS = 8  # of a cluster that is a crowd
HALFWAY = 20  # crowds at which half of what they say is believed
# Bits. Logs of seven authors lie within it; what would move a small log further is a campaign that
# makes up most of its clusters, and would hide behind itself.
MOST = 2.0


def level_of(bits: Floats) -> float:
    """Where the crowds of a log lie: (clusters,) bits to bits; 0 for none."""
    return float(np.quantile(bits, QUANTILE)) if len(bits) else 0.0


def moved_by(bits: Floats, usual: float) -> float:
    """How many bits the crowds of a log add up to more than usual, as far as they show it."""
    believed = len(bits) / (len(bits) + HALFWAY)
    return float(np.clip(believed * (level_of(bits) - usual), -MOST, MOST))
