"""`stillwatch docs`: the pages of the documentation that are made from cards and schemas."""

import dataclasses
from collections.abc import Sequence
from importlib import resources
from pathlib import Path

from stillwatch.catalog.check import check
from stillwatch.catalog.contract import PUBLISHED, read_mappings
from stillwatch.explain.pages import (
    CommandText,
    SettingText,
    cards_page,
    commands_page,
    mapping_page,
    tables_page,
    with_columns,
)
from stillwatch.io.cards import read_catalog
from stillwatch.io.pages import read_page, write_pages
from stillwatch.settings import PREFIX, Settings

OF_THE_MACHINE = {"threads": "the machine's processors"}


def docs(out: Path, commands: Sequence[CommandText]) -> list[str]:
    """Write the pages and say which files they are.

    `contract.md` is a person's page; only its column tables are written, where it is there.
    """
    catalog = read_catalog()
    mappings = read_mappings(resources.files("stillwatch.catalog").joinpath("mappings.toml").read_text("utf-8"))
    settings = [
        SettingText(
            name=entry.name,
            default=OF_THE_MACHINE.get(entry.name, str(entry.default)),
            meaning=entry.metadata["meaning"],
            variable=f"{PREFIX}{entry.name.upper()}",
        )
        for entry in dataclasses.fields(Settings)
    ]
    pages = {
        "tables.md": tables_page(catalog, check(catalog)),
        "cards.md": cards_page(catalog),
        "commands.md": commands_page(commands, settings),
        "mapping-otel.md": mapping_page(mappings["otel"], PUBLISHED),
        "mapping-ocsf.md": mapping_page(mappings["ocsf"], PUBLISHED),
    }
    contract = read_page(out / "contract.md")
    if contract is not None:
        pages["contract.md"] = with_columns(contract, PUBLISHED)
    write_pages(out, pages)
    return sorted(pages)
