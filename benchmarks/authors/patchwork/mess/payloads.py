"""What an instruction is applied to: items, answers, documents, tickets, diffs, transcripts, traces."""

from collections.abc import Sequence

from .dice import Random
from .texts import Person
from .work import Payload, State
from .world import World


def items(w: World, domain: str = "anyq", pub: float = 0.4) -> Payload:
    return lambda R, _st: w.tx.item(R, domain, pub)


def listed(pool: Sequence[str]) -> Payload:
    """Partition of one item list: each item handed out once (wraps around when used up)."""
    it = {"i": 0}

    def nxt(_R: Random, _st: State) -> str:
        it["i"] += 1
        return pool[(it["i"] - 1) % len(pool)]

    return nxt


def qa(w: World, domain: str = "anyq") -> Payload:
    return lambda R, _st: (
        f"{R.choice(['Question', 'Q', 'Problem', 'Task'])}: {w.tx.item(R, domain)}\n{R.choice(['Answer', 'A', 'Solution', 'Result'])}: {w.tx.answer(R, R.choice(['short', 'prose', 'steps']), R.randint(15, 120))}"
    )


def cand(w: World, domain: str = "anyq", k: int = 1) -> Payload:
    def f(R: Random, st: State) -> str:
        if w.tx.pub["judge"] and R.random() < 0.3:
            row = R.choice(w.tx.pub["judge"])
            return row[1]
        q = st.get("q") if k == 1 and R.random() < 0.6 else None
        st["q"] = q = q or w.tx.item(R, domain)
        a = [
            w.tx.answer(R, R.choice(["prose", "steps"]), R.randint(30, 220))
            for _ in range(2 if k == 2 else 1)
        ]
        if k == 1:
            return f"[Task]\n{q}\n[Response]\n{a[0]}"
        if st.get("pair") and R.random() < 0.5:
            q, a = st["pair"][0], st["pair"][1][::-1]  # the same pair with swapped order
        st["pair"] = (q, a)
        return f"{q}\n\nA: {a[0]}\n\nB: {a[1]}"

    return f


def docs(w: World, kinds: Sequence[str], lo: int = 2, hi: int = 7) -> Payload:
    return lambda R, _st: w.tx.doc(R, kinds, lo, hi)


def ticket(w: World) -> Payload:
    return lambda R, _st: (
        R.choice(w.tx.pub["support"])[1]
        if w.tx.pub["support"] and R.random() < 0.5
        else w.tx.doc(R, ("s_sup",), 1, 4)
    )


def diff(w: World) -> Payload:
    def f(R: Random, _st: State) -> str:
        c = R.choice(w.tx.pool["code"]).split("\n")
        i = int(R.random() * len(c))
        return (
            f"diff --git a/{w.tx.g.rule(R, 'path')}\n@@ -{R.randint(1, 300)},{len(c)} @@\n"
            + "\n".join(("-" if j == i else " ") + x for j, x in enumerate(c))
            + f"\n+    {w.tx.g.rule(R, 'ident')}()"
        )

    return f


def transcript(w: World, lo: int = 2, hi: int = 6) -> Payload:
    def f(R: Random, st: State) -> str:
        p = st.setdefault("p", w.tx.person(R))
        out = []
        for i in range(R.randint(lo, hi)):
            out.append(
                f"{R.choice(['User', 'Human', 'user'])}: {(w.tx.ask(R, p) if i == 0 else w.tx.follow(R, p))[:500]}"
            )
            out.append(f"Assistant: {w.tx.answer(R, 'prose', R.randint(20, 80), p['lang'])}")
        return "\n".join(out)

    return f


def trace(w: World) -> Payload:
    return lambda R, _st: (
        "\n".join(R.choice(w.tx.pool["step"]) for _ in range(R.randint(4, 16)))
        + R.choice(
            ["", "\nAs an AI model I ", "\n</think>", "\nThe answer is " + w.tx.g.rule(R, "n3")]
        )
    )


def payload_for(w: World, intent: str, person: Person | None = None) -> Payload:
    """What usually goes with an intent."""
    if intent == "posthoc":
        return qa(w)
    if intent == "rubric":
        return cand(w)
    if intent == "pref":
        return cand(w, k=2)
    if intent == "clean":
        return trace(w)
    if intent in ("usersim", "replaychat"):
        return transcript(w)
    if intent in ("selfinst", "rltask", "rnd", "identity", "toolsim", "probe"):
        return lambda _R, _st: ""
    if intent in ("support", "label"):
        return ticket(w)
    if intent in ("extract", "translate", "rag", "openui"):
        return docs(w, ("s_biz", "s_law", "s_fin"), 1, 6)
    if intent in ("review", "commit"):
        return diff(w)
    if person is not None:
        return lambda R, _st: w.tx.ask(R, person)
    return items(w)
