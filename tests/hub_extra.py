"""Skips the tests that import this where the extra `hub` is not installed."""

import pytest

for _name in ("fastapi", "sqlalchemy", "alembic", "uvicorn", "prometheus_client", "rfc8785"):
    pytest.importorskip(_name, reason="the hub's extra is not installed")
