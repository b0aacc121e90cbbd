"""What operators do, kind by kind and care by care."""

from collections import Counter
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from stillwatch.evals.campaigns import KINDS, CampaignPlan
from stillwatch.evals.scene import Lines, blended
from stillwatch.evals.texts import TextPool, own_texts
from stillwatch.evals.traffic import Traffic, make_traffic
from stillwatch.model.errors import SettingError

START = datetime(2026, 3, 2, tzinfo=UTC)
# AD-004 is one wording of AD-005's kind; who buys transcripts (AD-042) sends nothing.
SHOWN = {f"AD-{number:03}" for number in range(1, 45)} - {"AD-004", "AD-042"}


@pytest.fixture(scope="module")
def pool() -> TextPool:
    """Our own texts."""
    return own_texts(4)


def played(pool: TextPool, plan: CampaignPlan, days: int = 10, seed: int = 5) -> Traffic:
    """One campaign among a handful of honest accounts."""
    return make_traffic(
        seed=seed, honest_accounts=120, days=days, start=START, campaigns=[plan], texts=pool
    )


def rows_of(traffic: Traffic, *columns: str) -> list[dict[str, object]]:
    """The campaign's own exchanges, work alone, in order of time."""
    mask = traffic.truth_exchanges["is_hostile"]
    return traffic.exchanges.filter(mask).select(list(columns)).to_pylist()


def test_every_published_method_has_a_kind() -> None:
    """Forty-two kinds, each a method of the threat catalogue that shows in traffic."""
    assert len(KINDS) == 42
    assert {way.technique for way in KINDS.values()} == SHOWN


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_kind_plays_at_every_care(pool: TextPool, kind: str) -> None:
    """Each kind sends cover when it should, and work from every account that sends at all."""
    for care, share in (("naive", 0.0), ("careful", 0.2), ("adaptive", 0.7)):
        plan = CampaignPlan(
            kind=kind, accounts=30, requests_per_account_day=8, start_day=1, days=7,
            care=care, cover_share=share,
        )  # fmt: skip
        traffic = played(pool, plan)
        truth = traffic.truth.filter(traffic.truth["is_hostile"])
        assert truth.num_rows == 30
        assert set(truth["class"].to_pylist()) == {kind}
        mine = pc.is_in(traffic.exchanges["account_id"], truth["account_id"].combine_chunks())
        work = pc.sum(traffic.truth_exchanges["is_hostile"]).as_py()
        cover = pc.sum(mine).as_py() - work
        assert work > 100
        assert abs(cover / (work + cover) - share) < 0.2
        senders = pc.unique(traffic.exchanges["account_id"].filter(mine)).to_pylist()
        assert len(senders) > 20
        assert {row["account_id"] for row in rows_of(traffic, "account_id")} == set(senders)


def test_an_unknown_kind_is_refused_with_the_known_ones() -> None:
    """A typing error in a plan names the kinds there are."""
    with pytest.raises(SettingError, match="forced_reasoning"):
        played(own_texts(1), CampaignPlan(kind="guessing"))


def test_a_list_is_dealt_out_without_overlap(pool: TextPool) -> None:
    """Hardly any request of a campaign is asked by two of its accounts."""
    plan = CampaignPlan(kind="task_writing", accounts=40, requests_per_account_day=10, days=8)
    asked = Counter(row["prompt_text"] for row in rows_of(played(pool, plan), "prompt_text"))
    assert sum(asked.values()) - len(asked) < 0.02 * sum(asked.values())


def test_a_sweep_asks_each_problem_several_times_at_different_temperatures(
    pool: TextPool,
) -> None:
    """Samples for rejection: few problems, many answers."""
    plan = CampaignPlan(kind="benchmark_sweep", accounts=30, requests_per_account_day=12, days=8)
    rows = rows_of(played(pool, plan), "prompt_text", "request_temperature")
    assert len({row["prompt_text"] for row in rows}) < 0.7 * len(rows)
    assert len({row["request_temperature"] for row in rows}) >= 4


def test_a_replayed_block_was_issued_earlier_to_another_account(pool: TextPool) -> None:
    """Blocks cross accounts within the campaign, and never before they exist."""
    traffic = played(pool, CampaignPlan(kind="block_replay", accounts=30, days=8))
    issued: dict[str, tuple[str, datetime]] = {}
    crossed = 0
    for row in traffic.exchanges.to_pylist():
        for block in row["reasoning_blocks_presented"] or []:
            if block in issued:
                assert issued[block][1] <= row["received_at"]
                crossed += issued[block][0] != row["account_id"]
        for block in row["reasoning_blocks_issued"] or []:
            assert block not in issued
            issued[block] = (row["account_id"], row["received_at"])
    assert crossed > 100


def test_banned_accounts_fall_silent_and_others_carry_on(pool: TextPool) -> None:
    """A farm loses half of its accounts on one day and is back with new ones."""
    plan = CampaignPlan(kind="account_farm", accounts=40, days=9, requests_per_account_day=10)
    traffic = played(pool, plan)
    hostile = traffic.truth.filter(traffic.truth["is_hostile"])["account_id"].to_pylist()
    ended = {
        row["account_id"]: row["occurred_at"]
        for row in traffic.account_events.to_pylist()
        if row["account_id"] in hostile
    }
    assert len(ended) == 20
    after: set[str] = set()
    for row in rows_of(traffic, "account_id", "received_at"):
        name = str(row["account_id"])
        assert name not in ended or row["received_at"] <= ended[name]
        if row["received_at"] > max(ended.values()):  # type: ignore[operator]
            after.add(name)
    assert len(after) >= 15


def test_a_pivot_moves_half_of_the_traffic_within_a_day_of_the_release(pool: TextPool) -> None:
    """The new model gets about half of the work of its first day, and nothing before."""
    plan = CampaignPlan(kind="release_pivot", accounts=60, days=9, requests_per_account_day=15)
    traffic = played(pool, plan)
    release = max(row["released_at"] for row in traffic.model_releases.to_pylist())
    first_day = Counter()
    for row in rows_of(traffic, "received_at", "request_model"):
        new = row["request_model"] == "sable-5"
        age = (row["received_at"] - release).total_seconds() / 86_400  # type: ignore[operator]
        assert not (new and age < 0)
        if 0.5 < age < 1.0:
            first_day[new] += 1
    assert 0.3 < first_day[True] / sum(first_day.values()) < 0.75


def test_arbitrage_leaves_the_guarded_model_for_the_old_one(pool: TextPool) -> None:
    """After the hardening most work goes to the older model."""
    traffic = played(pool, CampaignPlan(kind="safeguard_arbitrage", accounts=40, days=10))
    models = [row["request_model"] for row in rows_of(traffic, "request_model")]
    third = len(models) // 3
    assert models[:third].count("sable-3") < 0.1 * third
    assert models[-third:].count("sable-3") > 0.7 * third


def test_a_relay_speaks_for_many_people_in_many_tongues(pool: TextPool) -> None:
    """One account of a relay carries several languages, an honest person one."""
    plan = CampaignPlan(kind="silent_relay", accounts=12, days=9, requests_per_account_day=25)
    said: dict[str, set[str]] = {}
    for row in rows_of(played(pool, plan), "account_id", "prompt_text"):
        scripts = {
            name
            for name, low, high in (("han", 0x4E00, 0x9FFF), ("cyrillic", 0x400, 0x4FF),
                                    ("hangul", 0xAC00, 0xD7A3), ("kana", 0x3040, 0x30FF))
            if any(low <= ord(letter) <= high for letter in str(row["prompt_text"]))
        }  # fmt: skip
        said.setdefault(str(row["account_id"]), set()).update(scripts)
    assert np.mean([len(scripts) >= 2 for scripts in said.values()]) > 0.7


def test_blending_keeps_every_writers_rows_and_renumbers_what_they_point_at() -> None:
    """System prompts and presented blocks still mean the same rows afterwards."""
    one = Lines(
        prompt=pa.array(["w0", "w1"]), systems=["s"], system=np.array([0, -1]),
        presents=np.array([-1, 0]),
    )  # fmt: skip
    two = Lines(prompt=pa.array(["c0", "c1"]), systems=["t"], system=np.array([-1, 0]))
    both = blended(one, np.array([1, 3]), two, np.array([0, 2]))
    assert both.prompt.to_pylist() == ["c0", "w0", "c1", "w1"]
    assert both.systems == ["s", "t"]
    assert both.system is not None
    assert both.system.tolist() == [-1, 0, 1, -1]
    assert both.presents is not None
    assert both.presents.tolist() == [-2, -1, -2, 1]


def test_an_edited_context_shows_one_block_under_several_instructions(pool: TextPool) -> None:
    """A block that was issued once is presented again and again, under other system prompts."""
    traffic = played(pool, CampaignPlan(kind="context_editing", accounts=30, days=8))
    shown: dict[str, set[object]] = {}
    for row in rows_of(traffic, "reasoning_blocks_presented", "system_text"):
        for block in row["reasoning_blocks_presented"] or []:  # type: ignore[attr-defined]
            shown.setdefault(block, set()).add(row["system_text"])
    assert np.mean([len(systems) >= 2 for systems in shown.values()]) > 0.5


def test_a_stolen_key_was_old_and_its_owner_goes_on(pool: TextPool) -> None:
    """The owner's requests come before and after the theft; the thief's client is another."""
    plan = CampaignPlan(kind="stolen_keys", accounts=30, days=9, requests_per_account_day=20)
    traffic = played(pool, plan)
    hostile = traffic.truth.filter(traffic.truth["is_hostile"])["account_id"].to_pylist()
    created = {row["account_id"]: row["created_at"] for row in traffic.accounts.to_pylist()}
    assert all(created[name] < START for name in hostile)
    table = traffic.exchanges.append_column("taken", traffic.truth_exchanges["is_hostile"])
    before: Counter[str] = Counter()
    beside: Counter[str] = Counter()
    agents: dict[bool, set[tuple[str, str]]] = {True: set(), False: set()}
    columns = ["account_id", "user_agent", "taken"]
    for row in table.select(columns).to_pylist():
        if row["account_id"] in hostile:
            agents[row["taken"]].add((row["account_id"], row["user_agent"]))
            known = (row["account_id"] in {name for name, _ in agents[True]}) and not row["taken"]
            (beside if known else before)[row["account_id"]] += not row["taken"]
    assert np.mean([before[name] > 0 for name in hostile]) > 0.8
    assert np.mean([beside[name] > 0 for name in hostile]) > 0.8
    assert len(agents[True] & agents[False]) < 0.3 * len(agents[True])


@pytest.mark.parametrize("kind", ["cloud_path", "aggregator_path"])
def test_who_comes_through_a_reseller_shows_no_client_and_few_addresses(
    pool: TextPool, kind: str
) -> None:
    """The campaign's metadata are the reseller's own, and so are those of honest customers."""
    traffic = played(pool, CampaignPlan(kind=kind, accounts=30, days=8))
    rows = rows_of(traffic, "user_agent", "client_fingerprint", "ip", "access_path")
    assert {row["user_agent"] for row in rows} == {row["client_fingerprint"] for row in rows}
    assert {row["user_agent"] for row in rows} == {None}
    mine = {row["ip"] for row in rows}
    assert len(mine) <= 48
    path = rows[0]["access_path"]
    same = traffic.exchanges.filter(pc.is_null(traffic.exchanges["user_agent"])).to_pylist()
    honest = traffic.truth.filter(pc.invert(traffic.truth["is_hostile"]))["account_id"].to_pylist()
    others = {r["ip"] for r in same if r["account_id"] in honest and r["access_path"] == path}
    assert others & mine


@pytest.mark.parametrize("kind", ["transfer_station", "shell_reseller"])
def test_a_reseller_mixes_strangers_requests_with_the_list(pool: TextPool, kind: str) -> None:
    """Most requests are other customers'; the role says so; the list is in every account."""
    traffic = played(pool, CampaignPlan(kind=kind, accounts=30, days=8))
    truth = traffic.truth.filter(traffic.truth["is_hostile"])
    assert set(truth["role"].to_pylist()) == {"mixed"}
    mine = pc.is_in(traffic.exchanges["account_id"], truth["account_id"].combine_chunks())
    listed = pc.sum(traffic.truth_exchanges["is_hostile"]).as_py()
    assert 0.1 < listed / pc.sum(mine).as_py() < 0.6


def hidden(pool: TextPool, seeds: range) -> list[dict[str, float]]:
    """What hiding looks like in careful campaigns, one a seed: medians over their accounts."""
    found = []
    for seed in seeds:
        plan = CampaignPlan(
            kind="rubric_reward", accounts=30, requests_per_account_day=20, days=5,
            care="careful", cover_share=0.0,
        )  # fmt: skip
        traffic = played(pool, plan, days=5, seed=seed)
        wanted = ("account_id", "request_temperature", "asn", "organization_id")
        rows = rows_of(traffic, *wanted)
        of_account: dict[object, dict[str, set[object]]] = {}
        for row in rows:
            mine = of_account.setdefault(row["account_id"], {name: set() for name in wanted})
            for name in wanted:
                mine[name].add(row[name])
        firms = Counter(next(iter(mine["organization_id"])) for mine in of_account.values())
        firms.pop(None, None)
        found.append(
            {
                "heats": float(
                    np.median([len(m["request_temperature"]) for m in of_account.values()])
                ),
                "operators": float(np.median([len(m["asn"]) for m in of_account.values()])),
                "firm": max(firms.values(), default=0),
            }
        )
    return found


def test_some_operators_hide_in_noise_and_others_do_not(pool: TextPool) -> None:
    """Of careful campaigns some wobble, some rotate households, some register firms; not all."""
    found = hidden(pool, range(40, 52))
    for name, many in (("heats", 4), ("operators", 6), ("firm", 2)):
        share = np.mean([one[name] >= many for one in found])
        assert 0 < share < 1, name


def test_honest_programs_have_parts_and_few_tinker(pool: TextPool) -> None:
    """Most honest accounts keep one set of parameters, many have a few, hardly any has many."""
    traffic = make_traffic(
        seed=8, honest_accounts=600, days=4, start=START, campaigns=[], texts=pool
    )
    sets: dict[str, set[object]] = {}
    busy = Counter(traffic.exchanges["account_id"].to_pylist())
    columns = ("request_temperature", "request_max_tokens", "request_top_p", "request_stream")
    for row in traffic.exchanges.select(["account_id", *columns]).to_pylist():
        if busy[row["account_id"]] >= 10:
            sets.setdefault(row["account_id"], set()).add(tuple(row[name] for name in columns))
    counts = np.array([len(mine) for mine in sets.values()])
    assert np.mean(counts == 1) > 0.4
    assert 0.1 < np.mean((counts > 1) & (counts <= 6)) < 0.6
    assert np.mean(counts > 6) < 0.1
