"""Honest groups and accounts: who they are, what they share, and their traffic."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .catalogue import Program, catalogue
from .dice import Dice
from .jobs import Jobs, Style
from .ledger import Account, Ledger
from .lexicon import BRANDS, DOMAINS, words
from .market import DAY, MODELS, Market
from .rhythm import talks
from .texts import LANGS, Item, Texts

STATEFUL = set(
    words(
        "chat plain steps expert tutor launder replay edit agent coder tool simulate service play"
    )
)
PUBLIC = 7  # how many wordings of one job circulate
MACHINES = ("service", "batch", "cron", "fleet")
PATHS = words(
    "cloud:nimbus cloud:nimbus cloud:strato aggregator:openlane aggregator:modelhub partner:telvia"
)
USES = words("product product research education evaluation")


@dataclass(slots=True)
class Group:
    """What the accounts of one group share."""

    program: Program
    style: Style
    zone: float
    items: list[Item] | None
    org: str | None
    card: str | None
    mail: str | None
    line: Any
    client: Any
    device: str
    born: float
    meetings: list[float] | None
    size: int


class Fair:
    """Makes groups and accounts of programmes, and runs them."""

    def __init__(self, dice: Dice, market: Market, texts: Texts, ledger: Ledger) -> None:
        self.dice, self.market, self.texts, self.ledger = dice, market, texts, ledger
        self.jobs = Jobs(texts)
        self.programs = catalogue()
        self.public: dict[tuple[str, int], Style] = {}
        self.groups: dict[str, list[Group]] = {}
        self.previous: tuple[str | None, str | None] = (None, None)

    def style(self, dice: Dice, program: Program) -> Style:
        """A wording: new, or one of those that circulate for this job."""
        flags = program.flags
        spread = "spun" if "spun" in flags else "slots" if "slots" in flags else "fixed"
        if program.style == "public":
            key = (program.job, dice.skewed(range(PUBLIC), 1.8))
            if key in self.public:
                return self.public[key]
        system = None
        bare = program.client in ("web", "app", "curl") or program.job == "coder"
        if not bare and dice.chance(0.75):
            system = dice.pick(self.texts.systems)
        if "brand" in flags:
            system = f"You are {dice.pick(BRANDS)}, a helpful assistant. " + (system or "")[:300]
        lang = program.lang
        if lang == "mixed":
            lang = "mixed" if dice.chance(0.2) else dice.skewed(["en", "en", "en", *LANGS], 1.6)
        domain = "ml" if "ml" in flags else dice.pick(list(DOMAINS))
        made = Style(system, lang, domain, spread, "loud" in flags)
        made.layout = dice.below(6)
        if program.style == "public":
            self.public[key] = made
        return made

    def group(self, dice: Dice, program: Program, size: int) -> Group:
        """The common ground of a group of accounts."""
        flags, zone = program.flags, self.market.zone(dice)
        style = self.style(dice, program)
        items = None
        if program.style != "own" or "list" in flags or "split" in flags:
            count = int(flags.get("list") or (900 if "split" in flags else 160))
            items = self.texts.items(dice, program.shelf, count, style.domain, style.lang)
        meetings = None
        if "event" in flags:
            day = dice.below(max(1, self.market.days - 2))
            first = day * DAY + (dice.pick([9, 10, 14, 18]) - zone) * 3600
            meetings = [first + day * DAY for day in ([0, 1] if "venue" in flags else [0, 2, 3, 7])]
        line = None
        if program.bind in ("firm", "school") or "venue" in flags:
            line = self.market.line(dice, "office" if "venue" in flags else program.place, zone)
        born = meetings[0] if meetings else dice.between(-20, self.market.days - 1) * DAY
        firm = program.bind == "firm"
        return Group(
            program, style, zone, items,
            dice.code("org_", 12) if firm and dice.chance(0.8) else None,
            dice.code("pm_", 16), self.market.mail(dice, program.mail), line,
            self.market.client(dice, program.client), dice.code("dv_", 16), born, meetings, size,
        )  # fmt: skip

    def account(self, dice: Dice, group: Group) -> Account:
        """One account of a group, as such people open them."""
        p, market, flags = group.program, self.market, group.program.flags
        tied = p.bind in ("firm", "school")
        zone = group.zone if tied or dice.chance(0.15) else market.zone(dice)
        line = group.line
        if line is None or (tied and dice.chance(0.12)):
            line = market.line(dice, "home" if tied else p.place, zone)
        if "moves" in flags:
            place = dice.pick(["vpn", "cloud", "home"])
            line.spots += market.line(dice, place, market.zone(dice)).spots
            line.sway = 0.3
        created = -dice.around(190, 1.3) * DAY
        if dice.chance(float(flags.get("new") or 0.13)):
            crowd = group.size > 1 and dice.chance(0.75)
            lately = group.born if crowd else dice.between(-30, market.days) * DAY
            created = lately - dice.between(0.02, 1 if "event" in flags else 60) * 3600
        mail = group.mail if p.mail != "none" else None
        if mail and not (tied and p.mail in ("firm", "edu")):
            kind = dice.pick(["big", "firm", "big", "odd"]) if p.mail == "any" else p.mail
            mail = market.mail(dice, "odd" if dice.chance(0.03) else kind)
        card = group.card if p.pay == "firm" and dice.chance(0.9) else dice.code("pm_", 16)
        if p.pay == "none" or dice.chance(0.06):
            card = None
        client = group.client if tied and dice.chance(0.7) else market.client(dice, p.client)
        path = "subscription" if p.plan == "subscription" else "api"
        if p.plan == "cloud" or "cloud" in flags or (path == "api" and dice.chance(0.07)):
            path = dice.pick(PATHS)
        api, outside = path == "api", ":" in path
        device = group.device if "device" in flags else dice.code("dv_", 16)
        spot = line.spots[0] if dice.chance(0.7) else market.home(dice, zone).spots[0]
        checks = {"card": 4.0, "phone": 3.0, "email": 3.0, "none": 0.7, "business": 0.1}
        if card is None:
            checks = {"email": 4.0, "phone": 3.0, "none": 1.0}
        keys = 1 + dice.below(3) * dice.chance(0.15)
        made = Account(
            account_id=dice.code("acct_", 16),
            created=created,
            org=group.org or (dice.code("org_", 12) if api and dice.chance(0.2) else None),
            plan=p.plan,
            mail=mail,
            card=card,
            device=None if outside or dice.chance(0.08) else device,
            signup_ip=None if outside or dice.chance(0.05) else spot[0],
            verification="business" if "biz" in flags else dice.weighted(checks),
            declared=flags.get("decl") or (dice.pick(USES) if dice.chance(0.12) else None),
            authorized=True if "auth" in flags else False if dice.chance(0.9) else None,
            path=path,
            keys=[dice.code("key_", 12) if api else None for _ in range(keys)],
            client=client,
            line=line,
            model=dice.skewed(MODELS[:6], 1.7),
            zone=zone,
            rate=dice.around(p.rate * (0.3 if p.rhythm in MACHINES else 0.62), p.sigma),
        )
        made.rate = min(made.rate, 320.0)
        if dice.chance(0.012):  # a second account of the same person, or of the family
            made.card, made.device = self.previous
        self.previous = (made.card, made.device)
        self.habits(dice, made, p)
        return made

    def habits(self, dice: Dice, made: Account, p: Program) -> None:
        """Settings and ways that have nothing to do with anybody else."""
        screen = made.client.kind in ("web", "app", "harness", "tool")
        if "think" in p.flags and dice.chance(0.5):
            made.model = dice.pick(["aurora-3-think", "aurora-3-large"])
        made.temperature = dice.pick([None, None, None, 0.0, 0.2, 0.7, 0.7, 1.0])
        made.top_p = 0.95 if dice.chance(0.1) else None
        made.cap = dice.pick([None, None, 512, 1024, 1024, 2048, 4096, 8192])
        made.seed = 42 if dice.chance(0.02) else None
        made.stream = None if dice.chance(0.1) else dice.chance(0.85 if screen else 0.25)
        if p.rhythm == "batch" and dice.chance(0.4):
            made.operation = "batch"
        elif made.client.kind in ("curl", "req", "py") and dice.chance(0.05):
            made.operation = "completion"
        made.logs_messages, made.keeps_text = dice.chance(0.12), dice.chance(0.9)
        made.hides = ":" in made.path and (dice.chance(0.5) or "hides" in p.flags)
        made.errors = dice.around(0.012 if "bursty" in p.flags else 0.004, 0.9)
        keen = "release" in p.flags
        if self.market.release >= 0 and dice.chance(0.9 if keen else 0.3):
            since = max(self.market.release, made.created)
            made.pivot = since + dice.around(0.3 if keen else 1.6, 0.9) * DAY

    def run(self, dice: Dice, count: int) -> None:
        """Make about `count` honest accounts and all their traffic."""
        total = sum(p.share for p in self.programs)
        for program in self.programs:
            left = round(count * program.share / total * dice.around(1.0, 0.12))
            while left > 0:
                low, high = program.size
                size = min(max(left, min(low, 6)), low + dice.below(high - low + 1))
                if count < 1500:
                    size = min(size, max(3, left))
                left -= size
                self._run_group(dice, self.group(dice, program, size))

    def span(self, dice: Dice, account: Account) -> tuple[float, float]:
        """From when to when an account is in use: sign-up, late starts, churn."""
        begin = max(0.0, account.created + dice.around(600, 1.0))
        end = self.market.days * DAY
        if dice.chance(0.1):
            end = dice.between(begin, max(begin, end))
        return begin, end

    def times(
        self, dice: Dice, account: Account, group: Group, span: tuple[float, float]
    ) -> list[list[float]]:
        """When an account of this programme works."""
        p = group.program
        if "late" in p.flags:
            span = (dice.between(span[0], self.market.days * DAY * 0.8), span[1])
        if "oneday" in p.flags and span[0] < group.born:
            day = (max(0.0, group.born), group.born + DAY)
            burst = talks(dice, self.market, "human", account.zone, 6, day)
            return burst[: 1 + dice.below(3)]
        if "release" in p.flags and self.market.release >= 0:
            span = (max(span[0], self.market.release), span[1])
        return talks(dice, self.market, p.rhythm, account.zone, account.rate, span, group.meetings)

    def pool(self, dice: Dice, group: Group, index: int) -> tuple[Style, list[Item]]:
        """What one account of a group asks about, and how it words it."""
        p = group.program
        style = group.style if p.style != "own" else self.style(dice, p)
        if group.items is None:
            return style, self.texts.items(dice, p.shelf, 40, style.domain, style.lang)
        if "split" in p.flags:  # everyone gets a share of one list
            return style, group.items[index % group.size :: max(1, group.size)] or group.items
        return style, group.items

    @staticmethod
    def source(dice: Dice, queue: list[Item], items: list[Item]) -> Callable[[], Item | None]:
        """Where the next thing to ask comes from: a queue while it lasts, then the pool."""
        return lambda: queue.pop() if queue else dice.skewed(items, 1.3)

    def _run_group(self, dice: Dice, group: Group) -> None:
        p, ledger = group.program, self.ledger
        if p.size[1] > 1:
            self.groups.setdefault(p.name, []).append(group)
        members = [self.account(dice, group) for _ in range(group.size)]
        for index, account in enumerate(members):
            truth = {"is_hostile": False, "look_alike": p.name}
            ledger.open(account, truth)
            span = self.span(dice, account)
            if dice.chance(float(p.flags.get("banned") or 0.004)):
                stop = dice.between(0, self.market.days * DAY)
                if stop > account.created:
                    ledger.events.append(
                        (account.account_id, dice.pick(["suspended", "suspended", "limited"]), stop)
                    )
                    if dice.chance(0.4):
                        ledger.events.append(
                            (account.account_id, "reinstated", stop + dice.between(0.2, 2) * DAY)
                        )
                    else:
                        span = (span[0], max(span[0], min(span[1], stop)))
            if account.created > 0 and dice.chance(0.3):
                ledger.events.append(
                    (account.account_id, "verified", account.created + dice.between(60, 9000))
                )
            style, items = self.pool(dice, group, index)
            queue = dice.mixed(items) if "split" in p.flags else []
            supply = self.source(dice, queue, items)
            pals = [account, *(m for m in members if m is not account and "hop" in p.flags)]
            last: list[str] = []
            for times in self.times(dice, account, group, span):
                earlier = last if "fork" in p.flags else None
                last = self.converse(dice, pals, times, style, p.job, supply, earlier)
            if "oneday" in p.flags:
                supply = self.source(dice, [], self.texts.shelves["chat"])
                chat = Style(None, "en", style.domain, "spun")
                for times in talks(dice, self.market, "human", account.zone, 3, span):
                    self.converse(dice, pals[:1], times, chat, "chat", supply)

    def converse(
        self,
        dice: Dice,
        pals: list[Account],
        times: list[float],
        style: Style,
        job: str,
        supply: Callable[[], Item | None],
        earlier: list[str] | None = None,
        attack: int = 0,
        bag: list[str] | None = None,
    ) -> list[str]:
        """One sitting of the first of `pals`; some turns go to the others of the house."""
        talk, item = self.ledger.talk(dice, pals[0], attack), supply()
        for time in times:
            if item is None:
                break
            ask = self.jobs.make(dice, job, style, item, talk.turn)
            talk.account = pals[0] if len(pals) == 1 or dice.chance(0.8) else dice.pick(pals)
            foreign = earlier[-1:] if earlier and talk.turn == 0 and dice.chance(0.1) else None
            if bag and ask.steal:
                foreign = [dice.pick(bag[-400:])]
            if time > talk.account.created:
                issued = self.ledger.send(dice, talk, time, ask, foreign)
                if bag is not None:
                    bag += issued
            talk.turn += 1
            if job not in STATEFUL:  # the next one is a new task in a new conversation
                talk, item = self.ledger.talk(dice, pals[0], attack), supply()
        return talk.blocks
