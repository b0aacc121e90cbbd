"""Opens the hub's database, SQLite or PostgreSQL, and brings it to the form that we write."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from stillwatch.model.errors import HubError

MIGRATE = "run `stillwatch hub migrate` on the hub's folder"
BUSY_SECONDS = 30
# Connections of a worker; a PostgreSQL with its usual 100 carries four workers.
POOL = 24
# A server that went away without a word is given up after so long.
PATIENCE = {
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}


def open_database(url: str) -> sa.Engine:
    """The engine of a database, with what makes its commits last and its readers not wait."""
    try:
        parsed = sa.make_url(url)
        if parsed.get_backend_name() == "sqlite":
            return _sqlite(url)
        if parsed.get_backend_name() == "postgresql":
            unsaid = {name: most for name, most in PATIENCE.items() if name not in parsed.query}
            return sa.create_engine(
                parsed.set(drivername="postgresql+psycopg"), pool_size=POOL, max_overflow=0,
                pool_pre_ping=True, connect_args=unsaid,
            )  # fmt: skip
    except sa.exc.ArgumentError as error:
        raise HubError("database", "is no address of a database", "give its URL") from error
    what = f"{parsed.get_backend_name()} is not a database that the hub can use"
    raise HubError("database", what, "use sqlite or postgresql")


def _sqlite(url: str) -> sa.Engine:
    # Without end: writers who wait must not keep a reader from his connection.
    engine = sa.create_engine(
        url, pool_size=POOL, max_overflow=-1, connect_args={"check_same_thread": False}
    )

    @sa.event.listens_for(engine, "connect")
    def settle(connection: Any, _: Any) -> None:
        # The driver begins no transaction by itself; `begin` below does.
        connection.isolation_level = None
        for pragma in (
            f"busy_timeout = {BUSY_SECONDS * 1000}",
            "journal_mode = WAL",
            "synchronous = FULL",  # what was acknowledged outlives a loss of power
            "foreign_keys = ON",
            "mmap_size = 4294967296",
            "cache_size = -65536",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        is_writing = connection.get_execution_options().get("is_writing", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")

    return engine


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction that will write: SQLite takes its lock at once instead of failing later."""
    with engine.connect().execution_options(is_writing=True) as connection, connection.begin():
        yield connection


def config() -> Config:
    """Where the migrations are."""
    made = Config()
    made.set_main_option("script_location", "stillwatch.services.hub:migrations")
    made.set_main_option("path_separator", "os")
    return made


def migrate(engine: sa.Engine, to: str = "head") -> str:
    """Bring the database to a revision while others read and write it; say which it has now."""
    made = config()
    with engine.connect().execution_options(is_writing=True) as connection:
        made.attributes["connection"] = connection
        command.upgrade(made, to)
    return revision(engine) or ""


def revision(engine: sa.Engine) -> str | None:
    """The revision that the database has."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest() -> str:
    """The revision that this version writes."""
    return str(ScriptDirectory.from_config(config()).get_current_head())


def check_revision(engine: sa.Engine) -> None:
    """Raise HubError when the database is of another form than this version needs."""
    try:
        found = revision(engine)
    except sa.exc.SQLAlchemyError as error:
        raise HubError("database", "cannot be reached", "start it, or mend its address") from error
    if found is None:
        raise HubError("database", "holds no hub", MIGRATE)
    script = ScriptDirectory.from_config(config())
    known = {one.revision for one in script.walk_revisions()}
    # A database ahead of us is one that a newer version has widened; it still takes our rows.
    if found in known and found != newest():
        raise HubError("database", f"is at revision {found}, not {newest()}", MIGRATE)
