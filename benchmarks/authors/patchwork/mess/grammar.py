"""A tiny text grammar: `{a|b|}` picks one, `<rule>` expands a rule, «» become { } (JSON), unknown <tags> stay literal.

Rules are lists of strings or callables taking the random source; a context dict may override any rule.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from .dice import Random
from .words import Rule

TOKEN = re.compile(r"[{}|]|<[a-z_0-9]+>")


class Grammar:
    """Rules, and the parsed form of every text said so far."""

    def __init__(self, rules: Mapping[str, Rule]) -> None:
        self.rules = {}
        self.cache = {}
        for name, value in rules.items():
            self.add(name, value)

    def add(self, name: str, value: Rule) -> None:
        self.rules[name] = value

    def parse(self, text: str) -> list[Any]:
        return self._seq(text, 0, inside=False)[1]

    def _seq(self, text: str, pos: int, *, inside: bool) -> tuple[int, list[Any]]:
        """Parse until end (or `|`/`}` when inside an alternative); returns position and a list of parts."""
        parts = []
        while pos < len(text):
            m = TOKEN.search(text, pos)
            if not m:
                parts.append(self._lit(text[pos:]))
                return len(text), parts
            if m.start() > pos:
                parts.append(self._lit(text[pos : m.start()]))
            tok = m.group()
            pos = m.end()
            if tok == "{":
                alts = []
                while True:
                    pos, seq = self._seq(text, pos, inside=True)
                    alts.append(seq)
                    end = text[pos] if pos < len(text) else "}"
                    pos += 1
                    if end == "}":
                        break
                parts.append(tuple(alts))
            elif tok in "|}":
                if inside:
                    return m.start(), parts
                parts.append(tok)
            else:
                parts.append([tok[1:-1], tok])
        return pos, parts

    @staticmethod
    def _lit(s: str) -> str:
        return s.replace("«", "{").replace("»", "}")

    def say(self, R: Random, text: str, ctx: dict[str, Any] | None = None) -> str:
        tree = self.cache.get(text)
        if tree is None:
            tree = self.cache[text] = self.parse(text)
        out = []
        self._walk(R, tree, ctx, out)
        return "".join(out)

    def rule(self, R: Random, name: str, ctx: dict[str, Any] | None = None) -> str:
        v = self.rules[name]
        if callable(v):
            return v(R)
        return self.say(R, v[int(R.random() * len(v))], ctx)

    def _walk(
        self, R: Random, parts: Sequence[Any], ctx: dict[str, Any] | None, out: list[str]
    ) -> None:
        for p in parts:
            if type(p) is str:
                out.append(p)
            elif type(p) is tuple:
                self._walk(R, p[int(R.random() * len(p))], ctx, out)
            else:
                name = p[0]
                if ctx is not None and name in ctx:
                    out.append(str(ctx[name]))
                elif name in self.rules:
                    out.append(self.rule(R, name, ctx))
                else:
                    out.append(p[1])
