"""Clients with their fingerprints, the models on offer, and mail domains."""

import bisect
from pathlib import Path

import pyarrow.parquet as pq

from .dice import Random

Client = tuple[str, str]

SDKS = [
    "openai-python/1.{m}.{p}",
    "anthropic-sdk-python/0.{m}.{p}",
    "python-requests/2.3{q}.{r}",
    "axios/1.{q}.{r}",
    "node-fetch/3.{r}",
    "Go-http-client/2.0",
    "okhttp/4.1{r}.0",
    "curl/8.{q}.{r}",
    "langchain-core/0.3.{p}",
    "litellm/1.{m}.{p}",
    "openai-node/5.{q}.{r}",
    "Java-http-client/21.0.{r}",
    "python-httpx/0.2{q}.{r}",
    "ruby-openai/7.{r}",
    "reqwest/0.12",
]

SDKW = [20, 9, 9, 7, 7, 5, 3, 4, 6, 5, 8, 2, 4, 1, 2]

HARNESS = {
    "opencrab": "opencrab-cli/0.{q}.{p}",
    "pairling": "pairling/2.{q}.{r} (vscode)",
    "aiderly": "aiderly/0.{m}.{r}",
    "shellmate": "shellmate/1.{q}.{r}",
    "kodo": "kodo-agent/3.{r}.{p}",
}


class Clients:
    """Browsers, SDKs and harnesses, each with a transport fingerprint."""

    def __init__(self, enrich: Path | None) -> None:
        path = enrich / "user_agents_weighted.parquet" if enrich else None
        if path and path.exists():
            t = pq.read_table(path, columns=["userAgent", "weight"])
            self.browsers, self.bw = t.column(0).to_pylist()[:2500], t.column(1).to_pylist()[:2500]
        else:
            self.browsers = [
                f"Mozilla/5.0 ({o}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{v}.0.0.0 Safari/537.36"
                for o in (
                    "Windows NT 10.0; Win64; x64",
                    "Macintosh; Intel Mac OS X 10_15_7",
                    "Linux; Android 14; K",
                )
                for v in range(132, 150)
            ]
            self.bw = [1] * len(self.browsers)
        acc, self.bc = 0.0, []
        for w in self.bw:
            acc += w
            self.bc.append(acc)
        self.fps = {}

    def fp(self, R: Random, family: str) -> str:
        """Transport fingerprints are shared by everybody with the same stack; a few variants per family."""
        pool = self.fps.setdefault(
            family,
            [
                f"t13d{R.randint(15, 19)}{R.randint(10, 17)}h2_{R.getrandbits(48):012x}_{R.getrandbits(48):012x}"
                for _ in range(5)
            ],
        )
        return pool[min(int(R.expovariate(0.9)), 4)]

    def browser(self, R: Random) -> Client:
        i = bisect.bisect(self.bc, R.random() * self.bc[-1])
        ua = self.browsers[min(i, len(self.browsers) - 1)]
        fam = (
            "firefox"
            if "Firefox" in ua
            else "chrome"
            if "Chrome" in ua or "CriOS" in ua
            else "safari"
        )
        return (ua, self.fp(R, fam))

    def fill(self, R: Random, pat: str) -> str:
        return pat.format(
            m=R.choice([58, 66, 66, 71, 71, 74]),
            p=R.choice([0, 0, 0, 1, 1, 2, 3]),
            q=R.choice([5, 7, 7, 7, 8]),
            r=R.choice([0, 0, 1, 1, 2, 4]),
        )

    def sdk(self, R: Random, pat: str | None = None) -> Client:
        pat = pat or R.choices(SDKS, SDKW)[0]
        return (self.fill(R, pat), self.fp(R, pat.split("/")[0].split("-")[-1]))

    def harness(self, R: Random, name: str) -> Client:
        return (self.fill(R, HARNESS[name]), self.fp(R, "node" if name != "aiderly" else "python"))


class Models:
    """Old and present models plus one released inside the window (at 15-75 % of it)."""

    def __init__(self, R: Random, t0: int, days: int) -> None:
        self.new, self.old, self.best, self.small, self.reason = (
            "aria-6-large",
            "aria-4-large",
            "aria-5-large",
            "aria-5-mini",
            "aria-5-reason",
        )
        self.released = t0 + int(days * 86400 * R.uniform(0.15, 0.75))
        self.table = [
            ("aria-3-large", t0 - 700 * 86400),
            (self.old, t0 - 380 * 86400),
            (self.small, t0 - 170 * 86400),
            (self.best, t0 - 160 * 86400),
            (self.reason, t0 - 95 * 86400),
            ("aria-5-vision", t0 - 60 * 86400),
            (self.new, self.released),
        ]

    def prefer(self, R: Random) -> str:
        return R.choices(
            [self.best, self.small, self.reason, self.old, "aria-5-vision", "aria-3-large"],
            [34, 30, 18, 11, 4, 3],
        )[0]


MAIL = (
    ["gmail.com"] * 46
    + ["outlook.com"] * 12
    + ["hotmail.com"] * 6
    + ["yahoo.com"] * 6
    + ["icloud.com"] * 7
    + ["qq.com", "163.com"] * 3
    + ["proton.me"] * 4
    + [
        "gmx.de",
        "web.de",
        "mail.ru",
        "yandex.ru",
        "naver.com",
        "orange.fr",
        "libero.it",
        "uol.com.br",
    ]
)


class Mail:
    """Mail domains: disposable, of companies, of schools."""

    def __init__(self, R: Random, enrich: Path | None, syll: list[str]) -> None:
        path = enrich / "disposable_email_domains.parquet" if enrich else None
        self.throw = (
            pq.read_table(path, columns=["domain"]).column(0).to_pylist()[::9]
            if path and path.exists()
            else [f"tmp{i}box.com" for i in range(400)]
        )
        # a handful of disposable domains is popular at a time
        self.popular = [R.choice(self.throw) for _ in range(40)]
        self.syll = syll

    def company(self, R: Random) -> str:
        return (
            "".join(R.choice(self.syll) for _ in range(R.randint(2, 4)))
            + R.choice(["", "tech", "labs", "data", "group", "soft", "studio", "-ai"])
            + R.choice(
                [
                    ".com",
                    ".com",
                    ".io",
                    ".co",
                    ".net",
                    ".dev",
                    ".ai",
                    ".de",
                    ".co.uk",
                    ".in",
                    ".com.br",
                ]
            )
        )

    def school(self, R: Random) -> str:
        return (
            R.choice(["uni-", "tu-", "", "st."])
            + "".join(R.choice(self.syll) for _ in range(3))
            + R.choice([".edu", ".ac.uk", ".edu.in", ".edu.br", ".ac.jp", ".edu.cn", ".fr", ".de"])
        )

    def disposable(self, R: Random) -> str:
        return R.choice(self.popular) if R.random() < 0.7 else R.choice(self.throw)
