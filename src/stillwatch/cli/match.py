"""The words after `stillwatch match`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from stillwatch.cli.options import DONE, FAILED, Json, say
from stillwatch.model.errors import SettingError

match_app = typer.Typer(
    help="Ask whether a peer sees the same operator, without telling whose accounts they are.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)

RunFolder = Annotated[Path, typer.Argument(help="Run folder of a scan.")]
RoomFolder = Annotated[Path, typer.Argument(help="Room of the matching.")]
HistoryFolder = Annotated[
    Path, typer.Option("--history", help="History folder of that scan (`scan --history`).")
]
Campaign = Annotated[str, typer.Option(help="Campaign of the run.")]
CircleKey = Annotated[
    Path, typer.Option(help="File with the 32 random bytes that the circle shares for this epoch.")
]
Epoch = Annotated[
    str,
    typer.Option(
        help="Epoch, the same for all: a week such as 2026-W12, or a month such as 2026-03."
    ),
]
AccountsFile = Annotated[Path | None, typer.Option(help="Accounts table of the scan.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show it; write nothing.")]


@contextmanager
def _extra() -> Iterator[None]:
    """Packages of the extra are needed by these verbs alone; say so when one is missing."""
    try:
        yield
    except ModuleNotFoundError as error:
        remedy = "install the extra `matching`: pip install 'stillwatch[matching]'"
        raise SettingError("match", f"the package {error.name} is missing", remedy) from error


@match_app.command()
def start(
    run: RunFolder,
    history: HistoryFolder,
    campaign: Campaign,
    room: Annotated[Path, typer.Option(help="Room to make.")],
    me: Annotated[str, typer.Option(help="Our name, as the peer knows it.")],
    peer: Annotated[str, typer.Option(help="The peer's name.")],
    circle_key: CircleKey,
    epoch: Epoch,
    inbox: Annotated[
        Path, typer.Option(help="Folder where the peer's frames arrive; new for each matching.")
    ],
    outbox: Annotated[
        Path, typer.Option(help="Folder where our frames are put; new for each matching.")
    ],
    accounts: AccountsFile = None,
    number: Annotated[
        int, typer.Option(help="Number of this matching with the peer in this epoch.", min=1)
    ] = 1,
    after: Annotated[
        Path | None, typer.Option(help="Room of a finished matching; ask about new items alone.")
    ] = None,
    ledger: Annotated[
        Path | None, typer.Option(help="File of the peers' budgets. Default: beside the room.")
    ] = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Gather a campaign's identifiers, blinded before they leave, and greet the peer.

    Examples:

        stillwatch match start run --history history --campaign C-1 --room room --me lab-a
        --peer lab-b --circle-key circle.key --epoch 2026-W12 --inbox from-b --outbox to-b

    Nothing leaves with --dry-run; it says how many items of each kind would be compared.
    """
    with _extra():
        from stillwatch.commands.match import start

        told = start(
            run,
            history,
            campaign,
            room,
            accounts=accounts,
            me=me,
            peer=peer,
            circle_key=circle_key,
            epoch=epoch,
            number=number,
            inbox=inbox,
            outbox=outbox,
            ledger=ledger,
            after=after,
            dry_run=dry_run,
        )
    say(told.as_json, told.in_words, as_json=as_json)


@match_app.command()
def step(room: RoomFolder, as_json: Json = False) -> None:
    """Read what the peer has written and answer it; says how far the matching is.

    Example:

        stillwatch match step room

    Exit codes: 0 going on or done, 1 failed or refused.
    """
    with _extra():
        from stillwatch.commands.match import step

        told = step(room)
    say(told.as_json, told.in_words, as_json=as_json)
    raise typer.Exit(FAILED if told.as_json["stage"] == "refused" else DONE)


@match_app.command()
def decide(
    room: RoomFolder,
    agrees: Annotated[
        bool, typer.Option("--yes/--no", help="Whether both sides may learn the common items.")
    ],
    as_json: Json = False,
) -> None:
    """Say whether the common items may be told; they are only if the peer's person says so too.

    Example:

        stillwatch match decide room --yes
    """
    with _extra():
        from stillwatch.commands.match import decided

        told = decided(room, agrees=agrees)
    say(told.as_json, told.in_words, as_json=as_json)


@match_app.command()
def sketch(
    run: RunFolder,
    history: HistoryFolder,
    campaign: Campaign,
    circle: Annotated[str, typer.Option(help="Name of the circle it is for.")],
    circle_key: CircleKey,
    own_key: Annotated[
        Path, typer.Option(help="File with 32 random bytes of our own; the noise is theirs.")
    ],
    epoch: Epoch,
    out: Annotated[Path, typer.Option(help="File to write.")],
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Write what a campaign does, without text, accounts or identifiers, for peers to compare.

    Example:

        stillwatch match sketch run --history history --campaign C-1 --circle forum
        --circle-key circle.key --own-key own.key --epoch 2026-W12 --out sketch.json
    """
    with _extra():
        from stillwatch.commands.sketch import make_sketch

        told = make_sketch(
            run,
            history,
            campaign,
            circle=circle,
            circle_key=circle_key,
            own_key=own_key,
            epoch=epoch,
            out=out,
            dry_run=dry_run,
        )
    say(told.as_json, told.in_words, as_json=as_json)


@match_app.command()
def compare(
    file: Annotated[Path, typer.Argument(help="A peer's sketch.")],
    run: RunFolder,
    history: HistoryFolder,
    circle_key: CircleKey,
    accounts: AccountsFile = None,
    shown: Annotated[int, typer.Option(help="How many of the nearest to list.", min=0)] = 5,
    as_json: Json = False,
) -> None:
    """Compare a peer's sketch with our own clusters; nothing leaves.

    Example:

        stillwatch match compare sketch.json run --history history --circle-key circle.key
    """
    with _extra():
        from stillwatch.commands.sketch import compare

        told = compare(file, run, history, accounts=accounts, circle_key=circle_key, shown=shown)
    say(told.as_json, told.in_words, as_json=as_json)


@match_app.command("reveal-key")
def reveal_key(
    secret: Annotated[Path, typer.Option(help="File with 32 random bytes of our own.")],
    epoch: Epoch,
    as_json: Json = False,
) -> None:
    """Print the key by which others check our answers in a threshold reveal.

    Example:

        stillwatch match reveal-key --secret reveal.secret --epoch 2026-W12
    """
    with _extra():
        from stillwatch.commands.reveal import reveal_key

        told = reveal_key(secret, epoch)
    say(told.as_json, told.in_words, as_json=as_json)


@match_app.command()
def reveal(
    run: RunFolder,
    history: HistoryFolder,
    campaign: Campaign,
    me: Annotated[str, typer.Option(help="Our name in the list.")],
    labs: Annotated[Path, typer.Option(help="List of laboratories and their keys (TOML).")],
    secret: Annotated[Path, typer.Option(help="File with our secret of `reveal-key`.")],
    epoch: Epoch,
    least: Annotated[int, typer.Option(help="How many must hold an identifier to open it.")],
    place: Annotated[
        Path, typer.Option(help="Folder of this round, where each laboratory writes in its own.")
    ],
    accounts: AccountsFile = None,
    ledger: Annotated[
        Path, typer.Option(help="File of what others have asked us in this epoch.")
    ] = Path("reveal-ledger.json"),
    minutes: Annotated[float, typer.Option(help="How long to wait for the others.")] = 60.0,
    as_json: Json = False,
) -> None:
    """Open the identifiers of a campaign that at least k laboratories hold, and no others.

    All laboratories run it at one time; it ends when every one has answered.

    Example:

        stillwatch match reveal run --history history --campaign C-1 --me lab-a
        --labs labs.toml --secret reveal.secret --epoch 2026-W12 --least 3 --place round-1
    """
    with _extra():
        from stillwatch.commands.reveal import reveal_of

        told = reveal_of(
            run,
            history,
            campaign,
            accounts=accounts,
            me=me,
            labs=labs,
            secret=secret,
            epoch=epoch,
            least=least,
            place=place,
            ledger=ledger,
            minutes=minutes,
        )
    say(told.as_json, told.in_words, as_json=as_json)
