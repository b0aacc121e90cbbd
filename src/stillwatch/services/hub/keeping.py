"""Keeps a hub safe: backups, restoring them, and reading the audit log."""

from pathlib import Path
from typing import Any

import sqlalchemy as sa

from stillwatch.io.bundles import write_file
from stillwatch.model.errors import HubError
from stillwatch.services.hub.backup import read_backup, write_backup
from stillwatch.services.hub.database import migrate
from stillwatch.services.hub.desk import Answer, opened
from stillwatch.services.hub.folder import SETTINGS, new_hub
from stillwatch.services.hub.tables import audit
from stillwatch.services.hub.tables import hub as hub_table
from stillwatch.verifier.canonical import Damaged, decode
from stillwatch.verifier.chain import GENESIS, check_chain


def backup(folder: Path, out: Path) -> Answer:
    """Write the hub's database into one file, while it goes on serving."""
    with opened(folder) as hub:
        counts = write_backup(hub.engine, out)
    words = (
        f"{counts['objects']:,} objects and {counts['audit']:,} entries of the log are in {out}; "
        f"{SETTINGS} is not, so keep a copy of it"
    )
    return {"file": str(out), "rows": counts}, words


def restore(folder: Path, file: Path, said: dict[str, str]) -> Answer:
    """Make a new hub out of a backup, or leave nothing of it behind.

    Its own key is new: pages and tokens begun before end.
    """
    with new_hub(folder, said) as hub:
        migrate(hub.engine)
        counts = read_backup(hub.engine, file, _entries)
    words = f"{folder} holds {counts['objects']:,} objects again, and its log is whole"
    return {"folder": str(folder), "rows": counts}, words


def check_audit(folder: Path, out: Path | None) -> Answer:
    """Check that no entry of the log was changed, dropped or moved, and write it where asked."""
    with opened(folder) as hub:
        entries, last = _check(hub.engine)
    if out is not None:
        write_file(out, b"".join(entry + b"\n" for entry in entries))
    words = f"{len(entries):,} entries follow each other; the last is {last}"
    return {"entry_count": len(entries), "last_hash": last}, words


def _check(engine: sa.Engine) -> tuple[list[bytes], str]:
    with engine.connect() as connection:
        return _entries(connection)


def _entries(connection: sa.Connection) -> tuple[list[bytes], str]:
    told: Any = connection.execute(sa.select(hub_table)).one_or_none()
    if told is None:
        raise HubError("database", "holds no hub", "use another backup")
    rows = connection.execute(sa.select(audit.c.entry).order_by(audit.c.seq))
    entries = [bytes(row.entry) for row in rows]
    try:
        last = check_chain([decode(entry, f"audit entry {n}") for n, entry in enumerate(entries)])
    except Damaged as damage:
        raise HubError(damage.where, damage.what, "compare with a backup") from damage
    if (len(entries), last) != (told.audit_count, told.audit_hash if entries else GENESIS):
        raise HubError("audit", "does not end where the hub left it", "compare with a backup")
    return entries, last
