"""The words after `stillwatch prove`, and `stillwatch verify`."""

from pathlib import Path
from typing import Annotated

import typer

from stillwatch.cli.options import DONE, FAILED, Json, Quiet, proof_extra, say
from stillwatch.cli.prove_canary import canary_app
from stillwatch.cli.prove_panel import panel_app
from stillwatch.cli.prove_served import served_app

prove_app = typer.Typer(
    help="Prove, or fail to prove, that a model was trained on ours.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)

prove_app.add_typer(panel_app, name="panel")
prove_app.add_typer(canary_app, name="canary")
prove_app.add_typer(served_app, name="served")

RoomFolder = Annotated[Path, typer.Argument(help="Room of the proof.")]
Actor = Annotated[
    str | None, typer.Option(help="Who acts, for the log. Default: who prepared the plan.")
]
Authority = Annotated[
    str | None, typer.Option(help="Address of a time authority (RFC 3161) to stamp it.")
]


@prove_app.command()
def keys(
    out: Annotated[Path, typer.Option(help="Name of the two files, without an ending.")],
    as_json: Json = False,
) -> None:
    """Make the keys with which an operator or a witness signs.

    Example:

        stillwatch prove keys --out operator
    """
    with proof_extra():
        from stillwatch.commands.bundle import keys
    say(*keys(out), as_json=as_json)


@prove_app.command()
def plan(
    file: Annotated[Path, typer.Argument(help="Plan file (TOML).")],
    out: Annotated[Path, typer.Option(help="Room to make.")],
    authority: Authority = None,
    actor: Actor = None,
    as_json: Json = False,
) -> None:
    """Fix who is asked what and how it is judged, before anybody is asked.

    Examples:

        stillwatch prove plan plan.toml --out room

        stillwatch prove plan plan.toml --out room --authority https://tsa.example/
    """
    with proof_extra():
        from stillwatch.commands.prove import plan
    told = plan(file, out, authority=authority, actor=actor)
    say(told.as_json, told.in_words, as_json=as_json)


@prove_app.command()
def ask(
    room: RoomFolder,
    only: Annotated[
        list[str] | None, typer.Option(help="Ask this model alone; may be repeated.")
    ] = None,
    per_minute: Annotated[
        float, typer.Option(help="Questions a minute to one model.", min=0.01)
    ] = 60,
    parallel: Annotated[int, typer.Option(help="Questions under way at once.", min=1, max=64)] = 4,
    attempts: Annotated[
        int, typer.Option(help="Attempts before a question is put off.", min=1, max=20)
    ] = 5,
    timeout: Annotated[float, typer.Option(help="Seconds to wait for an answer.", min=1)] = 120,
    actor: Actor = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Put the planned questions to every model that has an address; goes on where it stopped.

    Keys are read from the environment variables that the plan names, and written nowhere.

    Examples:

        stillwatch prove ask room

        stillwatch prove ask room --only suspect-x --per-minute 20

    Exit codes: 0 every question was answered, 1 failed or some were not.
    """
    with proof_extra():
        from stillwatch.commands.prove import ask_models
    told = ask_models(
        room,
        only or [],
        per_minute=per_minute,
        parallel=parallel,
        attempts=attempts,
        timeout=timeout,
        actor=actor,
        quiet=quiet,
    )
    say(told.as_json, told.in_words, as_json=as_json)
    raise typer.Exit(FAILED if any(one["failed"] for one in told.as_json) else DONE)


@prove_app.command()
def receive(
    room: RoomFolder,
    model: Annotated[str, typer.Argument(help="Whose answers they are, as in the plan.")],
    file: Annotated[
        Path, typer.Argument(help='JSON lines such as {"prompt": "p1", "answer": "..."}.')
    ],
    note: Annotated[str, typer.Option(help="Who handed them in, and how they came to be.")],
    actor: Actor = None,
    as_json: Json = False,
) -> None:
    """Take a model's answers from a file, for models that the plan gives no address.

    Example:

        stillwatch prove receive room teacher-a answers.jsonl --note "our own log, exported by B."
    """
    with proof_extra():
        from stillwatch.commands.prove import receive_file
    told = receive_file(room, model, file, note=note, actor=actor)
    say(told.as_json, told.in_words, as_json=as_json)


@prove_app.command("hand-over")
def hand_over(
    room: RoomFolder,
    giver: Annotated[str, typer.Option("--from", help="Who gives.")],
    taker: Annotated[str, typer.Option("--to", help="Who takes.")],
    reason: Annotated[str, typer.Option(help="Why.")],
    actor: Actor = None,
    as_json: Json = False,
) -> None:
    """Note in the chain of custody that the room changed hands.

    Example:

        stillwatch prove hand-over room --from A. --to B. --reason "B. scores what A. asked"
    """
    with proof_extra():
        from stillwatch.commands.prove import hand_over
    told = hand_over(room, giver, taker, reason, actor=actor)
    say(told.as_json, told.in_words, as_json=as_json)


@prove_app.command()
def score(
    room: RoomFolder,
    incomplete: Annotated[
        bool, typer.Option("--incomplete", help="Score though planned answers are missing.")
    ] = False,
    actor: Actor = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Compute every finding of the plan from the raw answers.

    Example:

        stillwatch prove score room
    """
    with proof_extra():
        from stillwatch.commands.prove import score
    told = score(room, incomplete=incomplete, actor=actor, quiet=quiet)
    say(told.as_json, told.in_words, as_json=as_json)


@prove_app.command()
def bundle(
    room: RoomFolder,
    out: Annotated[Path, typer.Option(help="Bundle to write: NAME.zip, or a folder.")],
    operator: Annotated[str, typer.Option(help="Who answers for it.")],
    key: Annotated[Path, typer.Option(help="The operator's secret key.")],
    witness: Annotated[str | None, typer.Option(help="Who else vouches for it.")] = None,
    witness_key: Annotated[
        Path | None,
        typer.Option(help="The witness's public key (.pub); he signs later with `prove sign`."),
    ] = None,
    authority: Authority = None,
    as_json: Json = False,
) -> None:
    """Close a scored room into a signed bundle with its report as page and PDF.

    Example:

        stillwatch prove bundle room --out case.zip --operator "A., lab" --key operator.key
    """
    with proof_extra():
        from stillwatch.commands.bundle import bundle
    made = bundle(
        room,
        out,
        operator=operator,
        key=key,
        witness=witness,
        witness_key=witness_key,
        authority=authority,
    )
    say(*made, as_json=as_json)


@prove_app.command()
def sign(
    path: Annotated[Path, typer.Argument(metavar="BUNDLE", help="Bundle that names you.")],
    key: Annotated[Path, typer.Option(help="Your secret key.")],
    as_json: Json = False,
) -> None:
    """Sign a bundle as its witness.

    Example:

        stillwatch prove sign case.zip --key witness.key
    """
    with proof_extra():
        from stillwatch.commands.bundle import sign
    say(*sign(path, key), as_json=as_json)


@prove_app.command()
def disclose(
    path: Annotated[Path, typer.Argument(metavar="BUNDLE", help="Whole bundle.")],
    answer: Annotated[list[str], typer.Option(help="Leaf of an answer to show; may be repeated.")],
    out: Annotated[Path, typer.Option(help="NAME.zip: a bundle; NAME.json: one answer alone.")],
    as_json: Json = False,
) -> None:
    """Show some answers and withhold all others; signatures stay valid.

    Example:

        stillwatch prove disclose case.zip --answer 5f1c... --out answer.json
    """
    with proof_extra():
        from stillwatch.commands.bundle import disclose
    say(*disclose(path, answer, out), as_json=as_json)


@prove_app.command()
def report(
    path: Annotated[Path, typer.Argument(metavar="BUNDLE", help="Bundle.")],
    out: Annotated[Path, typer.Option(help="NAME.html or NAME.pdf.")],
    as_json: Json = False,
) -> None:
    """Write the report of a bundle again.

    Example:

        stillwatch prove report case.zip --out report.pdf
    """
    with proof_extra():
        from stillwatch.commands.bundle import report
    say(*report(path, out), as_json=as_json)


@prove_app.command()
def example(
    out: Annotated[Path, typer.Option(help="Folder for the two bundles.")] = Path("examples"),
    as_json: Json = False,
) -> None:
    """Make two worked examples from invented text: a copy, and an innocent model.

    Example:

        stillwatch prove example --out examples
    """
    with proof_extra():
        from stillwatch.commands.example import example
    say(*example(out), as_json=as_json)


def verify(
    path: Annotated[Path, typer.Argument(metavar="BUNDLE", help="Bundle, or one answer (.json).")],
    operator_key: Annotated[Path | None, typer.Option(help="Public key of the operator.")] = None,
    witness_key: Annotated[Path | None, typer.Option(help="Public key of the witness.")] = None,
    authority: Annotated[
        Path | None, typer.Option(help="Certificates of the time authority (PEM).")
    ] = None,
    as_json: Json = False,
) -> None:
    """Check a bundle: hashes, order, signatures, and every number again from the raw answers.

    Says what it could not check. `python -m stillwatch.verifier` does the same without the rest
    of Stillwatch.

    Examples:

        stillwatch verify case.zip

        stillwatch verify case.zip --operator-key operator.pub --witness-key witness.pub

    Exit codes: 0 what was checked holds, 1 something failed, 2 wrong usage.
    """
    with proof_extra():
        from stillwatch.commands.verify import verify
    found = verify(path, operator_key, witness_key, authority)
    say(found.as_json, found.in_words, as_json=as_json)
    raise typer.Exit(DONE if found.is_sound else FAILED)
