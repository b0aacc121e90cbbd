"""The words after `stillwatch prove panel`."""

from pathlib import Path
from typing import Annotated

import typer

from stillwatch.cli.options import Json, Quiet, proof_extra, say

panel_app = typer.Typer(
    help="Reference models for the style comparison: build, extend and show a panel.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)


@panel_app.command()
def build(
    out: Annotated[Path, typer.Option(help="Panel file to write (.jsonl), for a plan to name.")],
    folder: Annotated[
        Path | None,
        typer.Argument(
            help="Folder with lineage.csv and answers (.jsonl, .parquet). None: the shipped counts."
        ),
    ] = None,
    without: Annotated[
        list[str] | None, typer.Option(help="Leave this model out; may be repeated.")
    ] = None,
    suspect: Annotated[
        Path | None,
        typer.Option(help="Answers of the suspect: refuse a panel that it stands in."),
    ] = None,
    prompts: Annotated[
        Path | None, typer.Option(help="Also write the panel's prompts, for a plan to name.")
    ] = None,
    counts: Annotated[
        bool, typer.Option("--counts", help="Write counts of templates and no text.")
    ] = False,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Check a folder of answers and pack it into one panel file.

    Refuses models of two lineages that answer alike, and a suspect that is a model of the panel.

    Examples:

        stillwatch prove panel build models --out panel.jsonl --prompts prompts.jsonl

        stillwatch prove panel build models --out panel.jsonl --suspect x.jsonl --without x-7b

        stillwatch prove panel build --out shipped.jsonl
    """
    with proof_extra():
        from stillwatch.commands.panel import build
    made = build(
        folder,
        out,
        omitted=without or [],
        suspect=suspect,
        prompts=prompts,
        counts=counts,
        quiet=quiet,
    )
    say(*made, as_json=as_json)


@panel_app.command()
def extend(
    panel: Annotated[Path, typer.Argument(help="Panel file, or folder, to add to.")],
    folder: Annotated[Path, typer.Argument(help="Folder with the new models.")],
    out: Annotated[Path, typer.Option(help="Panel file to write (.jsonl).")],
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Add models to a panel; prompts that both were asked stay.

    Example:

        stillwatch prove panel extend panel.jsonl more --out larger.jsonl
    """
    with proof_extra():
        from stillwatch.commands.panel import extend
    say(*extend(panel, folder, out, quiet=quiet), as_json=as_json)


@panel_app.command()
def show(
    panel: Annotated[
        Path | None, typer.Argument(help="Panel file or folder. None: the shipped one.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Say what a panel holds, and how many lineages are unrelated to each teacher.

    Examples:

        stillwatch prove panel show

        stillwatch prove panel show panel.jsonl --json
    """
    with proof_extra():
        from stillwatch.commands.panel import show
    say(*show(panel), as_json=as_json)
