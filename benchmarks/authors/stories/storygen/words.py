"""Texts: slots, questions, things people paste and answers.

Everything here is used by honest people and by crews alike; who said it is decided elsewhere.
"""

import json

from .draws import Random, pick
from .grammar import ADJ, ASK, DAYS, DOMAINS, DOMS, LANG, NAMES, SENT, STEP, WHY


def slots(r: Random, s: str, t: str | None = None, dom: str | None = None) -> str:
    """Fill {t}{u}{a}{n}{p}{m}{d}{w} in s."""
    if "{" not in s:
        return s
    d = DOMAINS[dom or pick(r, DOMS)]
    return s.format(
        t=t or pick(r, d),
        u=pick(r, d),
        a=pick(r, ADJ),
        n=2 + int(r.random() ** 2 * 90),
        p=10 + int(r.random() * 2000),
        m=pick(r, NAMES),
        d=pick(r, DAYS),
        w=pick(r, WHY),
    )


def typo(r: Random, s: str) -> str:
    """Small human slips."""
    x = r.random()
    if x < 0.3:
        return s.lower()
    if x < 0.5:
        return s.rstrip(".?!")
    if x < 0.7 and len(s) > 12:
        i = 2 + int(r.random() * (len(s) - 6))
        return s[:i] + s[i + 1] + s[i] + s[i + 2 :]
    return s


def question(r: Random, lang: str = "en", dom: str | None = None) -> tuple[str, str]:
    if lang != "en":
        p, ts, _ = LANG[lang]
        t = pick(r, ts)
        q = pick(r, p).format(
            t=t, d=pick(r, DAYS) if lang in ("es", "fr") else str(1 + int(r.random() * 28))
        )
        if r.random() < 0.5:
            q += " " + pick(r, p).format(t=pick(r, ts), d=int(r.random() * 28 + 1))
        return q, t
    dom = dom or pick(r, DOMS)
    t = pick(r, DOMAINS[dom])
    s = slots(r, pick(r, ASK), t, dom)
    if r.random() < 0.45:
        s += " " + slots(
            r,
            pick(
                r,
                (
                    "It is for {m}.",
                    "We have {n} of them and {u} too.",
                    "Keep it {a}.",
                    "Context: {u}, about {p} units, {a} budget.",
                    "Deadline is {d}.",
                ),
            ),
            t,
            dom,
        )
    return s, t


def math_item(r: Random) -> tuple[str, str]:
    a, b, c = (2 + int(r.random() * 97) for _ in range(3))
    m, k = pick(r, NAMES), pick(r, NAMES)
    s = pick(
        r,
        (
            "{m} buys {a} boxes with {b} pens each and gives {c} pens to {k}. How many pens are left?",
            "Find the remainder when {a}^{b} is divided by {c}.",
            "A tank holds {a}{b} litres; one pump fills {b} l/min, a leak loses {c} l/h. When is it full?",
            "How many integers below {a}00 are divisible by {b} or {c}?",
            "If f(x) = {a}x^2 - {b}x + {c}, find the minimum of f.",
            "{m} walks {a} km at {b} km/h and cycles back at {c} km/h. What is the average speed?",
            "Two dice with {a} and {b} sides are rolled. What is the chance the sum exceeds {c}?",
            "The sum of {a} consecutive integers is {b}{c}. Find the largest or show none exists.",
        ),
    )
    return s.format(a=a, b=b, c=c, m=m, k=k), pick(r, DOMAINS["math"])


def func(r: Random) -> tuple[str, str]:
    """A piece of code somebody pastes."""
    v = pick(r, ("items", "rows", "users", "events", "orders", "nodes"))
    f = pick(r, ("load", "merge", "count", "filter", "group", "sync", "score")) + "_" + v
    k = int(r.random() * 50)
    c = pick(r, ("id", "ts", "name", "price", "state"))
    return pick(
        r,
        (
            f"def {f}({v}, limit={k}):\n    out = []\n    for x in {v}:\n        if x['{c}'] > {k}:\n            out.append(x)\n    return out[:limit]",
            f"function {f}({v}) {{\n  return {v}.filter(x => x.{c} !== null).map(x => x.{c} * {k});\n}}",
            f"SELECT {c}, count(*) FROM {v} WHERE {c} > {k} GROUP BY {c} ORDER BY 2 DESC LIMIT {k};",
            f"func {f}({v} []Row) map[string]int {{\n\tm := map[string]int{{}}\n\tfor _, x := range {v} {{ m[x.{c}] += {k} }}\n\treturn m\n}}",
        ),
    ), f


def paste(r: Random, kind: str, lang: str = "en", dom: str | None = None) -> tuple[str, str]:
    """(text, topic) of something a person or a pipeline puts into a prompt."""
    if kind == "math":
        return math_item(r)
    if kind == "code":
        return func(r)
    if kind == "q":
        return question(r, lang, dom)
    if lang != "en":
        _p, ts, sn = LANG[lang]
        t = pick(r, ts)
        return " ".join(pick(r, sn) for _ in range(2 + int(r.random() * 4))) + " " + t, t
    d = dom or {"ticket": "support", "clause": "law", "product": "biz"}.get(kind) or pick(r, DOMS)
    t = pick(r, DOMAINS[d])

    def q(s: str) -> str:
        return slots(r, s, t, d)

    if kind == "ticket":
        return q(
            pick(
                r,
                (
                    "Hi, I have a problem with {t}. Order {p}-{n}. {m}",
                    "It is {d} and still {t}!! I want my money back",
                    "hello, {t} again, third time, please call {m}",
                    "Could you help me with {t}? I already tried {u}. Thanks, {m}",
                ),
            )
        ), t
    if kind == "review":
        return q(
            pick(
                r,
                (
                    "Bought it for {m}, {a} but a bit {n} too loud. {t} was fine.",
                    "{n}/100. Arrived {d}, box damaged, support {a}.",
                    "Love it! {a}, works with {u}.",
                    "Not worth {p}. {t} never worked.",
                ),
            )
        ), t
    if kind == "product":
        return q(
            "Article {p}: {a} "
            + pick(
                r, ("lamp", "backpack", "kettle", "jacket", "desk", "headphones", "bottle", "chair")
            )
            + ", colour "
            + pick(r, ("olive", "navy", "sand", "coral"))
            + ", {n} cm, price {p}"
        ), t
    if kind == "clause":
        return q(
            "{n}.{n} The parties agree on {t}. Notice shall be given within {n} days. Liability is limited to {p} EUR unless {u} applies."
        ), t
    if kind == "log":
        return q(
            "2026-11-{n} ERROR worker-{n} timeout after {p}ms in {m}.handler ({t})\n  at line {p}\n  retry {n} failed"
        ), t
    return " ".join(q(pick(r, SENT)) for _ in range(2 + int(r.random() * 5))), t  # "para"


def answer(r: Random, shape: str, topic: str, lang: str = "en", size: float = 1.0) -> str:
    """Visible answer of a given shape: prose, steps, code, json, score, label, list, word, tags."""
    if shape == "score":
        return pick(
            r, ("Rating: {n}", '{{"score": {n}}}', "{n}", "{n}/10 - mostly correct")
        ).format(n=1 + int(r.random() * 10))
    if shape == "label":
        return pick(
            r,
            (
                "positive",
                "negative",
                "neutral",
                "billing",
                "shipping",
                "spam",
                "other",
                "urgent",
                "A",
                "B",
                "tie",
                "yes",
                "no",
            ),
        )
    if shape == "word":
        return pick(r, ADJ)
    if shape == "json":
        return json.dumps(
            {
                "topic": topic,
                "items": [slots(r, "{a} {u}") for _ in range(1 + int(r.random() * 4))],
                "confidence": round(r.random(), 2),
            },
            ensure_ascii=False,
        )
    if shape == "code":
        return (
            slots(
                r,
                pick(
                    r,
                    (
                        "Here is a version that handles {u}:",
                        "Try this:",
                        "The bug is the limit, fixed below.",
                    ),
                ),
                topic,
            )
            + "\n```\n"
            + func(r)[0]
            + "\n"
            + func(r)[0]
            + "\n```\n"
            + slots(r, pick(r, SENT), topic)
        )
    n = max(1, int(size * (2 + r.random() * 7)))
    if lang != "en":
        s = LANG[lang][2]
        body = " ".join(pick(r, s) + (" " + topic if r.random() < 0.4 else "") for _ in range(n))
    elif shape in ("steps", "tags"):
        body = "\n".join(f"{i + 1}. " + slots(r, pick(r, STEP), topic) for i in range(n + 2))
    elif shape == "list":
        body = "\n".join("- " + slots(r, pick(r, SENT), topic) for _ in range(n))
    else:
        body = " ".join(slots(r, pick(r, SENT), topic) for _ in range(n))
    if shape == "tags":
        return pick(
            r,
            (
                "<thinking>\n{b}\n</thinking>\n{e}",
                "<reasoning>{b}</reasoning><answer>{e}</answer>",
                "{b}\n\n**Answer:** {e}",
            ),
        ).format(b=body, e=slots(r, "{p}" if r.random() < 0.4 else pick(r, SENT), topic))
    return body
