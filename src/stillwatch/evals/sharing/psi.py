"""How long private matching takes, what goes over the wire, and whether the result is right.

python -m stillwatch.evals.sharing.psi            100,000 with 100,000, then 1,000 new items
python -m stillwatch.evals.sharing.psi --items N  other sizes
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import msgspec

from stillwatch.crypto.matching import (
    Each,
    blinded_again,
    blinded_items,
    blinded_set,
    looked_up,
    new_key,
)
from stillwatch.io.parallel import in_order
from stillwatch.sharing.matching import Party, Spent, Step, advance, begin, decide

CORES = 2
SECONDS_BAR, BYTES_BAR, DELTA_BAR = 20.0, 8_000_000, 1.0
DELTA = 1_000


@dataclass(slots=True)
class Side:
    """One laboratory of a matching that is played in one process."""

    party: Party
    step: Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """How a whole matching went."""

    sides: tuple[Side, Side]
    byte_count: int  # of all frames, both ways


def each_of(cores: int) -> Each:
    """Work in so many threads; the library lets go of the interpreter meanwhile."""

    def work(function: Callable[[Any], Any], parts: Iterable[Any]) -> Iterator[Any]:
        return in_order(function, parts, cores)

    return work


def party(me: str, peer: str, items: Sequence[str], **more: Any) -> Party:
    """A side with keys of its own and made-up addresses."""
    return Party(
        me=me,
        peer=peer,
        epoch="2026-W12",
        number=1,
        circle_key=b"c" * 32,
        set_key=new_key(),
        ask_key=new_key(),
        items=tuple(("ip", value) for value in items),
        **more,
    )


def played(one: Party, other: Party, each: Each, *, agree: tuple[bool, bool]) -> Played:
    """Both sides to the end, frames handed over at once."""
    sides = Side(one, begin(one, Spent())), Side(other, begin(other, Spent()))
    queue = [(1 - place, frame) for place, side in enumerate(sides) for frame in side.step.out]
    total = sum(len(frame) for _, frame in queue)
    while queue or any(_waits(side) for side in sides):
        if queue:
            place, frame = queue.pop(0)
            side = sides[place]
            side.step = advance(side.party, side.step.progress, frame, side.step.spent, each)
        else:
            place = next(place for place, side in enumerate(sides) if _waits(side))
            side = sides[place]
            progress, spent = side.step.progress, side.step.spent
            side.step = decide(side.party, progress, spent, each, agrees=agree[place])
        queue += [(1 - place, frame) for frame in side.step.out]
        total += sum(len(frame) for frame in side.step.out)
    return Played(sides=sides, byte_count=total)


def _waits(side: Side) -> bool:
    """Whether a person has to decide."""
    return side.step.progress.stage == "counted" and side.step.progress.agrees is None


def one_way(asking: Sequence[str], asked: Sequence[str], each: Each) -> dict[str, Any]:
    """One side learns how many of its items the other has; both work at once, on two cores."""
    set_key, ask_key = new_key(), new_key()
    begin_at, cpu_at = time.perf_counter(), time.process_time()
    jobs: list[Callable[[], Any]] = [
        partial(blinded_set, set_key, asked, len(asking)),
        partial(blinded_items, ask_key, asking, map),
    ]
    own, points = each(lambda job: job(), jobs)
    answers = blinded_again(set_key, points, each, in_order=False)
    count = len(looked_up(ask_key, own, answers, each))
    seconds, cpu = time.perf_counter() - begin_at, time.process_time() - cpu_at
    again_at = time.perf_counter()
    fresh = [*asking[: DELTA // 2], *(f"198.18.{n >> 8}.{n & 255}/new" for n in range(DELTA // 2))]
    more = blinded_again(set_key, blinded_items(ask_key, fresh, each), each, in_order=True)
    found = looked_up(ask_key, own, more, each)
    delta_seconds = time.perf_counter() - again_at
    known = set(asked)
    return {
        "items": [len(asking), len(asked)],
        "count": count,
        "right": count == len(known & set(asking)),
        "seconds": round(seconds, 2),
        "core_seconds": round(cpu, 2),
        "bytes": sum(len(msgspec.msgpack.encode(part)) for part in (own, points, answers)),
        "delta_items": len(fresh),
        "delta_seconds": round(delta_seconds, 3),
        "delta_right": found == [at for at, item in enumerate(fresh) if item in known],
    }


def addresses(first: int, count: int) -> list[str]:
    """Made-up addresses in order."""
    return [f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}" for n in range(first, first + count)]


def main(words: Sequence[str] | None = None) -> int:
    """Measure, print, and say whether the bars hold."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--items", type=int, default=100_000)
    asked.add_argument("--both", action="store_true", help="the whole protocol, both directions")
    given = asked.parse_args(words)
    each, size = each_of(CORES), given.items
    ours, theirs = addresses(0, size), addresses(size * 2 // 3, size)
    measured = one_way(ours, theirs, each)
    larger = one_way(ours, addresses(size - size // 40, size // 20), each)
    told: dict[str, Any] = {"one_way": measured, "client_twenty_times_larger": larger}
    if given.both:
        begin_at = time.perf_counter()
        whole = played(party("a", "b", ours), party("b", "a", theirs), each, agree=(True, True))
        told["both_ways_with_items"] = {
            "seconds": round(time.perf_counter() - begin_at, 2),
            "bytes": whole.byte_count,
            "counts": [side.step.progress.count for side in whole.sides],
            "items": [len(side.step.progress.common) for side in whole.sides],
        }
    sys.stdout.write(json.dumps(told, indent=1) + "\n")
    holds = (
        measured["right"]
        and measured["delta_right"]
        and larger["right"]
        and measured["seconds"] <= SECONDS_BAR
        and measured["bytes"] <= BYTES_BAR
        and measured["delta_seconds"] < DELTA_BAR
    )
    sys.stdout.write(
        f"{measured['seconds']} s (bar {SECONDS_BAR:g}), {measured['bytes']:,} bytes (bar "
        f"{BYTES_BAR:,}), 1,000 new items {measured['delta_seconds']} s (bar {DELTA_BAR:g})\n"
    )
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
