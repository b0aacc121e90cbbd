"""The kinds of value a column may hold; a table's schema is read off them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated


@dataclass(frozen=True, slots=True)
class Kind:
    """What a column holds, beside its Python type."""

    name: str


Name = Annotated[str, Kind("name")]  # an opaque identifier or a label; never prose
Text = Annotated[str, Kind("text")]  # what a person or a model wrote; in raw exchanges alone
Sentence = Annotated[str, Kind("sentence")]  # what Stillwatch wrote about its own findings
Key = Annotated[int, Kind("key")]  # 64 bits made from an identifier or a text; same in every run
Count = Annotated[int, Kind("count")]  # 64-bit integer: how many, or how many micro-units
Small = Annotated[int, Kind("small")]  # 32-bit integer
Real = Annotated[float, Kind("real")]  # 64-bit float; never summed into evidence
Flag = Annotated[bool, Kind("flag")]
Instant = Annotated[datetime, Kind("instant")]  # microseconds, UTC
