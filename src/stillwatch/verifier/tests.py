"""Names the tests: a plan says one of these words, and the verifier runs what stands behind it.

A test takes the evidence and the parameters of the plan, and returns a mapping that JSON can carry:

- `kind`: "lead" (it points somewhere) or "proof" (its error rate is exact by design);
- `pairs`: one entry for each suspect and teacher, with `suspect`, `teacher`, `statistic`,
  `p_value`, `likelihood_ratio`, `likelihood_ratio_bound`, `n`, `unit` (what `n` counts), `refused`
  (why nothing can be said, or None) and `facts` (numbers behind it, free in form);
- `facts`: what concerns all pairs;
- `alpha`, where the test's error rate is not the plan's.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from stillwatch.verifier.canary_evidence import canaries, canary_faults
from stillwatch.verifier.copies import exact_copies
from stillwatch.verifier.exchanges import Evidence
from stillwatch.verifier.lineage_evidence import lineage_faults, style_lineage
from stillwatch.verifier.served_evidence import (
    MATCHED,
    TWINS,
    WITHHELD,
    served_faults,
    served_matched,
    served_twins,
    served_withheld,
)
from stillwatch.verifier.watermark_evidence import watermark, watermark_faults

Test = Callable[[Evidence, Mapping[str, Any]], Mapping[str, Any]]
Faults = Callable[[Evidence, Mapping[str, Any]], list[str]]

TESTS: dict[str, Test] = {
    "exact_copies": exact_copies,
    "style_lineage": style_lineage,
    "canaries": canaries,
    "habits": canaries,
    "watermark": watermark,
    TWINS: served_twins,
    WITHHELD: served_withheld,
    MATCHED: served_matched,
}
# What is wrong with a plan for a test, to be said before anybody is asked.
FAULTS: dict[str, Faults] = {
    "style_lineage": lineage_faults,
    "canaries": canary_faults,
    "habits": canary_faults,
    "watermark": watermark_faults,
    TWINS: partial(served_faults, TWINS),
    WITHHELD: partial(served_faults, WITHHELD),
    MATCHED: partial(served_faults, MATCHED),
}
# Tests whose p-value holds whenever one stops asking; all others need the number fixed in the plan.
ANYTIME: frozenset[str] = frozenset({"canaries", "habits", "watermark", TWINS, WITHHELD})
