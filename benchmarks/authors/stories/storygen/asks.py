"""What is asked in plain chats and templates.

Each factory returns say(world, account, turn, client) -> one exchange as a dict. Keys: p prompt,
s system, r answer, m model class, think, tools, calls, img, fmt, op, temp, maxt, choices, seed, logp,
bias, refuse, present, hist, extra_in. Honest stories and crews call the same factories.
"""

from typing import Any

from .accounts import Account, Exchange, Say
from .clients import Client
from .draws import pick, spaced
from .grammar import DOMS, FOLLOW, LANGS, STEP
from .templates import Wording
from .words import answer, math_item, paste, question, slots, typo
from .world import World

# template name -> what is pasted, shape and size of the answer, model class, habits
SPEC = {
    "cot": ("mixq", "tags", 1.5, "reason", {}),
    "posthoc": ("solved", "steps", 1.4, "reason", {}),
    "thinklang": ("mixq", "tags", 1.3, "reason", {}),
    "debugdump": ("para", "steps", 1.3, "reason", {"refuse": 0.2}),
    "fakesys": ("q", "tags", 1.2, "reason", {"refuse": 0.25}),
    "transform": ("q", "steps", 1.0, "reason", {"refuse": 0.2}),
    "grade": ("graded", "score", 1, None, {"temp": 0.0, "maxt": 64}),
    "pairs": ("pair", "label", 1, None, {"temp": 0.0, "maxt": 16}),
    "clean": ("trace", "prose", 1.5, None, {}),
    "instruct": ("seed", "prose", 1.4, None, {"temp": 1.0}),
    "taskwrite": ("topic", "code", 1.5, None, {}),
    "sensitive": ("harm", "prose", 0.8, None, {"refuse": 0.12}),
    "expert": ("q", "prose", 1.8, None, {}),
    "mirror": ("q", "prose", 1.0, None, {}),
    "caption": ("shot", "json", 1, "vl", {"img": 1}),
    "simuser": ("sess", "prose", 0.5, None, {}),
    "draft": ("para", "prose", 1.0, None, {}),
    "summ": ("para", "list", 0.7, None, {}),
    "extract": ("ticket", "json", 1, "mini", {"fmt": "json_object", "temp": 0.0}),
    "label": ("review", "label", 1, "mini", {"temp": 0.0, "maxt": 10}),
    "reply": ("ticket", "prose", 0.5, None, {}),
    "review": ("code", "list", 0.9, None, {}),
    "tutor": ("math", "steps", 1.1, None, {}),
    "loc": ("product", "prose", 0.3, "mini", {}),
    "attack": ("harm", "prose", 0.6, None, {"refuse": 0.45}),
    "market": ("product", "prose", 0.6, None, {}),
}


def thing(w: World, kind: str, lang: str, dom: str | None) -> tuple[str, str]:
    """(text, topic) of the variable part, mixing own grammar and public prompts."""
    r = w.r
    P = w.pub
    if kind == "mixq":
        return (
            math_item(r)
            if r.random() < 0.35 and lang == "en" and dom in (None, "math")
            else paste(r, "q", lang, dom)
        )
    if kind == "solved":
        q, t = math_item(r) if r.random() < 0.5 else question(r, lang, dom)
        return (
            f"{q}\n\n{pick(r, ('Answer', 'Solution', 'Result'))}: {slots(r, '{p}') if r.random() < 0.5 else answer(r, 'prose', t, lang, 0.3)}",
            t,
        )
    if kind == "graded":
        if P.pools and r.random() < 0.15:
            return P.get(r, "judge"), "the answer"
        q, t = question(r, lang, dom)
        return f"[Request]\n{q}\n[Response]\n{answer(r, 'prose', t, lang, 0.7)}", t
    if kind == "pair":
        q, t = question(r, lang, dom)
        return (
            f"Request: {q}\nA: {answer(r, 'prose', t, lang, 0.5)}\nB: {answer(r, 'prose', t, lang, 0.5)}",
            t,
        )
    if kind == "trace":
        q, t = question(r, lang, dom)
        return answer(r, pick(r, ("steps", "tags", "prose")), t, lang, 1.1), t
    if kind == "seed":
        return (P.get(r, "instr"), "tasks") if r.random() < 0.2 else question(r, lang, dom)
    if kind == "topic":
        t = question(r, lang, dom)[1]
        return slots(r, "{t} with {u}, {a}", t, dom), t
    if kind == "harm":
        return (P.get(r, "harm"), "this") if r.random() < 0.4 else question(r, lang, dom)
    if kind == "shot":
        return slots(r, "image {p}.png, {a} app, window {n}, {u}", None, dom), "the picture"
    if kind == "sess":
        q, t = question(r, lang, dom)
        return (
            f"User: {q}\nAssistant: {answer(r, 'prose', t, lang, 0.4)}\nUser: {slots(r, pick(r, FOLLOW), t, dom)}\nGoal: {slots(r, '{u}, {a}', None, dom)}",
            t,
        )
    return paste(r, kind, lang, dom)


BRANDS = spaced(
    "Mira Pico Juno Vela Lumi Taro Qira Sola Kodi Brisk Lumo Pax Orion Nova Tiko Sage Kimi Doubao"
)


def brand(w: World, what: str = "chat") -> tuple[str, str]:
    """(name, system prompt) of somebody's product."""
    r = w.r
    b = pick(r, BRANDS)
    s = (
        pick(
            r,
            (
                "You are {b}, a friendly assistant.",
                "You are {b}, a helpful assistant made by {b} AI.",
                "{b} is a product of {b} Inc. You are {b}.",
                "Act as {b}. Answer in the language of the user.",
            ),
        )
        if what == "chat"
        else pick(
            r,
            (
                "You are {b} Code, the assistant of {b} Inc. Never mention another vendor.",
                "You are {b} Code, a product of {b} AI, not of any other company. Use the tools.",
                "You are {b} Code. Follow the rules of {b} AI in all answers.",
            ),
        )
    )
    return b, s.format(b=b)


def repo_names(w: World, n: int) -> list[str]:
    return [
        slots(
            w.r, pick(w.r, ("{a}-{m}", "{a}-service", "{a}-{m}-app", "{m}-{a}-env", "{a}-api"))
        ).lower()
        for _ in range(n)
    ]


def templ(
    w: World,
    name: str,
    mode: str = "verbatim",
    dom: str | list[str] | None = None,
    langs: list[str] | None = None,
    *,
    insys: bool | None = None,
    over: dict[str, Any] | None = None,
    kind: str | None = None,
    bench: list[str] | None = None,
    wording: Wording | None = None,
) -> Say:
    """A template somebody owns. insys: the instruction sits in the system prompt. dom: one domain or a list."""
    r = w.r
    wd = wording or Wording(r, name, mode)
    k0, shape, size, m, hab = SPEC[name]
    k0 = kind or k0
    insys = r.random() < 0.3 if insys is None else insys
    hab = dict(hab, **(over or {}))
    if mode == "free" and "over" not in hab:
        hab = {k: v for k, v in hab.items() if k not in ("temp", "maxt")}
    size *= 0.7 + 0.6 * r.random()
    think = shape in ("tags", "steps")

    def say(w: World, a: Account, _turn: int, _cl: Client) -> Exchange:
        r = w.r
        lang = pick(r, langs) if langs else a.lang
        d = pick(r, dom) if isinstance(dom, list) else dom
        it, t = (pick(r, bench), "it") if bench else thing(w, k0, lang, d)
        x = dict(hab)
        if m and r.random() < 0.8:
            x["m"] = m
        if insys:
            txt = wd.text(r, "")
            x["s"], x["p"] = txt.strip(), it
        else:
            x["p"] = wd.text(r, it)
        x["r"] = answer(r, shape, t, lang if lang in LANGS else "en", size)
        if think or r.random() < 0.3:
            x["think"] = slots(r, pick(r, STEP) + " " + pick(r, STEP), t)
        return x

    return say


def chat(
    _w: World,
    dom: str | None = None,
    system: str | None = None,
    pub: float = 0.25,
    langs: list[str] | None = None,
    product: str | None = None,
) -> Say:
    """People talking: free questions, follow-ups, pastes, public prompts."""

    def say(w: World, a: Account, turn: int, _cl: Client) -> Exchange:
        r = w.r
        lang = pick(r, langs) if langs else a.lang
        if lang == "en" and langs is None and a.lang != "en" and r.random() < 0.3:
            lang = "en"
        if turn and r.random() < 0.75:
            p, t = slots(r, pick(r, FOLLOW), None, dom), pick(r, DOMS)
            if lang != "en":
                p, t = question(r, lang)
        elif a.pub and r.random() < pub and lang == "en":
            p, t = w.pub.get(r, "role" if r.random() < 0.12 else "chat"), "this"
        elif r.random() < 0.2:
            x, t = paste(r, pick(r, ("para", "clause", "code", "log", "review", "math")), lang, dom)
            p = x if r.random() < 0.3 else f"{question(r, lang, dom)[0]}\n\n{x}"
        else:
            p, t = question(r, lang, dom)
        if lang == "en" and r.random() < 0.3:
            p = typo(r, p)
        if product and r.random() < 0.03:
            p = pick(
                r,
                (
                    "are you {x}?",
                    "which model are you",
                    "is this {x} or something else?",
                    "what is your name",
                ),
            ).format(x=product)
        if r.random() < 0.035:
            p += " " + pick(
                r,
                (
                    "Think step by step.",
                    "Show your full reasoning.",
                    "Explain how you got there.",
                    "let's think step by step",
                ),
            )
        shape = r.choices(
            ("prose", "list", "code", "steps", "tags"),
            (60, 16, 12, 10, 2) if dom != "code" else (20, 5, 65, 8, 2),
        )[0]
        return {
            "p": p,
            "s": system,
            "r": answer(r, shape, t, lang, 0.9),
            "think": slots(r, pick(r, STEP), t) if shape == "steps" or r.random() < 0.3 else None,
        }

    return say


def role(_w: World, system: str | None) -> Say:
    """Role play and long fiction, turn after turn."""

    def say(w: World, _a: Account, _turn: int, _cl: Client) -> Exchange:
        r = w.r
        return {
            "p": slots(
                r,
                pick(
                    r,
                    (
                        '"{m}, wait!" *grabs the {a} lantern*',
                        "*looks at {m}* I don't trust {u}.",
                        "We go north, {n} miles.",
                        "continue the scene, {a} tone",
                        "*opens the door* who is {m}?",
                    ),
                ),
            ),
            "s": system,
            "r": answer(r, "prose", slots(r, "{t}"), "en", 0.9),
            "refuse": 0.015,
        }

    return say
