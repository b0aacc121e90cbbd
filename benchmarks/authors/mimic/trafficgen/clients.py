"""Client programs, browsers and apps, and their upgrades over time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from .draws import DAY, Random, ch, hexs, num

if TYPE_CHECKING:
    from .world import World

Phase = tuple[float, str, str]  # from when, user agent, fingerprint
SDK = [
    "openai-python:OpenAI/Python 1.%d.0",
    "anthropic-py:Anthropic/Python 0.%d.0",
    "openai-js:OpenAI/JS 4.%d.1",
    "requests:python-requests/2.%d.0",
    "httpx:python-httpx/0.%d.2",
    "axios:axios/1.%d.9",
    "node:node-fetch/2.%d.0",
    "undici:undici/6.%d.0",
    "go:Go-http-client/2.0",
    "okhttp:okhttp/4.%d.0",
    "langchain:langchain-py/0.%d.3",
    "litellm:litellm/1.%d.7",
    "curl:curl/8.%d.0",
    "aiohttp:Python/3.11 aiohttp/3.%d.5",
    "java:Java-http-client/%d",
    "vercel:ai-sdk/4.%d.2 node",
    "llamaidx:llama-index/0.%d.1",
    "reqwest:reqwest/0.%d",
    "n8n:n8n/1.%d.1",
    "ruby:Faraday v2.%d.0",
]
SDKW = [22, 12, 12, 10, 7, 6, 4, 3, 4, 2, 6, 4, 2, 3, 2, 5, 2, 1, 2, 1]
HARN = [
    "codehands-cli/1.%d.2 (external, cli)",
    "opendev/0.%d.1",
    "aidr/0.%d.0",
    "sidebar-code/2.%d.0 vscode",
    "shipmate/0.%d.4 jetbrains",
]
APPS_ = [
    "ChatApp/1.2026.%03d (iPhone; iOS 18.7)",
    "ChatApp/1.2026.%03d (Android 15)",
    "DesktopChat/0.%d.2 (Macintosh)",
]


class Clients:
    """User agents and handshake fingerprints, with a release of one library inside the window."""

    def __init__(self, r: Random, enrich: Path | None) -> None:
        self.ua: list[str] = []
        f = enrich / "user_agents_weighted.parquet" if enrich else None
        if f and f.exists():
            import pyarrow.parquet as pq

            t = pq.read_table(f, columns=["userAgent", "weight"]).to_pydict()
            self.ua = t["userAgent"][:3000]
        if not self.ua:
            self.ua = [
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/%d.0 Safari/537.36"
                % v
                for v in range(120, 150)
            ]
        self.ja: dict[str, list[str]] = {}
        self.r = Random(r.getrandbits(32))
        self.base = {s: num(r, 20, 90) for s in SDK + HARN + APPS_}
        self.hot = ch(r, SDK[:3] + HARN[:2])  # library whose release falls into the window

    def ja4(self, fam: str) -> list[str]:
        if fam not in self.ja:
            self.ja[fam] = [
                "t13d%02d%02dh2_%s_%s"
                % (num(self.r, 10, 20), num(self.r, 8, 17), hexs(self.r, 12), hexs(self.r, 12))
                for _ in range(num(self.r, 1, 4))
            ]
        return self.ja[fam]

    def sdk(self, r: Random, w: World) -> list[Phase]:
        s = r.choices(SDK, SDKW)[0]
        return self.phases(r, w, s)

    def phases(self, r: Random, w: World, s: str) -> list[Phase]:
        """[(from, user agent, ja4)] with the upgrade wave of the hot library and stray upgrades of others."""
        v = self.base[s] - int(r.random() ** 3 * 12)
        ua = s.split(":", 1)[-1]
        j = ch(r, self.ja4(s))

        def f(v: int) -> str:
            return ua % v if "%" in ua else ua

        out = [(0.0, f(v), j)]
        u = r.random()
        if s == self.hot and u < 0.65:
            d = r.expovariate(1 / 14.0) * 3600 if r.random() < 0.6 else r.random() * 4 * DAY
            out.append(
                (w.t_lib + d, f(self.base[s] + 1), j if r.random() < 0.5 else self.ja4(s)[-1])
            )
        elif u < 0.08:
            out.append((r.random() * w.D * DAY, f(v + 1), j))
        return out

    def browser(self, r: Random) -> list[Phase]:
        ua = self.ua[int(len(self.ua) * r.random() ** 2)]
        fam = "ff" if "Firefox" in ua else "sf" if "Version/" in ua else "cr"
        return [(0.0, ua, ch(r, self.ja4(fam)))]
