"""Names the tests: a plan says one of these words, and the verifier runs what stands behind it.

A test takes the evidence and the parameters of the plan, and returns a mapping that JSON can carry:

- `kind`: "lead" (it points somewhere) or "proof" (its error rate is exact by design);
- `pairs`: one entry for each suspect and teacher, with `suspect`, `teacher`, `statistic`,
  `p_value`, `likelihood_ratio`, `likelihood_ratio_bound`, `n`, `unit` (what `n` counts), `refused`
  (why nothing can be said, or None) and `facts` (numbers behind it, free in form);
- `facts`: what concerns all pairs.
"""

from collections.abc import Callable, Mapping
from typing import Any

from stillwatch.verifier.copies import exact_copies
from stillwatch.verifier.exchanges import Evidence

Test = Callable[[Evidence, Mapping[str, Any]], Mapping[str, Any]]

TESTS: dict[str, Test] = {
    "exact_copies": exact_copies,
}
# Tests whose p-value holds whenever one stops asking; all others need the number fixed in the plan.
ANYTIME: frozenset[str] = frozenset()
