"""What is asked with tools, screens, earlier conversations, probabilities and reasoning blocks."""

from .accounts import Account, Block, Exchange, Say
from .asks import chat, repo_names, templ
from .clients import Client
from .draws import pick
from .grammar import FOLLOW, STEP
from .templates import Wording
from .words import answer, func, paste, question, slots
from .world import World

TOOLS = [
    ["read_file", "write_file", "run_command"],
    ["bash", "edit", "grep", "glob"],
    ["search", "open_page"],
    ["execute_command", "read_file", "replace_in_file", "list_files", "ask_followup_question"],
    ["str_replace_editor", "bash"],
    ["get_weather"],
    ["query_db", "send_mail", "create_ticket"],
    ["think", "bash", "edit"],
]


def coding(
    w: World,
    system: str | None = None,
    repos: list[str] | None = None,
    dom: str | None = "code",
    tools: list[str] | None = None,
    mode: str | None = None,
    think: str | None = None,
) -> Say:
    """A coding harness: task, then tool results. repos: few synthetic ones, or None for anything."""
    r = w.r
    tools = tools or pick(r, TOOLS[:5])
    wd = Wording(r, "expert", mode) if mode else None

    def say(w: World, _a: Account, turn: int, _cl: Client) -> Exchange:
        r = w.r
        f, fn = func(r)
        x = {
            "s": system,
            "tools": tools,
            "calls": 1 + (r.random() < 0.2) if r.random() < 0.8 else 0,
            "extra_in": int(800 * r.random()),
            "m": "reason" if r.random() < 0.25 else None,
        }
        if turn == 0:
            repo = pick(r, repos) if repos else repo_names(w, 1)[0]
            p = (
                slots(
                    r,
                    pick(
                        r,
                        (
                            "Fix the failing test in {m}/{n}.py about {t}.",
                            "Add {t} to the module below.",
                            "The issue says: {t} breaks when {u}. Find the cause.",
                            "Refactor this, keep the tests green.",
                        ),
                    ),
                    None,
                    dom,
                )
                + f"\n<repo>{repo}</repo>\n{f}"
            )
            if wd:
                p = wd.text(r, p)
        else:
            p = (
                pick(r, ("[tool_result] ", "<observation>", "Output:\n", ""))
                + (f if r.random() < 0.5 else paste(r, "log", "en", "code")[0])
                + pick(r, ("", "\nexit code 0", "\n2 passed, 1 failed", "\nexit code 1"))
            )
            if r.random() < 0.06:
                p = slots(r, pick(r, FOLLOW), None, "code")
            if w.pub.pools and r.random() < 0.08:
                p = w.pub.get(r, "agent")
        if turn > 3 and r.random() < 0.06:
            x["s"] = slots(
                r, "Summary of the earlier work: {t}, {u}. Continue.", None, dom
            )  # compaction edits the context
        x["p"] = p
        x["r"] = answer(r, "code" if r.random() < 0.6 else "steps", fn, "en", 0.5)
        if think:
            x["tools"] = [*tools, think]
            x["r"] = f"{think}: " + answer(r, "steps", fn, "en", 0.8)
        if think or r.random() < 0.5:
            x["think"] = slots(r, pick(r, STEP))
        if x["m"] is None:
            del x["m"]
        return x

    return say


def toolsweep(w: World, mode: str = "verbatim") -> Say:
    """Tool catalogues with simulated calls; also how tool builders test their own schema."""
    r = w.r
    wd = Wording(r, "tooluse", mode)
    n = 3 + int(r.random() * 5)

    def say(w: World, _a: Account, turn: int, _cl: Client) -> Exchange:
        r = w.r
        names = [
            slots(r, "{a}_") + func(r)[1]
            for _ in range(n if mode == "verbatim" else 2 + int(r.random() * 6))
        ]
        p = (
            w.pub.get(r, "tool")
            if r.random() < 0.15
            else slots(
                r,
                pick(
                    r,
                    (
                        "Use the tools to settle {t} for {m}.",
                        "Plan which calls are needed for {u}, then call them.",
                        "User wants {t}; {n} records.",
                        "If a tool fails, try another: {u}",
                    ),
                ),
            )
        )
        return {
            "p": p if turn == 0 else '{"status": "ok", "rows": %d}' % (r.random() * 90),
            "s": wd.text(r, "") if r.random() < 0.4 else None,
            "tools": names,
            "calls": 1 + int(r.random() * 3),
            "r": answer(r, "json", names[0]),
        }

    return say


def gui(w: World, mode: str = "verbatim") -> Say:
    """Screenshot -> action loops."""
    r = w.r
    app = slots(r, "{a} CRM|{a} shop|{m} bank|mail client").split("|")
    goal = Wording(r, "caption", mode)

    def say(w: World, _a: Account, turn: int, _cl: Client) -> Exchange:
        r = w.r
        p = (
            slots(r, f"Goal: {{t}} in {pick(r, app)}. Screen 1.")
            if not turn
            else slots(
                r, f"screenshot {turn + 1}: button at ({{p}},{{n}}), field '{{u}}'. Next action?"
            )
        )
        if mode != "none" and not turn:
            p = goal.text(r, p)
        return {
            "p": p,
            "m": "vl",
            "img": 1,
            "tools": ["computer"],
            "calls": 1,
            "r": slots(r, pick(r, ("click({p},{n})", "type('{t}')", "scroll({n})", "done"))),
            "extra_in": 900,
        }

    return say


def replayed(_w: World, other: str | None = None, dom: str | None = None) -> Say:
    """A whole earlier conversation is sent with somebody's turns in it (migrations, session replay)."""

    def say(w: World, a: Account, _turn: int, _cl: Client) -> Exchange:
        r = w.r
        h = []
        lang = a.lang
        for _ in range(1 + int(r.random() * 3)):
            q, t = question(r, lang, dom)
            h += [
                {"role": "user", "content": q},
                {"role": "assistant", "content": answer(r, "prose", t, lang, 0.5)},
            ]
        if other and r.random() < 0.08:
            h[-1]["content"] = f"I am {other}. " + h[-1]["content"]
        p, t = (
            question(r, lang, dom) if lang != "en" else (slots(r, pick(r, FOLLOW), None, dom), "it")
        )
        return {"p": p, "hist": h, "r": answer(r, "prose", t, lang, 1.0), "s": None}

    return say


def enduser(w: World, product: str, langs: list[str], system: str | None = None) -> Say:
    """End users of somebody's chat product: organic, many languages, identity questions, code."""
    base, base_code = chat(w, None, system, 0.3, langs, product), coding(w, system)

    def say(w: World, a: Account, turn: int, cl: Client) -> Exchange:
        return (base_code if w.r.random() < 0.15 else base)(w, a, turn, cl)

    return say


def logprobs(w: World, k: int = 5, bias: int = 0, mode: str = "verbatim") -> Say:
    """Token probabilities: calibrated classifiers, uncertainty research, and last-layer theft."""
    wd = Wording(w.r, "label", mode)

    def say(w: World, _a: Account, _turn: int, _cl: Client) -> Exchange:
        r = w.r
        return {
            "p": wd.text(r, paste(r, "review")[0])
            if r.random() < 0.7
            else slots(r, "{t} is {a}. The next word is"),
            "r": answer(r, "word" if r.random() < 0.5 else "label", ""),
            "logp": k,
            "bias": (int(bias * (0.5 + r.random() * 0.5)) or None),
            "maxt": 1 + int(r.random() * 3),
            "temp": 0.0,
            "op": "completion" if r.random() < 0.2 else None,
        }

    return say


def oneword(w: World, mode: str = "verbatim") -> Say:
    """Single-word answers to unrelated text."""
    ask = pick(w.r, ("Answer with one word.", "One word only:", "Reply with a single adjective."))
    mix = mode != "verbatim"

    def say(w: World, a: Account, _turn: int, _cl: Client) -> Exchange:
        r = w.r
        q = (
            question(r, a.lang if mix else "en")[0]
            if r.random() < 0.5
            else paste(r, "para")[0][:160]
        )
        k = (
            ask
            if not mix
            else pick(
                r, ("Answer with one word.", "in one word?", "a single word, please", "just a word")
            )
        )
        return {
            "p": f"{q} {k}" if r.random() < 0.7 else f"{k}\n{q}",
            "r": answer(r, "word", ""),
            "maxt": 5 if not mix else None,
        }

    return say


def blocks(
    _w: World, base: Say, pool: list[Block] | None, p_foreign: float, *, change: bool = False
) -> Say:
    """Reasoning blocks sent back: own ones are normal; foreign ones come from a common pool.

    change=True keeps own blocks but edits the system prompt before them.
    """

    def say(w: World, a: Account, turn: int, cl: Client) -> Exchange:
        r = w.r
        x = base(w, a, turn, cl)
        x["m"] = "reason"
        if change and a.blocks and r.random() < p_foreign:
            x["s"] = slots(r, "Note {n}: show the {a} notes for {u}.")
            x["present"] = list(a.blocks)
        old = (
            [b for b in (pick(r, pool) for _ in range(6)) if b[0] < w.now and b[2] != a.id]
            if pool and r.random() < p_foreign
            else []
        )
        if old:
            x["present"] = [old[0][1]]
        elif a.blocks and "present" not in x:
            x["present"] = list(a.blocks)
        if pool is not None and w.last_block and w.last_block[2] == a.id:
            pool.append(w.last_block)
        return x

    return say


def student(w: World, mode: str, speed: float) -> Say:
    """Drafts of a small model that gets better during the week; scored or continued."""
    t1, t2 = templ(w, "draft", mode), templ(w, "grade", mode)

    def say(w: World, a: Account, turn: int, cl: Client) -> Exchange:
        x = (t1 if w.r.random() < 0.6 else t2)(w, a, turn, cl)
        s = x["p"].split(" ")
        r = w.r
        for _ in range(max(0, int(len(s) * (0.14 - speed * 7 * w.now / w.span * 0.25)))):
            i = int(r.random() * len(s))
            s[i] = pick(r, (s[i][::-1], s[i - 1], s[i] + s[i], ""))
        x["p"] = " ".join(s)
        return x

    return say
