"""`stillwatch match reveal`: which identifiers of a campaign at least k laboratories hold."""

import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stillwatch.crypto.oprf import SEED_BYTES, public_key
from stillwatch.io.cards import read_catalog
from stillwatch.io.circles import read_secret
from stillwatch.io.exchange import Exchange
from stillwatch.job.kept import accounts_of, identifiers, read_kept
from stillwatch.job.matching_ids import own_ids, refuse_own
from stillwatch.job.reveal import Table, reveal
from stillwatch.model.errors import SharingError
from stillwatch.model.visible import visible
from stillwatch.sharing.match_names import epoch_given, is_name, name_given


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The answer for a machine and for a person."""

    as_json: Mapping[str, Any]
    in_words: str


def reveal_key(secret: Path, epoch: str) -> Told:
    """The public key by which others check our answers in this epoch."""
    epoch_given(epoch)
    key = public_key(_seed(secret), epoch).hex()
    return Told(as_json={"epoch": epoch, "key": key}, in_words=f"key of {epoch}: {key}")


def reveal_of(
    run: Path,
    history: Path,
    campaign: str,
    *,
    accounts: Path | None,
    me: str,
    labs: Path,
    secret: Path,
    epoch: str,
    least: int,
    place: Path,
    ledger: Path,
    minutes: float,
) -> Told:
    """Take part in one round, and say what opened."""
    name_given("--me", me)
    epoch_given(epoch)
    keys, seed = _labs(labs), _seed(secret)
    if keys.get(me) != public_key(seed, epoch):
        what = f"does not give '{me}' the key of your secret in the epoch {epoch}"
        raise SharingError(str(labs), what, "print it with `stillwatch match reveal-key`")
    if not 2 <= least <= len(keys):
        what = f"is {least}, and has to be from 2 to the {len(keys)} laboratories of {labs}"
        raise SharingError("--least", what, "choose another")
    known = read_kept(run, history)
    refuse_own({"--me": me, "--epoch": epoch}, own_ids(run, known))
    held = identifiers(known, accounts_of(known, campaign), accounts, read_catalog())
    named = {f"{kind} {item}": sorted(names) for (kind, item), names in sorted(held.items())}
    table = Table(me=me, keys=keys, seed=seed, epoch=epoch, least=least, ledger=ledger)
    found = reveal(table, [name.encode() for name in named], Exchange(place, me, 60 * minutes))
    rows: list[dict[str, Any]] = [
        {
            "indicator": (name := one.indicator.decode("utf-8", "replace")),
            "labs": one.members,
            "do_not_fit": one.liars,
            "our_accounts": named.get(name, []),
        }
        for one in found
    ]
    kinds = Counter(visible(row["indicator"].partition(" ")[0], 40) for row in rows)
    count = ", ".join(f"{number} {kind}" for kind, number in sorted(kinds.items())) or "nothing"
    words = f"{len(named):,} identifiers were compared; {least} of {len(keys)} labs hold {count}."
    # What opens may be what other laboratories made up.
    lines = [f"  {visible(row['indicator'], 200)}: {', '.join(row['labs'])}" for row in rows]
    told = {"compared": len(named), "opened": rows}
    return Told(as_json=told, in_words="\n".join([words, *lines]))


def _labs(file: Path) -> dict[str, bytes]:
    """Laboratories and their public keys of the epoch."""
    remedy = "write a table [[lab]] with `name` and `key` (hex) for each laboratory"
    try:
        rows = tomllib.loads(file.read_text("utf-8"))["lab"]
        found = {str(row["name"]): bytes.fromhex(row["key"]) for row in rows}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SharingError(str(file), f"is no list of laboratories ({error})", remedy) from error
    if len(found) != len(rows) or not all(map(is_name, found)):
        raise SharingError(str(file), "names a laboratory twice, or by no short name", remedy)
    return found


def _seed(file: Path) -> bytes:
    """Our own secret: as many bytes as the function takes."""
    seed = read_secret(file)
    if len(seed) != SEED_BYTES:
        remedy = f"make one: head -c {SEED_BYTES} /dev/urandom > reveal.secret"
        raise SharingError(str(file), f"has {len(seed)} bytes, not {SEED_BYTES}", remedy)
    return seed
