"""The words after `stillwatch prove canary`."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from stillwatch.cli.options import Json, proof_extra, say

canary_app = typer.Typer(
    help="Keyed choices among equally good answers: plan, issue, score and reveal them.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)
Folder = Annotated[Path, typer.Argument(help="Folder of the canaries.")]


@canary_app.command()
def plan(
    file: Annotated[Path, typer.Argument(help="Canary file (TOML).")],
    out: Annotated[Path, typer.Option(help="Folder to make; it holds the key.")],
    run: Annotated[
        Path | None,
        typer.Option(help="Run folder of a scan: its campaigns' accounts are given canaries too."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Fix questions, answers, accounts and key, and say what to publish.

    Examples:

        stillwatch prove canary plan canaries.toml --out canaries

        stillwatch prove canary plan canaries.toml --out canaries --run run
    """
    with proof_extra():
        from stillwatch.commands.canary import plan
    say(*plan(file, out, run), as_json=as_json)


@canary_app.command()
def witness(
    folder: Folder,
    nonce: Annotated[str, typer.Option(help="What the witness chose; any text.")],
    as_json: Json = False,
) -> None:
    """Add a witness's number, once the commitment is public and before the first serving.

    Example:

        stillwatch prove canary witness canaries --nonce "the draw of 3 May: 4 11 19 23"
    """
    with proof_extra():
        from stillwatch.commands.canary import witness
    say(*witness(folder, nonce), as_json=as_json)


@canary_app.command()
def issue(
    folder: Folder,
    account: Annotated[str | None, typer.Option(help="Account that asked.")] = None,
    canary: Annotated[str | None, typer.Option(help="Canary or habit.")] = None,
    answer: Annotated[
        str, typer.Option(help="For a habit: the answer that it is worked into.")
    ] = "",
    requests: Annotated[
        Path | None,
        typer.Option(help='Many at once: lines such as {"account": "a1", "canary": "valley"}.'),
    ] = None,
    as_json: Json = False,
) -> None:
    """Print the answer that an account gets; it is logged before.

    Accounts outside the plan are refused: answer them as usual.

    Examples:

        stillwatch prove canary issue canaries --account a1 --canary valley

        stillwatch prove canary issue canaries --requests requests.jsonl --json
    """
    with proof_extra():
        from stillwatch.commands.canary import issue
    say(*issue(folder, account, canary, answer, requests), as_json=as_json)


@canary_app.command()
def score(
    folder: Folder,
    replies: Annotated[
        Path, typer.Option(help='Replies: lines such as {"prompt": "...", "reply": "..."}.')
    ],
    as_json: Json = False,
) -> None:
    """Score a suspect's replies at once, without a plan or a bundle.

    What another side should believe goes the whole way: reveal, `prove plan`, ask, score, bundle.

    Example:

        stillwatch prove canary score canaries --replies replies.jsonl
    """
    with proof_extra():
        from stillwatch.commands.canary import score
    say(*score(folder, replies), as_json=as_json)


@canary_app.command()
def reveal(
    folder: Folder,
    out: Annotated[Path, typer.Option(help="Material to write, with log and key.")],
    prompts: Annotated[Path, typer.Option(help="Prompts to write, for the plan of the proof.")],
    as_json: Json = False,
) -> None:
    """Write log and key as a material, and the questions, for `prove plan`.

    Example:

        stillwatch prove canary reveal canaries --out canaries.json --prompts prompts.jsonl
    """
    with proof_extra():
        from stillwatch.commands.canary import reveal
    say(*reveal(folder, out, prompts), as_json=as_json)


@canary_app.command()
def power(
    canaries: Annotated[int, typer.Option(help="Canaries.", min=2, max=2000)] = 40,
    variants: Annotated[int, typer.Option(help="Answers to each.", min=2, max=1000)] = 16,
    replies: Annotated[int, typer.Option(help="Replies to each.", min=1, max=100)] = 5,
    uptake: Annotated[
        float,
        typer.Option(help="Share of replies, or of canaries, that repeat it.", min=0, max=0.9),
    ] = 0.1,
    how: Annotated[
        Literal["spread", "learnt"],
        typer.Option(help="Uptake in every reply (spread), or of whole canaries (learnt)."),
    ] = "spread",
    other: Annotated[
        float, typer.Option(help="Share of other replies that show no variant.", min=0, max=1)
    ] = 0.3,
    taste: Annotated[
        float, typer.Option(help="How even the suspect's taste is: .1 one favourite, 50 even.")
    ] = 1.5,
    names: Annotated[int, typer.Option(help="Accounts and campaigns in the plan.", min=1)] = 1,
    alpha: Annotated[float, typer.Option(help="Error rate.", min=1e-12, max=0.5)] = 0.001,
    wanted: Annotated[
        float | None,
        typer.Option(help="Say how many canaries this power takes.", min=0.1, max=0.99),
    ] = None,
    simulations: Annotated[int, typer.Option(help="Suspects to play.", min=50)] = 400,
    as_json: Json = False,
) -> None:
    """Say how many canaries are needed at what uptake, by playing the test itself.

    Examples:

        stillwatch prove canary power --canaries 40 --uptake 0.1

        stillwatch prove canary power --uptake 0.05 --how learnt --names 20 --wanted 0.9
    """
    with proof_extra():
        from stillwatch.commands.canary import calculate
        from stillwatch.forensics.power import Setting
    setting = Setting(
        canaries=canaries,
        variants=variants,
        replies=replies,
        uptake=uptake,
        how=how,
        other=other,
        taste=max(taste, 0.01),
        names=names,
        alpha=alpha,
    )
    say(*calculate(setting, wanted, simulations), as_json=as_json)
