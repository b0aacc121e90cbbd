"""The words after `stillwatch`: reads the command line and calls one command."""

import errno
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from stillwatch import __version__
from stillwatch.cli.hub import hub_app
from stillwatch.cli.match import match_app
from stillwatch.cli.measure import calibrate, evaluate
from stillwatch.cli.options import (
    DONE,
    FAILED,
    SOME_REJECTED,
    STOPPED,
    Config,
    Json,
    Memory,
    Quiet,
    Threads,
    in_utc,
    say,
    settle,
)
from stillwatch.cli.prove import prove_app, verify
from stillwatch.cli.share import egress, receive, send, share, withdraw
from stillwatch.model.errors import Faults, StillwatchError

app = typer.Typer(
    name="stillwatch",
    help="Finds, documents and proves adversarial distillation of language models.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


app.add_typer(prove_app, name="prove")
app.add_typer(match_app, name="match")
app.add_typer(hub_app, name="hub")
for verb in (verify, share, send, receive, withdraw, egress, calibrate, evaluate):
    app.command()(verb)


def main() -> None:
    """Run the command line; errors become one clear sentence each and an exit code."""
    try:
        app(standalone_mode=True)
    except Faults as faults:
        _complain(*faults.exceptions)
    except StillwatchError as error:
        _complain(error)
    except OSError as error:
        # The last net: a file or folder that cannot be used and that nobody said so of before.
        where = error.filename or "a file"
        sys.stderr.write(f"error: {where}: {error.strerror or error}; {remedy_for(error)}\n")
        sys.exit(FAILED)
    except SystemExit as ended:
        if ended.code == STOPPED:  # typer ends so at Ctrl-C, and says nothing
            sys.stderr.write("stopped; nothing half-written was left behind\n")
        raise


def remedy_for(error: OSError) -> str:
    """What helps where a file or folder cannot be used."""
    is_full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    return "make room on the disk" if is_full else "name another path"


def _complain(*errors: BaseException) -> None:
    for error in errors:
        sys.stderr.write(f"error: {error}\n")
    sys.exit(FAILED)


@app.callback(invoke_without_command=True)
def version_only(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Options that stand before a command."""
    if version:
        sys.stdout.write(f"stillwatch {__version__}\n")
        raise typer.Exit(DONE)


@app.command()
def scan(
    exchanges: Annotated[
        list[str], typer.Argument(help="Logs: files, folders or globs; Parquet or JSON lines.")
    ],
    out: Annotated[Path, typer.Option(help="Run folder to make.")],
    accounts: Annotated[Path | None, typer.Option(help="Accounts table.")] = None,
    account_events: Annotated[Path | None, typer.Option(help="Account events table.")] = None,
    model_releases: Annotated[Path | None, typer.Option(help="Model releases table.")] = None,
    competitor_releases: Annotated[
        Path | None, typer.Option(help="Releases of outside models under study.")
    ] = None,
    log_format: Annotated[
        str | None, typer.Option("--format", help="Provider format; see `stillwatch formats`.")
    ] = None,
    join: Annotated[
        list[str] | None,
        typer.Option(help="A second log the format joins, as NAME=PATH; may be repeated."),
    ] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(help="Speak as of this time, UTC. Default: the last exchange."),
    ] = None,
    history: Annotated[
        str | None, typer.Option(help="Folder that keeps day tables from run to run.")
    ] = None,
    policy: Annotated[str | None, typer.Option(help="Policy card.")] = None,
    cards: Annotated[str | None, typer.Option(help="Folder with your own cards.")] = None,
    pseudonym_key: Annotated[
        str | None, typer.Option(help="File with a secret; identifiers leave as pseudonyms.")
    ] = None,
    peers: Annotated[
        Path | None, typer.Option(help="Folder of what peers told us; see `receive`.")
    ] = None,
    circle: Annotated[Path | None, typer.Option(help="Circle file that it was told in.")] = None,
    member: Annotated[Path | None, typer.Option(help="Your public key in that circle.")] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Replace an earlier run.")] = False,
    threads: Threads = None,
    memory_limit: Memory = None,
    config: Config = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Look for campaigns in logs of requests and responses.

    Examples:

        stillwatch scan logs/ --accounts accounts.parquet --out run

        stillwatch scan litellm.jsonl --format litellm --out run --json

    Exit codes: 0 complete, 1 failed, 2 wrong usage, 3 complete but some input was rejected.
    """
    from stillwatch.commands.scan import in_words, scan, summary
    from stillwatch.job.scan import Request

    resolved = settle(
        config,
        threads=threads,
        memory_limit=memory_limit,
        history=history,
        policy=policy,
        cards=cards,
        pseudonym_key=pseudonym_key,
    )
    sides = {
        "accounts": accounts,
        "account_events": account_events,
        "model_releases": model_releases,
        "competitor_releases": competitor_releases,
    }
    joins: dict[str, list[str]] = {}
    for entry in join or []:
        name, found, path = entry.partition("=")
        if not found:
            raise typer.BadParameter(f"'{entry}' is not NAME=PATH")
        joins.setdefault(name, []).append(path)
    request = Request(
        exchanges=exchanges,
        out=out,
        side={name: path for name, path in sides.items() if path is not None},
        format=log_format,
        joins=joins,
        as_of=in_utc(as_of),
        replace=replace,
        peers=peers,
        circle=circle,
        member=member,
    )
    outcome = scan(request, resolved.settings, quiet=quiet)
    say(summary(outcome), in_words(outcome), as_json=as_json)
    raise typer.Exit(SOME_REJECTED if outcome.rejected.reject_count else DONE)


@app.command()
def demo(
    out: Annotated[Path, typer.Option(help="Folder for the traffic and the run.")] = Path(
        "stillwatch-demo"
    ),
    seed: Annotated[int, typer.Option(help="Another seed makes another world.")] = 7,
    open_report: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the report in a browser.")
    ] = True,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Make traffic with campaigns hidden in it, scan it, and open the report.

    Example:

        stillwatch demo
    """
    from stillwatch.commands.demo import demo

    told = demo(out, seed=seed, open_report=open_report, quiet=quiet)
    say(told.as_json, told.in_words, as_json=as_json)


@app.command()
def look(
    run: Annotated[Path, typer.Argument(help="Run folder.")],
    what: Annotated[str | None, typer.Argument(help="campaign or account")] = None,
    subject: Annotated[str | None, typer.Argument(help="Its id.")] = None,
    as_json: Json = False,
) -> None:
    """Look at a run in the terminal.

    Examples:

        stillwatch look run

        stillwatch look run campaign C-0123456789ab

        stillwatch look run account acct-42
    """
    from stillwatch.commands.look import look

    found = look(run, what, subject)
    if as_json:
        say(found.as_json, "", as_json=True)
    else:
        Console().print(found.picture)


@app.command()
def techniques(
    action: Annotated[str, typer.Argument(help="list, show, coverage or export")] = "list",
    what: Annotated[
        str | None,
        typer.Argument(help="Id to show, or format to export: stix, atlas, navigator or misp."),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="File to export to; for misp a folder.")] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(help="When the objects of a STIX export were last changed, UTC."),
    ] = None,
    cards: Annotated[str | None, typer.Option(help="Folder with your own cards.")] = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Read the catalogue of techniques, or hand it on in formats that others read.

    STIX and ATLAS exports need the `sharing` extra.

    Examples:

        stillwatch techniques

        stillwatch techniques show AD-007

        stillwatch techniques coverage

        stillwatch techniques export stix --as-of 2026-12-01 --out techniques.stix.json

        stillwatch techniques export atlas --out stillwatch.yaml

        stillwatch techniques export navigator --out layer.json

        stillwatch techniques export misp --out misp
    """
    from stillwatch.commands.techniques import techniques

    folder = settle(config, cards=cards).settings.cards
    told = techniques(
        action,
        what,
        cards=Path(folder) if folder else None,
        out=out,
        as_of=in_utc(as_of),
    )
    if as_json:
        say(told.as_json, "", as_json=True)
    else:
        Console().print(told.picture)


@app.command()
def formats(as_json: Json = False) -> None:
    """List the provider formats that `scan --format` reads."""
    from stillwatch.commands.formats import formats

    value, words = formats()
    say(value, words, as_json=as_json)


@app.command()
def settings(config: Config = None, as_json: Json = False) -> None:
    """Print every setting, its value and where the value came from."""
    from stillwatch.commands.settings import settings

    value, words = settings(settle(config))
    say(value, words, as_json=as_json)


@app.command()
def schemas(
    out: Annotated[Path, typer.Option(help="Folder for the schemas.")] = Path("docs/schemas"),
    as_json: Json = False,
) -> None:
    """Write the JSON Schemas of what goes in and what comes out.

    Example:

        stillwatch schemas --out docs/schemas
    """
    from stillwatch.commands.schemas import schemas

    written = schemas(out)
    say(written, "\n".join(written), as_json=as_json)


@app.command()
def docs(
    out: Annotated[Path, typer.Option(help="Folder of the documentation.")] = Path("docs"),
    as_json: Json = False,
) -> None:
    """Write the pages that are made from cards, tables, commands and settings.

    Example:

        stillwatch docs --out docs
    """
    from stillwatch.commands.docs import docs

    written = docs(out, typer.main.get_command(app))
    say(written, "\n".join(written), as_json=as_json)
