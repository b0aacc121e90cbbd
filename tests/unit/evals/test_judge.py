"""One world judged by hand: what the scan said, set against what is true."""

from datetime import timedelta

import pyarrow as pa
import pytest
from planted import START, sent, traffic

from stillwatch.evals.judge import WHOLE_DAYS, judged
from stillwatch.evals.laboratory import Observed
from stillwatch.evals.traffic import Traffic
from stillwatch.pipeline import Inputs, Run
from stillwatch.stages.conclude import Conclusion

FARM = ("farm1", "farm2", "farm3", "farm4")
HOUR = timedelta(hours=1)


class Called:
    """As much of a campaign as the judgement reads."""

    def __init__(self, id_: str, accounts: tuple[str, ...], hours: float) -> None:
        self.campaign_id, self.account_ids = id_, accounts
        self.detected_at = START + hours * HOUR


def hourly(account: str, count: int, text: str) -> list[dict]:
    """One exchange an hour, from the start on."""
    rows = sent(account, [text] * count)
    return [row | {"received_at": START + place * HOUR} for place, row in enumerate(rows)]


def world() -> Traffic:
    """Four accounts work for 25 hours, one of them also chats; two honest ones chat."""
    rows = [row for name in FARM for row in hourly(name, 25, "work")]
    rows += hourly("farm1", 10, "chat") + hourly("bob", 5, "chat") + hourly("zoe", 5, "chat")
    return traffic(rows, hostile=FARM, accounts={"idle": {}}, hostile_texts="work")


def seen(
    given: Traffic, campaigns: list[Called], flagged: set[str], listed: tuple[Called, ...] = ()
) -> Observed:
    """A run that called these campaigns and flagged these accounts."""
    names = sorted(set(given.exchanges["account_id"].to_pylist()))
    of = {name: one.campaign_id for one in campaigns for name in one.account_ids}
    verdicts = pa.table(
        {
            "account_id": names,
            "flagged": [name in flagged for name in names],
            "posterior": [0.9 if name in flagged else 0.1 for name in names],
            "campaign_id": pa.array([of.get(name) for name in names], pa.string()),
            "role": pa.array(["distiller" if n in flagged else None for n in names], pa.string()),
        }
    )
    keys = dict(enumerate(names))
    truth = {row["account_id"]: row for row in given.truth.to_pylist()}
    days = pa.table({"account_id": pa.array([*keys, *keys], pa.int64())})
    run = Run(
        conclusion=Conclusion(
            campaigns=tuple(campaigns),
            candidates=listed,
            verdicts=verdicts,
            campaign_bits=(),
            cluster_of={},
        ),
        decisions=(),
        signals=days,
        silent=(),
        members=days,
        pairs=days,
        ties=days,
        features={},
    )
    inputs = Inputs(
        days={"account_day": days}, side={}, columns=frozenset(), names={"account": keys},
        standing={},
    )  # fmt: skip
    return Observed(run=run, inputs=inputs, truth={key: truth[keys[key]] for key in keys})


def test_a_campaign_is_timed_by_the_called_campaign_that_holds_most_of_it() -> None:
    """Three of four are named after six hours with one honest bystander; the fourth goes on."""
    given = world()
    members = ("bob", "farm1", "farm2", "farm3")
    told = judged(7, "naive", given, seen(given, [Called("C-1", members, 6)], set(members)))
    (one,) = told.hidden
    assert (one.accounts, one.flagged, one.own, one.called) == (4, 3, 3, 4)
    assert one.hours == pytest.approx(6)
    assert one.haul == pytest.approx(4 * 6 / (100 / 1 * WHOLE_DAYS))
    assert (one.useful, one.wanted, one.spent) == (3 * 6 + 25, 100, 3 * 6 + 25 + 6)
    assert one.account_days == pytest.approx(4)
    assert told.called_hostile() == {"C-1": True}
    assert (told.honest_days, told.hostile.sum(), len(told.label)) == (4, 4, 6)


def test_a_campaign_is_not_detected_by_a_crowd_that_it_is_lost_in() -> None:
    """One of its accounts with two honest ones is no detection; its haul is gone."""
    given = world()
    members = ("bob", "farm1", "zoe")
    told = judged(7, "naive", given, seen(given, [Called("C-1", members, 6)], set(members)))
    (one,) = told.hidden
    assert (one.hours, one.haul, one.is_whole) == (None, 1.0, False)
    assert told.called_hostile() == {"C-1": False}


def test_accounts_of_groups_below_the_alert_level_are_kept_by_group() -> None:
    """A group of two of the farm and one of two strangers: nobody in them is flagged."""
    given = world()
    groups = (Called("U-1", ("farm1", "farm2"), 0), Called("U-2", ("bob", "zoe"), 0))
    told = judged(7, "careful", given, seen(given, [], set(), groups))
    assert told.listed == ("U-2", "U-1", "U-1", "", "", "U-2")
    assert told.listed_hostile() == {"U-1": True, "U-2": False}
    assert not told.flagged.any()


def test_accounts_flagged_alone_have_no_time_of_their_own() -> None:
    """Their work counts whole: nobody knows when they were found."""
    given = world()
    (one,) = judged(7, "naive", given, seen(given, [], {"farm1"})).hidden
    assert (one.flagged, one.useful, one.hours) == (1, 100, None)
