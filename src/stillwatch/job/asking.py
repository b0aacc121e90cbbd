"""Puts the planned questions to a model, or takes its answers from a file, entry by entry."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from stillwatch.forensics.journal import (
    FAILED,
    RECEIVED,
    REPAIRED,
    answered_body,
    following,
    instant,
    tasks_done,
)
from stillwatch.forensics.protocol import tasks
from stillwatch.io.endpoint import Endpoint, GaveUp, Reply
from stillwatch.io.room import Room
from stillwatch.model.errors import ProofError, StillwatchError, raise_faults
from stillwatch.verifier.canonical import digest
from stillwatch.verifier.exchanges import ASKED, Task, expected_body
from stillwatch.verifier.exchanges import RECEIVED as HANDED_IN
from stillwatch.verifier.leaves import Leaf, make_leaf, raw
from stillwatch.verifier.order import ANSWERED
from stillwatch.verifier.plan import Respondent

Tell = Callable[[str, int, int | None], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The clock, the dice and the name of whoever acts."""

    now: Callable[[], datetime]
    salt: Callable[[], bytes]
    actor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What came of asking one respondent."""

    respondent: str
    answered: int
    before: int  # answered in an earlier sitting
    failed: int


def mend(room: Room, world: World) -> None:
    """Note that an interruption left half a line, if it did."""
    if room.torn:
        body = {"bytes": room.torn}
        room.append(following(room.entries, world.now(), world.actor, REPAIRED, body))
        room.torn = 0


def ask(
    room: Room, one: Respondent, endpoint: Endpoint, world: World, tell: Tell, *, parallel: int = 1
) -> Asked:
    """Put every question that has no answer yet. A question that fails is asked the next time."""
    bodies = _questions(room, one)
    done = tasks_done(room.entries)
    before = len(done & set(bodies))
    waiting = iter([(task, body) for task, body in bodies.items() if task not in done])
    answered = failed = 0
    with ThreadPoolExecutor(max_workers=parallel) as pool:
        running: dict[Future[Reply], Task] = {}
        try:
            while True:
                for task, body in islice(waiting, parallel - len(running)):
                    running[pool.submit(endpoint.ask, body)] = task
                if not running:
                    break
                finished, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in finished:
                    is_answer = _write(room, running.pop(future), future, world)
                    answered, failed = answered + is_answer, failed + (not is_answer)
                    tell(f"ask {one.name}", before + answered, len(bodies))
        finally:
            for future in running:  # what is under way still comes back, and is kept
                future.cancel()
            for future, task in running.items():
                if not future.cancelled() and future.exception() is None:
                    _write(room, task, future, world)
    return Asked(respondent=one.name, answered=answered, before=before, failed=failed)


def _questions(room: Room, one: Respondent) -> dict[Task, bytes]:
    """The bytes of every question to a respondent, in the order of the plan."""
    messages = {
        str((leaf.data or {})["id"]): (leaf.data or {})["messages"] for leaf in room.prompts
    }
    conditions = {condition.name: condition for condition in room.plan.conditions}
    return {
        task: expected_body(room.plan, one, conditions[task.condition], messages[task.prompt])
        for task in tasks(room.plan, list(messages), one.name)
    }


def _write(room: Room, task: Task, future: Future[Reply], world: World) -> bool:
    """Note the failures and the answer of one question; False when there is no answer."""
    try:
        reply = future.result()
        failures = reply.failures
    except GaveUp as fault:
        reply, failures = None, fault.failures
    for failure in failures:
        body = {**_named(task), "reason": failure.reason, "sent_at": instant(failure.at)}
        room.append(following(room.entries, world.now(), world.actor, FAILED, body))
    if reply is None:
        return False
    leaf = make_leaf(world.salt(), _exchange(task, reply))
    entry = following(room.entries, world.now(), world.actor, ANSWERED, answered_body(leaf))
    room.append(entry, leaf)
    return True


def _named(task: Task) -> dict[str, Any]:
    return {
        "respondent": task.respondent,
        "condition": task.condition,
        "prompt": task.prompt,
        "repeat": task.repeat,
    }


def _exchange(task: Task, reply: Reply) -> dict[str, Any]:
    return {
        **_named(task),
        "how": ASKED,
        "sent_at": instant(reply.sent_at),
        "received_at": instant(reply.received_at),
        "request": {
            "method": "POST",
            "url": reply.url,
            "headers": [list(pair) for pair in reply.request_headers],
            "body": raw(reply.request_body),
        },
        "response": {
            "status": reply.status,
            "http_version": reply.http_version,
            "headers": [list(pair) for pair in reply.response_headers],
            "body": raw(reply.response_body),
        },
        "tls": reply.tls,
    }


def receive(
    room: Room,
    one: Respondent,
    file: str,
    content: bytes,
    lines: Sequence[tuple[bytes, Any]],
    note: str,
    world: World,
) -> Asked:
    """Take answers from a file. All lines that fit no question are told together."""
    done = tasks_done(room.entries)
    known = list(
        tasks(room.plan, [str((leaf.data or {})["id"]) for leaf in room.prompts], one.name)
    )
    taken = list(_taken(room, one, file, lines, set(known), done))
    body = {
        "respondent": one.name,
        "file": file,
        "sha256": digest(content),
        "lines": len(taken),
        "note": note,
    }
    room.append(following(room.entries, world.now(), world.actor, RECEIVED, body))
    sent_at = str(room.entries[-1]["at"])
    for number, task, line in taken:
        data = {
            **_named(task),
            "how": HANDED_IN,
            "sent_at": sent_at,
            "source": {"file": file, "sha256": digest(content), "line": number},
            "line": raw(line),
        }
        leaf: Leaf = make_leaf(world.salt(), data)
        entry = following(room.entries, world.now(), world.actor, ANSWERED, answered_body(leaf))
        room.append(entry, leaf)
    before = sum(task in done for task in known)
    return Asked(respondent=one.name, answered=len(taken), before=before, failed=0)


def _taken(
    room: Room,
    one: Respondent,
    file: str,
    lines: Sequence[tuple[bytes, Any]],
    known: set[Task],
    done: set[Task],
) -> Iterator[tuple[int, Task, bytes]]:
    faults: list[StillwatchError] = []
    seen: set[Task] = set(done)
    found = []
    for number, (line, value) in enumerate(lines, 1):
        fault = _line_fault(value)
        task = _task_of(room, one, value) if fault is None else None
        if task is not None and task not in known:
            fault = f"answers '{task.prompt}' ({task.condition}, {task.repeat}), not a planned one"
        elif task is not None and task in seen:
            fault = f"answers '{task.prompt}' a second time"
        if fault is not None or task is None:
            remedy = "hand in one line for each planned prompt"
            faults.append(ProofError(f"{file} line {number}", str(fault), remedy))
            continue
        seen.add(task)
        found.append((number, task, line))
    raise_faults(file, faults)
    yield from found


def _line_fault(value: Any) -> str | None:
    if not isinstance(value, dict):
        return "is no object"
    if not isinstance(value.get("prompt"), str):
        return "names no prompt"
    if not isinstance(value.get("answer"), str):
        return 'has no answer; an empty one is ""'
    if not isinstance(value.get("repeat", 1), int):
        return "has a repeat that is no whole number"
    return None


def _task_of(room: Room, one: Respondent, value: Mapping[str, Any]) -> Task:
    return Task(
        respondent=one.name,
        condition=str(value.get("condition", room.plan.conditions[0].name)),
        prompt=value["prompt"],
        repeat=value.get("repeat", 1),
    )
