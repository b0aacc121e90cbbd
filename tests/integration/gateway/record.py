"""Makes the recorded log of the test fixtures from one run of the gateway.

    python record.py RUN_FOLDER FIXTURE_FOLDER

Takes one of each kind of request whose address is 127.0.0.1, and leaves each row as the proxy
wrote it but for what is no part of a log's meaning and may name the machine: tracebacks, the
price table, and ids that the proxy enciphers with its own key.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

TAG = re.compile(r"note-\d{3}")


def tag_of(row: dict[str, Any]) -> str:
    """The tag of the request that a log row is about: the last one in its messages."""
    return TAG.findall(json.dumps(row["messages"]))[-1]


def kind_of(sent: dict[str, Any]) -> tuple[Any, ...]:
    """Requests of one kind differ in their topic alone."""
    opening = " ".join(sent["prompt"].split()[1:4])
    return sent["account"], sent["model"], sent["stream"], sent["status"], opening


def scrub(row: dict[str, Any]) -> dict[str, Any]:
    """The row without what may name the machine."""
    row["model_map_information"]["model_map_value"] = None
    if row["error_information"].get("traceback"):
        row["error_information"]["traceback"] = "(left out)"
    if row["id"].startswith("resp_"):
        row["id"] = row["response"]["id"] = f"resp_{tag_of(row)}"
    row["api_base"] = row["hidden_params"]["api_base"] = "http://127.0.0.1"
    headers = (row["metadata"].get("requester_metadata") or {}).get("headers") or {}
    headers.pop("host", None)
    return row


def main(run: Path, fixtures: Path) -> None:
    """Write the recorded log and what was sent for it."""
    sent = [json.loads(line) for line in (run / "sent.jsonl").read_text().splitlines()]
    rows = [json.loads(line) for line in (run / "log.jsonl").read_text().splitlines()]
    kinds = {kind_of(row): row for row in reversed(sent) if row["ip"] == "127.0.0.1"}
    kept = list(reversed(kinds.values()))
    tags = {row["tag"] for row in kept}
    recorded = [scrub(row) for row in rows if tag_of(row) in tags]
    for name, values in (("litellm_recorded", recorded), ("litellm_recorded_sent", kept)):
        text = "".join(json.dumps(value, sort_keys=True) + "\n" for value in values)
        (fixtures / f"{name}.jsonl").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
