"""`stillwatch prove`: plan, ask, receive, score, and hand over what was found."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import msgspec

from stillwatch.forensics.findings import findings
from stillwatch.forensics.first_page import headline
from stillwatch.forensics.journal import HANDED_OVER, STAMPED, following
from stillwatch.forensics.protocol import Draft, Prompt, make_plan
from stillwatch.io import clock
from stillwatch.io.authority import timestamp
from stillwatch.io.bundles import read_file, read_json_lines, read_toml
from stillwatch.io.endpoint import Endpoint, Pace
from stillwatch.io.progress import Teller
from stillwatch.io.room import Room, make_room
from stillwatch.job.asking import Asked, World, ask, mend, receive
from stillwatch.job.proof import score_room
from stillwatch.model.errors import SettingError
from stillwatch.verifier.canonical import decode, digest
from stillwatch.verifier.order import PLANNED
from stillwatch.verifier.plan import Plan, Respondent, write_plan
from stillwatch.verifier.recompute import address
from stillwatch.verifier.times import PLAN_STAMP


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a verb says, for a machine and for a person."""

    as_json: Any
    in_words: str


def plan(file: Path, out: Path, *, authority: str | None, actor: str | None) -> Told:
    """Fix what is asked of whom, before anybody is asked."""
    draft = _draft(file)
    names = [draft.prompts] if isinstance(draft.prompts, str) else draft.prompts
    prompts = [one for name in names for one in _prompts(file.parent / name)]
    materials = {name: read_file(file.parent / path) for name, path in draft.materials.items()}
    at = clock.now()
    salts = [clock.salt() for _ in prompts]
    made, leaves = make_plan(draft, prompts, materials, salts, at, str(file))
    data = write_plan(made)
    token = None if authority is None else timestamp(authority, data)
    who = actor or draft.prepared_by
    first = following([], at, who, PLANNED, {"plan": digest(data)})
    make_room(out, data, leaves, materials, first)
    if token is not None:
        with Room(out) as room:
            room.keep(PLAN_STAMP, token)
            body = {"authority": authority, "token": digest(token)}
            room.append(following(room.entries, clock.now(), who, STAMPED, body))
    asked = sum(one.is_asked for one in made.respondents)
    questions = asked * len(made.conditions) * len(prompts) * made.repeats
    said = (
        f"Plan fixed: {digest(data)}\n{questions:,} questions to {asked} models, "
        f"{len(made.tests)} tests.\nRoom: {out}\nNext: stillwatch prove ask {out}"
    )
    return Told(
        as_json={"plan": digest(data), "questions": questions, "room": str(out)}, in_words=said
    )


def _draft(file: Path) -> Draft:
    try:
        return msgspec.convert(read_toml(file), Draft)
    except msgspec.ValidationError as error:
        remedy = "see docs/how-to/prove.md for a whole plan file"
        raise SettingError(str(file), str(error), remedy) from error


def _prompts(path: Path) -> list[Prompt]:
    """Lines with an id and either a prompt or messages."""
    found = []
    for number, (_, value) in enumerate(read_json_lines(path), 1):
        where = f"{path} line {number}"
        try:
            found.append(msgspec.convert(_with_messages(value), Prompt))
        except msgspec.ValidationError as error:
            remedy = 'write {"id": "p1", "prompt": "..."}'
            raise SettingError(where, str(error), remedy) from error
    return found


def _with_messages(value: Any) -> Any:
    """A single prompt is a conversation of one message."""
    if not isinstance(value, dict) or not isinstance(value.get("prompt"), str):
        return value
    others = {name: kept for name, kept in value.items() if name != "prompt"}
    return {**others, "messages": [{"role": "user", "content": value["prompt"]}]}


@contextmanager
def opened(path: Path, actor: str | None) -> Iterator[tuple[Room, World]]:
    """A room to write in, with the clock, the dice and who acts."""
    with Room(path) as room:
        world = World(now=clock.now, salt=clock.salt, actor=actor or room.plan.prepared_by)
        mend(room, world)
        yield room, world


def ask_models(
    path: Path,
    only: Sequence[str],
    *,
    per_minute: float,
    parallel: int,
    attempts: int,
    timeout: float,
    actor: str | None,
    quiet: bool,
) -> Told:
    """Put every planned question that has no answer yet to the models with an address."""
    with opened(path, actor) as (room, world), Teller(quiet=quiet) as tell:
        asked = []
        for one in _chosen(room.plan, only):
            pace = Pace(per_minute=per_minute)
            key = _key(one)
            with Endpoint(
                address(str(one.base_url)), key, pace=pace, attempts=attempts, timeout=timeout
            ) as endpoint:
                asked.append(ask(room, one, endpoint, world, tell, parallel=parallel))
        waiting = [
            one.name for one in room.plan.respondents if one.base_url is None and one.is_asked
        ]
        return _asked(asked, path, waiting)


def _chosen(plan: Plan, only: Sequence[str]) -> list[Respondent]:
    known = {one.name: one for one in plan.respondents}
    for name in only:
        if name not in known:
            remedy = f"use one of {', '.join(known)}"
            raise SettingError("ask", f"unknown model '{name}'", remedy)
        if known[name].base_url is None:
            what = f"'{name}' has no address in the plan"
            raise SettingError("ask", what, "hand its answers in with `prove receive`")
    return [
        one
        for one in known.values()
        if one.base_url and one.is_asked and (not only or one.name in only)
    ]


def _key(one: Respondent) -> str | None:
    if one.key_variable is None:
        return None
    value = os.environ.get(one.key_variable)
    if not value:
        what = f"'{one.name}' needs the environment variable {one.key_variable}"
        raise SettingError("ask", what, "set it; the key itself is never written down")
    return value


def _asked(asked: Sequence[Asked], path: Path, waiting: Sequence[str]) -> Told:
    lines = [
        f"{one.respondent}: {one.answered:,} answered, {one.before:,} before"
        + (f", {one.failed:,} failed (ask again)" if one.failed else "")
        for one in asked
    ]
    if waiting:
        lines.append(f"Without an address, for `prove receive`: {', '.join(waiting)}")
    lines.append(f"Next: stillwatch prove score {path}")
    return Told(as_json=[asdict(one) for one in asked], in_words="\n".join(lines))


def receive_file(path: Path, name: str, file: Path, *, note: str, actor: str | None) -> Told:
    """Take a model's answers from a file; the report says that nobody saw them being given."""
    with opened(path, actor) as (room, world):
        one = next((one for one in room.plan.respondents if one.name == name), None)
        if one is None:
            remedy = f"use one of {', '.join(one.name for one in room.plan.respondents)}"
            raise SettingError("receive", f"unknown model '{name}'", remedy)
        if not one.is_asked:
            what = f"'{name}' is not asked, by the plan"
            raise SettingError("receive", what, "plan anew if its answers matter")
        if one.base_url is not None:
            what = f"'{name}' has an address in the plan"
            raise SettingError("receive", what, "ask it; the plan says so")
        content, lines = read_file(file), read_json_lines(file)
        taken = receive(room, one, file.name, content, lines, note, world)
        return _asked([taken], path, [])


def hand_over(path: Path, giver: str, taker: str, reason: str, *, actor: str | None) -> Told:
    """Note who gave the room to whom, and why."""
    with opened(path, actor) as (room, world):
        body = {"from": giver, "to": taker, "reason": reason}
        room.append(following(room.entries, world.now(), world.actor, HANDED_OVER, body))
        return Told(as_json=body, in_words=f"Noted: from {giver} to {taker}, {reason}")


def score(path: Path, *, incomplete: bool, actor: str | None, quiet: bool) -> Told:
    """Compute every finding from the raw answers."""
    with opened(path, actor) as (room, world), Teller(quiet=quiet) as tell:
        found = score_room(room, world, incomplete=incomplete, tell=tell)
    value = decode(found, "findings.json")
    told = findings(value)
    lines = [headline(told)]
    for one in told:
        lines += ["", f"{one.kind}: {one.suspect} against {one.teacher} ({one.test})"]
        lines += [f"  {sentence}" for sentence in one.text]
    lines += ["", f"Next: stillwatch prove bundle {path}"]
    return Told(as_json=value, in_words="\n".join(lines))
