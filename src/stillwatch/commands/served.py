"""`stillwatch prove served`: from a scan's campaigns to trials that a plan can name."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from stillwatch.forensics.served import hauls
from stillwatch.forensics.trials import (
    haul_rows,
    matched_rows,
    prompt_rows,
    twin_rows,
)
from stillwatch.io.bundles import read_file, read_json_lines, write_file
from stillwatch.io.run_folder import read_run, read_table
from stillwatch.io.vault import read_vault
from stillwatch.model.errors import ProofError, SettingError, raise_faults
from stillwatch.verifier.canary import folded
from stillwatch.verifier.canonical import digest, encode, encode_lines
from stillwatch.verifier.served import slot_of

Answer = tuple[Any, str]  # for a machine, and in words
LEAST_KEY_BYTES = 32


def haul(run: Path, vault: Path, out: Path, only: Sequence[str], *, every: bool) -> Answer:
    """What each campaign of a run was served, out of the vault."""
    read_run(run)
    campaigns = read_table(run, "campaigns")
    known = campaigns["campaign_id"].to_pylist()
    for name in only:
        if name not in known:
            raise SettingError(
                "--campaign", f"'{name}' is none of the run's", f"use one of {known}"
            )
    flagged = read_table(run, "exchanges_flagged")
    found = hauls(campaigns, flagged, read_vault(vault), flagged_only=not every)
    found = {name: one for name, one in found.items() if not only or name in only}
    rows = haul_rows(found)
    write_file(out, encode_lines(rows))
    facts = {
        "haul": str(out),
        "campaigns": {
            name: {
                "answers": len(one.answers),
                "not_in_vault": one.not_in_vault,
                "empty": one.empty,
                "asked_again": one.asked_again,
                "asked_elsewhere": one.asked_elsewhere,
            }
            for name, one in found.items()
        },
    }
    lines = [
        f"campaign {name}: {len(one.answers):,} prompts that it alone sent; left out: "
        f"{one.asked_elsewhere:,} that others sent too, {one.asked_again:,} repeats, "
        f"{one.empty:,} without answer, {one.not_in_vault:,} not in the vault"
        for name, one in found.items()
    ]
    lines.append(f"Haul: {out} ({len(rows):,} answers; it holds text, keep it in the vault)")
    return facts, "\n".join(lines)


def twins(haul_file: Path, others: Path, out: Path, key: Path | None, nonce: str) -> Answer:
    """Trials of which of several answers a campaign was given."""
    listed: dict[str, list[str]] = {}
    for row in _rows(others, {"prompt": str, "answers": list}):
        listed.setdefault(folded(row["prompt"]), []).extend(str(one) for one in row["answers"])
    secret = None if key is None else _key(key)
    rows = twin_rows(_haul(haul_file), listed, secret, nonce)
    draws = None if secret is None else encode({"key": secret.hex(), "nonce": nonce})
    return _written(rows, out, "served_twins", draws)


def matched(haul_file: Path, candidates: Path, vault: Path, out: Path) -> Answer:
    """Trials of served prompts against like ones that nobody was served."""
    taken = _haul(haul_file)
    sent = {folded(text or "") for text in read_vault(vault)["prompt_text"].to_pylist()}
    listed = _rows(candidates, {"prompt": str, "answer": str})
    return _written(matched_rows(taken, listed, sent), out, "served_matched", None)


def draw(campaign: str, prompts: Path, key: Path, nonce: str, slots: int, out: Path) -> Answer:
    """What the key draws for each prompt of a campaign, before it is answered."""
    secret = _key(key)
    rows = [
        {
            "campaign": campaign,
            "prompt": row["prompt"],
            "slot": slot_of(secret, nonce, campaign, row["prompt"], slots),
            "slots": slots,
        }
        for row in _rows(prompts, {"prompt": str})
    ]
    write_file(out, encode_lines(rows))
    zeros = sum(row["slot"] == 0 for row in rows)
    said = f"{out}: {len(rows):,} draws of {slots}; slot 0, {zeros:,} times, withholds the answer"
    return {"draws": str(out), "prompts": len(rows), "zeros": zeros}, said


def _written(
    rows: Sequence[Mapping[str, Any]], out: Path, test: str, draws: bytes | None
) -> Answer:
    data = encode_lines([dict(row) for row in rows])
    files = {"trials.jsonl": data, "prompts.jsonl": encode_lines(prompt_rows([*map(dict, rows)]))}
    if draws is not None:
        files["draws.json"] = draws
    for name, content in files.items():
        write_file(out / name, content)
    counts = Counter(row["campaign"] for row in rows)
    named = ", ".join(f"{name} {count:,}" for name, count in counts.items())
    parameters = 'trials = "trials"' + (', draws = "draws"' if draws is not None else "")
    materials = ['trials = "trials.jsonl"'] + ['draws = "draws.json"'] * (draws is not None)
    said = (
        f"{out}: {len(rows):,} trials ({named})\n\nFor the plan:\n\n"
        'prompts = "prompts.jsonl"\n\n[materials]\n' + "\n".join(materials) + "\n\n"
        f'[[test]]\nname = "{test}"\nparameters = {{ {parameters} }}'
    )
    facts = {"trials": len(rows), "campaigns": dict(counts), "test": test}
    return facts | {"folder": str(out), "sha256": digest(data)}, said


def _haul(path: Path) -> list[dict[str, str]]:
    return _rows(path, {"campaign": str, "exchange": str, "prompt": str, "answer": str})


def _rows(path: Path, shape: Mapping[str, type]) -> list[dict[str, Any]]:
    """The lines of a file, each with the fields that are needed; all faults together."""
    found, faults = [], []
    for number, (_, value) in enumerate(read_json_lines(path), 1):
        lacks = [
            name
            for name, kind in shape.items()
            if not isinstance(value, dict) or not isinstance(value.get(name), kind)
        ]
        if lacks:
            what = f"has no fit value for {', '.join(lacks)}"
            faults.append(ProofError(f"{path} line {number}", what, "mend the line"))
        else:
            found.append(value)
    raise_faults(f"{path} cannot be used", faults)
    return found


def _key(path: Path) -> bytes:
    try:
        found = bytes.fromhex(read_file(path).decode("ascii").strip())
    except ValueError as error:
        raise ProofError(
            str(path), "holds no key in hexadecimal", "make one of 32 bytes"
        ) from error
    if len(found) < LEAST_KEY_BYTES:
        what = f"holds {len(found)} bytes"
        raise ProofError(str(path), what, f"make a key of {LEAST_KEY_BYTES}")
    return found
