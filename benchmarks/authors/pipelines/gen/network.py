"""Addresses and the networks they belong to."""

import bisect
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from .base import Base
from .basics import HOUR, Addresses


class Network(Base):
    """Where requests come from."""

    nets: dict[str, tuple[list[tuple[int, list[tuple[int, int]]]], list[float]]]
    asn_of: dict[str, int]
    cgnat: list[str]

    def fill_networks(self, folder: Path | None) -> None:
        """Address ranges of home lines, data centres and VPNs, from public tables or built in."""
        res, dc, vpn = {}, {}, {}
        if folder and (folder / "ip_asn_v4.parquet").exists():
            t = pq.read_table(folder / "ip_asn_v4.parquet", columns=["start", "end", "asn"])
            s, e, a = (t[c].to_numpy().astype(np.int64) for c in ("start", "end", "asn"))
            dcs = {
                int(str(x).lstrip("AS"))
                for x in pq.read_table(folder / "datacenter_asns.parquet")["asn"].to_pylist()
            }
            vps = {
                int(str(x).lstrip("AS"))
                for x in pq.read_table(folder / "vpn_asns.parquet")["asn"].to_pylist()
            }
            big = (e - s >= 255) & (a > 0)
            s, e, a = s[big], e[big], a[big]
            order = np.argsort(a, kind="stable")
            ua, first = np.unique(a[order], return_index=True)
            size = np.add.reduceat((e - s)[order], first)
            for k in np.argsort(-size, kind="stable")[:700]:
                lo, hi = first[k], (first[k + 1] if k + 1 < len(first) else len(order))
                rows = order[lo:hi]
                keep = rows[np.argsort(-(e - s)[rows], kind="stable")[:60]]
                asn = int(ua[k])
                (vpn if asn in vps else dc if asn in dcs else res)[asn] = [
                    (int(s[i]), int(e[i])) for i in keep
                ]
            for asn in vps:
                m = np.flatnonzero(a == asn)[:40]
                if len(m):
                    vpn[asn] = [(int(s[i]), int(e[i])) for i in m]
        if not res:

            def q(x: str, n: int) -> tuple[int, int]:
                return (
                    int.from_bytes(bytes(map(int, x.split("."))), "big"),
                    int.from_bytes(bytes(map(int, x.split("."))), "big") + n,
                )

            res = {
                asn: [q(ip, 2**18)]
                for asn, ip in [
                    (7922, "73.20.0.0"),
                    (3320, "79.192.0.0"),
                    (3215, "90.0.0.0"),
                    (2856, "86.128.0.0"),
                    (4713, "153.128.0.0"),
                    (4766, "121.128.0.0"),
                    (9829, "117.192.0.0"),
                    (28573, "177.32.0.0"),
                    (12389, "95.24.0.0"),
                    (4134, "113.64.0.0"),
                    (7018, "99.0.0.0"),
                    (5089, "82.0.0.0"),
                    (3352, "83.32.0.0"),
                    (17974, "36.72.0.0"),
                    (9121, "78.160.0.0"),
                ]
            }
            dc = {
                asn: [q(ip, 2**16)]
                for asn, ip in [
                    (16509, "52.16.0.0"),
                    (15169, "34.64.0.0"),
                    (8075, "20.40.0.0"),
                    (24940, "88.198.0.0"),
                    (16276, "51.68.0.0"),
                    (14061, "159.65.0.0"),
                ]
            }
        vpn = vpn or {a: dc[a] for a in list(dc)[:3]}
        self.nets = {}
        for name, d in (("res", res), ("dc", dc), ("vpn", vpn)):
            ks = list(d)
            w = np.array([1 / (i + 3) ** (0.75 if name == "res" else 1.1) for i in range(len(ks))])
            self.nets[name] = ([(k, d[k]) for k in ks], np.cumsum(w / w.sum()).tolist())
        self.asn_of = {}
        # carrier addresses shared by strangers
        self.cgnat = [self.ip("res") for _ in range(max(8, self.n // 60))]

    def ip(self, kind: str = "res") -> str:
        nets, cum = self.nets[kind]
        asn, ranges = nets[min(bisect.bisect(cum, self.r.random()), len(nets) - 1)]
        lo, hi = self.r.choice(ranges)
        v = self.r.randint(lo, max(lo, hi - 1))
        s = f"{v >> 24}.{v >> 16 & 255}.{v >> 8 & 255}.{v & 255}"
        self.asn_of[s] = asn
        return s

    def sticky(self, kinds: list[str]) -> Addresses:
        """Fixed addresses, the first used most."""
        ips = [
            k if "." in k else (self.r.choice(self.cgnat) if k == "cgnat" else self.ip(k))
            for k in kinds
        ]
        w = np.array([1 / (i + 1) ** 1.3 for i in range(len(ips))])
        w /= w.sum()
        return lambda t: [ips[i] for i in self.g.choice(len(ips), len(t), p=w)]

    def rotating(self, hours: float, kind: str = "res", cg: float = 0.15) -> Addresses:
        """A new address every so often: mobile users, travellers, home lines with daily renewal, residential proxies."""
        cache, ph = {}, self.r.random() * hours

        def pick(t: np.ndarray) -> list[str]:
            out = []
            for x in t:
                b = int((x / HOUR + ph) // hours)
                if b not in cache:
                    cache[b] = self.r.choice(self.cgnat) if self.r.random() < cg else self.ip(kind)
                out.append(cache[b])
            return out

        return pick

    def person_ips(self) -> Addresses:
        x = self.r.random()
        if x < 0.5:
            return self.sticky(
                ["res"]
                + ["cgnat"] * self.r.choice([0, 1, 1, 2])
                + ["res"] * self.r.choice([0, 0, 1])
            )
        if x < 0.82:
            return self.rotating(self.r.choice([4, 12, 24, 24, 48, 96]))
        if x < 0.9:
            return self.sticky(["vpn", "res"])
        return self.rotating(self.r.choice([6, 24]), self.r.choice(["vpn", "dc"]), 0.05)

    def server_ips(self) -> Addresses:
        x = self.r.random()
        if x < 0.7:
            return self.sticky(["dc"] * self.r.choice([1, 1, 1, 2, 3, 6]))
        if x < 0.85:
            return self.sticky(["res"])
        return self.rotating(self.r.choice([1, 6, 24]), "dc", 0)
