"""Scans day after day with one history: names, campaign ids, clocks, digests and cards."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import feather

from fakes import level_bits
from stillwatch.io.cards import read_catalog
from stillwatch.job.scan import Request, run_scan
from stillwatch.job.write import Outcome
from stillwatch.model.errors import Faults, SourceError
from stillwatch.model.evidence import Bits, LinkBits, Posterior
from stillwatch.settings import Settings

START = datetime(2026, 3, 2, tzinfo=UTC)
FAR = datetime(9999, 12, 30, tzinfo=UTC)
CARD = """
id = "{id}"
title = "A test's"
technique = "AD-001"
status = "experimental"
subject = ["cluster"]
family = "timeline"
reads = {reads}
why = "a test says so"
blind_spots = ["all"]
false_positives = ["none"]
triage = "look"
sentence = "{{value}}"
query = '''{query}'''
bands = [0.5]
"""


def rows(day: int, people: range, gang: range = range(0), each: int = 12) -> list[dict[str, Any]]:
    """One day of people who share nothing, and of a gang that shares an address and a template."""
    found: list[dict[str, Any]] = []
    for account in [*people, *gang]:
        mine = account in gang
        for number in range(each):
            at = START + timedelta(days=day, minutes=60 * number + account % 60)
            words = f"{account * 7919 + day * 31 + number:x}"
            found.append(
                {
                    "exchange_id": f"x-{day}-{account}-{number}",
                    "received_at": at,
                    "account_id": f"acct-{account}",
                    "organization_id": f"org-{account}",
                    "request_model": "m1",
                    "ip": "192.0.2.7" if mine else f"198.51.{account // 200}.{account % 200}",
                    "user_agent": "harvest/1" if mine else f"agent/{account}",
                    "prompt_text": f"Grade the answer of the student step by step: {words}"
                    if mine
                    else f"what about {words} and {words}",
                }
            )
    return found


def log(path: Path, *days: list[dict[str, Any]]) -> str:
    """The rows of these days as one Parquet file."""
    pq.write_table(pa.Table.from_pylist([row for day in days for row in day]), path)
    return str(path)


@pytest.fixture(scope="module")
def bits(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Bits by hand, with which a cluster that shares address and client is a campaign."""
    level = [
        level_bits(card.id, step, 5.0)
        for card in read_catalog().detectors
        if "cluster" in card.subject and card.explains is None
        for step in range(1, len(card.bands) + 1)
    ]
    link = [
        LinkBits(kind=card.id, step=step, bits=8.0, same_pairs=9, other_pairs=1)
        for card in read_catalog().links
        for step in range(8)
    ]
    posterior = [Posterior(subject="cluster", offset=-3.0)]
    found = Bits(measured_on="a test", level=level, link=link, posterior=posterior)
    path = tmp_path_factory.mktemp("bits") / "bits.json"
    path.write_bytes(msgspec.json.encode(found))
    return str(path)


def scan(out: Path, log: str, bits: str = "", *, request: Any = None, **settings: Any) -> Outcome:
    """One scan into a new folder."""
    asked = Request(exchanges=[log], out=out, **(request or {}))
    chosen = Settings(threads=1, memory_limit="500MB", bits=bits, **settings)
    return run_scan(asked, chosen, lambda *_: None)


def record(out: Path) -> dict[str, Any]:
    """The run's record."""
    found: dict[str, Any] = json.loads((out / "run.json").read_text("utf-8"))
    return found


def accounts(out: Path) -> set[str]:
    """The accounts with a verdict."""
    return set(pq.read_table(out / "verdicts.parquet").column("account_id").to_pylist())


def test_an_account_of_an_earlier_day_that_is_absent_today_keeps_its_name(tmp_path: Path) -> None:
    """The second day's verdicts name the accounts of both days."""
    history = str(tmp_path / "history")
    scan(tmp_path / "one", log(tmp_path / "1.parquet", rows(0, range(6))), history=history)
    scan(tmp_path / "two", log(tmp_path / "2.parquet", rows(1, range(3, 9))), history=history)
    assert accounts(tmp_path / "two") == {f"acct-{number}" for number in range(9)}


def test_with_a_key_the_history_keeps_pseudonyms_and_takes_no_other_key(tmp_path: Path) -> None:
    """No identifier is in the folder; another key, or none, is refused before anything is read."""
    for name in ("a", "b"):
        (tmp_path / name).write_bytes(name.encode() * 40)
    history, key = str(tmp_path / "history"), str(tmp_path / "a")
    one = log(tmp_path / "1.parquet", rows(0, range(6)))
    two = log(tmp_path / "2.parquet", rows(1, range(3, 9)))
    scan(tmp_path / "one", one, history=history, pseudonym_key=key)
    files = list((tmp_path / "history").rglob("*.arrow"))
    assert files
    for path in files:
        assert "acct-" not in str(feather.read_table(path).to_pylist()), path
    for other in ("", str(tmp_path / "b")):
        with pytest.raises(SourceError, match="another pseudonym key"):
            scan(tmp_path / "no", two, history=history, pseudonym_key=other)
    scan(tmp_path / "two", two, history=history, pseudonym_key=key)
    assert len(accounts(tmp_path / "two")) == 9
    assert all(name.startswith("p1_") for name in accounts(tmp_path / "two"))


def test_a_campaign_keeps_its_id_though_its_accounts_change(tmp_path: Path, bits: str) -> None:
    """What the second day's scan finds of the same gang goes by the first day's id and says so."""
    history = str(tmp_path / "history")
    people = range(100, 500)
    first = scan(
        tmp_path / "one", log(tmp_path / "1.parquet", rows(0, people, range(12))), bits,
        history=history,
    )  # fmt: skip
    assert len(first.campaigns) == 1
    id_ = first.campaigns[0].campaign_id
    second = log(tmp_path / "2.parquet", rows(1, people, range(4, 20)))
    alone = scan(tmp_path / "alone", second, bits)
    assert [one.campaign_id for one in alone.campaigns] != [id_]
    later = scan(tmp_path / "two", second, bits, history=history)
    assert [one.campaign_id for one in later.campaigns] == [id_]
    assert later.campaigns[0].history == (f"known from an earlier run as {id_}",)
    assert later.campaigns[0].account_ids != first.campaigns[0].account_ids


def test_a_campaign_was_detected_when_the_first_scan_detected_it(tmp_path: Path, bits: str) -> None:
    """The next day's scan takes over the time; without the first day it would be the second's."""
    history = str(tmp_path / "history")
    first, second = (
        log(tmp_path / f"{day}.parquet", rows(day, range(100, 500), range(12))) for day in (0, 1)
    )
    found = scan(tmp_path / "one", first, bits, history=history).campaigns[0]
    standing = tmp_path / "history" / "standing.json"
    known = json.loads(standing.read_text())
    earlier = found.detected_at - timedelta(minutes=1)
    known["campaigns"][found.campaign_id]["detected_at"] = earlier.isoformat()
    standing.write_text(json.dumps(known))
    later = scan(tmp_path / "two", second, bits, history=history).campaigns[0]
    assert found.first_seen_at < earlier
    assert later.detected_at == earlier


def test_a_scan_that_fails_leaves_the_history_as_it_was(tmp_path: Path) -> None:
    """Neither day nor campaigns are written unless the run is."""
    history = tmp_path / "history"
    scan(tmp_path / "one", log(tmp_path / "1.parquet", rows(0, range(6))), history=str(history))
    before = {path: path.stat().st_mtime_ns for path in history.rglob("*")}
    again = log(tmp_path / "2.parquet", rows(0, range(3)))
    with pytest.raises(SourceError, match="already holds 2026-03-02"):
        scan(tmp_path / "two", again, history=str(history))
    assert {path: path.stat().st_mtime_ns for path in history.rglob("*")} == before
    assert not (tmp_path / "two").exists()


def test_one_wrong_clock_does_not_move_the_scan(tmp_path: Path) -> None:
    """A row of the year 9999 is left out and counted, and history does not hold its day."""
    wrong = rows(2, range(1), each=1)[0] | {"exchange_id": "wrong", "received_at": FAR}
    given = log(tmp_path / "log.parquet", rows(0, range(20)), rows(1, range(20)), [wrong])
    scan(tmp_path / "run", given, history=str(tmp_path / "history"))
    found = record(tmp_path / "run")
    assert found["as_of"] == "2026-03-03T11:19:00+00:00"
    assert found["window"]["end"] == "2026-03-04T00:00:00+00:00"
    assert found["counts"]["exchanges"] == 480
    warnings = {name.partition(":")[0]: n for name, n in found["rejected"]["warnings"].items()}
    assert warnings == {"clock ahead": 1}
    days = sorted(path.name for path in (tmp_path / "history").iterdir() if path.is_dir())
    assert days == ["2026-03-02", "2026-03-03"]


def test_a_few_late_rows_of_a_kept_day_do_not_stop_the_next_scan(tmp_path: Path) -> None:
    """They are left out and counted: their day was kept without them."""
    history = str(tmp_path / "history")
    scan(tmp_path / "one", log(tmp_path / "1.parquet", rows(0, range(20))), history=history)
    late = rows(0, range(1), each=1)[0] | {"exchange_id": "late"}
    scan(tmp_path / "two", log(tmp_path / "2.parquet", rows(1, range(20)), [late]), history=history)
    found = record(tmp_path / "two")
    assert found["counts"]["exchanges"] == 480
    assert {name.partition(":")[0] for name in found["rejected"]["warnings"]} == {"late"}


def test_a_time_given_ends_the_scan_there(tmp_path: Path) -> None:
    """With --as-of the days after it are left out; before the first day there is nothing."""
    given = log(tmp_path / "log.parquet", rows(0, range(9)), rows(1, range(9)))
    scan(tmp_path / "run", given, request={"as_of": START + timedelta(hours=23)})
    assert record(tmp_path / "run")["counts"]["exchanges"] == 108
    with pytest.raises(SourceError, match="no exchange of a day to look at"):
        scan(tmp_path / "none", given, request={"as_of": START - timedelta(days=1)})


def test_the_record_has_the_digest_of_every_file_that_was_given(tmp_path: Path) -> None:
    """Logs and side tables: role, path, bytes and SHA-256."""
    given = log(tmp_path / "log.parquet", rows(0, range(6)))
    side = tmp_path / "accounts.csv"
    side.write_text("account_id,plan\nacct-1,api\n")
    scan(tmp_path / "run", given, request={"side": {"accounts": side}})
    assert record(tmp_path / "run")["inputs"] == [
        {
            "role": role,
            "path": str(path),
            "bytes": path.stat().st_size,
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        }
        for role, path in (("exchanges", Path(given)), ("accounts", side))
    ]


def releases(folder: Path) -> dict[str, Any]:
    """A table of one outside model, as an option of a request."""
    path = folder / "outside.csv"
    path.write_text("name,released_at\nother-model,2026-03-01T00:00:00Z\n")
    return {"side": {"competitor_releases": path}}


def test_a_table_that_no_card_reads_is_said_to_be_unread(tmp_path: Path) -> None:
    """Nobody may think that outside releases were weighed when they were not."""
    given = log(tmp_path / "log.parquet", rows(0, range(6)))
    scan(tmp_path / "run", given, request=releases(tmp_path))
    said = ["the table competitor_releases was given, and no card reads it yet"]
    assert record(tmp_path / "run")["notes"] == said
    scan(tmp_path / "without", given)
    assert record(tmp_path / "without")["notes"] == []


def own_card(folder: Path, id_: str, query: str, reads: list[str]) -> str:
    """A folder of cards with one detector."""
    path = folder / "cards" / "detectors" / f"{id_}.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(CARD.format(id=id_, query=query, reads=json.dumps(reads)))
    return str(folder / "cards")


def test_a_card_of_ones_own_can_read_outside_releases(tmp_path: Path, bits: str) -> None:
    """The table has a key and a day for each release; then nothing is said to be unread."""
    query = """
    select m.cluster_id as subject_id, 1.0 as value, count(r.day_no) as support
    from members m cross join competitor_releases r where r.day_no = 20513 group by m.cluster_id
    """
    cards = own_card(tmp_path, "outside", query, ["members", "competitor_releases"])
    given = log(tmp_path / "log.parquet", rows(0, range(100, 500), range(12)))
    scan(tmp_path / "run", given, bits, cards=cards, request=releases(tmp_path))
    signals = pq.read_table(tmp_path / "run" / "signals.parquet")
    assert "outside" in signals.column("detector_id").to_pylist()
    assert record(tmp_path / "run")["notes"] == []


def test_wrong_cards_of_ones_own_stop_a_scan_with_all_faults(tmp_path: Path) -> None:
    """Before the log is looked at, each fault with its card's file."""
    own_card(tmp_path, "lost", "select subject_id, value, 1 as support from nowhere", ["nowhere"])
    cards = own_card(
        tmp_path, "wrong", "select subject_id, no_count as value, 1 as support from subject_total",
        ["subject_total"],
    )  # fmt: skip
    with pytest.raises(Faults) as caught:
        scan(tmp_path / "run", str(tmp_path / "absent.parquet"), cards=cards)
    told = sorted(str(fault) for fault in caught.value.exceptions)
    assert len(told) == 2
    assert "detectors/lost.toml: reads unknown tables nowhere" in told[0]
    assert "detectors/wrong.toml" in told[1]
    assert "no_count" in told[1]


def test_equal_traffic_has_equal_parameters_in_every_format(tmp_path: Path) -> None:
    """A column that Parquet lacks is one that JSON lines leave empty."""
    given = [row | {"request_temperature": 0.7} for row in rows(0, range(6))]
    parquet = log(tmp_path / "log.parquet", given)
    lines = tmp_path / "log.jsonl"
    lines.write_text("\n".join(json.dumps(row, default=datetime.isoformat) for row in given))
    kept = []
    for name, path in (("p", parquet), ("j", str(lines))):
        scan(tmp_path / name, path, history=str(tmp_path / f"history-{name}"))
        trait = feather.read_table(tmp_path / f"history-{name}" / "2026-03-02" / "trait_day.arrow")
        kept.append(np.sort(trait.column("trait_id").to_numpy()).tolist())
    assert kept[0] == kept[1]
