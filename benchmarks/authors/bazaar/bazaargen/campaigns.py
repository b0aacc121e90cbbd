"""Campaigns hidden in the market: operators with a plan, a budget, and accounts bought in lots.

Naive ones look like careless scripts. Careful ones imitate one honest programme closely. Adaptive
ones imitate another programme on each account and send mostly its ordinary traffic as cover.
"""

from dataclasses import dataclass, field, replace
from math import exp, log
from typing import Any

from .catalogue import Program
from .dice import Dice
from .fair import Fair, Group
from .jobs import POLITE, Style
from .ledger import Account
from .lexicon import BRANDS, DOMAINS
from .market import DAY, REGIONS, Line
from .rhythm import talks
from .texts import LANGS, Item

# kind: weight | role | jobs (a+b at random, a>b one after the other) | shelf | language | flags
KINDS = """
M01|3|distiller|steps|bench|en|think
M02|3|distiller|posthoc|bench|en|
M03|2|distiller|langmatch|own|mixed|think
M04|1|distiller|debug|bench|en|think
M05|1|distiller|fakesys|code|en|think
M06|1|distiller|launder|own|en|think turns
M07|2|distiller|replay|bench|en|think turns
M08|1|distiller|deepthink|code|en|think
M09|1|distiller|edit|bench|en|think turns
M10|2|distiller|plain|any|en|
M11|1|distiller|jail>steps|chat|en|think
M12|3|distiller|rubric|judge|en|
M13|2|distiller|pair|chat|en|repeat=2
M14|2|distiller|clean|bench|en|
M15|3|distiller|evolve|meta|en|
M16|3|distiller|task|code|en|
M17|2|distiller|bench|bench|en|repeat=4
M18|1|distiller|saferw|chat|mixed|
M19|3|distiller|expert|own|en|
M20|2|distiller|mirror|any|mixed|repeat=3
M21|1|distiller|vision|own|en|
M22|1|distiller|pair+rubric|code|en|
M23|3|distiller|agent|agent|en|turns think
M24|2|distiller|tool|tool|en|turns
M25|1|distiller|gui|own|en|
M26|2|distiller|import|chat|mixed|
M27|1|distiller|simulate|own|en|turns
M28|3|relay|chat|any|mixed|relay turns
M29|1|relay|coder|code|en|relay turns brand
M30|2|distiller|draft|any|en|
M31|2|distiller|logits|text|en|
M32|1|distiller|oneword|text|en|
M33|1|distiller|expert+task|own|en|ml
M34|2|distiller|steps+plain|any|en|
M35|2|reseller|chat|any|mixed|relay turns sub
M36|2|reseller|coder+chat|code|en|relay turns sub
M37|1|distiller|steps+task|own|en|edu
M38|1|distiller|steps+plain|any|en|stolen
M39|1|distiller|plain+steps|bench|en|path=cloud:nimbus
M40|1|distiller|plain+expert|any|mixed|path=aggregator:modelhub
M41|1|reseller|chat+coder|any|mixed|relay turns
M43|2|distiller|task+steps|code|en|pivot
M44|1|distiller|posthoc+steps|bench|en|older
"""
SWAPS = ["show give", "write compose", "how in_what_way", "use employ", "find determine", "make build", "each every", "and as_well_as", "explain describe", "about regarding", "need require", "example illustration", "small compact", "problem question"]  # fmt: skip
SCRIPTS = ("py", "req", "node", "curl", "harness")
SHARE_BANNED = {"naive": 0.25, "careful": 0.1, "adaptive": 0.05}
SPREAD = {"naive": "fixed", "careful": "slots", "adaptive": "spun"}


@dataclass(slots=True)
class Operator:
    """One campaign: its plan and what its accounts have in common."""

    name: str
    kind: str
    role: str
    jobs: list[str]
    flags: dict[str, str]
    care: str
    size: int
    start: float
    cover: tuple[float, float]
    lang: str
    loud: bool
    queue: list[Item]
    proxies: list[tuple[str, int | None]]
    cards: list[str]
    devices: list[str]
    mails: list[str | None]
    models: list[str]
    settings: dict[str, Any]  # what a careless script always sends
    pauses: list[tuple[float, float]]
    domain: str
    total: int = 1
    blocks: list[str] = field(default_factory=list)
    style: Style | None = None


@dataclass(slots=True)
class Seat:
    """One account of a campaign, behind its mask."""

    account: Account
    face: Account  # the account as the operator's program uses it
    mask: Group
    style: Style
    cover_style: Style
    cover_items: list[Item]
    cover: float
    span: tuple[float, float]


class Underworld:
    """Makes and runs the campaigns of one world."""

    def __init__(self, dice: Dice, fair: Fair, care: str) -> None:
        self.dice, self.fair, self.care = dice, fair, care
        self.market, self.texts, self.ledger = fair.market, fair.texts, fair.ledger
        self.masks = [p for p in fair.programs if "mask" in p.flags]
        self.end = self.market.days * DAY

    def run(self, honest: int) -> None:
        """All campaigns: different methods, sizes from small to large."""
        rows = [line.split("|") for line in KINDS.strip().splitlines()]
        weights = {index: float(row[1]) for index, row in enumerate(rows)}
        largest = max(24.0, min(300.0, honest * 0.05))
        for number in range(8 + self.dice.below(5)):
            index = self.dice.weighted(weights)
            weights.pop(index)
            size = int(exp(self.dice.between(log(15), log(largest))))
            self._work(self._operator(f"c{number:02d}", rows[index], size))

    def _operator(self, name: str, row: list[str], size: int) -> Operator:
        """Decide the plan of work; buy addresses, cards and mail."""
        dice, market, care, naive = self.dice, self.market, self.care, self.care == "naive"
        kind, _, role, jobs, shelf, lang, rest = row
        flags = {f.partition("=")[0]: f.partition("=")[2] for f in rest.split()}
        start = -dice.between(0, 20) * DAY
        if dice.chance(0.4):
            start = dice.between(0.1, 0.55) * self.end
        cover = (0.5, 0.95) if care == "adaptive" else (0.0, 0.0)
        if care == "careful":
            cover = dice.pick([(0.0, 0.1), (0.1, 0.5)])
        domains = ["ml"] if "ml" in flags else dice.some(list(DOMAINS), 1 + dice.below(4))
        daily = {"naive": 20, "careful": 9, "adaptive": 8}[care] * (1 - sum(cover) / 2)
        repeat = int(flags.get("repeat", 1))
        budget = size * daily * (self.end - max(0.0, start)) / DAY * dice.between(0.5, 1.4)
        count = int(budget / repeat / (3 if "turns" in flags else 1)) + 30
        seeds: list[Item] = []
        while len(seeds) < count:
            for domain in domains:
                source = shelf if dice.chance(0.6) else "own"
                seeds += self.texts.items(dice, source, max(20, count // 6), domain, lang)
        queue = dice.mixed(dice.some(seeds, count) * repeat)
        if naive:
            asn = dice.pick([14061, 16276, 45102, 9009, 24940])
            proxies = [(market.address(dice, asn), asn) for _ in range(2 + dice.below(10))]
        else:
            proxies = market.residential(dice, int(size * dice.between(1.5, 4)))
            proxies += dice.some(market.exits, 4)
            for _ in range(size // 3):  # phones as proxies: carriers' shared addresses
                proxies += market.mobile(dice, dice.pick(list(REGIONS))).spots[:2]
        settings = {
            "temperature": dice.pick([None, 0.0, 0.7, 1.0, 0.2]),
            "cap": dice.pick([None, 1024, 2048, 4096, 8192]),
            "stream": dice.pick([None, False, False, True]),
            "operation": dice.pick(["chat", "chat", "chat", "batch"]),
        }
        begins = [dice.between(0, self.end) for _ in range(dice.poisson(market.days / 4))]
        return Operator(
            name=f"{name}-{kind}",
            kind=kind,
            role=role,
            jobs=jobs.split(">"),
            flags=flags,
            care=care,
            size=size,
            start=start,
            cover=cover,
            lang=lang,
            loud=naive or (care == "careful" and dice.chance(0.3)),
            queue=queue,
            proxies=proxies,
            cards=[dice.code("pm_", 16) for _ in range(max(2, size // 12))],
            devices=[dice.code("dv_", 16) for _ in range(max(2, size // 6))],
            mails=[market.mail(dice, dice.pick(["odd", "odd", "firm"])) for _ in range(5)],
            models=dice.some(["aurora-3-think", "aurora-3-large", "borealis-2"], 1 + (not naive)),
            settings=settings,
            pauses=[(b, b + dice.between(2, 11) * 3600) for b in begins],
            domain=domains[0],
            total=len(queue),
        )

    def _mask(self, program: Program | None = None) -> Group:
        """An honest programme to look like: often a crowd that exists in this market."""
        dice = self.dice
        if program is None:
            weights = {
                i: p.share**0.7 * (0.5 if p.plan == "subscription" else 1)
                for i, p in enumerate(self.masks)
            }
            program = self.masks[dice.weighted(weights)]
        known = self.fair.groups.get(program.name)
        if known and dice.chance(0.6):
            return dice.pick(known)
        return self.fair.group(dice, program, 1)

    def _seat(self, op: Operator, mask: Group, lot: float, begin: float) -> Seat:
        """Open or buy one account and set it up."""
        dice, naive, careful = self.dice, op.care == "naive", op.care == "careful"
        account = self.fair.account(dice, mask)
        account.rate = dice.around(18 if naive else 9 if careful else 8, 0.55)
        if naive and dice.chance(0.12):
            account.rate = dice.around(110, 0.4)
        elif not naive:
            account.rate = min(25.0, max(2.0, account.rate))
        account.authorized = False if dice.chance(0.9) else None
        bought = dice.chance(0.6 if op.care == "adaptive" else 0.15)
        face = account
        if "stolen" in op.flags:  # the owner goes on as before; the thief uses another client
            face = replace(account, client=self.market.client(dice, "py"))
            face.line = Line(dice.some(op.proxies, 3), 0.4)
        else:
            born = None if bought else min(lot + dice.around(9000, 0.9), begin)
            self._disguise(op, account, mask, born)
            if account.created > begin:
                account.created = begin - dice.around(9000, 0.9)
        if "sub" in op.flags and not naive:
            account.path, account.plan, account.keys = "subscription", "subscription", [None]
        if "edu" in op.flags:
            account.plan = dice.pick(["education", "startup_credit", "research"])
        if "path" in op.flags and dice.chance(0.85):
            account.path, account.plan, account.device = op.flags["path"], "cloud", None
            account.hides = dice.chance(0.5)
        if naive or dice.chance(0.7 if careful else 0.4):
            face.model = dice.pick(op.models)
        if naive:
            for name, value in op.settings.items():
                setattr(face, name, value)
        if self.market.release >= 0 and (
            "pivot" in op.flags or (op.total % 5 < 2 and dice.chance(1 if naive else 0.5))
        ):
            late = 0.05 if naive else 0.3 if careful else 1.0
            face.pivot = self.market.release + dice.around(late, 0.7) * DAY
        cover_style, cover_items = self.fair.pool(dice, mask, 0)
        cover = 0.6 if "stolen" in op.flags else dice.between(*op.cover)
        role = "mixed" if cover > 0.25 and op.role == "distiller" else op.role
        truth = {"is_hostile": True, "campaign": op.name, "kind": op.kind, "care": op.care}
        self.ledger.open(account, {**truth, "role": role})
        if account.created > 0 and dice.chance(0.3):
            when = account.created + dice.between(60, 9000)
            self.ledger.events.append((account.account_id, "verified", when))
        end = self.end if dice.chance(0.85) else dice.between(begin, self.end)
        span = (max(0.0, begin), end)
        style = self._style(op, mask)
        return Seat(account, face, mask, style, cover_style, cover_items, cover, span)

    def _disguise(self, op: Operator, account: Account, mask: Group, born: float | None) -> None:
        """Sign-up data and addresses, as well hidden as the operator pays for."""
        dice, naive = self.dice, op.care == "naive"
        if born is not None:
            account.created = born
        slip = 1.0 if naive else 0.04
        if naive or not (mask.program.client == "nocode" or dice.chance(0.12)):
            account.line = Line(dice.some(op.proxies, 2 + dice.below(5)), dice.between(0.1, 0.6))
        if account.signup_ip and born is not None:
            account.signup_ip = account.line.spots[0][0]
        if account.card and dice.chance(slip):
            account.card = dice.pick(op.cards)
        if account.device and dice.chance(slip):
            account.device = dice.pick(op.devices)
        if account.mail and dice.chance({"naive": 0.9, "careful": 0.4, "adaptive": 0.08}[op.care]):
            account.mail = dice.pick(op.mails)

    def _style(self, op: Operator, mask: Group) -> Style:
        """How a seat words the attack: one script, a few wordings, or always anew."""
        if op.style is None or op.care == "adaptive":
            made = Style(mask.style.system, op.lang, op.domain, SPREAD[op.care], op.loud)
            made.layout = self.dice.below(6)
            if "brand" in op.flags or ("relay" in op.flags and op.care == "naive"):
                made.system = f"You are {self.dice.pick(BRANDS)}, a helpful assistant."
            op.style = made
        return op.style

    def _work(self, op: Operator) -> None:
        """Run the whole campaign in time order, handing out the plan item by item."""
        dice, naive, adaptive = self.dice, op.care == "naive", op.care == "adaptive"
        usable = [m for m in self.masks if m.client in SCRIPTS and m.plan == "api"]
        program = dice.pick(usable if naive else self.masks)
        common = self._mask(program)
        seats: list[Seat] = []
        left, lot, ramp = 0, 0.0, 0.0
        for _ in range(op.size):
            if left == 0:  # the next lot of accounts
                left = op.size if naive and dice.chance(0.6) else 4 + dice.below(14)
                age = dice.between(0.05, 1) if naive else dice.around(25, 0.9)
                lot = op.start - age * DAY
                ramp = op.start + (0 if naive else dice.between(0, 2.5) * DAY)
                ramp = min(ramp, 0.65 * self.end)
            left -= 1
            mask = self._mask() if adaptive else common
            seats.append(self._seat(op, mask, lot, ramp + dice.between(0, 0.3) * DAY))
        strike = dice.between(max(0.1 * self.end, op.start), self.end)
        for seat in seats[:]:
            if not dice.chance(SHARE_BANNED[op.care]):
                continue
            stop = min(self.end - 1, strike + dice.between(0, 0.4) * DAY)
            self.ledger.events.append((seat.account.account_id, "suspended", stop))
            seat.span = (seat.span[0], min(seat.span[1], stop))
            wait = dice.between(0.5, 24) * 3600
            if dice.chance(0.08):  # an appeal that went through, too late to matter
                back = (seat.account.account_id, "reinstated", stop + wait)
                self.ledger.events.append(back)
            if dice.chance(0.85) and stop + wait < self.end:
                mask = self._mask() if adaptive else common
                seats.append(self._seat(op, mask, stop if naive else lot, stop + wait))
        sittings = [(t[0], i, t) for i, seat in enumerate(seats) for t in self._times(op, seat)]
        sittings.sort(key=lambda s: s[:2])
        for time, index, times in sittings:
            if not any(a <= time < b for a, b in op.pauses):
                self._sit(op, seats, seats[index], times)

    def _times(self, op: Operator, seat: Seat) -> list[list[float]]:
        kind, turns = seat.mask.program.rhythm, "turns" in op.flags
        if op.care == "naive":
            kind = "fleet" if op.size % 2 else "batch"
        if turns and kind in ("service", "cron", "fleet", "batch"):
            kind = "dev"
        return talks(self.dice, self.market, kind, seat.account.zone, seat.account.rate, seat.span)

    def _sit(self, op: Operator, seats: list[Seat], seat: Seat, times: list[float]) -> None:
        """One sitting of one seat: a piece of the plan, or cover."""
        dice, converse = self.dice, self.fair.converse
        if dice.chance(seat.cover) or not op.queue:
            if seat.cover > 0.02:
                source = self.fair.source(dice, [], seat.cover_items)
                job = seat.mask.program.job
                converse(dice, [seat.account], times, seat.cover_style, job, source)
            return
        phase = int((1 - len(op.queue) / op.total) * len(op.jobs) * 1.4)
        job = dice.pick(op.jobs[min(phase, len(op.jobs) - 1)].split("+"))
        pals = [seat.face]
        if "relay" in op.flags and dice.chance(0.08):
            pals.append(dice.pick(seats).face)
        if "older" in op.flags and times[0] > 0.5 * self.end:
            seat.face.model = "aurora-2-large"
        style = seat.style
        if op.lang == "mixed":
            style = replace(style, lang=dice.pick(LANGS))
        afresh = op.care == "adaptive" and "relay" not in op.flags

        def supply() -> Item | None:
            item = op.queue.pop() if op.queue else None
            return self._reword(item) if item and afresh else item

        converse(dice, pals, times, style, job, supply, None, 1, op.blocks)

    def _reword(self, item: Item) -> Item:
        """An item as another model would put it."""
        dice, text = self.dice, item.text
        if item.lang != "en" or len(text) > 1500:
            return item
        for swap in SWAPS:
            old, new = swap.split()
            if dice.chance(0.5):
                text = text.replace(f" {old} ", f" {new.replace('_', ' ')} ")
        sentences = text.split(". ")
        if 2 < len(sentences) < 9 and dice.chance(0.3):
            sentences = [*sentences[1:], sentences[0]]
        return replace(item, text=dice.pick(POLITE) + ". ".join(sentences))
