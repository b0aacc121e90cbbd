"""Measures where a job's time and memory went."""

import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Stopwatch:
    """Seconds per stage, and the peak memory of the process when each ended."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.peak_megabytes: dict[str, int] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time one stage."""
        start = time.perf_counter()
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - start
        self.peak_megabytes[name] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
