"""The market place: addresses, clients, mail domains, models, holidays and outages."""

from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from .dice import Dice
from .lexicon import words

DAY = 86400.0
# Time zone offset: weight, home carriers, mobile carriers.
REGIONS: dict[float, tuple[float, list[int], list[int]]] = {
    -8.0: (8, [7922, 7018, 20115], [21928, 22394]),
    -5.0: (17, [7922, 701, 20115, 7018, 812, 577], [21928, 22394, 20057]),
    -6.0: (4, [8151, 7922], [28403, 21928]),
    -3.0: (7, [28573, 27699, 18881], [26615, 26599]),
    0.0: (8, [2856, 5607, 5089, 3243], [12576, 29465, 37075]),
    1.0: (15, [3320, 3215, 3352, 3269, 5617, 1136, 12322], [3209, 12430, 25135]),
    2.0: (5, [3301, 8551, 8452], [29975, 15895]),
    3.0: (6, [9121, 12389, 25019], [8359, 20978, 33771]),
    5.5: (13, [9829, 24560], [55836, 45609]),
    7.0: (7, [7713, 7552, 45899], [23693, 131445]),
    8.0: (12, [4134, 4837, 9299, 9506, 3462], [9808, 132199]),
    9.0: (7, [4713, 2516, 4766, 9318], [17676, 9605]),
    10.0: (3, [1221, 4804], [133612]),
}
CLOUDS = [16509, 14618, 396982, 8075, 14061, 24940, 16276, 63949, 20473, 45102, 132203, 31898]
NOCODE = [16509, 14618, 396982]
TUNNELS = [9009, 212238, 60068, 20473, 39351]
CLIENTS = {  # kind: user agents (commoner first), transport fingerprints, is a program
    "py": ["OpenAI/Python 1.99.{n}", "Async/OpenAI 2.{n}.0", "python-httpx/0.28.{n}"],
    "req": ["python-requests/2.32.{n}", "python-requests/2.31.0", "aiohttp/3.12.{n}"],
    "node": ["OpenAI/JS 5.{n}.0", "ai-sdk/4.{n} node/22", "axios/1.{n}.4", "node-fetch/3.3.2"],
    "lang": ["langchain-py/0.3.{n}", "litellm/1.7{n}.0", "llama-index/0.12.{n}"],
    "curl": ["curl/8.{n}.0", "Wget/1.21.4", "okhttp/4.12.0"],
    "go": ["Go-http-client/2.0", "Java-http-client/21.0.{n}", "Ruby/3.3 Faraday/2.{n}"],
    "harness": ["codeline-cli/1.{n}.3", "pairbot-vscode/0.9{n}", "opencoder/0.1{n}.0"],
    "tool": ["tavern-ui/1.13.{n}", "notes-ai-plugin/2.{n}", "open-chat-ui/0.6.{n}"],
    "nocode": ["Flowly/2.0 (+hooks)", "Zapline-Bot/1.{n}", "n9n/1.8{n}.0"],
    "app": ["ChatApp/6.{n} (iPhone; iOS 18.7)", "ChatApp/6.{n} (Android 15)"],
}
BROWSERS = [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.6 Safari/605",
    "Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0",
]
BIG_MAIL = words(
    "gmail.com gmail.com gmail.com outlook.com yahoo.com icloud.com hotmail.com qq.com 163.com mail.ru proton.me naver.com gmx.de web.de orange.fr yandex.ru uol.com.br"
)
MODELS = words(
    "aurora-3-large aurora-3-mini aurora-3-think borealis-2 borealis-2-mini aurora-2-large corona-embed-chat"
)
WORDS = words(
    "north blue apex delta solar river stone cloud pixel green lumen vector harbor maple orbit cedar nova prime metro atlas"
)
TAILS = words(
    "labs works soft media group tech data studio systems shop consulting health logistics learning"
)


@dataclass(slots=True)
class Line:
    """How one account reaches the net: a few addresses and how they are used."""

    spots: list[tuple[str, int | None]]
    sway: float = 0.05  # chance of leaving the first address at a session


@dataclass(slots=True)
class Client:
    """A program that sends requests."""

    kind: str
    agents: list[str]
    prints: list[str]


@dataclass
class Market:
    """Everything that all customers of one world share."""

    dice: Dice
    days: int
    texts: Path | None
    start: int = 0
    ranges: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    outages: list[tuple[float, float]] = field(default_factory=list)
    holidays: dict[float, int] = field(default_factory=dict)
    release: float = -1.0
    campuses: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        dice = self.dice
        # a Monday-based calendar in autumn 2026; any weekday may come first
        self.start = 1790553600 + 86400 * dice.below(60)
        self.new_model = dice.pick(["aurora-4-large", "borealis-3", "aurora-4-think"])
        if dice.chance(0.75):
            self.release = dice.between(0.15, 0.7) * self.days * DAY
        for _ in range(dice.poisson(self.days / 5)):
            begin = dice.between(0, self.days * DAY)
            self.outages.append((begin, begin + dice.between(300, 5400)))
        for zone in REGIONS:
            if dice.chance(0.12 * self.days / 7):
                self.holidays[zone] = dice.below(self.days)
        enrich = self.texts.parent / "enrich" if self.texts else None
        self._networks(enrich)
        self.browsers = list(BROWSERS)
        self.throwaway = [f"{dice.pick(WORDS)}{dice.below(99)}mail.net" for _ in range(150)]
        if enrich and (enrich / "user_agents_weighted.parquet").exists():
            agents = pq.read_table(enrich / "user_agents_weighted.parquet", columns=["userAgent"])
            self.browsers = agents["userAgent"].to_pylist()[:4000]
        if enrich and (enrich / "disposable_email_domains.parquet").exists():
            table = pq.read_table(enrich / "disposable_email_domains.parquet", columns=["domain"])
            self.throwaway = dice.some(table["domain"].to_pylist(), 400)
        self.prints = {
            kind: [self._ja4(kind) for _ in range(4 if kind in CLIENTS else 12)]
            for kind in [*CLIENTS, "web"]
        }
        self.carrier_nat = {
            asn: [self.address(dice, asn) for _ in range(25)]
            for _, _, mobile in REGIONS.values()
            for asn in mobile
        }
        self.exits = [(self.address(dice, asn), asn) for asn in TUNNELS for _ in range(18)]
        self.hooks = [(self.address(dice, asn), asn) for asn in NOCODE for _ in range(12)]
        self.runners = [(self.address(dice, 8075), 8075) for _ in range(220)]

    def _ja4(self, kind: str) -> str:
        alpn = "h2" if kind in ("web", "app", "node", "go") else "h1"
        return f"t13d{15 + self.dice.below(3)}{10 + self.dice.below(7)}{alpn}_" + "_".join(
            (self.dice.code("", 12), self.dice.code("", 12))
        )

    def _networks(self, enrich: Path | None) -> None:
        known = {a for _, homes, mobile in REGIONS.values() for a in (*homes, *mobile)}
        known |= {*CLOUDS, *TUNNELS}
        path = enrich / "ip_asn_v4.parquet" if enrich else None
        if path and path.exists():
            table = pq.read_table(path)
            campus = pc.match_substring(table["org"].cast(pa.string()), "Universit")
            self.campuses = sorted(set(table.filter(campus)["asn"].to_pylist()))[:400]
            wanted = pa.array(sorted(known | set(self.campuses)))
            table = table.filter(pc.is_in(table["asn"], value_set=wanted))
            for row in table.to_pylist():
                if row["end"] - row["start"] > 200:
                    self.ranges.setdefault(row["asn"], []).append((row["start"], row["end"]))
        else:
            self.campuses = [64600 + i for i in range(40)]
        for asn in known | set(self.campuses):
            base = (11 + asn % 180) * 2**24 + (asn * 7919 % 250) * 65536
            self.ranges.setdefault(asn, [(base, base + 65535)])

    def address(self, dice: Dice, asn: int) -> str:
        """An address of one network; now and then a v6 one."""
        low, high = dice.pick(self.ranges[asn])
        number = low + 1 + dice.below(high - low - 1)
        if dice.chance(0.12):
            return f"2a{asn % 100:02x}:{asn % 65521:x}:{dice.below(65536):x}:{dice.below(65536):x}::{1 + dice.below(9999):x}"
        return ".".join(str(number >> shift & 255) for shift in (24, 16, 8, 0))

    def zone(self, dice: Dice) -> float:
        """A region, as its offset from UTC."""
        return dice.weighted({zone: row[0] for zone, row in REGIONS.items()})

    def home(self, dice: Dice, zone: float) -> Line:
        """A household line, often with a phone beside it."""
        asn = dice.skewed(REGIONS[zone][1], 1.4)
        spots: list[tuple[str, int | None]] = [(self.address(dice, asn), asn)]
        if dice.chance(0.2):
            spots.append((self.address(dice, asn), asn))
        if dice.chance(0.45):
            spots += self.mobile(dice, zone).spots[:2]
        if dice.chance(0.06):
            spots.insert(dice.below(2), dice.skewed(self.exits))
        return Line(spots, dice.between(0.0, 0.35))

    def mobile(self, dice: Dice, zone: float) -> Line:
        """A phone behind a carrier's shared addresses."""
        asn = dice.skewed(REGIONS[zone][2], 1.4)
        return Line([(ip, asn) for ip in dice.some(self.carrier_nat[asn], 6)], 0.6)

    def line(self, dice: Dice, place: str, zone: float) -> Line:
        """A line for one kind of place."""
        if place == "home":
            return self.home(dice, zone) if dice.chance(0.85) else self.mobile(dice, zone)
        if place == "mobile":
            return self.mobile(dice, zone)
        if place == "office":
            asn = dice.pick(REGIONS[zone][1])
            return Line([(self.address(dice, asn), asn) for _ in range(1 + dice.below(2))], 0.3)
        if place == "campus":
            asn = dice.pick(self.campuses)
            return Line([(self.address(dice, asn), asn) for _ in range(1 + dice.below(3))], 0.5)
        if place == "hooks":
            return Line(dice.some(self.hooks, 8), 0.9)
        if place == "runners":
            return Line(dice.some(self.runners, 60), 0.97)
        if place == "vpn":
            return Line(dice.some(self.exits, 1 + dice.below(5)), 0.5)
        asn = dice.skewed(CLOUDS, 1.6)
        return Line([(self.address(dice, asn), asn) for _ in range(1 + dice.below(3))], 0.2)

    def residential(self, dice: Dice, count: int) -> list[tuple[str, int | None]]:
        """Addresses as a proxy merchant sells them: households all over the world."""
        spots: list[tuple[str, int | None]] = []
        zones = [self.zone(dice) for _ in range(4)]
        for _ in range(count):
            asn = dice.pick(REGIONS[dice.pick(zones)][1])
            spots.append((self.address(dice, asn), asn))
        return spots

    def client(self, dice: Dice, kind: str) -> Client:
        """A client with the version that this customer runs."""
        if kind in ("web", "ext"):
            browser = [dice.pick(self.browsers) for _ in range(1 + dice.chance(0.25))]
            return Client("web", browser, [dice.skewed(self.prints["web"])])
        agent = dice.skewed(CLIENTS[kind], 1.6).replace("{n}", str(int(9 * dice.u() ** 2)))
        return Client(kind, [agent], [dice.skewed(self.prints[kind], 1.8)])

    def firm_domain(self, dice: Dice) -> str:
        tail = dice.pick(["com", "com", "io", "co", "net", "de", "co.uk", "ai"])
        return (
            f"{dice.pick(WORDS)}{dice.pick(TAILS)}{dice.pick(['', '', str(dice.below(90))])}.{tail}"
        )

    def mail(self, dice: Dice, kind: str) -> str | None:
        """A mail domain of a kind."""
        if kind == "firm":
            return self.firm_domain(dice)
        if kind == "edu":
            return f"{dice.pick(['cs', 'mail', 'stu', 'u'])}.{dice.pick(WORDS)}{dice.below(60)}.edu"
        if kind == "odd":
            return dice.skewed(self.throwaway, 1.5)
        return self.firm_domain(dice) if dice.chance(0.06) else dice.skewed(BIG_MAIL, 1.5)
