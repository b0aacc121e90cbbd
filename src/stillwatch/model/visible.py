"""Shows what strangers wrote so that it neither drives a terminal nor passes for another text."""


def visible(text: str, limit: int = 400) -> str:
    r"""The text with every invisible or direction-changing character spelt out, and not longer.

    Account ids, peers' reasons and the like come from outside; an override character could make
    one id look like another, an escape character could drive the terminal, a line break could
    forge a line of ours.

    >>> visible("ab\u202ecd")
    'ab⟨U+202E⟩cd'
    """
    if text.isprintable() and len(text) <= limit:
        return text
    cut = text if len(text) <= limit else f"{text[: limit - 14]} … {text[-11:]}"
    spelt = "".join(char if char.isprintable() else f"⟨U+{ord(char):04X}⟩" for char in cut)
    return spelt if len(spelt) <= limit else f"{spelt[: limit - 1]}…"
