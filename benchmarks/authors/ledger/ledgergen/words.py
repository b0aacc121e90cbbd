"""Vocabulary of the world, read from `words.txt`: subjects, tongues, and wordings of jobs.

A section holds lines of alternatives. A domain or a tongue has topics (or frames), aspects and
circumstances; a job has the wordings of a persona, then of each clause of its instruction.
"""

from __future__ import annotations

from pathlib import Path

Lines = list[tuple[str, ...]]


def _read() -> dict[str, Lines]:
    sections: dict[str, Lines] = {}
    here: Lines = []
    for line in (Path(__file__).parent / "words.txt").read_text("utf-8").splitlines():
        if line.startswith("[") and line.endswith("]"):
            here = sections.setdefault(line[1:-1], [])
        else:
            here.append(cut(line))
    return sections


def cut(text: str) -> tuple[str, ...]:
    return tuple(text.split("|"))


def _named(kind: str) -> dict[str, Lines]:
    return {k.split(" ")[1]: v for k, v in ALL.items() if k.startswith(kind + " ")}


ALL = _read()
DOMAINS, TONGUES, PIECES = _named("domain"), _named("tongue"), _named("job")
FRAMES, HOUSE, SYNONYMS = ALL["frames"][0], ALL["house"][0], ALL["synonyms"]
OPENERS, BODY, STEPS, REFUSALS = (ALL[k][0] for k in ("openers", "body", "steps", "refusals"))
FREEMAIL, THROWAWAY, SYLLABLES, TLDS, VERBS, NOUNS, ENGINES = (
    ALL[k][0] for k in ("freemail", "throwaway", "syllables", "tlds", "verbs", "nouns", "engines")
)
FOLLOW_UPS = ALL["follow ups"][0]
