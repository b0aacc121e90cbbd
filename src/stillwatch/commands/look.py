"""`stillwatch look`: a run, one campaign or one account, in the terminal."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import RenderableType

from stillwatch.explain import look as views
from stillwatch.io.cards import read_catalog
from stillwatch.io.run_folder import read_run, read_table
from stillwatch.job.page import page
from stillwatch.model.errors import SettingError

SHOWN = ("campaigns", "candidates", "verdicts", "links", "timeline")


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What is printed, for a person and for a machine."""

    picture: RenderableType
    as_json: Mapping[str, Any]


def look(folder: Path, what: str | None, subject: str | None) -> View:
    """Show a run, or one of its campaigns or accounts. Raises RunError for unknown ids."""
    if what not in (None, "campaign", "account") or (what is not None) != (subject is not None):
        raise SettingError(
            "look",
            f"cannot show '{what}'",
            "use `look RUN`, or `campaign ID` or `account ID` after it",
        )
    record = read_run(folder)
    shown = page(record, {name: read_table(folder, name) for name in SHOWN}, read_catalog())
    if what is None or subject is None:
        return View(picture=views.overview(shown), as_json=views.overview_facts(shown))
    if what == "campaign":
        return View(
            picture=views.campaign(shown, subject), as_json=views.campaign_facts(shown, subject)
        )
    return View(picture=views.account(shown, subject), as_json=views.account_facts(shown, subject))
