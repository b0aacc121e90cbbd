"""Where requests come from: homes, phones, offices, campuses, clouds, VPN exits, sold proxies."""

from __future__ import annotations

from bisect import bisect_right
from pathlib import Path

import pyarrow.parquet as pq

from ledgergen.dice import Dice

KINDS = {
    "home": "comcast|charter|deutsche telekom|vodafone|telefonica|orange|british telecom|rogers|telstra|turk telekom|kddi|ntt|korea telecom|chunghwa|viettel|telecom italia|proximus|kpn|telia|liberty|cox comm|claro|bharti|telkom",
    "phone": "t-mobile|jio|verizon wireless|sk telecom|cellco|telenor|mtn",
    "cloud": "amazon|google cloud|microsoft|digitalocean|hetzner|ovh|akamai|oracle",
    "campus": "university|universit|college|institute of technology",
    "vpn": "m247|datacamp|leaseweb|packethub",
    "office": "business|insurance|bank|cogent|level 3|colt |zayo",
}
FALLBACK = {"home": 11, "phone": 31, "cloud": 51, "campus": 71, "vpn": 91, "office": 101}


class Nets:
    """Address ranges by kind, shared carriers' gateways, popular VPN exits, and AS numbers."""

    def __init__(self, texts: Path | None, rng: Dice) -> None:
        path = texts.parent / "enrich" / "ip_asn_v4.parquet" if texts is not None else None
        self.ranges: dict[str, list[tuple[int, int, int]]] = {k: [] for k in KINDS}
        if path is not None and path.exists():
            self._load(path, rng)
        for kind, first in FALLBACK.items():
            if not self.ranges[kind]:
                blocks = [((first + i) << 24, 64000 + first * 20 + i) for i in range(12)]
                self.ranges[kind] = [(b, b + 60000, asn) for b, asn in blocks]
        spans = sorted(r for rows in self.ranges.values() for r in rows)
        self.starts = [s[0] for s in spans]
        self.spans = spans
        self.gateways = [[self.fresh(rng, "phone") for _ in range(40)] for _ in range(14)]
        self.exits = [self.fresh(rng, "vpn") for _ in range(70)]
        self.lambdas = [self.fresh(rng, "cloud") for _ in range(160)]
        self.homes: list[str] = []

    def _load(self, path: Path, rng: Dice) -> None:
        table = pq.read_table(path).to_pydict()
        keywords = [(k, v.split("|")) for k, v in KINDS.items()]
        for start, end, asn, org in zip(
            table["start"], table["end"], table["asn"], table["org"], strict=True
        ):
            name = (org or "").lower()
            for kind, keys in keywords:
                if any(k in name for k in keys):
                    self.ranges[kind].append((int(start), int(end), int(asn)))
                    break
        for rows in self.ranges.values():
            rng.shuffle(rows)
            del rows[1500:]

    def fresh(self, rng: Dice, kind: str) -> str:
        """Return an address of a kind."""
        start, end, _ = rng.choice(self.ranges[kind])
        n = rng.randint(start, end)
        return f"{n >> 24}.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}"

    def near(self, rng: Dice, ip: str) -> str:
        """Return another address of the same block."""
        return ip.rsplit(".", 1)[0] + f".{rng.randint(1, 254)}"

    def asn(self, ip: str) -> int | None:
        """Return the AS number of an address."""
        a, b, c, d = (int(x) for x in ip.split("."))
        n = (a << 24) | (b << 16) | (c << 8) | d
        i = bisect_right(self.starts, n) - 1
        return self.spans[i][2] if i >= 0 and n <= self.spans[i][1] else None


class Egress:
    """How one account reaches the provider; `at` gives the address for a session."""

    def __init__(self, nets: Nets, rng: Dice, fixed: list[str], *, lease: float = 0.0) -> None:
        self.nets = nets
        self.rng = rng
        self.fixed = fixed
        self.lease = lease
        self.roam = 0.0
        self.carrier = rng.choice(nets.gateways)
        self.exit: list[str] = []
        self.until = 0.0

    def at(self, moment: float) -> str:
        rng = self.rng
        if self.lease and moment > self.until:
            if self.until:
                self.fixed[0] = self.nets.near(rng, self.fixed[0])
            self.until = moment + rng.wait(self.lease)
        if self.exit and rng.random() < 0.8:
            return rng.choice(self.exit)
        if self.roam and rng.random() < self.roam:
            return rng.choice(self.carrier)
        return rng.choice(self.fixed)


def person_egress(nets: Nets, rng: Dice) -> Egress:
    """Return home line, perhaps a phone, now and then a VPN."""
    ip = nets.fresh(rng, "home")
    nets.homes.append(ip)
    egress = Egress(nets, rng, [ip], lease=rng.choice((86400.0, 3e5, 2e6)))
    egress.roam = rng.choice((0.0, 0.0, 0.1, 0.35, 0.9))
    if rng.random() < 0.08:
        egress.exit = rng.sample(nets.exits, rng.randint(1, 3))
    return egress


def server_egress(nets: Nets, rng: Dice) -> Egress:
    """Return a server's addresses: one machine, a small fleet, or serverless workers."""
    draw = rng.random()
    if draw < 0.25:
        return Egress(nets, rng, rng.sample(nets.lambdas, rng.randint(4, 20)))
    first = nets.fresh(rng, "cloud" if draw < 0.85 else "office")
    more = [nets.near(rng, first) for _ in range(rng.choice((0, 0, 1, 3)))]
    return Egress(nets, rng, [first, *more])
