"""The text kernel against a slow twin in plain Python, over texts that nobody would choose."""

import dataclasses
import functools
import ipaddress
from collections import Counter

import numpy as np
import pyarrow as pa
from hypothesis import example, given, settings
from hypothesis import strategies as st

from stillwatch.model.marker import MarkerCard
from stillwatch.text import alphabet as chars
from stillwatch.text.alphabet import alphabet
from stillwatch.text.kernel import Prints, fingerprint
from stillwatch.text.keys import key, keys, network_keys
from stillwatch.text.phrases import PhraseTable, compile_phrases

ALL = 2**64 - 1
STEP, SLOT = 0x9E3779B97F4A7C15, 0x2545F4914F6CDD1D
PHRASES = (("step by step", "<think>"), ("your reasoning", "逐步思考"), ("hello",), ("a b a b",))


# The twin ----------------------------------------------------------------------------------


def mix(value: int) -> int:
    """Spreads the bits of a value."""
    value ^= value >> 33
    value = value * 0xFF51AFD7ED558CCD & ALL
    value ^= value >> 29
    value = value * 0xC4CEB9FE1A85EC53 & ALL
    return value ^ value >> 32


def chain(values: list[int], start: int = 0) -> int:
    """The key of a sequence, value by value."""
    for value in values:
        start = (start ^ value) * STEP & ALL
        start ^= start >> 32
    return start


def run(values: list[int]) -> int:
    """The key of a short run, as one sum."""
    return sum(value * pow(STEP, j + 1, 2**64) for j, value in enumerate(values)) & ALL


def closed(value: int, count: int) -> int:
    """A finished key."""
    return max(mix(value ^ count), 1)


def characters(raw: bytes) -> list[tuple[int, bytes]]:
    """Code points with their bytes; a bad byte stands for itself."""
    found, at = [], 0
    while at < len(raw):
        first = raw[at]
        width = 1 if first < 0x80 else 2 if 0xC2 <= first < 0xE0 else 3 if first >> 4 == 14 else 4
        part = raw[at : at + width]
        good = first < 0x80 or (0xC2 <= first < 0xF5 and len(part) == width)
        if good and all(byte & 0xC0 == 0x80 for byte in part[1:]):
            point = first & (0x7F if width == 1 else 0x7F >> width)
            for byte in part[1:]:
                point = point << 6 | byte & 0x3F
        else:
            point, part = 0x110000 + first, raw[at : at + 1]
        found.append((point, part))
        at += len(part)
    return found


def kind_of(point: int) -> int:
    """What a character does."""
    if point < 0x10000:
        return int(alphabet().kinds[point])
    if 0x1F000 <= point < 0x1FB00 or 0x20000 <= point < 0x40000:
        return chars.LONE
    return chars.SILENT if 0xE0000 <= point < 0xE1000 else chars.LETTER


def fold(point: int) -> int:
    """The form that is hashed."""
    return int(alphabet().folds[point]) if point < 0x10000 else point


def line_kind(rest: bytes) -> int:
    """What a line is."""
    kind = int(alphabet().lines[rest[0]])
    digits = len(rest[:3]) - len(rest[:3].lstrip(b"0123456789"))
    if kind == chars.BULLET:
        return kind if rest[1:2] == b" " else chars.TEXT
    if kind == chars.FENCE:
        return kind if rest.startswith(b"```") else chars.TEXT
    if kind == chars.NUMBERED:
        return kind if rest[digits : digits + 1] in (b".", b")") else chars.TEXT
    return kind


def is_plain(raw: bytes) -> bool:
    """Whether a byte is an ASCII letter or digit."""
    return raw.isalnum() and raw.isascii()


def opens_address(raw: bytes, at: int) -> bool:
    """Whether an address begins here."""
    if at == 0 or not is_plain(raw[at - 1 : at]):
        return False
    here = raw[at : at + 1]
    if here == b"@":
        return is_plain(raw[at + 1 : at + 2])
    if here == b".":
        return raw[max(at - 3, 0) : at].lower() == b"www" and at + 1 < len(raw)
    return raw[at : at + 3] == b"://"


class Reader:
    """Reads one text character by character and keeps every token."""

    def __init__(self, raw: bytes) -> None:
        self.tokens: list[int] = []
        self.slots: list[bool] = []
        self.anchors: list[tuple[int, bool]] = []
        self.lines: list[int] = []
        self.fresh, self.blank, self.listed = True, False, False
        self.quoted = self.address = False
        self.fence, self.piece = 0, 0
        self.word: list[tuple[int, int]] = []
        at = 0
        for point, part in characters(raw):
            self.take(raw, at, point, len(part))
            at += len(part)
        self.end_word()

    def held(self) -> bool:
        """Whether what is read now is part of a slot."""
        return bool(self.quoted or self.fence or self.address)

    def end_word(self) -> None:
        """Turns the collected letters into a token."""
        if not self.word:
            return
        value, number = STEP, 0
        for kind, point in self.word:
            value = (value ^ point) * STEP & ALL
            if kind == chars.DIGIT:
                number = number * 31 + point - 47 & ALL
        self.tokens.append(mix(value ^ len(self.word)))
        self.slots.append(self.held() or number != 0 or len(self.word) > 32)
        if number and not self.listed:
            self.anchors.append((number, True))
        elif not number and self.address:
            self.anchors.append((self.tokens[-1], False))
        self.listed = self.listed and not number
        self.word = []

    def open_line(self, rest: bytes) -> None:
        """Notes the kind of a line."""
        kind = line_kind(rest)
        if self.blank and self.lines:
            self.lines.append(chars.BLANK_LINE)
        self.lines.append(kind)
        self.fresh, self.blank, self.listed = False, False, kind == chars.NUMBERED
        if kind == chars.FENCE:
            self.fence = 2 if self.fence == 1 else 1

    def take(self, raw: bytes, at: int, point: int, width: int) -> None:
        """Reads one character."""
        kind = kind_of(point)
        if kind == chars.SILENT:
            return
        if kind > chars.DIGIT:
            self.end_word()
        if kind in (chars.SPACE, chars.NEWLINE):
            self.address, self.piece = False, len(self.tokens)
            if kind == chars.NEWLINE:
                self.blank = self.blank or self.fresh
                self.fresh, self.quoted = True, False
                self.fence = 0 if self.fence == 2 else self.fence
            return
        if self.fresh:
            self.open_line(raw[at:])
        if kind <= chars.DIGIT:
            self.word.append((kind, fold(point)))
        else:
            self.take_mark(raw, at, fold(point), kind, width)

    def take_mark(self, raw: bytes, at: int, point: int, kind: int, width: int) -> None:
        """Reads one character that is part of no word."""
        if width == 1 and opens_address(raw, at):
            self.address = True
            # The kernel looks back no further than its block of 232 tokens.
            first = max(self.piece, len(self.tokens) // 232 * 232)
            self.slots[first:] = [True] * (len(self.tokens) - first)
        if kind in (chars.QUOTE, chars.LONE) or chr(point) in "<>)":
            self.address = False
        if kind == chars.QUOTE or chr(point) == "`":
            self.quoted = not self.quoted
        if kind <= chars.CODE:
            self.tokens.append(mix(point + STEP & ALL))
            self.slots.append(self.held() or chr(point) == "`")
            if kind == chars.CODE:
                self.anchors.append((self.tokens[-1], False))
        if chr(point) not in "+-.@_":
            self.piece = len(self.tokens)


def template_of(reader: Reader) -> int:
    """The template key."""
    values, slotted = [], False
    for token, slot in zip(reader.tokens, reader.slots, strict=True):
        if not slot or not slotted:
            values.append(SLOT if slot else token)
        slotted = slot
    fixed = reader.slots.count(False)
    return closed(chain(values), fixed) if fixed >= 5 else 0


def shingles_of(tokens: list[int]) -> dict[str, int]:
    """Bands and SimHash by plain counting."""
    found = []
    for a, b, c in zip(tokens, tokens[1:], tokens[2:], strict=False):
        turned = (a << 21 | a >> 43) & ALL, (b << 43 | b >> 21) & ALL
        word = (turned[0] + turned[1] * STEP + c) * 0xFF51AFD7ED558CCD & ALL
        found.append(word ^ word >> 32)
    other = [word * 0xD6E8FEB86659FD93 & ALL for word in found]
    ones = Counter(bit for word in found for bit in range(64) if word >> bit & 1)
    return {
        "band1": closed(chain([max(other)], min(found)), 2),
        "band2": closed(chain([max(found)], min(other)), 2),
        "simhash": max(sum(1 << bit for bit, n in ones.items() if n > len(found) // 2), 1),
    }


@functools.cache
def phrase_tokens() -> list[tuple[int, list[int]]]:
    """Each phrase with its group."""
    return [(bit, Reader(p.encode()).tokens) for bit, group in enumerate(PHRASES) for p in group]


def groups_of(tokens: list[int]) -> int:
    """Phrase groups by looking everywhere."""
    groups = 0
    for bit, wanted in phrase_tokens():
        spans = range(len(tokens) - len(wanted) + 1)
        if any(tokens[at : at + len(wanted)] == wanted for at in spans):
            groups |= 1 << bit
    return groups


def slow_prints(raw: bytes) -> dict[str, int]:
    """All that a text leaves behind, by the plain definition."""
    reader = Reader(raw)
    tokens, count = reader.tokens, len(reader.tokens)
    prints = dict.fromkeys((field.name for field in dataclasses.fields(Prints)), 0)
    prints |= {"token_count": count, "byte_count": len(raw), "groups": groups_of(tokens)}
    prints["prompt"] = closed(chain(tokens), count) if count else 0
    prints["template"] = template_of(reader)
    for length in (8, 24):
        if count >= length:
            prints[f"head{length}"] = closed(run(tokens[:length]), length)
            prints[f"tail{length}"] = closed(run(tokens[-length:]), length)
    if count >= 10:
        prints |= shingles_of(tokens)
    if len(reader.anchors) >= 4 and sum(number for _, number in reader.anchors) >= 2:
        mixed = [mix(value) for value, _ in reader.anchors]
        prints["anchor"] = closed(chain(mixed), len(mixed))
    lines = [kind for at, kind in enumerate(reader.lines) if reader.lines[at - 1 : at] != [kind]]
    if set(lines) - {chars.TEXT, chars.BLANK_LINE}:
        prints["layout"] = closed(chain(lines), 0)
    return prints


# The properties ----------------------------------------------------------------------------


@functools.cache
def table() -> PhraseTable:
    """The phrases of these tests, compiled."""
    card = MarkerCard(id="m", title="", why="", where="both", groups=PHRASES, tests=())
    return compile_phrases([card])


def column(raws: list[bytes | None]) -> pa.Array:
    """A string column whose bytes need not be UTF-8."""
    return pa.array(raws, pa.binary()).view(pa.string())


def row_of(prints: Prints, row: int) -> dict[str, int]:
    """One row as plain numbers."""
    values = {}
    for field in dataclasses.fields(Prints):
        column_of = getattr(prints, field.name)
        if field.name == "groups":
            values["groups"] = int(column_of[row, 0]) | int(column_of[row, 1]) << 64
        elif field.name in ("token_count", "byte_count"):
            values[field.name] = int(column_of[row])
        else:
            values[field.name] = int(column_of[row].view(np.uint64))
    return values


SNIPPETS = (
    *PHRASES[0], *PHRASES[1], "hello", "a b a b", "```py\nx=1\n```", '"quoted"', "「引用」",
    "`code`",
    "https://example.com/a?b=1", "WWW.example.com", "a.b+c@example.com", "@", "::",
    "1. one\n", "- two\n", "# three\n", '{"k": 4}', "| t |", "<tag>", "\n\n", "\r\n", "\u200b",
    "\U000e0041", "Ünï", "ЖУК", "مرحبا १२", "ＡＢ１＠", "😀", "สวัสดี", "x" * 33, "3.14", "12)",
)  # fmt: skip
texts = st.one_of(
    st.lists(st.sampled_from(SNIPPETS), max_size=40).map(" ".join).map(str.encode),
    st.lists(st.sampled_from(SNIPPETS), max_size=40).map("".join).map(str.encode),
    st.text(max_size=80).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.binary(max_size=80),
    st.text(alphabet='a1@.:/ `"\n-_+w', max_size=120).map(str.encode),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(st.none(), texts), max_size=4))
def test_the_kernel_and_its_slow_twin_agree(raws: list[bytes | None]) -> None:
    """Every key, count and group is what the plain definition says, for any bytes at all."""
    prints = fingerprint(column(raws), table())
    for row, raw in enumerate(raws):
        empty = dict.fromkeys(slow_prints(b""), 0)
        assert row_of(prints, row) == (empty if raw is None else slow_prints(raw))


@settings(max_examples=20, deadline=None)
@given(st.lists(texts, min_size=1, max_size=8), st.integers(0, 2**32))
@example([b"\xc0@0"], 0)
def test_texts_of_many_blocks_agree_with_the_twin(parts: list[bytes], seed: int) -> None:
    """Nothing changes where one block of tokens ends and the next begins."""
    choices = [*parts, b"step by", b"step"]
    places = np.random.default_rng(seed).integers(0, len(choices), 300)
    raw = b" ".join(choices[place] for place in places)
    assert row_of(fingerprint(column([raw]), table()), 0) == slow_prints(raw)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.one_of(st.none(), st.text(max_size=60)), max_size=12), st.data())
def test_keys_do_not_depend_on_how_the_column_is_cut(
    values: list[str | None], data: st.DataObject
) -> None:
    """Slices, chunks, large strings and dictionaries give the keys of the plain column."""
    whole = pa.array(values, pa.string())
    cut = data.draw(st.integers(0, len(values)))
    chunked = pa.chunked_array([whole.slice(0, cut), whole.slice(cut)], pa.string())
    expected = keys(whole).tolist()
    assert expected == [0 if value is None else key(value) for value in values]
    forms = (chunked, whole.cast(pa.large_string()), whole.dictionary_encode())
    assert all(keys(form).tolist() == expected for form in forms)
    rows = [row_of(fingerprint(whole, table()), row) for row in range(len(values))]
    for form in forms:
        prints = fingerprint(form, table())
        assert [row_of(prints, row) for row in range(len(values))] == rows


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_what_is_left_of_a_text_has_a_fixed_width(text: str) -> None:
    """Only 64-bit and 32-bit numbers come out, as many for a long text as for a short one."""
    prints = fingerprint(pa.array([text]), table())
    widths = {f.name: getattr(prints, f.name)[0].nbytes for f in dataclasses.fields(Prints)}
    assert widths.pop("groups") == 16
    assert widths.pop("token_count") == 4
    assert set(widths.values()) == {8}


@given(
    st.lists(
        st.sampled_from([0, 0, 1, 0xDB8, 0xFFFF]) | st.integers(0, 0xFFFF), min_size=8, max_size=8
    )
)
def test_a_network_is_written_as_the_standard_library_writes_it(groups: list[int]) -> None:
    """The key of an address is the key of its network's shortest form."""
    address = ipaddress.IPv6Address(":".join(f"{group:x}" for group in groups))
    network: ipaddress.IPv4Network | ipaddress.IPv6Network
    if address.ipv4_mapped is None:
        network = ipaddress.IPv6Network((int(address), 48), strict=False)
    else:
        network = ipaddress.IPv4Network((int(address.ipv4_mapped), 24), strict=False)
    texts = pa.array([str(address), address.exploded])
    assert network_keys(texts).tolist() == [key(str(network))] * 2
