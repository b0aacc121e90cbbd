"""The words after `stillwatch hub`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from stillwatch.cli.options import Json, Quiet, say
from stillwatch.model.errors import SettingError

hub_app = typer.Typer(
    help="Run a hub: a TAXII 2.1 server for one lab, or for a forum of labs.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)
member_app = typer.Typer(help="Members of a hub.", no_args_is_help=True)
circle_app = typer.Typer(help="Circles in which members share.", no_args_is_help=True)
hub_app.add_typer(member_app, name="member")
hub_app.add_typer(circle_app, name="circle")

Folder = Annotated[Path, typer.Argument(help="Folder of the hub.")]
Name = Annotated[str, typer.Argument(help="Name: a-z, 0-9 and - between them.")]


@contextmanager
def _extra() -> Iterator[None]:
    """Packages of the extra are needed by these verbs alone; say so when one is missing."""
    try:
        yield
    except ModuleNotFoundError as error:
        remedy = "install the extra `hub`, as docs/how-to/run-a-hub.md shows"
        raise SettingError("hub", f"the package {error.name} is missing", remedy) from error


@hub_app.command()
def init(
    folder: Folder,
    title: Annotated[str, typer.Option(help="What members see.")] = "Stillwatch hub",
    description: Annotated[str, typer.Option(help="A sentence about it.")] = "",
    contact: Annotated[str, typer.Option(help="Whom members ask.")] = "",
    address: Annotated[
        str, typer.Option(help="Its address as members see it, such as https://hub.example.")
    ] = "",
    database_variable: Annotated[
        str,
        typer.Option(
            help="Environment variable with the URL of a PostgreSQL database. Default: SQLite in "
            "the folder."
        ),
    ] = "",
    as_json: Json = False,
) -> None:
    """Make a hub: a folder with its settings, its key and its database.

    Examples:

        stillwatch hub init forum --title "Forum hub"

        stillwatch hub init forum --database-variable HUB_DATABASE
    """
    said = {
        "title": title, "description": description, "contact": contact, "address": address,
        "database_variable": database_variable,
    }  # fmt: skip
    with _extra():
        from stillwatch.services.hub import desk
    say(*desk.init(folder, said), as_json=as_json)


@hub_app.command()
def serve(
    folder: Folder,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = 8460,
    workers: Annotated[int, typer.Option(help="Processes that serve.", min=1, max=64)] = 1,
    quiet: Quiet = False,
) -> None:
    """Serve the hub until it is stopped. Encryption and client certificates are a proxy's work.

    Examples:

        stillwatch hub serve forum

        stillwatch hub serve forum --workers 4 --port 8460
    """
    with _extra():
        from stillwatch.services.hub import desk
    desk.serve(folder, host, port, workers, quiet=quiet)


@hub_app.command()
def migrate(folder: Folder, as_json: Json = False) -> None:
    """Bring the database to the form of this version; the hub may go on serving meanwhile.

    Example:

        stillwatch hub migrate forum
    """
    with _extra():
        from stillwatch.services.hub import desk
    say(*desk.upgrade(folder), as_json=as_json)


@hub_app.command(
    epilog="What is in the database is in the file. The settings and limits in hub.toml are not, "
    "nor is hub.key: keep a copy of hub.toml."
)
def backup(
    folder: Folder,
    out: Annotated[Path, typer.Option(help="File to write, such as hub.jsonl.gz.")],
    as_json: Json = False,
) -> None:
    """Write the whole hub into one file, while it goes on serving.

    Example:

        stillwatch hub backup forum --out hub.jsonl.gz
    """
    with _extra():
        from stillwatch.services.hub import keeping
    say(*keeping.backup(folder, out), as_json=as_json)


@hub_app.command()
def restore(
    folder: Folder,
    file: Annotated[Path, typer.Argument(help="Backup to read.")],
    title: Annotated[str, typer.Option(help="What members see.")] = "Stillwatch hub",
    database_variable: Annotated[
        str,
        typer.Option(help="Environment variable with the URL of an empty PostgreSQL database."),
    ] = "",
    as_json: Json = False,
) -> None:
    """Make a new hub out of a backup, on either kind of database.

    Examples:

        stillwatch hub restore forum-again hub.jsonl.gz

        stillwatch hub restore forum-again hub.jsonl.gz --database-variable HUB_DATABASE
    """
    with _extra():
        from stillwatch.services.hub import keeping
    said = {"title": title, "database_variable": database_variable}
    say(*keeping.restore(folder, file, said), as_json=as_json)


@hub_app.command()
def audit(
    folder: Folder,
    out: Annotated[Path | None, typer.Option(help="Write the log here, a line an entry.")] = None,
    as_json: Json = False,
) -> None:
    """Check that nothing in the log of changes was changed, dropped or moved.

    Example:

        stillwatch hub audit forum --out log.jsonl
    """
    with _extra():
        from stillwatch.services.hub import keeping
    say(*keeping.check_audit(folder, out), as_json=as_json)


@member_app.command("add")
def member_add(
    folder: Folder,
    name: Name,
    public_key: Annotated[
        Path | None, typer.Option(help="File with the key that checks its seals (PEM).")
    ] = None,
    identity: Annotated[
        str | None,
        typer.Option(help="Its STIX identity, identity--UUID. Default: what follows from its key."),
    ] = None,
    role: Annotated[str, typer.Option(help="member, or operator to read metrics.")] = "member",
    as_json: Json = False,
) -> None:
    """Take a member in, and show its key this once.

    Example:

        stillwatch hub member add forum lab-a --public-key lab-a.pub
    """
    with _extra():
        from stillwatch.services.hub import desk
    say(*desk.add_member(folder, name, identity, public_key, role), as_json=as_json)


@member_app.command("list")
def member_list(folder: Folder, as_json: Json = False) -> None:
    """Say who is a member, with which keys.

    Example:

        stillwatch hub member list forum
    """
    with _extra():
        from stillwatch.services.hub import desk
    say(*desk.list_members(folder), as_json=as_json)


@member_app.command("remove")
def member_remove(folder: Folder, name: Name, as_json: Json = False) -> None:
    """Shut a member out; what it shared stays.

    Example:

        stillwatch hub member remove forum lab-a
    """
    with _extra():
        from stillwatch.services.hub import desk
    say(*desk.remove_member(folder, name), as_json=as_json)


@member_app.command("key")
def member_key(folder: Folder, name: Name, as_json: Json = False) -> None:
    """Give a member one more key, shown this once; end the old one when the new one is in use.

    Example:

        stillwatch hub member key forum lab-a
    """
    with _extra():
        from stillwatch.services.hub import desk
    say(*desk.new_key(folder, name), as_json=as_json)


@member_app.command("end-key")
def member_end_key(
    folder: Folder,
    key: Annotated[str, typer.Argument(help="Id of the key, as `member list` says it.")],
    as_json: Json = False,
) -> None:
    """End a key now.

    Example:

        stillwatch hub member end-key forum 3f9a0c1d2e4b5a67
    """
    with _extra():
        from stillwatch.services.hub import desk
    say(*desk.end_key(folder, key), as_json=as_json)


@circle_app.command("add")
def circle_add(
    folder: Folder,
    name: Name,
    tlp: Annotated[
        str, typer.Option(help="Strictest TLP 2.0 level that may enter: clear … red.")
    ] = "amber",
    title: Annotated[str, typer.Option(help="What members see.")] = "",
    unsigned: Annotated[
        bool, typer.Option("--unsigned", help="Let objects in that stand under no seal.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Make a circle; in TAXII's words, a collection.

    Example:

        stillwatch hub circle add forum distillation --tlp amber
    """
    with _extra():
        from stillwatch.services.hub import desk
    say(*desk.add_circle(folder, name, title, tlp, is_signed=not unsigned), as_json=as_json)


@circle_app.command("list")
def circle_list(folder: Folder, as_json: Json = False) -> None:
    """Say which circles there are and who sits in them.

    Example:

        stillwatch hub circle list forum
    """
    with _extra():
        from stillwatch.services.hub import desk
    say(*desk.list_circles(folder), as_json=as_json)


@circle_app.command("seat")
def circle_seat(
    folder: Folder,
    circle: Annotated[str, typer.Argument(help="Name of the circle.")],
    member: Annotated[str, typer.Argument(help="Name of the member.")],
    read: Annotated[bool, typer.Option("--read/--no-read", help="May read.")] = True,
    write: Annotated[bool, typer.Option("--write/--no-write", help="May write.")] = True,
    as_json: Json = False,
) -> None:
    """Give a member a seat in a circle; with neither right, take it away.

    Examples:

        stillwatch hub circle seat forum distillation lab-a

        stillwatch hub circle seat forum distillation lab-b --no-write
    """
    with _extra():
        from stillwatch.services.hub import desk
    say(*desk.seat(folder, circle, member, can_read=read, can_write=write), as_json=as_json)
