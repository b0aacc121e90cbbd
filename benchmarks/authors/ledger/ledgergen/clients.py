"""Client stacks: libraries, versions and transport fingerprints, as popular as they are."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pyarrow.parquet as pq

from ledgergen.dice import Dice

LIBRARIES = (
    (
        "OpenAI/Python {v}",
        ("1.99.1", "1.97.0", "1.93.2", "1.82.0", "1.61.1", "1.40.3"),
        26,
        "httpx",
    ),
    ("Anthropic/Python {v}", ("0.64.0", "0.60.0", "0.52.1", "0.49.0"), 14, "httpx"),
    ("OpenAI/JS {v}", ("5.12.0", "5.8.2", "4.104.0", "4.77.0"), 16, "undici"),
    ("axios/{v}", ("1.11.0", "1.9.0", "1.7.9", "0.27.2"), 8, "node"),
    ("node", ("",), 6, "undici"),
    ("python-requests/{v}", ("2.32.4", "2.32.3", "2.31.0", "2.28.2"), 9, "urllib3"),
    ("Python/3.11 aiohttp/{v}", ("3.12.15", "3.11.18", "3.9.5"), 5, "aiohttp"),
    ("litellm/{v}", ("1.75.3", "1.72.6", "1.65.0"), 5, "httpx"),
    ("langchain-core/{v}", ("0.3.74", "0.3.51", "0.2.43"), 4, "httpx"),
    ("Go-http-client/2.0", ("",), 5, "go"),
    ("okhttp/{v}", ("4.12.0", "5.1.0"), 3, "okhttp"),
    ("curl/{v}", ("8.5.0", "7.88.1"), 2, "curl"),
    ("ai-sdk/{v}", ("5.0.8", "4.3.19"), 5, "undici"),
    ("Java-http-client/21", ("",), 2, "jdk"),
    ("n8n", ("",), 3, "node"),
    ("PostmanRuntime/{v}", ("7.45.0",), 1, "node"),
)
HARNESSES = (
    ("claude-cli/{v} (external, cli)", ("1.0.88", "1.0.81", "1.0.72"), 10, "undici"),
    ("opencode/{v}", ("0.5.12", "0.4.45"), 4, "bun"),
    ("Cline/{v} VSCode", ("3.24.0", "3.20.1"), 5, "undici"),
    ("aider/{v}", ("0.86.1", "0.82.0"), 3, "httpx"),
)
SUITES = ("t13d1516h2", "t13d1715h2", "t13d3112h1", "t13d1812h1", "t12d1209h1")
BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/13{n}.0.0.0 Safari/537.36"

Stack = tuple[str | None, str | None]


def _ja4(layer: str) -> str:
    h = sha256(layer.encode()).hexdigest()
    return f"{SUITES[int(h[:2], 16) % len(SUITES)]}_{h[2:14]}_{h[14:26]}"


def library(rng: Dice, table: tuple[tuple[str, tuple[str, ...], int, str], ...]) -> Stack:
    """Return user agent and fingerprint of a library in a version; newer ones are commoner."""
    name, versions, _, layer = rng.weighted(table, [row[2] for row in table])
    version = versions[min(int(rng.wait(0.9)), len(versions) - 1)]
    return name.format(v=version), _ja4(f"{layer}{rng.choice(('linux', 'linux', 'mac', 'alpine'))}")


class Clients:
    """Browsers by frequency, libraries and harnesses."""

    def __init__(self, texts: Path | None) -> None:
        path = texts.parent / "enrich" / "user_agents_weighted.parquet" if texts else None
        if path is not None and path.exists():
            table = pq.read_table(path, columns=["userAgent", "weight"]).to_pydict()
            self.agents, self.weights = table["userAgent"][:1500], table["weight"][:1500]
        else:
            self.agents = [BROWSER.format(n=n) for n in range(10)]
            self.weights = [1.0 / (n + 1) for n in range(10)]

    def browser(self, rng: Dice) -> Stack:
        agent = rng.weighted(self.agents, self.weights)
        family = next((f for f in ("Firefox", "Chrome", "CriOS", "Safari") if f in agent), "web")
        return agent, _ja4(family + ("m" if "Mobile" in agent else ""))

    def draw(self, rng: Dice, kind: str) -> Stack:
        """Return a stack of a kind: web, harness, or lib."""
        if kind == "web":
            return self.browser(rng)
        return library(rng, HARNESSES if kind == "harness" else LIBRARIES)
