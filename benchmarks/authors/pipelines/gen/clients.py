"""Client programmes, their user agents and fingerprints."""

import hashlib

from .base import Base
from .basics import Client, Plain


class Clients(Base):
    """What requests are sent with."""

    clients: dict[str, list[Client]]

    def fill_clients(self) -> None:
        """The client programmes in use, each with its TLS fingerprint."""
        r = Plain("clients")

        def ja(s: str) -> str:
            h = hashlib.md5(s.encode(), usedforsecurity=False).hexdigest()
            return (
                f"t13d{15 + int(h[0], 16) % 4}{r.choice(['12', '16', '08'])}h2_{h[:12]}_{h[12:24]}"
            )

        groups = {
            "py": [
                (f"orion-python/1.{a}.{b}", f"py{a // 9}")
                for a in range(18, 52, 3)
                for b in (0, 1, 2)
            ]
            + [(f"python-requests/2.{a}.0", "rq") for a in (28, 31, 32)]
            + [
                ("aiohttp/3.9.5", "aio"),
                ("Python/3.11 aiohttp/3.10.1", "aio"),
                ("python-httpx/0.27.0", "hx"),
            ],
            "node": [
                (f"orion-node/4.{a}.{b}", f"nd{a // 8}") for a in range(10, 40, 4) for b in (0, 1)
            ]
            + [("axios/1.6.7", "ax"), ("axios/1.7.2", "ax"), ("node", "ax"), ("undici", "un")],
            "other": [
                ("Go-http-client/2.0", "go"),
                ("okhttp/4.12.0", "ok"),
                ("curl/8.5.0", "cu"),
                ("Java-http-client/17.0.9", "jv"),
                ("reqwest/0.12.4", "rs"),
                ("GuzzleHttp/7", "php"),
                ("Ruby", "rb"),
                ("PostmanRuntime/7.39.0", "pm"),
                ("", "go"),
                ("Dart/3.4 (dart:io)", "da"),
            ],
            "frame": [
                ("langweave/0.2.14", "py4"),
                ("langweave/0.3.1", "py5"),
                ("litebridge/1.44.2", "hx"),
                ("flowpad/1.52.0", "ax"),
                ("agentkit/0.9.0", "py5"),
            ],
            "harness": [
                (f"codepilot-cli/1.{a}.{b} ({o})", "hn")
                for a in (2, 3, 4)
                for b in (0, 3, 7)
                for o in ("linux", "darwin", "win32")
            ]
            + [(f"openforge/0.{a}.0", "of") for a in (5, 6, 7)]
            + [("termagent/2.1", "ta")],
            "web": [],
        }
        os_ = [
            "Windows NT 10.0; Win64; x64",
            "Macintosh; Intel Mac OS X 10_15_7",
            "X11; Linux x86_64",
            "iPhone; CPU iPhone OS 18_4 like Mac OS X",
            "Linux; Android 14; Pixel 8",
        ]
        for o in os_:
            for v in range(139, 147):
                groups["web"].append(
                    (
                        f"Mozilla/5.0 ({o}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{v}.0.0.0 Safari/537.36",
                        "ch" + str(v // 4),
                    )
                )
        self.clients = {k: [(u or None, ja(j)) for u, j in v] for k, v in groups.items()}

    def client(self, kinds: str = "py py node other web frame") -> Client:
        g = self.clients[self.r.choice(kinds.split())]
        return g[min(int(self.r.expovariate(3.5 / len(g))), len(g) - 1)]
