"""Writes many texts at once from rules: each rule is a list of alternatives with slots."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.model.errors import SettingError

_SLOT = re.compile(r"\[\[(@?[a-z][a-z0-9_.]*)\]\]")
_NUMBERS = {"int": (2, 99), "big": (100, 9999), "year": (1987, 2026), "id": (100000, 999999)}


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of an alternative: a literal text, or the name of a slot."""

    text: str
    is_slot: bool


@dataclass(frozen=True, slots=True)
class Rule:
    """Alternatives of one symbol; `words` holds them when none of them has a slot."""

    alternatives: tuple[tuple[Part, ...], ...]
    words: pa.StringArray | None


@dataclass(frozen=True, slots=True)
class Grammar:
    """Rules by name. `[[name]]` in a text is a slot; `[[@name]]` is left for `fill` to fill."""

    rules: Mapping[str, Rule]

    def names(self, prefix: str) -> list[str]:
        """The rules whose name starts with a prefix, in order."""
        return sorted(name for name in self.rules if name.startswith(prefix))

    def sample(self, name: str, count: int, dice: np.random.Generator) -> pa.StringArray:
        """`count` texts of one rule, each alternative as likely as the next."""
        rule = self.rules.get(name)
        if rule is None:
            raise SettingError("evals wording", f"no rule '{name}'", "add it to a wording file")
        if rule.words is not None:
            return rule.words.take(pa.array(dice.integers(len(rule.words), size=count)))
        choice = dice.integers(len(rule.alternatives), size=count)
        order = np.argsort(choice, kind="stable")
        sizes = np.bincount(choice, minlength=len(rule.alternatives))
        pieces = [
            self._write(parts, int(size), dice)
            for parts, size in zip(rule.alternatives, sizes, strict=True)
            if size
        ]
        return scatter(pieces, order)

    def one(self, name: str, dice: np.random.Generator) -> str:
        """One text of one rule."""
        return str(self.sample(name, 1, dice)[0].as_py())

    def _write(
        self, parts: tuple[Part, ...], count: int, dice: np.random.Generator
    ) -> pa.StringArray:
        columns = [
            self.sample(part.text, count, dice)
            if part.is_slot and not part.text.startswith("@")
            else pa.scalar(f"[[{part.text}]]" if part.is_slot else part.text)
            for part in parts
        ]
        return joined(columns, count)

    def settled(self, sizes: Mapping[str, int], dice: np.random.Generator) -> Grammar:
        """The same grammar with some rules written out once as pools of texts, to be fast later."""
        rules = dict(self.rules)
        for name, size in sizes.items():
            words = Grammar(rules).sample(name, size, dice)
            rules[name] = Rule(alternatives=(), words=words)
        return Grammar(rules)


def grammar_of(sources: Iterable[Mapping[str, Any]], keep: float, seed: int) -> Grammar:
    """A grammar of wording files; `keep` of each long rule's alternatives are used, by seed.

    Two seeds so share most but not all words and sentences, as two months of traffic do.
    """
    dice = np.random.default_rng(seed)
    rules: dict[str, Rule] = {
        name: Rule(alternatives=(), words=pa.array([str(x) for x in dice.integers(*span, 4000)]))
        for name, span in _NUMBERS.items()
    }
    for source in sources:
        for name, texts in source.items():
            chosen = [str(text) for text in texts]
            if len(chosen) > 8:
                some = dice.permutation(len(chosen))[: max(8, round(keep * len(chosen)))]
                chosen = [chosen[i] for i in sorted(some)]
            rules[name] = _rule(chosen)
    _check(rules)
    return Grammar(rules)


def _rule(texts: list[str]) -> Rule:
    alternatives = tuple(_parts(text) for text in texts)
    if any(part.is_slot for parts in alternatives for part in parts):
        return Rule(alternatives=alternatives, words=None)
    return Rule(alternatives=alternatives, words=pa.array(texts, pa.string()))


def _parts(text: str) -> tuple[Part, ...]:
    pieces = _SLOT.split(text)
    return tuple(
        Part(piece, index % 2 == 1) for index, piece in enumerate(pieces) if piece or index % 2
    )


def _check(rules: Mapping[str, Rule]) -> None:
    for name, rule in rules.items():
        for parts in rule.alternatives:
            for part in parts:
                if part.is_slot and not part.text.startswith("@") and part.text not in rules:
                    raise SettingError(
                        "evals wording", f"rule '{name}' has slot '{part.text}'", "add that rule"
                    )


def fill(template: str, count: int, **slots: Any) -> pa.StringArray:
    """`count` texts of one template; `[[@name]]` is taken from the column or text of that name."""
    columns = [
        slots[part.text.removeprefix("@")] if part.is_slot else pa.scalar(part.text)
        for part in _parts(template)
    ]
    return joined([pa.scalar(c) if isinstance(c, str) else c for c in columns], count)


def joined(columns: list[Any], count: int) -> pa.StringArray:
    """Columns and single texts side by side, row by row."""
    if all(isinstance(column, pa.Scalar) for column in columns):
        return pa.array(["".join(str(c.as_py()) for c in columns)] * count, pa.string())
    return pc.binary_join_element_wise(*columns, pa.scalar(""))


def scatter(pieces: list[pa.StringArray], order: np.ndarray[Any, Any]) -> pa.StringArray:
    """Pieces written group by group, put back where `order` says each row belongs."""
    if not pieces:
        return pa.array([], pa.string())
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    whole = pa.concat_arrays(pieces) if len(pieces) > 1 else pieces[0]
    return whole.take(pa.array(place))


def slots_of(template: str) -> list[str]:
    """The names of the slots that `fill` has to be given, in order."""
    return [part.text.removeprefix("@") for part in _parts(template) if part.is_slot]
