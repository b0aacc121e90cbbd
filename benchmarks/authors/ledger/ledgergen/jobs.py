"""Requests: one job in one voice about one subject, for honest and hostile callers alike."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from ledgergen.dice import Dice
from ledgergen.texts import Texts, answer, prose, question
from ledgergen.voice import Voice
from ledgergen.words import DOMAINS, ENGINES, FOLLOW_UPS, NOUNS, VERBS

REPLY: dict[str, tuple[str, float]] = {
    "inline_reasoning": ("reason", 900),
    "rebuild_reasoning": ("reason", 700),
    "match_language": ("reason", 600),
    "debug_dump": ("reason", 500),
    "fake_system": ("reason", 500),
    "transform_memory": ("reason", 450),
    "technique_sweep": ("reason", 350),
    "rubric_grade": ("score", 40),
    "pairwise": ("letter", 30),
    "clean_text": ("prose", 600),
    "evolve_instruction": ("prose", 350),
    "task_with_tests": ("code", 800),
    "benchmark": ("letter", 220),
    "expert": ("prose", 750),
    "mirror": ("prose", 300),
    "caption": ("json", 260),
    "screen_step": ("json", 60),
    "agent_step": ("code", 350),
    "tool_call": ("json", 90),
    "replay": ("prose", 320),
    "simulate_user": ("prose", 70),
    "student_draft": ("prose", 350),
    "probe": ("word", 2),
    "one_word": ("word", 3),
    "ml_engineering": ("code", 900),
    "harness_identity": ("code", 400),
    "label": ("json", 45),
    "review_code": ("prose", 260),
    "tutor": ("reason", 380),
    "summary": ("prose", 200),
    "safe_rewrite": ("prose", 180),
    "assist": ("prose", 150),
}
RISK = {
    "technique_sweep": 0.5,
    "fake_system": 0.35,
    "debug_dump": 0.3,
    "transform_memory": 0.3,
    "safe_rewrite": 0.05,
}


@dataclass(slots=True)
class Ask:
    """One request before it is sent."""

    prompt: str
    job: str
    system: str | None = None
    style: str = "prose"
    length: float = 250.0
    risk: float = 0.004
    images: int = 0
    tools: list[str] | None = None
    calls: int = 0
    extra: dict[str, Any] = field(default_factory=dict)
    history: list[dict[str, str]] = field(default_factory=list)
    presented: list[str] | None = None
    context: int = 0


def toolset(rng: Dice, size: int) -> list[str]:
    return sorted({f"{rng.choice(VERBS)}_{rng.choice(NOUNS)}" for _ in range(size)})


def diff(rng: Dice) -> str:
    name = rng.choice(NOUNS)
    lines = [f"--- a/src/{name}.py", f"+++ b/src/{name}.py", f"@@ -{rng.randint(3, 400)},6 @@"]
    for _ in range(rng.randint(3, 9)):
        sign = rng.choice("+- ")
        lines.append(f"{sign}    {rng.choice(NOUNS)}_{rng.choice(VERBS)}({rng.randint(0, 99)})")
    return "\n".join(lines)


def body_of(job: str, voice: Voice, rng: Dice, texts: Texts, domain: str, seed: str) -> str:
    """Return the input part of a request for a job about a seed text."""
    put = voice.field
    if job in ("rubric_grade", "student_draft"):
        given = prose(rng, seed, rng.randint(2, 6), steps=job == "student_draft")
        return put(voice.label, seed) + "\n\n" + put("Candidate", given)
    if job == "pairwise":
        first, second = (prose(rng, seed, rng.randint(2, 5)) for _ in range(2))
        return "\n\n".join((put(voice.label, seed), put("A", first), put("B", second)))
    if job == "rebuild_reasoning":
        known = rng.choice((str(rng.randint(2, 999)), prose(rng, seed, 1)))
        return put(voice.label, seed) + "\n\n" + put("Answer", known)
    if job in ("clean_text", "summary"):
        raw = texts.document(rng, domain, rng.randint(4, 10))
        if job == "clean_text" and rng.random() < 0.6:
            raw = prose(rng, seed, rng.randint(4, 9), steps=True)
        return put(voice.label, raw)
    if job in ("label", "one_word", "probe"):
        if rng.random() < 0.4:
            return put(voice.label, texts.public(rng, "support", domain))
        return put(voice.label, texts.document(rng, domain, 1))
    if job == "review_code":
        return put("Diff", diff(rng))
    if job == "mirror":
        tongue = rng.choice(ENGINES)
        return put("Target language", tongue) + "\n" + put(voice.label, seed)
    if job in ("replay", "simulate_user"):
        turns = [f"user: {seed}", f"assistant: {prose(rng, seed, 2)}"]
        for _ in range(rng.randint(0, 2)):
            turns.append(f"user: {question(rng, domain)}")
        return put("Transcript", "\n".join(turns))
    if job in ("caption", "screen_step"):
        goal = rng.choice(DOMAINS["ops" if job == "screen_step" else "marketing"][0])
        return put(
            "Goal" if job == "screen_step" else "Image", f"{goal}, no. {rng.randint(1, 9e5)}"
        )
    return put(voice.label, seed)


def make(
    job: str,
    voice: Voice,
    rng: Dice,
    texts: Texts,
    domain: str,
    seed: str,
    *,
    as_system: bool | None = None,
) -> Ask:
    """Return the request for a job; the instruction goes to the system prompt or the user turn."""
    style, length = REPLY[job]
    instruction = voice.instruction(job)
    body = body_of(job, voice, rng, texts, domain, seed)
    split = voice.layout in ("heads", "lines", "numbers") if as_system is None else as_system
    ask = Ask(
        body if split else voice.join(instruction, body),
        job,
        instruction if split else None,
        style,
        length,
        RISK.get(job, 0.004),
    )
    if job in ("caption", "screen_step"):
        ask.images = 1
    elif job == "probe":
        ask.extra = {"request_top_logprobs": rng.choice((1, 5, 5, 20)), "request_max_tokens": 1}
    if ask.style == "json" and job != "tool_call":
        ask.extra["response_format"] = rng.choice(("json_object", "json_schema", "text"))
    if job == "tool_call":
        ask.calls = 1
    return ask


def talk(rng: Dice, texts: Texts, domain: str, tongue: str, topic: str | None, turn: int) -> Ask:
    """Return what an ordinary person types, at the start of a chat or later."""
    draw = rng.random()
    if turn and draw < 0.45:
        topics, aspects, places = DOMAINS[domain]
        text = rng.choice(FOLLOW_UPS).format(
            t=rng.choice(topics), a=rng.choice(aspects), c=rng.choice(places)
        )
        return Ask(text, "talk", length=rng.lognormal(4.9, 0.7))
    if tongue == "en" and draw > 0.86:
        pool = "risky" if draw > 0.99 else "chat"
        return Ask(
            texts.public(rng, pool, domain), "talk", length=260, risk=0.2 if draw > 0.99 else 0.004
        )
    text = question(rng, domain, topic if rng.random() < 0.6 else None, tongue)
    if rng.random() < 0.2:
        text += "\n\n" + texts.document(rng, domain, rng.randint(1, 7))
    style = "code" if domain in ("code", "systems") and rng.random() < 0.6 else "prose"
    return Ask(text, "talk", style=style, length=rng.lognormal(5.4, 0.7))


def reply(rng: Dice, ask: Ask) -> tuple[str, int]:
    """Return the visible answer as logged (long ones are cut) and its full number of tokens."""
    tokens = max(1, int(ask.length * rng.lognormal(-0.1, 0.5)))
    text = answer(rng, ask.style, ask.prompt, max(1, min(12, tokens // 22)))
    if ask.style in ("word", "letter", "score", "json"):
        return text, max(1, len(text) // 4 + rng.randint(0, 2))
    return text, max(tokens, len(text) // 5)


def as_messages(ask: Ask, past: list[dict[str, str]]) -> str:
    head = [{"role": "system", "content": ask.system}] if ask.system else []
    return json.dumps([*head, *past, {"role": "user", "content": ask.prompt}], ensure_ascii=False)
