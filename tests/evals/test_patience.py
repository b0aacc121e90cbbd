"""Cold starts, sleepers and patience change nothing about who is linked."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from stillwatch.catalog.load import Catalog
from stillwatch.evals.campaigns import CampaignPlan
from stillwatch.evals.laboratory import observe
from stillwatch.evals.texts import own_texts
from stillwatch.evals.traffic import Traffic, make_traffic
from stillwatch.evals.worlds import START
from stillwatch.io.cards import read_catalog
from stillwatch.stages.score import HONEST
from stillwatch.tables.query import Limits

pytestmark = pytest.mark.slow

WEEK = timedelta(days=7)
LEAST_FOUND = 0.9


@cache
def catalog() -> Catalog:
    """The cards that come with the package."""
    return read_catalog()


@cache
def traffic() -> Traffic:
    """Two weeks; a campaign that works in the second one."""
    plan = CampaignPlan(
        kind="rubric_reward", accounts=30, requests_per_account_day=12, start_day=7.2, days=6.5
    )
    return make_traffic(
        seed=491,
        honest_accounts=800,
        days=14,
        start=START,
        campaigns=[plan],
        texts=own_texts(491),
    )


def hostile(made: Traffic) -> set[str]:
    """The campaign's accounts that sent anything."""
    truth = made.truth.filter(made.truth.column("is_hostile"))
    sent = pc.unique(made.exchanges.column("account_id"))
    return set(truth.column("account_id").to_pylist()) & set(sent.to_pylist())


def share_found(made: Traffic) -> float:
    """Of the campaign's accounts how many are in one cluster that is at least 90 % pure."""
    seen = observe(made, catalog(), Limits(threads=2, memory="4GB"))
    names, mine = seen.inputs.names["account"], hostile(made)
    members: dict[int, set[str]] = {}
    table = seen.run.members
    for cluster, account in zip(
        table.column("cluster_id").to_pylist(),
        table.column("account_id").to_pylist(),
        strict=True,
    ):
        members.setdefault(cluster, set()).add(names[account])
    pure = [one for one in members.values() if len(one & mine) >= 0.9 * len(one)]
    return max((len(one & mine) / len(mine) for one in pure), default=0.0)


def with_accounts(made: Traffic, accounts: pa.Table) -> Traffic:
    """The same log beside another accounts table."""
    return replace(made, accounts=accounts)


def test_a_campaign_is_linked_on_the_first_day_that_anything_is_known() -> None:
    """With all tables; the other tests compare with this."""
    assert share_found(traffic()) >= LEAST_FOUND


def test_a_campaign_is_linked_without_an_accounts_table() -> None:
    """Cards, devices and sign-up dates help; what is asked suffices to link."""
    made = traffic()
    assert share_found(with_accounts(made, made.accounts.slice(0, 0))) >= LEAST_FOUND


def test_sleepers_are_linked_as_if_they_were_new() -> None:
    """The campaign's accounts were made three years earlier, each on a day of its own."""
    made = traffic()
    mine = pc.is_in(made.accounts.column("account_id"), pa.array(sorted(hostile(made))))
    created = made.accounts.column("created_at")
    days = np.random.default_rng(1).integers(900, 1300, len(created)) * 86_400_000_000
    earlier = pc.subtract(created, pa.array(days, pa.duration("us"))).cast(created.type)
    place = made.accounts.schema.get_field_index("created_at")
    aged = made.accounts.set_column(place, "created_at", pc.if_else(mine, earlier, created))
    assert share_found(with_accounts(made, aged)) >= LEAST_FOUND


def test_a_week_of_ordinary_requests_before_the_work_hides_nobody() -> None:
    """Each of the accounts sends in the first week what an ordinary person sent."""
    made = traffic()
    exchanges = made.exchanges.combine_chunks()
    early = pc.less(exchanges.column("received_at"), pa.scalar(START + WEEK))
    people = made.truth.filter(pc.equal(made.truth.column("class"), "casual_chat"))
    senders = pc.unique(exchanges.filter(early).column("account_id"))
    lent = [
        one for one in people.column("account_id").to_pylist() if one in set(senders.to_pylist())
    ]
    mine = sorted(hostile(made))
    assert len(lent) >= len(mine)
    account = exchanges.column("account_id")
    at = pc.index_in(account, pa.array(lent[: len(mine)]))
    moved = pc.if_else(pc.and_(early, pc.is_valid(at)), pa.array(mine).take(at), account)
    place = exchanges.schema.get_field_index("account_id")
    patient = replace(made, exchanges=exchanges.set_column(place, "account_id", moved))
    assert share_found(patient) >= LEAST_FOUND


def test_age_never_speaks_for_innocence() -> None:
    """No honest explanation reads when an account was made or first seen, but the short visit.

    That one speaks for accounts that are gone within three days of their sign-up: waiting loses it.
    """
    for card in catalog().detectors:
        if card.family.startswith(HONEST):
            asked = card.query.lower()
            words = ("created", "young", "new_count", "first_at", "visit_count")
            assert not any(word in asked for word in words) or card.id == "short_visit"
