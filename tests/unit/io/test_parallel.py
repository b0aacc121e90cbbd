"""Work in threads whose results come in order."""

import threading
import time
from collections.abc import Iterator

import pytest

from stillwatch.io.parallel import in_order


@pytest.mark.parametrize("threads", [0, 1, 3, 8])
def test_results_come_in_the_order_of_the_items(threads: int) -> None:
    """Though later items are done sooner."""

    def work(item: int) -> int:
        time.sleep(0.001 * (12 - item))
        return item * item

    assert list(in_order(work, range(12), threads)) == [item * item for item in range(12)]


def test_nothing_gives_nothing() -> None:
    """No item, no result."""
    assert list(in_order(str, [], 3)) == []


def test_few_results_wait() -> None:
    """A slow reader holds the workers up: at most threads + 1 items are begun ahead of him."""
    taken: list[int] = []

    def items() -> Iterator[int]:
        for item in range(50):
            taken.append(item)
            yield item

    ahead = [len(taken) - done for done in in_order(lambda item: item, items(), 2)]
    assert max(ahead) <= 3
    assert len(taken) == 50


def test_the_first_error_stops_everything() -> None:
    """It reaches the caller after the results before it; most later items are never begun."""
    begun: list[int] = []
    lock = threading.Lock()

    def work(item: int) -> int:
        with lock:
            begun.append(item)
        if item == 3:
            raise ValueError("third")
        return item

    results = []
    with pytest.raises(ValueError, match="third"):
        results.extend(in_order(work, range(1_000), 2))
    assert results == [0, 1, 2]
    assert len(begun) < 10


def test_an_error_of_the_items_reaches_the_caller() -> None:
    """Work that was begun is finished first, and no thread stays."""

    def items() -> Iterator[int]:
        yield 1
        raise OSError("disk")

    before = threading.active_count()
    with pytest.raises(OSError, match="disk"):
        list(in_order(lambda item: item, items(), 2))
    assert threading.active_count() == before
