"""`stillwatch prove canary`: plan, witness, issue, score and reveal keyed choices; their power."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import msgspec

from stillwatch.explain.words import some
from stillwatch.forensics import canary as canaries
from stillwatch.forensics.canary_draft import CanaryDraft, drafted
from stillwatch.forensics.habits import Habit, keep
from stillwatch.forensics.journal import instant
from stillwatch.forensics.power import Setting, canaries_needed, power
from stillwatch.io import clock
from stillwatch.io.bundles import read_json_lines, read_toml, write_file
from stillwatch.io.canary_room import CanaryRoom, make_canary_room
from stillwatch.io.run_folder import read_run, read_table
from stillwatch.model.errors import Faults, ProofError, SettingError
from stillwatch.verifier.canary import Reply, folded
from stillwatch.verifier.canary_plan import draw, plan_digest
from stillwatch.verifier.canonical import digest, encode, encode_lines

Answer = tuple[Any, str]  # for a machine, and in words
PLAYED = 7  # seed of the calculator


def plan(file: Path, out: Path, run: Path | None) -> Answer:
    """Fix canaries, accounts and key, and say what to publish."""
    try:
        draft = msgspec.convert(read_toml(file), CanaryDraft)
    except msgspec.ValidationError as error:
        remedy = "write it as docs/how-to/prove.md shows"
        raise SettingError(str(file), str(error), remedy) from error
    campaigns: list[Mapping[str, Any]] = []
    if run is not None:
        read_run(run)
        campaigns = read_table(run, "campaigns").to_pylist()
    made, habits = drafted(draft, campaigns, str(file))
    key = clock.salt()
    commitment = canaries.commit(made, key, instant(clock.now()))
    make_canary_room(out, made, key, commitment, [asdict(one) for one in habits])
    facts = asdict(commitment) | {"canaries": len(made.canaries), "units": len(made.units)}
    said = (
        f"{len(made.canaries)} canaries for {some(len(made.units), 'unit')} of accounts: {out}\n"
        f"Publish before the first serving: {commitment.digest}\n"
        f"Then a witness adds a number: stillwatch prove canary witness {out} --nonce ...\n"
        f"Keep {out} secret: it holds the key."
    )
    return facts, said


def witness(folder: Path, nonce: str) -> Answer:
    """Add what a witness chose after the commitment, so that no key can have been tried before."""
    with CanaryRoom(folder) as room:
        room.witness(nonce)
    return {"nonce": nonce.strip()}, f"The draws of {folder} now depend on {nonce.strip()!r}"


def issue(
    folder: Path, account: str | None, canary: str | None, answer: str, requests: Path | None
) -> Answer:
    """The answer that an account gets; it is in the log before it is printed."""
    wanted = _requests(account, canary, answer, requests)
    given = []
    with CanaryRoom(folder) as room:
        for one in wanted:
            text = _kept(room, one)
            issued = canaries.issue(
                room.plan,
                room.key,
                room.nonce,
                room.log,
                account_id=one["account"],
                canary_id=one["canary"],
                at=instant(clock.now()),
                answer=text,
            )
            room.append(issued.serving)
            given.append({"account": one["account"], "canary": one["canary"]})
            given[-1] |= {"answer": issued.answer, "number": str(issued.serving.number)}
        end = canaries.log_end(room.log)
    facts = {"served": given, "log_end": end, "lines": len(room.log)}
    said = "\n".join(one["answer"] for one in given)
    return facts, f"{said}\nLog: {some(len(room.log), 'line')}, ends with {end}"


def _requests(
    account: str | None, canary: str | None, answer: str, requests: Path | None
) -> list[dict[str, str]]:
    if requests is None:
        if account is None or canary is None:
            what = "needs an account and a canary"
            raise SettingError("issue", what, "give --account and --canary, or --requests")
        return [{"account": account, "canary": canary, "answer": answer}]
    found = []
    for number, (_, value) in enumerate(read_json_lines(requests), 1):
        names = ("account", "canary")
        if not isinstance(value, dict) or not all(isinstance(value.get(n), str) for n in names):
            what, remedy = "names no account or canary", 'write {"account": "...", "canary": "..."}'
            raise ProofError(f"{requests} line {number}", what, remedy)
        found.append({"answer": "", **{name: str(part) for name, part in value.items()}})
    return found


def _kept(room: CanaryRoom, one: Mapping[str, str]) -> str:
    """An answer with the drawn habit worked in; other canaries bring their own answer."""
    known = next((h for h in room.habits if h["habit_id"] == one["canary"]), None)
    unit = next((u for u in room.plan.units if one["account"] in u.account_ids), None)
    if known is None or unit is None:
        return one["answer"]
    habit = Habit(**{**known, "wordings": tuple(known["wordings"]), "cues": tuple(known["cues"])})
    canary = next(c for c in room.plan.canaries if c.canary_id == one["canary"])
    drawn = draw(plan_digest(room.plan), room.key, room.nonce, unit.unit_id, canary)
    return keep(habit, one["answer"], drawn)


def score(folder: Path, replies: Path) -> Answer:
    """Score a suspect's replies against the log; one test alone, without plan or bundle."""
    with CanaryRoom(folder) as room:
        found = canaries.judge(
            room.plan,
            room.key,
            room.nonce,
            room.commitment,
            room.log,
            canaries.log_end(room.log),
            _replies(room, replies),
        )
    facts = asdict(found.result) | {"sentences": found.sentences, "limits": found.limits}
    lines = [*found.sentences, "", *(f"Limit: {one}" for one in found.limits)]
    return facts, "\n".join(lines)


def _replies(room: CanaryRoom, path: Path) -> list[Reply]:
    of_prompt = {folded(p): one.canary_id for one in room.plan.canaries for p in one.prompts}
    known = {one.canary_id for one in room.plan.canaries}
    found, faults = [], []
    for number, (_, value) in enumerate(read_json_lines(path), 1):
        row = value if isinstance(value, dict) else {}
        name = row.get("canary", of_prompt.get(folded(str(row.get("prompt", "")))))
        if name not in known or not isinstance(row.get("reply"), str):
            what = "belongs to no canary of the plan, or holds no reply"
            remedy = 'write {"prompt": "...", "reply": "..."} with a prompt of the plan'
            faults.append(ProofError(f"{path} line {number}", what, remedy))
            continue
        found.append(Reply(canary_id=name, text=row["reply"]))
    if faults:
        raise Faults(f"{path} cannot be scored", faults)
    return found


def reveal(folder: Path, out: Path, prompts: Path) -> Answer:
    """Write what a plan of a proof needs: log and key as a material, and the prompts to ask."""
    with CanaryRoom(folder) as room:
        end = canaries.log_end(room.log)
        data = encode(
            {
                "plan": asdict(room.plan),
                "key": room.key.hex(),
                "nonce": room.nonce,
                "commitment": asdict(room.commitment),
                "servings": [asdict(one) for one in room.log],
                "head": end,
            }
        )
        rows = [
            {"id": f"{one.canary_id}-{number}", "prompt": text}
            for one in room.plan.canaries
            for number, text in enumerate(one.prompts, 1)
        ]
        replies = room.plan.replies
    write_file(out, data)
    write_file(prompts, encode_lines(rows))
    facts = {"material": str(out), "sha256": digest(data), "prompts": len(rows), "log_end": end}
    said = (
        f"{out}: plan, log and key; whoever reads it knows every variant\n"
        f"{prompts}: {len(rows)} prompts, to be put {replies} times each"
    )
    return facts, said


def calculate(setting: Setting, wanted: float | None, simulations: int) -> Answer:
    """How often the test finds a suspect of this kind, or how many canaries that takes."""
    if wanted is not None:
        needed = canaries_needed(setting, wanted, PLAYED, simulations)
        facts: dict[str, Any] = asdict(setting) | {"wanted": wanted, "canaries": needed}
        told = "more than a thousand" if needed is None else f"about {needed}"
        said = f"{told} canaries of {setting.variants} variants find {wanted:.0%} of such suspects"
        return facts, f"{said}\n{_assumed(setting)}"
    found = power(setting, PLAYED, simulations)
    facts = asdict(setting) | asdict(found) | {"standard_error": found.standard_error}
    stop = found.canaries_until_stop
    early = "" if stop is None else f"; half of those by canary {stop:.0f}"
    said = (
        f"Found, number of canaries fixed: {found.by_p:.0%} (± {found.standard_error:.1%})\n"
        f"Found, stopping when one likes: {found.by_e:.0%}{early}\n{_assumed(setting)}"
    )
    return facts, said


def _assumed(setting: Setting) -> str:
    what = (
        "replies repeat"
        if setting.how == "spread"
        else "canaries are learnt, and replies to those repeat"
    )
    return (
        f"Assumed: {setting.uptake:.0%} of {what} the served variant, {setting.other:.0%} of the "
        f"others show none, alpha {setting.alpha:g} over {setting.names} names. Real uptake is not "
        "known; plan with both --how spread and --how learnt."
    )
