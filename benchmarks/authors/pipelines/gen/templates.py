"""Prompt templates with versions and paraphrase."""

from .basics import Rand
from .languages import FOREIGN
from .phrases import BANK
from .vocabulary import LABEL, SLOTS
from .wording import reword


class Template:
    """A prompt template of one genre: chosen meanings, wording of each, order, filled slots and place in the request.

    level 0 verbatim; 1 light slots and swaps; 2 paraphrase per request (re-picked, shuffled, dropped, reworded).
    """

    def __init__(
        self,
        r: Rand,
        genre: str,
        dom: str | None = None,
        lang: str | None = None,
        place: str | None = None,
    ) -> None:
        bank = BANK[genre]
        self.genre, self.lang = genre, lang
        k = min(len(bank), max(2, r.choice([len(bank), len(bank) - 1, len(bank) - 2, 3])))
        self.lines = sorted(r.sample(range(len(bank)), k))
        if 0 not in self.lines and r.random() < 0.85:
            self.lines[0] = 0
        self.picks = {i: r.randrange(len(bank[i])) for i in range(len(bank))}
        self.slots = {s: r.choice(v) for s, v in SLOTS.items()}
        self.slots["dom"] = LABEL.get(dom, "many subjects")
        self.place = place or r.choice(["system", "system", "prefix", "suffix", "split"])
        self.sep = r.choice(["\n\n", "\n", "\n---\n", "\n###\n", " "])
        self.head = r.choice(["", "", "Input:\n", "Text: ", "<input>\n", "Task:\n", "[ITEM]\n"])
        self.join = r.choice([" ", " ", "\n", "\n- "])
        self.extra = (
            FOREIGN[lang][2]
            if lang in FOREIGN and genre in ("reason", "think_lang") and r.random() < 0.7
            else ""
        )
        self._fixed = None

    def version(self, r: Rand) -> "Template":
        """An edited copy: one or two wordings or one slot change, as developers do between releases."""
        c = object.__new__(Template)
        c.__dict__ = {
            **self.__dict__,
            "picks": dict(self.picks),
            "slots": dict(self.slots),
            "lines": list(self.lines),
            "_fixed": None,
        }
        for _ in range(r.choice([1, 1, 2, 3])):
            i = r.choice(c.lines)
            c.picks[i] = r.randrange(len(BANK[self.genre][i]))
        if r.random() < 0.4:
            s = r.choice(list(SLOTS))
            c.slots[s] = r.choice(SLOTS[s])
        if r.random() < 0.2 and len(c.lines) > 2:
            c.lines.pop(r.randrange(1, len(c.lines)))
        return c

    def text(self, r: Rand, level: int) -> str:
        bank = BANK[self.genre]
        if level == 0:
            if self._fixed is None:
                self._fixed = self.join.join(bank[i][self.picks[i]] for i in self.lines).format(
                    **self.slots
                ) + (" " + self.extra if self.extra else "")
            return self._fixed
        lines, slots = self.lines, self.slots
        if level == 1:
            if r.random() < 0.5:
                return self.text(r, 0)
            parts = [
                bank[i][self.picks[i] if r.random() < 0.85 else r.randrange(len(bank[i]))]
                for i in lines
            ]
            slots = {**slots, "n": r.choice(SLOTS["n"])} if r.random() < 0.3 else slots
            return self.join.join(reword(r, x, 0.06) for x in parts).format(**slots) + (
                " " + self.extra if self.extra else ""
            )
        lines = list(range(len(bank))) if r.random() < 0.5 else list(lines)
        r.shuffle(lines)
        lines = lines[: max(2, len(lines) - r.choice([0, 1, 1, 2, 3]))]
        slots = {**slots, **{s: r.choice(SLOTS[s]) for s in ("n", "tag", "out", "role")}}
        if self.genre not in ("trans", "label", "extract"):
            slots["fmt"] = r.choice(SLOTS["fmt"])
        out = " ".join(reword(r, r.choice(bank[i]).format(**slots), 0.3) for i in lines)
        return out + (" " + self.extra if self.extra and r.random() < 0.6 else "")

    def render(self, r: Rand, it: str, level: int = 0) -> tuple[str | None, str]:
        """(system, user) for one item."""
        s = self.text(r, level)
        place = (
            self.place
            if level < 2 or self.place == "system"
            else r.choice(["system", "prefix", "suffix", "prefix"])
        )
        head = self.head if level < 2 else r.choice(["", "", "", "Here it is: ", "\n"])
        sep = self.sep if level < 2 else r.choice(["\n\n", "\n", " "])
        if place == "system":
            return s, head + it
        if place == "prefix":
            return None, s + sep + head + it
        if place == "suffix":
            return None, head + it + sep + s
        a, _, b = s.partition(". ")
        return a, head + it + sep + (b or "")
