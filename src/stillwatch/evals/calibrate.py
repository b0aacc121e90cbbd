"""Measures what every level of every detector is worth, on traffic whose truth is known.

Levels are fitted together (`evals.fit`). Sums learnt on some traffic are too sure of themselves on
the rest, so the posterior's curve is fitted on what levels say of traffic whose author they never
met. The prior is set by `PRIOR_ODDS`, not by how many campaigns the traffic happened to hold.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, combinations

from stillwatch.catalog.load import Catalog
from stillwatch.evals.calibrate_links import learn_links
from stillwatch.evals.fit import OWN, Examples, Unseen, fit_curve, learn_levels, unseen
from stillwatch.evals.laboratory import Observed, observe
from stillwatch.evals.left_out import folds, kinds_name
from stillwatch.evals.recorded import Recorded, every_second, traffics
from stillwatch.evals.worlds import LEARN_SEEDS, LINK_SEEDS, World, worlds
from stillwatch.model.cards import DetectorCard
from stillwatch.model.evidence import Bits, LevelBits, Posterior
from stillwatch.model.inputs import SOURCES
from stillwatch.stats.crowds import LEAST_ACCOUNTS
from stillwatch.tables.query import Limits

PRIOR_ODDS = {"cluster": 0.04, "account": 0.0001, "member": 10.0}
LEAST_OFFSET, LEAST_SLOPE = 0.25, 0.03  # bits and share by which two curves differ
LEAST_HOSTILE_SHARE = 0.5
MOST_HONEST_SHARE = 0.1  # of hostile accounts in a cluster that is called honest

NONE: frozenset[str] = frozenset()

Tell = Callable[[str, int, int | None], None]


def subject_labels(seen: Observed) -> dict[tuple[str, int], bool]:
    """Which accounts and clusters attack; a cluster does when half of its accounts do.

    Clusters with fewer attackers, but more than a few, have no label, and neither have those of
    fewer accounts than `LEAST_ACCOUNTS`: mixtures and crumbs show what the linking missed, not
    what a campaign or a crowd looks like. Nor have those of few owners, which are never called:
    what one customer does with many accounts would teach what is common among strangers.
    """
    labels = {("account", key): bool(row["is_hostile"]) for key, row in seen.truth.items()}
    hostile: Counter[int] = Counter()
    size: Counter[int] = Counter()
    members = seen.run.members
    for cluster, account in zip(
        members.column("cluster_id").to_pylist(),
        members.column("account_id").to_pylist(),
        strict=True,
    ):
        size[cluster] += 1
        hostile[cluster] += bool(seen.truth[account]["is_hostile"])
    owners = {
        row["subject_id"]: row["owner_count"]
        for row in seen.run.features["cluster_account"].to_pylist()
    }
    for cluster, count in size.items():
        if owners.get(cluster, 0) < seen.least_owners:
            continue
        attacks = hostile[cluster] >= LEAST_HOSTILE_SHARE * count
        if count >= LEAST_ACCOUNTS and (attacks or hostile[cluster] <= MOST_HONEST_SHARE * count):
            labels["cluster", cluster] = attacks
    return labels


def examples_of(observed: Iterable[Observed]) -> dict[str, Examples]:
    """What detectors said of every labelled subject, by kind of subject."""
    found = {kind: Examples() for kind in PRIOR_ODDS}
    for world, seen in enumerate(observed):
        labels = subject_labels(seen)
        part = _parts(seen)
        levels: dict[tuple[str, int], dict[str, int]] = {key: {} for key in labels}
        signals = seen.run.signals.select(["detector_id", "subject_kind", "subject_id", "level"])
        for row in signals.to_pylist():
            key = row["subject_kind"], row["subject_id"]
            if key in levels:
                levels[key][row["detector_id"]] = row["level"]
        named = [(key[0], key, said) for key, said in levels.items()]
        members = _as_members(seen).items()
        named += [("member", ("account", account), said) for account, said in members]
        for kind, key, said in named:
            found[kind].add(
                said,
                attacks=labels[key],
                world=world,
                author=seen.author,
                kinds=part.get(key, NONE),
            )
    return found


def _as_members(seen: Observed) -> dict[int, dict[str, int]]:
    """What detectors said of accounts as members of clusters that attack."""
    levels: dict[int, dict[str, int]] = {one: {} for group in seen.groups for one in group}
    if seen.near is not None:
        for row in seen.near.to_pylist():
            levels[row["subject_id"]][row["detector_id"]] = row["level"]
    return levels


def _parts(seen: Observed) -> dict[tuple[str, int], frozenset[str]]:
    """The kinds of campaign that each account or cluster has part in."""
    kind = {key: row["class"] for key, row in seen.truth.items() if row["is_hostile"]}
    found = {("account", key): {str(name)} for key, name in kind.items()}
    members = seen.run.members
    for cluster, account in zip(
        members.column("cluster_id").to_pylist(),
        members.column("account_id").to_pylist(),
        strict=True,
    ):
        if account in kind:
            found.setdefault(("cluster", cluster), set()).add(str(kind[account]))
    return {key: frozenset(names) for key, names in found.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibrated:
    """What evidence is worth, and what it is worth to whom one author's traffic is unknown."""

    bits: Bits
    without: Mapping[str, Bits]  # by author or part of the kinds; links are those of all


def calibrate(
    catalog: Catalog,
    world: World,
    folder: str | None,
    limits: Limits,
    tell: Tell,
    *,
    others: Sequence[Recorded] = (),
    leave_out: bool = False,
) -> Calibrated:
    """Links on one set of worlds, levels and curves on another.

    `others` are worlds of other authors. Of each author every second one teaches links as well: a
    world more costs a pass, and teaches little new of those.
    """
    linking = every_second(others)
    total = len(LINK_SEEDS) + len(LEARN_SEEDS) + len(linking) + len(others)
    done = 0

    def observed(
        seeds: Sequence[int], theirs: Sequence[Recorded], bits: Bits
    ) -> Iterator[Observed]:
        nonlocal done
        mine = ((OWN, traffic) for _, traffic in worlds(seeds, world, "calibrate", folder))
        read = ((one.author, traffic) for one, _, traffic in traffics(theirs))
        for author, traffic in chain(mine, read):
            yield observe(traffic, replace(catalog, bits=bits), limits, author=author)
            done += 1
            tell("calibrate", done, total)

    where = ["own texts"] + ["half of the public sources"] * (folder is not None)
    names = sorted({one.author for one in others})
    bits = Bits(
        measured_on=" and ".join(where + [f"worlds of {', '.join(names)}"] * bool(names)),
        seeds=[*LINK_SEEDS, *LEARN_SEEDS],
        sources=[
            *([] if folder is None else ["the half named calibrate"]),
            *(one.name for one in others),
        ],
    )
    bits = replace(bits, link=learn_links(observed(LINK_SEEDS, linking, bits), catalog.links))
    examples = examples_of(observed(LEARN_SEEDS, others, bits))
    return Calibrated(
        bits=weighed(bits, examples, catalog.detectors),
        without=dict(_left_out(bits, examples, catalog, others)) if leave_out else {},
    )


def _left_out(
    bits: Bits, examples: Mapping[str, Examples], catalog: Catalog, others: Sequence[Recorded]
) -> Iterator[tuple[str, Bits]]:
    """What is learnt without each author, and without each part of the kinds of campaign."""
    for author in sorted({OWN, *(one.author for one in others)}):
        known = [name for name in bits.sources if not name.startswith(f"{author}/")]
        rest = {kind: one.without(author) for kind, one in examples.items()}
        yield author, weighed(replace(bits, sources=known), rest, catalog.detectors, whole=False)
    for number, kinds in enumerate(folds()):
        rest = {kind: one.without_kinds(kinds) for kind, one in examples.items()}
        yield kinds_name(number), weighed(bits, rest, catalog.detectors, whole=False)


def weighed(
    bits: Bits,
    examples: Mapping[str, Examples],
    cards: Sequence[DetectorCard],
    *,
    whole: bool = True,
) -> Bits:
    """The same with levels from all examples, and curves from how they do on what is new to them.

    Without `whole` there are neither intervals nor curves of logs that lack something.
    """
    levels: list[LevelBits] = []
    curves: list[Posterior] = []
    for kind in sorted(PRIOR_ODDS):
        level = learn_levels(kind, examples[kind], cards, intervals=whole)
        parts = unseen(kind, examples[kind], cards)
        found = fit_curve(kind, parts, PRIOR_ODDS[kind])
        if found is None:
            continue
        # A level's bits, less what all sums claim too much.
        levels += [one.times(found.slope) for one in level]
        curves.append(replace(found, slope=1.0))
        if whole:
            scaled = [part.times(found.slope) for part in parts]
            curves += curves_without(curves[-1], scaled, cards)
    return replace(bits, level=levels, posterior=curves)


def curves_without(
    whole: Posterior, parts: Sequence[Unseen], cards: Sequence[DetectorCard]
) -> list[Posterior]:
    """The curves of logs that lack sources, where they differ from those that lack fewer."""
    mine = [card for card in cards if whole.subject in card.subject and card.needs]
    relevant = [
        name for name, columns in sorted(SOURCES.items()) if any(columns & {*c.needs} for c in mine)
    ]
    curves = [whole]
    for size in range(1, len(relevant) + 1):
        for without in combinations(relevant, size):
            lacking = frozenset[str]().union(*(SOURCES[name] for name in without))
            silent = {card.id for card in mine if lacking & {*card.needs}}
            found = fit_curve(whole.subject, parts, PRIOR_ODDS[whole.subject], silent)
            known = max(
                (one for one in curves if set(one.without) < set(without)),
                key=lambda one: len(one.without),
            )
            if found is not None and _differ(found, known):
                curves.append(replace(found, without=list(without)))
    return curves[1:]


def _differ(one: Posterior, other: Posterior) -> bool:
    return (
        abs(one.offset - other.offset) > LEAST_OFFSET or abs(one.slope - other.slope) > LEAST_SLOPE
    )
