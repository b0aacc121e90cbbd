"""The words after `stillwatch prove served`."""

from pathlib import Path
from typing import Annotated

import typer

from stillwatch.cli.options import Json, proof_extra, say

served_app = typer.Typer(
    help="Does a suspect repeat what a campaign was served? From a scan's run to a plan's trials.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)
HaulFile = Annotated[Path, typer.Argument(metavar="HAUL", help="File of `prove served haul`.")]
Nonce = Annotated[str, typer.Option(help="What a witness added to the draws.")]
Trials = Annotated[Path, typer.Option(help="Folder for trials and prompts.")]


@served_app.command()
def haul(
    run: Annotated[Path, typer.Argument(help="Run folder of a scan.")],
    vault: Annotated[
        Path,
        typer.Option(
            help="Prompts and answers (Parquet, JSON lines): exchange_id, account_id, "
            "prompt_text, response_text."
        ),
    ],
    out: Annotated[Path, typer.Option(help="File to write (.jsonl).")],
    campaign: Annotated[
        list[str] | None, typer.Option(help="This campaign alone; may be repeated.")
    ] = None,
    every: Annotated[
        bool,
        typer.Option("--all-exchanges", help="All of the campaign's accounts, not flagged ones."),
    ] = False,
    as_json: Json = False,
) -> None:
    """Take out of the vault what each campaign of a scan was served.

    Prompts that anyone outside the campaign sent too are left out.

    Example:

        stillwatch prove served haul run --vault vault.parquet --out haul.jsonl
    """
    with proof_extra():
        from stillwatch.commands.served import haul
    say(*haul(run, vault, out, campaign or [], every=every), as_json=as_json)


@served_app.command()
def twins(
    haul_file: HaulFile,
    others: Annotated[
        Path,
        typer.Option(
            help='Other answers of the teacher: lines such as {"prompt": "...", "answers": [...]}.'
        ),
    ],
    out: Trials,
    key: Annotated[
        Path | None, typer.Option(help="Key that chose (hexadecimal). None: sampled later.")
    ] = None,
    nonce: Nonce = "",
    as_json: Json = False,
) -> None:
    """Make trials of which of several answers a campaign was given: a proof.

    Without a key, the other answers must come from the same model in the same setting.

    Example:

        stillwatch prove served twins haul.jsonl --others resampled.jsonl --out trials
    """
    with proof_extra():
        from stillwatch.commands.served import twins
    say(*twins(haul_file, others, out, key, nonce), as_json=as_json)


@served_app.command()
def matched(
    haul_file: HaulFile,
    candidates: Annotated[
        Path,
        typer.Option(
            help='Prompts nobody was served: lines such as {"prompt": "...", "answer": "..."}.'
        ),
    ],
    vault: Annotated[
        Path, typer.Option(help="The vault again: candidates that anyone sent are left out.")
    ],
    out: Trials,
    as_json: Json = False,
) -> None:
    """Make trials of served prompts against like ones that nobody was served: a lead.

    Example:

        stillwatch prove served matched haul.jsonl --candidates c.jsonl --vault v.parquet --out t
    """
    with proof_extra():
        from stillwatch.commands.served import matched
    say(*matched(haul_file, candidates, vault, out), as_json=as_json)


@served_app.command()
def draw(
    campaign: Annotated[str, typer.Argument(help="Campaign that is about to be answered.")],
    prompts: Annotated[Path, typer.Option(help='Its prompts: lines such as {"prompt": "..."}.')],
    key: Annotated[Path, typer.Option(help="Secret key (hexadecimal, 32 bytes).")],
    out: Annotated[Path, typer.Option(help="File to write (.jsonl).")],
    slots: Annotated[int, typer.Option(help="Answers to choose from.", min=2, max=64)] = 2,
    nonce: Nonce = "",
    as_json: Json = False,
) -> None:
    """Say which answer the key draws for each prompt; 0 may mean that none is given.

    Example:

        stillwatch prove served draw c-12 --prompts prompts.jsonl --key draws.key --out draws.jsonl
    """
    with proof_extra():
        from stillwatch.commands.served import draw
    say(*draw(campaign, prompts, key, nonce, slots, out), as_json=as_json)
