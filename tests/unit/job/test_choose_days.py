"""Which days a scan speaks about."""

from hypothesis import given
from hypothesis import strategies as st

from stillwatch.job.choose_days import choose_days


def test_the_newest_day_that_holds_a_thousandth_of_the_rows_is_the_last() -> None:
    """What came later had a clock that was ahead."""
    counts = {10: 40_000, 11: 60_000, 12: 100, 13: 99, 3_000_000: 1}
    chosen = choose_days(counts, known=())
    assert (chosen.days, chosen.ahead_count, chosen.late_count) == ((10, 11, 12), 100, 0)


def test_in_a_small_log_a_lone_row_moves_nothing() -> None:
    """But in a handful of rows each day counts."""
    assert choose_days({10: 250, 99: 1}, known=()).days == (10,)
    assert choose_days({10: 3, 99: 1}, known=()).days == (10, 99)


def test_a_day_given_is_the_last_though_others_hold_more() -> None:
    """As --as-of says; it may leave nothing."""
    assert choose_days({10: 5, 11: 500}, known=(), last=10).days == (10,)
    assert choose_days({10: 5, 11: 500}, known=(), last=9).days == ()


def test_late_rows_are_left_out_and_a_second_log_of_a_day_is_not() -> None:
    """A whole day that history holds stays chosen, so that it is refused."""
    late = choose_days({9: 3, 10: 90_000}, known={8, 9})
    assert (late.days, late.late_count) == ((10,), 3)
    assert choose_days({9: 3_000, 10: 90_000}, known={8, 9}).days == (9, 10)


@given(
    st.dictionaries(st.integers(0, 60), st.integers(1, 100_000), min_size=1),
    st.sets(st.integers(0, 60)),
)
def test_every_row_is_of_a_chosen_day_or_counted(counts: dict[int, int], known: set[int]) -> None:
    """Nothing is lost in silence, and some day is always chosen when none is kept."""
    chosen = choose_days(counts, known)
    kept = sum(counts[day] for day in chosen.days)
    assert kept + chosen.ahead_count + chosen.late_count == sum(counts.values())
    assert choose_days(counts, ()).days
