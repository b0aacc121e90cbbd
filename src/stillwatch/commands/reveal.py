"""`stillwatch match reveal`: which identifiers of a campaign at least k laboratories hold."""

import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stillwatch.crypto.oprf import public_key
from stillwatch.io.cards import read_catalog
from stillwatch.io.exchange import Exchange
from stillwatch.io.match_room import read_key
from stillwatch.job.kept import accounts_of, identifiers, read_kept
from stillwatch.job.reveal import Table, reveal
from stillwatch.model.errors import SharingError


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The answer for a machine and for a person."""

    as_json: Mapping[str, Any]
    in_words: str


def reveal_key(secret: Path, epoch: str) -> Told:
    """The public key by which others check our answers in this epoch."""
    key = public_key(read_key(secret), epoch).hex()
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
    keys, seed = _labs(labs), read_key(secret)
    if keys.get(me) != public_key(seed, epoch):
        what = f"does not give '{me}' the key of your secret in the epoch {epoch}"
        raise SharingError(str(labs), what, "print it with `stillwatch match reveal-key`")
    if not 2 <= least <= len(keys):
        what = f"is {least}, and has to be from 2 to the {len(keys)} laboratories of {labs}"
        raise SharingError("--least", what, "choose another")
    known = read_kept(run, history)
    held = identifiers(known, accounts_of(known, campaign), accounts, read_catalog())
    named = {f"{kind} {item}": sorted(names) for (kind, item), names in sorted(held.items())}
    table = Table(me=me, keys=keys, seed=seed, epoch=epoch, least=least, ledger=ledger)
    found = reveal(table, [name.encode() for name in named], Exchange(place, me, 60 * minutes))
    rows = [
        {
            "indicator": (name := one.indicator.decode("utf-8", "replace")),
            "labs": one.members,
            "do_not_fit": one.liars,
            "our_accounts": named.get(name, []),
        }
        for one in found
    ]
    kinds = Counter(str(row["indicator"]).partition(" ")[0] for row in rows)
    count = ", ".join(f"{number} {kind}" for kind, number in sorted(kinds.items())) or "nothing"
    words = f"{len(named):,} identifiers were compared; {least} of {len(keys)} labs hold {count}."
    lines = [f"  {row['indicator']}: {', '.join(row['labs'])}" for row in rows]
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
    if len(found) != len(rows) or any(not name.isprintable() or "/" in name for name in found):
        raise SharingError(str(file), "names a laboratory twice, or by no word", remedy)
    return found
