"""Counts what the hub does, for Prometheus."""

import os
from typing import Any

import prometheus_client as prometheus
from prometheus_client import multiprocess

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
MEDIA_TYPE = prometheus.CONTENT_TYPE_LATEST
# The client library writes the counts of every worker of one hub into this folder.
FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"


class Metrics:
    """The counters of one worker; what it tells is the sum over all."""

    def __init__(self) -> None:
        self._registry = prometheus.CollectorRegistry()
        made: dict[str, Any] = {"registry": self._registry}
        self._requests = prometheus.Counter(
            "stillwatch_hub_requests", "Requests answered", ["method", "route", "status"], **made
        )
        self._seconds = prometheus.Histogram(
            "stillwatch_hub_seconds", "Seconds to an answer", ["method", "route"],
            buckets=SECONDS, **made,
        )  # fmt: skip
        self._added = prometheus.Counter(
            "stillwatch_hub_objects_added", "Objects that were stored", **made
        )
        self._refused = prometheus.Counter(
            "stillwatch_hub_objects_refused", "Objects that were not let in", **made
        )

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)

    def added(self, new_count: int, refused_count: int) -> None:
        """Count the objects of a request."""
        self._added.inc(new_count)
        self._refused.inc(refused_count)

    def text(self) -> bytes:
        """What Prometheus reads."""
        if os.environ.get(FOLDER_VARIABLE):
            registry = prometheus.CollectorRegistry()
            multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
            return prometheus.generate_latest(registry)
        return prometheus.generate_latest(self._registry)
