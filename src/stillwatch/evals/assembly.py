"""Turns drafts into the exchange table: addresses, clients, parameters, tokens, blocks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.evals.cast import LEASE_DAYS, PATHS, Cast, World
from stillwatch.evals.clients import MODELS, NEW_MODEL, REASONING, fingerprints
from stillwatch.evals.identifiers import identifiers, mixed, uniform
from stillwatch.evals.network import autonomous_systems, written
from stillwatch.evals.rhythm import DAY
from stillwatch.evals.scene import FORMATS, Draft
from stillwatch.evals.texts import TextPool
from stillwatch.model.inputs import RawExchange
from stillwatch.tables.schema import schema_of

Ints = np.ndarray[Any, np.dtype[np.int64]]
Reals = np.ndarray[Any, np.dtype[np.float64]]

OPERATIONS = ("chat", "completion", "batch")
ERRORS = (429, 500, 503, 529, 400)
ERROR_SHARES = (0.55, 0.15, 0.1, 0.12, 0.08)
CHARS_PER_TOKEN = 4.0
WIDE_WOBBLE = 0.3  # who moves temperatures further than this moves ceilings too

# Of the lines, those that are one number a request, and what stands for "not given".
_NUMBERS: dict[str, float] = {
    "output": -1,
    "refusal": -1,
    "temperature": float("nan"),
    "max_tokens": -1,
    "format": 0,
    "logprobs": 0,
    "bias": 0,
    "choices": 1,
    "images": 0,
    "tool_calls": 0,
    "operation": 0,
    "model": -1,
    "client": -1,
    "address": -1,
    "presents": -2,
    "talks": -1,
    "hostile": 0,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """All drafts as one: rows of numbers, texts beside them."""

    cast: Cast
    account: Ints
    at: Ints
    session: Ints
    turn: Ints
    numbers: dict[str, Reals]
    prompt: pa.ChunkedArray
    systems: pa.StringArray
    system: Ints
    tool_sets: list[list[str]]
    tools: Ints


def staged(drafts: Sequence[Draft], cast: Cast) -> Stage:
    """The rows of all drafts end to end; sessions and rows are renumbered."""
    accounts = np.cumsum([0] + [len(d.cast) for d in drafts])
    rows = np.cumsum([0] + [len(d.beats) for d in drafts])
    systems: list[str] = []
    tool_sets: list[list[str]] = []
    system, tools, sessions, top = [], [], [], 0
    for draft in drafts:
        sessions.append(draft.beats.session + top)
        top += int(draft.beats.session.max(initial=-1)) + 1
        system.append(_codes(draft.lines.system, len(draft.beats), len(systems)))
        tools.append(_codes(draft.lines.tools, len(draft.beats), len(tool_sets)))
        systems += draft.lines.systems
        tool_sets += [list(some) for some in draft.lines.tool_sets]
    numbers = {}
    for name, missing in _NUMBERS.items():
        parts = [_column(d, name, missing, int(r)) for d, r in zip(drafts, rows, strict=False)]
        numbers[name] = np.concatenate(parts)
    return Stage(
        cast=cast,
        account=np.concatenate(
            [d.beats.account + a for d, a in zip(drafts, accounts, strict=False)]
        ),
        at=np.concatenate([d.beats.at for d in drafts]),
        session=np.concatenate(sessions),
        turn=np.concatenate([d.beats.turn for d in drafts]),
        numbers=numbers,
        prompt=pa.chunked_array([d.lines.prompt for d in drafts], pa.string()),
        systems=pa.array(systems or [""], pa.string()),
        system=np.concatenate(system),
        tool_sets=tool_sets or [[]],
        tools=np.concatenate(tools),
    )


def _codes(codes: Ints | None, size: int, offset: int) -> Ints:
    if codes is None:
        return np.full(size, -1, np.int64)
    return np.where(codes >= 0, codes + offset, -1)


def _column(draft: Draft, name: str, missing: float, row: int) -> Reals:
    values = getattr(draft.lines, name)
    if values is None:
        return np.full(len(draft.beats), missing)
    values = np.asarray(values, np.float64)
    return np.where(values >= 0, values + row, values) if name == "presents" else values


def days_of(stage: Stage, pool: TextPool, world: World, start: int) -> Iterator[pa.Table]:
    """The exchanges day by day, in order of time. Row numbers of `stage` give the identifiers."""
    day = stage.at // DAY
    blocks = _blocks(stage, world)
    prompts = stage.prompt.cast(pa.large_string()).combine_chunks()
    for which in range(world.days):
        rows = np.flatnonzero(day == which)
        rows = rows[np.argsort(stage.at[rows], kind="stable")]
        yield _table(stage, rows, prompts, blocks, pool, world, start)


@dataclass(frozen=True, slots=True)
class _Blocks:
    """Whether a row issues a reasoning block, and the row whose block it sends back (-1: none)."""

    issues: np.ndarray[Any, np.dtype[np.bool_]]
    presents: Ints


def _models(stage: Stage, world: World) -> Ints:
    cast, who = stage.cast, stage.account
    rows = np.arange(len(who))
    day = stage.at / DAY
    usual = uniform(rows, world.seed + 11) < 0.9
    model = np.where(usual, cast.model[who], cast.other_model[who])
    turned = (day >= cast.moves[who]) & (uniform(rows, world.seed + 12) < cast.moved[who])
    model = np.where(turned, NEW_MODEL, model)
    given = stage.numbers["model"]
    return np.where(given >= 0, given, model).astype(np.int64)


def _blocks(stage: Stage, world: World) -> _Blocks:
    issues = REASONING[_models(stage, world)] & (uniform(stage.account, world.seed + 13) < 0.6)
    given = stage.numbers["presents"].astype(np.int64)
    issues |= np.isin(np.arange(len(issues)), given[given >= 0])
    issues &= ~_failed(stage, np.arange(len(issues)), world)
    # by default a conversation sends back the block of its last turn
    order = np.lexsort((stage.at, stage.session))
    last = np.full(len(order), -1, np.int64)
    same = stage.session[order][1:] == stage.session[order][:-1]
    last[order[1:]] = np.where(same, order[:-1], -1)
    last = np.where(_talking(stage) & (uniform(last, world.seed + 14) < 0.8), last, -1)
    presents = np.where(given == -2, last, given)
    presents = np.where((presents >= 0) & issues[presents.clip(0)], presents, -1)
    return _Blocks(issues, presents)


def _failed(stage: Stage, rows: Ints, world: World) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """A few requests fail, with some accounts more than with others."""
    often = 0.004 + 0.02 * uniform(stage.account[rows], world.seed + 42) ** 3
    return np.asarray(uniform(rows, world.seed + 41) < often)


def _talking(stage: Stage) -> np.ndarray[Any, np.dtype[np.bool_]]:
    given = stage.numbers["talks"]
    return np.asarray((given < 0) | (given > 0))


def _lists(values: pa.Array[Any], has: Any) -> pa.ListArray[Any]:
    """One-element lists where `has`, null elsewhere."""
    has = np.asarray(has, bool)
    ends = np.r_[0, np.cumsum(has)].astype(np.int32)
    return pa.ListArray.from_arrays(
        pa.array(ends), values.filter(pa.array(has)), mask=pa.array(~has)
    )


def _table(
    stage: Stage,
    rows: Ints,
    prompts: pa.LargeStringArray,
    blocks: _Blocks,
    pool: TextPool,
    world: World,
    start: int,
) -> pa.Table:
    seed, cast = world.seed, stage.cast
    who = stage.account[rows]
    prompt = prompts.take(pa.array(rows)).cast(pa.string())
    system = stage.systems.take(pa.array(stage.system[rows], mask=stage.system[rows] < 0))
    columns: dict[str, Any] = {
        "exchange_id": identifiers("x-", rows, seed + 21),
        "received_at": pa.array(start + stage.at[rows], pa.timestamp("us", tz="UTC")),
        "account_id": identifiers("acct-", cast.serial[who], seed),
        "prompt_text": prompt,
        "system_text": system,
        "organization_id": identifiers("org-", cast.organization[who], seed + 1),
        "api_key_id": identifiers("key-", cast.serial[who], seed + 4),
        "access_path": pa.array(PATHS).take(pa.array(cast.path[who])),
    }
    columns |= _origin(stage, rows, world)
    columns |= _session(stage, rows, world)
    columns |= _parameters(stage, rows, world)
    columns |= _usage(stage, rows, columns, blocks, pool, world)
    schema = schema_of(RawExchange)
    names = [name for name in schema.names if name in columns]
    return pa.table(
        {name: columns[name] for name in names},
        schema=pa.schema([schema.field(name) for name in names]),
    )


def _origin(stage: Stage, rows: Ints, world: World) -> dict[str, Any]:
    """Address and client: an account stays at one for a session, a home for a lease."""
    cast, seed = stage.cast, world.seed
    who, session = stage.account[rows], stage.session[rows]
    day = stage.at[rows] // DAY
    share = uniform(session, seed + 31)
    address = cast.places.pick(who, share)
    homes = cast.homes[who]
    at_home = (homes > 0) & (uniform(session, seed + 32) < 0.72)
    lease = (day + cast.serial[who] % LEASE_DAYS) // LEASE_DAYS % np.maximum(homes, 1)
    width = cast.places.sizes[who]
    address = np.where(at_home, cast.places.pick(who, (lease + 0.5) / width), address)
    client = cast.software.pick(who, uniform(session, seed + 33))
    address = _told(stage, "address", rows, address)
    client = _told(stage, "client", rows, client)
    known = pa.array(client >= 0)
    return {
        "ip": written(address),
        "asn": pa.array(autonomous_systems(world.net, address)),
        "user_agent": world.clients.agents.take(pa.array(client, mask=client < 0)),
        "client_fingerprint": pc.if_else(
            known, fingerprints(world.clients, client, cast.serial[who]), None
        ),
    }


def _told(stage: Stage, name: str, rows: Ints, usual: Ints) -> Ints:
    """What the lines say of each row, and what is usual where they say nothing."""
    given = stage.numbers[name][rows].astype(np.int64)
    return np.where(given >= 0, given, usual)


def _session(stage: Stage, rows: Ints, world: World) -> dict[str, Any]:
    talks = _talking(stage)[rows]
    session = np.where(talks, stage.session[rows], -1)
    return {
        "conversation_id": identifiers("c-", session, world.seed + 5),
        "turn_index": pa.array(stage.turn[rows].astype(np.int32), mask=~talks),
        "operation": pa.array(OPERATIONS).take(
            pa.array(stage.numbers["operation"][rows].astype(np.int64))
        ),
    }


def _parameters(stage: Stage, rows: Ints, world: World) -> dict[str, Any]:
    some, profile = world.profiles, _profiles(stage, rows, world)
    number = {name: column[rows] for name, column in stage.numbers.items()}
    usual_heat, usual_ceiling = _wobbled(stage, rows, profile, world)
    heat = np.where(np.isnan(number["temperature"]), usual_heat, number["temperature"])
    ceiling = np.where(number["max_tokens"] > 0, number["max_tokens"], usual_ceiling)
    top_p = some.top_p[profile]
    tools = stage.tools[rows]
    names = pa.array(stage.tool_sets, pa.list_(pa.string()))
    small = {
        name: number[name].astype(np.int64)
        for name in ("logprobs", "bias", "choices", "images", "tool_calls", "format")
    }
    return {
        "request_model": pa.array(MODELS).take(pa.array(_models(stage, world)[rows])),
        "request_temperature": pa.array(heat, mask=np.isnan(heat)),
        "request_top_p": pa.array(top_p, mask=np.isnan(top_p)),
        "request_max_tokens": pa.array(ceiling.astype(np.int64), mask=ceiling < 1),
        "request_choice_count": pa.array(small["choices"], mask=small["choices"] == 1),
        "request_top_logprobs": pa.array(
            small["logprobs"].astype(np.int32), mask=small["logprobs"] == 0
        ),
        "request_logit_bias_count": pa.array(
            small["bias"].astype(np.int32), mask=small["bias"] == 0
        ),
        "request_stream": pa.array(some.stream[profile]),
        "response_format": pa.array(FORMATS, pa.string()).take(pa.array(small["format"])),
        "tool_names": names.take(pa.array(tools, mask=tools < 0)),
        "tool_call_count": pa.array(small["tool_calls"].astype(np.int32)),
        "image_count": pa.array(small["images"].astype(np.int32)),
    }


def _profiles(stage: Stage, rows: Ints, world: World) -> Ints:
    """The set of parameters of each request: the account's own, or that of a part of its program.

    Other parts of a program were written by the same hands, with usual parameters.
    """
    cast, who = stage.cast, stage.account[rows]
    part = (uniform(rows, world.seed + 48) * cast.parts[who]).astype(np.int64)
    usual = world.profiles.usual
    other = 1 + mixed(cast.serial[who] * 8 + part, world.seed + 49) % np.uint64(usual)
    return np.where((part > 0) & (cast.profile[who] > 0), other.astype(np.int64), cast.profile[who])


def _wobbled(stage: Stage, rows: Ints, profile: Ints, world: World) -> tuple[Reals, Reals]:
    """Temperature and ceiling of each request, changed at random where the account does that."""
    some, width = world.profiles, stage.cast.wobble[stage.account[rows]]
    heat, ceiling = some.temperature[profile], some.max_tokens[profile].astype(np.float64)
    # Who has the same width has the same number of values, and leaves as many requests alone.
    habit = (width * 1e6).astype(np.int64)
    values = np.array([1, 2, 10])[habit % 3]
    step = np.floor(uniform(rows, world.seed + 53) * (2 * values + 1)) - values
    moves = (width > 0) & (
        uniform(rows, world.seed + 55) < np.array([0.2, 0.4, 0.7, 1.0])[habit // 3 % 4]
    )
    moved = np.where(np.isnan(heat), 0.7, heat) + width * step / values
    heat = np.where(moves, moved.clip(0, 1.5).round(2), heat)
    factors = np.array([0.5, 0.75, 1.0, 1.25])
    factor = factors[(mixed(rows, world.seed + 54) % np.uint64(4)).astype(np.int64)]
    drawn = np.where(ceiling > 0, ceiling, 1024) * factor
    return heat, np.where(moves & (width > WIDE_WOBBLE), drawn.round(), ceiling)


def _usage(
    stage: Stage,
    rows: Ints,
    columns: dict[str, Any],
    blocks: _Blocks,
    pool: TextPool,
    world: World,
) -> dict[str, Any]:
    seed, number = world.seed, {name: c[rows] for name, c in stage.numbers.items()}
    failed = _failed(stage, rows, world)
    code = np.array(ERRORS)[
        np.searchsorted(np.cumsum(ERROR_SHARES), uniform(rows, seed + 43)).clip(0, 4)
    ]
    refusal = np.where(number["refusal"] < 0, 0.004, number["refusal"])
    refused = ~failed & (uniform(rows, seed + 44) < refusal)
    wish = np.where(number["output"] < 0, 260.0, number["output"])
    wish = np.where(refused, 40.0, wish * np.exp(0.5 * _normal(rows, seed + 45)))
    ceiling = np.nan_to_num(
        columns["request_max_tokens"].to_numpy(zero_copy_only=False).astype(np.float64), nan=1e9
    )
    visible = np.where(failed, 0, np.minimum(wish, ceiling)).astype(np.int64).clip(0)
    thinks = blocks.issues[rows]
    thought = np.where(thinks, visible * (0.3 + 2.5 * uniform(rows, seed + 46)), 0).astype(np.int64)
    finish = np.where(number["tool_calls"] > 0, 2, np.where(wish > ceiling, 1, 0))
    issued = identifiers("rb-", np.where(thinks, rows, -1), seed + 47)
    presented = identifiers("rb-", blocks.presents[rows], seed + 47)
    reasons = pa.array(["stop", "length", "tool_calls"]).take(pa.array(finish))
    return {
        "response_text": _responses(pool, visible, rows, failed, seed),
        "output_tokens": pa.array(visible + thought),
        "reasoning_tokens": pa.array(thought),
        "finish_reasons": _lists(reasons, ~failed),
        "status_code": pa.array(np.where(failed, code, 200).astype(np.int32)),
        "is_refusal": pa.array(refused),
        "reasoning_blocks_issued": _lists(issued, thinks),
        "reasoning_blocks_presented": _lists(presented, blocks.presents[rows] >= 0),
    } | _read(stage, rows, columns, seed)


def _read(stage: Stage, rows: Ints, columns: dict[str, Any], seed: int) -> dict[str, Any]:
    """Tokens read: the prompt, the system prompt and, in a conversation, what was said before."""
    chars = pc.utf8_length(columns["prompt_text"]).to_numpy().astype(np.float64)
    head = np.nan_to_num(
        pc.utf8_length(columns["system_text"]).to_numpy(zero_copy_only=False).astype(np.float64)
    )
    before = np.where(_talking(stage)[rows], stage.turn[rows] * 330.0, 0.0)
    images = stage.numbers["images"][rows] * 900
    noise = np.exp(0.12 * _normal(rows, seed + 51))
    tokens = ((chars + head) / CHARS_PER_TOKEN * noise + before + images + 6).astype(np.int64)
    cached = np.where(uniform(stage.account[rows], seed + 52) < 0.4, (head / 4 + before) * 0.8, 0)
    return {
        "input_tokens": pa.array(tokens),
        "cached_input_tokens": pa.array(np.minimum(cached.astype(np.int64), tokens)),
    }


def _normal(values: Any, salt: int) -> Reals:
    """A standard normal number that belongs to each value (Box and Muller)."""
    one, two = uniform(values, salt).clip(1e-12), uniform(values, salt + 500)
    return np.asarray(np.sqrt(-2 * np.log(one)) * np.cos(2 * np.pi * two))


def _responses(pool: TextPool, visible: Ints, rows: Ints, failed: Any, seed: int) -> pa.StringArray:
    """An answer of about the right length; long ones are logged up to 1,200 characters."""
    near = np.searchsorted(pool.answer_chars, visible * CHARS_PER_TOKEN)
    step = (mixed(rows, seed + 61) % np.uint64(400)).astype(np.int64) - 200
    code = (near + step).clip(0, len(pool.answers) - 1)
    return pool.answers.take(pa.array(code, mask=np.asarray(failed, bool)))
