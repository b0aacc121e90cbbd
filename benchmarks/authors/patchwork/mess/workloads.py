"""Workloads: what a stream of requests contains; used by honest accounts and campaigns alike."""

from collections.abc import Callable
from typing import Any

from .answers import tagged
from .dice import Random
from .payloads import payload_for
from .texts import Person
from .wording import Template
from .work import Payload, Request, Slot, State, Work
from .world import World


def organic(
    w: World, R: Random, person: Person | None = None, turns: float | None = None, **k: Any
) -> Work:
    p = person or w.tx.person(R)
    tx = w.tx

    def gen(R: Random, st: State) -> Request:
        if st["k"] and R.random() < 0.75:
            return None, tx.follow(R, p), None
        return None, tx.ask(R, p), None

    code = p["tastes"] == ["coding"]
    return Work(
        gen,
        k.pop("out", "code" if code else "prose"),
        turns or R.choice([1.3, 1.8, 2.5, 4, 6]),
        k.pop("rhythm", "human"),
        lang=p["lang"],
        weekend=R.uniform(0.4, 1.3),
        refusal=0.006,
        **k,
    )


def templated(
    w: World,
    R: Random,
    intent: str,
    payload: Payload,
    mode: str = "fixed",
    place: str = "prefix",
    out: str = "prose",
    ctx: dict[str, Any] | None = None,
    slot: Slot | None = None,
    template: Template | None = None,
    **k: Any,
) -> Work:
    """One-template work: instruction (intent) joined with a payload. place: system | prefix | suffix | any."""
    t = template or Template(w.tx.g, R, intent, mode, ctx)
    sep = R.choice(["\n\n", "\n", "\n---\n", "\n\nInput:\n", "\n### "])
    auto = out == "auto"

    def gen(R: Random, st: State) -> Request:
        body = payload(R, st)
        extra = None
        if type(body) is tuple:
            body, extra = body
        ins = t.render(R, slot(R, st) if slot else None)
        if auto:
            extra = {**(extra or {}), "out": tagged(ins)}
        where = (
            place
            if place != "any"
            else ("prefix", "suffix", "suffix", "system")[int(R.random() * 4)]
        )
        if where == "system":
            return ins, body or "Go.", extra
        if not body:
            return None, ins, extra
        return None, (ins + sep + body if where == "prefix" else body + sep + ins), extra

    return Work(gen, "steps" if auto else out, **k)


TOOLSETS = {
    "opencrab": ["bash", "read_file", "edit_file", "grep", "todo_write"],
    "pairling": ["read_file", "apply_patch", "run_terminal", "search"],
    "aiderly": None,
    "shellmate": ["shell"],
    "kodo": ["bash", "str_replace", "browser", "finish"],
}

HSYS = {
    "opencrab": "You are OpenCrab, an interactive command line agent for software engineering tasks. Use the tools to read, search and edit files. Be concise. Never invent file contents. After each change run the tests. Explain destructive commands before running them. Follow the conventions of the repository. Do not commit unless asked. Keep a todo list for multi-step work.",
    "pairling": "You are Pairling, a pair programmer in the editor. The user's open file and cursor are given. Prefer minimal diffs. Think step by step before editing, write your plan inside <plan> tags, then call apply_patch. Ask if requirements are unclear.",
    "aiderly": "Act as an expert software developer. Always use best practices. Take requests for changes to the supplied code. Reply with SEARCH/REPLACE blocks only. Explain needed changes first in a few short sentences.",
    "shellmate": "You turn requests into shell commands for the user's system. Output one command, then a one line explanation. Refuse commands that erase data without confirmation.",
    "kodo": "You are Kodo, an autonomous coding agent. You work in a sandboxed Linux container. Work in a loop: think, act, observe. Think out loud in detail before every action, inside <thinking> tags. When the task is solved and all tests pass, call finish.",
}


def harness(
    w: World,
    R: Random,
    name: str | None = None,
    turns: float | None = None,
    rhythm: str = "human",
    extra_sys: str = "",
    task: Callable[[Random, State], str] | None = None,
    **k: Any,
) -> Work:
    name = name or R.choices(list(HSYS), [5, 4, 3, 2, 3])[0]
    g, tx = w.tx.g, w.tx
    stamp = R.random() < 0.4  # many harnesses put date and cwd into the system prompt
    cwd = g.rule(R, "ident")

    def gen(R: Random, st: State) -> Request:
        sysm = HSYS[name] + extra_sys
        if stamp:
            sysm += f"\n<env>\ncwd: /{R.choice(['home', 'Users', 'work'])}/{cwd}\nstep: {st['k'] // 6}\n</env>"
        if st["k"] == 0:
            return sysm, (task(R, st) if task else g.rule(R, "agentq")), {"out": "prose"}
        if R.random() < 0.12:
            return sysm, tx.follow(R, st.setdefault("p", tx.person(R, "en", ["coding"]))), None
        r = R.random()
        body = (
            R.choice(tx.pool["code"])
            if r < 0.5
            else f"{R.randint(0, 9)} failed, {R.randint(1, 80)} passed\n{g.rule(R, 'path')}:{R.randint(1, 400)} {g.rule(R, 'err')}"
            if r < 0.8
            else "\n".join(g.rule(R, "path") for _ in range(R.randint(2, 9)))
        )
        return (
            sysm,
            R.choice(["[tool_result] ", "<tool_result>\n", "Observation: ", ""]) + body,
            {"out": "action" if R.random() < 0.6 else "code", "calls": int(R.random() < 0.7)},
        )

    return Work(
        gen,
        "code",
        turns or R.choice([6, 10, 18]),
        rhythm,
        tools=TOOLSETS[name],
        blocks=k.pop("blocks", R.random() < 0.5),
        refusal=0.001,
        weekend=R.choice([0.2, 0.5, 1]),
        **k,
    )


def screens(
    w: World,
    intent: str = "gui",
    mode: str = "fixed",
    R: Random | None = None,
    goals: list[str] | None = None,
    **k: Any,
) -> Work:
    goals = goals or [
        "export the invoice list",
        "book the 9:00 slot",
        "change the shipping address",
        "filter open tickets",
        "fill the tax form",
        "approve leave request <n4>",
        "find order <n4>",
        "compare flights to <city>",
    ]
    return templated(
        w,
        R,
        intent,
        lambda R, st: (
            f"[screen {st['k']}] {R.choice(['window', 'page', 'dialog'])} '{w.tx.g.rule(R, 'brand')}' {R.randint(800, 1920)}x{R.randint(600, 1080)}",
            {"images": 1},
        ),
        mode,
        "prefix",
        "action",
        slot=lambda R, st: {"guigoal": st.setdefault("goal", w.tx.g.say(R, R.choice(goals)))},
        turns=k.pop("turns", 7),
        tools=["computer"],
        **k,
    )


def toolnames(w: World, R: Random, n: int | None = None) -> list[str]:
    return sorted({w.tx.g.rule(R, "ident") for _ in range(n or R.randint(2, 12))})


def community(w: World, R: Random) -> tuple[str, Template]:
    """(intent, template) as published: a verbatim text many strangers paste, some edited by hand."""
    intent = R.choices(
        [
            "reason_tags",
            "expert",
            "tutor",
            "rubric",
            "evol",
            "summary",
            "clean",
            "extract",
            "posthoc",
            "usersim",
            "selfinst",
        ],
        [5, 4, 3, 2, 2, 2, 2, 2, 1, 1, 2],
    )[0]
    ctx = {
        "domain": R.choice(["data", "legal", "marketing", "finance", "backend", "medical"]),
        "seed": w.tx.g.rule(R, "subject"),
        "subject": w.tx.g.rule(R, "subject"),
    }
    return intent, Template(w.tx.g, R, intent, "fixed", ctx)


def tenants(w: World, R: Random, k: int) -> list[Work]:
    out = []
    for _ in range(k):
        r = R.random()
        if r < 0.6:
            out.append(organic(w, R))
        elif r < 0.8:
            out.append(harness(w, R))
        else:
            i, t = community(w, R)
            out.append(templated(w, R, i, payload_for(w, i), template=t, out="auto"))
    return out
