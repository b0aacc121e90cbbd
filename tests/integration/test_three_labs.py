"""The exercise of three labs, small: what is shared is answered, and nothing else travels."""

from __future__ import annotations

import pytest

import hub_extra  # noqa: F401 - skips these tests without the extra
from stillwatch.evals.sharing import three_labs

pytestmark = pytest.mark.slow


def test_a_share_is_answered_and_nothing_else_is_on_any_wire() -> None:
    """Real processes, separate stores; the search that finds nothing finds what is planted.

    Three naive operators, so that there is something to share: what is tested is the wires.
    """
    found = three_labs.one(732, 900, 3, lambda _: None, is_signed=False, cares=("naive",))
    assert found["objects_shared"] > 0
    assert found["leaks"]["found"] == []
    assert found["leaks"]["files"] > 30
    assert all(n["identifiers"] > 1_000 for n in found["leaks"]["looked_for"].values())
    assert all(found["planted_and_found"].values())
    assert len(found["planted_and_found"]) >= 6
    assert found["honest_raised"] == 0
    assert found["accounts"]["agreed"] >= found["accounts"]["alone"]
