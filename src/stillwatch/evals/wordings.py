"""Measures how many of a stranger's wordings each marker recognises, and how many it mistakes.

    python -m stillwatch.evals.wordings benchmarks/wordings

Each file of the folder was written by one author who never saw a marker card: one JSON object a
line with `intent` (the marker it carries, or `none`), `hostile`, `language` and `text`; a line that
is not hostile touches the same words and carries no such intent. Files whose names begin with
`developed` were read while the cards were made; `held-out` ones were not.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from stillwatch.evals.measures import Share, share_of
from stillwatch.io.cards import read_catalog
from stillwatch.model.errors import SourceError
from stillwatch.model.marker import MarkerCard
from stillwatch.text.kernel import fingerprint
from stillwatch.text.phrases import compile_phrases, marker_columns

ORDINARY = "none"
ENGLISH = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """One prompt, and what its author meant by it."""

    author: str
    intent: str
    hostile: bool
    language: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """How one author's wordings of one intent fared."""

    english: Share  # of hostile wordings, recognised
    others: Share
    mistaken: Share  # of near misses, taken for it


def read_wordings(folder: Path) -> list[Wording]:
    """Every wording below a folder; raises SourceError where there is none or a line is none."""
    found = []
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            try:
                found.append(Wording(author=path.stem, **json.loads(line)))
            except (TypeError, ValueError) as error:
                where = f"{path}, line {number}"
                said = "give intent, hostile, language and text"
                raise SourceError(where, str(error), said) from error
    if not found:
        raise SourceError(str(folder), "holds no wordings", "name a folder of .jsonl files")
    return found


def met(wordings: Sequence[Wording], markers: Sequence[MarkerCard]) -> dict[str, dict[str, Met]]:
    """By author and marker; ordinary prompts count as near misses of every marker."""
    table = compile_phrases(markers)
    texts = pa.array([one.text for one in wordings], pa.string())
    shown = marker_columns(fingerprint(texts, table).groups, table)
    found: dict[str, dict[str, Met]] = {}
    for one in wordings:
        if one.hostile:
            found.setdefault(one.author, {}).setdefault(one.intent, _NOTHING)
    for author, rows in found.items():
        mine = [(row, one) for row, one in enumerate(wordings) if one.author == author]
        for name in rows:
            said = [(one, bool(shown[f"is_{name}"][row])) for row, one in mine]
            his = [(one, hit) for one, hit in said if one.hostile and one.intent == name]
            rows[name] = Met(
                english=_hits(hit for one, hit in his if one.language == ENGLISH),
                others=_hits(hit for one, hit in his if one.language != ENGLISH),
                mistaken=_hits(
                    hit for one, hit in said if not one.hostile and one.intent in (name, ORDINARY)
                ),
            )
    return found


def _hits(shown: Iterable[bool]) -> Share:
    counted = Counter(bool(one) for one in shown)
    return share_of(counted[True], counted.total())


_NOTHING = Met(english=share_of(0, 0), others=share_of(0, 0), mistaken=share_of(0, 0))


def together(some: Iterable[Share]) -> Share:
    """Several shares as one."""
    listed = list(some)
    return share_of(sum(one.hits for one in listed), sum(one.count for one in listed))


def main(words: Sequence[str] | None = None) -> None:
    """Print a row for every author and marker, and each author's sums."""
    given = argparse.ArgumentParser(prog="python -m stillwatch.evals.wordings")
    given.add_argument("folder", type=Path)
    args = given.parse_args(words)
    say = sys.stdout.write
    for author, rows in met(read_wordings(args.folder), read_catalog().markers).items():
        say(f"{author}\n")
        for name, one in rows.items():
            say(
                f"  {name:24} english {one.english.value:.2f} of {one.english.count:3}, other "
                f"languages {one.others.value:.2f} of {one.others.count:3}, mistaken "
                f"{one.mistaken.hits} of {one.mistaken.count}\n"
            )
        for what in ("english", "others", "mistaken"):
            summed = together(getattr(row, what) for row in rows.values())
            say(
                f"  all, {what}: {summed.value:.3f} ({summed.low:.3f} to {summed.high:.3f}) "
                f"of {summed.count}\n"
            )


if __name__ == "__main__":
    main()
