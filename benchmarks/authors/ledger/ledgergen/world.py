"""The provider: its customers' records, models, outages, and the ledger of exchanges."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ledgergen.clients import Clients, Stack
from ledgergen.dice import Dice
from ledgergen.jobs import Ask, as_messages, reply
from ledgergen.nets import Egress, Nets, person_egress, server_egress
from ledgergen.rhythm import DAY, Calendar, sessions
from ledgergen.texts import Texts, prose
from ledgergen.words import FREEMAIL, REFUSALS, SYLLABLES, THROWAWAY, TLDS, TONGUES

ZONES = (-8, -7, -6, -5, -5, -4, -3, 0, 0, 1, 1, 1, 2, 3, 4, 5.5, 5.5, 7, 8, 8, 9, 10)
MODELS = (
    ("opal-2-large", -420),
    ("opal-2-mini", -400),
    ("opal-3-large", -190),
    ("opal-3-mini", -160),
    ("opal-3-reason", -120),
    ("opal-3.5-large", -48),
)


@dataclass(eq=False)
class Account:
    """A paying or trying customer and how it talks to the provider."""

    id: str
    created: float
    zone: float
    egress: Egress
    look: str | None = None
    campaign: str | None = None
    kind: str | None = None
    care: str | None = None
    role: str | None = None
    org: str | None = None
    plan: str = "api"
    email: str | None = None
    card: str | None = None
    device: str | None = None
    signup_ip: str | None = None
    verification: str = "email"
    declared: str | None = None
    authorized: bool | None = False
    path: str = "api"
    keys: list[str] = field(default_factory=list)
    stacks: list[Stack] = field(default_factory=list)
    model: str = "opal-3-large"
    adopt: float = float("inf")
    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    stream: bool | None = None
    seed: int | None = None
    logs_answer: bool = True
    logs_messages: bool = False
    logs_client: bool = True
    conversations: bool = True
    operation: str = "chat"
    tongue: str = "en"


class World:
    """Everything that accounts share because they use the same provider."""

    def __init__(self, seed: int, days: float, texts: Path | None) -> None:
        self.seed = seed
        self.days = days
        self.rng = Dice(f"{seed}:world")
        rng = self.rng
        self.texts = Texts(texts, rng)
        self.nets = Nets(texts, rng)
        self.clients = Clients(texts)
        self.start = datetime(2026, 1, 12, tzinfo=UTC) + timedelta(days=rng.randint(0, 200))
        self.weekday = self.start.weekday()
        self.release = rng.uniform(0.15, 0.7) * days * DAY
        self.newest = "opal-4-large"
        self.outages = [
            (t, t + rng.uniform(900, 4200))
            for t in (rng.uniform(0, days * DAY) for _ in range(1 + rng.randint(0, 2)))
        ]
        self.holidays = {z: frozenset({rng.randint(0, 9)}) for z in sorted(set(ZONES))}
        self.machines = [self.token("", 16) for _ in range(260)]
        self.accounts: list[Account] = []
        self.events: list[tuple[str, str, float]] = []
        self.rows: list[dict[str, Any]] = []
        self.closed: dict[str, float] = {}
        self.spree = [rng.uniform(-60, days) for _ in range(4)]

    def token(self, prefix: str, size: int = 20) -> str:
        return prefix + self.rng.hex(size)

    def domain(self) -> str:
        rng = self.rng
        stem = "".join(rng.choice(SYLLABLES) for _ in range(rng.choice((2, 2, 3))))
        return f"{stem}.{rng.choice(TLDS)}"

    def calendar(self, shape: str, zone: float) -> Calendar:
        return Calendar(shape, zone, self.holidays.get(zone, frozenset()))

    def plan(self, acct: Account, rate: float, shape: str, **style: float) -> list[list[float]]:
        """Return the sessions of an account with a rate a day and a shape of day."""
        cal = self.calendar(shape, acct.zone)
        return sessions(self.rng, cal, self.weekday, self.days, rate, **style)

    def age(self) -> float:
        """Return a sign-up moment in seconds: growth, old customers, and days of much talk."""
        rng = self.rng
        if rng.random() < 0.05:
            return rng.uniform(-3, self.days) * DAY
        if rng.random() < 0.12:
            return (rng.choice(self.spree) + rng.random()) * DAY
        return -rng.wait(rng.choice((25, 90, 300))) * DAY

    def account(
        self, look: str | None, *, firm: bool = False, zone: float | None = None
    ) -> Account:
        """Return a new customer with ordinary records; callers change what their group shares."""
        rng = self.rng
        egress = (server_egress if firm else person_egress)(self.nets, rng)
        zone = rng.choice(ZONES) if zone is None else zone
        acct = Account(
            self.token("acct_"), min(self.age(), (self.days - 0.4) * DAY), zone, egress, look
        )
        self.accounts.append(acct)
        acct.keys = [self.token("key_", 16) for _ in range(rng.choice((1, 1, 1, 2, 3)))]
        tongues = ("en", "en", "en", "en", *TONGUES)
        acct.tongue = rng.choice(tongues)
        acct.email = self.domain() if firm else rng.choice(FREEMAIL)
        if not firm and rng.random() < 0.1:
            acct.email = rng.choice(THROWAWAY) if rng.random() < 0.25 else self.domain()
        acct.org = self.token("org_", 12) if firm or rng.random() < 0.35 else None
        acct.card = self.token("pm_", 16) if rng.random() < (0.92 if firm else 0.55) else None
        acct.device = self.token("", 16) if rng.random() < 0.72 else None
        if rng.random() < 0.07:
            acct.device = rng.choice(self.machines)
        acct.plan = "api" if firm else rng.choice(("api", "api", "subscription", "free_trial"))
        acct.verification = rng.choice(
            ("card", "card", "business", "phone")
            if firm
            else ("email", "email", "phone", "card", "none")
        )
        acct.declared = (
            rng.choice(("product", "product", None, "research", "evaluation", "annotation"))
            if firm
            else rng.choice((None, None, None, "product", "education"))
        )
        acct.signup_ip = acct.egress.fixed[0] if rng.random() < 0.75 else None
        if firm and acct.signup_ip and rng.random() < 0.7:
            acct.signup_ip = self.nets.fresh(rng, rng.choice(("office", "home")))
        self.dress(acct, "lib" if firm or (acct.plan == "api" and rng.random() < 0.6) else "web")
        return acct

    def dress(self, acct: Account, kind: str) -> None:
        """Give an account its client, parameters, model and what the log keeps of it."""
        rng = self.rng
        acct.stacks = [self.clients.draw(rng, kind) for _ in range(rng.choice((1, 1, 1, 2)))]
        known = [m for m, _ in MODELS]
        acct.model = rng.weighted(known, (3, 6, 22, 26, 14, 29))
        if rng.random() < 0.3:
            acct.adopt = self.release + rng.lognormal(10.8, 1.3)
        web = kind == "web"
        acct.temperature = (
            None if web else rng.choice((None, None, 0.0, 0.2, 0.3, 0.7, 0.7, 1.0, 1.0))
        )
        acct.top_p = rng.choice((0.9, 0.95, 1.0)) if not web and rng.random() < 0.15 else None
        acct.max_tokens = (
            None if web else rng.choice((None, None, 256, 500, 1000, 1024, 2000, 2048, 4096, 8192))
        )
        acct.stream = rng.choice((True, True, False)) if web or rng.random() < 0.5 else None
        acct.seed = rng.choice((0, 1, 42, 1234)) if not web and rng.random() < 0.06 else None
        acct.logs_answer = rng.random() < 0.88
        acct.logs_messages = rng.random() < (0.5 if web else 0.3)
        acct.conversations = web or rng.random() < 0.5
        if acct.plan == "subscription":
            acct.path, acct.keys = "subscription", []
        elif rng.random() < 0.09:
            acct.path = rng.choice(("cloud:aws", "cloud:gcp", "cloud:azure", "partner:notely"))
            acct.plan = "cloud" if acct.path.startswith("cloud") else acct.plan
            acct.logs_client = rng.random() < 0.5
        elif rng.random() < 0.05:
            acct.path = rng.choice(("aggregator:openmix", "aggregator:routely"))
            acct.logs_client = rng.random() < 0.6

    def send(
        self, acct: Account, moment: float, ask: Ask, chat: dict[str, Any], *, attack: bool = False
    ) -> list[str]:
        """Write one exchange, and its retries in an outage; return the reasoning blocks issued."""
        rng = self.rng
        if moment < acct.created or moment >= self.days * DAY:
            return []
        for begin, end in self.outages:
            if begin <= moment < end and rng.random() < 0.75:
                late = 0.0
                for attempt in range(rng.choice((1, 2, 3, 4))):
                    broken = rng.choice((500, 503, 529))
                    self._row(acct, moment + late, ask, chat, broken, attack=attack)
                    late += rng.uniform(1, 9) * 2**attempt
                moment = end + rng.wait(400) if rng.random() < 0.7 else moment
                if moment < end or moment >= self.days * DAY:
                    return []
        draw = rng.random()
        status = 200
        if draw < 0.018:
            status = rng.choice((429, 429, 429, 400, 500, 529, 408))
        if acct.id in self.closed and moment > self.closed[acct.id]:
            status = 403
        return self._row(acct, moment, ask, chat, status, attack=attack)

    def shut(self, acct: Account, moment: float, event: str = "suspended") -> None:
        self.events.append((acct.id, event, moment))
        self.closed[acct.id] = moment

    def _row(
        self,
        acct: Account,
        moment: float,
        ask: Ask,
        chat: dict[str, Any],
        status: int,
        *,
        attack: bool,
    ) -> list[str]:
        rng = self.rng
        good = status == 200
        refused = good and rng.random() < ask.risk
        text, tokens = (rng.choice(REFUSALS), rng.randint(9, 30)) if refused else reply(rng, ask)
        cap = ask.extra.get("request_max_tokens", acct.max_tokens)
        if acct.path == "subscription":
            cap = None
        cut_off = cap is not None and tokens > cap
        tokens = min(tokens, cap) if cap is not None else tokens
        text = text[: cap * 5] if cap is not None else text
        if "ip" not in chat:
            chat["ip"] = acct.egress.at(moment)
            chat["stack"] = rng.choice(acct.stacks)
            chat["key"] = rng.choice(acct.keys) if acct.keys else None
            chat["id"] = self.token("conv_", 14) if acct.conversations else None
            chat.setdefault("past", [])
            chat["turn"] = 0
        past: list[dict[str, str]] = ask.history or chat["past"]
        model = chat.get("model") or (
            self.newest if moment > max(acct.adopt, self.release) else acct.model
        )
        before = sum(len(m["content"]) for m in past) // 4
        sent = (
            (len(ask.prompt) + len(ask.system or "")) // 4 + before + ask.context + 820 * ask.images
        )
        issued: list[str] = []
        thinks = (
            good
            and not refused
            and (model.endswith("reason") or ("4-large" in model and rng.random() < 0.5))
        )
        if thinks:
            issued = [self.token("rb_", 18)]
        thought = int(rng.lognormal(5.6, 0.8)) if thinks else 0
        logged = acct.logs_client and ask.extra.get("operation", acct.operation) != "batch"
        row = {
            "received_at": moment,
            "account_id": acct.id,
            "request_model": model,
            "prompt_text": ask.prompt,
            "system_text": ask.system,
            "messages": as_messages(ask, past) if acct.logs_messages else None,
            "response_text": text if good and acct.logs_answer else None,
            "reasoning_text": prose(rng, ask.prompt, 2, steps=True)
            if thinks and acct.logs_answer and rng.random() < 0.6
            else None,
            "organization_id": acct.org,
            "api_key_id": chat["key"],
            "access_path": acct.path,
            "operation": acct.operation,
            "ip": chat["ip"] if logged else None,
            "asn": self.nets.asn(chat["ip"]) if logged else None,
            "user_agent": chat["stack"][0] if logged else None,
            "client_fingerprint": chat["stack"][1] if logged and rng.random() < 0.96 else None,
            "conversation_id": chat["id"],
            "turn_index": chat["turn"] if chat["id"] else None,
            "request_temperature": acct.temperature,
            "request_top_p": acct.top_p,
            "request_max_tokens": cap,
            "request_seed": acct.seed,
            "request_stream": acct.stream,
            "response_format": None if acct.path == "subscription" else "text",
            "tool_names": ask.tools,
            "tool_call_count": ask.calls if good and not refused else 0,
            "image_count": ask.images,
            "input_tokens": sent,
            "output_tokens": tokens + thought if good else 0,
            "reasoning_tokens": thought if good else None,
            "cached_input_tokens": int(sent * rng.uniform(0.5, 0.95))
            if good and sent > 1024 and rng.random() < 0.6
            else 0,
            "finish_reasons": None
            if not good
            else ["length" if cut_off else "tool_calls" if ask.calls and not refused else "stop"],
            "status_code": status,
            "is_refusal": refused,
            "reasoning_blocks_issued": issued or None,
            "reasoning_blocks_presented": ask.presented or chat.get("blocks") or None,
            "is_attack": attack,
        }
        row.update(ask.extra)
        self.rows.append(row)
        if good:
            if chat["id"]:
                chat["turn"] += 1
                new = [
                    {"role": "user", "content": ask.prompt[:600]},
                    {"role": "assistant", "content": text[:600]},
                ]
                chat["past"] = [*past, *new][-6:]
            if issued and chat["id"]:
                chat["blocks"] = (chat.get("blocks") or [])[-2:] + issued
        return issued
