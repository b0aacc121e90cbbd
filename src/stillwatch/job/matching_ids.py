"""Looks for the run's own accounts, organizations and campaigns in what leaves by a matching."""

from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.io.run_folder import read_table
from stillwatch.job.kept import Kept
from stillwatch.model.errors import SharingError
from stillwatch.sharing.leaks import LEAST_WORD
from stillwatch.sharing.match_names import runs_of


def own_ids(run: Path, known: Kept) -> set[str]:
    """Accounts and organizations as the history keeps their names, and campaigns and groups."""
    names = known.days["names"]
    kinds = pa.array(["account", "organization"], names.column("column").type)
    found = set(names.filter(pc.is_in(names.column("column"), kinds)).column("name").to_pylist())
    for table in ("campaigns", "candidates"):
        found |= set(read_table(run, table).column("campaign_id").to_pylist())
    return found - {None, ""}


def refuse_own(given: Mapping[str, str], own: set[str]) -> None:
    """Raise SharingError where an option names an identifier of ours, or has one as a part.

    Parts are looked at from as many letters on as words are in everything else that leaves.
    """
    for option, value in given.items():
        parts = {one for one in runs_of(value) if len(one) >= LEAST_WORD} | {value}
        if parts & own:
            what = "holds an account, an organization or a campaign of this run, and it leaves"
            raise SharingError(option, what, "choose another name")
