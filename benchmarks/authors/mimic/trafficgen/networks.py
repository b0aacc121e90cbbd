"""Address pools by kind, and how one account leaves through them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .draws import DAY, Random, ch, num

if TYPE_CHECKING:
    from .world import World

Address = tuple[str, int]  # an address and the number of its network
ISP = "Comcast|Charter Comm|Verizon Bus|AT&T Ent|Deutsche Telekom|Orange S.A|British Telecom|Virgin Media|Vodafone|Telefonica|Telecom Italia|KDDI|SoftBank|Korea Telecom|SK Broadband|Chinanet|CHINA UNICOM|Bharti|Turk Telekom|Rostelecom|Telstra|Claro|Vivo|Liberty Global|KPN|Telia|Swisscom|Proximus|Telkom|Viettel|True Internet|Cox Comm|Frontier|Shaw|Rogers|Bell Canada|Free SAS|TalkTalk|Sky UK|Elisa"
MOB = "T-Mobile|Cellular|Reliance Jio|Mobile|Wireless"
DC = "Amazon.com|Google LLC|Microsoft Corp|Hetzner|OVH SAS|DigitalOcean|Akamai Conn|Oracle Corp|Scaleway|Contabo"
VPNA = {9009, 20448, 209854, 136787, 212238, 60068, 39351}


class Nets:
    """Address pools by kind, from the public IP-to-ASN table where present, else invented ranges."""

    def __init__(self, r: Random, enrich: Path | None) -> None:
        self.p: dict[str, dict[int, list[tuple[int, int]]]] = {
            k: {} for k in ("home", "mobile", "dc", "campus", "office", "vpn")
        }
        f = enrich / "ip_asn_v4.parquet" if enrich else None
        if f and f.exists():
            import pyarrow as pa
            import pyarrow.compute as pc
            import pyarrow.parquet as pq

            t = pq.read_table(f)
            t = t.filter(
                pc.and_(
                    pc.is_valid(t["org"]), pc.greater_equal(pc.subtract(t["end"], t["start"]), 255)
                )
            )
            o = t["org"].cast("string")
            pick = {
                "home": ISP,
                "mobile": MOB,
                "dc": DC,
                "campus": "Universit|College",
                "office": "Bank|Insurance|Consult|Automotive|Pharma|Hospital|Ministry|Logistics",
            }
            for k, rx in pick.items():
                s = t.filter(pc.match_substring_regex(o, rx))
                self._add(
                    r, k, s, {"home": 90, "mobile": 40, "dc": 12, "campus": 150, "office": 150}[k]
                )
            self._add(
                r,
                "vpn",
                t.filter(pc.is_in(t["asn"], value_set=pa.array(sorted(VPNA), t["asn"].type))),
                9,
            )
        for k in self.p:
            if not self.p[k]:
                for i in range(30):
                    b = num(r, 11, 220) * 2**24 + num(r, 0, 255) * 65536
                    self.p[k][64000 + i + 100 * list(self.p).index(k)] = [(b, b + 65535)]
        self.k = {k: sorted(v) for k, v in self.p.items()}

    def _add(self, r: Random, kind: str, tab: Any, cap: int) -> None:
        by: dict[int, list[tuple[int, int]]] = {}
        for a, b, c in zip(
            tab["start"].to_pylist(), tab["end"].to_pylist(), tab["asn"].to_pylist(), strict=True
        ):
            by.setdefault(c, []).append((a, b))
        big = sorted(by, key=lambda c: (-sum(b - a for a, b in by[c]), c))
        big = (
            big[:cap]
            if kind in ("home", "dc", "mobile")
            else sorted(r.sample(big, min(cap, len(big))))
        )
        self.p[kind] = {c: by[c][:60] for c in big}

    def ip(self, r: Random, kind: str, asn: int | None = None) -> Address:
        ks = self.k[kind]
        asn = asn if asn is not None else ks[int(len(ks) * r.random() ** 1.7)]
        a, b = ch(r, self.p[kind][asn])
        x = a + 1 + int(r.random() * (b - a - 1))
        return "%d.%d.%d.%d" % (x >> 24, x >> 16 & 255, x >> 8 & 255, x & 255), asn

    def ip6(self, r: Random, asn: int) -> Address:
        return "2%03x:%x:%x:%x:%x:%x:%x:%x" % (
            asn % 4000,
            *(int(r.random() * 65535) + 1 for _ in range(7)),
        ), asn

    def ip6s(self, r: Random, asn: int, n: int) -> list[Address]:
        pre = self.ip6(r, asn)[0].split(":")[:4]
        return [
            (":".join([*pre, *("%x" % (int(r.random() * 65535) + 1) for _ in range(4))]), asn)
            for _ in range(n)
        ]


class Net:
    """Egress of one account: home addresses by lease, roaming addresses by session, or spread per request."""

    __slots__ = ("homes", "kind", "lease", "per", "proam", "roam")

    def __init__(
        self,
        kind: str,
        homes: list[Address],
        roam: Sequence[Address] = (),
        proam: float = 0.0,
        lease: int = 99,
        per: str = "sess",
    ) -> None:
        self.kind, self.homes, self.roam, self.proam, self.lease, self.per = (
            kind,
            homes,
            roam,
            proam,
            lease,
            per,
        )

    def at(self, t: float, u: float, h: float) -> Address:
        """u: session-stable random, h: per-request random."""
        if self.proam and (u if self.per == "sess" else h) < self.proam:
            return self.roam[int(u * 7919 * len(self.roam)) % len(self.roam)]
        n = len(self.homes)
        if n == 1:
            return self.homes[0]
        return (
            self.homes[int(h * n)]
            if self.per == "req"
            else self.homes[int(t // DAY // self.lease) % n]
        )


def person_net(r: Random, w: World, *, api: bool = False) -> Net:
    """Egress of an ordinary individual."""
    N, u = w.nets, r.random()
    if api and u < 0.45:
        k = num(r, 1, 4)
        a = ch(r, N.k["dc"])
        return (
            Net("dc", [N.ip(r, "dc", a) for _ in range(k)], per="req")
            if r.random() < 0.6
            else Net("dc", [N.ip(r, "dc", a) for _ in range(num(r, 8, 60))], per="req")
        )
    u = r.random()
    if u < 0.06:
        c = ch(r, w.cgnat)
        return Net("cgnat", r.sample(c, min(len(c), 4)), lease=1)
    if u < 0.10:
        return Net("vpn", r.sample(w.vpnx, num(r, 2, 9)), lease=1)
    if u < 0.115:
        return Net(
            "proxy",
            r.sample(w.proxy, num(r, 5, 40)),
            per="req" if r.random() < 0.3 else "sess",
            lease=1,
        )
    a = N.k["home"][int(len(N.k["home"]) * r.random() ** 1.7)]
    lease = ch(r, [1, 2, 3, 99, 99, 99, 99])
    homes = (
        N.ip6s(r, a, num(r, 2, 8))
        if r.random() < 0.12
        else [N.ip(r, "home", a) for _ in range(1 if lease == 99 else 7 // lease + 1)]
    )
    if r.random() < 0.05:
        homes = [ch(r, w.homes)] if w.homes else homes  # shares a household or a re-leased address
    elif len(homes) and ":" not in homes[0][0]:
        w.homes.append(homes[0])
    if r.random() < 0.4 and not api:
        c = ch(r, w.cgnat)
        return Net("home", homes, r.sample(c, min(len(c), 5)), 0.1 + 0.5 * r.random(), lease)
    return Net("home", homes, lease=lease)
