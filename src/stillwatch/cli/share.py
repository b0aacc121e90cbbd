"""The words after `stillwatch share`, `receive` and `egress`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from stillwatch.cli.options import Config, Json, say, settle
from stillwatch.model.circle import TLP_ORDER, Terms
from stillwatch.model.errors import SettingError

CircleFile = Annotated[Path, typer.Option(help="Circle file (TOML): members, keys, secret.")]
MemberKey = Annotated[Path, typer.Option(help="Your public key, as the circle knows it.")]
NamesFile = Annotated[
    Path, typer.Option(help="File with a secret of yours; pseudonyms are made with it.")
]
LogFolder = Annotated[Path | None, typer.Option(help="Folder of the log of what left.")]
SignKey = Annotated[Path | None, typer.Option(help="Key to sign with; without it nothing leaves.")]
Person = Annotated[str | None, typer.Option(help="Name of the person who lets it leave.")]
Out = Annotated[Path | None, typer.Option(help="Folder for the bundle.")]
To = Annotated[
    Path | None, typer.Option(help="Hub file (TOML); what leaves is sent there at once.")
]


@contextmanager
def _extra() -> Iterator[None]:
    """Packages of the extra are needed by these verbs alone; say so when one is missing."""
    try:
        yield
    except ModuleNotFoundError as error:
        remedy = "install the extra `sharing`, as docs/how-to/share.md shows"
        raise SettingError("share", f"the package {error.name} is missing", remedy) from error


def share(
    run: Annotated[Path, typer.Argument(help="Run folder.")],
    campaign: Annotated[str, typer.Option(help="Id of the campaign.")],
    circle: CircleFile,
    names: NamesFile,
    member: MemberKey,
    tlp: Annotated[str, typer.Option(help="clear, green, amber, amber+strict or red.")] = "amber",
    service: Annotated[
        str, typer.Option(help="Where it was seen: api, subscription, cloud, aggregator, several.")
    ] = "api",
    permitted_use: Annotated[
        list[str] | None,
        typer.Option(help="detect, defend, investigate or research; may be repeated."),
    ] = None,
    legal_basis: Annotated[
        str, typer.Option(help="On what basis it leaves; needed to sign.")
    ] = "not-stated",
    expires: Annotated[int, typer.Option(help="Days after which it is to be forgotten.")] = 30,
    sign: SignKey = None,
    person: Person = None,
    log: LogFolder = None,
    out: Out = None,
    to: To = None,
    cards: Annotated[str | None, typer.Option(help="Folder with your own cards.")] = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Show what of a campaign or listed group may leave; let it leave when a person signs.

    A listed group leaves as suspected. Look at it first: `stillwatch look`.

    Examples:

        stillwatch share run --campaign C-01 --circle c.toml --names n.secret --member a.pub

        stillwatch share run --campaign C-01 --circle c.toml --names n.secret --member a.pub --sign a.key --person Hale --legal-basis contract --log egress --out shared --to hub.toml

    Exit codes: 0 shown or left, 1 it may not leave or failed, 2 wrong usage.
    """  # noqa: E501 - an example is one line
    with _extra():
        from stillwatch.commands.share import share
        from stillwatch.job.leaving import Leave
    folder = settle(config, cards=cards).settings.cards
    told = share(
        run,
        campaign,
        circle=circle,
        names=names,
        member=member,
        terms=terms_of(tlp, service, permitted_use, legal_basis, expires),
        cards=Path(folder) if folder else None,
        leave=leaving(sign, person, log, out, to, Leave),
    )
    say(told.as_json, told.in_words, as_json=as_json)


def terms_of(
    tlp: str, service: str, uses: list[str] | None, legal_basis: str, expires: int
) -> Terms:
    """What a person settled on the command line."""
    marking = next((one for one in TLP_ORDER if one == tlp.lower()), None)
    if marking is None:
        raise SettingError("--tlp", f"unknown marking '{tlp}'", f"use {', '.join(TLP_ORDER)}")
    return Terms(
        tlp=marking,
        service=service,
        permitted_use=tuple(dict.fromkeys(uses or ("detect", "defend"))),
        legal_basis=legal_basis,
        expires_after_days=expires,
    )


def leaving(
    sign: Path | None,
    person: str | None,
    log: Path | None,
    out: Path | None,
    to: Path | None,
    make: Any,
) -> Any:
    """Everything that a signature needs, or nothing at all."""
    if sign is None:
        if to is not None:
            raise SettingError("--to", "sends nothing that nobody signed", "give --sign")
        return None
    for name, value in (("--person", person), ("--log", log), ("--out", out)):
        if value is None or not str(value).strip():
            raise SettingError("--sign", f"needs {name}", f"give {name}")
    return make(key=sign, person=person, log=log, out=out, to=to)


def egress(
    log: Annotated[Path, typer.Argument(help="Folder of the log.")],
    key: Annotated[Path, typer.Option(help="Public key that signed it.")],
    entry: Annotated[
        int | None, typer.Option(help="Print the proof that this entry is in it.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Check the log of what left, and list it.

    Examples:

        stillwatch egress egress --key lab-a.pub

        stillwatch egress egress --key lab-a.pub --entry 0
    """
    with _extra():
        from stillwatch.commands.share import egress
    told = egress(log, key, entry)
    say(told.as_json, told.in_words, as_json=as_json)


def send(
    file: Annotated[Path, typer.Argument(help="File that left, as `share` wrote it.")],
    log: Annotated[Path, typer.Option(help="Folder of the log of what left.")],
    member: MemberKey,
    to: Annotated[Path, typer.Option(help="Hub file (TOML).")],
    as_json: Json = False,
) -> None:
    """Give a hub what was signed and logged earlier; sent twice, it is there once.

    Example:

        stillwatch send shared/share.json --log egress --member lab-a.pub --to hub.toml
    """
    with _extra():
        from stillwatch.commands.send import send
    told = send(file, log=log, member=member, to=to)
    say(told.as_json, told.in_words, as_json=as_json)


def withdraw(
    file: Annotated[Path, typer.Argument(help="File that left, as `share` wrote it.")],
    circle: CircleFile,
    member: MemberKey,
    sign: SignKey = None,
    person: Person = None,
    log: LogFolder = None,
    out: Out = None,
    to: To = None,
    as_json: Json = False,
) -> None:
    """Take back for good everything that a share or an answer said, wherever it was received.

    Examples:

        stillwatch withdraw shared/share.json --circle c.toml --member a.pub

        stillwatch withdraw shared/share.json --circle c.toml --member a.pub --sign a.key --person Hale --log egress --out shared --to hub.toml
    """  # noqa: E501 - an example is one line
    with _extra():
        from stillwatch.commands.withdraw import withdraw
        from stillwatch.job.leaving import Leave
    leave = leaving(sign, person, log, out, to, Leave)
    told = withdraw(file, circle=circle, member=member, leave=leave)
    say(told.as_json, told.in_words, as_json=as_json)


def receive(
    source: Annotated[
        str,
        typer.Argument(
            help="A hub file (.toml), a bundle, a folder of bundles, or the word `sightings` "
            "or `members`."
        ),
    ],
    run: Annotated[
        Path | None, typer.Argument(help="After `sightings`: run folder to answer from.")
    ] = None,
    circle: Annotated[Path, typer.Option(help="Circle file (TOML).")] = Path("circle.toml"),
    into: Annotated[Path, typer.Option(help="Folder that keeps what peers told us.")] = Path(
        "peers"
    ),
    names: Annotated[Path | None, typer.Option(help="Secret of yours, for pseudonyms.")] = None,
    member: Annotated[Path | None, typer.Option(help="Your public key in the circle.")] = None,
    dispute: Annotated[
        list[str] | None, typer.Option(help="Indicator that you disagree with; may be repeated.")
    ] = None,
    tlp: Annotated[str, typer.Option(help="Marking of the answer.")] = "amber",
    legal_basis: Annotated[
        str, typer.Option(help="On what basis the answer leaves; needed to sign.")
    ] = "not-stated",
    sign: SignKey = None,
    person: Person = None,
    log: LogFolder = None,
    out: Out = None,
    to: To = None,
    again: Annotated[
        bool, typer.Option("--again", help="Read a hub from the beginning, not from the last time.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Take in what peers shared, checked object by object; answer them; or ask who proved true.

    What is received is evidence for the next `scan --peers`, and never acts by itself.

    Examples:

        stillwatch receive hub.toml --circle circle.toml --into peers

        stillwatch receive from-lab-b/share.json --circle circle.toml --into peers

        stillwatch receive members --circle circle.toml --member a.pub --into peers

        stillwatch receive sightings run --circle c.toml --names n.secret --member a.pub

        stillwatch receive sightings run --circle c.toml --names n.secret --member a.pub --sign a.key --person Hale --legal-basis contract --log egress --out answers --to hub.toml
    """  # noqa: E501 - an example is one line
    if source == "members":
        with _extra():
            from stillwatch.commands.members import members
        if member is None:
            raise SettingError("receive members", "needs --member", "give your public key")
        known = members(into, circle=circle, member=member)
        say(known.as_json, known.in_words, as_json=as_json)
        return
    if source != "sightings":
        with _extra():
            from stillwatch.commands.receive import receive, receive_from
        if source.endswith(".toml"):
            taken = receive_from(Path(source), circle=circle, into=into, again=again)
        else:
            taken = receive(Path(source), circle=circle, into=into)
        say(taken.as_json, taken.in_words, as_json=as_json)
        return
    for name, value in (("a run folder", run), ("--names", names), ("--member", member)):
        if value is None:
            raise SettingError("receive sightings", f"needs {name}", f"give {name}")
    with _extra():
        from stillwatch.commands.sightings import sightings
        from stillwatch.job.leaving import Leave
    told = sightings(
        run or Path(),
        peers=into,
        circle=circle,
        names=names or Path(),
        member=member or Path(),
        disputed=dispute or [],
        terms=terms_of(tlp, "api", None, legal_basis, 30),
        leave=leaving(sign, person, log, out, to, Leave),
    )
    say(told.as_json, told.in_words, as_json=as_json)
