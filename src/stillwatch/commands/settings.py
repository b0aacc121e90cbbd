"""`stillwatch settings`: every setting, its value and where the value came from."""

import dataclasses
from typing import Any

from stillwatch.settings import Resolved, Settings


def settings(resolved: Resolved) -> tuple[dict[str, Any], str]:
    """The settings as data and as words."""
    value = {}
    lines = []
    for entry in dataclasses.fields(Settings):
        now = getattr(resolved.settings, entry.name)
        origin = resolved.origin[entry.name]
        meaning = entry.metadata["meaning"]
        value[entry.name] = {"value": now, "origin": origin, "meaning": meaning}
        lines.append(f"{entry.name} = {now!r}  ({origin})\n    {meaning}")
    return value, "\n".join(lines)
