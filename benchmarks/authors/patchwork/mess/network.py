"""Networks: address ranges by kind, real prefixes where the enrich tables are there."""

from pathlib import Path

import pyarrow.parquet as pq

from .dice import Random

Address = tuple[str, int]
Place = tuple[int, int]

ISP = [
    7922,
    701,
    7018,
    3320,
    3209,
    3215,
    2856,
    5607,
    3352,
    3269,
    4713,
    4766,
    8151,
    9121,
    12389,
    1221,
    7552,
    45899,
    7713,
    4134,
    4837,
    28573,
    12322,
    6830,
    577,
    9829,
    17488,
    3462,
]

MOBILE = [
    21928,
    22394,
    55836,
    45609,
    17676,
    2516,
    9299,
    4775,
    29465,
    9808,
    26599,
    25135,
    20115,
]

CLOUD = [16509, 14618, 396982, 8075, 14061, 24940, 16276, 63949, 20473, 45102]

VPN = [9009, 212238, 39351, 60068, 136787, 209854]

EDU = [3, 25, 1103, 680, 786, 2200, 2907, 4538, 137, 1930]

BUSINESS = [174, 3356, 1299, 6939, 2914, 3257, 5089, 7843, 6327, 4788]


class Net:
    """Address ranges by kind of network; real prefixes where there are some, else invented ones."""

    def __init__(self, R: Random, enrich: Path | None) -> None:
        want = {
            "isp": ISP,
            "mobile": MOBILE,
            "cloud": CLOUD,
            "vpn": VPN,
            "edu": EDU,
            "biz": BUSINESS,
        }
        self.ranges = {}  # asn -> [(start, size)]
        path = enrich / "ip_asn_v4.parquet" if enrich else None
        if path and path.exists():
            t = pq.read_table(path, columns=["start", "end", "asn"])
            every = {a for v in want.values() for a in v}
            table = (t.column(c).to_pylist() for c in ("start", "end", "asn"))
            for s, e, a in zip(*table, strict=True):
                if a in every and e - s >= 255:
                    self.ranges.setdefault(a, []).append((s, e - s))
        for i, a in enumerate(a for v in want.values() for a in v):
            self.ranges.setdefault(a, [((11 + i) << 24 | R.getrandbits(8) << 16, 65535)])
        self.kinds = want
        self.weights = {k: [1 / (i + 2) for i in range(len(v))] for k, v in want.items()}
        self.cgnat = {a: [self.ip(R, a) for _ in range(45)] for a in MOBILE}
        self.vpnexit = {a: [self.ip(R, a) for _ in range(30)] for a in VPN}
        self.aggregators = {
            n: [self.ip(R, R.choice(CLOUD)) for _ in range(6)]
            for n in ("openroad", "polyrouter", "unigate", "modelmart")
        }

    def ip(self, R: Random, asn: int) -> Place:
        s, n = R.choice(self.ranges[asn])
        return int(s + 1 + R.random() * (n - 2)), asn

    def draw(self, R: Random, kind: str) -> int:
        return R.choices(self.kinds[kind], self.weights[kind])[0]

    def address(self, R: Random, kind: str) -> Address:
        """One (ip string, asn) of a kind; mobile and vpn addresses are shared by many."""
        a = self.draw(R, kind)
        if kind == "mobile":
            return text(R.choice(self.cgnat[a]))
        if kind == "vpn":
            return text(R.choice(self.vpnexit[a]))
        if kind in ("isp", "mobile") and R.random() < 0.15:
            return (
                f"2a{a % 97:02x}:{a & 0xFFFF:x}:{R.getrandbits(16):x}:{R.getrandbits(16):x}::{R.getrandbits(12):x}",
                a,
            )
        return text(self.ip(R, a))

    def near(self, R: Random, addr: Address) -> Address:
        """Another address of the same network (DHCP renewal, next NAT egress)."""
        ip, a = addr
        if ":" in ip:
            return (ip.rsplit("::", 1)[0] + f"::{R.getrandbits(12):x}", a)
        h = ip.rsplit(".", 1)[0] if R.random() < 0.5 else None
        return (f"{h}.{R.randint(2, 253)}", a) if h else text(self.ip(R, a))


def text(x: Place) -> Address:
    v, a = x
    return (f"{v >> 24}.{v >> 16 & 255}.{v >> 8 & 255}.{v & 255}", a)
