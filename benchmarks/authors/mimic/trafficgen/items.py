"""Questions, passages, tasks: one unit of work at a time."""

from __future__ import annotations

from .draws import Random, ch, num
from .languages import ML
from .vocabulary import (
    ALLT,
    APPS,
    AUD,
    CC,
    CL,
    CO,
    COND,
    CV,
    DOMAINS,
    ERR,
    EVT,
    FR,
    FRAG,
    IDN,
    NAMES,
    PL,
    PLACES,
    ROLES,
    SENS,
    SENT,
    STY,
    VERB,
    WW,
)


def frag(r: Random) -> str:
    f = ch(r, FRAG)
    return (
        f.format(n=num(r), n2=num(r, 60, 900), nm=ch(r, NAMES), m=money(r), p=ch(r, PLACES))
        if "{" in f
        else f
    )


def money(r: Random) -> str:
    return str(num(r, 3, 90) * 10) + ch(r, [" euros", " dollars", " pounds", "k"])


def question(
    r: Random, lang: str = "en", topics: list[tuple[str, str]] | None = None
) -> tuple[str, str]:
    """One plain question; returns (text, topic)."""
    if lang != "en":
        fr, tt, vv = ML[lang]
        t = ch(r, tt)
        return ch(r, fr).format(
            t=t,
            t2=ch(r, tt),
            v=ch(r, vv),
            k=num(r, 3, 9),
            n=num(r),
            nm=ch(r, NAMES),
            p=ch(r, PLACES),
        ), t
    d, t = ch(r, topics or ALLT)
    s = ch(r, FR).format(
        t=t,
        t2=ch(r, DOMAINS[d]),
        v=ch(r, VERB),
        c=ch(r, COND),
        n=num(r),
        k=num(r, 3, 9),
        r=ch(r, ROLES),
        p=ch(r, PLACES),
        x=frag(r),
        x2=frag(r),
        w=ch(r, WW),
        a=ch(r, AUD).format(n=num(r, 3, 12), p=ch(r, PLACES)),
        s=ch(r, STY),
        m=money(r),
        nm=ch(r, NAMES),
        ev=ch(r, EVT),
    )
    return s, t


def passage(r: Random, t: str, k: int = 4) -> str:
    return " ".join(sent(r, t) for _ in range(k))


def sent(r: Random, t: str) -> str:
    return ch(r, SENT).format(
        t=t,
        x=ch(r, CL),
        p=ch(r, PLACES),
        n=num(r),
        n2=num(r, 60, 900),
        r=ch(r, ROLES),
        nm=ch(r, NAMES),
        c=ch(r, COND),
    )


def code_task(r: Random) -> tuple[str, str]:
    return "%s a %s %s that can %s %s %s" % (
        ch(r, ["Write", "Implement", "I need", "Create", "Refactor"]),
        ch(r, PL),
        ch(r, ["function", "class", "module", "script", "service"]),
        ch(r, CV),
        ch(r, CO),
        ch(r, CC),
    ), ch(r, CO)


def snippet(r: Random) -> str:
    a, b, c = ch(r, IDN), ch(r, IDN), ch(r, CV)
    return (
        "def %s_%s(%s, limit=%d):\n    out = []\n    for %s in %s:\n        if %s.%s_id > limit:\n            out.append(%s(%s))\n    return out"
        % (c, a, b + "s", num(r), b, b + "s", b, a, c, b)
    )


def errmsg(r: Random) -> str:
    return ch(r, ERR).format(a=ch(r, IDN), b=ch(r, IDN), n=num(r), n2=num(r, 100, 9000))


def mathp(r: Random) -> tuple[str, str]:
    k = num(r, 0, 9)
    nm, n, m, q = ch(r, NAMES), num(r, 3, 99), num(r, 2, 40), num(r, 2, 12)
    return [
        "%s buys %d boxes with %d items each and gives away %d. How many items are left?"
        % (nm, n, m, q),
        "Find all integers x with x^2 - %dx + %d = 0 modulo %d." % (n, m, num(r, 7, 97)),
        "A train leaves %s at %d km/h, another follows %d minutes later at %d km/h. When do they meet?"
        % (ch(r, PLACES), n + 40, m, n + 40 + q * 3),
        "How many ways are there to place %d identical balls in %d boxes so that no box holds more than %d?"
        % (n % 20 + 3, q, m % 7 + 1),
        "Let a_1 = %d and a_{k+1} = %d a_k - %d. Compute a_%d." % (q, m % 5 + 2, n, q + 3),
        "A bag has %d red and %d blue marbles. Two are drawn without replacement. What is the probability both are red?"
        % (n, m),
        "The sides of a triangle are %d, %d and %d. Determine its area." % (n, n + q, n + 1),
        "%s invests %d at %d percent for %d years, compounded monthly. What is the final amount?"
        % (nm, n * 100, q, m),
        "Evaluate the integral of x^%d exp(-%dx) from 0 to infinity." % (q, m),
    ][k], ["algebra", "counting", "rates", "probability", "recursion"][k % 5]


def item(r: Random, typ: str, lang: str = "en", dom: str | None = None) -> tuple[str, str]:
    """One unit of work: returns (text, topic)."""
    tp = [(dom, x) for x in DOMAINS[dom]] if dom else None
    if typ == "qa":
        return question(r, lang, tp)
    if typ == "math":
        return mathp(r)
    if typ == "code":
        return code_task(r)
    _, t = ch(r, tp or ALLT)
    if typ == "doc":
        return passage(r, t, num(r, 3, 7)), t
    if typ == "qans":
        s, t = question(r, lang, tp) if r.random() < 0.6 else mathp(r)
        return "Question: %s\nAnswer: %s" % (
            s,
            passage(r, t, 2) if r.random() < 0.5 else str(num(r, 2, 900)),
        ), t
    if typ == "graded":
        s, t = question(r, lang, tp)
        return "Question: %s\nCandidate: %s" % (s, passage(r, t, num(r, 2, 5))), t
    if typ == "pair":
        s, t = question(r, lang, tp)
        return "Prompt: %s\n[A] %s\n[B] %s" % (
            s,
            passage(r, t, num(r, 2, 4)),
            passage(r, t, num(r, 2, 4)),
        ), t
    if typ == "ticket":
        t = ch(r, DOMAINS["support"])
        return "%s %s Order %d. %s" % (
            ch(r, ["Hi,", "Hello team,", "To whom it may concern,", "hey"]),
            frag(r),
            num(r, 10000, 99999),
            "It is about a " + t + ". " + frag(r),
        ), t
    if typ == "string":
        return ch(
            r,
            [
                "Your {a} could not be {b}. Try again in {n} minutes.",
                "{n} new {a}s in {p}",
                "Delete {a} {n}?",
                "Welcome back, {nm}! {n} {a}s are waiting.",
                "By using {a} you accept section {n}.",
                "{b} the {a} before {n} o'clock",
            ],
        ).format(
            a=ch(r, IDN), b=ch(r, CV), n=num(r), p=ch(r, PLACES), nm=ch(r, NAMES)
        ) + " / " + frag(r), "string"
    if typ == "sens":
        return ch(r, SENS).format(
            t=ch(r, DOMAINS["policy"]), p=ch(r, PLACES), n=num(r)
        ) + " " + frag(r), "policy"
    if typ == "image":
        return "[image] %s screen of a %s, %d objects, view %d. %s" % (
            ch(r, ["product photo", "scan", "chart", "street scene", "dashboard"]),
            ch(r, APPS),
            num(r),
            num(r, 100, 9999),
            frag(r),
        ), "image"
    if typ == "screen":
        return "Screenshot %d: %s window, buttons %s / %s / %s. Goal: %s %s for %s." % (
            num(r, 1, 99),
            ch(r, APPS),
            ch(r, CV),
            ch(r, CV),
            ch(r, CV),
            ch(r, CV),
            ch(r, CO),
            ch(r, NAMES),
        ), "screen"
    if typ == "repo":
        return "Repository %s-%s (%s): %s. Failing check: %s" % (
            ch(r, IDN),
            ch(r, CV),
            ch(r, PL),
            code_task(r)[0],
            errmsg(r),
        ), "repo"
    if typ == "err":
        return "I get `%s` in this code:\n%s" % (errmsg(r), snippet(r)), "error"
    if typ == "diff":
        return "diff --git a/%s.py b/%s.py\n-%s\n+%s" % (
            ch(r, IDN),
            ch(r, IDN),
            snippet(r).split("\n")[0],
            snippet(r),
        ), "diff"
    if typ == "tool":
        return "Tools: %s_%s(%s), %s_%s(%s, limit). User: %s" % (
            ch(r, CV),
            ch(r, IDN),
            ch(r, IDN),
            ch(r, CV),
            ch(r, IDN),
            ch(r, IDN),
            question(r, lang, tp)[0],
        ), t
    if typ == "convo":
        out = []
        for _ in range(num(r, 2, 4)):
            s, t = question(r, lang, tp)
            out.append("User: %s\nAssistant: %s" % (s, passage(r, t, 2)))
        return "\n".join(out), t
    if typ == "word":
        return frag(r) + " " + sent(r, t), t
    if typ == "bio":
        return "%s, %d, %s from %s, interested in %s" % (
            ch(r, NAMES),
            num(r, 18, 80),
            ch(r, ROLES),
            ch(r, PLACES),
            t,
        ), t
    if typ == "lab":
        return "%s: %s in a run with %d nodes, batch %d. %s" % (
            ch(r, ["Experiment", "Job", "Sweep", "Ablation"]),
            ch(r, DOMAINS["ml"]),
            num(r, 1, 64),
            2 ** num(r, 3, 12),
            frag(r),
        ), "ml"
    raise KeyError(typ)
