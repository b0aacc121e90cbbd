"""Measures a hub under load: `python -m stillwatch.evals.sharing.hub_load --objects 1000000`."""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from stillwatch.evals.sharing.served_hub import CIRCLE, Desk, client, indicators, make, served
from stillwatch.evals.sharing.wire import Answer, Wire, quantile, together

FIRST_PAGE = 100  # objects; what clients commonly ask for
LARGE_PAGE = 10_000
BATCH = 5_000
CLIENTS = 100
ASKS = 1_000
EACH = 200  # of each client that never pauses: beginning all at once is a hundredth of them
SECONDS = 20  # of polling clients
P99, RATE = 0.050, 20_000
Figures = dict[str, Any]


async def first_pages(port: int, desk: Desk, target: str, tell: Callable[[str], None]) -> Figures:
    """Seconds to a first page: one client, a hundred that poll, a hundred that never pause."""
    found: Figures = {}
    tell("one client asks for the first page")
    alone: list[float] = []
    wire = Wire("127.0.0.1", port, desk.headers)
    for _ in range(ASKS):
        alone.append((await _page(wire, target)).seconds)
    wire.close()
    found["one client"] = _seconds(alone)
    tell(f"{CLIENTS} clients ask once a second each")
    polled: list[float] = []

    async def poll(number: int) -> None:
        own = Wire("127.0.0.1", port, desk.headers)
        await asyncio.sleep(number / CLIENTS)
        for _ in range(SECONDS):
            begun = time.perf_counter()
            polled.append((await _page(own, target)).seconds)
            await asyncio.sleep(max(0.0, 1.0 - (time.perf_counter() - begun)))
        own.close()

    await together(CLIENTS, poll)
    found["100 clients, one ask a second each"] = _seconds(polled)
    tell(f"{CLIENTS} clients ask without a pause")
    pressed: list[float] = []

    async def press(_: int) -> None:
        own = Wire("127.0.0.1", port, desk.headers)
        for _ in range(EACH):
            pressed.append((await _page(own, target)).seconds)
        own.close()

    seconds = await together(CLIENTS, press)
    found["100 clients without a pause"] = _seconds(pressed) | {
        "requests_per_second": round(len(pressed) / seconds, 1)
    }
    return found


async def to_the_end(port: int, desk: Desk, base: str, count: int) -> Figures:
    """Page through everything as one client; each object must come once."""
    wire = Wire("127.0.0.1", port, desk.headers)
    ids: set[str] = set()
    seen, spent, next_ = 0, 0.0, ""
    while True:
        answer = await _page(wire, f"{base}?limit={LARGE_PAGE}{next_}")
        spent += answer.seconds
        page = msgspec.json.decode(answer.body)  # reading it is the client's time, not the hub's
        objects = page.get("objects", [])
        seen += len(objects)
        ids.update(one["id"] for one in objects)
        if not page.get("more"):
            break
        next_ = f"&next={page['next']}"
    wire.close()
    is_once = seen == len(ids) == count
    return {"objects": seen, "each_once": is_once, "objects_per_second": round(seen / spent)}


async def many_pagers(port: int, desk: Desk, base: str, pages: int = 20) -> Figures:
    """A hundred clients page at once, a thousand objects at a time, while one goes on adding."""
    counts: list[int] = []
    is_done = False

    async def page_through(_: int) -> None:
        own, next_ = Wire("127.0.0.1", port, desk.headers), ""
        for _ in range(pages):
            answer = await _page(own, f"{base}?limit=1000{next_}")
            counts.append(answer.body.count(b'"type":"indicator"'))
            head = msgspec.json.decode(answer.body[: answer.body.index(b',"objects"')] + b"}")
            if not head.get("more"):
                break
            next_ = f"&next={head['next']}"
        own.close()

    async def go_on_adding() -> int:
        own, added = Wire("127.0.0.1", port, desk.headers), 0
        while not is_done:
            body = indicators(1_000_000_000 + added, 100)
            answer = await own.ask(base, "POST", body)
            if answer.status != 202:
                raise RuntimeError(f"adding: status {answer.status}")
            added += 100
        own.close()
        return added

    adding = asyncio.create_task(go_on_adding())
    seconds = await together(CLIENTS, page_through)
    is_done = True
    return {"objects_per_second": round(sum(counts) / seconds), "added_meanwhile": await adding}


async def _page(wire: Wire, target: str) -> Answer:
    answer = await wire.ask(target)
    if answer.status != 200:
        raise RuntimeError(f"{target}: status {answer.status}")
    return answer


def _seconds(values: list[float]) -> Figures:
    return {
        "asks": len(values),
        "p50_ms": round(quantile(values, 0.50) * 1000, 2),
        "p99_ms": round(quantile(values, 0.99) * 1000, 2),
    }


def measure(
    folder: Path, database: str | None, count: int, workers: int, tell: Callable[[str], None]
) -> Figures:
    """Fill a hub over its own door, then read it."""
    desk = make(folder, database)
    with served(desk, workers) as hub:
        port = hub.port
        tell(f"{count:,} objects are added")
        begun = time.perf_counter()
        with client(desk, port) as ours:
            collection = ours.collection(CIRCLE)
            for first in range(0, count, BATCH):
                size = min(BATCH, count - first)
                if ours.add(collection, indicators(first, size)).success_count != size:
                    raise RuntimeError("not every object was stored")
        rate = count / (time.perf_counter() - begun)
        base = f"/api/collections/{collection.id}/objects/"
        used = hub.cpu_seconds()
        pages = asyncio.run(first_pages(port, desk, f"{base}?limit={FIRST_PAGE}", tell))
        used = (hub.cpu_seconds() - used) / sum(one["asks"] for one in pages.values())
        tell("one client pages to the end")
        whole = asyncio.run(to_the_end(port, desk, base, count))
        tell(f"{CLIENTS} clients page while one adds")
        many = asyncio.run(many_pagers(port, desk, base))
    return {
        "database": "sqlite" if database is None else "postgresql",
        "objects": count,
        "workers": workers,
        "added_per_second": round(rate),
        "load_average": round(os.getloadavg()[0], 1),
        "cpu_ms_a_first_page": round(used * 1000, 2),
        "first_page": pages,
        "to_the_end": whole,
        "100 clients page": many,
        "bars": _bars(pages, whole, many),
    }


def _bars(pages: Figures, whole: Figures, many: Figures) -> list[Figures]:
    polled = pages["100 clients, one ask a second each"]["p99_ms"]
    pressed = pages["100 clients without a pause"]["p99_ms"]
    bars = [
        (f"first page p99, one client, under {P99 * 1000:g} ms",
         pages["one client"]["p99_ms"], pages["one client"]["p99_ms"] < P99 * 1000),
        (f"first page p99, 100 clients that poll, under {P99 * 1000:g} ms",
         polled, polled < P99 * 1000),
        (f"first page p99, 100 clients that never pause, under {P99 * 1000:g} ms",
         pressed, pressed < P99 * 1000),
        (f"paging to the end, at least {RATE:,} objects/s",
         whole["objects_per_second"], whole["objects_per_second"] >= RATE),
        ("every object once", whole["objects"], whole["each_once"]),
        (f"100 clients page while one adds, at least {RATE:,} objects/s together",
         many["objects_per_second"], many["objects_per_second"] >= RATE),
    ]  # fmt: skip
    return [{"name": name, "measured": value, "is_met": met} for name, value, met in bars]


def lines(figures: Figures) -> list[str]:
    """The numbers as a person reads them."""
    said = [f"{figures['database']}, {figures['objects']:,} objects, {figures['workers']} workers"]
    said.append(f"  added {figures['added_per_second']:,} objects/s, {BATCH:,} a request")
    said.append(
        f"  {figures['cpu_ms_a_first_page']} ms of CPU a first page in the hub's processes; the "
        f"machine's load was {figures['load_average']}"
    )
    for name, one in figures["first_page"].items():
        rate = one.get("requests_per_second")
        said.append(
            f"  first page of {FIRST_PAGE}, {name}: p50 {one['p50_ms']} ms, p99 {one['p99_ms']} ms"
            + (f", {rate} requests/s" if rate else "")
        )
    meanwhile = figures["100 clients page"]["added_meanwhile"]
    said.append(f"  {meanwhile:,} objects were added while 100 clients paged")
    for bar in figures["bars"]:
        mark = "met   " if bar["is_met"] else "MISSED"
        said.append(f"  {mark}  {bar['name']}: {bar['measured']:,}")
    return said


def main(words: Sequence[str] | None = None) -> int:
    """Measure, print, and say by the exit code whether every bar is met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--objects", type=int, default=1_000_000, help="objects to hold")
    parser.add_argument("--workers", type=int, default=2, help="processes that serve")
    parser.add_argument("--database", help="URL of an empty PostgreSQL; default: SQLite")
    parser.add_argument("--json", action="store_true", help="print values, not lines")
    asked = parser.parse_args(words)
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(
            Path(folder) / "hub", asked.database, asked.objects, asked.workers,
            lambda line: print(line, file=sys.stderr, flush=True),  # noqa: T201
        )  # fmt: skip
    if asked.json:
        sys.stdout.write(msgspec.json.encode(figures).decode() + "\n")
    else:
        sys.stdout.write("\n".join(lines(figures)) + "\n")
    return 0 if all(bar["is_met"] for bar in figures["bars"]) else 1


if __name__ == "__main__":
    sys.exit(main())
