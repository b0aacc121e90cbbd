"""Every error a user can meet.

    StillwatchError                the caller can mend it; the message says where, what, what to do
    ├── CardError                  a card is wrong: its file, the fault, the remedy
    ├── SchemaError                a table lacks a column or has it with a wrong type
    ├── QueryError                 a query is not one plain SELECT over declared tables, or failed
    ├── SourceError                an input file or folder cannot be used at all
    ├── RunError                   a run folder is missing, unfinished or of another format
    ├── ProofError                 the room or bundle of a proof cannot be used as asked
    ├── SharingError               something may not leave, or what came in cannot be used
    ├── HubError                   the hub's folder, database or a member cannot be used as asked
    ├── PeerError                  another TAXII server refuses us or gives nothing usable
    ├── EndpointError              a model's address refuses us or gives nothing usable
    └── SettingError               a setting is unknown, missing or impossible

A single bad line of a log is not an error: it is counted and written to `rejected.jsonl`.
All faults of one input are reported together with `Faults`.
"""

from collections.abc import Sequence


class StillwatchError(Exception):
    """Where it happened, what is wrong, and what to do about it."""

    def __init__(self, where: str, what: str, remedy: str) -> None:
        super().__init__(f"{where}: {what}; {remedy}")
        self.where = where
        self.what = what
        self.remedy = remedy


class CardError(StillwatchError):
    """A card is wrong."""


class SchemaError(StillwatchError):
    """A table lacks a column or has it with a wrong type."""


class QueryError(StillwatchError):
    """A query is not one plain SELECT over declared tables, or it failed."""


class SourceError(StillwatchError):
    """An input file or folder cannot be used at all."""


class RunError(StillwatchError):
    """A run folder is missing, unfinished or of another format."""


class ProofError(StillwatchError):
    """The room or bundle of a proof cannot be used as asked."""


class SharingError(StillwatchError):
    """Something may not leave, or what came in or is matched cannot be used as asked."""


class EndpointError(StillwatchError):
    """A model's address refuses us or gives nothing usable."""


class HubError(StillwatchError):
    """The hub's folder, database, a member or a circle cannot be used as asked."""


class PeerError(StillwatchError):
    """Another TAXII server refuses us or gives nothing usable."""

    def __init__(self, where: str, what: str, remedy: str, *, status: int = 0) -> None:
        super().__init__(where, what, remedy)
        self.status = status


class SettingError(StillwatchError):
    """A setting is unknown, missing or impossible."""


class Faults(ExceptionGroup[StillwatchError]):
    """Several faults of one input, found in one pass."""

    def __new__(cls, what: str, faults: Sequence[StillwatchError]) -> "Faults":
        """Group the faults under one sentence."""
        return super().__new__(cls, what, faults)

    def derive(self, excs: Sequence[StillwatchError], /) -> "Faults":  # type: ignore[override]
        """Keep the kind of group when Python splits it."""
        return Faults(self.message, excs)


def raise_faults(what: str, faults: Sequence[StillwatchError]) -> None:
    """Raise nothing, the one fault, or all of them together."""
    if len(faults) == 1:
        raise faults[0]
    if faults:
        raise Faults(what, faults)
