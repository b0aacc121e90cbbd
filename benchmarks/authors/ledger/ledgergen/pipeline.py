"""The programme a hostile company wrote: its plan of work and how it words each item."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ledgergen.dice import Dice
from ledgergen.jobs import Ask, make, toolset
from ledgergen.people import DOMAIN_NAMES, Asker, Persona, agent_session, subject
from ledgergen.texts import prose
from ledgergen.voice import LABELS, Voice
from ledgergen.words import TONGUES
from ledgergen.world import World

# method, jobs of the plan, and the way of access or trick that makes the method
METHODS = (
    "M01 inline_reasoning; M02 rebuild_reasoning; M03 match_language tongues; M04 debug_dump; "
    "M05 fake_system; M06 transform_memory; M07 debug_dump+transform_memory blocks; M08 tool_call think_tool; "
    "M09 inline_reasoning edit; M10 benchmark+expert reason; M11 technique_sweep sweep; M12 rubric_grade several; "
    "M13 pairwise several; M14 clean_text; M15 evolve_instruction; M16 task_with_tests; "
    "M17 benchmark samples; M18 safe_rewrite; M19 expert narrow; M20 mirror tongues; "
    "M21 caption; M22 rubric_grade+clean_text several; M23 agent_step agent; M24 tool_call catalogue; "
    "M25 screen_step agent; M26 replay; M27 simulate_user+replay; M28 harness_identity relay; "
    "M29 harness_identity+agent_step agent; M30 student_draft bursts; M31 probe logits; M32 one_word; "
    "M33 ml_engineering narrow; M34 inline_reasoning+evolve_instruction farm; M35 summary station; M36 agent_step+ml_engineering seats; "
    "M37 task_with_tests+expert programme; M38 inline_reasoning+agent_step stolen; M39 rubric_grade+inline_reasoning cloud; M40 evolve_instruction+rebuild_reasoning aggregator; "
    "M41 summary station; M43 agent_step+task_with_tests pivot; M44 inline_reasoning+match_language older; "
)
KINDS = {
    k: (tuple(j.split("+")), t[0] if t else "")
    for k, j, *t in (m.split() for m in METHODS.split(";") if m.strip())
}
TALKED = ("relay", "station")


@dataclass(slots=True)
class Item:
    """One unit of the plan of work."""

    job: str
    domain: str
    seed: str


class Pipeline:
    """Plan, wordings and parameters of one campaign."""

    def __init__(self, world: World, kind: str, care: str) -> None:
        self.world = world
        self.care = care
        self.jobs, self.trick = KINDS[kind]
        rng = self.rng = Dice(world.token("", 12))
        count = 1 if self.trick == "narrow" else rng.randint(1, 3 if care == "naive" else 5)
        hot = ("code", "math", "systems", "data", "law", "finance", "security", "health")
        self.domains = rng.sample(hot if rng.random() < 0.75 else DOMAIN_NAMES, count)
        self.tongues = rng.sample(tuple(TONGUES), 4) if self.trick == "tongues" else ["en"]
        if self.trick != "tongues" and rng.random() < 0.35:
            self.tongues = ["en", "en", *rng.sample(tuple(TONGUES), 2)]
        number = {"naive": 1, "careful": rng.randint(3, 12), "adaptive": rng.randint(3, 6)}[care]
        loose = {"naive": 0.0, "careful": 0.5, "adaptive": 0.85}[care]
        self.voices = [
            Voice(Dice(world.token("", 8)), fresh=care == "adaptive", loose=loose)
            for _ in range(number)
        ]
        self.label, self.fence = rng.choice(LABELS), rng.choice(("tags", "rule", "colon"))
        self.same_frame = care == "careful" and rng.random() < 0.5
        self.blocks: list[str] = []
        self.plan: list[Item] = []
        self.personas = [
            Persona(world, rng, rng.choice(("en", "en", *TONGUES))) for _ in range(160)
        ]
        self.product = Voice(Dice(world.token("", 8)))
        self.extra = self._parameters()

    def _parameters(self) -> dict[str, Any]:
        rng = self.rng
        if self.trick == "logits":
            return {
                "request_top_logprobs": rng.choice((5, 20)),
                "request_logit_bias_count": rng.choice((0, 0, 100, 300)),
                "request_max_tokens": 1,
            }
        if self.trick == "samples" and self.care != "adaptive":
            return {"request_choice_count": rng.choice((1, 2, 4, 8))}
        return {}

    def draft(self, size: int) -> None:
        """Write the plan: every item once, several samples of an item where the method wants them."""
        rng, world = self.rng, self.world
        items: list[Item] = []
        seen: dict[str, bool] = {}
        repeat = {"several": rng.choice((2, 4)), "samples": rng.choice((3, 6, 8))}.get(
            self.trick, 1
        )
        if self.care == "adaptive":
            repeat = min(repeat, 2)
        while len(items) < size:
            job, domain = rng.choice(self.jobs), rng.choice(self.domains)
            seed = subject(world, rng, job, domain, rng.choice(self.tongues))
            if seed in seen and rng.random() < 0.9:
                continue
            seen[seed] = True
            items += [Item(job, domain, seed)] * repeat
        if self.care == "naive" or rng.random() < 0.2:
            items.sort(key=lambda i: i.domain)
        else:
            rng.shuffle(items)
        self.plan = items[::-1]

    def voice(self, lot: int) -> Voice:
        if self.care == "naive":
            return self.voices[0]
        voice = (
            self.voices[lot % len(self.voices)]
            if self.rng.random() < 0.7
            else self.rng.choice(self.voices)
        )
        if self.same_frame:
            voice.label, voice.fence = self.label, self.fence
        return voice

    def attack(self, lot: int) -> Asker:
        """Return an asker whose session works on the next item of the plan."""
        rng, world = self.rng, self.world

        def ask(chat: dict[str, Any], turn: int) -> Ask:
            if self.trick in TALKED:
                return self.tenant(chat, turn)
            if self.trick in ("agent", "seats", "pivot") and "asker" in chat:
                return chat["asker"](chat, turn)
            if not self.plan:
                return Persona(world, rng).ask(chat, turn)
            item, voice = self.plan.pop(), self.voice(lot)
            if item.job == "agent_step":
                chat["asker"] = agent_session(world, rng, item.job, voice, item.domain)
                return chat["asker"](chat, turn)
            spread = None if self.care != "adaptive" else rng.random() < 0.4
            out = make(item.job, voice, rng, world.texts, item.domain, item.seed, as_system=spread)
            out.extra.update(self.extra)
            self.apply(out, chat)
            if self.care == "adaptive" and rng.random() < 0.25:
                out.prompt = f"{prose(rng, item.seed, 1)}\n{out.prompt}"
            return out

        return ask

    def apply(self, out: Ask, chat: dict[str, Any]) -> None:
        """Apply the trick of the method to a request."""
        rng = self.rng
        if self.trick == "blocks":
            if self.blocks and rng.random() < 0.7:
                out.presented = [
                    rng.choice(self.blocks[-400:]) for _ in range(rng.choice((1, 1, 2)))
                ]
            chat["model"] = rng.choice(("opal-3-reason", "opal-3-reason", "opal-3-mini"))
        elif self.trick == "think_tool":
            name = rng.choice(("deep_think", "scratchpad", "plan_notes", "think_aloud", "memo"))
            out.tools = [
                *toolset(rng, rng.randint(0, 4)),
                name if self.care != "naive" else "deep_think",
            ]
        elif self.trick == "edit":
            chat["model"] = "opal-3-reason"
            out.system = self.product.rng.choice(("", "Mode B. ", "Show all. ")) + (
                out.system or "You are open."
            )
        elif self.trick == "reason":
            chat["model"] = rng.choice(("opal-3-reason", "opal-3-reason", "opal-3.5-large"))
        elif self.trick == "catalogue":
            out.tools = toolset(rng, rng.randint(4, 22 if self.care != "adaptive" else 9))

    def tenant(self, chat: dict[str, Any], turn: int) -> Ask:
        """Return what a customer of the relay or station typed."""
        rng = self.rng
        who = chat.setdefault("tenant", rng.choice(self.personas))
        out: Ask = who.ask(chat, turn)
        if self.trick == "relay" and (self.care == "naive" or rng.random() < 0.35):
            out.system = self.product.instruction("harness_identity")
        if turn == 0 and rng.random() < 0.015:
            out.prompt = rng.choice(("who made you?", "which model are you?", "are you Nimbus?"))
        return out
