"""Writes the log that speed is measured on: 24,000 campaign accounts among 225,000, thirty days.

    python benchmarks/make_bench.py --rows 16000000 --out FOLDER

Accounts and campaigns shrink with the rows, so a million rows are a sixteenth of the same world.
Prompts are put together from pools of our own texts, so nearly all honest ones are distinct.
`truth.parquet` says which accounts belong to which campaign.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from stillwatch.evals.cast import Cast, Circumstances, World, accounts_table, enrol, joined_casts
from stillwatch.evals.clients import MODELS, clients, fingerprints, profiles
from stillwatch.evals.grammar import joined
from stillwatch.evals.identifiers import identifiers, mixed, uniform
from stillwatch.evals.network import autonomous_systems, network, written
from stillwatch.evals.rhythm import DAY
from stillwatch.evals.texts import own_texts
from stillwatch.model.inputs import RawExchange
from stillwatch.tables.schema import schema_of

Ints = np.ndarray[Any, np.dtype[np.int64]]

FULL_ROWS = 16_000_000
FULL_ACCOUNTS = 225_000
CAMPAIGN_ACCOUNTS = 24_000
ACCOUNTS_OF_ONE = 200
HOSTILE_SHARE = 0.25  # of requests: 5.6 an account and day
FILES = 16
DAYS = 30
SEED = 16
START = datetime(2026, 3, 1, tzinfo=UTC)
PRODUCT_SHARE = 0.3  # of honest accounts are programs with a template
WORDINGS = 6000  # templates of programs
VARIANTS = 4  # wordings of one campaign
COLUMNS = (
    "exchange_id", "received_at", "account_id", "request_model", "prompt_text", "ip", "asn",
    "user_agent", "client_fingerprint", "request_temperature", "request_max_tokens",
    "input_tokens", "output_tokens", "status_code",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """Everything the slices have in common."""

    world: World
    cast: Cast
    campaign: Ints  # of each account; -1 is honest
    weight: np.ndarray[Any, np.dtype[np.float64]]
    begins: np.ndarray[Any, np.dtype[np.float64]]  # days; campaigns have a window each
    ends: np.ndarray[Any, np.dtype[np.float64]]
    heads: pa.StringArray  # the fixed beginning of each template
    tails: pa.StringArray
    talk: pa.StringArray
    sentences: pa.StringArray
    items: pa.StringArray


@cache
def bench_of(rows: int) -> Bench:
    """The accounts and the pools of texts for so many rows."""
    dice = np.random.default_rng(SEED)
    world = World(
        seed=SEED, days=DAYS, first_weekday=START.weekday(), release=12.0, net=network(),
        clients=clients(), profiles=profiles(),
    )  # fmt: skip
    scale = rows / FULL_ROWS
    campaigns = max(round(CAMPAIGN_ACCOUNTS / ACCOUNTS_OF_ONE * scale), 2)
    hostile = campaigns * ACCOUNTS_OF_ONE
    honest = max(round(FULL_ACCOUNTS * scale) - hostile, 100)
    cast, campaign = _enrolled(world, honest, campaigns, dice)
    first = dice.uniform(0, 10, campaigns)[campaign.clip(0)]
    length = dice.uniform(12, 20, campaigns)[campaign.clip(0)]
    hidden = campaign >= 0
    spread = np.where(hidden, 0.4, 1.4)
    weight = np.exp(spread * dice.normal(size=len(campaign))) * np.where(hidden, DAYS / length, 1)
    for mask, share in ((~hidden, 1 - HOSTILE_SHARE), (hidden, HOSTILE_SHARE)):
        weight[mask] *= share / (weight * np.where(hidden, length / DAYS, 1))[mask].sum()
    cuts = [_cut(text) for text in _templates(campaigns, dice)]
    pool = own_texts(SEED).grammar
    rules = pool.names("talk.") + pool.names("lang.")
    return Bench(
        world=world,
        cast=cast,
        campaign=campaign,
        weight=weight,
        begins=np.where(hidden, first, 0.0),
        ends=np.where(hidden, first + length, float(DAYS)),
        heads=pa.array([head for head, _ in cuts]),
        tails=pa.array([tail for _, tail in cuts]),
        talk=pa.concat_arrays([pool.sample(rule, 1500, dice) for rule in rules]),
        sentences=pa.concat_arrays(
            [pool.sample("sentence", 60_000, dice), pool.sample("sentences", 40_000, dice)]
        ),
        items=pool.sample("question", 100_000, dice),
    )


def _enrolled(
    world: World, honest: int, campaigns: int, dice: np.random.Generator
) -> tuple[Cast, Ints]:
    office = Circumstances(
        group=(60, 120), organization=True, card_of=0, place="office", mail="group"
    )
    kinds: list[tuple[Circumstances, int, int]] = [
        (Circumstances(cardless=0.3), round(honest * 0.5), 1),
        (office, round(honest * 0.2), 80),
        (
            Circumstances(group=(4, 4), card_of=0, place="cloud", client="sdk"),
            round(honest * 0.2),
            4,
        ),
    ]
    tunnel = Circumstances(place="tunnel", client="sdk", cardless=0.4)
    kinds.append((tunnel, honest - sum(count for _, count, _ in kinds), 1))
    casts, codes, serial = [], [], 0
    for facts, count, size in kinds:
        casts.append(enrol(world, facts, np.arange(count) // size, serial, dice))
        codes.append(np.full(count, -1))
        serial += count
    for number in range(campaigns):
        naive = number % 3 == 0
        facts = Circumstances(
            card_of=int(dice.integers(3, 10)) if naive else 1,
            device_of=3 if naive else 1,
            place="tunnel" if naive else "people",
            client="sdk",
            same_client=naive,
            same_profile=naive,
            age_days=20 if naive else 90,
        )
        group = np.zeros(ACCOUNTS_OF_ONE, np.int64)
        casts.append(enrol(world, facts, group, serial, dice))
        codes.append(np.full(ACCOUNTS_OF_ONE, number))
        serial += ACCOUNTS_OF_ONE
    return joined_casts(casts), np.concatenate(codes)


def _templates(campaigns: int, dice: np.random.Generator) -> list[str]:
    """Templates of the programs, then of the campaigns, several wordings each."""
    grammar = own_texts(SEED).grammar
    texts: list[str] = grammar.sample("saas_template", WORDINGS, dice).to_pylist()
    rules = ("reason_template", "domain_template", "write_task_template", "spoof_template")
    for number in range(campaigns):
        texts += grammar.sample(rules[number % len(rules)], VARIANTS, dice).to_pylist()
    return texts


def _cut(template: str) -> tuple[str, str]:
    """A template's fixed parts before and after its first slot; other slots are left empty."""
    head, _, rest = template.partition("[[@")
    tail = rest.partition("]]")[2]
    for slot in ("domain", "item", "move"):
        tail = tail.replace(f"[[@{slot}]]", "it")
    return head, tail


def slice_table(rows: int, number: int) -> pa.Table:
    """One of the sixteen slices of time, in order of time."""
    bench = bench_of(rows)
    dice = np.random.default_rng([SEED, number])
    low, high = number * DAYS / FILES, (number + 1) * DAYS / FILES
    active = (bench.begins < high) & (bench.ends > low)
    sums = np.cumsum(bench.weight * active)
    count = rows // FILES
    who = np.searchsorted(sums, dice.random(count) * sums[-1]).clip(0, len(sums) - 1)
    at = _times(bench, who, low, high, dice)
    order = np.argsort(at, kind="stable")
    who, at = who[order], at[order]
    row = number * count + np.arange(count)
    return _columns(bench, who, at, row, dice)


def _times(bench: Bench, who: Ints, low: float, high: float, dice: np.random.Generator) -> Ints:
    """Of three moments the one nearest to the account's own time of day."""
    peak = uniform(bench.cast.serial[who], 71)
    best = dice.uniform(low, high, len(who))
    for _ in range(2):
        other = dice.uniform(low, high, len(who))
        nearer = np.abs((other - peak + 0.5) % 1 - 0.5) < np.abs((best - peak + 0.5) % 1 - 0.5)
        best = np.where(nearer, other, best)
    return (best * DAY).astype(np.int64)


def _columns(bench: Bench, who: Ints, at: Ints, row: Ints, dice: np.random.Generator) -> pa.Table:
    cast, world, seed = bench.cast, bench.world, SEED
    begin = int(START.timestamp() * 1_000_000)
    address = cast.places.pick(who, uniform(who * DAYS + at // DAY, 72))
    client = cast.software.pick(who, uniform(row, 73))
    heat = world.profiles.temperature[cast.profile[who]]
    ceiling = world.profiles.max_tokens[cast.profile[who]]
    prompt = _prompts(bench, who, dice)
    chars = pc.binary_length(prompt).to_numpy()
    output = np.exp(dice.normal(5.6, 0.9, len(who))).astype(np.int64)
    columns = {
        "exchange_id": identifiers("x-", row, seed),
        "received_at": pa.array(begin + at, pa.timestamp("us", tz="UTC")),
        "account_id": identifiers("acct-", cast.serial, seed).take(pa.array(who)),
        "request_model": pa.array(MODELS).take(pa.array(cast.model[who])),
        "prompt_text": prompt,
        "ip": written(address),
        "asn": pa.array(autonomous_systems(world.net, address)),
        "user_agent": world.clients.agents.take(pa.array(client)),
        "client_fingerprint": fingerprints(world.clients, client, cast.serial[who]),
        "request_temperature": pa.array(heat, mask=np.isnan(heat)),
        "request_max_tokens": pa.array(ceiling, mask=ceiling < 0),
        "input_tokens": pa.array((chars / 4).astype(np.int64) + 6),
        "output_tokens": pa.array(output),
        "status_code": pa.array(np.where(dice.random(len(who)) < 0.01, 429, 200).astype(np.int32)),
    }
    schema = schema_of(RawExchange)
    return pa.table(columns, schema=pa.schema([schema.field(name) for name in COLUMNS]))


def _prompts(bench: Bench, who: Ints, dice: np.random.Generator) -> pa.StringArray:
    """People say something of their own; programs and campaigns fill a template."""
    count, campaign = len(who), bench.campaign[who]
    program = uniform(bench.cast.serial[who], 74) < PRODUCT_SHARE
    wording = (mixed(bench.cast.serial[who], 75) % np.uint64(WORDINGS)).astype(np.int64)
    variant = mixed(who, 76) % np.uint64(VARIANTS)
    hostile = WORDINGS + campaign * VARIANTS + variant.astype(np.int64)
    code = np.where(campaign >= 0, hostile, np.where(program, wording, -1))
    free = pa.array(code < 0)
    filled = pa.array(code, mask=code < 0)
    said = bench.talk.take(pa.array(dice.integers(len(bench.talk), size=count)))
    item = bench.items.take(pa.array(dice.integers(len(bench.items), size=count)))
    chosen = dice.integers(len(bench.sentences), size=count)
    more = bench.sentences.take(pa.array(chosen))
    empty = pa.scalar("")
    return joined(
        [
            pc.fill_null(bench.heads.take(filled), empty),
            pc.if_else(free, said, item),
            pa.scalar(" "),
            more,
            pc.fill_null(bench.tails.take(filled), empty),
        ],
        count,
    )


def write_slice(number: int, rows: int, out: str) -> tuple[int, int]:
    """Write one slice; its rows and bytes."""
    table = slice_table(rows, number)
    path = Path(out) / f"exchanges-{number:02}.parquet"
    pq.write_table(table, path, compression="zstd", compression_level=3, row_group_size=131_072)
    return table.num_rows, path.stat().st_size


def write_accounts(rows: int, out: str) -> int:
    """Write the accounts and the truth; how many accounts there are."""
    bench = bench_of(rows)
    begin = int(START.timestamp() * 1_000_000)
    table = accounts_table(bench.cast, bench.world, begin)
    truth = pa.table(
        {
            "account_id": table["account_id"],
            "campaign": pa.array(bench.campaign, mask=bench.campaign < 0),
        }
    )
    pq.write_table(table.sort_by("account_id"), Path(out) / "accounts.parquet", compression="zstd")
    pq.write_table(truth.sort_by("account_id"), Path(out) / "truth.parquet", compression="zstd")
    return int(table.num_rows)


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line and write the files."""
    parser = argparse.ArgumentParser(description="Write the log that speed is measured on.")
    parser.add_argument("--rows", type=int, default=FULL_ROWS)
    parser.add_argument("--out", required=True)
    parser.add_argument("--jobs", type=int, default=1, help="slices written at once")
    chosen = parser.parse_args(arguments)
    if chosen.rows < FILES:
        parser.error(f"--rows: at least {FILES}")
    Path(chosen.out).mkdir(parents=True, exist_ok=True)
    begun = perf_counter()
    accounts = write_accounts(chosen.rows, chosen.out)
    work = partial(write_slice, rows=chosen.rows, out=chosen.out)
    if chosen.jobs > 1:
        with ProcessPoolExecutor(chosen.jobs, mp_context=get_context("spawn")) as workers:
            written_slices = list(workers.map(work, range(FILES)))
    else:
        written_slices = [work(number) for number in range(FILES)]
    rows = sum(count for count, _ in written_slices)
    size = sum(size for _, size in written_slices) / 1e6
    seconds = perf_counter() - begun
    print(f"{rows:,} exchanges of {accounts:,} accounts, {size:,.0f} MB, {seconds:.0f} s")


if __name__ == "__main__":
    main()
