"""The provider's log: turns asks of accounts into rows, and writes the tables."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from .dice import Dice
from .jobs import Ask
from .lexicon import words
from .market import MODELS, Client, Line, Market
from .texts import Texts

STAMP = pa.timestamp("us", tz="UTC")
STRINGS = pa.list_(pa.string())
TYPES = {"s": pa.string(), "t": STAMP, "i": pa.int64(), "n": pa.int32(), "f": pa.float64(), "b": pa.bool_(), "l": STRINGS}  # fmt: skip
COLUMNS = words(
    "s:exchange_id t:received_at s:account_id s:request_model s:prompt_text s:system_text s:messages s:response_text s:reasoning_text s:organization_id s:api_key_id s:access_path s:operation s:ip i:asn s:user_agent s:client_fingerprint s:conversation_id n:turn_index f:request_temperature f:request_top_p i:request_max_tokens i:request_choice_count i:request_seed n:request_top_logprobs n:request_logit_bias_count b:request_stream s:response_format l:tool_names n:tool_call_count n:image_count i:input_tokens i:output_tokens i:reasoning_tokens i:cached_input_tokens l:finish_reasons n:status_code b:is_refusal l:reasoning_blocks_issued l:reasoning_blocks_presented"
)
SCHEMA = pa.schema([(c[2:], TYPES[c[0]]) for c in COLUMNS])
ACCOUNTS = words(
    "account_id created_at:created organization_id:org plan email_domain:mail payment_fingerprint:card device_fingerprint:device signup_ip verification declared_use:declared authorized_distillation:authorized"
)
REFUSALS = [
    "I can't help with that request.",
    "Sorry, I'm not able to share that, but I can help in another way.",
    "I can't provide my hidden reasoning, though I can summarise the answer.",
]


@dataclass(slots=True)
class Account:
    """One customer's account with its habits."""

    account_id: str
    created: float
    org: str | None
    plan: str
    mail: str | None
    card: str | None
    device: str | None
    signup_ip: str | None
    verification: str
    declared: str | None
    authorized: bool | None
    path: str
    keys: list[str | None]
    client: Client
    line: Line
    model: str
    zone: float
    rate: float
    temperature: float | None = None
    top_p: float | None = None
    cap: int | None = None
    seed: int | None = None
    operation: str = "chat"
    stream: bool | None = None
    logs_messages: bool = False
    keeps_text: bool = True
    hides: bool = False
    pivot: float = 1e12
    other_model: float = 0.05
    errors: float = 0.008
    spot: int = 0
    truth: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Talk:
    """The running state of one conversation."""

    account: Account
    attack: int
    name: str | None
    turn: int = 0
    model: str = ""
    history: list[dict[str, str]] = field(default_factory=list)
    size: int = 0
    blocks: list[str] = field(default_factory=list)


class Ledger:
    """All rows of one world."""

    def __init__(self, market: Market, texts: Texts) -> None:
        self.market, self.texts = market, texts
        self.rows: list[tuple[Any, ...]] = []
        self.accounts: list[Account] = []
        self.events: list[tuple[str, str, float]] = []

    def open(self, account: Account, truth: dict[str, Any]) -> None:
        """Enter an account, with what is true about it."""
        account.truth = truth
        self.accounts.append(account)

    def talk(self, dice: Dice, account: Account, attack: int) -> Talk:
        """Begin a conversation; the address changes at one now and then."""
        if dice.chance(account.line.sway):
            account.spot = dice.below(len(account.line.spots))
        return Talk(account, attack, None if account.hides else dice.code("c-", 16))

    def send(
        self, dice: Dice, talk: Talk, time: float, ask: Ask, foreign: list[str] | None
    ) -> list[str]:
        """Log one request with its failed tries; returns the reasoning blocks it issued."""
        account = talk.account
        talk.model = account.model
        if time > account.pivot:
            talk.model = self.market.new_model
        elif dice.chance(account.other_model):
            talk.model = dice.skewed(MODELS[:6], 1.3)
        program = account.client.kind not in ("web", "app")
        broken = any(a <= time < b for a, b in self.market.outages)
        for tries in range(4):
            if not dice.chance(0.55 if broken else account.errors):
                break
            status = dice.pick([503, 529, 529, 500] if broken else [400, 429, 429, 500, 529])
            self._row(dice, talk, time, ask, status, [], [])
            if status == 400 or not (program or dice.chance(0.6)):
                return []
            time += dice.around(3 * 2**tries if program else 25, 0.4)
        presented = foreign or (talk.blocks[-2:] if talk.turn else [])
        issued: list[str] = []
        thinks = "think" in talk.model or (ask.think and "large" in talk.model)
        if thinks and account.path != "subscription" and dice.chance(0.9):
            issued = [dice.code("rb_", 20)]
            talk.blocks += issued
        self._row(dice, talk, time, ask, 200, issued, presented)
        return issued

    def _row(
        self,
        dice: Dice,
        talk: Talk,
        time: float,
        ask: Ask,
        status: int,
        issued: list[str],
        presented: list[str],
    ) -> None:
        account, system, good = talk.account, ask.system, status == 200
        refused = good and dice.chance(ask.refuse)
        answer: str | None = None
        if good:
            answer = dice.pick(REFUSALS) if refused else ask.answer
            if answer is None:
                answer = self.texts.answer(dice, ask.item, ask.out * dice.between(0.6, 1.4))
        before = len(system or "") // 4 + talk.size
        before += sum(len(m["content"]) // 4 for m in ask.history or [])
        fresh, output = len(ask.prompt) // 4 + 3, len(answer) // 4 + 1 if answer else 0
        cap, finish = ask.cap or account.cap, "stop"
        if cap and output > cap and answer:
            output, finish, answer = cap, "length", answer[: cap * 4]
        elif ask.calls and not refused:
            finish = "tool_calls"
        thinking = int(dice.around(260, 0.8)) if issued or (good and "think" in talk.model) else 0
        thought, messages = None, None
        if thinking and account.keeps_text and dice.chance(0.5):
            thought = self.texts.passage(dice, ask.item.domain, 2)
        turn = {"role": "user", "content": ask.prompt}
        if account.logs_messages:
            past = [{"role": "system", "content": system}] * bool(system)
            past += (ask.history or []) + talk.history[-12:]
            messages = json.dumps([*past, turn], ensure_ascii=False)
        temperature = account.temperature if ask.temperature is None else ask.temperature
        spots, hidden = account.line.spots, account.hides
        roams = account.client.kind == "nocode" or len(spots) > 40
        ip, asn = dice.pick(spots) if roams else spots[account.spot % len(spots)]
        settings: tuple[Any, ...] = (
            temperature, account.top_p, cap, ask.choices, account.seed, ask.logprobs, ask.bias,
            account.stream, ask.form or "text", ask.tools,
        )  # fmt: skip
        if account.path == "subscription":
            settings = (*[None] * 7, account.stream, None, ask.tools)
        self.rows.append((
            "", self.market.start + time, account.account_id, talk.model, ask.prompt, system,
            messages, answer if account.keeps_text else None, thought, account.org,
            dice.pick(account.keys), account.path, account.operation,
            None if hidden else ip, None if hidden else asn,
            None if hidden and dice.chance(0.7) else dice.skewed(account.client.agents, 2.5),
            None if hidden else account.client.prints[0], talk.name,
            None if hidden else talk.turn, *settings, ask.calls if good else 0, ask.images,
            fresh + before, output, thinking,
            before if before > 900 and talk.turn and dice.chance(0.85) else 0,
            [finish] * (ask.choices or 1) if good else None, status, refused, issued or None,
            presented or None, talk.attack,
        ))  # fmt: skip
        if answer:
            talk.size += fresh + output
            if account.logs_messages:
                talk.history += [turn, {"role": "assistant", "content": answer}]

    def write(self, out: Path, dice: Dice) -> dict[str, int]:
        """Write all tables; rows in time order, accounts by id."""
        out.mkdir(parents=True, exist_ok=True)
        end = self.market.start + self.market.days * 86400
        rows = sorted((r for r in self.rows if self.market.start <= r[1] < end), key=lambda r: r[1])
        ids = [dice.code("ex_", 16) for _ in rows]
        cells: list[list[Any]] = [list(c) for c in zip(*rows, strict=True)]
        attack = cells.pop()
        cells[0], cells[1] = ids, [int(t * 1e6) for t in cells[1]]
        columns = [pa.array(c, f.type) for c, f in zip(cells, SCHEMA, strict=True)]
        table = pa.Table.from_arrays(columns, schema=SCHEMA)
        pq.write_table(table, out / "exchanges.parquet", compression="zstd")
        truth = {"exchange_id": ids, "is_attack": [bool(a) for a in attack]}
        pq.write_table(pa.table(truth), out / "truth_exchanges.parquet")
        accounts = sorted(self.accounts, key=lambda a: a.account_id)
        data: dict[str, Any] = {}
        for entry in ACCOUNTS:
            column, _, name = entry.partition(":")
            data[column] = [getattr(a, name or column) for a in accounts]
        data["created_at"] = self._stamps(data["created_at"])
        pq.write_table(pa.table(data), out / "accounts.parquet")
        marks: dict[str, Any] = {"account_id": data["account_id"]}
        marks["is_hostile"] = [bool(a.truth["is_hostile"]) for a in accounts]
        for key in ("campaign", "kind", "care", "role", "look_alike"):
            marks[key] = pa.array([a.truth.get(key) for a in accounts], pa.string())
        pq.write_table(pa.table(marks), out / "truth.parquet")
        self.events.sort(key=lambda e: e[2])
        names = [pa.array([e[i] for e in self.events], pa.string()) for i in (0, 1)]
        when = self._stamps([e[2] for e in self.events])
        events = pa.table([*names, when], names=["account_id", "event", "occurred_at"])
        pq.write_table(events, out / "account_events.parquet")
        known = {model: dice.between(40, 500) * -86400 for model in MODELS}
        if self.market.release >= 0:
            known[self.market.new_model] = self.market.release
        when = self._stamps(list(known.values()))
        releases = pa.table([list(known), when], names=["request_model", "released_at"])
        pq.write_table(releases, out / "model_releases.parquet")
        hostile = sum(marks["is_hostile"])
        return {"exchanges": len(rows), "accounts": len(accounts), "hostile": hostile}

    def _stamps(self, seconds: list[float]) -> pa.Array:
        """Seconds since the start of the window as time stamps."""
        return pa.array([int((self.market.start + s) * 1e6) for s in seconds], STAMP)
