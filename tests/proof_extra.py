"""Imported first by tests of the proof room: skips them, with the reason, without the extra."""

import pytest

REASON = "needs the `proof` extra"
for _name in ("cryptography", "reportlab", "rfc3161_client", "rfc8785", "tenacity"):
    pytest.importorskip(_name, reason=REASON)
httpx = pytest.importorskip("httpx", reason=REASON)
