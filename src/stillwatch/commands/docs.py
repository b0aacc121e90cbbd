"""`stillwatch docs`: the pages of the documentation that are made from cards and schemas."""

import dataclasses
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

from stillwatch.catalog.check import check
from stillwatch.catalog.contract import PUBLISHED, read_mappings
from stillwatch.explain.pages import (
    CommandText,
    OptionText,
    SettingText,
    cards_page,
    commands_page,
    mapping_page,
    tables_page,
    with_columns,
)
from stillwatch.explain.technique_pages import techniques_page
from stillwatch.io.cards import read_catalog
from stillwatch.io.pages import read_page, write_pages
from stillwatch.settings import PREFIX, Settings

OF_THE_MACHINE = {"threads": "the machine's processors"}


def docs(out: Path, command_line: Any) -> list[str]:
    """Write the pages and say which files they are; `command_line` is Typer's own.

    `contract.md` is a person's page; only its column tables are written, where it is there.
    """
    catalog = read_catalog()
    mappings = (resources.files("stillwatch.catalog") / "mappings.toml").read_text("utf-8")
    elsewhere = read_mappings(mappings)
    pages = {
        "tables.md": tables_page(catalog, check(catalog)),
        "cards.md": cards_page(catalog),
        "techniques.md": techniques_page(catalog),
        "commands.md": commands_page(_commands(command_line), _settings()),
        "mapping-otel.md": mapping_page(elsewhere["otel"], PUBLISHED),
        "mapping-ocsf.md": mapping_page(elsewhere["ocsf"], PUBLISHED),
    }
    contract = read_page(out / "contract.md")
    if contract is not None:
        pages["contract.md"] = with_columns(contract, PUBLISHED)
    write_pages(out, pages)
    return sorted(pages)


def _commands(command_line: Any) -> list[CommandText]:
    return [
        CommandText(
            name=name,
            help=command.help,
            options=tuple(
                OptionText(
                    words=" / ".join([*option.opts, *option.secondary_opts]),
                    help=option.help,
                    is_required=option.required,
                )
                for option in command.params
            ),
        )
        for name, command in sorted(_verbs(command_line, ""))
    ]


def _verbs(group: Any, before: str) -> Iterator[tuple[str, Any]]:
    """Every command by its words; those of a group follow the group's own."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _verbs(command, f"{before}{name} ")
        else:
            yield f"{before}{name}", command


def _settings() -> list[SettingText]:
    return [
        SettingText(
            name=entry.name,
            default=OF_THE_MACHINE.get(entry.name, str(entry.default)),
            meaning=entry.metadata["meaning"],
            variable=f"{PREFIX}{entry.name.upper()}",
        )
        for entry in dataclasses.fields(Settings)
    ]
