"""`stillwatch match sketch` and `compare`: a campaign's behaviour without its people.

What a scan kept is all that is read: the run folder, the history and the accounts table.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.catalog.load import Catalog
from stillwatch.io.cards import read_catalog
from stillwatch.io.circles import read_secret
from stillwatch.io.side_tables import read_table
from stillwatch.io.sketches import reference_file
from stillwatch.job.kept import accounts_of, read_kept
from stillwatch.job.matching_ids import own_ids, refuse_own
from stillwatch.model.errors import SharingError
from stillwatch.model.inputs import Account
from stillwatch.pipeline import account_features
from stillwatch.sharing.behaviour import behaviour, coordinates
from stillwatch.sharing.leaks import refuse_leaks
from stillwatch.sharing.match_names import epoch_given, name_given
from stillwatch.sharing.sketch import Reference, Sketch, TooFew, read_reference, sketch
from stillwatch.sharing.sketch_match import NoSketch, match_sketch, read_sketch
from stillwatch.stages.cluster import cluster
from stillwatch.stages.identify import identify
from stillwatch.stages.link import link
from stillwatch.stages.templates import templates_of
from stillwatch.stages.traits import window_traits
from stillwatch.tables.query import Limits

THREADS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The answer for a machine and for a person."""

    as_json: dict[str, Any]
    in_words: str


def make_sketch(
    run: Path,
    history: Path,
    campaign: str,
    *,
    circle: str,
    circle_key: Path,
    own_key: Path,
    epoch: str,
    out: Path,
    dry_run: bool,
) -> Told:
    """Write the sketch of a campaign, or only show it."""
    name_given("--circle", circle)
    epoch_given(epoch)
    known, catalog = read_kept(run, history), read_catalog()
    own = own_ids(run, known)
    refuse_own({"--circle": circle, "--epoch": epoch}, own)
    reference = _reference(catalog)
    keys = sorted(known.key_of[name] for name in accounts_of(known, campaign))
    limits = Limits(threads=THREADS)
    features = account_features(known.days, {}, catalog, limits)
    accounts, rows = _behaviour(features, catalog)
    at = np.flatnonzero(np.isin(accounts, keys))
    held = window_traits(features, catalog.links, limits)
    pieces = templates_of(held.held_by(accounts[at]))
    try:
        made = sketch(
            rows[at],
            [pieces.get(account, ()) for account in accounts[at].tolist()],
            reference,
            secret=read_secret(own_key),
            circle_key=read_secret(circle_key),
            circle=circle,
            epoch=epoch,
            campaign_id=campaign,
        )
    except TooFew as error:
        raise SharingError(campaign, str(error), "sketch a larger campaign, or none") from error
    # Words that stand in every sketch: somebody's organization is called delta.
    fixed = {*Sketch.__struct_fields__, *made.reference.split()}
    data = msgspec.json.encode(made) + b"\n"
    refuse_leaks("match", data, own - fixed)
    if not dry_run:
        _write_once(out, data)
    words = (
        f"{'would write' if dry_run else 'wrote'} a sketch of at least {made.accounts_at_least} "
        f"accounts with {len(made.families)} families; ε {made.epsilon:g}, δ {made.delta:g}"
    )
    return Told(as_json=msgspec.to_builtins(made), in_words=words)


def compare(
    file: Path, run: Path, history: Path, *, accounts: Path | None, circle_key: Path, shown: int
) -> Told:
    """How like a peer's sketch our own clusters are."""
    known, catalog = read_kept(run, history), read_catalog()
    reference = _reference(catalog)
    try:
        given = read_sketch(file.read_bytes(), reference)
    except (NoSketch, OSError) as error:
        remedy = "ask the peer for a sketch made with your version"
        raise SharingError(str(file), str(error), remedy) from error
    side = (
        {}
        if accounts is None
        else {"accounts": identify(read_table(accounts, Account), "account_id")}
    )
    limits = Limits(threads=THREADS)
    features = account_features(known.days, side, catalog, limits)
    keys, rows = _behaviour(features, catalog)
    held = window_traits(features, catalog.links, limits)
    ties = link(held, features["account_total"], catalog.links, catalog.bits.link, THREADS).ties
    members = cluster(ties, THREADS).members
    names = {key: name for name, key in known.key_of.items()}
    groups, who = _groups(members, keys, names, known.campaigns)
    pieces = templates_of(held.held_by(pc.unique(members.column("account_id")).to_numpy()))
    theirs = {
        name: sorted({p for at in places for p in pieces.get(int(keys[at]), ())})
        for name, places in groups.items()
    }
    found = match_sketch(given, reference, rows, groups, theirs, read_secret(circle_key))
    matches = [one for one in found if one.is_match]
    told = {
        "threshold": reference.threshold,
        "matches": [{**msgspec.to_builtins(one), "accounts": who[one.cluster]} for one in matches],
        "nearest": [
            {**msgspec.to_builtins(one), "accounts": who[one.cluster]} for one in found[:shown]
        ],
    }
    lines = [
        f"{one.cluster}: likeness {one.likeness:.2f}, {one.families} families in common, "
        f"{len(who[one.cluster])} accounts"
        for one in matches
    ]
    best = f"; the nearest has {found[0].likeness:.2f}" if found else ""
    none = f"none of {len(found)} clusters is alike enough ({reference.threshold:.2f}){best}"
    return Told(as_json=told, in_words="\n".join(lines) or none)


def _behaviour(features: Mapping[str, pa.Table], catalog: Catalog) -> tuple[Any, Any]:
    markers = [card.id for card in catalog.markers]
    totals, days = features["account_total"], features["account_day"]
    return behaviour(totals, features["account_rotation"], days, markers)


def _groups(
    members: pa.Table, keys: Any, names: Mapping[int, str], campaigns: Mapping[str, Sequence[str]]
) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """The clusters and campaigns by name, as places in the rows and as accounts."""
    place = {key: at for at, key in enumerate(keys.tolist())}
    of: dict[str, list[int]] = {}
    pairs = zip(
        members.column("cluster_id").to_pylist(),
        members.column("account_id").to_pylist(),
        strict=True,
    )
    for number, account in pairs:
        of.setdefault(f"G-{number & (2**64 - 1):016x}", []).append(account)
    key_of = {name: key for key, name in names.items()}
    for name, some in campaigns.items():
        of[name] = [key_of[account] for account in some if account in key_of]
    groups = {name: np.array([place[a] for a in some if a in place]) for name, some in of.items()}
    return groups, {name: sorted(names.get(a, "?") for a in some) for name, some in of.items()}


def _reference(catalog: Catalog) -> Reference:
    reference = read_reference(reference_file())
    if reference.coordinates != coordinates([card.id for card in catalog.markers]):
        raise SharingError(
            "sketch",
            "your marker cards are others than those the reference was measured with",
            "sketch with the catalogue as it ships",
        )
    return reference


def _write_once(out: Path, data: bytes) -> None:
    """A second, other sketch of one campaign and epoch would spend the privacy bound twice."""
    if out.exists() and out.read_bytes() != data:
        raise SharingError(str(out), "holds another sketch", "wait for the next epoch")
    out.write_bytes(data)
