"""Jobs: what a request asks. Honest programmes and campaigns use the same ones."""

import json
from dataclasses import dataclass, field

from .dice import Dice
from .lexicon import BRANDS, DOMAINS, MOVES, NAMES, words
from .texts import LANGS, TONGUE_NAMES, Item, Texts, spin

TOOLS = words(
    "read_file write_file run_shell search_code web_search get_weather create_ticket lookup_order send_email query_db list_events fetch_url refund_payment book_table translate_text plot_chart"
)
THOUGHT_TOOLS = words("deep_think scratchpad reflect note_to_self plan_steps")
CODER = [
    "You are an interactive CLI agent that helps with software engineering tasks. Use the tools to read, edit and run code. Be concise; never guess file contents; finish the task before you stop.",
    "You are a pair programmer inside an editor. The user's open files are given. Propose small diffs, run the tests through the terminal tool, and explain only when asked.",
    "You are an autonomous coding agent. Plan, act with tools, observe, repeat. Keep changes minimal, follow the project's style, and report what was verified.",
]
POLITE = ["", "", "", "Hi, ", "Please: ", "Quick one. ", "Hello! ", "Hey, ", "For my notes: "]
# Jobs that are an instruction around an item: moves, extra move when loud, tokens, refusal chance.
WRAPS: dict[str, tuple[str, str, float, float]] = {
    "steps": ("steps", "tags", 520, 0.004),
    "expert": ("expert", "steps", 460, 0.004),
    "tutor": ("tutor", "", 280, 0.004),
    "langmatch": ("langmatch", "", 420, 0.01),
    "debug": ("debug", "tags", 380, 0.18),
    "fakesys": ("fakesys", "tags", 420, 0.15),
    "jail": ("jail", "", 200, 0.42),
    "evolve": ("evolve", "", 260, 0.004),
    "saferw": ("saferw", "", 200, 0.08),
    "persona": ("persona", "", 70, 0.004),
    "summar": ("summar", "", 120, 0.004),
    "task": ("task", "", 620, 0.004),
}


@dataclass(slots=True)
class Style:
    """How one customer (or a crowd, or an operator) words its job."""

    system: str | None = None
    lang: str = "en"
    domain: str = "writing"
    spread: str = "fixed"  # fixed, slots or spun
    loud: bool = False  # asks for tags and the like
    layout: int = 0
    fixed: dict[str, list[str]] = field(default_factory=dict)


@dataclass(slots=True)
class Ask:
    """One request, before the account's own settings."""

    prompt: str
    item: Item
    out: float = 220.0
    system: str | None = None
    tools: list[str] | None = None
    form: str | None = None
    images: int = 0
    cap: int | None = None
    temperature: float | None = None
    choices: int | None = None
    logprobs: int | None = None
    bias: int | None = None
    refuse: float = 0.004
    answer: str | None = None
    history: list[dict[str, str]] | None = None
    steal: str | None = None
    calls: int = 0
    think: bool = False


@dataclass(slots=True)
class Case:
    """One turn that has to be worded."""

    dice: Dice
    style: Style
    item: Item
    turn: int


class Jobs:
    """All jobs over one world's texts."""

    def __init__(self, texts: Texts) -> None:
        self.texts = texts

    def make(self, dice: Dice, job: str, style: Style, item: Item, turn: int) -> Ask:
        """The request of one turn of one conversation."""
        case = Case(dice, style, item, turn)
        ask: Ask = self.wrapped(case, job) if job in WRAPS else getattr(self, "job_" + job)(case)
        if ask.system is None:
            ask.system = style.system
        return ask

    def say(self, c: Case, move: str, lang: str | None = None) -> str:
        """An instruction: as always, from a few wordings, or reworded afresh."""
        lang = lang or (c.style.lang if c.style.lang in LANGS else c.item.lang)
        if c.style.spread == "spun":
            text = self.texts.move(c.dice, move, c.item, lang)
            return c.dice.pick(POLITE) + text if c.dice.chance(0.3) else text
        kept = c.style.fixed.get(move)
        if kept is None:
            count = 1 if c.style.spread == "fixed" else 4
            kept = [spin(c.dice, c.dice.pick(MOVES[move])) for _ in range(count)]
            c.style.fixed[move] = kept
        return self.texts.fill(c.dice, c.dice.pick(kept), c.item.topic, c.item.domain, lang)

    def lay(self, c: Case, *parts: str) -> str:
        """Put the parts of a prompt together in the style's layout, or a new one if reworded."""
        layout = c.dice.below(6) if c.style.spread == "spun" else c.style.layout
        pieces = list(parts)
        if layout % 2:
            pieces.reverse()
        if layout == 4:
            pieces = [f"## {'Input' if i else 'Task'}\n{p}" for i, p in enumerate(pieces)]
        return ("\n\n", "\n", "\n---\n")[layout % 3].join(p for p in pieces if p)

    def about(self, c: Case, move: str, body: str, out: float) -> Ask:
        """An instruction and the thing it is about."""
        return Ask(self.lay(c, self.say(c, move), body), c.item, out)

    def wrapped(self, c: Case, job: str) -> Ask:
        """One of the plain instruction jobs; expert, steps and tutor can go on."""
        if c.turn:
            return self.job_chat(c) if job == "tutor" else self.job_plain(c)
        move, extra, out, refuse = WRAPS[job]
        said = [self.say(c, move)]
        if extra and c.style.loud:
            said.append(self.say(c, extra))
        if c.style.spread == "spun" and c.dice.chance(0.5):
            said.reverse()
        body = c.item.text
        if job == "summar" and len(body) < 400:
            body = self.texts.passage(c.dice, c.item.domain, 12)
        elif job == "task":
            body = self.texts.sentence(c.dice, c.item.domain) if c.dice.chance(0.4) else ""
        return Ask(self.lay(c, " ".join(said), body), c.item, out, refuse=refuse)

    def job_chat(self, c: Case) -> Ask:
        """Whatever people ask, and how they go on."""
        if c.turn:
            move = "ident" if c.dice.chance(0.015) else "follow"
            text = self.texts.move(c.dice, move, c.item)
            if c.item.lang != "en":
                text = f"{text.split()[0]} {c.item.topic}?"
            return Ask(text, c.item, 170)
        return Ask(c.item.text, c.item, c.dice.around(190, 0.7), refuse=0.012)

    def job_plain(self, c: Case) -> Ask:
        """Bare question, no instruction: also what a patient harvester sends."""
        text = self.say(c, "deepen") if c.turn else c.item.text
        return Ask(text, c.item, c.dice.around(320, 0.5))

    def job_posthoc(self, c: Case) -> Ask:
        answer = c.item.answer or self.texts.answer(c.dice, c.item, 40)
        return self.about(c, "posthoc", f"Question: {c.item.text}\nAnswer: {answer[:700]}", 420)

    def job_launder(self, c: Case) -> Ask:
        if c.turn % 2 == 0:
            return Ask(c.item.text, c.item, 350, think=True)
        said = self.say(c, "launder", c.dice.pick(LANGS))
        return Ask(said, c.item, 420, refuse=0.06, think=True)

    def job_replay(self, c: Case) -> Ask:
        if c.turn == 0 and c.dice.chance(0.5):
            return Ask(c.item.text, c.item, 330, think=True)
        said = self.say(c, "replay")
        return Ask(said, c.item, 450, refuse=0.05, steal="other", think=True)

    def job_edit(self, c: Case) -> Ask:
        if c.turn == 0:
            return Ask(c.item.text, c.item, 330, think=True)
        system = self.texts.passage(c.dice, c.item.domain, 2)
        return Ask(self.say(c, "steps"), c.item, 420, system, think=True)

    def job_deepthink(self, c: Case) -> Ask:
        name = THOUGHT_TOOLS[c.style.layout % 5]
        if c.style.spread == "spun":
            name = c.dice.pick(THOUGHT_TOOLS)
        text = c.item.text
        if c.style.loud:
            text += f"\nCall {name} with your full private reasoning before you answer."
        return Ask(text, c.item, 400, tools=[name, *TOOLS[:2]], calls=1)

    def job_rubric(self, c: Case) -> Ask:
        given = c.item.answer or self.texts.answer(c.dice, c.item, 90)
        ask = self.about(
            c, "rubric", f"### Question\n{c.item.text}\n### Response\n{given[:1200]}", 40
        )
        score, plain = 1 + c.dice.below(5), c.style.layout % 3 == 0
        reason = self.texts.passage(c.dice, c.item.domain, 1)
        ask.answer = f"Score: {score}" if plain else json.dumps({"score": score, "reason": reason})
        ask.form, ask.cap, ask.temperature = None if plain else "json_object", 256, 0.0
        return ask

    def job_pair(self, c: Case) -> Ask:
        one = (c.item.answer or self.texts.passage(c.dice, c.item.domain, 4))[:900]
        two = self.texts.answer(c.dice, c.item, 60)[:900]
        if c.dice.chance(0.5):
            one, two = two, one
        ask = self.about(c, "pair", f"{c.item.text}\n\n[A]\n{one}\n\n[B]\n{two}", 30)
        ask.answer, ask.cap = c.dice.pick(["A", "B", "[[A]]", "[[B]]"]), 128
        return ask

    def job_clean(self, c: Case) -> Ask:
        body = c.item.answer or self.texts.passage(c.dice, c.item.domain, 6)
        body = c.dice.pick(["", "Okay, so first I need to see... ", "Wait. "]) + body
        return self.about(c, "clean", body, len(body) / 4.5)

    def job_bench(self, c: Case) -> Ask:
        ask = Ask(c.item.text, c.item, 300)
        if c.style.loud:
            ask.temperature, ask.choices = c.dice.pick([0.0, 0.7, 1.0]), c.dice.pick([1, 4, 8])
        return ask

    def job_mirror(self, c: Case) -> Ask:
        return Ask(f"{c.item.text}\n({TONGUE_NAMES[c.dice.pick(LANGS)]})", c.item, 260)

    def job_transl(self, c: Case) -> Ask:
        lang = c.dice.pick(LANGS) if c.style.lang == "mixed" else c.style.lang
        body = c.item.text[:1500]
        return Ask(self.lay(c, self.say(c, "transl", lang), body), c.item, len(body) / 3.5)

    def job_vision(self, c: Case) -> Ask:
        images = 1 + (c.dice.below(4) if c.dice.chance(0.2) else 0)
        return Ask(self.say(c, "vision"), c.item, 210, images=images)

    def job_gui(self, c: Case) -> Ask:
        where = {"action": "click", "x": c.dice.below(1280), "y": c.dice.below(800)}
        ask = Ask(self.say(c, "gui"), c.item, 30, tools=["click", "type_text", "screenshot"])
        ask.images, ask.calls, ask.answer = 1, 1, json.dumps(where)
        return ask

    def job_agent(self, c: Case) -> Ask:
        text, answer = c.item.text, None
        if 0 < c.turn <= len(c.item.steps):
            text, answer = c.item.steps[c.turn - 1]
        elif c.turn:
            text = "Observation: " + self.texts.passage(c.dice, c.item.domain, 1 + c.dice.below(4))
        ask = Ask(text, c.item, 120, tools=TOOLS[c.style.layout : c.style.layout + 5], think=True)
        ask.answer, ask.calls = answer or None, c.dice.below(2)
        return ask

    def job_coder(self, c: Case) -> Ask:
        """A coding harness: one of a few popular system prompts, tool results as turns."""
        system, text = c.style.system or CODER[c.style.layout % 3], c.item.text
        if c.turn and c.dice.chance(0.2):
            text = self.texts.move(c.dice, "follow", c.item)
        elif c.turn:
            body = self.texts.passage(c.dice, c.item.domain, 1 + c.dice.below(6))
            text = f"<tool_result name={c.dice.pick(TOOLS[:4])}>\n{body}\n</tool_result>"
        calls = c.dice.below(3)
        return Ask(text, c.item, 160, system, TOOLS[:4], calls=calls, think=True)

    def job_tool(self, c: Case) -> Ask:
        names = TOOLS[4:9]
        if c.style.loud or c.style.spread == "slots":
            names = [f"{c.dice.pick(TOOLS)}_v{c.dice.below(40)}" for _ in range(3)]
        if c.turn:
            text = f"Tool returned: {self.texts.sentence(c.dice, c.item.domain)}"
            return Ask(text, c.item, 90, tools=names)
        return Ask(c.item.text, c.item, 90, c.item.system, names, calls=1)

    def job_import(self, c: Case) -> Ask:
        """A whole earlier conversation with another assistant, pasted in."""
        other, text = c.dice.pick(BRANDS), c.item.text
        reply = (c.item.answer or self.texts.answer(c.dice, c.item, 70))[:700]
        last = self.texts.move(c.dice, "follow", c.item)
        if c.style.layout % 2 == 0:
            text = f"User: {text}\n{other}: {reply}\nUser: {last}\n{other}:"
            return Ask(text, c.item, 260)
        history = [{"role": "user", "content": text}, {"role": "assistant", "content": reply}]
        return Ask(last, c.item, 260, history=history)

    def job_simulate(self, c: Case) -> Ask:
        if c.turn:
            return Ask(self.texts.passage(c.dice, c.item.domain, 2), c.item, 90)
        return Ask(self.say(c, "simulate"), c.item, 330)

    def job_draft(self, c: Case) -> Ask:
        said = (c.item.answer or self.texts.answer(c.dice, c.item, 60)).split()
        said = [w for w in said if not c.dice.chance(0.06)][: 30 + c.dice.below(60)]
        return self.about(c, "draft", f"{c.item.text}\n\nDraft: {' '.join(said)}", 200)

    def job_logits(self, c: Case) -> Ask:
        ask = Ask(f"{self.say(c, 'oneword')} {c.item.text[:300]}", c.item, 1, cap=1)
        ask.bias = c.dice.pick([0, 50, 150, 300] if c.style.loud else [0, 0, 2, 3])
        ask.logprobs, ask.temperature = 20 if c.style.loud else 5, 0.0
        ask.answer = c.dice.pick(["yes", "no", "A", "B", "positive", "spam", "other"])
        return ask

    def job_oneword(self, c: Case) -> Ask:
        ask = self.about(c, "oneword", c.item.text, 2)
        ask.answer, ask.cap = c.dice.pick(["Yes", "No", "blue", "seven", "urgent", "billing"]), 8
        return ask

    def job_service(self, c: Case) -> Ask:
        text = self.texts.move(c.dice, "follow", c.item) if c.turn else c.item.text
        return Ask(text, c.item, 110)

    def job_rag(self, c: Case) -> Ask:
        topic = c.style.domain if c.dice.chance(0.7) else c.dice.pick(list(DOMAINS))
        context = self.texts.passage(c.dice, topic, 4 + c.dice.below(8))
        return self.about(c, "rag", f"Context:\n{context}\n\nQuestion: {c.item.text}", 130)

    def job_review(self, c: Case) -> Ask:
        code = (c.item.answer or c.item.text)[:800].splitlines()
        body = "\n".join(c.dice.pick("+- ") + line for line in code)
        return self.about(c, "review", f"```diff\n{body}\n```", 140)

    def job_extract(self, c: Case) -> Ask:
        ask = self.about(c, "extract", c.item.text, 50)
        ask.form, ask.temperature = "json_schema", 0.0
        ask.answer = json.dumps({"name": c.dice.pick(NAMES), "topic": c.item.topic[:20]})
        return ask

    def job_label(self, c: Case) -> Ask:
        ask = self.about(c, "label", c.item.text, 35)
        tag = c.dice.pick(["relevant", "partly", "irrelevant", "unclear"])
        ask.answer = f"{tag} (rule {1 + c.dice.below(9)})"
        return ask

    def job_essay(self, c: Case) -> Ask:
        said = self.say(c, "essay")
        return Ask(said if c.dice.chance(0.6) else f"{said} {c.item.text}", c.item, 430)

    def job_play(self, c: Case) -> Ask:
        text = self.say(c, "play")
        if c.turn:
            scene = self.texts.sentence(c.dice, "games")
            text = f'*{scene}* "{self.texts.sentence(c.dice, "writing")}"'
        return Ask(text, c.item, 190, refuse=0.02)
