"""The compiled loops of the text kernel, in one file so that no kept machine code is stale.

A text is read once, in blocks of tokens that short loops then walk. Memory is a few kilobytes
however long the text is, time is linear. Before each block stand the last tokens of the former.
"""

from typing import Any, Final

import numpy as np

from stillwatch.text import alphabet as chars
from stillwatch.text import desk as on
from stillwatch.text.alphabet import Alphabet
from stillwatch.text.desk import Bytes, Desk, Keys, Phrases
from stillwatch.text.jit import compiled, inlined

_STEP: Final = np.uint64(0x9E3779B97F4A7C15)
_MIX1: Final = np.uint64(0xFF51AFD7ED558CCD)
_MIX2: Final = np.uint64(0xC4CEB9FE1A85EC53)
_POWERS: Final = np.cumprod(np.full(24, _STEP))
_ORDER, _SLOT = np.uint64(0xD6E8FEB86659FD93), np.uint64(0x2545F4914F6CDD1D)
_ZERO, _ONE, _FULL = (np.uint64(value) for value in (0, 1, 2**64 - 1))
_21, _29, _31, _32, _33, _43 = (np.uint64(bits) for bits in (21, 29, 31, 32, 33, 43))
_47, _48, _54, _63 = (np.uint64(bits) for bits in (47, 48, 54, 63))


@inlined
def mix(value: Any) -> Any:
    """Spreads every bit of a 64-bit value over all of them."""
    value ^= value >> _33
    value *= _MIX1
    value ^= value >> _29
    value *= _MIX2
    return value ^ (value >> _32)


@inlined
def carry_on(key: Any, value: Any) -> Any:
    """The key of a sequence with one more value."""
    key = (key ^ value) * _STEP
    return key ^ (key >> _32)


@inlined
def run_key(tokens: Keys, start: int, length: int) -> Any:
    """The key of a short run of tokens; its products do not wait for each other."""
    key = _ZERO
    for j in range(length):
        key += tokens[start + j] * _POWERS[j]
    return key


@inlined
def closed(key: Any, count: int) -> Any:
    """A finished key; never 0, which stands for "no key"."""
    return max(mix(key ^ np.uint64(count)), _ONE)


@inlined
def character(data: Bytes, at: int, end: int) -> Any:
    """The code point at a place and its width in bytes; a bad byte is its own character."""
    first = np.int64(data[at])
    if first < 0x80:
        return first, 1
    width = 2 if 0xC2 <= first < 0xE0 else 3 if first & 0xF0 == 0xE0 else 4
    if 0xC2 <= first < 0xF5 and at + width <= end:
        point = first & (0x7F >> width)
        for place in range(at + 1, at + width):
            byte = np.int64(data[place])
            if byte & 0xC0 != 0x80:
                return 0x110000 + first, 1
            point = (point << 6) | (byte & 0x3F)
        return point, width
    return 0x110000 + first, 1


@inlined
def kind_of(point: int, letters: Alphabet) -> Any:
    """What a character does to a text."""
    if point < 0x10000:
        return np.int64(letters.kinds[point])
    if 0x1F000 <= point < 0x1FB00 or 0x20000 <= point < 0x40000:
        return chars.LONE
    if 0xE0000 <= point < 0xE1000:
        return chars.SILENT
    return 0


@inlined
def folded(point: int, letters: Alphabet) -> Any:
    """The small letter, ASCII digit or half-width form of a character."""
    return np.uint64(letters.folds[point] if point < 0x10000 else point)


@inlined
def read_word(data: Bytes, at: int, end: int, letters: Alphabet) -> Any:
    """One word: where it ends, its hash, its length and a value of its digits (0: none)."""
    word, number, length = _STEP, _ZERO, 0
    while at < end:
        raw, width = character(data, at, end)
        kind, point = kind_of(raw, letters), folded(raw, letters)
        if kind <= chars.DIGIT:
            word = (word ^ point) * _STEP
            length += 1
            if kind == chars.DIGIT:
                number = number * _31 + (point - _47)
        elif kind != chars.SILENT:
            break
        at += width
    return at, mix(word ^ np.uint64(length)), length, number


@compiled
def line_kind(data: Bytes, at: int, end: int, letters: Alphabet) -> Any:
    """What a line is, judged by its first few bytes."""
    kind = np.int64(letters.lines[data[at]])
    if kind == chars.BULLET:
        return chars.BULLET if at + 1 < end and data[at + 1] == 32 else chars.TEXT
    if kind == chars.FENCE:
        if at + 2 < end and data[at + 1] == chars.BACKTICK and data[at + 2] == chars.BACKTICK:
            return chars.FENCE
        return chars.TEXT
    if kind == chars.NUMBERED:
        place = at + 1
        while place < end and place < at + 3 and letters.lines[data[place]] == chars.NUMBERED:
            place += 1
        return chars.NUMBERED if place < end and data[place] in chars.AFTER_NUMERAL else chars.TEXT
    return kind


@compiled
def open_line(kind: int, desk: Desk) -> None:
    """Takes note of a line at its first character that is not blank."""
    state, sums = desk.state, desk.sums
    if state[on.BLANK] and state[on.LINE]:
        sums[on.LAYOUT] = carry_on(sums[on.LAYOUT], np.uint64(chars.BLANK_LINE))
        state[on.LINE] = chars.BLANK_LINE
    if kind != state[on.LINE]:
        sums[on.LAYOUT] = carry_on(sums[on.LAYOUT], np.uint64(kind))
        state[on.LINE] = kind
    if kind != chars.TEXT:
        state[on.STRUCTURED] = 1
    state[on.FRESH], state[on.BLANK], state[on.LISTED] = 0, 0, kind == chars.NUMBERED
    if kind == chars.FENCE:
        state[on.FENCED] = 2 if state[on.FENCED] == 1 else 1


@compiled
def close_line(desk: Desk) -> None:
    """Ends what a line ends: quotes, and the fence whose last line it was."""
    state = desk.state
    if state[on.FRESH]:
        state[on.BLANK] = 1
    state[on.FRESH], state[on.QUOTED] = 1, 0
    if state[on.FENCED] == 2:
        state[on.FENCED] = 0


@compiled
def add_anchor(value: Any, is_number: int, desk: Desk) -> None:
    """Carries the anchor on over a number, a symbol or a part of an address."""
    desk.sums[on.ANCHOR] = carry_on(desk.sums[on.ANCHOR], mix(value))
    desk.state[on.ANCHORS] += 1
    desk.state[on.NUMBERS] += is_number


@inlined
def opens_address(data: Bytes, at: int, end: int, letters: Alphabet) -> Any:
    """Whether `://`, an @ between word characters or the stop after `www` stands here."""
    if not 0 < at < end - 1 or data[at - 1] >= 0x80 or letters.kinds[data[at - 1]] > chars.DIGIT:
        return False
    here, after = data[at], data[at + 1]
    if here == chars.COLON:
        return after == chars.SLASH and at + 2 < end and data[at + 2] == chars.SLASH
    if here == chars.AT_SIGN:
        return after < 0x80 and letters.kinds[after] <= chars.DIGIT
    if here != chars.STOP or at < 3 or data[at - 1] | chars.CASE_BIT != chars.SMALL_W:
        return False
    return (
        data[at - 2] | chars.CASE_BIT == chars.SMALL_W
        and data[at - 3] | chars.CASE_BIT == chars.SMALL_W
    )


@inlined
def take_word(found: Any, count: int, desk: Desk) -> None:
    """Writes a word down as the token at a place."""
    _, word, length, number = found
    state = desk.state
    held = state[on.QUOTED] + state[on.FENCED] + state[on.ADDRESS] > 0
    desk.tokens[count] = word
    desk.slots[count] = held or number != _ZERO or length > on.LONG_WORD
    if number != _ZERO:
        if not state[on.LISTED]:
            add_anchor(number, 1, desk)
        state[on.LISTED] = 0
    elif state[on.ADDRESS]:
        add_anchor(word, 0, desk)


@inlined
def take_mark(point: Any, kind: int, count: int, desk: Desk) -> int:
    """Takes one character that is part of no word; returns the count of tokens after it."""
    state = desk.state
    if kind in (chars.QUOTE, chars.LONE) or point in chars.ENDS_ADDRESS:
        state[on.ADDRESS] = 0
    if kind == chars.QUOTE or point == chars.BACKTICK:
        state[on.QUOTED] ^= 1
    if kind > chars.CODE:
        return count
    held = state[on.QUOTED] + state[on.FENCED] + state[on.ADDRESS] > 0
    desk.tokens[count] = mix(np.uint64(point) + _STEP)
    desk.slots[count] = held or point == chars.BACKTICK
    if kind == chars.CODE:
        add_anchor(desk.tokens[count], 0, desk)
    return count + 1


@compiled
def read_block(data: Bytes, end: int, letters: Alphabet, desk: Desk) -> int:
    """Reads the next tokens of a text behind the history; returns where they stop."""
    state = desk.state
    at, count = state[on.AT], on.HISTORY
    piece = count  # where the unbroken piece begins that an address would swallow
    while at < end and count < on.HISTORY + on.BLOCK:
        point, width = character(data, at, end)
        kind = kind_of(point, letters)
        if kind in (chars.SPACE, chars.NEWLINE):
            state[on.ADDRESS], piece = 0, count
            if kind == chars.NEWLINE:
                close_line(desk)
        elif kind != chars.SILENT:
            if state[on.FRESH]:
                open_line(line_kind(data, at, end, letters), desk)
            if kind <= chars.DIGIT:
                found = read_word(data, at, end, letters)
                take_word(found, count, desk)
                at = found[0]
                count += 1
                continue
            point = np.int64(folded(point, letters))
            if width == 1 and opens_address(data, at, end, letters):
                state[on.ADDRESS] = 1
                desk.slots[piece:count] = 1
            count = take_mark(point, kind, count, desk)
            if point not in chars.INSIDE_ADDRESS:
                piece = count
        at += width
    state[on.AT] = at
    return count


@compiled
def add_sequence(stop: int, desk: Desk) -> None:
    """Carries prompt and template on over a block; slots that touch are one slot."""
    tokens, slots, state, sums = desk.tokens, desk.slots, desk.state, desk.sums
    prompt, template = sums[on.PROMPT], sums[on.TEMPLATE]
    for j in range(on.HISTORY, stop):
        prompt = carry_on(prompt, tokens[j])
        if not slots[j]:
            template = carry_on(template, tokens[j])
            state[on.FIXED] += 1
        elif not state[on.SLOTTED]:
            template = carry_on(template, _SLOT)
        state[on.SLOTTED] = slots[j]
    sums[on.PROMPT], sums[on.TEMPLATE] = prompt, template


@compiled
def add_shingles(start: int, stop: int, desk: Desk) -> None:
    """Adds three-token shingles to the minima and to the bit counts of the SimHash.

    The smallest and the largest value under two orders are four independent minima. The bit
    counts are kept for 64 lanes at once: level k holds bits worth 2^k, and a word waits at a
    level until a second one comes, when both are added there and the carry moves up.
    """
    tokens, sums, planes, waiting = desk.tokens, desk.sums, desk.planes, desk.waiting
    low1, high1, low2, high2 = sums[on.LOW1], sums[on.HIGH1], sums[on.LOW2], sums[on.HIGH2]
    count = desk.state[on.SHINGLES]
    for j in range(start, stop):
        a, b = tokens[j - 2], tokens[j - 1]
        word = ((a << _21) | (a >> _43)) + ((b << _43) | (b >> _21)) * _STEP + tokens[j]
        word *= _MIX1
        word ^= word >> _32
        other = word * _ORDER
        low1, high1 = min(low1, word), max(high1, word)
        low2, high2 = min(low2, other), max(high2, other)
        level = 0
        while (count >> level) & 1:
            here, before = planes[level], waiting[level]
            planes[level] = here ^ before ^ word
            word = (here & before) | ((here ^ before) & word)
            level += 1
        waiting[level] = word
        count += 1
    sums[on.LOW1], sums[on.HIGH1], sums[on.LOW2], sums[on.HIGH2] = low1, high1, low2, high2
    desk.state[on.SHINGLES] = count


@compiled
def majority(count: int, planes: Keys, waiting: Keys) -> Any:
    """The bits that more than half of the counted words have set."""
    top = 0
    while count >> top:
        word, level = waiting[top] if (count >> top) & 1 else _ZERO, top
        while word != _ZERO:
            planes[level], word = planes[level] ^ word, planes[level] & word
            level += 1
        top += 1
    more, equal = _ZERO, _FULL
    for level in range(top, -1, -1):
        half = _FULL if (count // 2 >> level) & 1 else _ZERO
        more |= equal & planes[level] & ~half
        equal &= ~(planes[level] ^ half)
    return more


@compiled
def add_groups(stop: int, seen: int, phrases: Phrases, desk: Desk, row: Keys) -> None:
    """Adds the groups of every phrase that ends in this block.

    A phrase is walked from its last token back. A walk begins where a bit tells that some
    phrase ends with this token and the one before it, or is this token alone.
    """
    mask = np.uint64(len(phrases.nodes) - 1)
    for j in range(on.HISTORY, stop):
        node = desk.tokens[j] + on.PHRASE_END
        pair = carry_on(node, desk.tokens[j - 1])
        alone = phrases.ends[node >> _54] >> (node >> _48 & _63)
        if not (alone | phrases.ends[pair >> _54] >> (pair >> _48 & _63)) & _ONE:
            continue
        for depth in range(1, min(seen + j - on.HISTORY + 1, on.LONGEST_PHRASE) + 1):
            place = node & mask
            while phrases.nodes[place] != node and phrases.nodes[place] != _ZERO:
                place = (place + _ONE) & mask
            if phrases.nodes[place] == _ZERO:
                break
            row[0] |= phrases.bits[place, 0]
            row[1] |= phrases.bits[place, 1]
            node = carry_on(node, desk.tokens[j - depth])


@compiled
def read_text(data: Bytes, letters: Alphabet, phrases: Phrases, desk: Desk, groups: Keys) -> None:
    """Reads one whole text onto the desk; its heads are written as they pass."""
    state, sums, tokens = desk.state, desk.sums, desk.tokens
    state[:], sums[:], desk.planes[:] = 0, _ZERO, _ZERO
    state[on.FRESH], sums[on.LOW1], sums[on.LOW2] = 1, _FULL, _FULL
    while state[on.AT] < len(data):
        stop = read_block(data, len(data), letters, desk)
        seen = state[on.TOKENS]
        if seen == 0:
            sums[on.HEAD8] = run_key(tokens, on.HISTORY, 8)
            sums[on.HEAD24] = run_key(tokens, on.HISTORY, 24)
        add_sequence(stop, desk)
        add_shingles(on.HISTORY + max(2 - seen, 0), stop, desk)
        add_groups(stop, seen, phrases, desk, groups)
        state[on.TOKENS] = seen + stop - on.HISTORY
        for j in range(on.HISTORY):
            tokens[j] = tokens[stop - on.HISTORY + j]


@compiled
def write_keys(desk: Desk, out: Any) -> None:
    """Turns the sums of one text into its keys; 0 where the text is too short for one."""
    state, sums, tokens = desk.state, desk.sums, desk.tokens
    count = state[on.TOKENS]
    if count > 0:
        out[on.PROMPT] = closed(sums[on.PROMPT], count)
    if state[on.FIXED] >= on.TEMPLATE_FLOOR:
        out[on.TEMPLATE] = closed(sums[on.TEMPLATE], state[on.FIXED])
    if count >= 8:
        out[on.HEAD8] = closed(sums[on.HEAD8], 8)
        out[on.TAIL8] = closed(run_key(tokens, on.HISTORY - 8, 8), 8)
    if count >= 24:
        out[on.HEAD24] = closed(sums[on.HEAD24], 24)
        out[on.TAIL24] = closed(run_key(tokens, 0, 24), 24)
    if count >= on.SHINGLE_FLOOR:
        out[on.BAND1] = closed(carry_on(sums[on.LOW1], sums[on.HIGH2]), 2)
        out[on.BAND2] = closed(carry_on(sums[on.LOW2], sums[on.HIGH1]), 2)
        out[on.SIMHASH] = max(majority(state[on.SHINGLES], desk.planes, desk.waiting), _ONE)
    if state[on.ANCHORS] >= on.ANCHOR_FLOOR and state[on.NUMBERS] >= on.NUMBER_FLOOR:
        out[on.ANCHOR] = closed(sums[on.ANCHOR], state[on.ANCHORS])
    if state[on.STRUCTURED]:
        out[on.LAYOUT] = closed(sums[on.LAYOUT], 0)


@compiled
def read_rows(
    data: Bytes, offsets: Any, present: Any, letters: Alphabet, phrases: Phrases, desk: Desk,
    keys: Keys, counts: Any, groups: Keys,
) -> None:  # fmt: skip
    """Reads every text of a column; keys is [column, row]."""
    for row in range(len(present)):
        if present[row]:
            text = data[offsets[row] : offsets[row + 1]]
            read_text(text, letters, phrases, desk, groups[row])
            write_keys(desk, keys[:, row])
            counts[row] = desk.state[on.TOKENS]
