"""A voice words a job: fixed as in a program, or fresh each time as from a person or a paraphraser."""

from __future__ import annotations

from ledgergen.dice import Dice
from ledgergen.words import HOUSE, PIECES, SYNONYMS

LABELS = ("Question", "Input", "Task", "Text", "Case", "Item", "Request", "Prompt", "Problem")


class Voice:
    """Habits of wording; `loose` is the chance that a clause is left out or moved."""

    def __init__(self, rng: Dice, *, fresh: bool = False, loose: float = 0.0) -> None:
        self.rng = rng
        self.fresh = fresh
        self.loose = loose
        self.made: dict[str, str] = {}
        self.swap: dict[str, str] = {}
        self.choose()

    def choose(self) -> None:
        """Choose layout, label, house sentences and favourite words."""
        rng = self.rng
        self.layout = rng.choice(("plain", "plain", "lines", "bullets", "numbers", "heads"))
        self.label = rng.choice(LABELS)
        self.fence = rng.choice(("colon", "colon", "tags", "rule", "bare", "quote"))
        self.house = rng.sample(HOUSE, rng.choice((0, 1, 1, 2, 3)))
        self.after = rng.random() < 0.25
        self.swap = {g[0]: rng.choice(g) for g in SYNONYMS if rng.random() < 0.6}

    def words(self, sentence: str) -> str:
        parts = sentence.split(" ")
        return " ".join(self.swap.get(p, p) for p in parts)

    def instruction(self, job: str) -> str:
        """Return the instruction of a job in this voice."""
        if not self.fresh and job in self.made:
            return self.made[job]
        rng = self.rng
        if self.fresh:
            self.choose()
        persona, *rest = PIECES[job]
        lines = [rng.choice(c) for c in rest if not self.loose or rng.random() > self.loose * 0.6]
        lines = lines or [rng.choice(rest[0])]
        lines += self.house
        if self.loose and rng.random() < self.loose:
            rng.shuffle(lines)
        if rng.random() > self.loose * 0.7:
            lines.insert(0, rng.choice(persona))
        lines = [self.words(s) for s in lines]
        if self.layout == "lines":
            text = "\n".join(lines)
        elif self.layout == "bullets":
            text = lines[0] + "\n" + "\n".join("- " + s for s in lines[1:])
        elif self.layout == "numbers":
            text = lines[0] + "\n" + "\n".join(f"{i}. {s}" for i, s in enumerate(lines[1:], 1))
        elif self.layout == "heads":
            text = f"# Role\n{lines[0]}\n# Rules\n" + "\n".join(lines[1:])
        else:
            text = " ".join(lines)
        self.made[job] = text
        return text

    def field(self, name: str, value: str) -> str:
        """Return one named part of an input in the habit of this voice."""
        if self.fence == "tags":
            tag = name.lower().replace(" ", "_")
            return f"<{tag}>\n{value}\n</{tag}>"
        if self.fence == "rule":
            return f"### {name}\n{value}"
        if self.fence == "bare":
            return value
        if self.fence == "quote":
            return f'{name}: """{value}"""'
        return f"{name}: {value}"

    def join(self, instruction: str, body: str) -> str:
        return f"{body}\n\n{instruction}" if self.after else f"{instruction}\n\n{body}"
