"""Checks that the plan came first, and that what was asked is what was planned."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from stillwatch.verifier.canonical import Damaged, digest
from stillwatch.verifier.chain import is_instant
from stillwatch.verifier.exchanges import ASKED, Task, read_task
from stillwatch.verifier.found import Found
from stillwatch.verifier.leaves import Leaf
from stillwatch.verifier.plan import Plan

PLANNED, ANSWERED, SCORED = "planned", "answered", "scored"
CLOCKS_APART = timedelta(minutes=10)
BODY = {"respondent", "condition", "prompt", "repeat", "how", "sent_at", "leaf"}


def check_order(
    plan: Plan,
    plan_bytes: bytes,
    log: Sequence[Mapping[str, Any]],
    exchanges: Sequence[Leaf],
    found: Found,
) -> None:
    """The plan, then the questions, each logged once with the leaf of its answer."""
    try:
        tasks = _in_order(plan, plan_bytes, log, exchanges)
    except (Damaged, KeyError, TypeError) as damage:
        found.fails("plan before questions", _said(damage))
        return
    found.holds("plan before questions", f"the plan is the first entry, at {log[0]['at']}")
    planned = (
        sum(one.is_asked for one in plan.respondents)
        * len(plan.conditions)
        * plan.prompt_count
        * plan.repeats
    )
    if len(tasks) < planned:
        missing = f"{planned - len(tasks):,} of {planned:,} planned questions have no answer"
        found.unchecked("completeness", missing)
    else:
        found.holds("completeness", f"all {planned:,} planned questions were asked")
    received = sum(one["body"]["how"] != ASKED for one in log if one["action"] == ANSWERED)
    if received:
        found.unchecked(
            "source of the answers",
            f"{received:,} answers were received as files: nobody here saw the model give them",
        )
    _check_clocks(exchanges, found)


def _said(damage: Exception) -> str:
    return str(damage) if isinstance(damage, Damaged) else "log.jsonl: an entry lacks a field"


def _in_order(
    plan: Plan, plan_bytes: bytes, log: Sequence[Mapping[str, Any]], exchanges: Sequence[Leaf]
) -> set[Task]:
    if not log or log[0]["action"] != PLANNED:
        raise Damaged("log.jsonl", "does not begin with the plan")
    if log[0]["body"].get("plan") != digest(plan_bytes):
        raise Damaged("log.jsonl line 1", "names another plan than the one in the bundle")
    if any(one["action"] == PLANNED for one in log[1:]):
        raise Damaged("log.jsonl", "holds a second plan")
    if plan.prepared_at > log[0]["at"]:
        raise Damaged("plan.json", "is dated after the entry that it is named in")
    answered = [one for one in log if one["action"] == ANSWERED]
    if [one["body"].get("leaf") for one in answered] != [one.hash for one in exchanges]:
        raise Damaged("exchanges.jsonl", "does not hold the answers that the log names")
    known = {
        name: {one.name for one in items}
        for name, items in (
            ("respondent", [one for one in plan.respondents if one.is_asked]),
            ("condition", plan.conditions),
        )
    }
    tasks: set[Task] = set()
    for one, leaf in zip(answered, exchanges, strict=True):
        where = f"log.jsonl line {one['seq'] + 1}"
        body = one["body"]
        if set(body) != BODY or not is_instant(str(body["sent_at"])):
            raise Damaged(where, "is no answer")
        task = read_task(body, where)
        if task.respondent not in known["respondent"] or task.condition not in known["condition"]:
            raise Damaged(where, "answers a question that was not planned")
        if task in tasks or not 1 <= task.repeat <= plan.repeats:
            raise Damaged(where, "answers one question once more than planned")
        if not log[0]["at"] <= body["sent_at"] <= one["at"]:
            raise Damaged(where, f"was asked at {body['sent_at']}, out of order with the log")
        if leaf.data is not None and any(leaf.data.get(k) != body[k] for k in BODY - {"leaf"}):
            raise Damaged(where, "does not say what its answer says")
        tasks.add(task)
    return tasks


def _check_clocks(exchanges: Sequence[Leaf], found: Found) -> None:
    """What the endpoints' own clocks said, where they said something."""
    apart = []
    for leaf in exchanges:
        sent = _date(leaf.data)
        if leaf.data is not None and sent is not None:
            ours = datetime.fromisoformat(str(leaf.data["sent_at"]))
            apart.append(abs(sent - ours))
    name = "clocks of the endpoints"
    if not apart:
        found.unchecked(name, "no endpoint stated its own time")
    elif max(apart) > CLOCKS_APART:
        found.fails(name, f"an answer is dated {max(apart)} apart from the log by its endpoint")
    else:
        found.holds(name, f"{len(apart):,} answers carry their endpoint's time, and it agrees")


def _date(data: Mapping[str, Any] | None) -> datetime | None:
    try:
        headers = (data or {})["response"]["headers"]
        value = next(text for name, text in headers if name.lower() == "date")
        return parsedate_to_datetime(value).astimezone(UTC)
    except (ArithmeticError, AttributeError, KeyError, StopIteration, TypeError, ValueError):
        return None
