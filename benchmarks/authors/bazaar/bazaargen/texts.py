"""Public prompt shelves (when given) and the generator of own texts."""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq

from .dice import Dice
from .lexicon import (
    BRANDS,
    CITIES,
    DOMAINS,
    FRAMES,
    MOVES,
    NAMES,
    PEOPLE,
    QUALITIES,
    SENTENCES,
    SITUATIONS,
    TONGUES,
)

SOURCES = {
    "chat": ("arena_hard", "oasst_prompt_reports", "hh_rlhf_harmless_test"),
    "role": ("awesome_chatgpt_prompts", "awesome_prompts_zh"),
    "service": ("polyai_banking_restaurant",),
    "tool": ("bfcl_live", "glaive_toolcall_demo"),
    "code": ("gpteacher", "humaneval", "gorilla_apibench"),
    "bench": ("zeroeval", "marco_o1_cot", "humaneval"),
    "text": ("p3_templates",),
    "judge": ("llmbar_judges", "prometheus_eval"),
    "agent": ("fireact", "reflexion_logs"),
    "meta": ("evol_instruct_meta", "self_instruct_meta"),
}
LONGEST, SHELF = 2600, 3500
TONGUE_NAMES = {
    "en": "English", "es": "Spanish", "pt": "Portuguese", "fr": "French", "de": "German",
    "it": "Italian", "pl": "Polish", "tr": "Turkish", "ru": "Russian", "ar": "Arabic",
    "hi": "Hindi", "zh": "Chinese", "ja": "Japanese", "ko": "Korean", "vi": "Vietnamese",
    "id": "Indonesian", "sw": "Swahili", "fi": "Finnish", "tl": "Tagalog",
}  # fmt: skip
LANGS = list(TONGUES)


@dataclass(slots=True)
class Item:
    """One thing to be asked about."""

    text: str
    answer: str | None = None
    system: str | None = None
    lang: str = "en"
    topic: str = "this"
    domain: str = "writing"
    steps: list[tuple[str, str]] = field(default_factory=list)


@cache
def _parts(pattern: str) -> list[str | list[str]]:
    parts: list[str | list[str]] = []
    for index, piece in enumerate(pattern.split("[")):
        if index == 0:
            parts.append(piece)
            continue
        inside, _, after = piece.partition("]")
        parts.extend((inside.split("|"), after))
    return parts


def spin(dice: Dice, pattern: str) -> str:
    """Make every `[a|b]` choice of a pattern."""
    return "".join([p if isinstance(p, str) else dice.pick(p) for p in _parts(pattern)])


class Texts:
    """All texts of a world."""

    def __init__(self, folder: Path | None, dice: Dice) -> None:
        self.dice = dice
        self.shelves: dict[str, list[Item]] = {}
        self.systems: list[str] = []
        domains = list(DOMAINS)
        self.pool = {
            domain: [self.sentence(dice, domain) for _ in range(160)] for domain in domains
        }
        for shelf, sources in SOURCES.items():
            rows = [row for source in sources for row in self._read(folder, source)]
            fallback = [self.question(dice, dice.pick(domains)) for _ in range(300)]
            self.shelves[shelf] = dice.some(rows, SHELF) if len(rows) > 50 else fallback
        if folder and (folder / "fabric_patterns.parquet").exists():
            table = pq.read_table(folder / "fabric_patterns.parquet", columns=["system"])
            self.systems = [s[:LONGEST] for s in table["system"].to_pylist() if s]
        self.systems += [self.passage(dice, dice.pick(domains), 5) for _ in range(20)]

    def _read(self, folder: Path | None, source: str) -> list[Item]:
        path = folder / f"{source}.parquet" if folder else None
        if path is None or not path.exists():
            return []
        table = pq.read_table(path, columns=["system", "prompt", "response", "turn", "lang"])
        length = pc.utf8_length(table["prompt"])
        keep = pc.and_(pc.less(length, LONGEST), pc.greater(length, 1))
        table = table.filter(keep)
        domain = {"gpteacher": "python", "zeroeval": "math", "humaneval": "python"}.get(source)
        items: dict[str, Item] = {}
        last: Item | None = None
        walks = source in ("fireact", "reflexion_logs")
        for row in table.slice(0, 9000).to_pylist():
            if walks and row["turn"] and last is not None:
                last.steps.append((row["prompt"], (row["response"] or "")[:900]))
                continue
            answer = row["response"][:1600] if row["response"] else None
            topic = " ".join(row["prompt"].split()[:7])[:60]
            last = Item(row["prompt"], answer, row["system"], row["lang"] or "en", topic)
            last.domain = domain or "support"
            items.setdefault(row["prompt"], last)
        return list(items.values())

    def fill(self, dice: Dice, pattern: str, topic: str, domain: str, lang: str = "en") -> str:
        """Spin a pattern and fill its slots."""
        text = spin(dice, pattern)
        if "{" not in text:
            return text
        text = text.replace("{t}", topic).replace("{s}", dice.pick(SITUATIONS))
        if "{v}" in text:
            text = text.replace("{v}", dice.pick(DOMAINS[domain]))
        text = text.replace("{d}", domain).replace("{l}", TONGUE_NAMES.get(lang, "English"))
        for slot, words in (("{p}", PEOPLE), ("{c}", CITIES), ("{a}", NAMES), ("{q}", QUALITIES)):
            if slot in text:
                text = text.replace(slot, dice.pick(words))
        if "{b}" in text:
            text = text.replace("{b}", dice.pick(BRANDS))
        return text.replace("{n}", str(2 + dice.below(8)))

    def move(self, dice: Dice, name: str, item: Item, lang: str = "en") -> str:
        """One fresh wording of a move."""
        return self.fill(dice, dice.pick(MOVES[name]), item.topic, item.domain, lang)

    def sentence(self, dice: Dice, domain: str) -> str:
        return self.fill(dice, dice.pick(SENTENCES), dice.pick(DOMAINS[domain]), domain)

    def passage(self, dice: Dice, domain: str, count: int) -> str:
        """A paragraph on one domain."""
        pool = self.pool[domain]
        return " ".join([dice.pick(pool) for _ in range(count)])

    def question(self, dice: Dice, domain: str, lang: str = "en") -> Item:
        """A made-up question, in one of many languages."""
        if lang in TONGUES:
            frames, topics = (
                part.split(sep) for part, sep in zip(TONGUES[lang], (" / ", "; "), strict=True)
            )
            topic = dice.pick(topics).strip()
            text = dice.pick(frames).replace("{t}", topic).replace("{v}", dice.pick(topics))
            if dice.chance(0.6):
                text += f" ({dice.pick(NAMES)}, {dice.pick(CITIES)}, {1 + dice.below(900)})"
            return Item(text, None, None, lang, topic, domain)
        topic = dice.pick(DOMAINS[domain])
        text = self.fill(dice, dice.pick(FRAMES), topic, domain)
        if dice.chance(0.35):
            text += " " + self.sentence(dice, domain)
        return Item(
            " ".join(text.split()).replace(" .", ".").replace(" ?", "?"),
            None,
            None,
            "en",
            topic,
            domain,
        )

    def items(self, dice: Dice, shelf: str, count: int, domain: str, lang: str) -> list[Item]:
        """A work list: from a public shelf, or made up (`own`), or a blend of both (`any`)."""
        if shelf == "own" or lang != "en":
            tongues = [lang] if lang != "mixed" else [*LANGS, "en", "en"]
            return [self.question(dice, domain, dice.pick(tongues)) for _ in range(count)]
        if shelf == "any":
            half = self.items(dice, "own", count // 2, domain, lang)
            return half + dice.some(self.shelves["chat"], count - count // 2)
        return dice.some(self.shelves[shelf], count)

    def answer(self, dice: Dice, item: Item, tokens: float) -> str:
        """What a model would say, of about the wanted length."""
        if item.answer and dice.chance(0.7):
            return item.answer[: int(tokens * 5) + 40]
        pool = self.pool[item.domain]
        count = max(1, int(tokens / 18))
        parts = [dice.pick(pool) for _ in range(min(count, 30))]
        if item.lang in TONGUES:
            parts = [item.topic + ": " + parts[0]] + [item.text[:90]] * (count > 3)
        if item.domain in ("python", "sql", "web") and dice.chance(0.5):
            parts.insert(1, f"\n```\ndef f(x):\n    return x + {dice.below(99)}\n```\n")
        joint = "\n- " if dice.chance(0.25) else " "
        return joint.join(parts)
