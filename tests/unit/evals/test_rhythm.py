"""When requests arrive."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from stillwatch.evals.rhythm import DAY, Rhythm, beats


def rhythm(accounts: int, per_day: float, turns: float) -> Rhythm:
    """Accounts of one habit, every day alike."""
    return Rhythm(
        per_day=np.full(accounts, per_day),
        turns=turns,
        pause=30.0,
        pause_sigma=1.0,
        peak=np.full(accounts, 12.0),
        spread=np.full(accounts, 2.0),
        weekend=np.ones(accounts),
        first=np.zeros(accounts),
        last=np.full(accounts, np.inf),
        noise=0.3,
    )


@settings(max_examples=25)
@given(st.integers(0, 2**31), st.integers(1, 9), st.floats(1, 12))
def test_requests_lie_in_the_window_and_turns_follow_in_time(
    seed: int, days: int, turns: float
) -> None:
    """No request outside the window; within a session a later turn is a later time."""
    played = beats(rhythm(12, 6.0, turns), days, 0, np.random.default_rng(seed))
    assert (played.at >= 0).all()
    assert (played.at < days * DAY).all()
    order = np.lexsort((played.turn, played.session))
    session, at = played.session[order], played.at[order]
    same = session[1:] == session[:-1]
    assert (np.diff(at)[same] > 0).all()
    assert (np.diff(played.account[order])[same] == 0).all()


def test_accounts_send_about_as_much_as_they_should() -> None:
    """The mean number of requests is the rate, however long sessions are."""
    for turns in (1.0, 3.0, 10.0):
        played = beats(rhythm(400, 8.0, turns), 10, 0, np.random.default_rng(1))
        assert 0.85 < len(played) / (400 * 10 * 8.0) < 1.1


def test_offices_rest_at_the_weekend_and_nobody_sends_after_his_last_day() -> None:
    """Weekend share and last day are kept."""
    habit = replace(rhythm(200, 6.0, 2.0), weekend=np.zeros(200), last=np.full(200, 8.5))
    played = beats(habit, 14, 0, np.random.default_rng(2))
    days = played.at // DAY
    assert not np.isin(days, [5, 6, 12, 13]).any()
    assert played.at.max() < 8.5 * DAY
