"""Says what names and epochs of a matching look like: ours leave in clear, and peers' come in.

One rule for every verb and both ways, so narrow that neither carries a message.
"""

import re

from stillwatch.model.errors import SharingError
from stillwatch.model.visible import visible

LONGEST = 63  # characters of a name
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_EPOCH = re.compile(r"20[0-9]{2}-(?:W(?:0[1-9]|[1-4][0-9]|5[0-3])|0[1-9]|1[0-2])")
_SHOWN = 40  # characters of what was refused


def is_name(text: str) -> bool:
    """Whether it may name a laboratory or a circle, and so a file too."""
    return len(text) <= LONGEST and ".." not in text and _NAME.fullmatch(text) is not None


def is_epoch(text: str) -> bool:
    """Whether it is a year with a week or a month, such as 2026-W12 or 2026-03."""
    return _EPOCH.fullmatch(text) is not None


def name_given(option: str, name: str) -> None:
    """Raise SharingError where an option gives what is no name."""
    if not is_name(name):
        remedy = (
            f"give at most {LONGEST} letters and digits, with `.`, `_` and `-` between them, "
            "such as lab-a"
        )
        raise SharingError(option, f"'{visible(name, _SHOWN)}' is no short name", remedy)


def epoch_given(epoch: str) -> None:
    """Raise SharingError where `--epoch` gives what is none."""
    if not is_epoch(epoch):
        what = f"'{visible(epoch, _SHOWN)}' is no epoch"
        raise SharingError(
            "--epoch", what, "give a year and a week or month, such as 2026-W12 or 2026-03"
        )


def runs_of(name: str) -> set[str]:
    """The name, and whatever stands in it between the signs that join its parts."""
    at = [0, *(place for one in re.finditer(r"[._-]", name) for place in one.span()), len(name)]
    return {name[start:end] for start in at for end in at if start < end}
