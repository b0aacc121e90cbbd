"""Prints the benchmark's numbers as tables for a terminal."""

from collections.abc import Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table

Figures = Mapping[str, Any]
CARES = ("naive", "careful", "adaptive")
CLASSES_SHOWN = 12
CLASSES_OF_AUTHOR = 5


def tables(figures: Figures) -> RenderableType:
    """Bars first, then everything that they rest on."""
    parts = [
        _bars(figures["bars"]),
        _recall(figures),
        _kinds(figures["accounts"]["recall_by_kind"]),
        _honest(figures["accounts"]),
        _classes(figures["accounts"]["fpr_by_class"]),
        _campaigns(figures),
        _review(figures["review"]),
        _evasion(figures["evasion"]),
        _baselines(figures["baselines"]),
        _roles(figures["roles"]),
        _pooled(figures["pooled"]),
        _languages(figures["languages"]),
    ]
    if figures["held_out"] is not None:
        parts.append(_held_out(figures["held_out"]))
    return Group(*parts)


def authors_table(figures: Figures) -> RenderableType:
    """What was found and who was wronged in each author's worlds."""
    found = _table(
        "Traffic of other authors",
        "author",
        "naive",
        "careful",
        "adaptive",
        "honest flagged",
        "ece",
    )
    ranked = _table("Above what one honest account in a thousand exceeds", "author", *CARES)
    wronged = _table("Most wronged honest classes", "author", "class", "flagged")
    for author, told in figures["authors"].items():
        people = told["accounts"]
        found.add_row(
            author,
            *(said(people["recall_by_care"][care]) for care in CARES),
            rate(people["fpr"]),
            figure(told["calibration"]["overall"]["ece"]),
        )
        at_rate = told["at_one_in_a_thousand"]
        ranked.add_row(author, *(said(at_rate[care]) for care in CARES))
        classes = people["fpr_by_class"]
        for name in sorted(classes, key=lambda one: -classes[one]["value"])[:CLASSES_OF_AUTHOR]:
            if classes[name]["hits"]:
                wronged.add_row(author, name, rate(classes[name]))
    reviewed = _table("Found by who also looks at the groups below the alert level", *_REVIEW)
    for author, told in figures["authors"].items():
        for care, one in told["review"].items():
            reviewed.add_row(f"{author}, {care}", *_looked_at(one))
    return Group(found, ranked, wronged, reviewed)


_REVIEW = ("", "accounts found", "groups a world", "groups that attack", "honest listed")


def _review(figures: Figures) -> Table:
    table = _table("Found by who also looks at the groups below the alert level", *_REVIEW)
    for care, one in figures.items():
        table.add_row(care, *_looked_at(one))
    return table


def _looked_at(one: Figures) -> tuple[str, ...]:
    groups = f"{one['groups_a_world']:.1f}"
    return said(one["recall"]), groups, said(one["right"]), rate(one["honest"])


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left")
    for number, name in enumerate(columns):
        table.add_column(name, justify="right" if number else "left")
    return table


def said(share: Figures) -> str:
    """A share with its interval."""
    if not share["count"]:
        return "-"
    return f"{share['value']:.1%} ({share['low']:.1%} to {share['high']:.1%})"


def rate(share: Figures) -> str:
    """A small share: so many of so many, and the interval."""
    value, low, high = (_percent(share[name]) for name in ("value", "low", "high"))
    return f"{share['hits']:,} of {share['count']:,}: {value} ({low} to {high})"


def _percent(value: float) -> str:
    return f"{value:.1%}" if value >= 0.1 else f"{100 * value:.2g}%"


def figure(value: Any) -> str:
    """A number as short as it can be said; nothing where nothing was measured."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.1e}" if isinstance(value, float) and 0 < value < 1e-3 else f"{value:.3g}"


def measured(bar: Figures) -> str:
    """What was measured against a bar; a median that does not exist is endless."""
    is_endless = bar["measured"] is None and bar["is_met"] is False
    return "endless" if is_endless else figure(bar["measured"])


def verdict(bar: Figures) -> str:
    """Met or missed; neither where nothing was measured."""
    return "not measured" if bar["is_met"] is None else "met" if bar["is_met"] else "MISSED"


def _bars(bars: list[Figures]) -> Table:
    table = _table("Bars", "bar", "target", "measured", "")
    for bar in bars:
        table.add_row(bar["name"], bar["target"], measured(bar), verdict(bar))
    return table


def _recall(figures: Figures) -> Table:
    table = _table(
        "Campaign accounts found, by care of the operator",
        "care", "accounts", "recall", "whole campaigns", "detected", "median hours", "haul gone",
    )  # fmt: skip
    for care in CARES:
        share, time = figures["accounts"]["recall_by_care"][care], figures["time"][care]
        table.add_row(
            care,
            f"{share['count']:,}",
            said(share),
            said(figures["campaigns"][care]["whole"]),
            f"{time['found']} of {time['count']}",
            figure(time["median_hours"]) if time["median_hours"] is not None else "endless",
            figure(time["median_haul"]),
        )
    return table


def _kinds(kinds: Figures) -> Table:
    table = _table("Accounts found, by kind of campaign", "kind", *CARES)
    for kind, shares in kinds.items():
        cells = [f"{shares[care]['value']:.0%}" if care in shares else "" for care in CARES]
        table.add_row(kind, *cells)
    return table


def _honest(people: Figures) -> Table:
    table = _table("Honest accounts flagged", "what", "")
    table.add_row("accounts", rate(people["fpr"]))
    table.add_row("account-days", f"{people['honest_account_days']:,}")
    table.add_row("precision of flags", said(people["precision"]))
    for where, count in people["wronged_where"].items():
        table.add_row(where, str(count))
    for world in people["worlds"]:
        name = f"world {world['seed']}, {world['care'] or 'honest alone'}"
        told = f"{world['exchanges']:,} exchanges; {world['wronged']} of {world['honest']:,} honest"
        table.add_row(name, f"{told}, {world['found']} of {world['hostile']:,} hostile")
    return table


def _classes(classes: Figures) -> Table:
    """Whom it wrongs, class by class: the first thing to be judged by."""
    wronged = {name: share for name, share in classes.items() if share["hits"]}
    table = _table(
        f"Honest accounts flagged, by class ({len(wronged)} of {len(classes)} classes)",
        "class", "flagged of accounts, and interval",
    )  # fmt: skip
    for name, share in list(wronged.items())[:CLASSES_SHOWN]:
        table.add_row(name, rate(share))
    widest = max(classes, key=lambda name: classes[name]["high"], default=None)
    if widest:
        table.add_row(f"least known: {widest}", rate(classes[widest]))
    return table


def _campaigns(figures: Figures) -> Table:
    table = _table(
        "Campaigns as groups, and probabilities, by care",
        "care", "B-cubed P", "R", "F1", "adj. Rand", "Brier", "ECE",
    )  # fmt: skip
    for care in CARES:
        group = figures["campaigns"][care]
        sure = figures["calibration"].get(care, {"brier": None, "ece": None})
        values = (
            *(group[name] for name in ("precision", "recall", "f1", "adjusted_rand")),
            *(sure[name] for name in ("brier", "ece")),
        )
        table.add_row(care, *[figure(value) for value in values])
    overall = figures["calibration"]["overall"]
    table.caption = (
        f"over all worlds: Brier {figure(overall['brier'])}, ECE {figure(overall['ece'])}"
    )
    return table


def _evasion(paid: Figures) -> Table:
    table = _table(
        "The price of evasion: attack exchanges an account and day, before it was named",
        "care", "useful", "unwatched", "relative to naive", "requests a useful one", "cover",
    )  # fmt: skip
    names = ("yield", "unwatched", "relative", "requests_per_useful", "cover")
    for care in CARES:
        table.add_row(care, *[figure(paid[care][name]) for name in names])
    return table


def _baselines(told: Figures) -> Table:
    rates = list(told["methods"][0]["at"])
    columns = [f"recall at {rate}" for rate in rates]
    table = _table(
        f"Methods on the same {told['honest']:,} honest and {told['hostile']:,} hostile accounts",
        "method", *columns, *CARES, "best F1",
    )  # fmt: skip
    for method in told["methods"]:
        shares = [said(method["at"][rate]["recall"]) for rate in rates]
        cares = method["at"][rates[-1]]["of_care"]
        name = method["name"] + (" *" if method["knows_truth"] else "")
        by_care = [f"{cares[care]['value']:.0%}" if care in cares else "" for care in CARES]
        table.add_row(name, *shares, *by_care, figure(method["best_f1"]))
    lost = told["not_beaten"]
    table.caption = "By care: at our flags' rate. * looks at the truth. " + (
        f"Not beaten in {len(lost)} cells, such as "
        + "; ".join(f"{one['rival']} in {one['cell']}" for one in lost[:4])
        if lost
        else "Beaten in every cell."
    )
    return table


def _roles(roles: Figures) -> Table:
    table = _table("Roles of flagged campaign accounts", "true", "said", "accounts")
    for pair in roles["pairs"]:
        table.add_row(pair["true"], pair["said"] or "-", f"{pair['count']:,}")
    table.caption = f"right: {said(roles['right'])}"
    return table


def _pooled(pooled: Figures) -> Table:
    table = _table("Groups that the pooled test puts above its threshold", "groups", pooled["card"])
    table.add_row("unrelated people", said(pooled["people"]))
    for percent, share in pooled["power"].items():
        table.add_row(f"campaigns, {percent} % work", said(share))
    return table


def _languages(languages: Figures) -> Table:
    title = "Honest accounts flagged, the same people in each language"
    table = _table(title, "language", "flagged of accounts, and interval")
    for name, share in languages["by_language"].items():
        table.add_row(name, rate(share))
    table.caption = f"all intervals overlap: {figure(languages['overlap'])}"
    return table


def _held_out(told: Figures) -> Table:
    table = _table("Kinds that nothing was learnt from, careful operators", "kind", "recall")
    for kind, share in told["by_kind"].items():
        table.add_row(kind, said(share))
    table.add_row("all", said(told["recall"]))
    for number, fold in enumerate(told["folds"]):
        table.add_row(f"honest accounts flagged, fold {number + 1}", rate(fold["fpr"]))
    return table
