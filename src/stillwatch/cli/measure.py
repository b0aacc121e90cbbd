"""The words of the verbs that measure evidence and judge the scan."""

import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from stillwatch.cli.options import (
    DONE,
    FAILED,
    Config,
    Json,
    Memory,
    Quiet,
    Threads,
    Worlds,
    say,
    settle,
)


def calibrate(
    out: Annotated[Path, typer.Option(help="Bits file to write.")],
    texts: Annotated[
        Path | None, typer.Option(help="Folder of public texts; without it our own texts are used.")
    ] = None,
    worlds: Worlds = None,
    leave_out: Annotated[
        bool,
        typer.Option(
            "--leave-out",
            help="Also without each author and each third of the kinds, in files beside it.",
        ),
    ] = False,
    threads: Threads = None,
    memory_limit: Memory = None,
    config: Config = None,
    quiet: Quiet = False,
) -> None:
    """Measure what every finding is worth on traffic whose truth is known.

    Examples:

        stillwatch calibrate --out bits.json

        stillwatch calibrate --worlds labelled/ --leave-out --out bits.json
    """
    from stillwatch.commands.calibrate import calibrate

    resolved = settle(config, threads=threads, memory_limit=memory_limit)
    done = calibrate(out, texts, resolved.settings, worlds=worlds, leave_out=leave_out, quiet=quiet)
    say(None, done, as_json=False)


def evaluate(
    texts: Annotated[
        Path | None, typer.Option(help="Folder of public texts; without it our own texts are used.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Folder for the page and for three JSON files, two of which a catalogue keeps."
        ),
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="One small world a care: a look in minutes.")
    ] = False,
    held_out: Annotated[
        Path | None,
        typer.Option(
            help="Bits file of `calibrate --leave-out`: by those beside it, that were learnt "
            "without some kinds of campaign, judge these kinds too."
        ),
    ] = None,
    worlds: Worlds = None,
    strict: Annotated[bool, typer.Option("--strict", help="A missed bar exits with 1.")] = False,
    bits: Annotated[str | None, typer.Option(help="Bits file to judge.")] = None,
    threads: Threads = None,
    memory_limit: Memory = None,
    config: Config = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Judge the scan on traffic that nothing was learnt from.

    Examples:

        stillwatch evaluate --quick

        stillwatch evaluate --texts texts/ --out evaluation --held-out bits.json

        stillwatch evaluate --worlds labelled/

    With `--worlds` those are judged, author by author, and none of our own.

    Exit codes: 0 complete, 1 failed, or with `--strict` a bar was missed.
    """
    # Before numpy is loaded: matrices here are small, and two threads each only wait.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from stillwatch.commands.evaluate import evaluate, evaluate_worlds

    resolved = settle(config, bits=bits, threads=threads, memory_limit=memory_limit)
    found = (
        evaluate(texts, resolved.settings, out=out, quick=quick, held_out=held_out, quiet=quiet)
        if worlds is None
        else evaluate_worlds(worlds, resolved.settings, out=out, quiet=quiet)
    )
    if as_json:
        say(found.as_json, "", as_json=True)
    else:
        Console().print(found.picture)
    raise typer.Exit(FAILED if strict and not found.is_passed else DONE)
