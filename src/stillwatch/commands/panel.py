"""`stillwatch prove panel`: build, extend and show the reference models of a style comparison."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from stillwatch.forensics.panel import (
    checked,
    free_of,
    joined,
    models_of,
    overview,
    panel_of,
    statistics_of,
    unpacked,
    without,
)
from stillwatch.io.bundles import read_file, write_file
from stillwatch.io.panels import (
    TABLE,
    default_statistics,
    read_answers,
    read_lineage,
    read_suspect,
)
from stillwatch.io.progress import Teller
from stillwatch.model.errors import SourceError, raise_faults
from stillwatch.verifier.canonical import Damaged, digest, encode_lines
from stillwatch.verifier.fitness import LEAST_LINEAGES
from stillwatch.verifier.likeness import Model
from stillwatch.verifier.panel_file import Panel, Statistics, read_panel, write_panel

Answer = tuple[Any, str]  # for a machine, and in words


def build(
    folder: Path | None,
    out: Path,
    *,
    omitted: Sequence[str],
    suspect: Path | None,
    prompts: Path | None,
    counts: bool,
    quiet: bool,
) -> Answer:
    """Check a folder of answers and pack it into the one file that a plan names."""
    if folder is None:
        if omitted or suspect or prompts:
            what = "the shipped panel holds no answers"
            raise SourceError("panel", what, "name a folder, or leave those options out")
        return _written(unpacked(default_statistics(), "shipped panel"), out)
    with Teller(quiet=quiet) as tell:
        tell("read", 0, 3)
        panel = without(_from_folder(folder), frozenset(omitted))
        tell("check", 1, 3)
        _check_names(omitted, folder)
        checked(panel, str(folder))
        if suspect is not None:
            free_of(panel, read_suspect(suspect), str(suspect))
        tell("write", 2, 3)
        if prompts is not None:
            _write_prompts(panel, prompts)
        return _written(statistics_of(panel) if counts else panel, out)


def extend(panel: Path, folder: Path, out: Path, *, quiet: bool) -> Answer:
    """Add the models of a folder to a panel; only prompts that both were asked stay."""
    with Teller(quiet=quiet) as tell:
        tell("read", 0, 2)
        had = _opened(panel)
        if not isinstance(had, Panel):
            what = "holds counts alone, to which nothing can be added"
            raise SourceError(str(panel), what, "extend the panel it was counted from")
        whole = joined(had, _from_folder(folder), str(folder))
        tell("check", 1, 2)
        return _written(checked(whole, str(folder)), out)


def show(panel: Path | None) -> Answer:
    """What a panel holds and how much it can carry."""
    found = unpacked(default_statistics(), "shipped panel") if panel is None else _opened(panel)
    return _told(found, "the shipped panel" if panel is None else str(panel))


def _opened(path: Path) -> Panel | Statistics:
    if path.is_dir():
        return _from_folder(path)
    try:
        return read_panel(read_file(path), str(path))
    except Damaged as damage:
        raise SourceError(damage.where, damage.what, "build it with `prove panel build`") from None


def _from_folder(folder: Path) -> Panel:
    where = str(folder / TABLE)
    models, said = models_of(read_lineage(folder), where), read_answers(folder)
    known = {one.name for one in models}
    faults: list[SourceError] = [
        SourceError(where, f"names {one.name}, of which there are no answers", "add or drop it")
        for one in models
        if one.name not in said
    ]
    faults += [
        SourceError(where, f"has no line for {name}, which answers", "add its lineage")
        for name in sorted(said)
        if name not in known
    ]
    raise_faults(f"{folder} cannot be a panel", faults)
    return panel_of(models, said)


def _check_names(omitted: Sequence[str], folder: Path) -> None:
    known = {row.get("model") for row in read_lineage(folder)}
    for name in omitted:
        if name not in known:
            raise SourceError("--without", f"{name} is not in the panel", "name a model of it")


def _write_prompts(panel: Panel, path: Path) -> None:
    rows: list[Mapping[str, str]] = [
        {"id": f"panel-{number:04}", "prompt": text} for number, text in enumerate(panel.prompts, 1)
    ]
    write_file(path, encode_lines(list(rows)))


def _written(panel: Panel | Statistics, out: Path) -> Answer:
    data = write_panel(panel)
    write_file(out, data)
    facts, said = _told(panel, str(out))
    return facts | {"file": str(out), "sha256": digest(data)}, f"{said}\nPanel: {out}"


def _told(panel: Panel | Statistics, where: str) -> Answer:
    holds_text = isinstance(panel, Panel)
    count = len(panel.prompts) if isinstance(panel, Panel) else len(panel.prompt_ids)
    found = overview(panel.models, count)
    facts = asdict(found) | {
        "holds_text": holds_text,
        "least_null_lineages": LEAST_LINEAGES,
        "teachers": {
            name: [_row(one) for one in panel.models if one.is_column and one.source == name]
            for name in found.null_lineages
        },
    }
    held = "answers" if holds_text else "counts, and no answer"
    lines = [
        f"{where}: {found.models} models of {found.lineages} lineages on {count} prompts ({held})",
        "Lineages believed unrelated to each teacher:",
    ]
    for name, nulls in found.null_lineages.items():
        note = ""
        if name in found.undisclosed:
            note = "  (discloses nothing: named as a nearest teacher, and calibrates nothing)"
        versions = ", ".join(one["name"] for one in facts["teachers"][name])
        lines.append(f"  {name}: {nulls}{note}  [{versions}]")
    most = max(found.null_lineages.values(), default=0)
    if most < LEAST_LINEAGES:
        lines.append(f"Too few: no score is given below {LEAST_LINEAGES}, and 32 are better.")
    if not found.taught_lineages:
        lines.append("It names no documented students, so there will be no likelihood ratio.")
    return facts, "\n".join(lines)


def _row(one: Model) -> dict[str, str]:
    return {"name": one.name, "lineage": one.lineage, "released": one.released}
