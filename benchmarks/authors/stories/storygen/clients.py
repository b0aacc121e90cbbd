"""Programs people use: user agents, transport fingerprints and parameter habits."""

from .draws import Random, pick

# Tools people use: name -> (weight, [user agents], kind, built-in system prompt or None)
CLIENTS = {
    "py": (
        22,
        [
            "OpenAI/Python %d.%d.%d" % v
            for v in ((1, 30, 1), (1, 51, 0), (1, 68, 2), (1, 99, 1), (2, 3, 0), (2, 7, 1))
        ],
        "api",
        None,
    ),
    "pyasync": (
        8,
        ["AsyncOpenAI/Python %d.%d.%d" % v for v in ((1, 52, 2), (1, 99, 6), (2, 3, 0))],
        "api",
        None,
    ),
    "js": (
        10,
        ["OpenAI/JS 4.%d.0" % v for v in (28, 67, 96)] + ["OpenAI/JS 5.12.2", "OpenAI/JS 6.1.0"],
        "api",
        None,
    ),
    "litellm": (
        7,
        ["litellm/1.%d.%d" % v for v in ((44, 8), (61, 15), (72, 6), (77, 3))],
        "api",
        None,
    ),
    "langchain": (5, ["langchain-openai/0.%d" % v for v in (1, 2, 3)], "api", None),
    "requests": (4, ["python-requests/2.%s" % v for v in ("28.2", "31.0", "32.3")], "api", None),
    "httpx": (3, ["python-httpx/0.27.2", "python-httpx/0.28.1"], "api", None),
    "go": (4, ["Go-http-client/1.1", "Go-http-client/2.0"], "api", None),
    "axios": (2, ["axios/1.7.9", "axios/1.6.8"], "api", None),
    "curl": (2, ["curl/8.5.0", "curl/7.88.1"], "api", None),
    "java": (2, ["okhttp/4.12.0", "Java-http-client/21.0.4"], "api", None),
    "node": (2, ["node", "undici"], "api", None),
    "n8n": (2, ["n8n"], "api", None),
    "dify": (2, ["Go-http-client/2.0", "python-httpx/0.27.0"], "api", None),
    "make": (1, ["Make/production"], "api", None),
    "openwebui": (
        4,
        ["Python/3.11 aiohttp/3.11.11", "Python/3.12 aiohttp/3.12.15"],
        "tool",
        "### Task:\nAnswer the user's query. If the context is empty, use your own knowledge. Today is {d}.",
    ),
    "librechat": (
        2,
        ["OpenAI/JS 4.96.0 LibreChat"],
        "tool",
        "You are a helpful assistant inside LibreChat. Current date: {d}.",
    ),
    "cherry": (
        3,
        [
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) CherryStudio/1.4.8 Chrome/134.0 Electron/35.2 Safari/537.36"
        ],
        "tool",
        "You are Default Assistant. Reply in the language of the user.",
    ),
    "tavern": (
        2,
        ["SillyTavern/1.12.13", "node-fetch/1.0 (+https://github.com/bitinn/node-fetch)"],
        "tool",
        "Write {{char}}'s next reply in a fictional chat between {{char}} and {{user}}. Stay in character, 1-3 paragraphs.",
    ),
    "immersive": (
        3,
        [
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/142.0.0.0 Safari/537.36"
        ],
        "tool",
        "You are a professional translation engine. Translate the text into the target language and output only the translation, keep the paragraph count.",
    ),
    "aider": (
        2,
        ["litellm/1.72.6", "litellm/1.75.0"],
        "code",
        "Act as an expert software developer. Always use best practices when coding. Respect existing conventions. Once you understand the request, return SEARCH/REPLACE blocks.",
    ),
    "cline": (
        3,
        ["OpenAI/JS 4.96.0", "Cline/3.20"],
        "code",
        "You are Cline, a highly skilled software engineer. You have access to tools executed upon approval. Before each tool use, think inside <thinking></thinking> tags about what you have and what you need.",
    ),
    "continue": (
        2,
        ["node-fetch/1.0 (+https://github.com/bitinn/node-fetch)"],
        "code",
        "You are an expert software developer. You give helpful and concise responses. Include the language and file name in code blocks.",
    ),
    "opencode": (
        2,
        ["opencode/0.5.12", "ai-sdk/provider-utils/3.0"],
        "code",
        "You are opencode, an interactive CLI agent that helps with software engineering tasks. Be concise, use the tools, do not commit unless asked.",
    ),
    "fabric": (
        1,
        ["Go-http-client/2.0"],
        "tool",
        "# IDENTITY and PURPOSE\nYou extract surprising, insightful and interesting information from text. Think step by step about the best result.\n# OUTPUT\n- SUMMARY\n- IDEAS\n- QUOTES",
    ),
}

BROWSER_OS = [
    "Windows NT 10.0; Win64; x64",
    "Macintosh; Intel Mac OS X 10_15_7",
    "X11; Linux x86_64",
    "iPhone; CPU iPhone OS 18_6 like Mac OS X",
    "Linux; Android 10; K",
]


def browser_ua(r: Random) -> str:
    o = r.choices(BROWSER_OS, (42, 22, 4, 17, 15))[0]
    v = r.choices((142, 141, 140, 138, 131, 126), (45, 22, 12, 8, 7, 6))[0]
    if "iPhone" in o:
        return f"Mozilla/5.0 ({o}) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.{pick(r, (3, 5, 6))} Mobile/15E148 Safari/604.1"
    if r.random() < 0.1 and "Android" not in o:
        return f"Mozilla/5.0 ({o}; rv:{v}.0) Gecko/20100101 Firefox/{v}.0"
    return (
        f"Mozilla/5.0 ({o}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{v}.0.0.0 {'Mobile ' if 'Android' in o else ''}Safari/537.36"
        + (" Edg/%d.0.0.0" % v if r.random() < 0.12 else "")
    )


_jr = Random(4)

JA4 = [
    "t13d%02d%02dh%d_%012x_%012x"
    % (
        _jr.choice((13, 15, 17, 31)),
        _jr.choice((5, 10, 12, 16)),
        _jr.choice((1, 2)),
        _jr.getrandbits(48),
        _jr.getrandbits(48),
    )
    for _ in range(60)
]


class Client:
    """One installed program: its user agent, transport fingerprint and parameter habits."""

    __slots__ = (
        "choices",
        "ja4",
        "kind",
        "maxt",
        "name",
        "seed",
        "stream",
        "system",
        "temp",
        "top_p",
        "ua",
    )

    def __init__(self, r: Random, name: str | None = None) -> None:
        kind = "web"
        if name != "web":
            if name is None:
                name = r.choices(list(CLIENTS), [c[0] for c in CLIENTS.values()])[0]
            _, uas, kind, self.system = CLIENTS[name]
            self.ua = pick(r, uas)
        else:
            self.ua, self.system = browser_ua(r), None
        self.name, self.kind = name, kind
        base = 30 + len(self.ua) % 30 if kind == "web" else sum(map(ord, name)) % 30
        self.ja4 = JA4[(base + int(r.random() ** 3 * 4)) % 60]
        web = kind == "web"
        self.temp = (
            None
            if web or r.random() < 0.5
            else pick(r, (0.0, 0.0, 0.1, 0.2, 0.3, 0.5, 0.7, 0.7, 0.8, 1.0, 1.0))
        )
        self.top_p = None if web or r.random() < 0.8 else pick(r, (1.0, 0.95, 0.9, 0.8))
        self.maxt = (
            None
            if web or r.random() < 0.5
            else pick(
                r,
                (
                    256,
                    500,
                    512,
                    800,
                    1000,
                    1024,
                    1500,
                    2000,
                    2048,
                    4000,
                    4096,
                    4096,
                    8000,
                    8192,
                    16000,
                    16384,
                ),
            )
        )
        self.stream = web or (kind != "api" and r.random() < 0.9) or r.random() < 0.3
        self.choices = pick(r, (2, 3, 4)) if kind == "api" and r.random() < 0.05 else None
        self.seed = 42 if not web and r.random() < 0.04 else None
