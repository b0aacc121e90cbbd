"""The kinds of value a column may hold; a table's schema is read off these names."""

from datetime import datetime
from typing import NewType

Name = NewType("Name", str)  # an opaque identifier or a label; never prose
Text = NewType("Text", str)  # prose a person or a model wrote; only raw exchanges may have it
Sentence = NewType("Sentence", str)  # a sentence that Stillwatch wrote about its own findings
Key = NewType("Key", int)  # 64 bits derived from an identifier or a text; the same in every run
Count = NewType("Count", int)  # 64-bit integer: how many, or how many micro-units
Small = NewType("Small", int)  # 32-bit integer
Real = NewType("Real", float)  # 64-bit float; never summed into evidence
Flag = NewType("Flag", bool)
Instant = NewType("Instant", datetime)  # microseconds, UTC
