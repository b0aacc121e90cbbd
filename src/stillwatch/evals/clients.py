"""Lists the software that calls a model, the sampling parameters it asks for, and the models."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import pyarrow as pa

from stillwatch.evals.identifiers import identifiers, mixed, ranked

Ints = np.ndarray[Any, np.dtype[np.int64]]

# family: (kind, user agent with a version, versions in use, TLS stack). Stacks are shared by many
# clients, as in life: a fingerprint says which library, not who.
_FAMILIES: dict[str, tuple[str, str, tuple[str, ...], str]] = {
    "chrome": (
        "web",
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/{}.0.0.0 Safari/537.36"
        ),
        ("141", "140", "142", "139", "138", "136"),
        "boring",
    ),
    "chrome-mac": (
        "web",
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 "
            "(KHTML, like Gecko) Chrome/{}.0.0.0 Safari/537.36"
        ),
        ("141", "142", "140", "138"),
        "boring",
    ),
    "safari": (
        "web",
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 "
            "(KHTML, like Gecko) Version/{} Safari/605.1.15"
        ),
        ("18.6", "26.0", "18.5", "17.6"),
        "apple",
    ),
    "phone": (
        "web",
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 "
            "(KHTML, like Gecko) Version/{} Mobile/15E148 Safari/604.1"
        ),
        ("18.6", "26.0", "18.4", "17.5"),
        "apple",
    ),
    "android": (
        "web",
        (
            "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/{}.0.0.0 Mobile Safari/537.36"
        ),
        ("141", "140", "139", "142"),
        "boring",
    ),
    "firefox": (
        "web",
        "Mozilla/5.0 (X11; Linux x86_64; rv:{}.0) Gecko/20100101 Firefox/{}.0",
        ("143", "144", "140", "128"),
        "nss",
    ),
    "edge": (
        "web",
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/{}.0.0.0 Safari/537.36 Edg/{}.0.0.0"
        ),
        ("141", "140", "139"),
        "boring",
    ),
    "sdk-python": (
        "sdk",
        "OpenAI/Python {}",
        ("1.109.1", "2.3.0", "1.99.9", "1.86.0", "1.58.1", "1.40.3", "1.12.0"),
        "openssl-h1",
    ),
    "sdk-async": (
        "sdk",
        "AsyncOpenAI/Python {}",
        ("1.109.1", "2.3.0", "1.99.9", "1.71.0", "1.51.2"),
        "openssl-h1",
    ),
    "sdk-node": (
        "sdk",
        "OpenAI/JS {}",
        ("5.23.2", "4.104.0", "6.2.0", "4.68.4"),
        "node",
    ),
    "sdk-b": (
        "sdk",
        "Anthropic/Python {}",
        ("0.69.0", "0.64.0", "0.52.2", "0.39.0", "0.71.1"),
        "openssl-h1",
    ),
    "sdk-b-node": ("sdk", "Anthropic/JS {}", ("0.65.0", "0.60.0", "0.39.0"), "node"),
    "requests": (
        "sdk",
        "python-requests/{}",
        ("2.32.5", "2.32.3", "2.31.0", "2.28.2"),
        "openssl-h1",
    ),
    "httpx": ("sdk", "python-httpx/{}", ("0.28.1", "0.27.2", "0.25.1"), "openssl-h2"),
    "aiohttp": (
        "sdk",
        "Python/3.11 aiohttp/{}",
        ("3.12.15", "3.10.11", "3.9.5"),
        "openssl-h1",
    ),
    "axios": ("sdk", "axios/{}", ("1.12.2", "1.7.9", "1.6.8", "0.27.2"), "node"),
    "fetch": ("sdk", "node", ("",), "node"),
    "go": ("sdk", "Go-http-client/{}", ("2.0", "1.1"), "go"),
    "okhttp": ("sdk", "okhttp/{}", ("4.12.0", "5.1.0", "3.14.9"), "java"),
    "java": ("sdk", "Java-http-client/{}", ("21.0.4", "17.0.12"), "java"),
    "curl": ("sdk", "curl/{}", ("8.5.0", "8.14.1", "7.88.1", "7.81.0"), "openssl-h2"),
    "chain": ("sdk", "langchain-openai/{}", ("0.3.33", "0.2.14", "0.1.25"), "openssl-h1"),
    "ai-sdk": ("sdk", "ai-sdk/openai/{}", ("2.0.42", "1.3.24"), "node"),
    "router": ("gateway", "litellm/{}", ("1.77.5", "1.74.3", "1.60.2"), "openssl-h1"),
    "proxy": ("gateway", "Envoy/{}", ("1.35", "1.31"), "boring"),
    "harness-a": (
        "harness",
        "claude-cli/{} (external, cli)",
        ("2.0.13", "1.0.126", "2.0.30", "1.0.88"),
        "node",
    ),
    "harness-b": ("harness", "opencode/{}", ("0.15.2", "0.9.11", "0.6.3"), "boring"),
    "harness-c": ("harness", "codex_cli_rs/{}", ("0.46.0", "0.39.0"), "rustls"),
    "harness-d": ("harness", "Cline/{}", ("3.32.6", "3.17.5"), "node"),
    "harness-e": ("harness", "aider/{}", ("0.86.1", "0.82.3"), "openssl-h1"),
}


@dataclass(frozen=True, slots=True)
class Clients:
    """Every client in use: its kind, user agent and fingerprint, the common ones first."""

    kinds: tuple[str, ...]
    agents: pa.StringArray
    stacks: tuple[str, ...]

    def draw(self, kind: str, count: int, dice: np.random.Generator) -> Ints:
        """Clients of a kind, newer versions more often."""
        members = np.flatnonzero(np.array(self.kinds) == kind)
        return np.asarray(dice.choice(members, size=count, p=ranked(len(members), 0.75)), np.int64)


def clients() -> Clients:
    """The catalogue: versions of all families interleaved, so that rank means commonness."""
    rows = [
        (rank, kind, agent.format(version, version) if "{}" in agent else agent, stack)
        for kind, agent, versions, stack in _FAMILIES.values()
        for rank, version in enumerate(versions)
    ]
    rows.sort(key=lambda row: row[0])
    return Clients(
        kinds=tuple(row[1] for row in rows),
        agents=pa.array([row[2] for row in rows], pa.string()),
        stacks=tuple(row[3] for row in rows),
    )


def fingerprints(some: Clients, client: Ints, account: Ints) -> pa.StringArray:
    """A JA4-like value for each row: the client's stack in one of three builds of it."""
    names = sorted(set(some.stacks))
    stack = np.array([names.index(name) for name in some.stacks])[client]
    build = (mixed(account, 31) % np.uint64(3)).astype(np.int64)
    codes = stack * 3 + build
    catalogue = pa.array(
        [
            f"t13d1{5 + code % 3}1{code % 10}h2_{tail}"
            for code, tail in enumerate(identifiers("", np.arange(3 * len(names)), 5).to_pylist())
        ]
    )
    return catalogue.take(pa.array(codes))


@dataclass(frozen=True, slots=True)
class Profiles:
    """Sets of sampling parameters people use; NaN and -1 stand for not given."""

    temperature: np.ndarray[Any, np.dtype[np.float64]]
    top_p: np.ndarray[Any, np.dtype[np.float64]]
    max_tokens: Ints
    stream: np.ndarray[Any, np.dtype[np.bool_]]

    @property
    def usual(self) -> int:
        """So many of the first sets are what most programs come with."""
        return 60

    def draw(self, count: int, dice: np.random.Generator) -> Ints:
        """Profiles of programs, the common ones more often; 0 is the chat page's own."""
        some = dice.choice(len(self.stream) - 1, size=count, p=ranked(len(self.stream) - 1, 0.8))
        return np.asarray(some + 1, np.int64)


def profiles() -> Profiles:
    """The catalogue: every combination, ordered by how usual its parts are."""
    none = float("nan")
    temperatures = (none, 0.7, 0.0, 1.0, 0.2, 0.3, 0.5, 0.1, 0.8, 0.9, 0.6, 1.2)
    ceilings = (-1, 4096, 1024, 2048, 1000, 512, 8192, 2000, 4000, 256, 16384, 8000, 500, 32000)
    tops = (none, 0.95, 1.0, 0.9)
    parts = list(product(enumerate(temperatures), enumerate(ceilings), enumerate(tops), (0, 1)))
    parts.sort(key=lambda p: ((p[0][0] + 1) * (p[1][0] + 1) * (p[2][0] + 1) ** 2, p[3]))
    parts = parts[:400]
    return Profiles(
        temperature=np.array([none] + [part[0][1] for part in parts]),
        top_p=np.array([none] + [part[2][1] for part in parts]),
        max_tokens=np.array([-1] + [part[1][1] for part in parts], np.int64),
        stream=np.array([True] + [part[3] == 1 for part in parts]),
    )


MODELS = ("sable-4", "sable-4-mini", "heron-2", "sable-3", "sable-5")
OLD_MODEL, NEW_MODEL = 3, 4
RELEASE_DAYS = (-200, -170, -320, -420)  # days before the window; the new one's day is drawn
REASONING = np.array([True, False, True, False, True])
