"""The whole world: tables as a provider has them, the truth beside them."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from stillwatch.evals.campaigns import KINDS, CampaignPlan
from stillwatch.evals.personas import PERSONAS
from stillwatch.evals.single_field import best_single_fields
from stillwatch.evals.texts import own_texts
from stillwatch.evals.traffic import Traffic, make_traffic
from stillwatch.model.inputs import Account, AccountEvent, ModelRelease, RawExchange
from stillwatch.tables.schema import schema_of

START = datetime(2026, 3, 2, tzinfo=UTC)
DAYS = 6


def world(seed: int, honest: int = 900, care: str = "careful") -> Traffic:
    """A small world with three campaigns."""
    plans = [
        CampaignPlan(kind=kind, accounts=40, requests_per_account_day=9, days=5, care=care)
        for kind in ("forced_reasoning", "agent_trajectories", "silent_relay")
    ]
    return make_traffic(
        seed=seed, honest_accounts=honest, days=DAYS, start=START, campaigns=plans,
        texts=own_texts(8),
    )  # fmt: skip


@pytest.fixture(scope="module")
def traffic() -> Traffic:
    """One world for tests that only look."""
    return world(3)


def test_equal_seeds_give_equal_worlds_and_other_seeds_others(traffic: Traffic) -> None:
    """Every table is the same to the byte, or not at all."""
    again, other = world(3), world(4)
    assert again.exchanges.equals(traffic.exchanges)
    assert again.accounts.equals(traffic.accounts)
    assert again.account_events.equals(traffic.account_events)
    assert again.truth.equals(traffic.truth)
    assert not other.exchanges.equals(traffic.exchanges)


def test_tables_fit_the_contract(traffic: Traffic) -> None:
    """Columns have the nouns' names and types; no required value is missing."""
    nouns = {
        RawExchange: traffic.exchanges,
        Account: traffic.accounts,
        AccountEvent: traffic.account_events,
        ModelRelease: traffic.model_releases,
    }
    for noun, table in nouns.items():
        schema = schema_of(noun)
        for field in table.schema:
            assert field.type == schema.field(field.name).type
        for field in schema:
            assert field.nullable or table[field.name].null_count == 0


def test_exchanges_are_in_order_unique_and_within_the_window(traffic: Traffic) -> None:
    """A log as it would be read, a chunk a day."""
    at = traffic.exchanges["received_at"].cast(pa.int64()).to_numpy()
    assert (np.diff(at) >= 0).all()
    names = traffic.exchanges["exchange_id"]
    assert pc.count_distinct(names).as_py() == len(names)
    assert pc.min(traffic.exchanges["received_at"]).as_py() >= START
    assert pc.max(traffic.exchanges["received_at"]).as_py() < START + timedelta(days=DAYS)
    assert traffic.exchanges["prompt_text"].num_chunks <= DAYS


def test_the_truth_names_every_account_and_every_exchange(traffic: Traffic) -> None:
    """Truth and logs speak of the same rows; hostile exchanges come from hostile accounts."""
    assert traffic.truth["account_id"].equals(traffic.accounts["account_id"])
    assert traffic.truth_exchanges["exchange_id"].equals(traffic.exchanges["exchange_id"])
    known = set(traffic.truth["account_id"].to_pylist())
    assert set(traffic.exchanges["account_id"].to_pylist()) <= known
    hostile = traffic.truth.filter(traffic.truth["is_hostile"])
    senders = traffic.exchanges.filter(traffic.truth_exchanges["is_hostile"])["account_id"]
    assert set(senders.to_pylist()) <= set(hostile["account_id"].to_pylist())
    assert hostile["campaign"].null_count == 0
    assert traffic.truth.filter(pc.invert(traffic.truth["is_hostile"]))["campaign"].null_count > 0


def test_every_persona_is_there_and_resellers_are_not_distillers(traffic: Traffic) -> None:
    """All walks of life, and the trade in access told apart from the theft of answers."""
    classes = set(traffic.truth["class"].to_pylist())
    assert {persona.name for persona in PERSONAS} <= classes
    sellers = traffic.truth.filter(pc.equal(traffic.truth["role"], "reseller"))
    assert not pc.any(sellers["is_hostile"]).as_py()


def test_nobody_speaks_before_signing_up_or_after_being_shut(traffic: Traffic) -> None:
    """Sign-up comes first; suspension and closing are the end."""
    created = dict(
        zip(
            traffic.accounts["account_id"].to_pylist(),
            traffic.accounts["created_at"].to_pylist(),
            strict=True,
        )
    )
    ended = {row["account_id"]: row["occurred_at"] for row in traffic.account_events.to_pylist()}
    for row in traffic.exchanges.select(["account_id", "received_at"]).to_pylist():
        assert created[row["account_id"]] <= row["received_at"]
        assert row["received_at"] <= ended.get(row["account_id"], row["received_at"])


def test_account_names_tell_nothing_about_their_class(traffic: Traffic) -> None:
    """Accounts are sorted by a name that is stirred, so classes are mixed through the table."""
    flags = np.array(traffic.truth["is_hostile"].to_pylist(), dtype=bool)
    thirds = [part.mean() for part in np.array_split(flags, 3)]
    assert max(thirds) < 2 * min(thirds)


def test_honest_people_send_blocks_back_and_sometimes_across_their_own_accounts(
    traffic: Traffic,
) -> None:
    """Only accounts of one organisation hand sealed blocks to each other honestly."""
    hostile = set(traffic.truth.filter(traffic.truth["is_hostile"])["account_id"].to_pylist())
    issued: dict[str, dict[str, str]] = {}
    back = 0
    columns = ["account_id", "organization_id", "reasoning_blocks_issued",
               "reasoning_blocks_presented"]  # fmt: skip
    for row in traffic.exchanges.select(columns).to_pylist():
        for block in row["reasoning_blocks_presented"] or []:
            back += 1
            source = issued[block]
            if row["account_id"] not in hostile and source["account_id"] != row["account_id"]:
                assert row["organization_id"] == source["organization_id"] is not None
        for block in row["reasoning_blocks_issued"] or []:
            issued[block] = row
    assert back > 100


@pytest.mark.slow
@pytest.mark.parametrize(("care", "limit"), [("naive", 0.8), ("careful", 0.65), ("adaptive", 0.6)])
def test_no_single_column_tells_campaigns_from_honest_people(care: str, limit: float) -> None:
    """The best threshold on any one column is poor, so the benchmark cannot be won by a trick."""
    plans = [
        CampaignPlan(kind=kind, accounts=50, requests_per_account_day=12, days=7, care=care)
        for kind in KINDS
    ]
    made = make_traffic(
        seed=21, honest_accounts=7000, days=8, start=START, campaigns=plans, texts=own_texts(21)
    )
    rules = best_single_fields(made)
    assert rules[0].f1 < limit, rules[:5]
