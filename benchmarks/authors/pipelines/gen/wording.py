"""Small texts: questions, code, sums, letters, traces, screens, and how people misspell them."""

import json
import re

from .basics import Rand
from .languages import FOREIGN
from .vocabulary import ASK, CITIES, DOMAIN, DOMS, FILL, NAMES, POLITE, REPLY, SYN

_WORD = re.compile(r"[A-Za-z]+")

_SLOT = re.compile(r"\{(t2|t|k2|k|why|who|fail|adj2|adj|cond|age)\}")


def _cap(s: str) -> str:
    return s[:1].upper() + s[1:]


def reword(r: Rand, s: str, p: float = 0.3) -> str:
    """Swap words for near synonyms and re-open sentences; p is the chance per known word."""

    def sub(m: re.Match[str]) -> str:
        w = m.group(0)
        v = SYN.get(w.lower())
        if v is None or r.random() > p:
            return w
        return v.capitalize() if w[0].isupper() else v

    s = _WORD.sub(sub, s)
    if (
        r.random() < p * 0.6
        and s[:1].isupper()
        and s[1:2].islower()
        and not s.startswith(("You ", "I "))
    ):
        s = r.choice(POLITE) + " " + s[0].lower() + s[1:]
    return s


def typo(r: Rand, s: str) -> str:
    """What people do: no capitals, a dropped letter, no full stop."""
    x = r.random()
    if x < 0.25:
        return s.lower()
    if x < 0.4 and len(s) > 12:
        i = r.randrange(3, len(s) - 1)
        return s[:i] + s[i + 1 :]
    if x < 0.55:
        return s.rstrip(".?")
    if x < 0.62:
        return s + r.choice([" thanks", " pls", " thank you!", " asap", "??", " :)"])
    return s


def question(r: Rand, dom: str | None = None, topic: str | None = None) -> str:
    dom = dom or r.choice(DOMS)
    tops = DOMAIN[dom]

    def sub(m: re.Match[str]) -> str:
        k = m.group(1)
        if k == "t":
            return topic or r.choice(tops)
        if k == "t2":
            return r.choice(tops)
        if k in ("k", "k2"):
            return str(r.randint(2, 60))
        return r.choice(FILL[k])

    s = _SLOT.sub(sub, r.choice(ASK))
    x = r.random()
    if x < 0.25:
        s += (
            " "
            + r.choice(["Context: ", "Background: ", "For what it's worth, ", "Details: "])
            + f"{r.choice(NAMES)} in {r.choice(CITIES)} has {r.randint(2, 900)} cases and {r.choice(FILL['cond'])}."
        )
    elif x < 0.35:
        s += " " + _SLOT.sub(sub, r.choice(ASK))
    return _cap(s)


def foreign(r: Rand, lang: str, i: int | None = None) -> str:
    """Question in another language; the same i gives the same question in every language."""
    tops, pats, _ = FOREIGN[lang]
    i = r.randrange(10**6) if i is None else i
    s = pats[i // 8 % 6].replace("{t}", tops[i % 8]).replace("{k}", str(2 + i // 48 % 40))
    if i % 3 == 0:
        s += " " + pats[(i // 7) % 6].replace("{t}", tops[(i // 5) % 8]).replace(
            "{k}", str(3 + i // 11 % 30)
        )
    return s


def say(r: Rand, lang: str = "en", dom: str | None = None) -> str:
    return question(r, dom) if lang == "en" or lang not in FOREIGN else foreign(r, lang)


def sentences(r: Rand, n: int) -> str:
    return " ".join(r.choice(REPLY) for _ in range(n))


def code(r: Rand) -> str:
    f, a, b = (
        r.choice(
            ["load", "merge", "parse", "total", "clean", "split", "score", "route", "plan", "sync"]
        ),
        r.choice(["rows", "items", "orders", "nodes", "users"]),
        r.choice(["key", "limit", "rate", "name", "index"]),
    )
    return (
        f"def {f}_{a}({a}, {b}={r.randint(1, 99)}):\n    out = []\n    for x in {a}:\n        if x{r.choice(['.get', '.value', '[0]', '.size'])} {r.choice(['<', '>', '==', '!='])} {b}:\n"
        f"            out.append({r.choice(['x', 'x + 1', 'str(x)', f'{f}(x)'])})\n    return {r.choice(['out', 'sorted(out)', 'out[:10]', 'len(out)', 'sum(out)'])}"
    )


def maths(r: Rand) -> str:
    a, b, c = r.randint(2, 97), r.randint(2, 60), r.randint(2, 30)
    n1, n2 = r.choice(NAMES), r.choice(NAMES)
    return r.choice(
        [
            f"{n1} buys {a} tickets at {b} euros and sells {c} of them with a gain of {a % 17 + 3} percent. How much does {n1} have at the end if {n2} pays a third?",
            f"Find all integers x with {a}x + {b} divisible by {c}.",
            f"A tank holds {a * 10} litres. It loses {b % 9 + 1} litres per hour and is refilled with {c} litres every {b % 5 + 2} hours. When is it empty?",
            f"Let f(x) = {a % 9 + 1}x^3 - {b}x + {c}. Determine the extrema on [-{c}, {c}].",
            f"Two dice with {a % 8 + 4} and {b % 8 + 4} faces are thrown. What is the probability that the sum exceeds {c % 9 + 4}?",
            f"How many ways are there to seat {a % 7 + 4} people at {b % 3 + 2} tables so that {n1} and {n2} never sit together?",
            f"A sequence starts with {a}, {b} and each term is the sum of the two before minus {c}. What is term {a % 9 + 8}?",
            f"A train leaves {r.choice(CITIES)} at {a % 12 + 6}:{b % 60:02d} with {a + 40} km/h, another {c} minutes later with {b + 70} km/h. Where do they meet?",
        ]
    )


def doc(r: Rand, dom: str | None = None, n: int | None = None) -> str:
    d = DOMAIN[dom or r.choice(DOMS)]
    return (
        f"{r.choice(['Dear team', 'Hello', 'Note', 'Report', 'Hi', 'Re: order'])} {r.randint(100, 99999)}, {r.choice(NAMES)} from {r.choice(CITIES)} wrote about {r.choice(d)}. "
        + sentences(r, n or r.randint(1, 4))
        + f" Amount {r.randint(5, 9000)}.{r.randint(10, 99)}, due {r.randint(1, 28)}/{r.randint(1, 12)}. "
        + r.choice(["Thanks", "Regards", "Best", "", "Sent from my phone"])
    )


def trace(r: Rand) -> str:
    return (
        " ".join(
            r.choice(["Hmm, ", "Wait, ", "So ", "Okay, ", "Let me see, ", "Actually ", "First "])
            + r.choice(REPLY).lower()
            for _ in range(r.randint(3, 6))
        )
        + f" That gives {r.randint(2, 999)}."
    )


def shot(r: Rand) -> str:
    return f"Screen {r.randint(1, 4)} of {r.choice(['Settings', 'Checkout', 'Inbox', 'Calendar', 'Files', 'Profile', 'Search', 'Booking'])} app, goal: {r.choice(['change', 'find', 'add', 'delete', 'open', 'export'])} {r.choice(['the address', 'an invoice', 'an event', 'a contact', 'item ' + str(r.randint(1, 80)), 'the language', 'a filter'])}. Step {r.randint(1, 14)}."


def tool_output(r: Rand) -> str:
    x, f = (
        r.random(),
        r.choice(["orders", "auth", "queue", "parser", "cache", "router", "billing", "search"]),
    )
    if x < 0.35:
        return f"$ pytest tests/test_{f}.py\n{r.randint(0, 9)} failed, {r.randint(3, 90)} passed in {r.random() * 30:.2f}s\nE   AssertionError: {r.randint(0, 50)} != {r.randint(0, 50)}"
    if x < 0.65:
        return f"src/{f}.py lines {r.randint(1, 80)}-{r.randint(90, 200)}\n" + code(r)
    if x < 0.85:
        return json.dumps(
            {
                "status": r.choice(["ok", "error", "partial"]),
                "rows": r.randint(0, 500),
                "path": f"src/{f}/{r.choice(NAMES).lower()}.ts",
            }
        )
    return f"diff --git a/{f}.py b/{f}.py\n@@ -{r.randint(1, 90)},7 +{r.randint(1, 90)},9 @@\n-    return None\n+    return {r.choice(['out', 'rows', 'self.cache', 'default'])}"


def issue(r: Rand) -> str:
    return f"{r.choice(['Fix', 'Implement', 'Refactor', 'Investigate', 'Add tests for', 'Speed up'])} {r.choice(DOMAIN['software'])} in {r.choice(['the api', 'the worker', 'src/core', 'the client', 'module ' + r.choice(NAMES).lower(), 'the cli'])}. {r.choice(['Users see a timeout.', 'CI is red since Monday.', 'No behaviour change please.', 'See issue #' + str(r.randint(10, 4000)) + '.', 'Keep the public interface.'])}"


def typo_issue(r: Rand) -> str:
    return typo(r, r.choice(["no, ", "ok ", "now ", "also ", "wait, ", ""]) + issue(r))
