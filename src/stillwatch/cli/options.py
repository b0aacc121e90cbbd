"""What the words of several commands share: options, settings and how an answer is printed."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from stillwatch.model.errors import SettingError
from stillwatch.settings import Resolved, resolve

DONE, FAILED, USAGE, SOME_REJECTED = 0, 1, 2, 3
STOPPED = 130  # by Ctrl-C

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of words.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="No progress on stderr.")]
Config = Annotated[Path | None, typer.Option("--config", help="Settings file (TOML).")]
Worlds = Annotated[
    Path | None,
    typer.Option(help="Folder of labelled worlds of other authors, or of your own traffic."),
]
Threads = Annotated[int | None, typer.Option(help="Worker threads.")]
Memory = Annotated[
    str | None, typer.Option("--memory-limit", help="Memory for the query engine, such as 3GB.")
]


def settle(config: Path | None, **given: Any) -> Resolved:
    """Every setting, with what the command line gave."""
    return resolve(config, os.environ, given)


def say(value: Any, words: str, *, as_json: bool) -> None:
    """Print the answer for a machine or for a person."""
    if as_json:
        sys.stdout.write(json.dumps(value, indent=1, default=str) + "\n")
    else:
        sys.stdout.write(words + "\n")


@contextmanager
def proof_extra() -> Iterator[None]:
    """Packages of the extra are needed by some verbs alone; say so when one is missing."""
    # Before numpy is loaded: matrices here are small, and more threads cost memory and wait.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        yield
    except ModuleNotFoundError as error:
        remedy = "install the extra `proof`, as docs/how-to/prove.md shows"
        raise SettingError("prove", f"the package {error.name} is missing", remedy) from error


def in_utc(given: datetime | None) -> datetime | None:
    """A time of the command line; without an offset it is UTC."""
    if given is None:
        return None
    return given.replace(tzinfo=UTC) if given.tzinfo is None else given.astimezone(UTC)
