"""Brings what a stranger wrote to one short line that cannot disturb a terminal."""


def one_line(text: str, most: int = 200) -> str:
    """The text's printable characters, blanks and breaks made one space, at most so many.

    Escape sequences lose what makes them act; what is cut off is marked with an ellipsis.
    """
    start = " ".join(text[: 8 * most].split())
    kept = "".join(letter for letter in start if letter.isprintable())
    if len(kept) > most or (len(text) > 8 * most and kept):
        return kept[: most - 1].rstrip() + "…"
    return kept
