"""Keeps the room of a proof on disk: the plan, the prompts, and a journal that only grows."""

import fcntl
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from stillwatch.model.errors import ProofError
from stillwatch.verifier.canonical import Damaged, decode_lines, digest, encode
from stillwatch.verifier.chain import check_chain
from stillwatch.verifier.leaves import Leaf, as_value, read_leaf, read_leaves, write_leaves
from stillwatch.verifier.order import ANSWERED
from stillwatch.verifier.plan import Plan, read_plan
from stillwatch.verifier.recompute import MATERIALS
from stillwatch.verifier.seal import PROMPTS
from stillwatch.verifier.times import PLAN_STAMP

PLAN, JOURNAL, FINDINGS = "plan.json", "journal.jsonl", "findings.json"
MENDED = "make a new room; what is written in one is never mended"


def make_room(
    out: Path,
    plan: bytes,
    prompts: Sequence[Leaf],
    materials: Mapping[str, bytes],
    first: Mapping[str, Any],
) -> None:
    """Write a room whole, or not at all. Raises ProofError when the name is taken."""
    if out.exists():
        raise ProofError(str(out), "is there already", "a plan is fixed once; name another folder")
    partial = out.with_name(out.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    (partial / MATERIALS).mkdir(parents=True)
    (partial / PLAN).write_bytes(plan)
    (partial / PROMPTS).write_bytes(write_leaves(prompts))
    for name, data in materials.items():
        (partial / MATERIALS / name).write_bytes(data)
    (partial / JOURNAL).write_bytes(_line(first, None))
    os.replace(partial, out)


class Room:
    """An open room. One process at a time may write in it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        if not (path / JOURNAL).is_file():
            raise ProofError(str(path), "is no room of a proof", "make one with `prove plan`")
        self.entries: list[dict[str, Any]] = []
        self.exchanges: list[Leaf] = []
        self.torn = 0  # bytes of a half-written last line, which were cut off
        self._journal: IO[bytes] | None = None
        try:
            self.plan_bytes = (path / PLAN).read_bytes()
            self.plan: Plan = read_plan(self.plan_bytes)
            self.prompts = read_leaves((path / PROMPTS).read_bytes(), PROMPTS)
            self.materials = self._materials()
        except (OSError, Damaged) as error:
            raise ProofError(str(path), f"cannot be used ({error})", MENDED) from error

    def __enter__(self) -> "Room":
        journal = (self.path / JOURNAL).open("r+b")
        try:
            fcntl.flock(journal, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._read(journal)
        except BlockingIOError as error:
            journal.close()
            what = "is in use by another process"
            raise ProofError(str(self.path), what, "wait until it is done") from error
        except Damaged as damage:
            journal.close()
            raise ProofError(str(self.path), f"was changed ({damage})", MENDED) from damage
        self._journal = journal
        return self

    def __exit__(self, *_: object) -> None:
        if self._journal is not None:
            self._journal.close()
            self._journal = None

    def _read(self, journal: IO[bytes]) -> None:
        """The journal so far; a last line that was not finished is cut off and told."""
        data = journal.read()
        whole = data[: data.rfind(b"\n") + 1]
        self.torn = len(data) - len(whole)
        if self.torn:
            journal.truncate(len(whole))
            journal.seek(0, os.SEEK_END)
        for number, line in enumerate(decode_lines(whole, JOURNAL), 1):
            where = f"{JOURNAL} line {number}"
            if not isinstance(line, dict) or set(line) != {"entry", "leaf"}:
                raise Damaged(where, "is no line of a journal")
            self.entries.append(line["entry"])
            if line["leaf"] is not None:
                leaf = read_leaf(line["leaf"], where)
                if line["entry"]["body"].get("leaf") != leaf.hash:
                    raise Damaged(where, "names another answer than the one beside it")
                self.exchanges.append(leaf)
        check_chain(self.entries)
        answered = sum(one["action"] == ANSWERED for one in self.entries)
        if self.entries[0]["body"].get("plan") != digest(self.plan_bytes):
            raise Damaged(PLAN, "is not the plan that the journal begins with")
        if answered != len(self.exchanges):
            raise Damaged(JOURNAL, "names an answer that is not there")

    def append(self, entry: Mapping[str, Any], leaf: Leaf | None = None) -> None:
        """Write one entry, and the answer it stands for, so that a power cut cannot undo it."""
        if self._journal is None:
            raise ProofError(str(self.path), "is not open", "open it first")
        self._journal.write(_line(entry, leaf))
        self._journal.flush()
        os.fsync(self._journal.fileno())
        self.entries.append(dict(entry))
        if leaf is not None:
            self.exchanges.append(leaf)

    def _materials(self) -> dict[str, bytes]:
        found = {}
        for name in self.plan.materials:
            path = self.path / MATERIALS / name
            if not path.is_file() or digest(path.read_bytes()) != self.plan.materials[name]:
                raise Damaged(MATERIALS + name, "is not what the plan fixed")
            found[name] = path.read_bytes()
        return found

    @property
    def plan_token(self) -> bytes | None:
        """The authority's token on the plan, where there is one."""
        path = self.path / PLAN_STAMP
        return path.read_bytes() if path.is_file() else None

    def keep(self, name: str, data: bytes) -> None:
        """Write a file beside the journal."""
        partial = self.path / (name + ".partial")
        partial.write_bytes(data)
        os.replace(partial, self.path / name)

    def findings(self) -> bytes:
        """The findings as they were scored last."""
        path = self.path / FINDINGS
        if not path.is_file():
            raise ProofError(str(self.path), "was not scored", "run `prove score` first")
        return path.read_bytes()


def _line(entry: Mapping[str, Any], leaf: Leaf | None) -> bytes:
    return encode({"entry": dict(entry), "leaf": None if leaf is None else as_value(leaf)}) + b"\n"
